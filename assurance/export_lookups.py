"""What the sheets of the whole record need beside their own rows: the names that numbers stand for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from assurance.pack import Pack
from assurance.packing import ShownForm, stored_form
from assurance.person_names import former_members
from storage.asks import Loop, Meeting, Request, Round
from storage.learning import Learning
from storage.partnerships import FormVersion, Organisation, Partnership, Seat
from storage.people import PersonName
from storage.records import number_of, page_of
from storage.returns import AgencyReturn, Version
from storage.unit import OpenUnit

PAGE = 1000


@dataclass
class Lookups:
    """Names by table and number, and which return, loop and form belongs to which request.

    A pair of `loops` and `returns` is a request's and a seat's number; of `versions` a return's and a form's.
    """

    pack_sha256: str = ""
    names: dict[str, dict[int, str]] = field(default_factory=dict)
    loops: dict[int, tuple[int, int | None]] = field(default_factory=dict)
    returns: dict[int, tuple[int, int | None]] = field(default_factory=dict)
    versions: dict[int, tuple[int, int]] = field(default_factory=dict)
    forms: dict[int, ShownForm] = field(default_factory=dict)
    former: dict[int, str] = field(default_factory=dict)
    """What those are called whose names were erased."""
    anonymous: set[int] = field(default_factory=set)
    """The requests of kinds that are answered without a name."""

    def label(self, table: str, number: int) -> str:
        """What a number of another sheet stands for, in words; empty where the number says enough."""
        if table == "version" and number in self.versions:
            table, number = "agency_return", self.versions[number][0]
        pairs = {"loop": self.loops, "agency_return": self.returns}.get(table)
        if pairs is None or number not in pairs:
            return self.names.get(table, {}).get(number, "")
        request_id, seat_id = pairs[number]
        parts = [self.names["request"].get(request_id, ""), self.names["seat"].get(seat_id or 0, "")]
        return ", ".join(part for part in parts if part)

    def request_of(self, row: Any) -> int | None:
        """The request that a record belongs to, by whatever it points at."""
        if (version_id := getattr(row, "version_id", None)) in self.versions:
            return self.returns.get(self.versions[version_id][0], (None, None))[0]
        for name, pairs in (("return_id", self.returns), ("loop_id", self.loops)):
            if (number := getattr(row, name, None)) in pairs:
                return pairs[number][0]
        found: int | None = getattr(row, "request_id", None)
        return found

    def is_anonymous(self, subject: str) -> bool:
        """Whether a log entry's or a notice's subject, such as "return:12", was asked without a name."""
        kind, _, number = subject.partition(":")
        if not number.isdigit():
            return False
        pairs = {"return": self.returns, "loop": self.loops}.get(kind)
        request_id = pairs.get(int(number), (0, None))[0] if pairs is not None else int(number)
        return kind in ("return", "loop", "request") and request_id in self.anonymous


async def look_up(open_unit: OpenUnit, partnership: Partnership, pack: Pack) -> Lookups:
    """Read the names and the numbers once. Each page is a transaction of its own."""
    look, partnership_id = Lookups(partnership.pack_sha256), partnership.id
    nameless = {one.key for one in pack.kinds if one.anonymous}
    async for one in _all(open_unit, partnership_id, Request):
        look.names.setdefault("request", {})[one.id] = one.title
        if one.kind in nameless:
            look.anonymous.add(one.id)
    look.names.setdefault("request", {})
    for table, record, name in (
        ("seat", Seat, "short"), ("organisation", Organisation, "name"), ("learning", Learning, "title"),
        ("form_version", FormVersion, "label"), ("meeting", Meeting, "on"), ("round", Round, "due_on"),
    ):  # fmt: skip
        look.names[table] = {one.id: str(getattr(one, name)) async for one in _all(open_unit, partnership_id, record)}
    erased = [one.person_id async for one in _all(open_unit, partnership_id, PersonName) if _is_erased(one)]
    async with open_unit() as unit:
        look.former = await former_members(unit, partnership_id, erased)
    look.forms = {one.id: stored_form(one) async for one in _all(open_unit, partnership_id, FormVersion)}
    look.loops = {one.id: (one.request_id, one.seat_id) async for one in _all(open_unit, partnership_id, Loop)}
    look.returns = {
        one.id: (one.request_id, one.seat_id) async for one in _all(open_unit, partnership_id, AgencyReturn)
    }
    look.versions = {
        one.id: (one.return_id, one.form_version_id) async for one in _all(open_unit, partnership_id, Version)
    }
    return look


def _is_erased(one: PersonName) -> bool:
    return not one.name and one.blanked_at is not None


async def _all(open_unit: OpenUnit, partnership_id: int, record: Any) -> AsyncIterator[Any]:
    last = 0
    while True:
        async with open_unit() as unit:
            rows = await page_of(unit, partnership_id, record, after_number=last, most=PAGE)
        for row in rows:
            yield row
        if len(rows) < PAGE:
            return
        last = number_of(rows[-1])
