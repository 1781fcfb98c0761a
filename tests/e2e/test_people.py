"""Who sits where, over HTTP: the table, putting people on seats, ending that, and bringing in lists (deliver 4)."""

from datetime import date

from assurance.actors import actor_numbered
from assurance.issuing import Addressee, NewRequest, Timing, issue
from storage.log import first_broken_entry, log_entries
from storage.partnerships import seats
from storage.people import all_holdings, people
from tests.connector import Person
from tests.group import a_group, buttons, inputs, words

SAVE = "Save"


async def seat_number(group, slug):
    async with group.unit() as (unit, its):
        return next(one.id for one in await seats(unit, its.id) if one.slug == slug)


async def holdings(group):
    async with group.unit() as (unit, its):
        return await all_holdings(unit, its.id)


async def issued(group, *slugs):
    """A request that awaits these seats' answers, issued through the use case."""
    pack = await group.pack()
    async with group.unit() as (unit, its):
        rows = {one.slug: one.id for one in await seats(unit, its.id)}
        actor = await actor_numbered(unit, its.id, group.ids["officer"], date(2026, 11, 2))
        asked = tuple(Addressee(seat_id=rows[slug]) for slug in slugs)
        new = NewRequest("assurance", "Child F rapid review", asked, Timing(date(2026, 12, 4)), learning={})
        made = await issue(unit, actor, its, pack, new, group.clock())
    await group.settle()
    return made


def newcomer(name="Priya Nair", key="priya", **more):
    return Person(
        name=name, teams_id=f"29:{key}", object_id=f"99999999-0000-4000-8000-0000000000{len(key):02d}",
        email=f"{key}@example.org", **more,
    )  # fmt: skip


async def read_team(group):
    card = await group.say("officer", "people")
    return (await group.press("officer", card, "Read the team again"))["value"]


async def test_people_shows_every_seat_in_order_with_who_is_there_and_the_gaps(database_url, tmp_path):
    async with a_group(database_url, tmp_path, seated=False) as group:
        card = await group.say("officer", "people")
        said = words(card)
        assert said.index("AWP") < said.index("GWH") < said.index("Police") < said.index("Support officer")
        assert "Nobody yet" in said and "None of 15 places have somebody" in said
        assert buttons(card)[0] == "Put somebody on a seat"


async def test_the_chair_may_look_and_change_nothing(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        assert buttons(await group.say("chair", "people")) == []
        before = len(await holdings(group))
        reply = await group.execute("chair", "people.assign", {"p": group.partnership_id})
        assert "Only the support officer" in reply["value"]
        typed = {"p": group.partnership_id, "form": "f", "f.place": "role:officer", "f.person": str(group.ids["chair"])}
        reply = await group.execute("chair", "people.save", typed)
        assert "Only the support officer" in reply["value"] and len(await holdings(group)) == before


async def test_a_member_is_told_who_may_see_people(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        reply = await group.say("gwh", "people")
        assert "Only the support officer and the chair" in words(reply) + reply.get("text", "")


async def test_in_a_channel_people_names_nobody(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        said = words(await group.say("officer", "people", in_channel=True))
        assert "in private" in said and "Gwh" not in said and "Awp" not in said


async def test_a_press_that_would_name_people_in_a_channel_is_refused(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        for verb in ("people.show", "people.assign", "people.end", "people.roster"):
            reply = await group.execute("officer", verb, {"p": group.partnership_id}, in_channel=True)
            assert "in private only" in reply["value"]


async def test_an_officer_puts_somebody_from_the_roster_on_a_seat_and_they_get_what_it_is_asked(database_url, tmp_path):
    async with a_group(database_url, tmp_path, seated=False) as group:
        group.people["priya"] = newcomer()
        group.teams.people.append(group.people["priya"])
        await issued(group, "gwh")
        form = (await group.press("officer", await read_team(group), "Put somebody on a seat"))["value"]
        options = next(one for key, one in inputs(form).items() if key.endswith(".person"))["choices"]
        chosen = next(one["value"] for one in options if one["title"] == "Priya Nair")
        filled = {"place": f"seat:{await seat_number(group, 'gwh')}", "person": chosen, "title": "Named nurse"}
        saved = (await group.press("officer", form, SAVE, filled))["value"]
        assert "Saved: Priya Nair for Great Western Hospital. One request is on its way." in words(saved)
        again = (await group.press("officer", form, SAVE, filled))["value"]
        assert "Priya Nair, Named nurse" in words(again)
        assert len(group.chat("priya")) == 1
        async with group.unit() as (unit, its):
            entries = [one for one in await log_entries(unit, its.id) if one.what == "seated"]
            assert len(entries) == 1 and "Priya" not in str(entries[0].refs)
            assert await first_broken_entry(unit, its.id) is None


async def test_nothing_goes_to_a_newcomer_before_the_start_date(database_url, tmp_path):
    """Nothing before the start date, for those who take a seat as for everybody else (scenario 34)."""
    async with a_group(database_url, tmp_path, seated=False) as group:
        await issued(group, "gwh")
        async with group.unit() as (_, its):
            its.starts_on = date(2027, 1, 4)
        form = (await group.execute("officer", "people.assign", {"p": group.partnership_id}))["value"]
        seat = f"seat:{await seat_number(group, 'gwh')}"
        await group.press("officer", form, SAVE, {"place": seat, "person": str(group.ids["gwh"])})
        assert group.chat("gwh") == []
        group.clock.to(2027, 1, 4, 16)
        await group.settle()
        assert len(group.chat("gwh")) == 1


async def test_a_seat_that_begins_later_brings_its_cards_on_that_day(database_url, tmp_path):
    async with a_group(database_url, tmp_path, seated=False) as group:
        await issued(group, "gwh")
        form = (await group.execute("officer", "people.assign", {"p": group.partnership_id}))["value"]
        seat, person = f"seat:{await seat_number(group, 'gwh')}", str(group.ids["gwh"])
        filled = {"place": seat, "person": person, "starts_on": "2026-11-09"}
        saved = (await group.press("officer", form, SAVE, filled))["value"]
        assert "From 9 Nov 2026" in words(saved)
        from assurance.beats import beat

        await beat(group.house.open_unit, group.clock())
        await group.settle()
        assert group.chat("gwh") == []
        group.clock.to(2026, 11, 9, 11)
        for _ in range(2):
            await beat(group.house.open_unit, group.clock())
            await group.settle()
        assert len(group.chat("gwh")) == 1


async def test_a_mistake_shows_the_form_again_with_what_was_typed(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        form = (await group.execute("officer", "people.assign", {"p": group.partnership_id}))["value"]
        seat = f"seat:{await seat_number(group, 'gwh')}"
        filled = {"place": seat, "title": "Lead", "starts_on": "2026-12-01", "ends_on": "2026-11-01"}
        again = (await group.press("officer", form, SAVE, {**filled, "person": str(group.ids["awp"])}))["value"]
        assert "The last day is before the first day." in words(again)
        kept = {key.rpartition(".")[2]: one.get("value") for key, one in inputs(again).items()}
        assert kept["title"] == "Lead" and kept["place"] == seat and kept["ends_on"] == "2026-11-01"
        assert set(inputs(form)).isdisjoint(inputs(again))


async def test_forged_places_and_people_are_refused(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        before = len(await holdings(group))
        for place, person in (
            ("seat:9999", "1"),
            ("role:emperor", "1"),
            ("role:chair", "99999"),
            ("", ""),
            ("seat:1", "x"),
        ):
            data = {"p": group.partnership_id, "form": "f", "f.place": place, "f.person": person}
            reply = await group.execute("officer", "people.save", data)
            assert "Please choose" in words(reply["value"])
        assert len(await holdings(group)) == before


async def test_a_title_that_looks_like_an_nhs_number_is_asked_about_first(database_url, tmp_path):
    """I2: asked on every form with free text, before anything is stored."""
    async with a_group(database_url, tmp_path) as group:
        form = (await group.execute("officer", "people.assign", {"p": group.partnership_id}))["value"]
        filled = {"place": "role:ld_lead", "person": str(group.ids["awp"]), "title": "Lead 943 476 5919"}
        before = len(await holdings(group))
        asked = (await group.press("officer", form, SAVE, filled))["value"]
        assert "NHS number" in words(asked) and len(await holdings(group)) == before
        await group.press("officer", asked, "It identifies nobody, save it")
        assert len(await holdings(group)) == before + 1


async def test_ending_an_assignment_keeps_its_row_and_closes_the_seat_from_the_day_after(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        before = len(await holdings(group))
        form = (await group.execute("officer", "people.end", {"p": group.partnership_id}))["value"]
        held = next(one for one in await holdings(group) if one.person_id == group.ids["gwh"])
        for _ in range(2):
            shown = (await group.press("officer", form, "End it", {"holding": str(held.id), "last_day": "2026-11-02"}))[
                "value"
            ]
        assert "Until 2 Nov 2026" in words(shown) and len(await holdings(group)) == before
        group.clock.move(days=1)
        assert "Nobody yet: GWH" in words(await group.say("officer", "people"))
        async with group.unit() as (unit, its):
            ended = [one for one in await log_entries(unit, its.id) if one.what == "assignment ended"]
            assert len(ended) == 1


async def test_the_last_officer_cannot_be_ended(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        form = (await group.execute("officer", "people.end", {"p": group.partnership_id}))["value"]
        held = next(one for one in await holdings(group) if one.role == "officer")
        reply = await group.press("officer", form, "End it", {"holding": str(held.id), "last_day": "2026-11-02"})
        assert "the only support officer" in words(reply["value"])


async def test_one_person_on_two_seats_gets_one_card_again_for_both(database_url, tmp_path):
    """Scenario 30, from the side of seating: one message with two titled answers."""
    async with a_group(database_url, tmp_path) as group:
        await issued(group, "gwh", "housing")
        held = len(group.chat("gwh"))
        form = (await group.execute("officer", "people.assign", {"p": group.partnership_id}))["value"]
        seat = f"seat:{await seat_number(group, 'housing')}"
        await group.press("officer", form, SAVE, {"place": seat, "person": str(group.ids["gwh"])})
        assert len(group.chat("gwh")) == held + 1


LIST = (
    "Agency,Name,E-mail,Role,Title,From,Until\n"
    "GWH,Priya Nair,Priya@Example.org,,Named nurse,2/11/2026,\n"
    "great western,Ruth Adeyemi,ruth@example.org,,,,\n"
    ",Sam Holt,sam@example.org,vice chair,Deputy,,31 March 2027\n"
)


async def pasted(group, text):
    card = (await group.execute("officer", "people.list", {"p": group.partnership_id}))["value"]
    return (await group.press("officer", card, "Show what would change", {"list": text}))["value"]


async def test_a_pasted_list_is_previewed_and_brought_in_once(database_url, tmp_path):
    async with a_group(database_url, tmp_path, seated=False) as group:
        group.people["priya"] = newcomer(guest=True)
        group.teams.people.append(group.people["priya"])
        await read_team(group)
        before = len(await holdings(group))
        preview = await pasted(group, LIST)
        said = words(preview)
        assert "three new assignments" in said and "Not yet in the team (2)" in said
        assert "GWH: Priya Nair (priya@example.org), Named nurse, from 2 Nov 2026" in said
        assert len(await holdings(group)) == before
        for _ in range(2):
            done = (await group.press("officer", preview, "Bring them in"))["value"]
        assert len(await holdings(group)) == before + 3
        assert "There is nothing to change" in words(await pasted(group, LIST))
        assert "list has been brought in" in words(done)
        said = words(await group.say("officer", "people"))
        assert "Guest" in said and "Not yet in the team" in said
        async with group.unit() as (unit, its):
            row = next(one for one, name in await people(unit, its.id) if name.email == "priya@example.org")
            assert row.object_id == group.people["priya"].object_id and row.guest
            assert "Priya" not in str([one.refs for one in await log_entries(unit, its.id)])


async def test_each_bad_row_is_named_and_nothing_is_half_imported(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        before = len(await holdings(group))
        bad = (
            "agency,name,e-mail,from\nGWH,Ruth,ruth@example.org,\nAWP,Sam,sam-at-example,\n"
            "GHW,Jo,jo@example.org,32/1/2026\n"
        )
        preview = await pasted(group, bad)
        said = words(preview)
        assert "Row 3: “sam-at-example” is not an e-mail address." in said
        assert (
            "Row 4: I do not know the agency “GHW”; did you mean GWH?" in said
            and "Row 4: I cannot read the day" in said
        )
        assert "Bring them in" not in buttons(preview)
        forged = {"p": group.partnership_id, "form": "f", "f.list": bad, "sure": True}
        await group.execute("officer", "people.bring_in", forged)
        assert len(await holdings(group)) == before


async def test_somebody_brought_in_by_address_is_matched_when_the_team_is_read(database_url, tmp_path):
    async with a_group(database_url, tmp_path, seated=False) as group:
        await issued(group, "gwh")
        await group.press("officer", await pasted(group, LIST), "Bring them in")
        group.people["priya"] = newcomer()
        group.teams.people.append(group.people["priya"])
        await read_team(group)
        assert len(group.chat("priya")) == 1
        assert "Priya Nair, Named nurse" in words(await group.say("officer", "people"))
        async with group.unit() as (unit, its):
            rows = [one for one, name in await people(unit, its.id) if name.email == "priya@example.org"]
            assert [one.object_id for one in rows] == [group.people["priya"].object_id]


async def test_a_member_cannot_bring_in_a_list(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        before = len(await holdings(group))
        for verb in ("people.list", "people.preview", "people.bring_in", "people.roster", "people.file", "people.end"):
            reply = await group.execute("gwh", verb, {"p": group.partnership_id, "form": "f", "f.list": LIST})
            assert "Only the support officer" in reply["value"], verb
        assert len(await holdings(group)) == before


async def test_a_large_team_is_searched_by_name_and_stays_on_one_card(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        group.teams.people += [
            Person(f"Member {n:03}", f"{n:08}-1111-4000-8000-000000000000", f"29:m{n}", f"m{n}@example.org")
            for n in range(700)
        ]  # fmt: skip
        form = (await group.press("officer", await read_team(group), "Put somebody on a seat"))["value"]
        found = (await group.press("officer", form, "Find", {"search": "member 654"}))["value"]
        options = next(one for key, one in inputs(found).items() if key.endswith(".person"))["choices"]
        assert [one["title"] for one in options] == ["Member 654"]


async def test_the_first_officer_of_the_settings_gets_a_name_from_the_roster(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        async with group.unit() as (unit, its):
            row = next(name for one, name in await people(unit, its.id) if one.id == group.ids["officer"])
            row.name = row.email = ""
        assert "whose name is not known yet" in words(await group.say("officer", "people"))
        assert "Officer" in words(await read_team(group))
