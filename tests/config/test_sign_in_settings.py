"""How people may sign in is read from the environment, and refused with what to write instead."""

from pathlib import Path

import pytest

from config.described import described
from config.settings import BadSettings, Settings, load_settings
from config.sign_in import LABEL, ROLES_OF_OFFICES
from states.stages import Role


def loaded(tmp_path: Path, **values: str) -> Settings:
    return load_settings(
        {f"JIANGBU_{name}": value for name, value in {"HOME": str(tmp_path), **values}.items()}
    )


def test_without_them_everybody_signs_in_by_password_alone(tmp_path: Path) -> None:
    settings = loaded(tmp_path)
    assert settings.totp_roles == frozenset()
    assert settings.single_sign_on is None


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("finance", {Role.FINANCE}),
        (" finance , administrator,", {Role.FINANCE, Role.ADMINISTRATOR}),
        ("offices", set(ROLES_OF_OFFICES)),
    ],
)
def test_roles_that_need_a_second_factor(tmp_path: Path, text: str, roles: set[Role]) -> None:
    assert loaded(tmp_path, TOTP_ROLES=text).totp_roles == roles


def test_the_offices_are_all_but_those_who_file() -> None:
    assert not {Role.APPLICANT, Role.TOWNSHIP, Role.SYSTEM} & set(ROLES_OF_OFFICES)
    assert len(ROLES_OF_OFFICES) == 7


@pytest.mark.parametrize(
    "issuer", ["https://id.example.org", "http://127.0.0.1:9000/realm", "http://localhost:1"]
)
def test_a_provider(tmp_path: Path, issuer: str) -> None:
    found = loaded(tmp_path, OIDC_ISSUER=issuer, OIDC_CLIENT_ID="desk").single_sign_on
    assert found is not None
    assert (found.issuer, found.client_id, found.client_secret, found.label) == (issuer, "desk", "", LABEL)


@pytest.mark.parametrize(
    "values",
    [
        {"TOTP_ROLES": "applicant"},
        {"TOTP_ROLES": "everybody"},
        {"TOTP_ROLES": "finance,system"},
        {"OIDC_ISSUER": "https://id.example.org"},
        {"OIDC_CLIENT_ID": "desk"},
        {"OIDC_ISSUER": "http://id.example.org", "OIDC_CLIENT_ID": "desk"},
        {"OIDC_ISSUER": "https://id.example.org?a=b", "OIDC_CLIENT_ID": "desk"},
        {"OIDC_ISSUER": "id.example.org", "OIDC_CLIENT_ID": "desk"},
    ],
    ids=str,
)
def test_what_cannot_be_used_is_refused_with_what_to_write(tmp_path: Path, values: dict[str, str]) -> None:
    with pytest.raises(BadSettings) as refused:
        loaded(tmp_path, **values)
    assert all("JIANGBU_" in each for each in (refused.value.zh, refused.value.en))


def test_the_clients_secret_is_shown_nowhere(tmp_path: Path) -> None:
    given = {
        "JIANGBU_HOME": str(tmp_path),
        "JIANGBU_OIDC_ISSUER": "https://id.example.org",
        "JIANGBU_OIDC_CLIENT_ID": "desk",
        "JIANGBU_OIDC_CLIENT_SECRET": "word",
        "JIANGBU_TOTP_ROLES": "finance",
    }
    settings = load_settings(given)
    shown = repr(described(settings, given))
    assert "word" not in shown + repr(settings)
    assert "https://id.example.org" in shown
    assert "finance" in shown
