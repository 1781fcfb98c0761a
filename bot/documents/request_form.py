"""The request as a Word form, for an agency that answers on paper or by e-mail (issue 2, deliver 8)."""

from __future__ import annotations

from docx.document import Document as DocumentType

from assurance.request_view import RequestView, Side
from bot.documents import word
from bot.documents.word import WIDTH, add_facts, add_heading, add_paragraph, add_table, add_title
from cards.learning import who_sees
from cards.letter import KEEP_OUT, AskedQuestion, about, due_questions

BOX = "\u2610"


def file_name(view: RequestView, side: Side) -> str:
    """A name for the file that every system can keep: "Child-F-rapid-review-GWH.docx"."""
    return word.file_name(view.title, side.short, ending=".docx", otherwise="request")


def request_form(view: RequestView, side: Side) -> bytes:
    """The form as a .docx file: what is asked and why, each question with room to answer, and who answered."""
    terms = view.pack.terms
    document = word.blank(view.title, terms.partnership)
    add_title(document, view.title)
    add_heading(document, "What this is about")
    add_facts(document, about(view, side), about="What is asked, of whom and why")
    add_paragraph(document, who_sees(view))
    add_heading(document, "Your answer")
    add_paragraph(document, f"A few lines are enough, and any honest answer helps. {KEEP_OUT}")
    for one in due_questions(side):
        _question(document, one)
    add_heading(document, "Who answered")
    add_facts(document, [("Name", ""), ("Role", ""), ("Day", "")], ("About you", "Your answer"), about="Who answered")
    add_paragraph(document, f"Please send this back to the {terms.officer} of {terms.partnership}. Thank you.")
    return word.written(document)


def _question(document: DocumentType, one: AskedQuestion) -> None:
    when = one.only_if or ("if you have it" if one.optional else "")
    add_heading(document, one.label + (f" ({when})" if when else ""), 2)
    if one.help:
        add_paragraph(document, one.help)
    if one.choices:
        add_paragraph(document, "Tick all that fit." if one.several else "Tick one.")
        _choices(document, one)
    else:
        room = "\n" if one.optional else "\n\n\n"
        add_table(document, ("Your answer",), [(room,)], (WIDTH,), about=f"Room to answer: {one.label}")


def _choices(document: DocumentType, one: AskedQuestion) -> None:
    if not any(meaning for _, meaning in one.choices):
        rows = [(BOX, label) for label, _ in one.choices]
        add_table(document, ("Tick", "Answer"), rows, (1.5, 15.5), about=one.label)
        return
    meant = [(BOX, label, "\n".join(meaning)) for label, meaning in one.choices]
    add_table(document, ("Tick", "Answer", "What it means"), meant, (1.5, 4.5, 11), about=one.label)
