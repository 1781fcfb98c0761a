"""Issuing new learning: the form in three steps, the preview, and the drafts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from assurance.actors import Actor, actor_numbered
from assurance.asking import Word
from assurance.full_request import start_full
from assurance.issuing import today_in
from assurance.learning_draft import (
    AlreadyIssued,
    Changed,
    Kept,
    Moved,
    Typed,
    confirm,
    find_draft,
    keep_step,
    plan,
    resumable,
    resume,
    start,
    throw_away,
)
from assurance.learning_plan import StepMistakes, addressed
from assurance.learning_view import FormView, form_view, issued_view, preview_view, where_draft_stands
from assurance.owing import owe
from assurance.reach import doors_to_try
from assurance.refusals import AskFirst, Mistakes
from assurance.rehearsing import rehearse
from bot.edge.answers import Answer, ShowCard
from bot.reaching import try_doors
from bot.tables import Command, Desk, Heard, Subject
from bot.turns import PARTNERSHIP, Here, Turn, number, who
from cards.issued import issued_card
from cards.learning_form import ADD, AT_STEP, BACK, DRAFT, GO, LATER, NEXT, REVISION, STEP, SURE, step_card, typed_in
from cards.parts import Card
from cards.preview import (
    DIGEST,
    FULL,
    ISSUE,
    REQUEST,
    RESUME,
    SEEN_BY,
    SHOW,
    SURE_OF_IT,
    THROW,
    drafts_card,
    in_private_card,
    parked_card,
    preview_card,
    throw_away_card,
)
from cards.request import request_card
from storage.base import Conflict
from storage.notices import Notice
from storage.unit import Unit

LAST_STEP = 3


def _shown(card: Card) -> ShowCard:
    return ShowCard(card.content, card.summary)


def _step(data: Mapping[str, Any]) -> int:
    found = data.get(AT_STEP)
    return found if isinstance(found, int) and 1 <= found <= LAST_STEP else 1


async def begin(unit: Unit, turn: Turn, here: Here, _: Heard) -> Subject:
    """Begin a draft. In a channel the form goes to the officer's own chat."""
    draft_id = await start(unit, here.actor, here.partnership, turn.now)
    about = f"draft:{draft_id}"
    subject: Subject = {"draft": draft_id, "about": about}
    if turn.private:
        return subject
    await owe(
        unit, here.partnership.id, f"form:{turn.conversation.id}:{turn.activity_id}", "learning_form", now=turn.now,
        subject=subject, about=about, person_id=here.actor.person_id, rank=0,
    )  # fmt: skip
    return {"show": "reply.in_private"}


async def on_step(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Keep what was typed on a step, and go where the button says."""
    draft_id, step, go = number(data, DRAFT), _step(data), str(data.get(GO))
    then = {NEXT: min(step + 1, LAST_STEP), BACK: max(step - 1, 1)}.get(go, step)
    revision = data.get(REVISION)
    values = typed_in(data)
    sure = [str(one) for one in data.get(SURE) or ()][:60] if isinstance(data.get(SURE), list) else []
    typed = Typed(step, revision if isinstance(revision, int) else -1, values, sure)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
    try:
        async with turn.house.open_unit() as unit:
            kept = await keep_step(unit, here.actor, here.partnership, here.pack, draft_id, typed, then, turn.now)
    except AlreadyIssued as before:
        return await _issued(turn, here, before.request_id)
    except (Mistakes, AskFirst, Moved) as refusal:
        return await _again(turn, here, draft_id, step, values, refusal)
    if go == LATER:
        return _shown(_parked(here, kept))
    if go == NEXT and kept.mistakes:
        return _shown(step_card(form_view(here.actor, here.pack, kept, step=step)))
    if go == NEXT and step == LAST_STEP:
        return await _preview(turn, here, draft_id)
    errors: dict[str, str] = {}
    return _shown(step_card(form_view(here.actor, here.pack, kept, step=2 if go == ADD else then, errors=errors)))


def _parked(here: Here, kept: Kept) -> Card:
    title = kept.body.values.get("title", "")
    return parked_card(here.partnership.id, here.actor.person_id, kept.draft_id, title)


async def _again(
    turn: Turn, here: Here, draft_id: int, step: int, typed: Mapping[str, str], refusal: Exception
) -> Answer:
    """The same step with everything that was typed, none of which was kept."""
    async with turn.house.open_unit() as unit:
        kept = await resume(unit, here.actor, here.partnership, here.pack, draft_id, turn.now)
    view = form_view(here.actor, here.pack, kept, step=step, errors={})
    view = replace(view, values={**view.values, **typed})
    if isinstance(refusal, Mistakes):
        view = replace(view, errors=refusal.fields)
    elif isinstance(refusal, AskFirst):
        view = replace(view, findings=refusal.findings)
    else:
        view = replace(view, note=str(refusal))
    return _shown(step_card(view))


async def _preview(turn: Turn, here: Here, draft_id: int, seen_by: str = "", note: str = "") -> Answer:
    """Learn who can be reached, and show what would be issued; or the step that still lacks something."""
    actor, its, pack = here.actor, here.partnership, here.pack
    try:
        async with turn.house.open_unit() as unit:
            found, offered = await plan(unit, actor, its, pack, draft_id, turn.now)
            bot_id = f"28:{turn.house.settings.app_id}"
            doors = await doors_to_try(unit, its, addressed(found, {}), offered.today, bot_id)
        await try_doors(turn.house, its.id, doors)
        async with turn.house.open_unit() as unit:
            view = await preview_view(unit, actor, its, pack, found, draft_id, seen_by, turn.now)
        seen = await rehearse(turn.house.open_unit, actor, its, draft_id, view.seen_by, turn.now)
    except StepMistakes as wrong:
        return await _mend(turn, here, draft_id, wrong)
    except AlreadyIssued as before:
        return await _issued(turn, here, before.request_id)
    return _shown(preview_card(replace(view, note=note), request_card(seen, actor.person_id)))


async def _mend(turn: Turn, here: Here, draft_id: int, wrong: StepMistakes) -> Answer:
    async with turn.house.open_unit() as unit:
        kept = await resume(unit, here.actor, here.partnership, here.pack, draft_id, turn.now)
    return _shown(step_card(form_view(here.actor, here.pack, kept, step=wrong.step, errors=wrong.fields)))


async def _issued(turn: Turn, here: Here, request_id: int) -> Answer:
    async with turn.house.open_unit() as unit:
        view = await issued_view(unit, here.actor, here.partnership, here.pack, request_id, turn.now)
    return _shown(issued_card(view))


async def on_show(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Show the preview as another agency will see it."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
    return await _preview(turn, here, number(data, DRAFT), str(data.get(SEEN_BY) or ""))


async def on_issue(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Issue what was previewed, once."""
    draft_id = number(data, DRAFT)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
    try:
        try:
            request_id = await _confirmed(turn, here, draft_id, data)
        except Conflict:  # something else was issued at this very moment
            request_id = await _confirmed(turn, here, draft_id, data)
    except Changed as why:
        return await _preview(turn, here, draft_id, note=why.text)
    except StepMistakes as wrong:
        return await _mend(turn, here, draft_id, wrong)
    return await _issued(turn, here, request_id)


async def _confirmed(turn: Turn, here: Here, draft_id: int, data: Mapping[str, Any]) -> int:
    async with turn.house.open_unit() as unit:
        digest = str(data.get(DIGEST))
        return await confirm(unit, here.actor, here.partnership, here.pack, draft_id, digest, turn.now)


async def on_resume(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Go on with a draft where it was left, or show what became of it."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        return _shown(await _standing(unit, here.actor, here, number(data, DRAFT), turn))


async def _standing(unit: Unit, actor: Actor, here: Here | Desk, draft_id: int, when: Turn | Desk) -> Card:
    view = await where_draft_stands(unit, actor, here.partnership, here.pack, draft_id, when.now)
    return step_card(view) if isinstance(view, FormView) else issued_card(view)


async def on_throw(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Throw a draft away, after asking once."""
    draft_id = number(data, DRAFT)
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        if data.get(SURE_OF_IT) != 1:
            _, body = await find_draft(unit, here.actor, here.partnership, draft_id)
            title = body.values.get("title", "")
            return _shown(throw_away_card(here.partnership.id, here.actor.person_id, draft_id, title))
        await throw_away(unit, here.actor, here.partnership, draft_id, turn.now)
        return _shown(await _drafts(unit, here.actor, here))


async def _drafts(unit: Unit, actor: Actor, here: Here | Desk) -> Card:
    held = await resumable(unit, actor, here.partnership)
    return drafts_card(here.partnership.id, actor.person_id, held, here.pack.timezone)


async def on_full(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Begin the full request that follows urgent learning (scenario 36)."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, PARTNERSHIP))
        draft_id = await start_full(unit, here.actor, here.partnership, here.pack, number(data, REQUEST), turn.now)
        kept = await resume(unit, here.actor, here.partnership, here.pack, draft_id, turn.now)
    view = form_view(here.actor, here.pack, kept, step=1, errors={})
    return _shown(step_card(replace(view, note="What the urgent card said is filled in. Please add the rest.")))


async def _asker(unit: Unit, desk: Desk, owed: Notice) -> Actor | None:
    if owed.person_id is None:
        return None
    return await actor_numbered(unit, desk.partnership.id, owed.person_id, today_in(desk.pack, desk.now))


async def draw_form(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """A draft as it stands."""
    actor = await _asker(unit, desk, owed)
    if actor is None:
        return None
    return in_private_card() if desk.public else await _standing(unit, actor, desk, owed.subject["draft"], desk)


async def draw_in_private(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """What stands in the channel instead of the form."""
    return in_private_card()


async def draw_drafts(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The drafts, in the officer's own chat only."""
    actor = await _asker(unit, desk, owed)
    if actor is None:
        return None
    return in_private_card("drafts") if desk.public else await _drafts(unit, actor, desk)


COMMANDS = (
    Command(
        Word("new learning", ("new learning", "issue learning", "issue new learning"), changes=True),
        "Write new learning, look at a preview, and issue it.", "learning_form", who=("officer",),
        menu=("personal",), do=begin,
    ),
    Command(Word("drafts", ("drafts", "my drafts", "draft")), "Go on with learning that is not issued yet.",
            "reply.drafts", who=("officer",)),
)  # fmt: skip
PRESSES = {
    STEP: on_step, SHOW: on_show, ISSUE: on_issue, RESUME: on_resume, THROW: on_throw, FULL: on_full,
}  # fmt: skip
NOTICES = {"learning_form": draw_form, "reply.in_private": draw_in_private, "reply.drafts": draw_drafts}
