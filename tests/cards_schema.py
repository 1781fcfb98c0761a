"""What every card must be: valid against the official 1.5 schema, within Teams's size, and usable by all."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jsonschema import Draft7Validator
from jsonschema.validators import extend

LARGEST = 80 * 1024
"""Bytes in UTF-16. Teams refuses messages above about 100 KB; the rest is the message around the card."""
BY_TYPE = "byType"
MOST_REFRESHED = 60
MOST_ACTIONS = 6
_VERSIONS = ("1.0", "1.1", "1.2", "1.3", "1.4", "1.5")
_SOUND: set[bytes] = set()
_UNCOLOURED = (None, "default", "emphasis")


class BadCard(AssertionError):
    """A card that a client would refuse, cut, or show in a way that somebody cannot use."""


def assert_valid(card: Mapping[str, Any]) -> None:
    """Raise `BadCard` with every fault found, or nothing. The same card is looked at once."""
    mark = sha256(json.dumps(card, sort_keys=True).encode()).digest()
    if mark in _SOUND:
        return
    faults = [*_schema_faults(card), *_size_faults(card), *_usability_faults(card), *_identity_faults(card)]
    if faults:
        raise BadCard("\n".join(faults))
    _SOUND.add(mark)


def parts_of(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of the card that has a type, outermost first, fallbacks included."""
    if isinstance(value, Mapping):
        if isinstance(value.get("type"), str):
            yield dict(value)
        for key, held in value.items():
            if key != "data":
                yield from parts_of(held)
    elif isinstance(value, list):
        for held in value:
            yield from parts_of(held)


def text_of(card: Any) -> str:
    """All words that the card can show, hidden ones included, in reading order, as a person reads them."""
    shown: list[str] = []
    for part in parts_of(card):
        for key in ("text", "label", "title", "placeholder", "altText"):
            if isinstance(part.get(key), str):
                shown.append(part[key])
        for fact in part.get("facts", []):
            shown += [fact["title"], fact["value"]]
        for choice in part.get("choices", []):
            shown.append(choice["title"])
    return "\n".join(shown).replace("\u2060", "").replace("\\", "")


def _schema_faults(card: Mapping[str, Any]) -> list[str]:
    if card.get("type") != "AdaptiveCard" or card.get("version") not in _VERSIONS:
        return ["Not an AdaptiveCard of a version up to 1.5, which is what Teams takes from bots"]
    return [
        f"{'.'.join(str(step) for step in error.absolute_path)}: {error.message[:300]}"
        for error in _validator().iter_errors(_without_charts(card))
    ]


@cache
def _validator() -> Any:
    """The official schema, and what Teams documents beyond it.

    Where the schema says "any of these elements", it is told to look at the element's own type: the
    same rule, but quick, and its message names the fault instead of listing every other element.
    """
    schema = json.loads((files("adaptive_cards") / "schemas" / "schema-1.5.json").read_text("utf-8"))
    known = schema["definitions"]
    known["AdaptiveCard"]["properties"]["msteams"] = {"type": "object"}
    known["Action.Submit"]["properties"]["msteams"] = {"type": "object"}
    known["Input.ChoiceSet"]["properties"]["choices.data"] = {"type": "object"}
    known["ChoiceInputStyle"] = {"anyOf": [known["ChoiceInputStyle"], {"const": "filtered"}]}
    for name in ("Action", "Element", "ISelectAction", "Input", "Item", "ToggleableItem"):
        known[f"ImplementationsOf.{name}"] = _by_type(known[f"ImplementationsOf.{name}"])
    return extend(Draft7Validator, {BY_TYPE: _as_its_type_says})(schema)


def _by_type(choice: dict[str, Any]) -> dict[str, Any]:
    kinds = [option["allOf"][0]["$ref"].rsplit("/", 1)[-1] for option in choice["anyOf"]]
    return {
        "type": "object",
        "required": ["type"],
        "properties": {"type": {"enum": kinds}},
        BY_TYPE: {kind: {"$ref": f"#/definitions/{kind}"} for kind in kinds},
    }


def _as_its_type_says(validator: Any, kinds: dict[str, Any], part: Any, _: Any) -> Iterator[Any]:
    if isinstance(part, dict) and (its := kinds.get(str(part.get("type")))) is not None:
        yield from validator.descend(part, its)


def _without_charts(value: Any) -> Any:
    """The card with every chart replaced by what clients without charts show."""
    if isinstance(value, Mapping):
        if str(value.get("type", "")).startswith("Chart."):
            return _without_charts(value.get("fallback", {"type": "a chart without a fallback"}))
        return {key: _without_charts(held) for key, held in value.items()}
    return [_without_charts(held) for held in value] if isinstance(value, list) else value


def _size_faults(card: Mapping[str, Any]) -> Iterator[str]:
    size = len(json.dumps(card, ensure_ascii=False, separators=(",", ":")).encode("utf-16-le"))
    if size > LARGEST:
        yield f"The card is {size:,} bytes in UTF-16; the most is {LARGEST:,}"


def _usability_faults(card: Mapping[str, Any]) -> Iterator[str]:
    """Labels, descriptions, fallbacks, links: what the schema leaves to the author."""
    for part in parts_of({key: held for key, held in card.items() if key != "refresh"}):
        kind = part["type"]
        if kind.startswith("Input.") and not str(part.get("label", "")).strip():
            yield f"{kind} {part.get('id')!r} has no label"
        if kind.startswith("Input.") and part.get("isRequired") and not part.get("errorMessage"):
            yield f"{kind} {part.get('id')!r} must be filled in but has no errorMessage"
        if kind == "Image" and not str(part.get("altText", "")).strip():
            yield "An Image has no altText"
        if kind.startswith("Action.") and not str(part.get("title", part.get("tooltip", ""))).strip():
            yield f"{kind} has no title"
        if kind == "Action.OpenUrl" and not str(part.get("url", "")).startswith("https://"):
            yield f"A link is not https: {part.get('url')!r}"
        if kind == "Action.Execute":
            yield from _fallback_faults(part)
        if kind == "Table":
            yield from _cell_faults(part)
    if len(card.get("actions", [])) > MOST_ACTIONS:
        yield f"More than {MOST_ACTIONS} buttons in a row"
    if isinstance(card.get("refresh"), Mapping):
        yield from _refresh_faults(card["refresh"])


def _fallback_faults(action: Mapping[str, Any]) -> Iterator[str]:
    twin = action.get("fallback")
    if not action.get("verb"):
        yield "An Action.Execute has no verb"
    if not isinstance(twin, Mapping) or twin.get("type") != "Action.Submit":
        yield f"Action.Execute {action.get('verb')!r} has no Action.Submit fallback"
    elif twin.get("data") != {**action.get("data", {}), "verb": action.get("verb")}:
        yield f"The fallback of Action.Execute {action.get('verb')!r} does not send the same"


def _refresh_faults(refresh: Mapping[str, Any]) -> Iterator[str]:
    if not 1 <= len(refresh.get("userIds", [])) <= MOST_REFRESHED:
        yield f"refresh.userIds must name 1 to {MOST_REFRESHED} people"
    yield from _fallback_faults(refresh.get("action", {}))


def _cell_faults(table: Mapping[str, Any]) -> Iterator[str]:
    for row in table.get("rows", []):
        if len(row.get("cells", [])) != len(table.get("columns", [])):
            yield "A table row has not as many cells as the table has columns"
        for found in row.get("cells", []):
            if found.get("style") not in _UNCOLOURED and not text_of(found).strip():
                yield "A coloured cell has no letter or word"


def _identity_faults(card: Mapping[str, Any]) -> Iterator[str]:
    """Ids are unique, and every button that shows and hides names something that is there."""
    names = [part["id"] for part in parts_of(card) if part.get("id") and not part["type"].startswith("Action.")]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"Two elements are called {name!r}"
    for part in parts_of(card):
        for target in part.get("targetElements", []):
            name = target if isinstance(target, str) else target.get("elementId")
            if name not in names:
                yield f"A button shows or hides {name!r}, which is not there"
