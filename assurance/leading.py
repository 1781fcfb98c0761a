"""Who leads the group's decision on a return: never somebody of that organisation (framework 4.10). Pure rules."""

from __future__ import annotations

from collections.abc import Sequence

from assurance.affiliations import Affiliations, Somebody
from assurance.pack import Pack
from assurance.permissions import CHAIR, VICE
from assurance.quorum import counts_for

STATUTORY = frozenset({"local_authority", "police", "icb"})
"""The sectors of the safeguarding partners, where a pack has no rule of quorum that names them."""


def may_lead(one: Somebody, organisation_id: int | None) -> bool:
    """Whether somebody is of another organisation than the one whose return it is."""
    return organisation_id is None or organisation_id not in one.organisation_ids


def leaders(pack: Pack, known: Affiliations, there: Sequence[int], organisation_id: int | None) -> list[Somebody]:
    """Who of those present may lead, the one who would first: the chair, the vice chair, then members of the
    statutory partners, in the order of their seats."""
    present = [one for one in known.people.values() if one.person_id in there]
    in_roles = [one for role in (CHAIR, VICE) for one in present if role in one.roles]
    members = [one for one in present if _statutory(pack, known, one)]
    found = {one.person_id: one for one in (*in_roles, *members)}
    return [one for one in found.values() if may_lead(one, organisation_id)]


def _statutory(pack: Pack, known: Affiliations, one: Somebody) -> bool:
    rules = pack.meetings.quorum
    if not one.seat_ids:
        return False
    if rules:
        return any(counts_for(rule, known.attendee(one)) for rule in rules)
    return any(known.seats[seat_id].sector in STATUTORY for seat_id in one.seat_ids)
