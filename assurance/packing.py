"""Loading a pack: its text and hash are stored, and the seats are brought into line (`pack_seats`)."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from hashlib import sha256

import orjson

from assurance.calendar import local_day
from assurance.pack import Dimension, Form, Pack, load
from assurance.pack_in_use import refuse_if_in_use
from assurance.pack_seats import line_up_seats
from storage.log import append_log
from storage.partnerships import (
    FormVersion,
    PackVersion,
    Partnership,
    form_version_by_hash,
    pack_version,
    pack_version_by_hash,
    partnership_named,
)
from storage.unit import Unit


@lru_cache(maxsize=64)
def read_pack(text: str) -> Pack:
    """A pack from its text; the same text is read once."""
    return load(text, "pack")


async def pack_of(unit: Unit, partnership: Partnership) -> Pack:
    """The pack that a partnership runs on today."""
    pack = _packs.get(partnership.pack_sha256)
    if pack is None:
        stored = await pack_version_by_hash(unit, partnership.id, partnership.pack_sha256)
        if stored is None:
            raise LookupError(f"No pack was loaded for {partnership.title}")
        pack = _packs[partnership.pack_sha256] = read_pack(stored.text)
    return pack


_packs: dict[str, Pack] = {}


async def install_pack(unit: Unit, text: str, *, now: datetime, practice: bool = False) -> Partnership:
    """Load a pack for the partnership it names, making the partnership where it is new.

    The same text again changes nothing. What a new version drops is retired from today, never deleted. What an
    officer changed of the seats stays as it is; the log names those of which the pack says otherwise.
    Raises PackMistakes where the text is not a pack, and Refusal where it drops what open requests still use.
    """
    pack = read_pack(text)
    partnership = await partnership_named(unit, pack.id)
    if partnership is None:
        partnership = await unit.save(Partnership(slug=pack.id, title=pack.title, practice=practice))
    digest = sha256(text.encode()).hexdigest()
    version = await pack_version_by_hash(unit, partnership.id, digest)
    if version is not None and partnership.pack_version_id == version.id:
        return partnership
    await refuse_if_in_use(unit, partnership.id, pack)
    if version is None:
        version = await unit.save(
            PackVersion(partnership_id=partnership.id, version=pack.version, sha256=digest, text=text, loaded_at=now)
        )
    before = partnership.pack_version_id
    partnership.pack_version_id, partnership.pack_sha256 = version.id, digest
    partnership.title = pack.title
    had = await _seats_of_version(unit, partnership.id, before)
    otherwise = await line_up_seats(unit, partnership.id, pack, had, local_day(now, pack.timezone))
    await append_log(
        unit, partnership.id, at=now, person_id=None, by="start-up", what="pack loaded",
        subject=f"pack:{version.id}",
        refs={"version": pack.version, "before": before, "seats_otherwise_here": otherwise}, after=digest,
    )  # fmt: skip
    return partnership


async def _seats_of_version(unit: Unit, partnership_id: int, number: int | None) -> frozenset[str]:
    """The keys of the seats that an earlier version of the pack had, whatever else a pack looked like then."""
    stored = await pack_version(unit, partnership_id, number) if number is not None else None
    return frozenset(one["key"] for one in tomllib.loads(stored.text).get("seats", [])) if stored else frozenset()


class ShownForm:
    """A form as it is or was shown: its questions, its dimensions with their criteria, and its label (B5)."""

    def __init__(self, form: Form, dimensions: tuple[Dimension, ...], label: str) -> None:
        self.form = form
        self.dimensions = dimensions
        self.label = label

    @property
    def scale(self) -> dict[str, Dimension]:
        """The form's dimensions by their keys."""
        return {one.key: one for one in self.dimensions}

    def due(self, dimensions: Collection[str], *, first: bool) -> frozenset[str]:
        """The keys of the questions that are asked while these dimensions are due; some in the first round only."""
        return frozenset(
            question.key
            for question in self.form.questions
            if (question.dimension or (question.key if question.type == "rating" else None)) in {None, *dimensions}
            and (first or question.rounds != "first")
        )


def shown_form(pack: Pack, form_key: str) -> ShownForm:
    """The form of this key as the pack words it today."""
    form = pack.form(form_key)
    rated = {question.key for question in form.questions if question.type == "rating"}
    dimensions = tuple(one for one in pack.assurance.dimensions if one.key in rated)
    return ShownForm(form, dimensions, pack.assurance.scale_label if dimensions else form.version_label)


async def keep_form(unit: Unit, partnership_id: int, pack: Pack, form_key: str) -> FormVersion:
    """The stored version of a form as the pack words it today; stored now if this wording is new."""
    shown = shown_form(pack, form_key)
    body = {
        "form": shown.form.model_dump(mode="json"),
        "dimensions": [one.model_dump(mode="json") for one in shown.dimensions],
    }
    digest = sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
    stored = await form_version_by_hash(unit, partnership_id, form_key, digest)
    if stored is None:
        stored = await unit.save(
            FormVersion(partnership_id=partnership_id, form_key=form_key, label=shown.label, sha256=digest, body=body)
        )
    return stored


_shown: dict[str, ShownForm] = {}


def stored_form(version: FormVersion) -> ShownForm:
    """A stored form version, read back into the form that it was."""
    if version.sha256 not in _shown:
        _shown[version.sha256] = ShownForm(
            Form.model_validate(version.body["form"]),
            tuple(Dimension.model_validate(one) for one in version.body["dimensions"]),
            version.label,
        )
    return _shown[version.sha256]
