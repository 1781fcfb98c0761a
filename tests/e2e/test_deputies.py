"""Deputies: named for one's own seats from one's own agency, told once, asked what the seat is asked (E3, E7)."""

from __future__ import annotations

from datetime import date

from storage.log import log_entries
from storage.people import all_holdings
from storage.returns import returns_of_request
from tests.answering import SAID, a_request, share_the_seat
from tests.group import a_group, buttons, inputs, read, words
from tests.issuing import card_in

HOUSING, YEARS = "housing", "early-years"


async def stand_ins(group):
    """Every deputy: who, for whom, from and until when."""
    by_id = {number: key for key, number in group.ids.items()}
    async with group.unit() as (unit, its):
        return [
            (by_id[one.person_id], by_id[one.stands_in_for], one.starts_on, one.ends_on)
            for one in await all_holdings(unit, its.id)
            if one.stands_in_for is not None
        ]


async def logged(group, what):
    async with group.unit() as (unit, its):
        return [one.refs for one in await log_entries(unit, its.id) if one.what == what]


async def name(group, who, deputy, typed="deputy", **more):
    """Fill in the card as somebody; gives the card that comes back."""
    card = await group.say(who, typed)
    values = {"deputy": str(group.ids[deputy])} | more
    return card_in(await group.press(who, card, "Name as deputy", values))


async def test_a_deputy_is_asked_what_the_seat_is_asked_and_everybody_concerned_is_told_once(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, HOUSING)
        reply = await name(group, HOUSING, YEARS)
        assert "Early Years stands in for you for Housing" in words(reply) and "has been told" in words(reply)
        assert await stand_ins(group) == [(YEARS, HOUSING, date(2026, 11, 2), date(2026, 12, 10))]
        told, request = (words(read(post)) for post in group.chat(YEARS))
        assert "You stand in for Housing for Housing" in told and "Thank you" in told
        assert "Child F rapid review" in request and "For Housing" in request
        [officers] = [words(read(post)) for post in group.chat("officer")]
        assert "Early Years stands in for Housing for Housing" in officers
        await name(group, HOUSING, YEARS)
        assert len(group.chat(YEARS)) == 2 and len(group.chat("officer")) == 1
        assert len(await logged(group, "deputy named")) == 1


async def test_what_a_deputy_answers_counts_and_the_log_says_for_whom(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, HOUSING)
        await name(group, HOUSING, YEARS)
        reply = await group.press(YEARS, group.card(YEARS), "Send answer", SAID)
        assert "Thank you" in words(reply["value"])
        async with group.unit() as (unit, its):
            [row] = await returns_of_request(unit, its.id, request.id)
            assert row.state == "returned"
        assert [one.get("for") for one in await logged(group, "answered")] == [group.ids[HOUSING]]


async def test_a_deputys_time_ends_by_itself(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, HOUSING)
        await name(group, HOUSING, YEARS, last="2026-11-04")
        card = group.card(YEARS)
        group.clock.move(days=3)
        reply = await group.press(YEARS, card, "Send answer", SAID)
        assert "another agency" in reply["value"]


async def test_one_press_ends_it_early_and_those_concerned_hear_of_it_once(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        reply = await name(group, HOUSING, YEARS)
        ended = card_in(await group.press(HOUSING, reply, "End this"))
        await group.press(HOUSING, reply, "End this")
        assert "does not stand in any more" in words(ended) and "End this" not in buttons(ended)
        lines = [words(read(post)) for post in group.chat(YEARS)]
        assert len(lines) == 2 and "You no longer stand in for Housing" in lines[1]
        assert len(await logged(group, "deputy ended")) == 1
        again = await name(group, HOUSING, YEARS)
        assert "End this" in buttons(again)


async def test_a_deputy_who_begins_later_gets_the_cards_then(database_url, tmp_path):
    from assurance.beats import beat

    async with a_group(database_url, tmp_path) as group:
        await a_request(group, HOUSING)
        await name(group, HOUSING, YEARS, first="2026-11-05", last="2026-11-20")
        assert len(group.chat(YEARS)) == 1 and "from Thursday 5 November 2026" in words(group.card(YEARS))
        group.clock.to(2026, 11, 5)
        for _ in range(2):
            await beat(group.house.open_unit, group.clock.now)
            await group.settle()
        assert len(group.chat(YEARS)) == 2 and "For Housing" in words(group.card(YEARS))


async def test_several_seats_are_chosen_from_and_each_gets_its_deputy(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await share_the_seat(group, HOUSING, "adult-social-care")
        card = await group.say(HOUSING, "deputy")
        [choice] = [one for key, one in inputs(card).items() if key.endswith("places")]
        assert {one["title"] for one in choice["choices"]} >= {"Housing"} and len(choice["choices"]) == 2
        await name(group, HOUSING, YEARS)
        assert len(await stand_ins(group)) == 2
        assert len(group.chat(YEARS)) == 1


async def test_a_name_that_is_typed_is_chosen_on_the_card_and_one_press_does_it(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        card = await group.say(HOUSING, "my deputy is Early Years")
        [chosen] = [one.get("value") for key, one in inputs(card).items() if key.endswith("deputy")]
        assert chosen == str(group.ids[YEARS]) and await stand_ins(group) == []
        await group.press(HOUSING, card, "Name as deputy")
        assert len(await stand_ins(group)) == 1
        card = await group.say(HOUSING, "my deputy is Gwh")
        assert "I do not know a colleague by that name" in words(card)


async def test_only_for_ones_own_seat_and_only_somebody_of_the_same_agency(database_url, tmp_path):
    """Framework 2: a member names a deputy for their own seats, of the same organisation."""
    async with a_group(database_url, tmp_path) as group:
        card = await group.say(HOUSING, "deputy")
        form = next(key for key in inputs(card) if key.endswith("deputy")).partition(".")[0]
        held = {one.person_id: one.id for one in await holdings(group)}

        async def sent(who, places, deputy):
            data = {
                "p": group.partnership_id, "form": form, f"{form}.places": str(places), f"{form}.first": "2026-11-02",
                f"{form}.last": "2026-11-20", f"{form}.deputy": str(group.ids[deputy]),
            }  # fmt: skip
            reply = await group.execute(who, "deputy.name", data)
            return words(reply["value"]) if isinstance(reply["value"], dict) else reply["value"]

        mine = held[group.ids[HOUSING]]
        assert "a colleague of the same agency" in await sent(HOUSING, mine, "gwh")
        assert "for your own agency only" in await sent(HOUSING, held[group.ids["gwh"]], YEARS)
        assert "for your own agency only" in await sent("chair", mine, YEARS)
        assert "cannot find that seat" in await sent(HOUSING, held[group.ids["officer"]], YEARS)
        assert "Nobody can stand in for themselves" in await sent(HOUSING, mine, HOUSING)
        assert "cannot find that seat" in await sent(HOUSING, 99999, YEARS)
        assert await stand_ins(group) == []


async def holdings(group):
    async with group.unit() as (unit, its):
        return await all_holdings(unit, its.id)


async def test_a_deputy_can_name_nobody_and_is_no_member(database_url, tmp_path):
    """Framework 2: a substitute answers and attends while nominated, and nothing else."""
    async with a_group(database_url, tmp_path, seated=True) as group:
        await name_as_officer(group, HOUSING, "ld_lead")
        card = await group.say("ld_lead", "deputy")
        assert "You stand in for somebody yourself" in words(card) and buttons(card) == []
        [stand_in] = [one for one in await holdings(group) if one.stands_in_for is not None]
        data = {"p": group.partnership_id, "form": "f", "f.places": str(stand_in.id), "f.last": "2026-11-20"}
        reply = await group.execute("ld_lead", "deputy.name", data | {"f.deputy": str(group.ids[YEARS])})
        assert "You are a deputy there yourself" in reply["value"]
        assert len(await stand_ins(group)) == 1


async def name_as_officer(group, whom, deputy, last="2026-11-20"):
    card = await group.say("officer", "deputy")
    assert "Who stands in for whom?" in words(card)
    [choice] = [one for key, one in inputs(card).items() if key.endswith("places")]
    person = next(one.name for key, one in group.people.items() if key == whom)
    place = next(one["value"] for one in choice["choices"] if one["title"].endswith(f": {person}"))
    values = {"places": place, "deputy": str(group.ids[deputy]), "last": last}
    return card_in(await group.press("officer", card, "Name as deputy", values))


async def test_an_officer_names_anybody_for_anybody_and_whom_it_concerns_is_told(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh")
        await name_as_officer(group, "gwh", "ld_lead")
        assert await stand_ins(group) == [("ld_lead", "gwh", date(2026, 11, 2), date(2026, 11, 20))]
        assert "Ld Lead stands in for you for GWH" in words(read(group.chat("gwh")[-1]))
        assert "Stands in for Gwh" in words(await group.say("officer", "people"))
        await group.press("officer", await group.say("officer", "deputy"), "End this")
        assert "no longer stands in for you" in words(read(group.chat("gwh")[-1]))


async def test_whoever_leaves_the_seat_takes_the_deputy_along(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await name(group, HOUSING, YEARS)
        people = await group.say("officer", "people")
        form = card_in(await group.press("officer", people, "End an assignment"))
        [choice] = [one for key, one in inputs(form).items() if key.endswith("holding")]
        place = next(one["value"] for one in choice["choices"] if one["title"] == "Housing: Housing")
        await group.press("officer", form, "End it", {"holding": place, "last_day": "2026-11-03"})
        assert await stand_ins(group) == [(YEARS, HOUSING, date(2026, 11, 2), date(2026, 11, 3))]


async def test_someone_else_should_answer_offers_the_same_colleagues_and_nothing_typed_is_lost(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, HOUSING)
        card = group.card(HOUSING)
        evidence = next(key for key in inputs(card) if key.endswith("evidence"))
        shown = card_in(
            await group.press(HOUSING, card, "Or choose a colleague as your deputy", {evidence: SAID["evidence"]})
        )
        assert SAID["evidence"] in words(shown)
        nobody = card_in(await group.press(HOUSING, shown, "Name as my deputy"))
        assert "Please choose a person." in words(nobody) and SAID["evidence"] in words(nobody)
        chosen = next(key for key in inputs(nobody) if key.endswith("someone_else.deputy"))
        done = card_in(await group.press(HOUSING, nobody, "Name as my deputy", {chosen: str(group.ids[YEARS])}))
        assert "Early Years stands in for you" in words(done) and SAID["evidence"] in words(done)
        assert [one[:2] for one in await stand_ins(group)] == [(YEARS, HOUSING)]


async def test_where_no_colleague_is_known_the_line_to_the_officer_remains(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_request(group, "gwh")
        card = await group.say("gwh", "deputy")
        assert "I know no other colleague of Great Western Hospital" in words(card) and buttons(card) == []
        shown = card_in(await group.press("gwh", group.card("gwh", 0), "Or choose a colleague as your deputy"))
        assert "I know no other colleague of your agency yet" in words(shown)
