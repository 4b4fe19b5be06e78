"""Letters leave: leased, sent over the channels of this desk, and marked, each step committed by itself."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta

from claims.desk import Desk, Tx
from claims.letters import flood, sending
from claims.letters.outbox import Way
from claims.letters.sending import LeasedLetter
from notifications.channels.channel import Channel, ChannelError, DeliveryError, Sender
from notifications.channels.files import FileChannel
from notifications.channels.hook import hook_channel
from notifications.channels.smtp import smtp_channel
from notifications.copies import Copies, fair_copies
from notifications.office import office_name

BATCH = 50
"""Letters of one lease, few enough to be through before it runs out."""

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
MOST_ATTEMPTS = 12
"""With the pauses doubling, about two days; then somebody has to look."""

TOO_SLOW = "对方服务器应答过慢，稍后再发。 The server answers too slowly; they go later."

Mark = Callable[[Tx], None]

_log = logging.getLogger("jiangbu.letters")


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of the letters: sent, written as files, failed for good or to be tried again."""

    sent: int = 0
    written: int = 0
    failed: int = 0

    def __add__(self, other: "Delivered") -> "Delivered":
        return Delivered(self.sent + other.sent, self.written + other.written, self.failed + other.failed)

    @property
    def leased(self) -> int:
        return self.sent + self.written + self.failed


def deliver(desk: Desk, *, limit: int | None = None) -> Delivered:
    """Let all queued letters leave, or the oldest `limit` of them; a flood of one kind is held first.

    That a letter begins to leave is noted, and how it ended; should the desk die in between, the letter goes again
    under the same message id, and is marked as doubtful. Where a channel cannot be used, what was leased for it is
    put off and the rest stays queued; other channels go on.
    """
    with desk.transaction() as tx:
        flood.hold_floods(tx)
    told = Delivered()
    with _channels(desk) as channels:
        for way, channel in channels:
            told += _drain(desk, way, channel, None if limit is None else limit - told.leased)
    return told


def _drain(desk: Desk, way: Way, channel: Channel, limit: int | None) -> Delivered:
    """Let the letters of one form leave, a lease at a time."""
    told = Delivered()
    while limit is None or told.leased < limit:
        wanted = BATCH if limit is None else min(BATCH, limit - told.leased)
        with desk.transaction() as tx:
            leased = sending.lease(tx, wanted, way)
        left = _send(desk, channel, leased, fair_copies(desk, leased, way, channel.sender))
        told += Delivered(
            sent=0 if channel.files else left,
            written=left if channel.files else 0,
            failed=len(leased) - left,
        )
        if len(leased) < wanted or not left:
            break
    return told


def _send(desk: Desk, channel: Channel, leased: tuple[LeasedLetter, ...], copies: Copies) -> int:
    """Send a batch as it is kept; answers with how many left.

    How a letter ended is committed together with the beginning of the next: one transaction a letter.
    """
    until = time.monotonic() + sending.LEASE.total_seconds() / 2
    left, unusable = 0, ""
    mark: Mark = _nothing
    for letter in leased:
        unusable = unusable or (TOO_SLOW if time.monotonic() > until else "")
        with desk.transaction() as tx:
            mark(tx)
            if unusable:
                sending.give_back(tx, letter, unusable, tx.now + FIRST_PAUSE)
            begun = not unusable and sending.begin(tx, letter, traceless=channel.files)
        mark = _nothing
        if begun:
            try:
                mark, has_left = _attempt(channel, letter, copies[letter.id])
                left += has_left
            except ChannelError as error:
                unusable = str(error)
                _log.error("letters cannot leave: %s", unusable)
                mark = _given_back(letter, unusable)
    with desk.transaction() as tx:
        mark(tx)
    return left


def _attempt(channel: Channel, letter: LeasedLetter, copy: bytes | DeliveryError) -> tuple[Mark, bool]:
    """Send a letter: what is to be noted of it, and whether it left. Raises `ChannelError`.

    Addresses and numbers stand in what a server says: its words go to the letter's page, never into the log.
    """
    if isinstance(copy, DeliveryError):
        return _failed(letter, copy), False
    try:
        note = channel.send(letter, copy)
    except ChannelError:
        raise
    except DeliveryError as error:
        _log.warning("letter %s did not leave; its page says why", letter.id)
        return _failed(letter, error), False
    except Exception as error:  # noqa: BLE001 - whatever one letter breaks on holds up no other
        _log.exception("letter %s could not be sent", letter.id)
        return _failed(letter, DeliveryError(type(error).__name__, permanent=False)), False
    if channel.files:
        return lambda tx: sending.mark_written(tx, letter.id), True
    return lambda tx: sending.mark_sent(tx, letter.id, note), True


def _failed(letter: LeasedLetter, error: DeliveryError) -> Mark:
    attempts = letter.attempts + 1
    final = error.permanent or attempts >= MOST_ATTEMPTS

    def mark(tx: Tx) -> None:
        retry_at = None if final else tx.now + pause_after(attempts)
        sending.mark_failed(tx, letter, str(error), retry_at, doubtful=error.uncertain)

    return mark


def _given_back(letter: LeasedLetter, reason: str) -> Mark:
    return lambda tx: sending.give_back(tx, letter, reason, tx.now + FIRST_PAUSE)


def _nothing(_tx: Tx) -> None:
    """There is no letter before the first."""


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, up to a limit."""
    return min(FIRST_PAUSE * (1 << (attempts - 1)), LONGEST_PAUSE)


@contextmanager
def _channels(desk: Desk) -> Iterator[tuple[tuple[Way, Channel], ...]]:
    """How each form of letter leaves this desk. A rehearsal writes files, whatever is set.

    Mail goes over SMTP where it is set, or else to the county's message platform, or else becomes files; texts know
    the platform alone.
    """
    name, given = office_name(desk), desk.settings
    nobody = Sender(name, "jiangbu@localhost")
    files = FileChannel(given.home / "mail", nobody)
    if desk.rehearsal:
        yield (Way.MAIL, files), (Way.SMS, files)
        return
    with ExitStack() as stack:
        found: list[tuple[Way, Channel]] = []
        hook = None
        if given.hook_url and given.hook_secret:
            hook = stack.enter_context(hook_channel(given.hook_url, given.hook_secret, nobody, given.ca_file))
            found.append((Way.SMS, hook))
        smtp = None
        if given.smtp_url:
            smtp = stack.enter_context(smtp_channel(given.smtp_url, name, given.ca_file))
        yield ((Way.MAIL, smtp or hook or files), *found)
