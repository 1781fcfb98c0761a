"""A whole group at work: the bot over real HTTP, the imitated Teams, and Swindon's people on their seats."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from assurance.pack import read_shipped
from assurance.packing import pack_of, read_pack
from assurance.reach import DOOR
from bot.courier import Courier
from bot.edge.answers import CONSENT_TYPE
from bot.edge.gate import Gate
from bot.house import House
from bot.running import running
from bot.settings import Settings
from storage.partnerships import Partnership, every_partnership, seats
from storage.people import Holding, PersonName
from storage.people import Person as PersonRow
from storage.unit import Unit
from tests import inbound
from tests.cards_schema import assert_valid
from tests.connector import BOT, TENANT, Person, Teams
from tests.pictures.keep import keep_each
from tests.read_back import assert_read_back
from tests.teams_world import Json, Posted

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""Where the tests' clock stands unless moved: a Monday, 5 wd after the clocks went back."""


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = MONDAY

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        """Move on by days, hours or minutes."""
        self.now += timedelta(**by)

    def to(self, year: int, month: int, day: int, hour: int = 10) -> None:
        """Move to a moment, in UTC."""
        self.now = datetime(year, month, day, hour, tzinfo=UTC)


@dataclass
class Group:
    """The group and its bot. People are found by what they are: a seat's key, "officer", "chair"."""

    teams: Teams
    house: House
    courier: Courier
    clock: Clock
    url: str
    people: dict[str, Person]
    partnership_id: int
    http: aiohttp.ClientSession
    ids: dict[str, int] = field(default_factory=dict)
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    headers: Callable[[], Mapping[str, str]] = inbound.headers
    """What lets a request in: those of the TestGate, unless another gate stands there."""
    _looked_at: dict[str, int] = field(default_factory=dict)

    async def send(self, activity: Json) -> tuple[int, Any]:
        """Post one activity to the bot; gives the status and the body."""
        return await self.send_bytes(json.dumps(activity).encode(), self.headers())

    async def send_bytes(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        """Post anything at all to the bot's door; gives the status and the body."""
        asked = asyncio.create_task(self._sent(body, headers))
        waking = asyncio.create_task(self.woken.wait())
        try:
            await asyncio.wait({asked, waking}, return_when=asyncio.FIRST_COMPLETED)
            while not asked.done():  # a press may wait for the courier to open conversations, which posts nothing
                await self.courier.deliver_due([DOOR])
                await asyncio.wait({asked}, timeout=0.02)
            return await asked
        finally:
            waking.cancel()
            self.woken.clear()

    async def _sent(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, Any]:
        async with self.http.post(f"{self.url}/api/messages", data=body, headers=headers) as answer:
            said = await answer.json() if "json" in answer.content_type else await answer.text()
            return answer.status, said

    async def settle(self) -> None:
        """Let what goes on in the background end, and the courier deliver everything that may go out now."""
        await self.house.errands.done()
        while await self.courier.deliver_due():
            pass
        for post in self.teams.posts():
            for version in post.versions[self._looked_at.get(post.id, 0) :]:
                assert_read_back(version.get("attachments", []))
            self._looked_at[post.id] = len(post.versions)

    async def say(self, who: str, text: str, *, in_channel: bool = False, at_once: bool = False) -> Json:
        """Type something to the bot, and read the card or text that it answers with (`{"text": …}`).

        Whatever else is on its way goes out first, since an answer would go before it; not where it is said `at_once`.
        """
        if not at_once:
            await self.settle()
        person = self.people[who]
        where: dict[str, Any] = {"team": self.teams.team} if in_channel else {}
        before = len(self.teams.posts())
        self.teams.personal.setdefault(self.teams.chat_with(person), person)
        status, _ = await self.send(inbound.message(person, text, self.teams.url, **where))
        assert status in (200, 202), status
        await self.settle()
        fresh = self.teams.posts()[before:]
        assert fresh, f"nothing was answered to {text!r}"
        return read(fresh[-1])

    def chat(self, who: str) -> list[Posted]:
        """What stands in somebody's 1:1 chat with the bot."""
        return self.teams.posts(self.teams.chat_with(self.people[who]))

    def channel(self) -> list[Posted]:
        """What stands in the group's channel."""
        return self.teams.posts(self.teams.team.id)

    def card(self, who: str, index: int = -1) -> Json:
        """A card in somebody's 1:1 chat, as it stands now: the last one unless told."""
        return self.teams.card(self.teams.chat_with(self.people[who]), index)

    async def press(
        self,
        who: str,
        card: Json,
        title: str,
        inputs: Mapping[str, str] | None = None,
        *,
        on: str = "",
        in_channel: bool = False,
    ) -> Json:
        """Press the button with this title as a client would: with the card's inputs, some filled in.

        Gives the reply's body, whose type was checked; a card in it was held against the official schema.
        `inputs` are found by their id, or by the end of it after the last full stop.
        """
        action = button(card, title)
        data = dict(action.get("data", {}))
        if action.get("associatedInputs") != "none":
            data |= filled(card, inputs or {})
        else:
            assert not inputs, f"{title} takes no inputs"
        return await self.execute(who, action["verb"], data, on=on, in_channel=in_channel)

    async def execute(
        self,
        who: str,
        verb: str,
        data: Json,
        *,
        on: str = "",
        in_channel: bool = False,
        activity_id: str = "",
        automatic: bool = False,
    ) -> Json:
        """Send an Action.Execute of any content, as anybody on the wire could; gives the reply's body."""
        where: dict[str, Any] = {"team": self.teams.team} if in_channel else {}
        build = inbound.refresh if automatic else inbound.press
        activity = build(self.people[who], verb, data, self.teams.url, on=on, **where)
        if activity_id:
            activity["id"] = activity_id
        status, body = await self.send(activity)
        assert status == 200, (status, body)
        if body["type"].endswith("card.adaptive"):
            assert_valid(body["value"])
            assert_read_back(body["value"])
            keep_each(body["value"])
        await self.settle()
        return dict(body)

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[tuple[Unit, Partnership]]:
        """A look into the database, in one transaction."""
        async with self.house.open_unit() as unit:
            its = (await every_partnership(unit))[0]
            yield unit, its

    async def pack(self) -> Any:
        """The partnership's pack."""
        async with self.unit() as (unit, its):
            return await pack_of(unit, its)


def read(post: Posted) -> Json:
    """The card of a post as it stands now, or its text; of an offered file its name."""
    activity = post.versions[-1]
    for attachment in activity.get("attachments", []):
        if attachment["contentType"] == CONSENT_TYPE:
            return {"text": attachment["name"]}
        assert_valid(attachment["content"])
        assert_read_back(attachment["content"])
        return dict(attachment["content"])
    return {"text": activity.get("text", "")}


def walk(part: Any) -> Iterator[Json]:
    """Every object within a card, outermost first; fallbacks are left out."""
    if isinstance(part, dict):
        yield part
        for key, value in part.items():
            if key != "fallback":
                yield from walk(value)
    elif isinstance(part, list):
        for one in part:
            yield from walk(one)


def words(card: Json) -> str:
    """Everything that a card says, in order, as a person would read it (joiners and escapes taken out)."""
    said = []
    for part in walk(card):
        for key in ("text", "label", "title", "value", "placeholder"):
            if isinstance(part.get(key), str):
                said.append(part[key])
        said += [str(one) for one in part.get("inlines", []) if isinstance(one, str)]
    return "\n".join(said).replace("\u2060", "").replace("\\", "")


def buttons(card: Json) -> list[str]:
    """The titles of every button that sends something."""
    return [one["title"] for one in walk(card) if one.get("type") == "Action.Execute"]


def button(card: Json, title: str) -> Json:
    """The button with this title."""
    for one in walk(card):
        if one.get("type") == "Action.Execute" and one.get("title") == title:
            return one
    raise AssertionError(f"no button {title!r}; there are {buttons(card)}")


def inputs(card: Json) -> dict[str, Json]:
    """Every input of a card by its id."""
    return {one["id"]: one for one in walk(card) if str(one.get("type", "")).startswith("Input.")}


def filled(card: Json, values: Mapping[str, str]) -> Json:
    """What a client would send: each input's own value, some replaced; refuses what a client would refuse."""
    known = inputs(card)
    sent = {key: one.get("value", "") for key, one in known.items()}
    for name, value in values.items():
        matches = [key for key in known if key == name or key.rpartition(".")[2] == name]
        assert len(matches) == 1, f"{name!r} names {matches or 'no input'} among {sorted(known)}"
        sent[matches[0]] = value
    for key, one in known.items():
        assert sent[key] or not one.get("isRequired"), f"the client would not send: {one.get('errorMessage')}"
    return sent


def people_of_swindon() -> dict[str, Person]:
    """An officer, a chair on no seat, a lead, and one person a seat, by the seat's key."""
    pack = read_pack(read_shipped("swindon"))
    found = {}
    for position, key in enumerate(["officer", "chair", "ld_lead", *(seat.key for seat in pack.seats)]):
        name = key.replace("_", " ").replace("-", " ").title()
        found[key] = Person(
            name=name, teams_id=f"29:{key}", object_id=f"{position:08d}-0000-4000-8000-000000000000",
            email=f"{key}@example.org",
        )  # fmt: skip
    return found


@asynccontextmanager
async def a_group(
    database_url: str,
    data_dir: Path,
    *,
    people: dict[str, Person] | None = None,
    bound: bool = True,
    seated: bool = True,
    clock: Clock | None = None,
    packs: tuple[str, ...] = ("swindon",),
    limits: bool = False,
    gate: Callable[[str], Gate] | None = None,
) -> AsyncIterator[Group]:
    """The service on a database, with its people. `bound`: its team is known; `seated`: people sit on their seats.

    `gate` makes the gate from the address of the imitated Teams; without one it is the TestGate.

    Opening it a second time on the same database is a restart.
    """
    clock = clock or Clock()
    cast = people or people_of_swindon()
    async with Teams(list(cast.values()), limits=limits) as teams:
        settings = Settings(
            data_dir=data_dir, database_url=database_url, packs=packs, app_id="bot", app_tenant_id=TENANT
        )
        opened = running(
            settings, clock=clock, gate=gate(teams.url) if gate else inbound.TestGate(), loopback=True, by_hand=True,
            paced=limits,
        )  # fmt: skip
        async with opened as (house, app, courier), aiohttp.ClientSession() as http:
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, auto_decompress=False)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            group = Group(teams, house, courier, clock, url, cast, 0, http)
            house.wake = group.woken.set
            await _settle_in(group, bound=bound, seated=seated)
            try:
                yield group
            finally:
                await runner.cleanup()


async def _settle_in(group: Group, *, bound: bool, seated: bool) -> None:
    async with group.unit() as (unit, its):
        group.partnership_id = its.id
        if bound:
            its.team_id, its.channel_id = group.teams.team.id, group.teams.team.id
            its.team_name, its.service_url = group.teams.team.name, group.teams.url
            its.tenant_id, its.bot_id = TENANT, BOT
        existing = {seat.slug: seat for seat in await seats(unit, its.id)}
        from storage.people import people as known_people

        there = {row.object_id: row.id for row, _ in await known_people(unit, its.id)}
        for key, person in group.people.items():
            if person.object_id in there:
                group.ids[key] = there[person.object_id]
                continue
            row = await unit.save(
                PersonRow(
                    partnership_id=its.id, tenant_id=TENANT, object_id=person.object_id, teams_id=person.teams_id,
                    guest=person.guest, in_team=True,
                )
            )  # fmt: skip
            group.ids[key] = row.id
            unit.add(PersonName(person_id=row.id, partnership_id=its.id, name=person.name, email=person.email))
            if key in ("officer", "chair", "ld_lead"):
                unit.add(Holding(partnership_id=its.id, person_id=row.id, role=key, title=person.name))
            elif seated and key in existing:
                unit.add(Holding(partnership_id=its.id, person_id=row.id, seat_id=existing[key].id))
