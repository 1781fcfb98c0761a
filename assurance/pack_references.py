"""Whether the parts of a pack fit together: names that exist, no name twice, dates in order.

Works on the file's data as it stands, so that these mistakes are told together with missing keys and
wrong types; whatever is missing or of a wrong type is passed over here.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, get_args
from zoneinfo import ZoneInfo

from holidays import country_holidays

from assurance.pack_lines import Path
from assurance.pack_model.people import RoleKind
from assurance.pack_questions import questions
from assurance.pack_shape import rows

Found = Iterator[tuple[Path, str]]

_OFFERED_AFTER = {"no_response", "non_compliance", "third_round", "not_embedded"}
_PLACES = ("organisations", "seats")
_MAY_SEE = {"own", *get_args(RoleKind)}


def references(data: dict[str, Any]) -> Found:
    """Each thing that does not fit, with its path."""
    yield from _twice(data, ())
    yield from _pointing(data)
    yield from _aliases(data)
    yield from _names(data)
    yield from _kinds(data)
    yield from questions(data)
    yield from _levels(data)
    yield from _days(data, ())
    yield from _place_and_time(data)


def _keys(data: dict[str, Any], table: str, field: str = "key") -> set[str]:
    return {row[field] for row in rows(data.get(table)) if isinstance(row.get(field), str)}


def _numbered(data: dict[str, Any], table: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    value = data.get(table)
    for number, row in enumerate(value if isinstance(value, tuple) else ()):
        if isinstance(row, dict):
            yield (table, number), row


def _twice(data: Any, path: Path) -> Found:
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _twice(value, (*path, name))
    elif isinstance(data, tuple):
        seen: set[str] = set()
        for number, row in enumerate(data):
            for name in ("key", "id"):
                key = row.get(name) if isinstance(row, dict) else None
                if isinstance(key, str):
                    if key in seen:
                        yield (*path, number, name), f'"{key}" is there twice in this list.'
                    seen.add(key)
            yield from _twice(row, (*path, number))


def _pointing(data: dict[str, Any]) -> Found:
    one_of = {
        "groups": ("group", ("seats", "roles", "kinds", "reports")),
        "organisations": ("organisation", ("seats", "roles", "aliases")),
        "seats": ("seat", ("aliases",)),
        "roles": ("by", ("reports", "metrics")),
    }
    for target, (field, tables) in one_of.items():
        known = _keys(data, target)
        for table in tables:
            for path, row in _numbered(data, table):
                yield from _known(row.get(field), known, (*path, field), target[:-1])
    for path, row in _numbered(data, "audits"):
        yield from _known(row.get("lead"), _keys(data, "roles"), (*path, "lead"), "role")
    meetings = data.get("meetings")
    if isinstance(meetings, dict):
        yield from _known(meetings.get("group"), _keys(data, "groups"), ("meetings", "group"), "group")
        for path, rule in _numbered(meetings, "quorum"):
            yield from _quorum(data, ("meetings", *path), rule)


def _quorum(data: dict[str, Any], path: Path, rule: dict[str, Any]) -> Found:
    if not any(rule.get(field) for field in ("sectors", "organisations", "seats")):
        yield path, "This says that somebody must be there, but not which sectors, organisations or seats."
    known: dict[str, set[Any]] = {
        "sectors": _keys(data, "seats", "sector"),
        **{name: _keys(data, name) for name in _PLACES},
    }
    for field, names in known.items():
        listed = rule.get(field)
        for number, name in enumerate(listed if isinstance(listed, tuple) else ()):
            yield from _known(name, names, (*path, field, number), field[:-1])


def _known(value: Any, known: set[Any], path: Path, what: str) -> Found:
    if isinstance(value, str) and value not in known:
        yield path, f'There is no {what} "{value}" in this pack.'


def _aliases(data: dict[str, Any]) -> Found:
    for path, row in _numbered(data, "aliases"):
        if ("seat" in row) == ("organisation" in row):
            yield path, "Another name stands for one seat or one organisation; say which one."


def _names(data: dict[str, Any]) -> Found:
    """A name that people type must not mean two seats, or two organisations (scenario 8)."""
    meaning: dict[str, tuple[str, str]] = {}
    for path, name, what, key in _every_name(data):
        folded = " ".join(name.casefold().split())
        before = meaning.setdefault(folded, (what, key))
        if before == (what, key) or _sole_seat(data, before, (what, key)):
            continue
        yield path, f'"{name}" already means the {before[0]} "{before[1]}"; a name can mean only one.'


def _every_name(data: dict[str, Any]) -> Iterator[tuple[Path, str, str, str]]:
    for table, what in (("organisations", "organisation"), ("seats", "seat")):
        for path, row in _numbered(data, table):
            key = row.get("key")
            given = [(name, row.get(name)) for name in ("name", "short")]
            aliases = row.get("aliases")
            listed = aliases if isinstance(aliases, tuple) else ()
            every = [*(((name,), text) for name, text in given), *_each(listed)]
            for end, text in every:
                if isinstance(text, str) and isinstance(key, str):
                    yield (*path, *end), text, what, key
    for path, row in _numbered(data, "aliases"):
        what = "seat" if "seat" in row else "organisation"
        if isinstance(row.get("text"), str) and isinstance(row.get(what), str):
            yield (*path, "text"), row["text"], what, row[what]


def _each(listed: tuple[Any, ...]) -> list[tuple[Path, Any]]:
    return [(("aliases", number), text) for number, text in enumerate(listed)]


def _sole_seat(data: dict[str, Any], one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether the two are an organisation and the only seat that it has, as far as can be known."""
    pair = dict((one, other))
    if pair.keys() != {"seat", "organisation"}:
        return False
    placed = {(str(row.get("key")), str(row.get("organisation"))) for row in rows(data.get("seats"))}
    employers = {organisation for seat, organisation in placed if seat == pair["seat"]}
    if not employers & _keys(data, "organisations"):
        return True
    seats = {seat for seat, organisation in placed if organisation == pair["organisation"]}
    return seats == {pair["seat"]}


def _kinds(data: dict[str, Any]) -> Found:
    for path, kind in _numbered(data, "kinds"):
        yield from _known(kind.get("form"), _keys(data, "forms"), (*path, "form"), "form")
        yield from _known(kind.get("urgent_of"), _keys(data, "kinds"), (*path, "urgent_of"), "kind")
        yield from _known(kind.get("reviewed_by"), _keys(data, "roles"), (*path, "reviewed_by"), "role")
        if kind.get("lifecycle") == "reviewed" and "reviewed_by" not in kind:
            yield path, 'A kind that is reviewed needs "reviewed_by", the role that does it.'
        for field in ("may_see", "may_see_after_release"):
            listed = kind.get(field)
            for number, name in enumerate(listed if isinstance(listed, tuple) else ()):
                yield from _known(name, _MAY_SEE, (*path, field, number), "kind of role")
        asked = kind.get("asked")
        if isinstance(asked, dict):
            yield from _known(asked.get("role"), _keys(data, "roles"), (*path, "asked", "role"), "role")
            if (asked.get("who") == "role") != ("role" in asked):
                yield (*path, "asked"), 'Give "role" if, and only if, who = "role".'
        if isinstance(kind.get("clock"), dict):
            yield from _clock(kind["clock"], (*path, "clock"))


def _clock(clock: dict[str, Any], path: Path) -> Found:
    needs: dict[str, set[str]] = {"meeting": set(), "days_after": {"days"}, "calendar": {"days", "every"}}
    needed = needs.get(str(clock.get("kind")))
    if needed is None:
        return
    for field in ("days", "every"):
        if field in needed and field not in clock:
            yield path, f'A clock of the kind "{clock["kind"]}" needs "{field}".'
        if field not in needed and field in clock:
            yield (*path, field), f'A clock of the kind "{clock["kind"]}" does not use "{field}".'


def _levels(data: dict[str, Any]) -> Found:
    assurance = data.get("assurance")
    if not isinstance(assurance, dict):
        return
    levels = _keys(assurance, "assessed_levels")
    for field in ("closing_levels", "concern_levels", "ending_levels"):
        listed = assurance.get(field)
        for number, name in enumerate(listed if isinstance(listed, tuple) else ()):
            yield from _known(name, levels, ("assurance", field, number), "assessed level")
    for path, row in _numbered(data, "follow_ups"):
        when = row.get("when")
        for number, name in enumerate(when if isinstance(when, tuple) else ()):
            yield from _known(name, levels | _OFFERED_AFTER, (*path, "when", number), "level or event")
    if not any(row.get("first_round") is True for row in rows(assurance.get("dimensions"))):
        yield ("assurance", "dimensions"), "At least one dimension must be asked in the first round."


def _days(data: Any, path: Path) -> Found:
    """Pairs of days or times whose second must not come before the first."""
    if isinstance(data, tuple):
        for number, item in enumerate(data):
            yield from _days(item, (*path, number))
    if not isinstance(data, dict):
        return
    for first, last in (("first", "last"), ("frequency_from", "frequency_until"), ("first", "friday_last")):
        one, other = data.get(first), data.get(last)
        if type(one) is type(other) and type(one) in (date, str) and _before(other, one):
            yield (*path, last), f'"{last}" comes before "{first}".'
        elif isinstance(one, str) and one == other and last == "last":
            yield (*path, last), f'"{last}" is the same as "{first}", so nothing could ever be sent.'
    months = data.get("after_months")
    numbers = [each for each in months if isinstance(each, int)] if isinstance(months, tuple) else []
    if numbers != sorted(numbers):
        yield (*path, "after_months"), "The later month comes before the earlier one."
    for name, value in data.items():
        yield from _days(value, (*path, name))


def _before(one: Any, other: Any) -> bool:
    return bool(one < other)


def _place_and_time(data: dict[str, Any]) -> Found:
    zone = data.get("timezone")
    if isinstance(zone, str):
        try:
            ZoneInfo(zone)
        except (KeyError, ValueError, OSError):
            yield ("timezone",), f'"{zone}" is not a time zone. Swindon\'s is "Europe/London".'
    start = data.get("year_start")
    if isinstance(start, str):
        try:
            date.fromisoformat(f"2025-{start}")
        except ValueError:
            yield ("year_start",), f'"{start}" is not a day of the year. Write the first of April as "04-01".'
    yield from _bank_holidays(data.get("holidays"))


def _bank_holidays(table: Any) -> Found:
    country = table.get("country") if isinstance(table, dict) else None
    if not isinstance(country, str):
        return
    try:
        known = country_holidays(country)
    except NotImplementedError:
        yield ("holidays", "country"), f'The bank holidays of "{country}" are not known.'
        return
    part = table.get("subdivision")
    if isinstance(part, str) and part not in known.subdivisions:
        yield ("holidays", "subdivision"), f'The bank holidays of "{part}" in "{country}" are not known.'
