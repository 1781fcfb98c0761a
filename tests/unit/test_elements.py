"""The card layer: strict names, literal words, and nothing that a client would refuse."""

import json
from typing import Any

import pytest

from cards.elements import (
    AdaptiveCard,
    Execute,
    Image,
    InputChoiceSet,
    InputText,
    OpenUrl,
    Refresh,
    TextBlock,
)
from cards.literal import JOINER, plain, unlinked
from cards.parts import (
    Card,
    button,
    card,
    cell,
    facts,
    finish,
    fold,
    heading,
    link,
    paragraph,
    points,
    problem,
    quoted,
    size_utf16,
    strong,
    subtle,
    table,
    title,
    words,
)
from tests.cards_schema import LARGEST, BadCard, assert_valid, text_of
from tests.literalness import unliteral


def a_full_card() -> Card:
    return card(
        "A card with one of everything.",
        [
            title("New learning to share"),
            subtle("For GWH"),
            heading("Key messages"),
            points(["Ask, do not close.", "Hear the child."]),
            paragraph(strong("Why GWH: "), "missed follow-up. ", link("The briefing", "https://example.org/a")),
            quoted("Wards reached; community midwifery not yet."),
            facts([("Received", "11 of 13")]),
            problem("Please choose a level."),
            InputText(id="evidence", label="What you did", max_length=4000),
            *fold("What each level means", [paragraph("High")], "meanings", framed=True),
            table(["For", "Child F"], [[cell("GWH"), cell("H", "good")]], [2, 1]),
            Image(url="https://example.org/a.png", alt_text="A chart: 11 of 13 have answered"),
        ],
        [button("Send our answer", "answer", {"return": "r7"}, primary=True)],
        wide=True,
        refresh=Refresh(action=Execute(verb="refresh", data={"return": "r7"}), user_ids=["29:teams-user"]),
    )


def changed(content: dict[str, Any], path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    copy: dict[str, Any] = json.loads(json.dumps(content))
    held: Any = copy
    for step in path[:-1]:
        held = held[step]
    held[path[-1]] = value
    return copy


def test_a_card_with_one_of_everything_is_valid_and_plain_json() -> None:
    made = a_full_card()
    assert_valid(made.content)
    assert json.loads(json.dumps(made.content)) == made.content
    assert made.content["version"] == "1.5"
    assert made.content["msteams"] == {"width": "Full"}
    assert made.content["fallbackText"] == made.summary


def test_a_misspelt_name_is_refused_when_building() -> None:
    with pytest.raises(TypeError, match="TextBlock has no 'colour'"):
        TextBlock(text="x", colour="good")


def test_a_misspelt_name_is_refused_when_setting() -> None:
    block = TextBlock(text="x")
    with pytest.raises(TypeError, match="has no 'is_subtel'"):
        block.is_subtel = True


def test_a_value_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(TypeError):
        TextBlock(text=7)


def test_a_list_of_elements_holds_nothing_else() -> None:
    with pytest.raises(TypeError, match="cannot hold"):
        AdaptiveCard(body=["not an element"])


def test_an_input_without_a_label_is_refused() -> None:
    with pytest.raises(ValueError, match="label"):
        InputText(id="a", label=" ")


def test_an_input_that_must_be_filled_in_says_what_is_missing() -> None:
    with pytest.raises(ValueError, match="what is missing"):
        InputChoiceSet(id="a", label="Level", choices=[], is_required=True)


def test_a_picture_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="do not see"):
        Image(url="https://example.org/a.png", alt_text=" ")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org",
        "javascript:alert(1)",
        "https://",
        "data:text/html,x",
        "https://user:pw@example.org",
    ],
)
def test_a_link_that_is_not_a_plain_https_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        OpenUrl(title="Open", url=url)


def test_a_button_sends_the_same_from_clients_that_know_only_submit() -> None:
    made = button("Save draft", "draft", {"return": "r7"}, collect=False).to_dict()
    assert made["fallback"]["type"] == "Action.Submit"
    assert made["fallback"]["data"] == {"return": "r7", "verb": "draft"}
    assert made["fallback"]["associatedInputs"] == "none"


@pytest.mark.parametrize("count", [0, 61])
def test_a_view_of_ones_own_names_1_to_60_people(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 60"):
        Refresh(action=Execute(verb="refresh"), user_ids=[f"29:{n}" for n in range(count)])


def test_more_buttons_than_teams_shows_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 6"):
        finish(AdaptiveCard(body=[], actions=[button(str(n), "v") for n in range(7)]))


def test_a_coloured_cell_without_a_word_is_refused() -> None:
    with pytest.raises(ValueError, match="letter or a word"):
        cell(" ", "good")


def test_a_table_of_20_agencies_and_12_items_fits_a_message() -> None:
    rows = [[cell("Great Western Hospital", strong=True), *[cell("H", "good")] * 12] for _ in range(20)]
    made = card("Status", [table(["For", *"ABCDEFGHIJKL"], rows, [3, *[1] * 12])], wide=True)
    assert_valid(made.content)
    assert size_utf16(made.content) <= LARGEST


def test_size_is_counted_in_utf16_as_teams_does() -> None:
    assert size_utf16({"a": "£"}) == 2 * len('{"a":"£"}')
    assert size_utf16({"a": "\U0001d11e"}) == 2 * len('{"a":""}') + 4


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("*bold* _it_", r"\*bold\* \_it\_"),
        ("# Head", r"\# Head"),
        ("- item\n+ item", "\\- item\n\n\\+ item"),
        ("1. one\n2) two", "1\\. one\n\n2\\) two"),
        ("a\\b `c` ~~d~~", r"a\\b \`c\` \~\~d\~\~"),
        ("R&D &amp; 3 < 4", r"R\&D \&amp; 3 \< 4"),
        ("Year 9 - not 10. Later", "Year 9 - not 10. Later"),
    ],
)
def test_markup_in_peoples_words_is_shown_as_it_was_written(written: str, shown: str) -> None:
    assert plain(written) == shown


@pytest.mark.parametrize(
    "written", ["[click](https://evil.example)", "<at>Everyone</at>", "{{DATE(2026-01-01T00:00:00Z)}}"]
)
@pytest.mark.parametrize("way", [plain, unlinked])
def test_words_cannot_become_a_link_a_mention_or_a_date(written: str, way: Any) -> None:
    shown = way(written)
    assert not any(together in shown for together in ("](", "<at", "</at", "{{"))
    assert shown.replace(JOINER, "").replace("\\", "") == written


def test_a_paragraph_of_peoples_words_is_never_read_as_markdown() -> None:
    made = paragraph("*one*\n- two").to_dict()
    assert made["type"] == "RichTextBlock"
    assert made["inlines"] == [{"type": "TextRun", "text": "*one*\n- two"}]


def test_empty_words_still_make_a_valid_line() -> None:
    assert words("").to_dict()["text"] == JOINER


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("body", 0, "colour"), "good", "colour"),
        (("body", 0, "size"), "huge", "huge"),
        (("body", 8, "label"), "", "no label"),
        (("body", 8, "isRequired"), True, "errorMessage"),
        (("body", 9, "actions", 0, "targetElements"), ["elsewhere"], "not there"),
        (("body", 11, "rows", 1, "cells", 1, "items"), [], "no letter or word"),
        (("body", 12, "altText"), "", "altText"),
        (("actions", 0, "fallback"), "drop", "no Action.Submit fallback"),
        (("actions", 0, "fallback", "data"), {"verb": "other"}, "does not send the same"),
        (("refresh", "userIds"), [], "userIds"),
        (("version",), "1.6", "up to 1.5"),
        (("body", 0, "text"), "x" * 50_000, "UTF-16"),
    ],
)
def test_the_card_check_finds_each_fault(path: tuple[str | int, ...], value: Any, fault: str) -> None:
    with pytest.raises(BadCard, match=fault):
        assert_valid(changed(a_full_card().content, path, value))


def test_two_elements_of_one_name_are_found() -> None:
    twice = card("x", [InputText(id="a", label="One"), InputText(id="a", label="Two")])
    with pytest.raises(BadCard, match="Two elements are called 'a'"):
        assert_valid(twice.content)


def test_the_words_of_a_card_can_be_read_back() -> None:
    read = text_of(a_full_card().content)
    assert "Wards reached; community midwifery not yet." in read
    assert "What you did" in read
    assert "11 of 13" in read


def test_words_on_a_button_and_in_a_summary_become_no_mention_and_no_date() -> None:
    """What somebody typed stands on "Did you mean" buttons, and titles of items in every card's summary."""
    nasty = "<at>Everyone</at> {{DATE(2026-11-02T09:00:00Z)}} [a](https://evil.example)"
    made = card(nasty, [title("A")], [button(nasty, "ask.run"), *fold(nasty, [title("B")], "b")[0].actions])
    assert unliteral(made.content) == [] and "<at" not in made.summary
