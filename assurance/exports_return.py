"""One return as the paper that the group reads (B17). Its layout is derived from the fields, and says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from assurance.actors import Actor
from assurance.dates import day_words
from assurance.export_parts import Parts, parts_of
from assurance.export_reading import Read, read_returns
from assurance.export_said import Assessed, Given, for_round
from assurance.issuing import today_in
from assurance.learning_fields import LearningFields
from assurance.pack import Pack
from assurance.permissions import may, require
from assurance.refusals import NotAllowed, NotFound
from storage.asks import Loop, Request
from storage.learning import learning_fields, learning_versions
from storage.partnerships import Partnership
from storage.returns import find_return
from storage.texts import texts
from storage.unit import Unit

NOT_YOURS = "You can take out your own agency's answers only."
NAMELESS = "This was answered without names, so I do not show who said what."
DERIVED = "The layout of this paper is derived from the fields of the return; the framework gives no template for it."


@dataclass(frozen=True)
class ReturnPaper:
    """A return with what was asked, what was said, and what the group made of it."""

    title: str
    agency: str
    short: str
    partnership: str
    group: str
    facts: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, str], ...]
    said: Given | None
    assessed: tuple[Assessed, ...]
    made: str


async def return_paper(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, return_id: int, now: datetime
) -> ReturnPaper:
    """One return with its newest answer. Raises NotFound, or NotAllowed where it is another agency's."""
    require(actor, "export")
    found = await find_return(unit, partnership.id, return_id)
    if found is None:
        raise NotFound("I cannot find that answer.")
    row, loop, request, _ = found
    own = loop.person_id == actor.person_id or (loop.seat_id is not None and loop.seat_id in actor.seats)
    if not own and not may(actor, "evidence_file"):
        raise NotAllowed(NOT_YOURS)
    if not own and any(one.key == request.kind and one.anonymous for one in pack.kinds):
        raise NotAllowed(NAMELESS)
    parts = await parts_of(unit, partnership, pack, named=True)
    read = (await read_returns(unit, partnership, pack, [row], parts, evidence=True))[row.id]
    agency, short = named(loop, parts)
    said = read.given[-1] if read.given else None
    return ReturnPaper(
        request.title, agency, short, pack.terms.partnership, pack.terms.group_short,
        _filled(_facts(pack, request, read, agency)),
        _filled(await _asked(unit, partnership, loop, request, read, short)), said, read.assessed,
        f"Made on {day_words(today_in(pack, now))}. {DERIVED}",
    )  # fmt: skip


def named(loop: Loop, parts: Parts) -> tuple[str, str]:
    """Whom a loop addresses: the seat's name and short name, or the person's."""
    if loop.seat_id is not None:
        return parts.seats.get(loop.seat_id, "An agency"), parts.shorts.get(loop.seat_id, "agency")
    name = parts.called(loop.person_id) or "One person who was asked"
    return name, name


def _filled(pairs: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in pairs if value)


def _facts(pack: Pack, request: Request, read: Read, agency: str) -> list[tuple[str, str]]:
    said = read.given[-1] if read.given else None
    term = pack.terms.agency
    return [
        (term[:1].upper() + term[1:], agency),
        ("Asked", day_words(today_in(pack, request.issued_at))),
        ("Round", for_round(read.row, read.meeting_on)),
        ("Due", day_words(read.row.due_on)),
        ("Answer", read.came),
        ("Given", f"At {said.when} by {said.by}" if said else ""),
        (
            "Version",
            f"{said.number} of {len(read.given)}; the earlier ones are kept" if said and said.number > 1 else "",
        ),
    ]


async def _asked(
    unit: Unit, partnership: Partnership, loop: Loop, request: Request, read: Read, short: str
) -> list[tuple[str, str]]:
    """What was asked, with the learning as it was worded when the answer was given, or as it is now."""
    found = await texts(unit, partnership.id, [request.context_text_id, loop.why_text_id])
    item = LearningFields()
    if request.learning_id is not None:
        wording_id = read.versions[-1].learning_version_id if read.versions else None
        versions = await learning_versions(unit, partnership.id, request.learning_id)
        number = next((one.number for one in versions if one.id == wording_id), None)
        wording = await learning_fields(unit, partnership.id, request.learning_id, number)
        item = LearningFields.from_json(wording[1] if wording else {})
    return [
        ("Why it was asked", found.get(request.context_text_id or 0, "")),
        (f"Why {short}", found.get(loop.why_text_id or 0, "")),
        ("Key messages", item.key_messages),
    ]
