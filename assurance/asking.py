"""Understanding what a person types: which word of the bot is meant, and about whom ("Words the bot knows").

Words that only ask are matched loosely. A word that changes anything is taken only when it is typed exactly;
anything near to it is asked about, never guessed. A question that we cannot explain to the last word is not
answered as if it were another.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from assurance.phrasings import (
    ACTIONS,
    OPPOSITES,
    PATTERNS,
    QUESTION_OPENERS,
    fold,
    spelt,
    without_courtesies,
    without_mention,
    without_please,
)
from assurance.place_names import MOST_OFFERED, Found, Names, Place, names_of

__all__ = [
    "DidYouMean",
    "Exact",
    "Found",
    "Place",
    "Understood",
    "Unknown",
    "Word",
    "find_place",
    "understand",
]

LONGEST_QUESTION = 400
"""Characters; longer text is no question (it may still be the text of a word that takes text)."""
MOST_TOKENS = 50
_CHATTER_FROM = 20
_PART_OF_A_NAME = 4
_NEAR, _RELATED = 0.75, 60.0
_LONGEST_NAME_SHOWN = 60
_PLAIN_SIGNS = re.compile(r"[\w\s.,!;:'\"\u2019\u2018\u201c\u201d()/\u2013\u2014\u2026-]*")


@dataclass(frozen=True)
class Word:
    """A command as the language sees it. `changes` says that it alters or sends something."""

    name: str
    phrases: tuple[str, ...]
    takes: Literal["nothing", "target", "optional target", "text"] = "nothing"
    changes: bool = False


@dataclass(frozen=True)
class Exact:
    """This is what was asked. `target` has at most one place; `text` follows a word that takes text."""

    word: Word
    target: tuple[Place, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class DidYouMean:
    """Nothing was done; offer these, each a word and perhaps the place it would be about."""

    options: tuple[tuple[Word, Place | None], ...]


@dataclass(frozen=True)
class Unknown:
    """Nothing fits. `nearest` may help; `name` is what was taken for a name that nobody here has, if any."""

    nearest: tuple[Word, ...] = ()
    name: str = ""


Understood = Exact | DidYouMean | Unknown


def understand(text: str, words: Sequence[Word], places: Sequence[Place]) -> Understood:
    """Say what `text` asks for, given the words in force here and the places the person may name."""
    named = names_of(tuple(places))
    text = without_mention(text)
    tidy = " ".join(text.split())
    short = len(tidy) <= LONGEST_QUESTION
    folded = fold(tidy) if short else ""
    if short and (exact := _exactly(tidy, folded, words, named)):
        return exact
    if with_text := _with_text(text, words):
        return with_text
    tokens = tuple(folded.split())
    if not tokens or len(tokens) > MOST_TOKENS:
        return Unknown(_help(words))
    return _Question(tokens, tuple(words), named).understood()


def find_place(text: str, places: Sequence[Place]) -> Found:
    """Which place a name means, for forms and for words that take text ("be GWH")."""
    tidy = " ".join(text.split())
    if len(tidy) > LONGEST_QUESTION:
        return Found()
    return names_of(tuple(places)).find(without_please(fold(tidy)).split()[:MOST_TOKENS])


def _exactly(tidy: str, folded: str, words: Sequence[Word], named: Names) -> Exact | None:
    """The whole text is a word's phrase, or a phrase and one place's full name; "please" does not count."""
    asked = without_please(folded)
    plain = _PLAIN_SIGNS.fullmatch(tidy) is not None
    squashed = asked.replace(" ", "")
    for word, phrase in _phrases(words):
        if word.changes and not plain:
            continue
        if squashed == phrase.replace(" ", ""):
            return Exact(word)
        if word.takes in ("target", "optional target") and asked.startswith(phrase + " "):
            here = named.exactly(asked[len(phrase) + 1 :].split())
            if len(here) == 1:
                return Exact(word, here)
    return None


def _with_text(text: str, words: Sequence[Word]) -> Exact | None:
    for word, phrase in _phrases(words):
        if word.takes != "text":
            continue
        spoken = r"[\W_]+".join(re.escape(token) for token in phrase.split())
        opening = re.compile(rf"\W*(?:(?:please|pls|plz)\W+)?{spoken}\b:?(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
        if found := opening.fullmatch(text):
            rest = found["rest"].strip()
            if len(rest) <= LONGEST_QUESTION:
                rest = re.sub(r"[\s,]+(?:please|pls|plz)[.!]*$", "", rest, flags=re.IGNORECASE)
            return Exact(word, text=rest)
    return None


def _phrases(words: Iterable[Word]) -> list[tuple[Word, str]]:
    """Every word's folded phrases, the longest first."""
    pairs = [(word, fold(phrase)) for word in words for phrase in word.phrases]
    return sorted((pair for pair in pairs if pair[1]), key=lambda pair: -len(pair[1]))


def _help(words: Sequence[Word]) -> tuple[Word, ...]:
    return tuple(word for word in words if word.name == "help")


@dataclass(frozen=True)
class _Reading:
    """One way to take the text: a word, and the tokens that name a place, if any do."""

    word: Word
    place: tuple[str, ...] = ()


class _Question:
    """One loosely put text, read in the light of the words and names in force."""

    def __init__(self, tokens: tuple[str, ...], words: tuple[Word, ...], named: Names) -> None:
        self.words, self.named, self.tokens = words, named, tokens
        self.phrases = _phrases(words)
        known = frozenset(token for token in tokens if named.knows(token))
        self.spelt = spelt(tokens, frozenset(t for _, phrase in self.phrases for t in phrase.split()), known)
        self.first, self.last = without_courtesies(self.spelt)

    def understood(self) -> Understood:
        readings = [*self._readings(0, len(self.tokens)), *self._readings(self.first, self.last)]
        whole = tuple(dict.fromkeys(reading.word for reading in readings if not reading.place))
        if len(whole) == 1 and not whole[0].changes:
            return Exact(whole[0])
        if whole:
            return DidYouMean(tuple((word, None) for word in whole))
        about = sorted((r for r in readings if r.place), key=lambda reading: len(reading.place))
        return self._about_a_place(about) or self._bare_place() or self._suggestion(about)

    def _readings(self, first: int, last: int) -> list[_Reading]:
        raw, tokens = self.tokens[first:last], self.spelt[first:last]
        text, squashed = " ".join(tokens), "".join(tokens)
        found = [
            _Reading(word)
            for word, phrase in self.phrases
            if squashed == phrase.replace(" ", "") and not (word.takes == "text" and word.changes)
        ]
        if found:
            return found
        for word, pattern in self._patterns():
            if not (match := pattern.fullmatch(text)):
                continue
            if "place" not in match.re.groupindex:
                found.append(_Reading(word))
            else:
                start = text[: match.start("place")].count(" ")
                found.append(_Reading(word, raw[start : start + match["place"].count(" ") + 1]))
        return found

    def _patterns(self) -> Iterable[tuple[Word, re.Pattern[str]]]:
        for word in self.words:
            for pattern in PATTERNS.get(word.name, ()):
                yield word, pattern
        for word, phrase in self.phrases:
            if word.takes in ("target", "optional target"):
                spoken = re.escape(phrase)
                yield word, re.compile(rf"{spoken}(?: (?:of|for|on|at|with|about|from|in))? (?P<place>.+)")
                yield word, re.compile(rf"(?P<place>.+) {spoken}")

    def _about_a_place(self, readings: list[_Reading]) -> Understood | None:
        found = [(reading.word, self.named.find(reading.place)) for reading in readings]
        for word, here in found:
            if here.sure and not word.changes and word.takes in ("target", "optional target"):
                return Exact(word, (here.sure,))
        options = [
            (word, place if word.takes in ("target", "optional target") else None)
            for word, here in found
            for place in _likely(here)
        ]
        words = {word.name for word, _ in options[:1]}
        return self._offer([option for option in options if option[0].name in words]) if options else None

    def _bare_place(self) -> Understood | None:
        """Only a name: its full name asks how it stands, a part of it is asked about."""
        status = self._word_for_places()
        tokens = self.tokens[self.first : self.last] or self.tokens
        if status is None or self._phrase_words():
            return None
        here = self.named.find(tokens)
        if here.sure and here.by_full_name:
            return Exact(status, (here.sure,))
        explained = {token for place in _likely(here) for token in _own_tokens(place)}
        if len(tokens) > _PART_OF_A_NAME or self._to_do() - explained:
            return None
        return self._offer([(status, place) for place in _likely(here)])

    def _suggestion(self, readings: list[_Reading]) -> Understood:
        """What may be meant by a text that no way of asking explains."""
        tried = {reading.word.name for reading in readings} | ({"help"} if readings else set())
        near = [word for word in self._near_words() if word.name not in tried]
        if len(self.tokens) <= _CHATTER_FROM:
            options = self._options(near)
            if options and (offer := self._offer(options)):
                return offer
        if readings:
            name = " ".join(readings[0].place)
            return Unknown((readings[0].word,), name if len(name) <= _LONGEST_NAME_SHOWN else "")
        return Unknown(tuple(near[:3]) or self._related() or _help(self.words))

    def _options(self, near: list[Word]) -> list[tuple[Word, Place | None]]:
        places = self.named.mentioned(self.tokens)
        options: list[tuple[Word, Place | None]] = []
        for word in near:
            takes = word.takes in ("target", "optional target")
            options += [(word, place) for place in places] if takes and places else [(word, None)]
        status = self._word_for_places()
        to_do = self._to_do() - {token for place in places for token in _own_tokens(place)}
        if status and not to_do and not any(place for _, place in options):
            options += [(status, place) for place in places]
        return options

    def _offer(self, options: Sequence[tuple[Word, Place | None]]) -> Understood | None:
        """Ask about these; if the text may well say the opposite, name the words without offering them."""
        if not options:
            return None
        explained = {token for _, place in options if place for token in _own_tokens(place)}
        words = tuple(dict.fromkeys(word for word, _ in options))
        explained |= {token for _, phrase in _phrases(words) for token in phrase.split()}
        if OPPOSITES & set(self.tokens) - explained:
            return Unknown(words[:3])
        return DidYouMean(tuple(dict.fromkeys(options))[:MOST_OFFERED])

    def _to_do(self) -> set[str]:
        """The words that tell the bot to do something it may not know how to do."""
        return set(self.tokens) & (OPPOSITES if self.tokens[0] in QUESTION_OPENERS else ACTIONS)

    def _word_for_places(self) -> Word | None:
        asking = [w for w in self.words if not w.changes and w.takes in ("target", "optional target")]
        return next((word for word in asking if word.name == "status"), asking[0] if asking else None)

    def _phrase_words(self) -> list[Word]:
        """The words of which a phrase stands somewhere in the text."""
        text = f" {' '.join(self.spelt)} "
        telling = [pair for pair in self.phrases if len(pair[1]) >= _PART_OF_A_NAME]
        return list(dict.fromkeys(word for word, phrase in telling if f" {phrase} " in text))

    def _near_words(self) -> list[Word]:
        squashed = "".join(self.spelt[self.first : self.last]) or "".join(self.spelt)
        alike = [
            word
            for word, phrase in self.phrases
            if len(phrase) >= _PART_OF_A_NAME and OSA.normalized_similarity(squashed, phrase.replace(" ", "")) >= _NEAR
        ]
        return list(dict.fromkeys([*self._phrase_words(), *alike]))

    def _related(self) -> tuple[Word, ...]:
        text = " ".join(self.tokens)
        scores = [(fuzz.ratio(text, phrase), word) for word, phrase in self.phrases]
        best = sorted((pair for pair in scores if pair[0] >= _RELATED), key=lambda pair: -pair[0])
        return tuple(dict.fromkeys(word for _, word in best))[:3]


def _likely(found: Found) -> tuple[Place, ...]:
    return (found.sure,) if found.sure else found.maybe


def _own_tokens(place: Place) -> set[str]:
    return {token for name in place.names for token in fold(name).split()}
