"""What a full answer costs, against a bare transaction that writes the same rows with the same library.

A full answer is a press as the edge hands it on: who is this, may they, is it current; a version with its
answers and texts, the levels, the log entry, the owed notices; and the receipt, drawn and turned into JSON.
Run `python -m tests.bench.answer`; BENCH_ANSWERS is how many answers each figure is taken from (200).
"""

from __future__ import annotations

import asyncio
import logging
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import func, update
from sqlmodel import SQLModel, col, select

from bot.edge.answers import ShowCard, to_press
from cards.request import SUBMIT
from storage.asks import Loop, LoopDimension
from storage.log import LogEntry, LogHead, entry_hash
from storage.notices import Notice, notices_about
from storage.returns import AgencyReturn, Answer, Version, returns_of_request
from storage.texts import Text, text_of
from storage.unit import Unit
from tests.bench.house_at_work import NOW, AtWork, Place, at_work, post
from tests.databases import migrate, postgres

ANSWERS = int(os.environ.get("BENCH_ANSWERS", "200"))
ROUNDS = 10
"""Each round is measured beside one of the bare kind, so that a busy machine is busy for both."""
AIM = 0.5
AT_ONCE = (1, 8, 64)
WRITTEN: tuple[type[SQLModel], ...] = (Version, Text, Answer, Notice, LogEntry)
SAID = {
    "dissemination": "medium",
    "evidence": "Ward huddles reached 110 of 140 staff; the script was read out at each. We counted names. " * 2,
    "monitoring": "Ten case files a month are read by the named nurse, and discussed at supervision.",
    "services_covered": "Emergency department, paediatric wards.",
    "barriers": "Bank staff are hard to reach before their shift.",
}


@dataclass
class Todo:
    """One answer that is still to be given."""

    place: Place
    request_id: int
    row: AgencyReturn
    cards: list[Notice]
    learning_version_id: int = 1


async def todos(work: AtWork, wanted: int, title: str) -> list[Todo]:
    """So many returns that wait for an answer, from as many requests as that needs."""
    found: list[Todo] = []
    by_seat = {one.seat.id: one for one in work.places}
    while len(found) < wanted:
        async with work.house.open_unit() as unit:
            number = await work.issue(unit, f"{title} {len(found)}")
        async with work.house.open_unit() as unit:
            cards = await notices_about(unit, work.partnership.id, f"request:{number}")
            for card in cards:
                post(card)
            for row in await returns_of_request(unit, work.partnership.id, number):
                place = by_seat[row.seat_id or 0]
                own = [one for one in cards if one.person_id in (None, place.person.id)]
                found.append(Todo(place, number, row, own))
    return found


async def full(work: AtWork, todo: Todo) -> None:
    """One answer, as the edge hands it on and gives it back."""
    row, p = todo.row, work.partnership.id
    prefix = f"f{row.form_version_id}-r{row.id}-b0-n0"
    data: dict[str, Any] = {
        "p": p, "to": todo.place.person.id, "request": todo.request_id, "return": row.id, "base": 0, "n": 0,
    } | {f"{prefix}.{key}": value for key, value in SAID.items()}  # fmt: skip
    answered = await work.talk.on_press(work.press(todo.place, SUBMIT, data))
    if not isinstance(answered, ShowCard) or b"Correct our answer" not in orjson.dumps(to_press(answered)):
        raise RuntimeError(f"no receipt came back: {answered}")


async def bare(work: AtWork, todo: Todo) -> None:
    """The same rows, written by somebody who knows already what to write."""
    row, p = todo.row, work.partnership.id
    async with work.house.open_unit() as unit:
        one = await unit.save(
            Version(
                partnership_id=p, return_id=row.id, number=1, form_version_id=row.form_version_id,
                learning_version_id=1, by_person_id=todo.place.person.id, by_title="Designated Nurse",
                sha256="0" * 64, at=NOW,
            )
        )  # fmt: skip
        words = {key: text_of(p, value) for key, value in SAID.items() if key != "dissemination"}
        unit.add(*words.values())
        await unit.flush()
        for key, value in SAID.items():
            text = words.get(key)
            unit.add(
                Answer(
                    partnership_id=p, version_id=one.id, question=key, value=None if text else value,
                    text_id=text.id if text else None,
                )
            )  # fmt: skip
        unit.add(*(_update_of(card, one) for card in todo.cards))
        await _move_on(unit, todo)
        await _log(unit, p, todo)


def _update_of(card: Notice, one: Version) -> Notice:
    return Notice(
        partnership_id=card.partnership_id, key=f"update:{card.id}:v{one.id}", kind=card.kind, subject=card.subject,
        person_id=card.person_id, channel_id=card.channel_id, owed_at=NOW, not_before=NOW, replaces_id=card.id,
    )  # fmt: skip


async def _move_on(unit: Unit, todo: Todo) -> None:
    row = todo.row
    returned = {"version_number": 1, "state": "returned", "returned_at": NOW}
    await unit.run(update(AgencyReturn).where(col(AgencyReturn.id) == row.id).values(**returned))
    await unit.run(update(Loop).where(col(Loop.id) == row.loop_id).values(state="returned"))
    its = (col(LoopDimension.loop_id) == row.loop_id) & (col(LoopDimension.dimension) == "dissemination")
    await unit.run(update(LoopDimension).where(its).values(self_level="medium", state="returned"))
    own = next(card for card in todo.cards if card.person_id is not None)
    await unit.run(update(Notice).where(col(Notice.id) == own.id).values(shape="receipt"))


async def _log(unit: Unit, p: int, todo: Todo) -> None:
    head = await unit.get(LogHead, p, lock=True)
    assert head is not None
    entry = LogEntry(
        partnership_id=p, number=head.number + 1, at=NOW, person_id=todo.place.person.id, by="person",
        what="answered", subject=f"return:{todo.row.id}", refs={"version": 1}, after="0" * 64,
        previous=head.hash, hash="",
    )  # fmt: skip
    entry.hash = entry_hash(entry)
    head.number, head.hash = entry.number, entry.hash
    unit.add(entry)


async def rows_of(work: AtWork) -> Counter[str]:
    """How many rows each table holds that an answer writes to."""
    async with work.house.open_unit() as unit:
        return Counter({one.__name__: await unit.one(select(func.count()).select_from(one)) or 0 for one in WRITTEN})


Do = Callable[[AtWork, Todo], Awaitable[None]]


async def timed(work: AtWork, do: Do, some: list[Todo], at_once: int) -> tuple[float, list[float]]:
    """How long all took, and how long each, in seconds, with so many at once."""
    waiting = list(some)
    took: list[float] = []

    async def one_by_one() -> None:
        while waiting:
            todo = waiting.pop()
            begun = time.perf_counter()
            await do(work, todo)
            took.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    await asyncio.gather(*(one_by_one() for _ in range(at_once)))
    return time.perf_counter() - begun, took


def a_round(at_once: int) -> int:
    """How many answers one round holds: enough to have so many at once."""
    return max(ANSWERS // ROUNDS, at_once)


async def measure(url: str, folder: Path, kind: str) -> bool:
    """Print the figures of one database; says whether each reaches the aim."""
    good = True
    async with at_work(url, folder) as work:
        wanted = sum(ROUNDS * a_round(at_once) for at_once in AT_ONCE) + 16
        every = await todos(work, 2 * wanted, "Child F")
        for _ in range(16):
            await full(work, every.pop())
            await bare(work, every.pop())
        for at_once in AT_ONCE:
            spent: dict[Do, list[float]] = {full: [], bare: []}
            each: dict[Do, list[float]] = {full: [], bare: []}
            wrote: dict[Do, Counter[str]] = {full: Counter(), bare: Counter()}
            for turn in range(ROUNDS):
                for do in (full, bare) if turn % 2 else (bare, full):
                    some = [every.pop() for _ in range(a_round(at_once))]
                    before = await rows_of(work)
                    seconds, took = await timed(work, do, some, at_once)
                    wrote[do] += await rows_of(work) - before
                    spent[do].append(seconds / len(some))
                    each[do] += took
            if wrote[full] != wrote[bare]:
                raise RuntimeError(f"not the same rows: {wrote[full]} and {wrote[bare]}")
            ratio = statistics.median(b / f for b, f in zip(spent[bare], spent[full], strict=True))
            good = good and ratio >= AIM
            print(
                f"{kind:<11} {at_once:>3} at once  full {_line(spent[full], each[full])}"
                f"   bare {_line(spent[bare], each[bare])}   {ratio:.2f} of bare", flush=True,
            )  # fmt: skip
    return good


def _line(spent: list[float], each: list[float]) -> str:
    steps = statistics.quantiles(each, n=100)
    return f"{1 / statistics.median(spent):6.0f}/s p50 {steps[49] * 1e3:6.1f} p99 {steps[98] * 1e3:6.1f} ms"


def main() -> int:
    """Print a line for each database and number at once; 1 where one is below the aim."""
    logging.disable(logging.CRITICAL)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgres(durable=True))
        urls = {"SQLite": f"sqlite:///{folder}/loop.db", "PostgreSQL": server.address(server.create())}
        good = True
        for kind, url in urls.items():
            migrate(url)
            good = asyncio.run(measure(url, folder, kind)) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
