"""What may become of a seat, and where its open loops go then (E7, framework 4.28). Pure rules.

Two seats that were both asked the same become one loop: nothing that was open at either is closed by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final, Literal

from assurance.identifiable import find
from assurance.pack import QuorumRule
from assurance.quorum import Attendee, Place, counts_for
from storage.partnerships import Organisation, Seat

Kind = Literal["rename", "move", "merge", "split", "end"]
RENAME: Final = "rename"
MOVE: Final = "move"
MERGE: Final = "merge"
SPLIT: Final = "split"
END: Final = "end"
KINDS: tuple[Kind, ...] = (RENAME, MOVE, MERGE, SPLIT, END)
STAY, ENDED = "stay", "ended"
SEAT, NEW = "seat:", "new:"
LONGEST_NAME, LONGEST_SHORT = 120, 30
BACK, AHEAD = timedelta(days=366), timedelta(days=366)
ORDER = ("requested", "returned", "no_response", "follow_up", "moderated")
"""Of two loops that become one, the state that comes first here goes on: it leaves more to do."""


@dataclass(frozen=True)
class Change:
    """What is to become of a seat from a day on.

    `parts`: name and short name of each new seat that a split makes. `stays`: the old one goes on beside them.
    `people`: those on the seat go along. `homes`: the new home of a loop by its number ("stay", "seat:4", "new:1",
    or "ended": the service has ended or was transferred); `rest` is that of every other.
    """

    kind: Kind
    seat_id: int
    from_on: date
    name: str = ""
    short: str = ""
    organisation_id: int | None = None
    new_organisation: str = ""
    into: int | None = None
    parts: tuple[tuple[str, str], ...] = ()
    stays: bool = True
    people: bool = True
    rest: str = ""
    homes: Mapping[int, str] = field(default_factory=dict)

    @property
    def ends_seat(self) -> bool:
        """Whether the seat is no more from that day on."""
        return self.kind in (MERGE, END) or (self.kind == SPLIT and not self.stays)

    def home_of(self, loop_id: int) -> str:
        """Where a loop of the seat goes."""
        if self.kind in (RENAME, MOVE):
            return STAY
        if self.kind == MERGE:
            return f"{SEAT}{self.into}"
        return self.homes.get(loop_id) or self.rest

    def to_json(self) -> dict[str, Any]:
        """As it is stored until its day."""
        return {
            "name": self.name, "short": self.short, "organisation": self.organisation_id,
            "new_organisation": self.new_organisation, "parts": [list(one) for one in self.parts],
            "stays": self.stays, "people": self.people, "rest": self.rest,
            "homes": {str(key): home for key, home in self.homes.items()},
        }  # fmt: skip


def change_from(kind: Kind, seat_id: int, from_on: date, into: int | None, plan: Mapping[str, Any]) -> Change:
    """A stored change, read back."""
    return Change(
        kind, seat_id, from_on, plan["name"], plan["short"], plan["organisation"], plan["new_organisation"], into,
        tuple((name, short) for name, short in plan["parts"]), plan["stays"], plan["people"], plan["rest"],
        {int(key): home for key, home in plan["homes"].items()},
    )  # fmt: skip


def goes_on(seat: Seat, day: date) -> bool:
    """Whether a seat is still there on a day: its last day is the one before it ends."""
    return seat.ends_on is None or seat.ends_on > day


def faults(change: Change, seats: Sequence[Seat], organisations: Sequence[Organisation], today: date) -> dict[str, str]:
    """Everything that keeps a change from being made, by field."""
    there = {one.id: one for one in seats if goes_on(one, max(change.from_on, today))}
    its = there.get(change.seat_id)
    if its is None:
        return {"seat": "Please choose a seat that is still there on that day."}
    wrong = _wrong_day(change, today)
    others = [one for one in there.values() if one.id != its.id]
    if change.kind == RENAME:
        wrong |= wrong_names("name", "short", (change.name, change.short), others)
        if not wrong and (change.name, change.short) == (its.name, its.short):
            wrong["name"] = "It is called that already."
    elif change.kind == MOVE:
        wrong |= _wrong_organisation(change, its, organisations)
    elif change.kind == MERGE and (change.into not in there or change.into == its.id):
        wrong["into"] = "Please choose the seat that it becomes part of."
    elif change.kind == SPLIT:
        wrong |= _wrong_parts(change, its, others)
    return wrong | _wrong_homes(change, {one.id for one in others})


def _wrong_day(change: Change, today: date) -> dict[str, str]:
    first = today - BACK if change.kind in (RENAME, MOVE) else today
    if not first <= change.from_on <= today + AHEAD:
        since = "a day within a year of today" if change.kind in (RENAME, MOVE) else "today or a day within a year"
        return {"from_on": f"Please choose {since}."}
    return {}


def wrong_names(field_name: str, field_short: str, names: tuple[str, str], others: Iterable[Seat]) -> dict[str, str]:
    """What is wrong with a seat's new names: a pure rule."""
    name, short = names
    wrong = {}
    if not name or len(name) > LONGEST_NAME:
        wrong[field_name] = f"Please give its full name, up to {LONGEST_NAME} characters."
    if not short or len(short) > LONGEST_SHORT:
        wrong[field_short] = f"Please give a short name for tables, up to {LONGEST_SHORT} characters."
    if find(name) or find(short):
        wrong[field_name] = "This looks as if it could identify somebody. A seat is named for its agency or service."
    if short.casefold() in {one.short.casefold() for one in others}:
        wrong[field_short] = "Another seat is called that already."
    return wrong


def _wrong_organisation(change: Change, its: Seat, organisations: Sequence[Organisation]) -> dict[str, str]:
    named = change.new_organisation.strip()
    if named:
        if len(named) > LONGEST_NAME or find(named):
            return {"new_organisation": f"Please give the organisation's name, up to {LONGEST_NAME} characters."}
        if any(one.name.casefold() == named.casefold() for one in organisations):
            return {"new_organisation": "I know this organisation. Please choose it from the list."}
        return {}
    if change.organisation_id not in {one.id for one in organisations}:
        return {"organisation": "Please choose an organisation, or name a new one."}
    return {"organisation": "It belongs there already."} if change.organisation_id == its.organisation_id else {}


def _wrong_parts(change: Change, its: Seat, others: Sequence[Seat]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    kept = [*others, *([its] if change.stays else [])]
    if len(change.parts) < (1 if change.stays else 2):
        wrong["name_1"] = "Please name the new seat." if change.stays else "Please name both new seats."
    for number, part in enumerate(change.parts, 1):
        wrong |= wrong_names(f"name_{number}", f"short_{number}", part, kept)
    shorts = [short.casefold() for _, short in change.parts]
    if len(set(shorts)) < len(shorts):
        wrong["short_2"] = "Please give the two different short names."
    return wrong


def homes_offered(change: Change, seats: Iterable[int]) -> tuple[str, ...]:
    """Where an open loop may go; the first is where it goes unless somebody says otherwise."""
    if change.kind == SPLIT:
        new = tuple(f"{NEW}{number}" for number, _ in enumerate(change.parts, 1))
        return (STAY, *new) if change.stays else new
    if change.kind == END:
        return (ENDED, *(f"{SEAT}{one}" for one in seats))
    return (change.home_of(0),)


def _wrong_homes(change: Change, others: set[int]) -> dict[str, str]:
    if change.kind not in (SPLIT, END):
        return {}
    offered = homes_offered(change, others)
    if change.rest not in offered or any(home not in offered for home in change.homes.values()):
        return {"rest": "Please choose where its open requests go."}
    return {}


def with_home(change: Change) -> Change:
    """The same, with a home for what is open where none was chosen yet."""
    return replace(change, rest=change.rest or homes_offered(change, ())[0])


@dataclass(frozen=True)
class Joined:
    """What becomes of the loop that goes on, where two of one request become one.

    `dimensions`: those that it takes over, with their states. `answers_too`: the other's return becomes its own.
    """

    state: str
    open: bool
    dimensions: Mapping[str, str] = field(default_factory=dict)
    answers_too: bool = False


def joined(
    into: tuple[str, bool, Mapping[str, str]], gone: tuple[str, bool, Mapping[str, str]], *, same_round: bool
) -> Joined:
    """Two loops of one request become one, each given by its state, whether it is open, and its dimensions.

    The loop that goes on keeps what it has. A dimension that is settled there, or was never asked, and open at the
    other is open again: assured means that both parts are. Where both have a return in the same round the other's
    cannot be given to it as well, so what was open in it is asked again for the next meeting.
    """
    state, is_open, states = into
    if not gone[1]:
        return Joined(state, is_open)
    taken = {
        key: "follow_up" if same_round and its in ("due", "returned") else its
        for key, its in gone[2].items()
        if its != "closed" and states.get(key, "closed") == "closed"
    }
    if not taken and (is_open or same_round):
        return Joined(state, is_open, answers_too=not same_round)
    theirs = "follow_up" if same_round else gone[0]
    candidates = {theirs, *([state] if is_open else [])}
    further = next((one for one in ORDER if one in candidates), theirs)
    return Joined(further, True, taken, answers_too=not same_round)


def quorum_lost(rules: Sequence[QuorumRule], before: Iterable[Place], after: Iterable[Place]) -> tuple[QuorumRule, ...]:
    """The rules of the quorum for which somebody could count before, and nobody can any more."""
    had, has = ([Attendee("", (one,)) for one in some] for some in (before, after))
    return tuple(
        rule for rule in rules
        if any(counts_for(rule, one) for one in had) and not any(counts_for(rule, one) for one in has)
    )  # fmt: skip


def disagreement(seat: Seat, organisation: str, says: tuple[str, str, str]) -> str:
    """Where the pack says otherwise of a seat that was changed here, in a sentence; empty where it does not.

    `says`: the pack's name, short name and organisation.
    """
    name, short, of = says
    if seat.ends_on is not None:
        return f"{seat.short} has ended here. The pack still lists it."
    found = []
    if seat.named_here and (seat.name, seat.short) != (name, short):
        found.append(f"calls it {name} ({short})")
    if seat.placed_here and organisation != of:
        found.append(f"puts it under {of}")
    return f"{seat.name} was changed here. The pack {' and '.join(found)}." if found else ""
