"""After issuing: what became of it, whom it does not reach, and what to do about that."""

from __future__ import annotations

from collections.abc import Sequence

from assurance.dates import day_words, listing
from assurance.learning_view import IssuedView
from assurance.reach import NOBODY, NOT_IN_TEAM, PlaceReach
from cards.behalf import OPEN as BEHALF
from cards.elements import Element
from cards.exports import OPEN as EXPORT
from cards.managing import MANAGE
from cards.parts import Card, button, card, heading, paragraph, points, subtle, title
from cards.preview import FULL, REQUEST, agencies


def issued_card(view: IssuedView) -> Card:
    """What was issued, whom it does not reach, and what to do about that."""
    asked = [one for one in view.places if one.asked]
    told = [one.short for one in view.places if not one.asked]
    missed = [one for one in view.places if not one.reached]
    meeting = f", for the meeting on {day_words(view.meeting_on)}" if view.meeting_on else ""
    due = f"Answers are due by {day_words(view.due_on)}{meeting}."
    if view.tabled == "verbal":
        due = f"A verbal update is asked for at the meeting on {day_words(view.due_on)}."
    summary = f"Issued to {agencies(len(asked)).lower()}: {view.title}."
    body: list[Element] = [
        title(f"Issued: {view.title}"),
        paragraph(f"Issued to {agencies(len(asked)).lower()}. {due}"),
    ]
    if told:
        body.append(paragraph(f"For information: {listing(told)}."))
    if view.starts_on:
        body.append(paragraph(f"Nothing is sent before the start date, {day_words(view.starts_on)}."))
    if missed:
        body.append(heading(f"{agencies(len(missed))} not reached in Teams"))
        body.append(points(f"{one.short}: {one.why}" for one in missed))
        body += [paragraph(line, spacing="small") for line in _advice(missed)]
    if view.full_next:
        body.append(paragraph("This was urgent: it asks only whether it was received, and whom it was passed on to."))
    base = {"p": view.partnership_id, "to": view.person_id}
    follow = []
    if view.full_next:
        follow.append(button("Issue the full request", FULL, {**base, REQUEST: view.request_id}, primary=True))
    if missed:
        follow.append(button("Reach them another way", BEHALF, {**base, "request": view.request_id}))
    follow.append(button("Change this request", MANAGE, {**base, "request": view.request_id}))
    follow.append(button("Word and evidence files", EXPORT, {**base, "request": view.request_id}))
    return card(summary, [*body, subtle("Type status to see who has answered.")], follow)


def _advice(missed: Sequence[PlaceReach]) -> list[str]:
    whys = [one.why for one in missed]
    lines = []
    if any(NOBODY in why or NOT_IN_TEAM in why for why in whys):
        lines.append("Type people to put somebody on an empty place: they then get the card by themselves.")
    lines.append("Anybody in the team can answer from the card in the channel. Others can be sent an e-mail to answer.")
    return lines
