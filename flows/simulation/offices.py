"""Intake, departments and reviewers at work: mostly right, sometimes wrong, late, or not there at all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Any

from claims.review.decisions import act
from flows.simulation.county import County, Deed
from flows.simulation.people import Cast, Officer
from states.errors import Refusal
from states.stages import Role, Stage, Trigger

RETURNS, REJECTS, ERRS, REPEATS = 0.06, 0.05, 0.03, 0.02
"""How often an officer returns, rejects, tries what is not allowed, or does the same again."""

PRESSED_AFTER = 21
"""Days past its deadline after which a claim brings a department's superior onto the scene."""

CHECKED = "标准文本、排名和日期与申报一致。"
SHARE_OF_YEAR = 25
"""An officer gets through this part of a year's claims on a day, and always through a few."""


@dataclass(slots=True)
class Offices:
    """The officers who judge claims one by one. `undisclosed` are claims that wait for a disclosure."""

    county: County
    cast: Cast
    undisclosed: dict[str, set[str]]
    _chance: Random = field(init=False)
    _most: int = field(init=False)

    def __post_init__(self) -> None:
        self._chance = self.county.scenario.random("offices")
        self._most = self.county.scenario.claims // SHARE_OF_YEAR + 4

    def deeds(self, day: date) -> Iterator[Deed]:
        """What everybody does on a working day, each at the hour they come in."""
        for officer in self.cast.officers[Role.INTAKE]:
            yield from self._shift(day, officer, self._take_in)
        pressed = self._pressed(day)
        for code, officer in self.cast.departments.items():
            yield from self._shift(day, officer, self._clear, pressed=code in pressed)
        for officer in self.cast.officers[Role.REVIEWER]:
            yield from self._shift(day, officer, self._review)

    def _pressed(self, day: date) -> set[str]:
        """Departments so late that their superior, who has been told, sends somebody whoever is on leave."""
        limit = (day - timedelta(days=PRESSED_AFTER)).isoformat()
        rows = self.county.look(
            "SELECT DISTINCT office FROM claim JOIN department_check ON claim_id = claim.id"
            " WHERE stage = 'department_check' AND due_on < ? AND cleared_at IS NULL",
            limit,
        )
        return {code for (code,) in rows}

    def _shift(
        self, day: date, officer: Officer, work: Callable[[Officer], None], *, pressed: bool = False
    ) -> Iterator[Deed]:
        hour, minute = self._chance.randrange(9, 17), self._chance.randrange(60)
        if officer.comes(day, self._chance) or pressed:
            yield Deed(self.county.moment(day, hour, minute), partial(work, officer))

    # What each office does with a claim

    def _take_in(self, officer: Officer) -> None:
        for number, subject in self._queue(Stage.SUBMITTED):
            if self._sent_away(officer, number):
                continue
            named = self.county.desk.rulebook.versions[-1].fields[subject].departments
            chosen = () if named else tuple(self._chance.sample(sorted(self.cast.departments), 2))
            self._act(officer, number, Trigger.ACCEPT, departments=chosen)

    def _clear(self, officer: Officer) -> None:
        office = officer.actor.office
        rows = self.county.look(
            "SELECT number FROM department_check JOIN claim ON claim.id = claim_id"
            " WHERE office = ? AND cleared_at IS NULL AND stage = 'department_check'"
            " ORDER BY due_on, number LIMIT ?",
            office.code if office else "",
            self._most,
        )
        for (number,) in rows:
            if self._chance.random() < RETURNS / 3:
                self._return(officer, number)
            else:
                self._act(officer, number, Trigger.CLEAR)

    def _review(self, officer: Officer) -> None:
        for number, _ in self._queue(Stage.MARKET_SUPERVISION_REVIEW):
            if self._chance.random() < ERRS:
                self._act(officer, number, Trigger.ENDORSE, reason=CHECKED, amount_yuan=90_000_000)
            if not self._sent_away(officer, number):
                self._endorse(officer, number)

    def _endorse(self, officer: Officer, number: str) -> None:
        refusal = self._act(officer, number, Trigger.ENDORSE, reason=CHECKED)
        if refusal is not None and refusal.code in {"findings_open", "amount_needed", "evidence_missing"}:
            self._act(officer, number, Trigger.REJECT, reason="审核未通过：存在不符合条件的事项。")

    # What all of them do

    def _queue(self, stage: Stage) -> list[Any]:
        """The claims that wait for an office, the most urgent first, as many as one day allows."""
        return self.county.look(
            "SELECT number, field FROM claim WHERE stage = ? ORDER BY due_on, number LIMIT ?",
            str(stage),
            self._most,
        )

    def _sent_away(self, officer: Officer, number: str) -> bool:
        """Some claims go back to the applicant, some for good."""
        drawn = self._chance.random()
        if drawn < RETURNS:
            return self._return(officer, number)
        if drawn < RETURNS + REJECTS:
            return self._act(officer, number, Trigger.REJECT, reason="不符合奖补条件。") is None
        return False

    def _return(self, officer: Officer, number: str) -> bool:
        missing = self._chance.choice(("title", "supplement", "contact"))
        said = {"missing": (missing,), "reason": "请一次补正所列事项。"}
        return self._act(officer, number, Trigger.RETURN_FOR_CORRECTION, **said) is None

    def _act(self, officer: Officer, number: str, trigger: Trigger, **said: Any) -> Refusal | None:
        """Pull a trigger; the impatient pull it twice. Answers with what stood against it, a crash being nothing."""
        words = f"{officer.name} {trigger} {number}"
        result = self.county.decide(words, lambda tx: act(tx, number, trigger, actor=officer.actor, **said))
        if isinstance(result, Refusal):
            if result.code == "disclosure_needed":
                self.undisclosed.setdefault(number, set()).add(officer.name)
            return result
        if self._chance.random() < REPEATS:
            self.county.decide(
                f"{words} again", lambda tx: act(tx, number, trigger, actor=officer.actor, **said)
            )
        return None
