"""Asking for a summary: by its quarter, in private and in channels, and what nobody learns who may not see it (B15)."""

from __future__ import annotations

from tests import inbound
from tests.connector import Person
from tests.group import a_group, button, buttons, read, words
from tests.issuing import card_in
from tests.summaries import POSTED, TABLE, approved, drafted, summaries_in


async def test_a_summary_is_found_by_its_quarter_and_a_calendar_form_is_asked_about(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await drafted(group)
        none = await group.say("gwh", "summary Q3 2026-27")
        assert "is being prepared" in words(none) and "Draft" not in words(none)
        await approved(group)
        for text in ("summary", "summary Q3 2026-27", "summary q3 26/27", "quarterly summary for this quarter"):
            assert POSTED in words(await group.say("gwh", text)), text
        asked = await group.say("gwh", "summary Q4 2026")
        assert POSTED not in words(asked)
        assert buttons(asked) == [
            "Q3 2026-27 (October to December 2026)", "Q4 2026-27 (January to March 2027)",
        ]  # fmt: skip
        assert POSTED in words(card_in(await group.press("gwh", asked, buttons(asked)[0])))
        autumn = await group.say("gwh", "summary autumn 2026")
        assert "Did you mean Q3 2026-27 (October to December 2026)?" in words(autumn)
        other = await group.say("gwh", "summary Q1 2026-27")
        assert words(other).startswith("No summary of Q1 2026-27\nNone was made for April to June 2026.")
        assert POSTED in words(card_in(await group.press("gwh", other, "Thursday 10 December 2026")))
        assert "has not begun" in words(await group.say("chair", "summary next quarter"))
        assert "I could not tell which quarter you mean" in words(await group.say("chair", "summary of learning"))


async def test_in_the_channel_a_draft_is_not_shown_and_a_summary_only_as_it_was_posted(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await drafted(group)
        assert "is being prepared" in words(await group.say("chair", "summary", in_channel=True))
        await approved(group)
        shown, posted = await group.say("chair", "summary", in_channel=True), summaries_in(group)[0]
        assert (shown["body"], buttons(shown)) == (posted["body"], buttons(posted))


async def test_an_older_client_gets_the_full_table_in_a_chat_of_its_own(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await drafted(group)
        await approved(group)
        action = button(summaries_in(group)[0], TABLE)["fallback"]
        team = {"team": group.teams.team}
        before = len(group.channel())
        for who in ("gwh", "ld_lead"):
            value = inbound.submit(group.people[who], action["data"], group.teams.url, **team)
            await group.send(value)
            await group.settle()
        assert "No resp." in words(group.card("gwh"))
        assert all("No resp." not in words(read(post)) for post in group.channel()[before:])


async def test_a_stranger_learns_nothing_from_any_button_of_a_summary(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await drafted(group)
        group.people["stranger"] = Person("A Stranger", "77777777-0000-4000-8000-000000000000", "29:stranger")
        data = {"p": group.partnership_id, "report": 1, "q": "2026-27 Q3", "mark": "x"}
        for who in ("stranger", "gwh", "police"):
            for verb in ("rows", "show", "open", "save", "approve", "ask"):
                reply = await group.execute(who, f"summary.{verb}", data)
                told = words(reply["value"]) if isinstance(reply["value"], dict) else reply["value"]
                assert "Medium" not in told and "GWH" not in told and "answers asked for" not in told, (who, verb)
        assert not summaries_in(group)


async def test_in_another_channel_it_is_offered_in_private(sqlite_url, tmp_path):
    async with a_group(sqlite_url, tmp_path) as group:
        await drafted(group)
        await approved(group)
        other = "19:other@thread.tacv2"
        group.teams.team.channels[other] = "Other"
        asked = inbound.message(
            group.people["gwh"], "summary Q3 2026-27", group.teams.url, team=group.teams.team, channel=other
        )  # fmt: skip
        await group.send(asked)
        await group.settle()
        card = read(group.teams.posts(other)[-1])
        assert "I answer this in private" in words(card) and POSTED not in words(card)
        for _ in range(2):
            await group.press("gwh", card, "Send me the summary in private", in_channel=True)
        sent = [one for one in group.chat("gwh") if POSTED in words(read(one))]
        assert len(sent) == 1
