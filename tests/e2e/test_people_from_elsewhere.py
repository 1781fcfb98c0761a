"""Guests, and people of other tenants in a shared channel: let in by what they hold, and by nothing else."""

from __future__ import annotations

from dataclasses import replace

from assurance.actors import STRANGER
from assurance.roster import RosterMember, take_in_roster
from storage.people import person
from tests.answering import SAID
from tests.connector import TENANT, Person
from tests.group import Group, a_group, people_of_swindon, words
from tests.issued import issued

ELSEWHERE = "99999999-9999-4999-8999-999999999999"
PASSER_BY = Person("Passer By", "99999999-0000-4000-8000-000000000000", "29:passer-by")


async def said(group: Group, who: str, text: str) -> str:
    """What somebody is answered in the channel."""
    return words(await group.say(who, text, in_channel=True))


async def in_the_roster(group: Group, one: Person, tenant: str, *, guest: bool) -> None:
    """Teams lists somebody as a member, of this home tenant; nobody has put them on a seat."""
    async with group.unit() as (unit, its):
        pack = await group_pack(unit, its)
        members = [
            RosterMember(TENANT, each.object_id, each.teams_id, each.name, each.email, each.guest)
            for each in group.people.values()
        ]
        members.append(RosterMember(tenant, one.object_id, one.teams_id, one.name, "", guest))
        await take_in_roster(unit, its, pack, members, group.clock.now)
    group.people["passer_by"] = one


async def group_pack(unit, its):
    from assurance.packing import pack_of

    return await pack_of(unit, its)


async def move_home(group: Group, who: str, tenant: str) -> None:
    """The roster says that this person's home is another tenant, as in a shared channel."""
    async with group.unit() as (unit, its):
        row = await person(unit, its.id, group.ids[who])
        assert row is not None
        row.tenant_id = tenant


async def test_a_guest_on_a_seat_is_let_in(database_url, tmp_path):
    people = people_of_swindon()
    people["police"].guest = True
    async with a_group(database_url, tmp_path, people=people) as group:
        assert STRANGER not in await said(group, "police", "help")


async def test_a_guest_in_the_team_who_holds_nothing_is_told_whom_to_ask(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await in_the_roster(group, PASSER_BY, TENANT, guest=True)
        assert STRANGER in await said(group, "passer_by", "help")
        assert STRANGER in await said(group, "passer_by", "status")


async def test_a_member_of_the_team_from_here_may_ask_for_help_without_a_seat(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await in_the_roster(group, PASSER_BY, TENANT, guest=False)
        assert STRANGER not in await said(group, "passer_by", "help")


async def test_somebody_of_another_tenant_on_a_seat_answers_in_a_shared_channel(database_url, tmp_path):
    """The channel's host is named by Teams, the person's home by the roster; they are recognised all the same."""
    async with a_group(database_url, tmp_path) as group:
        await issued(group, to=("awp", "gwh", "police"))
        await move_home(group, "police", ELSEWHERE)
        card = group.teams.card(group.teams.team.id)
        form = (await group.press("police", card, "Answer for my agency", in_channel=True))["value"]
        receipt = (await group.press("police", form, "Send answer", SAID, in_channel=True))["value"]
        assert SAID["evidence"] in words(receipt)


async def test_the_same_object_id_under_another_teams_id_is_a_stranger(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await move_home(group, "police", ELSEWHERE)
        group.people["police"] = replace(group.people["police"], teams_id="29:somebody-else")
        assert STRANGER in await said(group, "police", "my returns")


async def test_the_same_teams_id_under_another_object_id_is_a_stranger(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        group.people["police"] = replace(group.people["police"], object_id="99999999-0000-4000-8000-000000000001")
        assert STRANGER in await said(group, "police", "my returns")


async def test_somebody_of_another_tenant_who_holds_nothing_is_told_whom_to_ask(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await in_the_roster(group, PASSER_BY, ELSEWHERE, guest=False)
        assert STRANGER in await said(group, "passer_by", "help")
