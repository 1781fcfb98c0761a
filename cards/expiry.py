"""Tells an officer that the bot's own credential runs out, and what somebody has to do about it."""

from __future__ import annotations

from datetime import date

from assurance.dates import day_words
from cards.parts import Card, card, paragraph, strong, subtle, title

_CALLED = {"secret": "client secret", "certificate": "certificate"}


def expiry_card(way: str, ends_on: date, today: date) -> Card:
    """`way` is how the bot signs in: "secret" or "certificate"."""
    what = _CALLED.get(way, "credential")
    left = (ends_on - today).days
    when = "today" if left == 0 else "tomorrow" if left == 1 else f"in {left} days"
    line = f"My sign-in to Microsoft runs out {when}"
    return card(
        f"{line}, on {day_words(ends_on)}. Please ask your IT team to renew it.",
        [
            title(line),
            paragraph(
                strong(f"It works until {day_words(ends_on)}."),
                " After that I cannot send anything: no requests, no reminders, no replies.",
            ),
            paragraph(
                f"Please forward this to whoever runs me in your IT team. They make a new {what} in Entra and put it "
                'into my settings, as described under "Renewing the credential" in the installation guide.'
            ),
            subtle("I say so 60, 30 and 7 days before. Once it is renewed you will hear no more of it."),
        ],
    )
