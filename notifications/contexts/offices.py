"""Letters to the offices of the county, and to those who run the desk."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from notifications.contexts.base import LetterContext, Table
from states.policy import Yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkDigest(LetterContext):
    """All that waits for one office, once a working day: what is overdue, what is due soon, and how much there is.

    The tables hold the first of them; `unlisted` is what stands in neither.
    """

    kind: ClassVar[str] = "work_digest"
    waiting: int
    overdue_total: int
    overdue: Table
    soon_total: int
    soon: Table
    unlisted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdueReport(LetterContext):
    """What offices have left past their deadlines, to the body above them."""

    kind: ClassVar[str] = "overdue_report"
    claims: Table


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutPrompt(LetterContext):
    kind: ClassVar[str] = "payout_prompt"
    cycle: int
    claims: Table
    total: Yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class YearReport(LetterContext):
    """`unpaid` is granted and not paid yet; `file` lies in the data folder."""

    kind: ClassVar[str] = "year_report"
    cycle: int
    submitted: int
    budget: Yuan
    paid: Yuan
    unpaid: Yuan
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest(LetterContext):
    """`missed`: the cycle's window, which ended on `day`, passed unopened; otherwise it would open about `day`."""

    kind: ClassVar[str] = "plan_request"
    cycle: int
    missed: bool
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillFailed(LetterContext):
    """`backup` is the name of the file that was tried, empty where there was none."""

    kind: ClassVar[str] = "drill_failed"
    backup: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingSetAside(LetterContext):
    """The county's wording of a kind of letter fits the program no longer. `letter` is what letters of it are called."""

    kind: ClassVar[str] = "wording_set_aside"
    letter: str
    number: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFailed(LetterContext):
    """`step` is what the schedule calls it, `ended` how its run ended: 运行失败, 运行中断, 运行超时."""

    kind: ClassVar[str] = "run_failed"
    step: str
    at: str
    ended: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersHeld(LetterContext):
    """More letters of a kind than the work explains, held for an administrator to look at. `example`: one's subject."""

    kind: ClassVar[str] = "letters_held"
    at: str
    example: str
    letters: int
    limit: int
