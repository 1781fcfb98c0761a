"""What may come back: never a 5xx, only valid cards, people's words as text, and nothing of how the bot is made."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from assurance.form_rules import tidy
from tests import nasty
from tests.cards_schema import BadCard, assert_valid
from tests.connector_rules import fault_in
from tests.fuzz.making import Sending
from tests.group import inputs, walk
from tests.literalness import unliteral, unliteral_post
from tests.permission_world import SECRETS, Two
from tests.read_back import assert_read_back
from tests.teams_world import BOT, Json

STATUSES = frozenset({200, 202, 400, 401, 403, 404, 405, 408, 412, 413, 415})
NOT_OURS = 501
"""What Teams wants for an invoke of a name that the bot does not know; nothing else may come with it."""
TYPES = frozenset(
    {
        "application/vnd.microsoft.card.adaptive", "application/vnd.microsoft.activity.message",
        "application/vnd.microsoft.error",
    }
)  # fmt: skip
INSIDE = re.compile(
    r"Traceback|File \"|\.py\b|sqlalchemy|asyncpg|sqlite3|\bSELECT \w|\bINSERT INTO\b|\bUPDATE \w+ SET\b|KeyError|"
    r"TypeError|ValueError|AttributeError|AssertionError|object at 0x|<class '|\bNoneType\b"
)
OUR_FAULT = ("went wrong on our side", "took too long")
SLOW = 4.0
"""Seconds after which an answer counts as a finding: Teams gives up at ten, and this machine is not alone."""


def faults_of_reply(two: Two, sent: Sending, status: int, body: Any, seconds: float) -> Iterator[str]:
    """What is wrong with the answer to one request."""
    if seconds > SLOW:
        yield f"took {seconds:.1f} s"
    if status not in STATUSES and not (
        status == NOT_OURS and body == {"error": "This kind of request is not known here."}
    ):
        yield f"status {status}"
    if not sent.let_in and status not in (400, 401, 403, 408, 413, 415):
        yield f"was let in without a token: {status}"
    whole = json.dumps(body, ensure_ascii=False)
    for told in OUR_FAULT:
        if told in whole:
            yield f"failed inside: {whole[:160]}"
    shown = whole.replace(nasty.TEXTS["a template"], "")
    if found := INSIDE.search(shown):
        yield f"tells {found[0]!r} of how it is made: {whole[max(0, found.start() - 60) : found.end() + 60]}"
    yield from (f"shows {one}" for one in leaks(two, sent.who, whole))
    if isinstance(body, Mapping) and "statusCode" in body:
        yield from _faults_of_invoke(body)
        if str(body.get("type")).endswith("card.adaptive"):
            yield from lost(sent, body["value"])


def _faults_of_invoke(body: Mapping[str, Any]) -> Iterator[str]:
    kind, value = body.get("type"), body.get("value")
    if kind not in TYPES and "search" not in str(kind):
        yield f"is a reply of the kind {kind!r}"
    if kind == "application/vnd.microsoft.card.adaptive":
        yield from faults_of_card(value)
    elif kind == "application/vnd.microsoft.activity.message" and not (isinstance(value, str) and value.strip()):
        yield "says nothing"


ONE_OFF = ("new_name", "new_short", "new_organisation")


def _is_chosen(card: Any) -> bool:
    """Whether an agency of this one request is ticked on the card that came back."""
    ticked = {one for found in inputs(card).values() for one in str(found.get("value", "")).split(",")}
    return any(re.fullmatch(r"new\d+", one) for one in ticked)


def lost(sent: Sending, card: Any) -> Iterator[str]:
    """What was typed into a form that came back with something to mend, and does not stand there any more."""
    if sent.filled is None or not any(one.get("color") == "attention" for one in walk(card)):
        return
    if not any(_is_the_same_form(one, sent) for one in walk(card) if one.get("type") == "Action.Execute"):
        return
    shown = {_called(name): one.get("value", "") for name, one in inputs(card).items()}
    for name, most in sent.lengths.items():
        typed, last = sent.filled.get(name), _called(name)
        if name.startswith("plea") and f".{sent.filled.get('kind')}." not in name:
            continue  # another small form on the same card, which was not the one that was sent
        if last in ONE_OFF and not shown.get(last) and _is_chosen(card):
            continue  # the agency that was typed here has moved into the list of those that are asked
        sound = isinstance(typed, str) and typed and tidy(typed) == typed and len(typed) <= most
        if sound and last in shown and " ".join(str(shown[last]).split()) != " ".join(str(typed).split()):
            yield f"lost {last}: {str(typed)[:60]!r} is {str(shown[last])[:60]!r} in the form that came back"


def _called(name: str) -> str:
    """An input's name without what changes with every showing."""
    return ".".join(name.split(".")[1:] if name.startswith("plea") else name.split(".")[-1:])


def _is_the_same_form(action: Json, sent: Sending) -> bool:
    """Whether a button is the one that was pressed, for the same records."""
    data, filled = action.get("data", {}), sent.filled or {}
    return action.get("verb") == sent.about and all(
        data.get(key) == filled.get(key) for key in ("request", "return", "loop", "meeting", "m", "report", "d", "s")
    )


def faults_of_card(card: Any) -> Iterator[str]:
    """What is wrong with a card: the schema, its size, its buttons, and words that would be more than words."""
    try:
        assert_valid(card)
        assert_read_back(card)
    except (BadCard, AssertionError) as error:
        yield f"is no good card: {str(error)[:300]}"
    yield from unliteral(card)


def faults_of_post(activity: Json, conversation: str) -> Iterator[str]:
    """What is wrong with something that was posted."""
    if why := fault_in(activity, conversation, BOT):
        yield f"would be refused by Teams: {why}"
    yield from unliteral_post(activity)
    whole = json.dumps(activity, ensure_ascii=False)
    yield from (f"failed inside: {whole[:160]}" for told in OUR_FAULT if told in whole)
    if found := INSIDE.search(whole):
        yield f"tells {found[0]!r} of how it is made"


def leaks(two: Two, who: str, said: str) -> list[str]:
    """The planted words of the other partnership that stand in what somebody was told."""
    if who == "both":
        return []
    theirs = two.ours if who.startswith("their ") else two.theirs
    own = two.theirs if theirs is two.ours else two.ours
    names = [one for one in theirs.names if not any(one in other or other in one for other in own.names)]
    return [one for one in (*theirs.secrets, *names) if one in said]


class Overheard(logging.Handler):
    """What was written to the log: failures, and any word that people wrote."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines = 0
        self.findings: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Look at one line."""
        self.lines += 1
        said = logging.Formatter().format(record)
        if record.levelno >= logging.ERROR:
            self.findings.append(f"log: {said[-1_200:]}")
        words = [one for one in (nasty.MARK, *(f"{one}{mark}" for one in SECRETS for mark in "OT")) if one in said]
        if words:
            self.findings.append(f"log holds {words}: {said[:400]}")


__all__ = ["Overheard", "faults_of_card", "faults_of_post", "faults_of_reply", "leaks"]
