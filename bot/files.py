"""Files in a 1:1 chat: those that people attach, and those that they take; Teams keeps them in OneDrive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from assurance.refusals import Refusal
from bot.edge.gate import is_loopback
from bot.edge.incoming import Incoming
from bot.house import House

MOST_BYTES: Final = 2 * 1024 * 1024
_KIND: Final = "application/vnd.microsoft.teams.file.download.info"
_HOSTS: Final = (
    ".sharepoint.com", ".sharepoint.us", ".sharepoint-mil.us", ".onedrive.com", ".1drv.com", ".1drv.ms",
    ".svc.ms",
)  # fmt: skip
_PATIENCE: Final = aiohttp.ClientTimeout(total=8, connect=4)
_SLOWEST: Final = 200_000
"""Bytes a second at which a file is still waited for."""
_NOT_PUT = "The file could not be put into your OneDrive. Please ask for it again."
_GONE = "I could not fetch that file any more. Please attach it again."
_TOO_LARGE = "That file is larger than 2 MB. Please take out what is not needed and attach it again."


@dataclass(frozen=True)
class SentFile:
    """A file that came with a message. Its address works for a few minutes and needs no password: keep it nowhere."""

    name: str
    url: str


def file_in(incoming: Incoming) -> SentFile | None:
    """The first file of a message, if there is one."""
    for one in incoming.attachments:
        url = one.content.get("downloadUrl")
        if one.content_type == _KIND and isinstance(url, str) and url:
            return SentFile(one.name, url)
    return None


async def fetch_file(house: House, url: str) -> bytes:
    """What a file holds. Call it with no transaction open.

    Only SharePoint's and OneDrive's own https addresses are asked (in practice and tests also this machine),
    and redirects are not followed, since the address came from outside. Raises Refusal with a sentence.
    """
    if not _may_be_asked(url, here=house.adapter.connector.practice):
        raise Refusal("I can only read files that were attached here in Teams. Please attach the file itself.")
    content = bytearray()
    try:
        async with (
            aiohttp.ClientSession(timeout=_PATIENCE, cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise Refusal(_GONE)
            async for part in answer.content.iter_chunked(64 * 1024):
                content += part
                if len(content) > MOST_BYTES:
                    raise Refusal(_TOO_LARGE)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise Refusal(_GONE) from error
    return bytes(content)


async def send_file(house: House, url: str, content: bytes) -> None:
    """Put a file where Teams told us that a person wants it. Call it with no transaction open.

    The same addresses are allowed as for `fetch_file`. Raises Refusal with a sentence.
    """
    if not _may_be_asked(url, here=house.adapter.connector.practice):
        raise Refusal(_NOT_PUT)
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Range": f"bytes 0-{len(content) - 1}/{len(content)}",
    }
    try:
        async with (
            aiohttp.ClientSession(timeout=_patience(len(content)), cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.put(url, data=content, headers=headers, allow_redirects=False) as answer,
        ):
            if answer.status not in (200, 201):
                raise Refusal(_NOT_PUT)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise Refusal(_NOT_PUT) from error


def _patience(size: int) -> aiohttp.ClientTimeout:
    """How long putting a file may take: longer for a large one."""
    return aiohttp.ClientTimeout(total=8 + size / _SLOWEST, connect=4)


def _may_be_asked(url: str, *, here: bool) -> bool:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return False
    if "@" in parts.netloc:
        return False
    if here and is_loopback(host):
        return parts.scheme in ("http", "https")
    return parts.scheme == "https" and port in (None, 443) and host.endswith(_HOSTS)
