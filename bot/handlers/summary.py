"""The quarterly summary: its draft, its post in the channel, the full table for members, and asking for any quarter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from assurance.asking import Word
from assurance.channel_view import reachable
from assurance.issuing import today_in
from assurance.owing import owe
from assurance.permissions import CO_OPTEE, LD_LEAD, MEMBER, may, require
from assurance.quarters import Quarter, before, quarter_keyed, quarter_of, read_quarter
from assurance.refusals import AskFirst, Mistakes, NotFound, OutOfDate
from assurance.summaries import GONE, summary_of
from assurance.summary_approving import CHANNEL, DRAFTED, NUDGE, Changed, Typed, approve, save_draft
from assurance.summary_asked import Found, find_summary
from assurance.summary_draft import Approved, DraftView, draft_view, summary_view
from assurance.summary_rows import rows_view
from bot.edge.answers import Answer, Say, ShowCard
from bot.handlers.asking import in_group_channel
from bot.handlers.helping import here_of
from bot.tables import Command, Desk, Heard, Subject
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards.elements import Action
from cards.identifiable import confirmed
from cards.parts import Card
from cards.summary import OPEN, QUARTER, REPORT, ROWS, SHOW, read_page, summary_card
from cards.summary_asked import (
    ASK,
    NEWEST,
    PRIVATE,
    did_you_mean_card,
    elsewhere_card,
    listed_buttons,
    none_card,
    not_read_card,
)
from cards.summary_draft import (
    APPROVE,
    SAVE,
    Sent,
    approved_card,
    draft_card,
    nudge_card,
    read_draft,
    written_in,
)
from cards.summary_rows import rows_card
from storage.notices import Notice
from storage.unit import Unit

Data = Mapping[str, Any]
TABLE, REPLY = "summary_rows", "reply.summary"
SENT_PRIVATELY = "I have sent it to you in our own chat, where only you see it."
NO_WAY = (
    "This version of Teams cannot show it here for you alone, and I cannot write to you in a chat of our own. "
    "Please open this channel in Teams on a computer."
)
PRIVATELY = "Please open this in our private chat: type summary there."


async def heard(unit: Unit, turn: Turn, here: Here, said: Heard) -> Subject:
    """Which quarter was typed, if any: the words themselves are not kept."""
    if not said.text:
        return {}
    meant = read_quarter(said.text, here.pack.year_start, today_in(here.pack, turn.now))
    if meant.sure is not None:
        return {"quarter": meant.sure.key}
    return {"maybe": [one.key for one in meant.maybe]}


async def draw_reply(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The summary that was asked for; in a channel nothing but what the channel may see."""
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    require(here.actor, "see_summary")
    start = desk.pack.year_start
    if "maybe" in owed.subject:
        maybe = [one for key in owed.subject["maybe"] if (one := quarter_keyed(start, key)) is not None]
        if maybe:
            return did_you_mean_card(desk.partnership.id, maybe)
        this = quarter_of(start, today_in(desk.pack, desk.now))
        return not_read_card(desk.partnership.id, this, before(start, this))
    quarter = quarter_keyed(start, str(owed.subject.get("quarter", "")))
    if desk.public and not in_group_channel(desk, owed):
        return elsewhere_card(desk.partnership.id, quarter)
    return await _found(unit, desk, here, quarter)


async def _found(unit: Unit, desk: Desk, here: Here, quarter: Quarter | None) -> Card:
    found = await find_summary(
        unit, here.actor, desk.partnership, desk.pack, quarter, desk.now, public=desk.public
    )  # fmt: skip
    if not isinstance(found, Found):
        return none_card(found, public=desk.public)
    if found.draft:
        return _draft(await draft_view(unit, here.actor, desk.partnership, desk.pack, found.report_id, desk.now))
    others = () if desk.public else found.others
    return await _posted(unit, desk, found.report_id, more=listed_buttons(desk.partnership.id, others))


async def _posted(unit: Unit, desk: Desk, report_id: int, *, more: Sequence[Action] = ()) -> Card:
    """An approved summary, as the channel has it. Raises NotFound for a draft."""
    summary = await summary_of(unit, desk.partnership, desk.pack, report_id, desk.now)
    if not summary.approved:
        raise NotFound(GONE)
    return summary_card(await summary_view(unit, desk.partnership, desk.pack, summary), more=more)


def _draft(view: DraftView | Approved, sent: Sent | None = None) -> Card:
    return approved_card(view) if isinstance(view, Approved) else draft_card(view, sent)


async def draw_channel(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The channel's one post of an approved summary."""
    return await _posted(unit, desk, int(owed.subject["report"]))


async def draw_draft(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The draft; once it is approved, cards that stand already say so, and no new one goes out."""
    view = await _view_of_draft(unit, desk, owed)
    if view is None or (isinstance(view, Approved) and owed.replaces_id is None):
        return None
    return _draft(view)


async def draw_nudge(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """That a draft waits; not once it is approved."""
    view = await _view_of_draft(unit, desk, owed)
    return None if view is None or isinstance(view, Approved) else nudge_card(view)


async def _view_of_draft(unit: Unit, desk: Desk, owed: Notice) -> DraftView | Approved | None:
    """The draft as its reader sees it; None for whoever is no officer or chair any more."""
    here = await here_of(unit, desk, owed)
    if here is None or not may(here.actor, "edit_summary"):
        return None
    return await draft_view(unit, here.actor, desk.partnership, desk.pack, int(owed.subject["report"]), desk.now)


async def draw_rows(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The full table in a member's own chat."""
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    report_id, page = int(owed.subject["report"]), int(owed.subject.get("page", 1))
    return rows_card(await rows_view(unit, here.actor, desk.partnership, desk.pack, report_id, desk.now, page))


async def on_rows(turn: Turn, data: Data) -> Answer:
    """Show a member the full table for their eyes only; where others would see it, in a chat of their own."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        report_id, page = number(data, REPORT), read_page(data)
        view = await rows_view(unit, here.actor, here.partnership, here.pack, report_id, turn.now, page)
        if turn.private or not turn.by_message:
            return _shown(rows_card(view))
        if not await reachable(unit, here.actor):
            return Say(NO_WAY)
        await owe(
            unit, here.partnership.id, f"{TABLE}:{report_id}:{here.actor.person_id}:{turn.activity_id}", TABLE,
            now=turn.now, subject={"report": report_id, "page": page}, person_id=here.actor.person_id, rank=0,
        )  # fmt: skip
    return Say(SENT_PRIVATELY)


async def on_show(turn: Turn, data: Data) -> Answer:
    """Back from the full table to the summary."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        require(here.actor, "see_summary")
        return _shown(await _posted(unit, _desk(turn, here), number(data, REPORT)))


async def on_open(turn: Turn, data: Data) -> Answer:
    """Open one summary, or a draft for whoever may change it."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        require(here.actor, "see_summary")
        report_id = number(data, REPORT)
        summary = await summary_of(unit, here.partnership, here.pack, report_id, turn.now)
        if summary.approved:
            return _shown(await _posted(unit, _desk(turn, here), report_id))
        if not turn.private:
            return Say(PRIVATELY)
        if not may(here.actor, "edit_summary"):
            raise NotFound(GONE)
        return _shown(_draft(await draft_view(unit, here.actor, here.partnership, here.pack, report_id, turn.now)))


async def on_ask(turn: Turn, data: Data) -> Answer:
    """The summary of the quarter that a button names."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        quarter = _quarter(here, data)
        desk = _desk(turn, here)
        if desk.public and turn.conversation.id.partition(";")[0] != here.partnership.channel_id:
            return _shown(elsewhere_card(here.partnership.id, quarter))
        return _shown(await _found(unit, desk, here, quarter))


async def on_private(turn: Turn, data: Data) -> Answer:
    """Send the summary to the presser's own chat; pressing twice within a minute sends it once."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        require(here.actor, "see_summary")
        subject = {} if data.get(QUARTER) == NEWEST else {"quarter": _quarter(here, data).key}
        minute = int(turn.now.timestamp()) // 60
        key = f"private:{here.actor.person_id}:{REPLY}:{subject.get('quarter', '')}:{minute}"
        await owe(
            unit, here.partnership.id, key, REPLY, now=turn.now, subject=subject, person_id=here.actor.person_id,
            rank=0,
        )  # fmt: skip
    return Say("I am sending it to you in our private chat.")


def _quarter(here: Here, data: Data) -> Quarter:
    key = data.get(QUARTER)
    found = quarter_keyed(here.pack.year_start, key) if isinstance(key, str) else None
    if found is None:
        raise NotFound("I cannot find that quarter.")
    return found


Act = Callable[[Unit, Here, Typed], Awaitable[None]]


async def on_save(turn: Turn, data: Data) -> Answer:
    """Keep what was ticked and written, and show the draft with it."""

    async def act(unit: Unit, here: Here, typed: Typed) -> None:
        await save_draft(unit, here.actor, here.partnership, here.pack, number(data, REPORT), typed, turn.now)

    return await _change(turn, data, act, approving=False)


async def on_approve(turn: Turn, data: Data) -> Answer:
    """Approve it: its figures are frozen and the channel's post is owed, once."""

    async def act(unit: Unit, here: Here, typed: Typed) -> None:
        await approve(unit, here.actor, here.partnership, here.pack, number(data, REPORT), typed, turn.now)

    return await _change(turn, data, act, approving=True)


async def _change(turn: Turn, data: Data, act: Act, *, approving: bool) -> Answer:
    """Do it and show how it stands; or show the draft again with all that was typed."""
    if not turn.private:
        return Say(PRIVATELY)
    typed = read_draft(data, confirmed=confirmed(data, written_in(data)))
    try:
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            await act(unit, here, typed)
        sent = Sent(note="Saved. This is how it would look now.")
    except Mistakes as wrong:
        sent = Sent(typed, errors=wrong.fields, approving=approving)
    except AskFirst as asked:
        sent = Sent(typed, findings=asked.findings, approving=approving)
    except (Changed, OutOfDate) as changed:
        sent = Sent(typed, note=changed.text)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        view = await draft_view(unit, here.actor, here.partnership, here.pack, number(data, REPORT), turn.now)
        return _shown(_draft(view, sent))


def _desk(turn: Turn, here: Here) -> Desk:
    return Desk(turn.house, here.partnership, here.pack, turn.now, public=not turn.private)


def _shown(made: Card) -> ShowCard:
    return ShowCard(made.content, made.summary)


COMMANDS = (
    Command(
        Word("summary", ("summary", "summaries", "quarterly summary"), takes="text"),
        "The quarterly summary. Add a quarter, such as Q3 2026-27, to see that one.",
        REPLY,
        who=("officer", "chair", "vice_chair", MEMBER, CO_OPTEE, LD_LEAD),
        menu=("personal", "team"),
        do=heard,
        reads=True,
    ),
)
PRESSES = {
    ROWS: on_rows, SHOW: on_show, OPEN: on_open, ASK: on_ask, PRIVATE: on_private, SAVE: on_save, APPROVE: on_approve,
}  # fmt: skip
NOTICES = {CHANNEL: draw_channel, DRAFTED: draw_draft, NUDGE: draw_nudge, TABLE: draw_rows, REPLY: draw_reply}
