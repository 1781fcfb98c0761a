"""Swindon through four quarters with thirteen seats: nothing drops off the table until it is assured or unable (SL §4).

Late answers, a wrong assessment that is undone, a meeting without quorum, an agency that is found unable. Played
through the use cases, with the beat and the courier at work; a few presses go over HTTP.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

import pytest

from assurance.actors import actor_numbered
from assurance.attendance import Sent as Here
from assurance.attendance import take_attendance
from assurance.beats import beat
from assurance.circulation import confirm, record_agreement
from assurance.conclusion_view import concerns_of
from assurance.deciding import Sent, decide, undo
from assurance.decision_rules import Proposed
from assurance.highlight_figures import Highlights
from assurance.in_session import session
from assurance.packing import pack_of
from assurance.papers import release_papers
from assurance.tabled_view import tabled_returns
from storage.asks import loops_of_request, meetings_from
from storage.decisions import decisions_of_meeting
from storage.log import first_broken_entry
from storage.partnerships import seats
from storage.returns import assessments_of_returns, returns_of_request
from tests.answering import a_request
from tests.drive import a_drive
from tests.group import a_group, buttons, words
from tests.highlights import assert_matches, draft_of, handed, labels_of, reports_of
from tests.meeting import answers, came_to, close_meeting, returns_for, standing_of, the_meeting

DECEMBER, MARCH, JUNE, SEPTEMBER, NEXT = (
    date(2026, 12, 10), date(2027, 3, 11), date(2027, 6, 10), date(2027, 9, 9), date(2027, 12, 9)
)  # fmt: skip
SEATS = (
    "awp", "cgl", "bsw-icb", "gwh", "camhs", "adult-social-care", "childrens-social-care", "education", "early-years",
    "eiycf", "housing", "named-nurse", "police",
)  # fmt: skip
WHY = "As the group heard it today."


class Year:
    """One group through a year: days pass, answers come, meetings decide."""

    def __init__(self, group, request_id: int, drive) -> None:
        self.group, self.request_id, self.drive = group, request_id, drive

    async def on(self, day: date, hour: int = 11) -> None:
        """A day comes; the clock beats, and what is owed goes out."""
        self.group.clock.to(day.year, day.month, day.day, hour)
        await beat(self.group.house.open_unit, self.group.clock.now)
        await self.group.settle()

    async def _here(self, unit, its, who):
        pack = await pack_of(unit, its)
        actor = await actor_numbered(unit, its.id, self.group.ids[who], self.group.clock.now.date())
        return actor, its, pack

    async def meets(self, day: date, here: tuple[str, ...]) -> int:
        """The meeting's day: papers were released, and these people are here."""
        await self.on(day, 13)
        number = await the_meeting(self.group, day)
        async with self.group.unit() as (unit, its):
            who = await self._here(unit, its, "officer")
            await release_papers(unit, *who, number, self.group.clock.now)
            present = Here(frozenset(self.group.ids[key] for key in ("chair", *here)))
            await take_attendance(unit, *who, number, present, self.group.clock.now)
        return number

    async def decides(self, meeting_id: int, levels: Mapping[str, Mapping[str, str]]) -> dict[str, int]:
        """The group decides on these seats' returns; gives the decisions' numbers."""
        kept = {}
        async with self.group.unit() as (unit, its):
            who = await self._here(unit, its, "officer")
            numbers = {one.slug: one.id for one in await seats(unit, its.id)}
            before = await session(unit, its, who[2], meeting_id, self.group.clock.now)
            there = {one.seat_id: one for one in await tabled_returns(unit, its, who[2], before)}
            for key, level in levels.items():
                one = there[numbers[key]]
                leads = self.group.ids["awp" if key == "gwh" else "chair"]
                sent = Sent(one.return_id, 0, one.version, leads, Proposed(dict(level), WHY))
                kept[key] = (await decide(unit, *who, meeting_id, sent, self.group.clock.now)).id
        return kept

    async def states(self) -> Counter:
        """How many loops stand in which state."""
        async with self.group.unit() as (unit, its):
            return Counter(one.state for one in await loops_of_request(unit, its.id, self.request_id))

    async def concerns(self, meeting_id: int) -> Counter:
        """How many concerns of each sort a meeting established."""
        async with self.group.unit() as (unit, its):
            pack = await pack_of(unit, its)
            its_session = await session(unit, its, pack, meeting_id, self.group.clock.now)
            return Counter(one.sort for one in await concerns_of(unit, its, pack, its_session))

    async def reports(self, meeting_id: int) -> Highlights:
        """The morning after: agencies see their sentences, the chair approves, and the document is as frozen."""
        group = self.group
        await self.on(group.clock.now.date() + timedelta(days=1), 10)
        draft = draft_of(group, "officer")
        shown = (await group.press("officer", draft, "Show the agencies"))["value"] if agencies_in(draft) else draft
        assert "can approve it now" in words(shown) or "It can be approved from" in words(shown)
        await self.on(group.clock.now.date() + timedelta(days=7))
        row = (await reports_of(group))[-1]
        data = {"p": group.partnership_id, "report": row.id}
        ready = (await group.execute("chair", "report.open", data))["value"]
        final = (await group.press("chair", ready, "Approve"))["value"]
        assert "Approved: Highlight report" in words(final)
        _, content = await handed(group, "chair", self.drive)
        row = (await reports_of(group))[-1]
        assert row.meeting_id == meeting_id and row.state == "approved"
        return assert_matches(await group.pack(), content, row.figures, await labels_of(group))

    async def frozen(self, meeting_id: int) -> list[tuple]:
        """Everything that a closed meeting recorded, as it stands in the database now."""
        async with self.group.unit() as (unit, its):
            rows = await decisions_of_meeting(unit, its.id, meeting_id)
            levels = await assessments_of_returns(unit, its.id, [one.return_id for one in rows])
            mine = {one.id for one in rows}
            return [tuple(one.model_dump().items()) for one in rows] + [
                tuple(one.model_dump().items()) for one in levels if one.decision_id in mine
            ]

    async def unbroken(self) -> bool:
        async with self.group.unit() as (unit, its):
            return await first_broken_entry(unit, its.id) is None


def every(level: str, *who: str, dimension: str = "dissemination") -> dict[str, dict[str, str]]:
    return {key: {dimension: level} for key in who}


def both(first: str, second: str, *who: str) -> dict[str, dict[str, str]]:
    return {key: {"dissemination": first, "impact": second} for key in who}


@pytest.mark.slow
async def test_swindon_through_four_quarters_with_thirteen_seats(database_url, tmp_path):
    """Deliver 1-4: B8-B12, scenarios 5-7, 12, 16 over a whole year; what is frozen stays as it was."""
    async with a_group(database_url, tmp_path) as group, a_drive() as drive:
        request = await a_request(group, *SEATS)
        for day in (MARCH, JUNE, SEPTEMBER, NEXT):
            await the_meeting(group, day)
        year = Year(group, request.id, drive)
        high = ("awp", "gwh", "camhs", "adult-social-care", "education")

        # The first quarter: ten answer, one of them late; three are silent; a wrong assessment is undone.
        said = dict.fromkeys(high, "high") | {
            "bsw-icb": "medium", "childrens-social-care": "medium", "early-years": "low", "housing": "not_relevant",
        }  # fmt: skip
        await answers(group, request.id, said)
        await year.on(date(2026, 12, 7))
        await answers(group, request.id, {"cgl": "high"})
        december = await year.meets(DECEMBER, ("awp", "housing", "police"))
        await year.decides(december, every("high", *high, "cgl"))
        wrong = (await year.decides(december, every("high", "bsw-icb")))["bsw-icb"]
        async with group.unit() as (unit, its):
            await undo(unit, *(await year._here(unit, its, "chair")), wrong, group.clock.now)
        await year.decides(
            december,
            every("medium", "bsw-icb", "childrens-social-care") | every("low", "early-years")
            | every("not_relevant", "housing"),
        )  # fmt: skip
        await close_meeting(group, december)
        assert (await returns_for(group, request.id, "cgl"))[0].late
        assert await year.states() == {"moderated": 6, "requested": 6, "not_relevant": 1}
        assert await year.concerns(december) == {"no_response": 3, "medium": 2, "weak": 1}
        frozen = {december: await year.frozen(december)}
        told = [await year.reports(december)]

        # The second quarter: impact opens by itself; the meeting is without the police, and confirmed by circulation.
        await year.on(date(2027, 2, 2))
        assert {key: len((await standing_of(group, request.id, key))[2]) for key in ("awp", "housing")} == {
            "awp": 2, "housing": 2
        }  # fmt: skip
        assert (await returns_for(group, request.id, "awp"))[1].dimensions == ["impact"]
        assert (await returns_for(group, request.id, "early-years"))[1].dimensions == ["dissemination", "impact"]
        assert len(await returns_for(group, request.id, "housing")) == 1, "not relevant is not asked again"
        answering = [key for key in SEATS if key not in ("housing", "eiycf")]
        await answers(group, request.id, dict.fromkeys(answering, "high"))
        march = await year.meets(MARCH, ("awp", "housing"))
        first = [*high, "cgl"]
        again = [key for key in answering if key not in first]
        await year.decides(march, every("high", *first, dimension="impact") | both("high", "medium", *again))
        await close_meeting(group, march)
        before = await year.states()
        assert before["assured"] == 0 and before["returned"] == 11, "outcomes and closures wait"
        assert "provisional: no Police representative" in words(came_to(group))
        group.clock.move(days=4)
        async with group.unit() as (unit, its):
            chair = await year._here(unit, its, "chair")
            police, today = group.ids["police"], group.clock.now.date()
            await record_agreement(unit, *chair, march, "police", police, today, group.clock.now)
            await confirm(unit, *chair, march, group.clock.now)
        await group.settle()
        assert await year.states() == {"assured": 6, "requested": 6, "not_relevant": 1}
        assert await year.concerns(march) == {"no_response": 1, "medium": 5}
        frozen[march] = await year.frozen(march)
        told.append(await year.reports(march))

        # The third quarter: who was at Medium answers again; one that never answered is found unable.
        await year.on(date(2027, 5, 4))
        await answers(group, request.id, dict.fromkeys(again, "high"))
        june = await year.meets(JUNE, ("awp", "housing", "police"))
        await year.decides(june, every("high", *again[:4], dimension="impact"))
        await year.decides(june, every("low", *again[4:], dimension="impact") | both("unable", "unable", "eiycf"))
        await close_meeting(group, june)
        assert await year.states() == {"assured": 10, "requested": 1, "not_relevant": 1, "unable": 1}
        assert await year.concerns(june) == {"weak": 1 + 2}, "one Low, and unable in both dimensions"
        assert "we will stop asking" in words(group.card("eiycf"))
        frozen[june] = await year.frozen(june)
        told.append(await year.reports(june))

        # The fourth quarter: the last one is assured, and the chair closes the item.
        await answers(group, request.id, dict.fromkeys(again[4:], "high"))
        september = await year.meets(SEPTEMBER, ("awp", "housing", "police"))
        await year.decides(september, every("high", *again[4:], dimension="impact"))
        await close_meeting(group, september)
        assert await year.states() == {"assured": 11, "not_relevant": 1, "unable": 1}
        assert await year.concerns(september) == {}
        proposal = group.card("chair")
        assert buttons(proposal) == ["Close it"] and "Assured\neleven" in facts_of(proposal)
        await group.press("chair", proposal, "Close it")
        told.append(await year.reports(september))
        assert [Counter(one.sort for one in each.flags) for each in told] == [
            {"no_response": 3, "medium": 2, "low_none_unable": 1},
            {"no_response": 1, "medium": 5, "positive_impact": 6},
            {"positive_impact": 4, "low_none_unable": 2},
            {"positive_impact": 1},
        ]
        assert [each.decisions for each in told] == ["final", "confirmed", "final", "final"]
        assert [one.gap for one in told] == [(), ("police",), (), ()]

        assert {key: await year.frozen(key) for key in frozen} == frozen, "what a closed meeting recorded stays"
        assert await year.unbroken()
        async with group.unit() as (unit, its):
            rows = await returns_of_request(unit, its.id, request.id)
            assert all(one.settled_at for one in rows), "nothing is left on the table"
            assert [one.on for one in await meetings_from(unit, its.id, "ldg", SEPTEMBER)] == [NEXT]


def agencies_in(card) -> bool:
    return "Show the agencies" in buttons(card)


def facts_of(card) -> str:
    pairs = [one for part in card["body"] for one in part.get("facts", [])]
    return "\n".join(f"{one['title']}\n{one['value']}" for one in pairs)
