"""Mail goes over TLS where the server has it, and only to a server whose certificate is trusted."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword
from authority import Authority, authority
from letter_world import EMAIL
from post_office import Post, letters, sending_to, serving, with_letters

from claims.desk import Desk
from notifications.delivery import Delivered, deliver

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH")


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("trusted"))


def _trusting(desk: Desk, ca_file: Path | None) -> Desk:
    return replace(desk, settings=replace(desk.settings, ca_file=ca_file))


class Doorkeeper:
    """Lets in one office with its password, and notes over what it was asked."""

    def __init__(self) -> None:
        self.secured: list[bool] = []

    def __call__(self, _server: Any, session: Any, *rest: Any) -> AuthResult:
        data = rest[-1]
        self.secured.append(session.ssl is not None)
        right = isinstance(data, LoginPassword) and data == LoginPassword(b"office", b"secret")
        return AuthResult(success=right, handled=False)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_letters_leave_over_starttls_and_over_tls_signed_in(
    desk: Desk, trusted: Authority, scheme: str
) -> None:
    keeper, server = Doorkeeper(), Post()
    secure = (
        {"tls_context": trusted.serving, "require_starttls": True}
        if scheme == "smtp"
        else {"ssl_context": trusted.serving, "auth_require_tls": False}
    )
    with serving(server, authenticator=keeper, auth_required=True, **secure) as port:
        with_letters(desk, EMAIL)
        url = f"{scheme}://office:secret@127.0.0.1:{port}/?from=office@county.example"
        assert deliver(sending_to(_trusting(desk, trusted.file), url)) == Delivered(sent=1)
    assert [mail["To"] for mail in server.mails] == [EMAIL]
    assert len(keeper.secured) == 1
    assert keeper.secured == [True] or scheme == "smtps"


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_server_that_nobody_vouches_for_gets_neither_password_nor_letter(
    desk: Desk, trusted: Authority, scheme: str
) -> None:
    keeper, server = Doorkeeper(), Post()
    secure = (
        {"tls_context": trusted.serving}
        if scheme == "smtp"
        else {"ssl_context": trusted.serving, "auth_require_tls": False}
    )
    with serving(server, authenticator=keeper, **secure) as port:
        with_letters(desk, EMAIL)
        url = f"{scheme}://office:secret@127.0.0.1:{port}"
        assert deliver(sending_to(desk, url)) == Delivered(failed=1)
    assert (server.mails, keeper.secured) == ([], [])
    (letter,) = letters(desk)
    assert (letter.status, letter.attempts) == ("queued", 0)
    assert "certificate verify failed" in letter.error


def test_a_wrong_password_is_told_and_no_letter_is_to_blame(desk: Desk, trusted: Authority) -> None:
    with serving(Post(), authenticator=Doorkeeper(), tls_context=trusted.serving) as port:
        with_letters(desk, EMAIL)
        url = f"smtp://office:wrong@127.0.0.1:{port}"
        deliver(sending_to(_trusting(desk, trusted.file), url))
    (letter,) = letters(desk)
    assert (letter.status, letter.attempts) == ("queued", 0)
    assert "535" in letter.error
    assert "wrong" not in letter.error


def test_an_authority_that_cannot_be_read_is_named(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with_letters(desk, EMAIL)
    with serving(Post()) as port:
        deliver(sending_to(_trusting(desk, tmp_path / "ca.pem"), f"smtp://127.0.0.1:{port}"))
    assert "JIANGBU_CA_FILE" in letters(desk)[0].error
