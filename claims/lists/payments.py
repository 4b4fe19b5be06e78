"""拨付清单: a batch for those who release it, pay it and keep its books; accounts in full for finance alone."""

from claims.desk import Tx
from claims.identity.people import require_role
from claims.lists.official import Cell, Column, OfficialList, Sort, day
from claims.models import PayoutBatch
from claims.money.payout_lines import lines_of, load_batch, payments, require_unaltered
from states.facts import Actor
from states.stages import Role

READERS = (Role.FINANCE, Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)

_COLUMNS = (
    Column("申报编号", Sort.CODE),
    Column("收款单位"),
    Column("开户银行"),
    Column("银行账号", Sort.CODE),
    Column("用途"),
    Column("金额（元）", Sort.YUAN),
)


def payout_list(tx: Tx, batch: str, *, viewer: Actor | None = None) -> OfficialList:
    """A batch as it was proposed. Accounts stand in full once it is released, for finance; else masked.

    Raises `UnknownBatch`, `NotAllowed`, and `BatchAltered` or `DiffersFromPublished` rather than give out a wrong row.
    """
    if viewer is not None:
        require_role(viewer, READERS, "查看拨付清单", "see a payout list")
    row = load_batch(tx, batch)
    lines = lines_of(tx, row.code)
    require_unaltered(tx, row, lines)
    in_full = row.released_by is not None and (viewer is None or Role.FINANCE in viewer.roles)
    accounts = [each.account for each in payments(tx, lines)] if in_full else None
    rows: list[tuple[Cell, ...]] = [
        (
            line.claim,
            line.unit_name,
            line.bank,
            accounts[place] if accounts else line.account_masked,
            line.purpose,
            line.yuan,
        )
        for place, line in enumerate(lines)
    ]
    return OfficialList(
        title=f"{row.cycle}年度标准化奖补资金拨付清单",
        office=tx.desk.directory.default_office(Role.FINANCE).name,
        facts=tuple(_facts(row)),
        columns=_COLUMNS,
        rows=tuple(rows),
        made_on=tx.now.date(),
        rehearsal=tx.desk.rehearsal,
        unit="笔",
        signatures=("制表", "复核", "负责人"),
    )


def _facts(row: PayoutBatch) -> list[tuple[str, str]]:
    released = "待复核放行"
    if row.released_by is not None and row.released_at is not None:
        released = f"{row.released_by}，{day(row.released_at.date())}"
    return [
        ("拨付批次", row.code),
        ("提出", f"{row.proposed_by}，{day(row.proposed_at.date())}"),
        ("放行", released),
    ]
