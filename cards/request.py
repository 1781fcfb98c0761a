"""One person's card for one request: what is asked and why, the form, or the receipt of what was said (B1-B6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from assurance.dates import day_words, moment_words
from assurance.identifiable import Finding
from assurance.packing import ShownForm
from assurance.request_view import DraftKept, RequestView, Side
from cards.elements import Action, ActionSet, Element, InputToggle
from cards.form import inputs, read
from cards.identifiable import confirm_button, confirmed, please_check
from cards.learning import messages, more_about, who_sees
from cards.parts import Card, button, card, fold, heading, paragraph, problem, size_utf16, strong, subtle, title
from cards.pleas import ColleagueChoice, Plea, PleaShown, plea_forms
from cards.receipt import LONGEST_EARLIER, answers, earlier, ended, later, receipt, words_again

SUBMIT = "answer.submit"
SAVE = "answer.save"
OPEN = "answer.open"
STILL_TRUE = "answer.still_true"
CORRECT = "answer.correct"
NOT_REAL = {SUBMIT: "Not about a real person: send", SAVE: "Not about a real person: save"}
CANCELLED = "cancelled"
LONGEST_NUMBER = 10
ROOM = 78_000
"""Bytes in UTF-16 that a card may take; Teams refuses messages not far above 80 KB."""


@dataclass(frozen=True)
class Shown:
    """What a card is to show beside the view: whose form is open, what was typed, and what became of it.

    `values` and `errors` are by question; `check` are findings to be asked about, `verb` what was pressed then.
    `tries` counts how often the form was shown: input ids change with it, so that Teams sends every input again.
    """

    return_id: int | None = None
    correcting: bool = False
    values: Mapping[str, str] | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    check: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    verb: str = SUBMIT
    also: frozenset[int] = frozenset()
    line: str = ""
    tries: int = 0
    plea: Plea | None = None
    plea_errors: Mapping[str, str] = field(default_factory=dict)
    plea_check: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    plea_choice: ColleagueChoice | None = None
    seen: int = 0
    """When the draft that the form resumed was saved, in seconds."""
    theirs: bool = False
    """A colleague saved a draft meanwhile: it is shown beside what was typed, and can then be replaced."""


@dataclass(frozen=True)
class Received:
    """What a press on the form brought. Nothing in it is trusted."""

    values: Mapping[str, str]
    errors: Mapping[str, str]
    also: frozenset[int]
    confirmed: bool


def request_card(view: RequestView, to: int, shown: Shown | None = None) -> Card:
    """The card of the person with the number `to`, as it stands for them now.

    Where somebody wrote so much that Teams would refuse it, what they can read elsewhere is left out.
    """
    shown = shown or Shown()
    if view.state == CANCELLED:
        return _withdrawn(view)
    if view.removed:
        return _no_longer_asked(view)
    side = _chosen(view, shown)
    if side is None:
        return _information(view)
    made = _drawn(view, side, to, shown, spare=False)
    return made if size_utf16(made.content) <= ROOM else _drawn(view, side, to, shown, spare=True)


def _drawn(view: RequestView, side: Side, to: int, shown: Shown, *, spare: bool) -> Card:
    name = f"{side.form.form.title if side.earlier is None else 'An update, please'}: {view.title}"
    top: list[Element] = [title(name), subtle(_whom_and_when(side), spacing="none")]
    if shown.line:
        top.append(paragraph(strong(shown.line), spacing="medium"))
    others = _others(view, side, to, shown.tries)
    if side.ended and not shown.correcting:
        body, actions = ended(view, side, to), list(others)
    elif side.awaited or shown.correcting or side.said is None:
        body, actions = _form(view, side, to, shown, spare=spare)
        actions += others
    else:
        body = [*receipt(view, side, side.said, to), *([] if spare else _again(view))]
        mend = button("Correct our answer", CORRECT, _data(view, side, to), collect=False)
        actions = [*(one for one in others if one.style), mend, *(one for one in others if not one.style)]
    return card(f"{name}. {_whom_and_when(side)}.", [*top, *body], actions)


def prefix_of(side: Side, tries: int) -> str:
    """What the ids of a form's inputs begin with: it changes with the form's version and every showing."""
    return _prefix(side.form_version_id, side.return_id, side.base, tries)


def _prefix(form_version_id: int, return_id: int, base: int, tries: int) -> str:
    return f"f{form_version_id}-r{return_id}-b{base}-n{tries}"


def read_answer(form: ShownForm, due: Collection[str], ids: tuple[int, int], data: Mapping[str, Any]) -> Received:
    """The answer that a press brought. `ids` are the numbers of the form's version and of the return."""
    prefix = _prefix(*ids, count(data, "base"), count(data, "n"))
    values, errors = read(form.form, due, form.scale, data, prefix)
    ticked = (key.removeprefix(f"{prefix}.also") for key, value in data.items() if value == "true")
    also = frozenset(int(one) for one in ticked if one.isascii() and one.isdigit() and len(one) < LONGEST_NUMBER)
    return Received(values, errors, also, confirmed(data, values))


def count(data: Mapping[str, Any], name: str) -> int:
    """A small count from a button's data; anything odd counts as nought, so the database holds the rest."""
    value = data.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31 else 0


def draft_for(side: Side, to: int) -> DraftKept | None:
    """The draft that a form resumes: one newer than the newest answer, or the viewer's own."""
    kept = side.draft
    if kept is None or side.said is None or kept.at > side.said.at or kept.by_id == to:
        return kept
    return None


def _chosen(view: RequestView, shown: Shown) -> Side | None:
    wanted = view.side(shown.return_id) if shown.return_id else None
    if wanted is not None:
        return wanted
    waiting = [one for one in view.sides if one.awaited]
    return next(iter(waiting or view.sides), None)


def _data(view: RequestView, side: Side, to: int, tries: int = 0) -> dict[str, Any]:
    return {
        "p": view.partnership_id, "to": to, "request": view.request_id, "return": side.return_id,
        "base": side.base, "n": tries, "w": view.learning_version,
    }  # fmt: skip


def _whom_and_when(side: Side) -> str:
    whom = "For you" if side.short == "you" else f"For {side.short}"
    extended = " (extended)" if side.extended else ""
    return f"{whom}, by the end of {day_words(side.due_on)}{extended}"


def _form(view: RequestView, side: Side, to: int, shown: Shown, *, spare: bool) -> tuple[list[Element], list[Action]]:
    kept = draft_for(side, to) if shown.values is None else None
    values = shown.values
    if values is None:
        values = kept.values if kept else (side.said.values if side.said else {})
    tries = shown.tries
    theirs = side.draft if shown.theirs else None
    read_now = kept or theirs
    data = _data(view, side, to, tries) | {"seen": int(read_now.at.timestamp()) if read_now else shown.seen}
    labels = {question.key: question.label for question in side.form.form.questions}
    body: list[Element] = []
    if kept is not None and not shown.line:
        body.append(subtle(draft_line(kept, to, view.pack.timezone)))
    if theirs is not None:
        body += _saved_meanwhile(side, theirs, view.pack.timezone)
    if shown.check:
        body += please_check(shown.check, values, labels)
    if shown.errors:
        body.append(problem("Please look at the marked answers. Nothing you typed is lost."))
    body += _what_is_asked(view, side, spare=spare)
    body += [] if spare else _before(view, side, to, data)
    body.append(heading("Your answer" if len(view.sides) == 1 else f"Answer for {side.short}"))
    body += _hints(view, side)
    body += inputs(
        side.form.form, side.form.due(side.dimensions, first=side.first), side.form.scale, values=values,
        errors=shown.errors, prefix=prefix_of(side, tries),
    )  # fmt: skip
    body += _same_for(view, side, shown)
    body += [subtle(line, spacing="medium") for line in later(side)]
    asking = PleaShown(shown.plea, shown.plea_errors, shown.plea_check, shown.plea_choice)
    body += plea_forms(data, f"plea-r{side.return_id}-n{tries}", view.pack.terms.officer, asking)
    actions: list[Action] = [button("Send answer", SUBMIT, data, primary=True)]
    if shown.check:
        actions.append(confirm_button(NOT_REAL[shown.verb], shown.verb, data, shown.check, values))
    return body, [*actions, button("Keep mine instead" if theirs else "Save draft", SAVE, data)]


def _saved_meanwhile(side: Side, theirs: DraftKept, timezone: str) -> list[Element]:
    """A colleague's draft, to be read before it is replaced."""
    at = moment_words(theirs.at, timezone)
    line = f"{theirs.by} saved a draft at {at}, while this form was open. Yours is below, and is not saved yet."
    body = answers(side.form, theirs.values, longest=LONGEST_EARLIER)
    return [problem(line), *fold("Their draft", body, f"theirs-r{side.return_id}", opened=True, framed=True)]


def draft_line(kept: DraftKept, to: int, timezone: str) -> str:
    """Who saved the draft that a form resumes, and when."""
    return f"Draft saved by {'you' if kept.by_id == to else kept.by} at {moment_words(kept.at, timezone)}."


def _what_is_asked(view: RequestView, side: Side, *, spare: bool) -> list[Element]:
    body: list[Element] = []
    if view.context:
        body.append(paragraph(view.context, spacing="medium"))
    if side.why:
        whom = "you" if side.short == "you" else side.short
        body.append(paragraph(strong(f"Why {whom}: "), side.why))
    if spare:
        body.append(subtle("To keep this card short, the messages are left out here; they are on the first card."))
    elif side.earlier is not None:
        body += _again(view)
    else:
        body += messages(view)
        body += more_about(view, f"more-r{side.return_id}")
    body.append(subtle(who_sees(view)))
    return body


def _before(view: RequestView, side: Side, to: int, data: Mapping[str, Any]) -> list[Element]:
    """What the agency said in an earlier round, read before it answers again; still true, its words serve again."""
    if side.earlier is None:
        return []
    shown = earlier(side.earlier, to, view.pack.timezone, view.pack.terms.officer)
    if words_again(side):
        shown.append(ActionSet(actions=[button("Still true: use these words again", STILL_TRUE, data)]))
    return fold("Your earlier answer", shown, f"earlier-r{side.return_id}", opened=True, framed=True, spacing="medium")


ANY_LEVEL = "Any honest level helps: Low with a plain reason is as useful to the group as High."
_TABLED = {
    "short_notice": "This is at short notice, and a few lines will do.",
    "verbal": "There is little time: a word at the meeting is enough. If you can, a line here helps.",
}


def _hints(view: RequestView, side: Side) -> list[Element]:
    hint = _TABLED.get(view.tabled, ANY_LEVEL if side.dimensions else "")
    return [subtle(hint)] if hint else []


def _same_for(view: RequestView, side: Side, shown: Shown) -> list[Element]:
    """One answer for several agencies of one person, where just the same is asked of them (scenario 30)."""
    prefix = prefix_of(side, shown.tries)
    return [
        InputToggle(
            id=f"{prefix}.also{other.return_id}", label=f"The same for {other.short}?",
            title=f"Use this answer for {other.short} too",
            value="true" if other.return_id in shown.also else "false", value_on="true", value_off="false",
        )
        for other in view.sides
        if same_asked(side, other) and other.awaited
    ]  # fmt: skip


def same_asked(one: Side, other: Side) -> bool:
    """Whether two sides of a request are asked just the same, so that one answer can serve both."""
    alike = (one.form_version_id, one.dimensions, one.first) == (other.form_version_id, other.dimensions, other.first)
    return one.return_id != other.return_id and alike


def _others(view: RequestView, side: Side, to: int, tries: int) -> list[Action]:
    """The person's other seats: what is still open first, then what was answered.

    The press brings along what was typed on this side, to be kept as a draft.
    """
    return [
        button(
            f"Answer for {other.short}" if other.awaited else f"See the answer for {other.short}",
            OPEN,
            _data(view, side, to, tries) | {"return": other.return_id, "from": side.return_id},
            primary=other.awaited and not side.awaited,
        )
        for other in sorted(view.sides, key=lambda one: not one.awaited)
        if other.return_id != side.return_id
    ][:3]


def _again(view: RequestView) -> list[Element]:
    shown = messages(view)
    return fold("The request again", shown, "again", framed=True, spacing="medium") if shown else []


def _information(view: RequestView) -> Card:
    name = f"For information: {view.title}"
    whom = ", ".join(seat for seat, _ in view.informed)
    body: list[Element] = [title(name), subtle(f"For {whom}. No answer is needed.", spacing="none")]
    if view.context:
        body.append(paragraph(view.context, spacing="medium"))
    body += [paragraph(strong(f"Why {seat}: "), why) for seat, why in view.informed if why]
    return card(f"{name}. No answer is needed.", [*body, *messages(view), *more_about(view, "more")])


def _withdrawn(view: RequestView) -> Card:
    text = "This request has been withdrawn. There is nothing more to answer. Thank you."
    body: list[Element] = [title(view.title), paragraph(text)]
    if view.reason:
        body.append(paragraph(strong("Why: "), view.reason))
    if any(one.said for one in view.sides):
        body.append(subtle("Your answer is kept."))
    return card(f"{view.title}: {text}", body)


def _no_longer_asked(view: RequestView) -> Card:
    text = "You are no longer asked about this. There is nothing to answer. Thank you."
    body: list[Element] = [title(view.title), paragraph(text)]
    if any(one.said for one in view.sides):
        body.append(subtle("Your earlier answer is kept."))
    return card(f"{view.title}: {text}", body)


__all__ = ["Received", "Shown", "draft_line", "read_answer", "request_card"]
