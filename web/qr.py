"""A QR code as a path of an inline SVG: no image is fetched, and nothing leaves the page."""

from dataclasses import dataclass

import segno

_BORDER = 4
"""Modules of white around it, without which readers do not find it."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """`path` draws the dark modules in a square of `size` by `size`."""

    size: int
    path: str


def qr_code(text: str) -> QrCode:
    rows = [bytes(row) for row in segno.make(text, micro=False, error="l").matrix_iter(border=_BORDER)]
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module
    )
    return QrCode(len(rows), path)
