"""Changing and approving a summary: its figures are frozen, and the channel is owed one post (scenario 9, B15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from assurance.actors import Actor
from assurance.figures import GOOD_PRACTICE, as_bytes, to_json
from assurance.form_rules import tidy
from assurance.identifiable import find
from assurance.owing import originals, owe, owe_update
from assurance.pack import Pack
from assurance.permissions import CHAIR, OFFICER, VICE, approving, require
from assurance.refusals import Mistakes, OutOfDate, Refusal
from assurance.summaries import APPROVED, Chosen, Summary, about, summary_of
from assurance.summary_draft import approved_line, mark_of
from assurance.writing import ask_first
from storage.log import append_log
from storage.notices import notices_about
from storage.partnerships import Partnership
from storage.texts import text_of, texts
from storage.unit import Unit

CHANNEL, DRAFTED, NUDGE = "summary", "summary_draft", "summary_nudge"
"""The kinds of notice: the channel's post, the draft, and the one reminder that it waits."""
COMMENTARY = "commentary"
LONGEST_COMMENTARY = 800
NO_CHANNEL = (
    "There is no channel to post it in yet, so nothing is approved. In the group's channel, mention me and type "
    "use this team; then approve it here."
)


class Changed(Refusal):
    """The summary is not what the person looked at: it is shown anew before it is approved."""


@dataclass(frozen=True)
class Typed:
    """What was sent with a draft's card: the ticked lines, the commentary, and the state that the card showed."""

    mark: str
    good_practice: tuple[int, ...] = ()
    barriers: tuple[int, ...] = ()
    commentary: str = ""
    confirmed: bool = False


async def save_draft(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, report_id: int, typed: Typed, now: datetime
) -> None:
    """Keep what was ticked and written. Raises NotAllowed, OutOfDate once approved, Changed, Mistakes or AskFirst."""
    require(actor, "edit_summary")
    summary = await _open(unit, partnership, pack, report_id, typed, now)
    if await _keep(unit, actor, summary, typed, now):
        await append_log(
            unit, partnership.id, at=now, person_id=actor.person_id, what="summary changed",
            subject=about(report_id), refs=chosen_from(summary, typed).to_json(),
        )  # fmt: skip


async def approve(
    unit: Unit, actor: Actor, partnership: Partnership, pack: Pack, report_id: int, typed: Typed, now: datetime
) -> None:
    """Freeze the figures and owe the channel its one post. What is ticked in the same press goes out with it.

    Raises NotAllowed, OutOfDate where somebody approved it before, Changed where it is not what the person saw,
    Mistakes or AskFirst.
    """
    require(actor, approving(pack))
    summary = await _open(unit, partnership, pack, report_id, typed, now)
    if partnership.channel_id is None:
        raise OutOfDate(NO_CHANNEL)
    await _keep(unit, actor, summary, typed, now)
    row = summary.row
    role = next((one for one in (CHAIR, VICE, OFFICER) if actor.has(one)), OFFICER)
    stored = to_json(summary.figures)
    row.figures = {**stored, "chosen": chosen_from(summary, typed).to_json(), "approved_as": role}
    row.state, row.approved_at, row.approved_by = APPROVED, now, actor.person_id
    unit.add(row)
    await owe(
        unit, partnership.id, f"{CHANNEL}:{row.id}", CHANNEL, now=now, subject={"report": row.id},
        about=about(row.id), channel_id=partnership.channel_id, rank=0,
    )  # fmt: skip
    for card in originals(await notices_about(unit, partnership.id, about(row.id))):
        if card.kind == DRAFTED:
            await owe_update(unit, partnership.id, card, "approved", now=now)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="summary approved", subject=about(row.id),
        refs={"period": row.period, "asked": summary.figures.counts.asked}, after=sha256(as_bytes(stored)).hexdigest(),
    )  # fmt: skip


async def _open(
    unit: Unit, partnership: Partnership, pack: Pack, report_id: int, typed: Typed, now: datetime
) -> Summary:
    """The draft, locked, as long as it is one, and still what the person looked at."""
    summary = await summary_of(unit, partnership, pack, report_id, now, lock=True)
    if summary.approved:
        raise OutOfDate(await approved_line(unit, partnership, pack, summary))
    if typed.mark != mark_of(summary):
        raise Changed("It has changed since this card was drawn. Please look at it once more.")
    return summary


def chosen_from(summary: Summary, typed: Typed) -> Chosen:
    """What was ticked, as far as it is among the lines of this summary."""
    good = {one.text_id for one in summary.figures.good_practice}
    barriers = {one.text_id for one in summary.figures.barriers}
    return Chosen(
        tuple(one for one in typed.good_practice if one in good),
        tuple(one for one in typed.barriers if one in barriers),
    )


async def _keep(unit: Unit, actor: Actor, summary: Summary, typed: Typed, now: datetime) -> bool:
    """Store what was ticked and written on the draft; says whether anything is different."""
    row, chosen = summary.row, chosen_from(summary, typed)
    words = await texts(unit, row.partnership_id, [*chosen.good_practice, *chosen.barriers, row.commentary_text_id])
    if any(find(words.get(one, "")) for one in (*chosen.good_practice, *chosen.barriers)):
        raise Mistakes({GOOD_PRACTICE: "One of these lines could identify somebody, so it cannot be posted."})
    written, before = tidy(typed.commentary), words.get(row.commentary_text_id or 0, "")
    if written != before and written:
        if len(written) > LONGEST_COMMENTARY:
            over = len(written) - LONGEST_COMMENTARY
            raise Mistakes({COMMENTARY: f"This is {over:,} characters too long. Please shorten it."})
        ask_first({COMMENTARY: written}, confirmed=typed.confirmed)
        kept = await unit.save(text_of(row.partnership_id, written))
        row.commentary_text_id = kept.id
    elif not written:
        row.commentary_text_id = None
    if written == before and chosen == summary.chosen:
        return False
    row.figures = {"chosen": chosen.to_json(), "saved_by": actor.person_id, "saved_at": now.isoformat()}
    unit.add(row)
    return True
