"""What is held about one person, to be taken out or erased on their request: for the support officer alone."""

from __future__ import annotations

from collections.abc import Sequence

from assurance.erasing import Erased
from assurance.person_data import MOST_FOUND, PersonData, PersonMeant
from cards.elements import Action, Element
from cards.parts import Card, button, card, facts, heading, paragraph, points, strong, subtle, title

SHOW, EXPORT, ASK, ERASE = "person.show", "person.export", "person.ask", "person.erase"
PERSON = "person"
IN_PRIVATE = "What is held about somebody is shown in private only. Please type person data in our own chat."
HOW = "Please type person data with a name, such as: person data Asha Nair."
GOES = (
    "Name, e-mail address, Teams account and chat",
    "Their own drafts, and when they were away",
    "What they told you in their own words, such as why they needed more time",
    "Messages that were still to go to them",
)
STAYS = (
    "Answers that they gave for their agency, with the role title under each: the agency's record, kept for a public "
    "task until its retention ends",
    "Which places they held and when, levels, and the log: by number only",
)
OUT_OF_REACH = (
    "Their name in words that other people wrote. An evidence file without names, made before, leaves it out; "
    "afterwards I do not know it any more",
    "Cards that stand in Teams, files that were taken out, and copies of the database",
)
BACK_AGAIN = (
    "They are still in the team. Please take them out of it in Teams first: otherwise the next look at its members "
    "brings them back, as somebody new."
)


def which_card(partnership_id: int, found: Sequence[PersonMeant], asked: bool) -> Card:
    """Who may be meant, each a press; or that nobody is. `asked`: a name was typed."""
    name = "Person data"
    if not asked:
        return card(HOW, [title(name), paragraph(HOW)])
    if not found:
        text = f"I know nobody of that name. {HOW}"
        return card(text, [title(name), paragraph(text)])
    if len(found) > MOST_FOUND:
        text = f"That fits {len(found)} people. Please type more of the name, or the e-mail address."
        return card(text, [title(name), paragraph(text)])
    body: list[Element] = [title("Who is meant?")]
    body.append(points(f"{one.name}, no. {one.person_id}: {one.where}" for one in found))
    ways = [
        button(f"{one.name}, no. {one.person_id}", SHOW, _data(partnership_id, one.person_id), collect=False)
        for one in found
    ]
    return card("Who is meant?", body, ways)


def person_card(view: PersonData, told: str = "") -> Card:
    """How much of what is held about somebody."""
    body: list[Element] = [title(f"What is held about {view.name}"), subtle(f"No. {view.person_id}", spacing="none")]
    if told:
        body.append(paragraph(strong(told)))
    if view.places:
        body.append(points(view.places))
    if view.counts:
        body.append(facts((name, str(number)) for name, number in view.counts))
    else:
        body.append(paragraph("Nothing but this number."))
    data = _data(view.partnership_id, view.person_id)
    actions: list[Action] = [button("Export (Excel)", EXPORT, data, primary=True, collect=False)]
    if view.why_not:
        body.append(paragraph(view.why_not if view.erased else f"Not to be erased yet. {view.why_not}"))
    else:
        actions.append(button("Erase", ASK, data, collect=False))
    return card(told or f"What is held about {view.name}.", body, actions)


def ask_card(view: PersonData) -> Card:
    """What goes, what stays and why, before anything is erased."""
    body: list[Element] = [
        title(f"Erase {view.name}?"),
        paragraph(f"From then on they are shown as {view.becomes}. This cannot be undone."),
    ]
    if view.in_team:
        body.append(paragraph(strong(BACK_AGAIN)))
    body += [heading("What goes"), points(GOES, spacing="small")]
    body += [heading("What stays, and why"), points(STAYS, spacing="small")]
    body += [heading("What I cannot reach"), points(OUT_OF_REACH, spacing="small")]
    data = _data(view.partnership_id, view.person_id)
    erase = button("Erase for good", ERASE, data, collect=False)
    erase.style = "destructive"
    return card(f"Erase {view.name}?", body, [erase, button("Back", SHOW, data, collect=False)])


def erased_card(done: Erased, day: str) -> Card:
    """That it is done, and what to keep with the request."""
    text = f"Erased. They are {done.called} from now on."
    note = (
        f"Please keep with the request: person no. {done.person_id}, erased on {day}. Where an earlier copy of the "
        "database is ever put back, it has to be done again."
    )
    return card(text, [title("Erased"), paragraph(f"Everybody sees “{done.called}” from now on."),
                       paragraph(note)])  # fmt: skip


def _data(partnership_id: int, person_id: int) -> dict[str, int]:
    return {"p": partnership_id, PERSON: person_id}
