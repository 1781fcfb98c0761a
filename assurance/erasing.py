"""Erasing a person on request, without breaking the record (UK GDPR article 17; I1, I2; scenario 35).

What says who somebody is goes; what the record stands on stays, by number: seats held, titles, levels and the log.
What they wrote as their agency's evidence is the agency's record, and goes when its retention ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from assurance.actors import Actor
from assurance.erasing_rules import SENDING, SENDING_OF, Facts, going, is_over, why_not
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.people_view import role_titles
from assurance.permissions import OFFICER, require
from assurance.person_names import UNNAMED, former_members, names, starting
from assurance.purging import held_items
from assurance.refusals import NotFound, OutOfDate
from storage.asks import loops_of_person, request
from storage.drafts import Draft
from storage.histories import requests_numbered
from storage.log import append_log
from storage.notices import Notice
from storage.partnerships import Partnership, seats
from storage.partnerships import partnership as partnership_numbered
from storage.people import Person, PersonName, address_of_person, all_holdings, person, person_names
from storage.personal import (
    ERASED,
    drafts_of,
    entries_of,
    every_absence_of,
    every_notice_to,
    is_erased,
    pleas_of,
    queries_of,
    text_rows,
    versions_of,
    versions_on_behalf,
)
from storage.purging import OF_RETURNS
from storage.returns import find_return, returns_of_open_loops
from storage.texts import Text
from storage.unit import Unit

WHAT = "person erased"
"""What the log calls it; its subject is "person:41"."""
REASON = "Their data was erased."
ACT = "person_data"
OF_REQUESTS = ("request", "outcome", "close")
"""What the messages about a request are said to be about, before its number."""


@dataclass(frozen=True)
class Erased:
    """What was done: the person's number, what they are called from now on, and how much went."""

    person_id: int
    called: str
    texts: int
    drafts: int
    messages: int


async def facts_of(
    unit: Unit, partnership: Partnership, pack: Pack, one: Person, now: datetime, officers: Collection[str] = ()
) -> Facts:
    """What stands in the way of erasing somebody. `officers`: the object ids that the service's settings name."""
    today, shorts = today_in(pack, now), {seat.id: seat.short for seat in await seats(unit, partnership.id)}
    called = await names(unit, partnership.id, [one.id])
    every = [held for held in await all_holdings(unit, partnership.id) if not is_over(held, today)]
    own, titles = [held for held in every if held.person_id == one.id], role_titles(pack)
    office = {held.person_id for held in every if held.role == OFFICER}
    places = [
        f"for {shorts.get(held.seat_id, '')}" if held.seat_id else f"as {titles.get(held.role or '', held.role)}"
        for held in own
        if held.stands_in_for is None
    ]
    owed = [row.request_id for row in await loops_of_person(unit, partnership.id, one.id) if row.open and row.asked]
    asked = [await request(unit, partnership.id, number) for number in owed]
    return Facts(
        name=starting(called.get(one.id, UNNAMED)), erased=is_erased(one),
        only_officer=office == {one.id}, places=tuple(dict.fromkeys(places)),
        stands_in=tuple(shorts.get(held.seat_id or 0, "") for held in own if held.stands_in_for is not None),
        owes=tuple(found.title for found in asked if found is not None and found.state == "open"),
        in_settings=one.object_id is not None and one.object_id in officers,
        held=await _is_held(unit, partnership.id, one.id),
    )  # fmt: skip


async def _is_held(unit: Unit, partnership_id: int, person_id: int) -> bool:
    """Whether a hold keeps something that would go; what was asked about a report is kept by a hold on any item."""
    whole, items = await held_items(unit, partnership_id)
    if whole or not items:
        return whole
    returns, asked = set[int](), set[int]()
    for number in (person_id, *await _given_up(unit, partnership_id, person_id)):
        said = [one.subject["text"] for one in await queries_of(unit, partnership_id, number)]
        if any(one.blanked_at is None for one in await text_rows(unit, partnership_id, said)):
            return True
        returns |= await _returns_touched(unit, partnership_id, number)
        asked |= await _requests_told(unit, partnership_id, number)
    whole_rows = [await find_return(unit, partnership_id, number) for number in returns]
    about = {found[2].learning_id for found in whole_rows if found is not None}
    about |= {one.learning_id for one in (await requests_numbered(unit, partnership_id, asked)).values()}
    return not items.isdisjoint(about)


async def _returns_touched(unit: Unit, partnership_id: int, person_id: int) -> set[int]:
    """The returns on which they wrote, are named as who gave the answer, or have a draft that would go."""
    found = {one.return_id for one in await pleas_of(unit, partnership_id, person_id)}
    found |= {one.return_id for one, _ in await versions_of(unit, partnership_id, person_id)}
    notes = {one.id for one in await _notes_of(unit, partnership_id, person_id)}
    found |= {one.return_id for one in await versions_on_behalf(unit, partnership_id) if one.behalf_text_id in notes}
    go, _ = await _drafts(unit, partnership_id, person_id)
    return found | {one.subject for one in go if one.kind in OF_RETURNS}


async def _requests_told(unit: Unit, partnership_id: int, person_id: int) -> set[int]:
    """The requests about which they are still owed something, or something to them says where it went."""
    rows = await every_notice_to(unit, partnership_id, person_id)
    about = [
        one.about.partition(":")
        for one in rows
        if one.state in ("owed", "sending") or one.posted_in or one.activity_id or one.address
    ]
    return {int(number) for which, _, number in about if which in OF_REQUESTS and number.isdigit()}


async def erase(
    unit: Unit,
    actor: Actor | None,
    partnership: Partnership,
    pack: Pack,
    person_id: int,
    now: datetime,
    *,
    officers: Collection[str] = (),
) -> Erased:
    """Erase somebody for good; without an actor it is the command line's. The log keeps that it was done, and when.

    Raises NotAllowed, NotFound, or OutOfDate with the sentence that says what has to be done first.
    """
    if actor is not None:
        require(actor, ACT)
    await partnership_numbered(unit, partnership.id, lock=True)
    one = await person(unit, partnership.id, person_id)
    if one is None:
        raise NotFound("I cannot find that person.")
    if reason := why_not(await facts_of(unit, partnership, pack, one, now, officers)):
        raise OutOfDate(reason)
    rows = [person_id, *await _given_up(unit, partnership.id, person_id)]
    called = (await former_members(unit, partnership.id, [person_id]))[person_id]
    texts = drafts = messages = 0
    for number in rows:
        texts += await _words(unit, partnership.id, number, called, now)
        drafts += await _work_in_progress(unit, partnership.id, number)
        messages += await _messages(unit, partnership.id, number, now)
        await _who_they_are(unit, partnership.id, number, now)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id if actor else None,
        by="person" if actor else "command line", what=WHAT, subject=f"person:{person_id}",
        refs={"people": rows, "texts": texts, "drafts": drafts, "messages": messages},
    )  # fmt: skip
    return Erased(person_id, called, texts, drafts, messages)


async def _given_up(unit: Unit, partnership_id: int, person_id: int) -> list[int]:
    """The rows that turned out to be the same person, brought in by a list before Teams told who they are."""
    pairs = [
        pair for one in await entries_of(unit, partnership_id, "roster read") for pair in one.refs.get("merged", ())
    ]
    found, more = [], [person_id]
    while more:
        more = [before for before, kept in pairs if kept in more and before not in found]
        found += more
    return found


async def _words(unit: Unit, partnership_id: int, person_id: int, called: str, now: datetime) -> int:
    """Blank what they told the officer, and their name in the notes of who gave an answer that was entered for them."""
    pleaded = [one.text_id for one in await pleas_of(unit, partnership_id, person_id) if one.text_id is not None]
    pleaded += await _queries(unit, partnership_id, person_id, now)
    texts = [one for one in await text_rows(unit, partnership_id, pleaded) if one.blanked_at is None]
    for text in texts:
        text.body, text.blanked_at = "", now
    notes = await _notes_of(unit, partnership_id, person_id)
    for note in notes:
        _, bracket, how = note.body.rpartition(" (")
        note.body, note.blanked_at = f"{called} ({how}" if bracket else called, now
    unit.add(*texts, *notes)
    return len(texts) + len(notes)


async def _queries(unit: Unit, partnership_id: int, person_id: int, now: datetime) -> list[int]:
    """The numbers of the texts in which they asked about a report. What no officer was sent yet is not sent."""
    rows = await queries_of(unit, partnership_id, person_id, lock=True)
    if any(one.state == "sending" for one in rows):
        raise OutOfDate(SENDING_OF)
    for one in rows:
        if one.state == "owed":
            one.state, one.reason, one.settled_at = "skipped", REASON, now
    unit.add(*rows)
    return [int(one.subject["text"]) for one in rows]


async def _notes_of(unit: Unit, partnership_id: int, person_id: int) -> list[Text]:
    """The notes "Asha Nair (by telephone)" that were made of this person, by number or by just this name."""
    entries = [one.refs for one in await entries_of(unit, partnership_id, "entered on behalf")]
    theirs = {refs["given"] for refs in entries if refs.get("gave") == person_id}
    [row] = await person_names(unit, partnership_id, [person_id]) or [PersonName(person_id=0, partnership_id=0)]
    noted = {one.behalf_text_id for one in await versions_on_behalf(unit, partnership_id)}
    rows = await text_rows(unit, partnership_id, {number for number in noted if number is not None})
    name = row.name.casefold()
    same = {one.id for one in rows if name and one.body.rpartition(" (")[0].casefold() == name}
    return [one for one in rows if one.id in theirs | same]


async def _work_in_progress(unit: Unit, partnership_id: int, person_id: int) -> int:
    """Delete their drafts and absences; what colleagues go on with stays, without their number."""
    go, stay = await _drafts(unit, partnership_id, person_id)
    for draft in stay:
        draft.saved_by = None
    for row in (*go, *await every_absence_of(unit, partnership_id, person_id)):
        await unit.remove(row)
    unit.add(*stay)
    return len(go)


async def _drafts(unit: Unit, partnership_id: int, person_id: int) -> tuple[list[Draft], list[Draft]]:
    awaited = {
        row.id for row, loop, _ in await returns_of_open_loops(unit, partnership_id)
        if row.state == "awaited" and loop.person_id is None
    }  # fmt: skip
    return going(await drafts_of(unit, partnership_id, person_id), person_id, awaited)


async def _messages(unit: Unit, partnership_id: int, person_id: int, now: datetime) -> int:
    """Skip what is still owed to them, and forget in which chat the rest was posted; gives how many are skipped."""
    rows = await every_notice_to(unit, partnership_id, person_id, lock=True)
    if any(one.state == "sending" for one in rows):
        raise OutOfDate(SENDING)
    row = await address_of_person(unit, partnership_id, person_id)
    chats = {row.conversation_id} if row is not None and row.conversation_id else set()
    chats |= {str(held["conversation"]) for held in map(_own_chat, rows) if held}
    skipped = 0
    for one in rows:
        if one.state == "owed":
            one.state, one.reason, one.settled_at = "skipped", REASON, now
            skipped += 1
        elif one.state in ("unsure", "refused"):
            one.noted_at = one.noted_at or now
        if one.address is None or _own_chat(one):
            one.address = one.posted_in = one.activity_id = one.twin_activity_id = None
        if any(chat in one.key for chat in chats):
            one.key = f"erased:{one.id}"
    unit.add(*rows)
    return skipped


def _own_chat(one: Notice) -> Mapping[str, str] | None:
    held: Mapping[str, str] | None = one.address
    return held if held is not None and held.get("kind") == "personal" else None


async def _who_they_are(unit: Unit, partnership_id: int, person_id: int, now: datetime) -> None:
    """Take away name, addresses and ids. The ids are replaced by ones that belong to nobody."""
    one = await person(unit, partnership_id, person_id)
    assert one is not None
    one.tenant_id, one.object_id, one.teams_id = ERASED, f"{ERASED}-{uuid4().hex}", None
    one.guest = one.in_team = False
    one.chosen_at = None
    rows: Iterable[PersonName] = await person_names(unit, partnership_id, [person_id])
    rows = list(rows) or [PersonName(person_id=person_id, partnership_id=partnership_id)]
    for row in rows:
        row.name, row.email, row.blanked_at = "", "", now
    address = await address_of_person(unit, partnership_id, person_id)
    if address is not None:
        await unit.remove(address)
    unit.add(one, *rows)
