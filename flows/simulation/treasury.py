"""Finance and the bank. The bank keeps books of its own, and they are the truth that the desk is held against."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random

from claims import clock
from claims.money import payouts
from claims.review.decisions import act
from claims.sheets import Sheet, read_rows, write_sheet
from flows.simulation.county import County, Deed
from flows.simulation.people import Cast, Officer
from states.stages import Role, Trigger

PROPOSES_EVERY = 5
FAILS, UNKNOWN, ABSENT, ALTERED = 0.02, 0.02, 0.01, 0.01
"""Rows of an answer that failed, that the bank cannot tell of yet, that it forgot, or whose amount it got wrong."""

TELLS_TWICE = 0.3
RECLAIMED = 0.01


@dataclass(slots=True)
class Bank:
    """Pays what it is sent, once for a batch, and answers some days later; the truth stands in `payments`."""

    payments: defaultdict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    """By claim: the batches in which it was paid, and how much."""
    batches: dict[str, dict[str, str]] = field(default_factory=dict)
    """By batch: what became of each of its claims, 成功 or 失败."""


@dataclass(slots=True)
class Treasury:
    county: County
    cast: Cast
    folder: Path
    bank: Bank = field(default_factory=Bank)
    answers: defaultdict[date, list[str]] = field(default_factory=lambda: defaultdict(list))
    _chance: Random = field(init=False)
    _since: int = 0

    def __post_init__(self) -> None:
        self._chance = self.county.scenario.random("treasury")

    def deeds(self, day: date) -> Iterator[Deed]:
        at = self.county.moment
        present = [each for each in self.cast.officers[Role.FINANCE] if each.comes(day, self._chance)]
        self._since += 1
        if not present:
            return
        yield Deed(at(day, 9, 15), partial(self._reconcile, present[-1]))
        for officer in present:
            yield Deed(at(day, 10), partial(self._release, officer))
        yield Deed(at(day, 11), self._send)
        if self._since >= PROPOSES_EVERY:
            yield Deed(at(day, 15), partial(self._propose, present))
        yield Deed(at(day, 16), partial(self._reclaim, present[0]))

    def _propose(self, present: list[Officer]) -> None:
        """Every cycle with something to pay; what the first may not act on, the second proposes."""
        self._since = 0
        for (cycle,) in self.county.look(
            "SELECT DISTINCT cycle FROM claim WHERE stage = 'finance_payout' ORDER BY cycle"
        ):
            for officer in present[:2]:
                proposing = partial(payouts.propose, cycle=cycle, actor=officer.actor)
                self.county.decide(f"{officer.name} proposes payouts of {cycle}", proposing)

    def _release(self, officer: Officer) -> None:
        for (code,) in self.county.look(
            "SELECT code FROM payout_batch WHERE released_by IS NULL ORDER BY code"
        ):
            releasing = partial(payouts.release, batch=code, actor=officer.actor)
            self.county.decide(f"{officer.name} releases {code}", releasing)

    def _send(self) -> None:
        """Bring the bank each released batch; it takes a batch once, however often it is brought."""
        for (code,) in self.county.look(
            "SELECT code FROM payout_batch WHERE released_by IS NOT NULL ORDER BY code"
        ):
            if code not in self.bank.batches:
                path = self.folder / f"{code}.csv"
                exporting = partial(payouts.export_file, batch=code, path=path)
                if self.county.decide(f"{code} goes to the bank", exporting) is None:
                    self._pay(code, read_rows(path))

    def _pay(self, code: str, sheet: Sheet) -> None:
        fates = self.bank.batches[code] = {}
        for row in sheet.rows:
            number, yuan = str(row.values["申报编号"]), int(str(row.values["金额（元）"]))
            failed = self._chance.random() < FAILS
            fates[number] = "失败" if failed else "成功"
            if not failed:
                self.bank.payments[number].append((code, yuan))
        for _ in range(3 if self._chance.random() < TELLS_TWICE else 2):
            self.answers[clock.today() + timedelta(days=self._chance.randrange(1, 15))].append(code)

    def _reconcile(self, officer: Officer) -> None:
        """Read the answers that have come in; one that a crash cut short is read again tomorrow."""
        today = clock.today()
        arrived = [(day, code) for day in sorted(self.answers) if day <= today for code in self.answers[day]]
        for day in [each for each in self.answers if each <= today]:
            del self.answers[day]
        for _, code in arrived:
            reading = partial(
                payouts.reconcile, self.county.desk, code, self._answer(code), actor=officer.actor
            )
            result = self.county.attempt(f"{officer.name} reads the answer to {code}", reading)
            open_rows = self.county.look(
                "SELECT 1 FROM payout_line WHERE batch = ? AND outcome IN ('pending', 'unknown') LIMIT 1",
                code,
            )
            if isinstance(result, BaseException) or open_rows:
                self.answers[today + timedelta(days=self._chance.randrange(1, 4))].append(code)

    def _answer(self, code: str) -> Path:
        """The bank's sheet on a batch. Until it is asked often enough, it is vague about some rows."""
        sheet = read_rows(self.folder / f"{code}.csv")
        rows = []
        for row in sheet.rows:
            number = str(row.values["申报编号"])
            fate, drawn = self.bank.batches[code][number], self._chance.random()
            values = dict(row.values)
            if drawn < ABSENT:
                continue
            if drawn < ABSENT + ALTERED:
                values["金额（元）"] = int(str(values["金额（元）"])) + 1
            unknown = drawn > 1 - UNKNOWN
            values["结果"] = "未知" if unknown else fate
            values["失败原因"] = "账户状态异常" if fate == "失败" and not unknown else ""
            rows.append(tuple(values[name] for name in sheet.headers))
        path = self.folder / f"{code}-answer.csv"
        write_sheet(path, sheet.headers, rows)
        return path

    def _reclaim(self, officer: Officer) -> None:
        """Now and then the coordinator asks for money back, and finance confirms it."""
        for (number,) in self.county.look(
            "SELECT number FROM claim WHERE stage = 'paid' AND reclaim_yuan IS NOT NULL ORDER BY number"
        ):
            confirming = partial(act, number=number, trigger=Trigger.RECLAIM, actor=officer.actor)
            self.county.decide(f"{officer.name} confirms the clawback of {number}", confirming)
        coordinator = self.cast.officers[Role.COORDINATOR][0]
        for number, granted in self.county.look(
            "SELECT number, granted_yuan FROM claim WHERE stage = 'paid' AND reclaim_yuan IS NULL"
            " AND date(moved_at) >= date(?, '-2 days') ORDER BY number",
            clock.today().isoformat(),
        ):
            if self._chance.random() < RECLAIMED / 2:
                said = {"amount_yuan": self._chance.choice((granted, granted // 2)), "reason": "查实不符。"}
                reclaiming = partial(
                    act, number=number, trigger=Trigger.RECLAIM, actor=coordinator.actor, **said
                )
                self.county.decide(f"{coordinator.name} reclaims {number}", reclaiming)
