"""Where the meeting stands: what was decided about whom, what is left, and a way to each return."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.assess_view import AssessView
from assurance.dates import day_words, listing
from assurance.tabled_view import TabledReturn
from cards.assess import GO, ONE, UNDECIDED, WHERE, Line, counted, data_of, top
from cards.attendance import SHOW
from cards.elements import Element, InputChoiceSet
from cards.literal import unlinked
from cards.meeting import CLOSE
from cards.meetings import MEETING as ITS_MEETING
from cards.parts import Card, button, card, cell, heading, paragraph, subtle, table, title
from cards.tabled import NO_LEVEL

GO_TO = "go_to"


def overview_card(view: AssessView, rows: Mapping[int, str], line: Line | None = None) -> Card:
    """Where the meeting stands: what was decided about whom, what is left, and who has not answered."""
    name = f"{view.pack.terms.group_short}, {day_words(view.on)}"
    body: list[Element] = [title(name), subtle(counted(view), spacing="none"), *top(view, line or Line())]
    quorum = f"{view.quorum.words}. " if view.quorum.met else ""
    body.append(subtle(f"{quorum}Here: {listing(list(view.here)) or 'substitutes only'}."))
    for item in dict.fromkeys(one.title for one in view.every):
        some = [one for one in view.every if one.title == item]
        cells = [[cell(one.name), cell(_says(one)), cell(rows.get(one.return_id) or _open(one))] for one in some]
        body += [heading(item), table(["Agency", "It says", "Decided"], cells, [3, 3, 4])]
    choices = [
        {"title": unlinked(f"{one.name}: {one.title}"), "value": str(one.return_id)} for one in view.every
    ]  # fmt: skip
    if choices:
        body.append(
            InputChoiceSet(
                id=f"overview-{view.meeting_id}-{view.decided}.{GO_TO}", label="Open one", style="compact",
                placeholder="Choose an answer", choices=choices,
            )
        )  # fmt: skip
    data = data_of(view)
    first = bool(view.undecided)
    actions = [button("Go on", GO, data | {WHERE: UNDECIDED}, primary=True, collect=False)] if first else []
    if choices:
        actions.append(button("Open it", GO, data | {WHERE: ONE}))
    actions.append(button("Who is here", SHOW, data, collect=False))
    if not first:
        told = " Then each agency is told its outcome." if view.quorum.met else ""
        body.append(paragraph(f"Until the meeting is closed, everything here can be undone.{told}"))
        actions.append(button("Close the meeting", CLOSE, data | {ITS_MEETING: view.meeting_id}, collect=False))
    return card(f"{name}. {counted(view)}", body, actions, wide=True)


def _says(one: TabledReturn) -> str:
    if not one.answered:
        return "No answer"
    return "; ".join(line.own or NO_LEVEL for line in one.lines)


def _open(one: TabledReturn) -> str:
    if one.outcome:
        return one.outcome
    return "Not yet" if one.answered else NO_LEVEL


def read_go_to(data: Mapping[str, Any]) -> int | None:
    """Which return was chosen in the overview; None for none."""
    sent = next((value for key, value in data.items() if key.endswith(f".{GO_TO}")), "")
    sound = isinstance(sent, str) and sent.isascii() and sent.isdigit() and len(sent) < 10
    return int(sent) if sound else None
