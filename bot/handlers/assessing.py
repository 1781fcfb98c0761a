"""The meeting at work: who is here, one return after another, the rest together; recorded as the group decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assurance.asking import Word
from assurance.assess_view import AssessView, assess_view, one_view
from assurance.attendance import attendance_view, take_attendance
from assurance.conclusion_view import decided_words
from assurance.dates import count_words
from assurance.deciding import DecidedMeanwhile, Sent, decide, decide_together, undo
from assurance.decision_drafts import drop_words, keep_words
from assurance.papers import mark_discuss
from assurance.refusals import AskFirst, Mistakes, NotAllowed, NotFound, OutOfDate
from bot.edge.answers import Answer, ShowCard
from bot.handlers.asking import IN_PRIVATE
from bot.handlers.helping import here_of
from bot.tables import Command, Desk
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards.asking import Question, private_offer
from cards.assess import (
    BACK,
    DECISION,
    GO,
    KEEP_GO,
    MEETING,
    NEXT,
    ONE,
    OVERVIEW,
    RECORD,
    RETURN,
    UNDECIDED,
    UNDO,
    WHERE,
    Line,
    Typed,
    one_card,
    read_one,
)
from cards.assess_overview import overview_card, read_go_to
from cards.assess_rest import ASIDE, TOGETHER, read_rest, read_seen, rest_card
from cards.attendance import SAVE, SHOW, attendance_card, read_attendance
from cards.elements import Action
from cards.parts import Card, button
from cards.request import count
from storage.notices import Notice
from storage.unit import Unit

ASSESS = "assess"
ONLY_PRIVATE = "What agencies say is shown in our own chat only. Please type assess there."
OFFICE = ("officer", "chair", "vice_chair")


async def draw_assess(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The meeting that is on, at the first return that waits; in private only."""
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    if desk.public:
        return private_offer(desk.partnership.id, Question(ASSESS), IN_PRIVATE)
    view = await assess_view(unit, here.actor, desk.partnership, desk.pack, desk.now)
    if not view.taken:
        form = await attendance_view(unit, here.actor, desk.partnership, desk.pack, view.meeting_id, desk.now)
        return attendance_card(form)
    return await _waiting(unit, here, view, desk, Line())


async def _waiting(
    unit: Unit, here: Here, view: AssessView, at: Desk | Turn, line: Line, after: int | None = None
) -> Card:
    """What comes next: the next return that is taken by itself, then the rest together, then the overview."""
    if after is None:
        single = next((one for one in view.singles if one.decision is None and one.answered), None)
    else:
        single = view.after(after)
    if single is not None:
        shown = await one_view(unit, here.actor, here.partnership, here.pack, at.now, view.meeting_id, single.return_id)
        return one_card(shown, line)
    return rest_card(view, line) if view.rest else _overview(here, view, line)


def _overview(here: Here, view: AssessView, line: Line) -> Card:
    return overview_card(
        view, {one.return_id: decided_words(here.pack, one, beside=False) for one in view.every}, line
    )  # fmt: skip


async def _go_to(unit: Unit, turn: Turn, here: Here, data: Mapping[str, Any], line: Line) -> Card:
    """The page that a button leads to. Raises OutOfDate where nobody was noted as present, and NotFound."""
    meeting_id, where = number(data, MEETING), data.get(WHERE)
    view = await assess_view(unit, here.actor, here.partnership, here.pack, turn.now, meeting_id)
    if not view.taken:
        raise OutOfDate("Please note first who is here: type assess.")
    if where == OVERVIEW:
        return _overview(here, view, line)
    if where in (NEXT, BACK, ONE):
        chosen = read_go_to(data) if where == ONE and RETURN not in data else number(data, RETURN)
        if chosen is None:
            return _overview(here, view, Line("Please choose an answer first."))
        if where == NEXT:
            return await _waiting(unit, here, view, turn, line, after=chosen)
        before = view.beside(chosen, -1) if where == BACK else view.named(chosen)
        if before is None:
            return _overview(here, view, line)
        shown = await one_view(unit, here.actor, here.partnership, here.pack, turn.now, meeting_id, before.return_id)
        return one_card(shown, line)
    return await _waiting(unit, here, view, turn, line)


async def go(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Turn to another page of the meeting."""
    async with turn.house.open_unit() as unit:
        here = await _here(unit, turn, data)
        return _shown(await _go_to(unit, turn, here, data, Line()))


async def keep_and_go(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Go on without recording: the words that were typed are kept for whoever typed them."""
    typed = read_one(data)
    try:
        async with turn.house.open_unit() as unit:
            here = await _here(unit, turn, data)
            await assess_view(unit, here.actor, here.partnership, here.pack, turn.now, number(data, MEETING))
            kept = await keep_words(
                unit, here.actor, here.partnership, number(data, RETURN), typed.words, turn.now,
                confirmed=typed.confirmed,
            )  # fmt: skip
            line = Line("What you had typed is kept, and not recorded yet.") if kept else Line()
            return _shown(await _go_to(unit, turn, here, data, line))
    except AskFirst as question:
        return await _one_again(turn, data, replace(typed, check=question.findings))


async def record(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Record what the group decided about one return, and show the next; or show it again with what is to be mended."""
    typed = read_one(data)
    try:
        async with turn.house.open_unit() as unit:
            here = await _here(unit, turn, data)
            view = await one_view(
                unit, here.actor, here.partnership, here.pack, turn.now, number(data, MEETING), number(data, RETURN)
            )
            sent = Sent(
                view.one.return_id, count(data, "seen"), count(data, "v"),
                typed.led_by if typed.led_by is not None else view.leader, typed.proposed, typed.confirmed,
            )  # fmt: skip
            kept = await decide(unit, here.actor, here.partnership, here.pack, view.meeting.meeting_id, sent, turn.now)
            await drop_words(unit, here.actor, here.partnership, view.one.return_id)
            after = await one_view(
                unit, here.actor, here.partnership, here.pack, turn.now, view.meeting.meeting_id, view.one.return_id
            )
            line = Line(f"Recorded for {after.one.name}: {decided_words(here.pack, after.one)}.", kept.id)
            return _shown(await _waiting(unit, here, after.meeting, turn, line, after=view.one.return_id))
    except Mistakes as mistakes:
        return await _one_again(turn, data, replace(typed, errors=mistakes.fields))
    except AskFirst as question:
        return await _one_again(turn, data, replace(typed, check=question.findings))
    except DecidedMeanwhile as meanwhile:
        text = f"{meanwhile.text} Yours is not recorded; what you typed is below."
        return await _one_again(turn, data, replace(typed, levels={}), Line(text))


async def _one_again(turn: Turn, data: Mapping[str, Any], typed: Typed, line: Line | None = None) -> Answer:
    """The same return, with everything that was typed. Nothing of it was stored."""
    async with turn.house.open_unit() as unit:
        here = await _here(unit, turn, data)
        view = await one_view(
            unit, here.actor, here.partnership, here.pack, turn.now, number(data, MEETING), number(data, RETURN)
        )
        return _shown(one_card(view, line, replace(typed, tries=typed.tries + 1)))


async def take_back(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Undo a decision, and show the return that it was about."""
    async with turn.house.open_unit() as unit:
        here = await _here(unit, turn, data)
        undone = await undo(unit, here.actor, here.partnership, here.pack, number(data, DECISION), turn.now)
        view = await one_view(
            unit, here.actor, here.partnership, here.pack, turn.now, undone.meeting_id, undone.return_id
        )
        return _shown(one_card(view, Line("Undone. Nothing is recorded here now.")))


async def record_together(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Record the same for all that the pressed card named."""
    typed, _ = read_rest(data)
    try:
        async with turn.house.open_unit() as unit:
            here = await _here(unit, turn, data)
            meeting_id = number(data, MEETING)
            shown = read_seen(data)
            if not shown:
                raise NotFound("I cannot find those answers among those of this meeting any more.")
            sent = []
            for return_id, version in shown:
                view = await one_view(unit, here.actor, here.partnership, here.pack, turn.now, meeting_id, return_id)
                keys = {line.key for line in view.one.lines}
                levels = {key: level for key, level in typed.levels.items() if key in keys}
                proposed = replace(typed.proposed, levels=levels)
                sent.append(Sent(return_id, 0, version, view.leader, proposed, typed.confirmed))
            kept = await decide_together(unit, here.actor, here.partnership, here.pack, meeting_id, sent, turn.now)
            after = await assess_view(unit, here.actor, here.partnership, here.pack, turn.now, meeting_id)
            line = Line(f"Recorded, the same for {count_words(len(kept))}.")
            if len(kept) == 1:
                one = after.named(kept[0].return_id)
                line = Line(f"Recorded for {one.name}: {decided_words(here.pack, one)}.", kept[0].id)
            return _shown(await _waiting(unit, here, after, turn, line))
    except Mistakes as mistakes:
        return await _rest_again(turn, data, replace(typed, errors=mistakes.fields))
    except AskFirst as question:
        return await _rest_again(turn, data, replace(typed, check=question.findings))
    except DecidedMeanwhile as meanwhile:
        return await _rest_again(turn, data, typed, Line(f"{meanwhile.text} Nothing was recorded."))


async def _rest_again(turn: Turn, data: Mapping[str, Any], typed: Typed, line: Line | None = None) -> Answer:
    async with turn.house.open_unit() as unit:
        here = await _here(unit, turn, data)
        view = await assess_view(unit, here.actor, here.partnership, here.pack, turn.now, number(data, MEETING))
        if not view.rest:
            return _shown(_overview(here, view, line or Line()))
        return _shown(rest_card(view, line, replace(typed, tries=typed.tries + 1)))


async def set_aside(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Take some of the rest one by one: they are marked to be talked about."""
    typed, chosen = read_rest(data)
    if not chosen:
        return await _rest_again(turn, data, typed, Line("Please tick those first."))
    async with turn.house.open_unit() as unit:
        here = await _here(unit, turn, data)
        view = await assess_view(unit, here.actor, here.partnership, here.pack, turn.now, number(data, MEETING))
        for one in sorted(chosen):
            await mark_discuss(
                unit, here.actor, here.partnership, here.pack, view.meeting_id, one, turn.now, marked=True
            )
        after = await assess_view(unit, here.actor, here.partnership, here.pack, turn.now, view.meeting_id)
        return _shown(await _waiting(unit, here, after, turn, Line()))


async def show_attendance(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """The form of who is here."""
    async with turn.house.open_unit() as unit:
        here = await _here(unit, turn, data)
        view = await attendance_view(unit, here.actor, here.partnership, here.pack, number(data, MEETING), turn.now)
        return _shown(attendance_card(view, after=_onward(view.partnership_id, here, view.meeting_id, view.taken)))


async def save_attendance(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Note who is here, and say whether it is a quorum."""
    sent, errors = read_attendance(data), dict[str, str]()
    async with turn.house.open_unit() as unit:
        here = await _here(unit, turn, data)
        meeting_id = number(data, MEETING)
        try:
            await take_attendance(unit, here.actor, here.partnership, here.pack, meeting_id, sent, turn.now)
        except Mistakes as mistakes:
            errors = mistakes.fields
        view = await attendance_view(unit, here.actor, here.partnership, here.pack, meeting_id, turn.now)
        onward = _onward(view.partnership_id, here, meeting_id, view.taken)
        typed = sent if errors else None
        return _shown(attendance_card(view, errors=errors, typed=typed, tries=count(data, "n") + 1, after=onward))


def _onward(partnership_id: int, here: Here, meeting_id: int, taken: bool) -> list[Action]:
    data = {PARTNERSHIP: partnership_id, "to": here.actor.person_id, MEETING: meeting_id, WHERE: UNDECIDED}
    return [button("Go on to the answers", GO, data, primary=True, collect=False)] if taken else []


async def _here(unit: Unit, turn: Turn, data: Mapping[str, Any]) -> Here:
    """Who presses; evidence is never shown where others see it. Raises NotAllowed there."""
    here = await who(unit, turn, number(data, PARTNERSHIP))
    if not turn.private:
        raise NotAllowed(ONLY_PRIVATE)
    return here


def _shown(made: Card) -> Answer:
    return ShowCard(made.content, made.summary)


COMMANDS = (
    Command(
        Word(ASSESS, ("assess", "assess returns", "record decisions")),
        "In the meeting: who is here, and what the group decides about each answer.",
        "reply.assess", who=OFFICE, menu=("personal",),
    ),
)  # fmt: skip
PRESSES = {
    RECORD: record,
    UNDO: take_back,
    GO: go,
    KEEP_GO: keep_and_go,
    TOGETHER: record_together,
    ASIDE: set_aside,
    SHOW: show_attendance,
    SAVE: save_attendance,
}
NOTICES = {"reply.assess": draw_assess}
