"""What the bot says when it is asked for help, over HTTP."""

from tests.group import a_group, words


async def test_a_member_who_types_help_gets_one_card_of_commands(database_url, tmp_path):
    async with a_group(database_url, tmp_path) as group:
        card = await group.say("gwh", "help")
        assert "What I can do" in words(card)
        assert len(group.chat("gwh")) == 1
