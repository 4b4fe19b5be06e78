"""Meetings of the coordination body: what is before it, who must stand aside, and how it voted."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from sqlalchemy import func, select

from claims.desk import Tx
from claims.errors import BadDates, BadValue, NotCarried, NothingOnAgenda
from claims.facts import facts_of, load_cycle, resolution_facts
from claims.identity.people import actor as person
from claims.identity.people import require_role
from claims.models import Claim, EventRow, User, UserRole
from claims.money import ledger
from claims.money.ledger import Account
from claims.timing.cycles import budget_of
from claims.trail.chains import append
from states.duties import objection_to
from states.errors import ReadingUnconfirmed, Refusal, ResolutionPublished
from states.facts import Actor, Finding, Severity
from states.policy import Item
from states.stages import Role, Stage, Trigger

MOST = 50
"""Claims of one sitting. Each is judged anew for the agenda, so its cost must have an end."""


@dataclass(frozen=True, slots=True)
class Recusal:
    """A member of the body who may not act on a claim, and why."""

    name: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class AgendaItem:
    """A claim before the body. `running_yuan` is the sum down to it; `obstacle` what keeps it from being approved."""

    number: str
    unit_name: str
    township: str
    item: Item
    standard_number: str
    title: str
    requested_yuan: int
    proposed_yuan: int
    running_yuan: int
    due_on: date | None
    findings: tuple[Finding, ...]
    obstacle: Refusal | None
    recusals: tuple[Recusal, ...]
    endorsed_by: str
    opinion: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """What waits for the body in a cycle, by deadline; `waiting` counts and `proposed_yuan` sums all of it."""

    year: int
    budget_yuan: int
    available_yuan: int
    items: tuple[AgendaItem, ...]
    waiting: int
    proposed_yuan: int


@dataclass(frozen=True, slots=True)
class Sitting:
    """When and where the body meets: `begins` is a time of the day, as `14:30`."""

    held_on: date
    begins: str
    place: str

    def as_json(self) -> dict[str, str]:
        return {"held_on": self.held_on.isoformat(), "begins": self.begins, "place": self.place}


@dataclass(frozen=True, slots=True)
class Vote:
    """How the body voted on a list. All of `present` have voted or abstained."""

    held_on: date
    present: int
    in_favour: int
    against: int
    abstained: int
    recorded_by: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "held_on": self.held_on.isoformat(),
            "present": self.present,
            "in_favour": self.in_favour,
            "against": self.against,
            "abstained": self.abstained,
        }


def agenda(tx: Tx, year: int) -> Agenda:
    """The claims at coordination, at most `MOST`, judged as they stand now."""
    before_it = (Claim.cycle == load_cycle(tx, year).year, Claim.stage == Stage.COORDINATION_APPROVAL)
    count, proposed = tx.session.execute(
        select(func.count(), func.coalesce(func.sum(Claim.proposed_yuan), 0)).where(*before_it)
    ).one()
    waiting = select(Claim).where(*before_it).order_by(Claim.due_on, Claim.id)
    claims = list(tx.session.scalars(waiting.limit(MOST)))
    members, opinions = _members(tx), _opinions(tx, [each.number for each in claims])
    items: list[AgendaItem] = []
    for claim in claims:
        before = items[-1].running_yuan if items else 0
        items.append(_item(tx, claim, before, members, opinions.get(claim.number, ("", ""))))
    return Agenda(
        year=year,
        budget_yuan=budget_of(tx, year),
        available_yuan=ledger.balances(tx, year)[Account.AVAILABLE],
        items=tuple(items),
        waiting=int(count),
        proposed_yuan=int(proposed),
    )


def _item(
    tx: Tx, claim: Claim, before: int, members: Iterable[Actor], opinion: tuple[str, str]
) -> AgendaItem:
    facts = facts_of(tx, claim)
    item, proposed = facts.item, claim.proposed_yuan or 0
    refusals = ((each, objection_to(facts, each, Role.COORDINATOR)) for each in members)
    return AgendaItem(
        number=claim.number,
        unit_name=claim.unit_name,
        township=claim.township,
        item=item,
        standard_number=claim.standard_number,
        title=claim.title,
        requested_yuan=claim.requested_yuan,
        proposed_yuan=proposed,
        running_yuan=before + proposed,
        due_on=claim.due_on,
        findings=tuple(each for each in facts.findings if each.severity is not Severity.INFO),
        obstacle=None
        if facts.reading_confirmed
        else ReadingUnconfirmed(item.code, item.title, item.title_en),
        recusals=tuple(Recusal(each.name, refusal) for each, refusal in refusals if refusal is not None),
        endorsed_by=opinion[0],
        opinion=opinion[1],
    )


def _members(tx: Tx) -> list[Actor]:
    holders = select(UserRole.user_id).where(UserRole.role == Role.COORDINATOR)
    users = tx.session.scalars(select(User).where(User.id.in_(holders), User.active).order_by(User.name))
    return [person(tx, each.name) for each in users]


def _opinions(tx: Tx, numbers: list[str]) -> dict[str, tuple[str, str]]:
    """Who endorsed each claim last, and with which words."""
    rows = tx.session.execute(
        select(EventRow.stream, EventRow.actor, EventRow.reason)
        .where(EventRow.stream.in_(numbers), EventRow.trigger == str(Trigger.ENDORSE))
        .order_by(EventRow.id)
    )
    return {stream: (name, reason) for stream, name, reason in rows.tuples()}


# The meeting


def convene(tx: Tx, year: int, sitting: Sitting, *, actor: Actor) -> Agenda:
    """Call the body to a sitting; its members get the agenda as it stands now, by letter.

    Raises `NothingOnAgenda` where nothing waits for the body, `BadDates` for a day that is over, `BadValue` for
    what is no time of the day or where no place is named.
    """
    require_role(actor, (Role.COORDINATOR,), "召集会议", "convene the body")
    begins, place = _time(sitting.begins), sitting.place.strip()
    if sitting.held_on < tx.now.date():
        raise BadDates("会议日期早于今天", "the meeting lies in the past")
    if not place:
        raise BadValue("请填写会议地点。", "Say where the body meets.")
    found = agenda(tx, year)
    if not found.items:
        raise NothingOnAgenda(year)
    append(
        tx,
        f"cycle/{year}",
        "meeting_convened",
        actor=actor.name,
        role=Role.COORDINATOR,
        data=replace(sitting, begins=begins, place=place).as_json()
        | {
            "claims": [each.number for each in found.items],
            "proposed": {each.number: each.proposed_yuan for each in found.items},
            "total_yuan": found.items[-1].running_yuan,
            "available_yuan": found.available_yuan,
            "budget_yuan": found.budget_yuan,
        },
    )
    return found


def _time(text: str) -> str:
    written = text.strip().replace("：", ":").zfill(len("00:00"))
    try:
        return f"{time.fromisoformat(written):%H:%M}"
    except ValueError:
        raise BadValue(
            f"“{text}”不是时间；请写成 14:30 的形式。", f"“{text}” is no time of the day; write it as 14:30."
        ) from None


# The vote


def record_vote(tx: Tx, ref: str, cycle: int, vote: Vote, *, actor: Actor) -> Vote:
    """Record how the body voted on the list under `ref`; said again as it stands, nothing is written.

    Raises what `require_carried` does.
    """
    require_role(actor, (Role.COORDINATOR,), "登记会议表决", "record a vote")
    require_carried(tx, ref, cycle, vote)
    vote = replace(vote, recorded_by=actor.name)
    if vote_on(tx, ref) != vote:
        append(
            tx,
            _stream(ref),
            "meeting_recorded",
            actor=actor.name,
            role=Role.COORDINATOR,
            data={"resolution": ref.strip(), "cycle": cycle, **vote.as_json()},
        )
    return vote


def require_carried(tx: Tx, ref: str, cycle: int, vote: Vote) -> None:
    """A list is carried by more than half of those present.

    Raises `NotCarried`, `BadValue` where the votes do not add up, `BadDates` for a meeting still to come,
    `ResolutionPublished` once the list is published.
    """
    if not ref.strip():
        raise BadValue("请填写会议纪要编号。", "Give the number of the minutes.")
    if resolution_facts(tx, ref, load_cycle(tx, cycle).year).published_on is not None:
        raise ResolutionPublished(ref.strip())
    votes = (vote.in_favour, vote.against, vote.abstained)
    if vote.present <= 0 or min(votes) < 0 or sum(votes) != vote.present:
        raise BadValue(
            "同意、反对、弃权之和须等于出席人数，且均为非负整数。",
            "Those in favour, against and abstaining must add up to those present.",
        )
    if vote.held_on > tx.now.date():
        raise BadDates("会议日期晚于今天", "the meeting lies in the future")
    if 2 * vote.in_favour <= vote.present:
        raise NotCarried(vote.in_favour, vote.present)


def vote_on(tx: Tx, ref: str) -> Vote | None:
    """The vote on a list as it was recorded last; None where none was."""
    found = tx.session.execute(
        select(EventRow.data, EventRow.actor)
        .where(EventRow.stream == _stream(ref), EventRow.trigger == "meeting_recorded")
        .order_by(EventRow.seq.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    data = json.loads(found[0])
    counts = {name: data[name] for name in ("present", "in_favour", "against", "abstained")}
    return Vote(date.fromisoformat(data["held_on"]), **counts, recorded_by=found[1])


def _stream(ref: str) -> str:
    return f"resolution/{ref.strip()}"
