"""What is wrong with a file that is not TOML, in plain words."""

import re

_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)$")
_SENTENCES = (
    ("Expected '=' after a key", 'There should be an "=" here, between the name and its value.'),
    ("Cannot overwrite a value", "This name has been given a value above; give it only once."),
    ("Cannot declare", "This table is there twice. Put it together in one place, or use [[…]] for a list."),
    ("Cannot mutate immutable", "This table was written on one line above and cannot be added to here."),
    ("Cannot redefine", "This name is already in use above for something else."),
    ("Unclosed array", 'This list is not closed: a "]" is missing.'),
    ("Unclosed inline table", 'This table is not closed: a "}" is missing. Keep it on one line.'),
    ("Unterminated string", "This text is not closed: a quotation mark is missing."),
    ("Expected newline or end of document", "There is something after the value; start a new line."),
    ("Expected ']' at the end of a table", 'A "]" is missing at the end of this table\'s name.'),
    ("Expected ']]' at the end of an array", 'A "]]" is missing at the end of this list\'s name.'),
    ("Invalid initial character for a key", "A name should start here. Names use letters, digits, - and _."),
    ("Duplicate inline table key", "This name is there twice in one table."),
    ("Invalid value", 'There is no proper value here. Put text in "quotation marks"; dates as 2026-11-26.'),
    ("Invalid date or datetime", "This is not a day of the calendar. Write dates as 2026-11-26."),
    ("Unescaped '\\'", 'A "\\" in text must be written twice, or the text put in single quotation marks.'),
    ("Illegal character", "There is a character here that cannot be used, or the text was not closed."),
    ("Invalid statement", "A line should start with a name, or with [ and the name of a table."),
    ("Found invalid character", "There is a character here that cannot be used."),
    ("Expected", "Something is missing here."),
)


def syntax_place(message: str, text: str) -> tuple[int, int | None]:
    """The line and column that tomllib's message names; the last line where it names the end."""
    match = _PLACE.search(message)
    if match is None:
        return max(1, text.count("\n") + (not text.endswith("\n"))), None
    return int(match[1]), int(match[2])


def syntax_sentence(message: str) -> str:
    """tomllib's message in plain words, or as it is where we have none."""
    plain = next((sentence for start, sentence in _SENTENCES if message.startswith(start)), None)
    return plain or f"This is not TOML: {_PLACE.sub('', message).strip()}."
