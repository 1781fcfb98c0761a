"""`python -m bot due --at TIME`: what would be sent, to whom and why; nothing is sent and nothing stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from assurance.beats import beat
from assurance.foreseeing import due_at
from bot.due_command import due_lines, show_due
from tests.chasing import asked, beat_on, days_pass
from tests.e2e.test_every_button import everything_kept
from tests.group import a_group
from tests.issuing import a_meeting


async def lines(group, at: datetime) -> list[str]:
    """What would be sent; what officers are told of Swindon's own documents is left aside."""
    found = [
        replace(one, messages=tuple(message for message in one.messages if message.kind != "remind_reviews"))
        for one in await due_at(group.house.open_unit, at)
    ]
    return [line for one in found for line in due_lines(one)]


async def test_it_says_what_the_beat_then_owes_and_leaves_everything_as_it_was(database_url, tmp_path, capsys):
    async with a_group(database_url, tmp_path) as group:
        meeting = await a_meeting(group, date(2026, 12, 10))
        await asked(group, "gwh", "police", meeting=meeting)
        await asked(group, "gwh", meeting=meeting, title="Self-neglect audit")
        before = await everything_kept(group)
        assert await lines(group, datetime(2026, 11, 30, 10)) == [
            "Swindon Safeguarding Partnership, up to 10:00 on Monday 30 November 2026:",
            "  A reminder, to Gwh (GWH): Child F rapid review (two working days after the due day) "
            "and Self-neglect audit (two working days after the due day)",
            "  A reminder, to Police (Police): Child F rapid review (two working days after the due day)",
        ]
        assert await everything_kept(group) == before
        await days_pass(group, date(2026, 11, 29))
        before = await everything_kept(group)
        foreseen = await lines(group, datetime(2026, 11, 30, 10))
        assert await everything_kept(group) == before and len(foreseen) == 3
        assert await beat_on(group, 2026, 11, 30) == 2
        assert await lines(group, datetime(2026, 11, 30, 11)) == [
            "Swindon Safeguarding Partnership, up to 11:00 on Monday 30 November 2026:",
            "  Nothing would be sent.",
        ]
        assert await show_due(group.house.settings, datetime(2026, 12, 1, 12, tzinfo=UTC)) == 0
        assert "The list of whom to ring, to Officer (Support officer): Child F" in capsys.readouterr().out


async def test_what_would_have_gone_on_an_earlier_day_is_taken_as_gone(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await asked(group, "gwh")
        assert "A reminder, to Gwh" in (await lines(group, datetime(2026, 11, 19, 15)))[1]
        assert (await lines(group, datetime(2026, 11, 20, 11)))[1:] == ["  Nothing would be sent."]


async def test_what_is_owed_already_is_named_when_its_turn_comes(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        async with group.unit() as (_, its):
            its.starts_on = date(2026, 11, 16)
        await asked(group, "gwh")
        assert (await lines(group, datetime(2026, 11, 16, 9)))[1:] == ["  Nothing would be sent."]
        assert (await lines(group, datetime(2026, 11, 16, 10)))[1:] == [
            "  The request, to Gwh (GWH): Child F rapid review",
            "  The request, to the channel: Child F rapid review",
        ]


async def test_several_partnerships_are_told_one_after_the_other_each_in_its_own_time(database_url, tmp_path):
    async with a_group(database_url, tmp_path, packs=("swindon", "solihull")) as group:
        await asked(group, "gwh")
        await beat(group.house.open_unit, group.clock.now)
        heads = [one for one in await lines(group, datetime(2026, 11, 19, 15)) if not one.startswith(" ")]
        assert [head.partition(",")[0] for head in heads] == [
            "Swindon Safeguarding Partnership",
            "Solihull Safeguarding Children Partnership",
        ]
