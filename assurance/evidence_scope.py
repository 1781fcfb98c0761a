"""What an evidence file is about: an item, a request, or an agency, and which requests and returns belong to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assurance.actors import Actor
from assurance.pack import Kind, Pack
from assurance.permissions import may
from assurance.refusals import NotFound
from assurance.seeing import may_read
from storage.asks import Loop, Request, loops_of_request, request, requests_about
from storage.histories import requests_numbered, requests_of_seat, returns_of_seat
from storage.learning import learning
from storage.partnerships import Partnership, organisations, seat, seats
from storage.returns import AgencyReturn, returns_of_request
from storage.unit import Unit

GONE = "I cannot find that any more."


@dataclass(frozen=True)
class Thread:
    """One request with those of its addressees and returns that the file is about, the oldest first."""

    request: Request
    loops: tuple[Loop, ...]
    rows: tuple[AgencyReturn, ...]


@dataclass(frozen=True)
class Scope:
    """What the file is called, and all that belongs to it. `of_agency`: it is about one agency, not one item."""

    name: str
    threads: tuple[Thread, ...]
    learning_ids: tuple[int, ...]
    of_agency: bool


async def scope_of(unit: Unit, partnership: Partnership, about: str) -> Scope:
    """What "learning:3", "request:4", "seat:5" or "organisation:2" stands for. Raises NotFound."""
    kind, number = parted(about)
    name = await name_of(unit, partnership, about)
    if kind == "learning":
        asked = await requests_about(unit, partnership.id, number)
        return Scope(name, await _whole(unit, partnership, asked), (number,), False)
    if kind == "request" and (found := await request(unit, partnership.id, number)):
        items = (found.learning_id,) if found.learning_id is not None else ()
        return Scope(name, await _whole(unit, partnership, [found]), items, False)
    return await _of_agency(unit, partnership, kind, number, name)


async def name_of(unit: Unit, partnership: Partnership, about: str) -> str:
    """What "learning:3" and the like are called. Raises NotFound."""
    kind, number = parted(about)
    if kind == "learning" and (item := await learning(unit, partnership.id, number)):
        return item.title
    if kind == "request" and (found := await request(unit, partnership.id, number)):
        return found.title
    if kind == "seat" and (its_seat := await seat(unit, partnership.id, number)):
        return its_seat.name
    bodies = await organisations(unit, partnership.id) if kind == "organisation" else []
    for one in bodies:
        if one.id == number:
            return one.name
    raise NotFound(GONE)


def parted(about: str) -> tuple[str, int]:
    """The sort and the number of "learning:3" and the like; the number is nought where there is none."""
    kind, _, text = about.partition(":")
    return kind, int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


async def _whole(unit: Unit, partnership: Partnership, asked: Sequence[Request]) -> tuple[Thread, ...]:
    return tuple([
        Thread(
            one,
            tuple(await loops_of_request(unit, partnership.id, one.id)),
            tuple(await returns_of_request(unit, partnership.id, one.id)),
        )
        for one in asked
    ])  # fmt: skip


async def _of_agency(unit: Unit, partnership: Partnership, kind: str, number: int, name: str) -> Scope:
    every = await seats(unit, partnership.id)
    wanted = [one for one in every if number == (one.id if kind == "seat" else one.organisation_id)]
    loops: dict[int, dict[int, Loop]] = {}
    rows: dict[int, list[AgencyReturn]] = {}
    for one in wanted:
        asked = await requests_of_seat(unit, partnership.id, one.id)
        for row, loop in await returns_of_seat(unit, partnership.id, one.id, asked):
            loops.setdefault(row.request_id, {})[loop.id] = loop
            rows.setdefault(row.request_id, []).append(row)
    found = await requests_numbered(unit, partnership.id, rows)
    threads = [
        Thread(found[key], tuple(loops[key].values()), tuple(rows[key]))
        for key in sorted(rows, key=lambda key: found[key].number)
    ]
    items = dict.fromkeys(each.request.learning_id for each in threads if each.request.learning_id is not None)
    return Scope(name, tuple(threads), tuple(items), True)


def kind_of(pack: Pack, key: str) -> Kind | None:
    """The pack's kind of this key; None where the pack of today has dropped it."""
    return next((one for one in pack.kinds if one.key == key), None)


def open_to(pack: Pack, actor: Actor, request: Request, *, own: bool) -> bool:
    """Whether somebody may read answers to this request by name. What was asked without names stays without.

    Of a kind that the pack has dropped since, the group's officers and chairs, and the agency itself, may read.
    """
    kind = kind_of(pack, request.kind)
    if kind is None:
        return own or may(actor, "see_every_status")
    return (own or not kind.anonymous) and may_read(kind, actor, own=own, released=False)
