"""Check codes: what a letter bears so that any reader may ask the desk whether it really sent it.

Twelve characters, sixty bits: made with the desk's key from the letter's message id, so that they tell nothing and
nobody makes one up. The alphabet has no I, L, O and U; what is typed instead of them is understood.
"""

import unicodedata

from claims.vault import Vault

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 12, 4

_BITS = 5
_READ_AS = str.maketrans("ILO", "110")


def code_of(vault: Vault, message_id: str) -> str:
    """The code of the letter with this message id, as it is kept: without hyphens."""
    bits = int.from_bytes(vault.mark(message_id)[:8])
    return "".join(ALPHABET[bits >> _BITS * place & 31] for place in range(LENGTH))


def grouped(code: str) -> str:
    """`7K3M9QXD2F8T` as it is printed: `7K3M-9QXD-2F8T`."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_code(typed: str) -> str | None:
    """What somebody typed, with whatever spaces, hyphens, case or width, as a code; None where it can be none."""
    bare = "".join(sign for sign in unicodedata.normalize("NFKC", typed).upper() if sign.isalnum())
    code = bare.translate(_READ_AS)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else None
