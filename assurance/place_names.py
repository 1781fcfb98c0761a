"""Which seat, organisation or item a few words mean; in doubt, which ones they may mean."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assurance.phrasings import ACTIONS, fold, nearest_word

MOST_OFFERED = 6
"""A person is offered at most this many places to choose from."""

_SURE_LETTERS, _NEVER_PLURAL, _LONGEST_SHORT_NAME = 8, 3, 5
_INITIALS_FROM, _INITIALS_TO = 3, 6
_JOINERS = frozenset(re.findall(r"\w+", "and or vs versus plus with for at in on about from of to the our a an team"))
_COMMON = (
    _JOINERS
    | ACTIONS
    | frozenset(
        re.findall(
            r"\w+",
            "manager lead named nurse doctor officer safeguarding service health care social child children "
            "young adults family families review audit rapid learning trust board council partnership group "
            "local community voluntary sector professional live current latest new old is was it this that "
            "we by here all other others early practice item case serious thematic follow up",
        )
    )
)
"""Words that alone name nobody: a name is only guessed from a part of it that is its own."""


@dataclass(frozen=True)
class Place:
    """Something a question can be about. `key` is the caller's own; `names` are name, short name, aliases."""

    kind: Literal["seat", "organisation", "item"]
    key: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """`sure` is the one place meant; otherwise `maybe` lists those that may be meant, best first."""

    sure: Place | None = None
    maybe: tuple[Place, ...] = ()
    by_full_name: bool = False


@dataclass(frozen=True)
class Names:
    """The names of a partnership's places, ready to be looked up; all tokens are stems."""

    places: tuple[Place, ...]
    by_name: dict[tuple[str, ...], tuple[Place, ...]]
    holders: dict[str, frozenset[int]]

    def exactly(self, tokens: Sequence[str]) -> tuple[Place, ...]:
        """The places whose full name this is; of namesakes the one that stands for the others."""
        return _preferred(self.by_name.get(_stems(tokens), ()))

    def find(self, tokens: Sequence[str]) -> Found:
        """What the words mean as a whole; never sure if a word of them is left unexplained."""
        stems = _trimmed(_stems(tokens))
        if not stems:
            return Found()
        found = self._whole(_stems(tokens)) or self._whole(stems) or self._part(stems) or self._several(stems)
        return found or self._misspelt(stems) or Found(maybe=self._hinted(stems))

    def mentioned(self, tokens: Sequence[str]) -> tuple[Place, ...]:
        """Every place named in full anywhere among the words, in their order."""
        stems, at, found = _stems(tokens), 0, list[Place]()
        while at < len(stems):
            for end in range(len(stems), at, -1):
                if here := self.exactly(stems[at:end]):
                    found += here
                    at = end - 1
                    break
            at += 1
        return tuple(dict.fromkeys(found))[:MOST_OFFERED]

    def knows(self, token: str) -> bool:
        return _stem(token) in self.holders

    def _whole(self, stems: tuple[str, ...]) -> Found | None:
        here = self.exactly(stems)
        if not here:
            return None
        return Found(here[0], by_full_name=True) if len(here) == 1 else Found(maybe=here[:MOST_OFFERED])

    def _part(self, stems: tuple[str, ...]) -> Found | None:
        holding = [self.holders.get(stem, frozenset[int]()) for stem in stems]
        all_of_it = _seats_first(self.places[i] for i in sorted(frozenset.intersection(*holding)))
        if len(all_of_it) == 1 and self._own_word(stems, all_of_it[0]) and _telling(stems, all_of_it[0]):
            return Found(all_of_it[0])
        return Found(maybe=all_of_it[:MOST_OFFERED]) if all_of_it else None

    def _own_word(self, stems: Iterable[str], place: Place) -> bool:
        """Does one of the words belong to this place alone? (An organisation goes by its full name only.)"""
        if place.kind == "organisation":
            return False
        holding = (self.holders.get(stem, ()) for stem in stems if stem not in _COMMON_STEMS)
        owners = ({self.places[i] for i in of if not _own_organisation(self.places[i], place)} for of in holding)
        return any(of == {place} for of in owners)

    def _several(self, stems: tuple[str, ...]) -> Found | None:
        found, at = list[Place](), 0
        while at < len(stems):
            if stems[at] in _JOINER_STEMS and not self.exactly(stems[at:]):
                at += 1
                continue
            for end in range(len(stems), at, -1):
                here = self._whole(stems[at:end]) or self._part(stems[at:end])
                if here and here.sure:
                    found.append(here.sure)
                    at = end
                    break
            else:
                return None
        distinct = tuple(dict.fromkeys(found))
        return Found(distinct[0]) if len(distinct) == 1 else Found(maybe=distinct[:MOST_OFFERED])

    def _misspelt(self, stems: tuple[str, ...]) -> Found | None:
        right = tuple(s if s in self.holders else (nearest_word(s, self.holders) or s) for s in stems)
        found = self._whole(right) or self._part(right) if right != stems else None
        if found and found.sure:
            kept = [now for was, now in zip(stems, right, strict=True) if was == now]
            long = [now for was, now in zip(stems, right, strict=True) if len(was) >= _SURE_LETTERS]
            sure = self._own_word([*kept, *long], found.sure) or (
                found.by_full_name and not _COMMON_STEMS.issuperset(kept)
            )
            return Found(found.sure) if sure else Found(maybe=(found.sure,))
        if found:
            return found
        return self._swapped("".join(stems))

    def _swapped(self, initials: str) -> Found | None:
        """Initials typed in another order ("GHW"): likely, never sure."""
        if not _INITIALS_FROM <= len(initials) <= _INITIALS_TO:
            return None
        letters = sorted(initials)
        swapped = [n for n in self.by_name if len(n) == 1 and sorted(n[0]) == letters]
        maybe = _seats_first(place for name in swapped for place in self.by_name[name])
        return Found(maybe=maybe[:MOST_OFFERED]) if maybe else None

    def _hinted(self, stems: tuple[str, ...]) -> tuple[Place, ...]:
        """The places that share most words of their own with these."""
        shared: dict[int, int] = {}
        for stem in stems:
            right = stem if stem in self.holders else nearest_word(stem, self.holders)
            if right and right not in _COMMON_STEMS:
                for i in self.holders[right]:
                    shared[i] = shared.get(i, 0) + 1
        best = max(shared.values(), default=0)
        return _seats_first(self.places[i] for i in sorted(shared) if shared[i] == best)[:MOST_OFFERED]


@lru_cache(maxsize=64)
def names_of(places: tuple[Place, ...]) -> Names:
    """Make the places' names ready to be looked up."""
    short = {_stem(fold(name)) for p in places if p.kind == "organisation" for name in p.names}
    by_name: dict[tuple[str, ...], dict[Place, None]] = {}
    holders: dict[str, set[int]] = {}
    for i, place in enumerate(places):
        for name in place.names:
            stems = _stems(fold(name).split())
            for stem in stems:
                holders.setdefault(stem, set()).add(i)
            for variant in _variants(name, stems, short if place.kind == "seat" else set()):
                by_name.setdefault(variant, {})[place] = None
    by_name.pop((), None)
    return Names(
        places,
        {name: tuple(of) for name, of in by_name.items()},
        {stem: frozenset(of) for stem, of in holders.items()},
    )


def _variants(name: str, stems: tuple[str, ...], organisations: set[str]) -> set[tuple[str, ...]]:
    """The name; without what stands in brackets; without its organisation; written as one word."""
    bare = _stems(fold(re.sub(r"\([^()]*\)", " ", name)).split())
    found = {stems, bare}
    if len(stems) > 1:
        found |= {stems[1:]} if stems[0] in organisations else set()
        found |= {stems[:-1]} if stems[-1] in organisations else set()
        found.add(("".join(stems),))
    return found


def _preferred(namesakes: Iterable[Place]) -> tuple[Place, ...]:
    """Of namesakes: one seat stands for its own organisation, an organisation for its several seats."""
    every = tuple(dict.fromkeys(namesakes))
    organisations = [place for place in every if place.kind == "organisation"]
    if len(organisations) == 1 and len(every) > len(organisations) + 1:
        return tuple(place for place in every if place.kind != "seat")
    return _seats_first(every)


def _seats_first(places: Iterable[Place]) -> tuple[Place, ...]:
    """The places without the organisations that one of the seats stands for."""
    every = tuple(dict.fromkeys(places))
    return tuple(one for one in every if not any(_own_organisation(one, seat) for seat in every))


def _telling(stems: tuple[str, ...], place: Place) -> bool:
    """One word out of a long name ("Bath" in an ICB's) is too little to know a seat by."""
    names = [_stems(fold(name).split()) for name in place.names]
    short = any(stems[0] in name for name in names if len(name) <= _LONGEST_SHORT_NAME)
    return len(stems) > 1 or place.kind != "seat" or short


def _own_organisation(one: Place, seat: Place) -> bool:
    """Is the one the organisation that goes by the seat's own name ("GWH" is both)?"""
    return one.kind == "organisation" and seat.kind == "seat" and not set(one.names).isdisjoint(seat.names)


def _trimmed(stems: tuple[str, ...]) -> tuple[str, ...]:
    first, last = 0, len(stems)
    while first < last and stems[first] in _JOINER_STEMS:
        first += 1
    while last > first and stems[last - 1] in _JOINER_STEMS:
        last -= 1
    return stems[first:last]


def _stem(token: str) -> str:
    return token[:-1] if len(token) > _NEVER_PLURAL and token.endswith("s") and not token.endswith("ss") else token


def _stems(tokens: Iterable[str]) -> tuple[str, ...]:
    return tuple(_stem(token) for token in tokens)


_COMMON_STEMS = frozenset(_stem(word) for word in _COMMON)
_JOINER_STEMS = frozenset(_stem(word) for word in _JOINERS)
