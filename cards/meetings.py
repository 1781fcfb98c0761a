"""The group's meetings: the list that everyone of the group may see, and the officer's form for a new date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.dates import count_words, day_words
from assurance.meetings import MeetingRow, MeetingsView
from cards.elements import ActionSet, Element, InputChoiceSet, InputDate
from cards.parts import Card, button, card, heading, paragraph, problem, strong, subtle, title

ADD, TAKE_OUT = "meetings.add", "meetings.take_out"
DAY, SORT, MEETING = "meeting_on", "meeting_sort", "m"
REGULAR, EXTRA, EXTRA_ROUND = "regular", "extra", "extra_round"
_OFTEN = {
    "monthly": "every month",
    "alternate_months": "every other month",
    "quarterly": "every quarter",
    "six_monthly": "every six months",
    "yearly": "once a year",
}
MOST_SHOWN = 12


def meetings_card(
    view: MeetingsView,
    *,
    public: bool = False,
    note: str = "",
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> Card:
    """The meetings to come with the days that follow; for an officer in private, the form below them."""
    enters = view.may_enter and not public
    body: list[Element] = [title(f"Meetings of the {view.group}")]
    if often := _OFTEN.get(view.frequency):
        least = f", at least {count_words(view.minimum_a_year)} times a year" if view.minimum_a_year else ""
        body.append(subtle(f"The {view.group} meets {often}{least}."))
    if note:
        body.append(paragraph(strong(note)))
    if not view.rows:
        body.append(paragraph("No meeting has been entered yet."))
    for row in view.rows[:MOST_SHOWN]:
        body += _meeting(view, row, enters=enters)
    if view.recording_wd is not None and view.rows:
        kept = f"Recordings are deleted {view.recording_wd} working days after the minutes are shared."
        body.append(subtle(kept, spacing="medium"))
    if not enters:
        return card(_summary(view), body)
    body += _form(view, errors or {}, typed or {})
    base = {"p": view.partnership_id, "to": view.person_id}
    return card(_summary(view), body, [button("Enter this meeting", ADD, base, primary=True)])


def _summary(view: MeetingsView) -> str:
    if not view.rows:
        return f"No meeting of the {view.group} has been entered yet."
    return f"The {view.group} meets next on {day_words(view.rows[0].on)}."


def _meeting(view: MeetingsView, row: MeetingRow, *, enters: bool) -> list[Element]:
    sort = " (extra)" if row.extra else ""
    days = []
    if row.answers_by:
        days.append(f"answers by {day_words(row.answers_by)}")
    else:
        days.append("no answers are asked for it")
    if row.papers_by:
        days.append(f"papers by {day_words(row.papers_by)}")
    if row.minutes_by:
        days.append(f"minutes by {day_words(row.minutes_by)}")
    line = "; ".join(days)
    found: list[Element] = [
        paragraph(strong(f"{day_words(row.on)}{sort}"), spacing="medium"),
        subtle(f"{line[0].upper()}{line[1:]}."),
    ]
    if not row.working:
        found.append(subtle("This is not a working day: please check the date."))
    if enters and not row.taken:
        data = {"p": view.partnership_id, "to": view.person_id, MEETING: row.meeting_id}
        out = button("Take out", TAKE_OUT, data, collect=False)
        out.tooltip = f"Take out the meeting on {day_words(row.on)}"
        found.append(ActionSet(actions=[out], spacing="small"))
    return found


def _form(view: MeetingsView, errors: Mapping[str, str], typed: Mapping[str, str]) -> list[Element]:
    found: list[Element] = [heading("Enter a meeting")]
    if errors.get("on"):
        found.append(problem(errors["on"]))
    ident = f"meeting.{len(view.rows)}"
    found.append(InputDate(id=f"{ident}.{DAY}", label="Day", value=typed.get(DAY) or None))
    if view.extra_allowed:
        choices = {
            REGULAR: "A regular meeting",
            EXTRA: "An extra meeting, for which no answers are asked",
            EXTRA_ROUND: "An extra meeting, for which answers are asked as well",
        }
        usual = typed.get(SORT) or REGULAR
        found.append(
            InputChoiceSet(
                id=f"{ident}.{SORT}", label="What kind of meeting", value=usual, style="expanded", wrap=True,
                choices=[{"title": words, "value": key} for key, words in choices.items()],
            )
        )  # fmt: skip
    return found


def read_meeting(data: Mapping[str, Any]) -> dict[str, str]:
    """What was typed in the form."""
    ends = {key.rpartition(".")[2]: value for key, value in data.items() if key.startswith("meeting.")}
    return {name: value.strip() for name in (DAY, SORT) if isinstance(value := ends.get(name), str)}
