"""Asking an agency again after its loop had ended: what has ended, and the chair's reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.closing_items import ItemView
from assurance.dates import count_words, day_words
from assurance.form_rules import tidy
from assurance.identifiable import Finding
from assurance.reopening import LONGEST, WORDS, ReopenView
from cards.elements import Action, Element, InputChoiceSet, InputText
from cards.identifiable import confirm_button, please_check
from cards.literal import unlinked
from cards.parts import Card, button, card, facts, paragraph, problem, strong, subtle, title
from cards.request import count

REOPEN, CLOSE = "loops.reopen", "items.close"
LOOP, REQUEST = "loop", "request"
MOST = 60


def reopen_card(
    view: ReopenView, *, note: str = "", typed: tuple[str, str] = ("", ""), error: str = "", tries: int = 0,
    check: Mapping[str, tuple[Finding, ...]] | None = None,
) -> Card:  # fmt: skip
    """Which agency is asked again, on what, and why. Nothing is chosen beforehand."""
    name = "Ask an agency again"
    body: list[Element] = [title(name)]
    if note:
        body.append(paragraph(strong(note)))
    if not view.loops:
        body.append(paragraph("Nothing has ended here yet: what is still open is asked by itself."))
        return card(f"{name}.", body)
    when = f"for the meeting on {day_words(view.next_meeting)}" if view.next_meeting else "once the next meeting is set"
    body.append(subtle(f"It is asked {when}. What was decided before stays as it was."))
    chosen, reason = typed
    if check:
        body += please_check(check, {"reason": reason}, {"reason": "What is new"})
    body += [problem(error)] if error else []
    ident = f"reopen-n{tries}"
    known = {str(one.loop_id) for one in view.loops}
    body.append(
        InputChoiceSet(
            id=f"{ident}.{LOOP}", label="Which", value=chosen if chosen in known else None, wrap=True,
            style="expanded" if len(view.loops) <= 8 else "compact", placeholder="Choose one",
            choices=[
                {"title": unlinked(f"{one.name}: {one.title} ({one.how})"), "value": str(one.loop_id)}
                for one in view.loops[:MOST]
            ],
        )
    )  # fmt: skip
    body.append(
        InputText(
            id=f"{ident}.reason", label="What is new", value=reason or None, is_multiline=True, max_length=LONGEST
        )
    )
    data = {"p": view.partnership_id, "to": view.person_id, "n": tries}
    actions: list[Action] = [button("Ask again", REOPEN, data, primary=True)]
    if check:
        actions.append(confirm_button("Not about a real person: ask again", REOPEN, data, check, {"reason": reason}))
    return card(f"{name}.", body, actions)


def read_reopening(data: Mapping[str, Any]) -> tuple[int | None, str]:
    """Which loop was chosen, and the reason. Nothing in it is trusted."""
    prefix = f"reopen-n{count(data, 'n')}"
    chosen, reason = data.get(f"{prefix}.{LOOP}"), data.get(f"{prefix}.reason")
    sound = isinstance(chosen, str) and chosen.isascii() and chosen.isdigit() and len(chosen) < 10
    number = int(chosen) if sound and isinstance(chosen, str) else None
    return number, tidy(reason) if isinstance(reason, str) else ""


def close_card(view: ItemView, to: int) -> Card:
    """For the chair: every agency's loop has ended; the bot proposes, the chair confirms."""
    pairs = [(WORDS[key].capitalize(), count_words(number)) for key, number in view.counts]
    if view.state == "closed":
        text = f"{view.title} is closed. Nothing more is asked about it."
        return card(text, [title(view.title), paragraph(text), facts(pairs)])
    if view.state != "open":
        text = f"{view.title} stays open: an agency is being asked again."
        return card(text, [title(view.title), paragraph(text)])
    text = f"Nothing is left to ask about {view.title}. Shall it be closed?"
    body: list[Element] = [
        title(f"Close {view.title}?"),
        paragraph("Nothing is left to ask of any agency."),
        facts(pairs),
    ]
    body.append(subtle("If new evidence comes, type reopen."))
    data = {"p": view.partnership_id, "to": to, REQUEST: view.request_id}
    return card(text, body, [button("Close it", CLOSE, data, primary=True, collect=False)])
