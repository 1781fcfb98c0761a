"""Reading a team's members through the connector, with no transaction open while Teams is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from assurance.packing import pack_of
from assurance.refusals import Refusal
from assurance.roster import RosterMember, Taken, take_in_roster
from bot.edge.outcomes import Refused, TryLater, Unsure
from bot.house import House
from storage.partnerships import partnership

NO_TEAM = (
    "I do not know your team yet. In the team's channel, mention me and type use this team; "
    "then I can read who is in it."
)
_EXTERNAL = re.compile(r"(?P<home>.+)#EXT#@.+", re.IGNORECASE)


async def read_roster(house: House, partnership_id: int, *, by_person: int | None = None) -> Taken:
    """Read the whole roster of the partnership's team and take it in. Raises Refusal with a sentence."""
    async with house.open_unit() as unit:
        its = await partnership(unit, partnership_id)
        if its is None or its.team_id is None or its.service_url is None:
            raise Refusal(NO_TEAM)
        team_id, service_url, tenant = its.team_id, its.service_url, its.tenant_id or ""
    try:
        described = await house.adapter.connector.members(service_url, team_id)
    except (Refused, TryLater, Unsure) as error:
        raise Refusal(f"I could not read the team's members. {error.why} Nothing was changed.") from error
    members = [one for one in (member_from(row, tenant) for row in described) if one is not None]
    async with house.open_unit() as unit:
        its = await partnership(unit, partnership_id)
        if its is None or its.team_id != team_id:
            raise Refusal("The team was changed in the meantime. Please try again.")
        return await take_in_roster(unit, its, await pack_of(unit, its), members, house.now(), by_person=by_person)


def member_from(described: Mapping[str, Any], tenant: str) -> RosterMember | None:
    """A member from what Teams tells; None for apps and for whatever has no Entra id.

    A guest's address is the one at home, which the sign-in name holds where Teams leaves the address out.
    """

    def told(*keys: str) -> str:
        return next((str(described[key]).strip() for key in keys if isinstance(described.get(key), str)), "")

    teams_id, object_id = told("id"), told("aadObjectId", "objectId").lower()
    if not teams_id or not object_id or teams_id.startswith("28:"):
        return None
    sign_in = told("userPrincipalName")
    outside = _EXTERNAL.fullmatch(sign_in)
    email = told("email")
    if outside and (not email or "#EXT#" in email.upper()):
        email = "@".join(outside["home"].rsplit("_", 1))
    email = email or sign_in
    guest = told("userRole").lower() in ("guest", "anonymous") or outside is not None
    return RosterMember(told("tenantId") or tenant, object_id, teams_id, told("name")[:200], email[:320], guest)
