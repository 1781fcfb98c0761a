"""Our papers in Word: the Summary of Learning, the Dissemination Action Plan, a return, and the evidence file."""

from __future__ import annotations

from docx.document import Document as DocumentType

from assurance.evidence_told import Change, Learned
from assurance.export_said import Assessed, Given
from assurance.exports_evidence import EvidenceFile, RequestTold, ReturnTold
from assurance.exports_learning import LearningPaper
from assurance.exports_return import ReturnPaper
from bot.documents import word
from bot.documents.word import (
    WIDE,
    add_facts,
    add_heading,
    add_paragraph,
    add_quiet,
    add_quote,
    add_table,
    add_title,
)

TICKED, BLANK, NOTHING = "\u2612", "\u2610", "\u2013"
LEFT_OUT = "Left out"
NONE_YET = "The group has not assessed this yet."


def learning_paper(paper: LearningPaper) -> bytes:
    """The Summary or the plan of one item, in the pack's columns and their order."""
    document = word.blank(f"{paper.name}: {paper.title}", paper.by, wide=True)
    add_title(document, paper.name)
    add_paragraph(document, "", strong=paper.title)
    if paper.header:
        add_paragraph(document, "", strong=paper.header)
    if paper.note:
        add_quiet(document, paper.note)
    widths = [WIDE / len(paper.columns)] * len(paper.columns)
    add_table(document, paper.columns, paper.rows, widths, about=f"{paper.name}: {paper.title}")
    for line in paper.below:
        add_quiet(document, line)
    return word.written(document)


def return_paper(paper: ReturnPaper) -> bytes:
    """One return with what was asked, every level with its criteria as shown, the evidence and the assessment."""
    document = word.blank(f"{paper.title}: {paper.agency}", paper.partnership)
    add_title(document, paper.title, f"The answer of {paper.agency}")
    add_facts(document, paper.facts, about="Who answered, for which round, and when")
    if paper.asked:
        add_heading(document, "What was asked")
        for name, words in paper.asked:
            add_heading(document, name, 2)
            add_quote(document, words)
    add_heading(document, "How the agency rates itself")
    if paper.said is None:
        add_paragraph(document, "No return has come.")
    else:
        _levels(document, paper.said)
        if paper.said.evidence:
            add_heading(document, "Evidence")
            _evidence(document, paper.said, 2)
    add_heading(document, f"As the {paper.group} assessed it")
    _assessed(document, paper.assessed)
    add_quiet(document, paper.made)
    return word.written(document)


def _levels(document: DocumentType, said: Given) -> None:
    for label in said.labels:
        add_paragraph(document, label)
    for one in said.rated:
        add_heading(document, one.dimension, 2)
        rows = [(TICKED if each.chosen else BLANK, each.label, "\n".join(each.criteria)) for each in one.levels]
        about = f"{one.dimension}: {one.chosen} was chosen"
        add_table(document, ("Chosen", "Level", "Criteria as they were shown"), rows, (2, 4, 11), about=about)
    if said.criteria:
        add_quiet(document, f"Levels and criteria: {said.criteria}.")
    if not said.rated:
        add_paragraph(document, "No level was asked for.")


def _evidence(document: DocumentType, said: Given, level: int) -> None:
    for question, words in said.evidence or ():
        add_heading(document, question, level)
        add_quote(document, words)


def _assessed(document: DocumentType, found: tuple[Assessed, ...]) -> None:
    if not found:
        add_paragraph(document, NONE_YET)
        return
    rows = [
        (
            one.dimension,
            one.own or NOTHING,
            one.level,
            LEFT_OUT if one.reason is None else one.reason or NOTHING,
            one.on,
        )
        for one in found
    ]
    head = ("Dimension", "Own level", "Assessed", "Reason", "On")
    add_table(document, head, rows, (4.8, 2.4, 2.6, 4.2, 3), about="Own and assessed level of each dimension")


def evidence_file(paper: EvidenceFile) -> bytes:
    """What was learned, who was asked, what each said, how it was assessed, and what changed."""
    document = word.blank(f"Evidence file: {paper.name}", paper.partnership)
    add_title(document, f"Evidence file: {paper.name}", paper.partnership)
    for note in paper.notes:
        add_paragraph(document, note)
    add_heading(document, "What was learned")
    for item in paper.learned:
        _learned(document, item)
    if not paper.learned:
        add_paragraph(document, "No item of learning belongs to this.")
    add_heading(document, "Who was asked, what each said, and how it was assessed")
    for request in paper.requests:
        _request(document, request, paper)
    if not paper.requests:
        add_paragraph(document, "Nothing was asked in this time.")
    add_heading(document, "What changed")
    _changes(document, paper.changes)
    return word.written(document)


def _learned(document: DocumentType, item: Learned) -> None:
    add_heading(document, item.title, 2)
    for wording in item.wordings:
        add_heading(document, wording.name, 3)
        add_facts(document, wording.fields, ("Field", "Words"), about=f"{item.title}: {wording.name}")


def _request(document: DocumentType, request: RequestTold, paper: EvidenceFile) -> None:
    add_heading(document, request.title, 2)
    add_facts(document, request.facts, about=f"{request.title}: what was asked")
    _asked(document, request)
    for one in request.returns:
        _return(document, one, paper)


def _asked(document: DocumentType, request: RequestTold) -> None:
    """Who was asked; without the column of particular reasons where none was given."""
    about = f"{request.title}: who was asked"
    rows = [tuple(one or NOTHING for one in row) for row in request.asked]
    if any(why != NOTHING for _, _, why, _ in rows):
        add_table(document, ("Agency", "How it stands", "Why it in particular", "Reached"), rows, (4.5, 3.5, 4.5, 4.5),
                  about=about)  # fmt: skip
        return
    shorter = [(agency, state, reached) for agency, state, _, reached in rows]
    add_table(document, ("Agency", "How it stands", "Reached"), shorter, (6.5, 4, 6.5), about=about)


def _return(document: DocumentType, one: ReturnTold, paper: EvidenceFile) -> None:
    add_heading(document, f"{one.agency}. {one.round}", 3)
    add_paragraph(document, f"{one.came}.")
    for said in one.given:
        _given(document, said, evidence=paper.evidence)
    if one.assessed:
        add_paragraph(document, "", strong=f"As the {paper.group} assessed it")
        _assessed(document, one.assessed)
    elif one.given:
        add_paragraph(document, NONE_YET)


def _given(document: DocumentType, said: Given, *, evidence: bool) -> None:
    name = f"Version {said.number}, at {said.when}, by {said.by}"
    add_paragraph(document, "".join(f" {label}" for label in said.labels), strong=f"{name}.")
    rows = [(one.dimension, one.chosen) for one in said.rated]
    rows += [(question, words) for question, words in said.evidence or ()]
    if rows:
        add_facts(document, rows, ("Asked", "Answer"), about=name)
    if said.criteria:
        add_quiet(document, f"Levels and criteria: {said.criteria}.")
    if not evidence:
        add_quiet(document, "Evidence left out.")


def _changes(document: DocumentType, changes: tuple[Change, ...]) -> None:
    if not changes:
        add_paragraph(document, "Nothing is in the log for this time.")
        return
    rows = [(one.when, one.about, one.what, one.by, str(one.number)) for one in changes]
    head = ("When", "About", "What was done", "By", "Log no.")
    add_table(document, head, rows, (4, 3.4, 4.6, 3.4, 1.6), about="What was done, in the order of the log")
