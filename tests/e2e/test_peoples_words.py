"""What people write stands as text wherever it is shown: on every card, in the channel, in summaries (deliver 8).

Nothing in it becomes mark-up, a link, a mention, a date or a card; and nothing of it is lost on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlmodel import select

from assurance.form_rules import one_line, tidy
from storage.texts import Text
from tests import nasty
from tests.answering import LEARNING, MEETING, SAID, a_request
from tests.group import Group, a_group, buttons, inputs, words
from tests.literalness import unliteral, unliteral_post
from tests.meeting import enter_the_room
from tests.summaries import APPROVE, beaten, closed, draft_of, summaries_in

ALL = list(nasty.TEXTS.values())
TITLE = one_line("Child F <at>Everyone</at> **Wrenfield** [a](https://evil.example) {{DATE(2026-11-02)}}")
SAYS = {
    "gwh": {
        "evidence": nasty.TEXTS["markdown"], "monitoring": nasty.TEXTS["html"],
        "good_practice": nasty.TEXTS["a mention"], "barriers": nasty.TEXTS["a formula"],
    },
    "awp": {
        "evidence": nasty.TEXTS["a card"], "monitoring": nasty.TEXTS["joined emoji"],
        "good_practice": nasty.TEXTS["a template"], "barriers": nasty.TEXTS["right to left"],
    },
    "police": {
        "evidence": nasty.TEXTS["zero width"], "monitoring": nasty.TEXTS["many marks on one letter"],
        "good_practice": nasty.TEXTS["a link of markdown"], "barriers": nasty.TEXTS["entities of html"],
    },
}  # fmt: skip
"""What each agency writes, a text in each field."""
REASON, COMMENT = nasty.TEXTS["paths and formats"], nasty.TEXTS["more formulas"]


def plainly(text: str) -> str:
    """A text as `words` gives it, with its lines joined: what a card shows, without the marks that keep it literal."""
    return " ".join(tidy(text).replace("\u2060", "").replace("\\", "").split())


async def pressed(
    group: Group, who: str, card: dict[str, Any], title: str, typed: dict[str, str], kept: list[Any]
) -> Any:
    """Press, and keep the card that came back to look at it."""
    got = (await group.press(who, card, title, typed))["value"]
    kept.append(got)
    return got


def faults(group: Group, kept: list[Any]) -> Iterator[str]:
    for post in group.teams.posts():
        for version in post.versions:
            yield from unliteral_post(version)
    for card in kept:
        yield from unliteral(card)


async def test_words_with_a_meaning_elsewhere_are_text_all_the_way_to_the_channel(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        learning = LEARNING | {"title": TITLE, "findings": ALL[0], "key_messages": ALL[2], "description": ALL[3]}
        await a_request(group, "gwh", "awp", "police", title=TITLE, learning=learning, context=nasty.TEXTS["sql"])
        kept: list[Any] = []
        for who, said in SAYS.items():
            card = group.card(who)
            await pressed(group, who, card, "Send answer", {**SAID, **said, "dissemination": "medium"}, kept)
        async with group.unit() as (unit, _):
            stored = set(await unit.all(select(Text.body)))
        assert {tidy(text) for said in SAYS.values() for text in said.values()} <= stored, "kept as it was written"
        kept += [await group.say("officer", text) for text in ("status", "status GWH", "papers", f"status {TITLE[:9]}")]
        kept.append(await group.say("gwh", nasty.TEXTS["a mention"]))
        group.clock.to(2026, 12, 10)
        card = await enter_the_room(group)
        kept.append(card)
        while record := [one for one in buttons(card) if one.startswith("Record")]:
            assert len(kept) < 20, words(card)
            lower = {"dissemination": "low", "rationale": REASON}
            card = await pressed(group, "officer", card, record[0], lower, kept)
        await closed(group, MEETING)
        await beaten(group, hours=20)
        draft = draft_of(group, "chair")
        every = ",".join(choice["value"] for choice in inputs(draft)[good(draft)]["choices"])
        kept.append(draft)
        await pressed(group, "chair", draft, APPROVE, {"good": every, "commentary": COMMENT}, kept)
        [posted] = summaries_in(group)
        assert list(faults(group, kept)) == []
        told = plainly(words(posted))
        for text in (*(said["good_practice"] for said in SAYS.values()), COMMENT):
            assert plainly(text) in told, text
        outcome = plainly(words(group.card("gwh")))
        assert plainly(REASON) in outcome or any(plainly(REASON) in plainly(words(one)) for one in kept)
        shown = plainly(" ".join(words(one) for one in kept))
        for said in SAYS.values():
            assert plainly(said["evidence"]) in shown


def good(card: dict[str, Any]) -> str:
    """The name of the list of good practice."""
    return next(name for name in inputs(card) if name.endswith(".good"))
