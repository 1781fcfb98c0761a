"""Answering: what an agency submits is checked, kept as a version that is never altered, and told on (B3-B7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from hashlib import sha256

import orjson

from assurance.actors import Actor
from assurance.answer_form import WRITTEN, Asked, admit, asked_in, check, identifiable_in
from assurance.answer_telling import tell_of_answer
from assurance.issuing import today_in
from assurance.lifecycles import Standing, after_answer
from assurance.pack import Pack
from assurance.packing import ShownForm
from assurance.standing import NO_RESPONSE
from assurance.telling import tell_of_change
from storage.asks import Loop, note_self_levels
from storage.drafts import draft
from storage.learning import newest_wording
from storage.log import append_log
from storage.partnerships import Partnership, seat
from storage.returns import AgencyReturn, Answer, Version, versions_of_return
from storage.texts import text_of
from storage.unit import Unit


@dataclass(frozen=True)
class Behalf:
    """Who gave an answer that an officer enters for an agency, on which day, and how (scenario 27).

    `person_id` is the giver's number where we know them; the log refers to it, and never holds the name.
    """

    gave: str
    on: date
    how: str
    person_id: int | None = None


@dataclass(frozen=True)
class Submission:
    """One form as it was sent. `base` is the version it was opened on: it tells a repeat from a new answer.

    `confirmed`: the person said that what looks identifiable is not about a real person. `seen_draft` is when
    the draft that the form showed was saved, in seconds, or 0: a colleague's draft that was not shown is kept.
    """

    return_id: int
    base: int
    values: Mapping[str, str]
    confirmed: bool = False
    behalf: Behalf | None = None
    seen_draft: int = 0
    wording: int | None = None
    """The number of the learning's version that the form showed; the newest, where it is not said."""


@dataclass(frozen=True)
class Kept:
    """What became of a submission: the version it is, and whether it was there already."""

    return_id: int
    request_id: int
    number: int
    version_id: int
    repeated: bool


@dataclass(frozen=True)
class _Occasion:
    """Everything that stays the same while one submission is kept."""

    unit: Unit
    actor: Actor
    partnership: Partnership
    pack: Pack
    now: datetime


def content_hash(form_version_id: int, base: int, values: Mapping[str, str]) -> str:
    """The hash of what was said on which form: the same form with the same content is the same version."""
    said = [form_version_id, base, {key: value for key, value in values.items() if value}]
    return sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def answer(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, sent: Submission, now: datetime
) -> Kept:
    """Keep one submission, or find that it is kept already. Committed when the unit ends, before anybody is told.

    Raises NotFound, NotAllowed, OutOfDate, Mistakes or AskFirst; nothing is stored then.
    """
    return (await answer_together(unit, actor, partnership, pack, [sent], now))[0]


async def answer_together(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    sent: Sequence[Submission],
    now: datetime,
    known: Asked | None = None,
) -> list[Kept]:
    """Keep several submissions, all or none: one person's answers for several agencies (scenario 30).

    Every return is locked first, always in the same order, so that two people cannot wait for each other.
    `known` is the return that the caller has locked already, where it is the only one.
    """
    occasion = _Occasion(unit, actor, partnership, pack, now)
    if known is not None and [one.return_id for one in sent] == [known.row.id]:
        asked = {known.row.id: known}
    else:
        asked = {
            one.return_id: await asked_in(unit, partnership.id, one.return_id, lock=True)
            for one in sorted(sent, key=lambda one: one.return_id)
        }
    for one in sent:
        admit(actor, asked[one.return_id].loop, asked[one.return_id].request, behalf=one.behalf is not None)
    checked = [check(asked[one.return_id], one.values, confirmed=one.confirmed) for one in sent]
    return [await _take(occasion, asked[one.return_id], one, values) for one, values in zip(sent, checked, strict=True)]


async def _take(on: _Occasion, asked: Asked, sent: Submission, values: Mapping[str, str]) -> Kept:
    row, request = asked.row, asked.request
    digest = content_hash(row.form_version_id, sent.base, values)
    newest: Version | None = None
    wording = await _wording(on, asked, sent)
    if row.version_number:
        for newest in await versions_of_return(on.unit, on.partnership.id, row.id):
            if newest.sha256 == digest or (
                newest.number == row.version_number and _unchanged(newest, sent, values, wording)
            ):
                return Kept(row.id, request.id, newest.number, newest.id, repeated=True)
    kept = await _keep(on, asked, values, digest, sent, wording)
    await tell_of_answer(on.unit, on.actor, on.partnership, asked, kept, today_in(on.pack, on.now), on.now)
    if asked.collection.released_at is not None and row.settled_at is None:
        await tell_of_change(on.unit, on.partnership, on.pack, kept, on.now)
    log = partial(
        append_log, on.unit, on.partnership.id, at=on.now, person_id=on.actor.person_id,
        what="entered on behalf" if sent.behalf else "answered", subject=f"return:{row.id}",
        refs={"version": kept.number, "request": request.id, "late": kept.late}
        | _given_by(sent, kept)
        | _stands_in(on.actor, asked.loop),
        before=newest.sha256 if newest else None, after=digest,
    )  # fmt: skip
    on.unit.last(log)
    return Kept(row.id, request.id, kept.number, kept.id, repeated=False)


def _given_by(sent: Submission, kept: Version) -> dict[str, int | str | None]:
    """For the log: who gave an answer that was entered on behalf, by number, or the text that says so."""
    if sent.behalf is None:
        return {}
    given = {"gave": sent.behalf.person_id, "given": kept.behalf_text_id}
    return {**given, "given_on": sent.behalf.on.isoformat()}


def _stands_in(actor: Actor, loop: Loop) -> dict[str, int]:
    """For the log: whom a deputy acted for, by number (framework 2, "Substitute")."""
    whom = dict(actor.stands_in).get(loop.seat_id or 0)
    return {"for": whom} if whom is not None else {}


async def _wording(on: _Occasion, asked: Asked, sent: Submission) -> int | None:
    """Which wording of the learning an answer was given to: that of the form, though it was corrected since."""
    learning_id = asked.request.learning_id
    if learning_id is None:
        return None
    return await newest_wording(on.unit, on.partnership.id, learning_id, up_to=sent.wording or None)


def _unchanged(newest: Version, sent: Submission, values: Mapping[str, str], wording: int | None) -> bool:
    """Whether an agency's newest answer says just this already to these words, on whichever form it was sent."""
    if newest.origin != "card" or sent.behalf is not None or newest.learning_version_id != wording:
        return False
    return any(newest.sha256 == content_hash(newest.form_version_id, base, values) for base in range(newest.number))


async def _keep(
    on: _Occasion,
    asked: Asked,
    values: Mapping[str, str],
    digest: str,
    sent: Submission,
    wording: int | None,
) -> Version:
    unit, row, loop = on.unit, asked.row, asked.loop
    note = None
    if sent.behalf is not None:
        note = await unit.save(text_of(row.partnership_id, f"{sent.behalf.gave} ({sent.behalf.how})"))
    today = today_in(on.pack, on.now)
    given_on = sent.behalf.on if sent.behalf else today  # an e-mail in time is not late for being typed in later
    late = given_on > (loop.extended_to or row.due_on) or (row.outcome == NO_RESPONSE and sent.behalf is None)
    one = await unit.save(
        Version(
            partnership_id=row.partnership_id, return_id=row.id, number=row.version_number + 1,
            form_version_id=row.form_version_id, learning_version_id=wording,
            by_person_id=on.actor.person_id, by_title=await _title_of(unit, on.actor, loop),
            origin="on_behalf" if sent.behalf else "card", behalf_text_id=note.id if note else None,
            behalf_on=sent.behalf.on if sent.behalf else None, late=late,
            confirmed=sent.confirmed and bool(identifiable_in(asked.shown, values)), sha256=digest, at=on.now,
        )
    )  # fmt: skip
    await _keep_answers(unit, one, asked.shown, values)
    await _move_on(on, asked, one, values)
    await _drop_draft(on, row, sent)
    return one


async def _move_on(on: _Occasion, asked: Asked, one: Version, values: Mapping[str, str]) -> None:
    """What an answer changes beside itself: the return, its loop, and the latest level of each dimension.

    A correction leaves alone whether the answer came in time. What the group has settled stays as it is: an answer
    that comes after that is kept, and is the earlier answer of what is asked next (B12).
    """
    row, loop = asked.row, asked.loop
    asked_again = row.state == "returned" and loop.state == "requested"
    row.version_number = one.number
    if row.state == "awaited":
        row.state, row.returned_at, row.late = "returned", on.now, one.late
    levels = {key: values[key] for key in row.dimensions or () if key in values}
    if row.settled_at is not None:
        if row.outcome is not None:  # nothing was decided on it: its level is the latest that we know
            await note_self_levels(on.unit, row.partnership_id, loop.id, levels, late=True)
        return
    if not asked_again:
        standing = after_answer(on.pack.kind(asked.request.kind).lifecycle, Standing(loop.state, loop.open))
        loop.state, loop.open = standing.state, standing.open
    await note_self_levels(on.unit, row.partnership_id, loop.id, levels)


async def _drop_draft(on: _Occasion, row: AgencyReturn, sent: Submission) -> None:
    """A draft has served once it was sent. A colleague's, which the form did not show, is kept for them."""
    kept = await draft(on.unit, row.partnership_id, "answer", subject=row.id)
    if kept is not None and (kept.saved_by == on.actor.person_id or int(kept.saved_at.timestamp()) == sent.seen_draft):
        await on.unit.remove(kept)


async def _title_of(unit: Unit, actor: Actor, loop: Loop) -> str:
    """The title under which a person acts, kept with the version so that it outlasts the person's name."""
    for seat_id, title in actor.titles:
        if loop.seat_id is None or seat_id == loop.seat_id:
            return title
    if loop.seat_id is not None and loop.seat_id in actor.seats:
        its_seat = await seat(unit, actor.partnership_id, loop.seat_id)
        deputy = "deputy " if loop.seat_id not in actor.own_seats else ""
        return f"{deputy}for {its_seat.short}" if its_seat else ""
    return ""


async def _keep_answers(unit: Unit, one: Version, shown: ShownForm, values: Mapping[str, str]) -> None:
    kinds = {question.key: question.type for question in shown.form.questions}
    written = {key: text_of(one.partnership_id, value) for key, value in values.items() if kinds[key] in WRITTEN}
    unit.add(*written.values())
    await unit.flush()
    said = []
    for key, value in values.items():
        text = written.get(key)
        said.append(
            Answer(
                partnership_id=one.partnership_id, version_id=one.id, question=key,
                value=None if text else value, text_id=text.id if text else None,
            )
        )  # fmt: skip
    await unit.write(said)


__all__ = ["Behalf", "Kept", "Submission", "admit", "answer", "answer_together", "check", "content_hash"]
