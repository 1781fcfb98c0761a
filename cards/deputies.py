"""Deputies: who stands in for whom, the form that names one, and the line that those concerned get."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from assurance.colleagues import Colleague
from assurance.dates import day_words, listing
from assurance.deputy_view import DeputyLine, DeputyNews, DeputyView
from cards.asking import Question, ask_button
from cards.elements import ActionSet, Element, InputChoiceSet, InputDate, InputText
from cards.parts import Card, button, card, paragraph, problem, subtle, title

OPEN, NAME, END, FIND = "deputy.open", "deputy.name", "deputy.end", "deputy.find"
HOLDING = "holding"
IN_CHANNEL = "Who stands in for whom is shown in private only. Please type deputy in our own chat."
MOST_CHOICES: Final = 150
MOST_LISTED: Final = 40
"""Longer lists can be searched by typing."""
MOST_LINES: Final = 20
NOBODY = "0"
"""What a list sends where nobody was chosen from it on purpose."""


@dataclass(frozen=True)
class DeputyForm:
    """What was typed into the form: for whom, who stands in, and from when until when."""

    places: str = ""
    deputy: str = ""
    first: str = ""
    last: str = ""
    search: str = ""


def deputies_in_channel_card() -> Card:
    """What a channel sees: nothing about anybody."""
    return card(IN_CHANNEL, [paragraph(IN_CHANNEL)])


def read_deputy(data: Mapping[str, Any]) -> DeputyForm:
    """What a press on the form brought. Nothing in it is trusted."""
    form = str(data.get("form", ""))[:20]

    def typed(name: str, longest: int = 40) -> str:
        value = data.get(f"{form}.{name}")
        return value.strip()[:longest] if isinstance(value, str) else ""

    return DeputyForm(typed("places", 400), typed("deputy"), typed("first"), typed("last"), typed("search", 80))


def deputy_card(
    view: DeputyView,
    form: str,
    typed: DeputyForm | None = None,
    errors: Mapping[str, str] | None = None,
    told: str = "",
    done: bool = False,
) -> Card:
    """Who stands in now, each with a button that ends it, and the form that names somebody.

    `done`: somebody was just named, or ended; the form is a press away.
    """
    typed, errors = typed or DeputyForm(), errors or {}
    name = "Who stands in for whom?" if view.for_anyone else "Who stands in for you?"
    body: list[Element] = [title(name)]
    if told:
        body.append(paragraph(told))
    for one in view.lines[:MOST_LINES]:
        body += _line(view, one)
    if (why_not := _why_not(view)) is not None:
        return card(name, [*body, paragraph(why_not)])
    if done:
        more = button("Name somebody else", OPEN, {"p": view.partnership_id}, collect=False)
        return card(told or name, body, [more])
    body.append(subtle("A deputy is asked what the agency is asked, and any answer counts. It ends by itself."))
    data = {"p": view.partnership_id, "form": form}
    actions = [button("Name as deputy", NAME, data, primary=True)]
    found = _matching(view.colleagues, typed)
    if len(view.colleagues) > MOST_CHOICES:
        actions.append(button("Find", FIND, data))
    return card(name, [*body, *_fields(view, form, typed, errors, found)], actions)


def _why_not(view: DeputyView) -> str | None:
    """Why this person cannot name anybody here, in a sentence that helps; None where they can."""
    if view.is_deputy:
        return f"You stand in for somebody yourself. They, or the {view.officer}, can name another deputy."
    if not view.places:
        return "You do not answer for any agency, so nobody has to stand in for you."
    if not view.colleagues:
        agency = f" of {view.agency}" if view.agency else " of your agency"
        return (
            f"I know no other colleague{agency} yet. Please tell the {view.officer} who could stand in: "
            "they can add and name anybody."
        )
    return None


def _line(view: DeputyView, one: DeputyLine) -> list[Element]:
    if not (one.own or view.for_anyone):
        return [paragraph(f"You stand in for {one.represented} for {one.short}, {_days_of(one)}.")]
    whom = "you" if one.own else one.represented
    line = f"{one.deputy} stands in for {whom} for {one.short}, {_days_of(one)}."
    end = button("End this", END, {"p": view.partnership_id, HOLDING: one.holding_id}, collect=False)
    end.tooltip = f"{one.deputy} no longer stands in for {whom}"
    return [paragraph(line), ActionSet(actions=[end], spacing="small")]


def _fields(
    view: DeputyView, form: str, typed: DeputyForm, errors: Mapping[str, str], found: Sequence[Colleague]
) -> list[Element]:
    fields: list[Element] = [*_wrong(errors, "places"), *_whom(view, form, typed)]
    if len(view.colleagues) > MOST_CHOICES:
        fields.append(
            InputText(
                id=f"{form}.search", label="Part of the name", value=typed.search or None, placeholder="Then press Find"
            )
        )
    choices = tuple((one.person_id, chosen_person(one)) for one in found)
    fields += [*_wrong(errors, "deputy"), person_choices(f"{form}.deputy", "Who stands in", choices, typed.deputy)]
    first = InputDate(id=f"{form}.first", label="From", value=typed.first or view.first.isoformat())
    last = InputDate(id=f"{form}.last", label="Until the end of", value=typed.last or view.last.isoformat())
    return [*fields, *_wrong(errors, "first"), first, *_wrong(errors, "last"), last]


def _whom(view: DeputyView, form: str, typed: DeputyForm) -> list[Element]:
    """For which seats: no question where there is only one."""
    if len(view.places) == 1 and not view.for_anyone:
        return [subtle(f"For {view.places[0].short}.")]
    if view.for_anyone:
        choices = tuple((one.holding_id, f"{one.short}: {one.name}") for one in view.places)
        return [person_choices(f"{form}.places", "For whom", choices, typed.places)]
    return [
        InputChoiceSet(
            id=f"{form}.places", label="For which of your agencies", is_multi_select=True, style="expanded", wrap=True,
            choices=[{"title": one.short, "value": str(one.holding_id)} for one in view.places],
            value=typed.places or ",".join(str(one.holding_id) for one in view.places),
        )
    ]  # fmt: skip


def _matching(colleagues: Sequence[Colleague], typed: DeputyForm) -> list[Colleague]:
    """Those who fit on a card: everybody in a small team, or those whose name or address holds what was typed."""
    wanted = typed.search.casefold().split()
    found = [one for one in colleagues if all(part in f"{one.name} {one.email}".casefold() for part in wanted)]
    chosen = [one for one in colleagues if str(one.person_id) == typed.deputy and one not in found[:MOST_CHOICES]]
    return chosen + found[:MOST_CHOICES]


def person_choices(
    id: str, label: str, choices: Sequence[tuple[int, str]], value: str, *, nobody: bool = False
) -> InputChoiceSet:
    """A list of people to choose from; `nobody` offers to choose none."""
    shown = [{"title": "Nobody", "value": NOBODY}] if nobody else []
    shown += [{"title": name, "value": str(number)} for number, name in choices]
    known = {one["value"] for one in shown}
    return InputChoiceSet(
        id=id, label=label, choices=shown, value=value if value in known else None,
        style="filtered" if len(shown) > MOST_LISTED else "compact",
        placeholder="Nobody" if nobody else "Choose one",
    )  # fmt: skip


def chosen_person(one: Colleague) -> str:
    """A colleague in a list: the name, and whether they are in the team yet."""
    return f"{one.name} (not yet in the team)" if one.listed else one.name


def deputy_lines(lines: Iterable[DeputyLine]) -> list[str]:
    """Who stands in for whom, now or later, as sentences."""
    return [
        f"{one.deputy} stands in for {'you' if one.own else one.represented} for {one.short}, {_days_of(one)}."
        for one in lines
    ]


def _days_of(one: DeputyLine) -> str:
    return _span(None if one.begun else one.starts_on, one.ends_on)


def until_words(day: date) -> str:
    """The last day, for a tight place."""
    return f"until {day_words(day)}"


def _span(first: date | None, last: date | None) -> str:
    if last is None:
        return f"from {day_words(first)}" if first else "for now"
    return (
        f"from {day_words(first)} to the end of {day_words(last)}" if first else f"until the end of {day_words(last)}"
    )


def named_words(deputy: str) -> str:
    """What the person who named a deputy reads once it is done."""
    return f"Saved. {deputy} has been told."


def told_deputy_card(news: DeputyNews) -> Card:
    """One kind line to each person concerned."""
    whose, days = listing(news.shorts), _span(None if news.begun else news.starts_on, news.ends_on)
    asked = [ask_button("What is asked", news.partnership_id, Question("my returns"))]
    if news.part == "deputy":
        follows = "comes to you as well" if news.begun else "will come to you as well"
        text = (
            f"You stand in for {news.represented} for {whose}, {days}. What {whose} {_is(news)} asked {follows}; "
            "please answer as you would for your own work. Thank you for helping out."
        )
        return card(text, [paragraph(text)], asked if news.begun else [])
    if news.part == "represented":
        text = f"{news.deputy} stands in for you for {whose}, {days}. You are still asked as well; any answer counts."
        return card(text, [paragraph(text)])
    text = f"{news.deputy} stands in for {news.represented} for {whose}, {days}."
    return card(text, [paragraph(text)])


def told_deputy_ended_card(news: DeputyNews) -> Card:
    """One line: somebody does not stand in any more."""
    whose = listing(news.shorts)
    text = {
        "deputy": f"You no longer stand in for {news.represented} for {whose}. Thank you for your help.",
        "represented": f"{news.deputy} no longer stands in for you for {whose}.",
    }.get(news.part, f"{news.deputy} no longer stands in for {news.represented} for {whose}.")
    return card(text, [paragraph(text)])


def _is(news: DeputyNews) -> str:
    return "is" if len(news.shorts) == 1 else "are"


def _wrong(errors: Mapping[str, str], name: str) -> list[Element]:
    return [problem(errors[name])] if name in errors else []
