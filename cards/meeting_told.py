"""What people are told about meetings: a change to the group, and to officers what is due around one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from assurance.dates import day_words
from assurance.meeting_fields import when_words
from assurance.meeting_telling import MeetingTold, OwedAnswer
from assurance.meeting_work import CLOSE, MINUTES, PAPERS, RECORDING
from assurance.meetings import MeetingRow
from assurance.reviews import ReviewDue
from cards import meeting as one_meeting
from cards.elements import Action, Element, InputDate
from cards.meetings import CALENDAR, MEETING, OPEN
from cards.parts import Card, button, card, paragraph, points, quoted, strong, subtle, title
from cards.returns_list import OPEN as OPEN_RETURN


def told_card(told: MeetingTold, person_id: int) -> Card:
    """A meeting was moved or cancelled, and what that means for this person's own answers."""
    name = f"{told.group} {told.word}"
    when = when_words(told.on, told.begins_at, told.place)
    body: list[Element] = []
    if told.cancelled:
        line = f"The {name} on {day_words(told.was_on)} is cancelled."
        body += [title(f"{name} cancelled"), paragraph(line)]
        if told.reason:
            body += [subtle("Why"), quoted(told.reason)]
        if told.next_on:
            body.append(paragraph(f"The next one is on {day_words(told.next_on)}."))
    elif told.was_on != told.on:
        line = f"The {name} on {day_words(told.was_on)} is now on {when}."
        body += [title(f"{name} moved"), paragraph(strong(f"Now: {when}")), subtle(f"Before: {day_words(told.was_on)}")]
    else:
        line = f"The {name} is on {when}."
        body += [title(f"{name}: time and place"), paragraph(strong(when))]
    body += _answers(told.answers)
    data = {"p": told.partnership_id, "to": person_id}
    actions: list[Action] = []
    requests = {one.request_id for one in told.answers}
    if len(requests) == 1:
        first = told.answers[0].request_id
        actions.append(button("Open", OPEN_RETURN, data | {"request": first}, primary=True, collect=False))
    actions.append(button("Calendar file", CALENDAR, data | {MEETING: told.meeting_id}, collect=False))
    return card(line, body, actions)


def _answers(answers: Sequence[OwedAnswer]) -> list[Element]:
    """The person's own answers, with the day that holds for each now; the same day is said once."""
    if not answers:
        return []
    days = {one.due_on for one in answers}
    if len(days) == 1:
        name = "Your answer is" if len(answers) == 1 else "Your answers are"
        line = f"{name} now due by the end of {day_words(next(iter(days)))}:"
        return [paragraph(line, spacing="medium"), points([_named(one) for one in answers], spacing="small")]
    lines = [f"{_named(one)}: by the end of {day_words(one.due_on)}" for one in answers]
    return [paragraph("Your answers have other due days now:", spacing="medium"), points(lines, spacing="small")]


def _named(one: OwedAnswer) -> str:
    return one.title if one.seat == "you" else f"{one.title}, for {one.seat}"


_DUE = {
    PAPERS: ("Papers due", "The papers for the meeting on {on} are to go out by {due}."),
    MINUTES: ("Minutes due", "The minutes of the meeting on {on} are to be shared by {due}."),
    RECORDING: ("Recording to be deleted", "The recording of the meeting on {on} is to be deleted on {due}."),
    CLOSE: ("Close the meeting", "The meeting on {on} has not been closed yet. Closing it records what had not come."),
}


def reminder_card(row: MeetingRow, what: str, due_on: date, data: Mapping[str, Any], today: date) -> Card:
    """What is due around a meeting, with the button by which it is noted as done."""
    name, words = _DUE[what]
    line = words.format(on=day_words(row.on), due=day_words(due_on))
    held = {**data, MEETING: row.meeting_id}
    body: list[Element] = [title(name), paragraph(line)]
    opened = button("Open the meeting", OPEN, held, collect=False)
    if what == MINUTES:
        ident = f"meeting.{row.meeting_id}.{one_meeting.SHARED_ON}"
        body.append(InputDate(id=ident, label="Minutes shared on", value=today.isoformat()))
        return card(line, body, [button("Minutes were shared", one_meeting.MINUTES, held, primary=True), opened])
    if what == RECORDING:
        noted = button("Recording deleted", one_meeting.RECORDING, held, primary=True, collect=False)
        return card(line, body, [noted, opened])
    if what == CLOSE:
        closing = button("Close this meeting", one_meeting.CLOSE, held, primary=True, collect=False)
        return card(line, body, [closing, opened])
    return card(line, body, [opened])


_DAY = {"soon": "due by", "past": "was due by"}


def reviews_card(due: Sequence[ReviewDue]) -> Card:
    """The documents of the framework that are to be looked at again; nothing stops because of it."""
    lines = [f"{one.title}: {_DAY[one.stage]} {day_words(one.due)}" for one in due]
    past = any(one.stage == "past" for one in due)
    name = "Reviews of the framework" if len(due) > 1 else "Review of the framework"
    body: list[Element] = [
        title(name),
        paragraph("These documents are to be reviewed:" if len(due) > 1 else "This document is to be reviewed:"),
        points(lines),
        subtle("Everything goes on working meanwhile. Once a document is reviewed, its next day goes into the pack."),
    ]
    return card(f"{name}: {len(due)} {'past or near' if past else 'near'} the day.", body)


def calendar_told_card(name: str, on: date, *, kept: bool) -> Card:
    """Where the calendar file is, once Teams was asked to keep it."""
    if kept:
        where = "in your OneDrive, in the folder for files from Teams chats"
        text = f"The calendar file for {day_words(on)} is {where}: {name}"
        return card("The calendar file is in your OneDrive.", [paragraph(text), subtle("Open it to add the meeting.")])
    text = f"The calendar file for {day_words(on)} could not be put into your OneDrive. Please ask for it again."
    return card(text, [paragraph(text)])
