"""Who is here: one card of ticks, nobody ticked beforehand, and whether it is a quorum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assurance.attendance import AttendanceView, Line, Sent
from assurance.dates import day_words
from cards.elements import Action, Element, InputChoiceSet
from cards.literal import unlinked
from cards.parts import Card, button, card, fold, paragraph, problem, strong, subtle, title

SAVE, SHOW = "attendance.save", "attendance.show"
MEETING = "meeting"
HERE, APOLOGIES, SUBSTITUTES = "here", "apologies", "substitutes"


def attendance_card(
    view: AttendanceView,
    *,
    errors: Mapping[str, str] | None = None,
    typed: Sent | None = None,
    tries: int = 0,
    after: Sequence[Action] = (),
) -> Card:
    """The form; `after` are the buttons that go on from here, once somebody was noted as present."""
    errors = errors or {}
    name = f"Who is here: {view.group}, {day_words(view.on)}"
    body: list[Element] = [title("Who is here?"), subtle(f"{view.group}, {day_words(view.on)}", spacing="none")]
    if view.taken:
        body.append(paragraph(strong(f"{view.quorum.words}.")))
        if not view.quorum.met:
            body.append(subtle("You can go on. What is decided is provisional until it is confirmed by circulation."))
    prefix = f"here-{view.meeting_id}-n{tries}"
    body += _ticks(view.people, prefix, HERE, "Here", errors.get("present"), typed.present if typed else None)
    more = _ticks(
        view.substitutes, prefix, SUBSTITUTES, "A substitute of the same agency is here for", None,
        typed.substitutes if typed else None,
    )  # fmt: skip
    more += _ticks(
        view.apologies, prefix, APOLOGIES, "Apologies from", errors.get("apologies"),
        typed.apologies if typed else None,
    )  # fmt: skip
    opened = bool(errors.get("apologies")) or any(one.ticked for one in (*view.substitutes, *view.apologies))
    body += fold("Substitutes and apologies", more, f"{prefix}.more", opened=opened, spacing="medium")
    data = {"p": view.partnership_id, "to": view.person_id, MEETING: view.meeting_id, "n": tries}
    return card(f"{name}.", body, [button("Save who is here", SAVE, data, primary=not view.taken), *after])


def _ticks(
    lines: Sequence[Line], prefix: str, name: str, label: str, error: str | None, typed: frozenset[int] | None
) -> list[Element]:
    chosen = [line.number for line in lines if (line.ticked if typed is None else line.number in typed)]
    parts: list[Element] = [problem(error)] if error else []
    parts.append(
        InputChoiceSet(
            id=f"{prefix}.{name}", label=label, is_multi_select=True, style="expanded", wrap=True,
            value=",".join(str(one) for one in chosen) or None,
            choices=[{"title": unlinked(line.label), "value": str(line.number)} for line in lines],
        )
    )  # fmt: skip
    return parts


def read_attendance(data: Mapping[str, Any]) -> Sent:
    """What was ticked. Nothing in it is trusted."""
    ends = {key.rpartition(".")[2]: value for key, value in data.items() if key.startswith("here-")}
    return Sent(*(numbers(ends.get(name)) for name in (HERE, APOLOGIES, SUBSTITUTES)))


def numbers(value: object) -> frozenset[int]:
    """The numbers that a multiple choice brought; anything else is left out."""
    if not isinstance(value, str):
        return frozenset()
    parts = (one.strip() for one in value.split(","))
    return frozenset(int(one) for one in parts if one.isascii() and one.isdigit() and len(one) < 10)
