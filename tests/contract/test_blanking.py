"""Words and names can be blanked one by one, and the record still stands and still draws (D10, I2)."""

from sqlmodel import select

from storage.log import first_broken_entry
from storage.people import PersonName
from storage.returns import returns_of_request, versions_of_return
from storage.texts import Text
from tests.answering import SAID, TITLE, a_request, share_the_seat
from tests.group import a_group, inputs, read, words

CONTEXT = "Two agencies asked how this reached the wards."


async def blank_everything(group):
    """What a retention rule will do: every word and every name goes, its row and its hash stay."""
    async with group.unit() as (unit, _):
        for text in await unit.all(select(Text)):
            text.body, text.blanked_at = "", group.clock.now
            unit.add(text)
        for name in await unit.all(select(PersonName)):
            name.name, name.email, name.blanked_at = "", "", group.clock.now
            unit.add(name)


async def an_answer_corrected_then_blanked(group):
    """An answer, its correction and a plea are kept; then all words and names are blanked."""
    request = await a_request(group, "gwh", "awp", context=CONTEXT)
    await group.press("gwh", group.card("gwh"), "Send answer", SAID)
    form = await group.press("gwh", group.card("gwh"), "Correct our answer")
    await group.press("gwh", form["value"], "Send answer", SAID | {"evidence": "All six teams were told."})
    asking = group.card("awp")
    typed = {"more_time.until": "2026-12-03", "more_time.why": "Ward moves."}
    found = {key: typed[end] for key in inputs(asking) for end in typed if key.endswith(end)}
    await group.press("awp", asking, "Ask for more time", found)
    await blank_everything(group)
    return request


async def test_the_chain_and_the_hashes_hold_after_words_and_names_were_blanked(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await an_answer_corrected_then_blanked(group)
        async with group.unit() as (unit, its):
            assert await first_broken_entry(unit, its.id) is None
            assert all(len(one.sha256) == 64 and one.blanked_at for one in await unit.all(select(Text)))
            rows = await returns_of_request(unit, its.id, request.id)
            [row] = [one for one in rows if one.version_number]
            assert [one.number for one in await versions_of_return(unit, its.id, row.id)] == [1, 2]


async def test_a_receipt_without_its_words_still_says_the_level_and_that_a_former_member_gave_it(
    database_url, tmp_path
):
    async with a_group(database_url, tmp_path) as group:
        await share_the_seat(group, "ld_lead")
        request = await an_answer_corrected_then_blanked(group)
        data = {"p": group.partnership_id, "request": request.id}
        for who, giver in (("ld_lead", "a former member of GWH"), ("gwh", "you")):
            receipt = (await group.execute(who, "returns.open", data))["value"]
            said = words(receipt)
            assert TITLE in said and "Medium" in said and f"from {giver}" in said, who
            assert SAID["evidence"] not in said and CONTEXT not in said


async def test_every_list_still_draws_after_words_and_names_were_blanked(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await an_answer_corrected_then_blanked(group)
        for who, asked, part in (
            ("officer", "status", TITLE),
            ("officer", "how is GWH doing?", "Medium"),
            ("officer", f"status {TITLE}", "GWH"),
            ("gwh", "my returns", TITLE),
            ("officer", "overdue", "past"),
            ("officer", "people", "GWH"),
        ):
            card = await group.say(who, asked)
            assert part in words(card), asked
            assert "went wrong" not in words(card), asked


async def test_cards_that_were_owed_before_the_blanking_still_go_out(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await an_answer_corrected_then_blanked(group)
        data = {"p": group.partnership_id, "request": request.id}
        managed = (await group.execute("officer", "item.manage", data))["value"]
        assert TITLE in words(managed)
        behalf = (await group.execute("officer", "behalf.open", data))["value"]
        assert "Avon and Wiltshire" in words(behalf)
        assert TITLE in words(read(group.channel()[-1]))
