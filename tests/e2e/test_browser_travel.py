"""A whole quarter in a real browser, on the Playground: request, reminders, the list before the meeting, summary."""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from bot import playground
from bot.house import utc_now
from tests.browser import OpenPlayground
from tests.e2e.test_browser_playground import LEARNING, a_practice_bot, answer, card_with, issue, press, type_in
from tests.group import MONDAY

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        shutil.which("node") is None or not playground.CLI.is_file(),
        reason="The Playground is not installed: install Node.js 20 or newer and type make test",
    ),
]
PATIENCE = 90_000
"""Milliseconds; a journey takes seconds, and a busy machine may be ten times slower."""
SECOND = LEARNING | {"Short title": "Self-neglect audit"}


async def travel(page: Page, where: str, arrived: str) -> Locator:
    """Move practice time on, and wait until we have arrived."""
    return await type_in(page, f"travel {where}", f"It is now {arrived}")


async def look_at(page: Page, card: Locator, name: str) -> None:
    """Keep a picture of a card in the folder that BROWSER_SHOTS names; without it, do nothing."""
    folder = os.environ.get("BROWSER_SHOTS")
    if folder:
        await page.wait_for_timeout(1000)
        await card.scroll_into_view_if_needed()
        await card.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")


async def channel(page: Page, name: str = "General") -> None:
    """Go to the team's channel, or back to the personal chat."""
    await page.get_by_text(name, exact=True).first.click()


async def test_a_quarter_is_travelled_through_in_minutes(
    open_playground: OpenPlayground, page: Page, tmp_path: Path
) -> None:
    """Scenarios 4, 9 and 10 as a newcomer sees them, each card where it belongs."""
    page.set_default_timeout(PATIENCE)
    await page.set_viewport_size({"width": 1280, "height": 2000})
    begun = utc_now()

    def clock() -> datetime:
        return MONDAY + (utc_now() - begun)

    async with a_practice_bot(tmp_path, clock) as endpoint:
        await page.goto(await open_playground(endpoint))
        await expect(card_with(page, "Welcome to Learning Loop, in practice")).to_be_visible(timeout=PATIENCE)
        await issue(page)
        await issue(page, SECOND)
        await channel(page)
        await look_at(page, card_with(page, "Child F rapid review").last, "0-channel")
        await channel(page, "Personal Chat")

        await type_in(page, "be GWH", "You are now GWH")
        request = card_with(page, "New learning to share: Child F rapid review").last
        await expect(request).to_contain_text("For GWH, by the end of Wednesday 30 December 2026")
        await look_at(page, request, "1-request")

        arrived = await travel(page, "21 December", "Monday 21 December 2026, 10:00")
        await expect(arrived).to_contain_text("13 reminders")
        await look_at(page, arrived, "2-arrived")
        grouped = card_with(page, "Reminder: two answers for GWH").last
        await expect(grouped).to_contain_text("Child F rapid review")
        await expect(grouped).to_contain_text("Self-neglect audit")
        await look_at(page, grouped, "3-grouped-reminder")
        await grouped.get_by_role("button", name="Answer", exact=True).last.click()
        form = card_with(page, "New learning to share: Self-neglect audit").last
        await look_at(page, await answer(page, form), "4-receipt")

        chasers = card_with(page, "Reminder: Child F rapid review")
        await expect(chasers).to_have_count(1, timeout=PATIENCE)  # what is left of the one that was about both
        await travel(page, "29 December", "Tuesday 29 December 2026, 10:00")
        await expect(chasers).to_have_count(2, timeout=PATIENCE)
        chaser = chasers.last
        await expect(chaser).to_contain_text("as useful to the group as High")
        await look_at(page, chaser, "5-chaser")

        await travel(page, "7 January", "Thursday 7 January 2027, 10:00")
        listed = card_with(page, "Before the meeting on Thursday 14 January 2027").last
        await expect(listed).to_contain_text("We have not yet had GWH’s answer.")
        await look_at(page, listed, "6-before-the-meeting")

        await type_in(page, "be officer", "You are now the officer")
        await look_at(page, await type_in(page, "remind GWH", "Remind GWH"), "7-remind")
        await travel(page, "to the meeting", "Thursday 14 January 2027, 10:00")
        await travel(page, "tomorrow", "Friday 15 January 2027, 10:00")
        morning = await type_in(page, "today", "Meetings to finish")
        await look_at(page, morning, "8-morning")
        meeting = await press(page, morning, "Meeting of Thursday 14 January 2027", "LDG meeting")
        closing = await press(page, meeting, "Close this meeting", "this will be recorded")
        await look_at(page, closing, "9-closing")
        closed = await press(page, closing, "Close this meeting", "Closed. Recorded")
        await look_at(page, closed, "9-closed")

        await type_in(page, "be chair", "You are now the chair")
        await travel(page, "Monday", "Monday 18 January 2027, 10:00")
        draft = card_with(page, "Draft: LDG summary, Thursday 14 January 2027").last
        await look_at(page, draft, "10-draft")
        await press(page, draft, "Approve and post", "Approved: LDG summary, Thursday 14 January 2027")
        await channel(page)
        summary = card_with(page, "LDG summary").last
        await expect(summary).to_be_visible(timeout=PATIENCE)
        await look_at(page, summary, "11-summary")
        assert await page.get_by_text("Something went wrong").count() == 0
    assert utc_now() - begun < timedelta(minutes=9)
