"""Draws the two icons of the app: an arrow that closes a loop, around a tick.

`python manifest/draw.py` writes color.png (192 × 192) and outline.png (32 × 32, white on nothing) beside this file.
Only the standard library is used; a picture is rows of RGBA values.
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

Point = tuple[float, float]
Colour = tuple[int, int, int]
Distance = Callable[[float, float], float]
"""How far a point lies outside a shape, negative within; the picture is 1 wide and its middle is the origin."""

TEAL: Colour = (0x0F, 0x4C, 0x5C)
WHITE: Colour = (0xFF, 0xFF, 0xFF)
AMBER: Colour = (0xFF, 0xC8, 0x57)
FINENESS = 4
"""Each pixel is looked at in so many rows and columns of points."""


def stroke(points: list[Point], width: float) -> Distance:
    """A line through these points, with round ends."""

    def distance(x: float, y: float) -> float:
        return min(_to_segment((x, y), a, b) for a, b in pairwise(points)) - width / 2

    return distance


def arc(radius: float, begins: float, ends: float, width: float) -> Distance:
    """Part of a ring, between two angles in degrees, clockwise from the top, with straight ends."""

    def distance(x: float, y: float) -> float:
        angle = math.degrees(math.atan2(x, -y)) % 360
        if not begins <= angle <= ends:
            return 1.0
        return abs(math.hypot(x, y) - radius) - width / 2

    return distance


def polygon(points: list[Point]) -> Distance:
    """A filled shape with straight sides, its corners given clockwise."""

    def distance(x: float, y: float) -> float:
        sides = zip(points, points[1:] + points[:1], strict=True)
        return max(
            ((x - ax) * (by - ay) - (y - ay) * (bx - ax)) / math.hypot(bx - ax, by - ay) for (ax, ay), (bx, by) in sides
        )

    return distance


def on_ring(radius: float, angle: float) -> Point:
    """A point on a ring, by its angle in degrees, clockwise from the top."""
    turned = math.radians(angle)
    return radius * math.sin(turned), -radius * math.cos(turned)


def loop(radius: float, width: float, gap: float, head: float) -> list[Distance]:
    """A ring that ends in an arrowhead just before its own beginning. `gap` and `head` are in degrees."""
    tip, neck = 360.0 - gap, 360.0 - gap - head
    reach = 1.35 * width
    corners = [on_ring(radius + reach, neck), on_ring(radius, tip), on_ring(radius - reach, neck)]
    return [arc(radius, 0.0, neck + 1, width), polygon(corners)]


def tick(size: float, width: float) -> Distance:
    """A tick around the middle."""
    return stroke([(-0.50 * size, 0.02 * size), (-0.13 * size, 0.38 * size), (0.52 * size, -0.34 * size)], width)


def colour_icon() -> bytes:
    """192 × 192: white loop and amber tick on teal, within the part of the square that Teams never cuts off."""
    ring = [_turned(one, 35.0) for one in loop(0.255, 0.072, 9.0, 34.0)]
    layers = [(one, WHITE) for one in ring] + [(tick(0.225, 0.066), AMBER)]
    return _picture(192, layers, TEAL)


def outline_icon() -> bytes:
    """32 × 32: the same in white on nothing, with thinner lines."""
    ring = [_turned(one, 35.0) for one in loop(0.385, 0.072, 12.0, 36.0)]
    return _picture(32, [(one, WHITE) for one in ring] + [(tick(0.36, 0.075), WHITE)], None)


def _turned(shape: Distance, degrees: float) -> Distance:
    turn = math.radians(degrees)
    sine, cosine = math.sin(turn), math.cos(turn)
    return lambda x, y: shape(x * cosine + y * sine, y * cosine - x * sine)


def _to_segment(point: Point, a: Point, b: Point) -> float:
    (x, y), (ax, ay), (bx, by) = point, a, b
    length = (bx - ax) ** 2 + (by - ay) ** 2
    along = max(0.0, min(1.0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length))
    return math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay))


def _picture(size: int, layers: list[tuple[Distance, Colour]], ground: Colour | None) -> bytes:
    def seen(x: float, y: float) -> Colour | None:
        found = ground
        for shape, colour in layers:
            if shape(x / size - 0.5, y / size - 0.5) <= 0:
                found = colour
        return found

    rows = [b"\0" + b"".join(_pixel(seen, x, y) for x in range(size)) for y in range(size)]
    return png(size, b"".join(rows))


def _pixel(seen: Callable[[float, float], Colour | None], x: int, y: int) -> bytes:
    """The mean of what is seen at the points of one pixel; a colour does not fade where nothing is behind it.

    Where its corners are alike, so is the rest of it.
    """
    points = [seen(x + right, y + down) for right in (0.01, 0.99) for down in (0.01, 0.99)]
    if len(set(points)) > 1:
        steps = [(one + 0.5) / FINENESS for one in range(FINENESS)]
        points = [seen(x + right, y + down) for right in steps for down in steps]
    coloured = [one for one in points if one is not None]
    if not coloured:
        return bytes((*WHITE, 0))
    mean = (round(sum(one[channel] for one in coloured) / len(coloured)) for channel in range(3))
    return bytes((*mean, round(255 * len(coloured) / len(points))))


def png(size: int, rows: bytes) -> bytes:
    """A square RGBA picture as a PNG file; each row begins with its filter byte."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", size, size, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


if __name__ == "__main__":
    here = Path(__file__).parent
    (here / "color.png").write_bytes(colour_icon())
    (here / "outline.png").write_bytes(outline_icon())
