"""The imitated Teams in a process of its own: it counts what arrives, and fails as often as it is told."""

from __future__ import annotations

import asyncio
import gc
import random
import time
from collections import Counter, deque
from contextvars import ContextVar
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Self

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from tests.connector import Refuses, Teams, _drop
from tests.connector_rules import PER_CONVERSATION, PER_TENANT, Limits
from tests.teams_world import Json, Person, Posted

SAFE = ("429 with a wait", "429", "412")
BEFORE = ("5xx, not stored", "408, not stored", "reset, not stored")
AFTER = ("5xx, stored", "answer lost, stored", "no answer, stored")
"""What can go wrong: nothing is stored and the bot may try again; or the bot cannot know, since either may be so."""


@dataclass(frozen=True)
class World:
    """Who is in Teams, how slow it is, and which part of what is sent fails; of that, which part ambiguously.

    `silence` is longer than the bot waits for an answer. Times are in seconds.
    """

    people: tuple[Person, ...]
    failing: float = 0.0
    ambiguous: float = 0.6
    latency: float = 0.0
    silence: float = 4.0
    seed: int = 1


@dataclass(frozen=True)
class Arrival:
    """When a call arrived: after `after`, and not later than `by`, when it was noticed. Seconds of one clock.

    On a busy machine this process may run late, and notice at once what had come one by one.
    """

    after: float
    by: float


ARRIVED: ContextVar[Arrival] = ContextVar("arrived")


class Watched(Limits):
    """Teams's limits, as the sliding windows of what arrives, and how often one was certainly broken.

    Of earlier calls those are counted that cannot have arrived before the window.
    """

    def __init__(self, windows: tuple[tuple[int, int], ...]) -> None:
        super().__init__(windows, time.monotonic)
        self.broken = 0

    def wait_for(self, key: str) -> float:
        now, seen = ARRIVED.get(), self._seen[key]
        while seen and seen[0] <= now.by - self._windows[-1][0]:
            seen.popleft()
        for seconds, calls in self._windows:
            recent = [after for after in seen if after > now.by - seconds]
            if len(recent) >= calls:
                self.broken += 1
                return recent[-calls] + seconds - now.by
        seen.append(now.after)
        return 0.0


class Watch:
    """Tells when each request's first bytes arrived, by when the loop last looked for any and when it saw them.

    What comes while the loop is at work on one look is seen at the next, so it came after the one before. A new
    connection's first bytes may lie there for a few looks more, until the connection itself is looked at.
    """

    def __init__(self) -> None:
        self._looks: deque[float] = deque([time.monotonic()] * 2, maxlen=6)
        self._first: dict[int, Arrival] = {}
        self._known: set[int] = set()

    def install(self) -> None:
        """Watch this process's loop and every connection to its server."""
        selector: Any = asyncio.get_running_loop()._selector  # type: ignore[attr-defined]
        select, received, lost = selector.select, RequestHandler.data_received, RequestHandler.connection_lost

        def look(timeout: float | None = None) -> Any:
            self._looks.append(time.monotonic())
            return select(timeout)

        def data_received(handler: RequestHandler[Any], data: bytes) -> None:
            looked = self._looks[-2 if id(handler) in self._known else 0]
            self._known.add(id(handler))
            self._first.setdefault(id(handler), Arrival(looked, time.monotonic()))
            received(handler, data)

        def connection_lost(handler: RequestHandler[Any], error: BaseException | None) -> None:
            self._known.discard(id(handler))
            self._first.pop(id(handler), None)
            lost(handler, error)

        selector.select = look
        RequestHandler.data_received = data_received  # type: ignore[method-assign]
        RequestHandler.connection_lost = connection_lost  # type: ignore[method-assign]

    def of(self, request: web.Request) -> Arrival:
        """When this request arrived."""
        now = time.monotonic()
        return self._first.pop(id(request.protocol), Arrival(now, now))

    def forget(self, request: web.Request) -> None:
        """The whole request is there: what comes next on its connection is another."""
        self._first.pop(id(request.protocol), None)


class StormyTeams(Teams):
    """The imitation, with limits that are watched and faults that come by chance.

    A message's summary says of which notice it is the card.
    """

    def __init__(self, world: World) -> None:
        super().__init__(list(world.people), limits=True)
        self.world = world
        self._by_conversation: Watched = Watched(PER_CONVERSATION)
        self._by_tenant: Watched = Watched(PER_TENANT)
        self._chance = random.Random(world.seed)
        self._standing: dict[str, Posted] = {}
        self.faults: Counter[str] = Counter()
        self.ambiguous_posts = 0
        self.watch = Watch()
        self.arrivals: list[Arrival] = []
        self.posted: Counter[str] = Counter()
        self.replaced: Counter[str] = Counter()

    async def __aenter__(self) -> Self:
        for person in self.people:
            self.personal[self.chat_with(person)] = person
        self.watch.install()
        return await super().__aenter__()

    def _guarded(self, handler: Any) -> Any:
        inner = super()._guarded(handler)

        async def noted(request: web.Request) -> web.StreamResponse:
            arrived = self.watch.of(request)
            ARRIVED.set(arrived)
            self.arrivals.append(arrived)
            self.calls.clear()
            await request.read()
            self.watch.forget(request)
            answer: web.StreamResponse = await inner(request)
            return answer

        return noted

    async def _open(self, request: web.Request) -> web.StreamResponse:
        fault = await self._struck(request)
        answer = await super()._open(request)
        await self._answer_lost(request, fault)
        return answer

    async def _post(self, request: web.Request) -> web.StreamResponse:
        conversation_id = self._place(request)
        activity = await self._accepted(request, conversation_id)
        fault = await self._struck(request, posting=True)
        identity = str(next(self._numbers))
        self._standing[identity] = Posted(identity, conversation_id, None, [])
        self.posted[_key_in(activity)] += 1
        await self._answer_lost(request, fault)
        return web.json_response({"id": identity}, status=201)

    async def _update(self, request: web.Request) -> web.StreamResponse:
        activity = await self._accepted(request, self._place(request))
        if request.match_info["activity"] not in self._standing:
            raise Refuses(404, "ActivityNotFoundInConversation")
        fault = await self._struck(request)
        self.replaced[_key_in(activity)] += 1
        await self._answer_lost(request, fault)
        return web.json_response({"id": request.match_info["activity"]})

    async def _struck(self, request: web.Request, *, posting: bool = False) -> str:
        """What goes wrong, by chance: what leaves nothing stored goes wrong here, the rest in `_answer_lost`."""
        if self.world.latency:
            await asyncio.sleep(self.world.latency)
        if self._chance.random() >= self.world.failing:
            return ""
        ambiguous = self._chance.random() < self.world.ambiguous
        kind = self._chance.choice((*BEFORE, *AFTER) if ambiguous else SAFE)
        self.faults[kind] += 1
        self.ambiguous_posts += ambiguous and posting
        if kind in SAFE:
            raise Refuses(412 if kind == "412" else 429, "Chance", retry_after="1" if "wait" in kind else None)
        if kind == "reset, not stored":
            _drop(request)
        if kind in BEFORE:
            raise Refuses(408 if "408" in kind else self._chance.choice((500, 502, 503, 504)), "Chance")
        return kind

    async def _answer_lost(self, request: web.Request, fault: str) -> None:
        if fault == "5xx, stored":
            raise Refuses(503, "Chance")
        if fault == "no answer, stored":
            await asyncio.sleep(self.world.silence)
        if fault:
            _drop(request)

    def report(self) -> Json:
        """Everything that was counted. `tightest`: the shortest time in which 51 calls may have arrived."""
        spans = [late.by - early.after for early, late in zip(self.arrivals, self.arrivals[50:], strict=False)]
        return {
            "faults": dict(self.faults), "ambiguous": self.ambiguous_posts, "calls": len(self.arrivals),
            "broken": self._by_tenant.broken + self._by_conversation.broken, "tightest": min(spans, default=0.0),
            "first": min((one.by for one in self.arrivals), default=0.0),
            "last": max((one.by for one in self.arrivals), default=0.0),
            "posted": dict(self.posted), "replaced": dict(self.replaced),
        }  # fmt: skip


def _key_in(activity: Json) -> str:
    """The notice's key; before it may stand the partnership's name, for people of several."""
    return str(activity["summary"]).rpartition(" ")[2]


def teams_process(world: World, pipe: Connection) -> None:
    """Run it until told "stop": says its address, and answers "report" and "count"."""
    asyncio.run(_serve(world, pipe))


async def _serve(world: World, pipe: Connection) -> None:
    done = asyncio.Event()
    async with StormyTeams(world) as teams:
        gc.freeze()
        gc.disable()  # a pause for collecting would make arrivals look closer together than they were

        def asked() -> None:
            try:
                word = pipe.recv() if pipe.poll() else "stop"
            except EOFError:  # whoever asks is gone
                word = "stop"
            if word == "stop":
                done.set()
            else:
                pipe.send(teams.report() if word == "report" else teams.posted.total())

        asyncio.get_running_loop().add_reader(pipe.fileno(), asked)
        pipe.send(teams.url)
        await done.wait()
