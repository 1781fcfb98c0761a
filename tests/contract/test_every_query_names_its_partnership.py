"""Partnerships that share a database never see each other's rows: every query that storage exports is walked."""

import importlib
import inspect
import pkgutil
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import SQLModel

import storage
from storage import everything
from storage.asks import Loop, LoopDimension, Meeting, Request, Round
from storage.chasers import Absence, Chaser
from storage.contacts import Plea, Practice, RollCall, RollCallReply
from storage.decisions import Agreement, Attendance, Decision, DiscussMark
from storage.drafts import Draft
from storage.learning import Learning, LearningVersion
from storage.log import append_log
from storage.notices import Notice
from storage.partnerships import FormVersion, Organisation, PackVersion, Partnership, Seat
from storage.people import Address, Holding, Person, PersonName
from storage.reports import Report
from storage.retention import LegalHold, Purge
from storage.returns import AgencyReturn, Answer, Assessment, Version
from storage.seat_changes import SeatChange, SeatName
from storage.texts import text_of
from storage.unit import Store

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 2)

WITHOUT = {
    "every_partnership": "the beat's sweep and the start-up",
    "partnerships_to_look_at": "the beat's sweep",
    "partnership": "finds the partnership itself",
    "partnership_named": "finds the partnership itself",
    "partnership_of_team": "finds the partnership itself",
    "people_known_as": "asks who is calling before it is known where",
    "claim_notices": "the courier carries for all",
    "begin_notice": "only the claim's own owner",
    "settle_notice": "only the claim's own owner",
    "give_back": "only the claim's own owner",
    "take_over": "only the one courier that may send",
    "hold_back": "only a notice's own lane",
    "conversations_known": "the courier carries for all",
    "earliest_owed": "tells only a time",
    "take_lease": "belongs to the whole deployment",
    "release_lease": "belongs to the whole deployment",
    "lease_runs": "belongs to the whole deployment",
    "forget_leases": "belongs to the whole deployment",
    "condition_of": "looks at the database, and at no record",
    "leave_gap": "the numbers of notices are the whole deployment's",
    "waiting": "the watchdog looks after the whole deployment; numbers and times only",
    "unsettled_notices": "counts for the whole deployment",
    "count_partnerships": "counts for the whole deployment",
}
"""The only functions that take no partnership, each with its reason."""


def exported():
    for found in pkgutil.iter_modules(storage.__path__):
        if found.ispkg or found.name in ("migrate", "unit", "base", "everything"):
            continue
        module = importlib.import_module(f"storage.{found.name}")
        for name, function in vars(module).items():
            own = inspect.iscoroutinefunction(function) and function.__module__ == module.__name__
            if own and not name.startswith("_"):
                yield name, function


QUERIES = dict(exported())


@pytest.mark.parametrize("name", [name for name in QUERIES if name not in WITHOUT])
def test_the_query_takes_the_unit_and_then_the_partnership(name):
    assert list(inspect.signature(QUERIES[name]).parameters)[:2] == ["unit", "partnership_id"]


def test_the_exceptions_are_all_still_there_and_each_has_a_reason():
    assert set(WITHOUT) <= set(QUERIES)
    assert all(WITHOUT.values())


def test_every_record_but_the_partnership_itself_and_the_leases_of_replicas_belongs_to_one():
    tables = everything.metadata.tables
    assert {name for name, table in tables.items() if "partnership_id" not in table.c} == {"partnership", "lease"}


async def a_world(unit, slug):
    """One row of everything for a partnership; gives the arguments that find them, by parameter name."""
    its = await unit.save(Partnership(slug=slug, title=slug, team_id=f"team-{slug}"))
    p = {"partnership_id": its.id}
    await unit.save(PackVersion(**p, version="1", sha256=f"pack-{slug}", text="", loaded_at=NOW))
    body = await unit.save(Organisation(**p, slug="sbc", name="SBC"))
    seat = await unit.save(
        Seat(**p, group_key="ldg", slug="gwh", name="GWH", short="GWH", sector="health", organisation_id=body.id)
    )
    form = await unit.save(FormVersion(**p, form_key="assurance", label="1", sha256=f"form-{slug}", body={}))
    person = await unit.save(Person(**p, tenant_id="t", object_id=f"o-{slug}", teams_id=f"29:{slug}", chosen_at=NOW))
    await unit.save(PersonName(person_id=person.id, **p, name="A Name", email=f"a@{slug}"))
    holding = await unit.save(Holding(**p, person_id=person.id, seat_id=seat.id))
    await unit.save(Holding(**p, person_id=person.id, role="officer"))
    await unit.save(Address(**p, person_id=person.id), Address(**p, channel_id=f"c-{slug}"))
    text = await unit.save(text_of(its.id, "{}"))
    item = await unit.save(
        Learning(**p, group_key="ldg", number=1, title="Child F", reference=f"F-{slug}", created_at=NOW)
    )
    wording = await unit.save(LearningVersion(**p, learning_id=item.id, number=1, text_id=text.id, at=NOW))
    meeting = await unit.save(Meeting(**p, group_key="ldg", on=DAY))
    collected = await unit.save(Round(**p, group_key="ldg", meeting_id=meeting.id, opens_on=DAY, due_on=DAY))
    request = await unit.save(
        Request(
            **p, group_key="ldg", number=1, kind="assurance", form_key="assurance", title="Child F",
            learning_id=item.id, round_id=collected.id, due_on=DAY, issued_at=NOW,
        )
    )  # fmt: skip
    loop = await unit.save(Loop(**p, request_id=request.id, seat_id=seat.id))
    await unit.save(Loop(**p, request_id=request.id, person_id=person.id))
    await unit.save(LoopDimension(**p, loop_id=loop.id, dimension="impact", state="waiting", opens_on=DAY, due_on=DAY))
    row = await unit.save(
        AgencyReturn(
            **p, loop_id=loop.id, request_id=request.id, round_id=collected.id, seat_id=seat.id,
            form_version_id=form.id, due_on=DAY, version_number=1, dimensions=[],
        )
    )  # fmt: skip
    said = await unit.save(
        Version(
            **p, return_id=row.id, number=1, form_version_id=form.id, learning_version_id=wording.id,
            by_person_id=person.id, behalf_text_id=text.id, sha256=f"v-{slug}", at=NOW,
        )
    )  # fmt: skip
    await unit.save(Answer(**p, version_id=said.id, question="evidence", text_id=text.id))
    await unit.save(Assessment(**p, return_id=row.id, dimension="impact", level="high", at=NOW))
    draft = await unit.save(Draft(**p, kind="answer", subject=row.id, saved_by=person.id, saved_at=NOW, body={}))
    notice = await unit.save(
        Notice(
            **p, key=f"request:{slug}", kind="request", person_id=person.id, about=f"request:{slug}",
            subject={}, not_before=NOW, owed_at=NOW, state="unsure",
        )
    )  # fmt: skip
    await unit.save(
        Notice(
            **p, key=f"query:{slug}", kind="report_query", person_id=person.id, not_before=NOW, owed_at=NOW,
            subject={"report": 1, "seat": seat.id, "text": text.id, "by": person.id}, state="skipped",
        )
    )  # fmt: skip
    await unit.save(
        Notice(
            **p, key=f"laid:{slug}", kind="request", person_id=person.id, subject={}, not_before=NOW, owed_at=NOW,
            state="delivered",
        )
    )  # fmt: skip
    asked = await unit.save(
        Notice(
            **p, key=f"asked:{slug}", kind="request", person_id=person.id, about=f"request:{request.id}",
            subject={}, not_before=NOW, owed_at=NOW, state="delivered", posted_in=f"chat-{slug}",
            activity_id=f"act-{slug}", settled_at=NOW,
        )
    )  # fmt: skip
    await unit.save(
        Notice(
            **p, key=f"update:{slug}", kind="request", person_id=person.id, subject={}, not_before=NOW, owed_at=NOW,
            replaces_id=asked.id,
        )
    )  # fmt: skip
    await unit.save(
        Chaser(
            **p, return_id=row.id, round_id=collected.id, person_id=person.id, step="remind-5", due_on=DAY,
            notice_id=asked.id, at=NOW,
        )
    )  # fmt: skip
    await unit.save(
        Request(
            **p, group_key="ldg", number=2, kind="assurance", form_key="assurance", title="Without learning",
            round_id=collected.id, due_on=DAY, issued_at=NOW,
        )
    )  # fmt: skip
    plea = await unit.save(Plea(**p, return_id=row.id, kind="more_time", by_person_id=person.id, at=NOW))
    away = await unit.save(Absence(**p, person_id=person.id, first=DAY, last=DAY, at=NOW))
    call = await unit.save(RollCall(**p, at=NOW))
    await unit.save(RollCallReply(**p, roll_call_id=call.id, person_id=person.id, at=NOW))
    await unit.save(Practice(**p, person_id=person.id))
    told = await unit.save(Report(**p, group_key="ldg", kind="answer", period="2026-27 Q3", drafted_at=NOW))
    other = await unit.save(Meeting(**p, group_key="ldg", on=date(2026, 11, 9), state="held", closed_at=NOW))
    held = await unit.save(Round(**p, group_key="ldg", meeting_id=other.id, opens_on=DAY, due_on=DAY))
    await unit.save(
        AgencyReturn(
            **p, loop_id=loop.id, request_id=request.id, round_id=held.id, seat_id=seat.id, form_version_id=form.id,
            due_on=DAY, dimensions=[],
        )
    )  # fmt: skip
    decided = await unit.save(Decision(**p, meeting_id=meeting.id, return_id=row.id, provisional=False, at=NOW))
    await unit.save(Assessment(**p, return_id=row.id, decision_id=decided.id, dimension="impact", level="high", at=NOW))
    await unit.save(Attendance(**p, meeting_id=meeting.id, person_id=person.id, seat_id=seat.id, at=NOW))
    await unit.save(Agreement(**p, meeting_id=meeting.id, rule="police", person_id=person.id, agreed_on=DAY, at=NOW))
    await unit.save(DiscussMark(**p, return_id=row.id, person_id=person.id, at=NOW))
    await unit.save(
        LoopDimension(**p, loop_id=loop.id, dimension="dissemination", state="follow_up", opens_on=DAY, due_on=DAY)
    )
    await unit.save(SeatName(**p, seat_id=seat.id, name="GWH", short="GWH", organisation_id=body.id, until=DAY))
    change = await unit.save(SeatChange(**p, seat_id=seat.id, kind="rename", from_on=DAY, state="open", at=NOW))
    gone = await unit.save(
        Seat(**p, group_key="ldg", slug="awp", name="AWP", short="AWP", sector="health", organisation_id=body.id)
    )
    await unit.save(Loop(**p, request_id=request.id, seat_id=gone.id, merged_into=loop.id, open=False, state="ended"))
    await unit.save(Purge(**p, before={}, counts={}, removed={}, from_on=DAY, told_at=NOW))
    hold = await unit.save(LegalHold(**p, learning_id=item.id, reason_text_id=text.id, at=NOW))
    await append_log(unit, its.id, at=NOW, person_id=person.id, what="x", subject="x:1", after=f"log-{slug}")
    return its.id, {
        "decision_id": decided.id, "decision_ids": [decided.id],
        "pack_version_id": 1, "sha256": None, "seat_id": seat.id, "form_version_id": form.id,
        "form_key": "assurance", "tenant_id": "t", "object_id": f"o-{slug}", "person_id": person.id,
        "email": f"a@{slug}", "person_ids": [person.id], "day": DAY, "roles": ["officer"], "role": "officer",
        "channel_id": f"c-{slug}", "numbers": [text.id], "text_id": text.id, "learning_id": item.id,
        "number": 1, "states": ["open", "requested", "unsure"], "group_key": "ldg", "meeting_id": meeting.id,
        "round_id": collected.id,
        "request_id": request.id, "request_ids": [request.id], "loop_id": loop.id, "loop_ids": [loop.id],
        "return_id": row.id, "return_ids": [row.id], "version_ids": [said.id], "kind": "answer",
        "subject": row.id, "owner": 0, "draft_id": draft.id, "notice_id": notice.id,
        "notice_ids": [asked.id], "now": NOW,
        "notice_key": f"request:{slug}", "keys": [f"request:{slug}"], "about": f"request:{slug}",
        "kinds": ["request"], "plea_id": plea.id, "roll_call_id": call.id, "after_number": 0,
        "round_ids": [collected.id], "what": "x", "after": f"log-{slug}",
        "original_id": asked.id, "conversation": f"chat-{slug}",
        "activity_id": f"act-{slug}",
        "most": 10, "skip": 0, "but": ["door"], "since": NOW - timedelta(days=1), "until": NOW,
        "subjects": [row.id], "holding_id": holding.id,
        "teams_id": f"29:{slug}",
        "slug": "gwh", "first": DAY, "last": DAY, "organisation_id": body.id, "seat_ids": [seat.id],
        "report_id": told.id, "period": "2026-27 Q3", "questions": ["evidence"], "tabled": True,
        "absence_id": away.id,
        "record": Learning, "records": ["x:1"],
        "hold_id": hold.id, "change_id": change.id, "state": "open",
    }  # fmt: skip


def rows_in(found):
    """Every record anywhere in what a query gave."""
    if isinstance(found, SQLModel):
        yield found
    elif isinstance(found, dict):
        for one in (*found.keys(), *found.values()):
            yield from rows_in(one)
    elif isinstance(found, list | tuple | set):
        for one in found:
            yield from rows_in(one)


def something(found):
    return found not in (None, [], {}, (), 0, set())


NOT_ASKED = {
    "count_past": "a number of the partnership's own",
    "remove_past": "it writes",
    "append_log": "it writes",
    "note_self_levels": "it writes",
    "note_look": "it writes",
    "next_learning_number": "a number of the partnership's own",
    "next_request_number": "a number of the partnership's own",
    "alter_notice": "it writes",
    "doubt_owed": "it writes",
    "overtake": "it writes",
    "was_lost": "a yes or no about a number of the partnership's own",
    "waiting_in": "numbers and times of the partnership's own",
    "count_notices_open": "a number of the partnership's own",
    "count_rows_of": "numbers of the partnership's own",
    "count_log_of": "a number of the partnership's own",
    "belongs_to_several": "whether somebody is known elsewhere is what it asks",
}
"""The only functions that are not called below, each with its reason."""
CALLED = sorted(set(QUERIES) - set(WITHOUT) - set(NOT_ASKED))


async def test_asked_by_one_partnership_about_another_s_numbers_no_query_gives_anything_of_the_other(database_url):
    """I1, I2: also with every number of the other partnership guessed right."""
    store = Store(database_url)
    try:
        async with store.open_unit() as unit:
            own, _ = await a_world(unit, "swindon")
            other, numbers = await a_world(unit, "solihull")
        wrong = {}
        for name in CALLED:
            async with store.open_unit() as unit:
                numbers["sha256"] = "form-solihull" if "form" in name else "pack-solihull"
                if fault := await what_leaks(unit, name, numbers | {"pack_version_id": 2}, own, other):
                    wrong[name] = fault
        assert wrong == {}
    finally:
        await store.close()


async def what_leaks(unit, name, numbers, own, other):
    """What is wrong with one query, in words, or nothing."""
    wanted = list(inspect.signature(QUERIES[name]).parameters.items())[2:]
    unknown = [key for key, one in wanted if key not in numbers and one.default is one.empty]
    if unknown:
        return f"this test needs a value for {unknown}"
    given = {key: numbers[key] for key, one in wanted if key in numbers and key != "lock"}
    theirs = await QUERIES[name](unit, other, **given)
    if not something(theirs) and name not in ("first_broken_entry", "chain_fault"):
        return "the arguments find nothing at all"
    got = await QUERIES[name](unit, own, **given)
    if [row for row in rows_in(got) if row.partnership_id != own]:
        return "rows of the other partnership came back"
    if not list(rows_in(theirs)) and something(theirs) and got == theirs:
        return "the other partnership's values came back"
    return ""
