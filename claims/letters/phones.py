"""Telephone numbers as text messages need them."""

import re

_SEPARATORS = re.compile(r"[\s()（）-]+")
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_SHOWN = 3


def mobile(phone: str) -> str:
    """The number where it is a mobile one of the mainland, plain; else empty: a fixed line takes no texts."""
    found = _MOBILE.fullmatch(_SEPARATORS.sub("", phone))
    return found.group(1) if found else ""


def masked(phone: str) -> str:
    """The number as lists show it: only its ends."""
    return f"{phone[:_SHOWN]}****{phone[-_SHOWN:]}" if phone else ""
