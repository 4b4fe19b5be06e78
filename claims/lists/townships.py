"""A township's lists: what its units have filed in a year, and who has not filed though there is reason to."""

from collections.abc import Sequence

from sqlalchemy import select

from claims.desk import Tx
from claims.errors import NotAllowed, UnknownOrganisation
from claims.facts import load_cycle, policy_of
from claims.identity.visibility import SEES_ALL
from claims.lists.official import Cell, Column, OfficialList, Sort, day
from claims.models import Claim, Cycle
from claims.reading.township_units import units
from states.facts import Actor
from states.stages import Role

FILED_COLUMNS = (
    Column("申报编号", Sort.CODE),
    Column("申报单位"),
    Column("奖补项目"),
    Column("标准编号（文号）", Sort.CODE),
    Column("标准（成果）名称"),
    Column("提交日期", Sort.CODE),
    Column("环节", Sort.CODE),
    Column("申请金额（元）", Sort.YUAN),
)
UNFILED_COLUMNS = (Column("单位名称"), Column("统一社会信用代码", Sort.CODE), Column("掌握的情况"))


def filed_list(tx: Tx, township: str, year: int, *, viewer: Actor | None = None) -> OfficialList:
    """乡镇申报名单: what has been submitted, each claim with where it stands.

    For the township itself and for the offices that see all claims. Raises `UnknownOrganisation`, `UnknownCycle`,
    `NotAllowed`.
    """
    name, cycle = _of(tx, township, viewer), load_cycle(tx, year)
    claims = tx.session.scalars(
        select(Claim)
        .where(Claim.cycle == year, Claim.township == name, Claim.submitted_at.is_not(None))
        .order_by(Claim.number)
    )
    return _list(
        tx, f"{year}年度{name}标准化奖补申报名单", cycle, FILED_COLUMNS, [_row(tx, each) for each in claims]
    )


def unfiled_list(tx: Tx, township: str, year: int, *, viewer: Actor | None = None) -> OfficialList:
    """未申报单位名单: units that filed before, have begun to, or are known to qualify, and have submitted nothing.

    For whom `filed_list` is, and raises what it does.
    """
    name, cycle = _of(tx, township, viewer), load_cycle(tx, year)
    rows: list[tuple[Cell, ...]] = [
        (each.name, each.uscc, "；".join(each.clues)) for each in units(tx, name, year) if each.missing
    ]
    return _list(tx, f"{year}年度{name}标准化奖补未申报单位名单", cycle, UNFILED_COLUMNS, rows, "家")


def _of(tx: Tx, township: str, viewer: Actor | None) -> str:
    """The short name of a township that the viewer may read the lists of."""
    office = tx.desk.directory.find(township.strip())
    if office is None or not office.township:
        raise UnknownOrganisation(township)
    if viewer is None or viewer.roles & SEES_ALL:
        return office.township
    own = viewer.office
    if Role.TOWNSHIP not in viewer.roles or own is None or own.township != office.township:
        raise NotAllowed(
            viewer.name, "查看该乡镇名单", "see this township's lists", (Role.TOWNSHIP, Role.INTAKE)
        )
    return office.township


def _list(
    tx: Tx,
    title: str,
    cycle: Cycle,
    columns: tuple[Column, ...],
    rows: Sequence[tuple[Cell, ...]],
    unit: str = "件",
) -> OfficialList:
    return OfficialList(
        title=title,
        office=tx.desk.directory.default_office(Role.INTAKE).name,
        facts=(
            ("申报时间", f"{day(cycle.opens_on)}至{day(cycle.deadline_on)}"),
            ("统计截至", day(tx.now.date())),
        ),
        columns=columns,
        rows=tuple(rows),
        made_on=tx.now.date(),
        rehearsal=tx.desk.rehearsal,
        unit=unit,
    )


def _row(tx: Tx, claim: Claim) -> tuple[Cell, ...]:
    item = policy_of(tx, claim.policy_version).items[claim.item]
    return (
        claim.number,
        claim.unit_name,
        item.title,
        claim.standard_number,
        claim.title,
        day(claim.submitted_at.date()) if claim.submitted_at else "",
        f"{claim.stage:zh}",
        claim.requested_yuan,
    )
