"""Taking in a team's roster: who is in the team, and the ids by which Teams knows them.

Names and addresses are used to recognise people whom a list brought in; they never authorise anybody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from assurance.issuing import owe_request_card, today_in
from assurance.pack import Pack
from assurance.refusals import Refusal
from assurance.seating import owe_what_is_asked
from storage.asks import loops_of_person
from storage.chasers import absences_of
from storage.log import append_log
from storage.partnerships import Partnership
from storage.people import Person, PersonName, all_holdings, people, person_by_teams_id
from storage.returns import returns_of_loops, returns_of_open_loops
from storage.unit import Unit


@dataclass(frozen=True)
class RosterMember:
    """One member of a team as Teams describes them."""

    tenant_id: str
    object_id: str
    teams_id: str
    name: str
    email: str
    guest: bool


@dataclass(frozen=True)
class Taken:
    """What reading a roster changed, by people's numbers."""

    members: int
    joined: tuple[int, ...]
    left: tuple[int, ...]
    matched: tuple[int, ...]


Row = tuple[Person, PersonName]


class _Known:
    """Everybody the partnership knows, by Entra ids or, where those are not known yet, by address."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self._by_ids = {(row[0].tenant_id, row[0].object_id): row for row in rows if row[0].object_id}
        self._by_address = {row[1].email.casefold(): row for row in rows if row[0].object_id is None and row[1].email}

    def by_ids(self, member: RosterMember) -> Row | None:
        return self._by_ids.get((member.tenant_id, member.object_id))

    def by_address(self, member: RosterMember) -> Row | None:
        """A row is given up once: no two members can get the same one."""
        return self._by_address.pop(member.email.casefold(), None) if member.email else None


async def take_in_roster(
    unit: Unit,
    partnership: Partnership,
    pack: Pack,
    members: Iterable[RosterMember],
    now: datetime,
    *,
    by_person: int | None = None,
) -> Taken:
    """Bring the people into line with the whole roster of the team; the same roster again changes nothing.

    Somebody whom a list brought in by address gets the ids of the member with that address. Those who
    can be written to from now on get the cards that they have missed.
    """
    known = _Known(await people(unit, partnership.id))
    whole = list({(one.tenant_id, one.object_id): one for one in members}.values())
    if not whole:
        raise Refusal("Teams gave me an empty list of members, so I have changed nothing. Please try again.")
    found, matched, merged = await _recognised(unit, partnership.id, known, whole)
    joined = [row[0].id for row in found if not row[0].in_team]
    for row, member in zip(found, whole, strict=True):
        _update(unit, row, member)
    present = {row[0].id for row in found}
    left = [one for one, _ in known.rows if one.in_team and one.id not in present and not one.practice]
    for one in left:
        one.in_team = False
    partnership.roster_at = now
    unit.add(partnership, *left)
    await unit.flush()
    seated = {one.person_id for one in await all_holdings(unit, partnership.id)}
    for person_id in (one for one in joined if one in seated):
        await owe_what_is_asked(unit, partnership, pack, person_id, f"joined:{today_in(pack, now).isoformat()}", now)
    for from_id, to_id in merged:
        await _owe_after_merging(unit, partnership, pack, from_id, to_id, now)
    gone = [one.id for one in left]
    if joined or gone or matched:
        await append_log(
            unit, partnership.id, at=now, person_id=by_person, by="person" if by_person else "Teams",
            what="roster read", subject=f"team:{partnership.id}",
            refs={"joined": joined, "left": gone, "matched": matched, "merged": merged},
        )  # fmt: skip
    return Taken(len(whole), tuple(joined), tuple(gone), tuple(matched))


async def _recognised(
    unit: Unit, partnership_id: int, known: _Known, whole: list[RosterMember]
) -> tuple[list[Row], list[int], list[tuple[int, int]]]:
    """Each member's rows, made where they are new; the numbers of those whom an address gave their ids; and of
    two rows that are one person, the one that is given up and the one that is kept."""
    found: list[Row | None] = []
    matched, merged = [], []
    for member in whole:
        by_ids, by_address = known.by_ids(member), known.by_address(member)
        if by_ids is not None and by_address is not None:
            await _move_what_is_theirs(unit, partnership_id, by_address[0].id, by_ids[0].id)
            merged.append((by_address[0].id, by_ids[0].id))
            by_address[1].name = by_address[1].email = ""
            unit.add(by_address[1])
        row = by_ids or by_address
        if row is not None and by_address is not None:
            matched.append(row[0].id)
        found.append(row)
    fresh = [Person(partnership_id=partnership_id) for row in found if row is None]
    unit.add(*fresh)
    await unit.flush()
    new = iter([(one, PersonName(person_id=one.id, partnership_id=partnership_id)) for one in fresh])
    rows = [next(new) if row is None else row for row in found]
    return rows, matched, merged


def _update(unit: Unit, row: Row, member: RosterMember) -> None:
    one, name = row
    one.tenant_id, one.object_id, one.teams_id = member.tenant_id, member.object_id, member.teams_id
    one.guest, one.in_team = member.guest, True
    if name.blanked_at is None:
        name.name, name.email = member.name or name.name, member.email or name.email
    unit.add(one, name)


async def _move_what_is_theirs(unit: Unit, partnership_id: int, from_id: int, to_id: int) -> None:
    """Two rows turned out to be one person: the seats and what was asked of them go to the row that Teams knows.

    The other keeps no name: what is held about a person stands under one row (I1). Where both rows were asked the
    same, each keeps its own.
    """
    for held in await all_holdings(unit, partnership_id):
        if held.person_id == from_id:
            held.person_id = to_id
            unit.add(held)
        if held.stands_in_for == from_id:
            held.stands_in_for = to_id
            unit.add(held)
    for away in await absences_of(unit, partnership_id, from_id, date.min):
        away.person_id = to_id
        unit.add(away)
    asked_already = {one.request_id for one in await loops_of_person(unit, partnership_id, to_id)}
    moved = [one for one in await loops_of_person(unit, partnership_id, from_id) if one.request_id not in asked_already]
    returns = await returns_of_loops(unit, partnership_id, [one.id for one in moved])
    for one in (*moved, *(row for rows in returns.values() for row in rows)):
        one.person_id = to_id
        unit.add(one)


async def _owe_after_merging(
    unit: Unit, partnership: Partnership, pack: Pack, from_id: int, to_id: int, now: datetime
) -> None:
    """The kept row gets the cards of what the other one's seats, and the other one itself, are still asked."""
    cause = f"merged:{from_id}"
    await owe_what_is_asked(unit, partnership, pack, to_id, cause, now, missed_only=False)
    mine = {one.id for one in await loops_of_person(unit, partnership.id, to_id)}
    for row, loop, asked in await returns_of_open_loops(unit, partnership.id):
        if loop.id in mine and row.state == "awaited":
            await owe_request_card(unit, partnership, pack, asked, to_id, now)


async def note_leaver(unit: Unit, partnership: Partnership, teams_id: str, object_id: str, now: datetime) -> bool:
    """Somebody has left the team: they keep their history and are shown as not in the team. False if known already."""
    one = await person_by_teams_id(unit, partnership.id, teams_id)
    if one is None and object_id:
        rows = await people(unit, partnership.id)
        one = next((row for row, _ in rows if row.object_id == object_id.lower()), None)
    if one is None or not one.in_team:
        return False
    one.in_team = False
    unit.add(one)
    await append_log(
        unit, partnership.id, at=now, person_id=None, by="Teams", what="left the team", subject=f"person:{one.id}"
    )
    return True
