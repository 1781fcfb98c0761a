"""Scenario 15: the highlight report, from the draft over each agency's sentence to the document (F1, B10, B19, E4)."""

from __future__ import annotations

from datetime import date

from assurance.highlight_figures import highlights_from_json
from cards.report_draft import APPROVE
from storage.log import first_broken_entry, log_entries
from storage.notices import notices_about
from storage.people import Holding, person
from tests.answering import SAID, a_request
from tests.drive import a_drive
from tests.group import a_group, buttons, filled, inputs, read, words
from tests.highlights import (
    HUDDLE,
    WHY_LOW,
    assert_matches,
    cards_with,
    draft_of,
    handed,
    labels_of,
    read_document,
    reported,
    reports_of,
)
from tests.issuing import card_in
from tests.meeting import answers
from tests.summaries import beaten

SHOW, SAVE, RENEW, APPROVES = "Show the agencies", "Save changes", "Count anew", "Approve"


def ticks(card, name):
    """The numbers of the words that a draft offers, by what they say."""
    [found] = [one for key, one in inputs(card).items() if key.endswith(f".{name}")]
    return {one["title"].replace("\u2060", ""): one["value"] for one in found["choices"]}


def sentences(group, who):
    """The cards in which somebody was shown what a report would say."""
    return cards_with(group, who, "Highlight report: what it will say about")


def channel_cards(group):
    return [card for post in group.channel() if "Highlight report, " in words(card := read(post))]


async def shown(group, who="officer", **typed):
    return card_in(await group.press(who, draft_of(group, who), SHOW, typed))


async def opened(group, who, name="Highlight report"):
    """The draft of a report, by the command: from the list where several wait."""
    found = await group.say(who, "highlights")
    if f"Draft: {name}" in words(found["body"][0]):
        return found
    title = next(one for one in buttons(found) if one.startswith(f"Draft: {name}"))
    return card_in(await group.press(who, found, title))


async def forced(group, who, card):
    """Press Approve as somebody could whose card still has the button."""
    data = next(one for one in card["actions"] if one["title"] == SAVE)["data"]
    return await group.execute(who, APPROVE, {**data, **filled(card, {})})


async def test_scenario_15_nothing_is_sent_before_the_chair_approves_and_concerns_are_kept_apart(
    database_url, tmp_path
):
    async with a_group(database_url, tmp_path) as group, a_drive() as drive:
        await reported(group)
        draft = draft_of(group, "chair")
        said = words(draft)
        assert "Draft: Highlight report, Thursday 10 December 2026" in said
        assert "Nothing is sent before it is approved." in said and "To the Delivery Group" in said
        order = [
            "Good practice",
            "Positive impact on practice",
            "No response",
            "Low, no assurance or unable",
            "Medium: fu",
        ]
        assert sorted(order, key=said.index) == order
        assert "Police, Child F rapid review: No response was received." in said
        assert "Early Years, Child F rapid review: Assurance of Dissemination" in said and "assessed Low." in said
        assert "a member from AWP led the decisions on GWH" in said, "chair and vice chair are of that organisation"
        assert HUDDLE not in said.partition("Words to quote")[0] and SAID["evidence"] not in said
        assert "Gwh" not in said.partition("Words to quote")[0] and APPROVES not in buttons(draft)

        # The officer prepares; each agency of which something is told sees its own sentence, nobody else anything.
        good, why = ticks(draft, "good"), ticks(draft, "reasons")
        typed = {
            "good": good[f"GWH: {HUDDLE}"],
            "reasons": why[f"SBC Early Years: {WHY_LOW}"],
            "commentary": "A start.",
        }
        after = await shown(group, **typed)
        assert "4 agencies are being shown" in words(after) and "from Wednesday 16 December 2026" in words(after)
        [seen] = sentences(group, "early-years")
        assert f"assessed Low. \u201c{WHY_LOW}\u201d" in words(seen) and "AWP" not in words(seen)
        assert "The chair can approve it from Wednesday 16 December 2026." in words(seen)
        assert sentences(group, "housing") == [] and sentences(group, "cgl") == []
        assert [len(sentences(group, one)) for one in ("gwh", "awp", "police")] == [1, 1, 1]

        # Too early is refused with the day; the officer cannot approve at all.
        group.clock.to(2026, 12, 15)
        fresh = await opened(group, "chair")
        refused = card_in(await forced(group, "chair", fresh))
        assert "can be approved from Wednesday 16 December 2026. Nothing has been sent." in words(refused)
        told = (await forced(group, "officer", fresh))["value"]
        assert told == "Only the chair or vice chair can approve a report."
        assert channel_cards(group) == [] and [one.state for one in await reports_of(group)] == ["draft"]

        # The day has come: the chair is told, approves, and takes the document.
        group.clock.to(2026, 12, 16, 11)
        await beaten(group)
        [ready] = cards_with(group, "chair", "Ready to approve: Highlight report")
        draft = card_in(await group.press("chair", ready, "Look at the draft"))
        final = card_in(await group.press("chair", draft, APPROVES, {"commentary": "A good start."}))
        assert "Approved: Highlight report" in words(final) and "I am offering you the document" in words(final)
        [posted] = channel_cards(group)
        public = words(posted)
        assert (
            "No response: 1" in public and "Medium: further assurance sought: 1" in public and "A good start." in public
        )
        assert not any(one in public for one in ("GWH", "AWP", "Early Years", "Police", HUDDLE, WHY_LOW))

        # The same frozen figures stand in the document and in what members read.
        name, content = await handed(group, "chair", drive)
        assert name == "Highlight-report-Thursday-10-December-2026.docx"
        [row] = await reports_of(group)
        found = assert_matches(await group.pack(), content, row.figures, await labels_of(group))
        paper = read_document(content)
        assert paper.paragraphs["From the chair"] == ["A good start."] and len(found.flags) == 4
        assert paper.tables["Low, no assurance or unable to provide assurance"][0][1][2].endswith(
            f"\u201c{WHY_LOW}\u201d"
        )
        whole = (await group.press("awp", posted, "Read it, LDG members only", in_channel=True))["value"]
        assert "Early Years, Child F rapid review" in words(whole) and "Word document" not in buttons(whole)
        nobody = (await group.press("ld_lead", posted, "Read it, LDG members only", in_channel=True))["value"]
        assert nobody == "The full table opens for members of the group only."

        # Whose example is told hears of it; a second press, and the clock, send nothing more.
        [thanks] = cards_with(
            group, "gwh", "Thank you: what you told us about Child F rapid review is in the Highlight"
        )
        assert "Delivery Group" in words(thanks)
        again = card_in(await forced(group, "chair", draft))
        assert "Approved: Highlight report" in words(again)
        await beaten(group, hours=24)
        assert len(channel_cards(group)) == 1 and len(await reports_of(group)) == 1
        async with group.unit() as (unit, its):
            assert await first_broken_entry(unit, its.id) is None
            logged = [one.what for one in await log_entries(unit, its.id) if one.subject == f"report:{row.id}"]
        assert logged == [
            "report drafted",
            "report changed",
            "report shown",
            "report changed",
            "report approved",
            "exported",
        ]


async def test_an_agency_queries_its_sentence_and_the_changed_one_is_shown_again(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await reported(group)
        why = ticks(draft_of(group, "officer"), "reasons")
        await shown(group, reasons=why[f"SBC Early Years: {WHY_LOW}"])
        [seen] = sentences(group, "early-years")
        empty = card_in(await group.press("early-years", seen, "Send to the support unit"))
        assert "Please say in a line" in words(empty)
        line = {"text": "We wrote about the huddles."}
        thanked = card_in(await group.press("early-years", empty, "Send to the support unit", line))
        assert "The support unit has been told" in words(thanked)
        [asked] = cards_with(group, "officer", "SBC Early Years asks about Highlight report")
        assert "We wrote about the huddles." in words(asked) and "Early Years, Child F" in words(asked)
        draft = card_in(await group.press("officer", asked, "Look at the report"))
        assert "What agencies ask" in words(draft)

        # The quotation is taken out: only this agency is shown its sentence again, and the days begin anew for it.
        group.clock.to(2026, 12, 15)
        saved = card_in(await group.press("officer", draft, SAVE, {"reasons": ""}))
        assert "Next: show SBC Early Years the changed sentence" in words(saved)
        group.clock.to(2026, 12, 16)
        refused = card_in(await forced(group, "chair", await opened(group, "chair")))
        assert "SBC Early Years has not seen what the report says about them." in words(refused)
        after = card_in(await group.press("officer", await opened(group, "officer"), SHOW))
        assert "1 agency is being shown" in words(after) and "from Monday 21 December 2026" in words(after)
        assert [len(sentences(group, one)) for one in ("early-years", "awp")] == [2, 1]
        assert WHY_LOW not in words(sentences(group, "early-years")[-1])
        other = {"p": group.partnership_id, "report": 2, "seat": 1, "n": 0, "rq-1-n0.text": "Let me in."}
        assert (await group.execute("police", "report.query", other))["value"] in (
            "This is not about your agency.", "I cannot find that report.",
        )  # fmt: skip


async def test_words_that_could_identify_somebody_are_not_offered_and_the_commentary_is_asked_about(
    sqlite_url, tmp_path
):
    async with a_group(sqlite_url, tmp_path) as group:
        await reported(group)
        typed = {"commentary": "Thanks to the team of 943 476 5919"}
        checked = card_in(await group.press("chair", draft_of(group, "chair"), SAVE, typed))
        assert "Please check before this is saved" in words(checked) and "943 476 5919" in words(checked)
        await group.press("chair", checked, "Not about a real person: save")
        assert "943 476 5919" in words(await opened(group, "chair"))


async def test_figures_are_frozen_when_agencies_are_shown_them_until_somebody_counts_anew(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        asked = await reported(group)
        await shown(group)
        await answers(group, asked.id, {"police": "high"})
        [row] = await reports_of(group)
        assert highlights_from_json(row.figures).figures.counts.received == 4
        anew = card_in(await group.press("chair", await opened(group, "chair"), RENEW))
        assert "Counted anew." in words(anew)
        [row] = await reports_of(group)
        assert "flags" not in row.figures and "shown" in row.figures


async def test_where_no_agency_is_told_of_it_can_be_approved_at_once(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await reported(group, "awp", said={"awp": "high"}, decide={"awp": {"level": "high"}})
        draft = draft_of(group, "chair")
        assert "It names no agency, so the chair can approve it now." in words(draft) and SHOW not in buttons(draft)
        await group.press("chair", draft, APPROVES)
        assert len(channel_cards(group)) == 1


async def test_for_a_guest_the_document_is_written_down_and_the_officer_is_told_its_path(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await reported(group, "awp", said={"awp": "high"}, decide={"awp": {"level": "high"}})
        async with group.unit() as (unit, its):
            (await person(unit, its.id, group.ids["chair"])).guest = True
        done = words(card_in(await group.press("chair", draft_of(group, "chair"), APPROVES)))
        assert "I cannot hand you a file here, so the support unit is told where it lies" in done
        [told] = cards_with(group, "officer", "Highlight-report-Thursday-10-December-2026.docx")
        path = tmp_path / "exports" / "swindon" / "Highlight-report-Thursday-10-December-2026.docx"
        assert str(path.parent) in words(told) and read_document(path.read_bytes()).headings[0] == "In figures"
        approved = cards_with(group, "officer", "Approved: Highlight report")[-1]
        assert buttons(approved) == ["Word document", "Read it"]


async def test_the_vice_chair_approves_where_nobody_is_the_chair_and_the_report_says_so(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await reported(group)
        async with group.unit() as (unit, its):
            unit.add(Holding(partnership_id=its.id, person_id=group.ids["cgl"], role="vice_chair", title="Vice chair"))
        await shown(group)
        group.clock.to(2026, 12, 16, 11)
        await group.press("cgl", await opened(group, "cgl"), APPROVES)
        [posted] = channel_cards(group)
        assert "Approved by the vice chair." in words(posted)


async def test_a_draft_that_nobody_shows_is_brought_to_mind_once(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await reported(group)
        for day in (17, 18, 21):
            group.clock.to(2026, 12, day, 11)
            await beaten(group)
        assert len(cards_with(group, "officer", "Waiting: Highlight report")) == 1
        assert len(cards_with(group, "chair", "Draft: Highlight report")) == 1


async def test_the_loop_report_is_drafted_once_a_period_whatever_meetings_there_are(database_url, tmp_path):
    """B19, framework 4.6: every two months, with updates since the last meeting."""
    async with a_group(database_url, tmp_path) as group, a_drive() as drive:
        asked = await a_request(group, "gwh", "awp", "police", meeting_on=date(2027, 3, 11))
        group.clock.to(2026, 11, 30, 12)
        await answers(group, asked.id, {"gwh": "high"})
        await beaten(group)
        assert await reports_of(group, "loop-progress") == []
        group.clock.to(2026, 12, 1, 12)
        for hours in (0, 1, 24):
            await beaten(group, hours=hours)
        [row] = await reports_of(group, "loop-progress")
        assert row.period == "2026-10-01:2026-11-30" and row.meeting_id is None
        name = "Progress on closing the learning loop, October to November 2026"
        draft = draft_of(group, "chair", name)
        said = words(draft)
        assert "One item of learning, asked of agencies three times: none has ended, three still open." in said
        assert "AWP, Child F rapid review: Past the due date." in said and "GWH, Child F" not in said
        await shown_of(group, name)
        assert len(cards_with(group, "police", "Progress on closing the learning loop: what it will say")) == 1
        assert not cards_with(group, "gwh", "what it will say")
        group.clock.to(2026, 12, 8, 11)
        await group.press("chair", await opened(group, "chair", name), APPROVES)
        _, content = await handed(group, "chair", drive)
        paper = read_document(content)
        assert paper.headings == ["In figures", "Where each loop stands", "Since the last report", "Not received"]
        assert paper.tables["Where each loop stands"] == [
            [["Item", "Answered", "Still asked"], ["Child F rapid review", "1", "2"]]
        ]
        assert [row[0] for row in paper.tables["Not received"][0][1:]] == ["AWP", "Police"] and paper.marked
        await answers(group, asked.id, {"awp": "medium"})
        group.clock.to(2027, 2, 1, 12)
        await beaten(group)
        assert [one.period for one in await reports_of(group, "loop-progress")] == [
            "2026-10-01:2026-11-30", "2026-12-01:2027-01-31",
        ]  # fmt: skip
        told = words(draft_of(group, "chair", "Progress on closing the learning loop, December 2026 to January 2027"))
        assert "Since the report of October to November 2026: Medium up 1." in told


async def shown_of(group, name):
    return card_in(await group.press("officer", draft_of(group, "officer", name), SHOW))


async def test_how_much_how_well_and_what_difference_are_drafted_when_asked_for(sqlite_url, tmp_path):
    """F9: the pack's three headings, filled from the year's records."""
    async with a_group(sqlite_url, tmp_path) as group:
        await a_request(group, "gwh", "awp")
        offered = await group.say("officer", "highlights")
        start = "Start: Learning and its impact, for the annual report"
        draft = card_in(await group.press("officer", offered, start))
        said = words(draft)
        for part in ("How much did we do?", "How well did we do it?", "What difference did it make to outcomes"):
            assert part in said
        assert "One item of learning; 2 answers asked for, none received." in said
        again = card_in(await group.press("officer", offered, start))
        assert "Draft:" in words(again) and len(await reports_of(group, "annual-extract")) == 1


async def test_reports_are_opened_in_private_only_and_members_see_no_draft(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await reported(group)
        public = await group.say("chair", "highlights", in_channel=True)
        assert "private chat" in words(public) and "Early Years" not in words(public)
        mine = await group.say("awp", "highlights")
        assert "There is no highlight report yet." in words(mine) and buttons(mine) == []
        [row] = await reports_of(group)
        for verb in ("report.open", "report.full"):
            told = (await group.execute("awp", verb, {"p": group.partnership_id, "report": row.id}))["value"]
            assert told == "I cannot find that report."
        for verb in ("report.save", "report.show", "report.renew"):
            told = (await group.execute("awp", verb, {"p": group.partnership_id, "report": row.id}))["value"]
            assert told == "Only the support officer and the chair can see and change a report before it is approved."
        for who in ("ld_lead",):
            told = (await group.execute(who, "report.open", {"p": group.partnership_id, "report": row.id}))["value"]
            assert told == "Only members of the group can ask for its reports."
        told = (await group.execute("awp", "report.word", {"p": group.partnership_id, "report": row.id}))["value"]
        assert told == "Only the support officer and the chair can take the report as a document."
        assert [one.kind for one in await about(group, row.id)] == ["report_draft", "report_draft"]


async def about(group, report_id):
    async with group.unit() as (unit, its):
        return await notices_about(unit, its.id, f"report:{report_id}")
