"""The picture booth draws cards in every width, light and dark: words as written, all in reach of the keyboard."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from cards.parts import card, cell, facts, paragraph, table, title
from cards.request import request_card
from tests.browser import NoBrowser
from tests.cards_schema import parts_of
from tests.pictures.booth import Shot, booth, opened_sheet, package, sheet
from tests.unit.test_request_card import a_view

pytestmark = pytest.mark.browser
WRITTEN = (
    "*bold* _it_ [click](https://evil.example) <at>All</at> `code` {{DATE(2017-02-14T06:08:39Z)}} ~~x~~ "
    "a\\b & &amp; <b>x</b> ![p](https://x) > q"
)
SHOWN, VIEWS = 6, 6
CARD = "#light-500"
FOCUSED = """(place) => {
  const one = document.activeElement;
  if (!one.closest(place)) return null;
  const names = [one.getAttribute("aria-labelledby"), one.id].flatMap(
    ids => (ids || "").split(" ").flatMap(id => id
      ? [document.getElementById(id), document.querySelector(`label[for="${CSS.escape(id)}"]`)] : []));
  const told = names.filter(found => found && found !== one).map(found => found.innerText);
  return [...told, one.getAttribute("aria-label") || "", one.tagName === "BUTTON" ? one.innerText : ""].join("\\n");
}"""
"""By which words the element that has the keyboard is known; nothing once the card was left."""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    try:
        package("adaptivecards/dist/adaptivecards.min.js")
        with booth() as opened:
            yield opened
    except NoBrowser as reason:
        pytest.skip(str(reason))


def test_the_renderer_shows_peoples_words_as_written_and_draws_both_sheets(page: Page, tmp_path: Path) -> None:
    made = card(
        "Words as written.",
        [
            title(WRITTEN),
            title("# " + WRITTEN),
            title("1. " + WRITTEN),
            paragraph("- " + WRITTEN),
            facts([("Said", WRITTEN)]),
            table(["Said"], [[cell(WRITTEN)]], [1]),
        ],
    )
    shot = Shot("words", made.content, made.summary)
    assert sheet(page, shot, tmp_path / "words.png") == []
    assert _shown(page) == SHOWN * VIEWS
    assert page.locator(f"{CARD} :is(em, strong, a, img, code, ul, ol)").count() == 0
    assert opened_sheet(page, shot, tmp_path / "opened.png") == []
    assert (tmp_path / "words.png").stat().st_size > 0
    assert (tmp_path / "opened.png").stat().st_size > 0


def _shown(page: Page) -> int:
    text = page.locator("#sheet").inner_text().replace("\u2060", "")
    return text.count(WRITTEN)


def test_an_answer_can_be_given_with_the_keyboard_alone_in_reading_order(page: Page, tmp_path: Path) -> None:
    """WCAG 2.2: 2.1.1, 2.1.2, 2.4.3, 4.1.2, in Microsoft's own renderer and not in Teams itself."""
    made = request_card(a_view(), 4)
    opened_sheet(page, Shot("answer", made.content, made.summary), tmp_path / "answer.png")
    page.locator(CARD).evaluate("card => { card.tabIndex = -1; card.focus(); }")
    reached = []
    for _ in range(80):
        page.keyboard.press("Tab")
        if (name := page.evaluate(FOCUSED, CARD)) is None:
            break
        reached.append(name)
    else:
        raise AssertionError("The keyboard does not leave the card")
    assert all(one.strip() for one in reached), reached
    asked = [part for part in parts_of(made.content) if part["type"].startswith(("Input.", "Action."))]
    wanted = [part.get("label") or part["title"] for part in asked if part["type"] != "Action.Submit"]
    position = 0
    for name in wanted:
        found = next((at for at in range(position, len(reached)) if name in reached[at]), None)
        assert found is not None, f"{name!r} is not reached after {reached[:position]}, of {reached}"
        position = found + 1
