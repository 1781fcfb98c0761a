"""Finds what looks like somebody's home address, and leaves offices alone.

A house number and a street are asked about when a town or a postcode follows, or when the words around them
speak of a home. An office's address is told by what it is called ("Civic Offices", "Police Station").
"""

import re
from collections.abc import Iterator

_TYPES = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Close|Cl|Drive|Dr|Lane|Ln|Way|Crescent|Cres|Court|Ct|Place|Pl|Gardens|Gdns"
    r"|Terrace|Terr|Grove|Walk|Row|Hill|Square|Sq|Park|Mews|Rise|View|Green|Parade|Heights|Mead|Croft|Path|Circle"
    r"|Gate|Drove|Copse|Vale|Meadows?|Orchard|Leaze|Field)"
)
_POSTCODE = r"(?:[A-Z]{1,2}\d[A-Z\d]?\s{0,2}\d[A-Z]{2})"
_NOT_A_STREET = (
    r"(?!(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr"
    r"|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Key|Practice|Training|Staff)\b)"
)
_PLAIN_WORD = (
    r"(?!(?:the|a|an|of|down|on|in|to|and|at|for|their|our|by|with|from|staff|children|siblings?|people|families"
    r"|attended|along|were|was|is|are|per|this|that|had|have)\b)[a-z'][a-z'.\-]{1,20}"
)
_NUMBER = r"(?<![\w/.,£%\-])(?!(?:19|20)\d\d\b)(?P<number>\d{1,4}[A-Za-z]?(?:\s?[-/]\s?\d{1,3})?)"
_STREET = re.compile(
    rf"{_NUMBER},?\s{{1,2}}{_NOT_A_STREET}(?:[A-Z][\w'.\-]{{0,24}}\s|(?:of|the)\s){{1,4}}{_TYPES}\b\.?"
)
_SMALL_STREET = re.compile(rf"(?i){_NUMBER},?\s{{1,2}}(?:{_PLAIN_WORD}\s){{1,3}}{_TYPES}\b\.?")
_FLAT = re.compile(r"\b(?i:flat|apartment|apt)\.?\s{1,2}(?:\d{1,4}[A-Za-z]?|[A-Z]\b),?\s{1,2}(?:\d{1,4}\s)?[A-Z]\w")
_COTTAGE = re.compile(rf"\b[A-Z][\w']{{1,20}}\s(?:Cottage|Bungalow|Farmhouse|Farm)\b[^\n;]{{0,60}}?\b{_POSTCODE}\b")
_HOME = re.compile(
    r"(?i)\b(?:(?:liv(?:es?|ed|ing)|resid(?:es?|ed|ing)|stay(?:s|ed|ing)?)\s(?:[\w']{1,12}\s){0,8}?(?:at|in|on)"
    r"|resident (?:at|of|in)|home (?:address|postcode)|home visit(?:ed|s)? (?:to|at)"
    r"|(?:family|his|her|their) home"
    r"|(?<!care )(?<!nursing )(?<!children's )(?<!residential )home (?:is|at)|tenancy|tenant (?:at|of)"
    r"|foster (?:home|placement)|(?:mother|father|mum|dad|grandmother|nan|grandfather|aunt|carer|parents)'?s?"
    r" (?:home|house|flat|address)|home of)\b"
)
_PEOPLE = re.compile(
    r"(?i:\b(?:mother|father|mum|dad|baby|patient|tenant|grandmother|grandfather|neighbours?|sibling|he|she|him"
    r"|her|boy|girl|they moved|the family|the child|called to|ambulance|house fire)\b)"
    r"|\b(?:Child|Baby|Adult) [A-Z]{1,3}\b|\b(?:Mr|Mrs|Ms|Miss)\b"
)
_BUILDING = (
    r"offices?|station|hospital(?! n)|school|surgery|surgeries|cent(?:re|er)|council|civic|headquarters|HQ"
    r"|clinic|hub|library|church|hall|academy|college|nursery|venue|room|building|campus|pharmacy"
    r"|workshop|conference|event"
    r"|training|reception|magistrates'?|hotel|museum|stadium|theatre|chambers"
    r"|(?:care|nursing|residential) home|children's home|based at|meeting|[A-Z]\w{1,20} House,"
)
_NAMED_BUILDING = re.compile(rf"(?i)\b(?:{_BUILDING})(?!\w)")
_AT_A_BUILDING = re.compile(rf"(?i)\b(?:{_BUILDING})(?!\w),?\s{{0,2}}\(?(?:at\s|which is at\s|,\s)?$")
_WORKPLACE = re.compile(rf"(?i)\b(?:{_BUILDING}|ltd|trust|practice|partnership|branch|teams?|services?)(?!\w)")
_CLOSE = 35
_NEAR = 70
_AFTER = 60
_TOWN = re.compile(r"\s{0,2}[,\n]\s{0,2}(?!(?:And|But|The|This|We|It|In)\b)[A-Z][a-z]{2,20}\b")
_ANY_POSTCODE = re.compile(rf"(?i)^[^;!?]{{0,45}}?\b(?P<postcode>{_POSTCODE})\b")
_HOME_POSTCODE = re.compile(
    r"(?i)\b(?:home (?:address|postcode)|family home|lives?(?: \w{1,10}){0,3} (?:at|in)|living at"
    r"|resid(?:es|ing) at)"
    rf"[\s:,(\-]{{0,4}}(?:(?:is|was|at|in|of)\s)?(?:postcode\s)?{_POSTCODE}\b"
)
_SENTENCE_ENDS = re.compile(r"(?<=[a-z)\d])[.!?;]\s+(?=[A-Z])|\n\s*\n")


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where a home address seems to stand in `text`, which must be plain already."""
    for pattern in (_FLAT, _STREET):
        for found in pattern.finditer(text):
            yield from _if_a_home(text, found.start(), found.end(), capitals=True)
    for found in _SMALL_STREET.finditer(text):
        yield from _if_a_home(text, found.start(), found.end(), capitals=False)
    for found in _COTTAGE.finditer(text):
        if not _WORKPLACE.search(_before(text, found.start())):
            yield found.span()
    for found in _HOME_POSTCODE.finditer(text):
        yield found.span()


def _if_a_home(text: str, start: int, end: int, *, capitals: bool) -> Iterator[tuple[int, int]]:
    before = _before(text, start)
    after = _SENTENCE_ENDS.split(text[end : end + _AFTER])[0]
    postcode = _ANY_POSTCODE.match(after)
    if postcode:
        end += postcode.end()
    if _AT_A_BUILDING.search(before):
        return
    if _HOME.search(before) or _speaks_of_a_home(text[start:end], before, after, capitals=capitals):
        yield start, end


def _speaks_of_a_home(street: str, before: str, after: str, *, capitals: bool) -> bool:
    """Whether a street without a word for a home is still more likely a home than an office."""
    if _NAMED_BUILDING.search(before[-_CLOSE:]) or _NAMED_BUILDING.search(street):
        return False
    placed = bool(_ANY_POSTCODE.match(after) or (capitals and _TOWN.match(after)))
    if _PEOPLE.search(before):
        return placed or capitals
    return placed and not _WORKPLACE.search(before) and not _WORKPLACE.search(after)


def _before(text: str, start: int) -> str:
    """What leads up to `start` in the same sentence."""
    return _SENTENCE_ENDS.split(text[max(0, start - _NEAR) : start])[-1]
