"""The practice cards: what to try first, whose place to take, and whose place is taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cards.elements import Element, InputChoiceSet, TextRun
from cards.parts import Card, button, card, paragraph, strong, subtle, title

TAKE = "practice.be"
PLACE = "place"
"""The name under which a button, or the list, carries the number of the person whose place is taken."""
ROLES = ("officer", "chair", "vice chair", "learning lead")
FROM = "from"
"""The name under which a button says which card it stands on: "first" or "places"."""


@dataclass(frozen=True)
class PlaceShown:
    """One place: `word` is what to type after "be", `part` what the person is there, in words."""

    person_id: int
    word: str
    name: str
    part: str

    @property
    def spoken(self) -> str:
        """The place within a sentence: a role has its article, an agency has none."""
        return f"the {self.word}" if self.word in ROLES else self.word


def first_card(
    partnership: int, title_of_it: str, agencies: int, taken: PlaceShown | None, offered: Sequence[PlaceShown]
) -> Card:
    """What this is, and what to try, in order. `offered`: a member, whoever sees all of it, and the officer."""
    member, overseer, officer = (one.word for one in offered)
    opening = (
        f"You practise here with the {title_of_it}: a made-up person sits for each of its {agencies} agencies "
        "and services. Please use made-up content only."
    )
    steps: list[tuple[str | TextRun, ...]] = [
        (strong("new learning"), ", fill in the card, look at the preview, and issue it."),
        (strong(f"be {member}"), f". You now sit where {member}'s representative sits, and see their card. Answer it."),
        (strong(f"be {overseer}"), ", then ", strong(f"how is {member} doing?"), " and ", strong("status"), "."),
        (
            strong("travel to the meeting"),
            f". Time moves on, and what falls due on the way arrives at once. See it as {member}, too.",
        ),
        (strong(f"be {officer}"), ", then ", strong("today"), " for what waits. ", strong("help"), " always works."),
    ]
    lines: list[Element] = [
        paragraph(f"{number}. Type ", *typed, spacing="small") for number, typed in enumerate(steps, start=1)
    ]
    return card(
        "Welcome to Learning Loop, in practice. Type new learning to begin.",
        [
            title("Welcome to Learning Loop, in practice"),
            paragraph(opening),
            paragraph("To see it all in a few minutes:"),
            *lines,
            subtle("What the whole group sees is in the channel on the left: please open it once.", spacing="default"),
            subtle(taken_line(taken)),
        ],
        [_take(partnership, one, "first") for one in offered],
    )


def taken_line(place: PlaceShown | None) -> str:
    """Whose place is taken now, as a sentence."""
    return f"You are now {place.spoken} ({place.name})." if place else "You have not taken a place yet."


def place_card(place: PlaceShown, waiting: int, next_step: str) -> Card:
    """Whose place the newcomer has just taken, and what waits there."""
    named = taken_line(place).removesuffix(".")
    waits = {0: "", 1: "One card waits below."}.get(waiting, f"{waiting} cards wait below.")
    said = f"{waits} {next_step}".strip()
    return card(f"{named}. {said}", [title(named), subtle(place.part), paragraph(said)])


def places_card(
    partnership: int, said: str, taken: PlaceShown | None, offered: Sequence[PlaceShown], *, few: bool
) -> Card:
    """Whose place may be taken: `few` likely ones as buttons, or all of them as a list."""
    body: list[Element] = [title("Whose place do you want to take?"), paragraph(said)]
    if few:
        return card(said, [*body, subtle(taken_line(taken))], [_take(partnership, one, "places") for one in offered])
    chosen = InputChoiceSet(
        id=PLACE,
        label="Place",
        choices=[{"title": f"{one.word} ({one.name})", "value": str(one.person_id)} for one in offered],
        style="compact",
        placeholder="Choose a place",
    )
    data = {"p": partnership, FROM: "places"}
    return card(said, [*body, chosen, subtle(taken_line(taken))], [button("Take this place", TAKE, data, primary=True)])


def wanted(data: Mapping[str, Any]) -> Any:
    """What a press says about whose place to take; untrusted."""
    return data.get(PLACE)


def _take(partnership: int, place: PlaceShown, where: str) -> Any:
    data = {"p": partnership, PLACE: place.person_id, FROM: where}
    return button(f"Be {place.spoken}", TAKE, data, collect=False)
