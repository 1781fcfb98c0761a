"""The roll call, over HTTP (deliver 4, scenario 26)."""

from dataclasses import replace

from storage.log import log_entries
from storage.people import Holding, people
from tests.group import a_group, button, buttons, people_of_swindon, read, words


def cast():
    """Swindon's people: the police are a guest, housing has no app, early years has blocked it, CGL has left."""
    known = people_of_swindon()
    known["police"] = replace(known["police"], guest=True)
    known["housing"] = replace(known["housing"], has_app=False)
    known["early-years"] = replace(known["early-years"], blocked=True)
    return known


async def see(group, who):
    card = group.card(who)
    return await group.press(who, card, "I can see this")


async def test_the_roll_call_tells_who_can_be_reached_as_it_really_is(database_url, tmp_path):
    """Scenario 26: guests, a leaver and one on leave; the list equals reality before any learning goes out."""
    async with a_group(database_url, tmp_path, people=cast()) as group:
        leaver, on_leave = group.people["cgl"], "awp"
        group.teams.people.remove(leaver)
        first = await group.say("officer", "roll call")
        unreached = {"police", "housing", "early-years", "cgl"}
        here = [key for key in group.people if key not in unreached]
        assert "could not be reached" in words(first) or "Roll call" in words(first)
        for key in here:
            if key not in (on_leave, "officer"):
                await see(group, key)
        await group.execute("officer", "rollcall.seen", button(group.card("officer", 0), "I can see this")["data"])
        group.clock.move(minutes=2)
        await group.settle()
        asked = read(group.channel()[-1])
        assert not any(person.name in words(asked) for person in group.people.values())
        await group.press("police", asked, "I can see this", in_channel=True)
        result = (await group.execute("officer", "rollcall.refresh", button(first, "Look again")["data"]))["value"]
        said = words(result)
        part = {name: said.partition(name)[2] for name in ("Not reached (3)", "It arrived, not pressed yet (1)")}
        assert "Pressed (14)" in said
        assert part["It arrived, not pressed yet (1)"].split("\n")[1] == "\u2022 Awp (AWP)"
        lost = part["Not reached (3)"].partition("They are asked")[0]
        assert "Housing (Housing): The app is not installed" in lost and "Early Years (Early Years)" in lost
        assert "has blocked the app" in lost and "Cgl (CGL)" in lost
        assert "Police (Police)" in said.partition("Pressed (14)")[2]


async def test_what_was_believed_about_reach_does_not_keep_anybody_from_being_called(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        from storage.people import Address

        async with group.unit() as (unit, its):
            unit.add(Address(partnership_id=its.id, person_id=group.ids["gwh"], reach="The app was removed."))
        await group.say("officer", "roll call")
        assert buttons(group.card("gwh")) == ["I can see this"]


async def test_pressing_twice_counts_once_and_the_card_becomes_a_thank_you(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await group.say("officer", "roll call")
        card = group.card("gwh")
        first, second = (
            await group.press("gwh", card, "I can see this"),
            await group.press("gwh", card, "I can see this"),
        )
        assert "Thank you" in words(first["value"]) and first["value"] == second["value"]
        assert buttons(group.card("gwh")) == [] and len(group.chat("gwh")) == 1
        async with group.unit() as (unit, its):
            answered = [one for one in await log_entries(unit, its.id) if one.what == "roll call answered"]
            assert [one.person_id for one in answered] == [group.ids["gwh"]]


async def test_nobody_is_asked_in_the_channel_where_everybody_was_reached(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await group.say("officer", "roll call")
        group.clock.move(minutes=2)
        await group.settle()
        assert group.channel() == []


async def test_somebody_not_in_the_team_yet_is_listed_with_that_reason(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        from storage.people import Person, PersonName

        async with group.unit() as (unit, its):
            one = await unit.save(Person(partnership_id=its.id))
            unit.add(PersonName(person_id=one.id, partnership_id=its.id, name="Ruth Adeyemi", email="r@example.org"))
            unit.add(Holding(partnership_id=its.id, person_id=one.id, role="vice_chair"))
        first = await group.say("officer", "roll call")
        again = (await group.press("officer", first, "Look again"))["value"]
        assert "Ruth Adeyemi (Vice chair): This person is not in the team yet." in words(again)


async def test_typed_again_within_a_quarter_of_an_hour_it_shows_the_one_under_way(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        for _ in range(2):
            await group.say("officer", "roll call")
        assert len(group.chat("gwh")) == 1
        group.clock.move(minutes=20)
        await group.say("officer", "roll call")
        assert len(group.chat("gwh")) == 2


async def test_in_a_channel_the_roll_call_shows_numbers_and_no_names(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await group.say("officer", "roll call", in_channel=True)
        said = words(read(group.channel()[-1]))
        assert "have pressed" in said and not any(one.name in said for one in group.people.values())
        assert any("Roll call" in words(read(post)) for post in group.chat("officer"))


async def test_only_the_officer_may_call_the_roll_or_see_its_list(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        for who in ("gwh", "chair"):
            said = words(await group.say(who, "roll call"))
            assert group.chat("awp") == [], said
        first = await group.say("officer", "roll call")
        reply = await group.execute("chair", "rollcall.refresh", button(first, "Look again")["data"])
        assert reply["value"] == "Only the support officer can start a roll call."


async def test_a_forged_roll_call_is_refused(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        for number in (77, "x", None):
            data = {"p": group.partnership_id, "roll_call": number}
            reply = await group.execute("gwh", "rollcall.seen", data)
            assert reply["type"].endswith("message")
        async with group.unit() as (unit, its):
            assert await people(unit, its.id)
            assert not [one for one in await log_entries(unit, its.id) if one.what == "roll call answered"]
