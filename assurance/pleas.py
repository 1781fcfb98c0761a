"""More time, someone else, sent to us in error: what a member tells the officer about a request, and its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assurance.actors import Actor
from assurance.answer_form import Asked, admit, asked_in
from assurance.extensions import grant_extension
from assurance.identifiable import find
from assurance.issuing import today_in
from assurance.owing import originals, owe, update_of
from assurance.pack import Pack
from assurance.permissions import OFFICER, require
from assurance.refusals import AskFirst, Mistakes, NotFound, OutOfDate
from storage.asks import request
from storage.contacts import Plea, locked_plea, open_pleas, plea
from storage.log import append_log
from storage.notices import notices_about
from storage.partnerships import Partnership
from storage.people import holders_of_role
from storage.texts import Text, text_of, texts
from storage.unit import Unit

KINDS = ("more_time", "someone_else", "in_error", "query", "new_evidence")
"""The last two are about what the group made of an answer: a question about it, or what has changed since."""
LONGEST = 500
_LATEST = timedelta(days=366)
_NEEDS_WORDS = {
    "more_time": "Please say in a line what is in the way.",
    "someone_else": "Please say who should answer.",
    "in_error": "Please say in a line why you think so.",
    "query": "Please say in a line what should be looked at.",
    "new_evidence": "Please say in a line what has changed.",
}


@dataclass(frozen=True)
class NewPlea:
    """What a member sent: one of KINDS, the day until which more time is wanted, and a line."""

    return_id: int
    kind: str
    text: str
    wanted: str = ""
    confirmed: bool = False


async def plead(unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, new: NewPlea, now: datetime) -> Plea:
    """Keep a plea and owe it to the officers. The same again is the same plea; another one takes its place.

    Raises NotFound, NotAllowed, OutOfDate, Mistakes ("until", "text") or AskFirst; nothing is stored then.
    """
    asked = await asked_in(unit, partnership.id, new.return_id, lock=True)
    admit(actor, asked.loop, asked.request, behalf=False)
    wanted = check_plea(new, asked.loop.extended_to or asked.row.due_on, today_in(pack, now))
    if not new.confirmed and (hits := find(new.text)):
        raise AskFirst({"text": hits})
    for earlier in await open_pleas(unit, partnership.id, [new.return_id]):
        if earlier.kind == new.kind:
            said = await texts(unit, partnership.id, [earlier.text_id])
            if (earlier.wanted_on, said.get(earlier.text_id or 0, "")) == (wanted, new.text):
                return earlier
            await end_plea(unit, partnership, earlier, "replaced", now)
    words = await unit.save(text_of(partnership.id, new.text))
    kept = await unit.save(
        Plea(
            partnership_id=partnership.id, return_id=new.return_id, kind=new.kind, text_id=words.id,
            wanted_on=wanted, by_person_id=actor.person_id, at=now,
        )
    )  # fmt: skip
    await _owe_officers(unit, partnership, pack, kept, now)
    await _log(unit, partnership, actor, kept, "pleaded", now, words)
    return kept


def check_plea(new: NewPlea, due_on: date, today: date) -> date | None:
    """The day that is wanted, where one is asked for: a pure rule. Raises NotFound for an unknown kind, or Mistakes."""
    if new.kind not in KINDS:
        raise NotFound("This button belongs to something that I cannot find any more.")
    wrong, wanted = {}, None
    if new.kind == "more_time":
        wanted = _day(new.wanted)
        if wanted is None:
            wrong["until"] = "Please choose a day."
        elif wanted <= max(due_on, today):
            wrong["until"] = "Please choose a day after the one on which it is due, and after today."
        elif wanted > today + _LATEST:
            wrong["until"] = "Please choose a day within a year."
    if not new.text:
        wrong["text"] = _NEEDS_WORDS[new.kind]
    elif len(new.text) > LONGEST:
        wrong["text"] = f"Please keep it to {LONGEST} characters."
    if wrong:
        raise Mistakes(wrong)
    return wanted


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def grant(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, plea_id: int, until: str, now: datetime
) -> Plea:
    """Agree another date. The agency's people are told by the extension itself, once.

    Raises NotAllowed, NotFound, or Mistakes ("until"). Settled already: it stays as it was.
    """
    one, asked = await _for_officer(unit, actor, partnership, plea_id)
    if one.state != "open":
        return one
    day = _day(until)
    if day is None:
        raise Mistakes({"until": "Please choose a day."})
    if day > today_in(pack, now) + _LATEST:
        raise Mistakes({"until": "Please choose a day within a year."})
    try:
        await grant_extension(unit, actor, partnership, pack, asked.loop.id, day, now)
    except OutOfDate:
        state = "withdrawn" if asked.request.state == "cancelled" else "answered"
        await end_plea(unit, partnership, one, state, now)
        return one
    await end_plea(unit, partnership, one, "granted", now)
    await _log(unit, partnership, actor, one, "plea granted", now)
    return one


async def settle(unit: Unit, actor: Actor, partnership: Partnership, plea_id: int, now: datetime) -> Plea:
    """Thank whoever wrote, and settle it. Raises NotAllowed or NotFound. Settled already: it stays as it was."""
    one, _ = await _for_officer(unit, actor, partnership, plea_id)
    if one.state == "open":
        await end_plea(unit, partnership, one, "settled", now)
        await owe(
            unit, partnership.id, f"told:plea:{one.id}", "told_plea", now=now, subject={"plea": one.id},
            person_id=one.by_person_id,
        )  # fmt: skip
        await _log(unit, partnership, actor, one, "plea settled", now)
    return one


async def _for_officer(unit: Unit, actor: Actor, partnership: Partnership, plea_id: int) -> tuple[Plea, Asked]:
    require(actor, "settle_pleas")
    first = await plea(unit, partnership.id, plea_id)
    if first is None:
        raise NotFound("I cannot find that message any more.")
    about = await asked_in(unit, partnership.id, first.return_id)
    await request(unit, partnership.id, about.request.id, lock=True)  # before the plea, as whoever withdraws it does
    asked = await asked_in(unit, partnership.id, first.return_id, lock=True)
    return await locked_plea(unit, partnership.id, plea_id) or first, asked


async def end_plea(unit: Unit, partnership: Partnership, one: Plea, state: str, now: datetime) -> None:
    """Settle a plea, and owe every officer's card of it a fresh, read-only picture."""
    one.state, one.settled_at = state, now
    for card in originals(await notices_about(unit, partnership.id, f"plea:{one.id}")):
        unit.add(update_of(card, state, now=now))


async def _owe_officers(unit: Unit, partnership: Partnership, pack: Pack, one: Plea, now: datetime) -> None:
    for person_id in await holders_of_role(unit, partnership.id, [OFFICER], today_in(pack, now)):
        await owe(
            unit, partnership.id, f"plea:{one.id}:{person_id}", "plea", now=now, subject={"plea": one.id},
            about=f"plea:{one.id}", person_id=person_id,
        )  # fmt: skip


async def _log(
    unit: Unit, partnership: Partnership, actor: Actor, one: Plea, what: str, now: datetime,
    words: Text | None = None,
) -> None:  # fmt: skip
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what=what, subject=f"plea:{one.id}",
        refs={"kind": one.kind, "return": one.return_id}, after=words.sha256 if words else None,
    )  # fmt: skip
