"""A whole financial year for Swindon and for Solihull: everything that the clock sends, by day, as one reviewed list.

`YEAR=write python -m pytest tests/e2e/test_a_year.py` writes the lists anew; then read what has changed in them as
the support officer would.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from assurance.dates import day_words
from assurance.extensions import grant_extension
from assurance.pack import read_shipped
from storage.chasers import Absence
from storage.people import all_holdings
from storage.returns import find_return
from tests.year import Year, a_year, lines_of

SNAPSHOTS = Path(__file__).parents[1] / "snapshots"
FIRST, LAST = date(2026, 4, 1), date(2027, 3, 31)
MORNING = time(8, 30)
NEVER = 10_000
EVERY = 28
EDUCATION = re.compile(r'\[\[seats\]\]\n(?:(?!\[).*\n)*?key = "education"\n')
CLOSED = [
    f'{{ basis = "default", first = {first}, last = {last}, reason = "School holidays" }}'
    for first, last in (
        ("2026-05-25", "2026-05-29"), ("2026-07-22", "2026-09-01"), ("2026-10-26", "2026-10-30"),
        ("2026-12-21", "2027-01-01"), ("2027-02-15", "2027-02-19"),
    )
]  # fmt: skip
HABITS = (-12, -6, -3, 0, 6, 11, NEVER)
"""How many days after the due day (before it, where negative) people answer, by turns."""


@dataclass(frozen=True)
class Item:
    """Something that is issued on a day: by the pack's own dates, or due on a day of the officer's."""

    on: date
    title: str
    kind: str = "assurance"
    due_on: date | None = None


@dataclass(frozen=True)
class Programme:
    """A partnership's year. Of its seats some have a story: by key, in order of the fields."""

    slug: str
    meetings: Sequence[date]
    items: Sequence[Item]
    silent: str
    guest: str
    vacant: str
    away: tuple[str, date, date]
    extended: tuple[str, str, date, date]
    """Whose answer about what is given more time, on which day, until when."""


SWINDON = Programme(
    "swindon",
    (date(2026, 6, 11), date(2026, 9, 10), date(2026, 12, 10), date(2027, 3, 11)),
    (
        Item(date(2026, 4, 20), "Child F rapid review"),
        Item(date(2026, 4, 27), "Neglect audit"),
        Item(date(2026, 5, 22), "Sextortion alert", "urgent"),
        Item(date(2026, 6, 22), "Self-neglect audit"),
        Item(date(2026, 10, 5), "Harm outside the home"),
        Item(date(2026, 11, 12), "Carers' survey", due_on=date(2026, 12, 1)),
        Item(date(2026, 12, 14), "Child G practice review"),
        Item(date(2026, 12, 23), "Counterfeit medicines alert", "urgent"),
    ),
    silent="housing", guest="police", vacant="early-years",
    away=("gwh", date(2026, 11, 16), date(2026, 11, 27)),
    extended=("awp", "Harm outside the home", date(2026, 11, 23), date(2026, 12, 4)),
)  # fmt: skip
SOLIHULL = Programme(
    "solihull",
    (
        date(2026, 5, 20), date(2026, 7, 15), date(2026, 9, 16), date(2026, 11, 18), date(2027, 1, 20),
        date(2027, 3, 17),
    ),
    (
        Item(date(2026, 4, 8), "Child K rapid review"),
        Item(date(2026, 6, 1), "Exploitation audit"),
        Item(date(2026, 7, 27), "Private fostering awareness"),
        Item(date(2026, 10, 12), "Domestic abuse case audit"),
        Item(date(2026, 11, 23), "Child M practice review"),
        Item(date(2027, 2, 1), "Neglect strategy survey"),
    ),
    silent="housing", guest="police", vacant="probation",
    away=("bsol-icb", date(2026, 10, 26), date(2026, 11, 6)),
    extended=("cafcass", "Domestic abuse case audit", date(2026, 11, 2), date(2026, 11, 13)),
)  # fmt: skip


async def begin(year: Year, told: Programme) -> None:
    """The seats with a story: one vacant, one whose person is a guest, one away for two weeks."""
    year.unreached.add(year.who[told.guest])
    who, first, last = told.away
    async with year.unit() as (unit, its):
        for one in await all_holdings(unit, its.id):
            if one.person_id == year.who[told.vacant]:
                one.ends_on = FIRST
        unit.add(Absence(partnership_id=its.id, person_id=year.who[who], first=first, last=last, at=year.now))


async def morning(year: Year, told: Programme, seen: dict[int, int]) -> list[str]:
    """What people do on a morning, before the clock sends anything; gives a line for each."""
    said = []
    for item in told.items:
        if item.on == year.day:
            await year.issue(item.title, item.kind, due_on=item.due_on)
            said.append(f"issued: {item.title}")
    owing = await year.owing()
    who, about, on, until = told.extended
    for key, return_id, title, _ in owing:
        if (key, title, year.day) == (who, about, on):
            await more_time(year, return_id, until)
            said.append(f"more time for {key} about {title}: until {day_words(until)}")
    for key, return_id, title, due_on in owing:
        habit = habit_of(year, told, key, return_id, seen)
        if year.day == due_on + timedelta(days=habit) and (key, title) != (who, about):
            await year.answer(key, return_id)
            said.append(f"answered: {title}, {key}")
    return said


def habit_of(year: Year, told: Programme, key: str, return_id: int, seen: dict[int, int]) -> int:
    if key in (told.silent, told.guest, told.vacant):
        return NEVER
    return HABITS[seen.setdefault(return_id, len(seen)) % len(HABITS)]


async def more_time(year: Year, return_id: int, until: date) -> None:
    async with year.unit() as (unit, its):
        found = await find_return(unit, its.id, return_id)
        assert found is not None
        await grant_extension(unit, year.officer, its, year.pack, found[1].id, until, year.now)


async def play(year: Year, told: Programme, listed: str) -> list[str]:
    """The year, day by day; on each day of the list, and on some others, `due` foresees what the beats then owe."""
    await begin(year, told)
    seen: dict[int, int] = {}
    lines: list[str] = []
    while year.day <= LAST:
        year.at(time(0))
        sent = await year.beats_until(MORNING)
        acts = await morning(year, told, seen)
        if acts:
            await year.carry()
        asked = day_words(year.day) in listed or year.day.toordinal() % EVERY == 0
        foreseen = Counter(await year.foreseen()) if asked else None
        sent += await year.beats_until(None)
        assert foreseen in (None, Counter(one for _, one in sent)), year.day
        lines += lines_of(year.day, acts, sent, year.pack.timezone)
        year.day += timedelta(days=1)
    return lines


def with_term_times(folder: Path, slug: str) -> str:
    """The shipped pack, with the schools' holidays as closures of the seat for education, as a file."""
    text, count = EDUCATION.subn(lambda found: found[0] + f"closures = [{', '.join(CLOSED)}]\n", read_shipped(slug))
    assert count == 1
    path = folder / f"{slug}.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("told", [SWINDON, SOLIHULL], ids=lambda one: one.slug)
async def test_everything_that_is_sent_in_a_financial_year_is_as_it_was_reviewed(sqlite_url, tmp_path, told):
    """B13, B14, scenario 31; `due` says on each day what the beat then owes."""
    path = SNAPSHOTS / f"year-{told.slug}.txt"
    async with a_year(sqlite_url, tmp_path, with_term_times(tmp_path, told.slug), FIRST, told.meetings) as year:
        lines = await play(year, told, path.read_text(encoding="utf-8") if path.exists() else "")
    text = "\n".join(lines) + "\n"
    if os.environ.get("YEAR") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
