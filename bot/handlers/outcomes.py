"""After the meeting: what each agency is told, what the chair confirms, what is closed, and what is asked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assurance.asking import Word
from assurance.circulation import carry_over, confirm, record_agreement
from assurance.closing_items import close_item, item_view
from assurance.conclusion_view import conclusion_view
from assurance.learning_rules import read_date
from assurance.outcome_view import outcome_view
from assurance.permissions import may
from assurance.pleas import NewPlea, plead
from assurance.refusals import AskFirst, Mistakes, NotAllowed, NotFound
from assurance.reopening import reopen, reopen_view
from bot.edge.answers import Answer, ShowCard
from bot.handlers.asking import IN_PRIVATE
from bot.handlers.helping import here_of
from bot.tables import Command, Desk
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards.asking import Question, private_offer
from cards.conclusion import AGREED, CARRY, CONFIRM, MEETING, conclusion_card, read_agreement
from cards.identifiable import confirmed
from cards.outcome import QUERY, QueryShown, outcome_card, read_query
from cards.parts import Card
from cards.reopening import CLOSE, REOPEN, REQUEST, close_card, read_reopening, reopen_card
from cards.request import count
from storage.notices import Notice
from storage.partnerships import seats
from storage.unit import Unit

REOPENING = "reopen"
ONLY_PRIVATE = "This is shown in our own chat only."


async def draw_outcome(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """What an agency is told; nothing for whoever does not sit there any more."""
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    view = await outcome_view(
        unit, here.actor, desk.partnership, desk.pack, int(owed.subject["request"]), int(owed.subject["meeting"]),
        desk.now,
    )  # fmt: skip
    return outcome_card(view) if view.sides else None


async def query(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Give the officer what the agency asks about its outcome, and thank for it."""
    typed = read_query(data)
    shown = replace(typed, tries=typed.tries + 1)
    try:
        async with turn.house.open_unit() as unit:
            here = await _here(unit, turn, data)
            new = NewPlea(
                number(data, "return"), typed.sort, typed.text, confirmed=confirmed(data, {"text": typed.text})
            )
            await plead(unit, here.actor, here.partnership, here.pack, new, turn.now)
            sent = f"Thank you. The {here.pack.terms.officer} has been told, and will come back to you."
            return await _outcome(unit, turn, here, data, replace(shown, text="", sent=sent))
    except Mistakes as mistakes:
        shown = replace(shown, error=mistakes.fields.get("text", mistakes.text))
    except AskFirst as question:
        shown = replace(shown, check=question.findings)
    async with turn.house.open_unit() as unit:
        here = await _here(unit, turn, data)
        return await _outcome(unit, turn, here, data, shown)


async def _outcome(unit: Unit, turn: Turn, here: Here, data: Mapping[str, Any], shown: QueryShown) -> Answer:
    view = await outcome_view(
        unit, here.actor, here.partnership, here.pack, number(data, "request"), number(data, MEETING), turn.now
    )
    if not view.sides:
        raise NotFound("I cannot find that any more.")
    return _shown(outcome_card(view, shown))


async def draw_conclusion(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """What the meeting came to, for whoever is still the chair or an officer."""
    here = await here_of(unit, desk, owed)
    if here is None or not may(here.actor, "record_decisions"):
        return None
    view = await conclusion_view(unit, here.actor, desk.partnership, desk.pack, int(owed.subject["meeting"]), desk.now)
    return conclusion_card(view)


async def agreed(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Record that somebody of a missing sector agreed."""
    rule, person, day = read_agreement(data)
    errors: Mapping[str, str] = {}
    try:
        async with turn.house.open_unit() as unit:
            here = await _here(unit, turn, data)
            await record_agreement(
                unit, here.actor, here.partnership, here.pack, number(data, MEETING), rule, person, read_date(day),
                turn.now,
            )  # fmt: skip
    except Mistakes as mistakes:
        errors = mistakes.fields
    async with turn.house.open_unit() as unit:
        here = await _here(unit, turn, data)
        return await _conclusion(unit, turn, here, data, errors=errors, rule=rule, tries=count(data, "n") + 1)


async def confirm_all(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """The chair confirms what was decided, once every missing sector has agreed."""
    async with turn.house.open_unit() as unit:
        here = await _here(unit, turn, data)
        await confirm(unit, here.actor, here.partnership, here.pack, number(data, MEETING), turn.now)
        return await _conclusion(unit, turn, here, data, note="Confirmed. Each agency is told its outcome now.")


async def carry(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """The chair takes everything up again at the next meeting."""
    async with turn.house.open_unit() as unit:
        here = await _here(unit, turn, data)
        await carry_over(unit, here.actor, here.partnership, here.pack, number(data, MEETING), turn.now)
        return await _conclusion(unit, turn, here, data, note="Carried over. Nothing of it has taken effect.")


async def _conclusion(unit: Unit, turn: Turn, here: Here, data: Mapping[str, Any], **more: Any) -> Answer:
    view = await conclusion_view(unit, here.actor, here.partnership, here.pack, number(data, MEETING), turn.now)
    return _shown(conclusion_card(view, **more))


async def draw_close(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """For the chair: an item that can be closed. Nothing where it is asked about again by now."""
    here = await here_of(unit, desk, owed)
    if here is None or not may(here.actor, "close_items"):
        return None
    view = await item_view(unit, here.actor, desk.partnership, int(owed.subject["request"]))
    if view.state == "pending" and owed.replaces_id is None:
        return None
    return close_card(view, here.actor.person_id)


async def close(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """The chair closes an item."""
    async with turn.house.open_unit() as unit:
        here = await _here(unit, turn, data)
        request_id = number(data, REQUEST)
        await close_item(unit, here.actor, here.partnership, here.pack, request_id, turn.now)
        return _shown(close_card(await item_view(unit, here.actor, here.partnership, request_id), here.actor.person_id))


async def draw_reopen(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """What has ended and can be asked again; of one agency, organisation or item where it was named."""
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    kind, key = next(iter(owed.subject.get("target", [])), ("", ""))
    if desk.public:
        return private_offer(desk.partnership.id, Question(REOPENING, kind, key), IN_PRIVATE)
    about: dict[str, Any] = {}
    if kind == "item":
        sort, _, row = key.partition(":")
        about["learning_id" if sort == "learning" else "request_id"] = int(row)
    elif kind:
        rows = await seats(unit, desk.partnership.id)
        of = (
            {one.id for one in rows if key in (str(one.id), "")}
            if kind == "seat"
            else {one.id for one in rows if str(one.organisation_id) == key}
        )
        about["seat_ids"] = frozenset(of)
    view = await reopen_view(unit, here.actor, desk.partnership, desk.pack, desk.now, **about)
    return reopen_card(view)


async def ask_again(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """The chair has an agency asked again."""
    loop_id, reason = read_reopening(data)
    more: dict[str, Any] = {"tries": count(data, "n") + 1, "typed": (str(loop_id or ""), reason)}
    try:
        async with turn.house.open_unit() as unit:
            here = await _here(unit, turn, data)
            if loop_id is None:
                raise Mistakes({"loop": "Please choose which."})
            title = await reopen(
                unit, here.actor, here.partnership, here.pack, loop_id, reason, turn.now,
                confirmed=confirmed(data, {"reason": reason}),
            )  # fmt: skip
            more = {"note": f"Asked again: {title}."}
    except Mistakes as mistakes:
        more["error"] = next(iter(mistakes.fields.values()), mistakes.text)
    except AskFirst as question:
        more["check"] = question.findings
    async with turn.house.open_unit() as unit:
        here = await _here(unit, turn, data)
        view = await reopen_view(unit, here.actor, here.partnership, here.pack, turn.now)
        return _shown(reopen_card(view, **more))


async def _here(unit: Unit, turn: Turn, data: Mapping[str, Any]) -> Here:
    here = await who(unit, turn, number(data, PARTNERSHIP))
    if not turn.private:
        raise NotAllowed(ONLY_PRIVATE)
    return here


def _shown(made: Card) -> Answer:
    return ShowCard(made.content, made.summary)


COMMANDS = (
    Command(
        Word(REOPENING, ("reopen",), takes="optional target"),
        "Ask an agency again after its part had ended. Add an agency or item to see just that.",
        "reply.reopen", who=("chair", "vice_chair"),
    ),
)  # fmt: skip
PRESSES = {QUERY: query, AGREED: agreed, CONFIRM: confirm_all, CARRY: carry, CLOSE: close, REOPEN: ask_again}
NOTICES = {
    "outcome": draw_outcome,
    "concluded": draw_conclusion,
    "close_item": draw_close,
    "reply.reopen": draw_reopen,
}
