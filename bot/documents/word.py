"""The building blocks of our Word documents: real headings, header rows, text that stays text, page numbers.

People's words go in as runs of plain text: they cannot become fields, links or mark-up. What a Word file cannot
hold is taken out. Measures are in centimetres.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

FONT, DARK, QUIET = "Arial", RGBColor(0x1F, 0x2A, 0x44), RGBColor(0x59, 0x59, 0x59)
WIDTH, WIDE = 17.0, 25.7
"""How wide a table may be on an upright page, and on one that lies on its side."""
LONGEST_NAME = 60
_HEADINGS = {"Title": 20, "Heading 1": 15, "Heading 2": 12.5, "Heading 3": 11}
_THEME = ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme")
_LOOK = {"firstRow": "1", "lastRow": "0", "firstColumn": "0", "lastColumn": "0", "noHBand": "1", "noVBand": "1"}
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Text without what a Word file cannot hold."""
    return _UNPRINTABLE.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))


def file_name(*parts: str, ending: str, otherwise: str = "document") -> str:
    """A name for a file that every system can keep: "Child-F-rapid-review-GWH.docx"."""
    safe = [_UNSAFE.sub("-", part).strip("-")[:LONGEST_NAME].strip("-") for part in parts]
    return ("-".join(part for part in safe if part) or otherwise) + ending


def blank(title: str, author: str, *, wide: bool = False) -> DocumentType:
    """An empty A4 document in British English with its properties, its styles and page numbers.

    `wide` lays the page on its side, for tables of four columns and more.
    """
    document = Document()
    properties = document.core_properties
    properties.title, properties.author = clean(title)[:255], clean(author)[:255]
    properties.language, properties.comments = "en-GB", ""
    for language in document.styles.element.xpath("//w:docDefaults//w:lang"):
        language.set(qn("w:val"), "en-GB")
    _paper(document, wide=wide)
    _styles(document)
    _footer(document, title)
    return document


def written(document: DocumentType) -> bytes:
    """The document as a .docx file."""
    kept = BytesIO()
    document.save(kept)
    return kept.getvalue()


def add_title(document: DocumentType, text: str, *below: str) -> None:
    """What the document is, once, at its top; `below` are quiet lines."""
    document.add_heading(clean(text), level=0)
    for line in below:
        add_quiet(document, line)


def add_heading(document: DocumentType, text: str, level: int = 1) -> None:
    """The name of a part; `level` from 1 to 3, with none left out on the way down."""
    document.add_heading(clean(text), level=level)


def add_paragraph(document: DocumentType, text: str, *, strong: str = "") -> Paragraph:
    """A paragraph; `strong` comes first, in bold, and does not part from what follows."""
    made = document.add_paragraph()
    if strong:
        made.add_run(clean(strong)).bold = True
        made.paragraph_format.keep_with_next = True
    made.add_run(clean(text))
    return made


def add_quiet(document: DocumentType, text: str) -> None:
    """A line of less weight: where something comes from, what was left out."""
    run = document.add_paragraph().add_run(clean(text))
    run.font.size, run.font.color.rgb = Pt(9.5), QUIET


def add_quote(document: DocumentType, text: str) -> None:
    """Somebody's own words, set apart from ours."""
    document.add_paragraph(clean(text), style="Quote")


def add_points(document: DocumentType, lines: Iterable[str]) -> None:
    """A list, as a list."""
    for line in lines:
        document.add_paragraph(clean(line), style="List Bullet")


def add_table(
    document: DocumentType,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    *,
    about: str = "",
) -> Table:
    """A table whose first row is marked as its header, so that it is read out and repeated as one.

    `about` says in a few words what it holds, for those who do not see it. A row never breaks across pages
    where it fits on one.
    """
    if any(len(row) != len(head) for row in rows) or len(widths) != len(head):
        raise ValueError("Every row of a table has as many cells as its header, and every column a width")
    table: Table = document.add_table(rows=1 + len(rows), cols=len(head))
    table.style, table.autofit = "Table Grid", False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for position, (row, values) in enumerate(zip(table.rows, [head, *rows], strict=True)):
        for cell, value, width in zip(row.cells, values, widths, strict=True):
            cell.width = Cm(width)
            _fill(cell, value, head=position == 0)
        _mark(row._tr, "w:cantSplit")
    _mark(table.rows[0]._tr, "w:tblHeader")
    _room(table)
    _describe(table, about or ", ".join(head))
    _gap(document)
    return table


def add_facts(
    document: DocumentType,
    pairs: Iterable[tuple[str, str]],
    head: tuple[str, str] = ("What", "Details"),
    *,
    about: str = "",
) -> None:
    """Names and values, a pair to a row."""
    add_table(document, head, list(pairs), (4.5, 12.5), about=about)


def add_picture(document: DocumentType, picture: bytes, words: str, *, width: float = WIDTH) -> None:
    """A picture with the words that stand for it. Raises ValueError where there are none."""
    if not words.strip():
        raise ValueError("A picture needs words for those who do not see it")
    shape: Any = document.add_picture(BytesIO(picture), width=Cm(width))
    shape._inline.docPr.set("descr", clean(words))


def _fill(cell: _Cell, value: str, *, head: bool) -> None:
    run = cell.paragraphs[0].add_run(clean(value))
    cell.paragraphs[0].paragraph_format.space_after = Pt(2)
    if head:
        run.bold = True
        shade = OxmlElement("w:shd")
        for name, set_to in (("val", "clear"), ("color", "auto"), ("fill", "E7EBF2")):
            shade.set(qn(f"w:{name}"), set_to)
        cell._tc.get_or_add_tcPr().append(shade)


def _mark(row: Any, name: str) -> None:
    mark = OxmlElement(name)
    mark.set(qn("w:val"), "true")
    row.get_or_add_trPr().append(mark)


def _room(table: Table) -> None:
    """Thin grey lines, and some room above and below the words."""
    properties: Any = table._tbl.tblPr
    borders, margins = OxmlElement("w:tblBorders"), OxmlElement("w:tblCellMar")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "8C8C8C")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    for side, width in (("top", "60"), ("left", "108"), ("bottom", "40"), ("right", "108")):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), width)
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    layout = properties.find(qn("w:tblLayout"))
    layout.addprevious(borders)
    layout.addnext(margins)


def _describe(table: Table, words: str) -> None:
    properties: Any = table._tbl.tblPr
    for look in properties.xpath("w:tblLook"):
        for name in list(look.attrib):
            del look.attrib[name]
        for name, value in _LOOK.items():
            look.set(qn(f"w:{name}"), value)
    described = OxmlElement("w:tblDescription")
    described.set(qn("w:val"), clean(words)[:500])
    properties.append(described)


def _gap(document: DocumentType) -> None:
    """Two tables in a row would become one: something stands between."""
    between = document.add_paragraph().paragraph_format
    between.space_after, between.line_spacing = Pt(0), Pt(8)


def _paper(document: DocumentType, *, wide: bool) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    if wide:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Cm(29.7), Cm(21.0)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.0)


def _styles(document: DocumentType) -> None:
    normal = _style(document, "Normal", 11)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(6), 1.15
    for name, size in _HEADINGS.items():
        style = _style(document, name, size)
        style.font.color.rgb, style.font.bold, style.font.italic = DARK, True, False
        style.paragraph_format.space_before = Pt(0 if name == "Title" else 12)
        style.paragraph_format.space_after, style.paragraph_format.keep_with_next = Pt(4), True
        for border in style.element.xpath("w:pPr/w:pBdr"):
            border.getparent().remove(border)
    quote = _style(document, "Quote", 11)
    quote.font.italic, quote.font.color.rgb = False, RGBColor(0, 0, 0)
    quote.paragraph_format.left_indent = Cm(0.6)
    _style(document, "List Bullet", 11).paragraph_format.space_after = Pt(3)
    _style(document, "Footer", 9).font.color.rgb = QUIET


def _style(document: DocumentType, name: str, size: float) -> ParagraphStyle:
    """A style in our font: the theme's own fonts, which would win, are taken out."""
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    style.font.name, style.font.size = FONT, Pt(size)
    fonts = style.element.rPr.rFonts
    for theme in _THEME:
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:cs"), FONT)
    return style


def _footer(document: DocumentType, title: str) -> None:
    line = document.sections[0].footer.paragraphs[0]
    line.add_run(f"{clean(title)[:90]}, page ")
    _number(line, "PAGE")
    line.add_run(" of ")
    _number(line, "NUMPAGES")


def _number(line: Paragraph, what: str) -> None:
    field, run, text = (OxmlElement(name) for name in ("w:fldSimple", "w:r", "w:t"))
    field.set(qn("w:instr"), what)
    text.text = "1"
    run.append(text)
    field.append(run)
    line._p.append(field)
