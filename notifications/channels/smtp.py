"""Letters over SMTP, in the clear only where no password is at stake and the server offers no better."""

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from claims.letters.sending import LeasedLetter
from notifications.channels.channel import (
    TIMEOUT_SECONDS,
    ChannelError,
    DeliveryError,
    Sender,
    is_loopback,
    trusting,
)
from notifications.mailing import recipients_of

PERMANENT = 500


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


class _Watched:
    """Notes when the words of a letter begin to leave: what breaks from there on leaves it uncertain."""

    begun = False

    def data(self, message: Any) -> Any:
        self.begun = True
        return super().data(message)  # type: ignore[misc]


class _Plain(_Watched, smtplib.SMTP):
    pass


class _Tls(_Watched, smtplib.SMTP_SSL):
    pass


_Connection = _Plain | _Tls


@dataclass(slots=True)
class SmtpChannel:
    """One connection to the mail server for many letters, opened with the first and again where it broke."""

    server: Server
    sender: Sender
    ca_file: Path | None = None
    files: bool = False
    _connection: _Connection | None = None

    def send(self, letter: LeasedLetter, content: bytes) -> str:
        recipients = recipients_of(letter)
        connection = self._connection or self._connect()
        connection.begun = False
        try:
            refused = connection.sendmail(self.sender.address, recipients, content)
        except smtplib.SMTPRecipientsRefused as error:
            permanent = all(code >= PERMANENT for code, _ in error.recipients.values())
            raise DeliveryError(_told(error.recipients), permanent=permanent) from error
        except smtplib.SMTPDataError as error:
            raise DeliveryError(_answer(error), permanent=error.smtp_code >= PERMANENT) from error
        except smtplib.SMTPSenderRefused as error:
            # The server does not take our own address: a matter of its or our settings, for every letter.
            raise ChannelError(f"sender {error.sender}: {_answer(error)}") from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            reason = f"{type(error).__name__}: {error}"
            raise DeliveryError(reason, permanent=False, uncertain=connection.begun) from error
        finally:
            if connection.sock is None:  # a server that says 421 hangs up
                self._connection = None
        return _told(refused)

    def close(self) -> None:
        if self._connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._connection.quit()
            self._connection = None

    def _connect(self) -> _Connection:
        try:
            self._connection = _open(self.server, trusting(self.ca_file))
        except (smtplib.SMTPException, OSError) as error:
            raise ChannelError(f"{self.server.host}:{self.server.port}: {error}") from error
        return self._connection


def _open(server: Server, context: ssl.SSLContext) -> _Connection:
    connection: _Connection
    if server.tls:
        connection = _Tls(server.host, server.port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        connection = _Plain(server.host, server.port, timeout=TIMEOUT_SECONDS)
    try:
        _prepare(connection, server, context)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: _Connection, server: Server, context: ssl.SSLContext) -> None:
    """Secure the connection where the server offers it, and sign in."""
    connection.ehlo()
    secured = server.tls
    if not secured and connection.has_extn("starttls"):
        connection.starttls(context=context)
        connection.ehlo()
        secured = True
    if server.user:
        if not secured and not is_loopback(server.host):
            raise smtplib.SMTPException("the server offers no TLS, and a password is not sent in the clear")
        connection.login(server.user, server.password)


@contextmanager
def smtp_channel(url: str, sender_name: str, ca_file: Path | None = None) -> Iterator[SmtpChannel]:
    server = Server.of(url)
    channel = SmtpChannel(server, Sender(sender_name, server.sender), ca_file)
    try:
        yield channel
    finally:
        channel.close()


def _answer(error: smtplib.SMTPResponseException) -> str:
    return f"{error.smtp_code} {_text(error.smtp_error)}"


def _told(refused: Mapping[str, tuple[int, bytes]]) -> str:
    return "; ".join(f"{address}: {code} {_text(reason)}" for address, (code, reason) in refused.items())


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer
