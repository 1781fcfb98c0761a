"""The draft of a summary: what the channel would get, what may be ticked, and the buttons that keep or approve it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assurance.dates import count_words
from assurance.identifiable import Finding
from assurance.summary_approving import COMMENTARY, LONGEST_COMMENTARY, Typed
from assurance.summary_draft import Approved, DraftView, Offered
from cards.elements import Action, Container, Element, InputChoiceSet, InputText
from cards.identifiable import confirm_button, please_check
from cards.literal import unlinked
from cards.parts import Card, button, card, heading, paragraph, problem, strong, subtle, title
from cards.summary import data_of, open_button, rows_button, summary_body

SAVE, APPROVE = "summary.save", "summary.approve"
MARK = "mark"
GOOD, BARRIERS = "good", "barriers"
LABELS = {GOOD: "Good practice to share", BARRIERS: "Common barriers to name", COMMENTARY: "A comment (optional)"}
NOT_REAL = "Not about a real person: {go_on}"
APPROVE_NAME, SAVE_NAME = "Approve and post", "Save changes"
_MOST_TICKS = 200


@dataclass(frozen=True)
class Sent:
    """What is shown again after a press that was not kept: what was typed, and what is wrong or to be checked."""

    typed: Typed | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    approving: bool = False
    note: str = ""


def draft_card(view: DraftView, sent: Sent | None = None) -> Card:
    """The draft for its chair, or for an officer, who may change it."""
    sent = sent or Sent()
    summary = f"Draft: {view.preview.title}. It waits for approval."
    body: list[Element] = [title(f"Draft: {view.preview.title}"), subtle(seen_by(view))]
    if sent.findings:
        typed = sent.typed.commentary if sent.typed else ""
        body += please_check(sent.findings, {COMMENTARY: typed}, LABELS)
    elif sent.errors:
        body.append(problem("Please look at the marked places. Nothing you typed is lost."))
    elif sent.note:
        body.append(paragraph(strong(sent.note)))
    if view.saved:
        body.append(subtle(view.saved))
    body += [heading("This is what the channel will get"), _preview(view)]
    body += _choices(view, sent)
    if not view.may_approve:
        body.append(subtle(f"The {view.approver} approves it. You can change it until then.", spacing="medium"))
    return card(summary, body, _actions(view, sent))


def seen_by(view: DraftView) -> str:
    """Nothing is posted yet, and how many would see it."""
    if view.people == 0:
        return "Not posted yet. I have not read who is in the team, so I cannot say how many people would see it."
    noun = "person" if view.people == 1 else "people"
    return f"Not posted yet. {count_words(view.people).capitalize()} {noun} can see the channel where it would stand."


def _preview(view: DraftView) -> Container:
    name = paragraph(strong(view.preview.title))
    return Container(items=[name, *summary_body(view.preview)], style="emphasis", spacing="small")


def _choices(view: DraftView, sent: Sent) -> list[Element]:
    body: list[Element] = []
    if view.good_practice or view.barriers:
        body.append(heading("What agencies wrote"))
        body.append(subtle("It stays private unless you tick it. Ticked lines go to the channel when it is posted."))
    good = sent.typed.good_practice if sent.typed else view.chosen.good_practice
    barriers = sent.typed.barriers if sent.typed else view.chosen.barriers
    body += _ticks(view, sent, GOOD, view.good_practice, good)
    body += _ticks(view, sent, BARRIERS, view.barriers, barriers)
    if view.withheld:
        what = "One more line is" if view.withheld == 1 else f"{count_words(view.withheld).capitalize()} more lines are"
        body.append(subtle(f"{what} not offered: the text could identify a child, an adult or a case."))
    if view.more:
        body.append(subtle(f"{count_words(view.more).capitalize()} more have no room here."))
    if COMMENTARY in sent.errors:
        body.append(problem(sent.errors[COMMENTARY]))
    body.append(
        InputText(
            id=_name(view, sent, COMMENTARY), label=LABELS[COMMENTARY], is_multiline=True,
            max_length=LONGEST_COMMENTARY, value=(sent.typed.commentary if sent.typed else view.commentary) or None,
            placeholder="Read by everyone in the channel. Please name no person.", spacing="medium",
        )
    )  # fmt: skip
    return body


def _ticks(view: DraftView, sent: Sent, name: str, lines: Sequence[Offered], ticked: Sequence[int]) -> list[Element]:
    if not lines:
        return []
    held = [str(one.text_id) for one in lines if one.text_id in ticked]
    error = [problem(sent.errors["good_practice"])] if name == GOOD and "good_practice" in sent.errors else []
    made = InputChoiceSet(
        id=_name(view, sent, name), label=LABELS[name], is_multi_select=True, style="expanded", wrap=True,
        choices=[{"title": unlinked(one.label), "value": str(one.text_id)} for one in lines],
        value=",".join(held) or None, spacing="medium",
    )  # fmt: skip
    return [*error, made]


def _name(view: DraftView, sent: Sent, name: str) -> str:
    """An input's name, another one for each state of the card: clients keep what was in an input of the same name."""
    again = "x" if sent.errors or sent.findings or sent.note else ""
    return f"summary.{view.mark}{again}.{name}"


def _actions(view: DraftView, sent: Sent) -> list[Action]:
    data = {**data_of(view.preview), MARK: view.mark}
    found: list[Action] = []
    if sent.findings and sent.typed:
        verb, go_on = (APPROVE, "approve and post") if sent.approving else (SAVE, "save")
        text = {COMMENTARY: sent.typed.commentary}
        found.append(confirm_button(NOT_REAL.format(go_on=go_on), verb, data, sent.findings, text))
    if view.may_approve:
        found.append(button(APPROVE_NAME, APPROVE, data, primary=not sent.findings))
    found.append(button(SAVE_NAME, SAVE, data, primary=not view.may_approve and not sent.findings))
    found.append(rows_button(view.preview))
    return found


def read_draft(data: Mapping[str, Any], *, confirmed: bool) -> Typed:
    """What was sent with the card; untrusted."""
    ends = {key.rpartition(".")[2]: value for key, value in data.items() if key.startswith("summary.")}
    mark = data.get(MARK)
    written = ends.get(COMMENTARY)
    return Typed(
        mark=mark if isinstance(mark, str) else "", good_practice=_numbers(ends.get(GOOD)),
        barriers=_numbers(ends.get(BARRIERS)), commentary=written if isinstance(written, str) else "",
        confirmed=confirmed,
    )  # fmt: skip


def written_in(data: Mapping[str, Any]) -> dict[str, str]:
    """The free text that was sent with the card."""
    return {COMMENTARY: read_draft(data, confirmed=False).commentary}


def _numbers(value: Any) -> tuple[int, ...]:
    parts = value.split(",")[:_MOST_TICKS] if isinstance(value, str) else []
    return tuple(int(one) for one in parts if one.isascii() and one.isdigit() and len(one) < 10)


def approved_card(view: Approved) -> Card:
    """What whoever comes second sees: it is approved, by whom and when."""
    name = f"Approved: {view.preview.title}"
    see = open_button("See it", view.preview.partnership_id, view.preview.report_id)
    return card(f"{name}.", [title(name), paragraph(view.line)], [see])


def nudge_card(view: DraftView) -> Card:
    """One reminder that a draft waits."""
    whose = "your approval" if view.may_approve else f"the {view.approver}'s approval"
    text = f"The draft waits for {whose}. Until then nothing is posted in the channel."
    look = open_button("Look at the draft", view.preview.partnership_id, view.preview.report_id, primary=True)
    name = f"Waiting: {view.preview.title}"
    return card(f"{name}.", [title(name), paragraph(text)], [look])
