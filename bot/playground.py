"""Starts the Microsoft 365 Agents Playground, a Teams-like page in the browser, beside a practice bot.

`python -m bot.playground` brings up both and stops both on Ctrl-C. The Playground comes from npm (`npm ci`)
and is never shipped. A fence keeps it on this machine: it can reach, and be reached from, loopback only.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

ROOT = Path(__file__).parents[1]
CLI = ROOT / "node_modules" / "@microsoft" / "m365agentsplayground" / "cli.js"
FENCE = Path(__file__).with_name("playground_fence.cjs")
CONFIG = ".m365agentsplayground.yml"
TENANT = "00000000-0000-4000-8000-000000000001"
PORT = 56150
OTHERS = 5
"""The Playground wants exactly this many people beside the one at the keyboard."""
READY_WITHIN = 30.0
STOPPED_WITHIN = 10.0


class NoPlayground(Exception):
    """The Playground or the bot cannot be started; the text says what to do."""


@dataclass(frozen=True)
class Neighbour:
    """A practice person as the Playground knows one. The object id is a UUID, as in Entra."""

    user_id: str
    name: str
    object_id: str
    email: str


def _neighbour(number: int, name: str) -> Neighbour:
    object_id = f"00000000-0000-4000-8000-0000000001{number:02d}"
    return Neighbour(f"practice-{number}", name, object_id, f"{name.lower().replace(' ', '.')}@example.org")


NEWCOMER = _neighbour(0, "Robin Newcomer")
PEOPLE = tuple(
    _neighbour(number, name)
    for number, name in enumerate(("Asha Rao", "Tom Ellis", "Megan Price", "Daniel Okoro", "Grace Lin"), start=1)
)
TEAM_ID, TEAM_GROUP_ID = "practice-team", "00000000-0000-4000-8000-000000000200"


@dataclass(frozen=True)
class Playground:
    """A Playground that is up. `address` is what to open in the browser."""

    process: Process
    address: str
    reading: asyncio.Task[None]

    async def stop(self) -> None:
        """End it and wait until it has gone."""
        await end(self.process)
        self.reading.cancel()
        with suppress(asyncio.CancelledError):
            await self.reading


def config(people: Sequence[Neighbour] = PEOPLE, *, at_the_keyboard: Neighbour = NEWCOMER) -> dict[str, Any]:
    """The Playground's own configuration: one current user and exactly five others, one team, one group chat.

    Raises ValueError for any other number of people, which the Playground would refuse.
    """
    if len(people) != OTHERS:
        raise ValueError(f"The Playground wants exactly {OTHERS} other people, not {len(people)}")
    return {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": {"id": "learning-loop", "name": "Learning Loop"},
        "currentUser": _as_user(at_the_keyboard),
        "users": [_as_user(one) for one in people],
        "personalChat": {"id": "practice-personal"},
        "groupChat": {"id": "practice-group", "name": "Practice group chat"},
        "team": {
            "id": TEAM_ID,
            "name": "Practice partnership",
            "aadGroupId": TEAM_GROUP_ID,
            "channels": [{"id": "practice-channel", "name": "Learning"}],
        },
    }


def _as_user(one: Neighbour) -> dict[str, str]:
    given, _, surname = one.name.partition(" ")
    return {
        "id": one.user_id,
        "name": one.name,
        "userPrincipleName": one.email,
        "aadObjectId": one.object_id,
        "givenName": given,
        "surname": surname,
        "email": one.email,
    }


async def start(
    folder: Path,
    endpoint: str,
    *,
    people: Sequence[Neighbour] = PEOPLE,
    at_the_keyboard: Neighbour = NEWCOMER,
    port: int = PORT,
) -> Playground:
    """Start the Playground in `folder`, which holds its configuration and logs, and wait until it answers.

    `endpoint` is the bot's messages address. Raises NoPlayground where Node or the package is missing, the
    port is taken, or it does not come up in time.
    """
    node = shutil.which("node")
    if node is None:
        raise NoPlayground("Node.js 20 or newer is needed for the Playground. Please install it and try again.")
    if not CLI.is_file():
        raise NoPlayground("The Playground is not installed. Please type: make run")
    await _nothing_listens(port)
    path = await asyncio.to_thread(_furnish, folder, config(people, at_the_keyboard=at_the_keyboard))
    process = await asyncio.create_subprocess_exec(
        node, "--require", str(FENCE), str(CLI), "start", "-e", endpoint, "-c", "msteams", "-p", str(port),
        "--service-url", f"http://127.0.0.1:{port}/_connector", "--disable-telemetry",
        cwd=folder, env={**os.environ, "PATH": path}, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT,
        start_new_session=True,
    )  # fmt: skip
    said: list[str] = []
    playground = Playground(process, f"http://127.0.0.1:{port}", asyncio.create_task(_read(process, said)))
    try:
        await _answers(playground.address, process)
    except NoPlayground as reason:
        await playground.stop()
        raise NoPlayground("\n".join([f"The Playground did not start: {reason}", *said[-5:]])) from None
    except BaseException:
        await playground.stop()
        raise
    return playground


def _furnish(folder: Path, content: Mapping[str, Any]) -> str:
    """Write the configuration (JSON is YAML too) and an `xdg-open` that opens nothing; the PATH to use."""
    doors = folder / "bin"
    doors.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG).write_text(json.dumps(content, indent=2), "utf-8")
    opener = doors / "xdg-open"
    opener.write_text("#!/bin/sh\nexit 0\n", "utf-8")
    opener.chmod(0o755)
    return os.pathsep.join([str(doors.resolve()), os.environ.get("PATH", os.defpath)])


async def _nothing_listens(port: int) -> None:
    with suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()
        raise NoPlayground(f"Port {port} is in use already. Please stop what uses it and try again.")


async def _read(process: Process, said: list[str]) -> None:
    """Keep the last lines that the Playground prints, so that its pipe never fills."""
    assert process.stdout is not None
    while line := await process.stdout.readline():
        said.append(re.sub(r"\x1b\[[0-9;]*m", "", line.decode("utf-8", "replace")).rstrip())
        del said[:-50]


async def _answers(address: str, process: Process, within: float = READY_WITHIN) -> None:
    """Wait until the address answers 200. Raises NoPlayground if the process ends or time is up."""
    deadline = asyncio.get_running_loop().time() + within
    timeout = aiohttp.ClientTimeout(total=2)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        while asyncio.get_running_loop().time() < deadline:
            if process.returncode is not None:
                raise NoPlayground("it ended by itself.")
            with suppress(aiohttp.ClientError, TimeoutError):
                async with session.get(address) as reply:
                    if reply.status == 200:
                        return
            await asyncio.sleep(0.1)
    raise NoPlayground(f"nothing answered at {address} within {within:.0f} seconds.")


async def end(process: Process) -> None:
    """Ask a process to stop, and make it after ten seconds."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOPPED_WITHIN)
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def run(environment: Mapping[str, str]) -> int:
    """The bot in playground mode and the Playground beside it, until Ctrl-C or until one of them ends.

    Returns the exit code: 0 after Ctrl-C, 1 where one of them ended by itself.
    """
    stop = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(sign, stop.set)
    told = {**environment, "LOOP_PLAYGROUND": "1"}
    door = f"http://127.0.0.1:{environment.get('LOOP_PORT') or 3978}"
    folder = Path(environment.get("LOOP_DATA_DIR") or "data") / "playground"
    await _nothing_listens(int(door.rpartition(":")[2]))
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=told, cwd=ROOT, stdin=DEVNULL, start_new_session=True
    )
    playground: Playground | None = None
    try:
        try:
            await _answers(f"{door}/healthz", bot)
        except NoPlayground as reason:
            raise NoPlayground(f"The bot did not start: {reason}") from None
        if not stop.is_set():
            playground = await start(folder, f"{door}/api/messages")
            print(f"\nOpen {playground.address} in your browser. Press Ctrl-C here to stop.\n", flush=True)
        return await _watch(stop, bot, playground)
    finally:
        if playground is not None:
            await playground.stop()
        await end(bot)


async def _watch(stop: asyncio.Event, bot: Process, playground: Playground | None) -> int:
    """Wait for Ctrl-C or for the first of the two to end by itself."""
    waits = {asyncio.create_task(stop.wait()): "", asyncio.create_task(bot.wait()): "The bot"}
    if playground is not None:
        waits[asyncio.create_task(playground.process.wait())] = "The Playground"
    done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for one in waits.keys() - done:
        one.cancel()
    ended = "" if stop.is_set() else next(waits[one] for one in done)
    print(f"{ended} ended by itself, so the other is stopped too." if ended else "Stopping.", flush=True)
    return 1 if ended else 0


def main() -> int:
    """Run until stopped; a sentence instead of a traceback where something is missing."""
    try:
        return asyncio.run(run(os.environ))
    except NoPlayground as reason:
        print(reason, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
