"""The card of one return in the meeting: what the agency says, what the group decides, and on to the next (B8-B11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from assurance.agenda import NO_ANSWER
from assurance.assess_view import AssessView, OneView
from assurance.conclusion_view import decided_words
from assurance.dates import count_words, day_words, listing, time_words
from assurance.decision_rules import CLOSE, CONTINUE, LENGTHS, PROPOSE, Proposed
from assurance.form_rules import tidy
from assurance.identifiable import Finding
from assurance.pack import Pack
from assurance.tabled_view import TabledReturn
from cards.elements import Action, ActionSet, Container, Element, InputChoiceSet, InputText
from cards.identifiable import confirm_button, confirmed, please_check
from cards.literal import unlinked
from cards.parts import Card, button, card, fold, heading, paragraph, problem, strong, subtle, title
from cards.request import count
from cards.tabled import evidence, folds, last_words, levels, recorded

RECORD, UNDO, GO, KEEP_GO = "assess.record", "assess.undo", "assess.go", "assess.keep_go"
MEETING, RETURN, DECISION, WHERE = "meeting", "return", "decision", "where"
ONE, OVERVIEW, NEXT, BACK, UNDECIDED = "one", "overview", "next", "back", "undecided"
LED_BY, FOLLOW, AGAIN = "led_by", "follow", "again"
NOW_LETTERS, LAST_LETTERS = 16_000, 5_000
LABELS = {
    "rationale": "Why, in words that the agency will read",
    "good_practice": "Good practice that others could copy",
    "concern": "Concern, for the {report}",
    "follow_words": "The {chair}\u2019s reason, or the next step",
}


@dataclass(frozen=True)
class Typed:
    """What a press brought, and what is to be mended or asked about in it. Nothing in it is trusted."""

    levels: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    follow: str = ""
    led_by: int | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    check: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    confirmed: bool = False
    tries: int = 0

    @property
    def proposed(self) -> Proposed:
        """What the group wants to record."""
        said = {key: self.words.get(key, "") for key in LENGTHS}
        return Proposed({key: one for key, one in self.levels.items() if one}, follow=self.follow, **said)


@dataclass(frozen=True)
class Line:
    """What has just happened, above the next return; `undo` is the number of the decision that can be taken back."""

    text: str = ""
    undo: int | None = None


def data_of(view: AssessView) -> dict[str, Any]:
    """What every button of a meeting's cards carries."""
    return {"p": view.partnership_id, "to": view.person_id, MEETING: view.meeting_id}


def top(view: AssessView, line: Line) -> list[Element]:
    """The quorum, and what has just happened, with a button that takes it back."""
    body: list[Element] = []
    if not view.quorum.met:
        body.append(problem(f"{view.quorum.words}. What is recorded is provisional."))
    if line.text:
        body.append(paragraph(strong(line.text), spacing="medium"))
    if line.undo is not None:
        data = data_of(view) | {DECISION: line.undo}
        body.append(ActionSet(actions=[button("Undo", UNDO, data, collect=False)], spacing="small"))
    return body


def one_card(view: OneView, line: Line | None = None, typed: Typed | None = None) -> Card:
    """One return: its own words first, then what the group decides."""
    one, meeting, typed = view.one, view.meeting, typed or Typed(words=view.words)
    name = f"{one.name}: {one.title}"
    body: list[Element] = [title(name), subtle(_where(view), spacing="none"), *top(meeting, line or Line())]
    if why := listing([reason for reason in one.reasons if one.answered or reason != NO_ANSWER]):
        body.append(subtle(f"{why[0].upper()}{why[1:]}."))
    if one.news:
        body.append(paragraph(strong(one.news)))
    body += _said(one)
    form = _form(view, typed)
    if one.decision is not None:
        body += _decided(view)
        again = ActionSet(actions=[button("Record this instead", RECORD, _sent(view, typed))])
        opened = bool(typed.errors or typed.check or typed.words or typed.tries)
        inside = [*form, again] if one.answered else form
        body += fold(
            "Record something else", inside, f"{_prefix(view, typed)}.instead", opened=opened, spacing="medium"
        )
    else:
        body += form
    return card(f"{name}. {_where(view)}", body, _buttons(view, typed))


def _where(view: OneView) -> str:
    meeting, one = view.meeting, view.one
    numbers = [each.return_id for each in meeting.singles]
    place = f"{numbers.index(one.return_id) + 1} of {len(numbers)} one by one. " if one.return_id in numbers else ""
    quorum = f" {meeting.quorum.words}." if meeting.quorum.met else ""
    return f"{place}{meeting.pack.terms.group_short}, {day_words(meeting.on)}.{quorum}"


def _said(one: TabledReturn) -> list[Element]:
    last = folds([("Last time\u2019s answer", f"last-{one.return_id}", last_words(one, LAST_LETTERS))])
    if not one.answered:
        text = "No answer yet. If none comes before the meeting is closed, the record says so, and no level is set."
        return [heading("No answer"), paragraph(text), *last]
    body: list[Element] = [heading(f"What {one.name} says"), *levels(one), subtle(f"{one.given}.")]
    return [*body, *evidence(one.evidence, NOW_LETTERS), *last]


def _decided(view: OneView) -> list[Element]:
    decision = view.one.decision
    assert decision is not None
    at = time_words(decision.at, view.meeting.pack.timezone)
    body: list[Element] = [paragraph(strong(f"Recorded at {at}"))]
    body += recorded(view.meeting.pack, decision, decided_words(view.meeting.pack, view.one))
    data = data_of(view.meeting) | {DECISION: decision.decision_id, RETURN: view.one.return_id}
    body.append(ActionSet(actions=[button("Undo this decision", UNDO, data, collect=False)]))
    return [Container(items=body, style="good", spacing="medium")]


def _form(view: OneView, typed: Typed) -> list[Element]:
    one, pack = view.one, view.meeting.pack
    prefix = _prefix(view, typed)
    parts: list[Element] = []
    if typed.check:
        parts += please_check(typed.check, typed.words, _labels(view))
    if typed.errors:
        parts.append(problem("Please look at the marked answers. Nothing you typed is lost."))
    if view.conflict:
        parts.append(paragraph(view.conflict, spacing="medium"))
    chosen: list[Element] = []
    for line in one.lines:
        chosen += _level(view, line.key, line.label, typed, prefix)
    chosen += _text("rationale", view, typed, prefix)
    if not one.answered:
        opened = bool(typed.errors or typed.check or typed.levels)
        leads = _leader(view, typed, prefix)
        record = ActionSet(actions=[button("Record this", RECORD, _sent(view, typed))])
        inside = [*chosen, *leads, record]
        return [*parts, *fold("Unable, or the service has ended", inside, f"{prefix}.end", opened=opened)]
    parts += [heading(f"What the {pack.terms.group_short} decides"), *chosen]
    if view.third:
        parts.append(paragraph(strong("Third round without assurance."), " Where it does not close now, choose what "
                               "follows; or determine, with a reason, that the agency is unable."))  # fmt: skip
        parts += _follow(view, typed, prefix)
    if view.conflict:
        parts += _leader(view, typed, prefix)
    more = [*_text("good_practice", view, typed, prefix), *_text("concern", view, typed, prefix)]
    more += [] if view.third else _follow(view, typed, prefix)
    more += [] if view.conflict else _leader(view, typed, prefix)
    names = {"good_practice", "concern", *(() if view.third else (FOLLOW, "follow_words"))}
    opened = any(typed.words.get(name) or name in typed.errors for name in names) or bool(
        typed.follow and not view.third
    )
    opened = opened or (LED_BY in typed.errors and not view.conflict)
    name = ["Good practice", "concern"]
    name += [] if view.third else ["what follows"]
    name += [] if view.conflict else ["who leads"]
    return [*parts, *fold(", ".join(name), more, f"{prefix}.more", opened=opened)]


def _prefix(view: OneView, typed: Typed) -> str:
    seen = view.one.decision.decision_id if view.one.decision else 0
    return f"a{view.one.return_id}-d{seen}-v{view.one.version}-n{typed.tries}"


def _sent(view: OneView, typed: Typed) -> dict[str, Any]:
    seen = view.one.decision.decision_id if view.one.decision else 0
    return data_of(view.meeting) | {
        RETURN: view.one.return_id, "seen": seen, "v": view.one.version, "n": typed.tries, WHERE: NEXT,
    }  # fmt: skip


def _level(view: OneView, key: str, label: str, typed: Typed, prefix: str) -> list[Element]:
    """The choices of one dimension. None is ever chosen beforehand: a value is only what was just pressed."""
    parts: list[Element] = [problem(typed.errors[key])] if key in typed.errors else []
    offered = view.choices[key]
    parts.append(
        InputChoiceSet(
            id=f"{prefix}.{key}", label=label, style="expanded", wrap=True, value=typed.levels.get(key) or None,
            choices=[{"title": unlinked(one.label), "value": one.key} for one in offered],
        )
    )  # fmt: skip
    parts[0].spacing = "medium"
    return parts


def _text(name: str, view: OneView, typed: Typed, prefix: str) -> list[Element]:
    parts: list[Element] = [problem(typed.errors[name])] if name in typed.errors else []
    parts.append(
        InputText(
            id=f"{prefix}.{name}", label=_labels(view)[name], value=typed.words.get(name) or None, is_multiline=True,
            max_length=LENGTHS[name],
            placeholder=_hint(view) if name == "rationale" else None,
        )
    )  # fmt: skip
    return parts


def _hint(view: OneView) -> str | None:
    offered = {one.key for some in view.choices.values() for one in some}
    return reason_hint(view.meeting.pack) if offered & set(view.meeting.pack.assurance.closing_levels) else None


def reason_hint(pack: Pack) -> str:
    """When no reason has to be given: where the group agrees with a level that closes."""
    closing = [one.label for one in pack.assurance.assessed_levels if one.key in pack.assurance.closing_levels]
    return f"Not needed where agency and group both say {' or '.join(closing)}"


def _labels(view: OneView) -> dict[str, str]:
    terms = view.meeting.pack.terms
    return {key: text.format(report=terms.report, chair=terms.chair) for key, text in LABELS.items()}


def _follow(view: OneView, typed: Typed, prefix: str) -> list[Element]:
    terms = view.meeting.pack.terms
    offered = {
        CONTINUE: "Asked again, with a named next step",
        CLOSE: f"Closed at {_closable(view)}, with the {terms.chair}\u2019s reason",
        PROPOSE: f"Asked again, and a {terms.request} is proposed for people to decide",
    }
    if not view.third:
        offered = {AGAIN: "Asked again at the next meeting"} | offered
    parts: list[Element] = [problem(typed.errors[FOLLOW])] if FOLLOW in typed.errors else []
    parts.append(
        InputChoiceSet(
            id=f"{prefix}.{FOLLOW}", label="What follows where it does not close", style="expanded", wrap=True,
            value=typed.follow or None, choices=[{"title": text, "value": key} for key, text in offered.items()],
        )
    )  # fmt: skip
    return [*parts, *_text("follow_words", view, typed, prefix)]


def _closable(view: OneView) -> str:
    scale = view.meeting.pack.assurance
    return " or ".join(one.label for one in scale.assessed_levels if one.key in scale.closable_levels) or "this level"


def _leader(view: OneView, typed: Typed, prefix: str) -> list[Element]:
    parts: list[Element] = [problem(typed.errors[LED_BY])] if LED_BY in typed.errors else []
    if not view.leaders:
        return parts
    known = {number for number, _ in view.leaders}
    value = typed.led_by if typed.led_by in known else view.leader
    parts.append(
        InputChoiceSet(
            id=f"{prefix}.{LED_BY}", label="Led by", style="compact", value=str(value) if value else None,
            choices=[{"title": unlinked(name), "value": str(number)} for number, name in view.leaders],
        )
    )  # fmt: skip
    return parts


def _buttons(view: OneView, typed: Typed) -> list[Action]:
    data, one = data_of(view.meeting) | {RETURN: view.one.return_id, "n": typed.tries}, view.one
    sent = _sent(view, typed)
    actions: list[Action] = []
    if one.decision is not None or not one.answered:
        actions.append(button("Next" if one.decision else "Noted, next", KEEP_GO, sent, primary=True))
    else:
        actions.append(button("Record, and next", RECORD, sent, primary=True))
    if typed.check:
        words = {key: typed.words.get(key, "") for key in typed.check}
        actions.append(confirm_button("Not about a real person: record", RECORD, sent, typed.check, words))
    go = sent | {WHERE: BACK}
    if view.meeting.beside(one.return_id, -1) is not None:
        actions.append(button("Back", KEEP_GO, go))
    if one.answered and one.decision is None:
        actions.append(button("Next, without recording", KEEP_GO, sent))
    actions.append(button("Overview", KEEP_GO, data | sent | {WHERE: OVERVIEW}))
    return actions


def read_one(data: Mapping[str, Any]) -> Typed:
    """What was chosen and typed on the card of one return. Nothing in it is trusted."""
    prefix = f"a{count(data, RETURN)}-d{count(data, 'seen')}-v{count(data, 'v')}-n{count(data, 'n')}."
    sent = {
        key.removeprefix(prefix): value for key, value in data.items()
        if key.startswith(prefix) and isinstance(value, str)
    }  # fmt: skip
    words = {name: tidy(sent.get(name, "")) for name in LENGTHS}
    led_by = sent.get(LED_BY, "")
    follow = sent.get(FOLLOW, "")
    return Typed(
        levels={key: value for key, value in sent.items() if key not in (*LENGTHS, LED_BY, FOLLOW) and len(value) < 80},
        words={name: text for name, text in words.items() if text}, follow="" if follow == AGAIN else follow[:40],
        led_by=int(led_by) if led_by.isascii() and led_by.isdigit() and len(led_by) < 10 else None,
        confirmed=confirmed(data, words), tries=count(data, "n"),
    )  # fmt: skip


def counted(view: AssessView) -> str:
    """How far the meeting has come, in a sentence."""
    left = len(view.undecided)
    done = f"{count_words(view.decided)} decided".capitalize()
    return f"{done}, {count_words(left)} still to decide." if left else f"{done}; nothing is left to decide."
