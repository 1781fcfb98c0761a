"""Around a meeting: reminders to officers, what they note as done, and the meeting's calendar file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from assurance.actors import Actor, actor_numbered
from assurance.dates import day_words
from assurance.issuing import today_in
from assurance.learning_rules import read_date
from assurance.meeting_view import CalendarEntry, calendar_entry
from assurance.meeting_work import REMINDER, note_minutes, note_recording, still_to_do
from assurance.permissions import may
from assurance.refusals import Mistakes
from assurance.reviews import REMINDER as REVIEWS
from assurance.reviews import still_due
from bot.documents.calendar_file import calendar_file, file_name
from bot.edge.answers import Answer, OfferFile, Say
from bot.handlers.meetings import PRIVATELY, one_meeting, shown
from bot.offering import OFFERED, can_be_offered, consent, owe_file, put, write_down
from bot.tables import Desk
from bot.turns import CARD_OF, PARTNERSHIP, Turn, number, who
from cards import meeting as cards
from cards.managing import Typed
from cards.meeting_told import calendar_told_card, reminder_card, reviews_card
from cards.meetings import CALENDAR, MEETING
from cards.parts import Card
from storage.notices import Notice
from storage.unit import Unit

Data = Mapping[str, Any]
OFFER, OFFER_TOLD = "calendar.offer", "calendar.told"
CONTEXT = "meeting"
"""What names the meeting in the context of an offered calendar file."""
ABOUT_BYTES = 600
"""About how large a calendar file is: Teams shows it before the file is made."""


async def minutes_shared(turn: Turn, data: Data) -> Answer:
    """Note when the minutes were shared."""
    typed = cards.read_shared_on(data)
    wrong = Typed()
    try:
        async with turn.house.open_unit() as unit:
            here = await who(unit, turn, number(data, PARTNERSHIP))
            row = await note_minutes(
                unit, here.actor, here.partnership, here.pack, number(data, MEETING), read_date(typed), turn.now
            )
            shared = row.minutes_shared_on
            note = f"Noted: the minutes were shared on {day_words(shared)}." if shared else ""
            return shown(cards.meeting_card(await one_meeting(unit, turn, here, data), note))
    except Mistakes as mistakes:
        wrong = Typed({cards.SHARED_ON: typed}, errors=mistakes.fields)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        return shown(cards.meeting_card(await one_meeting(unit, turn, here, data), typed=wrong))


async def recording_deleted(turn: Turn, data: Data) -> Answer:
    """Note that the recording was deleted."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        row = await note_recording(unit, here.actor, here.partnership, here.pack, number(data, MEETING), turn.now)
        on = row.recording_deleted_on
        note = f"Noted: the recording was deleted on {day_words(on)}." if on else ""
        return shown(cards.meeting_card(await one_meeting(unit, turn, here, data), note))


async def _officer(unit: Unit, desk: Desk, owed: Notice) -> Actor | None:
    """Who is reminded, where they are still an officer."""
    assert owed.person_id is not None
    found = await actor_numbered(unit, desk.partnership.id, owed.person_id, today_in(desk.pack, desk.now))
    return found if found is not None and may(found, "set_meetings") else None


async def draw_reminder(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """What is due around a meeting; not where it was done, or its day has changed."""
    actor = await _officer(unit, desk, owed)
    if actor is None:
        return None
    what, due_on = str(owed.subject["what"]), date.fromisoformat(owed.subject["due_on"])
    meeting_id = int(owed.subject["meeting"])
    row = await still_to_do(unit, actor, desk.partnership, desk.pack, meeting_id, what, due_on)
    if row is None:
        return None
    data = {PARTNERSHIP: desk.partnership.id, CARD_OF: owed.person_id}
    return reminder_card(row, what, due_on, data, today_in(desk.pack, desk.now))


async def draw_reviews(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The documents that are to be reviewed; not where the pack gives them another day by now."""
    if await _officer(unit, desk, owed) is None:
        return None
    due = still_due(desk.pack, owed.subject["reviews"], today_in(desk.pack, desk.now))
    return reviews_card(due) if due else None


async def calendar(turn: Turn, data: Data) -> Answer:
    """Offer the meeting's calendar file in the person's own chat; else write it down and say where."""
    if not turn.private:
        return Say(PRIVATELY)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        entry = await calendar_entry(unit, here.actor, here.partnership, here.pack, number(data, MEETING))
        if await can_be_offered(unit, turn, here):
            await owe_file(unit, turn, here, OFFER, {CONTEXT: number(data, MEETING)})
            return Say(OFFERED.format(what="the calendar file"))
    path = await write_down(turn, here, file_name(entry), calendar_file(entry, turn.now))
    return Say(f"The calendar file is ready on the machine that runs me, as {path.name} in {path.parent}.")


async def draw_offer(unit: Unit, desk: Desk, owed: Notice) -> OfferFile | None:
    """The offer of the calendar file: Teams asks whether to keep it."""
    entry = await _entry(unit, desk, owed)
    if entry is None:
        return None
    context = {PARTNERSHIP: desk.partnership.id, CONTEXT: int(owed.subject[CONTEXT])}
    return OfferFile(file_name(entry), f"{entry.title}, {day_words(entry.on)}.", ABOUT_BYTES, context)


async def take_calendar(turn: Turn, data: Data) -> Answer:
    """Somebody takes the calendar file: upload it to where Teams says, and tell how that went."""
    context, url = consent(data)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(context, PARTNERSHIP))
        meeting_id = number(context, CONTEXT)
        entry = await calendar_entry(unit, here.actor, here.partnership, here.pack, meeting_id)
    kept = await put(turn, url, calendar_file(entry, turn.now))
    async with turn.house.open_unit() as unit:
        await owe_file(unit, turn, here, OFFER_TOLD, {CONTEXT: meeting_id, "kept": kept})
    return Say("")


async def draw_told(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """Where the calendar file is now."""
    entry = await _entry(unit, desk, owed)
    return calendar_told_card(file_name(entry), entry.on, kept=bool(owed.subject["kept"])) if entry else None


async def _entry(unit: Unit, desk: Desk, owed: Notice) -> CalendarEntry | None:
    assert owed.person_id is not None
    actor = await actor_numbered(unit, desk.partnership.id, owed.person_id, today_in(desk.pack, desk.now))
    if actor is None:
        return None
    return await calendar_entry(unit, actor, desk.partnership, desk.pack, int(owed.subject[CONTEXT]))


PRESSES = {cards.MINUTES: minutes_shared, cards.RECORDING: recording_deleted, CALENDAR: calendar}
NOTICES = {REMINDER: draw_reminder, REVIEWS: draw_reviews, OFFER: draw_offer, OFFER_TOLD: draw_told}
TAKEN = {CONTEXT: take_calendar}
