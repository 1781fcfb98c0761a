"""Whether a meeting can decide: who must be there by the pack, and who is missing (E2, framework 4.11). Pure rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assurance.dates import listing
from assurance.pack import QuorumRule

_ARTICLES = ("a ", "an ", "the ")


@dataclass(frozen=True)
class Place:
    """What somebody sits there for: the keys of a seat and its organisation, and the seat's sector."""

    seat: str
    organisation: str
    sector: str


@dataclass(frozen=True)
class Attendee:
    """One person who is there, with every place that they may count for; they count once.

    `as_a_whole`: they hold no seat and are there for their organisation, such as a chair on no seat. They count
    only where each of its seats would.
    """

    who: str
    places: tuple[Place, ...]
    as_a_whole: bool = False


@dataclass(frozen=True)
class Quorum:
    """The rules that nobody fills; met where there are none."""

    missing: tuple[QuorumRule, ...] = ()

    @property
    def met(self) -> bool:
        """Whether the meeting is quorate."""
        return not self.missing

    @property
    def gap(self) -> str:
        """What is missing, as one says it: "no Police representative"; empty where nothing is."""
        return listing([f"no {_bare(one.label)}" for one in self.missing])

    @property
    def words(self) -> str:
        """Whether it is quorate, in a word or two, with the gap named."""
        return "Quorate" if self.met else f"Not quorate: {self.gap}"


def quorum(rules: Sequence[QuorumRule], attendees: Sequence[Attendee]) -> Quorum:
    """Which rules nobody fills when each person fills one slot at most and as many slots as can be are filled.

    A health trust is not the Integrated Care Board, and a named nurse of the council counts for the council only:
    a place counts by its own seat, organisation and sector, as the rule lists them.
    """
    slots = [number for number, rule in enumerate(rules) for _ in range(rule.at_least)]
    filled: dict[int, int] = {}

    def fill(slot: int, tried: set[int]) -> bool:
        for person, one in enumerate(attendees):
            if person in tried or not counts_for(rules[slots[slot]], one):
                continue
            tried.add(person)
            before = next((other for other, by in filled.items() if by == person), None)
            if before is None or fill(before, tried):
                filled[slot] = person
                return True
        return False

    empty = {slots[slot] for slot in range(len(slots)) if not fill(slot, set())}
    return Quorum(tuple(rule for number, rule in enumerate(rules) if number in empty))


def counts_for(rule: QuorumRule, one: Attendee) -> bool:
    """Whether a person may fill a slot of a rule."""
    fits = [_fits(rule, place) for place in one.places]
    return bool(fits) and (all(fits) if one.as_a_whole else any(fits))


def _fits(rule: QuorumRule, place: Place) -> bool:
    return place.sector in rule.sectors or place.organisation in rule.organisations or place.seat in rule.seats


def _bare(label: str) -> str:
    return next((label[len(one) :] for one in _ARTICLES if label.startswith(one)), label)
