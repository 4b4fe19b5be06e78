"""Writing events: each appended to its chain in the same transaction as what it records."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CursorResult, insert, select, update

from claims.desk import Tx
from claims.models import Claim, EventRow, OwedLetters, StreamHead
from claims.once import insert_once
from states.errors import VersionConflict
from states.events import GENESIS, canonical, chained
from states.stages import Role, Stage

OF_ACCOUNTS = "user"
"""The streams whose events the security log is told as well."""
_TOLD = frozenset({"role", "stand_in", "from", "to"})


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written: the stream's number, where it stands now, and the event."""

    number: str
    stage: Stage | None
    version: int
    event_id: int


def append(
    tx: Tx,
    stream: str,
    trigger: str,
    *,
    actor: str,
    role: str,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> Recorded:
    """Append an event to a stream that is not a claim's."""
    insert_once(tx, StreamHead, "stream", {"stream": stream, "seq": 0, "hash": GENESIS})
    head = tx.session.get_one(StreamHead, stream, with_for_update=True)
    event_id, digest = _insert(
        tx,
        stream=stream,
        seq=head.seq + 1,
        trigger=trigger,
        source=None,
        target=None,
        actor=actor,
        role=role,
        reason=reason,
        data=data or {},
        previous_hash=head.hash,
    )
    head.seq, head.hash = head.seq + 1, digest
    tx.session.flush()
    kind, _, name = stream.partition("/")
    if kind == OF_ACCOUNTS:
        # Only what is named here: reasons and the rest may tell of a person.
        told = {key: str(value) for key, value in (data or {}).items() if key in _TOLD and value}
        tx.note(trigger, actor, user=name, **told)
    return Recorded(stream, None, head.seq, event_id)


def append_to_claim(
    tx: Tx,
    claim: Claim,
    trigger: str,
    *,
    actor: str,
    role: Role,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    target: Stage | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Recorded:
    """Append an event to a claim's chain and write what it changes of the claim, guarded by its version.

    Raises `VersionConflict` where somebody else has written since the claim was loaded: one wins.
    """
    source, seen = claim.stage, claim.version
    event_id, digest = _insert_guarded(tx, claim, trigger, actor, role, reason, data or {}, target or source)
    values = {**(changes or {}), "stage": target or source, "version": seen + 1, "last_hash": digest}
    if target not in {None, source}:
        values.setdefault("moved_at", tx.now)
    result = tx.session.execute(
        update(Claim)
        .where(Claim.id == claim.id, Claim.version == seen)
        .values(values)
        .execution_options(synchronize_session=False),
    )
    if isinstance(result, CursorResult) and result.rowcount != 1:
        raise VersionConflict(claim.number, seen, "—")
    tx.session.expire(claim)
    return Recorded(claim.number, target or source, seen + 1, event_id)


def _insert_guarded(
    tx: Tx,
    claim: Claim,
    trigger: str,
    actor: str,
    role: Role,
    reason: str,
    data: Mapping[str, Any],
    target: Stage,
) -> tuple[int, str]:
    # On PostgreSQL the row is locked before the event is written, so that a rival meets the version guard
    # rather than the chain's unique key.
    found = tx.session.scalars(
        select(Claim.version).where(Claim.id == claim.id).with_for_update(key_share=True)
    ).one()
    if found != claim.version:
        raise VersionConflict(claim.number, claim.version, found)
    return _insert(
        tx,
        stream=claim.number,
        seq=claim.version + 1,
        trigger=trigger,
        source=str(claim.stage),
        target=str(target),
        actor=actor,
        role=str(role),
        reason=reason,
        data=data,
        previous_hash=claim.last_hash,
    )


def first_of_claim(
    tx: Tx, number: str, *, actor: str, role: Role, data: Mapping[str, Any]
) -> tuple[int, str]:
    """The event a claim begins with; answers with its id and hash."""
    return _insert(
        tx,
        stream=number,
        seq=1,
        trigger="file",
        source=None,
        target=str(Stage.DRAFT),
        actor=actor,
        role=str(role),
        reason="",
        data=data,
        previous_hash=GENESIS,
    )


def _insert(tx: Tx, *, data: Mapping[str, Any], **body: Any) -> tuple[int, str]:
    event = chained(at=tx.now.isoformat(timespec="microseconds"), data=data, **body)
    event_id = tx.session.execute(
        insert(EventRow).returning(EventRow.id),
        {**body, "at": event.at, "data": canonical(dict(data)), "hash": event.hash},
    ).scalar_one()
    tx.session.execute(insert(OwedLetters), {"event_id": event_id})
    return event_id, event.hash
