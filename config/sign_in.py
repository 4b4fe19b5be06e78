"""How people sign in besides by password: settings that are read together and make sense only so."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from states.stages import PEOPLES_ROLES, Role

OFFICES = "offices"
"""Stands for every role of the offices."""
ROLES_OF_OFFICES = tuple(role for role in PEOPLES_ROLES if role not in {Role.APPLICANT, Role.TOWNSHIP})
LABEL = "统一身份认证"


class UnfitError(ValueError):
    """A value that cannot be used: what to write instead, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.zh, self.en = zh, en


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """An OpenID Connect provider. `issuer` is its address as its tokens name it; without a secret we are a public client."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    label: str


def totp_roles(text: str | None) -> frozenset[Role]:
    """The roles that sign in with a second factor only, from `finance,administrator` or `offices`."""
    wanted = frozenset(each.strip() for each in (text or "").split(",") if each.strip())
    if wanted == {OFFICES}:
        return frozenset(ROLES_OF_OFFICES)
    if not wanted <= {str(role) for role in ROLES_OF_OFFICES}:
        raise UnfitError(
            f"JIANGBU_TOTP_ROLES 须为以逗号分隔的角色（{'、'.join(ROLES_OF_OFFICES)}）或 {OFFICES}，现为：{text}。",
            f"JIANGBU_TOTP_ROLES must be roles with commas between ({', '.join(ROLES_OF_OFFICES)}) or {OFFICES}, "
            f"not: {text}.",
        )
    return frozenset(Role(each) for each in wanted)


def single_sign_on(values: Mapping[str, str]) -> SingleSignOn | None:
    """The provider of `OIDC_ISSUER` and its companions; None where there is none."""
    issuer, client = values.get("OIDC_ISSUER"), values.get("OIDC_CLIENT_ID")
    if issuer is None and client is None:
        return None
    if issuer is None or client is None:
        raise UnfitError(
            "JIANGBU_OIDC_ISSUER 和 JIANGBU_OIDC_CLIENT_ID 须同时设置。",
            "JIANGBU_OIDC_ISSUER and JIANGBU_OIDC_CLIENT_ID go together.",
        )
    if not _is_fit(issuer):
        raise UnfitError(
            f"JIANGBU_OIDC_ISSUER 须为 https 地址（仅本机可用 http），不带参数，现为：{issuer}。",
            f"JIANGBU_OIDC_ISSUER must be an https address without a query (http on this machine only), not: {issuer}.",
        )
    return SingleSignOn(
        issuer=issuer,
        client_id=client,
        client_secret=values.get("OIDC_CLIENT_SECRET", ""),
        label=values.get("OIDC_LABEL", LABEL),
    )


def _is_fit(issuer: str) -> bool:
    parts = urlsplit(issuer)
    here = parts.scheme == "http" and _is_here(parts.hostname or "")
    return bool(parts.hostname) and (parts.scheme == "https" or here) and not (parts.query or parts.fragment)


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
