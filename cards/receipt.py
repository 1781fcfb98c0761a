"""What an agency said, as a read-only receipt: who, when, on which criteria, and what comes next (scenario 2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from assurance.dates import day_words, moment_words
from assurance.pack import Question
from assurance.packing import ShownForm
from assurance.request_view import RequestView, Said, Side
from cards.elements import Element
from cards.parts import facts, paragraph, quoted, strong, subtle

SECOND = 2
LONGEST_EARLIER = 1500
"""Characters of one earlier answer that a new form shows; the whole of it stands in the record."""


def receipt(view: RequestView, side: Side, said: Said, to: int) -> list[Element]:
    """One side's newest answer, and what comes next."""
    whose = f"{side.short}\u2019s" if side.short != "you" else "your"
    lines: list[Element] = [
        paragraph(strong(f"Thank you. This is {whose} answer.")),
        subtle(given(said, to, view.pack.timezone, view.pack.terms.officer)),
    ]
    lines += answers(said.form, said.values)
    lines.append(subtle(" ".join(what_next(view, side, said)), spacing="medium"))
    return lines


def given(said: Said, to: int, timezone: str, officer: str) -> str:
    """Who gave an answer, when, and which version it is, in one line."""
    when = moment_words(said.at, timezone)
    if said.origin == "on_behalf":
        on = f" on {day_words(said.behalf_on)}" if said.behalf_on else ""
        line = f"Given by {said.behalf}{on}; entered by the {officer} on your behalf at {when}."
    elif said.origin == "brought_in":
        line = "Brought in from earlier records."
    else:
        line = f"Received at {when} from {'you' if said.by_id == to else said.by}."
    if said.number > 1:
        kept = "the earlier one is kept" if said.number == SECOND else "the earlier ones are kept"
        line += f" Corrected: this is version {said.number}, and {kept}."
    return line


def answers(form: ShownForm, values: Mapping[str, str], *, longest: int | None = None) -> list[Element]:
    """What was said, question by question, in the words in which it was asked."""
    shown: list[Element] = []
    short: list[tuple[str, str]] = []
    for question in form.form.questions:
        value = values.get(question.key)
        if not value:
            continue
        if question.type == "rating":
            shown.append(paragraph(f"{question.label} ", strong(_level(form, question, value)), spacing="medium"))
        elif question.type == "text":
            shown += [paragraph(strong(question.label), spacing="medium"), quoted(_cut(value, longest))]
        else:
            short.append((question.label, _plainly(question, value)))
    if short:
        shown.append(facts(short))
    if form.dimensions:
        shown.append(subtle(f"Levels and criteria: {form.label}."))
    return shown


def earlier(said: Said, to: int, timezone: str, officer: str) -> list[Element]:
    """What the same agency said the last time, to be read before it answers again."""
    return [
        subtle(given(said, to, timezone, officer)),
        *answers(said.form, said.values, longest=LONGEST_EARLIER),
        paragraph("Is this still so? Please say what has changed since.", spacing="medium"),
    ]


def ended(view: RequestView, side: Side, to: int) -> list[Element]:
    """Nothing more is asked: what the agency said last, if it ever did."""
    said = side.said or side.earlier
    body: list[Element] = [paragraph(strong("Nothing more is asked about this. Thank you."), spacing="medium")]
    if said is not None:
        body += [subtle(given(said, to, view.pack.timezone, view.pack.terms.officer)), *answers(said.form, said.values)]
    return body


def words_again(side: Side) -> dict[str, str]:
    """The earlier answer's words, of the questions that are asked again. Its levels are chosen anew."""
    if side.earlier is None:
        return {}
    due = side.form.due(side.dimensions, first=side.first)
    written = {one.key for one in side.form.form.questions if one.type == "text" and one.key in due}
    return {key: value for key, value in side.earlier.values.items() if key in written and value}


def what_next(view: RequestView, side: Side, said: Said) -> list[str]:
    """What happens now, a sentence each."""
    lines = []
    if said.late:
        lines.append("It came after the due day. It is accepted, and marked as late.")
    if said.corrected_on is not None:
        day = day_words(said.corrected_on)
        lines.append(f"Answered before the wording was corrected on {day}. It stays beside the earlier words.")
    group, meeting = view.pack.terms.group_short, side.meeting_on or view.meeting_on
    if meeting is not None and side.settled_at is None:
        lines.append(f"The {group} considers it at its meeting on {day_words(meeting)}.")
    elif meeting is not None and side.settled_at is not None and said.at > side.settled_at:
        lines.append(
            f"It came after the meeting on {day_words(meeting)}: it is kept, changes nothing that was decided there, "
            "and is shown again with what is asked next."
        )
    elif meeting is not None:
        lines.append(f"The {group} considered it at its meeting on {day_words(meeting)}.")
    lines += later(side)
    lines.append("You can correct it at any time.")
    return lines


def later(side: Side) -> list[str]:
    """What will be asked later, told from the first card on (framework 4.5)."""
    if side.impact_opens_on is None or side.impact_due_on is None:
        return []
    return [
        f"Later: {side.later} is asked from {day_words(side.impact_opens_on)}, "
        f"and due by the end of {day_words(side.impact_due_on)}."
    ]


def _level(form: ShownForm, question: Question, value: str) -> str:
    levels = form.scale[question.key].levels
    return next((level.label for level in levels if level.key == value), value)


def _plainly(question: Question, value: str) -> str:
    if question.type == "yes_no":
        return "Yes" if value == "yes" else "No"
    if question.type in ("choice", "choices"):
        labels = {option.key: option.label for option in question.options}
        return ", ".join(labels.get(key, key) for key in value.split(","))
    if question.type == "date":
        return day_words(date.fromisoformat(value))
    return value


def _cut(text: str, longest: int | None) -> str:
    return text if longest is None or len(text) <= longest else f"{text[:longest].rstrip()}\u2026"
