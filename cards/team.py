"""The team that a partnership uses, and the greeting when the app comes in."""

from __future__ import annotations

from assurance.dates import count_words
from cards.asking import Question, ask_button
from cards.parts import Card, button, card, paragraph, subtle, title

USE_INSTEAD = "team.use_instead"


def bound_card(partnership: str, members: int | None, *, already: bool = False) -> Card:
    """The team is the partnership's now; `members` is None where they could not be read."""
    text = f"This team is {'already ' if already else 'now '}the team of {partnership}."
    read = (
        "I could not read its members yet. The support officer can try again: type people in your own chat with "
        "me and press Read the team again."
        if members is None
        else f"I have read its {count_words(members)} members. The next step is to put people on their seats: "
        "type people in your own chat with me."
    )
    body = [
        title(text),
        paragraph("Cards for the whole group are posted in this channel. They name nobody."),
        subtle(read),
    ]
    return card(text, body)


def ask_instead_card(partnership_id: int, partnership: str, other: str) -> Card:
    """Another team is in use: is this one to take its place?"""
    text = f"{partnership} uses another team at present{f': {other}' if other else ''}."
    body = [
        title("Use this team instead?"),
        paragraph(text),
        paragraph("New cards would be posted here. What stands in the other team stays there."),
    ]
    return card(text, body, [button("Use this team instead", USE_INSTEAD, {"p": partnership_id}, primary=True)])


def welcome_card(group: str, *, team: bool, bound: bool, officer_of: int | None = None) -> Card:
    """The one greeting, in somebody's own chat or in a team.

    `officer_of`: the number of the partnership whose officer reads it, who gets the way to the morning page.
    """
    if not team:
        text = (
            f"Hello. I carry the learning of the {group} between the support unit and the agencies. I will write "
            "to you here when your agency is asked something. Type help to see what else I can do."
        )
    elif bound:
        text = f"Hello. I post the cards of the {group} here. Mention me and type help to see what I can do."
    else:
        text = (
            "Hello. I carry learning between a safeguarding partnership and its agencies. If this is your "
            "partnership's team, its support officer can say so here: mention me and type use this team."
        )
    morning = [ask_button("What waits for you today", officer_of, Question("today"))] if officer_of else []
    return card(text, [title("Hello"), paragraph(text.removeprefix("Hello. "))], morning)


def news_card(news: str, partnership: str, team: str) -> Card:
    """What officers are told when the team or its channel is gone."""
    named = f"the team {team}" if team else "the team"
    if news == "gone":
        text = (
            f"I was taken out of {named} of {partnership}, or the team was deleted. Cards for the whole group have "
            "no place now; messages to people in their own chats may still arrive. To go on, add me to a team and "
            "type use this team there."
        )
        return card("The partnership's team is gone.", [title("The team is gone"), paragraph(text)])
    text = (
        f"The channel that I used in {named} was deleted. From now on I post in the team's General channel. "
        "To use another channel, mention me there and type use this team."
    )
    return card("The channel was deleted.", [title("The channel was deleted"), paragraph(text)])
