"""Letters leave: leased, sent over the channel of this desk, and marked, each step committed by itself."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from claims.desk import Desk
from claims.letters import outbox
from claims.letters.outbox import LeasedLetter
from notifications.mailing import Channel, ChannelError, DeliveryError, FileChannel, smtp_channel
from notifications.office import office_name

BATCH = 50
"""Letters of one lease, few enough to be through before it runs out."""

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
MOST_ATTEMPTS = 12
"""With the pauses doubling, about two days; then somebody has to look."""

_log = logging.getLogger("jiangbu.letters")


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of the letters: sent by mail, written as files, failed for good or to be tried again."""

    sent: int = 0
    written: int = 0
    failed: int = 0


def deliver(desk: Desk, *, limit: int | None = None) -> Delivered:
    """Let all queued letters leave, or the oldest `limit` of them.

    A letter is marked as soon as it has left; should the desk die in between, the letter goes again under the
    same message id. Where the mail server cannot be used, what was leased is put off and the rest stays queued.
    """
    sent = written = failed = 0
    left = limit
    with _channel(desk) as channel:
        while left is None or left > 0:
            with desk.transaction() as tx:
                leased = outbox.lease(tx, BATCH if left is None else min(BATCH, left))
            left_well = _send(desk, channel, leased)
            sent, written = (
                sent + (0 if channel.files else left_well),
                written + (left_well if channel.files else 0),
            )
            failed += len(leased) - left_well
            left = None if left is None else left - len(leased)
            if len(leased) < BATCH or not left_well:
                break
    return Delivered(sent, written, failed)


def _send(desk: Desk, channel: Channel, leased: tuple[LeasedLetter, ...]) -> int:
    """Send a batch and mark each letter; answers with how many left."""
    until = time.monotonic() + outbox.LEASE.total_seconds() / 2
    left = 0
    unusable = ""
    for letter in leased:
        if unusable or time.monotonic() > until:
            _put_off(desk, letter, unusable or "the mail server answers too slowly", permanent=False)
            continue
        try:
            note = channel.send(letter)
        except ChannelError as error:
            unusable = str(error)
            _log.error("letters cannot leave: %s", unusable)
            _put_off(desk, letter, unusable, permanent=False)
        except DeliveryError as error:
            _log.warning("letter %s did not leave: %s", letter.id, error)
            _put_off(desk, letter, str(error), permanent=error.permanent)
        else:
            _mark(desk, channel, letter, note)
            left += 1
    return left


def _mark(desk: Desk, channel: Channel, letter: LeasedLetter, note: str) -> None:
    with desk.transaction() as tx:
        if channel.files:
            outbox.mark_written(tx, letter.id)
        else:
            outbox.mark_sent(tx, letter.id, note)


def _put_off(desk: Desk, letter: LeasedLetter, reason: str, *, permanent: bool) -> None:
    with desk.transaction() as tx:
        final = permanent or letter.attempts >= MOST_ATTEMPTS
        outbox.mark_failed(tx, letter.id, reason, None if final else tx.now + pause_after(letter.attempts))


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: twice as long each time, up to a limit."""
    return min(FIRST_PAUSE * (1 << (attempts - 1)), LONGEST_PAUSE)


@contextmanager
def _channel(desk: Desk) -> Iterator[Channel]:
    """Over SMTP where it is set; a rehearsal writes files, whatever is set."""
    name, url = office_name(desk), desk.settings.smtp_url
    if url and not desk.rehearsal:
        with smtp_channel(url, name) as channel:
            yield channel
    else:
        yield FileChannel(desk.settings.home / "mail", name)
