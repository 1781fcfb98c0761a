"""Calls to the Bot connector of Teams, over one shared session. Nothing here is repeated by itself."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

import aiohttp
import orjson
from yarl import URL

from bot.edge.addresses import ServiceHosts, host_of, is_loopback, origin_of
from bot.edge.outcomes import Refused, TryLater, Unsure, reason

Json = dict[str, Any]
Token = Callable[[], Awaitable[str | None]]

PATIENCE: Final = aiohttp.ClientTimeout(total=30, connect=10, sock_connect=5, sock_read=20)
PAGE_SIZE: Final = 500
_PAGES_AT_MOST: Final = 100
_STRANGE: Final = "The address of this conversation is none of Teams's own, so nothing was sent there."
_UNSURE: Final = "Teams did not confirm it in time, so it may or may not have arrived."


leaving: ContextVar[Callable[[], None] | None] = ContextVar("leaving", default=None)
"""What wants to know the moment at which a request with a body leaves, such as whoever counts them."""


async def _leaves(*_: object) -> None:
    if (tell := leaving.get()) is not None:
        tell()


async def no_token() -> str | None:
    """The token of practice mode: none."""
    return None


class Connector:
    """The Bot connector. Use it as `async with Connector(...) as connector`.

    Every call may raise TryLater (nothing was done), Unsure (it may have been) or Refused (it never will).
    `token` gives the bearer token. Only the service addresses that `hosts` know are called, so that no token goes to
    a stranger; `practice` adds this machine, also by plain http.
    """

    def __init__(
        self,
        token: Token = no_token,
        *,
        practice: bool = False,
        hosts: ServiceHosts | None = None,
        patience: aiohttp.ClientTimeout = PATIENCE,
        at_once: int = 100,
    ) -> None:
        self._token = token
        self._practice = practice
        self._hosts = hosts or ServiceHosts()
        self._patience = patience
        self._at_once = at_once
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        trace = aiohttp.TraceConfig()
        trace.on_request_chunk_sent.append(_leaves)
        self._session = aiohttp.ClientSession(
            trace_configs=[trace],
            connector=aiohttp.TCPConnector(limit=self._at_once),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=self._patience,
            headers={"User-Agent": "LearningLoop", "Accept": "application/json"},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    @property
    def practice(self) -> bool:
        """Whether plain http to this machine is allowed, as in practice and tests."""
        return self._practice

    async def post(self, service_url: str, conversation_id: str, activity: Json, reply_to: str | None = None) -> str:
        """Posts an activity and returns its id. Posting twice shows it twice."""
        path = ["v3", "conversations", conversation_id, "activities"]
        if reply_to:
            path.append(reply_to)
        return _id_in(await self._call("POST", service_url, path, activity))

    async def update(self, service_url: str, conversation_id: str, activity_id: str, activity: Json) -> None:
        """Puts another content in the place of a posted activity. May be repeated."""
        path = ["v3", "conversations", conversation_id, "activities", activity_id]
        await self._call("PUT", service_url, path, activity)

    async def delete(self, service_url: str, conversation_id: str, activity_id: str) -> None:
        """Takes a posted activity back."""
        path = ["v3", "conversations", conversation_id, "activities", activity_id]
        await self._call("DELETE", service_url, path)

    async def open_personal(self, service_url: str, bot_id: str, tenant_id: str, user_id: str) -> str:
        """The id of the 1:1 conversation with a person. Posts nothing and may be repeated."""
        body = {
            "bot": {"id": bot_id},
            "members": [{"id": user_id}],
            "isGroup": False,
            "tenantId": tenant_id,
            "channelData": {"tenant": {"id": tenant_id}},
        }
        return _id_in(await self._call("POST", service_url, ["v3", "conversations"], body))

    async def members(self, service_url: str, conversation_id: str) -> list[Json]:
        """Everyone in a team or conversation, as Teams describes them (id, aadObjectId, name, email…)."""
        people: list[Json] = []
        token = ""
        for _ in range(_PAGES_AT_MOST):
            query = {"pageSize": str(PAGE_SIZE)} | ({"continuationToken": token} if token else {})
            path = ["v3", "conversations", conversation_id, "pagedmembers"]
            page = await self._call("GET", service_url, path, query=query)
            people += _objects(page, "members")
            following = str(page.get("continuationToken") or "")
            if not following or following == token:
                break
            token = following
        return people

    async def member(self, service_url: str, conversation_id: str, user_id: str) -> Json:
        """One member of a team or conversation, by Teams id or Entra object id."""
        path = ["v3", "conversations", conversation_id, "members", user_id]
        return await self._call("GET", service_url, path)

    async def team_details(self, service_url: str, team_id: str) -> Json:
        """A team's name, Entra group id and numbers."""
        return await self._call("GET", service_url, ["v3", "teams", team_id])

    async def channels(self, service_url: str, team_id: str) -> list[Json]:
        """The channels of a team; the General channel comes without a name."""
        answer = await self._call("GET", service_url, ["v3", "teams", team_id, "conversations"])
        return _objects(answer, "conversations")

    async def _call(
        self,
        method: str,
        service_url: str,
        path: list[str],
        body: Json | None = None,
        query: dict[str, str] | None = None,
    ) -> Json:
        if self._session is None:
            raise RuntimeError("the connector is not open")
        place = "".join("/" + quote(part, safe="") for part in path)
        url = URL(self._base(service_url) + place, encoded=True)
        if query:
            url = url.with_query(query)
        headers = {}
        if body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
        if token := await self._token():
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else orjson.dumps(body)
        try:
            async with self._session.request(
                method, url, data=data, headers=headers, allow_redirects=False
            ) as response:
                content = await response.read()
                return _outcome(response.status, response.headers.get("Retry-After"), content)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise TryLater(None, "Teams could not be reached.") from error
        except aiohttp.InvalidURL as error:
            raise _bad_address() from error
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unsure(_UNSURE) from error

    def _base(self, service_url: str) -> str:
        """The address without its last slash. Raises Refused where it is malformed, or none that we trust."""
        if origin_of(service_url) is None:
            raise _bad_address()
        here = self._practice and is_loopback(host_of(service_url))
        if not here and not self._hosts.know(service_url):
            raise Refused(400, "StrangeServiceUrl", _STRANGE)
        return service_url.rstrip("/")


def seconds_in(retry_after: str | None, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for (a number or a date), or None."""
    if not retry_after:
        return None
    try:
        seconds = float(retry_after)
    except ValueError:
        try:
            moment = parsedate_to_datetime(retry_after)
        except ValueError:
            return None
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _outcome(status: int, retry_after: str | None, content: bytes) -> Json:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return _parsed(content)
    if status in (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.TOO_MANY_REQUESTS):
        too_fast = status == HTTPStatus.TOO_MANY_REQUESTS
        raise TryLater(seconds_in(retry_after, datetime.now(UTC)), too_fast=too_fast)
    if status == HTTPStatus.REQUEST_TIMEOUT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Unsure(_UNSURE)
    error = _parsed(content).get("error")
    code = error.get("code") if isinstance(error, dict) else None
    hint = code[:100] if isinstance(code, str) else ""
    raise Refused(status, hint, reason(status, hint))


def _parsed(content: bytes) -> Json:
    try:
        value = orjson.loads(content)
    except orjson.JSONDecodeError:
        return {}
    return value if isinstance(value, dict) else {}


def _id_in(answer: Json) -> str:
    identity = answer.get("id")
    if not isinstance(identity, str) or not identity:
        raise Unsure("Teams took it but did not say where it stands.")
    return identity


def _objects(answer: Json, key: str) -> list[Json]:
    found = answer.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _bad_address() -> Refused:
    return Refused(400, "BadServiceUrl", "The address that Teams gave for this conversation cannot be used.")
