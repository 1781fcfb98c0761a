"""How long records are kept: the schedule, a removal that waits for the officer, and legal holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assurance.dates import count_words, day_words
from assurance.form_rules import tidy
from assurance.retention import ITEM, REASON_LENGTH, WHOLE, WHY, ClassView, HoldView, RetentionView
from assurance.retention_rules import NOTICE_DAYS
from cards.elements import ActionSet, Element, InputChoiceSet, InputText
from cards.managing import Typed, check, sending
from cards.parts import Card, button, card, heading, paragraph, points, problem, strong, subtle, title

SHOW, AGREE, KEEP = "retention.show", "retention.agree", "retention.keep"
HOLD, DO_HOLD, END = "retention.hold", "retention.do_hold", "retention.end"
PURGE, AT_HOLD = "purge", "hold"
LABELS = {WHY: "Why it is kept"}


def retention_card(view: RetentionView, note: str = "") -> Card:
    """How it stands, and what an officer can decide."""
    body: list[Element] = [title("How long records are kept"), *([paragraph(strong(note))] if note else [])]
    body += _removal(view) if view.purge_id is not None else _schedule(view)
    if view.holds:
        body.append(heading("Kept until somebody ends it"))
    for one in view.holds:
        body += _hold(view, one)
    actions = []
    if view.may_change and view.purge_id is not None:
        data = {"p": view.partnership_id, PURGE: view.purge_id}
        if not view.agreed:
            actions.append(button("Agree to the removal", AGREE, data, primary=True))
        actions.append(button("Keep everything this time", KEEP, data))
    if view.may_change and not view.whole_held:
        actions.append(button("Put on hold", HOLD, {"p": view.partnership_id}))
    return card(_in_a_line(view), body, actions)


def _in_a_line(view: RetentionView) -> str:
    if view.purge_id is None:
        return "How long records are kept."
    assert view.from_on is not None
    day = day_words(view.from_on)
    return f"Some records will be removed from {day}." if view.agreed else f"Some records can be removed from {day}."


def _schedule(view: RetentionView) -> list[Element]:
    if not view.enabled:
        said = [
            paragraph(strong("Nothing is removed."), " Your partnership has not entered its retention schedule."),
            paragraph(
                "To enter it, write the years into the pack, under [retention], and set enabled = true. What would "
                "follow from the years that stand there now:"
            ),
        ]
    else:
        said = [
            paragraph(
                f"Once a year I say what has been kept for long enough, {NOTICE_DAYS} days before it can go. "
                "Nothing goes unless a support officer agrees."
            )
        ]
    said.append(points([f"{one.what}: {_years(one.years)}" for one in view.kept]))
    said.append(subtle(STAYS))
    if view.ended is not None:
        day, count = view.ended
        said.append(subtle(f"The last removal ended on {day_words(day)}: {_things(count)}."))
    return list(said)


STAYS = (
    "Words of an answer count from when it was given, once nothing more is asked. Levels, days, role titles and counts "
    "stay, so every report still adds up."
)


def _removal(view: RetentionView) -> list[Element]:
    assert view.from_on is not None
    day = day_words(view.from_on)
    lead = (
        f"Agreed: from {day} on this is removed, and it cannot be brought back."
        if view.agreed
        else f"This will have been kept for long enough on {day}. It goes from then on, if you agree:"
    )
    said: list[Element] = [paragraph(strong(lead))]
    going = [one for one in view.rows if one.count]
    said.append(points([_row(one) for one in going]) if going else paragraph("Nothing, as things stand today."))
    if view.whole_held:
        said.append(paragraph("At present everything is on hold, so nothing goes."))
    said.append(subtle(STAYS))
    return said


def _row(one: ClassView) -> str:
    assert one.before is not None
    return f"{one.what}: {_things(one.count)} from before {day_words(one.before)} (kept {_years(one.years)})"


def _years(years: int) -> str:
    return "one year" if years == 1 else f"{count_words(years)} years"


def _things(count: int) -> str:
    return "one" if count == 1 else f"{count:,}"


def _hold(view: RetentionView, one: HoldView) -> list[Element]:
    said: list[Element] = [
        paragraph(strong(one.what), f"\n{one.why}" if one.why else "", spacing="medium"),
        subtle(f"Since {day_words(one.since)}", spacing="none"),
    ]
    if view.may_change:
        data = {"p": view.partnership_id, AT_HOLD: one.hold_id}
        said.append(ActionSet(actions=[button("End this hold", END, data)], spacing="small"))
    return said


def hold_card(view: RetentionView, typed: Typed | None = None) -> Card:
    """What is to be kept, and why."""
    typed = typed or Typed()
    choices = [{"title": "Everything of the partnership", "value": WHOLE}]
    choices += [{"title": name, "value": str(number)} for number, name in view.items]
    body: list[Element] = [
        title("Put on hold"),
        paragraph("Nothing of it is removed until you end the hold, whatever the schedule says."),
        *check(typed, LABELS),
    ]
    if ITEM in typed.errors:
        body.append(problem(typed.errors[ITEM]))
    chosen = typed.values.get(ITEM)
    body.append(
        InputChoiceSet(
            id=ITEM, label="What is to be kept", choices=choices, style="compact",
            value=chosen if chosen in {one["value"] for one in choices} else None,
        )
    )  # fmt: skip
    if WHY in typed.errors:
        body.append(problem(typed.errors[WHY]))
    body.append(
        InputText(
            id=WHY, label="Why, and until when as far as you know", is_multiline=True, max_length=REASON_LENGTH,
            value=typed.values.get(WHY) or None,
        )
    )  # fmt: skip
    data: dict[str, Any] = {"p": view.partnership_id}
    actions = [*sending("Put on hold", DO_HOLD, data, typed), button("Back", SHOW, data, collect=False)]
    return card("Put something on hold.", body, actions)


def read_hold(data: Mapping[str, Any]) -> dict[str, str]:
    """What was chosen and typed; anything that is not text is nothing."""
    found = {name: data.get(name) for name in (ITEM, WHY)}
    return {name: tidy(value[:4000]) if isinstance(value, str) else "" for name, value in found.items()}
