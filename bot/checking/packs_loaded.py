"""The packs: sound, and the same as those that the partnerships run on."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from assurance.dates import count_words, listing
from assurance.pack import Pack, check, shipped
from assurance.pack_in_use import refuse_if_in_use
from assurance.packing import read_pack
from assurance.refusals import Refusal
from bot.checking.findings import Finding, Looking, look, ok, wrong
from bot.edge.starting import CannotStart
from bot.running import pack_text, refuse_the_wrong_database
from storage.partnerships import every_partnership, pack_version_by_hash, partnership_named
from storage.unit import Unit


async def packs_sound(at: Looking) -> Sequence[Finding]:
    """Whether each pack of the settings can be read, and no two are of one partnership."""
    found, ids = [], []
    if not at.settings.packs:
        return [wrong("Packs", "LOOP_PACKS names none.", f"There are {listing(shipped())}, or your own file.")]
    for name in at.settings.packs:
        try:
            text = pack_text(name)
        except CannotStart as why:
            found.append(wrong("Packs", str(why), f"There are {listing(shipped())}, or give a file's whole path."))
            continue
        if mistakes := check(text, name):
            said = f"{Path(name).name} has {count_words(len(mistakes))} mistake{'' if len(mistakes) == 1 else 's'}."
            found.append(wrong("Packs", said, f"python -m bot pack check {name} explains each, with its line."))
            continue
        pack = read_pack(text)
        ids.append(pack.id)
        found.append(ok("Packs", f"{pack.title}, version {pack.version}: sound."))
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        found.append(wrong("Packs", f"Two packs are of {twice}.", "LOOP_PACKS must hold one for each partnership."))
    return found


async def packs_in_use(at: Looking) -> Sequence[Finding]:
    """Whether the partnerships run on these packs, and whether the service would take up what differs."""
    assert at.store is not None
    found: list[Finding] = []
    await refuse_the_wrong_database(at.store, playground=at.settings.playground)
    slugs = set()
    for name in at.settings.packs:
        try:
            text = pack_text(name)
            pack = read_pack(text)
        except Exception:  # told above
            continue
        slugs.add(pack.id)
        async with at.store.open_unit() as unit:
            found.append(await _held_against(unit, pack, sha256(text.encode()).hexdigest()))
    async with at.store.open_unit() as unit:
        left = [one.title for one in await every_partnership(unit) if one.slug not in slugs and one.pack_sha256]
    if left:
        said = f"The database holds {listing(left)} too, whose pack is not in LOOP_PACKS."
        found.append(
            look("In use", said, "It goes on with the pack that it has. Add the pack's file if that is not meant.")
        )
    return found


async def _held_against(unit: Unit, pack: Pack, digest: str) -> Finding:
    its = await partnership_named(unit, pack.id)
    if its is None or not its.pack_sha256:
        return look("In use", f"{pack.title} is not in the database yet.", "The next start brings it in.")
    if its.pack_sha256 == digest:
        return ok("In use", f"{pack.title} runs on this text.")
    try:
        await refuse_if_in_use(unit, its.id, pack)
    except Refusal as refusal:
        return wrong("In use", refusal.text, "The service does not start before.")
    has = await pack_version_by_hash(unit, its.id, its.pack_sha256)
    before = f"another text so far (version {has.version})" if has else "another text so far"
    return look("In use", f"{pack.title} runs on {before}.", "The next start takes this one up, if that is meant.")
