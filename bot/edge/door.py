"""The HTTP door: takes what Teams sends, refuses what is not that, and answers in time. Never a 500."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import orjson
from aiohttp import web
from multidict import CIMultiDict, CIMultiDictProxy

from assurance.lines import lines
from bot.edge.adapter import TeamsAdapter, replace_pressed
from bot.edge.answers import Answer, Fail, Say, ShowCard
from bot.edge.gate import Gate
from bot.edge.incoming import Incoming, Json, Malformed, Press, press_by_message, read_incoming
from bot.edge.invoke import FILE_TAKEN, OnPress, reply_to
from bot.edge.mishap import apology, note_mishap
from bot.edge.outcomes import Refused, TryLater, Unsure
from bot.edge.visit import BY_STATUS, Seen, ended, let_in, no_one, visiting

OnActivity = Callable[[Incoming], Awaitable[Answer | None]]
Ready = Callable[[], Awaitable[str | None]]
Worries = Callable[[], Sequence[str]]

BODY_LIMIT: Final = 256 * 1024
DEPTH_LIMIT: Final = 64
ANSWER_WITHIN: Final = 9.0
ARRIVE_WITHIN: Final = 9.0
"""So many seconds may a request take to arrive, once its headers are here."""
_log = lines("bot.edge")
_UTF8: Final = frozenset({"utf-8", "utf8"})
_USUAL: Final = frozenset({"application/json", "application/json; charset=utf-8"})
_JSON: Final = CIMultiDictProxy(CIMultiDict({"Content-Type": "application/json; charset=utf-8"}))
_KNOWN: Final = frozenset(
    {
        "command",
        "commandResult",
        "contactRelationUpdate",
        "conversationUpdate",
        "endOfConversation",
        "event",
        "handoff",
        "installationUpdate",
        "message",
        "messageDelete",
        "messageReaction",
        "messageUpdate",
        "suggestion",
        "trace",
        "typing",
    }
)


class _Turned(Exception):
    """A request that is turned away, with its status and a short sentence."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


class Door:
    """What happens to one POST to /api/messages. `deadline` and `arrive_within` are in seconds."""

    def __init__(
        self,
        *,
        gate: Gate,
        adapter: TeamsAdapter,
        on_invoke: OnPress,
        on_activity: OnActivity,
        deadline: float,
        arrive_within: float,
        seen: Seen,
    ) -> None:
        self._gate = gate
        self._seen = seen
        self._adapter = adapter
        self._on_invoke = on_invoke
        self._on_activity = on_activity
        self._deadline = deadline
        self._arrive_within = arrive_within
        self._turns: set[asyncio.Task[None]] = set()

    async def receive(self, request: web.Request) -> web.Response:
        """Answers one request: 2xx once it is let in and understood, else 400, 401, 403, 408, 413, 415, 501 or 503."""
        with visiting(request.headers, self._seen):
            answer = await self._received(request)
            if answer.status >= 400:
                ended(BY_STATUS.get(answer.status, "malformed"))
            return answer

    async def _received(self, request: web.Request) -> web.Response:
        try:
            activity = _parsed(await self._body(request))
            kind = activity.get("type")
            if type(kind) is not str or not kind:
                raise _Turned(400, '"type" is missing or is not text.')
            refusal = await self._gate.admit(request.headers, activity, request.remote or "")
            if refusal is not None:
                raise _Turned(refusal.status, refusal.why)
            let_in(kind if kind in _KNOWN or kind == "invoke" else "unknown", activity.get("id"))
            if kind == "invoke":
                status, body = await reply_to(activity, self._on_invoke, self._deadline)
                return web.Response(status=status, body=body, headers=_JSON)
            if kind not in _KNOWN:
                ended("unknown")
                return web.Response(status=202)
            return await self._listen(read_incoming(activity))
        except Malformed as error:
            return _said(400, str(error))
        except _Turned as turned:
            return _said(turned.status, turned.why)
        except web.HTTPRequestEntityTooLarge:
            return _said(413, f"The request is larger than {BODY_LIMIT // 1024} KB.")

    async def _body(self, request: web.Request) -> bytes:
        """What was sent, once its kind and size are right; it may not dribble in for ever."""
        try:
            async with asyncio.timeout(self._arrive_within):
                return await _body(request)
        except TimeoutError:
            raise _Turned(408, "The request took too long to arrive.") from None

    async def close(self) -> None:
        """Waits for the turns that were still going on when their requests were answered."""
        if self._turns:
            await asyncio.wait(self._turns, timeout=self._deadline)

    async def _listen(self, incoming: Incoming) -> web.Response:
        press = press_by_message(incoming)
        turn = asyncio.create_task(self._turn(incoming, press))
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)
        done, _ = await asyncio.wait({turn}, timeout=self._deadline)
        return web.Response(status=200 if done else 202)

    async def _turn(self, incoming: Incoming, press: Press | None) -> None:
        try:
            await self._adapter.take_turn(incoming, lambda: self._answer(incoming, press))
        except (Refused, TryLater, Unsure) as why:  # a reply that could not be posted: nobody is there to be told
            ended("failed")
            _log.warning("A reply could not be posted", kind=incoming.kind, why=type(why).__name__)
        except Exception as error:
            ended("failed")
            note_mishap("A turn", error, kind=incoming.kind)

    async def _answer(self, incoming: Incoming, press: Press | None) -> Answer | None:
        try:
            if press is None or press.verb == FILE_TAKEN:
                return await self._on_activity(incoming)
            answer = await self._on_invoke(press)
        except Exception as error:  # whatever failed, the person reads a sentence with its reference
            ended("failed")
            reference = note_mishap("An activity", error, kind=incoming.kind)
            return Say(apology(reference)) if incoming.kind == "message" else None
        own = incoming.conversation.kind == "personal" and incoming.reply_to_id
        if isinstance(answer, ShowCard) and own:
            await replace_pressed(self._adapter, incoming, answer)
            return None
        return Say(answer.text) if isinstance(answer, Fail) else answer


def make_app(
    *,
    gate: Gate,
    adapter: TeamsAdapter,
    on_invoke: OnPress,
    on_activity: OnActivity,
    ready: Ready,
    deadline: float = ANSWER_WITHIN,
    arrive_within: float = ARRIVE_WITHIN,
    worries: Worries = tuple,
    seen: Seen = no_one,
) -> web.Application:
    """The web application: POST /api/messages, GET /healthz and GET /readyz.

    `ready` gives None, or the sentence that says what is not ready yet; `worries` what does not go well though it is
    ready. `seen` hears how each request ended.
    """
    door = Door(
        gate=gate, adapter=adapter, on_invoke=on_invoke, on_activity=on_activity, deadline=deadline,
        arrive_within=arrive_within, seen=seen,
    )  # fmt: skip

    async def closing(_: web.Application) -> None:
        await door.close()

    app = web.Application(client_max_size=BODY_LIMIT)
    app.router.add_post("/api/messages", door.receive)
    app.on_shutdown.append(closing)
    add_health(app, ready, worries)
    return app


def add_health(app: web.Application, ready: Ready, worries: Worries) -> None:
    """Add GET /healthz and GET /readyz to an application, as `make_app` says."""

    async def healthz(_: web.Request) -> web.Response:
        return _body_of(200, {"status": "alive"})

    async def readyz(_: web.Request) -> web.Response:
        try:
            why = await ready()
        except Exception as error:  # not being able to tell is not being ready
            why = f"Not ready, and the check itself failed: reference {note_mishap('The check', error)}."
        if why is not None:
            return _body_of(503, {"status": why})
        wrong = list(worries())
        return _body_of(200, {"status": "ready"} | ({"worries": wrong} if wrong else {}))

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)


async def _body(request: web.Request) -> bytes:
    if request.headers.get("Content-Type") not in _USUAL and not _is_json(request):
        raise _Turned(415, "Please send application/json in UTF-8.")
    if "Content-Encoding" in request.headers:
        raise _Turned(415, "Please send the request uncompressed.")
    length = request.content_length
    if length is not None and length > BODY_LIMIT:
        raise _Turned(413, f"The request is larger than {BODY_LIMIT // 1024} KB.")
    return await request.read()


def _is_json(request: web.Request) -> bool:
    return request.content_type == "application/json" and (request.charset or "utf-8").lower() in _UTF8


def _parsed(body: bytes) -> Json:
    try:
        activity = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise _Turned(400, "This is not JSON.") from None
    if type(activity) is not dict:
        raise _Turned(400, "This is not a JSON object.")
    if body.count(b"{") + body.count(b"[") > DEPTH_LIMIT and _too_deep(activity):
        raise _Turned(400, f"This is nested more than {DEPTH_LIMIT} levels deep.")
    return activity


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEPTH_LIMIT):
        below: list[Any] = []
        for one in level:
            if type(one) is dict:
                below.extend(one.values())
            elif type(one) is list:
                below.extend(one)
        if not below:
            return False
        level = below
    return True


def _said(status: int, why: str) -> web.Response:
    answer = _body_of(status, {"error": why})
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _body_of(status: int, body: dict[str, Any]) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), headers=_JSON)
