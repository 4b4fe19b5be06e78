"""What must hold after every day, checked from outside: plain SQL, and books kept by nobody of the desk.

Most of it looks only at what the day has added, so that the thousandth day costs no more than the first; what is
old is compared whole twice a year and at the end. Each fault is told once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from claims import clock
from claims.money.ledger import imbalances
from claims.trail.audit import verify
from flows.simulation.books import Books
from flows.simulation.chains import ChainCheck
from flows.simulation.county import County, stored
from flows.simulation.post import Post
from flows.simulation.treasury import Bank

PATIENCE = 40
"""Working days on which the desk was up, after which a claim past its deadline counts as forgotten."""

LEFT_TO_THE_LAST_DAY = frozenset({"backup", "restore_drill"})
"""Kinds of slots that take as long as the county has lived: done once, of all the years together."""


@dataclass(slots=True)
class Inspection:
    """Looks at the county after each day. `attended` are the working days on which somebody could work."""

    county: County
    bank: Bank
    mail: Path
    attended: list[date] = field(default_factory=list)
    chains: ChainCheck = field(init=False)
    books: Books = field(init=False)
    post: Post = field(init=False)
    _settled: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)
    _since: str = ""

    def __post_init__(self) -> None:
        self.chains = ChainCheck(self.county)
        self.post = Post(self.county, self.chains, self.mail)
        self.books = Books(self.county, self.bank)

    def daily(self, round_at: datetime | None) -> None:
        """All that can be said after a day; `round_at` is the last round that went through."""
        self._tell(self.county.desk.mishaps.problems)
        self._tell(self.chains.problems())
        self._tell(self.books.problems())
        self._tell(self._slots(round_at))
        self._tell(self._ways_out())
        self._tell(self._forgotten())
        self._tell(self.post.problems(round_at))

    def whole(self) -> None:
        """What the desk says of itself, and every slot that was ever settled against how it was settled."""
        self._tell(self._altered_slots())
        self._tell(self.books.whole())
        with self.county.desk.reading() as tx:
            self._tell(imbalances(tx))
            self._tell(f"{each.stream} #{each.seq}: {each.problem}" for each in verify(tx).problems)

    def _tell(self, problems: Iterable[str]) -> None:
        for each in problems:
            if each not in self._told:
                self._told.add(each)
                self.county.problem(each)

    # Slots

    def _slots(self, round_at: datetime | None) -> Iterator[str]:
        """Settled once and for all; and nothing that was due with the last round is still pending."""
        for identity, key, outcome, finished_at, due_at in self.county.look(
            "SELECT id, key, outcome, finished_at, due_at FROM due_slot WHERE finished_at >= ?", self._since
        ):
            found = (key, outcome, finished_at)
            if self._settled.setdefault(identity, found) != found:
                yield f"slot {key} has a second outcome: {outcome}"
            if outcome != "skipped" and finished_at < due_at:
                yield f"slot {key} was {outcome} before it was due"
            self._since = max(self._since, finished_at)
        if round_at is not None:
            last = clock.today() == self.county.scenario.last_day
            for key, kind, due_at in self.county.look(
                "SELECT key, kind, due_at FROM due_slot WHERE outcome = 'pending' AND due_at <= ?",
                stored(round_at),
            ):
                if last or kind not in LEFT_TO_THE_LAST_DAY:
                    yield f"slot {key}, due {due_at}, was left pending by a round"
        for key, outcome in self.county.look(
            "SELECT key, outcome FROM due_slot WHERE outcome = 'pending' AND finished_at IS NOT NULL"
        ):
            yield f"slot {key} is {outcome} and has a time of settling"

    def _altered_slots(self) -> Iterator[str]:
        rows = self.county.look(
            "SELECT id, key, outcome, finished_at FROM due_slot WHERE outcome <> 'pending'"
        )
        found = {identity: tuple(rest) for identity, *rest in rows}
        for identity, settled in self._settled.items():
            if found.get(identity) != settled:
                yield f"slot {settled[0]} is not any more what it was settled as"
        if len({key for key, *_ in found.values()}) != len(found):
            yield "two slots have one key"

    # Claims

    def _ways_out(self) -> Iterator[str]:
        """A claim that waits for the desk has a slot that will move it, one that waits for people has people."""
        for number, stage in self.county.look(_WAITING_WITHOUT_SLOT):
            yield f"{number} is in {stage} and nothing will move it on"
        for (number,) in self.county.look(_CHECKED_BY_NOBODY):
            yield f"{number} is in department_check and no department is asked"

    def _forgotten(self) -> Iterator[str]:
        """No claim stays past its deadline for long while people could work."""
        if len(self.attended) <= PATIENCE:
            return
        limit = self.attended[-PATIENCE - 1].isoformat()
        for number, stage, due_on in self.county.look(_LONG_OVERDUE, limit, limit):
            yield f"{number} is in {stage} since long after its deadline {due_on}"


_SLOT = "EXISTS (SELECT 1 FROM due_slot s WHERE s.subject = {0} AND s.kind = '{1}' AND s.outcome = 'pending')"
_HELD = (
    "EXISTS (SELECT 1 FROM objection o WHERE o.claim_id = c.id AND o.resolution = c.resolution"
    " AND o.outcome IN ('open', 'upheld'))"
)
_WAITING_WITHOUT_SLOT = f"""
    SELECT c.number, c.stage FROM claim c LEFT JOIN resolution r ON r.ref = c.resolution
    WHERE (c.stage IN ('draft', 'correction') AND NOT {_SLOT.format("c.number", "lapse")})
       OR (c.stage = 'submitted' AND NOT {_SLOT.format("c.number", "deem_accepted")})
       OR (c.stage = 'public_notice' AND r.published_on IS NOT NULL
           AND NOT {_SLOT.format("c.number", "end_notice")} AND NOT {_SLOT.format("c.resolution", "end_notice")}
           AND NOT {_HELD})
"""  # noqa: S608 - nothing in it comes from outside
_CHECKED_BY_NOBODY = """
    SELECT c.number FROM claim c WHERE c.stage = 'department_check'
       AND NOT EXISTS (SELECT 1 FROM department_check d WHERE d.claim_id = c.id AND d.cleared_at IS NULL)
"""
_LONG_OVERDUE = """
    SELECT number, stage, coalesce(due_on, moved_at) FROM claim
    WHERE stage IN ('department_check', 'market_supervision_review', 'coordination_approval', 'public_notice',
                    'finance_payout')
      AND coalesce(due_on, date(moved_at)) < ? AND date(moved_at) < ?
"""
