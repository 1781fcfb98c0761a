"""Who is of the same agency, as far as the partnership knows: pure rules. A name is never a reason (framework 2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from storage.partnerships import Seat
from storage.people import Holding, Person, PersonName

SHARED = frozenset({
    "nhs.net", "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "live.co.uk", "yahoo.com",
    "yahoo.co.uk", "icloud.com", "me.com", "btinternet.com", "cjsm.net", "proton.me",
})  # fmt: skip
"""Mail domains that many organisations share: they say nothing about where somebody works."""
LATELY = timedelta(days=366)
"""Somebody who left a seat longer ago than this does not count as of its agency any more."""


@dataclass(frozen=True)
class Colleague:
    """Somebody who may stand in. `listed`: known from a list, and not in the team yet."""

    person_id: int
    name: str
    email: str
    listed: bool


def colleagues_of(
    organisation_id: int,
    seats: Sequence[Seat],
    held: Iterable[Holding],
    everybody: Sequence[tuple[Person, PersonName]],
    today: date,
) -> tuple[Colleague, ...]:
    """The people of one organisation: those on its seats now or lately, and those with its own mail domain.

    A domain is the organisation's own where people sit for it under that domain and for nobody else.
    """
    of_seat = {one.id: one.organisation_id for one in seats}
    sits: dict[int, set[int]] = {}
    for one in held:
        lately = one.ends_on is None or one.ends_on >= today - LATELY
        if one.seat_id in of_seat and one.stands_in_for is None and lately:
            sits.setdefault(one.person_id, set()).add(of_seat[one.seat_id])
    own_domains = _own_domains(organisation_id, sits, {name.person_id: name.email for _, name in everybody})
    return tuple(
        one
        for one in known(everybody)
        if organisation_id in sits.get(one.person_id, ())
        or (one.person_id not in sits and domain_of(one.email) in own_domains)
    )


def known(everybody: Iterable[tuple[Person, PersonName]]) -> tuple[Colleague, ...]:
    """Everybody who can be chosen: with a name, in the team or on a list; by name."""
    found = [
        Colleague(one.id, name.name or name.email, name.email, listed=not one.in_team)
        for one, name in everybody
        if (name.name or name.email) and (one.in_team or one.object_id is None)
    ]
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.person_id)))


def _own_domains(organisation_id: int, sits: Mapping[int, set[int]], emails: Mapping[int, str]) -> frozenset[str]:
    users: dict[str, set[int]] = {}
    for person_id, organisations in sits.items():
        users.setdefault(domain_of(emails.get(person_id, "")), set()).update(organisations)
    return frozenset(name for name, those in users.items() if those == {organisation_id}) - SHARED - {""}


def domain_of(email: str) -> str:
    """The domain of an address, in small letters: "gwh.nhs.uk"; nothing where there is none."""
    return email.rpartition("@")[2].casefold().strip() if "@" in email else ""
