"""Coming and going, over HTTP: each event is handled once, however often it arrives (deliver 3 and 4)."""

import asyncio

from storage.log import log_entries
from storage.people import address_of_person, people
from tests import inbound
from tests.connector import BOT, Person
from tests.group import a_group, buttons, read, words

SELF = {"id": BOT, "name": "Learning Loop"}
CHANNEL = "19:learning@thread.tacv2"


def event(group, who, *, team=False, kind="conversationUpdate", **parts):
    """An event as Teams sends it; `channel_data` is put into the channelData."""
    where = {"team": group.teams.team} if team else {}
    made = inbound.activity(kind, group.people[who], group.teams.url, **where)
    made["channelData"] |= parts.pop("channel_data", {})
    return made | parts


async def arrives(group, made, *, times=2):
    """The same event several times, then everything that is owed goes out."""
    for _ in range(times):
        status, _ = await group.send(made)
        assert status in (200, 202)
    await group.settle()


async def noted(group):
    async with group.unit() as (unit, its):
        return [one.what for one in await log_entries(unit, its.id) if one.what != "pack loaded"]


async def reach(group, who):
    async with group.unit() as (unit, its):
        row = await address_of_person(unit, its.id, group.ids[who])
        return row.reach if row else None


async def test_installing_the_app_brings_one_greeting_however_often_it_is_told(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        group.teams.personal[group.teams.chat_with(group.people["gwh"])] = group.people["gwh"]
        await arrives(group, event(group, "gwh", membersAdded=[SELF]))
        await arrives(group, event(group, "gwh", kind="installationUpdate", action="add"))
        assert len(group.chat("gwh")) == 1 and "Type help" in words(group.card("gwh"))
        assert await noted(group) == ["app installed"] and await reach(group, "gwh") == "reachable"


async def test_two_copies_of_an_event_at_the_same_moment_are_one(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        group.teams.personal[group.teams.chat_with(group.people["gwh"])] = group.people["gwh"]
        made = event(group, "gwh", membersAdded=[SELF])
        await asyncio.gather(*(group.send(made) for _ in range(4)))
        await group.settle()
        assert len(group.chat("gwh")) == 1 and await noted(group) == ["app installed"]


async def test_removing_the_app_is_noted_once_and_shown_to_the_officer(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await arrives(group, event(group, "gwh", kind="installationUpdate", action="remove"))
        await arrives(group, event(group, "gwh", membersRemoved=[SELF]))
        assert await noted(group) == ["app removed"]
        assert "Not reached: The app was removed" in words(await group.say("officer", "people"))


async def test_an_app_removed_and_added_again_is_noted_and_greets_nobody_twice(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        group.teams.personal[group.teams.chat_with(group.people["gwh"])] = group.people["gwh"]
        await arrives(group, event(group, "gwh", membersAdded=[SELF]))
        await arrives(group, event(group, "gwh", kind="installationUpdate", action="remove"))
        group.clock.move(days=1)
        await arrives(group, event(group, "gwh", kind="installationUpdate", action="add"))
        await arrives(group, event(group, "gwh", membersAdded=[SELF]))
        assert len(group.chat("gwh")) == 1 and await reach(group, "gwh") == "reachable"
        assert await noted(group) == ["app installed", "app removed", "app installed"]


async def test_a_stranger_who_installs_the_app_leaves_no_trace(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        group.people["stranger"] = Person("Stranger", "77777777-0000-4000-8000-000000000000", "29:stranger")
        async with group.unit() as (unit, its):
            before = len(await people(unit, its.id))
        await arrives(group, event(group, "stranger", membersAdded=[SELF]))
        async with group.unit() as (unit, its):
            assert len(await people(unit, its.id)) == before
        assert await noted(group) == [] and group.teams.posts() == []


async def test_somebody_who_joins_the_team_is_known_and_somebody_who_leaves_is_shown(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        joiner = Person("Priya Nair", "99999999-0000-4000-8000-000000000000", "29:priya", email="priya@example.org")
        group.teams.people.append(joiner)
        added = {"id": joiner.teams_id, "aadObjectId": joiner.object_id}
        await arrives(
            group,
            event(group, "officer", team=True, membersAdded=[added], channel_data={"eventType": "teamMemberAdded"}),
        )
        gone = group.people["gwh"]
        group.teams.people.remove(gone)
        removed = {"id": gone.teams_id, "aadObjectId": gone.object_id}
        await arrives(
            group,
            event(
                group, "officer", team=True, membersRemoved=[removed], channel_data={"eventType": "teamMemberRemoved"}
            ),
        )
        async with group.unit() as (unit, its):
            known = {name.name: one for one, name in await people(unit, its.id)}
            assert known["Priya Nair"].in_team and not known["Gwh"].in_team
        assert (await noted(group)).count("left the team") == 1
        assert "Not yet in the team" in words(await group.say("officer", "people"))


async def test_new_names_of_the_team_and_of_its_channel_are_followed(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        async with group.unit() as (_, its):
            its.channel_id = CHANNEL
        team = {"id": group.teams.team.id, "name": "Swindon learning"}
        await arrives(
            group, event(group, "officer", team=True, channel_data={"eventType": "teamRenamed", "team": team})
        )
        for channel in (CHANNEL, "19:other@thread.tacv2"):
            data = {"eventType": "channelRenamed", "channel": {"id": channel, "name": "Learning"}}
            await arrives(group, event(group, "officer", team=True, channel_data=data))
        async with group.unit() as (_, its):
            assert (its.team_name, its.channel_name) == ("Swindon learning", "Learning")
        assert await noted(group) == ["team renamed", "channel renamed"]


async def test_a_deleted_channel_gives_way_to_general_and_the_officer_is_told_once(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        async with group.unit() as (_, its):
            its.channel_id = CHANNEL
        data = {"eventType": "channelDeleted", "channel": {"id": CHANNEL, "name": "Learning"}}
        await arrives(group, event(group, "officer", team=True, channel_data=data), times=3)
        async with group.unit() as (_, its):
            assert its.channel_id == group.teams.team.id
        assert len(group.chat("officer")) == 1 and "General channel" in words(group.card("officer"))
        assert await noted(group) == ["channel deleted"]


async def test_taking_the_app_out_of_the_team_lets_the_team_go_and_tells_the_officer_once(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await arrives(
            group,
            event(group, "officer", team=True, membersRemoved=[SELF], channel_data={"eventType": "teamMemberRemoved"}),
        )
        await arrives(group, event(group, "officer", team=True, kind="installationUpdate", action="remove"))
        await arrives(group, event(group, "officer", team=True, channel_data={"eventType": "teamDeleted"}))
        async with group.unit() as (_, its):
            assert its.team_id is None and its.channel_id is None and its.service_url
        assert len(group.chat("officer")) == 1 and "taken out of the team Swindon LDG" in words(group.card("officer"))
        assert await noted(group) == ["team gone"]


async def test_channels_that_come_and_events_that_nobody_knows_change_nothing(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        for told in ("channelCreated", "channelRestored", "teamArchived", "somethingNew"):
            await arrives(group, event(group, "officer", team=True, channel_data={"eventType": told}))
        await arrives(group, event(group, "officer", kind="messageReaction"))
        assert await noted(group) == [] and group.teams.posts() == []


async def test_an_officer_says_once_in_the_team_that_it_is_the_partnerships(database_url, tmp_path):
    async with a_group(database_url, tmp_path, bound=False) as group:
        await arrives(
            group,
            event(group, "officer", team=True, membersAdded=[SELF], channel_data={"eventType": "teamMemberAdded"}),
        )
        assert "type use this team" in words(read(group.channel()[-1])) and len(group.channel()) == 1
        said = words(await group.say("officer", "use this team", in_channel=True))
        assert "This team is now the team of Swindon Safeguarding Partnership." in said
        assert f"I have read its {len(group.people)} members" in said
        async with group.unit() as (_, its):
            assert (its.team_id, its.channel_id, its.team_name) == (
                group.teams.team.id,
                group.teams.team.id,
                "Swindon LDG",
            )
            assert its.service_url == group.teams.url and its.bot_id == BOT and its.tenant_id
        again = words(await group.say("officer", "use this team", in_channel=True))
        assert "already the team of" in again and (await noted(group)).count("team bound") == 1
        assert (await noted(group)).count("team and channel names read") == 1


async def test_where_the_roster_cannot_be_read_the_team_is_bound_and_the_reply_says_so(database_url, tmp_path):
    async with a_group(database_url, tmp_path, bound=False) as group:
        group.teams.people.clear()
        said = words(await group.say("officer", "use this team", in_channel=True))
        assert "I could not read its members yet" in said


async def test_another_team_takes_the_place_only_after_the_officer_says_so(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        async with group.unit() as (_, its):
            its.team_id, its.team_name = "19:elsewhere@thread.tacv2", "Old team"
        card = await group.say("officer", "use this team", in_channel=True)
        assert "Old team" in words(card) and buttons(card) == ["Use this team instead"]
        async with group.unit() as (_, its):
            assert its.team_id == "19:elsewhere@thread.tacv2"
        refused = await group.press("gwh", card, "Use this team instead", in_channel=True)
        assert "Only the support officer" in refused["value"]
        done = await group.press("officer", card, "Use this team instead", in_channel=True)
        assert "now the team of" in words(done["value"])
        async with group.unit() as (_, its):
            assert its.team_id == group.teams.team.id


async def test_a_team_that_another_partnership_uses_is_not_taken(database_url, tmp_path):
    async with a_group(database_url, tmp_path, packs=("swindon", "solihull"), bound=False) as group:
        from storage.partnerships import partnership_named

        async with group.house.open_unit() as unit:
            other = await partnership_named(unit, "solihull")
            other.team_id = group.teams.team.id
        said = await group.say("officer", "use this team", in_channel=True)
        assert "now the team" not in words(said) + said.get("text", "")
        async with group.unit() as (_, its):
            assert its.team_id is None


async def test_use_this_team_is_for_officers_and_for_channels(database_url, tmp_path):
    async with a_group(database_url, tmp_path, bound=False) as group:
        assert "Only the support officer" in (await group.say("gwh", "use this team", in_channel=True))["text"]
        assert "in the channel of the team" in (await group.say("officer", "use this team"))["text"]
        group.people["stranger"] = Person("Stranger", "77777777-0000-4000-8000-000000000000", "29:stranger")
        said = (await group.say("stranger", "use this team", in_channel=True))["text"]
        assert "No partnership uses this team yet" in said
        async with group.unit() as (_, its):
            assert its.team_id is None
