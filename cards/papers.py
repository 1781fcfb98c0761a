"""The papers of a meeting: every return in one view, a page at a time, with its words folded (B8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assurance.dates import count_words, day_words, listing, moment_words
from assurance.papers import PapersView
from assurance.tabled_view import TabledReturn
from cards.elements import Action, Element
from cards.parts import Card, button, card, fold, heading, paragraph, points, strong, subtle, title
from cards.request import count
from cards.tabled import evidence, folds, last_words, levels

SHOW, RELEASE, MARK = "papers.show", "papers.release", "papers.mark"
MEETING, RETURN, PAGE, MARKED = "meeting", "return", "page", "marked"
A_PAGE = 6
LETTERS = 18_000
"""Letters of evidence on one page: with the rest of the card that stays under 80 KB in UTF-16."""


def papers_card(view: PapersView, page: int = 1, note: str = "") -> Card:
    """One page of the papers. Whoever may release them, or mark what to talk about, finds the buttons here."""
    pages = max(1, -(-len(view.returns) // A_PAGE))
    page = min(max(page, 1), pages)
    some = view.returns[(page - 1) * A_PAGE : page * A_PAGE]
    name = f"Papers: {view.group}, {day_words(view.on)}"
    body: list[Element] = [title(name), subtle(_standing(view), spacing="none")]
    if note:
        body.append(paragraph(strong(note)))
    if not view.returns:
        body.append(paragraph("No answers are asked for this meeting so far."))
    if page == 1:
        body += _to_discuss(view)
    if pages > 1:
        body.append(subtle(f"Page {page} of {pages}", spacing="medium"))
    for item in dict.fromkeys(one.title for one in some):
        body.append(heading(item))
        for one in some:
            if one.title == item:
                body += _return(view, one, page)
    return card(f"{name}. {_standing(view)}", body, _actions(view, page, pages))


def _standing(view: PapersView) -> str:
    are = "is" if view.received == 1 else "are"
    came = f"{count_words(view.received)} of {count_words(view.asked)} answers {are} here".capitalize()
    if view.released_at is not None:
        return f"{came}. Released at {moment_words(view.released_at, view.timezone)}."
    by = f"; papers are due by {day_words(view.release_by)}" if view.release_by else ""
    return f"{came}. Not released yet{by}."


def _to_discuss(view: PapersView) -> list[Element]:
    """What is worth talking about, from the data: the chair's order of discussion."""
    some = [one for one in view.returns if one.reasons]
    if not some:
        return []
    several = len({one.title for one in view.returns}) > 1
    lines = [f"{one.name}{f', {one.title}' if several else ''}: {listing(list(one.reasons))}" for one in ordered(some)]
    return [*fold("Worth talking about", [points(lines)], "agenda", opened=len(lines) <= A_PAGE, framed=True)]


def ordered(some: Sequence[TabledReturn]) -> list[TabledReturn]:
    """Those that somebody marked first, then those with most reasons; otherwise as they come."""
    return sorted(some, key=lambda one: (not one.marked_by, -len(one.reasons)))


def _return(view: PapersView, one: TabledReturn, page: int) -> list[Element]:
    mark = str(one.return_id)
    body: list[Element] = [paragraph(strong(one.name), spacing="large")]
    if one.answered:
        body += [*levels(one), subtle(f"{one.given}. {one.news}".strip())]
    else:
        body.append(subtle(f"{one.outcome or 'No answer yet'}.", spacing="none"))
    if one.decision is not None and view.closed:
        body.append(subtle(f"Decided on {day_words(view.on)}."))
    mine = view.person_id in one.marked_ids
    others = [who for number, who in zip(one.marked_ids, one.marked_by, strict=True) if number != view.person_id]
    if marked := [*(["you"] if mine else []), *others]:
        body.append(subtle(f"To be discussed: marked by {listing(marked)}."))
    says = evidence(one.evidence, LETTERS // A_PAGE) if one.answered else []
    last = last_words(one, LETTERS // A_PAGE // 3)
    parts = [(f"What {one.name} says", f"says-{mark}", says), ("Last time\u2019s answer", f"last-{mark}", last)]
    return [*body, *folds(parts, *_mark(view, one, page, mine=mine))]


def _mark(view: PapersView, one: TabledReturn, page: int, *, mine: bool) -> list[Action]:
    if not view.may_mark:
        return []
    data = _data(view) | {RETURN: one.return_id, PAGE: page, MARKED: not mine}
    name = "Do not discuss after all" if mine else "Mark to discuss"
    press = button(name, MARK, data, collect=False)
    press.tooltip = f"{name}: {one.name}, {one.title}"
    return [press]


def _data(view: PapersView) -> dict[str, Any]:
    return {"p": view.partnership_id, "to": view.person_id, MEETING: view.meeting_id}


def _actions(view: PapersView, page: int, pages: int) -> list[Action]:
    data, actions = _data(view), list[Action]()
    if view.may_release:
        actions.append(button("Release papers", RELEASE, data | {PAGE: page}, primary=True, collect=False))
    for name, other in (("Earlier page", page - 1), ("Next page", page + 1)):
        if 1 <= other <= pages:
            actions.append(button(name, SHOW, data | {PAGE: other}, collect=False))
    beside = [("Meeting before", view.earlier)] if page == 1 else []
    beside += [("Meeting after", view.later)] if page == pages else []
    for name, number in beside:
        if number is not None:
            actions.append(button(name, SHOW, data | {MEETING: number, PAGE: 1}, collect=False))
    return actions


def read_page(data: Mapping[str, Any]) -> int:
    """Which page a button leads to."""
    return count(data, PAGE) or 1


def out_card(group: str, on: str, offer: Action) -> Card:
    """For the channel: the papers are out, and how each member has them sent in private."""
    text = f"The papers for the {group}\u2019s meeting on {on} are out. Members can read them in private."
    return card(text, [title(f"Papers for {on}"), paragraph(text)], [offer])
