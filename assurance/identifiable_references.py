"""Finds numbers that lead to one person or case: NHS, National Insurance, police, case records."""

import re
from collections.abc import Iterable, Iterator

from assurance.identifiable_births import FULL_DATE, MONTH, ORDINAL
from assurance.plain_text import Clue, PlainText, Span, spans

_REFERENCE_WORD = r"(?:ref(?:erence)?|no|num(?:ber)?|id|identifier|#)(?![a-z])\.?"
_LINK = r"[\s:=#(\-]{0,4}(?:(?:is|was|as)\b[\s:]{0,3})?[#(]?"
_GAP = r"(?:\s{1,2}|\s?[.\-/]\s?)?"
_TEN_DIGITS = re.compile(rf"(?<!\d)(?=(?P<number>\d(?:{_GAP}\d){{9}})(?!\d))")
_NHS_CUE = re.compile(rf"(?i)\b(?:NHS|CHI|H&C)[\s_\-]{{0,2}}(?:{_REFERENCE_WORD}\s{{0,2}}){{0,2}}{_LINK}$")
_OTHER_NUMBER = re.compile(
    r"(?i)(?:\+\s?\d{1,3}\s?|\(0\)\s?|\bI?SBN\b|\btel|\bphone|\bmobile|\bcall|\bring|\btext|\bfax|\bext\b|\bdial"
    r"|\b(?:meeting|conference|webinar) id|\bzoom|\bpasscode|\bhelpline|\bhotline"
    r"|\b(?:invoice|order|company|charity|account) (?:no|number|ref))[^.;!?\n\d]{0,25}$"
)
_NHS_GROUPS = {(10,), (3, 3, 4), (3, 7), (6, 4), (5, 5), (4, 3, 3), (4, 6)}
_NHS_FIRST_DIGITS = "34679"
_CHECKED = 10
_BEFORE = 45

_SIX_DIGITS = re.compile(r"\d\d-?\d\d-?\d\d")
_INSURANCE_PREFIX = r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
_INSURANCE = re.compile(
    rf"\b(?:{_INSURANCE_PREFIX}(?:[ \-]?\d\d){{3}}[ \-]?[A-D]|(?i:{_INSURANCE_PREFIX}\d{{6}}[A-D]))\b"
)


def nhs_numbers(read: PlainText) -> Iterator[Span]:
    """Where an NHS number seems to stand: its check digit fits, or it is called one."""
    text = read.text
    for found in _TEN_DIGITS.finditer(text):
        before = text[max(0, found.start() - _BEFORE) : found.start()]
        if _NHS_CUE.search(before):
            yield found.span("number")
            continue
        groups = tuple(len(group) for group in re.findall(r"\d+", found["number"]))
        digits = re.sub(r"\D", "", found["number"])
        if (
            groups in _NHS_GROUPS
            and digits[0] in _NHS_FIRST_DIGITS
            and _has_check_digit(digits)
            and not _OTHER_NUMBER.search(before)
        ):
            yield found.span("number")


def _has_check_digit(digits: str) -> bool:
    """Whether the tenth digit is the one that the first nine ask for (NHS Data Dictionary, modulus 11)."""
    weighed = sum(int(digit) * weight for digit, weight in zip(digits, range(_CHECKED, 1, -1), strict=False))
    return (11 - weighed % 11) % 11 == int(digits[-1])


def insurance_numbers(read: PlainText) -> Iterator[Span]:
    """Where a National Insurance number seems to stand."""
    if _SIX_DIGITS.search(read.squeezed):
        for found in _INSURANCE.finditer(read.text):
            yield found.span()


_TOKEN = (
    r"(?P<token>(?:[A-Z]{1,6}[ ./\-]?|[a-z]{1,4}(?=\d))?\d[\dA-Za-z]{0,14}"
    r"(?:[/.\-][A-Za-z]{0,3}\d[\dA-Za-z]{0,12}|[/\-][A-Z]{1,4}\b|\s\d{3,10}(?!\d)){0,4})"
)
_CRIME_CUE = Clue(
    ("crime", "occurrence", "police", "offence", "custody", "niche", "athena", "pnc", "cad", "incident"),
    re.compile(
        r"(?i:\b(?:crime|occurrence|police(?:\sincident)?|offence|custody|niche|athena|PNC|CAD|incident)\s{0,2}"
        rf"(?:(?:reference|report|log)\s{{0,2}})?(?:{_REFERENCE_WORD}\s{{0,2}}){{1,2}}){_LINK}{_TOKEN}"
    ),
)
_LONG_NUMBER = re.compile(r"\d{6}|/\d{4}")
_CRIME_FORMS = (
    Clue((), re.compile(r"(?<![\d/+.\-])[1-9]\d(?:1[5-9]|2\d)\d{7}(?:/(?:20)?\d\d)?(?![\d/])")),
    Clue((), re.compile(r"(?<![\d/+.\-])\d{9,11}/(?:20)?\d\d(?![\d/])")),
    Clue((), re.compile(r"(?<![\w/])\d\d[A-Z]{0,2}/\d{4,7}[A-Z]?/\d\d(?![\d/])")),
    Clue((), re.compile(r"(?<![\w/,.£])\d{6,7}/(?:1[5-9]|2\d)(?![\d/])")),
    Clue((), re.compile(r"(?<![\w/])(?:19|20)?\d\d/\d{5,7}[A-Z]\b")),
)
_CUED_CRIME_FORMS = (
    Clue(("cr",), re.compile(r"(?i:\bCR[/\- ]?\d{4,10}(?:/(?:20)?\d\d)?)(?![\d/])")),
    Clue(
        ("log", "cad", "incident"),
        re.compile(
            r"(?i:\b(?:log|CAD|incident)\s(?:(?:number|no)\.?\s)?)\d{1,5}\s(?i:of|dated|on)\s"
            rf"(?:the\s)?(?:{FULL_DATE}|\d{{1,2}}{ORDINAL}\s{MONTH})"
        ),
    ),
)
_RECORD_SYSTEM = (
    r"(?:LCS|Liquid\s?logic|Mosaic|Syste?m\s?One|Rio|EMIS|Care\s?First|Care\s?Director|Care\s?notes|Lorenzo"
    r"|Cerner|EHM|Datix|Eclipse|Frameworki|Paris|CP-?IS|n?Delius|NOMIS|CRN|UPN|MRN|PAS)"
)
_CASE_SUBJECT = (
    r"(?:case|client|service\suser|patient|person|child|hospital|hosp|court|family\scourt|unique\spupil|pupil"
    r"|referral|contact|MARAC|MASH|social\scare|records?|prison|probation|tenancy|passport|unit|EHCP)"
)
_SUBJECT_HINTS = (
    "case",
    "client",
    "user",
    "patient",
    "person",
    "child",
    "hosp",
    "court",
    "pupil",
    "referral",
    "contact",
    "marac",
    "mash",
    "care",
    "record",
    "prison",
    "probation",
    "tenancy",
    "passport",
    "unit",
    "ehcp",
)
_SYSTEM_HINTS = (
    "lcs",
    "liquid",
    "mosaic",
    "system",
    "systm",
    "rio",
    "emis",
    "care",
    "lorenzo",
    "cerner",
    "ehm",
    "datix",
    "eclipse",
    "frameworki",
    "paris",
    "cpis",
    "cp-is",
    "delius",
    "nomis",
    "crn",
    "upn",
    "mrn",
    "pas",
)
_CASE_CUES = (
    (
        Clue(
            _SUBJECT_HINTS,
            re.compile(
                rf"(?i:\b{_CASE_SUBJECT}\s{{0,2}}(?:(?:file|record|case|system)\s{{0,2}})?"
                rf"(?:{_REFERENCE_WORD}\s{{0,2}}){{1,3}}){_LINK}{_TOKEN}"
            ),
        ),
        3,
    ),
    (
        Clue(
            _SYSTEM_HINTS,
            re.compile(
                rf"(?i:\b{_RECORD_SYSTEM}\s{{0,2}}(?:(?:case|file|record|client|person|patient)\s{{0,2}})?"
                rf"(?:{_REFERENCE_WORD}\s{{0,2}}){{1,3}}){_LINK}{_TOKEN}"
            ),
        ),
        3,
    ),
    (
        Clue(_SYSTEM_HINTS, re.compile(rf"(?i:\b{_RECORD_SYSTEM}(?:\s(?:case|file|record))?){_LINK}{_TOKEN}")),
        5,
    ),
    (Clue(("case",), re.compile(rf"(?i:\b(?:case|case\sfile|MARAC\scase)){_LINK}{_TOKEN}")), 5),
)
_CASE_FORMS = (
    Clue((), re.compile(r"\b[A-Z]{2}\d\d[CFPZ]\d{5}\b")),
    Clue(
        _SUBJECT_HINTS,
        re.compile(r"(?i:/(?:cases?|clients?|patients?|persons?)/|[?&](?:case|client|patient|person)_?id=)\d{4,12}"),
    ),
)
_NOT_A_REFERENCE = re.compile(
    r"(?:(?:19|20)\d\d(?:[/\-](?:\d\d|(?:19|20)\d\d))?|(?i:SAR|DARDR|DHR|LCSPR|CSPR|SCR|SILP|LLR|MAR|RR|v)"
    rf"[ ./\-]?\d.*|\d{{1,3}}[/.\-]\d{{1,2}}|{FULL_DATE}|\d{{1,2}}(?i:st|nd|rd|th)|\d+(?:\.\d+)+)"
)
_FEWEST_IN_A_CRIME_REFERENCE = 4


def crimes(read: PlainText) -> Iterator[Span]:
    """Where a reference of the police seems to stand."""
    yield from _referenced(((_CRIME_CUE, _FEWEST_IN_A_CRIME_REFERENCE),), read)
    yield from spans(_CUED_CRIME_FORMS, read)
    if not _LONG_NUMBER.search(read.text):
        return
    for start, end in spans(_CRIME_FORMS, read):
        if not _OTHER_NUMBER.search(read.text[max(0, start - _BEFORE) : start]):
            yield start, end


def cases(read: PlainText) -> Iterator[Span]:
    """Where a number of a case, a client or a patient seems to stand."""
    yield from _referenced(_CASE_CUES, read)
    yield from spans(_CASE_FORMS, read)


def _referenced(cues: Iterable[tuple[Clue, int]], read: PlainText) -> Iterator[Span]:
    """Where a cue is followed by something with enough digits that is no year, date or review reference."""
    for clue, fewest in cues:
        for found in clue.pattern.finditer(read.text) if clue.may_match(read) else ():
            token = found["token"]
            if sum(letter.isdigit() for letter in token) >= fewest and not _NOT_A_REFERENCE.fullmatch(token):
                yield found.span()
