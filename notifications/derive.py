"""Deriving letters from events: each exactly once, written in the transaction that settles what is owed."""

import logging
from collections.abc import Iterator

from jinja2 import TemplateError

from claims.desk import Desk, Tx
from claims.letters import outbox
from claims.letters.numbering import Imprint
from claims.letters.outbox import LetterDraft, OwedEvent, Way, Words
from claims.letters.phones import mobile
from notifications.concerns import Addressed, concerns_of
from notifications.letters import Letterhead, title_of, write
from notifications.material import Material
from notifications.office import letterhead, office_name, paper_head
from notifications.paper.form import paper_of
from notifications.templating.changes import tell_of_set_aside
from notifications.texting import KIND_SUFFIX, TextTooLongError, has_text, text_message, texts_hash
from notifications.urgency import CAN_WAIT

BATCH = 200
"""Events of one transaction: on SQLite nobody else writes meanwhile, so it is kept short."""

UNWRITABLE = (LookupError, TypeError, ValueError, ArithmeticError, TemplateError)
"""What an event that lacks something, or a template that asks too much, may raise. A fault of the database is
none of these: it ends the transaction."""

_log = logging.getLogger("jiangbu.letters")


def derive(desk: Desk, *, limit: int | None = None) -> int:
    """Write the letters that events owe, all of them or those of the oldest `limit` events.

    Answers with the number of letters queued. An event whose letter cannot be written stays owed and holds up
    no other; it is logged and tried again in the next round.
    """
    queued, left, after = 0, limit, 0
    while left is None or left > 0:
        wanted = BATCH if left is None else min(BATCH, left)
        with desk.transaction() as tx:
            events = outbox.owed_events(tx, wanted, after=after)
            queued += _settle(tx, events)
        if len(events) < wanted:
            break
        after = events[-1].event_id
        left = None if left is None else left - len(events)
    return queued


def _settle(tx: Tx, events: tuple[OwedEvent, ...]) -> int:
    """Queue the letters of these events and settle those that could be written."""
    if not events:
        return 0
    material, head = Material.of(tx, events), letterhead(tx)
    tell_of_set_aside(tx, head.templates)
    drafts: list[LetterDraft] = []
    written: list[int] = []
    for event in events:
        try:
            drafts += _drafts(tx.desk, event, material, head)
        except UNWRITABLE:
            _log.exception(
                "the letters of event %s (%s of %s) could not be written",
                event.event_id,
                event.trigger,
                event.stream,
            )
        else:
            written.append(event.event_id)
    queued = outbox.queue(tx, drafts)
    outbox.settle_owed(tx, written)
    return queued


def _drafts(desk: Desk, event: OwedEvent, material: Material, head: Letterhead) -> list[LetterDraft]:
    return [
        draft
        for concern in concerns_of(event)
        for addressed in concern.letters(event, material)
        for draft in (_draft(desk, event, addressed, head), *_texts(desk, event, addressed, head))
    ]


def _draft(desk: Desk, event: OwedEvent, addressed: Addressed, head: Letterhead) -> LetterDraft:
    context = addressed.context
    template = head.templates[context.kind]
    # Whatever cannot be written shows here, before the letter has taken a number.
    write(context, head)

    def words(imprint: Imprint) -> Words:
        written = write(context, head, imprint)
        paper = paper_of(context, paper_head(desk, head, context, imprint)) if desk.settings.papers else None
        return Words(written.subject, written.text, written.html, paper.words if paper else None)

    return LetterDraft(
        event_id=event.event_id,
        event_hash=event.hash,
        kind=context.kind,
        recipient=addressed.recipient,
        recipient_name=addressed.name,
        address=addressed.address,
        claim=addressed.claim,
        township=addressed.township,
        dated_on=context.on,
        words=words,
        template_hash=template.hash,
        template_version=str(template.version),
        can_wait=context.kind in CAN_WAIT,
    )


def _texts(desk: Desk, event: OwedEvent, addressed: Addressed, head: Letterhead) -> Iterator[LetterDraft]:
    """The text message that tells of a letter, where the county sends them and the applicant has a mobile number."""
    context, phone = addressed.context, mobile(addressed.phone)
    if not (desk.settings.hook_url and phone and has_text(context.kind)):
        return
    subject = title_of(context, head.templates)
    try:
        text = text_message(context, office_name(desk), rehearsal=head.rehearsal)
    except TextTooLongError:
        # The letter that it would tell of leaves all the same.
        _log.exception("no text tells of the letter %s of event %s", context.kind, event.event_id)
        return
    yield LetterDraft(
        event_id=event.event_id,
        event_hash=event.hash,
        kind=context.kind + KIND_SUFFIX,
        recipient=addressed.recipient,
        recipient_name=addressed.name,
        address=phone,
        claim=addressed.claim,
        township=addressed.township,
        dated_on=context.on,
        words=lambda _: Words(subject, text, html=""),
        template_hash=texts_hash(),
        template_version=f"packaged:{texts_hash()}",
        channel=Way.SMS,
        can_wait=True,
    )
