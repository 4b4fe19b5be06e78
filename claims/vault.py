"""What the secret key is for: bank accounts sealed at rest and compared by digest, letters marked with a check code."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from claims.errors import DatabaseNotReady


class Vault:
    """Seals and opens what must not lie open in the database."""

    def __init__(self, secret: str) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(_derived(secret, b"jiangbu sealed fields")))
        self._digest_key = _derived(secret, b"jiangbu account digests")
        self._mark_key = _derived(secret, b"jiangbu check codes of letters")
        self.fingerprint = _derived(secret, b"jiangbu fingerprint of the key")[:8].hex()
        """Tells whether two vaults have the same key, and nothing about the key."""

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """The text again; `DatabaseNotReady` where it was sealed under another key."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise DatabaseNotReady(
                "账号无法解密：JIANGBU_SECRET_KEY 与建库时不同。请恢复原密钥。",
                "Accounts cannot be opened: JIANGBU_SECRET_KEY is not the one they were sealed with. Restore it.",
            ) from error

    def opened_within(self, sealed: str, seconds: int) -> str | None:
        """The text of what was sealed that recently and here; None for anything else, as a browser may send it."""
        try:
            return self._fernet.decrypt(sealed.encode(), ttl=seconds).decode()
        except (InvalidToken, ValueError):
            return None

    def digest(self, account: str) -> str:
        """Equal for equal accounts, telling nothing else: keyed, so that digits cannot be tried out."""
        return hmac.new(self._digest_key, normalised(account).encode(), hashlib.sha256).hexdigest()

    def mark(self, told: str) -> bytes:
        """32 bytes that only this key makes of `told`, always the same: nobody guesses those of a letter not seen."""
        return hmac.new(self._mark_key, told.encode(), hashlib.sha256).digest()


def normalised(account: str) -> str:
    return "".join(account.split()).replace("-", "")


def masked(account: str) -> str:
    """The last four digits, as letters and screens may show them."""
    return f"**** {normalised(account)[-4:]}"


def _derived(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
