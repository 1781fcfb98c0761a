"""Replies to invokes, straight from the JSON: presses go to the handler, the rest is answered here.

The bot has no dialogs, message extensions, sign-in or search of its own. Each still gets the reply that Teams
understands, since an old card or another client may send one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import orjson

from bot.edge.answers import ERROR_TYPE, Answer, Fail, Say, to_press
from bot.edge.incoming import Json, Malformed, Press, read_action, read_object, read_press, read_text
from bot.edge.mishap import apology, note_mishap, too_slow
from bot.edge.visit import ended

OnPress = Callable[[Press], Awaitable[Answer]]
Reply = tuple[int, bytes]

FILE_TAKEN: Final = "file.taken"
"""The verb under which a person's consent to an offered file arrives: its context, and where to upload it."""
SEARCH_TYPE: Final = "application/vnd.microsoft.search.searchResponse"
_NOT_HERE: Final = "This is not available here. Please write help to see what is."
_BAD_PRESS: Final = "That could not be read. Please open the card again and press once more."
_QUIET: Final = frozenset(
    {
        "composeExtension/onCardButtonClicked",
        "composeExtension/setting",
        "message/submitAction",
        "signin/failure",
        "signin/verifyState",
    }
)
_DIALOGS: Final = frozenset({"composeExtension/fetchTask", "message/fetchTask", "task/fetch", "task/submit"})
_EXTENSIONS: Final = frozenset(
    {
        "composeExtension/anonymousQueryLink",
        "composeExtension/query",
        "composeExtension/queryLink",
        "composeExtension/querySettingUrl",
        "composeExtension/selectItem",
        "composeExtension/submitAction",
    }
)


async def reply_to(activity: Json, on_press: OnPress, deadline: float) -> Reply:
    """The HTTP status and body for an invoke; raises Malformed where the envelope itself is broken.

    `deadline` is in seconds: a press that takes longer is stopped, and the presser reads a sentence.
    """
    name = read_text(activity, "name")
    if name == "adaptiveCard/action":
        return 200, await _press(activity, on_press, deadline)
    if name == "fileConsent/invoke":
        await _consent(activity, on_press, deadline)
        return 200, b""
    if not name:
        raise Malformed('"name" is missing.')
    return _other(name, activity)


async def _press(activity: Json, on_press: OnPress, deadline: float) -> bytes:
    try:
        action = read_action(activity.get("value"))
    except Malformed:
        ended("malformed")
        return orjson.dumps(to_press(Fail(400, _BAD_PRESS)))
    if action[0] == FILE_TAKEN:  # no button has it: only Teams itself says that a file is taken
        return orjson.dumps(to_press(Fail(400, _BAD_PRESS)))
    press = read_press(activity, *action)
    try:
        async with asyncio.timeout(deadline) as limit:
            answer = await on_press(press)
        return orjson.dumps(to_press(answer))
    except Exception as error:  # whatever failed, the presser reads a sentence with its reference
        reference = note_mishap("A press", error)
        slow = isinstance(error, TimeoutError) and limit.expired()
        ended("slow" if slow else "failed")
        return orjson.dumps(to_press(Say(too_slow(reference) if slow else apology(reference))))


async def _consent(activity: Json, on_press: OnPress, deadline: float) -> None:
    """Tell the handler that a person takes an offered file. Teams expects no answer, and shows none."""
    value = read_object(activity, "value")
    if value.get("action") != "accept":
        return
    data = {"context": read_object(value, "context"), "uploadInfo": read_object(value, "uploadInfo")}
    press = read_press(activity, FILE_TAKEN, data, "manual")
    try:
        async with asyncio.timeout(deadline):
            await on_press(press)
    except Exception as error:  # there is no place to say so but the log
        ended("failed")
        note_mishap("A file that somebody asked for", error)


def _other(name: str, activity: Json) -> Reply:
    if name in _QUIET:
        return 200, b""
    if name in _DIALOGS:
        return _as_json(200, {"task": {"type": "message", "value": _NOT_HERE}})
    if name in _EXTENSIONS:
        return _as_json(200, {"composeExtension": {"type": "message", "text": _NOT_HERE}})
    if name == "signin/tokenExchange":
        return _no_sign_in(activity)
    if name == "application/search":
        return _as_json(200, _no_results(activity))
    return _as_json(501, {"error": "This kind of request is not known here."})


def _no_sign_in(activity: Json) -> Reply:
    value = activity.get("value")
    if not isinstance(value, dict):
        raise Malformed('"value" must be an object.')
    return _as_json(
        412,
        {
            "id": read_text(value, "id"),
            "connectionName": read_text(value, "connectionName"),
            "failureDetail": "This app does not sign people in.",
        },
    )


def _no_results(activity: Json) -> dict[str, Any]:
    value = activity.get("value")
    if not isinstance(value, dict) or not isinstance(value.get("queryText", ""), str):
        error = {"code": "BadRequest", "message": "The search could not be read."}
        return {"statusCode": 400, "type": ERROR_TYPE, "value": error}
    return {"statusCode": 200, "type": SEARCH_TYPE, "value": {"results": []}}


def _as_json(status: int, body: dict[str, Any]) -> Reply:
    return status, orjson.dumps(body)
