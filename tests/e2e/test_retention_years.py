"""Eight years of a partnership that entered its retention schedule: what goes, when, who agreed, and what stays (I2).

Told 90 days before, nothing without an officer, nothing of what is on hold or still asked; a crash in the middle
loses nothing; reports keep their figures, and the log still verifies, until somebody changes it by hand.
"""

from __future__ import annotations

import logging
from datetime import date

from sqlmodel import select

from assurance import purging
from assurance.beats import beat
from assurance.exports_record import export_record
from assurance.pack import read_shipped
from assurance.packing import install_pack
from bot.documents.workbook import write_record
from storage.asks import Request, loops_of_request
from storage.decisions import Decision
from storage.drafts import Draft, drafts
from storage.learning import learning
from storage.log import chain_fault, log_entries, log_head
from storage.notices import Notice
from storage.reports import reports
from storage.retention import APPROVED, DONE, TOLD, newest_purge
from storage.returns import returns_of_request
from storage.texts import Text, text_of
from tests.answering import LEARNING, SAID, TITLE, a_request
from tests.group import a_group, buttons, read, words
from tests.summaries import HUDDLE, approved, drafted

HELD, ASKED = "Self-neglect audit", "Child G rapid review"
WHY = "Too few of the night staff so far."
AGREE = "Agree to the removal"


def a_schedule() -> str:
    """Swindon's pack with its schedule entered: seven years; two for deliveries, one for drafts."""
    text = read_shipped("swindon")
    entered = text.replace("enabled = false\nreturns_years", "enabled = true\nreturns_years")
    assert entered != text
    return entered


async def about(group, title: str) -> Request:
    """One more item that GWH is asked about, and answers."""
    item = LEARNING | {"title": title}
    asked = await a_request(group, "gwh", meeting_on=None, title=title, learning=item, context=f"Asked for {title}.")
    await group.press("gwh", group.card("gwh"), "Send answer", SAID | {"evidence": f"We told all wards of {title}."})
    return asked


async def ended(group, asked: Request) -> None:
    """Nothing more is asked of anybody, and the item is closed."""
    async with group.unit() as (unit, its):
        for loop in await loops_of_request(unit, its.id, asked.id):
            loop.open, loop.state = False, "assured"
        row = await unit.own(Request, its.id, asked.id)
        item = await learning(unit, its.id, asked.learning_id)
        row.state = item.state = "closed"


async def a_past(group) -> tuple[Request, Request]:
    """In 2026: three items with answers, a decision, an approved summary, and a draft that nobody sent."""
    held, open_still = await about(group, HELD), await about(group, ASKED)
    asked = await drafted(group)
    await approved(group)
    async with group.unit() as (unit, its):
        row = (await returns_of_request(unit, its.id, asked.id))[0]
        why = await unit.save(text_of(its.id, WHY))
        unit.add(
            Decision(
                partnership_id=its.id, meeting_id=(await reports(unit, its.id, "summary"))[0][1].id, return_id=row.id,
                rationale_text_id=why.id, at=group.clock.now,
            ),
            Draft(partnership_id=its.id, kind="learning", subject=1, owner_id=1, saved_at=group.clock.now, body={}),
        )  # fmt: skip
        await install_pack(unit, a_schedule(), now=group.clock.now)
    await ended(group, asked)
    await ended(group, held)
    return asked, open_still


async def on(group, day: date, *steps) -> None:
    """A day comes; the clock beats, and what is owed goes out."""
    group.clock.to(day.year, day.month, day.day, 11)
    await beat(group.house.open_unit, group.clock.now, *([steps] if steps else []))
    await group.settle()


async def said_in(group) -> set[str]:
    """Every text that still has its words."""
    async with group.unit() as (unit, _):
        return {one.body for one in await unit.all(select(Text)) if one.body}


def evidence_of(title: str) -> str:
    return f"We told all wards of {title}."


async def state(group):
    async with group.unit() as (unit, its):
        return await newest_purge(unit, its.id)


async def whole(group) -> bool:
    async with group.unit() as (unit, its):
        return await chain_fault(unit, its.id) is None


async def figures(group) -> tuple:
    """The summary's figures, and its table as a member reads it."""
    async with group.unit() as (unit, its):
        row = (await reports(unit, its.id, "summary"))[0][0]
    shown = await group.execute("chair", "summary.rows", {"p": group.partnership_id, "report": row.id})
    return row.figures, words(shown["value"])


async def deliveries(group) -> tuple[int, set[str]]:
    """How many messages were delivered in 2026, and what those are about that still say where they went."""
    async with group.unit() as (unit, _):
        rows = [
            one for one in await unit.all(select(Notice)) if one.state == "delivered" and one.settled_at.year < 2027
        ]
        return len(rows), {one.about for one in rows if one.activity_id}


def cards_of_purges(group, who: str = "officer"):
    return [card for post in group.chat(who) if AGREE in buttons(card := read(post))]


async def remove_it_all(group) -> None:
    """Beats until the removal has ended."""
    for _ in range(400):
        await beat(group.house.open_unit, group.clock.now, (purging.purge_due,))
        if (await state(group)).state == DONE:
            return
    raise AssertionError("it does not end")


async def test_eight_years_with_a_retention_schedule(database_url, tmp_path, monkeypatch, caplog):
    """I2: "Retention: a year simulated, what remains is listed and right"."""
    caplog.set_level(logging.CRITICAL)
    async with a_group(database_url, tmp_path) as group:
        asked, open_still = await a_past(group)
        before, then = await figures(group), await said_in(group)
        await on(group, date(2027, 8, 3))
        assert await state(group) is None, "nothing was kept for long enough"

        # After two years: where messages went, and drafts.
        await on(group, date(2029, 3, 5))
        told = await state(group)
        assert (told.state, told.from_on) == (TOLD, date(2029, 6, 3))
        assert told.counts["drafts"] == 1 and told.counts["deliveries"] > 5
        assert told.counts["evidence"] == told.counts["returns"] == told.counts["log"] == 0
        [card] = cards_of_purges(group)
        assert "Where each message was sent" in words(card) and "Sunday 3 June 2029" in words(card)
        assert AGREE not in buttons(await group.say("chair", "retention"))
        await on(group, date(2029, 3, 6))
        assert len(cards_of_purges(group)) == 1, "it is told once"
        agreed = await group.press("officer", card, AGREE)
        assert "It goes from Sunday 3 June 2029 on" in words(agreed["value"])
        sent, places = await deliveries(group)
        await on(group, date(2029, 6, 2))
        assert (await state(group)).state == APPROVED, "ninety days are not over"
        assert await deliveries(group) == (sent, places) and len(places) > 2
        await on(group, date(2029, 6, 4))
        await remove_it_all(group)
        going_on = {f"request:{open_still.id}"}
        assert await deliveries(group) == (sent, going_on), "they are counted; of what is still asked they stay whole"
        async with group.unit() as (unit, its):
            assert await drafts(unit, its.id, "learning") == []
        assert await said_in(group) == then and await figures(group) == before and await whole(group)
        stale = await group.press("officer", card, AGREE)
        assert "settled meanwhile" in str(stale["value"])

        # After seven: evidence, what was written around it, the log. Nobody agrees in time.
        await on(group, date(2034, 1, 3))
        told = await state(group)
        assert told.state == TOLD and told.from_on == date(2034, 4, 3)
        assert all(told.counts[which] for which in ("evidence", "returns", "deliveries", "log"))
        card = cards_of_purges(group)[-1]
        await on(group, date(2034, 4, 20))
        assert await said_in(group) == then and (await state(group)).state == TOLD, "nothing goes by itself"
        assert len(cards_of_purges(group)) == 3, "it was told once more on the day"
        held_card = await group.say("officer", f"hold {HELD} because an inquest is open")
        assert "It is on hold." in words(held_card) and "an inquest is open" in words(held_card)
        await ended(group, open_still)  # after it was told: nobody was told of this one
        await group.press("officer", card, AGREE)
        monkeypatch.setattr(purging, "HANDFUL", 3)
        entries = await log_count(group)

        async def dies(unit, its, pack, now):
            assert await purging.purge_due(unit, its, pack, now)
            raise RuntimeError("The machine stops.")

        await beat(group.house.open_unit, group.clock.now, (dies,))
        assert await said_in(group) > then and await log_count(group) == entries, "undone with its transaction"
        await remove_it_all(group)
        left = await said_in(group)
        assert WHY not in left and HUDDLE not in left
        assert {evidence_of(HELD), evidence_of(ASKED), f"Asked for {HELD}.", "an inquest is open"} <= left
        assert await figures(group) == before and await whole(group)
        assert await log_count(group) > entries, "while anything is on hold, the log stays as it is"
        history = words(await group.say("officer", "history gwh"))
        assert TITLE in history and "High" in history

        # The hold ends; a year later it goes, and the log is shortened.
        page = await group.say("officer", "retention")
        await group.press("officer", page, "End this hold")
        monkeypatch.setattr(purging, "HANDFUL", 2000)
        await on(group, date(2035, 1, 9))
        assert (await state(group)).from_on == date(2035, 4, 9)
        await group.press("officer", cards_of_purges(group)[-1], AGREE)
        await on(group, date(2035, 4, 10))
        await remove_it_all(group)
        left = await said_in(group)
        assert {evidence_of(HELD), evidence_of(ASKED), f"Asked for {HELD}."}.isdisjoint(left)
        assert any(TITLE in one for one in left), "the learning itself stays"
        assert await figures(group) == before and await whole(group)
        async with group.unit() as (unit, its):
            assert all(len(one.sha256) == 64 for one in await unit.all(select(Text)))
            rows = await returns_of_request(unit, its.id, asked.id)
            assert {one.state for one in rows} == {"returned", "awaited"} and any(one.version_number for one in rows)
            head, entries = await log_head(unit, its.id), await log_entries(unit, its.id)
            assert head.from_number > 10 and entries[0].number == head.from_number + 1
            assert [one.what for one in entries if one.what.startswith("purge")][-1] == "purge ended"
        await the_export_says_so(group, tmp_path, head)
        await by_hand(group)


async def log_count(group) -> int:
    async with group.unit() as (unit, its):
        return len(await log_entries(unit, its.id))


async def the_export_says_so(group, path, head) -> None:
    """An export of a log that was shortened is sealed, and says from where it hangs."""
    export = await export_record(group.house.open_unit, None, group.partnership_id, group.clock.now)
    await write_record(path / "record.xlsx", export)
    seal = await export.seal()
    assert seal.broken_at is None and (seal.cut_to, seal.cut_hash) == (head.from_number, head.from_hash)


async def by_hand(group) -> None:
    """Each thing that somebody may do to the log by hand is named, with the entry."""
    async with group.unit() as (unit, its):
        entries = await log_entries(unit, its.id)
        first, kept = entries[0], entries[0].what
        first.what = "something else"
        await unit.flush()
        fault = await chain_fault(unit, its.id)
        assert (fault.number, fault.what) == (first.number, "was changed after it was written")
        first.what = kept
        head = await log_head(unit, its.id)
        head.from_number, head.from_hash = first.number, first.hash
        await unit.remove(first)
        await unit.flush()
        fault = await chain_fault(unit, its.id)
        assert fault.number == first.number and "no later entry says so" in fault.what
        await unit.remove(entries[-1])
        await unit.flush()
        fault = await chain_fault(unit, its.id)
        assert (fault.number, fault.what) == (entries[-1].number, "is missing, with all that followed")


async def test_a_hold_is_asked_for_where_its_reason_may_name_somebody_and_the_form_comes_back(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await about(group, HELD)
        refused = await group.say("officer", f"hold {HELD} because NHS number 943 476 5919")
        assert "could identify" in words(refused) or "could identify" in refused.get("text", "")
        form = await group.say("officer", f"hold {HELD}")
        again = (await group.press("officer", form, "Put on hold", {"why": ""}))["value"]
        assert "Please say why" in words(again)
        asked = (await group.press("officer", again, "Put on hold", {"why": "NHS number 943 476 5919"}))["value"]
        assert "NHS number" in words(asked)
        done = (await group.press("officer", asked, "Put on hold", {"why": "An inquest is open."}))["value"]
        assert f"On hold: {HELD}." in words(done)
        assert "943 476 5919" not in await said_in(group)
        data = {"p": group.partnership_id, "request": 1}
        managed = (await group.execute("officer", "item.manage", data))["value"]
        assert "On hold: nothing of it is removed" in words(managed)
