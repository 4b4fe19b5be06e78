"""The coordination body and what surrounds it: meetings, lists, objections, disclosures, second thoughts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from random import Random

from claims import clock
from claims.publicity.objections import decide_objection, file_objection
from claims.publicity.resolutions import publish
from claims.review.batches import act_many
from claims.review.decisions import act
from claims.review.disclosures import disclose
from flows.simulation.county import County, Deed
from flows.simulation.people import Cast, Officer
from states.errors import Refusal
from states.stages import Role, Stage, Trigger

MEETS_EVERY = 8
"""Working days from one meeting to the next."""

OBJECTED, UPHELD, REMANDED = 0.02, 0.35, 0.6
NOTICE_DAYS = 5
ANSWERED = 0.3
"""How likely an open objection is to be answered on a day."""

REJECTED, RETURNED, RECONSIDERED, REVOKED = 0.02, 0.02, 0.04, 0.003
BUDGET_SPENT = "budget_exceeded"
BUREAU = "market-supervision"


@dataclass(slots=True)
class Coordination:
    county: County
    cast: Cast
    undisclosed: dict[str, set[str]]
    raise_budget: Callable[[int], bool]
    """Asks the administrator for more money for a cycle; whether there will be some."""
    meetings: dict[int, int] = field(default_factory=dict)
    empty: set[str] = field(default_factory=set)
    _chance: Random = field(init=False)
    _since: int = 0

    def __post_init__(self) -> None:
        self._chance = self.county.scenario.random("coordination")

    def deeds(self, day: date) -> Iterator[Deed]:
        at = self.county.moment
        present = [each for each in self.cast.officers[Role.COORDINATOR] if each.comes(day, self._chance)]
        self._since += 1
        for place, officer in enumerate(present):
            yield Deed(at(day, 9, 10 + place), partial(self._disclose, officer))
            yield Deed(at(day, 9, 20 + place), partial(self._publish, officer))
            yield Deed(at(day, 9, 40 + place), partial(self._answer_objections, officer))
        if present and self._since >= MEETS_EVERY:
            yield Deed(at(day, 14), partial(self._meet, present[0]))
        yield Deed(at(day, 16), self._object)
        if present:
            yield Deed(at(day, 16, 30), partial(self._think_again, present[0]))

    def _meet(self, officer: Officer) -> None:
        """Decide on all that waits, year by year, each year's claims under minutes of their own."""
        self._since = 0
        waiting: dict[int, list[str]] = {}
        rows = self.county.look(
            "SELECT cycle, number FROM claim WHERE stage = 'coordination_approval' ORDER BY number"
        )
        for cycle, number in rows:
            if not self._sent_away(officer, number):
                waiting.setdefault(cycle, []).append(number)
        for cycle, numbers in waiting.items():
            self._approve(officer, cycle, numbers)

    def _approve(self, officer: Officer, cycle: int, numbers: list[str]) -> None:
        self.meetings[cycle] = self.meetings.get(cycle, 0) + 1
        ref = f"演练标协〔{cycle}〕{self.meetings[cycle]}号"
        approving = partial(
            act_many, self.county.desk, Trigger.APPROVE, numbers, actor=officer.actor, resolution=ref
        )
        words = f"{officer.name} approves {len(numbers)} claims under {ref}"
        results = self.county.attempt(words, lambda: list(approving()))
        if not isinstance(results, list):
            return
        refused = {each.number: each.refusal.code for each in results if each.refusal}
        for number, code in refused.items():
            self.county.refusals[code] += 1
            self.county.journal.note(f"{number} not approved: {code}")
        if BUDGET_SPENT in refused.values() and self.raise_budget(cycle):
            refused = {number: code for number, code in refused.items() if code != BUDGET_SPENT}
        for number, code in refused.items():
            if code in {BUDGET_SPENT, "findings_open", "amount_needed", "amount_above_ceiling"}:
                self._act(officer, number, Trigger.REJECT, f"审定未通过：{code}。")

    def _sent_away(self, officer: Officer, number: str) -> bool:
        drawn = self._chance.random()
        if drawn < REJECTED:
            return self._act(officer, number, Trigger.REJECT, "会议未予通过。")
        if drawn < REJECTED + RETURNED:
            return self._act(officer, number, Trigger.RETURN_FOR_CORRECTION, "请补充说明。", ("supplement",))
        return False

    def _publish(self, officer: Officer) -> None:
        """Publish the lists that are not out yet; one that everybody has left stays empty for ever."""
        rows = self.county.look(
            "SELECT ref FROM resolution WHERE published_on IS NULL ORDER BY opened_at, ref"
        )
        for ref in (ref for (ref,) in rows if ref not in self.empty):
            publishing = partial(publish, ref=ref, actor=officer.actor)
            result = self.county.decide(f"{officer.name} publishes {ref}", publishing)
            if isinstance(result, Refusal) and result.code == "empty_resolution":
                self.empty.add(ref)

    # Objections

    def _object(self) -> None:
        """Citizens object to a few of the claims whose notice runs."""
        for (number,) in self.county.look(
            "SELECT number FROM claim JOIN resolution ON ref = resolution"
            " WHERE stage = 'public_notice' AND published_on IS NOT NULL ORDER BY number"
        ):
            if self._chance.random() < OBJECTED / NOTICE_DAYS:
                objecting = partial(file_objection, number=number, by="演练群众", text="排名有误，请核实。")
                self.county.decide(f"somebody objects to {number}", objecting)

    def _answer_objections(self, officer: Officer) -> None:
        """Answer what is open, some days after it came; what was upheld goes back to review or falls."""
        for identity, number in self.county.look(
            "SELECT objection.id, number FROM objection JOIN claim ON claim.id = claim_id"
            " WHERE outcome = 'open' ORDER BY objection.id"
        ):
            if self._chance.random() < ANSWERED:
                outcome = "upheld" if self._chance.random() < UPHELD else "dismissed"
                answering = partial(
                    decide_objection,
                    objection_id=identity,
                    outcome=outcome,
                    actor=officer.actor,
                    reason="经核实。",
                )
                self.county.decide(f"{officer.name}: objection to {number} {outcome}", answering)
        for (number,) in self.county.look(
            "SELECT DISTINCT number FROM objection JOIN claim ON claim.id = claim_id"
            " AND claim.resolution = objection.resolution"
            " WHERE outcome = 'upheld' AND stage = 'public_notice' ORDER BY number"
        ):
            remands = self._chance.random() < REMANDED
            self._act(officer, number, Trigger.REMAND if remands else Trigger.REVOKE, "异议成立。")

    # Disclosures and second thoughts

    def _disclose(self, officer: Officer) -> None:
        """Name who of the bureau may act on a claim for a standard that the bureau helped to draft."""
        for number, names in sorted(self.undisclosed.items()):
            disclosing = partial(
                disclose,
                number=number,
                office=BUREAU,
                users=sorted(names),
                actor=officer.actor,
                reason="须由该局人员办理。",
            )
            result = self.county.decide(f"{officer.name} discloses {number}", disclosing)
            if not isinstance(result, BaseException):
                del self.undisclosed[number]

    def _think_again(self, officer: Officer) -> None:
        """A rejection is reconsidered in time now and then, an award that is not paid yet revoked."""
        today = clock.today().isoformat()
        for stage, trigger, share in (
            (Stage.REJECTED, Trigger.RECONSIDER, RECONSIDERED / 15),
            (Stage.FINANCE_PAYOUT, Trigger.REVOKE, REVOKED / 10),
        ):
            for (number,) in self.county.look(
                "SELECT number FROM claim WHERE stage = ? AND due_on >= ? ORDER BY number", str(stage), today
            ):
                if self._chance.random() < share:
                    self._act(officer, number, trigger, "重新研究。")

    def _act(
        self, officer: Officer, number: str, trigger: Trigger, reason: str, missing: tuple[str, ...] = ()
    ) -> bool:
        result = self.county.decide(
            f"{officer.name} {trigger} {number}",
            lambda tx: act(tx, number, trigger, actor=officer.actor, reason=reason, missing=missing),
        )
        return not isinstance(result, BaseException)
