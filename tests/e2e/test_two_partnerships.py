"""Two partnerships in one database: neither sees, finds or changes anything of the other (B16, deliver 9 and 10)."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import date

import pytest

from assurance.actors import actor_numbered
from assurance.issuing import Addressee, NewRequest, Timing, issue
from assurance.packing import pack_of
from storage.partnerships import partnership_named, seats
from storage.people import Holding, PersonName
from storage.people import Person as PersonRow
from tests.answering import SAID, a_request
from tests.connector import TENANT, Person
from tests.group import a_group, words

pytestmark = pytest.mark.both_databases

THEIRS = "Solihull's own review of Child Q"
OURS = "Child F rapid review"


@asynccontextmanager
async def two(database_url, tmp_path, *, people=None):
    """Swindon as always, and Solihull with an officer and one member who has been asked about a review of theirs."""
    async with a_group(database_url, tmp_path, people=people, packs=("swindon", "solihull")) as group:
        for key in ("sol-officer", "sol-member"):
            number = 81 + len(key)
            group.people[key] = Person(key.title(), f"{number:08d}-0000-4000-8000-000000000000", f"29:{key}")
        async with group.house.open_unit() as unit:
            theirs = await partnership_named(unit, "solihull")
            group.ids["solihull"] = theirs.id
            seat = next(one for one in await seats(unit, theirs.id) if one.returns)
            for key in ("sol-officer", "sol-member"):
                one = group.people[key]
                row = await unit.save(
                    PersonRow(
                        partnership_id=theirs.id, tenant_id=TENANT, object_id=one.object_id, teams_id=one.teams_id,
                        in_team=True,
                    )
                )  # fmt: skip
                group.ids[key] = row.id
                unit.add(PersonName(person_id=row.id, partnership_id=theirs.id, name=one.name))
                held = {"role": "officer"} if key == "sol-officer" else {"seat_id": seat.id}
                unit.add(Holding(partnership_id=theirs.id, person_id=row.id, **held))
            theirs.team_id, theirs.service_url, theirs.tenant_id = "19:solihull@thread.tacv2", group.teams.url, TENANT
            theirs.bot_id = "28:bot"
            await unit.flush()
            officer = await actor_numbered(unit, theirs.id, group.ids["sol-officer"], group.clock.now.date())
            new = NewRequest("assurance", THEIRS, (Addressee(seat.id),), Timing(date(2026, 12, 4)), learning={})
            await issue(unit, officer, theirs, await pack_of(unit, theirs), new, group.clock.now)
        await group.settle()
        yield group


async def test_what_one_partnership_asks_shows_nowhere_in_the_other(database_url, tmp_path):
    async with two(database_url, tmp_path) as group:
        await a_request(group, "gwh", "awp")
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        for text in ("status", "overdue", "my returns", "drafts", "meeting", "people"):
            told = words(await group.say("officer", text)), words(await group.say("sol-officer", text))
            assert "Child Q" not in told[0] and "Sol-" not in told[0], text
            assert OURS not in told[1] and SAID["evidence"] not in told[1] and "GWH" not in told[1], text
        assert OURS in words(await group.say("officer", "status"))
        assert THEIRS in words(await group.say("sol-officer", "status"))
        said = words(await group.say("sol-officer", f"status {OURS}"))
        assert SAID["evidence"] not in said and "GWH" not in said
