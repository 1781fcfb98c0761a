"""`python -m tests.pictures.practice_run OUT.png`: three cards of a real practice run, side by side, for the README."""

import asyncio
import base64
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Locator, Page

from bot import playground
from tests.browser import free_port, launch
from tests.e2e.test_browser_playground import EVIDENCE, MONITORING, a_practice_bot, issue, press, type_in

SETTLED = 1500
"""Milliseconds after which the Playground has drawn a card that was updated."""
TALL = {"width": 1150, "height": 2400}
FRAME = """<!doctype html><html lang="en"><meta charset="utf-8"><style>
body { margin: 0; background: #f0f0f0; font: 600 15px/20px "Segoe UI", "Open Sans", sans-serif; color: #242424; }
#run { display: flex; gap: 24px; padding: 20px; align-items: flex-start; width: max-content; }
figure { margin: 0; } figcaption { padding: 0 0 8px; }
img { display: block; width: 420px; border-radius: 6px; box-shadow: 0 1px 4px rgba(0,0,0,.2); }
</style><div id="run">%s</div></html>"""


async def main(out: Path) -> None:
    """Run the bot and the Playground, do the main job as a newcomer would, and keep what was seen."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        async with a_practice_bot(folder) as endpoint, launch() as browser:
            run = await playground.start(folder / "playground", endpoint, port=free_port())
            try:
                page = await browser.new_page(viewport=TALL, device_scale_factor=2, locale="en-GB")  # type: ignore[arg-type]
                await page.goto(run.address)
                await put_together(browser, await seen(page), out)
            finally:
                await run.stop()


async def seen(page: Page) -> list[tuple[str, bytes]]:
    """The agency's form filled in, its receipt, and the chair's status, each with a caption."""
    await issue(page)
    form = await type_in(page, "be GWH", "New learning to share: Child F rapid review")
    await form.get_by_label("Medium").check()
    await form.get_by_label("What you did").fill(EVIDENCE)
    await form.get_by_label("How will you monitor").fill(MONITORING)
    await page.locator("[data-lexical-editor=true]").focus()
    found = [("1. GWH answers on its card", await picture(form))]
    found.append(("2. and gets a receipt", await picture(await press(page, form, "Send answer", "Thank you."))))
    await type_in(page, "be chair", "You are now the chair")
    found.append(("3. The chair asks for status", await picture(await type_in(page, "status", "Where everyone"))))
    return found


async def picture(card: Locator) -> bytes:
    """The card alone."""
    await card.page.wait_for_timeout(SETTLED)
    await card.scroll_into_view_if_needed()
    return await card.screenshot(animations="disabled")


async def put_together(browser: Browser, shots: list[tuple[str, bytes]], out: Path) -> None:
    """One picture of them all."""
    figures = "".join(
        f"<figure><figcaption>{caption}</figcaption>"
        f'<img alt="" src="data:image/png;base64,{base64.b64encode(image).decode()}"></figure>'
        for caption, image in shots
    )
    page = await browser.new_page(viewport={"width": 1500, "height": 1000})
    await page.set_content(FRAME % figures)
    await page.locator("img").last.evaluate("image => image.decode()")
    out.parent.mkdir(parents=True, exist_ok=True)
    await page.locator("#run").screenshot(path=out)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures/a-practice-run.png")))
