"""Two partnerships with everything in them that a button can be about, and secrets planted where none may leak.

Presses go through the bot's own Talk on a real database, and are undone: every one meets the same world.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from assurance.absences import go_away
from assurance.actors import Actor, actor_numbered
from assurance.answering import Submission, answer
from assurance.attendance import Sent as Present
from assurance.attendance import room, take_attendance
from assurance.closing import close_meeting
from assurance.deciding import Sent, decide
from assurance.decision_rules import Proposed
from assurance.highlight_approving import Typed as Highlighted
from assurance.highlight_approving import approve_report, show_agencies
from assurance.highlight_draft import mark_of as mark_of_report
from assurance.highlight_drafting import draft_reports
from assurance.highlights import report_now
from assurance.in_session import session
from assurance.issuing import Addressee, NewRequest, Timing, issue
from assurance.learning_draft import start
from assurance.pack import Pack
from assurance.packing import pack_of
from assurance.papers import release_papers
from assurance.pleas import NewPlea, plead
from assurance.refusals import Refusal
from assurance.reorganising import mark_of, reorganise
from assurance.reorganising_rules import Change
from assurance.retention_rules import CLASSES
from assurance.roll_call import start_roll_call
from assurance.summaries import summary_of
from assurance.summarising import summarise_quarter
from assurance.summary_approving import Typed, approve
from assurance.summary_draft import mark_of as mark_of_summary
from bot.edge.answers import Answer, Fail, Say, ShowCard
from bot.edge.gate import Gate
from bot.edge.incoming import Caller, Conversation, read_incoming
from bot.edge.incoming import Press as Pressed
from bot.handlers.files import take_file
from bot.parcels import Parcel, pack_up
from bot.tables import Press
from bot.talk import Talk, reply_key
from bot.turns import turn_of
from bot.wiring import commands, notices, presses
from storage.asks import Meeting, loops_of_request
from storage.notices import Notice, notice_keyed, notices_about
from storage.partnerships import Partnership, Seat, organisations, partnership_named, seats
from storage.people import Holding, PersonName
from storage.people import Person as PersonRow
from storage.reports import reports
from storage.retention import LegalHold, Purge
from storage.returns import returns_of_request
from storage.texts import text_of
from storage.unit import Unit
from tests import inbound
from tests.answering import LEARNING
from tests.connector import BOT, TENANT, Person
from tests.group import Clock, Group, a_group, words
from tests.meeting import levelled
from tests.teams_world import Json

ROLES = (
    "own", "other", "substitute", "co_optee", "chair", "vice_chair", "officer", "ld_lead", "known", "stranger",
    "foreign",
)  # fmt: skip
"""own: on the seat that the record is about; other: on another seat; substitute: own's deputy; known: in the team,
without a seat or role; stranger: nobody we know; foreign: the officer of another partnership."""
NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
SECRETS = ("Kestrel", "Falcon", "Merlin", "Osprey", "Nightjar", "Quillfeather")
"""In the evidence of the two seats, the learning, the decision, a draft and people's names; "O" or "T" after each
tells ours from theirs."""


@dataclass
class World:
    """One partnership's records by what a button calls them, and its people."""

    slug: str
    mark: str
    numbers: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    @property
    def secrets(self) -> tuple[str, ...]:
        """What nobody reads in a refusal."""
        return tuple(f"{one}{self.mark}" for one in SECRETS)


@dataclass
class Met:
    """How a press ended: "shown", "said", or by which refusal, and every word of the answer."""

    how: str
    text: str
    card: Json | None = None
    """The card, where one was shown."""

    @property
    def refused(self) -> bool:
        """Whether the person may not, or finds nothing of the kind."""
        return self.how in ("NotAllowed", "NotFound", "failed")


class _Undo(Exception):
    """Ends a transaction, so that nothing of a press is kept."""


@dataclass
class Two:
    """The two worlds in one service."""

    group: Group
    ours: World
    theirs: World
    talk: Talk
    ended: list[str] = field(default_factory=list)
    drawn: list[Any] = field(default_factory=list)
    key: str = ""

    def person(self, role: str) -> Person:
        """Who plays a role towards our records."""
        return self.theirs.people["officer"] if role == "foreign" else self.ours.people[role]

    async def type(self, role: str, text: str, *, in_channel: bool = False) -> Met:
        """Type a command as somebody, and undo it: what stands against it, or the reply as the courier draws it."""
        one, group = self.person(role), self.group
        team: dict[str, Any] = {"team": group.teams.team} if in_channel else {}
        heard = read_incoming(inbound.message(one, text, group.teams.url, **team))
        self.drawn.clear()
        self.key = reply_key(turn_of(group.house, heard))
        refusal = await self.talk.on_activity(heard)
        self.key = ""
        got = refusal if refusal is not None else self.drawn[0] if self.drawn else None
        assert got is not None, f"nothing was answered to {text!r} by {role}"
        return Met(_kind(got), _words(got))

    async def draw(self, unit: Unit) -> None:
        """Before a typed command is undone: draw the reply that it owes."""
        owed = await notice_keyed(unit, self.ours.numbers["p"], self.key) if self.key and not self.drawn else None
        if owed is None:
            return
        await unit.flush()
        packed = await pack_up(unit, self.group.house, notices(), owed, "")
        self.drawn.append(packed.what if isinstance(packed, Parcel) else Fail(500, str(packed)))

    async def press(self, role: str, verb: str, data: Mapping[str, Any], where: str = "personal") -> Met:
        """Press a button as somebody, and undo it. Nothing but a sentence or a card is an answer."""
        self.ended.clear()
        one = self.person(role)
        place = f"a:{one.object_id}" if where == "personal" else str(self.ours.numbers["channel"])
        pressed = Pressed(
            caller=Caller(TENANT, one.object_id, one.teams_id, one.name),
            conversation=Conversation(
                id=place, kind=where, tenant_id=TENANT, service_url=self.group.teams.url, bot_id=BOT,
                channel_id="" if where == "personal" else str(self.ours.numbers["channel"]),
                team_id="" if where == "personal" else str(self.ours.numbers["channel"]),
            ),
            activity_id=f"press-{role}-{verb}", reply_to_id="", verb=verb, data=dict(data), trigger="manual",
            locale="en-GB",
        )  # fmt: skip
        got = await self.talk.on_press(pressed)
        shown = got.card if isinstance(got, ShowCard) else None
        return Met(self.ended[-1] if self.ended else _kind(got), _words(got), shown)


def _kind(got: Answer) -> str:
    return "shown" if isinstance(got, ShowCard) else "failed" if isinstance(got, Fail) else "said"


def _words(got: Answer) -> str:
    if isinstance(got, ShowCard):
        return words(got.card)
    return got.text if isinstance(got, Say | Fail) else str(got)


@asynccontextmanager
async def two_partnerships(
    database_url: str, data_dir: Path, *, kept: bool = False, gate: Callable[[str], Gate] | None = None
) -> AsyncIterator[Two]:
    """Swindon, whose records are pressed, and Solihull beside it, both full.

    `kept`: what is done is not undone, and there are more people: a guest, and an officer of both. `gate` as in
    `a_group`.
    """
    clock = Clock(NOW)
    options: dict[str, Any] = {"people": {}, "bound": False, "seated": False, "clock": clock, "gate": gate}
    async with a_group(database_url, data_dir, packs=("swindon", "solihull"), **options) as group:
        ours, theirs = World("swindon", "O"), World("solihull", "T")
        for world in (ours, theirs):
            await _fill(group, world)
            if kept:
                await _more_people(group, world)
        clock.now = NOW
        two = Two(group, ours, theirs, Talk(group.house, commands(), {}, take_file))
        two.talk.presses = {verb: _watched(two, handler) for verb, handler in presses().items()}
        group.teams.people = [one for world in (ours, theirs) for one in world.people.values()]
        group.teams.team.channels[str(theirs.numbers["channel"])] = "Theirs"
        for world in (ours, theirs):
            group.teams.rosters[str(world.numbers["channel"])] = list(world.people.values())
        if not kept:
            _undoing(two)
        yield two


def _watched(two: Two, handler: Press) -> Press:
    """The handler, with the class of its refusal noted: the answer tells only its words."""

    async def watched(turn: Any, data: Mapping[str, Any]) -> Answer:
        try:
            return await handler(turn, data)
        except Refusal as refusal:
            two.ended.append(type(refusal).__name__)
            raise

    return watched


def _undoing(two: Two) -> None:
    """From now on every transaction is undone at its end."""
    house = two.group.house
    kept = house.store.open_unit

    @asynccontextmanager
    async def undone() -> AsyncIterator[Unit]:
        try:
            async with kept() as unit:
                yield unit
                await unit.finish()
                await unit.flush()
                await two.draw(unit)
                unit._session.expunge_all()  # else what was read could not be looked at after the undoing
                raise _Undo
        except _Undo:
            pass

    house.open_unit = undone  # type: ignore[method-assign]


async def _fill(group: Group, world: World) -> None:
    async with group.house.open_unit() as unit:
        its = await partnership_named(unit, world.slug)
        assert its is not None
        pack = await pack_of(unit, its)
        leading = {one.organisation for one in pack.roles if one.kind in ("chair", "vice_chair")}
        bodies = {one.id for one in await organisations(unit, its.id) if one.slug in leading}
        rows = [one for one in await seats(unit, its.id) if one.returns and one.organisation_id not in bodies]
        await _people(unit, world, its, rows)
        channel = group.teams.team.id if world.mark == "O" else f"19:{world.slug}@thread.tacv2"
        world.numbers["url"] = f"{group.teams.url}/none.xlsx"
        its.team_id, its.channel_id, its.service_url = channel, channel, group.teams.url
        its.tenant_id, its.bot_id = TENANT, BOT
        world.numbers |= {"p": its.id, "channel": channel, "seat": rows[0].id, "seat2": rows[1].id, "seat3": rows[2].id}
        world.names = tuple(one.name for one in rows)
        await unit.flush()
        await _records(unit, world, its, pack, rows)


async def _people(unit: Unit, world: World, its: Partnership, rows: list[Seat]) -> None:
    places: dict[str, dict[str, Any]] = {
        "own": {"seat_id": rows[0].id}, "other": {"seat_id": rows[1].id}, "co_optee": {"role": "co_optee"},
        "chair": {"role": "chair"}, "vice_chair": {"role": "vice_chair"}, "officer": {"role": "officer"},
        "ld_lead": {"role": "ld_lead"}, "known": {}, "third": {"seat_id": rows[2].id},
    }  # fmt: skip
    for at, role in enumerate((*places, "substitute", "stranger")):
        number = (1 if world.mark == "O" else 2) * 1000 + at
        one = Person(
            f"{role} Quillfeather{world.mark}", f"{number:08d}-0000-4000-8000-000000000000",
            f"29:{world.mark}-{role}", email=f"{role}@{world.slug}.example.org",
        )  # fmt: skip
        world.people[role] = one
        if role == "stranger":
            continue
        row = await unit.save(
            PersonRow(
                partnership_id=its.id, tenant_id=TENANT, object_id=one.object_id, teams_id=one.teams_id, in_team=True
            )
        )
        world.ids[role] = row.id
        unit.add(PersonName(person_id=row.id, partnership_id=its.id, name=one.name, email=one.email))
        if places.get(role):
            held = await unit.save(Holding(partnership_id=its.id, person_id=row.id, **places[role]))
            world.numbers[f"holding_{role}"] = held.id
    world.numbers |= {f"id_{role}": number for role, number in world.ids.items()}
    deputy = await unit.save(
        Holding(
            partnership_id=its.id, person_id=world.ids["substitute"], seat_id=rows[0].id,
            stands_in_for=world.ids["own"], starts_on=date(2026, 8, 1), ends_on=date(2027, 3, 31),
        )
    )  # fmt: skip
    world.numbers["deputy_holding"] = deputy.id


async def _more_people(group: Group, world: World) -> None:
    """A guest who holds nothing, and somebody who is the officer of both partnerships."""
    both = Person("both Sandpiper", "00003001-0000-4000-8000-000000000000", "29:both", email="both@example.org")
    number = 3100 + (world.mark == "T")
    guest = Person(
        f"guest Quillfeather{world.mark}", f"{number:08d}-0000-4000-8000-000000000000", f"29:{world.mark}-guest",
        guest=True,
    )  # fmt: skip
    async with group.house.open_unit() as unit:
        for role, one in (("both", both), ("guest", guest)):
            world.people[role] = one
            row = await unit.save(
                PersonRow(
                    partnership_id=world.numbers["p"], tenant_id=TENANT, object_id=one.object_id,
                    teams_id=one.teams_id, guest=one.guest, in_team=True,
                )
            )  # fmt: skip
            world.ids[role] = row.id
            unit.add(PersonName(person_id=row.id, partnership_id=world.numbers["p"], name=one.name, email=one.email))
        unit.add(Holding(partnership_id=world.numbers["p"], person_id=world.ids["both"], role="officer"))


async def _actor(unit: Unit, world: World, role: str, day: date) -> Actor:
    found = await actor_numbered(unit, world.numbers["p"], world.ids[role], day)
    assert found is not None
    return found


def _at(month: int, day: int, hour: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


async def _records(unit: Unit, world: World, its: Partnership, pack: Pack, rows: list[Seat]) -> None:
    """One of everything: meetings held, on and to come; answers, decisions, drafts, pleas, reports, deliveries."""
    group_key = pack.groups[0].key
    days = {
        "old": date(2026, 7, 2), "past": date(2026, 9, 3), "was": date(2026, 10, 1), "on": date(2026, 11, 2),
        "next": date(2026, 12, 10), "later": date(2027, 3, 10), "spare": date(2027, 6, 9),
    }  # fmt: skip
    held = {
        name: await unit.save(Meeting(partnership_id=its.id, group_key=group_key, on=on)) for name, on in days.items()
    }
    n = world.numbers
    n |= {f"meeting_{name}": one.id for name, one in held.items()}
    asked = {
        "old": (_at(6, 1), date(2026, 6, 25)), "past": (_at(8, 3), date(2026, 8, 27)),
        "was": (_at(9, 1), date(2026, 9, 24)), "on": (_at(10, 2), date(2026, 10, 23)),
        "next": (_at(10, 5), date(2026, 11, 26)),
    }  # fmt: skip
    for name, (at, due) in asked.items():
        await _ask(unit, world, its, pack, name, at, Timing(due, held[name].id), rows)
        if name != "next":
            for who, seat in (("own", 0), ("other", 1)):
                await _says(unit, world, its, pack, f"return_{name}_{seat}", who, at.replace(day=20))
    await _ask(unit, world, its, pack, "ended", _at(9, 2), Timing(date(2026, 9, 25), held["was"].id), rows[:1])
    await _says(unit, world, its, pack, "return_ended_0", "own", _at(9, 20))
    urgent = next(one.key for one in pack.kinds if one.urgent_of)
    await _ask(unit, world, its, pack, "urgent", _at(10, 6), Timing(date(2026, 11, 20)), rows, urgent)
    await _meetings(unit, world, its, pack)
    await _ended(unit, world, its)
    await _in_progress(unit, world, its, pack)


async def _ask(
    unit: Unit, world: World, its: Partnership, pack: Pack, name: str, at: datetime, timing: Timing, rows: list[Seat],
    kind: str = "assurance",
) -> None:  # fmt: skip
    officer, n = await _actor(unit, world, "officer", at.date()), world.numbers
    learning = LEARNING | {"title": f"Merlin{world.mark} {name}", "findings": f"Merlin{world.mark} was missed."}
    whom = tuple(Addressee(one.id) for one in rows[:2])
    new = NewRequest(kind, learning["title"], whom, timing, f"Merlin{world.mark} context", learning)
    asked = await issue(unit, officer, its, pack, new, at)
    n[f"request_{name}"], n[f"learning_{name}"] = asked.id, asked.learning_id
    for at_seat, (loop, row) in enumerate(
        zip(
            await loops_of_request(unit, its.id, asked.id),
            await returns_of_request(unit, its.id, asked.id),
            strict=True,
        )
    ):
        n[f"loop_{name}_{at_seat}"], n[f"return_{name}_{at_seat}"] = loop.id, row.id
        n[f"form_{name}_{at_seat}"] = row.form_version_id


async def _says(unit: Unit, world: World, its: Partnership, pack: Pack, name: str, who: str, at: datetime) -> None:
    secret = f"{'Kestrel' if who == 'own' else 'Falcon'}{world.mark} was shared at two huddles; all have confirmed it."
    rows = await returns_of_request(unit, its.id, world.numbers[f"request_{name.split('_')[1]}"])
    row = next(one for one in rows if one.id == world.numbers[name])
    values = levelled(row, "medium") | {"evidence": secret, "good_practice": secret, "barriers": ""}
    sent = Submission(row.id, 0, {key: value for key, value in values.items() if value}, confirmed=True)
    await answer(unit, await _actor(unit, world, who, at.date()), its, pack, sent, at)


async def _meetings(unit: Unit, world: World, its: Partnership, pack: Pack) -> None:
    """October was not quorate, and is closed; November's is on, with a decision, its papers released."""
    n, then = world.numbers, _at(10, 1, 14)
    officer = await _actor(unit, world, "officer", then.date())
    for meeting, at in (("old", _at(7, 2, 14)), ("past", _at(9, 3, 14)), ("was", then), ("on", NOW)):
        chair = world.ids["chair"]
        here = frozenset({chair} if meeting == "was" else {chair, world.ids["other"], world.ids["third"]})
        await take_attendance(unit, officer, its, pack, n[f"meeting_{meeting}"], Present(here), at)
        proposed = Proposed({"dissemination": "low"}, rationale=f"Osprey{world.mark} is not enough yet.")
        decided = n[f"return_{meeting}_{1 if meeting == 'on' else 0}"]
        sent = Sent(decided, 0, 1, chair, proposed, True)
        row = await decide(unit, officer, its, pack, n[f"meeting_{meeting}"], sent, at)
        n[f"decision_{meeting}"] = row.id
        if meeting in ("old", "past"):
            closed = await close_meeting(unit, officer, its, pack, n[f"meeting_{meeting}"], at)
            closed.held.decisions = "final"
            row.provisional = False
            (await returns_of_request(unit, its.id, n[f"request_{meeting}"]))[0].settled_at = at
    await release_papers(unit, officer, its, pack, n["meeting_on"], NOW)
    await close_meeting(unit, officer, its, pack, n["meeting_was"], then)
    await unit.flush()


async def _ended(unit: Unit, world: World, its: Partnership) -> None:
    """A loop that was closed, which the chair may ask again, on an item that can be closed."""
    for one in await loops_of_request(unit, its.id, world.numbers["request_ended"]):
        one.state, one.open = "assured", False
    for row in await returns_of_request(unit, its.id, world.numbers["request_ended"]):
        row.state, row.settled_at = "returned", _at(10, 1)
    await unit.flush()


async def _in_progress(unit: Unit, world: World, its: Partnership, pack: Pack) -> None:
    n, own = world.numbers, await _actor(unit, world, "own", NOW.date())
    officer = await _actor(unit, world, "officer", NOW.date())
    n["draft"] = await start(unit, officer, its, NOW)
    new = NewPlea(n["return_next_0"], "more_time", f"Nightjar{world.mark} is in the way.", "2026-12-04", True)
    n["plea"] = (await plead(unit, own, its, pack, new, NOW)).id
    away = await go_away(unit, own, its, pack, own.person_id, date(2026, 11, 5), date(2026, 11, 9), NOW)
    n["absence"] = away.id
    n["roll_call"] = (await start_roll_call(unit, officer, its, pack, NOW)).id
    for state, key in (("unsure", "notice_unsure"), ("refused", "notice_refused")):
        row = await unit.save(
            Notice(
                partnership_id=its.id, key=f"planted:{state}", kind="request", person_id=world.ids["own"],
                subject={"request": n["request_next"]}, about=f"request:{n['request_next']}", state=state,
                not_before=NOW, owed_at=NOW, settled_at=NOW, reason=f"Nightjar{world.mark}",
            )
        )  # fmt: skip
        n[key] = row.id
    why = await unit.save(text_of(its.id, f"Nightjar{world.mark} is asked for by a court."))
    hold = LegalHold(partnership_id=its.id, learning_id=n["learning_old"], reason_text_id=why.id, at=NOW)
    n["hold"] = (await unit.save(hold)).id
    before = dict.fromkeys(CLASSES, "2019-11-02")
    purge = Purge(
        partnership_id=its.id, before=before, counts=dict.fromkeys(CLASSES, 1), removed={}, from_on=date(2027, 1, 31),
        told_at=NOW,
    )  # fmt: skip
    n["purge"] = (await unit.save(purge)).id
    for card in await notices_about(unit, its.id, f"request:{n['request_next']}"):
        if card.kind == "channel":
            card.state, card.posted_in, card.activity_id = "delivered", its.channel_id, f"1:{world.mark}"
    await summarise_quarter(unit, its, pack, NOW)
    await _reports(unit, world, its, pack)
    await _highlights(unit, world, its, pack)
    there = await room(unit, its, pack, await session(unit, its, pack, n["meeting_was"], NOW))
    n["rule"] = there.quorum.missing[0].key
    n["seat_mark"] = await mark_of(unit, its, Change("end", n["seat2"], NOW.date()))
    n["summary_mark"] = mark_of_summary(await summary_of(unit, its, pack, n["report_draft"], NOW))
    change = Change("rename", n["seat3"], date(2026, 12, 1), f"Nightjar{world.mark} Trust", "Renamed")
    mark = await mark_of(unit, its, change)
    n["change"] = (await reorganise(unit, officer, its, pack, change, NOW, looked_at=mark)).id


async def _reports(unit: Unit, world: World, its: Partnership, pack: Pack) -> None:
    """A draft of a summary, and one that was approved."""
    n, chair = world.numbers, await _actor(unit, world, "chair", NOW.date())
    first, second = [one for one, _ in await reports(unit, its.id, "summary")][:2]
    mark = mark_of_summary(await summary_of(unit, its, pack, first.id, NOW))
    await approve(unit, chair, its, pack, first.id, Typed(mark=mark), NOW)
    n["report_approved"], n["report_draft"] = first.id, second.id


async def _highlights(unit: Unit, world: World, its: Partnership, pack: Pack) -> None:
    """A report to the board whose agencies have had their sentences, and one that was approved."""
    n, then = world.numbers, _at(10, 20, 11)
    await draft_reports(unit, its, pack, then)
    chair = await _actor(unit, world, "chair", NOW.date())
    first, second = [one for one, _ in await reports(unit, its.id, "highlight")][:2]
    for one in (first, second):
        typed = Highlighted(mark=mark_of_report(await report_now(unit, its, pack, one.id, then)))
        await show_agencies(unit, chair, its, pack, one.id, typed, then)
    typed = Highlighted(mark=mark_of_report(await report_now(unit, its, pack, first.id, NOW)))
    await approve_report(unit, chair, its, pack, first.id, typed, NOW)
    n["highlight_approved"], n["highlight_draft"] = first.id, second.id
    n["highlight_mark"] = mark_of_report(await report_now(unit, its, pack, second.id, NOW))


__all__ = ["NOW", "ROLES", "Met", "Two", "World", "two_partnerships"]
