"""OpenID Connect: the authorization code flow with PKCE, state and nonce, as far as a verified subject.

What is valid is decided by Authlib and joserfc; this asks the provider, and tells what went wrong in words. The
provider's description and keys are read anew with each sign-in, so that a key it has changed needs no waiting.
"""

import json
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from claims.vault import Vault
from config.sign_in import SingleSignOn

FLOW_SECONDS = 600
"""How long somebody may take at the provider."""
_TIMEOUT = 8.0
_LEEWAY = 60
"""Seconds by which the provider's clock may differ. Tokens are judged by the world's time, as the provider writes it."""
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures that only the provider can make: none that our own secret could make, nor none at all."""
_KEY_TYPES = frozenset({"RSA", "EC", "OKP"})
"""Of a provider's keys, those for such signatures: one of a kind yet unknown must not keep everybody out."""
_DISCOVERY = "/.well-known/openid-configuration"
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Trouble(StrEnum):
    """Why nobody was signed in."""

    AWAY = "away"
    DECLINED = "declined"
    STALE = "stale"
    UNTRUSTED = "untrusted"


@dataclass
class SignOnFailed(Exception):  # noqa: N818 - leads to a page that says what to do
    """`why` decides the page, `detail` is for the security log alone."""

    why: Trouble
    detail: str = ""


class Purpose(StrEnum):
    SIGN_IN = "sign_in"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Flow:
    """A sign-on under way, kept sealed in the browser that began it. `name` is whose account it shall be linked with."""

    purpose: str
    state: str
    nonce: str
    verifier: str
    back: str = ""
    name: str = ""

    @classmethod
    def begun(cls, purpose: Purpose, *, back: str = "", name: str = "") -> "Flow":
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(purpose, state, nonce, verifier, back, name)

    def sealed(self, vault: Vault) -> str:
        return vault.seal(json.dumps(asdict(self)))

    @classmethod
    def opened(cls, vault: Vault, sealed: str) -> "Flow | None":
        """None for what is not ours, and for what is too old."""
        text = vault.opened_within(sealed, FLOW_SECONDS)
        try:
            return None if text is None else cls(**json.loads(text))
        except (TypeError, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at the provider. `shown` is what they are called there, to recognise and never to rely on."""

    subject: str
    shown: str


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """What we are to the provider: its client, answered at `callback`. `ca_file` holds authorities trusted besides."""

    provider: SingleSignOn
    callback: str
    ca_file: Path | None = None

    def address_to_go(self, flow: Flow) -> str:
        """Where the browser is sent. Raises `SignOnFailed`."""
        with self._client() as client:
            described = _described(client, self.provider)
        url: str = prepare_grant_uri(
            described["authorization_endpoint"],
            client_id=self.provider.client_id,
            response_type="code",
            redirect_uri=self.callback,
            scope="openid profile",
            state=flow.state,
            nonce=flow.nonce,
            code_challenge=create_s256_code_challenge(flow.verifier),
            code_challenge_method="S256",
        )
        return url

    def identity(self, flow: Flow | None, answer: Mapping[str, str]) -> Identity:
        """Whom the provider has sent back, with `answer` in the address. Raises `SignOnFailed`."""
        if "error" in answer:
            raise SignOnFailed(Trouble.DECLINED, answer["error"])
        if flow is None or not secrets.compare_digest(answer.get("state", "").encode(), flow.state.encode()):
            raise SignOnFailed(Trouble.STALE, "state")
        if answer.get("iss", self.provider.issuer) != self.provider.issuer:
            raise SignOnFailed(Trouble.UNTRUSTED, "iss of the answer")
        with self._client() as client:
            described = _described(client, self.provider)
            token = self._exchanged(client, described, flow, answer.get("code", ""))
            keys = _asked(client, described["jwks_uri"]).get("keys")
        return _verified(self.provider, flow, token, keys)

    def _client(self) -> httpx.Client:
        return httpx.Client(timeout=_TIMEOUT, verify=_trusted(self.ca_file))

    def _exchanged(
        self, client: httpx.Client, described: Mapping[str, Any], flow: Flow, code: str
    ) -> dict[str, Any]:
        """The tokens for the code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback,
            "code_verifier": flow.verifier,
        }
        ours, secret, auth = self.provider.client_id, self.provider.client_secret, httpx.Auth()
        ways = described.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if secret and "client_secret_basic" in ways:
            auth = httpx.BasicAuth(quote_plus(ours), quote_plus(secret))
        else:
            form |= {"client_id": ours} | ({"client_secret": secret} if secret else {})
        try:
            answer = client.post(described["token_endpoint"], data=form, auth=auth)
            token = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise SignOnFailed(Trouble.AWAY, type(error).__name__) from error
        if not answer.is_success or not isinstance(token, dict):
            raise SignOnFailed(Trouble.UNTRUSTED, f"token endpoint: {answer.status_code}")
        return token


@cache
def _trusted(ca_file: Path | None) -> ssl.SSLContext:
    """Read once: it takes longer than a sign-on."""
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


def _asked(client: httpx.Client, url: str) -> dict[str, Any]:
    try:
        answer = client.get(url, headers={"Accept": "application/json"}).raise_for_status().json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise SignOnFailed(Trouble.AWAY, type(error).__name__) from error
    if not isinstance(answer, dict):
        raise SignOnFailed(Trouble.AWAY, "no object")
    return answer


def _described(client: httpx.Client, provider: SingleSignOn) -> dict[str, Any]:
    """The provider's own description: of the issuer that we were set to, or it is somebody else's."""
    found = _asked(client, provider.issuer.rstrip("/") + _DISCOVERY)
    if found.get("issuer") != provider.issuer:
        raise SignOnFailed(Trouble.UNTRUSTED, "issuer of the description")
    scheme = urlsplit(provider.issuer).scheme
    if any(urlsplit(str(found.get(name, ""))).scheme not in {"https", scheme} for name in _ENDPOINTS):
        raise SignOnFailed(Trouble.UNTRUSTED, "an endpoint without TLS")
    return found


def _verified(provider: SingleSignOn, flow: Flow, token: Mapping[str, Any], keys: Any) -> Identity:
    """The subject of an ID token that the provider has signed for us, for this sign-on, and that is still good."""
    try:
        signed = jwt.decode(
            str(token.get("id_token", "")),
            KeySet.import_key_set({"keys": [each for each in keys if each.get("kty") in _KEY_TYPES]}),
            algorithms=_ALGORITHMS,
        )
        claims = CodeIDToken(
            signed.claims,
            signed.header,
            {
                "iss": {"essential": True, "value": provider.issuer},
                "aud": {"essential": True, "value": provider.client_id},
            },
            {
                "nonce": flow.nonce,
                "client_id": provider.client_id,
                "access_token": token.get("access_token"),
            },
        )
        claims.validate(leeway=_LEEWAY)
    except (JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise SignOnFailed(Trouble.UNTRUSTED, f"{type(error).__name__} {error}") from error
    subject = claims["sub"]
    if not isinstance(subject, str) or not subject:
        raise SignOnFailed(Trouble.UNTRUSTED, "sub")
    shown = claims.get("preferred_username") or claims.get("name") or ""
    return Identity(subject, str(shown))
