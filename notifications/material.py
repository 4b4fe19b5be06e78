"""What a batch of letters is written from, read once for all of them."""

from collections.abc import Sequence
from functools import cached_property

from claims import correspondence
from claims.correspondence import Correspondent, Line, Particulars
from claims.desk import Tx
from claims.outbox import OwedEvent
from notifications.drafting import Reference


class Material:
    """Claims, townships and lists that the letters of these events speak of."""

    def __init__(self, tx: Tx, events: Sequence[OwedEvent]) -> None:
        self._tx = tx
        numbers = {event.stream for event in events if "/" not in event.stream}
        for event in events:
            numbers.update(event.data.get("claims", ()) if event.trigger == "drafts_reminded" else ())
        self._claims = correspondence.particulars(tx, numbers)
        self._cycles: dict[int, tuple[Particulars, ...]] = {}
        self._lines: dict[str, tuple[Line, ...]] = {}
        self.reference = Reference(tx.desk.rulebook, tx.desk.directory)

    def claim(self, number: str) -> Particulars:
        return self._claims[number]

    @cached_property
    def townships(self) -> tuple[Correspondent, ...]:
        return correspondence.townships(self._tx)

    def cycle(self, year: int) -> tuple[Particulars, ...]:
        if year not in self._cycles:
            self._cycles[year] = correspondence.claims_of_cycle(self._tx, year)
        return self._cycles[year]

    def lines(self, resolution: str) -> tuple[Line, ...]:
        if resolution not in self._lines:
            self._lines[resolution] = correspondence.published_lines(self._tx, resolution)
        return self._lines[resolution]
