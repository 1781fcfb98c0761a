"""What is watched: one id leads from a request to the card that it caused, and no line or figure holds words (I2)."""

from __future__ import annotations

import io
import logging
from typing import Any

import orjson
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from bot.edge.connector import no_token
from bot.figures import Watched
from bot.logs import Out, formatter
from scheduler.heartbeat import Pulse
from tests.answering import SAID, TITLE, a_request
from tests.group import Group, a_group

EVIDENCE = "Wardhuddlesevidence for Kim Doe"
LABELS = {"outcome", "state", "le", "partnership"}


def figures(group: Group) -> dict[str, float]:
    """Every figure by its name and label."""
    found = {}
    for family in text_string_to_metric_families(group.house.meter.written().decode()):
        for one in family.samples:
            assert set(one.labels) <= LABELS, one
            found[":".join([one.name, *one.labels.values()])] = one.value
    return found


async def test_one_id_leads_to_the_delivery_and_nothing_that_was_written_stands_in_lines_figures_or_replies(
    database_url, tmp_path, caplog
):
    """With failures forced on the way: a card that cannot be drawn, and a database that has lost a table."""
    caplog.set_level(logging.INFO)
    stream = io.StringIO()
    handler = Out(stream)
    handler.setFormatter(formatter("json"))
    logging.getLogger().addHandler(handler)
    try:
        async with a_group(database_url, tmp_path) as group:
            watched = Watched(group.house, group.courier, Pulse(), no_token)
            await a_request(group, "gwh", "awp")
            sent = await group.press("gwh", group.card("gwh"), "Send answer", {**SAID, "evidence": EVIDENCE})
            lines: list[dict[str, Any]] = [orjson.loads(one) for one in stream.getvalue().splitlines()]
            (answered,) = [one for one in lines if one.get("answer") == "saved"]
            caused = {one["notice"] for one in lines if one["event"] == "A notice is owed" and same_id(one, answered)}
            carried = {one["notice"]: one["state"] for one in lines if one["event"] == "A notice was carried"}
            assert caused and {carried[key] for key in caused} == {"delivered"}
            assert (answered["kind"], answered["outcome"], answered["partnership"]) == ("invoke", "ok", 1)

            async def fails(*_: Any) -> None:
                raise RuntimeError(f"{TITLE}: {EVIDENCE}")

            group.courier.notices = {**group.courier.notices, "channel": fails}
            refused = await group.press("awp", group.card("awp"), "Send answer", {**SAID, "evidence": EVIDENCE})
            form = (await group.press("gwh", sent["value"], "Correct our answer"))["value"]
            async with group.house.store.engine.begin() as connection:
                await connection.execute(text("ALTER TABLE answer RENAME TO answer_lost"))
            failed = await group.press("gwh", form, "Send answer", {"evidence": f"Not {EVIDENCE}"})
            assert failed["type"].endswith("message"), "a sentence, with a reference or without"
            assert EVIDENCE not in failed["value"]
            assert refused["statusCode"] == failed["statusCode"] == 200
            await watched.read()
            numbers = figures(group)
        assert numbers["loop_answers_total:saved"] == 2
        assert numbers["loop_deliveries_total:refused"] >= 1
        assert numbers["loop_database_up"] == numbers["loop_partnerships"] == 1
        assert sum(value for name, value in numbers.items() if name.startswith("loop_requests_total")) >= 4
        everything = stream.getvalue() + caplog.text + str(numbers)
        people = group.people.values()
        private = [EVIDENCE, "Wardhuddles", "Kim", TITLE, "@example.org", *(one.object_id for one in people)]
        private += [one.name for one in people if " " in one.name]
        assert [one for one in private if one in everything] == []
        assert "RuntimeError" in stream.getvalue()
    finally:
        logging.getLogger().removeHandler(handler)


def same_id(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.get("id") == other["id"]
