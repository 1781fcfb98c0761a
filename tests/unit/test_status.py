"""How an addressee stands, as a letter or word and in sentences (B10, B16, framework 4.9, 4.25)."""

from datetime import UTC, date, datetime

import pytest

from assurance.actors import Actor
from assurance.open_items import LoopNow, OpenItem, OpenItems
from assurance.pack import load, read_shipped
from assurance.seeing import may_read
from assurance.standing import (
    Card,
    DimensionNow,
    Mark,
    counted,
    due_line,
    due_words,
    how_it_stands,
    mark,
    timeliness,
    why_not_reached,
)
from assurance.status import SeatNames, draw_board, legend_of
from cards.asking import Question, ask_button, read_question
from cards.parts import MOST_ACTIONS, size_utf16
from cards.status import board_card
from cards.which_partnership import choice_card
from tests.pictures.keep import keep

TODAY = date(2026, 11, 30)
DUE = date(2026, 11, 26)
SENT = (Card("delivered"),)
PACK = load(read_shipped("swindon"), "swindon")
KIND = PACK.kind("assurance")


def stands(**changed):
    facts = {
        "asked": True, "awaited": True, "due_on": DUE, "extended_to": None, "holders": 1, "cards": SENT, "today": TODAY,
    } | changed  # fmt: skip
    today = facts.pop("today")
    return how_it_stands(**facts, now=datetime(today.year, today.month, today.day, 9, tzinfo=UTC), tz=PACK.timezone)


@pytest.mark.parametrize(
    ("changed", "how"),
    [
        ({}, "late"),
        ({"today": DUE}, "waiting"),
        ({"awaited": False}, "answered"),
        ({"asked": False}, "information"),
        ({"holders": 0}, "vacant"),
        ({"holders": 0, "extended_to": date(2026, 12, 4)}, "vacant"),
        ({"extended_to": date(2026, 12, 4)}, "extended"),
        ({"extended_to": TODAY}, "extended"),
        ({"extended_to": date(2026, 11, 29)}, "late"),
        ({"cards": ()}, "not_reached"),
        ({"cards": (), "today": DUE}, "waiting"),
        ({"cards": (Card("refused", "Blocked."),), "today": DUE}, "not_reached"),
        ({"cards": (Card("unsure", "It timed out."),)}, "not_reached"),
        ({"cards": (Card("refused", "Blocked."), Card("delivered"))}, "late"),
        ({"cards": (Card("owed"),), "today": DUE}, "waiting"),
    ],
)
def test_late_needs_somebody_on_the_seat_a_card_that_arrived_and_no_extension(changed, how):
    """Framework 4.25, scenarios 28 and 32."""
    assert stands(**changed) == how


def test_why_somebody_was_not_reached_is_the_first_reason_given():
    assert why_not_reached([Card("delivered"), Card("refused", "Blocked.")]) == "Blocked."
    assert why_not_reached([]) == "No card has reached anybody on the seat yet."


@pytest.mark.parametrize(
    ("how", "dimension", "expected"),
    [
        ("waiting", DimensionNow("dissemination", due=True), Mark("Waiting")),
        ("late", DimensionNow("dissemination", due=True), Mark("Late", "attention")),
        ("answered", DimensionNow("dissemination", self_level="high"), Mark("H", "good")),
        ("answered", DimensionNow("dissemination", self_level="not_relevant"), Mark("Not rel.")),
        (
            "answered",
            DimensionNow("dissemination", self_level="high", assessed_level="low"),
            Mark("H \u2192 L", "attention"),
        ),
        ("waiting", DimensionNow("dissemination", due=True, self_level="medium"), Mark("Waiting (M)")),
        ("answered", DimensionNow("impact", opens_on=date(2027, 2, 2)), Mark("Later")),
        ("waiting", DimensionNow("dissemination", self_level="high"), Mark("H", "good")),
        ("information", DimensionNow("dissemination"), Mark("\u2013")),
        ("answered", None, Mark("Done", "good")),
        ("vacant", None, Mark("Vacant")),
        ("answered", DimensionNow("dissemination", self_level="gone"), Mark("Done")),
    ],
)
def test_a_cell_is_a_letter_or_word_beside_its_style(how, dimension, expected):
    assert mark(PACK, how, dimension) == expected


def test_the_legend_explains_the_letters_that_stand_there_and_no_others():
    legend = " ".join(legend_of(PACK, [Mark("H \u2192 M"), Mark("Waiting (L)"), Mark("Vacant")]))
    assert "H High" in legend
    assert "L Low" in legend
    assert "the LDG assessed" in legend
    assert "In brackets" in legend
    assert "Vacant: nobody" in legend
    assert "Not relevant" not in legend


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 30), "today"),
        (date(2026, 12, 1), "tomorrow"),
        (date(2026, 12, 4), "in four days"),
        (date(2026, 11, 29), "one day past the due date"),
        (date(2026, 11, 26), "four days past the due date"),
    ],
)
def test_a_due_day_is_told_in_words(day, expected):
    assert due_words(day, TODAY) == expected


def test_an_extension_stands_in_the_place_of_the_due_day():
    assert due_line(DUE, date(2026, 12, 4), TODAY) == "More time agreed until Friday 4 December 2026, in four days"


@pytest.mark.parametrize(
    ("day", "meeting", "expected"),
    [
        (26, date(2026, 12, 10), "in time for the papers"),
        (27, date(2026, 12, 10), "for the meeting"),
        (27, date(2026, 11, 26), "after the meeting"),
        (27, None, "after the due day"),
        (26, None, "in time"),
    ],
)
def test_history_says_for_the_papers_or_the_meeting_and_never_days_late(day, meeting, expected):
    given_on = date(2026, 11, day)
    assert timeliness(given_on, meeting, late=given_on > DUE) == expected
    assert timeliness(None, meeting, late=False) == "not received"


@pytest.mark.parametrize(
    ("answered", "asked", "expected"),
    [
        (11, 13, "11 of 13 have answered"), (1, 13, "1 of 13 has answered"), (13, 13, "all 13 have answered"),
        (0, 13, "none of 13 has answered yet"), (0, 1, "the answer is still to come"), (1, 1, "the answer has come"),
        (0, 0, "nobody was asked"),
    ],
)  # fmt: skip
def test_counts_are_said_as_one_would_say_them(answered, asked, expected):
    assert counted(answered, asked) == expected


@pytest.mark.parametrize(
    ("roles", "seats", "own", "released", "allowed"),
    [
        ({"officer"}, set(), False, False, True),
        ({"chair"}, set(), False, False, True),
        (set(), {1}, True, False, True),
        (set(), {1}, False, False, False),
        (set(), {1}, False, True, True),
        ({"ld_lead"}, set(), False, True, False),
        (set(), set(), False, True, False),
    ],
)
def test_who_may_read_a_return_follows_the_kind_and_the_release_of_its_papers(roles, seats, own, released, allowed):
    """Framework 2; urgent learning, which names nobody for after the release, never opens to others."""
    actor = Actor(1, 1, frozenset(seats), frozenset(roles))
    assert may_read(KIND, actor, own=own, released=released) is allowed
    if not own and not roles:
        assert not may_read(PACK.kind("urgent"), actor, own=False, released=True)


def test_a_question_button_is_read_back_as_it_was_made_and_oddities_become_nothing():
    question = Question("status", "seat", "12", 3)
    made = ask_button("status GWH", 7, question).to_dict()
    assert made["data"]["p"] == 7
    assert read_question(made["data"]) == question
    assert read_question({"word": 5, "kind": ["x"], "key": "y" * 99, "page": True}) == Question("", "", "", 1)


def test_no_more_partnerships_are_offered_than_teams_shows_buttons():
    made = choice_card([(number, f"Partnership {number}") for number in range(1, 10)])
    assert len(made.content["actions"]) == MOST_ACTIONS


def a_loop(seat_id, *dimensions, how="answered"):
    return LoopNow(
        seat_id, 1, seat_id, None, how, "", DUE, None, None, dimensions, (), own=False, readable=True
    )  # fmt: skip


def an_item(number, loops):
    return OpenItem(
        number, number, KIND, f"Learning item number {number} with a longer title", DUE, None, False, 0, 20, loops, True
    )


def test_a_full_page_of_twenty_agencies_and_two_dimensions_stays_under_eighty_kilobytes():
    """Facts, Adaptive Cards: at most 80 KB in UTF-16; the page gets shorter before the card gets too big."""
    both = (
        DimensionNow("dissemination", self_level="not_relevant"),
        DimensionNow("impact", due=True, self_level="low"),
    )
    items = tuple(an_item(n, tuple(a_loop(s, *both, how="late") for s in range(1, 21))) for n in range(1, 14))
    known = [SeatNames(n, f"SBC Department {n}", f"Department number {n}") for n in range(1, 21)]
    drawn = draw_board(PACK, 1, OpenItems(PACK, TODAY, items, {}), items, known, {}, 1)
    assert (drawn.page, drawn.pages, len(drawn.items)) == (1, 3, 6)
    made = board_card(drawn)
    keep("status-full-page", made.content)
    assert size_utf16(made.content) <= 80_000


def test_agencies_stand_in_the_order_given_whatever_their_levels():
    """No ranking: the pack's order."""
    levels = ("low", "high", "medium")
    loops = tuple(a_loop(n, DimensionNow("dissemination", self_level=level)) for n, level in enumerate(levels, 1))
    items = (an_item(1, loops),)
    known = [SeatNames(n, f"Agency {n}", f"Agency {n}") for n in (1, 2, 3)]
    drawn = draw_board(PACK, 1, OpenItems(PACK, TODAY, items, {}), items, known, {}, 1)
    assert [(label, marks[0].word) for label, marks in drawn.tables[0].rows] == [
        ("Agency 1", "L"), ("Agency 2", "H"), ("Agency 3", "M"),
    ]  # fmt: skip


def test_twelve_items_of_thirteen_agencies_fit_one_page_in_small_letters():
    loops = tuple(a_loop(n, DimensionNow("dissemination", due=True), how="waiting") for n in range(1, 14))
    items = tuple(an_item(n, loops) for n in range(1, 13))
    known = [SeatNames(n, f"Agency {n}", f"Agency {n}") for n in range(1, 14)]
    made = board_card(draw_board(PACK, 1, OpenItems(PACK, TODAY, items, {}), items, known, {}, 1))
    keep("status-twelve-items", made.content)
    assert size_utf16(made.content) <= 80_000
    assert "actions" not in made.content
