"""The officer's page of one agency that owes something: who sits there, what was tried, what comes, and one press."""

from __future__ import annotations

from datetime import datetime

from assurance.dates import count_words, day_words, listing, moment_words
from assurance.reminding import OwedAnswer, RemindView, WhoOwes, sends_today, why_nobody
from cards.asking import Question, ask_button
from cards.elements import ActionSet, Element
from cards.parts import MOST_ACTIONS, Card, button, card, heading, paragraph, points, strong, subtle, title
from cards.proof_of_chase import PROOF

SEND = "remind.send"
SEAT = "seat"
MOST_SHOWN = 8


def remind_card(view: RemindView, told: str = "") -> Card:
    """What is owed and what was tried about it, and below it what a press does."""
    name = f"Remind {view.short}"
    body: list[Element] = [title(name), subtle(view.name, spacing="none")]
    if told:
        body.append(paragraph(strong(told)))
    if not view.owed:
        body.append(paragraph("Nothing is owed at the moment."))
    for one in view.owed[:MOST_SHOWN]:
        body += _owed(one)
    if len(view.owed) > MOST_SHOWN:
        body.append(subtle(f"And {count_words(len(view.owed) - MOST_SHOWN)} more."))
    proof = button("What was sent", PROOF, {"p": view.partnership_id, SEAT: view.seat_id}, collect=False)
    status = ask_button("Status", view.partnership_id, Question("status", "seat", str(view.seat_id)))
    actions = [proof, status]
    if view.may_send:
        if not told:
            body.append(paragraph(_what_a_press_does(view), spacing="large"))
        send = button("Send a reminder now", SEND, {"p": view.partnership_id, SEAT: view.seat_id}, primary=True)
        send.associated_inputs = "none"
        actions.insert(0, send)
    elif any(not one.waits for one in view.owed) and not told:
        body.append(paragraph(why_nobody(view), spacing="large"))
    return card(told or f"{name}: {_summary(view)}", body, actions)


def _summary(view: RemindView) -> str:
    number = len(view.owed)
    if not number:
        return "nothing is owed at the moment."
    return f"{count_words(number)} {'answer is' if number == 1 else 'answers are'} still to come."


def _owed(one: OwedAnswer) -> list[Element]:
    due = f"{one.due}. {'A draft is saved.' if one.draft else ''}".strip()
    body: list[Element] = [heading(one.title), subtle(due, spacing="none")]
    people = [f"{name}: {tried}" for name, tried in one.tried] or ["Nobody is there for the agency yet."]
    body.append(points(people, spacing="small"))
    if one.waits:
        body.append(subtle("More time is agreed, so nobody is reminded of it before that day."))
    elif one.coming:
        coming = "; ".join(f"{day_words(day)}, {what[:1].lower()}{what[1:]}" for day, what in one.coming)
        body.append(subtle(f"By itself: {coming}."))
    else:
        body.append(subtle("By itself, nothing more is sent about it."))
    return body


def _what_a_press_does(view: RemindView) -> str:
    """Whom a reminder goes to and when, and who is left out and why."""
    whom = listing([one.name for one in view.people if not one.why_not])
    said = f"A reminder of all this goes to {whom}{_when(view)}. It does not use up those that come by themselves."
    left = [f"{one.name} ({one.why_not})" for one in view.people if one.why_not]
    return f"{said} Not to {listing(left)}." if left else said


def _when(view: RemindView) -> str:
    if view.sends_at <= view.now:
        return ""
    if sends_today(view):
        return f" at {moment_words(view.sends_at, view.timezone).partition(' on ')[0]} today, when send hours begin"
    return f" at {moment_words(view.sends_at, view.timezone)}, when send hours begin"


def sent_words(names: tuple[str, ...], sends_at: datetime, now: datetime, timezone: str) -> str:
    """What the officer reads once a reminder is owed."""
    if sends_at <= now:
        return f"A reminder is on its way to {listing(names)}."
    return f"A reminder goes to {listing(names)} at {moment_words(sends_at, timezone)}."


def who_owes_card(view: WhoOwes, name: str = "Who is to be reminded?") -> Card:
    """The agencies that owe something, each a press to its page."""
    if not view.seats:
        text = "Nobody owes an answer at the moment."
        return card(text, [title(name), paragraph(text)])
    body: list[Element] = [title(name), paragraph("These still owe answers. Nothing is sent before you say so.")]
    ways = [
        ask_button(f"{label} ({number})", view.partnership_id, Question("remind", "seat", str(seat_id)))
        for seat_id, label, number in view.seats
    ]
    for at in range(0, len(ways), MOST_ACTIONS):
        body.append(ActionSet(actions=ways[at : at + MOST_ACTIONS], spacing="small"))
    return card(f"{count_words(len(view.seats)).capitalize()} agencies still owe answers.", body)
