"""A letter as a mail message."""

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from claims.letters.sending import LeasedLetter
from notifications.channels.channel import DeliveryError

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def message_of(letter: LeasedLetter, sender_name: str, sender: str) -> EmailMessage:
    """The mail: text first, HTML beside it, with the letter's own message id and date."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(sender_name, addr_spec=sender)
    message["To"] = _recipients(letter.address)
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(letter.queued_at)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "zh-CN"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message


def _recipients(addresses: str) -> list[Address]:
    """The addresses of one line, parted by commas. A line break in one would be a header of its own."""
    found = [each.strip() for each in addresses.split(",")]
    wrong = [each for each in found if not _ADDRESS.fullmatch(each)]
    if wrong:
        raise DeliveryError(f"no mail address: {', '.join(map(repr, wrong))}", permanent=True)
    return [Address(addr_spec=each) for each in found]
