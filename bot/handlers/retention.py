"""`retention`: how long records are kept, the removal that waits for the officer, and legal holds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from assurance.actors import actor_numbered
from assurance.asking import Word
from assurance.dates import day_words
from assurance.issuing import today_in
from assurance.permissions import require
from assurance.purging import TELL
from assurance.refusals import AskFirst, Mistakes
from assurance.retention import (
    ITEM,
    WHY,
    agree_to_purge,
    end_hold,
    hold_named,
    keep_everything,
    put_on_hold,
    retention_view,
)
from bot.edge.answers import Answer, Say, ShowCard
from bot.tables import Command, Desk, Heard, Subject
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards.identifiable import confirmed
from cards.managing import Typed
from cards.parts import Card
from cards.preview import in_private_card
from cards.retention import (
    AGREE,
    AT_HOLD,
    DO_HOLD,
    END,
    HOLD,
    KEEP,
    PRIVATELY,
    PURGE,
    SHOW,
    hold_card,
    read_hold,
    retention_card,
)
from storage.notices import Notice
from storage.retention import TOLD, newest_purge
from storage.unit import Unit

Data = Mapping[str, Any]
BEGUN = " A removal had begun by then: what had gone cannot be brought back, and what is on hold stays from now on."
Act = Callable[[Unit, Turn, Here, Data], Awaitable[str]]


async def draw_retention(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """As it stands now, in somebody's own chat only."""
    assert owed.person_id is not None
    actor = await actor_numbered(unit, desk.partnership.id, owed.person_id, today_in(desk.pack, desk.now))
    if actor is None:
        return None
    view = await retention_view(unit, actor, desk.partnership, desk.pack)
    return in_private_card("retention") if desk.public else retention_card(view)


async def do_hold(unit: Unit, turn: Turn, here: Here, heard: Heard) -> Subject:
    """An item named by its whole title, with a reason, is put on hold at once; anything less opens the form."""
    if not turn.private:
        return {}
    held, item = await hold_named(unit, here.actor, here.partnership, heard.text, turn.now)
    return {"held": held is not None, "item": item, "begun": held is not None and held.begun}


async def draw_hold(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """How it stands after that, or the form with the item that was named."""
    assert owed.person_id is not None
    actor = await actor_numbered(unit, desk.partnership.id, owed.person_id, today_in(desk.pack, desk.now))
    if actor is None:
        return None
    require(actor, "manage_retention")
    if desk.public:
        return in_private_card("hold")
    view, item = await retention_view(unit, actor, desk.partnership, desk.pack), str(owed.subject.get("item", ""))
    if owed.subject.get("held"):
        return retention_card(view, f"It is on hold.{BEGUN if owed.subject.get('begun') else ''}")
    return hold_card(view, Typed({ITEM: item}))


async def draw_purge(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """What has been kept for long enough; not where somebody decided meanwhile."""
    row = await newest_purge(unit, desk.partnership.id)
    if row is None or row.id != owed.subject["purge"] or row.state != TOLD:
        return None
    return await draw_retention(unit, desk, owed)


async def _shown(turn: Turn, data: Data, act: Act | None = None) -> Answer:
    if not turn.private:
        return Say(PRIVATELY)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        note = await act(unit, turn, here, data) if act is not None else ""
        made = retention_card(await retention_view(unit, here.actor, here.partnership, here.pack), note)
    return ShowCard(made.content, made.summary)


async def _form(turn: Turn, data: Data, typed: Typed | None = None) -> Answer:
    if not turn.private:
        return Say(PRIVATELY)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        require(here.actor, "manage_retention")
        made = hold_card(await retention_view(unit, here.actor, here.partnership, here.pack), typed)
    return ShowCard(made.content, made.summary)


async def _agree(unit: Unit, turn: Turn, here: Here, data: Data) -> str:
    day = await agree_to_purge(unit, here.actor, here.partnership, number(data, PURGE), turn.now)
    return f"Agreed. It goes from {day_words(day)} on; until then you can still keep everything."


async def _keep(unit: Unit, turn: Turn, here: Here, data: Data) -> str:
    if await keep_everything(unit, here.actor, here.partnership, number(data, PURGE), turn.now):
        return "Stopped. What had gone by then cannot be brought back; the rest stays. I ask again in a year."
    return "Nothing goes this time. I ask again in a year."


async def _end(unit: Unit, turn: Turn, here: Here, data: Data) -> str:
    await end_hold(unit, here.actor, here.partnership, number(data, AT_HOLD), turn.now)
    return "The hold is ended. What it kept can go with a later removal, if you agree then."


async def on_show(turn: Turn, data: Data) -> Answer:
    """How it stands."""
    return await _shown(turn, data)


async def on_agree(turn: Turn, data: Data) -> Answer:
    """The officer agrees to the removal."""
    return await _shown(turn, data, _agree)


async def on_keep(turn: Turn, data: Data) -> Answer:
    """Nothing goes this time."""
    return await _shown(turn, data, _keep)


async def on_end(turn: Turn, data: Data) -> Answer:
    """A hold ends."""
    return await _shown(turn, data, _end)


async def on_hold(turn: Turn, data: Data) -> Answer:
    """The form of a hold."""
    return await _form(turn, data)


async def on_do_hold(turn: Turn, data: Data) -> Answer:
    """Put it on hold; or the form again, with what was typed."""
    values = read_hold(data)

    async def hold(unit: Unit, turn: Turn, here: Here, data: Data) -> str:
        held = await put_on_hold(
            unit, here.actor, here.partnership, values[ITEM], values[WHY], turn.now,
            confirmed=confirmed(data, {WHY: values[WHY]}),
        )  # fmt: skip
        return f"On hold: {held.what}.{BEGUN if held.begun else ''}"

    try:
        return await _shown(turn, data, hold)
    except Mistakes as wrong:
        typed = Typed(values, errors=wrong.fields)
    except AskFirst as asked:
        typed = Typed(values, findings=asked.findings)
    return await _form(turn, data, typed)


COMMANDS = (
    Command(
        Word("retention", ("retention", "how long are records kept")),
        "How long records are kept, what may be removed, and what is on hold.", "reply.retention",
        who=("officer", "chair", "vice_chair"),
    ),
    Command(
        Word("hold", ("hold", "legal hold", "put on hold"), takes="text", changes=True),
        "Keep something whatever the schedule says: hold, its whole title, because, and why.", "reply.hold",
        who=("officer",), do=do_hold,
    ),
)  # fmt: skip
PRESSES = {SHOW: on_show, AGREE: on_agree, KEEP: on_keep, HOLD: on_hold, DO_HOLD: on_do_hold, END: on_end}
NOTICES = {"reply.retention": draw_retention, "reply.hold": draw_hold, TELL: draw_purge}
