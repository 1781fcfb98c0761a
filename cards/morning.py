"""The officer's morning page: calm, only what waits, and below each part the way to where it is settled."""

from __future__ import annotations

from assurance.dates import count_words, day_words
from assurance.morning import MorningView, summary_words
from assurance.morning_parts import Section, Way
from cards.asking import Question, ask_button
from cards.elements import ActionSet, Element
from cards.managing import MANAGE
from cards.meetings import MEETING
from cards.meetings import OPEN as OPEN_MEETING
from cards.parts import MOST_ACTIONS, Card, button, card, heading, paragraph, points, subtle, title
from cards.plea_card import SHOW as SHOW_PLEA
from cards.report import OPEN as OPEN_REPORT
from cards.summary import OPEN as OPEN_SUMMARY
from cards.summary import REPORT


def morning_card(view: MorningView) -> Card:
    """What waits today, part by part."""
    summary = summary_words(view)
    body: list[Element] = [title(day_words(view.today))]
    if not view.sections:
        body.append(paragraph(summary))
    for one in view.sections:
        body += _section(view, one)
    return card(summary, body)


def _section(view: MorningView, one: Section) -> list[Element]:
    body: list[Element] = [heading(one.name), points(one.lines, spacing="small")]
    if one.more:
        body.append(subtle(f"And {count_words(one.more)} more."))
    ways = [_way(view, way) for way in one.ways[:MOST_ACTIONS]]
    return [*body, ActionSet(actions=ways, spacing="small")] if ways else body


def _way(view: MorningView, way: Way) -> Element:
    data = {"p": view.partnership_id}
    if way.to == "item":
        return button(way.name, MANAGE, {**data, "request": way.number}, collect=False)
    if way.to == "plea":
        return button(way.name, SHOW_PLEA, {**data, "plea": way.number}, collect=False)
    if way.to == "meeting":
        return button(way.name, OPEN_MEETING, {**data, MEETING: way.number}, collect=False)
    if way.to == "summary":
        return button(way.name, OPEN_SUMMARY, {**data, REPORT: way.number}, collect=False)
    if way.to == "report":
        return button(way.name, OPEN_REPORT, {**data, REPORT: way.number}, collect=False)
    if way.to == "seat":
        return ask_button(way.name, view.partnership_id, Question("remind", "seat", str(way.number)))
    return ask_button(way.name, view.partnership_id, Question(way.word))
