"""What a summary says, and how it looks: in the pack's terms, in counts, and with pictures that carry themselves."""

import base64
import json
import struct
import zlib
from dataclasses import replace

import pytest

from assurance.calendar import WorkingDays
from assurance.figures import Counts
from assurance.pack import read_shipped
from assurance.packing import read_pack
from assurance.permissions import approving
from assurance.quarters import quarter
from assurance.status import SeatNames
from assurance.summaries import Chosen
from assurance.summarising import quarter_is_due
from assurance.summary_draft import DraftView, Offered
from assurance.summary_rows import draw_rows
from assurance.summary_words import MOST_LETTERS, channel_words, missing, opening, shortened
from cards.bars import COLOURS, bar
from cards.parts import size_utf16
from cards.summary import summary_card
from cards.summary_draft import draft_card, read_draft
from cards.summary_rows import rows_card
from tests.cards_schema import assert_valid, text_of
from tests.figured import HELD, SWINDON, a_full_quarter, a_row, a_summary, figures
from tests.pictures.keep import keep

SHORTS = {at: seat.short for at, seat in enumerate(SWINDON.returning_seats(), 1)}
TEXTS = {
    71: "Ward huddle script", 72: "Team quiz", 73: "Releasing staff for training in the winter months",
    74: "A steady quarter. Thank you to everyone who answered in a busy time.",
}  # fmt: skip
SEPTEMBER = figures([a_row(900 + at, ("dissemination", "high", "high")) for at in range(9)], on="2026-09-10")


def words_of(found, pack=SWINDON, **how):
    summary = a_summary(found, pack, **how)
    return channel_words(pack, summary, SHORTS, TEXTS, partnership_id=1, approver=pack.terms.chair)


def a_full_view(**how):
    told = {
        "chosen": Chosen((71, 72), (73,)), "commentary": 74,
        "compared": "the summary of Thursday 10 September 2026",
    }  # fmt: skip
    return words_of(a_full_quarter(SEPTEMBER), **{**told, **how})


def test_the_channel_reads_counts_levels_good_practice_barriers_and_what_changed_and_no_names():
    view = a_full_view()
    card = summary_card(view)
    assert_valid(card.content)
    said = text_of(card.content)
    assert view.title == "LDG summary, Thursday 10 December 2026"
    assert "Three items of learning; 39 answers asked for, 35 received, 32 of them in time." in said
    assert "Not received: 4, being followed up (no response 1, not reached 1, nobody in place 1, " in said
    assert "Since the summary of Thursday 10 September 2026: " in said
    assert "Ward huddle script (GWH)" in said and "Team quiz (CGL)" in said
    assert "Releasing staff" in said and "months (GWH)" not in said
    assert "seat" not in said.casefold() and "round" not in said.casefold() and "!" not in said
    assert "Police" not in said
    keep("summary full", card.content, card.summary)


@pytest.mark.parametrize("name", ["swindon", "solihull", "barking-and-dagenham", "south-gloucestershire"])
def test_a_summary_speaks_in_the_packs_own_terms(name):
    pack = read_pack(read_shipped(name))
    card = summary_card(words_of(a_full_quarter(), pack))
    said = text_of(card.content)
    assert f"{pack.terms.group_short} summary" in said and f"Full table, {pack.terms.member}s only" in said
    assert pack.terms.group_short == "LDG" or "LDG" not in said


def test_the_picture_is_in_the_card_small_described_and_says_the_same_as_the_table():
    content = summary_card(a_full_view()).content
    text = json.dumps(content)
    assert "http" not in text.replace("http://adaptivecards.io/schemas/adaptive-card.json", "")
    pictures = [one for one in _parts(content) if one["type"] == "Image"]
    assert len(pictures) == 11 and all(one["url"].startswith("data:image/png;base64,") for one in pictures)
    assert sum(len(one["url"]) for one in pictures) < 30 * 1024 and size_utf16(content) < 80 * 1024
    [table] = [one for one in _parts(content) if one["type"] == "Table"]
    told = {row["cells"][0]["items"][0]["text"]: row["cells"][1]["items"][0]["text"] for row in table["rows"]}
    for one in pictures[:5]:
        level, _, number = one["altText"].partition(": ")
        assert told[level] == number.split(" of ")[0]


def _parts(value):
    if isinstance(value, dict):
        if "type" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _parts(one)


@pytest.mark.parametrize(("count", "filled"), [(0, 0), (1, 6), (50, 140), (100, 280)])
def test_a_bar_is_as_long_as_its_share_and_never_invisible(count, filled):
    made = bar("High", count, 100, "good").to_dict()
    data = base64.b64decode(made["url"].partition(",")[2])
    assert data.startswith(b"\x89PNG") and struct.unpack(">II", data[16:24]) == (280, 20)
    start = data.index(b"IDAT") + 4
    length = struct.unpack(">I", data[start - 8 : start - 4])[0]
    line = zlib.decompress(data[start : start + length])[:281]
    assert line.count(b"\1") == filled and made["altText"] == f"High: {count} of 100"


def test_the_bars_colours_stand_out_on_light_and_on_dark_cards():
    """WCAG 1.4.11: three to one for what must be told apart."""

    def light(colour):
        shares = [one / 255 for one in colour]
        linear = [one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colour in COLOURS.values():
        assert 1.05 / (light(colour) + 0.05) >= 3 and (light(colour) + 0.05) / (light((0x29,) * 3) + 0.05) >= 3


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (Counts(1, 1, 0, 0, {"late": 1}, ()), "One item of learning; 1 answer asked for, none received."),
        (Counts(1, 2, 1, 1, {"late": 1}, ()), "One item of learning; 2 answers asked for, 1 received, in time."),
        (Counts(1, 2, 1, 0, {}, ()), "One item of learning; 2 answers asked for, 1 received, after the due day."),
        (Counts(2, 9, 9, 9, {}, ()), "Two items of learning; 9 answers asked for, 9 received, all of them in time."),
        (Counts(2, 9, 9, 0, {}, ()), "Two items of learning; 9 answers asked for, 9 received, none of them in time."),
    ],
)
def test_the_opening_is_a_sentence_for_any_number(counts, sentence):
    assert opening(SWINDON, counts) == sentence


def test_nothing_is_said_to_be_missing_where_all_came():
    assert missing(Counts(1, 3, 3, 3, {}, ())) == ""


def test_a_quarter_without_a_meeting_says_so_and_barriers_chosen_from_a_list_are_counted():
    view = words_of(figures([a_row(1)], options={"releasing-staff": 4, "time": 6}), held=None)
    assert view.title == "LDG summary, Q3 2026-27" and "No meeting was held in this quarter." in view.when
    assert view.barriers == ("Time: 6", "Releasing-staff: 4")


def test_no_change_is_said_to_be_none():
    now = figures([a_row(1, ("dissemination", "high", "high"))], compared=4, since=())
    view = words_of(now, compared="the summary of September")
    assert view.changes == ("Since the summary of September: no change in these counts.",)


def test_long_words_are_cut_between_words():
    cut = shortened("word " * 100)
    assert len(cut) <= MOST_LETTERS + 1 and cut.endswith("word\u2026") and shortened(" a\n b ") == "a b"


def test_the_draft_shows_what_the_channel_gets_and_nothing_is_ticked_unless_it_was_chosen():
    view = a_draft()
    card = draft_card(view)
    assert_valid(card.content)
    ticked = [one.get("value") for one in _parts(card.content) if one["type"] == "Input.ChoiceSet"]
    assert ticked == [None, None]
    assert "Eighteen people can see the channel" in text_of(card.content) or "18 people" in text_of(card.content)
    keep("summary draft full", card.content, card.summary)
    again = draft_card(replace(view, chosen=Chosen((71,))))
    assert [one.get("value") for one in _parts(again.content) if one["type"] == "Input.ChoiceSet"] == ["71", None]


def a_draft(**changed):
    values = {
        "preview": a_full_view(chosen=Chosen(), commentary=None), "people": 18,
        "good_practice": (Offered(71, "GWH: Ward huddle script"), Offered(72, "CGL: Team quiz")),
        "barriers": (Offered(73, f"GWH: {TEXTS[73]}"),), "chosen": Chosen(), "withheld": 1, "more": 0,
        "commentary": "", "mark": "0123456789ab", "may_approve": True, "approver": "chair", "saved": "",
    }  # fmt: skip
    return DraftView(**{**values, **changed})


def test_a_draft_with_all_that_can_be_offered_stays_within_what_teams_takes():
    many = tuple(Offered(1000 + at, f"GWH: {'word ' * 60}") for at in range(30))
    assert size_utf16(draft_card(a_draft(good_practice=many, barriers=many)).content) < 80 * 1024


def test_what_a_drafts_card_sends_is_read_and_nothing_else():
    sent = {
        "mark": "0123456789ab", "summary.0123456789ab.good": "71,72,x,-1,99999999999", "summary.x.commentary": "Hello",
        "summary.x.barriers": "",
    }  # fmt: skip
    typed = read_draft(sent, confirmed=False)
    assert (typed.mark, typed.good_practice, typed.barriers, typed.commentary) == (
        "0123456789ab", (71, 72), (), "Hello",
    )  # fmt: skip
    assert read_draft({"mark": 3, "summary.a.good": 4}, confirmed=False).good_practice == ()


def test_the_full_table_stands_in_the_packs_order_with_letters_and_words():
    known = [SeatNames(at, short, short) for at, short in SHORTS.items()]
    found = a_full_quarter()
    titles = {1: "Child F rapid review", 2: "Self-neglect audit", 3: "Was Not Brought audit"}
    view = draw_rows(SWINDON, 1, a_summary(found), found.rows, titles, known, 1)
    card = rows_card(view)
    assert_valid(card.content)
    assert [row[0] for row in view.tables[0].rows] == list(SHORTS.values())
    said = text_of(card.content)
    assert all(
        one in said for one in ("No resp.", "Vacant", "Extended", "Not reached", "Not rel., agreed", "H \u2192 M")
    )
    assert view.tables[1].columns == ("1",) and "In brackets" not in said
    keep("summary rows full", card.content, card.summary)


def test_the_full_table_is_paged_by_items():
    rows = [a_row(item * 100 + seat, ("dissemination", "high", None), seat=seat, item=item)
            for item in range(1, 15) for seat in SHORTS]  # fmt: skip
    known = [SeatNames(at, short, short) for at, short in SHORTS.items()]
    titles = {item: f"Learning {item}" for item in range(1, 15)}
    for page, first in ((1, "1"), (3, "13"), (99, "13")):
        view = draw_rows(SWINDON, 1, a_summary(figures(rows)), rows, titles, known, page)
        assert view.tables[0].columns[0] == first and view.pages == 3
        assert size_utf16(rows_card(view).content) < 80 * 1024
    keep(
        "summary rows many", rows_card(draw_rows(SWINDON, 1, a_summary(figures(rows)), rows, titles, known, 2)).content
    )


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("swindon", "approve_summary"),
        ("solihull", "approve_summary"),
        ("barking-and-dagenham", "approve_summary_without_chair"),
        ("south-gloucestershire", "approve_summary_without_chair"),
    ],
)
def test_an_officer_approves_only_where_the_partnerships_document_names_no_chair(name, act):
    assert approving(read_pack(read_shipped(name))) == act


@pytest.mark.parametrize(
    ("meetings", "today", "due"),
    [
        ([], (2026, 12, 31), False),
        ([], (2027, 1, 1), True),
        (["held"], (2027, 1, 20), False),
        (["scheduled"], (2027, 1, 4), False),
        (["scheduled"], (2027, 1, 18), True),
        (["scheduled", "held"], (2027, 1, 18), False),
    ],
)
def test_a_quarter_needs_a_summary_of_its_own_only_where_no_meeting_was_held_in_it(meetings, today, due):
    third = quarter("04-01", 2026, 3)
    assert quarter_is_due(third, meetings, HELD.replace(*today), WorkingDays()) is due
