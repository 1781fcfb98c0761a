"""Parts of an evidence file: the learning as it was worded, who was asked and reached, and what changed since."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import orjson

from assurance.calendar import local_day
from assurance.dates import count_words, day_words, moment_words
from assurance.evidence_scope import Thread
from assurance.export_parts import Parts
from assurance.export_rows import labelled
from assurance.exports_return import named
from assurance.learning_fields import LearningFields
from assurance.pack import Pack
from storage.asks import Loop
from storage.histories import chasers_of_returns, log_about
from storage.learning import LearningVersion, learning, learning_versions
from storage.log import LogEntry
from storage.notices import Notice
from storage.partnerships import Partnership
from storage.standings import reach_of_requests
from storage.texts import texts
from storage.unit import Unit

STATES = {
    "requested": "Asked",
    "returned": "Answered",
    "answered": "Answered, and done",
    "assured": "Assured",
    "not_relevant": "Not relevant, accepted",
    "follow_up": "Asked again",
    "no_response": "No response received",
    "unable": "At present unable to provide assurance",
    "ended": "Service ended or transferred",
    "information": "For information",
    "withdrawn": "Not asked any more",
}
"""Where a loop stands, in words; a state that is not named here stands for itself."""
TO_NOBODY_THERE = frozenset({"ring"})
"""Steps of chasing that went to nobody of the agency: the officer's list of whom to ring."""


@dataclass(frozen=True)
class Wording:
    """One agreed wording of an item, field by field."""

    name: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Learned:
    """One item of learning, with every wording that it had."""

    title: str
    wordings: tuple[Wording, ...]


@dataclass(frozen=True)
class Change:
    """One thing that was done: when, about whom, what, by whom, and its number in the log."""

    when: str
    about: str
    what: str
    by: str
    number: int


async def learned_in(
    unit: Unit, partnership: Partnership, pack: Pack, numbers: Sequence[int], parts: Parts, last: date | None
) -> tuple[Learned, ...]:
    """These items, each with its wordings up to the last day."""
    found = []
    for number in numbers:
        item = await learning(unit, partnership.id, number)
        versions = await learning_versions(unit, partnership.id, number)
        until = [one for one in versions if last is None or local_day(one.at, pack.timezone) <= last]
        bodies = await texts(unit, partnership.id, [one.text_id for one in until])
        if item is not None:
            wordings = tuple(_wording(pack, one, bodies.get(one.text_id, ""), parts) for one in until)
            found.append(Learned(parts.words(item.title), wordings))
    return tuple(found)


def _wording(pack: Pack, one: LearningVersion, body: str, parts: Parts) -> Wording:
    item = LearningFields.from_json(orjson.loads(body) if body else {})
    on = local_day(one.at, pack.timezone)
    columns = pack.summary_columns
    agreed = f"{item.agreed_by}{f' on {day_words(item.agreed_on)}' if item.agreed_on else ''}"
    fields = [
        (columns[0], labelled(pack.activity_types, item.activity_type)),
        *zip(columns[1:], (item.description, item.findings, item.key_messages, item.audiences), strict=False),
        ("Key messages agreed by", agreed if item.agreed_by else ""),
        ("Links", "\n".join(f"{link.title}: {link.url}" for link in item.links)),
    ]
    name = f"As agreed, kept on {day_words(on)}" if one.number == 1 else f"Corrected on {day_words(on)}"
    if one.number > 1:
        name += " in its meaning" if one.meaning_changed else " in its wording"
    return Wording(name, tuple((label, parts.words(value)) for label, value in fields if value))


async def asked_table(
    unit: Unit, partnership: Partnership, pack: Pack, one: Thread, parts: Parts
) -> tuple[tuple[str, str, str, str], ...]:
    """Who was asked: agency, how it stands, why it in particular, and whether its card or e-mail arrived."""
    why = await texts(unit, partnership.id, [loop.why_text_id for loop in one.loops])
    sent = await reach_of_requests(unit, partnership.id, [one.request.id])
    reminded = await _reminded(unit, partnership, pack, one)
    return tuple(
        (
            named(loop, parts)[0], state_words(loop), parts.words(why.get(loop.why_text_id or 0, "")),
            ". ".join(part for part in (_reached(loop, sent, parts, pack), reminded.get(loop.id, "")) if part),
        )
        for loop in one.loops
    )  # fmt: skip


def state_words(loop: Loop) -> str:
    """Where one addressee stands on a request."""
    if not loop.asked:
        return STATES["information"]
    return STATES.get(loop.state, loop.state.replace("_", " ").capitalize())


def _reached(loop: Loop, sent: Sequence[Notice], parts: Parts, pack: Pack) -> str:
    """The first day on which a card, or an officer's e-mail, came to somebody of the agency."""
    days = []
    for one in sent:
        if one.state != "delivered" or one.settled_at is None:
            continue
        on = local_day(one.settled_at, pack.timezone)
        by_email = isinstance(one.subject, Mapping) and one.subject.get("loop") == loop.id
        if by_email or (one.person_id is not None and _of(loop, one.person_id, on, parts)):
            days.append(on)
    return f"Reached on {day_words(min(days))}" if days else ""


def _of(loop: Loop, person_id: int, on: date, parts: Parts) -> bool:
    if loop.person_id is not None:
        return loop.person_id == person_id
    return any(
        held.seat_id == loop.seat_id
        and (held.starts_on is None or held.starts_on <= on)
        and (held.ends_on is None or on <= held.ends_on)
        for held in parts.held.get(person_id, ())
    )


async def _reminded(unit: Unit, partnership: Partnership, pack: Pack, one: Thread) -> dict[int, str]:
    """On how many days each addressee was reminded, where it was."""
    whose = {row.id: row.loop_id for row in one.rows}
    days: dict[int, set[date]] = {}
    for chaser, notice in await chasers_of_returns(unit, partnership.id, whose):
        if (
            chaser.step not in TO_NOBODY_THERE
            and notice is not None
            and notice.state == "delivered"
            and notice.settled_at
        ):
            days.setdefault(whose[chaser.return_id], set()).add(local_day(notice.settled_at, pack.timezone))
    return {
        loop_id: f"Reminded {'once' if len(some) == 1 else f'{count_words(len(some))} times'}"
        for loop_id, some in days.items()
    }


async def changes_in(
    unit: Unit,
    partnership: Partnership,
    pack: Pack,
    threads: Sequence[Thread],
    parts: Parts,
    within: Callable[[date], bool],
) -> tuple[Change, ...]:
    """What was done to these requests, their addressees and returns, as the log tells it."""
    about: dict[str, str] = {}
    for one in threads:
        whose = {loop.id: named(loop, parts)[1] for loop in one.loops}
        if one.request.learning_id is not None:
            about[f"learning:{one.request.learning_id}"] = one.request.title
        about[f"request:{one.request.id}"] = one.request.title
        about |= {f"loop:{number}": name for number, name in whose.items()}
        about |= {f"return:{row.id}": whose[row.loop_id] for row in one.rows}
    return tuple(
        Change(
            moment_words(one.at, pack.timezone), parts.words(about[one.subject]), _what(one),
            parts.who(one.person_id, local_day(one.at, pack.timezone)) if one.person_id else f"the {one.by}",
            one.number,
        )
        for one in await log_about(unit, partnership.id, about)
        if within(local_day(one.at, pack.timezone))
    )  # fmt: skip


def _what(one: LogEntry) -> str:
    refs = one.refs if isinstance(one.refs, Mapping) else {}
    more = []
    if refs.get("version"):
        more.append(f"version {refs['version']}")
    if isinstance(refs.get("to"), str):
        more.append(f"to {_day(refs['to'])}")
    if refs.get("meaning"):
        more.append("in its meaning")
    if refs.get("late"):
        more.append("after the due day")
    said = one.what[:1].upper() + one.what[1:]
    return f"{said} ({', '.join(more)})" if more else said


def _day(text: str) -> str:
    try:
        return day_words(date.fromisoformat(text))
    except ValueError:
        return text
