"""The request as a Word form, for an agency that answers on paper or by e-mail (issue 2, deliver 8)."""

from __future__ import annotations

import re
from io import BytesIO

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table

from assurance.request_view import RequestView, Side
from cards.learning import who_sees
from cards.letter import KEEP_OUT, AskedQuestion, about, due_questions

BOX = "\u2610"
LONGEST_NAME = 60
_UNSAFE = re.compile(r"[^A-Za-z0-9]+")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def file_name(view: RequestView, side: Side) -> str:
    """A name for the file that every system can keep: "Child-F-rapid-review-GWH.docx"."""
    parts = [_UNSAFE.sub("-", part).strip("-")[:LONGEST_NAME].strip("-") for part in (view.title, side.short)]
    return "-".join(part for part in parts if part) + ".docx" if any(parts) else "request.docx"


def request_form(view: RequestView, side: Side) -> bytes:
    """The form as a .docx file: what is asked and why, each question with room to answer, and who answered."""
    document = _blank(view)
    document.add_heading(_clean(view.title), level=0)
    document.add_heading("What this is about", level=1)
    _facts(document, [*about(view, side)])
    document.add_paragraph(who_sees(view))
    document.add_heading("Your answer", level=1)
    document.add_paragraph(f"A few lines are enough, and any honest answer helps. {KEEP_OUT}")
    for one in due_questions(side):
        _question(document, one)
    document.add_heading("Who answered", level=1)
    _facts(document, [("Name", ""), ("Role", ""), ("Day", "")], head=("About you", "Your answer"))
    terms = view.pack.terms
    document.add_paragraph(f"Please send this back to the {terms.officer} of {terms.partnership}. Thank you.")
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _blank(view: RequestView) -> DocumentType:
    document = Document()
    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle) and normal.type == WD_STYLE_TYPE.PARAGRAPH
    normal.font.name, normal.font.size = "Arial", Pt(11)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB")
    normal.element.get_or_add_rPr().append(language)
    document.core_properties.title = _clean(view.title)[:255]
    document.core_properties.author = _clean(view.pack.terms.partnership)[:255]
    document.core_properties.language = "en-GB"
    document.core_properties.comments = ""
    return document


def _facts(document: DocumentType, pairs: list[tuple[str, str]], head: tuple[str, str] = ("What", "Details")) -> None:
    table = _table(document, head, (4, 12))
    for name, value in pairs:
        _row(table, name, value)


def _question(document: DocumentType, one: AskedQuestion) -> None:
    when = one.only_if or ("if you have it" if one.optional else "")
    document.add_heading(_clean(one.label) + (f" ({when})" if when else ""), level=2)
    if one.help:
        document.add_paragraph(_clean(one.help))
    if one.choices:
        document.add_paragraph("Tick all that fit." if one.several else "Tick one.")
        _choices(document, one)
    else:
        _row(_table(document, ("Your answer",), (16,)), "\n" if one.optional else "\n\n\n")


def _choices(document: DocumentType, one: AskedQuestion) -> None:
    if not any(meaning for _, meaning in one.choices):
        table = _table(document, ("Tick", "Answer"), (1.5, 14.5))
        for label, _ in one.choices:
            _row(table, BOX, label)
        return
    table = _table(document, ("Tick", "Answer", "What it means"), (1.5, 4.5, 10))
    for label, meaning in one.choices:
        _row(table, BOX, label, "\n".join(meaning))


def _row(table: Table, *values: str) -> None:
    cells = table.add_row().cells  # type: ignore[no-untyped-call]
    for cell, value in zip(cells, values, strict=True):
        cell.text = _clean(value)


def _table(document: DocumentType, head: tuple[str, ...], widths: tuple[float, ...]) -> Table:
    """A table whose first row is marked as its header, so that it is read out and repeated as one.

    `widths` are in centimetres.
    """
    table: Table = document.add_table(rows=1, cols=len(head))
    table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for cell, text, width in zip(table.rows[0].cells, head, widths, strict=True):
        cell.width = Cm(width)
        cell.paragraphs[0].add_run(text).bold = True
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    return table


def _clean(text: str) -> str:
    """Text without what a Word file cannot hold."""
    return _UNPRINTABLE.sub(" ", text)
