"""Help, what is said when something was not understood, and which partnership a person means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assurance.actors import actor_numbered
from assurance.asking import Word
from assurance.issuing import today_in
from assurance.permissions import standing
from bot.edge.answers import Answer, ShowCard
from bot.places import places_of
from bot.tables import Command, Desk
from bot.turns import Here, Turn, number, who
from cards.asking import Question
from cards.helping import HelpGroup, Meant, help_card, unknown_card
from cards.parts import Card
from cards.which_partnership import CHOOSE, choice_card, chosen_card, only_card
from storage.log import append_log
from storage.notices import Notice
from storage.people import people_known_as, person
from storage.unit import Unit

SEVERAL = "several partnerships"
"""What a person of several partnerships counts as, for commands that concern only them."""


def can_be_run(command: Command) -> bool:
    """Whether a button may ask it: a command that changes anything is always typed."""
    return not command.word.changes and (command.do is None or command.reads)


def every_command(desk: Desk) -> Sequence[Command]:
    """The commands in force in this partnership."""
    from bot.wiring import commands

    return [one for one in commands() if desk.partnership.practice or not one.practice]


async def draw_help(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """What the person who asked can type."""
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    counts_as = set(standing(here.actor))
    if len(await _options(unit, desk, owed)) > 1:
        counts_as.add(SEVERAL)
    offered = [one for one in every_command(desk) if not counts_as.isdisjoint(one.who)]
    groups = {
        "To see how things stand": [one for one in offered if not one.practice and can_be_run(one)],
        "To do something": [one for one in offered if not one.practice and not can_be_run(one)],
        "In practice only": [one for one in offered if one.practice],
    }
    return help_card(
        [HelpGroup(name, [(one.word.phrases[0], one.help) for one in some]) for name, some in groups.items() if some],
        public=desk.public,
    )


async def here_of(unit: Unit, desk: Desk, owed: Notice) -> Here | None:
    """Who asked, with what they may see today."""
    assert owed.person_id is not None
    actor = await actor_numbered(unit, desk.partnership.id, owed.person_id, today_in(desk.pack, desk.now))
    return Here(actor, desk.partnership, desk.pack) if actor is not None else None


async def draw_unknown(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """What might have been meant."""
    here = await here_of(unit, desk, owed)
    if here is None:
        return None
    by_name = {one.word.name: one for one in every_command(desk)}
    places = {(one.kind, one.key): one.names[0] for one in await places_of(unit, here)}
    options = []
    for name, kind, key in owed.subject.get("options", []):
        command, place = by_name.get(name), places.get((kind, key), "")
        if command is None or (kind and not place):
            continue
        words = f"{command.word.phrases[0]} {place}".strip()
        question = Question(name, kind, key) if can_be_run(command) else None
        options.append(Meant(words, question))
    return unknown_card(desk.partnership.id, options, named=bool(owed.subject.get("named")))


async def draw_choice(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """Which partnerships the person belongs to."""
    options = await _options(unit, desk, owed)
    return choice_card(options) if len(options) > 1 else only_card(desk.partnership.title)


async def _options(unit: Unit, desk: Desk, owed: Notice) -> list[tuple[int, str]]:
    assert owed.person_id is not None
    one = await person(unit, desk.partnership.id, owed.person_id)
    if one is None or one.tenant_id is None or one.object_id is None:
        return []
    return [(its.id, its.title) for _, its in await people_known_as(unit, one.tenant_id, one.object_id)]


async def choose(turn: Turn, data: Mapping[str, Any]) -> Answer:
    """Keep which partnership the person means from now on."""
    async with turn.house.open_unit() as unit:
        here = await who(unit, turn, number(data, "p"))
        row = await person(unit, here.partnership.id, here.actor.person_id)
        assert row is not None
        row.chosen_at = turn.now
        await append_log(
            unit,
            here.partnership.id,
            at=turn.now,
            person_id=row.id,
            what="partnership chosen",
            subject=f"person:{row.id}",
        )
        chosen = chosen_card(here.partnership.title)
    return ShowCard(chosen.content, chosen.summary)


COMMANDS = (
    Command(Word("help", ("help",)), "What I can do.", "reply.help", menu=("personal", "team")),
    Command(
        Word("partnership", ("partnership", "which partnership", "change partnership", "switch partnership")),
        "Choose which of your partnerships you are asking about.",
        "reply.partnership",
        who=(SEVERAL,),
    ),
)
PRESSES = {CHOOSE: choose}
NOTICES = {"reply.help": draw_help, "reply.unknown": draw_unknown, "reply.partnership": draw_choice}
