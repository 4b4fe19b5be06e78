"""The year's report and the register of standards and honours: what was claimed, granted and paid, without any person."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from sqlalchemy import select

from claims.desk import Tx
from claims.errors import BadValue
from claims.facts import load_cycle, policy_of
from claims.models import Claim, Cycle
from claims.money import ledger
from claims.money.ledger import Account
from claims.reading.register import register
from claims.sheets import write_sheet
from states.stages import MAIN_LINE, Stage

Cell = str | int

ACCOUNT_TITLES = {
    Account.APPROPRIATED: "年度预算",
    Account.AVAILABLE: "可用",
    Account.RESERVED: "已审定未公示",
    Account.PUBLISHED: "已公示未拨付",
    Account.PAID: "已拨付",
    Account.RETURNED: "已追回",
}

REGISTER_COLUMNS = (
    "年度",
    "申报编号",
    "单位名称",
    "统一社会信用代码",
    "所属乡镇",
    "奖补项目",
    "类别",
    "标准编号（文号）",
    "名称",
    "排名",
    "发布（认定）日期",
    "实施日期",
    "县级奖补（元）",
    "拨付日期",
)

WIDEST_COLUMN = 40
NARROWEST_COLUMN = 8


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of the report. Amounts are whole yuan."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def year_report(tx: Tx, year: int) -> tuple[Table, ...]:
    """The tables of a year's report: overview, by item, by township, by field, and every claim that was submitted."""
    cycle = load_cycle(tx, year)
    claims = list(
        tx.session.scalars(
            select(Claim).where(Claim.cycle == year, Claim.submitted_at.is_not(None)).order_by(Claim.number),
        ),
    )
    policy = policy_of(tx, cycle.policy_version)
    townships = [office.township for office in tx.desk.directory.townships()]
    return (
        _overview(tx, cycle, claims),
        _grouped(
            "按奖补项目",
            "奖补项目",
            claims,
            [item.title for item in policy.items.values()],
            lambda each: _item(tx, each),
        ),
        _grouped("按乡镇", "乡镇", claims, townships, lambda each: each.township),
        _grouped(
            "按领域",
            "领域",
            claims,
            [field.title for field in policy.fields.values()],
            lambda each: _field(tx, each),
        ),
        _list(tx, claims),
    )


def write_report(tx: Tx, year: int, path: Path) -> None:
    """Write the year's report as a workbook. Raises `UnknownCycle`, and `BadValue` for a name that is not .xlsx."""
    if path.suffix.lower() != ".xlsx":
        raise BadValue(
            "年度报告以 .xlsx 写出，请改用该扩展名。", "The report is a workbook; give it a name in .xlsx."
        )
    # Text stays text: a title that begins with "=" must not become a formula on somebody's screen.
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for table in year_report(tx, year):
            _write_table(book, table)


def township_figures(tx: Tx, year: int) -> dict[str, dict[str, int]]:
    """What a year came to in each township of the directory, as events record it. Amounts are whole yuan."""
    claims = tx.session.scalars(select(Claim).where(Claim.cycle == year, Claim.submitted_at.is_not(None)))
    groups: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.township].append(claim)
    return {
        name: _figures(groups[name]) for name in (each.township for each in tx.desk.directory.townships())
    }


def _figures(claims: Sequence[Claim]) -> dict[str, int]:
    names = ("submitted", "requested_yuan", "granted", "granted_yuan", "paid", "paid_yuan", "returned_yuan")
    refused = sum(claim.stage is Stage.REJECTED for claim in claims)
    return {**dict(zip(names, _sums(claims), strict=True)), "refused": refused}


def write_register(tx: Tx, path: Path) -> None:
    """Write the register of what has been awarded, all years, as .xlsx or .csv."""
    rows = [
        (
            each.cycle,
            each.claim,
            each.unit,
            each.uscc,
            each.township,
            each.item_title,
            "标准" if each.is_standard else "荣誉",
            each.standard,
            each.title,
            "" if each.rank is None else each.rank,
            each.published_on.isoformat() if each.published_on else "",
            each.effective_on.isoformat() if each.effective_on else "",
            each.county_yuan,
            each.paid_on.isoformat() if each.paid_on else "",
        )
        for each in register(tx)
    ]
    write_sheet(path, REGISTER_COLUMNS, rows)


def _overview(tx: Tx, cycle: Cycle, claims: Sequence[Claim]) -> Table:
    balances = ledger.balances(tx, cycle.year)
    rows: list[tuple[Cell, ...]] = [
        ("申报时间", f"{cycle.opens_on.isoformat()} 至 {cycle.deadline_on.isoformat()}", ""),
        ("成果期间", f"{cycle.results_from.isoformat()} 至 {cycle.results_to.isoformat()}", ""),
        ("政策版本", cycle.policy_version, ""),
        # What the county gave stands in the books with a minus, as the source of all the rest.
        *((f"资金：{title}", "", abs(balances[account])) for account, title in ACCOUNT_TITLES.items()),
    ]
    for stage in (*MAIN_LINE, *(each for each in Stage if each not in MAIN_LINE)):
        here = [claim for claim in claims if claim.stage is stage]
        if here:
            rows.append((f"环节：{stage:zh}", len(here), sum(_latest(claim) for claim in here)))
    return Table(f"{cycle.year}年度概况", ("事项", "件数或说明", "金额（元）"), tuple(rows))


def _grouped(
    title: str,
    column: str,
    claims: Iterable[Claim],
    names: Iterable[str],
    name_of: Callable[[Claim], str],
) -> Table:
    """Counts and sums by a name, every known name a row, so that a blank is seen as one; the last row is the sum."""
    groups: defaultdict[str, list[Claim]] = defaultdict(list, {name: [] for name in names})
    for claim in claims:
        groups[name_of(claim)].append(claim)
    rows: list[tuple[Cell, ...]] = [(name, *_sums(found)) for name, found in groups.items()]
    total = _sums([claim for found in groups.values() for claim in found])
    columns = (
        column,
        "申报件数",
        "申请金额（元）",
        "审定件数",
        "审定金额（元）",
        "拨付件数",
        "拨付金额（元）",
        "追回金额（元）",
    )
    return Table(title, columns, (*rows, ("合计", *total)))


def _sums(claims: Sequence[Claim]) -> tuple[int, ...]:
    granted = [claim for claim in claims if _granted(claim)]
    paid = [claim for claim in claims if _paid(claim)]
    return (
        len(claims),
        sum(claim.requested_yuan for claim in claims),
        len(granted),
        sum(map(_granted, granted)),
        len(paid),
        sum(map(_paid, paid)),
        sum(map(_returned, claims)),
    )


def _list(tx: Tx, claims: Iterable[Claim]) -> Table:
    columns = (
        "申报编号",
        "申报单位",
        "所属乡镇",
        "奖补项目",
        "标准编号（文号）",
        "名称",
        "排名",
        "环节",
        "申请金额（元）",
        "审定金额（元）",
        "拨付金额（元）",
        "追回金额（元）",
        "会议纪要",
    )
    rows = tuple(
        (
            claim.number,
            claim.unit_name,
            claim.township,
            _item(tx, claim),
            claim.standard_number,
            claim.title,
            "" if claim.rank is None else claim.rank,
            f"{claim.stage:zh}",
            claim.requested_yuan,
            _granted(claim),
            _paid(claim),
            _returned(claim),
            claim.resolution or "",
        )
        for claim in claims
    )
    return Table("申报件明细", columns, rows)


def _item(tx: Tx, claim: Claim) -> str:
    return policy_of(tx, claim.policy_version).items[claim.item].title


def _field(tx: Tx, claim: Claim) -> str:
    return policy_of(tx, claim.policy_version).fields[claim.field].title


_GRANTED = (Stage.PUBLIC_NOTICE, Stage.FINANCE_PAYOUT, Stage.PAID, Stage.RECLAIMED)
_PAID = (Stage.PAID, Stage.RECLAIMED)


def _granted(claim: Claim) -> int:
    """What stands granted: a withdrawn or revoked award no longer does."""
    return claim.granted_yuan or 0 if claim.stage in _GRANTED else 0


def _paid(claim: Claim) -> int:
    return claim.granted_yuan or 0 if claim.stage in _PAID else 0


def _returned(claim: Claim) -> int:
    return claim.reclaim_yuan or 0 if claim.stage is Stage.RECLAIMED else 0


def _latest(claim: Claim) -> int:
    """The last amount somebody put a name to: granted, else proposed, else requested."""
    return claim.granted_yuan or claim.proposed_yuan or claim.requested_yuan


def _write_table(book: xlsxwriter.Workbook, table: Table) -> None:
    sheet = book.add_worksheet(table.title)
    heading = book.add_format({"bold": True, "bottom": 1})
    amount = book.add_format({"num_format": "#,##0"})
    for column, name in enumerate(table.columns):
        longest = max((len(str(row[column])) for row in table.rows), default=0)
        sheet.set_column(
            column, column, min(max(NARROWEST_COLUMN, len(name) * 2, longest * 1.6), WIDEST_COLUMN)
        )
        sheet.write_string(0, column, name, heading)
    for number, row in enumerate(table.rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(number, column, cell, amount)
            else:
                sheet.write_string(number, column, cell)
    sheet.freeze_panes(1, 0)
