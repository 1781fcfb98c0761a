"""A headless Chromium and the Playground for the tests, both kept from every address but this machine's."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route, async_playwright

from bot import playground

ROOT = Path(__file__).parents[1]
PACKED = ROOT / "node_modules" / "@sparticuz" / "chromium" / "bin"
UNPACKED = ROOT / ".make" / "chromium"
INSTALLED = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ADVICE = "No Chromium: install one (Debian and Ubuntu: apt-get install chromium) or give its path in CHROMIUM."
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip
CONTENTS = {"chromium.br": "chrome", "al2023.tar.br": "libs.tar", "fonts.tar.br": "fonts.tar"}
UNPACK = """
const fs = require("node:fs"), zlib = require("node:zlib"), {pipeline} = require("node:stream/promises");
const [from, to] = process.argv.slice(1);
pipeline(fs.createReadStream(from), zlib.createBrotliDecompress(), fs.createWriteStream(to));
"""
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""

OpenPlayground = Callable[..., Awaitable[str]]


class NoBrowser(RuntimeError):
    """No Chromium can be had here; the text says what to install."""


def chromium_path() -> str:
    """Where a Chromium is that runs: the one named in CHROMIUM, an installed one, or the one from npm.

    `CHROMIUM=npm` asks for the one from npm. Raises NoBrowser where none runs.
    """
    wish = os.environ.get("CHROMIUM", "")
    if wish and wish != "npm":
        found = shutil.which(wish)
        if found is None:
            raise NoBrowser(f"CHROMIUM names {wish}, which cannot be run.")
        return found
    if not wish:
        for name in INSTALLED:
            found = shutil.which(name)
            if found and _runs(found):
                return found
    return _from_npm()


def _from_npm() -> str:
    """The npm package's Chromium (64-bit Linux on Intel or AMD), unpacked once, with its own libraries."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64") or not PACKED.is_dir():
        raise NoBrowser(ADVICE)
    program = UNPACKED / "chromium.sh"
    if not program.is_file():
        _unpack(UNPACKED)
    if not _runs(str(program)):
        raise NoBrowser(ADVICE)
    return str(program)


def _unpack(target: Path) -> None:
    """Unpack beside the target and then rename, so that two workers at once do no harm."""
    node = shutil.which("node")
    if node is None:
        raise NoBrowser(ADVICE)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as made:
        place = Path(made) / "chromium"
        place.mkdir()
        for packed, name in (
            ("chromium.br", "chrome"),
            ("al2023.tar.br", "libs.tar"),
            ("fonts.tar.br", "fonts.tar"),
        ):
            subprocess.run([node, "-e", UNPACK, PACKED / packed, place / name], check=True)
        for name in ("libs.tar", "fonts.tar"):
            subprocess.run(["tar", "-xf", place / name, "-C", place, "--no-same-owner"], check=True)
            (place / name).unlink()
        fonts = FONTS.format(fonts=target / "fonts", cache=target / "fonts-cache")
        (place / "fonts.conf").write_text(fonts, "utf-8")
        (place / "chrome").chmod(0o755)
        script = place / "chromium.sh"
        script.write_text(_starter(target, _lacks_libraries(place / "chrome")), "utf-8")
        script.chmod(0o755)
        try:
            place.rename(target)
        except OSError:
            if not (target / "chromium.sh").is_file():
                raise


def _lacks_libraries(program: Path) -> bool:
    return subprocess.run([program, "--version"], capture_output=True, check=False).returncode != 0


def _starter(place: Path, own_libraries: bool) -> str:
    lines = ["#!/bin/sh"]
    if own_libraries:
        lines.append(f'export LD_LIBRARY_PATH="{place}/lib${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}"')
    if not Path("/etc/fonts/fonts.conf").is_file() or own_libraries:
        lines.append(f'export FONTCONFIG_FILE="{place}/fonts.conf"')
    return "\n".join([*lines, f'exec "{place}/chrome" "$@"', ""])


@cache
def _runs(program: str) -> bool:
    try:
        done = subprocess.run([program, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def free_port() -> int:
    """A port of this machine that nothing uses at the moment."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


async def _refuse(route: Route) -> None:
    await route.abort()


@asynccontextmanager
async def launch(executable: str | None = None) -> AsyncIterator[Browser]:
    """A headless Chromium with an empty profile."""
    async with async_playwright() as browsers:
        browser = await browsers.chromium.launch(executable_path=executable or chromium_path(), args=list(FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; the test is skipped, with what to install, where none can be had."""
    try:
        return chromium_path()
    except NoBrowser as reason:
        pytest.skip(str(reason))


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A running headless Chromium."""
    async with launch(chromium) as running:
        yield running


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A blank page, which can reach no address but this machine's by plain HTTP."""
    context = await browser.new_context(viewport={"width": 1280, "height": 1000}, locale="en-GB")
    await context.route("https://**/*", _refuse)
    yield await context.new_page()
    await context.close()


@pytest.fixture
async def open_playground(tmp_path: Path) -> AsyncIterator[OpenPlayground]:
    """Starts a Playground for a bot's messages address; gives the address to open in the browser."""
    running: list[playground.Playground] = []

    async def begin(
        endpoint: str,
        *,
        people: Sequence[playground.Neighbour] = playground.PEOPLE,
        at_the_keyboard: playground.Neighbour = playground.NEWCOMER,
    ) -> str:
        folder = tmp_path / f"playground-{len(running)}"
        one = await playground.start(folder, endpoint, people=people, at_the_keyboard=at_the_keyboard, port=free_port())
        running.append(one)
        return one.address

    yield begin
    for one in running:
        await one.stop()


def main() -> int:
    """`python -m tests.browser [--path]`: find or unpack a Chromium, or say what to install."""
    try:
        path = chromium_path()
        print(path if "--path" in sys.argv else f"The browser tests use {Path(path).name}.")
    except NoBrowser as reason:
        print(f"The browser tests will be skipped. {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())


async def say(page: Page, text: str) -> None:
    """Type a message in the Playground and send it; typed again where the page was drawn anew meanwhile."""
    box = page.locator("[data-lexical-editor=true]")
    for _ in range(20):
        await box.fill(text)
        await asyncio.sleep(0.3)
        if text in await box.inner_text():
            await box.press("Enter")
            return
    raise AssertionError(f"The Playground did not take {text!r}")
