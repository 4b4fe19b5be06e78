"""What every channel promises, and how it tells that a letter did not leave."""

import ssl
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol

from claims.letters.sending import LeasedLetter

TIMEOUT_SECONDS = 30


class DeliveryError(Exception):
    """The letter did not leave. `permanent`: no use in trying again as it is.

    `uncertain`: the connection broke behind the letter and before the answer, so it may have arrived all the same.
    """

    def __init__(self, reason: str, *, permanent: bool, uncertain: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.uncertain = uncertain


class ChannelError(Exception):
    """The channel itself cannot be used now; no letter is to blame."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who a mail comes from."""

    name: str
    address: str


class Channel(Protocol):
    """A way for letters to leave. `files`: what it takes is written, not sent, and twice is once."""

    @property
    def sender(self) -> Sender: ...

    @property
    def files(self) -> bool: ...

    def send(self, letter: LeasedLetter, content: bytes) -> str:
        """Let a letter leave as it is kept, `content`; answers with a note on recipients refused, mostly empty.

        Raises `DeliveryError` where this letter cannot leave, `ChannelError` where none can.
        """


def trusting(ca_file: Path | None) -> ssl.SSLContext:
    """TLS that trusts what the machine trusts, and the county's own authority beside it.

    Raises `ChannelError` where its certificate cannot be read.
    """
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except OSError as error:  # ssl.SSLError among them
            raise ChannelError(f"JIANGBU_CA_FILE {ca_file}: {error}") from error
    return context


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
