"""Preparing and approving a report to the board: nothing is sent before it is approved (scenario 15, F1).

Each agency is shown the exact sentence about itself; three working days later the chair can approve. What is told of
it may change until then, and is shown again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256

from assurance.actors import Actor
from assurance.calendar import local_day
from assurance.dates import day_words, listing
from assurance.figures import as_bytes
from assurance.form_rules import tidy
from assurance.highlight_draft import QUERY, mark_of, offered
from assurance.highlight_drafting import DRAFTED
from assurance.highlight_figures import highlights_to_json
from assurance.highlight_rules import Shown, approvable_from, unseen
from assurance.highlight_words import by_agency, marks
from assurance.highlights import APPROVED, GONE, ReportNow, ReportView, about, report_now, report_view
from assurance.hours import next_send_moment
from assurance.identifiable import find
from assurance.issuing import start_of, today_in, working_days
from assurance.owing import originals, owe, owe_update
from assurance.pack import Pack
from assurance.permissions import CHAIR, OFFICER, VICE, approving, require
from assurance.refusals import Mistakes, NotAllowed, NotFound, OutOfDate
from assurance.summary_approving import Changed
from assurance.telling import tell_of_use
from assurance.writing import ask_first
from storage.log import append_log
from storage.notices import notices_about
from storage.partnerships import Partnership
from storage.people import holders_of_role, holders_of_seat
from storage.texts import text_of, texts
from storage.unit import Unit

CHANNEL, SENTENCE = "report", "report_sentence"
"""The kinds of notice: the channel's card, and an agency's sentence."""
COMMENTARY, PICKED, QUESTION = "commentary", "picked", "text"
LONGEST, LONGEST_QUERY = 1500, 500
CHANGED = "It has changed since this card was drawn. Please look at it once more."


@dataclass(frozen=True)
class Typed:
    """What was sent with a draft's card: ticked words, what was written, and the mark of the state that it showed."""

    mark: str
    picked: tuple[int, ...] = ()
    commentary: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)
    confirmed: bool = False

    @property
    def written(self) -> dict[str, str]:
        """All free text, by field."""
        return {COMMENTARY: self.commentary, **self.notes}


async def save_report(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, report_id: int, typed: Typed, now: datetime
) -> None:
    """Keep what was ticked and written. Raises NotAllowed, OutOfDate once approved, Changed, Mistakes or AskFirst."""
    require(actor, "edit_highlights")
    found = await _open(unit, partnership, pack, report_id, typed, now)
    await _keep(unit, actor, pack, found, typed, now)


async def show_agencies(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, report_id: int, typed: Typed, now: datetime
) -> int:
    """Freeze the figures, and owe each agency the sentence about itself, as far as it has not seen it so.

    What is ticked in the same press counts. Gives how many agencies are shown something. Raises as `save_report`.
    """
    require(actor, "edit_highlights")
    found = await _keep(unit, actor, pack, await _open(unit, partnership, pack, report_id, typed, now), typed, now)
    view = await report_view(unit, partnership, pack, found)
    wanted = marks(view.agencies)
    fresh = unseen(wanted, found.kept.shown)
    on = local_day(next_send_moment(pack, start_of(partnership, pack, now)), pack.timezone)
    shown = {seat: one for seat, one in found.kept.shown.items() if seat in wanted}
    shown |= {seat: Shown(wanted[seat], on) for seat in fresh}
    row = found.row
    row.figures = highlights_to_json(found.found) | replace(found.kept, shown=shown).to_json()
    unit.add(row)
    await _owe_sentences(unit, partnership, pack, found, view, fresh, now)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="report shown", subject=about(row.id),
        refs={"seats": list(fresh), "on": on.isoformat(), "marks": {str(seat): wanted[seat] for seat in fresh}},
    )  # fmt: skip
    return len(fresh)


async def _owe_sentences(
    unit: Unit, partnership: Partnership, pack: Pack, found: ReportNow, view: ReportView, fresh: tuple[int, ...],
    now: datetime,
) -> None:  # fmt: skip
    """One message a person, whatever the number of their agencies."""
    said, people = by_agency(view.agencies), dict[int, list[str]]()
    for seat in fresh:
        for person_id in await holders_of_seat(unit, partnership.id, seat, today_in(pack, now)):
            people.setdefault(person_id, []).extend(said[seat])
    for person_id, sentences in people.items():
        mark = sha256("\n".join(sentences).encode()).hexdigest()[:12]
        await owe(
            unit, partnership.id, f"{SENTENCE}:{found.row.id}:{mark}:{person_id}", SENTENCE, now=now,
            subject={"report": found.row.id}, about=about(found.row.id), person_id=person_id,
            not_before=start_of(partnership, pack, now), keeps_hours=True,
        )  # fmt: skip


async def bring_up_to_date(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, report_id: int, typed: Typed, now: datetime
) -> None:
    """Count a draft anew that agencies were shown already; whoever's sentence differs then is shown it again."""
    require(actor, "edit_highlights")
    found = await _keep(unit, actor, pack, await _open(unit, partnership, pack, report_id, typed, now), typed, now)
    found.row.figures = found.kept.to_json()
    unit.add(found.row)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="report counted anew", subject=about(report_id),
        refs={},
    )  # fmt: skip


async def approve_report(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, report_id: int, typed: Typed, now: datetime
) -> None:
    """Freeze it as it stands, owe the channel its one card, and tell members whose example is in it.

    Raises NotAllowed; OutOfDate where it is approved already, or an agency has not had its sentence for long enough;
    Changed, Mistakes or AskFirst.
    """
    require(actor, approving(pack, "report"))
    found = await _keep(unit, actor, pack, await _open(unit, partnership, pack, report_id, typed, now), typed, now)
    view = await report_view(unit, partnership, pack, found)
    _check_seen(pack, found, view, today_in(pack, now))
    row = found.row
    role = next((one for one in (CHAIR, VICE, OFFICER) if actor.has(one)), OFFICER)
    figures = highlights_to_json(found.found)
    row.figures = figures | replace(found.kept, approved_as=role).to_json()
    row.state, row.approved_at, row.approved_by = APPROVED, now, actor.person_id
    unit.add(row)
    if partnership.channel_id is not None:
        await owe(
            unit, partnership.id, f"{CHANNEL}:{row.id}", CHANNEL, now=now, subject={"report": row.id},
            about=about(row.id), channel_id=partnership.channel_id, rank=0,
        )  # fmt: skip
    for card in originals(await notices_about(unit, partnership.id, about(row.id))):
        if card.kind == DRAFTED:
            await owe_update(unit, partnership.id, card, "approved", now=now)
    await tell_of_use(unit, partnership, pack, row, examples(found), now)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="report approved", subject=about(row.id),
        refs={"kind": row.kind, "period": row.period, "told": len(found.found.flags)},
        after=sha256(as_bytes(figures)).hexdigest(),
    )  # fmt: skip


def _check_seen(pack: Pack, found: ReportNow, view: ReportView, today: date) -> None:
    """Raises OutOfDate until each agency has had the sentence about itself for three working days."""
    wanted = marks(view.agencies)
    missing = unseen(wanted, found.kept.shown)
    if missing:
        names = {line.seat_id: line.agency for line in view.agencies}
        whom = listing([names[seat] for seat in missing[:6]]) + (" and others" if len(missing) > 6 else "")
        raise OutOfDate(
            f"{whom} {'has' if len(missing) == 1 else 'have'} not seen what the report says about them. Please press "
            "Show the agencies first; three working days later it can be approved."
        )
    day = approvable_from(wanted, found.kept.shown, working_days(pack))
    if day is not None and day > today:
        raise OutOfDate(
            f"Each agency has three working days with the sentence about itself, so this can be approved from "
            f"{day_words(day)}. Nothing has been sent."
        )


def examples(found: ReportNow) -> tuple[int, ...]:
    """The answers whose good practice is told in the agency's or the group's own words."""
    picked = set(found.kept.picked)
    told = [one.return_id for one in found.found.flags if one.sort == "good_practice" and one.text_id in picked]
    shared = {(one.seat_id, one.request_id) for one in found.found.figures.good_practice if one.text_id in picked}
    told += [one.return_id for one in found.found.figures.rows if (one.seat_id, one.request_id) in shared]
    return tuple(dict.fromkeys(told))


async def _open(
    unit: Unit, partnership: Partnership, pack: Pack, report_id: int, typed: Typed, now: datetime
) -> ReportNow:
    """The draft, locked, as long as it is one, and still what the person looked at."""
    found = await report_now(unit, partnership, pack, report_id, now, lock=True)
    if found.approved:
        raise OutOfDate("It is approved already, and its figures stay as they are.")
    if typed.mark != mark_of(found):
        raise Changed(CHANGED)
    return found


async def _keep(unit: Unit, actor: Actor, pack: Pack, found: ReportNow, typed: Typed, now: datetime) -> ReportNow:
    """Store what was ticked and written on the draft, and give the draft with it."""
    row, kept = found.row, found.kept
    known = offered(pack, found)
    picked = tuple(one for one in typed.picked if one in known)
    numbers = [*picked, *kept.notes.values(), row.commentary_text_id]
    words = await texts(unit, row.partnership_id, numbers)
    if any(find(words.get(one, "")) for one in picked):
        raise Mistakes({PICKED: "One of these could identify somebody, so it cannot be told in the report."})
    by_hand = {one.key for one in found.its.sections} & set(typed.notes)
    before = {COMMENTARY: row.commentary_text_id} | {key: kept.notes.get(key) for key in by_hand}
    written = {key: tidy(typed.written[key]) for key in before}
    changed = {key: text for key, text in written.items() if text != words.get(before[key] or 0, "")}
    if long := {key: f"This is {len(text) - LONGEST:,} characters too long. Please shorten it."
                for key, text in changed.items() if len(text) > LONGEST}:  # fmt: skip
        raise Mistakes(long)
    ask_first(changed, confirmed=typed.confirmed)
    if not changed and picked == kept.picked:
        return found
    stored = dict(before)
    for key, text in changed.items():
        stored[key] = (await unit.save(text_of(row.partnership_id, text))).id if text else None
    row.commentary_text_id = stored.pop(COMMENTARY)
    notes = {**kept.notes, **{key: number for key, number in stored.items() if number is not None}}
    notes = {key: number for key, number in notes.items() if stored.get(key, number) is not None}
    now_kept = replace(kept, picked=picked, notes=notes, saved_by=actor.person_id, saved_at=now.isoformat())
    row.figures = (highlights_to_json(found.found) if found.frozen else {}) | now_kept.to_json()
    unit.add(row)
    await append_log(
        unit, row.partnership_id, at=now, person_id=actor.person_id, what="report changed", subject=about(row.id),
        refs={"picked": list(picked), "notes": notes, "commentary": row.commentary_text_id},
    )  # fmt: skip
    return replace(found, kept=now_kept)


async def query_sentence(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, report_id: int, seat_id: int, text: str,
    now: datetime, *, confirmed: bool = False,
) -> None:  # fmt: skip
    """Give the officer what an agency asks about its sentence; the same again is the same.

    Raises NotAllowed for anybody of another agency, NotFound, Mistakes or AskFirst.
    """
    if seat_id not in actor.seats:
        raise NotAllowed("This is not about your agency.")
    found = await report_now(unit, partnership, pack, report_id, now)
    view = await report_view(unit, partnership, pack, found)
    if not (found.frozen and any(line.seat_id == seat_id for line in view.agencies)):
        raise NotFound(GONE)
    said = tidy(text)
    if not said:
        raise Mistakes({QUESTION: "Please say in a line what should be looked at."})
    if len(said) > LONGEST_QUERY:
        raise Mistakes({QUESTION: f"Please keep it to {LONGEST_QUERY} characters."})
    ask_first({QUESTION: said}, confirmed=confirmed)
    words = text_of(partnership.id, said)
    key = f"{QUERY}:{report_id}:{seat_id}:{words.sha256[:12]}"
    earlier = [one for one in await notices_about(unit, partnership.id, about(report_id)) if one.key.startswith(key)]
    if earlier:
        return
    kept = await unit.save(words)
    today = today_in(pack, now)
    readers = await holders_of_role(unit, partnership.id, [OFFICER], today) or await holders_of_role(
        unit, partnership.id, [CHAIR, VICE], today
    )
    for person_id in readers:
        await owe(
            unit, partnership.id, f"{key}:{person_id}", QUERY, now=now, about=about(report_id), person_id=person_id,
            subject={"report": report_id, "seat": seat_id, "text": kept.id, "by": actor.person_id},
        )  # fmt: skip
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="report queried", subject=about(report_id),
        refs={"seat": seat_id}, after=words.sha256,
    )  # fmt: skip
