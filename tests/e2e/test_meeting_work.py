"""What the officer does around a meeting, reminded of once each; and the meeting in everybody's calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from storage.asks import meeting_on
from storage.notices import notices_about, notices_to
from tests.drive import a_drive, takes
from tests.e2e.test_practice import a_practice_group
from tests.group import Clock, a_group, buttons, people_of_swindon, read, words
from tests.issuing import a_meeting, card_in
from tests.meetings import DECEMBER, about, beaten, closed, moved, opened_by, the_meeting


async def test_solihulls_papers_and_minutes_are_reminded_of_once_each_and_noted(database_url, tmp_path):
    """Scenario 18: papers 5 wd before, minutes 14 days after; to officers alone, each step once."""
    async with a_group(database_url, tmp_path, packs=("solihull",)) as group:
        held = await a_meeting(group, DECEMBER)
        seen = []
        for day in (30, 1, 2, 3, 4, 9):
            group.clock.to(2026, 11 if day == 30 else 12, day)
            await beaten(group)
            await beaten(group)
            seen.append(len(about(group, "officer", "Papers due")))
        assert seen == [0, 1, 1, 2, 2, 2]
        assert "are to go out by Thursday 3 December 2026" in words(about(group, "officer", "Papers due")[0])
        group.clock.to(2026, 12, 10, hour=16)
        await closed(group)
        group.clock.to(2026, 12, 22)
        await beaten(group)
        await beaten(group)
        [card] = about(group, "officer", "Minutes due")
        assert "to be shared by Thursday 24 December 2026" in words(card)
        wrong = card_in(await group.press("officer", card, "Minutes were shared", {"shared_on": "2026-12-01"}))
        assert "since the meeting, up to today" in words(wrong)
        noted = card_in(await group.press("officer", wrong, "Minutes were shared", {"shared_on": "2026-12-21"}))
        assert "the minutes were shared on Monday 21 December 2026" in words(noted)
        again = card_in(await group.press("officer", card, "Minutes were shared"))
        assert "Monday 21 December 2026" in words(again), "noted once; a second press changes nothing"
        group.clock.to(2026, 12, 24)
        await beaten(group)
        assert len(about(group, "officer", "Minutes due")) == 1, "it was done, so nothing more is owed"
        assert all(not about(group, who, "due") for who in ("chair", "police", "housing"))
        async with group.unit() as (unit, its):
            owed = await notices_about(unit, its.id, f"meeting:{held}")
            assert owed and all(one.keeps_hours and one.person_id == group.ids["officer"] for one in owed)


async def test_on_a_bank_holiday_the_officer_is_reminded_of_nothing_new(sqlite_url, tmp_path):
    """Scenario 10, the officer's half: a bank holiday is skipped, and uses nothing up."""
    async with a_group(sqlite_url, tmp_path, packs=("solihull",)) as group:
        await a_meeting(group, date(2027, 1, 7))
        seen = []
        for day in (23, 24, 25, 26, 28, 29, 30):
            group.clock.to(2026, 12, day)
            await beaten(group)
            seen.append(len(about(group, "officer", "Papers due")))
        assert seen == [0, 1, 1, 1, 1, 1, 2]


async def test_swindon_is_reminded_of_the_recording_alone_ten_working_days_after_the_minutes_were_shared(
    database_url, tmp_path
):
    """Scenario 18, E6, framework 4.24: the clock starts when the minutes are shared, not at the meeting."""
    async with a_group(database_url, tmp_path) as group:
        await a_meeting(group, DECEMBER)
        for day in (1, 3, 7, 10):
            group.clock.to(2026, 12, day)
            await beaten(group)
        assert not about(group, "officer", "Papers") and not about(group, "officer", "Minutes due")
        group.clock.to(2026, 12, 10, hour=16)
        shown = await closed(group)
        assert "Minutes were shared" in buttons(shown)
        group.clock.to(2026, 12, 29)
        await beaten(group)
        assert not about(group, "officer", "Recording to be deleted"), "no minutes were shared yet"
        noted = card_in(await group.press("officer", shown, "Minutes were shared", {"shared_on": "2026-12-16"}))
        assert "Monday 4 January 2027" in words(noted)
        group.clock.to(2027, 1, 3)
        await beaten(group)
        assert not about(group, "officer", "Recording to be deleted\nThe recording of")
        group.clock.to(2027, 1, 4)
        await beaten(group)
        await beaten(group)
        [card] = about(group, "officer", "The recording of the meeting on Thursday 10 December 2026 is to be deleted")
        done = card_in(await group.press("officer", card, "Recording deleted"))
        assert "the recording was deleted on Monday 4 January 2027" in words(done)
        row = await the_meeting(group, DECEMBER)
        assert row.recording_deleted_on == date(2027, 1, 4)
        assert "To be finished" not in words(await group.say("officer", "meeting"))


async def test_after_a_pause_only_the_newest_reminder_goes_out_and_the_older_is_noted_as_skipped(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path, packs=("solihull",)) as group:
        held = await a_meeting(group, DECEMBER)
        group.clock.to(2026, 12, 3)
        await beaten(group)
        assert len(about(group, "officer", "Papers due")) == 1
        async with group.unit() as (unit, its):
            owed = [one for one in await notices_about(unit, its.id, f"meeting:{held}")]
        assert sorted(one.state for one in owed) == ["delivered", "skipped"]
        assert "newer" in next(one.reason for one in owed if one.state == "skipped")


async def test_a_moved_meetings_reminders_move_and_what_was_owed_for_the_old_day_is_not_sent(sqlite_url, tmp_path):
    """Reminders are derived: nothing needs to be moved, and a card whose day has changed is not drawn."""
    async with a_group(sqlite_url, tmp_path, packs=("solihull",)) as group:
        await a_meeting(group, DECEMBER)
        group.clock.to(2026, 12, 1)
        await beaten(group)
        await moved(group, date(2026, 12, 17))
        group.clock.to(2026, 12, 3)
        await beaten(group)
        assert len(about(group, "officer", "Papers due")) == 1
        group.clock.to(2026, 12, 8)
        await beaten(group)
        assert "by Thursday 10 December 2026" in words(about(group, "officer", "Papers due")[-1])


async def test_reviews_of_the_framework_are_told_of_in_one_message_and_once(database_url, tmp_path):
    """E12, framework 4.18: warn, never disable."""
    async with a_group(database_url, tmp_path) as group:
        group.clock.to(2026, 11, 2)
        for _ in range(2):
            await beaten(group)
        [card] = about(group, "officer", "Reviews of the framework")
        said = words(card)
        assert "Learning and Improvement Framework: due by Monday 30 November 2026" in said
        assert "Terms of Reference: was due by Friday 31 July 2026" in said
        assert "Everything goes on working meanwhile" in said
        group.clock.to(2026, 12, 1)
        await beaten(group)
        [late] = about(group, "officer", "Review of the framework")
        assert "was due by Monday 30 November 2026" in words(late) and "Terms of Reference" not in words(late)
        async with group.unit() as (unit, its):
            owed = await notices_to(unit, its.id, group.ids["officer"], ["remind_reviews"])
            assert len(owed) == 2 and all(one.keeps_hours for one in owed)
            assert not await notices_to(unit, its.id, group.ids["chair"], ["remind_reviews"])


async def test_a_member_takes_the_meetings_calendar_file_in_their_own_chat(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group, a_drive() as (url, kept):
        card = await group.say("officer", "meeting")
        typed = {"meeting_on": "2026-12-10", "meeting_at": "14:00", "meeting_place": "Civic Offices"}
        await group.press("officer", card, "Enter this meeting", typed)
        said = await group.press("gwh", await group.say("gwh", "meeting"), "Calendar file")
        assert "Press Allow there" in said["value"]
        (offer,) = group.chat("gwh")[-1].activity["attachments"]
        assert offer["name"] == "LDG-meeting-2026-12-10.ics"
        await takes(group, "gwh", offer, f"{url}/upload")
        content = kept["/upload"].decode()
        assert "DTSTART:20261210T140000Z\r\n" in content and "LOCATION:Civic Offices\r\n" in content
        assert "SEQUENCE:0\r\n" in content and "STATUS:CONFIRMED\r\n" in content
        assert "is in your OneDrive" in words(read(group.chat("gwh")[-1]))
        await moved(group, date(2026, 12, 17))
        await group.press("gwh", about(group, "gwh", "LDG meeting moved")[0], "Calendar file")
        await takes(group, "gwh", group.chat("gwh")[-1].activity["attachments"][0], f"{url}/again")
        later = kept["/again"].decode()
        assert "SEQUENCE:1\r\n" in later and "DTSTART:20261217T140000Z\r\n" in later
        uid = [line for line in content.split("\r\n") if line.startswith("UID")]
        assert uid == [line for line in later.split("\r\n") if line.startswith("UID")]


async def test_a_guest_is_told_where_the_calendar_file_lies(sqlite_url, tmp_path):
    people = people_of_swindon()
    people["police"] = replace(people["police"], guest=True)
    async with a_group(sqlite_url, tmp_path, people=people) as group:
        held = await a_meeting(group, DECEMBER)
        said = await group.execute("police", "meetings.calendar", {"p": group.partnership_id, "m": held})
        (path,) = (tmp_path / "exports" / "swindon").rglob("*.ics")
        assert path.name in said["value"] and str(path.parent) in said["value"]
        assert path.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")


async def test_in_practice_the_calendar_file_is_written_down(sqlite_url, tmp_path):
    async with a_practice_group(sqlite_url, tmp_path, Clock()) as group:
        await group.say("newcomer", "be officer")
        card = await group.say("newcomer", "meeting")
        opened = card_in(await group.press("newcomer", card, "Open"))
        said = await group.press("newcomer", opened, "Calendar file")
        assert "on the machine that runs me" in said["value"]
        assert list((tmp_path / "exports").rglob("*.ics"))


async def test_the_calendar_file_is_for_the_group_alone(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        held = await a_meeting(group, DECEMBER)
        async with group.unit() as (unit, its):
            from storage.people import all_holdings

            for one in await all_holdings(unit, its.id):
                if one.person_id == group.ids["housing"]:
                    one.ends_on = date(2026, 11, 1)
        data = {"p": group.partnership_id, "m": held}
        refused = await group.execute("housing", "meetings.calendar", data)
        assert "Only people of the group can see its meetings" in refused["value"]
        async with group.unit() as (unit, its):
            assert (await meeting_on(unit, its.id, "ldg", DECEMBER)).id == held


async def test_in_a_channel_nothing_of_a_meeting_is_opened(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        held = await a_meeting(group, DECEMBER)
        data = {"p": group.partnership_id, "m": held}
        said = await group.execute("gwh", "meetings.calendar", data, in_channel=True)
        assert "private chat" in said["value"]
        assert buttons(await opened_by(group, "officer"))
