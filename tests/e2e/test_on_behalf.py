"""What an officer does for an agency that Teams does not reach: e-mail, Word form, answer on behalf (scenario 27)."""

import json
from io import BytesIO

import pytest
from docx import Document

from storage.log import log_entries
from storage.returns import returns_of_request, versions_of_return
from storage.texts import texts
from tests.drive import a_drive, takes
from tests.group import a_group, buttons, inputs, people_of_swindon, read, words
from tests.issued import issued

EVIDENCE = "Neighbourhood teams were briefed in person"
ON_BEHALF = "entered on behalf by the support unit"


def with_a_guest():
    """Swindon's people; the police representative is a guest, who cannot be written to."""
    people = people_of_swindon()
    people["police"].guest = True
    return people


async def opened(group, request, agency="Police", who="officer"):
    """The officer's card for one agency, chosen from the list of a request."""
    data = {"p": group.partnership_id, "request": request}
    choose = (await group.execute(who, "behalf.open", data))["value"]
    picked = next(
        one["value"] for one in inputs(choose)["behalf.loop"]["choices"] if agency in one["title"].replace("\u2060", "")
    )
    return (await group.press(who, choose, "Continue", {"behalf.loop": picked}))["value"]


def given(group, **more):
    """What an officer fills in: the guest answered by e-mail on the issue day, Medium."""
    return {
        "given_who": str(group.ids["police"]), "given_on": "2026-11-02", "given_how": "email",
        "dissemination": "medium", "evidence": EVIDENCE, "monitoring": "Dip samples in spring",
    } | more  # fmt: skip


async def entered(group, request, **more):
    """An answer for the police, entered by the officer; gives the reply's body."""
    card = await opened(group, request)
    form = (await group.press("officer", card, "Enter an answer on behalf"))["value"]
    return await group.press("officer", form, "Enter this answer", given(group, **more))


async def versions(group, request):
    """Every version that was stored for a request, with the note on who gave it."""
    async with group.unit() as (unit, its):
        found = []
        for row in await returns_of_request(unit, its.id, request):
            for one in await versions_of_return(unit, its.id, row.id):
                note = await texts(unit, its.id, [one.behalf_text_id])
                found.append((one, next(iter(note.values()), "")))
        return found


async def test_a_guests_answer_that_came_by_e_mail_is_entered_labelled_and_may_be_corrected(database_url, tmp_path):
    """Scenario 27: the e-mail is copied, the answer entered and labelled, both people logged, the seat corrects."""
    async with a_group(database_url, tmp_path, people=with_a_guest()) as group:
        request = await issued(group)
        card = await opened(group, request)
        mail = (await group.press("officer", card, "Write the e-mail"))["value"]
        text = inputs(mail)["behalf.text"]["value"]
        assert "Ask who else lives in the home." in text and "What you did, whom it reached" in text
        assert "Thursday 26 November 2026" in inputs(mail)["behalf.subject"]["value"]
        sent = (await group.press("officer", mail, "I have sent it"))["value"]
        assert "E-mailed on Monday 2 November 2026 by the support unit." in words(sent)

        receipt = (await entered(group, request))["value"]
        assert ON_BEHALF in words(receipt).lower() and "Police" in words(receipt)
        assert "given by Police (by e-mail) on Monday 2 November 2026" in words(receipt)
        ((one, note),) = await versions(group, request)
        assert (one.origin, one.by_person_id, note) == ("on_behalf", group.ids["officer"], "Police (by e-mail)")
        async with group.unit() as (unit, its):
            log = await log_entries(unit, its.id)
        entry = next(one for one in log if one.what == "entered on behalf")
        assert (entry.person_id, entry.refs["gave"]) == (group.ids["officer"], group.ids["police"])

        seen = read(group.channel()[0])
        assert "1 of 13 returned, one of them entered on behalf by the support unit." in words(seen)
        assert EVIDENCE not in json.dumps([post.versions for post in group.channel()])

        refresh = seen["refresh"]["action"]["data"]
        own = await group.execute("police", "channel.refresh", refresh, in_channel=True, automatic=True)
        assert "entered by the support unit on your behalf" in words(own["value"])
        form = await group.press("police", own["value"], "Correct our answer", in_channel=True)
        corrected = {"dissemination": "low", "evidence": "Only two teams so far"}
        await group.press("police", form["value"], "Send answer", corrected, in_channel=True)
        assert [one.origin for one, _ in await versions(group, request)] == ["on_behalf", "card"]
        assert "1 of 13 returned." in words(read(group.channel()[0]))


async def test_the_agencys_people_get_a_copy_in_their_own_chat_and_no_form_is_wiped(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await issued(group, to=("police",))
        before = group.card("police")
        await entered(group, request)
        chat = group.chat("police")
        assert len(chat) == 2 and read(chat[0]) == before
        assert "entered by the support unit on your behalf" in words(read(chat[1]))
        assert "Correct our answer" in buttons(read(chat[1]))


@pytest.mark.parametrize("who", ["police", "chair", "gwh"])
async def test_only_an_officer_may_write_or_enter_for_an_agency(database_url, tmp_path, who):
    async with a_group(database_url, tmp_path) as group:
        request = await issued(group, to=("police",))
        card = await opened(group, request)
        form = (await group.press("officer", card, "Enter an answer on behalf"))["value"]
        data = {"p": group.partnership_id, "request": request, "loop": 1, "base": 0, "n": 0}
        for verb in ("open", "email", "sent", "form", "enter", "submit"):
            body = await group.execute(who, f"behalf.{verb}", data)
            assert "Only the support officer" in body["value"], verb
        body = await group.press(who, form, "Enter this answer", given(group))
        assert "Only the support officer" in body["value"]
        assert await versions(group, request) == []


async def test_case_identifiable_text_is_asked_about_and_not_stored_before_it_is_confirmed(
    database_url, tmp_path, caplog
):
    flagged = "We checked NHS number 943 476 5919 ourselves"
    async with a_group(database_url, tmp_path) as group:
        request = await issued(group, to=("police",))
        asked = (await entered(group, request, evidence=flagged))["value"]
        assert "an NHS number" in words(asked) and await versions(group, request) == []
        assert flagged in [one.get("value") for one in inputs(asked).values()]
        assert "943" not in caplog.text
        done = await group.press("officer", asked, "It is not about a real person")
        assert ON_BEHALF in words(done["value"]).lower()
        assert len(await versions(group, request)) == 1


async def test_the_name_of_who_gave_the_answer_is_looked_at_as_well(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await issued(group, to=("police",))
        asked = await entered(group, request, given_who="other", given_name="Sgt Holt, NHS number 943 476 5919")
        assert "an NHS number" in words(asked["value"]) and await versions(group, request) == []


async def test_what_is_missing_is_said_at_once_and_everything_typed_is_kept(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await issued(group, to=("police",))
        wrong = await entered(group, request, given_who="", given_on="2026-11-03", given_how="", dissemination="")
        text = words(wrong["value"])
        for sentence in (
            "Please say who gave the answer.", "up to today", "Please say how the answer came.",
            "Please choose a level.",
        ):  # fmt: skip
            assert sentence in text
        kept = {key.rpartition(".")[2]: one.get("value") for key, one in inputs(wrong["value"]).items()}
        assert kept["evidence"] == EVIDENCE and kept["given_on"] == "2026-11-03"
        assert await versions(group, request) == []


async def test_somebody_who_is_not_on_the_seat_can_be_named_and_the_log_still_holds_no_name(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await issued(group, to=("police",))
        await entered(group, request, given_who="other", given_name="Sgt Rosalind Oke", given_how="telephone")
        ((one, note),) = await versions(group, request)
        assert note == "Sgt Rosalind Oke (by telephone)"
        async with group.unit() as (unit, its):
            log = [(row.what, row.refs) for row in await log_entries(unit, its.id)]
        assert "Oke" not in json.dumps(log) and log[-1][1]["given"] == one.behalf_text_id


async def test_pressing_twice_enters_one_answer_and_marks_one_e_mail(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await issued(group, to=("police",))
        card = await opened(group, request)
        form = (await group.press("officer", card, "Enter an answer on behalf"))["value"]
        mail = (await group.press("officer", card, "Write the e-mail"))["value"]
        for _ in range(2):
            await group.press("officer", form, "Enter this answer", given(group))
            await group.press("officer", mail, "I have sent it")
        assert len(await versions(group, request)) == 1
        async with group.unit() as (unit, its):
            done = [row.what for row in await log_entries(unit, its.id)]
        assert done.count("entered on behalf") == done.count("e-mailed") == 1
        assert len(group.chat("police")) == 2


async def test_an_agency_that_answered_itself_meanwhile_is_not_overwritten(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await issued(group, to=("police",))
        card = await opened(group, request)
        form = (await group.press("officer", card, "Enter an answer on behalf"))["value"]
        own = {"dissemination": "high", "evidence": "All teams", "monitoring": "Audit"}
        await group.press("police", group.card("police"), "Send answer", own)
        body = await group.press("officer", form, "Enter this answer", given(group))
        assert "has answered itself in the meantime" in body["value"]
        assert [one.origin for one, _ in await versions(group, request)] == ["card"]


async def test_an_answer_given_in_time_is_not_late_for_being_entered_later(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await issued(group, to=("police",))
        group.clock.to(2026, 11, 30)
        await entered(group, request, given_on="2026-11-26")
        ((one, _),) = await versions(group, request)
        assert not one.late


async def test_a_request_that_was_withdrawn_can_no_longer_be_answered_for_anybody(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await issued(group, to=("police",))
        card = await opened(group, request)
        async with group.unit() as (unit, its):
            from storage.asks import request as find

            (await find(unit, its.id, request)).state = "cancelled"
        body = await group.press("officer", card, "Enter an answer on behalf")
        assert "No answer is asked from this agency now" in body["value"]


async def test_the_word_form_has_headings_and_tables_with_header_rows(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        request = await issued(group, to=("police",))
        card = await opened(group, request)
        await group.press("officer", card, "Word form", in_channel=True)
        (path,) = (tmp_path / "exports").rglob("*.docx")
        assert path.name == "Child-F-rapid-review-Police.docx"
        form = Document(str(path))
        heads = [one.text for one in form.paragraphs if one.style.name.startswith("Heading")]
        assert "How far has the learning been shared?" in heads and "Who answered" in heads
        assert all(table.rows[0]._tr.xpath(".//w:tblHeader") for table in form.tables)
        said = "\n".join(cell.text for table in form.tables for row in table.rows for cell in row.cells)
        assert "There is strong evidence" in said and "Ask who else lives in the home." in said


async def test_in_a_1_1_chat_teams_asks_the_officer_and_keeps_the_word_form(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group, a_drive() as (url, kept):
        request = await issued(group, to=("police",))
        card = await opened(group, request)
        await group.press("officer", card, "Word form")
        (offer,) = group.chat("officer")[-1].activity["attachments"]
        assert (offer["name"], offer["contentType"]) == (
            "Child-F-rapid-review-Police.docx", "application/vnd.microsoft.teams.card.file.consent",
        )  # fmt: skip
        await takes(group, "officer", offer, f"{url}/upload")
        assert Document(BytesIO(kept["/upload"])).tables
        assert "is in your OneDrive" in words(read(group.chat("officer")[-1]))


async def test_the_word_form_is_uploaded_to_onedrive_alone_and_for_an_officer_alone(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group, a_drive() as (url, kept):
        request = await issued(group, to=("police",))
        card = await opened(group, request)
        await group.press("officer", card, "Word form")
        (offer,) = group.chat("officer")[-1].activity["attachments"]
        await takes(group, "police", offer, f"{url}/upload")
        await takes(group, "officer", offer, "https://sharepoint.com.example.org/upload")
        assert kept == {}
        assert "could not be put into your OneDrive" in words(read(group.chat("officer")[-1]))


@pytest.mark.parametrize("name", ["loop", "base", "n"])
async def test_forged_numbers_in_the_form_store_nothing(database_url, tmp_path, name):
    async with a_group(database_url, tmp_path) as group:
        request = await issued(group, to=("police",))
        card = await opened(group, request)
        form = (await group.press("officer", card, "Enter an answer on behalf"))["value"]
        from tests.group import button, filled

        action = button(form, "Enter this answer")
        for value in (99999, -1, "x", None, True):
            data = dict(action["data"]) | filled(form, given(group)) | {name: value}
            body = await group.execute("officer", action["verb"], data)
            assert body["type"]
        expected = 1 if name == "n" else 0
        assert len(await versions(group, request)) <= expected
