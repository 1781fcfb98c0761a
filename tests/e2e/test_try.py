from tests.answering import MEETING, a_request
from tests.group import a_group, buttons, words, read
from tests.meeting import *
from tests.pictures.keep import keep


async def test_try(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        request = await a_request(group, "gwh", "awp", "housing", "police", "cgl")
        await answers(group, request.id, {"gwh": "high", "awp": "medium", "housing": "not_relevant", "cgl": "high"})
        meeting_id = await the_meeting(group, MEETING)
        print(words(await group.say("gwh", "papers")))
        papers = await group.say("officer", "papers")
        print(words(papers))
        print(buttons(papers))
        keep("papers-officer", papers)
        out = (await group.press("officer", papers, "Release papers"))["value"]
        print("CHANNEL", words(group.teams.card(group.teams.team.id)))
        mem = await group.say("gwh", "papers")
        keep("papers-member", mem)
        print(words(mem))
        mem2 = (await group.press("gwh", mem, "Mark to discuss"))["value"]
        keep("papers-marked", mem2)
        group.clock.to(2026, 12, 10)
        form = await group.say("officer", "assess")
        keep("attendance", form)
        print(words(form))
        card = await enter_the_room(group)
        print(words(card))
        print(buttons(card))
        keep("assess-one", card)
        card2 = (
            await group.press(
                "officer", card, "Record, and next", {"dissemination": "low", "rationale": "Only half of staff."}
            )
        )["value"]
        print(words(card2))
        print(buttons(card2))
        keep("assess-two", card2)
        card3 = (await group.press("officer", card2, "Record, and next", {"dissemination": "high"}))["value"]; keep("assess-three", card3)
        print(words(card3)); print(buttons(card3))
        card4 = (await group.press("officer", card3, "Record, and next", {"dissemination": "not_relevant"}))["value"]; keep("assess-rest", card4)
        print(words(card4)); print(buttons(card4))
        over = (await group.press("officer", card4, "Overview"))["value"]; keep("assess-overview", over)
        print(words(over)); print(buttons(over))
        done = (await group.press("officer", card4, "Record for this one", {"dissemination": "high"}))["value"]; keep("assess-done", done)
        print(words(done))
        await close_meeting(group, meeting_id)
        for who in ("gwh", "awp", "housing", "cgl", "police", "chair", "officer"):
            for n, post in enumerate(group.chat(who)[-2:]):
                c = read(post); keep(f"after-{who}-{n}", c)
                print("==", who, words(c), buttons(c) if "body" in c else "")
        print(await standing_of(group, request.id, "gwh"), await standing_of(group, request.id, "awp"), await standing_of(group, request.id, "housing"), await standing_of(group, request.id, "police"))
