"""Takes pictures of cards with Microsoft's own renderer in a headless browser that reaches no network."""

import html
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Route, sync_playwright

from tests.browser import FLAGS, NoBrowser, chromium_path
from tests.pictures.host import THEMES, Theme, host_config, styles

ROOT = Path(__file__).parents[2]
NARROW, NORMAL, FULL = 320, 500, 900
"""Pixels: a phone or side panel, Teams's usual card, a card with `msteams.width: Full`."""

_SCRIPT = """
({card, config, place}) => {
  const made = new AdaptiveCards.AdaptiveCard();
  made.hostConfig = new AdaptiveCards.HostConfig(config);
  made.parse(card);
  const shown = made.render();
  document.getElementById(place).appendChild(shown);
  return made.validateProperties().validationEvents.map(event => event.message);
}
"""
_MARKDOWN = """
const reader = window.markdownit();
AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = reader.render(text);
  result.didProcess = true;
};
"""


@dataclass(frozen=True)
class Shot:
    """One card, and the line that stands for it in notifications."""

    name: str
    content: dict[str, Any]
    summary: str = ""


@dataclass(frozen=True)
class View:
    """A card in one theme at one width."""

    theme: Theme
    name: str
    width: int
    content: dict[str, Any]

    @property
    def place(self) -> str:
        return f"{self.theme.name}-{self.width}"


def package(path: str) -> Path:
    """A file of an npm package, from `node_modules` of this repository or of NODE_MODULES."""
    found = Path(os.environ.get("NODE_MODULES", ROOT / "node_modules")) / path
    if not found.is_file():
        raise NoBrowser(f"{path} is missing: run npm ci first")
    return found


@contextmanager
def booth(executable: str | None = None) -> Iterator[Page]:
    """A blank page in which cards can be rendered; it can reach no network."""
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=executable or chromium_path(), args=list(FLAGS))
        try:
            page = browser.new_page(viewport={"width": 2400, "height": 900})
            page.route("http*://**/*", _refuse)
            yield page
        finally:
            browser.close()


def sheet(page: Page, shot: Shot, out: Path) -> list[str]:
    """One picture of a card in every width, light and dark; the renderer's complaints, if any."""
    widths = [("narrow", NARROW), ("normal", NORMAL), ("full", FULL)]
    views = [[View(theme, name, width, shot.content) for name, width in widths] for theme in THEMES]
    return _draw(page, shot, views, out)


def opened_sheet(page: Page, shot: Shot, out: Path) -> list[str]:
    """The same card with everything shown that it folds away, light beside dark."""
    content = _opened(shot.content)
    return _draw(page, shot, [[View(theme, "all shown", NORMAL, content) for theme in THEMES]], out)


def folds(shot: Shot) -> bool:
    """Whether a part of the card is hidden at first."""
    return '"isVisible": false' in json.dumps(shot.content)


def _draw(page: Page, shot: Shot, rows: list[list[View]], out: Path) -> list[str]:
    page.set_content(_frame(shot, rows))
    for script in (
        "adaptivecards/dist/adaptivecards.min.js",
        "markdown-it/dist/browser/markdown-it.umd.min.js",
    ):
        page.add_script_tag(path=package(script))
    page.add_script_tag(content=_MARKDOWN)
    complaints: list[str] = []
    for view in (view for row in rows for view in row):
        wanted = {"card": view.content, "config": host_config(view.theme), "place": view.place}
        complaints += page.evaluate(_SCRIPT, wanted)
    page.locator("#sheet").screenshot(path=out)
    return sorted(set(complaints))


def _refuse(route: Route) -> None:
    route.abort()


def _opened(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: True if key == "isVisible" else _opened(held) for key, held in value.items()}
    return [_opened(held) for held in value] if isinstance(value, list) else value


def _frame(shot: Shot, rows: list[list[View]]) -> str:
    style = "".join(styles(theme) for theme in THEMES)
    caption = html.escape(f"{shot.name}: {shot.summary}" if shot.summary else shot.name)
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><style>
body {{ margin: 0; }} #sheet {{ display: inline-block; font: 14px/20px sans-serif; }}
.row {{ display: flex; }} .view {{ padding: 12px; }}
h1 {{ font-size: 15px; margin: 8px 12px; max-width: 960px; }}
{style}</style><div id="sheet"><h1>{caption}</h1>{"".join(_row(row) for row in rows)}</div></html>"""


def _row(views: list[View]) -> str:
    cards = "".join(
        f'<div class="view {view.theme.name}">'
        f'<p class="caption">{view.theme.name}, {view.name}, {view.width} px</p>'
        f'<form class="card" style="width:{view.width}px" id="{view.place}"></form></div>'
        for view in views
    )
    return f'<div class="row">{cards}</div>'
