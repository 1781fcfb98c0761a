"""Before issuing: what members will see and who will get it, and the drafts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assurance.dates import count_words, day_words, listing, moment_words
from assurance.learning_draft import Resumable
from assurance.learning_view import PreviewView
from assurance.reach import PlaceReach
from cards.elements import ActionSet, Container, Element, InputChoiceSet
from cards.learning_form import AT_STEP, DRAFT, GO, LATER, STEP
from cards.literal import unlinked
from cards.parts import (
    Card,
    button,
    card,
    fold,
    heading,
    paragraph,
    points,
    problem,
    strong,
    subtle,
    title,
)

ISSUE, SHOW, RESUME, THROW, FULL = (
    "learning.issue", "learning.show", "learning.resume", "learning.throw", "learning.full",
)  # fmt: skip
DIGEST, SEEN_BY, SURE_OF_IT, REQUEST = "digest", "seen_by", "yes", "r"
_PICTURE = "picture"
_LAST_STEP = 3
MOST_DRAFTS = 8


def preview_card(view: PreviewView, members: Card) -> Card:
    """What would be issued: to whom, by when, who is reached, and the very card that an agency would get."""
    base: dict[str, Any] = {"p": view.partnership_id, "to": view.person_id, DRAFT: view.draft_id}
    asked = [one for one in view.places if one.asked]
    body: list[Element] = [title(f"Preview: {view.title}"), subtle("Nothing has been sent yet.")]
    if view.note:
        body.append(problem(view.note))
    body += [paragraph(_plan_words(view, len(asked))), *_reach(view.places, view.practice)]
    if view.empty:
        body.append(paragraph("Still empty in the summary: ", listing(view.empty), ". You can issue it all the same."))
    seen = dict(view.choices).get(view.seen_by, "")
    body.append(heading(f"What {seen} will see" if seen else "What people will see"))
    body.append(Container(id=_PICTURE, items=[paragraph("")], style="emphasis", spacing="small"))
    if len(view.choices) > 1:
        body += _other_copies(view, base)
    name = f"Issue to {agencies(len(asked))}" if view.choices else "Issue"
    made = card(
        f"Preview of {view.title}. Nothing has been sent yet.",
        body,
        [
            button(name, ISSUE, {**base, DIGEST: view.digest}, primary=True, collect=False),
            button("Back", RESUME, base, collect=False),
            button("Not now", STEP, {**base, AT_STEP: _LAST_STEP, GO: LATER}, collect=False),
        ],
    )
    for part in made.content["body"]:
        if part.get("id") == _PICTURE:
            part["items"] = pictured(members.content)
    return made


def _plan_words(view: PreviewView, asked: int) -> str:
    meeting = f", for the meeting on {day_words(view.due.meeting.on)}" if view.due.meeting else ""
    people = "person" if asked == 1 else "people"
    whom = agencies(asked) if view.choices else f"{count_words(asked).capitalize()} {people}"
    told = len(view.places) - asked
    also = f" {agencies(told)} will get it for information." if told else ""
    how = f"answers are due by {day_words(view.due.due_on)}{meeting}"
    if view.due.tabled == "verbal":
        how = f"a verbal update is asked for at the meeting on {day_words(view.due.due_on)}"
    elif view.due.tabled == "short_notice":
        how += "; the card says that this is short notice"
    return f"{view.kind}. {whom} will be asked; {how}.{also}"


def agencies(number: int) -> str:
    """A number of agencies at the start of a sentence."""
    return f"{count_words(number).capitalize()} {'agency' if number == 1 else 'agencies'}"


def _reach(places: Sequence[PlaceReach], practice: bool) -> list[Element]:
    body: list[Element] = [heading("Who will get it")]
    reached = [one for one in places if one.reached]
    if practice:
        return [*body, paragraph("In practice everybody is reached, through their practice inbox.")]
    body.append(paragraph(f"{len(reached)} of {len(places)} can be reached one to one in Teams."))
    missed = [one for one in places if not one.reached and not one.unchecked]
    if missed:
        body.append(paragraph(strong("Not reached:"), spacing="small"))
        body.append(points((f"{one.short}: {one.why}" for one in missed), spacing="small"))
    if unchecked := [one.short for one in places if one.unchecked]:
        body.append(paragraph(f"Could not be checked just now: {listing(unchecked)}.", spacing="small"))
    if partly := [f"{one.short}: {one.why}" for one in reached if one.why]:
        body.append(paragraph(strong("Reached, but not everybody there:"), spacing="small"))
        body.append(points(partly, spacing="small"))
    names = [f"{one.short}: {listing([who.name for who in one.people if who.reached])}" for one in reached]
    return [*body, *fold("Who is reached", [points(names)], "reached.fold")] if names else body


def _other_copies(view: PreviewView, base: Mapping[str, Any]) -> list[Element]:
    choices = [{"title": unlinked(short), "value": key} for key, short in view.choices]
    pick = InputChoiceSet(
        id=SEEN_BY, label="See it as another agency will", choices=choices, value=view.seen_by, style="compact"
    )
    return [pick, ActionSet(actions=[button("Show", SHOW, dict(base))], spacing="small")]


def pictured(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A card's body as something to look at: inputs become their labels and choices, buttons their names."""
    body = [shown for part in content.get("body", []) if (shown := _still(part)) is not None]
    names = [one["title"] for one in content.get("actions", []) if one.get("title")]
    if names:
        body.append(_plain_text(" ".join(f"[{name}]" for name in names), subtle_too=True))
    return body


def _still(part: Any) -> dict[str, Any] | None:
    """One part of a card without anything that can be filled in or sent."""
    kind = part.get("type", "")
    if kind.startswith("Input."):
        return _input_as_words(part)
    kept = {key: value for key, value in part.items() if key not in ("fallback",)}
    if "id" in kept:
        kept["id"] = f"{_PICTURE}.{kept['id']}"
    if kind == "ActionSet":
        kept["actions"] = [_retargeted(one) for one in part["actions"] if one["type"] == "Action.ToggleVisibility"]
        names = [one["title"] for one in part["actions"] if one["type"] in ("Action.Execute", "Action.Submit")]
        if names and not kept["actions"]:
            return _plain_text(" ".join(f"[{name}]" for name in names), subtle_too=True)
    for inside in ("items", "columns"):
        if kind != "Table" and isinstance(part.get(inside), list):
            kept[inside] = [shown for one in part[inside] if (shown := _still(one)) is not None]
    return kept


def _retargeted(action: Mapping[str, Any]) -> dict[str, Any]:
    targets = [
        f"{_PICTURE}.{one}" if isinstance(one, str) else {**one, "elementId": f"{_PICTURE}.{one['elementId']}"}
        for one in action["targetElements"]
    ]
    return {**action, "targetElements": targets}


def _input_as_words(part: Mapping[str, Any]) -> dict[str, Any]:
    """The label, and what can be chosen or typed there."""
    label = {"type": "TextRun", "text": part.get("label", ""), "weight": "Bolder"}
    choices = [one["title"] for one in part.get("choices", [])]
    if part.get("style") != "compact" and choices:
        body = "\n".join(f"○ {one}" for one in choices)
    else:
        body = "[choose one]" if choices else "[a box to write in]"
    hint = {"type": "TextRun", "text": f"\n{body}", "isSubtle": True}
    return {"type": "RichTextBlock", "inlines": [label, hint], "spacing": part.get("spacing", "default")}


def _plain_text(text: str, *, subtle_too: bool = False) -> dict[str, Any]:
    run = {"type": "TextRun", "text": text, "isSubtle": subtle_too}
    return {"type": "RichTextBlock", "inlines": [run], "spacing": "medium"}


def parked_card(partnership_id: int, person_id: int, draft_id: int, name: str) -> Card:
    """The draft is kept, and how to go on with it."""
    base = {"p": partnership_id, "to": person_id, DRAFT: draft_id}
    called = f"“{name}”" if name else "The new learning"
    return card(
        "Your draft is kept.",
        [
            title("Kept as a draft"),
            paragraph(f"{called} is kept as you left it, and nothing has been sent. Type drafts to go on with it."),
        ],
        [button("Go on now", RESUME, base)],
    )


def drafts_card(partnership_id: int, person_id: int, held: Sequence[Resumable], zone: str) -> Card:
    """Every draft of new learning, each to go on with or to throw away."""
    body: list[Element] = [title("Drafts of new learning")]
    if not held:
        body.append(paragraph("There are no drafts. Type new learning to begin one."))
    for one in held[:MOST_DRAFTS]:
        base = {"p": partnership_id, "to": person_id, DRAFT: one.draft_id}
        who = f" by {one.saved_by}" if one.saved_by else ""
        go_on = button("Go on", RESUME, base)
        go_on.tooltip = f"Go on with {one.title}"
        away = button("Throw away", THROW, base)
        away.tooltip = f"Throw away {one.title}"
        body += [
            paragraph(strong(one.title), spacing="large"),
            subtle(f"Saved at {moment_words(one.saved_at, zone)}{who}"),
            ActionSet(actions=[go_on, away], spacing="small"),
        ]
    if len(held) > MOST_DRAFTS:
        body.append(subtle(f"{len(held) - MOST_DRAFTS} older ones are not shown."))
    number = f"{count_words(len(held)).capitalize()} {'draft' if len(held) == 1 else 'drafts'} of new learning."
    return card(number, body)


def throw_away_card(partnership_id: int, person_id: int, draft_id: int, name: str) -> Card:
    """Ask before a draft is thrown away."""
    base = {"p": partnership_id, "to": person_id, DRAFT: draft_id}
    return card(
        "Throw this draft away?",
        [
            title("Throw this draft away?"),
            paragraph(f"“{name or 'Untitled'}” would be deleted for every officer. This cannot be undone."),
        ],
        [button("Keep it", RESUME, base, primary=True), button("Throw it away", THROW, {**base, SURE_OF_IT: 1})],
    )


def in_private_card(word: str = "") -> Card:
    """What stands in a channel where an officer began: forms and drafts are for our own chat."""
    text = "Let us do this in our own chat: I have put the form there. If you cannot see it, type new learning there."
    if word:
        text = f"Let us do this in our own chat: please type {word} there."
    return card(text, [paragraph(text)])
