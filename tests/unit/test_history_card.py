"""The card of a long history stays under what Teams takes (B16)."""

from dataclasses import replace

from assurance.history import MOST_ITEMS, MOST_ROUNDS, DimensionTold, History, ItemHistory, RoundTold
from assurance.standing import Mark
from cards.history import history_card
from cards.parts import size_utf16
from tests.cards_schema import assert_valid


def test_the_longest_page_of_a_history_is_under_80_kb():
    one = RoundTold(
        "Meeting Thu 10 Sep 2026", Mark("Not rel."), Mark("Service ended or transferred", "attention"),
        "Fri 21 Aug 2026, in time for the papers (return 31234)",
    )  # fmt: skip
    dimensions = tuple(
        DimensionTold("Assurance of Dissemination of Learning/Resources", (one,) * MOST_ROUNDS) for _ in range(2)
    )
    source = "A source of ordinary length, with a name, a title, a day and what was assessed. " * 3
    item = ItemHistory(
        1, "A title of some length, as they are in practice " * 3, "Issued on Monday 2 November 2026. Now: asked.",
        dimensions, (source,) * MOST_ROUNDS, ("Short answer; you may want to ask.",) * 3, 3,
    )  # fmt: skip
    view = History(
        1,
        2,
        "Great Western Hospital",
        tuple(replace(item, request_id=n) for n in range(MOST_ITEMS)),
        "LDG",
        "H High, M Medium",
        40,
        2,
        10,
    )
    made = history_card(view)
    assert size_utf16(made.content) < 80_000
    assert_valid(made.content)
