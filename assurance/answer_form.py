"""What a return asks, who may answer it, and what an answer must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assurance.actors import Actor
from assurance.form_rules import mistakes
from assurance.identifiable import Finding, find
from assurance.packing import ShownForm, stored_form
from assurance.refusals import AskFirst, Mistakes, NotAllowed, NotFound, OutOfDate
from storage.asks import Loop, Request, Round
from storage.partnerships import form_version
from storage.returns import AgencyReturn, find_return
from storage.unit import Unit

WRITTEN = frozenset({"text"})
"""The types of question whose answers are people's words."""


@dataclass(frozen=True)
class Asked:
    """A return that an answer belongs to, with its loop, its request, its round and the form as it was asked."""

    row: AgencyReturn
    loop: Loop
    request: Request
    shown: ShownForm
    collection: Round

    @property
    def due(self) -> frozenset[str]:
        """The keys of the questions that are asked now."""
        return self.shown.due(self.row.dimensions or (), first=self.row.first)


async def asked_in(unit: Unit, partnership_id: int, return_id: int, *, lock: bool = False) -> Asked:
    """What one return asks. It decides nothing about who may see or answer it. Raises NotFound."""
    found = await find_return(unit, partnership_id, return_id, lock=lock)
    if found is None:
        raise NotFound("I cannot find that request, so I have not stored anything.")
    row, loop, request, its_round = found
    stored = await form_version(unit, partnership_id, row.form_version_id)
    assert stored is not None
    return Asked(row, loop, request, stored_form(stored), its_round)


def admit(actor: Actor, loop: Loop, request: Request, *, behalf: bool) -> None:
    """Whether this person may answer this loop now: a pure rule. Raises the refusal that they read."""
    own = loop.person_id == actor.person_id or (loop.seat_id is not None and loop.seat_id in actor.seats)
    if behalf and not actor.has("officer"):
        raise NotAllowed("Only the support officer can enter an answer on an agency's behalf.")
    if loop.merged_into is not None:
        raise OutOfDate("This is asked together with another request by now. Please type my returns to find it.")
    if not own and not behalf:
        raise NotAllowed("This is another agency's request, so I have not stored anything.")
    if request.state == "cancelled" or loop.state == "withdrawn":
        raise OutOfDate("This request has been withdrawn, so there is nothing more to answer. Thank you.")
    if not loop.asked:
        raise OutOfDate("This was sent for information only: no answer is needed.")


def check(asked: Asked, values: Mapping[str, str], *, confirmed: bool) -> dict[str, str]:
    """The answers to keep, of the questions that are due. Raises Mistakes, or AskFirst for identifiable text (I2)."""
    shown, due = asked.shown, asked.due
    kept = {key: value for key, value in values.items() if key in due and value}
    wrong = mistakes(shown.form, due, shown.scale, kept)
    if wrong:
        raise Mistakes(wrong)
    if not confirmed and (found := identifiable_in(shown, kept)):
        raise AskFirst(found)
    return kept


def identifiable_in(shown: ShownForm, values: Mapping[str, str]) -> dict[str, tuple[Finding, ...]]:
    """What looks case-identifiable in the written answers, by question (I2)."""
    written = {question.key for question in shown.form.questions if question.type in WRITTEN}
    found = {key: find(value) for key, value in values.items() if key in written}
    return {key: hits for key, hits in found.items() if hits}
