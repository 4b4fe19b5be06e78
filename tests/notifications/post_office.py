"""A mail server for tests, and letters to go there."""

import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from letter_world import add_claim, submit

from claims.desk import Desk
from claims.letters import outbox
from claims.letters.outbox import LetterSummary
from notifications.derive import derive


class Post:
    """A mail server that keeps what it takes and answers some addresses as told."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: dict[str, str] = {}
        self.after_data: str = "250 OK"
        self.hangs_up_at = ""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        self._hang_up(server, "RCPT")
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        if self.after_data.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            mail = email.message_from_bytes(content, policy=default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
        self._hang_up(server, "DATA")
        return self.after_data

    def _hang_up(self, server: SMTP, at: str) -> None:
        if self.hangs_up_at == at and server.transport is not None:
            server.transport.abort()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(post: Post, **how: Any) -> Iterator[int]:
    """Let the post serve on a port of its own, with aiosmtpd's own options; answers with the port."""
    controller = Controller(post, hostname="127.0.0.1", port=free_port(), **how)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def sending_to(desk: Desk, url: str) -> Desk:
    return replace(desk, settings=replace(desk.settings, smtp_url=url))


def with_letters(desk: Desk, *addresses: str) -> None:
    """A receipt for each of these addresses."""
    with desk.transaction() as tx:
        for serial, address in enumerate(addresses, 1):
            submit(tx, add_claim(tx, serial, email=address))
    assert derive(desk) == len(addresses)


def letters(desk: Desk) -> tuple[LetterSummary, ...]:
    """All letters, oldest first."""
    with desk.reading() as tx:
        return tuple(reversed(outbox.letters(tx, limit=10_000)))
