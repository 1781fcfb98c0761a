"""Asking how things stand, over HTTP (issue 2, deliver 9; B16; framework 2)."""

from contextlib import asynccontextmanager
from datetime import date, timedelta

import pytest

from assurance.actors import actor_numbered
from assurance.answering import Behalf, Submission, answer
from assurance.extensions import grant_extension
from assurance.issuing import Addressee, NewRequest, Timing, issue, today_in
from assurance.packing import install_pack, pack_of, read_pack
from cards.asking import PRIVATE, RUN
from cards.returns_list import OPEN
from storage.asks import Meeting, dimensions_of_loops, open_requests, request
from storage.log import log_entries
from storage.partnerships import seats
from storage.people import Holding, Person, all_holdings
from storage.returns import AgencyReturn, Assessment, returns_of_request
from storage.standings import rounds_with_meetings
from tests.connector import TENANT
from tests.group import a_group, buttons, walk, words
from tests.pictures.keep import keep

MEDIUM = {
    "dissemination": "medium",
    "evidence": "Ward huddles on four wards; 40 of 55 staff signed.",
    "monitoring": "Two questions in the spring audit.",
}
NOT_RELEVANT = MEDIUM | {"dissemination": "not_relevant", "not_relevant_reason": "We see no children under five."}
DUE = date(2026, 11, 26)
SBC = ("adult-social-care", "childrens-social-care", "housing")
FEW = ("awp", "gwh", "adult-social-care", "housing")
OTHERS = "Others' answers open to you when the papers are released"


class Asked:
    """A group with learning issued, and what its people do to it through the use cases."""

    def __init__(self, group):
        self.group = group

    async def actor(self, unit, its, who):
        pack = await pack_of(unit, its)
        return await actor_numbered(unit, its.id, self.group.ids[who], today_in(pack, self.group.clock.now))

    async def issue(
        self, title="Child F rapid review", *, to=FEW, info=(), due=date(2026, 11, 26), kind="assurance", meeting=None
    ):
        """Issue learning to a few seats, to those named, or to every returning seat (`to=None`)."""
        async with self.group.unit() as (unit, its):
            pack, rows = await pack_of(unit, its), await seats(unit, its.id)
            chosen = [one for one in rows if one.returns and (to is None or one.slug in to)]
            asked = [Addressee(seat_id=one.id, asked=one.slug not in info) for one in chosen]
            held = None
            if meeting is not None:
                held = (await unit.save(Meeting(partnership_id=its.id, group_key=pack.groups[0].key, on=meeting))).id
            new = NewRequest(
                "assurance", title, tuple(asked), Timing(due, held), learning={"key_messages": "Ask twice."}
            )
            made = await issue(unit, await self.actor(unit, its, "officer"), its, pack, new, self.group.clock.now)
        await self.group.settle()
        return made.id

    async def answer(self, who, values, *, request_id=None, behalf=None, base=0):
        """Submit what a form would bring, for a seat."""
        async with self.group.unit() as (unit, its):
            request_id = request_id or (await open_requests(unit, its.id))[-1].id
            seat = next(one for one in await seats(unit, its.id) if one.slug == who)
            rows = await returns_of_request(unit, its.id, request_id)
            row = [one for one in rows if one.seat_id == seat.id][-1]
            actor = await self.actor(unit, its, "officer" if behalf else who)
            sent = Submission(row.id, base, values, confirmed=True, behalf=behalf)
            await answer(unit, actor, its, await pack_of(unit, its), sent, self.group.clock.now)
        await self.group.settle()
        return row.id

    async def assess(self, return_id, level, dimension="dissemination"):
        """What the group's meeting would record."""
        async with self.group.unit() as (unit, its):
            unit.add(
                Assessment(
                    partnership_id=its.id,
                    return_id=return_id,
                    dimension=dimension,
                    level=level,
                    at=self.group.clock.now,
                )
            )
            rows = await returns_of_request(unit, its.id, (await open_requests(unit, its.id))[-1].id)
            loop_id = next(one.loop_id for one in rows if one.id == return_id)
            found = await dimensions_of_loops(unit, its.id, [loop_id])
            found[loop_id][dimension].assessed_level = level

    async def release(self, request_id):
        """The papers of the request's round are out."""
        async with self.group.unit() as (unit, its):
            its_request = await request(unit, its.id, request_id)
            found = await rounds_with_meetings(unit, its.id, [its_request.round_id])
            found[its_request.round_id][0].released_at = self.group.clock.now


@asynccontextmanager
async def asked_group(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        yield group, Asked(group)


def rows_of(card):
    """The tables of a card, row by row, as the words in their cells."""
    tables = [part for part in walk(card) if part.get("type") == "Table"]
    return [
        [cell["items"][0]["text"].replace("\u2060", "").replace("\\", "") for cell in row["cells"]]
        for one in tables
        for row in one["rows"]
    ]


def cell_of(card, label):
    """The cells of the row that begins with this label."""
    return next(row[1:] for row in rows_of(card) if row[0] == label)


def styles(card, label):
    for part in walk(card):
        for row in part.get("rows", []):
            if words(row["cells"][0]) == label:
                return [cell.get("style", "default") for cell in row["cells"][1:]]
    raise AssertionError(label)


async def test_the_chair_sees_agencies_by_items_in_letters_colours_and_sentences(database_url, tmp_path):
    """B16, scenario 13: Housing "not relevant" and Adult Social Care High both show, separately, under SBC."""
    async with asked_group(database_url, tmp_path) as (group, at):
        await at.issue(to=None, info=("police",))
        await at.issue("Self-neglect audit", to=("gwh", "awp"))
        first = (await _requests(group))[0]
        await at.answer("housing", NOT_RELEVANT, request_id=first)
        await at.answer("adult-social-care", MEDIUM | {"dissemination": "high"}, request_id=first)
        await at.answer("gwh", MEDIUM, request_id=first)
        card = await group.say("chair", "status")
        keep("status-board", card)
        assert card["msteams"] == {"width": "Full"}
        assert cell_of(card, "SBC Housing") == ["Not rel.", ""]
        assert cell_of(card, "SBC ASC") == ["H", ""]
        assert (cell_of(card, "GWH"), styles(card, "GWH")) == (["M", "Waiting"], ["warning", "default"])
        assert cell_of(card, "Police") == ["\u2013", ""]
        said = words(card)
        assert "3 of 12 have answered, nine are still to come: AWP, CGL" in said
        assert "For information only: Police." in said
        assert "Due Thursday 26 November 2026, in 24 days." in said
        labels = [row[0] for row in rows_of(card)][1:]
        assert labels.index("AWP") < labels.index("GWH") < labels.index("SBC Housing"), "the pack's order"


async def test_status_of_an_agency_has_levels_days_past_due_and_history_for_the_chair(database_url, tmp_path):
    """Scenario 8: self and assessed levels, overdue days and history."""
    async with asked_group(database_url, tmp_path) as (group, at):
        await at.issue(meeting=date(2026, 12, 10))
        answered = await at.answer("gwh", MEDIUM)
        await at.assess(answered, "high")
        await at.issue("Self-neglect audit", to=("gwh", "awp"))
        group.clock.to(2026, 11, 30)
        card = await group.say("chair", "status GWH")
        keep("status-agency", card)
        said = words(card)
        assert "Due Thursday 26 November 2026, four days past the due date." in said
        assert "Medium, as the agency rates itself; High, as the LDG assessed it" in said
        assert "by Gwh, in time for the papers" in said
        assert "Asked from Tuesday 2 February 2027" in said
        assert "Ward huddles on four wards" in said
        assert cell_of(await group.say("chair", "status"), "GWH")[0] == "M \u2192 H"


async def test_a_member_asking_about_another_agency_is_refused_until_papers_are_released(database_url, tmp_path):
    """Scenario 8, framework 2. After release, that round's levels and evidence open, and nothing later does."""
    async with asked_group(database_url, tmp_path) as (group, at):
        request_id = await at.issue()
        await at.issue("Self-neglect audit", due=date(2026, 12, 3))
        await at.answer("gwh", MEDIUM, request_id=request_id)
        for asked in ("status GWH", "how is GWH doing?", "status Child F rapid review"):
            told = words(await group.say("awp", asked))
            assert "Medium" not in told, asked
            assert "Ward huddles" not in told, asked
        assert OTHERS in words(await group.say("awp", "status GWH"))
        await at.release(request_id)
        card = await group.say("awp", "status GWH")
        assert "Medium, as the agency rates itself" in words(card)
        assert "Ward huddles" in words(card)
        assert "Self-neglect audit" not in words(card)
        assert rows_of(await group.say("awp", "status"))[0] == ["Agency", "Child F rapid review"]


async def test_a_member_may_ask_for_their_own_status_and_for_their_organisation_sees_only_their_seat(
    database_url, tmp_path
):
    async with asked_group(database_url, tmp_path) as (group, at):
        await at.issue()
        await at.answer("housing", MEDIUM)
        await at.answer("adult-social-care", NOT_RELEVANT)
        own = words(await group.say("housing", "status"))
        assert "Ward huddles" in own
        whole = words(await group.say("housing", "status Swindon Borough Council"))
        assert "Ward huddles" in whole
        assert "under five" not in whole


async def test_an_organisation_shows_its_departments_and_the_spread_and_no_average(sqlite_url, tmp_path):
    """B7, scenario 13, framework 4.9."""
    async with asked_group(sqlite_url, tmp_path) as (group, at):
        await at.issue(to=SBC)
        await at.answer("housing", NOT_RELEVANT)
        await at.answer("adult-social-care", MEDIUM | {"dissemination": "high"})
        card = await group.say("officer", "status Swindon Borough Council")
        keep("status-organisation", card)
        said = words(card)
        assert "High 1, Not relevant to the agency/service 1, still to come 1." in said
        assert "SBC ASC" in said
        for number in (1, 2):
            await at.issue(f"Audit number {number}", to=SBC)
        card = await group.say("officer", "status Swindon Borough Council")
        second = (await group.press("officer", card, "Next page"))["value"]
        assert "Page 2 of 2" in words(second)


async def test_an_item_shows_each_agency_who_was_not_reached_and_why_and_lets_only_the_officer_manage(
    database_url, tmp_path
):
    """B16; framework 4.25."""
    async with asked_group(database_url, tmp_path) as (group, at):
        async with group.unit() as (unit, its):
            person = next(one for one in await all_holdings(unit, its.id) if one.person_id == group.ids["police"])
            person.ends_on = date(2026, 11, 1)
            row = await unit.get(Person, group.ids["cgl"])
            row.teams_id, row.object_id, row.in_team = None, None, False
        await at.issue(to=("gwh", "awp", "police", "cgl"))
        await at.answer("gwh", MEDIUM)
        card = await group.say("officer", "status Child F rapid review")
        keep("status-item", card)
        assert cell_of(card, "GWH")[0] == "M"
        assert cell_of(card, "Police")[0] == "Vacant"
        assert cell_of(card, "CGL")[0] == "Not reached"
        assert "Not reached: CGL. This person is not in the team yet." in words(card)
        assert "Manage" in buttons(card)
        assert "Manage" not in buttons(await group.say("chair", "status Child F rapid review"))


async def test_overdue_names_who_is_late_and_keeps_extended_vacant_and_not_reached_apart(database_url, tmp_path):
    """B10, framework 4.25, scenario 32."""
    async with asked_group(database_url, tmp_path) as (group, at):
        async with group.unit() as (unit, its):
            held = next(one for one in await all_holdings(unit, its.id) if one.person_id == group.ids["police"])
            held.ends_on = date(2026, 11, 1)
        request_id = await at.issue(to=("gwh", "awp", "police", "housing"))
        await at.answer("housing", MEDIUM)
        async with group.unit() as (unit, its):
            slug = {one.id: one.slug for one in await seats(unit, its.id)}
            loop = next(
                one.loop_id for one in await returns_of_request(unit, its.id, request_id) if slug[one.seat_id] == "awp"
            )
            pack, officer = await pack_of(unit, its), await at.actor(unit, its, "officer")
            await grant_extension(unit, officer, its, pack, loop, date(2026, 12, 4), group.clock.now)
        await group.settle()
        assert "Nothing is past its due date." in words(await group.say("chair", "overdue"))
        group.clock.to(2026, 11, 30)
        card = await group.say("chair", "who is late?")
        keep("overdue", card)
        said = words(card)
        assert "GWH: four days past the due date" in said
        apart = said.partition("Not counted as late:")[2]
        assert "AWP: more time was agreed, until Friday 4 December 2026" in apart
        assert "Police: nobody is there for the agency yet" in apart
        assert "Housing" not in said
        own = words(await group.say("gwh", "overdue"))
        assert "GWH: four days" in own
        assert "AWP" not in own


async def test_my_returns_lists_what_is_owed_and_opens_it_in_place(database_url, tmp_path):
    async with asked_group(database_url, tmp_path) as (group, at):
        await at.issue()
        await at.issue("Self-neglect audit", due=date(2026, 12, 3))
        await at.answer("gwh", MEDIUM)
        card = await group.say("gwh", "what do i still owe")
        keep("my-returns", card)
        said = words(card)
        assert said.index("Still to answer") < said.index("Child F rapid review") < said.index("Answered")
        assert "For GWH. Due Thursday 26 November 2026, in 24 days. Not started." in said
        assert "Next, from Tuesday 2 February 2027" in said
        opened = await group.press("gwh", card, "Open")
        assert "Child F rapid review" in words(opened["value"])
        wrong = await group.execute("awp", OPEN, {"p": group.partnership_id, "request": 999})
        assert wrong["type"].endswith("message")


async def test_a_channel_shows_counts_without_names_and_sends_the_rest_in_private(database_url, tmp_path):
    """Deliver 9: in a channel the reply holds nothing that only the asker may see."""
    async with asked_group(database_url, tmp_path) as (group, at):
        await at.issue()
        await at.answer("gwh", MEDIUM)
        for asked in ("status", "status GWH", "my returns", "overdue", "status Swindon Borough Council"):
            card = await group.say("chair", asked, in_channel=True)
            keep(f"channel {asked}", card)
            said = words(card)
            for secret in ("GWH", "Medium", "huddles", "Housing", "Gwh"):
                assert secret not in said, (asked, secret)
            assert "Send me the details in private" in buttons(card)
        counts = await group.say("chair", "status", in_channel=True)
        assert "1 of 4 has answered." in words(counts)
        for _ in range(2):
            await group.press("chair", counts, "Send me the details in private", in_channel=True)
        assert len(group.chat("chair")) == 1, "pressing twice sends it once"
        assert "M" in cell_of(group.card("chair"), "GWH")


async def test_a_foreign_channel_sees_no_counts(sqlite_url, tmp_path):
    async with asked_group(sqlite_url, tmp_path) as (group, at):
        await at.issue()
        async with group.unit() as (_, its):
            its.channel_id = "19:another@thread.tacv2"
        said = words(await group.say("chair", "status", in_channel=True))
        assert "Child F" not in said
        assert "in private" in said


async def test_an_on_behalf_answer_and_its_versions_are_labelled(sqlite_url, tmp_path):
    """Scenario 27: labelled everywhere."""
    async with asked_group(sqlite_url, tmp_path) as (group, at):
        await at.issue(to=("police",))
        await at.answer("police", MEDIUM, behalf=Behalf("Sgt Lee", date(2026, 11, 2), "by telephone"))
        await at.answer("police", MEDIUM | {"dissemination": "low"}, base=1)
        said = words(await group.say("chair", "status Police"))
        assert "This is the second version; the earlier ones are kept." in said
        await at.issue("Self-neglect audit", to=("police",))
        await at.answer("police", MEDIUM, behalf=Behalf("Sgt Lee", date(2026, 11, 2), "by telephone"))
        assert "Entered on the agency's behalf; given by Sgt Lee" in words(await group.say("chair", "status Police"))


async def test_both_dimensions_show_and_the_last_level_stays_in_view_while_impact_is_awaited(sqlite_url, tmp_path):
    """B3, B4: two tables once impact is open; a new answer awaited keeps the earlier level in brackets."""
    async with asked_group(sqlite_url, tmp_path) as (group, at):
        await at.issue(to=("gwh", "awp"))
        row_id = await at.answer("gwh", MEDIUM)
        async with group.unit() as (unit, its):
            row = await unit.get(AgencyReturn, row_id)
            impact = (await dimensions_of_loops(unit, its.id, [row.loop_id]))[row.loop_id]["impact"]
            impact.state, impact.self_level = "due", "low"
            row.dimensions, row.state = ["impact"], "awaited"
        card = await group.say("chair", "status")
        keep("status-two-dimensions", card)
        cells = [line[1] for line in rows_of(card) if line[0] == "GWH"]
        assert cells == ["M", "Waiting (L)"]
        assert "Assurance of Impact on Practice" in words(card)


async def test_more_than_twelve_items_are_on_a_next_page(sqlite_url, tmp_path):
    async with asked_group(sqlite_url, tmp_path) as (group, at):
        for number in range(14):
            await at.issue(f"Learning item number {number + 1}", to=("gwh",), due=DUE + timedelta(days=number))
        card = await group.say("chair", "status")
        assert rows_of(card)[0] == ["Agency", *(str(number) for number in range(1, 13))]
        second = (await group.press("chair", card, "Next page"))["value"]
        assert rows_of(second)[0] == ["Agency", "Learning item number 13", "Learning item number 14"]
        assert "Earlier page" in buttons(second)


async def test_did_you_mean_buttons_ask_again_and_change_nothing(sqlite_url, tmp_path):
    """Deliver 9: "did you mean", and no guess on anything that changes data."""
    async with asked_group(sqlite_url, tmp_path) as (group, at):
        await at.issue()
        card = await group.say("chair", "GHW")
        keep("did-you-mean", card)
        async with group.unit() as (unit, its):
            before = len(await log_entries(unit, its.id))
        answered = await group.press("chair", card, next(one for one in buttons(card) if "GWH" in one))
        assert "Great Western Hospital" in words(answered["value"])
        async with group.unit() as (unit, its):
            assert len(await log_entries(unit, its.id)) == before


@pytest.mark.parametrize(
    "data",
    [
        {"word": "status", "kind": "seat", "key": "999999"},
        {"word": "be", "kind": "", "key": ""},
        {"word": "new learning"},
        {"word": "status", "kind": "seat", "key": {"a": 1}},
        {"word": ["status"], "page": "x"},
        {"word": "help", "kind": "organisation", "key": "1"},
    ],
)
async def test_a_forged_question_is_refused_with_a_sentence(sqlite_url, tmp_path, data):
    async with asked_group(sqlite_url, tmp_path) as (group, _):
        for verb in (RUN, PRIVATE):
            reply = await group.execute("chair", verb, {"p": group.partnership_id, **data})
            assert reply["type"].endswith("message"), reply
        assert group.chat("chair") == []


async def test_a_question_button_gives_a_member_no_more_than_typing_would(sqlite_url, tmp_path):
    async with asked_group(sqlite_url, tmp_path) as (group, at):
        await at.issue()
        await at.answer("gwh", MEDIUM)
        async with group.unit() as (unit, its):
            gwh = next(one.id for one in await seats(unit, its.id) if one.slug == "gwh")
        data = {"p": group.partnership_id, "word": "status", "kind": "seat", "key": str(gwh)}
        reply = await group.execute("awp", RUN, data)
        assert OTHERS in reply["value"]
        stranger = await group.execute("awp", RUN, data | {"p": 999})
        assert stranger["type"].endswith("message")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("how is GWH doing?", "Great Western Hospital"),
        ("whats the postion with great westen hospital", "Great Western Hospital"),
        ("who hasn't answered yet", "Where everyone stands"),
        ("anything overdue?", "past its due date"),
        ("what can you do", "What I can do"),
        ("remove GWH from the list", "have not done anything"),
    ],
)
async def test_questions_in_peoples_own_words_are_answered_or_asked_about(sqlite_url, tmp_path, text, expected):
    async with asked_group(sqlite_url, tmp_path) as (group, at):
        await at.issue()
        assert expected in words(await group.say("chair", text))


async def test_somebody_of_two_partnerships_is_asked_once_and_every_reply_names_it(database_url, tmp_path):
    async with asked_group(database_url, tmp_path) as (group, at):
        await at.issue()
        async with group.unit() as (unit, its):
            mine = await unit.get(Person, group.ids["gwh"])
            pack = await pack_of(unit, its)
            other = replace_id(pack)
            second = await install_pack(unit, other, now=group.clock.now)
            twin = await unit.save(
                Person(partnership_id=second.id, tenant_id=TENANT, object_id=mine.object_id, teams_id=mine.teams_id)
            )
            unit.add(Holding(partnership_id=second.id, person_id=twin.id, role="chair", title="Chair"))
            own_title, other_title = its.title, second.title
        question = await group.say("gwh", "my returns")
        keep("which-partnership", question)
        assert set(buttons(question)) == {own_title, other_title}
        chosen = await group.press("gwh", question, own_title)
        assert own_title in words(chosen["value"])
        listed = await group.say("gwh", "my returns")
        assert words(listed).startswith(own_title)
        assert "Child F" in words(listed)
        opened = await group.press("gwh", listed, "Open")
        assert words(opened["value"]).startswith(own_title)
        refused = await group.say("gwh", "status awp")
        assert refused["text"].startswith(own_title) if "text" in refused else words(refused).startswith(own_title)
        group.clock.move(minutes=1)
        again = await group.say("gwh", "partnership")
        await group.press("gwh", again, other_title)
        assert words(await group.say("gwh", "status")).startswith(other_title)
        outsider = await group.execute("awp", "partnership.choose", {"p": second.id})
        assert outsider["type"].endswith("message")


def replace_id(pack):
    """Swindon's pack under another name: a second partnership."""
    from assurance.pack import read_shipped

    text = read_shipped("swindon")
    changed = text.replace(f'id = "{pack.id}"', 'id = "elsewhere"', 1)
    changed = changed.replace(f'title = "{pack.title}"', 'title = "Elsewhere Partnership"', 1)
    assert read_pack(changed).id == "elsewhere"
    return changed


async def _requests(group):
    async with group.unit() as (unit, its):
        return [one.id for one in await open_requests(unit, its.id)]
