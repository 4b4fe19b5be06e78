"""What must hold of the table of moves itself. Asked once, when the machine is built from it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from states.stages import Role, Stage, Trigger
from states.table import Move

BEGINNING = Stage.DRAFT

ENDS = (Stage.PAID, Stage.RECLAIMED, Stage.REJECTED, Stage.WITHDRAWN, Stage.LAPSED, Stage.REVOKED)
"""Where a claim may rest for good."""


class UnsoundTableError(ValueError):
    """The table cannot be run: `faults` say where and why."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("the table of moves is unsound: " + "; ".join(faults))
        self.faults = tuple(faults)


def require_sound(moves: Sequence[Move]) -> None:
    """Raise `UnsoundTableError` naming every fault at once."""
    faults = [
        *_dead_words(moves),
        *_lost_stages(moves),
        *_roles_at_fault(moves),
        *_ambiguities(moves),
    ]
    if faults:
        raise UnsoundTableError(faults)


def _dead_words(moves: Sequence[Move]) -> Iterator[str]:
    for trigger in Trigger:
        if all(move.trigger is not trigger for move in moves):
            yield f"trigger {trigger.value} moves nothing"


def _lost_stages(moves: Sequence[Move]) -> Iterator[str]:
    forward = [(move.source, move.target) for move in moves]
    backward = [(target, source) for source, target in forward]
    reached, leading_out = _reach((BEGINNING,), forward), _reach(ENDS, backward)
    for stage in Stage:
        if stage not in reached:
            yield f"stage {stage.value} is never reached from {BEGINNING.value}"
        if stage not in leading_out:
            yield f"stage {stage.value} has no way to an end"


def _reach(start: Iterable[Stage], steps: Sequence[tuple[Stage, Stage]]) -> set[Stage]:
    reached = set(start)
    while True:
        further = {target for source, target in steps if source in reached} - reached
        if not further:
            return reached
        reached |= further


def _roles_at_fault(moves: Sequence[Move]) -> Iterator[str]:
    for move in moves:
        if not move.roles:
            yield f"{_row(move)} may be made by nobody"
        if Role.SYSTEM in move.roles and not move.guards:
            yield f"{_row(move)} is made by the system at any time"
        if Role.SYSTEM in move.roles and move.asks:
            yield f"{_row(move)} asks the system, which says nothing"


def _ambiguities(moves: Sequence[Move]) -> Iterator[str]:
    """Two rows for one trigger, stage and role must each say when they are meant."""
    for one, other in combinations(moves, 2):
        same = (one.trigger, one.source) == (other.trigger, other.source)
        if same and set(one.roles) & set(other.roles) and None in {one.when, other.when}:
            yield f"{_row(one)} and {_row(other)} are not told apart"


def _row(move: Move) -> str:
    return f"{move.trigger.value} from {move.source.value} to {move.target.value}"
