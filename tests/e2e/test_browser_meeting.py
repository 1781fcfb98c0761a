"""A meeting of thirteen returns in a real browser, on the Playground: an officer and a chair (B8-B12, scenario 5)."""

from __future__ import annotations

import os
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from bot import playground
from bot.house import utc_now
from tests.browser import OpenPlayground
from tests.e2e.test_browser_playground import a_practice_bot, card_with, type_in
from tests.practised import ready_for_the_meeting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        shutil.which("node") is None or not playground.CLI.is_file(),
        reason="The Playground is not installed: install Node.js 20 or newer and type make test",
    ),
]
PATIENCE = 60_000
"""Milliseconds; each step takes less than a second, and a busy machine may be many times slower."""
THE_DAY_BEFORE = datetime(2027, 1, 13, 10, 0, tzinfo=UTC)
ITEM = "Child F rapid review"
SAID = {
    "gwh": ("high", "Safety huddles on both wards; 62 of 80 nurses signed the sheet. Community midwifery not yet."),
    "police": ("medium", "A briefing at every shift change in November; 410 of 640 officers have opened it."),
    "housing": ("high", "An e-mail to all housing officers on 12 November."),
    "awp": ("high", "Team meetings of all six teams; the learning is in the induction since December."),
    "cgl": ("high", "A quiz in the team; 31 of 34 took part, and the case notes show it."),
    "bsw-icb": ("high", "Sent to all practices, and a webinar which 70 safeguarding leads attended."),
    "camhs": ("high", "Discussed in group supervision of every team."),
    "adult-social-care": ("high", "Practice forum in November; the recording was seen by the rest."),
    "childrens-social-care": ("high", "All team managers took it through supervision; an audit confirms it."),
    "education": ("high", "Designated leads of 84 of 87 schools confirmed that staff were briefed."),
    "early-years": ("high", "The settings' network met twice; 112 of 120 settings took part."),
    "eiycf": ("high", "Briefed in each locality meeting, with a short exercise."),
    "named-nurse": ("high", "Taken to the safeguarding supervision of all health visitors."),
}
MARKS = {"gwh": "cgl", "police": "awp", "housing": "police"}
"""Whose return is marked to be talked about, and by whom."""
TEN = "AWP, CGL, ICB, CAMHS, SBC ASC, SBC CSC, SBC Education, SBC Early Years, SBC EIYCF and SBC Named Nurse"
PRESENT = ("chair", "AWP", "CSC", "Police")
"""A health seat, a council seat and the police: enough for Swindon."""


class AtWork:
    """One card of the meeting, which turns into the next in its place; every press on it is counted."""

    def __init__(self, page: Page, card: Locator) -> None:
        self.page, self.card, self.presses = page, card, list[str]()

    async def press(self, title: str, shown: str) -> None:
        """Press a button, and wait for what then stands in its place."""
        self.presses.append(title)
        await self.card.get_by_role("button", name=title, exact=True).click()
        await expect(self.card).to_contain_text(shown, timeout=PATIENCE)

    async def choose(self, level: str, why: str = "") -> None:
        """Choose a level, where none was chosen beforehand, and say why."""
        for one in await self.card.get_by_role("radio").all():
            await expect(one).not_to_be_checked()
        await self.card.get_by_label(level, exact=True).check()
        if why:
            await self.card.get_by_label("Why, in words that the agency will read").fill(why)


async def open_card(page: Page, text: str, shown: str) -> AtWork:
    """Type a word to the bot; gives the card with which it answers."""
    await type_in(page, text, shown)
    return AtWork(page, page.locator(".ac-adaptiveCard").nth(await page.locator(".ac-adaptiveCard").count() - 1))


async def look_at(page: Page, card: Locator, name: str) -> None:
    """Keep a picture of a card in the folder that BROWSER_SHOTS names; without it, do nothing."""
    if folder := os.environ.get("BROWSER_SHOTS"):
        wide = page.viewport_size
        for width in (1280, 620):
            await page.set_viewport_size({"width": width, "height": 2000})
            await page.wait_for_timeout(700)
            await card.scroll_into_view_if_needed()
            await card.screenshot(path=Path(folder) / f"{name}-{width}.png", animations="disabled")
        if wide:
            await page.set_viewport_size(wide)


async def test_a_meeting_of_thirteen_returns_takes_at_most_one_press_a_return(
    open_playground: OpenPlayground, page: Page, tmp_path: Path
) -> None:
    """B8: three are marked and taken one by one, ten together; nothing is chosen beforehand, and a wrong one undone."""
    page.set_default_timeout(PATIENCE)
    await page.set_viewport_size({"width": 1280, "height": 2000})
    await ready_for_the_meeting(tmp_path, SAID, MARKS)
    begun = utc_now()

    def clock() -> datetime:
        return THE_DAY_BEFORE + (utc_now() - begun)

    async with a_practice_bot(tmp_path, clock) as endpoint:
        await page.goto(await open_playground(endpoint))
        await expect(card_with(page, "Welcome to Learning Loop, in practice")).to_be_visible(timeout=PATIENCE)
        await type_in(page, "travel to the meeting", "It is now Thursday 14 January 2027, 10:00")
        papers = await type_in(page, "papers", "Papers: LDG, Thursday 14 January 2027")
        await look_at(page, papers, "0-papers")
        at = await open_card(page, "assess", "Who is here?")
        await look_at(page, at.card, "1-who-is-here")
        for one in PRESENT:
            await at.card.get_by_role("checkbox", name=re.compile(rf", {one}$", re.IGNORECASE)).check()
        await at.press("Save who is here", "Quorate.")
        await look_at(page, at.card, "2-quorate")
        await at.press("Go on to the answers", f"GWH: {ITEM}")

        await expect(at.card).to_contain_text("1 of 3 one by one.")
        await expect(at.card).to_contain_text("Marked by Ben Carter.")
        await look_at(page, at.card, "3-gwh")
        await at.choose("Medium", "The wards are reached; community midwifery is not yet.")
        await at.press("Record, and next", "Recorded for GWH: High, assessed Medium.")
        await expect(at.card).to_contain_text(f"SBC Housing: {ITEM}")
        await look_at(page, at.card, "4-housing")
        await at.choose("High")
        await at.press("Record, and next", "Recorded for SBC Housing: High, assessed High.")
        await look_at(page, at.card, "5-police")
        await at.press("Undo", "Undone. Nothing is recorded here now.")
        await look_at(page, at.card, "6-undone")
        await at.choose("Low", "An e-mail alone does not show that anybody read it.")
        await at.press("Record, and next", "Recorded for SBC Housing: High, assessed Low.")
        await at.choose("Medium", "A third of the force has not opened it yet.")
        await at.press("Record, and next", "The rest together: ten answers")

        await expect(at.card).to_contain_text(TEN)
        await look_at(page, at.card, "7-rest")
        await at.choose("High")
        await at.press("Record the same for these ten", "13 decided; nothing is left to decide.")
        await look_at(page, at.card, "8-overview")
        by_itself, wrong = ["Record, and next"], ["Record, and next", "Undo"]
        to_begin, the_rest = ["Save who is here", "Go on to the answers"], ["Record the same for these ten"]
        assert at.presses == [*to_begin, *by_itself, *wrong, *by_itself * 2, *the_rest]
        assert len(at.presses) <= len(SAID), "with attendance and what was undone: at most one press a return"

        await type_in(page, "be chair", "You are now the chair")
        at = await open_card(page, "assess", "13 decided; nothing is left to decide.")
        await look_at(page, at.card, "9-chair")
        await at.press("Close the meeting", "Every answer that was asked for came in.")
        await look_at(page, at.card, "10-closing")
        await at.press("Close this meeting", "Closed.")
        await look_at(page, at.card, "11-closed")
        concluded = card_with(page, "LDG, Thursday 14 January 2027").last
        await expect(concluded).to_be_visible()
        await look_at(page, concluded, "12-came-to")
        await type_in(page, "be GWH", "You are now GWH")
        outcome = card_with(page, f"{ITEM}: what the LDG made of your answer").last
        await expect(outcome).to_contain_text("The wards are reached; community midwifery is not yet.")
        await look_at(page, outcome, "13-gwh-outcome")
        assert await page.get_by_text("Something went wrong").count() == 0
