"""The sheet that goes to the bank and comes back with its answers: its columns, and what an answer must equal."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from claims.errors import BadValue
from claims.money.numerals import in_words
from claims.sheets import Printed, Sheet, read_rows, write_sheet
from claims.vault import normalised
from states.policy import Yuan

COLUMNS = ("批次", "申报编号", "申报单位", "开户银行", "银行账号", "金额（元）", "金额大写", "用途")
ANSWER_COLUMNS = ("结果", "失败原因")
REHEARSAL_MARK = "【演练】"

_NEEDED = ("批次", "申报编号", "申报单位", "银行账号", "金额（元）", "结果")


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment as the bank is told of it, account in full."""

    batch: str
    claim: str
    unit_name: str
    bank: str
    account: str
    yuan: Yuan
    purpose: str


class BankOutcome(StrEnum):
    PAID = "paid"
    FAILED = "failed"
    UNKNOWN = "unknown"


_OUTCOMES = {"成功": BankOutcome.PAID, "失败": BankOutcome.FAILED, "未知": BankOutcome.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bank says of one payment, in a row that is otherwise as it was sent."""

    row: int
    claim: str
    outcome: BankOutcome
    failure: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that settles nothing, or a payment without a row (`row` None), and what to do about it."""

    row: int | None
    claim: str | None
    code: str
    zh: str
    en: str

    def as_json(self) -> dict[str, int | str | None]:
        return {
            "row": self.row,
            "claim": self.claim,
            "code": self.code,
            "message": self.zh,
            "message_en": self.en,
        }


def rows_of(payments: Iterable[Payment], *, rehearsal: bool) -> list[tuple[str | int, ...]]:
    """The rows of the sheet in the order of its columns. Accounts are text, amounts whole yuan."""
    mark = REHEARSAL_MARK if rehearsal else ""
    return [
        (
            each.batch,
            each.claim,
            each.unit_name,
            each.bank,
            each.account,
            each.yuan,
            in_words(each.yuan),
            f"{mark}{each.purpose}",
        )
        for each in payments
    ]


def write(path: Path, rows: Sequence[tuple[str | int, ...]], printed: Printed) -> None:
    """Write the sheet with the two columns for the bank's answer left empty.

    What it comes to stands on the printed pages alone: the answer is read row by row.
    """
    blank = ("",) * len(ANSWER_COLUMNS)
    write_sheet(path, COLUMNS + ANSWER_COLUMNS, [(*row, *blank) for row in rows], printed)


def read(path: Path) -> Sheet:
    """The bank's answer. Further columns are the bank's own business; a missing one is refused as a whole."""
    sheet = read_rows(path)
    missing = [name for name in _NEEDED if name not in sheet.headers]
    if missing:
        raise BadValue(
            f"回单缺少列：{'、'.join(missing)}。请使用导出的拨付表填写结果后读回。",
            f"The bank's answer lacks the columns {', '.join(missing)}; fill in the exported sheet and read that.",
        )
    return sheet


def compare(sheet: Sheet, batch: str, sent: Mapping[str, Payment]) -> tuple[list[Answer], list[Problem]]:
    """Hold the bank's answer against what was sent, row by row. `sent` holds the payments by claim."""
    rows = [
        (row.number, {name: str(row.values.get(name) or "").strip() for name in _COMPARED})
        for row in sheet.rows
    ]
    named = Counter(values["申报编号"] for _, values in rows)
    answers: list[Answer] = []
    problems: list[Problem] = []
    for number, values in rows:
        verdict = _repeated(number, values, named) or _judge(number, values, batch, sent)
        if isinstance(verdict, Answer):
            answers.append(verdict)
        else:
            problems.append(verdict)
    return answers, problems


_COMPARED = (*_NEEDED, "失败原因")


def _repeated(number: int, values: Mapping[str, str], named: Counter[str]) -> Problem | None:
    claim = values["申报编号"]
    if named[claim] < 2 or not claim:  # noqa: PLR2004 - twice is once too often
        return None
    return Problem(
        number,
        claim,
        "row_repeated",
        f"{claim} 在回单中出现 {named[claim]} 次，均不采信；请与银行核对后每件只留一行。",
        f"{claim} stands in {named[claim]} rows, none of which is taken; ask the bank, then leave one.",
    )


def _judge(
    number: int, values: Mapping[str, str], batch: str, sent: Mapping[str, Payment]
) -> Answer | Problem:
    claim = values["申报编号"]
    payment = sent.get(claim)
    if payment is None or values["批次"] != batch:
        return Problem(
            number,
            claim or None,
            "row_unknown",
            f"第 {number} 行（批次 {values['批次'] or '空'}，编号 {claim or '空'}）不在批次 {batch} 中；请核对回单是否取错。",
            f"Row {number} ({values['批次'] or 'no batch'}, {claim or 'no claim'}) is not of batch {batch}; check that it is the right answer.",
        )
    altered = [
        name
        for name, same in (
            ("申报单位", values["申报单位"] == payment.unit_name),
            ("银行账号", normalised(values["银行账号"]) == normalised(payment.account)),
            ("金额（元）", _yuan(values["金额（元）"]) == payment.yuan),
        )
        if not same
    ]
    if altered:
        return Problem(
            number,
            claim,
            "row_altered",
            f"{claim} 的{'、'.join(altered)}与送出时不一致，不予采信；请向银行查明实际支付情况。",
            f"{claim} differs from what was sent in {', '.join(altered)} and is not taken; find out from the bank what was really paid.",
        )
    outcome = _OUTCOMES.get(values["结果"])
    if outcome is None:
        return Problem(
            number,
            claim,
            "result_missing" if not values["结果"] else "result_unknown",
            f"{claim} 的结果为“{values['结果']}”；请填 成功、失败 或 未知。",
            f"The result of {claim} is “{values['结果']}”; write 成功, 失败 or 未知.",
        )
    if outcome is BankOutcome.FAILED and not values["失败原因"]:
        return Problem(
            number,
            claim,
            "failure_unexplained",
            f"{claim} 拨付失败但未写明失败原因；请补填后再读回。",
            f"{claim} failed without a reason; fill in 失败原因 and read the sheet again.",
        )
    return Answer(number, claim, outcome, values["失败原因"] if outcome is BankOutcome.FAILED else "")


def _yuan(text: str) -> int | None:
    """A whole number of yuan as sheets write it, or None."""
    text = text.replace(",", "").replace("，", "")
    whole, _, cents = text.partition(".")
    return int(whole) if whole.isascii() and whole.isdigit() and not cents.strip("0") else None
