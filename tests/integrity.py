"""A walk over everything that is stored: whatever was sent, only what is valid may have been kept.

    faults = await faults_of(unit)       # sentences; none where all is well

It asks no rule of ours: what may stand where is written here by hand, or read from the packs and forms themselves.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Table, select

from assurance.lifecycles import LOOP
from assurance.packing import read_pack
from storage.base import Instant, Json
from storage.everything import metadata
from storage.log import first_broken_entry
from storage.unit import Unit

Row = Mapping[str, Any]
Rows = dict[str, dict[Any, Row]]

STATES: Mapping[str, frozenset[Any]] = {
    "learning.state": frozenset({"open", "closed", "withdrawn"}),
    "meeting.state": frozenset({"scheduled", "held", "cancelled", "taken_out"}),
    "meeting.decisions": frozenset({"open", "final", "provisional", "confirmed", "carried"}),
    "request.state": frozenset({"open", "closed", "withdrawn", "cancelled"}),
    "request.tabled": frozenset({"papers", "verbal", "no"}),
    "loop.state": frozenset(one.target for one in LOOP),
    "loop_dimension.state": frozenset({"due", "waiting", "returned", "moderated", "follow_up", "closed"}),
    "agency_return.state": frozenset({"awaited", "returned", "moved"}),
    "agency_return.outcome": frozenset({None, "no_response", "not_reached", "vacant", "extended"}),
    "version.origin": frozenset({"card", "on_behalf", "brought_in"}),
    "decision.state": frozenset({"set", "undone", "superseded", "carried"}),
    "decision.follow": frozenset({"", "close", "continue", "propose"}),
    "assessment.origin": frozenset({"meeting", "brought_in"}),
    "attendance.how": frozenset({"present", "substitute", "apologies", ""}),
    "chaser.state": frozenset({"owed", "skipped"}),
    "report.state": frozenset({"draft", "approved"}),
    "notice.state": frozenset({"owed", "sending", "delivered", "unsure", "refused", "skipped"}),
    "notice.door": frozenset({"teams", "e-mail"}),
    "plea.kind": frozenset({"more_time", "someone_else", "in_error", "query", "new_evidence"}),
    "seat_change.kind": frozenset({"rename", "move", "merge", "split", "end"}),
    "seat_change.state": frozenset({"planned", "done", "called_off"}),
}
"""What may stand in a column that says how far something is."""
LONGEST: Mapping[str, int] = {
    "text.body": 60_000, "pack_version.text": 10**7, "learning.title": 200, "request.title": 200, "holding.title": 120,
    "person_name.name": 1_000, "person_name.email": 254, "seat.name": 120, "seat.short": 30, "organisation.name": 200,
    "meeting.place": 200, "meeting.begins_at": 5, "version.by_title": 120, "notice.key": 2_500,
}  # fmt: skip
ORDINARY = 1_000
"""Characters that any other text may have."""
FREE = frozenset({"text.body", "pack_version.text"})
"""Where a text may have several lines."""
_BEYOND = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_ONE_LINE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_NAMED = re.compile(
    r"(request|loop|return|learning|meeting|seat|person|holding|plea|draft|notice|round|organisation):(\d+)"
)
_TABLE_OF = {"return": "agency_return"}
GROUP_SAID = frozenset({"not_relevant", "not_accepted", "ended"})
"""What the group may say instead of a level of the pack."""


async def rows_of(unit: Unit) -> Rows:
    """Every row of every table, by table and key."""
    found: Rows = {}
    for table in metadata.sorted_tables:
        assert isinstance(table, Table)
        keys = [column.name for column in table.primary_key.columns]
        rows = [dict(row._mapping) for row in await unit.rows(select(table))]
        found[table.name] = {row[keys[0]] if len(keys) == 1 else tuple(row[k] for k in keys): row for row in rows}
    return found


async def faults_of(unit: Unit) -> list[str]:
    """Everything stored that should not be, a sentence each."""
    rows = await rows_of(unit)
    found = [
        *_values(rows), *_references(rows), *_named(rows), *_texts(rows), *_versions(rows), *_levels(rows),
        *_answers(rows), *_loops(rows),
    ]  # fmt: skip
    for number in rows["partnership"]:
        broken = await first_broken_entry(unit, number)
        if broken is not None:
            found.append(f"The log of partnership {number} breaks at entry {broken}.")
    return found


def _values(rows: Rows) -> Iterator[str]:
    for table in metadata.sorted_tables:
        for column in table.columns:
            name = f"{table.name}.{column.name}"
            for key, row in rows[table.name].items():
                value = row[column.name]
                if name in STATES and value not in STATES[name]:
                    yield f"{name} of {key} is {value!r}."
                if isinstance(column.type, Json):
                    yield from (f"{name} of {key} {why}" for why in _wrong_json(value))
                elif isinstance(value, str):
                    yield from (f"{name} of {key} {why}" for why in _wrong_text(name, value))
                elif isinstance(column.type, Instant) and value is not None and value.year not in range(1990, 2200):
                    yield f"{name} of {key} is in the year {value.year}."
                elif isinstance(value, int) and not -(2**31) <= value < 2**31:
                    yield f"{name} of {key} is {value}."


def _wrong_text(name: str, value: str) -> Iterator[str]:
    longest = LONGEST.get(name, ORDINARY)
    if len(value) > longest:
        yield f"has {len(value):,} characters; the most is {longest:,}."
    bad = (_BEYOND if name in FREE else _ONE_LINE).search(value)
    if bad:
        yield f"holds the character {bad[0]!r}."


def _wrong_json(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if _BEYOND.search(value) or len(value) > LONGEST["text.body"]:
            yield f"holds a text with what cannot be shown, or of {len(value):,} characters."
    elif isinstance(value, dict):
        for key, held in value.items():
            yield from _wrong_json(key)
            yield from _wrong_json(held)
    elif isinstance(value, list):
        for held in value:
            yield from _wrong_json(held)


def _references(rows: Rows) -> Iterator[str]:
    """Whatever points somewhere points at something of the same partnership."""
    for table in metadata.sorted_tables:
        pointing = [(column.name, one.column.table.name) for column in table.columns for one in column.foreign_keys]
        for key, row in rows[table.name].items():
            for name, to in pointing:
                if row[name] is None:
                    continue
                target = rows[to].get(row[name])
                if target is None:
                    yield f"{table.name}.{name} of {key} points at {to} {row[name]}, which is not there."
                elif to != "partnership" and target.get("partnership_id") != row.get("partnership_id"):
                    yield f"{table.name}.{name} of {key} points at {to} {row[name]} of another partnership."


def _named(rows: Rows) -> Iterator[str]:
    """The same where a record is named in words: "request:12"; and where a notice's subject gives its number."""
    for table, column in (("notice", "about"), ("log_entry", "subject")):
        for key, row in rows[table].items():
            for kind, number in _NAMED.findall(row[column]):
                yield from _elsewhere(rows, f"{table}.{column} of {key}", row, kind, int(number))
    for key, row in rows["notice"].items():
        for kind, number in (row["subject"] or {}).items() if isinstance(row["subject"], dict) else ():
            if kind in ("request", "loop", "return", "meeting", "plea", "seat", "report") and type(number) is int:
                yield from _elsewhere(rows, f"notice.subject of {key}", row, kind, number)


def _elsewhere(rows: Rows, where: str, row: Row, kind: str, number: int) -> Iterator[str]:
    target = rows[_TABLE_OF.get(kind, kind)].get(number)
    if target is not None and target["partnership_id"] != row["partnership_id"]:
        yield f"{where} names {kind} {number} of another partnership."


def _texts(rows: Rows) -> Iterator[str]:
    for key, row in rows["text"].items():
        if row["blanked_at"] is None and sha256(row["body"].encode()).hexdigest() != row["sha256"]:
            yield f"Text {key} has another hash than its words."


def _versions(rows: Rows) -> Iterator[str]:
    numbers: dict[int, list[int]] = defaultdict(list)
    for row in rows["version"].values():
        numbers[row["return_id"]].append(row["number"])
    for key, row in rows["agency_return"].items():
        had = sorted(numbers.get(key, []))
        if had != list(range(1, row["version_number"] + 1)):
            yield f"Return {key} is at version {row['version_number']} and has {had}."
        if row["state"] == "returned" and not had:
            yield f"Return {key} is returned, and nothing was."


def _levels(rows: Rows) -> Iterator[str]:
    """Levels are those of the partnership's pack."""
    offered: dict[int, tuple[dict[str, set[str]], set[str]]] = {}
    for number, its in rows["partnership"].items():
        pack = read_pack(rows["pack_version"][its["pack_version_id"]]["text"])
        own = {one.key: {str(level.key) for level in one.levels} for one in pack.assurance.dimensions}
        offered[number] = own, {str(one.key) for one in pack.assurance.assessed_levels} | GROUP_SAID
    for key, row in rows["loop_dimension"].items():
        own, assessed = offered[row["partnership_id"]]
        if row["self_level"] not in {None, *own.get(row["dimension"], ())}:
            yield f"Loop dimension {key} has the self level {row['self_level']!r}."
        if row["assessed_level"] not in {None, *assessed}:
            yield f"Loop dimension {key} has the assessed level {row['assessed_level']!r}."
    for key, row in rows["assessment"].items():
        if row["level"] not in offered[row["partnership_id"]][1]:
            yield f"Assessment {key} has the level {row['level']!r}."
        if row["dimension"] not in rows["agency_return"][row["return_id"]]["dimensions"]:
            yield f"Assessment {key} is of {row['dimension']!r}, which was not asked."


def _answers(rows: Rows) -> Iterator[str]:
    """An answer is to a question of the form with which it was given, and within what that takes."""
    for key, row in rows["answer"].items():
        version = rows["version"][row["version_id"]]
        body = rows["form_version"][version["form_version_id"]]["body"]
        question = next((one for one in body["form"]["questions"] if one["key"] == row["question"]), None)
        if question is None:
            yield f"Answer {key} is to {row['question']!r}, which was not asked."
            continue
        if row["text_id"] is not None:
            said = rows["text"][row["text_id"]]["body"]
            if question["type"] != "text" or len(said) > question["max_length"]:
                yield f"Answer {key} has {len(said):,} characters for {row['question']!r}."
        elif question["type"] == "rating":
            levels = {
                str(level["key"])
                for one in body["dimensions"]
                if one["key"] == row["question"]
                for level in one["levels"]
            }
            if row["value"] not in levels:
                yield f"Answer {key} has the level {row['value']!r}."


def _loops(rows: Rows) -> Iterator[str]:
    """A loop that has ended asks nothing; one loop of an addressee in a request, and its returns agree with it."""
    for key, row in rows["agency_return"].items():
        loop = rows["loop"][row["loop_id"]]
        if (loop["seat_id"], loop["person_id"]) != (row["seat_id"], row["person_id"]) and not loop["merged_into"]:
            yield f"Return {key} is another addressee's than its loop {row['loop_id']}."
        if loop["request_id"] != row["request_id"]:
            yield f"Return {key} is of another request than its loop {row['loop_id']}."


__all__ = ["faults_of", "rows_of"]
