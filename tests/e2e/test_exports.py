"""Taking records out, over HTTP: the Summary and the plan (A2, C1, C2), a return (B17), an evidence file."""

from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO

import pytest
from docx import Document
from sqlmodel import select

from assurance.actors import actor_numbered
from assurance.correcting import Correction, correct_learning
from assurance.learning_fields import LearningFields
from assurance.packing import pack_of
from cards.exports import ANSWERS, MAKE, OPEN
from storage.learning import learning_fields
from storage.log import log_entries
from storage.partnerships import seats
from storage.people import Person, PersonName, all_holdings
from storage.returns import Assessment, returns_of_request
from storage.texts import text_of
from tests.answering import LEARNING, SAID, a_request
from tests.drive import a_drive, takes
from tests.e2e.test_practice import a_practice_group, open_page
from tests.group import a_group, buttons, inputs, people_of_swindon, read, words

PLAN = [
    {"audience": "workforce", "purpose": "Every attendance is followed up.", "methods": "briefing,training",
     "measure": "=40 of 55 confirmed within a month"},
    {"audience": "internal", "purpose": "Members can brief their boards.", "methods": "newsletter", "measure": ""},
]  # fmt: skip
WHOLE = LEARNING | {
    "activity_type": "rapid-review", "originator": "practice-review-group", "plan": PLAN,
    "audiences": "Ward staff, health visitors, social workers.",
}  # fmt: skip
WITHHELD = "A note from Gwh Representative about the wards."


def rows(document, at=0):
    """A table of a document as the words in its cells."""
    return [[cell.text for cell in row.cells] for row in document.tables[at].rows]


def everything(document):
    """All that a document says."""
    said = [one.text for one in document.paragraphs]
    said += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join(said)


def named(choices, name):
    """The value of the choice that begins with these words."""
    return next(one["value"] for one in choices if one["title"].replace("\u2060", "").startswith(name))


async def chosen(group, who, name, *, about="about"):
    """The export card of somebody, and the value of one choice on it."""
    card = await group.say(who, "export")
    field = next(one for key, one in inputs(card).items() if key.endswith(about))
    return card, named(field["choices"], name)


async def handed(group, who, drive):
    """The file that was just offered to somebody, taken into their OneDrive: its name, and what is in it."""
    url, kept = drive
    (offer,) = group.chat(who)[-1].activity["attachments"]
    await takes(group, who, offer, f"{url}/{len(kept)}")
    return offer["name"], kept[f"/{len(kept) - 1}"]


async def assessed(group, request, level="low", rationale="Community midwifery was not reached."):
    """The group assesses the first return of a request."""
    async with group.unit() as (unit, its):
        (row, *_) = await returns_of_request(unit, its.id, request.id)
        why = await unit.save(text_of(its.id, rationale))
        unit.add(
            Assessment(
                partnership_id=its.id, return_id=row.id, dimension="dissemination", level=level,
                rationale_text_id=why.id, at=group.clock.now,
            )
        )  # fmt: skip
    return row.id


async def a_life(group, **more):
    """An item from issue to assessment: asked of two, answered by one in two versions, corrected, assessed."""
    request = await a_request(group, "gwh", "police", learning=WHOLE, context="Two agencies asked.", **more)
    group.clock.to(2026, 11, 20)
    await group.press("gwh", group.card("gwh"), "Send answer", SAID)
    form = await group.press("gwh", group.card("gwh"), "Correct our answer")
    await group.press("gwh", form["value"], "Send answer", SAID | {"evidence": WITHHELD})
    await corrected(group, request)
    await group.settle()
    group.clock.to(2026, 12, 10)
    return request, await assessed(group, request)


async def corrected(group, request):
    """The officer corrects the learning in its meaning."""
    async with group.unit() as (unit, its):
        pack, now = await pack_of(unit, its), group.clock.now
        officer = await actor_numbered(unit, its.id, group.ids["officer"], now.date())
        _, body = await learning_fields(unit, its.id, request.learning_id)
        fields = LearningFields.from_json(body | {"key_messages": "Follow up every attendance within two days."})
        sent = Correction(1, fields, "meaning")
        await correct_learning(unit, officer, its, pack, request.id, sent, now)


async def test_scenario_20_the_summary_of_learning_has_app_c_s_five_columns_in_their_order(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group, a_drive() as drive:
        await a_request(group, "gwh", learning=WHOLE)
        card, about = await chosen(group, "officer", "Child F rapid review, November 2026")
        reply = await group.press("officer", card, "Summary of Learning", {"about": about})
        assert "I am offering you the Summary of Learning for Child F rapid review" in words(reply["value"])
        name, content = await handed(group, "officer", drive)
        assert name == "Child-F-rapid-review-Summary-of-Learning.docx"
        document = Document(BytesIO(content))
        assert rows(document) == [
            list((await group.pack()).summary_columns),
            ["Rapid Reviews", WHOLE["description"], WHOLE["findings"], WHOLE["key_messages"], WHOLE["audiences"]],
        ]
        assert document.tables[0].rows[0]._tr.xpath("./w:trPr/w:tblHeader")
        assert "Key messages agreed by the Practice Review Group on Wednesday 28 October 2026." in everything(document)


async def test_scenario_20_the_plan_has_the_four_audience_rows_and_the_pack_s_fourth_heading(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group, a_drive() as drive:
        await a_request(group, "gwh", learning=WHOLE)
        card, about = await chosen(group, "officer", "Child F rapid review")
        await group.press("officer", card, "Action plan", {"about": about})
        _, content = await handed(group, "officer", drive)
        pack = await group.pack()
        head, *filled = rows(Document(BytesIO(content)))
        assert head == list(pack.plan_columns) and head[3].startswith("Measure of Success - Will include")
        assert [row[1] for row in filled] == [one.label for one in pack.audiences] and len(filled) == 4
        assert filled[0][0] == "Members can brief their boards." and filled[3] == ["", pack.audiences[3].label, "", ""]
        assert filled[1][3] == "=40 of 55 confirmed within a month"


@pytest.mark.parametrize(
    ("originator", "header"),
    [("cspr-panel", "Subgroup: CSPR Panel"), ("", "Subgroup: ____________________")],
)
async def test_scenario_20_solihull_s_summary_has_its_header_and_its_own_fourth_heading(
    database_url, tmp_path, originator, header
):
    async with a_group(database_url, tmp_path, packs=("solihull",)) as group, a_drive() as drive:
        pack = await group.pack()
        await a_request(group, pack.returning_seats()[0].key, learning=WHOLE | {"originator": originator})
        card, about = await chosen(group, "officer", "Child F rapid review")
        reply = await group.press("officer", card, "Summary of Learning", {"about": about})
        _, content = await handed(group, "officer", drive)
        assert header in everything(Document(BytesIO(content)))
        assert rows(Document(BytesIO(content)))[0][0] == "Type of SCP Activity"
        await group.press("officer", reply["value"], "Action plan")
        _, content = await handed(group, "officer", drive)
        assert rows(Document(BytesIO(content)))[0][3] == "Measures of Success"


async def test_the_item_s_own_card_leads_to_its_files(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await a_request(group, "gwh", learning=WHOLE)
        manage = await group.execute("officer", "item.manage", {"p": group.partnership_id, "request": request.id})
        card = (await group.press("officer", manage["value"], "Word and evidence files"))["value"]
        (about,) = [one for key, one in inputs(card).items() if key.endswith("about")]
        assert about["value"] == f"learning:{request.learning_id}"
        assert "offering you" in words((await group.press("officer", card, "Action plan"))["value"])


async def test_an_agency_in_place_of_an_item_is_asked_about_and_what_was_chosen_stays(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh", learning=WHOLE)
        card, about = await chosen(group, "officer", "Great Western Hospital")
        again = await group.press("officer", card, "Summary of Learning", {"about": about, "first": "2026-11-01"})
        assert "Please choose an item of learning for this." in words(again["value"])
        held = {key.rpartition(".")[2]: one.get("value") for key, one in inputs(again["value"]).items()}
        assert (held["about"], held["first"]) == (about, "2026-11-01")
        nothing = await group.press("officer", card, "Evidence file")
        assert "Please choose an item or an agency first." in words(nothing["value"])


async def test_scenario_35_a_year_on_an_item_s_evidence_file_is_there_in_three_presses(database_url, tmp_path):
    """Typing export, choosing and pressing, and Teams's own Allow; roles stay after leavers are erased."""
    async with a_group(database_url, tmp_path) as group, a_drive() as drive:
        await a_life(group)
        group.clock.to(2027, 12, 10)
        await erased(group, "gwh")
        card, about = await chosen(group, "officer", "Child F rapid review")
        await group.press("officer", card, "Evidence file", {"about": about})
        name, content = await handed(group, "officer", drive)
        document = Document(BytesIO(content))
        said = everything(document)
        assert name == "Child-F-rapid-review-evidence-file.docx"
        heads = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
        assert heads == ["What was learned", "Who was asked, what each said, and how it was assessed", "What changed"]
        assert "Missed follow-up after emergency attendances." in said and "Corrected on" in said
        assert "Follow up every attendance within two days." in said
        assert "Great Western Hospital" in said and "Reached on Monday 2 November 2026" in said
        assert "Version 1, at 10:00 on Friday 20 November 2026, by a former member of GWH." in headed(document)
        assert SAID["evidence"] in said and WITHHELD in said
        assert ["Assurance of Dissemination of Learning/Resources", "Medium", "Low"] in [
            row[:3] for at in range(len(document.tables)) for row in rows(document, at)
        ]
        assert "Community midwifery was not reached." in said and "No return" in said
        done = [row[2] for row in rows(document, len(document.tables) - 1)]
        assert done[:4] == ["What was done", "Issued", "Answered (version 1)", "Answered (version 2)"]
        assert all(table.rows[0]._tr.xpath("./w:trPr/w:tblHeader") for table in document.tables)


def headed(document):
    """What stands in headings and in bold, where people are named."""
    return "\n".join(run.text for one in document.paragraphs for run in one.runs if run.bold)


async def erased(group, who):
    """Somebody leaves, and their name is blanked."""
    async with group.unit() as (unit, its):
        for one in await all_holdings(unit, its.id):
            if one.person_id == group.ids[who]:
                one.ends_on = date(2027, 1, 31)
        name = await unit.get(PersonName, group.ids[who])
        name.name, name.email, name.blanked_at = "", "", group.clock.now


async def test_scenario_35_names_and_evidence_are_left_out_where_that_is_ticked(database_url, tmp_path):
    people = people_of_swindon()
    people["gwh"].name = "Gwh Representative"
    async with a_group(database_url, tmp_path, people=people) as group, a_drive() as drive:
        await a_life(group)
        card, about = await chosen(group, "chair", "Child F rapid review")
        ticked = {"about": about, "without": "names"}
        reply = await group.press("chair", card, "Evidence file", ticked)
        name, content = await handed(group, "chair", drive)
        said = everything(Document(BytesIO(content)))
        assert name == "Child-F-rapid-review-evidence-file-redacted.docx"
        assert "Gwh Representative" not in said and "A note from [name left out] about the wards." in said
        assert (
            "by a member for GWH" in said and "by the support unit" in said and "Names of people are left out" in said
        )
        await group.press("chair", reply["value"], "Evidence file", {"without": "names,words"})
        _, content = await handed(group, "chair", drive)
        said = everything(Document(BytesIO(content)))
        assert "A note from" not in said and SAID["monitoring"] not in said and "midwifery" not in said
        assert "Medium" in said and "Low" in said and "Evidence and reasons in people's own words are left out" in said


async def test_an_agency_s_evidence_file_holds_its_own_answers_and_only_the_days_asked_for(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group, a_drive() as drive:
        await a_life(group)
        group.clock.to(2026, 12, 14)
        await a_request(
            group, "gwh", title="Self-neglect audit", learning=None, due_on=date(2027, 1, 8), meeting_on=None
        )
        await group.press("gwh", group.card("gwh"), "Send answer", SAID | {"evidence": "Two teams."})
        card, about = await chosen(group, "officer", "Great Western Hospital")
        await group.press("officer", card, "Evidence file", {"about": about})
        _, content = await handed(group, "officer", drive)
        said = everything(Document(BytesIO(content)))
        assert WITHHELD in said and "Two teams." in said and "Wiltshire Police" not in said
        narrowed = {"about": about, "first": "2026-12-11", "last": "2027-06-30"}
        again = await group.press("officer", card, "Evidence file", narrowed)
        _, content = await handed(group, "officer", drive)
        said = everything(Document(BytesIO(content)))
        assert "Two teams." in said and "Child F rapid review" not in said
        assert "It covers the time from Friday 11 December 2026 up to Wednesday 30 June 2027." in said
        crossed = {"first": "2027-06-30", "last": "2026-12-11"}
        wrong = await group.press("officer", again["value"], "Evidence file", crossed)
        assert "The last day is before the first." in words(wrong["value"])


async def test_a_return_is_a_word_document_with_its_levels_criteria_and_assessment(database_url, tmp_path):
    """B17, from the officer's card: choose the item, then one of its answers."""
    async with a_group(database_url, tmp_path) as group, a_drive() as drive:
        await a_life(group)
        card, about = await chosen(group, "officer", "Child F rapid review")
        choose = (await group.press("officer", card, "One answer", {"about": about}))["value"]
        (field,) = inputs(choose).values()
        assert [one["title"].replace("\u2060", "") for one in field["choices"]] == [
            "GWH, for the meeting on Thu 10 Dec 2026"
        ]
        reply = await group.press("officer", choose, "Word document", {"answer": field["choices"][0]["value"]})
        assert buttons(reply["value"]) == ["Word document", "Back"]
        name, content = await handed(group, "officer", drive)
        document = Document(BytesIO(content))
        assert name == "Child-F-rapid-review-GWH-answer.docx"
        heads = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
        assert heads == ["What was asked", "How the agency rates itself", "Evidence", "As the LDG assessed it"]
        ticked = [row[1:] for row in rows(document, 1) if row[0] == "\u2612"]
        assert [row[0] for row in ticked] == ["Medium"] and "There is some evidence" in ticked[0][1]
        said = everything(document)
        assert WITHHELD in said and "Community midwifery was not reached." in said and "derived from the fields" in said
        assert "Follow up every emergency attendance." in said and "within two days" not in said


async def test_a_member_takes_out_their_own_agency_s_answers_and_no_others(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group, a_drive() as drive:
        _, return_id = await a_life(group)
        card, answer = await chosen(group, "gwh", "Child F rapid review, for the meeting", about="answer")
        assert buttons(card) == ["Word document"] and len(inputs(card)) == 1
        await group.press("gwh", card, "Word document", {"answer": answer})
        _, content = await handed(group, "gwh", drive)
        assert "Community midwifery was not reached." in everything(Document(BytesIO(content)))
        assert "has given no answer yet" in words(await group.say("police", "export"))
        data = {"p": group.partnership_id, "file": "return", "answer": str(return_id)}
        refused = await group.execute("police", MAKE, data)
        assert refused["value"] == "You can take out your own agency's answers only."
        unknown = await group.execute("police", MAKE, data | {"answer": "99999"})
        assert unknown["value"] == "I cannot find that answer."


@pytest.mark.parametrize(
    ("who", "file", "sentence"),
    [
        ("gwh", "record", "Only the support officer can take out the whole record."),
        ("chair", "record", "Only the support officer can take out the whole record."),
        ("chair", "summary", "Only the support officer can take out the learning and its plan."),
        ("gwh", "plan", "Only the support officer can take out the learning and its plan."),
        ("gwh", "evidence", "Only the support officer and the chair can take out an evidence file."),
        ("ld_lead", "return", "Only people of the group can take records out. Please ask the support officer."),
        ("officer", "nothing", "I cannot find that file any more."),
    ],
)
async def test_files_are_for_those_who_may_read_them(sqlite_url, tmp_path, who, file, sentence):
    async with a_group(sqlite_url, tmp_path) as group:
        request = await a_request(group, "gwh", learning=WHOLE)
        data = {"p": group.partnership_id, "file": file, "about": f"learning:{request.learning_id}", "answer": "1"}
        assert (await group.execute(who, MAKE, data))["value"] == sentence
        async with group.unit() as (unit, its):
            assert "exported" not in {one.what for one in await log_entries(unit, its.id)}


async def test_the_chair_sees_evidence_files_and_no_whole_record(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_request(group, "gwh", learning=WHOLE)
        assert buttons(await group.say("chair", "export")) == ["Evidence file", "One answer"]
        refused = await group.say("ld_lead", "export")
        assert "Only people of the group can take records out" in refused["text"]


async def test_in_the_channel_nothing_is_taken_out(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        request = await a_request(group, "gwh", learning=WHOLE)
        offered = await group.say("officer", "export", in_channel=True)
        assert buttons(offered) == ["Send me the details in private"] and "Child F" not in words(offered)
        for verb in (OPEN, MAKE, ANSWERS):
            data = {"p": group.partnership_id, "request": request.id, "file": "record"}
            reply = await group.execute("officer", verb, data, in_channel=True)
            assert reply["value"] == "Files hold what only some may see. Please type export in our own chat."


async def test_what_is_taken_out_stands_in_the_log_with_who_what_and_the_file_s_hash(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group, a_drive() as drive:
        request = await a_request(group, "gwh", learning=WHOLE)
        card, about = await chosen(group, "officer", "Child F rapid review")
        await group.press("officer", card, "Evidence file", {"about": about, "without": "names"})
        _, content = await handed(group, "officer", drive)
        async with group.unit() as (unit, its):
            (entry,) = [one for one in await log_entries(unit, its.id) if one.what == "exported"]
        assert (entry.person_id, entry.subject) == (group.ids["officer"], f"learning:{request.learning_id}")
        assert entry.after == sha256(content).hexdigest()
        assert entry.refs == {
            "file": "evidence", "about": about, "names": False, "evidence": True, "first": "", "last": ""
        }  # fmt: skip


async def test_a_file_that_could_not_be_put_anywhere_is_told_and_not_logged(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_request(group, "gwh", learning=WHOLE)
        card, about = await chosen(group, "officer", "Child F rapid review")
        await group.press("officer", card, "Evidence file", {"about": about})
        (offer,) = group.chat("officer")[-1].activity["attachments"]
        await takes(group, "officer", offer, "https://sharepoint.com.example.org/upload")
        assert "could not be put into your OneDrive" in words(read(group.chat("officer")[-1]))
        async with group.unit() as (unit, its):
            assert "exported" not in {one.what for one in await log_entries(unit, its.id)}


async def test_an_offer_taken_by_somebody_else_or_forged_gives_nothing(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group, a_drive() as (url, kept):
        await a_request(group, "gwh", learning=WHOLE)
        card, about = await chosen(group, "officer", "Child F rapid review")
        await group.press("officer", card, "Evidence file", {"about": about})
        (offer,) = group.chat("officer")[-1].activity["attachments"]
        await takes(group, "gwh", offer, f"{url}/upload")
        context = offer["content"]["acceptContext"]
        for forged in ({"file": "record2"}, {"about": "seat:x"}, {"p": 99}, {"about": None}):
            offer["content"]["acceptContext"] = context | forged
            await takes(group, "officer", offer, f"{url}/upload")
        assert kept == {}


async def test_a_guest_s_file_is_written_down_and_the_officer_is_told_where(database_url, tmp_path):
    """Where Teams hands no files: the chair is a guest here."""
    async with a_group(database_url, tmp_path) as group:
        await a_request(group, "gwh", learning=WHOLE)
        async with group.unit() as (unit, its):
            (await unit.own(Person, its.id, group.ids["chair"])).guest = True
        card, about = await chosen(group, "chair", "Child F rapid review")
        reply = await group.press("chair", card, "Evidence file", {"about": about})
        assert "I am writing the evidence file on Child F rapid review now" in words(reply["value"])
        answer = words(read(group.chat("chair")[-1]))
        assert "the support unit is told where it lies" in answer and str(tmp_path) not in answer
        (path,) = (tmp_path / "exports" / "swindon").glob("*.docx")
        told = words(read(group.chat("officer")[-1]))
        assert "Chair has asked for the evidence file on Child F rapid review" in told and path.name in told
        assert Document(str(path)).tables


async def test_in_practice_the_path_is_told(sqlite_url, tmp_path):
    async with a_practice_group(sqlite_url, tmp_path) as group:
        await open_page(group)
        card = await group.say("newcomer", "export")
        reply = await group.press("newcomer", card, "Whole record (Excel)")
        assert "I am writing the whole record as an Excel workbook now" in words(reply["value"])
        (path,) = (tmp_path / "exports" / "swindon").glob("*.xlsx")
        assert f"as {path.name} in {path.parent}" in words(read(group.teams.posts()[-1]))


async def test_items_of_other_years_are_a_page_away_and_closed_ones_are_there(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        first = await a_request(group, "gwh", learning=WHOLE, title="The oldest of all")
        async with group.unit() as (unit, its):
            from storage.learning import Learning

            (await unit.own(Learning, its.id, first.learning_id)).state = "closed"
            for number in range(2, 110):
                day = group.clock.now + timedelta(minutes=number)
                unit.add(Learning(partnership_id=its.id, group_key="ldg", number=number, title=f"Item {number}",
                                  created_at=day))  # fmt: skip
        card = await group.say("officer", "export")
        older = (await group.press("officer", card, "Older items"))["value"]
        (about,) = [one for key, one in inputs(older).items() if key.endswith("about")]
        assert named(about["choices"], "The oldest of all") == f"learning:{first.learning_id}"
        assert "Newer items" in buttons(older) and "Older items" not in buttons(older)


async def test_a_seat_that_ended_keeps_its_evidence(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group, a_drive() as drive:
        await a_life(group)
        async with group.unit() as (unit, its):
            seat = next(one for one in await seats(unit, its.id) if one.slug == "gwh")
            seat.ends_on = date(2026, 12, 12)
        group.clock.to(2027, 3, 1)
        card, about = await chosen(group, "officer", "Great Western Hospital")
        await group.press("officer", card, "Evidence file", {"about": about})
        _, content = await handed(group, "officer", drive)
        assert WITHHELD in everything(Document(BytesIO(content)))


async def test_a_name_that_is_blanked_leaves_no_trace_in_the_files(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await a_life(group)
        async with group.unit() as (unit, _):
            for one in await unit.all(select(PersonName)):
                one.name, one.email = "", ""
        card = await group.say("officer", "export")
        assert "Officer" not in words(card)
