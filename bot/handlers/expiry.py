"""What officers read when the bot's own credential is about to run out."""

from __future__ import annotations

from assurance.issuing import today_in
from bot.edge.credentials import expires_on, way_to_sign_in
from bot.edge.starting import CannotStart
from bot.tables import Desk
from cards.expiry import expiry_card
from cards.parts import Card
from storage.notices import Notice
from storage.unit import Unit


async def draw_expiry(unit: Unit, desk: Desk, owed: Notice) -> Card | None:
    """The credential as it is now; no longer owed where it was renewed in the meantime."""
    settings = desk.house.settings
    try:
        ends_on, way = expires_on(settings), way_to_sign_in(settings)
    except CannotStart:
        return None
    if ends_on is None or ends_on.isoformat() != owed.subject.get("ends_on"):
        return None
    return expiry_card(way, ends_on, today_in(desk.pack, desk.now))


NOTICES = {"expiry": draw_expiry}
