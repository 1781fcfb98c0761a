"""Being away: the form, and how it stands, with one press to come back and one to name a deputy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assurance.absence_view import AwayPeriod, AwayView
from assurance.dates import day_words, listing
from assurance.deputy_view import DeputyLine
from cards.deputies import NOBODY, chosen_person, deputy_lines, person_choices, until_words
from cards.deputies import OPEN as OPEN_DEPUTIES
from cards.elements import Action, Element, InputDate
from cards.parts import Card, button, card, paragraph, problem, subtle, title

OPEN, SAVE, BACK = "away.open", "away.save", "away.back"
ABSENCE = "absence"
IN_CHANNEL = "Who is away is shown in private only. Please type away in our own chat."


@dataclass(frozen=True)
class AwayForm:
    """What was typed into the form: whose absence, its days, and who stands in meanwhile."""

    person: str = ""
    first: str = ""
    last: str = ""
    deputy: str = ""


def away_in_channel_card() -> Card:
    """What a channel sees: nothing about anybody."""
    return card(IN_CHANNEL, [paragraph(IN_CHANNEL)])


def read_away(data: Mapping[str, Any]) -> AwayForm:
    """What a press on the form brought. Nothing in it is trusted."""
    form = str(data.get("form", ""))[:20]

    def typed(name: str) -> str:
        value = data.get(f"{form}.{name}")
        return value.strip()[:40] if isinstance(value, str) else ""

    deputy = typed("deputy")
    return AwayForm(typed("person"), typed("first"), typed("last"), "" if deputy == NOBODY else deputy)


def away_form_card(
    view: AwayView, form: str, typed: AwayForm | None = None, errors: Mapping[str, str] | None = None
) -> Card:
    """From when until when, and who stands in. `form` makes the inputs' names new each time."""
    typed, errors = typed or AwayForm(), errors or {}
    officer = view.deputies.officer
    name = "Who is away, and until when?" if view.anybody else "When are you away?"
    body: list[Element] = [
        title(name),
        subtle(f"Nobody is reminded while they are away. The {officer} can see it; other agencies cannot."),
    ]
    if view.anybody:
        chosen = typed.person or str(view.person_id)
        body += _wrong(errors, "person")
        body.append(person_choices(f"{form}.person", "Who", view.anybody, chosen))
    first = InputDate(
        id=f"{form}.first", label="First day", value=typed.first or view.today.isoformat(), min=view.today.isoformat()
    )
    last = InputDate(id=f"{form}.last", label="Last day", value=typed.last or None, min=view.today.isoformat())
    body += [*_wrong(errors, "first"), first, *_wrong(errors, "last"), last]
    body += _stand_in(view, form, typed, errors)
    data = {"p": view.partnership_id, "form": form}
    return card(name, body, [button("Save", SAVE, data, primary=True)])


def _stand_in(view: AwayView, form: str, typed: AwayForm, errors: Mapping[str, str]) -> list[Element]:
    """Who stands in meanwhile, on the form of somebody who has colleagues; an officer names deputies apart."""
    deputies = view.deputies
    if view.anybody or not deputies.colleagues or not deputies.places:
        return []
    whose = listing(list(dict.fromkeys(one.short for one in deputies.places)))
    choices = tuple((one.person_id, chosen_person(one)) for one in deputies.colleagues)
    label = f"Who answers for {whose} meanwhile? (optional)"
    return [*_wrong(errors, "deputy"), person_choices(f"{form}.deputy", label, choices, typed.deputy, nobody=True)]


def away_card(view: AwayView, told: str = "") -> Card:
    """How it stands: the days, who answers meanwhile, one press to come back, and one to name a deputy."""
    if not view.periods:
        said = told or "You are not away." if view.own else told or f"{view.name} is not away."
        body: list[Element] = [paragraph(said), *_still_standing_in(view)]
        actions = [_open(view, "Set days away"), *(_deputies(view, "Deputies") if _stood_in(view) else [])]
        return card(said, body, actions)
    now = view.periods[0]
    whose = "You are" if view.own else f"{view.name} is"
    name = f"{whose} away {_days(view, now)}"
    body = [title(name)]
    if told:
        body.append(paragraph(told))
    also = [f"Also away {_days(view, one)}." for one in view.periods[1:]]
    body.append(paragraph(" ".join(["There are no reminders meanwhile.", *also])))
    body += _meanwhile(view)
    actions = [_back(view, one) for one in view.periods[:3]]
    wanted = view.own and bool(view.alone_for) and not _stood_in(view)
    deputies = _deputies(view, "Name a deputy" if not _stood_in(view) else "Deputies", primary=wanted)
    return card(f"{name}.", body, [*deputies, *actions, _open(view, "Change the days")])


def _days(view: AwayView, one: AwayPeriod) -> str:
    if one.first <= view.today:
        return f"until the end of {day_words(one.last)}"
    if one.first == one.last:
        return f"on {day_words(one.first)}"
    return f"from {day_words(one.first)} to the end of {day_words(one.last)}"


def _meanwhile(view: AwayView) -> list[Element]:
    """Who answers while the person is away."""
    found: list[Element] = list(_still_standing_in(view))
    if view.alone_for and not _stood_in(view):
        line = f"Nobody else answers for {listing(view.alone_for)} meanwhile."
        if view.own and view.deputies.places:
            line += " A colleague of yours can stand in."
        found.append(paragraph(line))
    return found


def _still_standing_in(view: AwayView) -> list[Element]:
    return [paragraph(line) for line in deputy_lines(_stood_in(view))]


def _stood_in(view: AwayView) -> list[DeputyLine]:
    return [one for one in view.deputies.lines if one.represented_id == view.person_id]


def _back(view: AwayView, one: AwayPeriod) -> Action:
    begun = one.first <= view.today
    name = ("I am back" if begun else "I am not away then") if view.own else (
        f"{view.name} is back" if begun else f"{view.name} is not away then"
    )  # fmt: skip
    if len(view.periods) > 1:
        name = f"{name} ({until_words(one.last)})"
    data = {"p": view.partnership_id, ABSENCE: one.absence_id}
    return button(name, BACK, data, collect=False)


def _open(view: AwayView, name: str) -> Action:
    return button(name, OPEN, {"p": view.partnership_id, "person": view.person_id}, collect=False)


def _deputies(view: AwayView, name: str, *, primary: bool = False) -> list[Action]:
    if not view.deputies.places:
        return []
    return [button(name, OPEN_DEPUTIES, {"p": view.partnership_id}, primary=primary, collect=False)]


def _wrong(errors: Mapping[str, str], name: str) -> list[Element]:
    return [problem(errors[name])] if name in errors else []
