"""Issued learning is put right: a typing error silently, a change of meaning by telling all once (scenario 33).

A posted form is never replaced, since that would wipe what somebody is typing in it. What is only read
(receipts, the channel's card) is drawn afresh at once. A form shows the new words when it is next drawn.
After a change of meaning each member is told in a card of its own, which carries the corrected words and
opens a fresh form.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import orjson

from assurance.actors import Actor
from assurance.form_rules import one_line, tidy
from assurance.issuing import people_of, today_in
from assurance.learning_fields import LearningFields, Link, is_https
from assurance.managed import managed_request, refresh_receipts
from assurance.pack import Pack
from assurance.refusals import Mistakes, NotFound, OutOfDate
from assurance.telling import tell
from assurance.writing import ask_first
from storage.asks import Request, loops_of_request, requests_about
from storage.learning import Learning, LearningVersion, learning, learning_fields
from storage.log import append_log
from storage.partnerships import Partnership
from storage.texts import Text, text_by_number, text_of
from storage.unit import Unit

Sort = Literal["typing", "meaning"]
LENGTHS = {
    "title": 200,
    "description": 4000,
    "findings": 4000,
    "key_messages": 4000,
    "audiences": 2000,
    "agreed_by": 300,
}
"""The fields that an officer may correct, with the most characters that each takes."""
ONE_LINE = ("title", "agreed_by")
NEEDED = {"title": "Please give it a title.", "key_messages": "Please write the key messages."}


@dataclass(frozen=True)
class Correction:
    """Corrected fields of a learning item, made on the wording with number `base`."""

    base: int
    fields: LearningFields
    sort: Sort | None
    confirmed: bool = False


def checked(sent: Correction) -> LearningFields:
    """The fields as they are kept: a pure rule. Raises Mistakes, or AskFirst for identifiable text (I2)."""
    written = {name: tidy(str(getattr(sent.fields, name))) for name in LENGTHS}
    written |= {name: one_line(written[name]) for name in ONE_LINE}
    wrong = {name: sentence for name, sentence in NEEDED.items() if not written[name]}
    for name, most in LENGTHS.items():
        if len(written[name]) > most:
            wrong[name] = f"Please keep this to {most:,} characters. Nothing you wrote has been lost."
    if any(not is_https(one.url) for one in sent.fields.links):
        wrong["links"] = "Please give each link on a line of its own, beginning with https://"
    if sent.sort is None:
        wrong["sort"] = "Please say whether the meaning changes."
    if wrong:
        raise Mistakes(wrong)
    linked = "\n".join(f"{one.title} {one.url}" for one in sent.fields.links)
    ask_first(written | {"links": linked}, confirmed=sent.confirmed)
    links = tuple(Link(one_line(one.title) or one.url, one.url) for one in sent.fields.links)
    return LearningFields.from_json(
        sent.fields.to_json() | written | {"links": [{"title": one.title, "url": one.url} for one in links]}
    )


async def correct_learning(
    unit: Unit,
    actor: Actor,
    partnership: Partnership,
    pack: Pack,
    request_id: int,
    sent: Correction,
    now: datetime,
) -> LearningVersion:
    """Keep corrected words as the item's next wording; answers stay against the wording they were given to.

    Sending the same correction twice changes nothing the second time.
    Raises NotAllowed, NotFound, Mistakes, AskFirst, and OutOfDate where somebody corrected it meanwhile.
    """
    request = await managed_request(unit, actor, partnership, request_id, "manage_request")
    number = request.learning_id
    found = await learning_fields(unit, partnership.id, number) if number is not None else None
    item = await learning(unit, partnership.id, number) if number is not None else None
    if found is None or item is None:
        raise NotFound("This request is not about an item of learning, so there is nothing to correct.")
    newest, body = found
    fields = checked(sent)
    changed = text_of(partnership.id, _as_text(body | fields.to_json()))
    before = await text_by_number(unit, partnership.id, newest.text_id)
    assert before is not None
    if changed.sha256 == before.sha256:
        if sent.base == newest.number:
            raise OutOfDate("Nothing has changed in the words, so I have left everything as it is.")
        return newest
    if sent.base != newest.number:
        raise OutOfDate("Somebody has corrected this in the meantime. Please open it again and look first.")
    kept = await _keep(unit, actor, item, newest, changed, sent, now)
    await _retitle(unit, partnership, item, fields.title)
    for asked in await requests_about(unit, partnership.id, item.id):
        if asked.state == "open":
            await _tell(unit, partnership, pack, asked, kept, now)
    await append_log(
        unit, partnership.id, at=now, person_id=actor.person_id, what="learning corrected",
        subject=f"learning:{item.id}",
        refs={"version": kept.number, "meaning": kept.meaning_changed}, before=before.sha256,
        after=changed.sha256,
    )  # fmt: skip
    return kept


def _as_text(body: object) -> str:
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()


async def _keep(
    unit: Unit,
    actor: Actor,
    item: Learning,
    newest: LearningVersion,
    changed: Text,
    sent: Correction,
    now: datetime,
) -> LearningVersion:
    text = await unit.save(changed)
    item.version_number = newest.number + 1
    return await unit.save(
        LearningVersion(
            partnership_id=item.partnership_id, learning_id=item.id, number=item.version_number,
            text_id=text.id, meaning_changed=sent.sort == "meaning", by_person_id=actor.person_id, at=now,
        )
    )  # fmt: skip


async def _retitle(unit: Unit, partnership: Partnership, item: Learning, title: str) -> None:
    for asked in await requests_about(unit, partnership.id, item.id):
        if asked.title == item.title:
            asked.title = title
    item.title = title


async def _tell(
    unit: Unit, partnership: Partnership, pack: Pack, asked: Request, kept: LearningVersion, now: datetime
) -> None:
    await refresh_receipts(unit, partnership, asked, f"wording:{kept.id}", now)
    if not kept.meaning_changed:
        return
    people: list[int] = []
    for loop in await loops_of_request(unit, partnership.id, asked.id):
        if loop.state != "withdrawn":
            people += await people_of(unit, loop, today_in(pack, now))
    subject = {"request": asked.id, "version": kept.number}
    await tell(unit, partnership, pack, asked, people, "told_corrected", str(kept.id), subject, now)
