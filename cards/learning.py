"""What a request is about, as members read it: the messages to share, how to handle them, and who sees answers."""

from __future__ import annotations

from collections.abc import Iterable

from assurance.dates import day_words
from assurance.learning_fields import LearningFields
from assurance.request_view import RequestView
from assurance.timing import papers_day
from cards.elements import Element
from cards.parts import fold, heading, link, paragraph, strong, subtle

_SHARE = "Please share the messages below with the staff whom they concern."
_HANDLING = {
    "ldg": "For {member}s only: please do not pass it on.",
    "staff": "May go to staff whom it concerns.",
    "public": "May be shared publicly.",
}


def messages(view: RequestView) -> list[Element]:
    """The key messages with who agreed them, the links, and what may be done with them."""
    if not view.learning:
        return []
    item = LearningFields.from_json(view.learning)
    shown: list[Element] = []
    if item.embargo_on is not None:
        shown.append(paragraph(strong(f"Please do not share before {day_words(item.embargo_on)}.")))
    elif item.handling != "ldg" and item.key_messages:
        shown.append(paragraph(_SHARE, spacing="medium"))
    if item.key_messages:
        shown += [heading("Key messages", spacing="medium"), paragraph(item.key_messages, spacing="small")]
        agreed = _agreed(item)
        shown += [subtle(agreed)] if agreed else []
    shown += [paragraph(link(one.title, one.url), spacing="small") for one in item.links]
    shown.append(subtle(_HANDLING[item.handling].format(member=view.pack.terms.member)))
    return shown


def more_about(view: RequestView, id: str) -> list[Element]:
    """The rest of the summary of learning, and the framework's own note, folded away."""
    parts: list[Element] = []
    if view.learning:
        item = LearningFields.from_json(view.learning)
        columns = view.pack.summary_columns
        for label, text in zip(columns[1:3], (item.description, item.findings), strict=False):
            parts += [paragraph(strong(label), spacing="medium"), paragraph(text, spacing="small")] if text else []
        if item.audiences:
            parts += [paragraph(strong(columns[-1]), spacing="medium"), paragraph(item.audiences, spacing="small")]
    rated = any(one.dimensions for one in view.sides)
    if view.pack.assurance.note and rated:
        parts += [paragraph(strong("From the framework"), spacing="medium"), paragraph(view.pack.assurance.note)]
    return fold("More about this", parts, id, framed=True) if parts else []


def who_sees(view: RequestView) -> str:
    """Who will read the answer, now and once the papers are out: told before anything is typed.

    A kind of role that the pack's terms do not name goes by the titles of the pack's roles of that kind.
    """
    kind, terms = view.pack.kind(view.kind), view.pack.terms
    named = {
        "officer": f"the {terms.officer}", "chair": f"the {terms.chair}", "vice_chair": f"the {terms.vice_chair}",
        "member": f"{terms.member}s", "co_optee": "co-optees", "scrutineer": "the independent scrutineer",
    }  # fmt: skip
    titles: dict[str, dict[str, None]] = {}
    for role in view.pack.roles:
        titles.setdefault(role.kind, {})[f"the {role.title}"] = None

    def called(kinds: Iterable[str]) -> list[str]:
        return [name for one in kinds for name in ([named[one]] if one in named else titles.get(one, ()))]

    now, then = called(kind.may_see), called(kind.may_see_after_release)
    line = f"Your answer is seen by {_and(now)}" if now else "Your answer is seen by your own agency only"
    if then and not view.released:
        line += f" now, and by {_and(then)} {_once_out(view)}"
    elif then:
        line += f", and by {_and(then)}"
    return f"{line}."


def _once_out(view: RequestView) -> str:
    """From when the group may read answers: the day of the meeting's papers, where the pack says which."""
    held_on = next((one.meeting_on for one in view.sides if one.meeting_on), view.meeting_on)
    day = papers_day(view.pack, held_on) if held_on and view.tabled != "verbal" else None
    return f"from {day_words(day)}" if day else "once the papers are out"


def _and(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _agreed(item: LearningFields) -> str:
    by = f" by {item.agreed_by}" if item.agreed_by else ""
    on = f" on {day_words(item.agreed_on)}" if item.agreed_on else ""
    return f"Agreed{by}{on}." if by or on else ""
