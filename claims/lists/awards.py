"""Lists of awards: what the body resolved, for the offices, and what is published of it, for everybody."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from claims.desk import Tx
from claims.errors import UnknownResolution
from claims.facts import policy_of
from claims.identity.people import require_role
from claims.letters.correspondence import Line, published_lines
from claims.lists.official import Cell, Column, OfficialList, Sort, day
from claims.lists.privacy import require_nothing_personal
from claims.models import Claim, Resolution
from claims.publicity.resolutions import load_resolution
from claims.review.meetings import vote_on
from states.facts import Actor
from states.policy import Yuan
from states.stages import Role, Stage

READERS = (
    Role.COORDINATOR,
    Role.REVIEWER,
    Role.INTAKE,
    Role.FINANCE,
    Role.ADMINISTRATOR,
    Role.AUDITOR,
)

_COLUMNS = (
    Column("申报编号", Sort.CODE),
    Column("申报单位"),
    Column("所属乡镇", Sort.CODE),
    Column("奖补项目"),
    Column("标准编号（文号）", Sort.CODE),
    Column("标准（成果）名称"),
)


def resolved_list(tx: Tx, ref: str, *, viewer: Actor | None = None) -> OfficialList:
    """议定名单: what stands under the number of the minutes, frozen once it is published, else as it stands now.

    For the offices; raises `UnknownResolution`, and `NotAllowed` for a viewer who is of none of them.
    """
    if viewer is not None:
        require_role(viewer, READERS, "查看议定名单", "see what was resolved")
    row = load_resolution(tx, ref)
    vote = vote_on(tx, row.ref)
    facts = [("会议纪要编号", row.ref)]
    if vote is not None:
        said = f"出席{vote.present}人，同意{vote.in_favour}人，反对{vote.against}人，弃权{vote.abstained}人"
        facts.append(("会议表决", f"{day(vote.held_on)}，{said}"))
    facts.append(("公示期", _window(row) or "尚未公布"))
    return _list(tx, row, "标准化奖补议定名单", facts, "审定金额（元）", ("主持人", "记录人", "登记人"))


def notice_list(tx: Tx, ref: str) -> OfficialList:
    """公示名单: a published list as it was frozen, with nothing about any person. For everybody.

    Raises `UnknownResolution` also for a list that is not published, `PersonalDataListed` where a cell looks like it.
    """
    row = load_resolution(tx, ref)
    window = _window(row)
    if window is None:
        raise UnknownResolution(ref)
    facts = [("会议纪要编号", row.ref), ("公示期", window), ("名单冻结摘要", row.sha256 or "")]
    found = _list(tx, row, "标准化奖补公示名单", facts, "拟奖补金额（元）", ())
    require_nothing_personal(found)
    return found


def _list(
    tx: Tx,
    row: Resolution,
    title: str,
    facts: Sequence[tuple[str, str]],
    amount: str,
    signatures: tuple[str, ...],
) -> OfficialList:
    lines = published_lines(tx, row.ref) if row.published_on else _standing(tx, row.ref)
    return OfficialList(
        title=f"{row.cycle}年度{title}",
        office=tx.desk.directory.default_office(Role.INTAKE).name,
        facts=tuple(facts),
        columns=(*_COLUMNS, Column(amount, Sort.YUAN)),
        rows=tuple(_rows(tx, lines)),
        made_on=tx.now.date(),
        rehearsal=tx.desk.rehearsal,
        signatures=signatures,
    )


def _standing(tx: Tx, ref: str) -> tuple[Line, ...]:
    """What would be frozen if the list were published now."""
    claims = tx.session.scalars(
        select(Claim)
        .where(Claim.resolution == ref, Claim.stage == Stage.PUBLIC_NOTICE)
        .order_by(Claim.number)
    )
    return tuple(
        Line(
            each.number,
            each.unit_name,
            each.township,
            each.item,
            each.standard_number,
            each.title,
            Yuan(each.granted_yuan or 0),
            each.policy_version,
        )
        for each in claims
    )


def _rows(tx: Tx, lines: Iterable[Line]) -> Iterable[tuple[Cell, ...]]:
    for line in lines:
        item = policy_of(tx, line.policy_version).items[line.item]
        named = (line.claim, line.unit_name, line.township, item.title)
        yield (*named, line.standard_number, line.title, line.yuan)


def _window(row: Resolution) -> str | None:
    if row.published_on is None or row.ends_on is None:
        return None
    return f"{day(row.published_on)}至{day(row.ends_on)}{_PROVISIONAL if row.ends_provisional else ''}"


_PROVISIONAL = "（暂定，所涉年度放假安排公布后如有变化另行公告）"
