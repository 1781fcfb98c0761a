"""Proof of chase: what was sent to one agency about what it was asked, and what became of it. Never "read"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from assurance.actors import Actor
from assurance.calendar import local_day
from assurance.chasing_rules import LIST
from assurance.dates import count_words, day_words, moment_words
from assurance.issuing import today_in
from assurance.pack import Pack
from assurance.permissions import require
from assurance.person_names import UNNAMED, names
from assurance.refusals import NotFound
from storage.asks import Loop, Request
from storage.chasers import BY_OFFICER, RING, Chaser, chasers_with_notices
from storage.notices import Notice
from storage.partnerships import Partnership, seat
from storage.people import Holding, all_holdings
from storage.returns import AgencyReturn, returns_of_seat
from storage.standings import reach_of_requests
from storage.unit import Unit

MOST_ITEMS = 5
"""Requests on one page; more are on the next."""
EMAIL = "e-mail"


@dataclass(frozen=True)
class ProofLine:
    """One thing that was owed: when, what it was, to whom, and what became of it, in words."""

    at: datetime
    when: str
    what: str
    outcome: str
    sent: bool


@dataclass(frozen=True)
class ProofItem:
    """One request as it was put to the agency: how it stands, and everything that was sent about it."""

    title: str
    due: str
    state: str
    lines: tuple[ProofLine, ...]


@dataclass(frozen=True)
class ProofOfChase:
    """Everything that was sent to one seat about what it was asked, the newest request first; one page of it."""

    partnership_id: int
    seat_id: int
    seat: str
    items: tuple[ProofItem, ...]
    page: int
    pages: int


@dataclass(frozen=True)
class _Sent:
    """What was sent about the requests of one page."""

    cards: Mapping[int, list[Notice]]
    chasers: Mapping[int, list[tuple[Chaser, Notice | None]]]
    names: Mapping[int, str]
    holdings: Sequence[Holding]
    pack: Pack


async def proof_of_chase(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, seat_id: int, now: datetime, *, page: int = 1
) -> ProofOfChase:
    """What was owed to one seat, delivered, unsure, refused and skipped, and when. Raises NotAllowed or NotFound."""
    require(actor, "see_proof")
    its_seat = await seat(unit, partnership.id, seat_id)
    if its_seat is None:
        raise NotFound("I cannot find that agency any more.")
    by_request: dict[int, tuple[Request, Loop, list[AgencyReturn]]] = {}
    for row, loop, request in await returns_of_seat(unit, partnership.id, seat_id):
        if not pack.kind(request.kind).anonymous:
            by_request.setdefault(request.id, (request, loop, []))[2].append(row)
    newest = sorted(by_request.values(), key=lambda one: one[0].number, reverse=True)
    pages = max(1, -(-len(newest) // MOST_ITEMS))
    page = min(page, pages)
    shown = newest[(page - 1) * MOST_ITEMS : page * MOST_ITEMS]
    sent = await _sent(unit, partnership, pack, seat_id, shown)
    today = today_in(pack, now)
    items = tuple(_item(sent, request, loop, rows, today) for request, loop, rows in shown)
    return ProofOfChase(partnership.id, seat_id, its_seat.name, items, page, pages)


async def _sent(
    unit: Unit,
    partnership: Partnership,
    pack: Pack,
    seat_id: int,
    shown: Sequence[tuple[Request, Loop, list[AgencyReturn]]],
) -> _Sent:
    cards: dict[int, list[Notice]] = {}
    for card in await reach_of_requests(unit, partnership.id, [request.id for request, _, _ in shown]):
        cards.setdefault(int(card.about.partition(":")[2]), []).append(card)
    chasers: dict[int, list[tuple[Chaser, Notice | None]]] = {}
    numbers = [row.id for _, _, rows in shown for row in rows]
    for chaser, notice in await chasers_with_notices(unit, partnership.id, numbers):
        chasers.setdefault(chaser.return_id, []).append((chaser, notice))
    people = {one.person_id for some in cards.values() for one in some if one.person_id is not None}
    people |= {chaser.person_id for some in chasers.values() for chaser, _ in some}
    held = [one for one in await all_holdings(unit, partnership.id) if one.seat_id == seat_id]
    return _Sent(cards, chasers, await names(unit, partnership.id, people), held, pack)


def _item(sent: _Sent, request: Request, loop: Loop, rows: Sequence[AgencyReturn], today: date) -> ProofItem:
    lines = [*_cards(sent, request, loop), *(line for row in rows for line in _chased(sent, row))]
    last = rows[-1]
    due = f"Due {day_words(last.due_on)}"
    if loop.extended_to is not None:
        due += f"; more time agreed until {day_words(loop.extended_to)}"
    return ProofItem(
        request.title, due, _state(last, sent.pack), tuple(sorted(lines, key=lambda one: (one.at, one.sent)))
    )


def _state(row: AgencyReturn, pack: Pack) -> str:
    if row.returned_at is not None and row.state != "awaited":
        return f"Answered at {moment_words(row.returned_at, pack.timezone)}."
    return "Not answered yet." if row.state == "awaited" else "No answer came."


def _cards(sent: _Sent, request: Request, loop: Loop) -> Iterable[ProofLine]:
    """The request's own cards to the people of the seat, and the e-mails that an officer sent for it."""
    for card in sent.cards.get(request.id, ()):
        if card.door == EMAIL:
            if int(card.subject["loop"]) == loop.id:
                yield _line(sent, card, f"E-mail by the {sent.pack.terms.officer}", "marked as sent")
        elif card.person_id is not None and _sat(sent, card):
            yield _line(sent, card, f"The request, to {sent.names.get(card.person_id, UNNAMED)}", _outcome(card))


def _sat(sent: _Sent, card: Notice) -> bool:
    """Whether a card went to somebody who was on the seat then."""
    day = local_day(card.settled_at or card.owed_at, sent.pack.timezone)
    return any(
        one.person_id == card.person_id
        and (one.starts_on is None or one.starts_on <= day)
        and (one.ends_on is None or one.ends_on >= day)
        for one in sent.holdings
    )


def _chased(sent: _Sent, row: AgencyReturn) -> Iterable[ProofLine]:
    for chaser, notice in sent.chasers.get(row.id, ()):
        name = sent.names.get(chaser.person_id, UNNAMED)
        what = f"{step_words(chaser.step)}, to {name}"
        if notice is None:
            when = moment_words(chaser.at, sent.pack.timezone)
            yield ProofLine(chaser.at, when, what, f"not sent: {_small(chaser.reason)}", sent=False)
        else:
            yield _line(sent, notice, what, _outcome(notice))


def step_words(step: str) -> str:
    """A step's name as people read it: "Reminder five working days before the due day"."""
    if step == RING:
        return "List of whom to ring"
    if step.startswith(BY_OFFICER):
        return "Reminder that an officer sent"
    return "List of open answers before the meeting" if step == LIST else f"Reminder {step_when(step)}".rstrip()


def step_when(step: str) -> str:
    """When a step falls, in words: "five working days before the due day"; empty for what is on a list."""
    for sign, said in (("remind-", "before"), ("overdue+", "after")):
        if step.startswith(sign) and step.removeprefix(sign).isdigit():
            number = int(step.removeprefix(sign))
            days = f"{count_words(number)} working day{'' if number == 1 else 's'} {said} the due day"
            return days if number else "on the due day"
    return ""


def _line(sent: _Sent, notice: Notice, what: str, outcome: str) -> ProofLine:
    at = notice.settled_at or notice.owed_at
    return ProofLine(at, moment_words(at, sent.pack.timezone), what, outcome, sent=True)


def _outcome(notice: Notice) -> str:
    return {
        "delivered": "delivered",
        "unsure": "sent, but Teams did not confirm it",
        "refused": f"not delivered: {_small(notice.reason)}",
        "skipped": f"not sent: {_small(notice.reason)}",
    }.get(notice.state, "to be sent")


def _small(reason: str) -> str:
    said = reason.rstrip(".")
    return said[:1].lower() + said[1:] if said and not said[1:2].isupper() else said
