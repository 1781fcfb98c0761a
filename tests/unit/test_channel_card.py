"""The channel's card: a count, a day and nobody's name (scenario 27)."""

from dataclasses import replace
from datetime import date

import pytest

from assurance.channel_view import ChannelView
from cards.channel import ANSWER, REFRESH, channel_card, count_sentence
from tests.cards_schema import assert_valid, text_of

VIEW = ChannelView(
    partnership_id=1, request_id=2, title="Child F rapid review", kind="Assurance on new learning",
    agency="agency", officer="support unit", state="open", due_on=date(2026, 11, 26), asked=13, returned=9,
    behalf=0, readers=("29:one", "29:two"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "returned", "behalf", "sentence"),
    [
        (13, 9, 0, "9 of 13 returned."),
        (13, 13, 1, "13 of 13 returned, one of them entered on behalf by the support unit."),
        (0, 0, 0, "For your information: no answer is needed."),
    ],
)
def test_the_count_is_a_sentence(asked, returned, behalf, sentence):
    assert count_sentence(replace(VIEW, asked=asked, returned=returned, behalf=behalf)) == sentence


def test_the_card_is_valid_and_its_buttons_name_the_request():
    made = channel_card(VIEW).content
    assert_valid(made)
    (answer,) = made["actions"]
    assert (answer["verb"], answer["data"]) == (ANSWER, {"p": 1, "request": 2})
    assert (made["refresh"]["action"]["verb"], made["refresh"]["userIds"]) == (REFRESH, ["29:one", "29:two"])


def test_only_sixty_people_are_refreshed_the_first_ones():
    everyone = tuple(f"29:{number}" for number in range(75))
    made = channel_card(replace(VIEW, readers=everyone)).content
    assert_valid(made)
    assert made["refresh"]["userIds"] == list(everyone[:60])


def test_a_withdrawn_request_asks_for_nothing_more():
    made = channel_card(replace(VIEW, state="cancelled")).content
    assert_valid(made)
    assert "withdrawn" in text_of(made) and "actions" not in made and "refresh" not in made


def test_people_who_stand_for_themselves_are_not_called_an_agency():
    (answer,) = channel_card(replace(VIEW, agency="")).content["actions"]
    assert answer["title"] == "Answer"
