"""What is looked at in a workbook before it is read: it came from outside, and reading it must stay cheap and safe.

An .xlsx file is a zip archive of XML parts. Its sizes are held against limits before anything is unpacked, and every
part is read once by a parser that does nothing but look for what no program writes into a workbook: a document type,
with which entities come that grow or reach elsewhere. So nothing depends on how the library that reads the cells was
installed.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final
from xml.parsers import expat

from assurance.refusals import Refusal

MOST_BYTES: Final = 2 * 1024 * 1024
UNREADABLE: Final = (
    "I could not read that file. Please save it as an Excel workbook (.xlsx) or as CSV, and send it again."
)
TOO_LARGE: Final = "That file is too large for me. Please keep it under 2 MB and 2,000 rows."
_UNPACKED: Final = 40 * 1024 * 1024
_PARTS: Final = 500
_MARKS: Final = 1_000_000
"""How many tags all parts may hold together: each costs time and memory, however short it is."""
_DEEPEST: Final = 64
_PACKED_BY: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""The ways of packing that a workbook uses; the others unpack a great deal at once, whatever size was stated."""
_XML: Final = (".xml", ".rels", ".vml")


class _NoWorkbook(Exception):
    """The XML holds what no workbook does."""


def check_package(content: bytes) -> None:
    """Raises Refusal for a workbook that is damaged, too large, unpacks to too much, or is built to do harm.

    It takes up to about a second of a processor: call it in a thread.
    """
    if len(content) > MOST_BYTES:
        raise Refusal(TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if len(parts) > _PARTS or sum(part.file_size for part in parts) > _UNPACKED:
                raise Refusal(TOO_LARGE)
            if any(part.compress_type not in _PACKED_BY or part.flag_bits & 1 for part in parts):
                raise Refusal(UNREADABLE)
            _check_parts(package, parts)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError) as error:
        raise Refusal(UNREADABLE) from error


def _check_parts(package: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    marks = 0
    for part in parts:
        body = package.read(part)
        marks += body.count(b"<")
        if marks > _MARKS:
            raise Refusal(TOO_LARGE)
        if not _is_plain(body, must_be_xml=part.filename.lower().endswith(_XML)):
            raise Refusal(UNREADABLE)


def _is_plain(body: bytes, *, must_be_xml: bool) -> bool:
    """Whether this is XML without a document type, or, where it need not be XML, something else altogether."""
    parser, depth = expat.ParserCreate(), 0

    def refuse(*_: object) -> None:
        raise _NoWorkbook

    def deeper(*_: object) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _NoWorkbook

    def back(*_: object) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = refuse
    if body.count(b"</") > _DEEPEST:
        parser.StartElementHandler, parser.EndElementHandler = deeper, back
    try:
        parser.Parse(body, True)
    except _NoWorkbook:
        return False
    except expat.ExpatError:
        return not must_be_xml
    return True


__all__ = ["MOST_BYTES", "TOO_LARGE", "UNREADABLE", "check_package"]
