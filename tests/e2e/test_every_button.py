"""Every verb of the table, pressed with data that no card of ours holds: a sentence or a card, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from typing import Any

import pytest
from sqlalchemy import Table

from bot.wiring import presses
from storage.everything import metadata
from storage.partnerships import partnership_named
from tests import inbound
from tests.answering import a_request
from tests.cards_schema import assert_valid
from tests.connector import Person
from tests.group import a_group
from tests.read_back import assert_read_back

VERBS = sorted(presses())
NAMES = (
    "m", "to_on", "to_at", "to_place",
    "request", "return", "loop", "learning", "draft", "base", "from", "plea", "roll_call", "meeting", "n", "w", "page",
    "step", "rev", "digest", "go", "sum", "seen", "sure", "pre", "form", "kind", "key", "word", "sort", "until", "url",
    "name", "place", "context", "uploadInfo", "to", "due_on", "reason", "add_asked", "why", "f.place", "f.person",
    "f.holding", "f.last_day", "w1.title", "w1.key_messages", "starts_on", "list", "target", "about", "seat", "person",
    "report", "q", "mark", "summary.x.good", "summary.x.barriers", "summary.x.commentary",
    "where", "decision", "rule", "v", "marked", "go_to", "leave_out",
    "absence", "holding", "f.places", "f.deputy", "f.first", "f.last", "pre.someone_else.deputy",
    "of", "notice", "notices",
    "report.x.good", "report.x.reasons", "report.x.commentary", "report.x.training_survey", "rq-1-n0.text",
    "file", "answer", "without", "names", "evidence", "first", "last", "history.seat",
    "purge", "hold", "item", "change", "kept", "f.seat", "f.kind", "f.into", "f.organisation", "f.rest", "f.home.1",
)  # fmt: skip
"""What our own cards call their values: any of them may be anything in a forged press."""
LONG = "Leave\u0000 this \U0001f600 out. " * 40
NOT_OURS: dict[str, Any] = {
    "text in place of numbers": "one",
    "a list": [1, "2", None, {"p": 1}],
    "a number too large for any column": 2**63,
    "a number below nothing": -1,
    "an object": {"a": {"b": []}},
    "nothing": None,
    "a number that nobody has": 424242,
    "a number as text": "424242",
    "text with what a database cannot keep": LONG,
}

HANDFUL = 25
CHOSEN = {"partnership.choose": {"person", "log_entry", "log_head"}}
NEED_NO_MORE = {"stranger": {}, "gwh": CHOSEN, "officer": CHOSEN | {"people.roster": {"partnership"}}}
"""What needs no more than the number of one's own partnership, and so is not forged."""


async def everything_kept(group) -> dict[str, tuple[int, str]]:
    """How many rows every table has, and a hash of what is in them (the log's head among them)."""
    found = {}
    async with group.unit() as (unit, _):
        for table in metadata.sorted_tables:
            assert isinstance(table, Table)
            rows = sorted(str(tuple(row)) for row in await unit.rows(table.select()))
            found[table.name] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
    return found


def by_turns(alone: Collection[str]) -> Iterator[tuple[str, ...]]:
    """The verbs in handfuls, after each of which is looked at what changed; some of them alone."""
    handful: list[str] = []
    for verb in VERBS:
        if verb in alone or len(handful) == HANDFUL:
            yield tuple(handful)
            handful = []
        handful.append(verb)
        if verb in alone:
            yield (handful.pop(),)
    yield tuple(handful)


def forged(group, other: int) -> list[dict[str, Any]]:
    """What is pressed: nothing at all, each wrong sort under every name, and another partnership's number."""
    own = group.partnership_id
    made: list[dict[str, Any]] = [{}, {"p": own}, {"p": other}, {"p": 424242}]
    made += [{"p": own} | dict.fromkeys(NAMES, value) for value in NOT_OURS.values()]
    made += [{"p": value} for value in ("one", [1], 2**63, True)]
    made += [{"p": other} | dict.fromkeys(NAMES, 1)]
    return made


async def pressed_by(group, who: str, verb: str, other: int) -> None:
    """Press a verb with everything that was forged; each is answered with a sentence or a card."""
    for data in forged(group, other):
        status, body = await group.send(inbound.press(group.people[who], verb, data, group.teams.url))
        told = f"{verb} by {who} with {str(data)[:120]}: {str(body)[:300]}"
        assert status == 200, told
        value = body["value"]
        if body["type"].endswith("card.adaptive"):
            assert_valid(value)
            assert_read_back(value)
        else:
            said = value if isinstance(value, str) else value["message"]
            assert said.strip() and "went wrong on our side" not in said and "took too long" not in said, told
            assert LONG[:5] not in said, told


@pytest.mark.parametrize(
    ("who", "database"),
    [("officer", "sqlite_url"), ("gwh", "sqlite_url"), ("stranger", "sqlite_url"), ("officer", "postgres_url")],
)
@pytest.mark.slow
async def test_a_forged_press_of_any_button_is_answered_kindly_and_changes_nothing(
    request, tmp_path, who, database, caplog
):
    """Deliver 10: data from a card is untrusted, whoever sends it."""
    database_url = request.getfixturevalue(database)
    async with a_group(database_url, tmp_path, packs=("swindon", "solihull")) as group:
        await a_request(group, "gwh", "awp")
        group.people["stranger"] = Person("A Stranger", "77777777-0000-4000-8000-000000000000", "29:stranger")
        async with group.house.open_unit() as unit:
            other = await partnership_named(unit, "solihull")
        group.teams.personal[group.teams.chat_with(group.people[who])] = group.people[who]
        after, done = await everything_kept(group), {}
        for verbs in by_turns(NEED_NO_MORE[who]):
            before = after
            for verb in verbs:
                await pressed_by(group, who, verb, other.id)
            after = await everything_kept(group)
            if changed := {name for name in before if before[name] != after[name]}:
                done[", ".join(verbs)] = changed
        await group.settle()
        assert done == NEED_NO_MORE[who]
        assert [one for one in caplog.records if one.levelname in ("ERROR", "CRITICAL")] == []
