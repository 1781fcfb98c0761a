"""The permission matrix with two partnerships in one database, over HTTP: nothing crosses (deliver 5, B16).

Everybody of one partnership presses every button with the other's numbers, and types every word about the other's
records: no reply names anything of it, no row of it changes, nothing is sent to its people.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from bot.wiring import commands
from storage.notices import Notice
from tests import inbound
from tests.fuzz.judging import INSIDE, OUR_FAULT, leaks
from tests.integrity import Row, faults_of, rows_of
from tests.permission_table import ROWS, filled
from tests.permission_world import NOW, ROLES, Two, two_partnerships
from tests.teams_world import Json, Team

WHO = (*(one for one in ROLES if one != "foreign"), "guest", "both")
"""Everybody of ours; `both` is an officer here and there, who names ours and gives their numbers."""
MOST = ("officer", "own", "both")
"""Those who may most. In the other partnership all but `both` are strangers alike."""
TOGETHER = 12


def presses_of(two: Two, who: str) -> Iterator[tuple[str, Json]]:
    """Every button with their numbers, under our partnership's number and, as a stranger there, under theirs."""
    ours, theirs, url = two.ours.numbers["p"], two.theirs.numbers, two.group.teams.url
    for row in ROWS:
        where: dict[str, Any] = {"team": two.group.teams.team} if row.here == "channel" else {}
        data = filled(row.data, theirs)
        for p in (*((ours,) if row.record else ()), *((theirs["p"],) if who in ("officer", "own", "stranger") else ())):
            sent = {"p": p} | data
            if "context" in sent:
                sent["context"] = sent["context"] | {"p": p}
            yield f"{row.verb} {row.about} as {p}", inbound.press(two.ours.people[who], row.verb, sent, url, **where)
    taken = {"action": "accept", "uploadInfo": {"uploadUrl": f"{url}/up"}, "context": theirs | {"p": ours}}
    yield "a file taken", inbound.invoke(two.ours.people[who], "fileConsent/invoke", taken, url)


def words_of(two: Two, who: str) -> Iterator[tuple[str, Json]]:
    """Every word about something of theirs, in our team and, as a stranger there, in theirs."""
    one, url, about = two.ours.people[who], two.group.teams.url, ("MerlinT next", two.theirs.names[0])
    there = Team(id=str(two.theirs.numbers["channel"]), name="Theirs")
    for at, word in enumerate(one.word.name for one in commands()):
        for place in (two.group.teams.team, *((there,) if who in ("officer", "own", "stranger") else ())):
            text = f"{word} {about[at % 2]}"
            yield f"{text} in {place.name}", inbound.message(one, text, url, team=place)


def of_theirs(two: Two, rows: dict[str, dict[Any, Row]]) -> dict[str, dict[Any, Row]]:
    """Every row that belongs to the other partnership, and what it is itself."""
    number = two.theirs.numbers["p"]
    found = {name: {k: r for k, r in held.items() if r.get("partnership_id") == number} for name, held in rows.items()}
    return found | {"partnership": {number: rows["partnership"][number]}}


async def told(two: Two, who: str, what: str, activity: Json) -> list[str]:
    """Send it, and say what is wrong with the answer."""
    status, body = await two.group.send(activity)
    said, wrong = str(body), []
    if status != 200 or INSIDE.search(said) or any(one in said for one in OUR_FAULT):
        wrong.append(f"{what} by {who}: {status} {said[:200]}")
    return wrong + [f"{what} by {who} shows {one}: {said[:300]}" for one in leaks(two, "own", said)]


async def all_told(two: Two, sent: Iterable[tuple[str, str, Json]]) -> list[str]:
    """The same for many, several at once."""
    waiting, wrong = list(sent), list[str]()
    while waiting:
        some, waiting = waiting[:TOGETHER], waiting[TOGETHER:]
        for found in await asyncio.gather(*(told(two, *one) for one in some)):
            wrong += found
    return wrong


@pytest.mark.slow
async def test_nothing_crosses_whoever_presses_or_types_what(database_url, tmp_path, caplog) -> None:
    async with two_partnerships(database_url, tmp_path, kept=True) as two:
        teams = two.group.teams
        for world in (two.ours, two.theirs):
            teams.personal |= {teams.chat_with(one): one for one in world.people.values()}
        async with two.group.house.open_unit() as unit:
            await unit.run(update(Notice).where(col(Notice.state) == "owed").values(state="skipped", settled_at=NOW))
        async with two.group.house.open_unit() as unit:
            before = of_theirs(two, await rows_of(unit))
        who = WHO if "sqlite" in database_url else MOST
        wrong = await all_told(two, ((one, *each) for one in who for each in presses_of(two, one)))
        wrong += await all_told(two, ((one, *each) for one in who for each in words_of(two, one)))
        await two.group.settle()
        async with two.group.house.open_unit() as unit:
            after, wrong_rows = of_theirs(two, await rows_of(unit)), await faults_of(unit)
        for name, rows in after.items():
            wrong += [f"their {name} {key} changed: {row}" for key, row in rows.items() if before[name].get(key) != row]
        chats = {teams.chat_with(one) for role, one in two.theirs.people.items() if role != "both"}
        for post in teams.posts():
            for version in post.versions:
                if post.conversation_id in chats:
                    wrong.append(f"sent to one of theirs: {str(version)[:200]}")
                wrong += [f"a post shows {one}: {str(version)[:300]}" for one in leaks(two, "own", str(version))]
        assert not wrong + wrong_rows, f"{len(wrong)}\n" + "\n".join([*wrong, *wrong_rows][:40])
        assert [one.getMessage() for one in caplog.records if one.levelname in ("ERROR", "CRITICAL")] == []
