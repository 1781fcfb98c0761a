"""Small pictures of bars, drawn here and carried within the card: no address that others could open (B15).

A bar is a PNG of some hundred bytes as a ``data:`` address. Its colours stand out on light and on dark cards; the
word and the number beside it say the same, and so does its description for those who do not see it.
"""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from functools import lru_cache

from cards.elements import Image

WIDTH, HEIGHT = 140, 10
"""Pixels on the card; the picture has twice as many each way, for sharp screens."""
COLOURS = {
    "good": (0x3F, 0x91, 0x42),
    "warning": (0xC2, 0x7C, 0x0E),
    "attention": (0xD9, 0x47, 0x4B),
    "default": (0x8A, 0x8A, 0x8A),
}
_TRACK, _TRACK_ALPHA = (0x80, 0x80, 0x80), 0x38
_LEAST = 6
"""Pixels of a bar that stands for anything at all."""


def bar(label: str, count: int, total: int, style: str) -> Image:
    """A bar for `count` of `total`, with a description in words."""
    wide = 2 * WIDTH
    filled = max(_LEAST, round(wide * count / total)) if count and total else 0
    return Image(
        url=f"data:image/png;base64,{b64encode(_png(min(filled, wide), style)).decode()}",
        alt_text=f"{label}: {count} of {total}", width=f"{WIDTH}px", height=f"{HEIGHT}px",
    )  # fmt: skip


@lru_cache(maxsize=2048)
def _png(filled: int, style: str) -> bytes:
    """A picture of two colours: `filled` pixels of the style's, the rest a faint track on any background."""
    wide, high = 2 * WIDTH, 2 * HEIGHT
    line = b"\0" + b"\1" * filled + b"\0" * (wide - filled)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", wide, high, 8, 3, 0, 0, 0)),
        (b"PLTE", bytes((*_TRACK, *COLOURS.get(style, COLOURS["default"])))),
        (b"tRNS", bytes((_TRACK_ALPHA, 0xFF))),
        (b"IDAT", zlib.compress(line * high, 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, held) for kind, held in parts)


def _chunk(kind: bytes, held: bytes) -> bytes:
    return struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))
