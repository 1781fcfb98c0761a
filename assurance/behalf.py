"""On an agency's behalf: what an officer sends by e-mail, and the answer that comes back (scenario 27)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from assurance.actors import Actor
from assurance.answer_form import Asked, asked_in, check
from assurance.answering import Behalf, Kept, Submission, answer
from assurance.form_rules import one_line
from assurance.identifiable import Finding, find
from assurance.issuing import people_of, start_of, today_in
from assurance.owing import owe
from assurance.pack import Pack
from assurance.permissions import require
from assurance.person_names import UNNAMED, names, starting
from assurance.refusals import AskFirst, Mistakes, NotFound, OutOfDate
from assurance.request_view import RequestView, Side, loop_view
from storage.asks import Loop, Request, loop, loops_of_request, request
from storage.log import append_log
from storage.notices import Notice, notices_about
from storage.partnerships import Partnership, seats
from storage.people import holdings_of
from storage.returns import version
from storage.unit import Unit

WAYS = {
    "email": "by e-mail",
    "word": "on the Word form",
    "telephone": "by telephone",
    "meeting": "at a meeting",
    "other": "in another way",
}
"""How an answer can come in, by key, as it is shown."""
SOMEBODY_ELSE = "other"
LONGEST_NAME = 120
EMAIL, EMAILED = "e-mail", "emailed"


@dataclass(frozen=True)
class Choice:
    """One addressee of a request that an officer can act for."""

    loop_id: int
    name: str
    answered: bool


@dataclass(frozen=True)
class BehalfView:
    """One addressee's side of a request as the officer who acts for them sees it.

    `people` are those on the seat, by number; `emailed_on` the last day on which an e-mail was marked as sent.
    """

    request: RequestView
    side: Side
    loop_id: int
    people: tuple[tuple[int, str], ...]
    emailed_on: date | None


@dataclass(frozen=True)
class Given:
    """What an officer typed about an answer that came in another way: who gave it, on which day, and how."""

    who: str
    name: str
    on: str
    how: str


async def behalf_choices(
    unit: Unit, actor: Actor, partnership: Partnership, request_id: int
) -> tuple[Request, list[Choice]]:
    """A request and everyone who is asked in it. Raises NotAllowed, NotFound, or OutOfDate once withdrawn."""
    require(actor, "enter_on_behalf")
    asked = await request(unit, partnership.id, request_id)
    if asked is None:
        raise NotFound("I cannot find that request.")
    loops = [one for one in await loops_of_request(unit, partnership.id, asked.id) if _open_to(asked, one)]
    if not loops:
        raise OutOfDate("Nobody is asked for an answer to this at the moment.")
    seated = {one.id: one.name for one in await seats(unit, partnership.id)}
    named = await names(unit, partnership.id, [one.person_id for one in loops if one.person_id])
    return asked, [
        Choice(
            one.id,
            seated[one.seat_id] if one.seat_id else starting(named.get(one.person_id or 0, UNNAMED)),
            one.state not in ("requested", "follow_up", "no_response"),
        )
        for one in loops
    ]


def _open_to(asked: Request, one: Loop) -> bool:
    return asked.state == "open" and one.asked and one.state != "withdrawn"


async def behalf_view(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, loop_id: int, now: datetime
) -> BehalfView:
    """One addressee's side, for an officer. Raises NotAllowed, NotFound, or OutOfDate if nothing is asked."""
    require(actor, "enter_on_behalf")
    one = await loop(unit, partnership.id, loop_id)
    asked = await request(unit, partnership.id, one.request_id) if one else None
    if one is None or asked is None:
        raise NotFound("I cannot find that request.")
    seen = await loop_view(unit, partnership, pack, one, now)
    if not _open_to(asked, one) or not seen.sides:
        raise OutOfDate("No answer is asked from this agency now, so there is nothing to send or to enter.")
    numbers = await people_of(unit, one, today_in(pack, now))
    named = await names(unit, partnership.id, numbers)
    side = seen.sides[0]
    if one.person_id is not None:
        side = replace(side, seat=starting(named.get(one.person_id, UNNAMED)), short="you")
    return BehalfView(
        request=seen, side=side, loop_id=one.id,
        people=tuple((number, starting(named.get(number, UNNAMED))) for number in numbers),
        emailed_on=(await emailed(unit, partnership.id, asked.id)).get(one.id),
    )  # fmt: skip


async def emailed(unit: Unit, partnership_id: int, request_id: int) -> dict[int, date]:
    """The day on which an e-mail was last marked as sent, for each loop of a request that has one."""
    found: dict[int, date] = {}
    for one in await notices_about(unit, partnership_id, f"request:{request_id}"):
        if one.door == EMAIL:
            found[int(one.subject["loop"])] = date.fromisoformat(one.subject["on"])
    return found


async def mark_sent(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, loop_id: int, now: datetime
) -> BehalfView:
    """Record that the officer has sent the e-mail today: once a day, however often it is pressed.

    It is kept as a delivered notice by the door "e-mail", so that the addressee counts as reached.
    Raises as `behalf_view`.
    """
    seen = await behalf_view(unit, actor, partnership, pack, loop_id, now)
    today = today_in(pack, now)
    about = f"request:{seen.request.request_id}"
    if seen.emailed_on == today:
        return seen
    unit.add(
        Notice(
            partnership_id=partnership.id, key=f"email:{loop_id}:{today.isoformat()}", kind=EMAILED,
            door=EMAIL, about=about, subject={"loop": loop_id, "on": today.isoformat(), "by": actor.person_id},
            state="delivered", owed_at=now, settled_at=now, not_before=now, shape="letter",
        )
    )  # fmt: skip
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="e-mailed", subject=f"loop:{loop_id}",
        refs={"request": seen.request.request_id, "return": seen.side.return_id},
    )  # fmt: skip
    return replace(seen, emailed_on=today)


def check_given(given: Given, people: Mapping[int, str], issued_on: date, today: date) -> Behalf:
    """Who gave an answer, when and how, from what was typed: a pure rule. Raises Mistakes, by input.

    `people` are those on the seat, by number; `given.who` is one of them, or "other" with a name typed.
    """
    wrong = {}
    number = int(given.who) if given.who.isascii() and given.who.isdigit() and len(given.who) < 10 else None
    name = people.get(number, "") if number is not None else one_line(given.name)
    if given.who == SOMEBODY_ELSE and not name:
        wrong["given_name"] = "Please write who gave the answer: name and role."
    elif given.who != SOMEBODY_ELSE and number not in people:
        wrong["given_who"] = "Please say who gave the answer."
    elif len(name) > LONGEST_NAME:
        wrong["given_name"] = f"Please use at most {LONGEST_NAME} characters."
    on = _day(given.on)
    if on is None:
        wrong["given_on"] = "Please give the day on which you were given the answer."
    elif not issued_on <= on <= today:
        wrong["given_on"] = "Please choose a day since the request was issued, up to today."
    if given.how not in WAYS:
        wrong["given_how"] = "Please say how the answer came."
    if wrong or on is None:
        raise Mistakes(wrong)
    return Behalf(name or UNNAMED, on, WAYS[given.how], number)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def enter(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    sent: Submission,
    given: Given,
    now: datetime,
) -> Kept:
    """Keep an answer that an officer enters for an agency, and give its people a copy that they can correct.

    Raises NotAllowed, NotFound, OutOfDate (the agency has answered itself since the form was opened), and
    Mistakes or AskFirst for the whole form at once. Nothing is stored then.
    """
    require(actor, "enter_on_behalf")
    asked = await asked_in(unit, partnership.id, sent.return_id, lock=True)
    if asked.row.version_number > sent.base:
        newest = await version(unit, partnership.id, asked.row.id, asked.row.version_number)
        if newest is not None and newest.origin != "on_behalf":
            raise OutOfDate(
                "The agency has answered itself in the meantime, so I have not entered this. Please look at its "
                "answer first, and open the form again if something is still to be entered."
            )
    today = today_in(pack, now)
    numbers = await people_of(unit, asked.loop, today)
    named = await names(unit, partnership.id, numbers)
    people = {number: named.get(number, "") for number in numbers}
    issued_on = today_in(pack, asked.request.issued_at)
    behalf = _look_over(asked, sent, lambda: check_given(given, people, issued_on, today))
    kept = await answer(unit, actor, partnership, pack, replace(sent, behalf=behalf), now)
    if not kept.repeated:
        for number in numbers:
            await _owe_copy(unit, partnership, pack, kept, number, now)
    return kept


def _look_over(asked: Asked, sent: Submission, giver: Callable[[], Behalf]) -> Behalf:
    """Everything that is wrong with the whole form at once, then everything that may identify a case."""
    wrong: dict[str, str] = {}
    unclear: dict[str, tuple[Finding, ...]] = {}
    behalf = None
    try:
        behalf = giver()
    except Mistakes as mistakes:
        wrong |= mistakes.fields
    try:
        check(asked, sent.values, confirmed=sent.confirmed)
    except Mistakes as mistakes:
        wrong |= mistakes.fields
    except AskFirst as question:
        unclear |= question.findings
    if wrong or behalf is None:
        raise Mistakes(wrong)
    if not sent.confirmed and (found := find(behalf.gave)):
        unclear["given_name"] = found
    if unclear:
        raise AskFirst(unclear)
    return behalf


async def _owe_copy(
    unit: Unit, partnership: Partnership, pack: Pack, kept: Kept, person_id: int, now: datetime
) -> None:
    """Owe one person of the seat a card with the answer; on several seats, it may hold a form as well."""
    held = await holdings_of(unit, partnership.id, person_id, today_in(pack, now))
    several = len([one for one in held if one.seat_id is not None]) > 1
    await owe(
        unit,
        partnership.id,
        f"request:{kept.request_id}:{person_id}:behalf:{kept.version_id}",
        "request",
        now=now,
        subject={"request": kept.request_id},
        about=f"request:{kept.request_id}",
        person_id=person_id,
        not_before=start_of(partnership, pack, now),
        shape="form" if several else "receipt",
    )
