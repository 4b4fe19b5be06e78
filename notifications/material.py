"""What a batch of letters is written from, read once for all of them."""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Self

from claims.desk import Tx
from claims.letters import correspondence
from claims.letters.correspondence import Correspondent, Line, Particulars
from claims.letters.outbox import OwedEvent
from config.directory import OfficeRole
from notifications.drafting import Reference
from states.stages import Role

TELLS_OF = frozenset(
    {
        "drafts_reminded",
        "townships_reminded",
        "correction_reminded",
        "work_told",
        "payout_prompted",
        "payout_answered",
        "meeting_convened",
    }
)
"""Events that name, under `claims`, the claims that their letters speak of."""


class Material:
    """Claims, townships and lists that the letters of these events speak of."""

    def __init__(self, tx: Tx, numbers: Collection[str]) -> None:
        self._tx = tx
        self.claims = correspondence.particulars(tx, numbers)
        self.reference = Reference(tx.desk.rulebook, tx.desk.directory)
        self._cycles: dict[int, tuple[Particulars, ...]] = {}
        self.lists: dict[str, tuple[Line, ...]] = {}

    @classmethod
    def of(cls, tx: Tx, events: Sequence[OwedEvent]) -> Self:
        """The material for the letters of these events."""
        numbers = {event.stream for event in events}
        return cls(
            tx,
            numbers.union(*(event.data["claims"] for event in events if event.trigger in TELLS_OF)),
        )

    def claim(self, number: str) -> Particulars:
        return self.claims[number]

    @cached_property
    def townships(self) -> tuple[Correspondent, ...]:
        return correspondence.townships(self._tx)

    @cached_property
    def offices(self) -> dict[str, Correspondent]:
        """The county's offices by code, reached through those who deal with claims."""
        return correspondence.offices(self._tx, *correspondence.OFFICIALS)

    @cached_property
    def administrators(self) -> Correspondent:
        """The office that runs the desk, reached through its administrators."""
        code = self.reference.directory.default_office(Role.ADMINISTRATOR).code
        return correspondence.offices(self._tx, Role.ADMINISTRATOR)[code]

    def office_of(self, role: OfficeRole) -> Correspondent:
        return self.offices[self.reference.directory.default_office(role).code]

    def cycle(self, year: int) -> tuple[Particulars, ...]:
        if year not in self._cycles:
            self._cycles[year] = correspondence.claims_of_cycle(self._tx, year)
        return self._cycles[year]

    def lines(self, resolution: str) -> tuple[Line, ...]:
        if resolution not in self.lists:
            self.lists[resolution] = correspondence.published_lines(self._tx, resolution)
        return self.lists[resolution]
