"""The permission table: every command and every button, for every role, towards every record (framework 2).

What is expected is written by hand in tests/permission_table.py. A command or button without a row fails here.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.wiring import commands, presses
from tests import nasty
from tests.cards_schema import assert_valid
from tests.literalness import unliteral
from tests.permission_table import COMMANDS, ROWS, Row, filled
from tests.permission_world import ROLES, Met, Two, two_partnerships
from tests.read_back import assert_read_back

HOW = "Please add a row to tests/permission_table.py, from framework 2: for whom it works, and the data it needs."
ACROSS = ("officer", "own", "chair")
"""Who tries another partnership's numbers: those who may most."""
NOT_UNDERSTOOD = "I am not sure what you mean, so I have not done anything."
TRIES = int(os.environ.get("FORM_EXAMPLES", "12")) // 12
"""How often each form is filled in badly."""
SAMPLE = 6
"""On PostgreSQL, one row in so many; the rules are the same code."""


def test_every_button_and_every_command_has_a_row() -> None:
    """A verb or command missing from the table fails."""
    buttons, words = set(presses()), {one.word.name for one in commands()}
    assert buttons - {row.verb for row in ROWS} == set(), HOW
    assert {row.verb for row in ROWS} - buttons == set(), "The table names buttons that are not there any more."
    assert words - set(COMMANDS) == set(), HOW
    assert set(COMMANDS) - words == set(), "The table names commands that are not there any more."


def test_the_table_names_no_role_that_is_not_one() -> None:
    for works_for in (*(row.works_for for row in ROWS), *COMMANDS.values()):
        assert set(works_for.split()) <= set(ROLES), works_for


def leaks(met: Met, secrets: Sequence[str]) -> list[str]:
    """The secrets that stand in an answer."""
    return [one for one in secrets if one in met.text]


def faults(two: Two, row: Row, role: str, met: Met) -> list[str]:
    """What is wrong with how a press ended, in words for whoever reads the failure."""
    works, told = role in row.works_for.split(), f"{row.verb} {row.about} by {role}: {met.how}: {met.text[:160]!r}"
    found = []
    if works and met.how not in row.ends:
        found.append(f"works for {role} by the table, and did not. {told}")
    if not works and not met.refused:
        found.append(f"is refused to {role} by the table, and was not. {told}")
    if (not met.text.strip() and not works) or "went wrong on our side" in met.text or "Traceback" in met.text:
        found.append(f"is no sentence and no card. {told}")
    if not works and (out := leaks(met, two.ours.secrets)):
        found.append(f"the refusal shows {out}. {told}")
    if role != "foreign" and (out := leaks(met, two.theirs.secrets)):
        found.append(f"shows another partnership's {out}. {told}")
    return found


def across(two: Two, row: Row, role: str, met: Met) -> list[str]:
    """The same with another partnership's numbers: it must be refused, and show nothing of theirs or ours."""
    told = f"{row.verb} {row.about} by {role}, across: {met.how}: {met.text[:160]!r}"
    refused = met.refused or met.how in ("OutOfDate", "Mistakes", "Refusal") or row.mends
    found = [] if refused else [f"another partnership's record was not refused. {told}"]
    theirs = [*two.theirs.secrets, *(name for name in two.theirs.names if name not in two.ours.names)]
    if out := leaks(met, theirs):
        found.append(f"shows another partnership's {out}. {told}")
    return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Two]:
    """One world for all of these tests: nothing of what is pressed or typed in it is kept."""
    folder = tmp_path_factory.mktemp("permissions")
    for path in migrated_sqlite.parent.glob(f"{migrated_sqlite.name}*"):
        shutil.copyfile(path, folder / path.name)
    async with two_partnerships(f"sqlite:///{folder / migrated_sqlite.name}", folder) as two:
        yield two


async def pressed(two: Two, rows: Sequence[Row]) -> list[str]:
    """Every role presses every one of these; gives everything that was not as the table says."""
    wrong = []
    for row in rows:
        data = {"p": two.ours.numbers["p"]} | filled(row.data, two.ours.numbers)
        for role in ROLES:
            wrong += faults(two, row, role, await two.press(role, row.verb, data, row.here))
    return wrong


@pytest.mark.asyncio(loop_scope="module")
async def test_each_button_works_for_those_whom_the_table_names_and_is_refused_to_all_others(world, caplog) -> None:
    """Every role towards the record of `own`: own seat, another seat, another partnership's officer."""
    wrong = await pressed(world, ROWS)
    assert not wrong, "\n".join(wrong)
    assert [one.getMessage() for one in caplog.records if one.levelname in ("ERROR", "CRITICAL")] == []


@pytest.mark.asyncio(loop_scope="module")
async def test_another_partnerships_record_is_refused_to_everybody_and_nothing_of_it_is_shown(world) -> None:
    """Their record's number under our own partnership's, and under theirs."""
    wrong = []
    for row in ROWS:
        theirs = filled(row.data, world.theirs.numbers)
        for role in ACROSS:
            if row.record:
                mixed = {"p": world.ours.numbers["p"]} | theirs
                if "context" in mixed:
                    mixed["context"] = mixed["context"] | {"p": world.ours.numbers["p"]}
                wrong += across(world, row, role, await world.press(role, row.verb, mixed, row.here))
            met = await world.press(role, row.verb, {"p": world.theirs.numbers["p"]} | theirs, row.here)
            if not met.refused:
                wrong.append(f"{row.verb} {row.about} in another partnership by {role}: {met.how}: {met.text[:160]!r}")
            if out := leaks(met, world.theirs.secrets):
                wrong.append(f"{row.verb} {row.about} in another partnership by {role} shows {out}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.asyncio(loop_scope="module")
async def test_the_same_on_postgresql_for_a_sample(postgres_url, tmp_path) -> None:
    async with two_partnerships(postgres_url, tmp_path) as two:
        wrong = await pressed(two, ROWS[::SAMPLE])
    assert not wrong, "\n".join(wrong)


@pytest.mark.asyncio(loop_scope="module")
async def test_each_command_answers_those_whom_the_table_names_and_tells_all_others_why_not(world) -> None:
    """A card is an answer, a sentence alone a refusal. What is there in practice only is not understood."""
    wrong = []
    for text, works_for in COMMANDS.items():
        in_channel = text == "use this team"
        for role in (one for one in ROLES if one != "foreign" or in_channel):  # elsewhere they are in their own
            met = await world.type(role, text, in_channel=in_channel)
            works = role in works_for.split() if works_for else NOT_UNDERSTOOD in met.text
            told = f"{text} by {role}: {met.how}: {met.text[:160]!r}"
            if works != (met.how == "shown"):
                wrong.append(f"{'works' if works else 'is refused'} by the table, and was not so. {told}")
            if not works and (out := leaks(met, world.ours.secrets)):
                wrong.append(f"the refusal shows {out}. {told}")
            if out := leaks(met, world.theirs.secrets):
                wrong.append(f"shows another partnership's {out}. {told}")
    assert not wrong, "\n".join(wrong)


def badly(data: Mapping[str, Any], chance: random.Random) -> dict[str, Any]:
    """The data of a form with some of its values replaced by anything."""
    keys = [key for key in data if key != "p"]
    values = [
        *nasty.TEXTS.values(),
        *nasty.EMPTY_TEXTS,
        *nasty.DATES,
        *nasty.NUMBERS,
        *nasty.NUMBER_TEXTS,
        *nasty.SHAPES,
    ]
    chosen = chance.sample(keys, chance.randint(0, min(3, len(keys))))
    return {**data, **{key: chance.choice(values) for key in chosen}}


@pytest.mark.asyncio(loop_scope="module")
async def test_whatever_a_form_brings_is_answered_with_a_sound_card_or_in_words(world) -> None:
    """A valid value, or a sentence that says what is wrong; never a failure of ours."""
    chance, wrong = random.Random(8), []
    for row in ROWS * TRIES:
        data = badly({"p": world.ours.numbers["p"]} | filled(row.data, world.ours.numbers), chance)
        role = chance.choice([*row.works_for.split(), "officer"])
        told = f"{row.verb} by {role} with {str(data)[:300]}"
        try:
            met = await world.press(role, row.verb, data, row.here)
        except Exception as error:
            wrong.append(f"{told}: {type(error).__name__}: {str(error)[:200]}")
            continue
        if not met.text.strip() and row.verb != "file.taken":
            wrong.append(f"{told}: nothing was said")
        if met.card is not None:
            assert_valid(met.card)
            assert_read_back(met.card)
            wrong += [f"{told}: {one}" for one in unliteral(met.card)]
    assert not wrong, "\n".join(wrong)
