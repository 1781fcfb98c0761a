"""The one card of a request in the channel: what, by when, how many have answered. Nobody is named."""

from __future__ import annotations

from assurance.channel_view import ChannelView
from assurance.dates import count_words, day_words
from cards.elements import MOST_REFRESHED, Element, Execute, Refresh
from cards.parts import Card, button, card, paragraph, subtle, title

REFRESH = "channel.refresh"
"""Sent by Teams itself, for the people named in the card's refresh: shows them their own form."""
ANSWER = "channel.answer"
"""The same by hand: for everyone past the sixtieth, and for clients that do not refresh."""


def channel_card(view: ChannelView) -> Card:
    """The card as everyone in the channel sees it."""
    name = title(view.title)
    counted = paragraph(count_sentence(view))
    if view.state != "open":
        closed = "This request has been withdrawn. Nothing more is needed. Thank you."
        return card(f"{view.title}: withdrawn.", [name, subtle(view.kind), paragraph(closed)])
    body: list[Element] = [
        name,
        subtle(f"{view.kind}. By the end of {day_words(view.due_on)}."),
        counted,
    ]
    if view.asked == 0:
        return card(f"{view.title}: for your information.", body)
    body.append(subtle("Your form opens for you alone. What anybody writes is never shown in this channel."))
    data = {"p": view.partnership_id, "request": view.request_id}
    label = f"Answer for my {view.agency}" if view.agency else "Answer"
    return card(
        f"{view.title}: {count_sentence(view)}",
        body,
        [button(label, ANSWER, data, primary=True, collect=False)],
        refresh=_refresh(view),
    )


def count_sentence(view: ChannelView) -> str:
    """How many answers are in, as a sentence without a name."""
    if view.asked == 0:
        return "For your information: no answer is needed."
    sentence = f"{view.returned} of {view.asked} returned"
    if view.behalf:
        sentence += f", {count_words(view.behalf)} of them entered on behalf by the {view.officer}"
    return f"{sentence}."


def _refresh(view: ChannelView) -> Refresh | None:
    """Teams shows a form of their own to at most sixty people; without a list it would ask for everyone."""
    if not view.readers:
        return None
    data = {"p": view.partnership_id, "request": view.request_id}
    action = Execute(title="Show my own form", verb=REFRESH, data=data, associated_inputs="none")
    return Refresh(action=action, user_ids=view.readers[:MOST_REFRESHED])
