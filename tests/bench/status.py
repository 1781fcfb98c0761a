"""What `status` costs with five years of 150 partnerships stored, against the same with one partnership alone.

Each partnership has 20 seats and 40 items a year: a loop, its two dimensions, a return, a version with its answers,
a notice and a log entry for each seat and item. Ten items are open. `status` is what the chair sees: every open
item read and its table drawn. The two databases take turns, so that a busy machine is busy for both.
Run `python -m tests.bench.status`; BENCH_PARTNERSHIPS (150), BENCH_YEARS (5) and BENCH_ASKED (200) set the size.
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Column, text

from assurance.actors import Actor
from assurance.pack import read_shipped
from assurance.packing import install_pack, keep_form, pack_of
from assurance.status import board
from cards.status import board_card
from storage import everything
from storage.asks import Loop, LoopDimension, Meeting, Request, Round
from storage.learning import Learning
from storage.log import LogEntry
from storage.notices import Notice
from storage.partnerships import Seat, partnership, seats
from storage.people import Holding, Person, PersonName
from storage.returns import AgencyReturn, Answer, Version
from storage.texts import Text
from storage.unit import Store, Unit
from tests.bench.house_at_work import NOW
from tests.databases import Postgres, migrate, postgres

PARTNERSHIPS = int(os.environ.get("BENCH_PARTNERSHIPS", "150"))
YEARS = int(os.environ.get("BENCH_YEARS", "5"))
ASKED = int(os.environ.get("BENCH_ASKED", "200"))
SEATS, ITEMS_A_YEAR, OPEN = 20, 40, 10
AIM_P50, AIM_P99 = 1.5, 3.0


async def one_partnership(url: str) -> None:
    """Store the first partnership, with all its years."""
    store = Store(url)
    async with store.open_unit() as unit:
        its = await install_pack(unit, read_shipped("swindon"), now=NOW)
        form = await keep_form(unit, its.id, await pack_of(unit, its), "assurance")
        known = [one for one in await seats(unit, its.id) if one.returns]
        more = [_another(known[0], number) for number in range(SEATS - len(known))]
        for one in more:
            await unit.save(one)
        every = known + more
        for one in every:
            who = await unit.save(Person(partnership_id=its.id, tenant_id="t", object_id=f"o{one.id}", in_team=True))
            unit.add(PersonName(person_id=who.id, partnership_id=its.id, name=f"Person {who.id}"))
            unit.add(Holding(partnership_id=its.id, person_id=who.id, seat_id=one.id))
    async with store.open_unit() as unit:
        for number in range(1, YEARS * ITEMS_A_YEAR + 1):
            await _item(unit, its.id, form.id, number, [one.id for one in every])
    await store.close()


def _another(like: Seat, number: int) -> Seat:
    return Seat(
        partnership_id=like.partnership_id, group_key=like.group_key, slug=f"more-{number}", name=f"Service {number}",
        short=f"S{number}", sector=like.sector, organisation_id=like.organisation_id, position=100 + number,
    )  # fmt: skip


async def _item(unit: Unit, p: int, form_id: int, number: int, seat_ids: list[int]) -> None:
    """One item with everything about it: long closed, or one of the last ten, which are open and half answered."""
    is_open = number > YEARS * ITEMS_A_YEAR - OPEN
    due = NOW.date() + timedelta(days=20) if is_open else date(2021, 1, 1) + timedelta(days=number * 9)
    meeting = await unit.save(Meeting(partnership_id=p, group_key="ldg", on=due + timedelta(days=number % 300 + 7)))
    item = await unit.save(
        Learning(partnership_id=p, group_key="ldg", number=number, title=f"Learning {number}", created_at=NOW)
    )
    its_round = await unit.save(
        Round(partnership_id=p, group_key="ldg", meeting_id=meeting.id, opens_on=due, due_on=due)
    )
    request = await unit.save(
        Request(
            partnership_id=p, group_key="ldg", number=number, kind="assurance", form_key="assurance",
            title=item.title, learning_id=item.id, state="open" if is_open else "closed", round_id=its_round.id,
            due_on=due, issued_at=NOW,
        )
    )  # fmt: skip
    for position, seat_id in enumerate(seat_ids):
        answered = not is_open or position % 2 == 0
        state = ("returned" if is_open else "assured") if answered else "requested"
        loop = await unit.save(
            Loop(partnership_id=p, request_id=request.id, seat_id=seat_id, state=state, open=is_open)
        )
        level = "medium" if answered else None
        unit.add(*_dimensions(loop, due, level))
        row = AgencyReturn(
            partnership_id=p, loop_id=loop.id, request_id=request.id, round_id=its_round.id, seat_id=seat_id,
            form_version_id=form_id, dimensions=["dissemination"], due_on=due,
            state="returned" if answered else "awaited", version_number=int(answered),
        )  # fmt: skip
        unit.add(_notice(request, position + 1), _entry(p, number * SEATS + position))
        await unit.save(row)
        if answered:
            await _said(unit, row)


def _dimensions(loop: Loop, due: date, level: str | None) -> Iterator[LoopDimension]:
    for key in ("dissemination", "impact"):
        yield LoopDimension(
            partnership_id=loop.partnership_id, loop_id=loop.id, dimension=key, opens_on=due, due_on=due,
            self_level=level if key == "dissemination" else None,
            state="returned" if level else "due" if key == "dissemination" else "waiting",
        )  # fmt: skip


def _notice(request: Request, person_id: int) -> Notice:
    return Notice(
        partnership_id=request.partnership_id, key=f"request:{request.id}:{person_id}", kind="request",
        person_id=person_id, about=f"request:{request.id}", subject={"request": request.id}, state="delivered",
        not_before=NOW, owed_at=NOW, activity_id="17",
    )  # fmt: skip


def _entry(p: int, number: int) -> LogEntry:
    return LogEntry(
        partnership_id=p, number=number, at=NOW, by="person", what="answered", subject="return:1",
        previous="0" * 64, hash="0" * 64,
    )  # fmt: skip


async def _said(unit: Unit, row: AgencyReturn) -> None:
    p = row.partnership_id
    words = await unit.save(Text(partnership_id=p, body="Ward huddles reached most staff. " * 8, sha256="0" * 64))
    said = await unit.save(
        Version(
            partnership_id=p, return_id=row.id, number=1, form_version_id=row.form_version_id, sha256="0" * 64, at=NOW
        )
    )
    unit.add(Answer(partnership_id=p, version_id=said.id, question="dissemination", value="medium"))
    unit.add(Answer(partnership_id=p, version_id=said.id, question="evidence", text_id=words.id))


async def more_partnerships(url: str) -> int:
    """Store the others beside the first, each a copy with numbers of its own; gives how many rows there are then."""
    store = Store(url)
    tables = [one for one in everything.metadata.sorted_tables if {"partnership_id", "slug"} & set(one.c.keys())]
    async with store.engine.connect() as connection:
        if store.sqlite:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            await driver.execute("PRAGMA foreign_keys=OFF")
            await driver.execute("PRAGMA synchronous=OFF")
        else:
            await connection.execute(text("SET session_replication_role = replica"))
        steps = {}
        for table in tables:
            if "id" in table.c:
                highest = await connection.execute(text(f'SELECT max(id) FROM "{table.name}"'))
                steps[table.name] = highest.scalar() or 0
        total = 0
        for number in range(1, PARTNERSHIPS):
            for table in tables:
                shown = ", ".join(_copied(column, steps, number) for column in table.c)
                names = ", ".join(f'"{column.name}"' for column in table.c)
                own = "id" if table.name == "partnership" else "partnership_id"
                copied = f'INSERT INTO "{table.name}" ({names}) SELECT {shown} FROM "{table.name}" WHERE {own} = 1'
                total += (await connection.execute(text(copied))).rowcount
        await connection.commit()
        if not store.sqlite:
            for table in tables:
                await connection.execute(text(f'ANALYZE "{table.name}"'))
            await connection.commit()
    await store.close()
    return total


def _copied(column: Column[object], steps: dict[str, int], number: int) -> str:
    name = f'"{column.name}"'
    refers = next((key.column.table.name for key in column.foreign_keys), None)
    if column.table.name == "partnership" and column.name in ("slug", "team_id"):
        return f"{name} || '-{number}'"
    if column.name == "about" and column.table.name == "notice":
        shift = number * steps["request"]
        return f"'request:' || (CAST(substr({name}, 9) AS INTEGER) + {shift})"
    if column.name == "id":
        return f"{name} + {number * steps[column.table.name]}"
    if refers == "partnership":
        return f"{name} + {number}"
    if column.name == "pack_version_id":
        return f"{name} + {number * steps['pack_version']}"
    return f"{name} + {number * steps[refers]}" if refers else name


async def status(store: Store, number: int) -> None:
    """Everything that the chair's `status` needs, from the transaction to the finished card."""
    async with store.open_unit() as unit:
        its = await partnership(unit, number)
        assert its is not None
        chair = Actor(its.id, 0, frozenset(), frozenset({"chair"}))
        found = await board(unit, chair, its, await pack_of(unit, its), NOW)
        if not found.items or not found.tables:
            raise RuntimeError("status shows nothing")
        board_card(found)


async def measure(urls: dict[str, str], kind: str) -> bool:
    """Ask both databases in turn; print p50 and p99 of each, and their ratios."""
    stores = {name: Store(url) for name, url in urls.items()}
    took: dict[str, list[float]] = {name: [] for name in stores}
    dice = random.Random(2)
    for turn in range(ASKED + 20):
        for name, store in stores.items():
            number = dice.randint(1, PARTNERSHIPS) if name == "many" else 1
            begun = time.perf_counter()
            await status(store, number)
            if turn >= 20:
                took[name].append(time.perf_counter() - begun)
    for store in stores.values():
        await store.close()
    steps = {name: statistics.quantiles(some, n=100) for name, some in took.items()}
    p50, p99 = (steps["many"][at] / steps["one"][at] for at in (49, 98))
    for name, some in steps.items():
        print(f"{kind:<11} {name:<5} p50 {some[49] * 1e3:6.1f} ms   p99 {some[98] * 1e3:6.1f} ms")
    print(f"{kind:<11} ratio p50 {p50:6.2f}      p99 {p99:6.2f}", flush=True)
    return p50 <= AIM_P50 and p99 <= AIM_P99


def sqlite_pair(folder: Path) -> dict[str, str]:
    """Two files with the first partnership: one stays as it is, the other is for many."""
    one, many = folder / "one.db", folder / "many.db"
    migrate(f"sqlite:///{one}")
    asyncio.run(one_partnership(f"sqlite:///{one}"))
    shutil.copyfile(one, many)
    return {"one": f"sqlite:///{one}", "many": f"sqlite:///{many}"}


def postgres_pair(server: Postgres) -> dict[str, str]:
    """The same as two databases of a server."""
    one = server.create()
    migrate(server.address(one))
    asyncio.run(one_partnership(server.address(one)))
    return {"one": server.address(one), "many": server.address(server.create(one))}


def main() -> int:
    """Print the figures of both databases; 1 where one is over the aim."""
    logging.disable(logging.CRITICAL)
    good = True
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(postgres(durable=True))
        for kind in ("SQLite", "PostgreSQL"):
            urls = sqlite_pair(folder) if kind == "SQLite" else postgres_pair(server)
            rows = asyncio.run(more_partnerships(urls["many"]))
            print(f"{kind:<11} {PARTNERSHIPS} partnerships, {YEARS} years: {rows:,} rows more", flush=True)
            good = asyncio.run(measure(urls, kind)) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
