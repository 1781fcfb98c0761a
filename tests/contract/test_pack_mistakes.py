"""Each mistake in a pack is explained in a sentence, with its line (I3; `pack check FILE`)."""

import pytest

from assurance.pack import PackMistakes, check, explain, load, read_shipped

SWINDON = read_shipped("swindon")

SEAT = 'key = "camhs"'
MISTAKES = {
    "a quotation mark is missing": ('key = "camhs"', 'key = "camhs', 'key = "camhs', "was not closed"),
    "no equals sign": ('key = "camhs"', 'key "camhs"', 'key "camhs"', 'There should be an "="'),
    "a value without quotation marks": ('key = "camhs"', "key = camhs", "key = camhs", "no proper value"),
    "a key twice in one table": (SEAT, f"{SEAT}\nkey = 'again'", "key = 'again'", "give it only once"),
    "an impossible day": (
        "due = 2026-11-30",
        "due = 2026-11-31",
        "due = 2026-11-31",
        "a day of the calendar",
    ),
    "an unknown key": (
        "minimum_a_year = 4",
        "minimun_a_year = 4",
        "minimun",
        'Did you mean "minimum_a_year"?',
    ),
    "a table nobody knows": ("[[modules]]", "[[moduls]]", "[[moduls]]", 'Did you mean "modules"?'),
    "text instead of a number": ("chaser_cap = 4", 'chaser_cap = "4"', 'chaser_cap = "4"', "a whole number"),
    "text instead of true or false": (
        "enabled = true",
        'enabled = "yes"',
        'enabled = "yes"',
        "true or false",
    ),
    "a number instead of text": ('short = "CAMHS"', "short = 7", "short = 7", "text in quotation marks"),
    "text instead of a day": ("due = 2026-11-30", 'due = "November"', 'due = "November"', "2026-11-26"),
    "text instead of a list": (
        "reminder_wd = [5, 1]",
        "reminder_wd = 5",
        "reminder_wd = 5",
        "square brackets",
    ),
    "an unknown choice": ('sector = "police"', 'sector = "polis"', 'sector = "polis"', "should be one of"),
    "a number out of range": ("chaser_cap = 4", "chaser_cap = 99", "chaser_cap = 99", "at most 20"),
    "a key in capitals": (SEAT, 'key = "CAMHS!"', 'key = "CAMHS!"', "small letters"),
    "an hour that does not exist": ('last = "16:00"', 'last = "26:00"', 'last = "26:00"', "a time of day"),
    "empty words": ('short = "CAMHS"', 'short = " "', 'short = " "', "empty"),
    "an organisation that is not there": (
        'organisation = "oxford-health"',
        'organisation = "oxford"',
        'organisation = "oxford"',
        'There is no organisation "oxford"',
    ),
    "the same key for two seats": (SEAT, 'key = "gwh"', None, '"gwh" is there twice in this list'),
    "a name that two seats share": (
        'short = "CAMHS"',
        'short = "gwh"',
        'short = "gwh"',
        'means the organisation "gwh"',
    ),
    "an alias of two seats": (
        'aliases = ["SBC Early Years", "EY"]',
        'aliases = ["Housing"]',
        None,
        "can mean only one",
    ),
    "a rating without a dimension": (
        'key = "impact"\ntype = "rating"',
        'key = "effect"\ntype = "rating"',
        'key = "effect"',
        'there is no dimension "effect"',
    ),
    "a question of no dimension": (
        'dimension = "impact"',
        'dimension = "effect"',
        'dimension = "effect"',
        'There is no dimension "effect"',
    ),
    "a choice with nothing to choose": (
        'options_from = "evidence_types"\n',
        "",
        None,
        'This question needs "options"',
    ),
    "a kind of an unknown form": (
        'form = "received"',
        'form = "recieved"',
        'form = "recieved"',
        "There is no form",
    ),
    "a kind for an unknown role": (
        'name = "Urgent learning"\nform = "received"\nasked = { who = "seats" }',
        'name = "Urgent learning"\nform = "received"\nasked = { who = "role", role = "nurse" }',
        'role = "nurse"',
        'There is no role "nurse"',
    ),
    "a role where seats are asked": (
        'form = "received"\nasked = { who = "seats" }',
        'form = "received"\nasked = { who = "seats", role = "chair" }',
        'role = "chair"',
        "if, and only if",
    ),
    "a review by nobody": ('lifecycle = "once"', 'lifecycle = "reviewed"', None, 'needs "reviewed_by"'),
    "a reader of no role": (
        'may_see_after_release = ["member"',
        'may_see_after_release = ["menber"',
        "menber",
        "kind of role",
    ),
    "a clock without days": ("days = 2, working", "working", "working_days = true", 'needs "days"'),
    "an unknown level": (
        'closing_levels = ["high"]',
        'closing_levels = ["top"]',
        "top",
        'no assessed level "top"',
    ),
    "a report by nobody": ('by = "qag-chair"', 'by = "qag"', 'by = "qag"', 'There is no role "qag"'),
    "a quorum of an unknown seat": (
        'seats = ["police"]',
        'seats = ["polis"]',
        "polis",
        'There is no seat "polis"',
    ),
    "hours in the wrong order": (
        'last = "16:00"',
        'last = "09:00"',
        'last = "09:00"',
        '"last" comes before "first"',
    ),
    "no time to send in": (
        'last = "16:00"',
        'last = "10:00"',
        'last = "10:00"',
        '"last" is the same as "first", so nothing could ever be sent.',
    ),
    "months in the wrong order": (
        "after_months = [3, 3]",
        "after_months = [6, 3]",
        "after_months = [6, 3]",
        "comes before the earlier one",
    ),
    "a time zone that does not exist": (
        'timezone = "Europe/London"',
        'timezone = "Swindon"',
        'timezone = "Swindon"',
        "is not a time zone",
    ),
    "a year that starts on no day": (
        'year_start = "04-01"',
        'year_start = "04-31"',
        '"04-31"',
        "not a day of the year",
    ),
    "holidays of nowhere": ('subdivision = "ENG"', 'subdivision = "SWI"', "SWI", "are not known"),
    "a citation twice": (
        'basis = "default"\ncountry',
        'basis = "default"\nsource = "SL"\ncountry',
        'basis = "default"\nsource = "SL"\ncountry',
        "both source and basis",
    ),
    "a citation of no key": (
        'citations = { may_see = "default" }',
        'citations = { may_be = "default" }',
        "may_be",
        "may_be",
    ),
}


def line_of(text: str, marker: str) -> int:
    return text[: text.index(marker)].count("\n") + 1


@pytest.mark.parametrize("case", MISTAKES)
def test_one_mistake_is_told_once_with_its_line_and_a_sentence(case: str) -> None:
    old, new, marker, sentence = MISTAKES[case]
    assert SWINDON.count(old) >= 1, "the shipped pack no longer holds what this test changes"
    text = SWINDON.replace(old, new, 1)
    (mistake,) = check(text, "swindon.toml")
    assert sentence in mistake.text
    if marker is not None:
        assert mistake.line == line_of(text, marker)


@pytest.mark.parametrize(
    ("missing", "table"),
    [
        ('short = "CAMHS"\n', "[[seats]]"),
        ('sector = "police"\n', "[[seats]]"),
        ('version = "2025-26"\n', None),
    ],
)
def test_a_missing_key_is_told_at_the_table_that_lacks_it(missing: str, table: str | None) -> None:
    text = SWINDON.replace(missing, "", 1)
    told = [each for each in check(text, "swindon.toml") if "is missing here" in each.text]
    start = SWINDON.index(missing)
    expected = 1 if table is None else SWINDON[: SWINDON.rindex(table, 0, start)].count("\n") + 1
    assert [each.line for each in told] == [expected]


def test_a_table_that_does_not_say_where_it_comes_from_is_told_at_its_heading() -> None:
    text = SWINDON.replace('[send_hours]\nbasis = "default"\n', "[send_hours]\n")
    (mistake,) = check(text, "swindon.toml")
    assert (mistake.line, mistake.where) == (line_of(text, "[send_hours]"), "send_hours")
    assert mistake.text.startswith("This does not say where it comes from")


def test_an_option_in_a_list_is_told_at_its_own_line_and_by_its_name() -> None:
    text = SWINDON.replace(
        '{ key = "newsletter", label = "Newsletters", source = "SL §3" }',
        '{ key = "newsletter", label = "News" }',
    )
    (mistake,) = check(text, "swindon.toml")
    assert (mistake.line, mistake.where) == (line_of(text, "newsletter"), "methods, newsletter")


def test_mistakes_of_different_sorts_are_all_told_at_once_in_the_order_of_the_file() -> None:
    changes = [
        ('timezone = "Europe/London"', 'timezone = "Swindon"'),
        ('key = "camhs"', 'kee = "camhs"'),
        ('organisation = "oxford-health"', 'organisation = "oxford"'),
        ('[send_hours]\nbasis = "default"\n', "[send_hours]\n"),
        ("chaser_cap = 4", 'chaser_cap = "4"'),
    ]
    text = SWINDON
    for old, new in changes:
        text = text.replace(old, new, 1)
    mistakes = check(text, "swindon.toml")
    assert [each.line for each in mistakes] == sorted(each.line for each in mistakes)
    told = "\n".join(each.text for each in mistakes)
    for part in (
        "time zone",
        '"key" is missing',
        'no key "kee"',
        "no organisation",
        "where it comes from",
        "whole number",
    ):
        assert part in told


def test_the_explanation_reads_as_a_list_of_places_and_sentences() -> None:
    text = SWINDON.replace('sector = "police"', 'sector = "polis"', 1)
    line = line_of(text, 'sector = "polis"')
    told = explain(check(text, "swindon.toml"))
    assert told.startswith(
        f"One thing to put right:\n  Line {line}, column 1 (seats, police, sector): This should be one of"
    )
    assert explain(()) == "No mistakes found."


def test_a_pack_with_mistakes_is_not_loaded_and_the_error_says_why() -> None:
    with pytest.raises(PackMistakes, match="chaser_cap") as caught:
        load(SWINDON.replace("chaser_cap = 4", "chaser_cap = -1"), "swindon.toml")
    assert caught.value.name == "swindon.toml" and len(caught.value.mistakes) == 1


FAR_FROM_A_PACK = {
    "nothing": "",
    "a comment": "# nothing yet\n",
    "a number for a list": "seats = 5",
    "an empty seat": "[[seats]]",
    "a list in a list": "forms = [[1]]",
    "odd keys": 'a."b c" = """x"""',
    "tables where words belong": "[[seats]]\nkey = {}\nsector = []\norganisation = 2026-01-01",
    "moments where days belong": "[send_hours]\nfirst = 2026-01-01T00:00:00\nlast = 2026-01-01T00:00:00Z",
    "lists without end": "x = " + "[" * 5000,
    "names without end": ".".join(["a"] * 5000) + " = 1",
}


@pytest.mark.parametrize("case", FAR_FROM_A_PACK)
def test_a_file_that_is_far_from_a_pack_is_explained_and_never_fails(case: str) -> None:
    mistakes = check(FAR_FROM_A_PACK[case], "mine.toml")
    assert mistakes and all(each.line >= 1 and each.text for each in mistakes)


@pytest.mark.parametrize("text", [SWINDON.replace("\n", "\r\n"), "\ufeff" + SWINDON], ids=["CRLF", "BOM"])
def test_a_pack_saved_by_a_windows_editor_is_read_like_any_other(text: str) -> None:
    assert load(text, "swindon.toml") == load(SWINDON, "swindon.toml")
    spoiled = text.replace("chaser_cap = 4", "chaser_cap = -1")
    assert [each.line for each in check(spoiled, "swindon.toml")] == [line_of(SWINDON, "chaser_cap")]
