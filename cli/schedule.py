"""`jiangbu due` and `jiangbu round`: the ledger of due slots, and doing what is due now."""

from datetime import date, timedelta
from typing import Annotated

import typer

from claims.timing import slots
from claims.timing.due import SlotResult, due_slots
from cli.commands import REFUSED
from cli.options import day
from cli.output import Answer, Column, table
from cli.session import opened, reading

MOMENT = timedelta(microseconds=1)
ALL = 100_000

COLUMNS = (
    Column("到期事项", "Slot"),
    Column("年度", "Cycle"),
    Column("对象", "Subject"),
    Column("到期时间", "Due"),
    Column("结果", "Outcome"),
    Column("办结时间", "Finished"),
    Column("说明", "Detail"),
)
OUTCOMES = {
    "pending": "待办 pending",
    "done": "已办 done",
    "late": "补办 late",
    "skipped": "略过 skipped",
    "asked": "待确认 asked",
}


def due(
    *,
    until: Annotated[
        date | None,
        typer.Option("--until", parser=day, metavar="DATE", help="只到这一天（含）  up to and with this day"),
    ] = None,
) -> Answer:
    """到期事项台账：何事、何时、结果如何。  The ledger of due slots: what, when, outcome."""
    with reading() as (tx, _):
        results = due_slots(tx, until=None if until is None else slots.after(until) - MOMENT, limit=ALL)
    return Answer([each.as_json() for each in results], _text(results))


def round_() -> Answer:
    """办理现在到期的全部事项并发出函件。  Do all that is due now, and let the letters leave."""
    from notifications.round import run_round

    with opened() as desk:
        results = run_round(desk)
    failed = [each for each in results if each.outcome == slots.Outcome.PENDING]
    data, text = [each.as_json() for each in results], _text(results)
    if not failed:
        return Answer(data, text)
    names = "、".join(f"{each.slot} ({each.detail})" for each in failed)
    said = (
        f"error[slots_failed]: {len(failed)} 项未能办理，仍为待办：{names}",
        f"{len(failed)} slot(s) could not be settled and stay pending; they are tried again with the next round.",
    )
    return Answer(data, text, said, REFUSED)


def _text(results: tuple[SlotResult, ...]) -> str:
    rows = (
        [
            each.slot,
            None if each.cycle is None else str(each.cycle),
            each.subject,
            f"{each.due_at:%Y-%m-%d %H:%M}",
            OUTCOMES[each.outcome],
            f"{each.finished_at:%Y-%m-%d %H:%M}" if each.finished_at else None,
            each.detail,
        ]
        for each in results
    )
    return table(COLUMNS, rows, empty="没有到期事项。 Nothing is due.")
