"""D12: what comes after the meeting is accepted, marked late, and is the earlier answer of what is asked next."""

from __future__ import annotations

from assurance.beats import beat
from storage.returns import returns_of_request, versions_of_return
from tests.answering import SAID, a_request
from tests.group import a_group, buttons, inputs, walk, words

CORRECTED = "Shared at three ward huddles since the meeting."


async def to_the_day_impact_opens(group):
    group.clock.to(2027, 2, 2)
    await beat(group.house.open_unit, group.clock.now)
    await group.settle()


def earlier_answer(card):
    """What stands under "Your earlier answer" on a card."""
    fold = next(one for one in walk(card) if str(one.get("id", "")).startswith("earlier-r"))
    assert "Your earlier answer" in words(card)
    return words(fold)


async def test_an_answer_after_the_meeting_is_marked_late_and_shown_again_when_impact_opens(database_url, tmp_path):
    """Scenario 19: the meeting was on 10 December; the answer came on the 14th."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        group.clock.to(2026, 12, 14)
        receipt = (await group.press("gwh", group.card("gwh"), "Send answer", SAID))["value"]
        assert "after the due day. It is accepted" in words(receipt)
        async with group.unit() as (unit, its):
            [row] = await returns_of_request(unit, its.id, request.id)
            [version] = await versions_of_return(unit, its.id, row.id)
            assert row.late and version.late
        await to_the_day_impact_opens(group)
        card = group.card("gwh")
        assert SAID["evidence"] in earlier_answer(card)
        assert {key.rpartition(".")[2] for key in inputs(card)} >= {"impact", "impact_evidence"}


async def test_a_correction_after_the_meeting_is_what_stands_as_the_earlier_answer(database_url, tmp_path):
    """The first answer was in time and stays so; the corrected words are the ones that are shown again."""
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh")
        await group.press("gwh", group.card("gwh"), "Send answer", SAID)
        group.clock.to(2026, 12, 14)
        assert "Correct our answer" in buttons(group.card("gwh"))
        form = (await group.press("gwh", group.card("gwh"), "Correct our answer"))["value"]
        receipt = (await group.press("gwh", form, "Send answer", {"evidence": CORRECTED}))["value"]
        assert "version 2" in words(receipt) and CORRECTED in words(receipt)
        async with group.unit() as (unit, its):
            [row] = await returns_of_request(unit, its.id, request.id)
            late = {one.number: one.late for one in await versions_of_return(unit, its.id, row.id)}
            assert late == {1: False, 2: True} and not row.late
        await to_the_day_impact_opens(group)
        earlier = earlier_answer(group.card("gwh"))
        assert CORRECTED in earlier and SAID["evidence"] not in earlier
