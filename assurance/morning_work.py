"""The morning page's parts about the officer's own work: deliveries, meetings, summaries, drafts, who is away."""

from __future__ import annotations

from datetime import datetime, timedelta

from assurance.calendar import local_day
from assurance.dates import count_words, day_words, listing
from assurance.deliveries import count_open
from assurance.highlights import called as report_called
from assurance.highlights import every_report
from assurance.lateness import LATE, waits
from assurance.learning_draft import resumable
from assurance.meetings import SCHEDULED, MeetingRow, meetings_view
from assurance.morning_parts import Morning, Section, Way, section
from assurance.people_view import UNNAMED
from assurance.person_names import names
from assurance.summaries import DRAFT, SUMMARY, called
from storage.chasers import away_on
from storage.queues import waiting_in
from storage.reports import reports


async def deliveries_open(m: Morning) -> Section | None:
    """What Teams did not confirm, what it refused and nobody has looked at yet, and whether cards have stopped."""
    unsure, refused = await count_open(m.unit, m.partnership.id)
    said = {
        f"{count_words(unsure).capitalize()} not confirmed by Teams: please look whether it is there": unsure,
        f"{count_words(refused).capitalize()} refused by Teams": refused,
    }
    lines = [line for line, number in said.items() if number]
    waited = waits(await waiting_in(m.unit, m.partnership.id, m.now), {m.partnership.id: m.pack}, m.now)
    if (longest := waited.get(m.partnership.slug, timedelta())) > LATE:
        minutes = round(longest.total_seconds() / 60)
        lines.append(f"Cards have waited for {minutes} minutes to go out: please tell whoever runs this service")
    return section("deliveries", "Deliveries to look at", lines, [Way("word", "Deliveries", word="deliveries")])


async def meetings_unfinished(m: Morning) -> Section | None:
    """Meetings whose day has come and about which something is still to be done (E5, E6)."""
    view = await meetings_view(m.unit, m.actor, m.partnership, m.pack, m.now)
    lines = [f"{day_words(one.on)}: {_still(one)}" for one in view.unfinished]
    ways = [Way("meeting", f"Meeting of {day_words(one.on)}", one.meeting_id) for one in view.unfinished]
    return section("meetings", "Meetings to finish", lines, ways)


def _still(row: MeetingRow) -> str:
    """What is still to be done about one meeting, in words."""
    if row.state == SCHEDULED:
        return "not closed yet"
    if row.minutes_shared_on is None:
        by = f", due by {day_words(row.minutes_by)}" if row.minutes_by else ""
        return f"the minutes have not been shared{by}"
    return f"the recording is to be deleted on {day_words(row.recording_by)}" if row.recording_by else "not finished"


async def summaries_waiting(m: Morning) -> Section | None:
    """Quarterly summaries and reports that nobody has approved yet (B15, F1)."""
    rows = await reports(m.unit, m.partnership.id, SUMMARY)
    waiting = [(one, called(m.pack, one, meeting)) for one, meeting in rows if one.state == DRAFT]
    lines = [f"The summary of {name}, drafted on {_day(one.drafted_at, m)}" for one, name in waiting]
    ways = [Way("summary", f"Summary of {name}", one.id) for one, name in waiting]
    for one, meeting in await every_report(m.unit, m.partnership, m.pack):
        if one.state == DRAFT:
            name = report_called(m.pack, one, meeting)
            lines.append(f"{name}, drafted on {_day(one.drafted_at, m)}")
            ways.append(Way("report", name, one.id))
    return section("summaries", "Waiting for approval", lines, ways)


async def drafts_begun(m: Morning) -> Section | None:
    """Learning that was begun and not issued."""
    begun = await resumable(m.unit, m.actor, m.partnership)
    lines = [f"{one.title}, saved on {_day(one.saved_at, m)}" for one in begun]
    return section("drafts", "Begun and not issued", lines, [Way("word", "Drafts", word="drafts")])


async def absent(m: Morning) -> Section | None:
    """Who is away today, for which agency, until when, and who stands in."""
    away = await away_on(m.unit, m.partnership.id, m.today)
    stands_in = {one.stands_in_for: one.person_id for one in m.held if one.stands_in_for in away}
    called = await names(m.unit, m.partnership.id, {*away, *stands_in.values()}) if away else {}
    labels = {one.seat_id: one.label for one in m.known}
    lines = []
    for person_id, last in sorted(away.items(), key=lambda one: (one[1], called.get(one[0], ""))):
        on = [labels[one.seat_id] for one in m.held if one.person_id == person_id and one.seat_id in labels]
        place = f" ({listing(list(dict.fromkeys(on)))})" if on else ""
        line = f"{called.get(person_id, UNNAMED)}{place} until {day_words(last)}"
        deputy = called.get(stands_in.get(person_id, 0))
        lines.append(f"{line}; {deputy} stands in" if deputy else line)
    return section("absent", "Away today", lines, [Way("word", "People", word="people")])


def _day(at: datetime, m: Morning) -> str:
    return day_words(local_day(at, m.pack.timezone))
