"""Reports to the board: the draft, what each agency sees beforehand, approval, the document and the channel's card."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from assurance.asking import Word
from assurance.channel_view import reachable
from assurance.highlight_approving import (
    CHANNEL,
    SENTENCE,
    Typed,
    approve_report,
    bring_up_to_date,
    query_sentence,
    save_report,
    show_agencies,
)
from assurance.highlight_draft import (
    QUERY,
    ApprovedReport,
    ReportDraft,
    query_view,
    read_report,
    report_draft,
    report_list,
    sentence_view,
)
from assurance.highlight_drafting import DRAFTED, NUDGE, READY, start_report
from assurance.highlights import GONE, report_now, report_view
from assurance.owing import owe
from assurance.permissions import CO_OPTEE, MEMBER, may, require
from assurance.refusals import AskFirst, Mistakes, NotAllowed, NotFound, OutOfDate, Refusal
from assurance.summary_approving import Changed
from bot.documents import highlights as paper
from bot.documents import word
from bot.edge.answers import Answer, Say, ShowCard
from bot.handing_over import Described, FileKind, hand_over
from bot.handlers.helping import here_of
from bot.house import House
from bot.tables import Command, Desk
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards.asking import Question, private_offer
from cards.identifiable import confirmed
from cards.parts import Card
from cards.report import FULL, KIND, OPEN, REPORT, START, WORD, approved_card, full_card, list_card, report_card
from cards.report_draft import APPROVE, RENEW, SAVE, SHOW, Sent, draft_card, nudge_card, read_draft
from cards.report_sentence import QUERY as ASK
from cards.report_sentence import SEAT, query_card, read_query, sentence_card
from storage.notices import Notice
from storage.unit import Unit

Data = Mapping[str, Any]
REPLY, WHOLE, FILE = "reply.highlights", "report_full", "report"
PRIVATELY = "Please open this in our private chat: type highlights there."
SENT_PRIVATELY = "I have sent it to you in our own chat, where only you see it."
NO_WAY = "I cannot show it here for you alone. Please open this channel in Teams on a computer."


async def draw_reply(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """What waits and what there is; in private only."""
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    if desk.public:
        return private_offer(desk.partnership.id, Question("highlights"), PRIVATELY)
    found = await report_list(unit, here.actor, desk.partnership, desk.pack)
    waiting = [one for one in found.found if one.draft]
    if len(waiting) == 1:
        return _draft(await _view(unit, here, waiting[0].report_id, desk.now))
    return list_card(found)


async def draw_channel(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The channel's one card of an approved report."""
    found = await report_now(unit, desk.partnership, desk.pack, int(owed.subject["report"]), desk.now)
    if not found.approved:
        return None
    return report_card(await report_view(unit, desk.partnership, desk.pack, found))


async def draw_draft(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The draft; once it is approved, cards that stand already say so, and no new one goes out."""
    view = await _view_of_draft(unit, desk, owed)
    if view is None or (isinstance(view, ApprovedReport) and owed.replaces_id is None):
        return None
    return _draft(view)


async def draw_nudge(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """That a draft waits; not once agencies were shown it."""
    view = await _view_of_draft(unit, desk, owed)
    return nudge_card(view, ready=False) if isinstance(view, ReportDraft) and view.unseen else None


async def draw_ready(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """That it can be approved from today; not where something changed since."""
    view = await _view_of_draft(unit, desk, owed)
    waits = isinstance(view, ReportDraft) and not view.unseen and view.from_day and view.from_day <= view.today
    return nudge_card(view, ready=True) if isinstance(view, ReportDraft) and waits else None


async def _view_of_draft(unit: Unit, desk: Desk, owed: Notice) -> ReportDraft | ApprovedReport | None:
    """The draft as its reader sees it; None for whoever is no officer or chair any more."""
    here = await here_of(unit, desk, owed)
    if here is None or not may(here.actor, "edit_highlights"):
        return None
    return await _view(unit, here, int(owed.subject["report"]), desk.now)


async def _view(unit: Unit, here: Here, report_id: int, now: datetime) -> ReportDraft | ApprovedReport:
    return await report_draft(unit, here.actor, here.partnership, here.pack, report_id, now)


def _draft(view: ReportDraft | ApprovedReport, sent: Sent | None = None, note: str = "") -> Card:
    return approved_card(view, note) if isinstance(view, ApprovedReport) else draft_card(view, sent)


async def draw_sentence(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """What a report would tell of a person's agencies; nothing where it tells nothing of them by now."""
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    report_id = int(owed.subject["report"])
    try:
        return sentence_card(
            await sentence_view(unit, here.actor, desk.partnership, desk.pack, report_id, desk.now)
        )  # fmt: skip
    except (NotAllowed, NotFound):
        return None


async def draw_query(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """What an agency asks about its sentence, for whoever is still an officer or the chair."""
    here = await here_of(unit, desk, owed)
    if here is None or not may(here.actor, "edit_highlights"):
        return None
    report_id, seat_id, text_id, by = (int(owed.subject[key]) for key in ("report", "seat", "text", "by"))
    return query_card(await query_view(unit, desk.partnership, desk.pack, report_id, seat_id, text_id, by, desk.now))


async def draw_whole(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The whole report in a member's own chat."""
    here = await here_of(unit, desk, owed)
    return None if here is None else await _whole(unit, here, int(owed.subject["report"]), desk.now)


async def _whole(unit: Unit, here: Here, report_id: int, now: datetime) -> Card:
    view = await read_report(unit, here.actor, here.partnership, here.pack, report_id, now)
    return full_card(view, document=may(here.actor, "take_report"))


async def on_full(turn: Turn, data: Data) -> Answer:
    """Show a member the whole report for their eyes only; where others would see it, in a chat of their own."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        report_id = number(data, REPORT)
        made = await _whole(unit, here, report_id, turn.now)
        if turn.private or not turn.by_message:
            return _shown(made)
        if not await reachable(unit, here.actor):
            return Say(NO_WAY)
        await owe(
            unit, here.partnership.id, f"{WHOLE}:{report_id}:{here.actor.person_id}:{turn.activity_id}", WHOLE,
            now=turn.now, subject={"report": report_id}, person_id=here.actor.person_id, rank=0,
        )  # fmt: skip
    return Say(SENT_PRIVATELY)


async def on_open(turn: Turn, data: Data) -> Answer:
    """Open a draft, or an approved report, in private."""
    if not turn.private:
        return Say(PRIVATELY)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        require(here.actor, "see_highlights")
        report_id = number(data, REPORT)
        if may(here.actor, "edit_highlights"):
            return _shown(_draft(await _view(unit, here, report_id, turn.now)))
        return _shown(await _whole(unit, here, report_id, turn.now))


async def on_start(turn: Turn, data: Data) -> Answer:
    """Draft a report that comes only when it is asked for."""
    if not turn.private:
        return Say(PRIVATELY)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        kind = data.get(KIND)
        if not isinstance(kind, str):
            raise NotFound(GONE)
        row = await start_report(unit, here.actor, here.partnership, here.pack, kind, turn.now)
        return _shown(_draft(await _view(unit, here, row.id, turn.now)))


Act = Callable[[Unit, Here, int, Typed, datetime], Awaitable[str]]


async def _save(unit: Unit, here: Here, report_id: int, typed: Typed, now: datetime) -> str:
    await save_report(unit, here.actor, here.partnership, here.pack, report_id, typed, now)
    return "Saved. This is how it reads now."


async def _show(unit: Unit, here: Here, report_id: int, typed: Typed, now: datetime) -> str:
    shown = await show_agencies(unit, here.actor, here.partnership, here.pack, report_id, typed, now)
    return f"{shown} {'agency is' if shown == 1 else 'agencies are'} being shown the sentence about themselves."


async def _renew(unit: Unit, here: Here, report_id: int, typed: Typed, now: datetime) -> str:
    await bring_up_to_date(unit, here.actor, here.partnership, here.pack, report_id, typed, now)
    return "Counted anew. Whoever's sentence differs now has to be shown it again."


async def _approve(unit: Unit, here: Here, report_id: int, typed: Typed, now: datetime) -> str:
    await approve_report(unit, here.actor, here.partnership, here.pack, report_id, typed, now)
    return ""


def changing(verb: str, act: Act) -> Callable[[Turn, Data], Awaitable[Answer]]:
    """A handler that does something to a draft and shows how it stands, or shows it again with all that was typed."""

    async def press(turn: Turn, data: Data) -> Answer:
        if not turn.private:
            return Say(PRIVATELY)
        report_id = number(data, REPORT)
        typed = read_draft(data, confirmed=False)
        typed = replace(typed, confirmed=confirmed(data, typed.written))
        note = ""
        try:
            async with turn.house.open_unit() as unit:
                here = await who(unit, turn, number(data, PARTNERSHIP))
                sent = Sent(note=await act(unit, here, report_id, typed, turn.now))
            if verb == APPROVE:
                note = await _offered(turn, data, report_id)
        except Mistakes as wrong:
            sent = Sent(typed, errors=wrong.fields, verb=verb)
        except AskFirst as asked:
            sent = Sent(typed, findings=asked.findings, verb=verb)
        except (Changed, OutOfDate) as changed:
            sent = Sent(typed, note=changed.text, wrong=True)
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            return _shown(_draft(await _view(unit, here, report_id, turn.now), sent, note))

    return press


async def _offered(turn: Turn, data: Data, report_id: int) -> str:
    """Hand the document over; what was approved stays approved where that cannot be done."""
    try:
        return await hand_over(turn, number(data, PARTNERSHIP), FILE, {REPORT: report_id})
    except Refusal as refusal:
        return refusal.text


async def on_query(turn: Turn, data: Data) -> Answer:
    """Give the officer what an agency asks about its sentence, and thank for it."""
    if not turn.private:
        return Say(PRIVATELY)
    typed, report_id = read_query(data), number(data, REPORT)
    shown = replace(typed, tries=typed.tries + 1)
    try:
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            await query_sentence(
                unit, here.actor, here.partnership, here.pack, report_id, number(data, SEAT), typed.text, turn.now,
                confirmed=confirmed(data, {"text": typed.text}),
            )  # fmt: skip
            sent = f"Thank you. The {here.pack.terms.officer} has been told, and will come back to you."
            shown = replace(shown, text="", sent=sent)
    except Mistakes as mistakes:
        shown = replace(shown, error=mistakes.fields.get("text", mistakes.text))
    except AskFirst as question:
        shown = replace(shown, check=question.findings)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        view = await sentence_view(unit, here.actor, here.partnership, here.pack, report_id, turn.now)
        return _shown(sentence_card(view, shown))


async def on_word(turn: Turn, data: Data) -> Answer:
    """Hand over the document, and say where it comes."""
    if not turn.private:
        return Say(PRIVATELY)
    return Say(await hand_over(turn, number(data, PARTNERSHIP), FILE, data))


def _read_file(data: Data) -> dict[str, Any]:
    return {REPORT: number(data, REPORT)}


async def _describe(unit: Unit, here: Here, subject: Mapping[str, Any], now: datetime) -> Described:
    require(here.actor, "take_report")
    view = await read_report(unit, here.actor, here.partnership, here.pack, int(subject[REPORT]), now)
    name = word.file_name(view.title, ending=".docx")
    return Described(name, f"the document: {view.title}", f"report:{view.report_id}")


async def _make(house: House, here: Here, subject: Mapping[str, Any], path: Path) -> None:
    async with house.open_unit() as unit:
        require(here.actor, "take_report")
        view = await read_report(unit, here.actor, here.partnership, here.pack, int(subject[REPORT]), house.now())
    await asyncio.to_thread(lambda: path.write_bytes(paper.report_paper(view)))


def _shown(made: Card) -> ShowCard:
    return ShowCard(made.content, made.summary)


COMMANDS = (
    Command(
        Word("highlights", ("highlights", "highlight report", "reports")),
        "The reports to the board: what waits for approval, and those that were sent.",
        REPLY,
        who=("officer", "chair", "vice_chair", MEMBER, CO_OPTEE),
    ),
)
PRESSES = {
    OPEN: on_open, FULL: on_full, START: on_start, WORD: on_word, ASK: on_query, SAVE: changing(SAVE, _save),
    SHOW: changing(SHOW, _show), RENEW: changing(RENEW, _renew), APPROVE: changing(APPROVE, _approve),
}  # fmt: skip
NOTICES = {
    REPLY: draw_reply, CHANNEL: draw_channel, DRAFTED: draw_draft, NUDGE: draw_nudge, READY: draw_ready,
    SENTENCE: draw_sentence, QUERY: draw_query, WHOLE: draw_whole,
}  # fmt: skip
FILE_KINDS = {FILE: FileKind(_read_file, _describe, _make)}
