"""Finds what looks like somebody's date of birth, and leaves the dates of meetings and training alone."""

import re
from collections.abc import Iterator

from assurance.plain_text import Clue, PlainText, Span, spans

MONTH = (
    r"(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
ORDINAL = r"(?i:st|nd|rd|th)?"
_NUMERIC_DATE = (
    r"(?:\d{1,2}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?(?:\d{4}|\d{2})|(?:19|20)\d\d[\-/.]\d{1,2}[\-/.]\d{1,2})(?!\d)"
)
_WORDED_DATE = (
    rf"(?:\d{{1,2}}{ORDINAL}[\s\-](?:of\s)?{MONTH},?[\s\-]?'?(?:\d{{4}}|\d{{2}})(?!\d)"
    rf"|{MONTH}\s\d{{1,2}}{ORDINAL},?\s\d{{4}}(?!\d))"
)
FULL_DATE = rf"(?:{_NUMERIC_DATE}|{_WORDED_DATE})"
_ANY_DATE = (
    rf"(?:{FULL_DATE}|\d{{1,2}}{ORDINAL}\s(?:of\s)?{MONTH}|{MONTH}\s(?:\d{{4}}|\d{{1,2}})"
    r"|\d{1,2}[/.]\d{1,2}|\d{8}(?!\d)|\d{6}(?!\d)|(?:19|20)\d\d(?!\d)|\d{2}\s\d{2}\s(?:\d{4}|\d{2})(?!\d))"
)
_BIRTH = (
    r"(?i:\bd[\s./]{0,2}o[\s./]{0,2}b(?![a-z])\.?|\bdate[\s\-]of[\s\-]birth\b|\bbirth[\s\-]?dates?\b"
    r"|\bdate born\b|\bE\.?D\.?D\b\.?)"
)
_BIRTH_LINK = r"(?:[\s:=,(\-;]|\b(?i:is|was|given as|recorded as|of|on|the)\b){0,10}"
_BORN_LINK = (
    r"(?:[\s,:(]{1,4}(?:(?i:at|in|to|on|the|a|prematurely|early|term|weeks|hospital|home|her|his|their|mother)\b"
    r"|\d{1,2} weeks|[A-Z][\w']{0,20})){0,7}[\s,:(]{1,3}"
)
_BIRTHS = (
    Clue(("dob", "birth", "dateborn", "edd"), re.compile(rf"{_BIRTH}{_BIRTH_LINK}{_ANY_DATE}")),
    Clue(("born",), re.compile(rf"(?<![\w\-])(?i:still)?(?i:born){_BORN_LINK}{FULL_DATE}")),
    Clue(
        ("birthday",),
        re.compile(
            rf"(?i:\b(?:his|her|their|child's|baby's|whose|\w's)\s(?:\w{{1,8}}\s)?birthday\b)"
            rf"{_BIRTH_LINK}(?:{FULL_DATE}|\d{{1,2}}{ORDINAL}\s{MONTH})"
        ),
    ),
    Clue(
        ("dob", "birth"),
        re.compile(rf"(?<![\d/]){FULL_DATE}[\s,(\-]{{0,3}}(?i:d\.?o\.?b(?![a-z])|\(?date of birth\))"),
    ),
    Clue(
        ("dob", "birth"),
        re.compile(
            rf"(?<![\d/]){FULL_DATE}\s?\(?(?i:is|was|being|as)?\s?(?i:his|her|their|the child's|the baby's)\s"
            r"(?i:d\.?o\.?b|date of birth|birth ?date|birthday)"
        ),
    ),
    Clue(
        ("age",),
        re.compile(
            rf"(?i:\baged?:?\s\d{{1,3}}\s?(?:years?|yrs?|months?|weeks?|days?|y|m)?(?:\sold)?)[\s,]{{0,2}}[(,\-]\s?"
            rf"{FULL_DATE}"
        ),
    ),
    Clue(("age",), re.compile(rf"(?<![\d/]){_NUMERIC_DATE}\s?[(,]\s?(?i:aged?\s\d{{1,3}})\b")),
    Clue(("(b", ",b"), re.compile(rf"[(,]\s?b\.\s?{FULL_DATE}")),
    Clue(
        ("child", "baby", "adult"),
        re.compile(rf"\b(?:Child|Baby|Adult)\s[A-Z]{{1,3}}(?:\s?\(|,\s){_NUMERIC_DATE}"),
    ),
)


def births(read: PlainText) -> Iterator[Span]:
    """Where a date of birth seems to stand: a date with a word for birth or an age beside it."""
    return spans(_BIRTHS, read)
