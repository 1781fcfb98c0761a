"""What became of the cards and e-mails of requests: whom they reached (framework 4.25)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from assurance.standing import Card
from storage.notices import Notice

EMAIL = "e-mail"


def cards_sent(reach: Iterable[Notice]) -> dict[tuple[int, int], list[Card]]:
    """What became of the cards that were sent, by request and person."""
    found: dict[tuple[int, int], list[Card]] = {}
    for sent in reach:
        if sent.person_id is not None:
            request_id = int(sent.about.partition(":")[2])
            found.setdefault((request_id, sent.person_id), []).append(Card(sent.state, sent.reason))
    return found


def emails_sent(reach: Iterable[Notice]) -> dict[int, date]:
    """The last day on which an officer sent an e-mail for a loop: that counts as reached."""
    sent = [one.subject for one in reach if one.door == EMAIL]
    return {int(one["loop"]): date.fromisoformat(one["on"]) for one in sent}
