"""The building blocks of our Word documents, opened again with python-docx: structure, words, pictures."""

import struct
import zlib
from io import BytesIO

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.documents import word

NASTY = 'Take care {PAGE} <b>bold</b> =HYPERLINK("http://x") \x07\x0b\ud800\ufffe & "quotes"'


def opened(document):
    """The document as it is read back from its file."""
    return Document(BytesIO(word.written(document)))


def a_picture():
    """A PNG of one grey point."""

    def part(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(b"\x00\x80")) + part(b"IEND", b"")


def test_a_document_has_a_title_a_language_and_page_numbers():
    found = opened(word.blank("Child F: a title", "Swindon Safeguarding Partnership"))
    assert (found.core_properties.title, found.core_properties.language) == ("Child F: a title", "en-GB")
    assert found.core_properties.author == "Swindon Safeguarding Partnership"
    assert {one.get(one.keys()[0]) for one in found.styles.element.xpath("//w:docDefaults//w:lang")} == {"en-GB"}
    fields = found.sections[0].footer._element.xpath(".//w:fldSimple/@w:instr")
    assert fields == ["PAGE", "NUMPAGES"]


def test_headings_are_headings_in_a_font_without_serifs():
    document = word.blank("A", "B")
    word.add_title(document, "The title", "below")
    for level in (1, 2, 3):
        word.add_heading(document, f"Level {level}", level)
    found = opened(document)
    names = [(one.style.name, one.text) for one in found.paragraphs]
    assert ("Title", "The title") in names and ("Heading 3", "Level 3") in names
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3", "Quote"):
        fonts = found.styles[name].element.rPr.rFonts
        assert found.styles[name].font.name == "Arial" and not [key for key in fonts if "Theme" in key]


def test_a_table_has_a_header_row_that_repeats_and_words_that_stand_for_it():
    document = word.blank("A", "B")
    word.add_table(document, ("What", "Details"), [("One", "1"), ("Two", "2")], (4, 8), about="Two numbers")
    (table,) = opened(document).tables
    assert [cell.text for cell in table.rows[0].cells] == ["What", "Details"]
    assert [bool(row._tr.xpath("./w:trPr/w:tblHeader")) for row in table.rows] == [True, False, False]
    assert all(row._tr.xpath("./w:trPr/w:cantSplit") for row in table.rows)
    assert table._tbl.xpath("./w:tblPr/w:tblDescription/@w:val") == ["Two numbers"]
    assert table._tbl.xpath("./w:tblPr/w:tblLook/@w:firstRow") == ["1"]


def test_a_table_with_a_row_too_short_is_refused():
    with pytest.raises(ValueError, match="as many cells"):
        word.add_table(word.blank("A", "B"), ("What", "Details"), [("One",)], (4, 8))


def test_a_picture_carries_the_words_that_stand_for_it_and_is_refused_without():
    document = word.blank("A", "B")
    word.add_picture(document, a_picture(), "Eighteen high, nine medium", width=3)
    (shape,) = opened(document).inline_shapes
    assert shape._inline.docPr.get("descr") == "Eighteen high, nine medium"
    with pytest.raises(ValueError, match="words"):
        word.add_picture(document, a_picture(), " ")


def test_peoples_words_stay_words_in_every_place():
    document = word.blank(NASTY, NASTY)
    word.add_title(document, NASTY, NASTY)
    word.add_heading(document, NASTY)
    word.add_paragraph(document, NASTY, strong=NASTY)
    word.add_quote(document, NASTY)
    word.add_points(document, [NASTY])
    word.add_facts(document, [(NASTY, NASTY)], about=NASTY)
    found = opened(document)
    kept = word.clean(NASTY)
    assert kept in {one.text for one in found.paragraphs} and found.tables[0].rows[1].cells[1].text == kept
    body = found.element.body
    assert not body.xpath(".//w:fldSimple | .//w:instrText | .//w:hyperlink | .//w:fldChar")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_whatever_is_typed_can_be_written_and_read_back(text):
    document = word.blank(text, text)
    word.add_quote(document, text)
    found = opened(document).paragraphs[-1].text
    assert found == word.clean(text)


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("Child F rapid review", "GWH"), "Child-F-rapid-review-GWH.docx"),
        (("../../etc/passwd", ""), "etc-passwd.docx"),
        (("\u202etxt.exe", "a:b|c"), "txt-exe-a-b-c.docx"),
        (("", "\u4e2d"), "document.docx"),
        (("x" * 300,), "x" * 60 + ".docx"),
    ],
)
def test_a_files_name_is_safe_on_every_system(parts, name):
    assert word.file_name(*parts, ending=".docx") == name
