"""`python -m bot check [--strict] [--names] [--json]`: is everything there that the service needs?

It changes nothing, and asks nobody outside in practice mode.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from textwrap import wrap
from typing import Final

from assurance.dates import count_words
from bot.checking.app_package import package_fits
from bot.checking.clocks import clock_right, zones_known
from bot.checking.database import database_there, folder_there
from bot.checking.findings import Finding, Looking, Step, attempt, not_done, wrong
from bot.checking.packs_loaded import packs_in_use, packs_sound
from bot.checking.partnerships_ready import logs_whole, partnerships_ready, queue_moves
from bot.checking.settings_told import names_told, officers_told, settings_together, values_told
from bot.checking.signing_in import certificate_kept, credential_lasts, keys_there, signs_in
from bot.edge.starting import CannotStart
from bot.house import utc_now
from bot.settings import read_settings, settings_from

GROUPS: Final[Mapping[str, Sequence[Step]]] = {
    "Settings": (
        Step("Names", names_told), Step("Values", values_told), Step("Together", settings_together),
        Step("Officers", officers_told),
    ),
    "Database": (Step("Database", database_there), Step("Folder", folder_there)),
    "Microsoft": (
        Step("Sign-in", signs_in), Step("Credential", credential_lasts), Step("Certificate", certificate_kept),
        Step("Keys", keys_there),
    ),
    "Time": (Step("Clock", clock_right), Step("Time zone", zones_known)),
    "Packs": (Step("Packs", packs_sound), Step("In use", packs_in_use, in_database=True)),
    "Records": (
        Step("People", partnerships_ready, in_database=True), Step("Log", logs_whole, in_database=True, patience=300.0),
        Step("Queue", queue_moves, in_database=True),
    ),
    "Teams package": (Step("Package", package_fits),),
}  # fmt: skip
"""In the order in which somebody would put things right: what comes later builds on what comes before."""
WIDE: Final = 110
Found = Sequence[tuple[str, Sequence[Finding]]]


async def check(
    *, strict: bool = False, names: bool = False, as_json: bool = False,
    environment: Mapping[str, str] = os.environ, now: datetime | None = None,
) -> int:  # fmt: skip
    """Look at everything, and print it. Gives 1 where something is wrong (`strict`: or to be looked at), else 0."""
    with _quiet():
        found = await looked_at(environment, now or utc_now(), names=names)
    bad = {"wrong", "look"} if strict else {"wrong"}
    failed = any(one.state in bad for _, some in found for one in some)
    print(as_data(found, failed=failed) if as_json else in_words(found))
    return 1 if failed else 0


async def looked_at(environment: Mapping[str, str], now: datetime, *, names: bool = False) -> Found:
    """What every group found, in order."""
    try:
        settings = read_settings(environment)
    except CannotStart as why:
        return await _unreadable(environment, now, str(why))
    at = Looking(environment, settings, now, names)
    found = []
    try:
        for group, steps in GROUPS.items():
            lines: list[Finding] = []
            for step in steps:
                if step.in_database and at.store is None:
                    lines.append(not_done(step.name, "The database is not ready, see above."))
                else:
                    lines += await attempt(step.name, step.check, at, step.patience)
            found.append((group, lines))
    finally:
        if at.store is not None:
            await at.store.close()
    return found


async def _unreadable(environment: Mapping[str, str], now: datetime, why: str) -> Found:
    """The settings cannot even be read: their names are looked at all the same."""
    at = Looking(environment, settings_from({}), now)
    lines = [
        *await attempt("Names", names_told, at),
        wrong("Values", why, "Until it can be read, nothing else is looked at."),
    ]
    return [("Settings", lines)]


@contextmanager
def _quiet() -> Iterator[None]:
    """What the service's own code would log is said in the findings."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


def in_words(found: Found) -> str:
    """A line for each finding, in groups, each problem with what to do next; then what it comes to."""
    every = [one for _, some in found for one in some]
    width = max(len(one.name) for one in every)
    lines = []
    for group, some in found:
        lines += [group] if some else []
        for one in some:
            lines += _hung(f"  {one.state:<9} {one.name:<{width}}  ", one.said)
            lines += _hung(f"  {'':<9} {'':<{width}}  → ", one.do) if one.do else []
        lines += [""] if some else []
    return "\n".join([*lines, in_short(every)])


def _hung(head: str, words: str) -> list[str]:
    """Words behind a head, in as many lines as they need."""
    return wrap(words, WIDE, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False)


def in_short(every: Sequence[Finding]) -> str:
    """What it comes to, in a sentence."""
    bad, odd = (sum(one.state == state for one in every) for state in ("wrong", "look"))
    to_look = f"{count_words(odd)} thing{'' if odd == 1 else 's'} to look at"
    if bad:
        return f"{count_words(bad).capitalize()} {'is' if bad == 1 else 'are'} wrong; {to_look}."
    return f"Nothing is wrong; {to_look}." if odd else "All is well."


def as_data(found: Found, *, failed: bool) -> str:
    """The same for a program."""
    checks = [
        {"group": group, "check": one.name, "state": one.state.replace(" ", "_"), "said": one.said, "do": one.do}
        for group, some in found
        for one in some
    ]
    counts = {state: sum(one["state"] == state for one in checks) for state in ("ok", "look", "wrong", "not_done")}
    return json.dumps({"failed": failed, "counts": counts, "checks": checks}, indent=2, ensure_ascii=False)
