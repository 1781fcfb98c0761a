"""Contrast of what we draw ourselves, by WCAG 2.2's own formula: bars on cards, the icon, the text of documents."""

from __future__ import annotations

import pytest

from bot.documents.word import DARK, QUIET
from cards.bars import COLOURS
from tests.contract.test_app_package import manifest
from tests.pictures.host import THEMES, Theme

Colour = tuple[int, int, int]
TEXT, PARTS = 4.5, 3.0
"""The least contrast of text (1.4.3) and of what stands for something (1.4.11)."""
WHITE: Colour = (255, 255, 255)


def colour(written: str) -> Colour:
    red, green, blue = bytes.fromhex(written.removeprefix("#"))
    return red, green, blue


def brightness(of: Colour) -> float:
    """Relative luminance."""
    parts = [one / 255 for one in of]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """From 1 (the same) to 21 (black on white)."""
    dark, light = sorted((brightness(one), brightness(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_gives_what_the_standard_says() -> None:
    assert contrast((0, 0, 0), WHITE) == pytest.approx(21)
    assert contrast(colour("#767676"), WHITE) == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: str(theme.name))
def test_a_bar_stands_out_on_a_light_and_on_a_dark_card(theme: Theme) -> None:
    on = {style: contrast(drawn, colour(theme.card)) for style, drawn in COLOURS.items()}
    assert {style: found for style, found in on.items() if found < PARTS} == {}


def test_the_icon_and_the_text_of_documents_can_be_read() -> None:
    assert contrast(colour(manifest()["accentColor"]), WHITE) >= TEXT
    for ink in (DARK, QUIET):
        assert contrast(colour(str(ink)), WHITE) >= TEXT
    assert contrast((0, 0, 0), colour("#E7EBF2")) >= TEXT, "the first row of a table"


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: str(theme.name))
def test_the_colours_that_our_pictures_imitate_are_legible_so_that_a_look_at_them_means_something(theme: Theme) -> None:
    for ink in (theme.text, theme.subtle, theme.attention, theme.good, theme.warning):
        assert contrast(colour(ink), colour(theme.card)) >= TEXT
    for fill in (theme.emphasis_fill, theme.accent_fill, theme.good_fill, theme.warning_fill, theme.attention_fill):
        assert contrast(colour(theme.text), colour(fill)) >= TEXT
