"""The cards of chasing: a reminder of what somebody still owes, and the officer's list of whom to ring (B13, B14)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assurance.dates import count_words, day_words, listing
from assurance.nudge_view import NudgeItem, NudgeView
from assurance.ring_list import RingItem, RingView
from cards.asking import Question, ask_button
from cards.behalf import OPEN as BEHALF
from cards.elements import ActionSet, Element
from cards.parts import Card, button, card, heading, paragraph, points, strong, subtle, title
from cards.pleas import PleaShown, plea_forms
from cards.request import OPEN

RETURNS = "my returns"
MOST_ITEMS = 6
MOST_ACTS = 12
"""So many answers on a list have a button of their own."""
ANY_LEVEL = "Medium or Low with a plain reason is as useful to the group as High."
SAY_SO = "If it will not be ready, tell us now and we will agree another date."
IN_THE_WAY = "If something is in the way, tell us and we will help."
NO_RESPONSE = "Without an answer by the end of the meeting, the record will say \u201cno response received\u201d."


def nudge_card(view: NudgeView) -> Card:
    """What a person still owes: one answer with everything that can be done about it, or a short list."""
    asked = view.asked
    return _one(view, asked[0]) if len(asked) == 1 else _several(view, asked)


def answered_card(partnership_id: int) -> Card:
    """What a reminder becomes once everything it was about is answered."""
    text = "Thank you. Everything that this was about is answered."
    return card(text, [paragraph(text)], [_all_returns(partnership_id)])


def _one(view: NudgeView, item: NudgeItem) -> Card:
    name = f"{_first_words(view)}: {item.title}"
    body: list[Element] = [title(name), subtle(f"{_whom_and_when(item)}.", spacing="none")]
    draft = "A draft is saved: open it, and send it when it is right." if item.draft else ""
    if item.late:
        body.append(paragraph(" ".join(part for part in (_not_yet(item), draft, _papers(view)) if part)))
        body.append(paragraph(IN_THE_WAY))
        body += _record(view)
    else:
        body.append(paragraph(" ".join(part for part in (draft, ANY_LEVEL if item.rated else "", SAY_SO) if part)))
    body.append(ActionSet(actions=[_answer(view, item, primary=True)], spacing="medium"))
    data = {"p": view.partnership_id, "to": view.person_id, "request": item.request_id, "return": item.return_id}
    body += plea_forms({**data, "nudge": 1}, f"nudge-r{item.return_id}", view.officer, PleaShown())
    body += _waiting(view)
    return card(f"{name}. {_whom_and_when(item)}.", body)


def _several(view: NudgeView, asked: Sequence[NudgeItem]) -> Card:
    places = {one.place for one in asked}
    whose = f" for {places.pop()}" if len(places) == 1 and "" not in places else ""
    name = f"{_first_words(view)}: {count_words(len(asked))} answers{whose}"
    body: list[Element] = [title(name)]
    for item in asked[:MOST_ITEMS]:
        said = f"{_whom_and_when(item)}. {'Draft saved.' if item.draft else 'Not started.'}"
        body.append(paragraph(strong(f"{item.title}\n"), said, spacing="medium"))
        body.append(ActionSet(actions=[_answer(view, item, primary=item == asked[0])], spacing="small"))
    if len(asked) > MOST_ITEMS:
        more = len(asked) - MOST_ITEMS
        body.append(paragraph(f"And {count_words(more)} more.", spacing="medium"))
        body.append(ActionSet(actions=[_all_returns(view.partnership_id)], spacing="small"))
    late = any(one.late for one in asked)
    said = " ".join(part for part in (_papers(view) if late else "", _hint(asked), _open_it(late=late)) if part)
    body.append(paragraph(said, spacing="medium"))
    body += _record(view) if late else []
    body += _waiting(view)
    return card(f"{name}: {listing([one.title for one in asked[:MOST_ITEMS]])}.", body)


def _first_words(view: NudgeView) -> str:
    if view.listed and view.meeting_on is not None:
        return f"Before the meeting on {day_words(view.meeting_on)}"
    late = any(one.late for one in view.items if one.return_id in view.about)
    return "Still to come" if late else "Reminder"


def _whom_and_when(item: NudgeItem) -> str:
    whom = f"For {item.place}" if item.place else "For you"
    return f"{whom}, due {day_words(item.due_on)}" if item.late else f"{whom}, by the end of {day_words(item.due_on)}"


def _not_yet(item: NudgeItem) -> str:
    whose = f"{item.place}\u2019s" if item.place else "your"
    return f"We have not yet had {whose} answer."


def _papers(view: NudgeView) -> str:
    """Where a late answer still helps."""
    if view.meeting_on is None:
        return "It is still welcome, and a few lines are enough."
    meeting = day_words(view.meeting_on)
    if view.papers_on is None:
        return f"Please answer here before the meeting on {meeting}, or at it."
    papers = f"If it comes by noon on {day_words(view.papers_on)}, it goes in the papers"
    return f"{papers}; after that, answer here or at the meeting on {meeting}."


def _record(view: NudgeView) -> list[Element]:
    return [subtle(NO_RESPONSE)] if view.meeting_on is not None else []


def _hint(asked: Sequence[NudgeItem]) -> str:
    return ANY_LEVEL if any(one.rated and not one.late for one in asked) else ""


def _open_it(*, late: bool) -> str:
    if late:
        return "If something is in the way, open it and tell us; we will help."
    return "If one will not be ready, open it now and ask for another date."


def _waiting(view: NudgeView) -> list[Element]:
    return [
        subtle(f"More time is agreed for {one.title}: until the end of {day_words(one.due_on)}.")
        for one in view.items
        if one.waits
    ]


def _answer(view: NudgeView, item: NudgeItem, *, primary: bool) -> Any:
    data = {"p": view.partnership_id, "to": view.person_id, "request": item.request_id, "return": item.return_id}
    return button("Answer", OPEN, data, primary=primary, collect=False)


def _all_returns(partnership_id: int) -> Any:
    return ask_button("See all my returns", partnership_id, Question(RETURNS))


def ring_card(view: RingView) -> Card:
    """Whom to ring: agency by agency what has not come, who sits there, and what was tried."""
    many = f"{count_words(view.answers).capitalize()} answer{' has' if view.answers == 1 else 's have'}"
    said = f"{many} not come, and the day has passed. A call often helps more than another message."
    body: list[Element] = [title("Whom to ring"), paragraph(said)]
    acts = 0
    for place in view.places:
        body.append(heading(place.name))
        for item in place.items:
            acts += 1
            body += _ring_item(view, item, act=acts <= MOST_ACTS)
    names = listing([one.name for one in view.places])
    return card(f"Whom to ring: {names}.", body)


def _ring_item(view: RingView, item: RingItem, *, act: bool) -> list[Element]:
    people = [f"{one.name}: {one.tried}" for one in item.people] or ["Nobody is there for the agency yet."]
    body: list[Element] = [paragraph(strong(f"{item.title}\n"), f"{item.due}."), points(people, spacing="small")]
    if act:
        data = {"p": view.partnership_id, "request": item.request_id, "loop": item.loop_id}
        body.append(ActionSet(actions=[button("Act for this agency", BEHALF, data, collect=False)], spacing="small"))
    return body
