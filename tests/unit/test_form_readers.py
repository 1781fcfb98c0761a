"""Every form reader, for whatever a press may bring: a typed value comes back, and never an exception.

A reader is a function of cards/ that takes a press's data and gives no part of a card. They are found by walking the
package, so that a new one without a row here fails. More examples: FORM_EXAMPLES=2000.
"""

from __future__ import annotations

import importlib
import inspect
import os
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cards
from assurance.learning_fields import LearningFields
from assurance.pack import read_shipped
from assurance.packing import read_pack, shown_form
from assurance.refusals import Refusal
from cards import (
    absences,
    asking,
    assess,
    assess_overview,
    assess_rest,
    attendance,
    behalf,
    conclusion,
    correcting,
    deputies,
    exports,
    form,
    history,
    identifiable,
    learning_form,
    managing,
    meeting,
    meetings,
    outcome,
    papers,
    people,
    people_import,
    pleas,
    practice,
    reopening,
    reorganising,
    report_draft,
    report_sentence,
    request,
    retention,
    running_start,
    summary,
    summary_draft,
    travel,
)  # fmt: skip
from tests import nasty

EXAMPLES = int(os.environ.get("FORM_EXAMPLES", "12"))
TODAY = date(2026, 11, 2)
PACK = read_pack(read_shipped("swindon"))
SHOWN = shown_form(PACK, "assurance")
DUE = SHOWN.due([one.key for one in SHOWN.dimensions], first=True)
SIDE = SimpleNamespace(
    return_id=1, form_version_id=1, base=0, form=SHOWN, dimensions=[one.key for one in SHOWN.dimensions], first=True
)
Data = Mapping[str, Any]
READERS: dict[str, Callable[[Data], object]] = {
    "absences.read_away": absences.read_away,
    "asking.read_question": asking.read_question,
    "assess.read_one": assess.read_one,
    "assess_overview.read_go_to": assess_overview.read_go_to,
    "assess_rest.read_rest": assess_rest.read_rest,
    "assess_rest.read_seen": assess_rest.read_seen,
    "attendance.read_attendance": attendance.read_attendance,
    "behalf.read_answer": lambda data: behalf.read_answer(SimpleNamespace(side=SIDE), data),  # type: ignore[arg-type]
    "conclusion.read_agreement": conclusion.read_agreement,
    "correcting.read_correction": lambda data: correcting.read_correction(data, 1, LearningFields.from_json({})),
    "deputies.read_deputy": deputies.read_deputy,
    "exports.read_typed": exports.read_typed,
    "form.read": lambda data: form.read(SHOWN.form, DUE, SHOWN.scale, data, "f1-r1-b0-n0"),
    "history.read_choice": history.read_choice,
    "identifiable.confirmed": lambda data: identifiable.confirmed(data, {"a": nasty.TEXTS["a person's data"]}),
    "learning_form.typed_in": learning_form.typed_in,
    "managing.read_typed": managing.read_typed,
    "meeting.read_move": meeting.read_move,
    "meeting.read_shared_on": meeting.read_shared_on,
    "meetings.read_meeting": meetings.read_meeting,
    "outcome.read_query": outcome.read_query,
    "papers.read_page": papers.read_page,
    "people.read_assign": people.read_assign,
    "people.read_end": lambda data: people.read_end(data, TODAY),
    "people_import.read_list": people_import.read_list,
    "pleas.read_deputise": pleas.read_deputise,
    "pleas.read_plea": pleas.read_plea,
    "practice.wanted": lambda data: data.get("place") is practice.wanted(data),
    "reopening.read_reopening": reopening.read_reopening,
    "reorganising.read_form": reorganising.read_form,
    "report_draft.read_draft": lambda data: report_draft.read_draft(data, confirmed=False),
    "report_sentence.read_query": report_sentence.read_query,
    "request.count": lambda data: request.count(data, "n"),
    "request.read_answer": lambda data: request.read_answer(SHOWN, DUE, (1, 1), data),
    "retention.read_hold": retention.read_hold,
    "running_start.read_start": running_start.read_start,
    "summary.read_page": summary.read_page,
    "summary_draft.read_draft": lambda data: summary_draft.read_draft(data, confirmed=False),
    "summary_draft.written_in": summary_draft.written_in,
    "travel.read_leap": travel.read_leap,
}
NOT_READ = ("Card", "Element", "Action", "Execute", "list[Any]")
"""What a builder gives back."""
STEMS = (
    "f", "f1-r1-b0-n0", "behalf.1.1.0.0", "a1-d0-v0-n0", "rest.x", "here-1", "w1", "meeting.x", "new.1.1", "export.0",
    "summary.x", "report.x", "q-1-query-n0", "rq-1-n0", "reopen-n0", "agree-a-n0", "x.more_time", "home", "f.home",
)  # fmt: skip
"""How the names of inputs begin, with their numbers as they are at first."""
LAST = (
    *(one.key for one in SHOWN.form.questions), "title", "links", "rationale", "leave_out", "led_by", "follow", "here",
    "apologies", "substitutes", "good", "barriers", "commentary", "meeting_on", "meeting_at", "meeting_place", "text",
    "person", "agreed_on", "loop", "reason", "go_to", "list", "place", "search", "first", "last", "1", "999999999999",
)  # fmt: skip
NUMBERED = {
    "form": "f", "pre": "x", "kind": "more_time", "sort": "query", "rule": "a", "return": 1, "seat": 1, "n": 0,
    "base": 0, "seen": 0, "v": 0,
}  # fmt: skip
"""The values that make a reader look for the names above."""

anything = st.one_of(
    st.sampled_from(nasty.every_value()), st.text(max_size=30), st.integers(), st.floats(allow_nan=False), st.none(),
    st.booleans(), st.lists(st.integers(), max_size=3), st.dictionaries(st.text(max_size=3), st.text(max_size=3)),
)  # fmt: skip


class Brought(dict[str, Any]):
    """A press's data that has a value for whatever a reader asks, and for names as our inputs have them."""

    def __init__(self, draw: Callable[[Any], Any]) -> None:
        super().__init__()
        self._draw = draw
        names = draw(st.lists(st.tuples(st.sampled_from(STEMS), st.sampled_from(LAST)), max_size=8))
        self.update({f"{stem}.{last}": draw(anything) for stem, last in names})

    def __missing__(self, name: str) -> Any:
        known = NUMBERED.get(name)
        self[name] = self._draw(st.one_of(st.just(known), anything) if known is not None else anything)
        return self[name]

    def get(self, name: str, default: Any = None) -> Any:
        """The value, made now where there is none yet; one time in four nothing is there."""
        if name not in self and self._draw(st.integers(0, 3)) == 0:
            return default
        return self[name]


def found() -> Iterator[str]:
    """Every reader that there is."""
    for module in pkgutil.iter_modules(cards.__path__):
        whole = importlib.import_module(f"cards.{module.name}")
        for name, function in inspect.getmembers(whole, inspect.isfunction):
            signature = inspect.signature(function)
            gives = str(signature.return_annotation)
            builds = gives.endswith("Execute'>") or any(one in gives for one in NOT_READ)
            if function.__module__ == whole.__name__ and "data" in signature.parameters and not builds:
                yield f"{module.name}.{name}"


def test_every_reader_has_its_row() -> None:
    assert set(found()) == set(READERS), "Please add a new form's reader to READERS above."


def unsound(value: object) -> Iterator[object]:
    """What is in a value that is neither text, nor a number of a record, nor a day, nor made of those."""
    if is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from unsound(getattr(value, one.name))
    elif isinstance(value, Mapping):
        for key, held in value.items():
            yield from unsound(key)
            yield from unsound(held)
    elif isinstance(value, list | tuple | frozenset | set):
        for held in value:
            yield from unsound(held)
    elif isinstance(value, bool) or value is None or isinstance(value, str | date):
        return
    elif not isinstance(value, int) or not -1 <= value < 2**31:
        yield value


@pytest.mark.parametrize("name", READERS)
def test_a_reader_gives_a_typed_value_or_refuses_in_words(name: str) -> None:
    read = READERS[name]

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=EXAMPLES < 100,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        brought = Brought(data.draw)
        try:
            value = read(brought)
        except Refusal as refusal:
            assert refusal.text.strip()
            return
        assert list(unsound(value)) == [], dict(brought)

    holds()
