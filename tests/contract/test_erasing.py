"""Erasing on both databases: what is merged into a person goes too, and what comes in the way stops it whole."""

from datetime import date

import pytest
from sqlmodel import select

from assurance.actors import actor_numbered
from assurance.answering import Behalf, Submission, answer
from assurance.erasing import REASON, WHAT, erase, facts_of
from assurance.packing import pack_of
from assurance.person_data import person_data
from assurance.person_export import person_export
from assurance.refusals import NotAllowed, NotFound, OutOfDate
from storage.drafts import Draft
from storage.log import append_log, first_broken_entry, log_entries
from storage.notices import Notice, notice_keyed
from storage.people import Address, Person, PersonName, address_of_person, person
from storage.retention import LegalHold
from storage.returns import returns_of_request
from storage.texts import Text, text_of
from tests.answering import SAID, a_request
from tests.group import a_group
from tests.meeting import leave


async def erased(group, who, person_id, **more):
    async with group.unit() as (unit, its):
        actor = await actor_numbered(unit, its.id, group.ids[who], group.clock.now.date())
        return await erase(unit, actor, its, await pack_of(unit, its), person_id, group.clock.now, **more)


async def test_a_person_goes_with_the_rows_that_were_merged_into_them_or_not_at_all(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await leave(group, "gwh", date(2026, 10, 30))
        number = group.ids["gwh"]
        async with group.unit() as (unit, its):
            p, at = {"partnership_id": its.id}, group.clock.now
            before = await unit.save(Person(**p))
            unit.add(PersonName(**p, person_id=before.id, name="Listed Earlier"))
            unit.add(Address(**p, person_id=number, conversation_id="a:chat"))
            more = {"kind": "reply.help", "person_id": number, "subject": {}, "not_before": at, "owed_at": at}
            unit.add(Notice(**p, key="reply:a:chat:1", state="sending", **more), Notice(**p, key="later", **more))
            refs = {"merged": [[before.id, number]]}
            await append_log(unit, its.id, at=at, person_id=None, what="roster read", subject="team:1", refs=refs)
        with pytest.raises(NotAllowed):
            await erased(group, "chair", number)
        with pytest.raises(NotFound):
            await erased(group, "officer", 9999)
        with pytest.raises(OutOfDate, match="LOOP_OFFICERS"):
            await erased(group, "officer", number, officers={group.people["gwh"].object_id})
        async with group.unit() as (unit, its):
            why = await unit.save(text_of(its.id, "A claim."))
            hold = await unit.save(LegalHold(partnership_id=its.id, reason_text_id=why.id, at=group.clock.now))
        with pytest.raises(OutOfDate, match="A legal hold"):
            await erased(group, "officer", number)
        async with group.unit() as (unit, its):
            (await unit.get(LegalHold, hold.id)).ended_at = group.clock.now
        with pytest.raises(OutOfDate, match="being sent at this moment"):
            await erased(group, "officer", number)
        async with group.unit() as (unit, its):
            assert (await unit.get(PersonName, number)).name == group.people["gwh"].name, "nothing of it was kept"
            (await notice_keyed(unit, its.id, "reply:a:chat:1")).state = "delivered"
        done = await erased(group, "officer", number)
        assert (done.called, done.messages) == ("a former member of GWH", 1)
        async with group.unit() as (unit, its):
            names = {one.person_id: one for one in await unit.all(select(PersonName))}
            assert not names[number].name and not names[before.id].name and names[before.id].blanked_at
            assert await address_of_person(unit, its.id, number) is None
            assert (await person(unit, its.id, number)).object_id.startswith("erased-")
            later = await notice_keyed(unit, its.id, "later")
            assert (later.state, later.reason) == ("skipped", REASON)
            assert await notice_keyed(unit, its.id, "reply:a:chat:1") is None
            entry = (await log_entries(unit, its.id))[-1]
            assert (entry.what, entry.subject) == (WHAT, f"person:{number}") and await first_broken_entry(
                unit, its.id
            ) is None
            view = await person_data(unit, None, its, await pack_of(unit, its), number, group.clock.now)
            assert view.name == "A former member of GWH" and view.erased
        with pytest.raises(OutOfDate, match="erased already"):
            await erased(group, "officer", number)


async def touched(unit, its, how, who, request, at, officer):
    """Something of a person, or of a row that was merged into them, hangs on a request."""
    (row,) = await returns_of_request(unit, its.id, request.id)
    p = {"partnership_id": its.id}
    if how == "note":
        actor = await actor_numbered(unit, its.id, officer, at.date())
        name = (await unit.get(PersonName, who)).name
        note = Behalf(name, at.date(), "by telephone")
        sent = Submission(row.id, 0, SAID, behalf=note, confirmed=True)
        await answer(unit, actor, its, await pack_of(unit, its), sent, at)
    elif how == "message":
        more = {"subject": {}, "not_before": at, "owed_at": at, "posted_in": "a:chat"}
        unit.add(
            Notice(
                **p, key="x", kind="request", state="delivered", about=f"request:{request.id}", person_id=who, **more
            )
        )
    elif how == "draft":
        unit.add(Draft(**p, kind="decision", subject=row.id, owner_id=who, saved_by=who, saved_at=at, body={}))
    else:
        before = await unit.save(Person(**p))
        unit.add(Draft(**p, kind="decision", subject=row.id, owner_id=before.id, saved_at=at, body={}))
        refs = {"merged": [[before.id, who]]}
        await append_log(unit, its.id, at=at, person_id=None, what="roster read", subject="team:1", refs=refs)


@pytest.mark.parametrize("how", ["note", "message", "draft", "merged"])
async def test_whoever_left_something_on_an_item_on_hold_is_erased_only_when_the_hold_has_ended(
    sqlite_url, tmp_path, how
):
    async with a_group(sqlite_url, tmp_path) as group:
        await leave(group, "awp", date(2026, 10, 30))
        request = await a_request(group, "police", meeting_on=None)
        at = group.clock.now
        async with group.unit() as (unit, its):
            why = await unit.save(text_of(its.id, "An inquest."))
            more = {"partnership_id": its.id, "reason_text_id": why.id, "at": at}
            hold = await unit.save(LegalHold(**more, learning_id=request.learning_id))
            pack = await pack_of(unit, its)
            assert not (await facts_of(unit, its, pack, await person(unit, its.id, group.ids["awp"]), at)).held
            await touched(unit, its, how, group.ids["awp"], request, at, group.ids["officer"])
        with pytest.raises(OutOfDate, match="A legal hold"):
            await erased(group, "officer", group.ids["awp"])
        async with group.unit() as (unit, its):
            (await unit.get(LegalHold, hold.id)).ended_at = at
        assert (await erased(group, "officer", group.ids["awp"])).called == "a former member of AWP"


ASKED = "Was our ward audit counted?"


async def asked_about_a_report(unit, its, who, readers, at):
    """What query_sentence keeps of it: one text, and a message to each reader; the second is still owed."""
    words = await unit.save(text_of(its.id, ASKED))
    of = {"report": 1, "seat": 1, "text": words.id, "by": who}
    for number, state in zip(readers, ("delivered", "owed"), strict=True):
        more = {"partnership_id": its.id, "kind": "report_query", "subject": of, "not_before": at, "owed_at": at}
        unit.add(Notice(key=f"report_query:{number}", person_id=number, state=state, **more))
    return words.id


async def test_what_somebody_asked_about_a_report_is_exported_erased_and_kept_by_any_hold(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await leave(group, "awp", date(2026, 10, 30))
        request, at = await a_request(group, "police", meeting_on=None), group.clock.now
        async with group.unit() as (unit, its):
            readers = [group.ids["officer"], group.ids["chair"]]
            text_id = await asked_about_a_report(unit, its, group.ids["awp"], readers, at)
            why = await unit.save(text_of(its.id, "An inquest."))
            more = {"partnership_id": its.id, "reason_text_id": why.id, "at": at}
            hold = await unit.save(LegalHold(**more, learning_id=request.learning_id))
        found = await person_export(group.house.open_unit, None, group.partnership_id, group.ids["awp"], at)
        [wrote] = [one for one in found.sheets if one.named.title == "What they wrote"]
        assert [[line[-1] for line in page] async for page in wrote.read()] == [[ASKED]]
        with pytest.raises(OutOfDate, match="A legal hold"):
            await erased(group, "officer", group.ids["awp"])
        async with group.unit() as (unit, its):
            (await unit.get(LegalHold, hold.id)).ended_at = at
        assert (await erased(group, "officer", group.ids["awp"])).texts == 1
        async with group.unit() as (unit, its):
            words = await unit.get(Text, text_id)
            assert (words.body, words.blanked_at) == ("", at)
            unsent = await notice_keyed(unit, its.id, f"report_query:{group.ids['chair']}")
            assert (unsent.state, unsent.reason) == ("skipped", REASON)
