"""The settings: names that nobody reads, values that cannot be meant, and what does not go together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from assurance.dates import count_words, listing
from bot.checking.findings import Finding, Looking, look, not_done, ok, wrong
from bot.edge.credentials import is_guid
from bot.edge.gate import gate_for, service_hosts
from bot.edge.our_token import token_for
from bot.edge.starting import CannotStart
from bot.settings import TRUE, faults_in, settings_from

PREFIX: Final = "LOOP_"
ELSEWHERE: Final = frozenset({"LOG_FORMAT"})
"""What is read elsewhere than among the settings."""
_UNTRUE: Final = {"", "0", "false", "no", "off"}
_FIX: Final = "Please put that right; the service does not start like this."


class _Noting(Mapping[str, str]):
    """An empty environment that notes what it is asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.asked.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def known_names() -> frozenset[str]:
    """Every variable that means something, with its prefix."""
    noting = _Noting()
    settings_from(noting)
    return frozenset(noting.asked | {PREFIX + one for one in ELSEWHERE})


async def names_told(at: Looking) -> Sequence[Finding]:
    """Variables that begin like ours and mean nothing: most of them are slips of the pen."""
    known, found = known_names(), []
    ours = sorted(one for one in at.environment if one.upper().startswith(PREFIX))
    for name in (one for one in ours if one not in known):
        near = get_close_matches(name.upper(), known, n=1, cutoff=0.8)
        if near:
            found.append(wrong("Names", f"{name} means nothing.", f"Did you mean {near[0]}?"))
        else:
            found.append(look("Names", f"{name} means nothing.", "Take it out, or see the table in running-it.md."))
    count = len(ours) - len(found)
    told = f"{count_words(count).capitalize()} {'is' if count == 1 else 'are'} set, and each means something."
    return found or [ok("Names", told if count else "None is set.")]


async def values_told(at: Looking) -> Sequence[Finding]:
    """Values that can be read and are hardly meant so. No value of a secret is repeated."""
    found = []
    for name in sorted(one for one in at.environment if one.startswith(PREFIX)):
        value = at.environment[name].strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            found.append(wrong("Values", f"{name} begins and ends with a quotation mark.", "Leave them out."))
    if at.environment.get("LOOP_PLAYGROUND", "").strip().lower() not in TRUE | _UNTRUE:
        found.append(look("Values", "LOOP_PLAYGROUND is neither yes nor no: practice is off.", "Set it to 1 or 0."))
    if at.settings.port == 0:
        found.append(look("Values", "LOOP_PORT is 0: another port at each start.", "A port is from 1 to 65535."))
    found += [wrong("Values", one.said, one.do) for one in faults_in(at.settings)]
    return found or [ok("Values", "Each can be read.")]


async def settings_together(at: Looking) -> Sequence[Finding]:
    """What the service itself refuses to start with, and what goes together badly."""
    s, found, said = at.settings, [], set()
    for read in (gate_for, token_for, service_hosts):
        try:
            read(s)
        except CannotStart as why:
            if str(why) not in said:
                found.append(wrong("Together", str(why), _FIX))
            said.add(str(why))
    if s.playground:
        return found or [ok("Together", "Practice, on this machine alone, without credentials.")]
    way = s.app_auth or ("certificate" if s.app_certificate else "secret")
    if way == "secret" and is_guid(s.app_password):
        do = "Entra shows the secret's id and its value: take the value, which is shown once."
        found.append(look("Together", "LOOP_APP_PASSWORD is written like a secret's id.", do))
    if way != "certificate" and s.app_certificate:
        found.append(look("Together", f"LOOP_APP_CERTIFICATE is not used: LOOP_APP_AUTH is {way}.", "Take one out."))
    if way == "managed-identity" and s.app_password:
        found.append(look("Together", "LOOP_APP_PASSWORD is not used with a managed identity.", "Take it out."))
    if way != "secret" and s.app_secret_expires:
        found.append(look("Together", f"LOOP_APP_SECRET_EXPIRES means nothing with a {way}.", "Take it out."))
    if s.allowed_tenants and s.app_tenant_id not in s.allowed_tenants:
        do = "Add LOOP_APP_TENANT_ID to it, unless no team of your own uses the bot."
        found.append(look("Together", "LOOP_ALLOWED_TENANTS leaves out the bot's own tenant.", do))
    return found or [ok("Together", f"They go together: the bot signs in by {way.replace('-', ' ')}.")]


async def officers_told(at: Looking) -> Sequence[Finding]:
    """Whether the officers of the settings belong to partnerships whose packs are loaded."""
    from assurance.packing import read_pack
    from bot.running import pack_text

    if not at.settings.officers:
        return [not_done("Officers", "LOOP_OFFICERS is not set; whoever has the role already keeps it.")]
    slugs = set()
    for name in at.settings.packs:
        try:
            slugs.add(read_pack(pack_text(name)).id)
        except Exception:  # what is wrong with a pack is told where the packs are
            return [not_done("Officers", "A pack cannot be read, see below.")]
    lost = sorted({slug for slug, _ in at.settings.officers} - slugs)
    if lost:
        said = f"LOOP_OFFICERS names {listing(lost)}, whose pack is not in LOOP_PACKS."
        return [wrong("Officers", said, f"LOOP_PACKS holds {listing(sorted(slugs))}.")]
    return [ok("Officers", f"{len(at.settings.officers)} from the start, for {listing(sorted(slugs))}.")]
