"""Finds text that looks as if it identifies a person or a case, so that it can be asked about.

Nothing here is certain: a finding is a question to the writer ("remove it, or confirm that it is not"), asked
before anything is saved (framework I2). A finding holds positions only, never the text, so that it can be
logged. Every pattern is bounded, so the time taken grows in step with the length of the text.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from assurance.identifiable_addresses import addresses
from assurance.identifiable_births import births
from assurance.identifiable_references import cases, crimes, insurance_numbers, nhs_numbers
from assurance.plain_text import Clue, PlainText, Span, plain, spans


@dataclass(frozen=True)
class Finding:
    """A stretch of the text, from `start` up to `end`, that looks like `kind`."""

    kind: str
    start: int
    end: int


NHS_NUMBER = "nhs_number"
NATIONAL_INSURANCE = "national_insurance_number"
DATE_OF_BIRTH = "date_of_birth"
CRIME_REFERENCE = "crime_reference"
CASE_REFERENCE = "case_reference"
ADDRESS = "address"
PERSON = "person"

_WORDS = {
    NHS_NUMBER: "an NHS number",
    NATIONAL_INSURANCE: "a National Insurance number",
    DATE_OF_BIRTH: "a date of birth",
    CRIME_REFERENCE: "a crime reference",
    CASE_REFERENCE: "a case reference",
    ADDRESS: "a home address",
    PERSON: "a person's name or initials with their age",
}


def describe(kind: str) -> str:
    """The kind of a finding in words that fit after "this looks like": "an NHS number"."""
    return _WORDS[kind]


def find(text: str) -> tuple[Finding, ...]:
    """Everything in `text` that looks like case-identifiable data, in reading order, without overlaps."""
    read = plain(text)
    if not any(letter.isdigit() for letter in read.text):
        return ()
    taken = bytearray(len(read.text))
    found: list[Finding] = []
    for kind, detector in _DETECTORS:
        for start, end in detector(read):
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append(Finding(kind, *read.place(start, end)))
    return tuple(sorted(found, key=lambda finding: finding.start))


_AGE = r"(?:\(?(?i:aged?)\s\d{1,3}\)?|\(?\d{1,3}\s?(?i:years?|yrs?|months?|weeks?)(?i:\sold)?\)?|\(\d{1,2}\))"
_PLACED = (
    r",?\s(?:(?i:who|and|now|currently)\s)?(?i:of|from|lives? (?:in|at|on)|living (?:in|at|on)"
    r"|attends|attending|a pupil at|placed (?:at|in|with))\s(?:the\s)?[A-Z]\w"
)
_PEOPLE = (
    Clue((), re.compile(rf"\b[A-Z]\.?\s?[A-Z]\.?(?:\s?[A-Z]\.?)?,?\s{_AGE}{_PLACED}")),
    Clue(
        (),
        re.compile(
            r"\b(?!Child|Baby|Adult|Young|Year|Family|All|Children|Key|Early|Learning)[A-Z][a-z']{1,20}\s"
            rf"(?!People|Children|Adults|Years?|Stage|Carers)[A-Z][a-z'\-]{{1,20}},?\s{_AGE}{_PLACED}"
        ),
    ),
)


def _people(read: PlainText) -> Iterator[Span]:
    return spans(_PEOPLE, read)


def _homes(read: PlainText) -> Iterator[Span]:
    return addresses(read.text)


_DETECTORS: tuple[tuple[str, Callable[[PlainText], Iterable[Span]]], ...] = (
    (NHS_NUMBER, nhs_numbers),
    (NATIONAL_INSURANCE, insurance_numbers),
    (DATE_OF_BIRTH, births),
    (CRIME_REFERENCE, crimes),
    (CASE_REFERENCE, cases),
    (ADDRESS, _homes),
    (PERSON, _people),
)
