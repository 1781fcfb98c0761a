"""The evidence file: what was learned, who was asked, what each said, how assessed, what changed (scenario 35)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.calendar import local_day
from assurance.dates import day_words
from assurance.evidence_scope import Scope, Thread, open_to, scope_of
from assurance.evidence_told import Change, Learned, asked_table, changes_in, learned_in
from assurance.export_parts import Parts, parts_of
from assurance.export_reading import Read, read_returns
from assurance.export_said import Assessed, Given, for_round
from assurance.exports_return import named
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.permissions import require
from assurance.refusals import Mistakes
from storage.partnerships import Partnership
from storage.texts import texts
from storage.unit import Unit


@dataclass(frozen=True)
class Wanted:
    """What a file is to hold: about what, from when to when (both days included), and what is left out."""

    about: str
    first: date | None = None
    last: date | None = None
    names: bool = True
    evidence: bool = True

    def within(self, day: date) -> bool:
        """Whether a day lies in the file's time."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class ReturnTold:
    """One return: whose, for which round, each version, and what the group set."""

    agency: str
    round: str
    came: str
    given: tuple[Given, ...]
    assessed: tuple[Assessed, ...]


@dataclass(frozen=True)
class RequestTold:
    """One request: what was asked, whom, and what each of them said."""

    title: str
    facts: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, str, str, str], ...]
    returns: tuple[ReturnTold, ...]


@dataclass(frozen=True)
class EvidenceFile:
    """An evidence file whole. `notes` say what it covers and what was left out."""

    name: str
    partnership: str
    group: str
    notes: tuple[str, ...]
    learned: tuple[Learned, ...]
    requests: tuple[RequestTold, ...]
    changes: tuple[Change, ...]
    evidence: bool


async def evidence_file(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, wanted: Wanted, now: datetime
) -> EvidenceFile:
    """One item's or one agency's file. Raises NotAllowed, NotFound, and Mistakes where the days are crossed."""
    require(actor, "evidence_file")
    if wanted.first and wanted.last and wanted.first > wanted.last:
        raise Mistakes({"last": "The last day is before the first. Please change one of them."})
    scope = await scope_of(unit, partnership, wanted.about)
    shown = [one for one in scope.threads if open_to(pack, actor, one.request, own=False)]
    parts = await parts_of(unit, partnership, pack, named=wanted.names)
    rows = [row for one in shown for row in one.rows]
    read = await read_returns(unit, partnership, pack, rows, parts, evidence=wanted.evidence)
    told = [await _thread(unit, partnership, pack, one, read, parts, wanted) for one in shown]
    kept = [(one, its) for one, its in zip(shown, told, strict=True) if its is not None]
    return EvidenceFile(
        name=scope.name, partnership=pack.terms.partnership, group=pack.terms.group_short,
        notes=_notes(pack, scope, wanted, parts.who(actor.person_id, today_in(pack, now)), now, len(shown)),
        learned=await learned_in(unit, partnership, pack, _items(scope, [one for one, _ in kept]), parts, wanted.last),
        requests=tuple(its for _, its in kept),
        changes=await changes_in(unit, partnership, pack, [one for one, _ in kept], parts, wanted.within),
        evidence=wanted.evidence,
    )  # fmt: skip


def _items(scope: Scope, kept: list[Thread]) -> tuple[int, ...]:
    """Of an item's file the item, whatever was asked about it; of an agency's, what it was asked about in the time."""
    if not scope.of_agency:
        return scope.learning_ids
    asked = {one.request.learning_id for one in kept}
    return tuple(one for one in scope.learning_ids if one in asked)


async def _thread(
    unit: Unit,
    partnership: Partnership,
    pack: Pack,
    one: Thread,
    read: Mapping[int, Read],
    parts: Parts,
    wanted: Wanted,
) -> RequestTold | None:
    """A request and its returns as far as they lie in the file's time; None where nothing does."""
    asked = one.request
    issued_on = today_in(pack, asked.issued_at)
    whose = {loop.id: named(loop, parts)[0] for loop in one.loops}
    returns = [_return(pack, read[row.id], whose[row.loop_id], wanted) for row in one.rows]
    kept = tuple(each for each in returns if each is not None)
    if not kept and not wanted.within(issued_on):
        return None
    words = await texts(unit, partnership.id, [asked.context_text_id, asked.reason_text_id])
    kind = next((each.name for each in pack.kinds if each.key == asked.kind), asked.kind)
    facts = [
        ("Kind", kind),
        ("Issued", f"{day_words(issued_on)} by {parts.who(asked.issued_by, issued_on)}" if asked.issued_by
            else f"{day_words(issued_on)}, brought in from earlier records"),
        ("Due", day_words(asked.due_on)),
        ("Why it was asked", parts.words(words.get(asked.context_text_id or 0, ""))),
        ("Withdrawn, because", parts.words(words.get(asked.reason_text_id or 0, ""))),
    ]  # fmt: skip
    return RequestTold(
        asked.title, tuple((name, value) for name, value in facts if value),
        await asked_table(unit, partnership, pack, one, parts), kept,
    )  # fmt: skip


def _return(pack: Pack, read: Read, agency: str, wanted: Wanted) -> ReturnTold | None:
    tz = pack.timezone
    given = [its for row, its in zip(read.versions, read.given, strict=True) if wanted.within(local_day(row.at, tz))]
    levels = [its for row, its in zip(read.levels, read.assessed, strict=True) if wanted.within(local_day(row.at, tz))]
    if not given and not levels and not wanted.within(read.row.due_on):
        return None
    return ReturnTold(agency, for_round(read.row, read.meeting_on), read.came, tuple(given), tuple(levels))


def _notes(pack: Pack, scope: Scope, wanted: Wanted, maker: str, now: datetime, shown: int) -> tuple[str, ...]:
    lines = [f"Made on {day_words(today_in(pack, now))} by {maker}."]
    if wanted.first or wanted.last:
        first = f"from {day_words(wanted.first)}" if wanted.first else "from the beginning"
        last = f"up to {day_words(wanted.last)}" if wanted.last else "up to today"
        lines.append(f"It covers the time {first} {last}.")
    if not wanted.names:
        lines.append(
            "Names of people are left out; what part each had is kept. People's own words may still name somebody "
            "who is not known here: please read them before this goes on."
        )
    if not wanted.evidence:
        lines.append("Evidence and reasons in people's own words are left out; levels and dates are kept.")
    if shown < len(scope.threads):
        lines.append("What was asked without names, or is not open to whoever made this, is not part of it.")
    return tuple(lines)
