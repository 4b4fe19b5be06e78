"""Payouts: two people, the published amount to the published account, each once, whatever the bank answers."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import journey as j
import pytest
from databases import SECRET, sqlite_url
from sqlalchemy import select, text, update
from sqlalchemy.exc import IntegrityError
from test_objections import decided, objected
from world import MORNING, YEAR

from claims import clock
from claims.desk import Desk, open_desk
from claims.errors import (
    BadValue,
    BatchAltered,
    BatchNotReleased,
    BatchReleased,
    DiffersFromPublished,
    NotAllowed,
    NothingToPay,
    UnknownBatch,
)
from claims.models import Claim, PayoutLine
from claims.money import payouts
from claims.money.bank_sheet import ANSWER_COLUMNS, COLUMNS
from claims.money.reconciliation import Reconciled
from claims.publicity.resolutions import publish
from claims.sheets import read_rows, write_sheet
from claims.submission.filing import correct
from claims.timing.due import settle_due
from config.settings import Settings
from states.errors import DeclaredConflict, NotThroughBatch, SameReleaser
from states.stages import Role, Stage, Trigger

CSV, XLSX = "answer.csv", "answer.xlsx"


def proposed(desk: Desk, name: str = "finance-zhou") -> payouts.Proposed:
    with desk.transaction() as tx:
        return payouts.propose(tx, YEAR, actor=j.finance(desk, name))


def release(desk: Desk, code: str, name: str = "finance-wu") -> None:
    with desk.transaction() as tx:
        payouts.release(tx, code, actor=j.finance(desk, name))


def exported(desk: Desk, code: str) -> list[tuple[str | int, ...]]:
    with desk.reading() as tx:
        return payouts.export(tx, code)[1]


def behind_the_desk(desk: Desk, statement: object) -> None:
    with desk.transaction() as tx:
        tx.session.execute(statement)  # type: ignore[call-overload]


# Proposing and releasing


def test_a_batch_holds_all_that_waits_and_is_released_by_another_person(desk: Desk) -> None:
    numbers = j.payable(desk, 3)
    with j.later(10):
        batch = proposed(desk)
        assert batch.as_json() == {
            "batch": "BF-2025-01",
            "claims": numbers,
            "total_yuan": 300_000,
            "left_out": [],
        }
        with pytest.raises(SameReleaser):
            release(desk, batch.batch, "finance-zhou")
        release(desk, batch.batch)
        with pytest.raises(BatchReleased):
            release(desk, batch.batch, "finance-zheng")
        with pytest.raises(NothingToPay):
            proposed(desk)
    assert all(j.triggers_of(desk, each)[-2:] == ["payout_proposed", "payout_released"] for each in numbers)
    j.require_whole(desk)


def test_without_a_claim_that_waits_there_is_no_batch(sqlite_desk: Desk) -> None:
    j.published(sqlite_desk)
    with pytest.raises(NothingToPay):
        proposed(sqlite_desk)
    with sqlite_desk.reading() as tx:
        assert payouts.batches(tx) == []


def test_only_finance_handles_payouts(sqlite_desk: Desk, tmp_path: Path) -> None:
    j.payable(sqlite_desk)
    coordinator = j.coordinator(sqlite_desk)
    with j.later(10):
        with sqlite_desk.transaction() as tx, pytest.raises(NotAllowed):
            payouts.propose(tx, YEAR, actor=coordinator)
        code = j.released(sqlite_desk)
        with sqlite_desk.transaction() as tx, pytest.raises(NotAllowed):
            payouts.release(tx, code, actor=coordinator)
        with sqlite_desk.transaction() as tx, pytest.raises(NotAllowed):
            payouts.export_file(tx, code, tmp_path / XLSX, actor=coordinator)
        with pytest.raises(NotAllowed):
            payouts.reconcile(sqlite_desk, code, tmp_path / XLSX, actor=coordinator)


def test_a_claim_its_maker_may_not_touch_is_left_for_a_colleague(sqlite_desk: Desk) -> None:
    first, second = j.payable(sqlite_desk, 2)
    conflicted = replace(j.finance(sqlite_desk), declared=frozenset({j.form(1).uscc}))
    with j.later(10):
        with sqlite_desk.transaction() as tx:
            batch = payouts.propose(tx, YEAR, actor=conflicted)
        assert batch.claims == (second,)
        assert batch.as_json()["left_out"][0]["claim"] == first
        with sqlite_desk.transaction() as tx, pytest.raises(DeclaredConflict):
            payouts.propose(tx, YEAR, actor=conflicted)
        assert proposed(sqlite_desk, "finance-wu").claims == (first,)


def test_a_batch_is_named_or_said_to_be_unknown(sqlite_desk: Desk) -> None:
    with sqlite_desk.reading() as tx, pytest.raises(UnknownBatch):
        payouts.batch(tx, "BF-2025-99")


# Never a yuan or an account off what was published


@pytest.mark.parametrize(
    "change",
    [
        {"granted_yuan": 100_001},
        {"account_digest": "another"},
        {"unit_name": "另一家公司"},
        {"account_sealed": "6228481111111111111"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_claim_that_differs_from_the_published_list_is_not_proposed(
    sqlite_desk: Desk, change: dict[str, object]
) -> None:
    [number] = j.payable(sqlite_desk)
    if "account_sealed" in change:
        change = {"account_sealed": sqlite_desk.vault.seal(str(change["account_sealed"]))}
    behind_the_desk(sqlite_desk, update(Claim).where(Claim.number == number).values(change))
    with j.later(10), pytest.raises(DiffersFromPublished) as refusal:
        proposed(sqlite_desk)
    assert refusal.value.claims == (number,)
    with sqlite_desk.reading() as tx:
        assert payouts.batches(tx) == []


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"yuan": 100_001}, BatchAltered),
        ({"bank": "另一家银行"}, BatchAltered),
        ({"account_digest": "another"}, BatchAltered),
        ({"account_sealed": "6228481111111111111"}, DiffersFromPublished),
    ],
    ids=["yuan", "bank", "digest", "account"],
)
def test_a_batch_altered_after_its_proposal_is_neither_released_nor_exported(
    sqlite_desk: Desk, change: dict[str, object], refusal: type[Exception]
) -> None:
    [number] = j.payable(sqlite_desk)
    if "account_sealed" in change:
        change = {"account_sealed": sqlite_desk.vault.seal(str(change["account_sealed"]))}
    with j.later(10):
        code = proposed(sqlite_desk).batch
        altering = update(PayoutLine).where(PayoutLine.claim == number).values(change)
        behind_the_desk(sqlite_desk, altering)
        with pytest.raises(refusal):
            release(sqlite_desk, code)
        behind_the_desk(sqlite_desk, text("UPDATE payout_batch SET released_by = 'wei'"))
        with pytest.raises(refusal):
            exported(sqlite_desk, code)


def test_the_database_itself_refuses_a_second_open_line_and_one_who_releases_their_own(desk: Desk) -> None:
    j.payable(desk)
    with j.later(10):
        proposed(desk)
    with desk.reading() as tx:
        line = tx.session.execute(select(PayoutLine.__table__)).mappings().one()
    second = dict(line) | {"batch": "BF-2025-02"}
    copied = text(
        "INSERT INTO payout_batch (code, cycle, proposed_by, proposed_at, sha256) "
        "SELECT 'BF-2025-02', cycle, proposed_by, proposed_at, sha256 FROM payout_batch"
    )
    behind_the_desk(desk, copied)
    with pytest.raises(IntegrityError):
        behind_the_desk(desk, PayoutLine.__table__.insert().values(second))  # type: ignore[attr-defined]
    with pytest.raises(IntegrityError):
        behind_the_desk(desk, text("UPDATE payout_batch SET released_by = proposed_by"))


def test_an_account_changed_under_correction_is_published_anew_and_then_paid(sqlite_desk: Desk) -> None:
    [number] = j.published(sqlite_desk)
    decided(sqlite_desk, objected(sqlite_desk, number), "upheld")
    j.do(sqlite_desk, number, Trigger.REMAND, j.coordinator(sqlite_desk), reason="账户有误")
    said = {"missing": ["bank_account"], "reason": "账户有误"}
    j.do(sqlite_desk, number, Trigger.RETURN_FOR_CORRECTION, j.reviewer(sqlite_desk), **said)
    new = {"bank": "中国工商银行嵊泗支行", "account": "6222021208000000001"}
    with sqlite_desk.transaction() as tx:
        correct(tx, number, new, actor=j.owner(sqlite_desk, number))
    j.do(sqlite_desk, number, Trigger.RESUBMIT, j.owner(sqlite_desk, number))
    j.do(sqlite_desk, number, Trigger.ENDORSE, j.reviewer(sqlite_desk))
    j.do(sqlite_desk, number, Trigger.APPROVE, j.coordinator(sqlite_desk), resolution="〔2025〕2号")
    with sqlite_desk.transaction() as tx:
        publish(tx, "〔2025〕2号", actor=j.coordinator(sqlite_desk))
    with j.later(10):
        settle_due(sqlite_desk)
        [row] = exported(sqlite_desk, j.released(sqlite_desk))
    assert row[3:6] == (new["bank"], new["account"], 100_000)


# The sheet for the bank


def test_nothing_leaves_for_the_bank_before_its_release(sqlite_desk: Desk, tmp_path: Path) -> None:
    j.payable(sqlite_desk)
    with j.later(10):
        code = proposed(sqlite_desk).batch
        with pytest.raises(BatchNotReleased):
            exported(sqlite_desk, code)
        with pytest.raises(BatchNotReleased):
            j.reconciled(sqlite_desk, code, tmp_path / CSV)


@pytest.mark.parametrize("name", [CSV, XLSX])
def test_the_sheet_says_who_gets_how_much_on_which_account(
    sqlite_desk: Desk, tmp_path: Path, name: str
) -> None:
    [number] = j.payable(sqlite_desk)
    with j.later(10):
        code = j.released(sqlite_desk)
        with sqlite_desk.reading() as tx:
            payouts.export_file(tx, code, tmp_path / name, actor=j.finance(sqlite_desk))
    sheet = read_rows(tmp_path / name)
    assert sheet.headers == COLUMNS + ANSWER_COLUMNS
    [row] = sheet.rows
    assert {key: str(value) for key, value in row.values.items()} == {
        "批次": code,
        "申报编号": number,
        "申报单位": "嵊泗县第1海洋科技有限公司",
        "开户银行": "浙江嵊泗农村商业银行营业部",
        "银行账号": "6228480000000000001",
        "金额（元）": "100000",
        "金额大写": "人民币壹拾万元整",
        "用途": "2025年度标准化奖补（牵头制定舟山市地方标准）",
    }


def test_a_rehearsals_sheet_says_so_in_every_row(sqlite_desk: Desk) -> None:
    j.payable(sqlite_desk, 2)
    with j.later(10):
        rows = exported(replace(sqlite_desk, rehearsal=True), j.released(sqlite_desk))
    assert all(str(row[-1]).startswith("【演练】") for row in rows)


# The bank's answer

FIRST, SECOND, BATCH = "SB-2025-0001", "SB-2025-0002", "BF-2025-01"


@pytest.fixture(scope="session")
def _answered_world(tmp_path_factory: pytest.TempPathFactory, _sqlite_world: Path) -> Path:
    """A folder with a database that waits for the bank, and the bank's answer: both were paid."""
    folder = tmp_path_factory.mktemp("answered")
    shutil.copyfile(_sqlite_world, folder / "jiangbu.db")
    with _opened(folder) as desk, clock.standing_at(MORNING):
        j.payable(desk, 2)
        with j.later(10):
            j.answer(desk, j.released(desk), folder / CSV)
    return folder


@pytest.fixture
def answered(tmp_path: Path, _answered_world: Path) -> Iterator[Desk]:
    """A desk that has released a batch of two; the bank's answer lies beside its database."""
    for name in ("jiangbu.db", CSV):
        shutil.copyfile(_answered_world / name, tmp_path / name)
    with _opened(tmp_path) as desk, clock.standing_at(MORNING), j.later(10):
        yield desk


def _opened(folder: Path) -> AbstractContextManager[Desk]:
    url = sqlite_url(folder / "jiangbu.db")
    return open_desk(Settings(home=folder, database_url=url, secret_key=SECRET))


@pytest.mark.parametrize("name", [CSV, XLSX])
def test_each_row_is_settled_as_the_bank_says(desk: Desk, tmp_path: Path, name: str) -> None:
    paid, failed, unknown = j.payable(desk, 3)
    with j.later(10):
        code = j.released(desk)
        j.answer(desk, code, tmp_path / name, SB_2025_0002="失败", SB_2025_0003="未知")
        read = j.reconciled(desk, code, tmp_path / name)
    assert (read.paid, read.failed, read.unknown, read.problems) == ([paid], [failed], [unknown], [])
    assert [j.stage_of(desk, each) for each in (paid, failed, unknown)] == [
        Stage.PAID,
        Stage.FINANCE_PAYOUT,
        Stage.FINANCE_PAYOUT,
    ]
    assert j.balances(desk) == {
        "appropriated": -2_000_000,
        "available": 1_700_000,
        "published": 200_000,
        "paid": 100_000,
    }
    assert j.triggers_of(desk, failed)[-1] == "payment_failed"
    assert j.triggers_of(desk, unknown)[-1] == "payment_unknown"
    with desk.reading() as tx:
        summary = payouts.batch(tx, code)
    assert summary["outcomes"] == {"pending": 0, "unknown": 1, "paid": 1, "failed": 1}
    assert [(each["account"], each["failure"]) for each in summary["lines"]] == [
        ("**** 0001", ""),
        ("**** 0002", "账户已销户"),
        ("**** 0003", ""),
    ]
    j.require_whole(desk)


def test_the_same_answer_read_again_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    numbers = j.payable(desk, 3)
    with j.later(10):
        code = j.released(desk)
        j.answer(desk, code, tmp_path / CSV, SB_2025_0002="失败", SB_2025_0003="未知")
        j.reconciled(desk, code, tmp_path / CSV)
        before = [j.triggers_of(desk, each) for each in numbers], j.balances(desk)
        again = j.reconciled(desk, code, tmp_path / CSV)
    assert again == Reconciled(code, unchanged=numbers)
    assert ([j.triggers_of(desk, each) for each in numbers], j.balances(desk)) == before


def test_an_unknown_payment_is_settled_by_a_later_answer(sqlite_desk: Desk, tmp_path: Path) -> None:
    paid, failed = j.payable(sqlite_desk, 2)
    with j.later(10):
        code = j.released(sqlite_desk)
        j.answer(sqlite_desk, code, tmp_path / CSV, SB_2025_0001="未知", SB_2025_0002="未知")
        j.reconciled(sqlite_desk, code, tmp_path / CSV)
        with pytest.raises(NothingToPay):
            proposed(sqlite_desk)
        j.answer(sqlite_desk, code, tmp_path / CSV, SB_2025_0002="失败")
        read = j.reconciled(sqlite_desk, code, tmp_path / CSV)
    assert (read.paid, read.failed) == ([paid], [failed])


def test_a_failed_payment_goes_into_the_next_batch_and_is_paid_once(
    sqlite_desk: Desk, tmp_path: Path
) -> None:
    first, second = j.payable(sqlite_desk, 2)
    with j.later(10):
        code = j.released(sqlite_desk)
        j.answer(sqlite_desk, code, tmp_path / CSV, SB_2025_0002="失败")
        j.reconciled(sqlite_desk, code, tmp_path / CSV)
        next_code = j.released(sqlite_desk)
        assert j.outcomes(sqlite_desk, next_code) == {second: "pending"}
        j.answer(sqlite_desk, next_code, tmp_path / XLSX)
        assert j.reconciled(sqlite_desk, next_code, tmp_path / XLSX).paid == [second]
        # The first answer comes once more, now saying that the failed payment went through after all.
        j.answer(sqlite_desk, code, tmp_path / CSV)
        read = j.reconciled(sqlite_desk, code, tmp_path / CSV)
    assert read.unchanged == [first]
    assert [(each.claim, each.code) for each in read.problems] == [(second, "result_contradicts")]
    assert j.balances(sqlite_desk)["paid"] == 200_000
    j.require_whole(sqlite_desk)


ALTERED = {
    "unit": ({"申报单位": "另一家公司"}, "row_altered"),
    "account": ({"银行账号": "6228481111111111111"}, "row_altered"),
    "one yuan more": ({"金额（元）": 100_001}, "row_altered"),
    "a fraction": ({"金额（元）": "100000.50"}, "row_altered"),
    "no amount": ({"金额（元）": ""}, "row_altered"),
    "a formula": ({"金额（元）": "=100000"}, "row_altered"),
    "another batch": ({"批次": "BF-2025-07"}, "row_unknown"),
    "another claim": ({"申报编号": "SB-2025-0099"}, "row_unknown"),
    "no claim": ({"申报编号": ""}, "row_unknown"),
    "no result": ({"结果": ""}, "result_missing"),
    "a result of its own": ({"结果": "已付"}, "result_unknown"),
    "a failure without reason": ({"结果": "失败", "失败原因": ""}, "failure_unexplained"),
}


@pytest.mark.parametrize(("change", "code"), ALTERED.values(), ids=ALTERED.keys())
def test_a_row_that_is_not_as_it_was_sent_is_reported_and_settles_nothing(
    answered: Desk, tmp_path: Path, change: dict[str, object], code: str
) -> None:
    _rewrite(tmp_path / CSV, lambda rows: [rows[0] | change, rows[1]])
    read = j.reconciled(answered, BATCH, tmp_path / CSV)
    assert read.paid == [SECOND]
    assert (read.problems[0].row, read.problems[0].code) == (2, code)
    assert j.outcomes(answered, BATCH)[FIRST] == "pending"
    assert j.stage_of(answered, FIRST) is Stage.FINANCE_PAYOUT
    assert j.balances(answered)["paid"] == 100_000


def test_a_row_left_out_is_reported_until_its_payment_is_settled(answered: Desk, tmp_path: Path) -> None:
    whole = (tmp_path / CSV).read_bytes()
    _rewrite(tmp_path / CSV, lambda rows: rows[:1])
    read = j.reconciled(answered, BATCH, tmp_path / CSV)
    assert read.paid == [FIRST]
    assert [(each.row, each.claim, each.code) for each in read.problems] == [(None, SECOND, "row_missing")]
    (tmp_path / CSV).write_bytes(whole)
    _rewrite(tmp_path / CSV, lambda rows: rows[1:])
    assert j.reconciled(answered, BATCH, tmp_path / CSV) == Reconciled(BATCH, paid=[SECOND])


def test_a_claim_that_stands_in_two_rows_is_settled_by_neither(answered: Desk, tmp_path: Path) -> None:
    _rewrite(tmp_path / CSV, lambda rows: [*rows, rows[0] | {"结果": "未知"}])
    read = j.reconciled(answered, BATCH, tmp_path / CSV)
    assert read.paid == [SECOND]
    assert [(each.row, each.claim, each.code) for each in read.problems] == [
        (2, FIRST, "row_repeated"),
        (4, FIRST, "row_repeated"),
    ]


def test_what_the_bank_may_write_in_its_own_way_is_read_as_the_same(answered: Desk, tmp_path: Path) -> None:
    own = {"银行账号": "6228 4800 0000 0000 001", "金额（元）": "100,000.00", "流水号": "20250320-1"}
    _rewrite(tmp_path / CSV, lambda rows: [rows[0] | own, rows[1]])
    assert j.reconciled(answered, BATCH, tmp_path / CSV).paid == [FIRST, SECOND]


def test_an_answer_without_a_needed_column_is_refused_as_a_whole(answered: Desk, tmp_path: Path) -> None:
    write_sheet(tmp_path / CSV, ("批次", "申报编号", "结果"), [(BATCH, FIRST, "成功")])
    with pytest.raises(BadValue):
        j.reconciled(answered, BATCH, tmp_path / CSV)
    assert j.outcomes(answered, BATCH) == {FIRST: "pending", SECOND: "pending"}


def test_a_line_altered_after_its_release_settles_nothing(answered: Desk, tmp_path: Path) -> None:
    behind_the_desk(answered, update(PayoutLine).where(PayoutLine.claim == FIRST).values(yuan=90_000))
    _rewrite(tmp_path / CSV, lambda rows: [rows[0] | {"金额（元）": 90_000}, rows[1]])
    read = j.reconciled(answered, BATCH, tmp_path / CSV)
    assert [each.code for each in read.problems] == ["differs_from_published"]
    assert j.outcomes(answered, BATCH) == {FIRST: "pending", SECOND: "paid"}
    assert j.balances(answered)["paid"] == 100_000


def test_nobody_pays_past_the_bank(answered: Desk) -> None:
    with pytest.raises(NotThroughBatch):
        j.do(answered, FIRST, Trigger.PAY, j.person(answered, "feng", Role.FINANCE))


def _rewrite(path: Path, change: object) -> None:
    sheet = read_rows(path)
    rows: Sequence[dict[str, object]] = change([dict(row.values) for row in sheet.rows])  # type: ignore[operator]
    columns = list(dict.fromkeys([*sheet.headers, *(name for row in rows for name in row)]))
    write_sheet(path, columns, [[row.get(name) for name in columns] for row in rows])  # type: ignore[misc]
