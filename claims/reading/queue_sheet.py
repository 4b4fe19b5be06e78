"""The queue as a sheet: everything in a tab that fits the filters, for whoever reckons on with it."""

from collections.abc import Iterator
from pathlib import Path

from claims.desk import Tx
from claims.facts import policy_of
from claims.identity.people import require_role
from claims.reading import queue
from claims.reading.queue import Filters, Tab
from claims.sheets import Cell, write_sheet
from states.facts import Actor
from states.stages import PEOPLES_ROLES, Role

EXPORTERS = tuple(role for role in PEOPLES_ROLES if role is not Role.APPLICANT)
"""Who takes lists along. An applicant has a handful of claims, each with its page."""

COLUMNS = (
    ("申报编号", "Number"),
    ("年度", "Cycle"),
    ("申报单位", "Applicant"),
    ("统一社会信用代码", "Credit code"),
    ("所属乡镇", "Township"),
    ("奖补项目", "Award item"),
    ("标准编号", "Standard"),
    ("名称", "Title"),
    ("排名", "Rank"),
    ("环节", "Stage"),
    ("办理期限", "Due"),
    ("申请金额（元）", "Claimed (yuan)"),
    ("建议金额（元）", "Proposed (yuan)"),
    ("核定金额（元）", "Granted (yuan)"),
)
"""Neither how a person is reached nor an account: a list travels further than a page."""


def export_queue(tx: Tx, path: Path, tab: Tab, filters: Filters, *, actor: Actor, lang: str = "zh") -> None:
    """Write the claims that the actor may see, by deadline, as `.xlsx` or `.csv`. Raises `NotAllowed`."""
    require_role(actor, EXPORTERS, "导出申报件列表", "export the list of claims")
    chosen = 1 if lang == "en" else 0
    rows = _rows(tx, actor, tab, filters, chosen)
    write_sheet(path, [each[chosen] for each in COLUMNS], rows)


def _rows(tx: Tx, actor: Actor, tab: Tab, filters: Filters, chosen: int) -> Iterator[tuple[Cell | None, ...]]:
    for claim in queue.every(tx, actor, tab, filters):
        item = policy_of(tx, claim.policy_version).items[claim.item]
        yield (
            claim.number,
            claim.cycle,
            claim.unit_name,
            claim.uscc,
            claim.township,
            (item.title, item.title_en)[chosen],
            claim.standard_number,
            claim.title,
            claim.rank,
            format(claim.stage, ("zh", "en")[chosen]),
            queue.deadline(claim),
            claim.requested_yuan,
            claim.proposed_yuan,
            claim.granted_yuan,
        )
