"""A financial year of one partnership, played by its clock: people answer or do not, and everything sent is noted.

Nothing goes over HTTP: a stand-in for the courier draws each card as the real one would, and settles its notice.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from assurance.actors import Actor, actor_numbered
from assurance.answer_form import asked_in
from assurance.answering import Submission, answer
from assurance.beats import look, next_look
from assurance.dates import day_words, time_words
from assurance.foreseeing import Foreseen, described, due_at
from assurance.hours import last_send_moment, may_send
from assurance.issuing import Addressee, NewRequest, Timing, issue, working_days
from assurance.outstanding import outstanding
from assurance.pack import Pack
from assurance.packing import pack_of
from assurance.refusals import Refusal
from assurance.timing import MeetingDay, by_clock, ways
from bot.edge.adapter import TeamsAdapter
from bot.edge.connector import Connector
from bot.house import House
from bot.running import prepare
from bot.settings import Settings
from bot.tables import Desk
from bot.wiring import notices
from storage.asks import Meeting, meetings_from
from storage.notices import Notice, notices_owed
from storage.partnerships import Partnership, every_partnership, partnerships_to_look_at, seats
from storage.people import Holding, Person, PersonName
from storage.unit import Store, Unit

TENANT = "00000000-0000-4000-8000-00000000000a"
GUEST = "Teams does not let me write to this person: a guest."


@dataclass
class Year:
    """One partnership with its people, and the day on which its clock stands."""

    house: House
    day: date
    pack: Pack
    number: int
    officer: Actor
    who: dict[str, int] = field(default_factory=dict)
    """The people's numbers, by the key of their seat."""
    seat_ids: dict[str, int] = field(default_factory=dict)
    unreached: set[int] = field(default_factory=set)
    now: datetime = datetime(2026, 4, 1, tzinfo=UTC)

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[tuple[Unit, Partnership]]:
        """One transaction, with the partnership."""
        async with self.house.open_unit() as unit:
            yield unit, (await every_partnership(unit))[0]

    async def issue(self, title: str, kind: str = "assurance", *, due_on: date | None = None, which: int = 0) -> None:
        """Issue an item to every returning seat: due as the pack has it (`which` of its ways), or on a day."""
        async with self.unit() as (unit, its):
            today = self.day
            held = await meetings_from(unit, its.id, self.pack.groups[0].key, today)
            coming = [MeetingDay(one.id, one.on) for one in held if one.opens_round]
            timing = self._timing(kind, due_on, coming, which)
            asked = tuple(Addressee(seat_id=one.id) for one in await seats(unit, its.id) if one.returns)
            learning = {"title": title, "key_messages": "Ask who else visits the home.", "handling": "staff"}
            await issue(
                unit, self.officer, its, self.pack, NewRequest(kind, title, asked, timing, learning=learning), self.now
            )

    def _timing(self, kind: str, due_on: date | None, coming: Sequence[MeetingDay], which: int) -> Timing:
        working = working_days(self.pack)
        if due_on is not None:
            meeting = next((one for one in coming if one.on >= due_on), None)
            return Timing(due_on, meeting.meeting_id if meeting else None, "short_notice")
        own = by_clock(self.pack.kind(kind).clock, self.pack, working, self.day)
        return own.timing() if own else ways(self.pack, working, self.day, coming)[which].timing()

    async def answer(self, key: str, return_id: int, said: str = "Shared at two meetings and in supervision.") -> None:
        """Somebody answers everything that is asked of their seat in one return."""
        async with self.unit() as (unit, its):
            asked = await asked_in(unit, its.id, return_id)
            actor = await actor_numbered(unit, its.id, self.who[key], self.day)
            assert actor is not None
            values = {}
            for question in asked.shown.form.questions:
                if question.key in asked.due and question.required:
                    values[question.key] = {
                        "rating": "medium", "yes_no": "yes", "text": said,
                    }[question.type]  # fmt: skip
            sent = Submission(return_id, asked.row.version_number, values)
            await answer(unit, actor, its, self.pack, sent, self.now)

    async def owing(self) -> list[tuple[str, int, str, date]]:
        """What is owed today: the seat's key, the return, the item's title, and the due day."""
        keys = {number: key for key, number in self.seat_ids.items()}
        async with self.unit() as (unit, its):
            return [
                (keys[one.seat_id or 0], one.return_id, one.title, one.due_on)
                for one in await outstanding(unit, its, self.pack)
            ]

    async def carry(self) -> None:
        """Deliver everything that may go out now, as the courier would: drawn now, and settled."""
        async with self.unit() as (unit, its):
            for one in await notices_owed(unit, its.id, self.now):
                if one.keeps_hours and not may_send(self.pack, self.now):
                    continue
                desk = Desk(self.house, its, self.pack, self.now, public=one.channel_id is not None)
                try:
                    card = await notices()[one.kind](unit, desk, one)
                except Refusal as refusal:
                    card, one.reason = None, refusal.text
                one.state = "delivered" if card is not None else "skipped"
                one.activity_id = f"17{one.id}" if card is not None else None
                if one.person_id in self.unreached:
                    one.state, one.reason = "refused", GUEST
                one.settled_at = self.now

    def at(self, moment: time) -> None:
        """Stand the clock on a time of the day."""
        self.now = datetime.combine(self.day, moment, tzinfo=ZoneInfo(self.pack.timezone)).astimezone(UTC)

    async def beats_until(self, moment: time | None) -> list[tuple[datetime, Foreseen]]:
        """Let the clock beat at each moment at which it has a reason to look, up to a time of the day (None: its end).

        Gives every message of its own that these beats owed, as `due` would describe it.
        """
        zone = ZoneInfo(self.pack.timezone)
        end = datetime.combine(self.day, moment or time.max, tzinfo=zone).astimezone(UTC)
        owed: list[tuple[datetime, Foreseen]] = []
        while self.now < end:
            async with self.house.open_unit() as unit:
                waiting = await partnerships_to_look_at(unit, self.now)
                before = await unit.one(select(Notice.id).order_by(col(Notice.id).desc())) or 0
            done = sum([await look(self.house.open_unit, number, newest, self.now) for number, newest in waiting])
            if done:
                owed += await self._owed_since(before)
                await self.carry()
            if not waiting:
                self.now = min(end, next_look(self.pack, self.now))
        return owed

    async def _owed_since(self, number: int) -> list[tuple[datetime, Foreseen]]:
        async with self.unit() as (unit, its):
            rows = await unit.all(select(Notice).where(Notice.id > number).order_by(col(Notice.id)))
            own = [one for one in rows if one.replaces_id is None and one.address is None]
            return [(self.now, (await described(unit, its, self.pack, [one], self.now))[0]) for one in own]

    async def foreseen(self) -> list[Foreseen]:
        """What `due` says of today, as it is asked before the first beat of the day's hours."""
        last = last_send_moment(self.pack, self.day + timedelta(days=1))
        at = last if last.astimezone(ZoneInfo(self.pack.timezone)).date() == self.day else self.now
        [found] = await due_at(self.house.open_unit, at)
        return list(found.messages)


@asynccontextmanager
async def a_year(
    url: str, data_dir: Path, slug: str, first: date, meetings: Sequence[date], *, anew: bool = True
) -> AsyncIterator[Year]:
    """A partnership on the first day of its year: a person on each seat, an officer, and the year's meetings.

    Where it is not begun `anew` this is a restart on what the database holds.
    """
    settings = Settings(data_dir=data_dir, database_url=url, packs=(slug,), app_id="bot", app_tenant_id=TENANT)
    store = Store(url)
    async with Connector(practice=True) as connector:
        house = House(store, TeamsAdapter(connector), settings, lambda: datetime.combine(first, time(8), tzinfo=UTC))
        try:
            await prepare(house)
            async with house.open_unit() as unit:
                its = (await every_partnership(unit))[0]
                year = Year(house, first, await pack_of(unit, its), its.id, Actor(its.id, 0, frozenset(), frozenset()))
                if anew:
                    await _settle_in(unit, its, year)
                for on in meetings:
                    unit.add(Meeting(partnership_id=its.id, group_key=year.pack.groups[0].key, on=on))
            yield year
        finally:
            await store.close()


async def _settle_in(unit: Unit, its: Partnership, year: Year) -> None:
    its.channel_id, its.channel_name = "19:channel", "General"
    officer = await _person(unit, its, "Officer")
    unit.add(Holding(partnership_id=its.id, person_id=officer, role="officer", title="Officer"))
    year.officer = Actor(its.id, officer, frozenset(), frozenset({"officer"}))
    for seat in await seats(unit, its.id):
        if seat.returns:
            year.seat_ids[seat.slug] = seat.id
            year.who[seat.slug] = await _person(unit, its, seat.slug)
            unit.add(Holding(partnership_id=its.id, person_id=year.who[seat.slug], seat_id=seat.id))


async def _person(unit: Unit, its: Partnership, key: str) -> int:
    one = await unit.save(Person(partnership_id=its.id, tenant_id=TENANT, object_id=f"o-{key}", in_team=True))
    name = key.replace("-", " ").replace("_", " ").title()
    unit.add(PersonName(person_id=one.id, partnership_id=its.id, name=name))
    return one.id


Act = Callable[[Year], Awaitable[str]]
"""What somebody does on a morning; gives a line that says so."""


def lines_of(day: date, acts: Sequence[str], sent: Sequence[tuple[datetime, Foreseen]], zone: str) -> list[str]:
    """A day as the snapshot shows it: what people did, then what the clock sent, alike messages on one line."""
    together: dict[tuple[str, str, str], list[str]] = {}
    for at, one in sent:
        together.setdefault((time_words(at, zone), one.what, one.why), []).append(one.place or one.to)
    said = [f"    {act}" for act in acts]
    for (at, what, why), to in together.items():
        said.append(f"  {at}  {what}{', ' if why else ''}{why}: {', '.join(sorted(to))}")
    return [f"{day_words(day)}", *said] if said else []
