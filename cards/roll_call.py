"""The roll call: a harmless card to press, and the officer's list of who could be reached."""

from __future__ import annotations

from assurance.dates import count_words, time_words
from assurance.roll_call import Called, RollCallView
from cards.elements import Element
from cards.parts import Card, button, card, heading, paragraph, points, subtle, title

SEEN, REFRESH = "rollcall.seen", "rollcall.refresh"
THANKS = "Thank you. We know now that messages reach you here."
MOST_NAMED = 60
_CHANNEL = {
    "asked": "They are asked in the channel as well.",
    "next": "They are asked in the channel within a few minutes.",
    "none": "They could be asked in a channel too, once the partnership has a team.",
}


def roll_call_card(partnership_id: int, roll_call_id: int, group: str) -> Card:
    """The card to everyone in a place; one press and nothing else."""
    summary = f"Can you see this? A short check from the {group}."
    body: list[Element] = [
        title("Can you see this?"),
        paragraph(
            f"This is a check that messages of the {group} reach you here. Please press the button. "
            "There is nothing else to do."
        ),
    ]
    data = {"p": partnership_id, "roll_call": roll_call_id}
    return card(summary, body, [button("I can see this", SEEN, data, primary=True)])


def roll_call_channel_card(partnership_id: int, roll_call_id: int, group: str) -> Card:
    """The same in the channel, for those whom it did not reach in a chat of their own; it names nobody."""
    summary = f"Did our check reach you? A short check from the {group}."
    body: list[Element] = [
        title("Did our check reach you?"),
        paragraph(
            "We sent a short check to everyone in a chat of their own, and it did not reach all of you. "
            "If you had none, please press here. There is nothing else to do."
        ),
    ]
    data = {"p": partnership_id, "roll_call": roll_call_id}
    return card(summary, body, [button("I can see this", SEEN, data, primary=True)])


def seen_card() -> Card:
    """What stands in the place of the card once it was pressed."""
    return card(THANKS, [paragraph(THANKS)])


def result_card(view: RollCallView) -> Card:
    """Who pressed, who has it and has not pressed, who could not be reached and why."""
    pressed, summary = view.those("pressed"), counts(view)
    body: list[Element] = [
        title("Roll call"),
        subtle(
            f"Sent at {time_words(view.at, view.timezone)}, as it stands at {time_words(view.seen_at, view.timezone)}."
        ),
        paragraph(summary),
    ]
    body += _group("Not reached", view.those("unreached"), reasons=True)
    if view.those("unreached"):
        body.append(subtle(_CHANNEL[view.channel] + " For those who do not see that, write an e-mail or ring."))
    body += _group("May or may not have arrived", view.those("unsure"), reasons=True)
    body += _group("On its way", view.those("coming"), reasons=True)
    body += _group("It arrived, not pressed yet", view.those("waiting"))
    body += _group("Pressed", pressed)
    data = {"p": view.partnership_id, "roll_call": view.roll_call_id}
    return card(summary, body, [button("Look again", REFRESH, data, primary=True)])


def result_in_channel_card(view: RollCallView) -> Card:
    """What the channel sees when a roll call is typed there: counts, and no names."""
    text = f"The roll call has gone out. {counts(view)} The names are in your own chat with me."
    return card(text, [paragraph(text)])


def counts(view: RollCallView) -> str:
    """How it stands, in a sentence."""
    if not view.people:
        return "Nobody is on a seat or in a role yet, so there was nobody to call."
    said = [f"{count_words(len(view.those('pressed'))).capitalize()} of {count_words(len(view.people))} have pressed."]
    waiting = len(view.those("waiting"))
    if waiting:
        said.append(f"It arrived with {count_words(waiting)} more.")
    unreached = len(view.those("unreached"))
    if unreached:
        said.append(f"{count_words(unreached).capitalize()} could not be reached in a chat of their own.")
    return " ".join(said)


def _group(name: str, people: tuple[Called, ...], *, reasons: bool = False) -> list[Element]:
    if not people:
        return []
    lines = []
    for one in people[:MOST_NAMED]:
        who = f"{one.name} ({one.places})" if one.places else one.name
        lines.append(f"{who}: {one.reason}" if reasons and one.reason else who)
    if len(people) > MOST_NAMED:
        lines.append(f"and {len(people) - MOST_NAMED} more")
    return [heading(f"{name} ({len(people)})", spacing="medium"), points(lines, spacing="small")]
