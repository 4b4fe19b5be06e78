"""A letter as a mail message, and the two ways it leaves: over SMTP, or as a file."""

import os
import re
import smtplib
import ssl
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from claims.letters.outbox import LeasedLetter

TIMEOUT_SECONDS = 30
PERMANENT = 500

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class DeliveryError(Exception):
    """The letter did not leave. `permanent`: no use in trying again as it is."""

    def __init__(self, reason: str, *, permanent: bool) -> None:
        super().__init__(reason)
        self.permanent = permanent


class ChannelError(Exception):
    """The mail server itself cannot be used now; no letter is to blame."""


class Channel(Protocol):
    """A way for letters to leave. `files`: what it takes is written, not sent."""

    @property
    def files(self) -> bool: ...

    def send(self, letter: LeasedLetter) -> str:
        """Let a letter leave; answers with a note on recipients refused, mostly empty.

        Raises `DeliveryError` where this letter cannot leave, `ChannelError` where none can.
        """


@dataclass(frozen=True, slots=True)
class Server:
    """A mail server, read from `smtp://user:password@host:port/?from=office@example.org` or `smtps://…`."""

    host: str
    port: int
    tls: bool
    user: str
    password: str
    sender: str

    @classmethod
    def of(cls, url: str) -> "Server":
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("JIANGBU_SMTP_URL must read smtp://user:password@host:port or smtps://…")
        tls = parts.scheme == "smtps"
        user = unquote(parts.username or "")
        given = parse_qs(parts.query).get("from", [""])[0]
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if tls else 25),
            tls=tls,
            user=user,
            password=unquote(parts.password or ""),
            sender=given or (user if "@" in user else f"jiangbu@{parts.hostname}"),
        )


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


@dataclass(frozen=True, slots=True)
class FileChannel:
    """Letters as `.eml` files. A letter written twice is one file: its name is the letter's own."""

    folder: Path
    sender_name: str
    files: bool = True

    def send(self, letter: LeasedLetter) -> str:
        message = message_of(letter, self.sender_name, "jiangbu@localhost")
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self.folder, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self.folder / file_name(letter))
        except OSError as error:
            raise ChannelError(f"{self.folder} cannot be written: {error}") from error
        finally:
            Path(temporary).unlink(missing_ok=True)
        return ""


def file_name(letter: LeasedLetter) -> str:
    return f"{letter.id:08}-{letter.kind}.eml"


@dataclass(slots=True)
class SmtpChannel:
    """One connection to the mail server for many letters, opened with the first and again where it broke."""

    server: Server
    sender_name: str
    files: bool = False
    _connection: smtplib.SMTP | None = None

    def send(self, letter: LeasedLetter) -> str:
        message = message_of(letter, self.sender_name, self.server.sender)
        connection = self._connection or self._connect()
        try:
            refused = connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            answers = error.recipients.values()
            permanent = all(code >= PERMANENT for code, _ in answers)
            raise DeliveryError(_told(error.recipients), permanent=permanent) from error
        except smtplib.SMTPDataError as error:
            raise DeliveryError(_answer(error), permanent=error.smtp_code >= PERMANENT) from error
        except smtplib.SMTPSenderRefused as error:
            # The server does not take our own address: a matter of its or our settings, for every letter.
            raise ChannelError(f"sender {error.sender}: {_answer(error)}") from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise DeliveryError(f"{type(error).__name__}: {error}", permanent=False) from error
        return _told(refused)

    def close(self) -> None:
        if self._connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._connection.quit()
            self._connection = None

    def _connect(self) -> smtplib.SMTP:
        try:
            self._connection = _open(self.server)
        except (smtplib.SMTPException, OSError) as error:
            raise ChannelError(f"{self.server.host}:{self.server.port}: {error}") from error
        return self._connection


def _open(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.tls:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    try:
        _prepare(connection, server, context)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: smtplib.SMTP, server: Server, context: ssl.SSLContext) -> None:
    """Secure the connection where the server offers it, and sign in."""
    connection.ehlo()
    secured = server.tls
    if not secured and connection.has_extn("starttls"):
        connection.starttls(context=context)
        connection.ehlo()
        secured = True
    if server.user:
        if not secured and not _is_loopback(server.host):
            raise smtplib.SMTPException("the server offers no TLS, and a password is not sent in the clear")
        connection.login(server.user, server.password)


@contextmanager
def smtp_channel(url: str, sender_name: str) -> Iterator[SmtpChannel]:
    channel = SmtpChannel(Server.of(url), sender_name)
    try:
        yield channel
    finally:
        channel.close()


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _answer(error: smtplib.SMTPResponseException) -> str:
    return f"{error.smtp_code} {_text(error.smtp_error)}"


def _told(refused: Mapping[str, tuple[int, bytes]]) -> str:
    return "; ".join(f"{address}: {code} {_text(reason)}" for address, (code, reason) in refused.items())


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
