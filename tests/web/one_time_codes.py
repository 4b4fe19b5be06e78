"""What an authenticator on somebody's telephone shows."""

import base64

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from claims import clock


def code_of(secret: str, seconds: int = 0) -> str:
    """The code of now, or of some seconds later."""
    key = base64.b32decode(secret.replace(" ", ""))
    return TOTP(key, 6, SHA1(), 30).generate(int(clock.outside().timestamp()) + seconds).decode()
