"""What is held about one person: who is meant, how much of what, and whether they can be erased (UK GDPR 15, 17)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from assurance.actors import Actor
from assurance.erasing import ACT, facts_of
from assurance.erasing_rules import is_over, time_held, why_not
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.people_view import role_titles
from assurance.permissions import require
from assurance.person_names import UNNAMED, former_members, names, starting
from assurance.refusals import NotFound
from storage.partnerships import Partnership, seats
from storage.people import Holding, Person, PersonName, all_holdings, people, person
from storage.personal import count_log_of, count_rows_of, drafts_of, every_absence_of, pleas_of, queries_of, versions_of
from storage.returns import Asked, Version
from storage.unit import Unit

MOST_FOUND = 6
ELSEWHERE = frozenset({
    ("holding", "person_id"), ("version", "by_person_id"), ("plea", "by_person_id"), ("notice", "person_id"),
    ("absence", "person_id"), ("draft", "saved_by"), ("person_name", "person_id"), ("address", "person_id"),
})  # fmt: skip
"""Records that have a line of their own."""


@dataclass(frozen=True)
class PersonMeant:
    """Somebody who may be meant by a name: what they are called, and what they are or were there."""

    person_id: int
    name: str
    where: str


@dataclass(frozen=True)
class PersonData:
    """What is held about somebody, as counts. `why_not` says why they cannot be erased yet; empty where they can."""

    partnership_id: int
    person_id: int
    name: str
    places: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    why_not: str
    erased: bool
    in_team: bool
    becomes: str
    """What they are called once they are erased."""


async def people_meant(unit: Unit, actor: Actor | None, partnership: Partnership, text: str) -> tuple[int, ...]:
    """Who may be meant by a name, an address, or an Entra object id, by number. Raises NotAllowed."""
    if actor is not None:
        require(actor, ACT)
    return tuple(one.id for one, _ in meant(await people(unit, partnership.id), text))


async def people_numbered(
    unit: Unit, actor: Actor | None, partnership: Partnership, pack: Pack, numbers: Collection[int], now: datetime
) -> tuple[PersonMeant, ...]:
    """The same people by name, each with what tells them from others of that name. Raises NotAllowed."""
    if actor is not None:
        require(actor, ACT)
    known = await people(unit, partnership.id)
    shorts = {one.id: one.short for one in await seats(unit, partnership.id)}
    held = await all_holdings(unit, partnership.id)
    return tuple(
        PersonMeant(one.id, name.name or name.email or starting(UNNAMED), _where(one, held, shorts, pack, now))
        for one, name in known
        if one.id in numbers
    )


def meant(known: Sequence[tuple[Person, PersonName]], text: str) -> list[tuple[Person, PersonName]]:
    """Whom a text names, of those who are known, a whole name before a part of one: a pure rule."""
    wanted = " ".join(text.casefold().split())
    if not wanted:
        return []
    whole = [row for row in known if wanted in (row[1].name.casefold(), row[1].email.casefold(), row[0].object_id)]
    parts = [row for row in known if all(one in f"{row[1].name} {row[1].email}".casefold() for one in wanted.split())]
    return whole or parts


def _where(one: Person, held: Collection[Holding], shorts: dict[int, str], pack: Pack, now: datetime) -> str:
    today = today_in(pack, now)
    own = [row for row in held if row.person_id == one.id]
    there = [row for row in own if not is_over(row, today)]
    called = [_place(row, shorts, pack) for row in there or own]
    if not called:
        return "in the team, for no agency" if one.in_team else "not in the team"
    return ("" if there else "before: ") + ", ".join(dict.fromkeys(called))


def _place(held: Holding, shorts: dict[int, str], pack: Pack) -> str:
    if held.seat_id is None:
        return role_titles(pack).get(held.role or "", held.role or "")
    return shorts.get(held.seat_id, "") if held.stands_in_for is None else f"deputy for {shorts.get(held.seat_id, '')}"


async def person_data(
    unit: Unit, actor: Actor | None, partnership: Partnership, pack: Pack, person_id: int, now: datetime,
    officers: Collection[str] = (),
) -> PersonData:  # fmt: skip
    """What is held about one person. Raises NotAllowed, NotFound."""
    if actor is not None:
        require(actor, ACT)
    one = await person(unit, partnership.id, person_id)
    if one is None:
        raise NotFound("I cannot find that person.")
    called = (await names(unit, partnership.id, [one.id])).get(one.id, UNNAMED)
    shorts = {row.id: row.short for row in await seats(unit, partnership.id)}
    held = [row for row in await all_holdings(unit, partnership.id) if row.person_id == one.id]
    facts = await facts_of(unit, partnership, pack, one, now, officers)
    places = [(_place(row, shorts, pack), row.title, time_held(row)) for row in held]
    return PersonData(
        partnership.id, one.id, starting(called),
        tuple(", ".join(filter(None, parts)) for parts in places),
        await _counts(unit, pack, one, held), why_not(facts), facts.erased, one.in_team,
        (await former_members(unit, partnership.id, [one.id]))[one.id],
    )  # fmt: skip


async def _counts(unit: Unit, pack: Pack, one: Person, held: Sequence[Holding]) -> tuple[tuple[str, int], ...]:
    partnership_id, person_id = one.partnership_id, one.id
    rows = await count_rows_of(unit, partnership_id, person_id)
    found = {
        "Seats and roles": len(held),
        "Answers": len(named_answers(pack, await versions_of(unit, partnership_id, person_id))),
        "Said to you": len(await pleas_of(unit, partnership_id, person_id))
        + len({one.subject["text"] for one in await queries_of(unit, partnership_id, person_id)}),
        "Drafts": len(await drafts_of(unit, partnership_id, person_id)),
        "Times away": len(await every_absence_of(unit, partnership_id, person_id)),
        "Messages": rows.get(("notice", "person_id"), 0),
        "In the log": await count_log_of(unit, partnership_id, person_id, holding_subjects(held)),
        "Elsewhere": sum(number for key, number in rows.items() if key not in ELSEWHERE),
    }
    return tuple((name, number) for name, number in found.items() if number)


def named_answers(pack: Pack, given: Sequence[tuple[Version, Asked]]) -> list[tuple[Version, Asked]]:
    """Those that were not asked for without a name: whose the others are is told to nobody."""
    nameless = {kind.key for kind in pack.kinds if kind.anonymous}
    return [(one, asked) for one, asked in given if asked[2].kind not in nameless]


def holding_subjects(held: Sequence[Holding]) -> list[str]:
    """What the log calls these places."""
    return [f"holding:{one.id}" for one in held]
