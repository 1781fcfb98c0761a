"""The channel's one card of a request, and the form that each addressed person gets from it (issue 2, deliver 8)."""

import json

import pytest

from storage.log import LogHead
from storage.people import Holding, PersonName
from storage.people import Person as PersonRow
from tests import inbound
from tests.connector import TENANT, Person
from tests.group import a_group, buttons, inputs, people_of_swindon, read, words
from tests.issued import issued
from tests.teams_world import Team

EVIDENCE = "Huddles on all wards reached two hundred midwives"
REFRESH = "channel.refresh"
ANSWER = "Answer for my agency"


def data_of(card):
    """The data that the card's automatic refresh sends."""
    return card["refresh"]["action"]["data"]


async def refreshed(group, who, **more):
    """What Teams shows somebody in the place of the channel's card, by itself."""
    post = group.channel()[0]
    card = read(post)
    return await group.execute(who, REFRESH, data_of(card) | more, on=post.id, in_channel=True, automatic=True)


async def counts_of_everything(group):
    """How many rows each table holds, and the end of the log's chain."""
    from storage.base import metadata
    from storage.unit import Unit

    async with group.unit() as (unit, its):
        assert isinstance(unit, Unit)
        rows = {
            name: (await unit.rows(table.select().with_only_columns(table.c[0])))
            for name, table in metadata.tables.items()
        }
        head = await unit.get(LogHead, its.id)
        return {name: len(found) for name, found in rows.items()}, head and (head.number, head.hash)


async def answered(group, who, card, *, in_channel, **values):
    """Send Medium with evidence on somebody's form; gives the reply's body."""
    said = {"dissemination": "medium", "evidence": EVIDENCE, "monitoring": "Audit in March"} | values
    return await group.press(who, card, "Send answer", said, in_channel=in_channel)


async def test_a_request_has_one_card_in_the_channel_which_counts_and_names_nobody(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await issued(group)
        assert len(group.channel()) == 1
        card = read(group.channel()[0])
        assert "Child F rapid review" in words(card) and "0 of 13 returned." in words(card)
        assert "Thursday 26 November 2026" in words(card)
        seen = {key: part for key, part in card.items() if key != "refresh"}
        assert not [one.name for one in group.people.values() if one.name in json.dumps(seen)]
        assert buttons(seen) == [ANSWER]


async def test_its_refresh_names_the_addressed_people_by_teams_id_and_nobody_else(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await issued(group, to=("gwh", "police"))
        card = read(group.channel()[0])
        assert sorted(card["refresh"]["userIds"]) == ["29:gwh", "29:police"]


async def test_whom_we_cannot_write_to_comes_first_in_the_refresh(database_url, tmp_path):
    people = people_of_swindon()
    people["police"].guest = True
    async with a_group(database_url, tmp_path, people=people) as group:
        await issued(group, to=("awp", "gwh", "police"))
        assert read(group.channel()[0])["refresh"]["userIds"][0] == "29:police"


async def test_without_any_teams_id_there_is_no_refresh_rather_than_one_for_everybody(database_url, tmp_path):
    async with a_group(database_url, tmp_path, seated=False) as group:
        await issued(group)
        card = read(group.channel()[0])
        assert "refresh" not in card and buttons(card) == [ANSWER]


async def test_a_refresh_shows_an_addressed_guest_their_own_form_and_changes_nothing(database_url, tmp_path):
    people = people_of_swindon()
    people["police"].guest = True
    async with a_group(database_url, tmp_path, people=people) as group:
        await issued(group)
        before = await counts_of_everything(group)
        posts = len(group.teams.posts())
        body = await refreshed(group, "police")
        assert "For Police" in words(body["value"])
        assert any(key.endswith(".dissemination") for key in inputs(body["value"]))
        assert await counts_of_everything(group) == before
        assert len(group.teams.posts()) == posts


async def test_a_refresh_shows_anybody_else_the_channels_card(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await issued(group, to=("gwh",))
        posted = read(group.channel()[0])
        stranger = Person("Passer By", "99999999-0000-4000-8000-000000000000", "29:passer-by")
        group.people["passer_by"] = stranger
        for who in ("police", "ld_lead", "passer_by"):
            body = await refreshed(group, who)
            assert body["value"] == posted


async def test_another_teams_channel_learns_nothing_of_our_request(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await issued(group)
        card = read(group.channel()[0])
        other = Team("19:other@thread.tacv2", "Elsewhere", "33333333-2222-4222-8222-222222222222")
        stranger = Person("Passer By", "99999999-0000-4000-8000-000000000000", "29:passer-by")
        for verb in (REFRESH, "channel.answer"):
            pressed = inbound.press(stranger, verb, data_of(card), group.teams.url, team=other)
            _, body = await group.send(pressed)
            assert "Child F" not in json.dumps(body) and "cannot find" in body["value"]


async def test_the_button_gives_the_same_form_by_hand(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await issued(group)
        card = read(group.channel()[0])
        by_hand = await group.press("gwh", card, ANSWER, in_channel=True)
        assert by_hand["value"] == (await refreshed(group, "gwh"))["value"]
        assert "For GWH" in words(by_hand["value"])


async def test_the_button_tells_somebody_who_is_not_asked_so_in_one_sentence(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await issued(group, to=("gwh",))
        card = read(group.channel()[0])
        body = await group.press("police", card, ANSWER, in_channel=True)
        assert body["type"].endswith("activity.message")
        assert "not addressed to your agency" in body["value"]


async def test_past_sixty_people_the_others_answer_by_the_button(database_url, tmp_path):
    """Teams refreshes for at most sixty people; the sixty-first presses "Answer for my agency"."""
    async with a_group(database_url, tmp_path) as group:
        await sit_down(group, "gwh", 62)
        await issued(group, to=("gwh",))
        card = read(group.channel()[0])
        named = card["refresh"]["userIds"]
        assert len(named) == 60
        late = next(key for key in group.people if key.startswith("more") and f"29:{key}" not in named)
        body = await group.press(late, card, ANSWER, in_channel=True)
        assert "For GWH" in words(body["value"])


async def sit_down(group, seat, how_many):
    """Put more people on a seat; they are called more0, more1…"""
    async with group.unit() as (unit, its):
        held = await unit.get(Holding, (await first_holding(unit, its, group.ids[seat])))
        for position in range(how_many):
            key = f"more{position}"
            one = Person(f"More {position}", f"{position:08d}-1111-4000-8000-000000000000", f"29:{key}")
            group.people[key] = one
            group.teams.people.append(one)
            row = await unit.save(
                PersonRow(
                    partnership_id=its.id, tenant_id=TENANT, object_id=one.object_id, teams_id=one.teams_id,
                    in_team=True,
                )
            )  # fmt: skip
            unit.add(PersonName(person_id=row.id, partnership_id=its.id, name=one.name))
            unit.add(Holding(partnership_id=its.id, person_id=row.id, seat_id=held.seat_id))


async def first_holding(unit, its, person_id):
    """The number of the first holding of a person."""
    from storage.people import all_holdings

    return next(one.id for one in await all_holdings(unit, its.id) if one.person_id == person_id)


async def test_an_answer_sent_in_the_channel_is_a_receipt_for_the_sender_and_a_count_for_all(database_url, tmp_path):
    """Scenario 27, first half: a guest without a 1:1 chat answers in the channel; evidence never appears there."""
    people = people_of_swindon()
    people["police"].guest = True
    async with a_group(database_url, tmp_path, people=people) as group:
        await issued(group)
        form = (await refreshed(group, "police"))["value"]
        receipt = (await answered(group, "police", form, in_channel=True))["value"]
        assert EVIDENCE in words(receipt) and not inputs(receipt)
        posted = group.channel()
        assert len(posted) == 1 and "1 of 13 returned." in words(read(posted[0]))
        assert EVIDENCE not in json.dumps([post.versions for post in posted])
        again = (await refreshed(group, "police"))["value"]
        assert EVIDENCE in words(again) and not inputs(again)
        assert EVIDENCE not in json.dumps((await refreshed(group, "gwh"))["value"])


async def test_an_answer_from_a_1_1_chat_counts_in_the_channel_as_well(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await issued(group)
        for number, who in enumerate(("gwh", "awp"), start=1):
            await answered(group, who, group.card(who), in_channel=False)
            assert f"{number} of 13 returned." in words(read(group.channel()[0]))
        assert EVIDENCE not in json.dumps([post.versions for post in group.channel()])


async def test_a_refresh_brings_back_the_seats_saved_draft(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await issued(group)
        form = (await refreshed(group, "gwh"))["value"]
        await group.press("gwh", form, "Save draft", {"evidence": "Half of it so far"}, in_channel=True)
        assert "Half of it so far" in words((await refreshed(group, "gwh"))["value"])
        assert "Half of it so far" not in json.dumps([post.versions for post in group.channel()])


async def test_from_a_client_that_would_show_the_form_to_all_it_is_sent_privately(database_url, tmp_path):
    """An Action.Submit is answered by a message in the channel, so nothing private may be in it."""
    async with a_group(database_url, tmp_path) as group:
        await issued(group, to=("gwh",))
        post = group.channel()[0]
        chat = len(group.chat("gwh"))
        data = read(post)["actions"][0]["fallback"]["data"]
        sent = inbound.submit(group.people["gwh"], data, group.teams.url, on=post.id, team=group.teams.team)
        await group.send(sent)
        await group.settle()
        said = [one.activity.get("text", "") for one in group.channel()[1:]]
        assert len(said) == 1 and "in our own chat" in said[0]
        assert len(group.chat("gwh")) == chat + 1 and inputs(group.card("gwh"))
        assert "Input.ChoiceSet" not in json.dumps([one.versions for one in group.channel()])


async def test_a_guest_on_such_a_client_is_told_of_the_ways_that_are_left(database_url, tmp_path):
    people = people_of_swindon()
    people["police"].guest = True
    async with a_group(database_url, tmp_path, people=people) as group:
        await issued(group, to=("police",))
        post = group.channel()[0]
        data = read(post)["actions"][0]["fallback"]["data"]
        sent = inbound.submit(group.people["police"], data, group.teams.url, on=post.id, team=group.teams.team)
        await group.send(sent)
        await group.settle()
        assert "on a computer" in group.channel()[-1].activity["text"]
        assert "by e-mail" in group.channel()[-1].activity["text"]


async def test_an_answer_that_arrives_as_a_message_in_the_channel_shows_no_receipt_there(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await issued(group, to=("gwh",))
        form = (await refreshed(group, "gwh"))["value"]
        from tests.group import button, filled

        action = button(form, "Send answer")
        said = {"dissemination": "medium", "evidence": EVIDENCE, "monitoring": "Audit in March"}
        data = dict(action["data"]) | filled(form, said) | {"verb": action["verb"]}
        sent = inbound.submit(group.people["gwh"], data, group.teams.url, team=group.teams.team)
        await group.send(sent)
        await group.settle()
        assert "1 of 1 returned." in words(read(group.channel()[0]))
        assert EVIDENCE not in json.dumps([post.versions for post in group.channel()])


@pytest.mark.parametrize("field", ["p", "request"])
async def test_a_forged_number_in_a_refresh_finds_nothing(database_url, tmp_path, field):
    async with a_group(database_url, tmp_path) as group:
        await issued(group, to=("gwh",))
        for value in (9999, "1; drop", None, -1, True):
            body = await refreshed(group, "gwh", **{field: value})
            assert body["type"].endswith("activity.message") and "cannot find" in body["value"]
