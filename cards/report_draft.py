"""The draft of a report to the board: how it would read, what may be quoted, and the way to its approval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assurance.dates import count_words, day_words, listing
from assurance.highlight_approving import COMMENTARY, LONGEST, PICKED, Typed
from assurance.highlight_draft import ReportDraft
from assurance.identifiable import Finding
from assurance.summary_draft import Offered
from cards.elements import Action, Container, Element, InputChoiceSet, InputText
from cards.identifiable import confirm_button, please_check
from cards.literal import unlinked
from cards.parts import Card, button, card, fold, heading, paragraph, points, problem, strong, subtle, title
from cards.report import data_of, open_button, report_body

SAVE, SHOW, APPROVE, RENEW = "report.save", "report.show", "report.approve", "report.renew"
MARK = "mark"
GOOD, REASONS, BARRIERS = "good", "reasons", "barriers"
TICKS = (GOOD, REASONS, BARRIERS)
LABELS = {
    GOOD: "Good practice to quote",
    REASONS: "The group's reasons to quote",
    BARRIERS: "Barriers to quote",
}
NAMES = {SAVE: "Save changes", SHOW: "Show the agencies", APPROVE: "Approve", RENEW: "Count anew"}
GOING_ON = {SAVE: "save", SHOW: "show the agencies", APPROVE: "approve", RENEW: "count anew"}
MOST_NAMED = 6
_MOST_TICKS = 200


@dataclass(frozen=True)
class Sent:
    """What is shown again after a press: what was typed, what is wrong or to be checked, and what was done."""

    typed: Typed | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    verb: str = SAVE
    note: str = ""
    wrong: bool = False


def draft_card(view: ReportDraft, sent: Sent | None = None) -> Card:
    """The draft for its chair, or for an officer, who prepares it."""
    sent = sent or Sent()
    name = f"Draft: {view.view.title}"
    body: list[Element] = [title(name), subtle(f"For the {view.view.to}. Nothing is sent before it is approved.")]
    if sent.findings and sent.typed:
        body += please_check(sent.findings, sent.typed.written, _labels(view))
    elif sent.errors:
        body.append(problem("Please look at the marked places. Nothing you typed is lost."))
    elif sent.note:
        body.append(problem(sent.note) if sent.wrong else paragraph(strong(sent.note)))
    body += _stage(view)
    if view.saved:
        body.append(subtle(view.saved))
    if view.queries:
        asked = [f"{agency}: \u201c{text}\u201d" for agency, text in view.queries]
        body += [heading("What agencies ask"), points(asked)]
    body += fold(
        "How it reads now", [Container(items=report_body(view.view), style="emphasis")], f"reads-{view.mark}",
        opened=True, spacing="medium",
    )  # fmt: skip
    body += _choices(view, sent)
    return card(f"{name}. It waits for approval.", body, _actions(view, sent), wide=True)


def _stage(view: ReportDraft) -> list[Element]:
    """What comes next, in a line or two."""
    if view.unseen:
        some = listing(view.unseen[:MOST_NAMED])
        more = len(view.unseen) - MOST_NAMED
        named = f"{', '.join(view.unseen[:MOST_NAMED])} and {count_words(more)} more" if more > 0 else some
        again = "the changed sentence" if view.frozen else "the sentence"
        text = (
            f"Next: show {named} {again} about themselves, once the text below is as you want it. Three working days "
            f"later the {view.approver} can approve it."
        )
        return [paragraph(text)]
    if view.from_day is not None and view.from_day > view.today:
        return [paragraph(f"Each agency is reading its sentence. It can be approved from {day_words(view.from_day)}.")]
    if view.told:
        return [paragraph(f"Each agency has had its sentence. The {view.approver} can approve it now.")]
    return [paragraph(f"It names no agency, so the {view.approver} can approve it now.")]


def _choices(view: ReportDraft, sent: Sent) -> list[Element]:
    body: list[Element] = []
    if view.good or view.reasons or view.barriers:
        body.append(heading("Words to quote"))
        body.append(subtle("They stay private unless you tick them. Evidence is never quoted."))
    picked = sent.typed.picked if sent.typed else view.picked
    if PICKED in sent.errors:
        body.append(problem(sent.errors[PICKED]))
    for name, lines in ((GOOD, view.good), (REASONS, view.reasons), (BARRIERS, view.barriers)):
        body += _ticks(view, sent, name, lines, picked)
    if view.withheld:
        what = "One text is" if view.withheld == 1 else f"{count_words(view.withheld).capitalize()} texts are"
        body.append(subtle(f"{what} not offered: it could identify a child, an adult or a case."))
    for key, label, written in view.by_hand:
        said = sent.typed.notes.get(key, written) if sent.typed else written
        body += _box(view, sent, key, f"{label} (optional)", said, "Nothing of this is in my records.")
    comment = sent.typed.commentary if sent.typed else view.view.commentary
    body += _box(
        view, sent, COMMENTARY, f"Commentary of the {view.view.chair} (optional)", comment,
        f"Read by the {view.view.board} and in the channel. Please name no person.",
    )  # fmt: skip
    return body


def _box(view: ReportDraft, sent: Sent, key: str, label: str, said: str, hint: str) -> list[Element]:
    made = InputText(
        id=_name(view, sent, key), label=label, is_multiline=True, max_length=LONGEST, value=said or None,
        placeholder=hint, spacing="medium",
    )  # fmt: skip
    return [*([problem(sent.errors[key])] if key in sent.errors else []), made]


def _ticks(view: ReportDraft, sent: Sent, name: str, lines: Sequence[Offered], picked: Sequence[int]) -> list[Element]:
    if not lines:
        return []
    held = [str(one.text_id) for one in lines if one.text_id in picked]
    return [
        InputChoiceSet(
            id=_name(view, sent, name), label=LABELS[name], is_multi_select=True, style="expanded", wrap=True,
            choices=[{"title": unlinked(one.label), "value": str(one.text_id)} for one in lines],
            value=",".join(held) or None, spacing="medium",
        )
    ]  # fmt: skip


def _name(view: ReportDraft, sent: Sent, name: str) -> str:
    """An input's name, another one for each state of the card: clients keep what was in an input of the same name."""
    again = "x" if sent.errors or sent.findings or sent.note else ""
    return f"report.{view.mark}{again}.{name}"


def _labels(view: ReportDraft) -> dict[str, str]:
    return {COMMENTARY: "Commentary"} | {key: label for key, label, _ in view.by_hand}


def _actions(view: ReportDraft, sent: Sent) -> list[Action]:
    data = {**data_of(view.view), MARK: view.mark}
    found: list[Action] = []
    if sent.findings and sent.typed:
        name = f"Not about a real person: {GOING_ON[sent.verb]}"
        found.append(confirm_button(name, sent.verb, data, sent.findings, sent.typed.written))
    calm = not sent.findings
    if view.unseen:
        found.append(button(NAMES[SHOW], SHOW, data, primary=calm))
    elif view.approvable:
        found.append(button(NAMES[APPROVE], APPROVE, data, primary=calm))
    found.append(button(NAMES[SAVE], SAVE, data))
    if view.frozen:
        found.append(button(NAMES[RENEW], RENEW, data))
    return found


def read_draft(data: Mapping[str, Any], *, confirmed: bool) -> Typed:
    """What was sent with the card; untrusted."""
    ends = {key.rpartition(".")[2]: value for key, value in data.items() if key.startswith("report.")}
    mark = data.get(MARK)
    written = {
        key: value for key, value in ends.items() if key not in TICKS and isinstance(value, str)
    }  # fmt: skip
    return Typed(
        mark=mark if isinstance(mark, str) else "",
        picked=tuple(one for key in TICKS for one in _numbers(ends.get(key))),
        commentary=written.pop(COMMENTARY, ""), notes=written, confirmed=confirmed,
    )  # fmt: skip


def _numbers(value: Any) -> tuple[int, ...]:
    parts = value.split(",")[:_MOST_TICKS] if isinstance(value, str) else []
    return tuple(int(one) for one in parts if one.isascii() and one.isdigit() and len(one) < 10)


def nudge_card(view: ReportDraft, *, ready: bool) -> Card:
    """One reminder that a draft waits, or that it can be approved from today."""
    whose = "you" if view.may_approve else f"the {view.approver}"
    name = f"{'Ready to approve' if ready else 'Waiting'}: {view.view.title}"
    text = (
        f"Each agency has had its sentence for three working days, so {whose} can approve it now."
        if ready
        else "No agency has been shown its sentence yet, so it cannot be approved."
    )
    look = open_button("Look at the draft", view.view.partnership_id, view.view.report_id, primary=True)
    return card(f"{name}.", [title(name), paragraph(text)], [look])
