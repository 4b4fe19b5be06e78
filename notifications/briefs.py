"""Letters to the county's own offices: what is overdue, what waits for a person, what a year came to."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from claims.letters.alerts import RunState
from claims.letters.correspondence import Correspondent, Particulars
from claims.letters.outbox import OwedEvent
from notifications import contexts, wording
from notifications.contexts import Table
from notifications.drafting import achievement
from notifications.material import Material
from notifications.roundups import cycle_of, listed
from states.calendar import Due
from states.policy import Yuan
from states.stages import Role, Stage

OVERDUE_COLUMNS = ("申报编号", "申报单位", "奖补项目", "环节", "期限")
REPORT_COLUMNS = (*OVERDUE_COLUMNS, "责任单位")
AGENDA_COLUMNS = ("申报编号", "申报单位", "奖补项目", "申报内容", "建议金额")
RESOLVED_COLUMNS = ("申报编号", "申报单位", "奖补项目", "申报内容", "审定金额")
WAITING_COLUMNS = ("申报编号", "申报单位", "奖补项目", "申报内容", "审定金额")

LISTED = 100
"""Rows of a table in a digest; whoever has more before them reads on at the desk."""

RUN_STATES = {RunState.FAILED: "失败", RunState.CRASHED: "中断", RunState.TIMED_OUT: "超时"}

Brief = tuple[Correspondent, contexts.LetterContext]


def work_digests(event: OwedEvent, material: Material) -> Iterator[Brief]:
    """One for each office that has work to hear of."""
    for code, waiting in sorted(event.data["waiting"].items()):
        office = material.offices[code]
        overdue, soon = (
            [row for row in event.data[name] if row["office"] == code] for name in ("overdue", "soon")
        )
        listed = [rows[:LISTED] for rows in (overdue, soon)]
        tables = [Table(OVERDUE_COLUMNS, tuple(_overdue(row, material) for row in rows)) for rows in listed]
        yield (
            office,
            contexts.WorkDigest(
                addressee=office.name,
                on=event.at.date(),
                waiting=waiting,
                overdue_total=len(overdue),
                overdue=tables[0],
                soon_total=len(soon),
                soon=tables[1],
                unlisted=waiting - sum(map(len, tables)),
            ),
        )


def overdue_report(event: OwedEvent, material: Material) -> Iterator[Brief]:
    """One to the coordination body, where something has come so far."""
    rows = sorted((row for row in event.data["overdue"] if row["superior"]), key=lambda row: row["office"])
    if rows:
        body = material.office_of(Role.COORDINATOR)
        cells = ((*_overdue(row, material), material.offices[row["office"]].name) for row in rows)
        table = Table(REPORT_COLUMNS, tuple(cells))
        yield body, contexts.OverdueReport(addressee=body.name, on=event.at.date(), claims=table)


def meeting_agenda(event: OwedEvent, material: Material) -> Iterator[Brief]:
    """To the coordination body: when it sits, and what is before it."""
    data, body = event.data, material.office_of(Role.COORDINATOR)
    rows = (
        (*_named(material.claim(number), material), wording.figures(Yuan(data["proposed"][number])))
        for number in data["claims"]
    )
    yield (
        body,
        contexts.MeetingAgenda(
            addressee=body.name,
            on=event.at.date(),
            cycle=cycle_of(event),
            held_on=date.fromisoformat(data["held_on"]),
            begins=data["begins"],
            place=data["place"],
            claims=Table(AGENDA_COLUMNS, tuple(rows)),
            total=Yuan(data["total_yuan"]),
            budget=Yuan(data["budget_yuan"]),
            available=Yuan(data["available_yuan"]),
        ),
    )


def meeting_resolution(event: OwedEvent, material: Material) -> Iterator[Brief]:
    """To the coordination body: what it has resolved, now that it is published."""
    data, body = event.data, material.office_of(Role.COORDINATOR)
    lines = material.lines(data["resolution"])
    yield (
        body,
        contexts.MeetingResolution(
            addressee=body.name,
            on=event.at.date(),
            resolution=data["resolution"],
            cycle=int(data["cycle"]),
            vote=_votes(data["vote"]),
            claims=listed(lines, material.reference, RESOLVED_COLUMNS),
            total=Yuan(sum(line.yuan for line in lines)),
            published_on=date.fromisoformat(data["published_on"]),
            ends=Due(date.fromisoformat(data["ends_on"]), bool(data["ends_provisional"])),
        ),
    )


def _votes(data: Mapping[str, Any] | None) -> contexts.Votes | None:
    if data is None:
        return None
    return contexts.Votes(**{**data, "held_on": date.fromisoformat(data["held_on"])})


def payout_prompt(event: OwedEvent, material: Material) -> Iterator[Brief]:
    office = material.office_of(Role.FINANCE)
    rows = tuple(_waiting(event.data["claims"], material))
    yield (
        office,
        contexts.PayoutPrompt(
            addressee=office.name,
            on=event.at.date(),
            cycle=cycle_of(event),
            claims=Table(WAITING_COLUMNS, rows),
            total=Yuan(event.data["total_yuan"]),
        ),
    )


def year_report(event: OwedEvent, material: Material) -> Iterator[Brief]:
    data = event.data
    for office, name in (_of_coordination(material), _of_administrators(material)):
        yield (
            office,
            contexts.YearReport(
                addressee=name,
                on=event.at.date(),
                cycle=cycle_of(event),
                submitted=data["submitted"],
                budget=Yuan(data["budget_yuan"]),
                paid=Yuan(data["paid_yuan"]),
                unpaid=Yuan(data["open_yuan"]),
                file=data["file"],
            ),
        )


def next_plan(event: OwedEvent, material: Material) -> Iterator[Brief]:
    yield _plan(event, material, int(event.data["cycle"]), "usual_opening", missed=False)


def missed_plan(event: OwedEvent, material: Material) -> Iterator[Brief]:
    yield _plan(event, material, cycle_of(event), "deadline_on", missed=True)


def _plan(event: OwedEvent, material: Material, cycle: int, day: str, *, missed: bool) -> Brief:
    office, name = _of_administrators(material)
    on, when = event.at.date(), date.fromisoformat(event.data[day])
    return office, contexts.PlanRequest(addressee=name, on=on, cycle=cycle, missed=missed, day=when)


def drill_failed(event: OwedEvent, material: Material) -> Iterator[Brief]:
    office, name = _of_administrators(material)
    # Each problem is told in Chinese and, behind a stroke, in English; letters are Chinese.
    problems = tuple(each.partition(" / ")[0] for each in event.data["problems"])
    yield (
        office,
        contexts.DrillFailed(
            addressee=name, on=event.at.date(), backup=event.data["backup"], problems=problems
        ),
    )


def letters_held(event: OwedEvent, material: Material) -> Iterator[Brief]:
    office, name = _of_administrators(material)
    yield (
        office,
        contexts.LettersHeld(
            addressee=name,
            on=event.at.date(),
            at=f"{event.at:%H:%M}",
            example=event.data["example"],
            letters=event.data["letters"],
            limit=event.data["limit"],
        ),
    )


def wording_set_aside(event: OwedEvent, material: Material) -> Iterator[Brief]:
    office, name = _of_administrators(material)
    yield (
        office,
        contexts.WordingSetAside(
            addressee=name,
            on=event.at.date(),
            letter=event.data["letter"],
            number=int(event.data["number"]),
            problems=tuple(event.data["problems"]),
        ),
    )


def run_failed(event: OwedEvent, material: Material) -> Iterator[Brief]:
    office, name = _of_administrators(material)
    yield (
        office,
        contexts.RunFailed(
            addressee=name,
            on=event.at.date(),
            step=event.data["title"],
            at=f"{event.at:%H:%M}",
            ended=RUN_STATES[RunState(event.data["state"])],
        ),
    )


def _of_coordination(material: Material) -> tuple[Correspondent, str]:
    office = material.office_of(Role.COORDINATOR)
    return office, office.name


def _of_administrators(material: Material) -> tuple[Correspondent, str]:
    """The bureau has reviewers too: its letters to administrators say whom they are for."""
    office = material.administrators
    return office, f"{office.name}（{Role.ADMINISTRATOR:zh}）"


def _overdue(row: Mapping[str, Any], material: Material) -> tuple[str, ...]:
    claim = material.claim(row["claim"])
    item = material.reference.item(claim.policy_version, claim.item)
    stage, due_on = Stage(row["stage"]), date.fromisoformat(row["due_on"])
    return claim.number, claim.unit_name, item.title, f"{stage:zh}", wording.day(due_on)


def _waiting(numbers: Iterable[str], material: Material) -> Iterator[tuple[str, ...]]:
    for number in numbers:
        claim = material.claim(number)
        yield (*_named(claim, material), wording.figures(claim.granted_yuan or Yuan(0)))


def _named(claim: Particulars, material: Material) -> tuple[str, ...]:
    item = material.reference.item(claim.policy_version, claim.item)
    return (
        claim.number,
        claim.unit_name,
        item.title,
        achievement(item, claim.standard_number, claim.title),
    )
