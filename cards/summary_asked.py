"""What is answered where a summary was asked for and there is none, or it is unclear which one is meant."""

from __future__ import annotations

from collections.abc import Sequence

from assurance.quarters import Quarter
from assurance.summary_asked import Listed, NoneYet
from cards.asking import Question, ask_button
from cards.elements import Action, Execute
from cards.parts import Card, button, card, paragraph, title
from cards.summary import QUARTER, open_button

ASK, PRIVATE = "summary.ask", "summary.private"
"""Asks for the summary of the quarter that a button names; the same, answered in the presser's own chat."""
NEWEST = "newest"
"""Stands for a quarter where the newest summary is meant."""


def listed_buttons(partnership_id: int, others: Sequence[Listed]) -> list[Action]:
    """A button for each other summary."""
    return [open_button(one.name, partnership_id, one.report_id) for one in others]


def none_card(view: NoneYet, *, public: bool) -> Card:
    """There is none yet: why, which there are, and, in private, how things stand meanwhile."""
    body = [title(view.title), paragraph(view.text)]
    if view.others and not public:
        body.append(paragraph("You can open one of these:"))
    actions = [] if public else listed_buttons(view.partnership_id, view.others)
    actions.append(ask_button("Where we stand now", view.partnership_id, Question("status")))
    return card(f"{view.title}. {view.text}", body, [] if public else actions)


def did_you_mean_card(partnership_id: int, maybe: Sequence[Quarter]) -> Card:
    """The quarters that may be meant, each a button: none is guessed."""
    text = f"Did you mean {maybe[0].full}?" if len(maybe) == 1 else "Did you mean one of these?"
    buttons = [ask_quarter(one.full, partnership_id, one) for one in maybe]
    why = "I count quarters in the partnership's own year, so I would rather ask."
    return card(text, [title(text), paragraph(why)], buttons)


def ask_quarter(name: str, partnership_id: int, quarter: Quarter, verb: str = ASK) -> Execute:
    """A button that asks for the summary of one quarter."""
    return button(name, verb, {"p": partnership_id, QUARTER: quarter.key}, collect=False)


def not_read_card(partnership_id: int, this: Quarter, last: Quarter) -> Card:
    """No quarter could be read from what was typed."""
    text = f"I could not tell which quarter you mean. Type for example: summary {this.label}."
    buttons = [
        ask_quarter(f"{name}: {one.full}", partnership_id, one)
        for name, one in (("This quarter", this), ("Last quarter", last))
    ]
    return card(text, [title("Which quarter?"), paragraph(text)], buttons)


def elsewhere_card(partnership_id: int, quarter: Quarter | None) -> Card:
    """Asked where others see it who may not see the group's channel: the answer goes to the presser's own chat."""
    text = "I answer this in private, so that nothing is shown here that only some may see."
    data = {"p": partnership_id, QUARTER: quarter.key if quarter else NEWEST}
    press = button("Send me the summary in private", PRIVATE, data, primary=True, collect=False)
    return card(text, [title("Ask me in private"), paragraph(text)], [press])
