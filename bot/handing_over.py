"""Handing a file over: offered in a 1:1 chat and put into OneDrive; where Teams takes none, written down here.

A kind of file is described and made by the handler that offers it. What is handed over is noted in the log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from assurance.actors import actor_numbered
from assurance.exports import note_export
from assurance.issuing import today_in
from assurance.owing import owe
from assurance.permissions import OFFICER
from assurance.person_names import names
from assurance.refusals import NotFound, Refusal
from bot.edge.answers import Answer, OfferFile, Say
from bot.edge.mishap import note_mishap
from bot.files import send_file
from bot.house import House
from bot.tables import Desk
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards.handed import handed_card, kept_card
from cards.parts import Card
from storage.notices import Notice
from storage.people import holders_of_role, person
from storage.unit import Unit

Subject = dict[str, Any]
OFFERED = "I am offering you {what} in this chat. Press Allow there to keep it in your OneDrive."
BEING_MADE = "I am writing {what} now, and tell you here when it is done."
HERE = "{What} is ready on the machine that runs me, as {name} in {folder}."
ASK = "{What} is made. I cannot hand you a file here, so the {officer} is told where it lies and can send it to you."


@dataclass(frozen=True)
class Described:
    """A file before it is made: its name, what it is in a sentence's middle, and which record it is about."""

    name: str
    what: str
    subject: str


@dataclass(frozen=True)
class FileKind:
    """One kind of file. `describe` also says whether the person may have it: its refusals are what they read.

    `read` takes from a button or a consent, which are untrusted, what the file is to be about. `make` writes the
    file to a path; it opens transactions of its own. `size` is about how many bytes it has.
    """

    read: Callable[[Mapping[str, Any]], Subject]
    describe: Callable[[Unit, Here, Subject, datetime], Awaitable[Described]]
    make: Callable[[House, Here, Subject, Path], Awaitable[None]]
    size: int = 40_000
    slow: bool = False
    """Whether it may take longer than a press: it is then made in the background."""


def _kind(name: object) -> FileKind:
    from bot.wiring import file_kinds

    kind = file_kinds().get(name) if isinstance(name, str) else None
    if kind is None:
        raise NotFound("I cannot find that file any more.")
    return kind


async def hand_over(turn: Turn, partnership_id: int, file: str, data: Mapping[str, Any]) -> str:
    """Offer a file, or write it down where Teams takes none; gives the sentence that says so.

    Call it with no transaction open. Raises what the file's `describe` refuses.
    """
    kind = _kind(file)
    subject = kind.read(data)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, partnership_id)
        told = await kind.describe(unit, here, subject, turn.now)
        if await _takes_files(unit, turn, here):
            await _owe(unit, here, "export.offer", turn, {"file": file, **subject})
            return OFFERED.format(what=told.what)
    if kind.slow:
        turn.house.errands.start("A file", _write_later(turn, here, file, subject))
        return BEING_MADE.format(what=told.what)
    await _write_down(turn, here, file, subject)
    return _where(turn.house, here, told)


async def _takes_files(unit: Unit, turn: Turn, here: Here) -> bool:
    """Whether Teams hands files to this person here: in their own chat, and not to guests."""
    one = await person(unit, here.partnership.id, here.actor.person_id)
    return turn.private and not turn.house.settings.playground and not (one is not None and one.guest)


def _folder(house: House, here: Here) -> Path:
    return house.settings.data_dir / "exports" / here.partnership.slug


def _where(house: House, here: Here, told: Described) -> str:
    what = told.what[:1].upper() + told.what[1:]
    if house.settings.playground or here.actor.has(OFFICER):
        return HERE.format(What=what, name=told.name, folder=_folder(house, here))
    return ASK.format(What=what, officer=here.pack.terms.officer)


async def _write_later(turn: Turn, here: Here, file: str, subject: Subject) -> None:
    await _write_down(turn, here, file, subject)
    async with turn.house.open_unit() as unit:
        await _owe(unit, here, "export.told", turn, {"file": file, "where": "here", **subject})
    turn.house.wake()


async def _write_down(turn: Turn, here: Here, file: str, subject: Subject) -> None:
    """Make the file in the folder for exports, note it, and tell the officers where it is somebody else's."""
    house, kind = turn.house, _kind(file)
    async with house.open_unit() as unit:
        told = await kind.describe(unit, here, subject, turn.now)
    path = _folder(house, here) / told.name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    await kind.make(house, here, subject, path)
    path.chmod(0o600)
    digest = await asyncio.to_thread(_digest, path)
    async with house.open_unit() as unit:
        if not house.settings.playground and not here.actor.has(OFFICER):
            for officer in await holders_of_role(unit, here.partnership.id, [OFFICER], today_in(here.pack, turn.now)):
                await owe(
                    unit, here.partnership.id, f"export.kept:{officer}:{turn.activity_id}", "export.kept", now=turn.now,
                    subject={"file": file, "for": here.actor.person_id, **subject}, person_id=officer,
                )  # fmt: skip
        await _note(unit, here, file, subject, told, digest, turn.now)


async def _note(
    unit: Unit, here: Here, file: str, subject: Subject, told: Described, digest: str, now: datetime
) -> None:
    await note_export(
        unit, here.partnership.id, here.actor.person_id, file=file, subject=told.subject, refs=subject, digest=digest,
        now=now,
    )  # fmt: skip


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


async def _owe(unit: Unit, here: Here, kind: str, turn: Turn, subject: Subject) -> None:
    key = f"{kind}:{here.actor.person_id}:{turn.activity_id}"
    await owe(unit, here.partnership.id, key, kind, now=turn.now, subject=subject, person_id=here.actor.person_id)


async def take(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """A person takes an offered file: make it, upload it to where Teams says, and tell how that went."""
    context, upload = data.get("context"), data.get("uploadInfo")
    url = upload.get("uploadUrl") if isinstance(upload, Mapping) else None
    if not isinstance(context, Mapping) or not isinstance(url, str):
        raise NotFound("I cannot find that file any more.")
    kind = _kind(context.get("file"))
    subject = kind.read(context)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(context, PARTNERSHIP))
        await kind.describe(unit, here, subject, turn.now)
    work = _upload(turn, here, str(context["file"]), subject, url)
    if kind.slow:
        turn.house.errands.start("A file that somebody asked for", work)
    else:
        await work
    return Say("")


async def _upload(turn: Turn, here: Here, file: str, subject: Subject, url: str) -> None:
    house, kind = turn.house, _kind(file)
    digest = ""
    try:
        with TemporaryDirectory(prefix="learning-loop-") as folder:
            path = Path(folder) / "file"
            await kind.make(house, here, subject, path)
            content = await asyncio.to_thread(path.read_bytes)
        await send_file(house, url, content)
        digest = sha256(content).hexdigest()
    except Refusal:
        pass  # told below
    except Exception as error:
        note_mishap("A file that somebody asked for", error)
    async with house.open_unit() as unit:
        where = "onedrive" if digest else "nowhere"
        await _owe(unit, here, "export.told", turn, {"file": file, "where": where, **subject})
        if digest:
            told = await kind.describe(unit, here, subject, turn.now)
            await _note(unit, here, file, subject, told, digest, turn.now)
    house.wake()


async def draw_offer(unit: Unit, desk: Desk, owed: Notice) -> OfferFile | None:
    """The offer of a file: Teams asks the person whether to keep it."""
    here = await _here(unit, desk, owed.person_id)
    if here is None:
        return None
    kind, subject = _read(owed)
    told = await kind.describe(unit, here, subject, desk.now)
    context = {PARTNERSHIP: desk.partnership.id, "file": owed.subject["file"], **subject}
    return OfferFile(told.name, f"{told.what[:1].upper()}{told.what[1:]}.", kind.size, context)


async def draw_told(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """Where a file is now."""
    here = await _here(unit, desk, owed.person_id)
    if here is None:
        return None
    kind, subject = _read(owed)
    told = await kind.describe(unit, here, subject, desk.now)
    where = str(owed.subject.get("where"))
    return handed_card(told.name, told.what, where, _where(desk.house, here, told) if where == "here" else "")


async def draw_kept(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """For an officer: where a file lies that somebody asked for whom Teams hands none."""
    asker = await _here(unit, desk, int(owed.subject["for"]))
    if asker is None:
        return None
    kind, subject = _read(owed)
    told = await kind.describe(unit, asker, subject, desk.now)
    name = (await names(unit, desk.partnership.id, [asker.actor.person_id])).get(asker.actor.person_id, "Somebody")
    return kept_card(name, told.name, told.what, str(_folder(desk.house, asker)))


def _read(owed: Notice) -> tuple[FileKind, Subject]:
    kind = _kind(owed.subject.get("file"))
    return kind, kind.read(owed.subject)


async def _here(unit: Unit, desk: Desk, person_id: int | None) -> Here | None:
    day = today_in(desk.pack, desk.now)
    actor = await actor_numbered(unit, desk.partnership.id, person_id or 0, day)
    return Here(actor, desk.partnership, desk.pack) if actor is not None else None
