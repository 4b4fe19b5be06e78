"""A letter as a mail message, always the same bytes for the same letter, and what such a message says."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from claims.letters.sending import LeasedLetter
from claims.trail.copies import as_attached
from notifications.channels.channel import DeliveryError, Sender

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")

_PLACE = "--the-paper--"
"""Stands for the paper until it is put in; the hyphens are no signs of Base64, so it is no part of a word."""


@dataclass(frozen=True, slots=True)
class MailWords:
    """What a mail says, read back from its bytes."""

    subject: str
    text: str
    html: str


def message_of(letter: LeasedLetter, sender: Sender, paper: bytes | None) -> bytes:
    """The mail: text first, HTML beside it, the paper with it, under the letter's own message id, number and date."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(sender.name, addr_spec=sender.address)
    message["To"] = [Address(addr_spec=each) for each in recipients_of(letter)]
    message["Subject"] = " ".join(filter(None, (letter.subject, letter.document_number)))
    message["Date"] = format_datetime(letter.queued_at)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "zh-CN"
    message.set_content(letter.text, cte="base64")
    message.add_alternative(letter.html, subtype="html", cte="base64")
    if paper is not None:
        name = f"{letter.document_number or letter.id}.pdf"
        message.add_attachment(b"", maintype="application", subtype="pdf", filename=name)
        # The library takes longer over encoding a paper than over all the rest of the mail.
        list(message.iter_attachments())[-1].set_payload(_PLACE)
    _part_by(message, letter.message_id)
    mail = message.as_bytes()
    return mail if paper is None else mail.replace(_PLACE.encode("ascii"), as_attached(paper), 1)


def _part_by(message: EmailMessage, message_id: str) -> None:
    """Boundaries made of the message id: those that the library makes up would be others each time."""
    told = message_id.strip("<>").partition("@")[0]
    for number, part in enumerate(each for each in message.walk() if each.is_multipart()):
        part.set_boundary(f"={number}={told}")


def recipients_of(letter: LeasedLetter) -> list[str]:
    """The addresses of a letter, given in one line and parted by commas.

    Raises `DeliveryError` for what is none: a line break in one would be a header of its own.
    """
    found = [each.strip() for each in letter.address.split(",")]
    wrong = [each for each in found if not _ADDRESS.fullmatch(each)]
    if wrong:
        raise DeliveryError(
            f"邮箱地址无效，请更正单位信息。 No mail address: {', '.join(map(repr, wrong))}", permanent=True
        )
    return found


def words_of(content: bytes) -> MailWords:
    """What a kept mail says."""
    message = message_from_bytes(content, EmailMessage, policy=SMTP)
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    if text is None or html is None:
        raise ValueError("a letter's mail has a text and an HTML part")
    said = (each.get_content().replace("\r\n", "\n") for each in (text, html))
    return MailWords(str(message["Subject"]), *said)
