"""One meeting: its days, and the officer's and chair's cards to move, cancel and close it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assurance.calling_off import REASON_LENGTH, CancelPlan, no_next
from assurance.closing import ClosingView
from assurance.dates import count_words, day_words, listing
from assurance.meeting_fields import when_words
from assurance.meeting_view import MeetingView
from assurance.moving import MovePlan
from cards.elements import Action, Element, InputDate, InputText
from cards.identifiable import SURE
from cards.managing import Typed, check, sending
from cards.meetings import CALENDAR, DAY, LIST, MEETING, OPEN, PLACE, TIME, when_inputs
from cards.parts import Card, button, card, facts, heading, paragraph, points, problem, strong, subtle, title

TAKE_OUT = "meetings.take_out"
MOVE, TRY_MOVE, DO_MOVE = "meetings.move", "meetings.move.look", "meetings.move.do"
CALL_OFF, DO_CANCEL = "meetings.cancel", "meetings.cancel.do"
CLOSE, DO_CLOSE = "meetings.close", "meetings.close.do"
MINUTES, RECORDING = "meetings.minutes", "meetings.recording"
SEEN, SHARED_ON = "seen", "shared_on"
TO_DAY, TO_TIME, TO_PLACE = "to_on", "to_at", "to_place"
REASON = "reason"
MOST_LINES = 30
LABELS = {"place": "Place", "reason": "The reason"}


def data_of(view: MeetingView) -> dict[str, Any]:
    """What every button of these cards carries."""
    return {"p": view.partnership_id, "to": view.person_id, MEETING: view.days.meeting_id}


def meeting_card(view: MeetingView, note: str = "", typed: Typed | None = None) -> Card:
    """One meeting as it stands, with what this person may do about it."""
    typed, days = typed or Typed(), view.days
    body: list[Element] = [title(name_of(view)), paragraph(strong(when_words(days.on, days.begins_at, days.place)))]
    if note:
        body.append(paragraph(note))
    if days.state == "cancelled":
        body.append(paragraph("This meeting is cancelled." + (f" {view.reason}" if view.reason else "")))
        return card(f"{name_of(view)} on {day_words(days.on)}: cancelled.", body, _actions(view))
    pairs = _facts(view)
    if pairs:
        body.append(facts(pairs))
    if not days.working:
        body.append(subtle("This is not a working day: please check the date."))
    if view.may_note_minutes:
        body += [problem(typed.errors[SHARED_ON])] if SHARED_ON in typed.errors else []
        shared = typed.values.get(SHARED_ON) or view.today.isoformat()
        body.append(InputDate(id=f"meeting.{days.meeting_id}.{SHARED_ON}", label="Minutes shared on", value=shared))
    return card(f"{name_of(view)} on {day_words(days.on)}.", body, _actions(view))


def name_of(view: MeetingView) -> str:
    """What the meeting is called: "LDG meeting"."""
    return f"{view.group} {view.word}"


def _facts(view: MeetingView) -> list[tuple[str, str]]:
    days = view.days
    pairs = [("Answers by", day_words(days.answers_by))] if days.answers_by else []
    if not days.opens_round:
        pairs.append(("Answers", "None are asked for it (an extra meeting)"))
    if days.papers_by:
        pairs.append(("Papers by", day_words(days.papers_by)))
    if days.minutes_by and days.minutes_shared_on is None:
        pairs.append(("Minutes by", day_words(days.minutes_by)))
    if view.counted and view.awaited + view.returned:
        so_far = "Answers" if view.closed_on else "Answers so far"
        to_come = "not received" if view.closed_on else "still to come"
        pairs.append((so_far, f"{view.returned} in, {view.awaited} {to_come}"))
    if view.closed_on:
        pairs.append(("Closed", day_words(view.closed_on)))
    if days.minutes_shared_on:
        pairs.append(("Minutes shared", day_words(days.minutes_shared_on)))
    if days.recording_deleted_on:
        pairs.append(("Recording deleted", day_words(days.recording_deleted_on)))
    elif days.recording_by:
        pairs.append(("Delete the recording on", day_words(days.recording_by)))
    return pairs


def _actions(view: MeetingView) -> list[Action]:
    data = data_of(view)
    found: list[Action] = []
    if view.may_close:
        found.append(button("Close this meeting", CLOSE, data, primary=True, collect=False))
    if view.may_note_recording:
        found.append(button("Recording deleted", RECORDING, data, primary=True, collect=False))
    if view.may_note_minutes:
        found.append(button("Minutes were shared", MINUTES, data, primary=True))
    if view.may_change and view.days.on >= view.today:
        found.append(button("Calendar file", CALENDAR, data, collect=False))
    if view.may_change:
        found.append(button("Move or change it", MOVE, data, collect=False))
        if view.may_take_out:
            found.append(button("Take out", TAKE_OUT, data, collect=False))
        else:
            found.append(button("Cancel it", CALL_OFF, data, collect=False))
    elif view.days.on >= view.today:
        found.append(button("Calendar file", CALENDAR, data, collect=False))
    found.append(button("All meetings", LIST, data, collect=False))
    return found


def move_card(view: MeetingView, typed: Typed | None = None) -> Card:
    """The form with the day, time and place as they are."""
    days = view.days
    values = {DAY: days.on.isoformat(), TIME: days.begins_at or "", PLACE: days.place or ""}
    typed = typed or Typed(values)
    body: list[Element] = [
        title("Move or change the meeting"), subtle(when_words(days.on, days.begins_at, days.place)),
        *check(typed, LABELS),
        *when_inputs(f"meeting.{days.meeting_id}.{view.seen}", typed.values.get(DAY, ""), typed),
    ]  # fmt: skip
    actions = sending("See what changes", TRY_MOVE, data_of(view), typed)
    return card("Move or change the meeting.", body, [*actions, _back(view)])


def _back(view: MeetingView) -> Action:
    return button("Back", OPEN, data_of(view), collect=False)


def move_preview_card(view: MeetingView, plan: MovePlan, sure: str = "") -> Card:
    """What will change, before it does."""
    was, to = plan.was, plan.to
    body: list[Element] = [
        title("What changes"),
        facts([("Until now", when_words(was.on, was.begins_at, was.place)),
               ("From now on", when_words(to.on, to.begins_at, to.place))]),
    ]  # fmt: skip
    warnings = []
    if not plan.working:
        warnings.append(f"{day_words(to.on)} is not a working day.")
    if plan.after_next:
        warnings.append(f"It then comes after the meeting on {day_words(plan.after_next)}.")
    if warnings:
        body.append(problem(" ".join(warnings)))
    lines = [*_moves(plan), _told(plan.told)]
    body.append(points(lines))
    data = data_of(view) | {
        SEEN: plan.seen, TO_DAY: to.on.isoformat(), TO_TIME: to.begins_at or "", TO_PLACE: to.place or "",
    }  # fmt: skip
    if sure:
        data[SURE] = sure
    name = "Move the meeting" if to.on != was.on else "Change the meeting"
    actions = [
        button(name, DO_MOVE, data, primary=True, collect=False), button("Back", MOVE, data_of(view), collect=False)
    ]  # fmt: skip
    return card(f"{name}: {when_words(to.on, to.begins_at, to.place)}.", body, actions)


def _moves(plan: MovePlan) -> list[str]:
    if plan.was.on == plan.to.on:
        return ["The day stays, and so does every due day."]
    lines = [
        f"{_answers(number)} still to come: due by {day_words(after)} instead of {day_words(before)}."
        for before, after, number in plan.days
    ]
    if plan.extended:
        lines.append(f"{_answers(plan.extended)}: more time was agreed, and stays agreed.")
    if plan.own_days:
        lines.append(f"{_answers(plan.own_days)}: a due day of its own, which stays.")
    if plan.due_already:
        lines.append(f"{_answers(plan.due_already)} past the due day: it stays as it was.")
    if plan.beyond:
        where = f"tabled at the meeting on {day_words(plan.beyond_on)}" if plan.beyond_on else "due only after that day"
        lines.append(f"{_answers(plan.beyond)}: {where}.")
    return lines or ["No answer is awaited for it at the moment."]


def _answers(number: int) -> str:
    return f"{count_words(number).capitalize()} {'answer' if number == 1 else 'answers'}"


def _told(number: int) -> str:
    if number == 0:
        return "Nobody else is in the group yet, so nobody is told."
    return f"Everyone else of the group is told once: {count_words(number)} {'person' if number == 1 else 'people'}."


def cancel_card(view: MeetingView, plan: CancelPlan, typed: Typed | None = None) -> Card:
    """What cancelling does, and the reason that the group reads."""
    typed = typed or Typed()
    body: list[Element] = [title("Cancel the meeting"), subtle(when_words(plan.on, view.days.begins_at, None))]
    if plan.stuck:
        body.append(paragraph(no_next(plan.on)))
        actions = [button("All meetings", LIST, data_of(view), primary=True, collect=False), _back(view)]
        return card("The meeting cannot be cancelled yet.", body, actions)
    body += [*check(typed, LABELS), points([*_handed_on(plan), _told(plan.told)])]
    if REASON in typed.errors:
        body.append(problem(typed.errors[REASON]))
    body.append(
        InputText(
            id=REASON, label="Why is it cancelled? The group reads this.", is_multiline=True,
            max_length=REASON_LENGTH, value=typed.values.get(REASON) or None,
        )
    )  # fmt: skip
    actions = sending("Cancel the meeting", DO_CANCEL, data_of(view) | {SEEN: plan.seen}, typed)
    return card("Cancel the meeting.", body, [*actions, _back(view)])


def _handed_on(plan: CancelPlan) -> list[str]:
    if plan.next_on is None or not plan.awaited + plan.returned:
        return ["No answer hangs on it."]
    lines = []
    if plan.returned:
        lines.append(f"{_answers(plan.returned)} received: tabled on {day_words(plan.next_on)} instead.")
    if plan.awaited:
        due = f", due by {day_words(plan.due_on)}" if plan.due_on else ""
        lines.append(f"{_answers(plan.awaited)} still to come: for the meeting on {day_words(plan.next_on)}{due}.")
    if plan.extended:
        lines.append(f"{_answers(plan.extended)} of them: more time was agreed, and stays agreed.")
    if plan.own_days:
        lines.append(f"{_answers(plan.own_days)} of them: a due day of its own, which stays.")
    return lines


_WILL_SAY = {
    "no_response": "No response",
    "not_reached": "Not reached",
    "vacant": "Nobody there for the agency",
    "extended": "More time agreed",
}


_FACTS = (
    "These are facts and no levels. Closing cannot be undone; answers that come later are still taken, and those past "
    "their day are marked as late."
)


def closing_card(view: MeetingView, closing: ClosingView) -> Card:
    """What closing will record for whom, before it does."""
    body: list[Element] = [title("Close this meeting"), subtle(day_words(closing.on))]
    if closing.outcomes:
        answered = f"{_answers(closing.answered)} came in. " if closing.answered else ""
        body.append(paragraph(f"{answered}For what did not come, this will be recorded:"))
        for outcome, rows in closing.outcomes:
            body += [heading(_WILL_SAY[outcome], spacing="medium"), points(_lines(rows), spacing="small")]
        body.append(paragraph(_FACTS, spacing="medium"))
    elif closing.answered:
        body.append(paragraph("Every answer that was asked for came in. Closing cannot be undone."))
    else:
        body.append(paragraph("No answer was awaited for it. Closing cannot be undone."))
    actions = [button("Close this meeting", DO_CLOSE, data_of(view), primary=True, collect=False), _back(view)]
    return card(f"Close the meeting on {day_words(closing.on)}.", body, actions)


def _lines(rows: Sequence[tuple[str, tuple[str, ...]]]) -> list[str]:
    lines = [f"{name}: {listing(titles)}" for name, titles in rows]
    if len(lines) <= MOST_LINES:
        return lines
    return [*lines[:MOST_LINES], f"and {len(lines) - MOST_LINES} more"]


def closed_words(outcomes: Mapping[str, int], *, repeated: bool) -> str:
    """What the closing has recorded, as one line on the meeting's card."""
    if repeated:
        return "It is closed already; nothing has changed."
    parts = [f"{_WILL_SAY[key].lower()}: {outcomes[key]}" for key in _WILL_SAY if outcomes.get(key)]
    return f"Closed. Recorded: {'; '.join(parts)}." if parts else "Closed."


def read_move(data: Mapping[str, Any]) -> dict[str, str]:
    """The day, time and place that the preview's button carries, by the names of the form."""
    names = {DAY: TO_DAY, TIME: TO_TIME, PLACE: TO_PLACE}
    found = {name: data.get(key) for name, key in names.items()}
    return {name: value[:1000] for name, value in found.items() if isinstance(value, str)}


def read_shared_on(data: Mapping[str, Any]) -> str:
    """The day on which the minutes were shared, as it was typed."""
    ends = {key.rpartition(".")[2]: value for key, value in data.items() if key.startswith("meeting.")}
    value = ends.get(SHARED_ON)
    return value.strip()[:40] if isinstance(value, str) else ""
