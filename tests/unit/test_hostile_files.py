"""Files that were built to do harm, or only to be something else: each is refused in words, quickly, before it is
unpacked beyond its limits."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook

from assurance.refusals import Refusal
from assurance.running_start_workbook import open_workbook
from assurance.sheets import MOST_COLUMNS, read_file, read_workbook
from assurance.workbook_package import check_package
from bot.documents.workbook import neutral

SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
SPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
LAUGHING = f'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY l0 "ha">{LAUGHS}]><sst {SPACE}><si><t>&l9;</t></si></sst>'
REACHING = f'<?xml version="1.0"?><!DOCTYPE sst SYSTEM "http://127.0.0.1:1/x"><sst {SPACE}><si><t>a</t></si></sst>'
UNREADABLE, TOO_LARGE = "could not read that file", "too large for me"


def plain(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows or (["agency", "e-mail"],):
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def with_part(name: str, body: bytes | str, packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A sound workbook with one part replaced or added."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain())) as sound, zipfile.ZipFile(kept, "w", packing) as package:
        for part in sound.infolist():
            if part.filename != name:
                package.writestr(part.filename, sound.read(part))
        package.writestr(name, body)
    return kept.getvalue()


def sheet(rows: str) -> str:
    return f'<?xml version="1.0"?><worksheet {SPACE}><sheetData>{rows}</sheetData></worksheet>'


def a_bomb_in_a_bomb() -> bytes:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("zeros", b"0" * (50 * 1024 * 1024))
    return with_part("xl/embeddings/inner.zip", inner.getvalue())


def a_liar() -> bytes:
    """It unpacks to 30 MB, and says that it would to 100 bytes."""
    whole = bytearray(with_part(SHEET, sheet(f"<row><c><v>{'1' * 30_000_000}</v></c></row>")))
    real = (30_000_000 + len(sheet("<row><c><v></v></c></row>"))).to_bytes(4, "little")
    assert whole.count(real) == 2
    return bytes(whole.replace(real, (100).to_bytes(4, "little")))


def many_parts() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as package:
        for number in range(600):
            package.writestr(f"xl/part{number}.xml", "<a/>")
    return kept.getvalue()


def behind_a_password() -> bytes:
    """The flag alone: a part that says it is encrypted."""
    whole = bytearray(plain())
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = whole.find(sign)
        whole[at + place] |= 1
    return bytes(whole)


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "entities that grow": (lambda: with_part(STRINGS, LAUGHING), UNREADABLE),
    "entities in the sheet": (lambda: with_part(SHEET, LAUGHING.replace("sst", "worksheet")), UNREADABLE),
    "a document type that reaches elsewhere": (lambda: with_part(STRINGS, REACHING), UNREADABLE),
    "the same in UTF-16": (lambda: with_part(STRINGS, LAUGHING.encode("utf-16")), UNREADABLE),
    "the same under a name that is no XML": (lambda: with_part("xl/worksheets/sheet1.bin", LAUGHING), UNREADABLE),
    "the same in the list of types": (lambda: with_part("[Content_Types].xml", LAUGHING), UNREADABLE),
    "50 MB of nought": (lambda: with_part(SHEET, b"0" * 50_000_000), TOO_LARGE),
    "a sheet that lies about its size": (a_liar, UNREADABLE),
    "600 parts": (many_parts, TOO_LARGE),
    "packed in a way that unpacks at once": (lambda: with_part(SHEET, b"0" * 10**7, zipfile.ZIP_BZIP2), UNREADABLE),
    "a part behind a password": (behind_a_password, UNREADABLE),
    "a row with an endless number": (lambda: with_part(SHEET, sheet('<row r="1E300"><c/></row>')), TOO_LARGE),
    "a million cells": (lambda: with_part(SHEET, sheet(f"<row>{'<c/>' * 1_100_000}</row>")), TOO_LARGE),
    "nested a thousand deep": (lambda: with_part(SHEET, sheet("<row>" * 1000 + "</row>" * 1000)), UNREADABLE),
    "a PDF under another name": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\x00", UNREADABLE),
    "an encrypted or old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, UNREADABLE),
    "a Word document": (lambda: with_part("word/document.xml", "<w/>").replace(b"xl/", b"no/"), UNREADABLE),
    "nothing but the start of an archive": (lambda: b"PK\x03\x04", UNREADABLE),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_in_words_and_in_no_time(what: str) -> None:
    make, said = HOSTILE[what]
    content = make()
    began = time.process_time()
    for read in (read_file, open_workbook):
        if read is open_workbook and not content.startswith(b"PK"):
            said = UNREADABLE
        with pytest.raises(Refusal, match=said):
            read(content)
    assert time.process_time() - began < 3


def test_entities_are_refused_before_the_library_that_reads_cells_is_asked() -> None:
    """So it does not matter whether that was installed with a guard of its own."""
    for content in (with_part(STRINGS, LAUGHING), with_part("xl/styles.xml", REACHING)):
        with pytest.raises(Refusal, match=UNREADABLE):
            check_package(content)


def test_what_only_looks_odd_is_read() -> None:
    """An archive within, a picture, a macro: none of them is opened, and the cells are read."""
    for content in (a_bomb_in_a_bomb(), with_part("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 macros")):
        assert read_file(content) == [["agency", "e-mail"]]
    links = '<externalLink><externalBook r:id="rId1" xmlns:r="x"/></externalLink>'
    assert read_file(with_part("xl/externalLinks/externalLink1.xml", links)) == [["agency", "e-mail"]]


def test_more_columns_than_a_list_has_are_left_out() -> None:
    assert read_file(plain([str(n) for n in range(10_000)])) == [[str(n) for n in range(MOST_COLUMNS)]]
    assert len(read_file(",".join(["a"] * 10_000).encode())[0]) == MOST_COLUMNS


def test_a_list_that_excel_saved_as_unicode_text_is_read() -> None:
    for coding in ("utf-16-le", "utf-16-be"):
        assert read_file("\ufeffname\te-mail\nZoë\tz@x.org".encode(coding)) == [["name", "e-mail"], ["Zoë", "z@x.org"]]
    with pytest.raises(Refusal, match=UNREADABLE):
        read_file(b"\xff\xfea")


def test_a_sheet_that_states_a_wrong_size_is_read_to_its_end() -> None:
    rows = "".join(f'<row><c t="str"><v>{one}</v></c></row>' for one in "ab")
    whole = f'<worksheet {SPACE}><dimension ref="A1"/><sheetData>{rows}</sheetData></worksheet>'
    assert read_workbook(with_part(SHEET, whole))["Sheet"] == [["a"], ["b"]]


def test_a_text_that_excel_would_decode_stays_as_it_was_written() -> None:
    """`_x003D_` in a cell is read as "=" by Excel, unless its first sign is written so too."""
    assert neutral("_x003D_1+1") == "_x005F_x003D_1+1"
    assert neutral("a_x000D_b_x_") == "a_x005F_x000D_b_x_"
