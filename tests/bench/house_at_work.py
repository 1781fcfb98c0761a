"""A house with Swindon's people on their seats and requests that wait for answers, for the benches."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from assurance.actors import Actor
from assurance.issuing import Addressee, NewRequest, Timing, issue
from assurance.packing import pack_of
from bot.edge.adapter import TeamsAdapter
from bot.edge.connector import Connector
from bot.edge.incoming import Caller, Conversation
from bot.edge.incoming import Press as Pressed
from bot.house import House
from bot.running import prepare
from bot.settings import Settings
from bot.talk import Talk
from bot.wiring import commands, presses
from storage.notices import Notice
from storage.partnerships import Partnership, Seat, partnership_named, seats
from storage.people import Address, Holding, Person, PersonName
from storage.unit import Store, Unit
from tests.connector import BOT, TENANT

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DUE = date(2026, 11, 26)
SERVICE = "https://smba.trafficmanager.net/uk/"
LEARNING = {
    "title": "Child F rapid review", "activity_type": "rapid_review",
    "findings": "Emergency attendances were not always followed up. " * 4,
    "key_messages": "Follow up every missed appointment. Ask who else lives in the home. " * 4,
    "audiences": "Wards, community midwifery and school nursing.", "handling": "staff",
}  # fmt: skip


@dataclass
class Place:
    """One seat, with the person on it."""

    seat: Seat
    person: Person


@dataclass
class AtWork:
    """The house, what answers presses in it, and everybody on their seats."""

    house: House
    talk: Talk
    partnership: Partnership
    officer: Actor
    places: list[Place]

    async def issue(self, unit: Unit, title: str) -> int:
        """Issue one request to every seat, as if its cards had been posted already; gives its number."""
        pack = await pack_of(unit, self.partnership)
        asked = tuple(Addressee(seat_id=one.seat.id, why="Seen in your cases.") for one in self.places)
        new = NewRequest("assurance", title, asked, Timing(DUE), "Why it matters here.", LEARNING)
        return (await issue(unit, self.officer, self.partnership, pack, new, NOW)).id

    def press(self, place: Place, verb: str, data: dict[str, object]) -> Pressed:
        """A press by the person on a seat, in their own chat."""
        chat = Conversation(f"a:{place.person.object_id}", "personal", "", "", TENANT, SERVICE, BOT)
        caller = Caller(TENANT, place.person.object_id or "", place.person.teams_id or "", place.seat.short)
        return Pressed(verb, data, "manual", "f:1", chat, caller, "1700", "en-GB")


def post(card: Notice) -> None:
    """Note that a card was posted."""
    card.state, card.activity_id, card.posted_in, card.settled_at = "delivered", f"17{card.id}", "a:1", NOW


@asynccontextmanager
async def at_work(url: str, data_dir: Path, *, slug: str = "swindon") -> AsyncIterator[AtWork]:
    """A house on a migrated, empty database."""
    settings = Settings(data_dir=data_dir, database_url=url, packs=(slug,), app_id="bot", app_tenant_id=TENANT)
    store = Store(url)
    async with Connector(practice=True) as connector:
        house = House(store, TeamsAdapter(connector), settings, lambda: NOW)
        try:
            await prepare(house)
            async with house.open_unit() as unit:
                its = await partnership_named(unit, slug)
                assert its is not None
                officer, places = await _settle_in(unit, its)
            yield AtWork(house, Talk(house, commands(), presses()), its, officer, places)
        finally:
            await store.close()


async def _settle_in(unit: Unit, its: Partnership) -> tuple[Actor, list[Place]]:
    its.team_id = its.channel_id = f"19:{its.slug}@thread.tacv2"
    its.service_url, its.tenant_id, its.bot_id = SERVICE, TENANT, BOT
    head = await _person(unit, its, "officer")
    unit.add(Holding(partnership_id=its.id, person_id=head.id, role="officer", title="Officer"))
    places = []
    for seat in await seats(unit, its.id):
        if seat.returns:
            one = await _person(unit, its, seat.slug)
            unit.add(Holding(partnership_id=its.id, person_id=one.id, seat_id=seat.id, title="Designated Nurse"))
            places.append(Place(seat, one))
    return Actor(its.id, head.id, frozenset(), frozenset({"officer"})), places


async def _person(unit: Unit, its: Partnership, key: str) -> Person:
    one = await unit.save(
        Person(
            partnership_id=its.id, tenant_id=TENANT, object_id=f"{its.slug}-{key}",
            teams_id=f"29:{its.slug}-{key}", in_team=True,
        )
    )  # fmt: skip
    unit.add(PersonName(person_id=one.id, partnership_id=its.id, name=key.title(), email=f"{key}@example.org"))
    unit.add(
        Address(partnership_id=its.id, person_id=one.id, conversation_id="a:1", service_url=SERVICE, reach="reachable")
    )
    return one
