"""Buttons that ask: run a question again, turn a page, or have the answer sent in private. None changes data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cards.elements import Execute
from cards.parts import Card, button, card, paragraph, title

RUN = "ask.run"
PRIVATE = "ask.private"
MOST_PAGES = 999
_LONGEST = 60


@dataclass(frozen=True)
class Question:
    """A command's word and, where it is about one, the place: what a button of ours asks again."""

    word: str
    kind: str = ""
    key: str = ""
    page: int = 1


def ask_button(name: str, partnership_id: int, question: Question, *, verb: str = RUN) -> Execute:
    """A button that asks a question again; it takes no inputs with it."""
    data: dict[str, Any] = {"p": partnership_id, "word": question.word, "page": question.page}
    if question.kind:
        data |= {"kind": question.kind, "key": question.key}
    return button(name, verb, data, primary=verb == PRIVATE, collect=False)


def read_question(data: Mapping[str, Any]) -> Question:
    """The question that a press carries. It is untrusted: nothing here says that the word or place exists."""

    def text(name: str) -> str:
        value = data.get(name, "")
        return value if isinstance(value, str) and len(value) <= _LONGEST else ""

    page = data.get("page", 1)
    sound = isinstance(page, int) and not isinstance(page, bool) and 1 <= page <= MOST_PAGES
    return Question(text("word"), text("kind"), text("key"), page if sound else 1)


def page_buttons(partnership_id: int, question: Question, page: int, pages: int) -> list[Execute]:
    """Buttons to the pages before and after, as far as there are any."""
    found = []
    for name, other in (("Earlier page", page - 1), ("Next page", page + 1)):
        if 1 <= other <= pages:
            again = Question(question.word, question.kind, question.key, other)
            found.append(ask_button(name, partnership_id, again))
    return found


def private_offer(partnership_id: int, question: Question, text: str, *, about: str = "Ask me in private") -> Card:
    """In a channel: why the answer is not given here, and a button that has it sent in private."""
    return card(
        text,
        [title(about), paragraph(text)],
        [ask_button("Send me the details in private", partnership_id, question, verb=PRIVATE)],
    )
