"""The places in the practice team that the newcomer can take, and what to type for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assurance.asking import Place
from storage.people import Holding

SPOKEN: Mapping[str, tuple[str, ...]] = {
    "officer": ("officer", "support officer", "the officer", "support unit"),
    "chair": ("chair", "the chair", "chairperson"),
    "vice_chair": ("vice chair", "vice-chair", "deputy chair", "vicechair"),
    "ld_lead": ("learning lead", "L&D lead", "learning and development lead"),
}
"""What people call each role; the first is what we call it."""


@dataclass(frozen=True)
class PracticePlace:
    """One person of the practice team: `word` is what to type after "be", `part` their title or their agencies."""

    person_id: int
    word: str
    name: str
    part: str
    roles: frozenset[str]
    names: tuple[str, ...]

    def as_place(self) -> Place:
        """The same, for the loose matching of names."""
        return Place("seat", str(self.person_id), self.names)


def word_for(person_id: int, held: Iterable[Holding], shorts: Mapping[int, str], name: str) -> str:
    """What to type after "be" to take somebody's place: a role, a seat's short name, or, on a shared seat, a name."""
    first_on_seat: dict[int, int] = {}
    roles, own = [], []
    for one in held:
        if one.seat_id is not None:
            first_on_seat.setdefault(one.seat_id, one.person_id)
        if one.person_id == person_id:
            roles += [one.role] if one.role else []
            own += [one.seat_id] if one.seat_id is not None else []
    if roles:
        return SPOKEN.get(roles[0], (roles[0].replace("_", " "),))[0]
    sole = [shorts[one] for one in own if first_on_seat[one] == person_id and one in shorts]
    return sole[0] if sole else name


def places_in(
    held: Iterable[Holding], names: Mapping[int, str], seats: Mapping[int, tuple[str, str, tuple[str, ...]]]
) -> list[PracticePlace]:
    """Everybody who holds a role or a seat, those with roles first, then in the order of the seats.

    `seats` gives each seat's short name, full name and every name that people call it by.
    """
    rows = list(held)
    shorts = {number: short for number, (short, _, _) in seats.items()}
    order = list(seats)
    found = []
    for person_id in dict.fromkeys(one.person_id for one in rows):
        own = [one for one in rows if one.person_id == person_id]
        on = [number for number in order if number in {one.seat_id for one in own}]
        roles = [one.role for one in own if one.role]
        if not on and not roles:
            continue
        name = names.get(person_id, "")
        word = word_for(person_id, rows, shorts, name)
        called = [spoken for role in roles for spoken in SPOKEN.get(role, (role.replace("_", " "),))]
        if word != name:
            called += [text for one in on for text in seats[one][2]]
        titles = [one.title for one in own if one.role and one.title]
        part = " and ".join(titles or [seats[one][1] for one in on]) or word.capitalize()
        place = PracticePlace(person_id, word, name, part, frozenset(roles), tuple(dict.fromkeys([*called, name])))
        found.append((not roles, order.index(on[0]) if on else 0, place))
    return [place for _, _, place in sorted(found, key=lambda one: one[:2])]
