"""`jiangbu payout`: batches proposed by one, released by another, and the bank's answer."""

from typing import Annotated, Any

import typer

from claims.identity import people
from cli.commands import MONEY, REFUSED, command, group
from cli.lists import write_list
from cli.options import Acting, AnyCycle, CycleYear, InFile, MaybeActing, OutFile
from cli.output import Answer, Column, blocks, sheet, table
from cli.session import acting, opened, reading

app = group("payout", "资金拨付", "payout batches and the bank's answer")

Batch = Annotated[str, typer.Argument(metavar="BATCH", help="拨付批次，见 payout list  the batch")]

COLUMNS = (
    Column("批次", "Batch"),
    Column("年度", "Cycle"),
    Column("笔数", "Claims", right=True),
    Column("金额（元）", "Yuan", right=True),
    Column("提出", "Proposed by"),
    Column("放行", "Released by"),
    Column("结果", "Outcomes"),
)
LINES = (
    Column("申报件", "Claim"),
    Column("申报单位", "Applicant"),
    Column("账号", "Account"),
    Column("金额（元）", "Yuan", right=True),
    Column("结果", "Outcome"),
    Column("失败原因", "Failure"),
)
OUTCOMES = {
    "pending": "待回单 pending",
    "unknown": "未知 unknown",
    "paid": "成功 paid",
    "failed": "失败 failed",
}


@command(app, "propose")
def propose(*, cycle: CycleYear, user: Acting) -> Answer:
    """把该年度全部待拨付件列入一个新批次。  Put all that waits for payment into a new batch."""
    from claims.money import payouts

    with acting(user) as (tx, actor):
        proposed = payouts.propose(tx, cycle, actor=actor)
    data = proposed.as_json()
    text = sheet(
        [
            ("批次", "Batch", proposed.batch),
            ("申报件", "Claims", proposed.claims),
            ("金额（元）", "Yuan", proposed.total_yuan),
        ],
    )
    return Answer(data, text, tuple(f"{each['claim']}: {each['message']}" for each in data["left_out"]))


@command(app, "release")
def release(batch: Batch, *, user: Acting) -> Answer:
    """由另一人复核放行。  Release a batch, as another person than its maker."""
    from claims.money import payouts

    with acting(user) as (tx, actor):
        released = payouts.release(tx, batch, actor=actor)
    text = f"{released.batch}  {released.claims} 笔  {released.total_yuan:,} 元  已放行 released"
    return Answer(released.as_json(), text)


@command(app, "list", allowed=MONEY)
def list_batches(*, cycle: AnyCycle = None) -> Answer:
    """列出拨付批次。  List the batches."""
    from claims.money import payouts

    with reading() as (tx, _):
        data = payouts.batches(tx, cycle)
    return Answer(data, table(COLUMNS, map(_row, data)))


@command(app, "show", allowed=MONEY)
def show(batch: Batch) -> Answer:
    """批次逐笔情况（账号只显示末四位）。  A batch line by line, accounts masked."""
    from claims.money import payouts

    with reading() as (tx, _):
        data = payouts.batch(tx, batch)
    rows = (
        [
            each["claim"],
            each["unit"],
            each["account"],
            each["yuan"],
            OUTCOMES[each["outcome"]],
            each["failure"],
        ]
        for each in data["lines"]
    )
    return Answer(data, blocks(table(COLUMNS, [_row(data)]), table(LINES, rows)))


@command(app, "export")
def export(batch: Batch, *, out: OutFile, user: MaybeActing = None) -> Answer:
    """导出给银行的拨付表（xlsx 或 csv），或者供打印签字的拨付清单（pdf）；内有完整账号，请妥善保管。  Write the bank's sheet, or the list to print and sign (pdf); both hold full accounts."""
    from claims.lists.payments import payout_list
    from claims.money import payouts

    if out.suffix.lower() == ".pdf":
        return write_list(lambda tx, viewer: payout_list(tx, batch, viewer=viewer), out, user)
    with reading(user) as (tx, actor):
        payouts.export_file(tx, batch, out, actor=actor)
    return Answer({"batch": batch, "out": str(out)}, f"{out}")


@command(app, "reconcile")
def reconcile(batch: Batch, result: InFile, *, user: Acting) -> Answer:
    """读回银行结果，逐笔核对入账；重复读取不改变结果。  Read the bank's answer and settle row by row."""
    from claims.money.reconciliation import reconcile as settle

    with opened() as desk:
        with desk.reading() as tx:
            actor = people.actor(tx, user)
        reconciled = settle(desk, batch, result, actor=actor)
    return _reconciled(reconciled.as_json())


def _reconciled(data: dict[str, Any]) -> Answer:
    text = sheet(
        [
            ("成功", "Paid", data["paid"]),
            ("失败", "Failed", data["failed"]),
            ("未知", "Unknown", data["unknown"]),
            ("未变", "Unchanged", data["unchanged"]),
        ],
    )
    said = tuple(f"{each['claim']}: {each['message']}" for each in data["problems"])
    if said and not any(data[name] for name in ("paid", "failed", "unknown", "unchanged")):
        first = (
            "error[all_refused]: 回单各行均与拨付表不符，未办理任何一笔；原因逐项列明。",
            "No row of the answer agrees with what was sent; none was settled, for the reasons given one by one.",
        )
        return Answer(data, text, (*first, *said), REFUSED)
    return Answer(data, text, said)


def _row(each: dict[str, Any]) -> list[Any]:
    outcomes = [f"{OUTCOMES[name]} {count}" for name, count in each["outcomes"].items() if count]
    return [
        each["batch"],
        str(each["cycle"]),
        each["claims"],
        each["total_yuan"],
        each["proposed_by"],
        each["released_by"],
        outcomes,
    ]
