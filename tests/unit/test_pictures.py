"""The picture booth draws people's words as they were written, in every width, light and dark."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from cards.parts import card, cell, facts, paragraph, table, title
from tests.browser import NoBrowser
from tests.pictures.booth import Shot, booth, opened_sheet, package, sheet

WRITTEN = (
    "*bold* _it_ [click](https://evil.example) <at>All</at> `code` {{DATE(2017-02-14T06:08:39Z)}} ~~x~~ "
    "a\\b & &amp; <b>x</b> ![p](https://x) > q"
)
SHOWN, VIEWS = 6, 6


@pytest.mark.browser
def test_the_renderer_shows_peoples_words_as_written_and_draws_both_sheets(tmp_path: Path) -> None:
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
    try:
        package("adaptivecards/dist/adaptivecards.min.js")
        with booth() as page:
            assert sheet(page, shot, tmp_path / "words.png") == []
            assert _shown(page) == SHOWN * VIEWS
            assert page.locator("#light-500 :is(em, strong, a, img, code, ul, ol)").count() == 0
            assert opened_sheet(page, shot, tmp_path / "opened.png") == []
    except NoBrowser as reason:
        pytest.skip(str(reason))
    assert (tmp_path / "words.png").stat().st_size > 0
    assert (tmp_path / "opened.png").stat().st_size > 0


def _shown(page: Page) -> int:
    text = page.locator("#sheet").inner_text().replace("\u2060", "")
    return text.count(WRITTEN)
