"""Answering a request: its card, sending, saving, correcting, and the line that colleagues get."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.actors import actor_numbered
from assurance.answer_drafts import SavedMeanwhile, save_draft
from assurance.answer_form import Asked, asked_in, identifiable_in
from assurance.answering import Kept, Submission, answer_together
from assurance.dates import moment_words, time_words
from assurance.following_up import AGAIN
from assurance.issuing import today_in
from assurance.refusals import AskFirst, Mistakes, NotAllowed
from assurance.request_view import RequestView, request_view, said_as
from bot.edge.answers import Answer, ShowCard
from bot.edge.visit import answered
from bot.handlers.in_private import in_private, kept_private
from bot.tables import Desk
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards.parts import Card
from cards.receipt import words_again
from cards.request import (
    CORRECT,
    OPEN,
    SAVE,
    STILL_TRUE,
    SUBMIT,
    Received,
    Shown,
    count,
    read_answer,
    request_card,
    same_asked,
)
from cards.told_answer import told_answer_card
from storage.notices import Notice
from storage.unit import Unit

WORDS_AGAIN = "Your earlier words are in the form. Please choose the level, change what has changed, and send it."
NOT_YOURS = "This is another agency's request, so I have not stored anything."


async def draw_request(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """One person's card for one request, as it stands now."""
    if owed.person_id is None:
        return None
    actor = await actor_numbered(unit, desk.partnership.id, owed.person_id, today_in(desk.pack, desk.now))
    if actor is None:
        return None
    view = await request_view(unit, actor, desk.partnership, desk.pack, owed.subject["request"], desk.now)
    if owed.subject.get(AGAIN) and owed.replaces_id is None and not any(side.awaited for side in view.sides):
        return None  # the update came before its card's day
    return request_card(view, actor.person_id)


async def draw_told_answered(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """One line: a colleague has answered for the seat."""
    asked = await asked_in(unit, desk.partnership.id, owed.subject["return"])
    said = await said_as(unit, desk.partnership.id, asked.row.id, owed.subject["version"])
    actor = await actor_numbered(unit, desk.partnership.id, owed.person_id or 0, today_in(desk.pack, desk.now))
    if said is None or actor is None:
        return None
    view = await request_view(unit, actor, desk.partnership, desk.pack, asked.request.id, desk.now)
    side = view.side(asked.row.id)
    return told_answer_card(view, side, said, actor.person_id) if side else None


async def submit(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Keep the answer, and show the receipt in its place; or show the form again with what is to be mended."""
    try:
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            alone = not any(".also" in key and value == "true" for key, value in data.items())
            asked, received = await _read(unit, here, data, lock=alone)
            sent = [_submission(asked.row.id, data, received)]
            words = {"w": data.get("w")}
            sent += [_submission(other, words, received) for other in await _also(unit, turn, here, asked, received)]
            if received.errors:
                raise Mistakes(received.errors)
            kept = await answer_together(
                unit, here.actor, here.partnership, here.pack, sent, turn.now, known=asked if alone else None
            )
            answered("repeated" if kept[0].repeated else "saved")
            view = await _view(unit, turn, here, asked)
            line = await _what_became(unit, here, data, kept) or _of_an_earlier_round(view, asked)
            shown = Shown(return_id=asked.row.id, line=line)
            if kept_private(turn):
                return await in_private(unit, turn, here, asked.request.id, "Thank you. Your answer is stored.")
            return _as_answer(request_card(view, here.actor.person_id, shown))
    except (Mistakes, AskFirst) as refusal:
        answered("to_mend" if isinstance(refusal, Mistakes) else "asked_first")
        return await _show_again(turn, data, SUBMIT, refusal)


async def save(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Keep what was typed as the seat's draft, and go on with the same form."""
    try:
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            asked, received = await _read(unit, here, data)
            await save_draft(
                unit, here.actor, here.partnership, asked.row.id, received.values, turn.now,
                confirmed=received.confirmed, seen=count(data, "seen"),
            )  # fmt: skip
            if kept_private(turn):
                return await in_private(unit, turn, here, asked.request.id, "Your draft is saved.")
            view = await _view(unit, turn, here, asked)
            at = moment_words(turn.now, here.pack.timezone)
            line = f"Draft saved at {at}. You, or a colleague, can go on from here at any time."
            return _as_answer(request_card(view, here.actor.person_id, _again(data, asked, received, line=line)))
    except (AskFirst, SavedMeanwhile) as refusal:
        return await _show_again(turn, data, SAVE, refusal)


async def open_card(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Show a request, or the person's other seat's side of it. What was typed on this side is kept as a draft."""
    try:
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            view = await request_view(unit, here.actor, here.partnership, here.pack, number(data, "request"), turn.now)
            if kept_private(turn):
                return await in_private(unit, turn, here, view.request_id, "")
            line = await _keep_typed(unit, turn, here, view, data) if "from" in data else ""
            wanted = number(data, "return") if "return" in data else None
            return _as_answer(request_card(view, here.actor.person_id, Shown(return_id=wanted, line=line)))
    except (AskFirst, SavedMeanwhile) as refusal:
        return await _show_again(turn, {**data, "return": data["from"]}, SAVE, refusal)


async def correct(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Open the form again, filled with the last answer."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        asked = await asked_in(unit, here.partnership.id, number(data, "return"))
        view = await _view(unit, turn, here, asked)
        if kept_private(turn):
            return await in_private(unit, turn, here, asked.request.id, "")
        return _as_answer(request_card(view, here.actor.person_id, Shown(return_id=asked.row.id, correcting=True)))


async def _read(
    unit: Unit, here: Here, data: Mapping[str, Any], name: str = "return", *, lock: bool = False
) -> tuple[Asked, Received]:
    asked = await asked_in(unit, here.partnership.id, number(data, name), lock=lock)
    return asked, read_answer(asked.shown, asked.due, (asked.row.form_version_id, asked.row.id), data)


def _submission(return_id: int, data: Mapping[str, Any], received: Received) -> Submission:
    return Submission(
        return_id=return_id, base=count(data, "base"), values=received.values, confirmed=received.confirmed,
        seen_draft=count(data, "seen"), wording=count(data, "w") or None,
    )  # fmt: skip


async def _also(unit: Unit, turn: Turn, here: Here, asked: Asked, received: Received) -> list[int]:
    """The other returns of the same person to which this answer goes too (scenario 30); others are refused."""
    if not received.also:
        return []
    view = await _view(unit, turn, here, asked)
    mine = view.side(asked.row.id)
    for other in received.also:
        side = view.side(other)
        if mine is None or side is None or not same_asked(mine, side):
            raise NotAllowed(NOT_YOURS)
    return sorted(received.also)


async def _view(unit: Unit, turn: Turn, here: Here, asked: Asked) -> RequestView:
    """The person's own view of the request that this return belongs to. Raises NotAllowed where it is not theirs.

    The return may be one of an earlier round: then the view has a newer one of the same agency in its place.
    """
    view = await request_view(unit, here.actor, here.partnership, here.pack, asked.request.id, turn.now)
    if all(side.loop_id != asked.loop.id for side in view.sides):
        raise NotAllowed(NOT_YOURS)
    return view


async def _what_became(unit: Unit, here: Here, data: Mapping[str, Any], kept: list[Kept]) -> str:
    """What the sender should know beside the receipt: a colleague was quicker, or nothing was new."""
    first, zone = kept[0], here.pack.timezone
    if first.repeated:
        return "We have this answer already; it is stored once."
    if first.number > count(data, "base") + 1:
        before = await said_as(unit, here.partnership.id, first.return_id, first.number - 1)
        if before is not None and before.by_id != here.actor.person_id:
            return (
                f"{before.by} had answered at {time_words(before.at, zone)} while this form was open. "
                "Yours is now the newest answer; both are kept."
            )
    return ""


def _of_an_earlier_round(view: RequestView, asked: Asked) -> str:
    """What to say where the answer belongs to a round that is over, and a newer one is asked below it."""
    if view.side(asked.row.id) is not None:
        return ""
    return "Thank you. Your answer is kept with the earlier meeting. Below is what is asked for the next one."


async def still_true(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Put the earlier answer's words into the form, as a draft; what was typed stays, and nothing is sent."""
    try:
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            asked, received = await _read(unit, here, data)
            side = (await _view(unit, turn, here, asked)).side(asked.row.id)
            if side is None or not side.awaited:
                return _as_answer(request_card(await _view(unit, turn, here, asked), here.actor.person_id))
            typed = identifiable_in(asked.shown, received.values)
            if typed and not received.confirmed:
                raise AskFirst(typed)
            values = words_again(side) | dict(received.values)
            await save_draft(
                unit, here.actor, here.partnership, asked.row.id, values, turn.now, confirmed=True,
                seen=count(data, "seen"),
            )  # fmt: skip
            if kept_private(turn):
                return await in_private(unit, turn, here, asked.request.id, "Your earlier words are in the form.")
            again = Received(values, received.errors, received.also, received.confirmed)
            shown = _again(data, asked, again, line=WORDS_AGAIN)
            return _as_answer(request_card(await _view(unit, turn, here, asked), here.actor.person_id, shown))
    except (AskFirst, SavedMeanwhile) as refusal:
        return await _show_again(turn, data, SAVE, refusal)


def _again(data: Mapping[str, Any], asked: Asked, received: Received, **more: Any) -> Shown:
    return Shown(
        return_id=asked.row.id, correcting=True, values=received.values, also=received.also,
        tries=count(data, "n") + 1, seen=count(data, "seen"), **more,
    )  # fmt: skip


async def _show_again(
    turn: Turn, data: Mapping[str, Any], verb: str, refusal: Mistakes | AskFirst | SavedMeanwhile
) -> Answer:
    """The form as it was, with everything typed and what is to be mended. Nothing of it was stored."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        asked, received = await _read(unit, here, data)
        view = await _view(unit, turn, here, asked)
        if kept_private(turn):
            return await in_private(unit, turn, here, asked.request.id, f"{refusal.text} Nothing is stored yet.")
        errors = refusal.fields if isinstance(refusal, Mistakes) else {}
        check = refusal.findings if isinstance(refusal, AskFirst) else {}
        theirs = isinstance(refusal, SavedMeanwhile)
        shown = _again(data, asked, received, errors=errors, check=check, verb=verb, theirs=theirs)
        return _as_answer(request_card(view, here.actor.person_id, shown))


async def _keep_typed(unit: Unit, turn: Turn, here: Here, view: RequestView, data: Mapping[str, Any]) -> str:
    """Going over to another seat's form, what was typed on this one becomes its draft."""
    side = view.side(number(data, "from"))
    if side is None:
        return ""
    _, received = await _read(unit, here, data, "from")
    before = side.draft.values if side.draft else side.said.values if side.said else {}
    if not received.values or dict(before) == dict(received.values):
        return ""
    await save_draft(
        unit, here.actor, here.partnership, side.return_id, received.values, turn.now,
        confirmed=received.confirmed, seen=count(data, "seen"),
    )  # fmt: skip
    return f"What you had typed for {side.short} is saved as a draft."


def _as_answer(made: Card) -> Answer:
    return ShowCard(made.content, made.summary)


PRESSES = {SUBMIT: submit, SAVE: save, OPEN: open_card, CORRECT: correct, STILL_TRUE: still_true}
NOTICES = {"request": draw_request, "told_answered": draw_told_answered}
