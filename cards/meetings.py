"""The group's meetings: the list that everyone of the group may see, and the officer's form for a new date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.dates import count_words, day_words, listing
from assurance.meeting_fields import PLACE_LENGTH, when_words
from assurance.meetings import MeetingRow, MeetingsView, Shortage
from cards.elements import Action, ActionSet, Element, InputChoiceSet, InputDate, InputText, InputTime
from cards.managing import Typed, check, sending
from cards.parts import Card, button, card, heading, paragraph, problem, strong, subtle, title

LIST, ADD, OPEN, CALENDAR = "meetings.list", "meetings.add", "meetings.open", "meetings.calendar"
DAY, TIME, PLACE, SORT, MEETING = "meeting_on", "meeting_at", "meeting_place", "meeting_sort", "m"
REGULAR, EXTRA, EXTRA_ROUND = "regular", "extra", "extra_round"
LABELS = {"place": "Place"}
_OFTEN = {
    "monthly": "every month",
    "alternate_months": "every other month",
    "quarterly": "every quarter",
    "six_monthly": "every six months",
    "yearly": "once a year",
}
MOST_SHOWN = 12


def meetings_card(view: MeetingsView, *, public: bool = False, note: str = "", typed: Typed | None = None) -> Card:
    """The meetings to come with the days that follow; for an officer in private, the form below them."""
    enters, typed = view.may_enter and not public, typed or Typed()
    body: list[Element] = [title(f"Meetings of the {view.group}")]
    body += _cadence(view)
    body += check(typed, LABELS)
    if note:
        body.append(paragraph(strong(note)))
    if not view.rows:
        body.append(paragraph("No meeting to come has been entered yet."))
    for row in view.rows[:MOST_SHOWN]:
        body += _meeting(view, row, public=public)
    if view.unfinished and not public:
        body.append(heading("To be finished"))
        for row in view.unfinished:
            body += _unfinished(view, row)
    if view.cancelled:
        days = listing([day_words(one.on) for one in view.cancelled])
        body.append(subtle(f"Cancelled: {days}.", spacing="medium"))
    if view.recording_wd is not None and view.rows:
        kept = f"Recordings are deleted {view.recording_wd} working days after the minutes are shared."
        body.append(subtle(kept, spacing="medium"))
    if not enters:
        return card(_summary(view), body)
    body += _form(view, typed)
    base = {"p": view.partnership_id, "to": view.person_id}
    return card(_summary(view), body, sending("Enter this meeting", ADD, base, typed))


def _summary(view: MeetingsView) -> str:
    if not view.rows:
        return f"No meeting of the {view.group} to come has been entered yet."
    return f"The {view.group} meets next on {day_words(view.rows[0].on)}."


def _cadence(view: MeetingsView) -> list[Element]:
    """How often the group meets by the framework, and plainly where too few dates are set."""
    found: list[Element] = []
    often = _OFTEN.get(view.frequency)
    if often and view.cadence_until:
        told = f"The framework says {often} until {day_words(view.cadence_until)}, and nothing for the time since."
        found.append(subtle(told))
        if view.may_enter:
            found.append(subtle("So no date is suggested. Your pack is the place to say how often you meet now."))
    elif often:
        least = f", at least {count_words(view.minimum_a_year)} times a year" if view.minimum_a_year else ""
        found.append(subtle(f"The {view.group} meets {often}{least}."))
    if view.shortage and view.may_enter:
        found.append(paragraph(_short_of(view.shortage)))
    return found


def _short_of(short: Shortage) -> str:
    there = f"{count_words(short.set)} {'meeting is' if short.set == 1 else 'meetings are'} set"
    asked = f"the framework asks for at least {count_words(short.asked)}"
    if short.begun_late:
        asked += " in what is left of it"
    return f"In the year to {day_words(short.last)} {there}; {asked}."


def _meeting(view: MeetingsView, row: MeetingRow, *, public: bool) -> list[Element]:
    sort = " (extra)" if row.extra else ""
    line = days_line(row)
    found: list[Element] = [
        paragraph(strong(f"{when_words(row.on, row.begins_at, row.place)}{sort}"), spacing="medium"),
        subtle(f"{line[0].upper()}{line[1:]}."),
    ]
    if not row.working:
        found.append(subtle("This is not a working day: please check the date."))
    if not public:
        opens = view.may_enter or view.may_close
        made = open_button(view, row) if opens else calendar_button(view, row)
        found.append(ActionSet(actions=[made], spacing="small"))
    return found


def days_line(row: MeetingRow) -> str:
    """The days that follow from a meeting, as one line."""
    days = [f"answers by {day_words(row.answers_by)}" if row.answers_by else "no answers are asked for it"]
    if row.papers_by:
        days.append(f"papers by {day_words(row.papers_by)}")
    if row.minutes_by:
        days.append(f"minutes by {day_words(row.minutes_by)}")
    return "; ".join(days)


def _unfinished(view: MeetingsView, row: MeetingRow) -> list[Element]:
    if row.state == "scheduled":
        left = "Not closed yet."
    elif row.minutes_shared_on is None:
        left = "Not noted yet: when the minutes were shared."
    else:
        left = f"The recording is to be deleted on {day_words(row.recording_by)}." if row.recording_by else ""
    return [
        paragraph(strong(day_words(row.on)), spacing="medium"),
        subtle(left),
        ActionSet(actions=[open_button(view, row)], spacing="small"),
    ]


def _data(view: MeetingsView, row: MeetingRow) -> dict[str, Any]:
    return {"p": view.partnership_id, "to": view.person_id, MEETING: row.meeting_id}


def open_button(view: MeetingsView, row: MeetingRow) -> Action:
    """Opens one meeting."""
    made = button("Open", OPEN, _data(view, row), collect=False)
    made.tooltip = f"Open the meeting on {day_words(row.on)}"
    return made


def calendar_button(view: MeetingsView, row: MeetingRow) -> Action:
    """Asks for one meeting's calendar file."""
    made = button("Calendar file", CALENDAR, _data(view, row), collect=False)
    made.tooltip = f"A calendar file for the meeting on {day_words(row.on)}"
    return made


def _form(view: MeetingsView, typed: Typed) -> list[Element]:
    found: list[Element] = [heading("Enter a meeting")]
    day = typed.values.get(DAY, "")
    if view.suggested and not day:
        day = view.suggested.isoformat()
        found.append(paragraph(_suggestion(view)))
    found += when_inputs(f"meeting.{len(view.rows)}", day, typed)
    if view.extra_allowed:
        choices = {
            REGULAR: "A regular meeting",
            EXTRA: "An extra meeting, for which no answers are asked",
            EXTRA_ROUND: "An extra meeting, for which answers are asked as well",
        }
        usual = typed.values.get(SORT) or REGULAR
        found.append(
            InputChoiceSet(
                id=f"meeting.{len(view.rows)}.{SORT}", label="What kind of meeting", value=usual, style="expanded",
                wrap=True, choices=[{"title": words, "value": key} for key, words in choices.items()],
            )
        )  # fmt: skip
    return found


def _suggestion(view: MeetingsView) -> str:
    assert view.suggested is not None
    often = _OFTEN[view.frequency]
    return f"As you meet {often}, the next day would be {day_words(view.suggested)}. Change it if another suits."


def when_inputs(ident: str, day: str, typed: Typed) -> list[Element]:
    """Day, time and place, each with what is wrong with it above."""
    errors, values = typed.errors, typed.values
    found: list[Element] = []
    if errors.get("on"):
        found.append(problem(errors["on"]))
    found.append(InputDate(id=f"{ident}.{DAY}", label="Day", value=day or None))
    if errors.get("at"):
        found.append(problem(errors["at"]))
    found.append(InputTime(id=f"{ident}.{TIME}", label="Time (optional)", value=values.get(TIME) or None))
    if errors.get("place"):
        found.append(problem(errors["place"]))
    found.append(
        InputText(
            id=f"{ident}.{PLACE}", label="Place (optional)", max_length=PLACE_LENGTH,
            value=values.get(PLACE) or None,
        )
    )  # fmt: skip
    return found


def read_meeting(data: Mapping[str, Any]) -> dict[str, str]:
    """What was typed in a form with a meeting's day, time and place."""
    ends = {key.rpartition(".")[2]: value for key, value in data.items() if key.startswith("meeting.")}
    names = (DAY, TIME, PLACE, SORT)
    return {name: value.strip()[:1000] for name in names if isinstance(value := ends.get(name), str)}
