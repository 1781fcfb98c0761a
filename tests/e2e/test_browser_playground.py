"""The main job in a real browser, on the Playground: issue, answer, receipt, status (scenarios 1, 2 and 8)."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp import web
from playwright.async_api import Locator, Page, expect

from bot import playground
from bot.house import utc_now
from bot.running import running
from bot.settings import Settings
from tests.browser import OpenPlayground, say

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        shutil.which("node") is None or not playground.CLI.is_file(),
        reason="The Playground is not installed: install Node.js 20 or newer and type make test",
    ),
]
PATIENCE = 20_000
"""Milliseconds; far more than anything takes, so that a busy machine does not fail the test."""
LEARNING = {
    "Short title": "Child F rapid review",
    "Summary of findings": "Each attendance was handled well by itself; nobody put the three together.",
    "Multi-agency learning": "Ask what has changed since the family was last seen.\nCall before closing a follow-up.",
    "Target audiences": "Emergency department, community midwifery, health visitors",
}
EVIDENCE = "Safety huddles on both wards; 62 of 80 nurses signed the sheet. Community midwifery not yet."
MONITORING = "A ten-record dip sample in January."


@asynccontextmanager
async def a_practice_bot(folder: Path, clock: Callable[[], datetime] = utc_now) -> AsyncIterator[str]:
    """The bot as `make run` starts it, with its own work going on; gives its messages address."""
    settings = Settings(data_dir=folder, database_url=f"sqlite:///{folder / 'loop.db'}", playground=True)
    async with running(settings, clock=clock) as (_, app, _):
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/messages"
        finally:
            await runner.cleanup()


async def type_in(page: Page, text: str, shown: str) -> Locator:
    """Type something to the bot, and wait for the card with these words; gives that card."""
    before = await card_with(page, shown).count()
    await say(page, text)
    await expect(card_with(page, shown)).to_have_count(before + 1, timeout=PATIENCE)
    return card_with(page, shown).last


def card_with(page: Page, words: str) -> Locator:
    """Every card on the page that says this."""
    return page.locator(".ac-adaptiveCard").filter(has_text=words)


async def press(page: Page, card: Locator, title: str, shown: str) -> Locator:
    """Press a button, and wait for the card with these words to stand in its place."""
    await card.get_by_role("button", name=title, exact=True).click()
    await expect(card_with(page, shown).last).to_be_visible(timeout=PATIENCE)
    return card_with(page, shown).last


async def choose(page: Page, card: Locator, label: str, option: str) -> None:
    """Choose from a list."""
    await card.get_by_role("combobox", name=label).click()
    await page.get_by_role("option", name=option).first.click()


async def issue(page: Page, learning: Mapping[str, str] = LEARNING) -> None:
    """As the support officer: issue the learning to every agency that is asked by default."""
    form = await type_in(page, "new learning", "Step 1 of 3")
    for label, text in learning.items():
        await form.get_by_label(label).fill(text)
    await choose(page, form, "Which group it comes from", "Practice Review Group")
    await choose(page, form, "Type of SSP", "Rapid Review")
    await form.get_by_label("Members may share it with their staff").check()
    asked = await press(page, form, "Next: who is asked", "Step 2 of 3")
    plan = await press(page, asked, "Next: action plan", "Step 3 of 3")
    preview = await press(page, plan, "Preview", "Nothing has been sent yet.")
    await press(page, preview, "Issue to 13 agencies", "Issued to 13 agencies.")


async def answer(page: Page, form: Locator) -> Locator:
    """As the agency: choose Medium, say what was done, and send; gives the receipt.

    The Playground draws a card anew when a message arrives, and that empties its inputs: then it is filled in again.
    """
    for _ in range(4):
        await form.get_by_label("Medium").check()
        await form.get_by_label("What you did").fill(EVIDENCE)
        await form.get_by_label("How will you monitor").fill(MONITORING)
        await form.get_by_role("button", name="Send answer", exact=True).click()
        receipt = card_with(page, "Thank you. This is GWH’s answer.")
        with suppress(AssertionError):  # a card that asks to look again may be the one from the time before
            await expect(receipt.last).to_be_visible(timeout=PATIENCE / 2)
            return receipt.last
    raise AssertionError("The Playground emptied the form four times")


@pytest.mark.slow
async def test_an_officer_issues_an_agency_answers_and_the_chair_sees_it(
    open_playground: OpenPlayground, page: Page, tmp_path: Path
) -> None:
    page.set_default_timeout(PATIENCE)
    async with a_practice_bot(tmp_path) as endpoint:
        await page.goto(await open_playground(endpoint))
        await expect(card_with(page, "Welcome to Learning Loop, in practice")).to_be_visible(timeout=PATIENCE)
        await issue(page)

        form = await type_in(page, "be GWH", "New learning to share: Child F rapid review")
        await expect(card_with(page, "You are now GWH")).to_be_visible(timeout=PATIENCE)
        receipt = await answer(page, form)
        await expect(receipt).to_contain_text("How far has the learning been shared? Medium")
        await expect(receipt).to_contain_text(EVIDENCE)
        await expect(receipt.get_by_role("textbox")).to_have_count(0)

        await type_in(page, "be chair", "You are now the chair")
        status = await type_in(page, "status", "Where everyone stands")
        await expect(status).to_contain_text("1 of 13 has answered")
        row = status.get_by_role("row").filter(has_text="GWH")
        await expect(row).to_contain_text("M")
        assert await page.get_by_text("Something went wrong").count() == 0
