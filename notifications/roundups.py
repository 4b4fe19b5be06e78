"""Letters over several claims at once: a cycle's round to the townships, a list's share of each, a unit's drafts."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from claims.letters.correspondence import Correspondent, Line, Particulars
from claims.letters.outbox import OwedEvent
from notifications import contexts, wording
from notifications.contexts import Table
from notifications.drafting import Reference, achievement
from states.calendar import Due
from states.policy import Yuan
from states.stages import Stage

CLAIM_COLUMNS = ("申报编号", "申报单位", "奖补项目", "申报内容", "申请金额")
DRAFT_COLUMNS = ("申报编号", "奖补项目", "申报内容", "申请金额")
LISTED_COLUMNS = ("申报编号", "申报单位", "奖补项目", "申报内容", "拟奖补金额")
CONFIRMED_COLUMNS = ("申报编号", "申报单位", "奖补项目", "申报内容", "奖补金额")
PAID_COLUMNS = ("申报编号", "申报单位", "奖补项目", "申报内容", "拨付金额")
UNFILED_COLUMNS = ("单位名称", "掌握的情况")
YEAR_COLUMNS = ("事项", "件数", "金额")


def township_call(event: OwedEvent, township: Correspondent, reference: Reference) -> contexts.TownshipCall:
    opens_on = _day(event, "opens_on")
    return contexts.TownshipCall(
        addressee=township.name,
        on=event.at.date(),
        cycle=cycle_of(event),
        policy=reference.rulebook.policy_on(opens_on).title,
        opens_on=opens_on,
        deadline_on=_day(event, "deadline_on"),
        results_from=_day(event, "results_from"),
        results_to=_day(event, "results_to"),
        renewed=bool(event.data.get("renewed")),
    )


def township_opening(event: OwedEvent, township: Correspondent) -> contexts.TownshipOpening:
    return contexts.TownshipOpening(
        addressee=township.name,
        on=event.at.date(),
        cycle=cycle_of(event),
        opens_on=_day(event, "opens_on"),
        deadline_on=_day(event, "deadline_on"),
    )


def township_reminder(
    event: OwedEvent,
    township: Correspondent,
    drafts: Iterable[Particulars],
    claims: Iterable[Particulars],
    reference: Reference,
) -> contexts.TownshipReminder | None:
    """The township's own drafts and units, out of those that the event names; None where none is left."""
    left = [each for each in drafts if each.township == township.township and each.stage is Stage.DRAFT]
    unfiled = _unfiled(event, township)
    if not left and not unfiled:
        return None
    return contexts.TownshipReminder(
        addressee=township.name,
        on=event.at.date(),
        cycle=cycle_of(event),
        deadline_on=_day(event, "deadline_on"),
        days_left=int(event.data["days_left"]),
        submitted=sum(_submitted(each, event.at) for each in claims if each.township == township.township),
        drafts=_claims(left, reference),
        unfiled=unfiled,
    )


def township_closing(
    event: OwedEvent,
    township: Correspondent,
    claims: Iterable[Particulars],
    reference: Reference,
) -> contexts.TownshipClosing:
    own = [each for each in claims if each.township == township.township]
    return contexts.TownshipClosing(
        addressee=township.name,
        on=event.at.date(),
        cycle=cycle_of(event),
        deadline_on=_day(event, "deadline_on"),
        submitted=_claims((each for each in own if _submitted(each, event.at)), reference),
        unsubmitted=_claims((each for each in own if _never_submitted(each)), reference),
        unfiled=_unfiled(event, township),
    )


def _unfiled(event: OwedEvent, township: Correspondent) -> Table:
    own = (each for each in event.data["unfiled"] if each["township"] == township.township)
    return Table(UNFILED_COLUMNS, tuple((each["unit"], "；".join(each["clues"])) for each in own))


def township_published(
    event: OwedEvent,
    township: Correspondent,
    lines: Iterable[Line],
    reference: Reference,
) -> contexts.TownshipPublished | None:
    """The township's own share of the list; None where it has none."""
    own = [each for each in lines if each.township == township.township]
    if not own:
        return None
    return contexts.TownshipPublished(
        addressee=township.name,
        on=event.at.date(),
        resolution=event.data["resolution"],
        published_on=_day(event, "published_on"),
        ends=Due(_day(event, "ends_on"), bool(event.data.get("ends_provisional"))),
        claims=listed(own, reference),
        total=Yuan(sum(line.yuan for line in own)),
    )


def township_extended(
    event: OwedEvent,
    township: Correspondent,
    lines: Iterable[Line],
    reference: Reference,
) -> contexts.TownshipExtended | None:
    """What of the township's share of a list is on notice for longer; None where nothing is."""
    on_notice = event.data["claims"]
    own = [each for each in lines if each.township == township.township and each.claim in on_notice]
    if not own:
        return None
    return contexts.TownshipExtended(
        addressee=township.name,
        on=event.at.date(),
        resolution=event.data["resolution"],
        before=_day(event, "before"),
        ends=Due(_day(event, "ends_on")),
        claims=listed(own, reference),
    )


def township_results(
    event: OwedEvent,
    township: Correspondent,
    lines: Iterable[Line],
    reference: Reference,
) -> contexts.TownshipResults | None:
    """How the notice of the township's share of a list came out; None where it has none."""
    own = [each for each in lines if each.township == township.township]
    confirmed, held = (
        [each for each in own if each.claim in event.data[name]] for name in ("claims", "held")
    )
    if not confirmed and not held:
        return None
    return contexts.TownshipResults(
        addressee=township.name,
        on=event.at.date(),
        resolution=event.data["resolution"],
        confirmed=listed(confirmed, reference, CONFIRMED_COLUMNS),
        total=Yuan(sum(line.yuan for line in confirmed)),
        held=listed(held, reference),
    )


def township_payments(
    event: OwedEvent,
    township: Correspondent,
    claims: Iterable[Particulars],
    reference: Reference,
) -> contexts.TownshipPayments | None:
    """What a batch has paid to the township's units; None where nothing."""
    own = [each for each in claims if each.township == township.township]
    if not own:
        return None
    return contexts.TownshipPayments(
        addressee=township.name,
        on=event.at.date(),
        cycle=int(event.data["cycle"]),
        batch=event.data["batch"],
        claims=Table(PAID_COLUMNS, tuple(_row(each, reference, _granted(each)) for each in own)),
        total=Yuan(sum(map(_granted, own))),
    )


def township_year(event: OwedEvent, township: Correspondent) -> contexts.TownshipYear:
    found = event.data["townships"][township.township]
    rows = [
        ("提交申报", found["submitted"], found["requested_yuan"]),
        ("审定奖补", found["granted"], found["granted_yuan"]),
        ("已经拨付", found["paid"], found["paid_yuan"]),
    ]
    figures = [(name, f"{count}件", wording.figures(Yuan(yuan))) for name, count, yuan in rows]
    figures.append(("不予支持", f"{found['refused']}件", "—"))
    if found["returned_yuan"]:
        figures.append(("追回资金", "—", wording.figures(Yuan(found["returned_yuan"]))))
    return contexts.TownshipYear(
        addressee=township.name,
        on=event.at.date(),
        cycle=cycle_of(event),
        submitted=found["submitted"],
        figures=Table(YEAR_COLUMNS, tuple(figures)),
        paid=Yuan(found["paid_yuan"]),
    )


def listed(lines: Iterable[Line], reference: Reference, columns: tuple[str, ...] = LISTED_COLUMNS) -> Table:
    """Lines of a published list, in its order."""
    rows = []
    for line in lines:
        item = reference.item(line.policy_version, line.item)
        about = achievement(item, line.standard_number, line.title)
        rows.append((line.claim, line.unit_name, item.title, about, wording.figures(line.yuan)))
    return Table(columns, tuple(rows))


def draft_reminders(
    event: OwedEvent,
    claims: Iterable[Particulars],
    reference: Reference,
) -> tuple[tuple[Particulars, contexts.DraftReminder], ...]:
    """One reminder for each unit that still has drafts, with the claim by which the unit is reached."""
    by_unit: defaultdict[str, list[Particulars]] = defaultdict(list)
    for claim in claims:
        if claim.stage is Stage.DRAFT:
            by_unit[claim.unit].append(claim)
    return tuple(
        (
            drafts[0],
            contexts.DraftReminder(
                addressee=drafts[0].unit_name,
                on=event.at.date(),
                cycle=cycle_of(event),
                deadline_on=_day(event, "deadline_on"),
                days_left=int(event.data["days_left"]),
                drafts=Table(
                    DRAFT_COLUMNS,
                    tuple(_row(each, reference)[:1] + _row(each, reference)[2:] for each in drafts),
                ),
            ),
        )
        for drafts in by_unit.values()
    )


def cycle_of(event: OwedEvent) -> int:
    """The year of an event in a cycle's stream, `cycle/2026`."""
    return int(event.stream.partition("/")[2])


def _day(event: OwedEvent, name: str) -> date:
    return date.fromisoformat(event.data[name])


def _submitted(claim: Particulars, at: datetime) -> bool:
    """Whether the claim had been submitted by then and not taken back."""
    if claim.submitted_at is None or claim.submitted_at > at:
        return False
    return not (claim.stage is Stage.WITHDRAWN and claim.moved_at <= at)


def _never_submitted(claim: Particulars) -> bool:
    return claim.submitted_at is None and claim.stage in {Stage.DRAFT, Stage.LAPSED}


def _claims(claims: Iterable[Particulars], reference: Reference) -> Table:
    return Table(CLAIM_COLUMNS, tuple(_row(each, reference) for each in claims))


def _row(claim: Particulars, reference: Reference, yuan: Yuan | None = None) -> tuple[str, ...]:
    """A claim with an amount, mostly what is asked for."""
    item = reference.item(claim.policy_version, claim.item)
    about = achievement(item, claim.standard_number, claim.title)
    amount = wording.figures(claim.requested_yuan if yuan is None else yuan)
    return claim.number, claim.unit_name, item.title, about, amount


def _granted(claim: Particulars) -> Yuan:
    if claim.granted_yuan is None:
        raise ValueError(f"claim {claim.number} has no granted amount")
    return claim.granted_yuan
