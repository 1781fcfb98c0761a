"""The returns that are decided together: their names first, then the same for all; no level is chosen beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assurance.assess_view import AssessView, rest_choices
from assurance.dates import count_words, day_words, listing
from assurance.decision_rules import LENGTHS
from assurance.form_rules import tidy
from assurance.tabled_view import TabledReturn
from cards.assess import GO, LABELS, OVERVIEW, WHERE, Line, Typed, counted, data_of, reason_hint, top
from cards.attendance import numbers
from cards.elements import ActionSet, Element, InputChoiceSet, InputText
from cards.identifiable import confirm_button, confirmed, please_check
from cards.literal import unlinked
from cards.parts import Card, button, card, cell, fold, heading, paragraph, problem, strong, subtle, table, title
from cards.request import count
from cards.tabled import NO_LEVEL, evidence, last_time

TOGETHER, ASIDE = "assess.together", "assess.aside"
SEEN, LEAVE_OUT = "seen", "leave_out"
WHY_ALL = "Why, in words that each agency will read"
LETTERS = 12_000
MOST = 40
"""Returns on one page of those taken together."""


def rest_card(view: AssessView, line: Line | None = None, typed: Typed | None = None) -> Card:
    """The rest: what each says, then the same for all of them, or some taken out to be looked at one by one."""
    typed, some = typed or Typed(), view.rest[:MOST]
    several = f"the same for these {count_words(len(some))}" if len(some) > 1 else "for this one"
    name = f"The rest together: {count_words(len(some))} {'answer' if len(some) == 1 else 'answers'}"
    body: list[Element] = [title(name), subtle(_where(view), spacing="none"), *top(view, line or Line())]
    for item in dict.fromkeys(one.title for one in some):
        body += _item(view, item, [one for one in some if one.title == item])
    body.append(heading(f"What the {view.pack.terms.group_short} decides, {several}"))
    body.append(paragraph(strong(listing([_called(one, some) for one in some]))))
    why = WHY_ALL if len(some) > 1 else LABELS["rationale"]
    if typed.check:
        body += please_check(typed.check, typed.words, {"rationale": why})
    if "alone" in typed.errors:
        body.append(problem(typed.errors["alone"]))
    prefix = _prefix(view, some, typed.tries)
    for key, offered in rest_choices(view.pack, some).items():
        body += [problem(typed.errors[key])] if key in typed.errors else []
        body.append(
            InputChoiceSet(
                id=f"{prefix}.{key}", label=view.pack.dimension(key).label, style="expanded", wrap=True,
                value=typed.levels.get(key) or None,
                choices=[{"title": unlinked(one.label), "value": one.key} for one in offered],
            )
        )  # fmt: skip
    body += [problem(typed.errors["rationale"])] if "rationale" in typed.errors else []
    body.append(
        InputText(
            id=f"{prefix}.rationale", label=why, value=typed.words.get("rationale") or None,
            is_multiline=True, max_length=LENGTHS["rationale"], placeholder=reason_hint(view.pack),
        )
    )  # fmt: skip
    body += [problem(typed.errors["led_by"])] if "led_by" in typed.errors else []
    data = data_of(view) | {SEEN: seen_of(some), "n": typed.tries}
    actions = [button(f"Record {several}", TOGETHER, data, primary=True)]
    if typed.check:
        words = {"rationale": typed.words.get("rationale", "")}
        actions.append(confirm_button("Not about a real person: record", TOGETHER, data, typed.check, words))
    body += _leave_out(some, prefix, data)
    actions.append(button("Overview", GO, data_of(view) | {WHERE: OVERVIEW}, collect=False))
    return card(f"{name}. {counted(view)}", body, actions, wide=True)


def _where(view: AssessView) -> str:
    quorum = f" {view.quorum.words}." if view.quorum.met else ""
    return f"{view.pack.terms.group_short}, {day_words(view.on)}.{quorum}"


def _called(one: TabledReturn, some: Sequence[TabledReturn]) -> str:
    return one.name if len({each.title for each in some}) == 1 else f"{one.name} ({one.title})"


def _item(view: AssessView, item: str, some: Sequence[TabledReturn]) -> list[Element]:
    """One item: for each dimension a line for each agency, now and the last time; the words behind a fold."""
    found: list[Element] = [heading(item)]
    for one in view.pack.assurance.dimensions:
        lines = [(each.name, line) for each in some for line in each.lines if line.key == one.key]
        if lines:
            before = any(last_time(line) != NO_LEVEL for _, line in lines)
            rows = [
                [cell(name), cell(line.own or NO_LEVEL), *([cell(last_time(line))] if before else [])]
                for name, line in lines
            ]
            head = ["Agency", "Now", "Last time"] if before else ["Agency", "It says"]
            found += [subtle(one.label), table(head, rows, [2] * len(head))]
    words: list[Element] = []
    for each in some:
        words.append(paragraph(strong(each.name), spacing="medium"))
        words += evidence(each.evidence, LETTERS // max(1, len(view.rest)))
    return [*found, *fold("What they say", words, f"words-{some[0].request_id}", framed=True)]


def _leave_out(some: Sequence[TabledReturn], prefix: str, data: Mapping[str, Any]) -> list[Element]:
    choices = [{"title": unlinked(_called(one, some)), "value": str(one.return_id)} for one in some]
    inside: list[Element] = [
        InputChoiceSet(
            id=f"{prefix}.{LEAVE_OUT}", label="Take these one by one", is_multi_select=True, style="expanded",
            wrap=True, choices=choices,
        ),
        ActionSet(actions=[button("Take them one by one", ASIDE, data)]),
    ]  # fmt: skip
    return fold("Some of these need a word of their own", inside, f"{prefix}.aside", spacing="medium")


def seen_of(some: Sequence[TabledReturn]) -> str:
    """What a card of several returns shows: each with the version of its answer."""
    return ",".join(f"{one.return_id}.{one.version}" for one in some)


def read_seen(data: Mapping[str, Any]) -> list[tuple[int, int]]:
    """The returns that a pressed card had shown, each with the version of its answer; nothing in it is trusted."""
    value = data.get(SEEN)
    found = []
    for part in value.split(",")[:MOST] if isinstance(value, str) else []:
        left, _, right = part.partition(".")
        if all(one.isascii() and one.isdigit() and len(one) < 10 for one in (left, right)):
            found.append((int(left), int(right)))
    return found


def _prefix(view: AssessView, some: Sequence[TabledReturn], tries: int) -> str:
    return f"rest{view.meeting_id}-{len(some)}-{some[0].return_id if some else 0}-n{tries}"


def read_rest(data: Mapping[str, Any]) -> tuple[Typed, frozenset[int]]:
    """What was chosen for all, and which returns are to be taken one by one."""
    sent = {key.rpartition(".")[2]: value for key, value in data.items() if key.startswith("rest")}
    words = {"rationale": tidy(text)} if isinstance(text := sent.get("rationale"), str) and tidy(text) else {}
    levels = {
        key: value for key, value in sent.items()
        if key not in ("rationale", LEAVE_OUT) and isinstance(value, str) and len(value) < 80
    }  # fmt: skip
    typed = Typed(levels=levels, words=words, confirmed=confirmed(data, words), tries=count(data, "n"))
    return typed, numbers(sent.get(LEAVE_OUT))
