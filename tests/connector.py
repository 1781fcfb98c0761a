"""A strict imitation of the Bot connector of Teams, over real HTTP on loopback.

It knows one tenant's people, one team with channels, and the 1:1 conversations that the bot opens. It stores
what is posted, enforces Teams's limits and refusals, and breaks on request (`next`).
"""

from __future__ import annotations

import asyncio
import itertools
import math
import time
from collections.abc import Callable, Sequence
from typing import Any, Self

import orjson
from aiohttp import web

from tests.connector_rules import CARD, PER_CONVERSATION, PER_TENANT, Limits, fault_in, too_large
from tests.pictures.keep import keep_each
from tests.teams_world import BOT, TENANT, Fault, FaultKind, Json, Person, Posted, Team

__all__ = ["BOT", "TENANT", "Json", "Person", "Team", "Teams"]


class Refuses(Exception):
    """An error answer of the connector."""

    def __init__(self, status: int, code: str, message: str = "", retry_after: str | None = None) -> None:
        super().__init__(message or code)
        self.status = status
        self.code = code
        self.retry_after = retry_after


class Teams:
    """The imitation. Use it as `async with Teams(people) as teams`, and give the bot `teams.url`."""

    def __init__(
        self,
        people: Sequence[Person] = (),
        *,
        team: Team | None = None,
        limits: bool = True,
        token: str | None = None,
        page_size: int = 500,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.people = list(people)
        self.team = team or Team()
        self.url = ""
        self.personal: dict[str, Person] = {}
        self.rosters: dict[str, list[Person]] = {}
        """Who is in a team, by the id of its general channel, where that is not everybody."""
        self.calls: list[tuple[str, str]] = []
        self._posts: list[Posted] = []
        self._faults: list[Fault] = []
        self._token = token
        self._page_size = page_size
        self._limited = limits
        self._by_conversation = Limits(PER_CONVERSATION, clock)
        self._by_tenant = Limits(PER_TENANT, clock)
        self._numbers = itertools.count(1_700_000_000_000)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        base = "/v3/conversations/{conversation}"
        app.router.add_post("/v3/conversations", self._guarded(self._open))
        app.router.add_post(f"{base}/activities", self._guarded(self._post))
        app.router.add_post(f"{base}/activities/{{activity}}", self._guarded(self._post))
        app.router.add_put(f"{base}/activities/{{activity}}", self._guarded(self._update))
        app.router.add_delete(f"{base}/activities/{{activity}}", self._guarded(self._delete))
        app.router.add_get(f"{base}/pagedmembers", self._guarded(self._paged_members))
        app.router.add_get(f"{base}/members/{{member}}", self._guarded(self._member))
        app.router.add_get("/v3/teams/{team}", self._guarded(self._team))
        app.router.add_get("/v3/teams/{team}/conversations", self._guarded(self._channels))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        for content in (version for post in self._posts for version in post.versions):
            for attachment in content.get("attachments", []):
                if attachment.get("contentType") == CARD:
                    keep_each(attachment["content"], content.get("summary", ""))

    def next(
        self,
        times: int,
        kind: FaultKind,
        *,
        status: int = 503,
        code: str = "",
        retry_after: str | None = None,
        seconds: float = 0.0,
        where: str = "",
    ) -> None:
        """The next `times` posts, updates and deletions fail: in one conversation, or, unless it is named, anywhere.

        "status" answers so and stores nothing; "reset" drops the connection and stores nothing; "lost"
        stores, then drops the connection; "delay" waits `seconds` before it does what was asked.
        """
        fault = Fault(kind, status=status, code=code, retry_after=retry_after, seconds=seconds, where=where)
        self._faults += [fault] * times

    def posts(self, conversation_id: str | None = None) -> list[Posted]:
        """What stands in a conversation now (in all of them if none is named), the oldest first."""
        return [
            one
            for one in self._posts
            if not one.deleted and (conversation_id is None or one.conversation_id == conversation_id)
        ]

    def card(self, conversation_id: str, index: int = -1) -> Json:
        """The card of one of the posts of a conversation, the last one unless told."""
        cards = [
            attachment["content"]
            for post in self.posts(conversation_id)
            for attachment in post.activity.get("attachments", [])
            if attachment["contentType"] == CARD
        ]
        card: Json = cards[index]
        return card

    def person(self, identity: str) -> Person | None:
        """The person with this name, Teams id or Entra object id."""
        return next((p for p in self.people if identity in (p.name, p.teams_id, p.object_id)), None)

    def chat_with(self, person: Person) -> str:
        """The id of the 1:1 conversation with a person, always the same."""
        return f"a:{person.object_id}"

    def _guarded(self, handler: Callable[[web.Request], Any]) -> Callable[[web.Request], Any]:
        async def answer(request: web.Request) -> web.StreamResponse:
            self.calls.append((request.method, request.path))
            try:
                if self._token and request.headers.get("Authorization") != f"Bearer {self._token}":
                    raise Refuses(401, "Unauthorized")
                if self._limited and (wait := self._by_tenant.wait_for(TENANT)) > 0:
                    raise Refuses(429, "TooManyRequests", retry_after=str(math.ceil(wait)))
                result: web.StreamResponse = await handler(request)
                return result
            except Refuses as refused:
                headers = {"Retry-After": refused.retry_after} if refused.retry_after else {}
                body = {"error": {"code": refused.code, "message": str(refused)}}
                return web.json_response(body, status=refused.status, headers=headers)

        return answer

    async def _open(self, request: web.Request) -> web.StreamResponse:
        body = await _json_of(request)
        unknown = set(body) - {
            "bot",
            "members",
            "isGroup",
            "tenantId",
            "channelData",
            "activity",
            "topicName",
        }
        members = body.get("members")
        if unknown or body.get("isGroup") is not False or not isinstance(members, list) or len(members) != 1:
            raise Refuses(400, "BadSyntax", f"A 1:1 conversation has one member; unknown: {sorted(unknown)}")
        if body.get("tenantId") != TENANT or body.get("channelData", {}).get("tenant", {}).get("id") != TENANT:
            raise Refuses(403, "BotNotRegisteredInTenant")
        person = self.person(str(members[0].get("id")))
        if person is None:
            raise Refuses(404, "UserNotFound")
        if not person.has_app or person.guest:
            raise Refuses(403, "BotNotInConversationRoster")
        conversation_id = self.chat_with(person)
        self.personal[conversation_id] = person
        return web.json_response({"id": conversation_id}, status=201)

    async def _post(self, request: web.Request) -> web.StreamResponse:
        conversation_id = self._place(request)
        reply_to = request.match_info.get("activity")
        activity = await self._accepted(request, conversation_id)
        fault = await self._strike(request)
        identity = str(next(self._numbers))
        self._posts.append(Posted(identity, conversation_id, reply_to, [activity]))
        self._lose(request, fault)
        return web.json_response({"id": identity}, status=201)

    async def _update(self, request: web.Request) -> web.StreamResponse:
        conversation_id = self._place(request)
        activity = await self._accepted(request, conversation_id)
        post = self._existing(request, conversation_id)
        if activity.get("id", post.id) != post.id:
            raise Refuses(400, "BadSyntax", "the id in the body is another activity's")
        fault = await self._strike(request)
        post.versions.append(activity)
        self._lose(request, fault)
        return web.json_response({"id": post.id})

    async def _delete(self, request: web.Request) -> web.StreamResponse:
        post = self._existing(request, self._place(request))
        fault = await self._strike(request)
        post.deleted = True
        self._lose(request, fault)
        return web.Response(status=200)

    async def _paged_members(self, request: web.Request) -> web.StreamResponse:
        people = self._roster(self._place(request))
        start = int(request.query.get("continuationToken", "0"))
        size = min(int(request.query.get("pageSize", "200")), self._page_size)
        page: Json = {"members": [self._described(one) for one in people[start : start + size]]}
        if start + size < len(people):
            page["continuationToken"] = str(start + size)
        return web.json_response(page)

    async def _member(self, request: web.Request) -> web.StreamResponse:
        person = self.person(request.match_info["member"])
        if person is None or person not in self._roster(self._place(request)):
            raise Refuses(404, "MemberNotFoundInConversation")
        return web.json_response(self._described(person))

    async def _team(self, request: web.Request) -> web.StreamResponse:
        self._own_team(request)
        body = {
            "id": self.team.id,
            "name": self.team.name,
            "aadGroupId": self.team.group_id,
            "memberCount": len(self.people),
            "channelCount": len(self.team.channels),
        }
        return web.json_response(body)

    async def _channels(self, request: web.Request) -> web.StreamResponse:
        self._own_team(request)
        found = [{"id": one} | ({"name": name} if name else {}) for one, name in self.team.channels.items()]
        return web.json_response({"conversations": found})

    def _own_team(self, request: web.Request) -> None:
        if request.match_info["team"] != self.team.id:
            raise Refuses(404, "ConversationNotFound")

    def _place(self, request: web.Request) -> str:
        conversation_id = request.match_info["conversation"]
        if conversation_id.split(";messageid=")[0] in self.team.channels:
            return conversation_id
        person = self.personal.get(conversation_id)
        if person is None:
            raise Refuses(404, "ConversationNotFound")
        if not person.has_app:
            raise Refuses(403, "BotNotInConversationRoster")
        if person.blocked and request.method == "POST":
            raise Refuses(403, "ConversationBlockedByUser")
        return conversation_id

    def _roster(self, conversation_id: str) -> list[Person]:
        person = self.personal.get(conversation_id)
        return self.rosters.get(conversation_id, self.people) if person is None else [person]

    def _described(self, person: Person) -> Json:
        return {
            "id": person.teams_id,
            "name": person.name,
            "aadObjectId": person.object_id,
            "objectId": person.object_id,
            "email": person.email,
            "userPrincipalName": person.email,
            "tenantId": TENANT,
            "userRole": "guest" if person.guest else "user",
        }

    def _existing(self, request: web.Request, conversation_id: str) -> Posted:
        identity = request.match_info["activity"]
        for post in self.posts(conversation_id):
            if post.id == identity:
                return post
        raise Refuses(404, "ActivityNotFoundInConversation")

    async def _accepted(self, request: web.Request, conversation_id: str) -> Json:
        activity = await _json_of(request)
        if too_large(activity):
            raise Refuses(413, "MessageSizeTooBig")
        if why := fault_in(activity, conversation_id, BOT):
            raise Refuses(400, "BadSyntax", why)
        if self._limited and (wait := self._by_conversation.wait_for(conversation_id)) > 0:
            raise Refuses(429, "TooManyRequests", retry_after=str(math.ceil(wait)))
        return activity

    async def _strike(self, request: web.Request) -> Fault | None:
        place = request.match_info["conversation"]
        fault = next((one for one in self._faults if one.where in ("", place)), None)
        if fault is None:
            return None
        self._faults.remove(fault)
        if fault.kind == "status":
            raise Refuses(fault.status, fault.code or "ServiceError", retry_after=fault.retry_after)
        if fault.kind == "reset":
            _drop(request)
            raise Refuses(503, "Dropped")
        if fault.kind == "delay":
            await asyncio.sleep(fault.seconds)
        return fault

    def _lose(self, request: web.Request, fault: Fault | None) -> None:
        if fault is not None and fault.kind == "lost":
            _drop(request)


def _drop(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _json_of(request: web.Request) -> Json:
    if request.content_type != "application/json":
        raise Refuses(415, "UnsupportedMediaType")
    try:
        body = orjson.loads(await request.read())
    except orjson.JSONDecodeError:
        raise Refuses(400, "BadSyntax", "not JSON") from None
    if not isinstance(body, dict):
        raise Refuses(400, "BadSyntax", "not an object")
    return body
