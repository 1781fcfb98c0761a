"""One person's card for one request: what stands on it, and how large it may grow (B1-B6, deliver 7)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from assurance.identifiable import find
from assurance.pack import load, read_shipped
from assurance.packing import shown_form
from assurance.request_view import DraftKept, RequestView, Said, Side
from cards.identifiable import confirm_button, confirmed, please_check
from cards.parts import size_utf16
from cards.request import Shown, draft_for, read_answer, request_card, same_asked
from tests.cards_schema import assert_valid
from tests.group import button, buttons, filled, inputs, words

PACK = load(read_shipped("swindon"), "swindon")
FORM = shown_form(PACK, "assurance")
AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
LIMIT = 80 * 1024


def a_said(**values: str) -> Said:
    return Said(
        number=1, at=AT, by="Grace Bell", origin="card", behalf="", late=False,
        values=values or {"dissemination": "medium", "evidence": "Two huddles."}, form=FORM, version_id=1, by_id=4,
    )  # fmt: skip


def a_side(**values: Any) -> Side:
    side = Side(
        return_id=7, loop_id=3, seat_id=4, seat="Great Western Hospital", short="GWH", why="", state="awaited",
        due_on=date(2026, 11, 26), extended=False, form=FORM, form_version_id=1, dimensions=("dissemination",),
        first=True, base=0, said=None, earlier=None, draft=None, impact_opens_on=date(2027, 2, 2),
        impact_due_on=date(2027, 2, 23), later="Assurance of Impact on Practice", meeting_on=date(2026, 12, 10),
    )  # fmt: skip
    return replace(side, **values)


def a_view(*sides: Side, **values: Any) -> RequestView:
    view = RequestView(
        partnership_id=1, request_id=2, kind="assurance", title="Child F rapid review", state="open",
        learning={"title": "Child F", "key_messages": "Follow up.", "handling": "staff"}, learning_id=1,
        learning_version=1, context="", due_on=date(2026, 11, 26), tabled="papers", meeting_on=date(2026, 12, 10),
        sides=sides or (a_side(),), informed=(), pack=PACK,
    )  # fmt: skip
    return replace(view, **values)


def drawn(view: RequestView, shown: Shown | None = None) -> dict[str, Any]:
    content = request_card(view, 4, shown).content
    assert_valid(content)
    return content


def test_it_says_who_will_see_the_answer_before_anything_is_typed() -> None:
    said = words(drawn(a_view()))
    line = "Your answer is seen by the support unit, the chair and the vice chair now, and by LDG members and co-optees"
    assert line in said and said.index(line) < said.index("How far has the learning been shared?")


def test_the_day_of_the_papers_is_named_where_the_pack_says_when_they_go_out() -> None:
    told = PACK.model_copy(update={"meetings": PACK.meetings.model_copy(update={"papers_wd": 5})})
    assert "by LDG members and co-optees from Thursday 3 December 2026." in words(drawn(a_view(pack=told)))
    undated = a_view(a_side(meeting_on=None), pack=told, meeting_on=None)
    for view in (a_view(), undated, a_view(pack=told, tabled="verbal")):
        assert "co-optees once the papers are out." in words(drawn(view))


def test_whoever_else_may_see_an_answer_goes_by_the_title_that_the_pack_gives_the_role() -> None:
    lead = next(one for one in PACK.roles if one.kind not in ("officer", "chair", "vice_chair", "member", "co_optee"))
    kinds = tuple(one.model_copy(update={"may_see": ("own", "chair", lead.kind)}) for one in PACK.kinds)
    roles = (lead.model_copy(update={"title": "Lead for Training"}),)
    said = words(drawn(a_view(pack=PACK.model_copy(update={"kinds": kinds, "roles": roles}))))
    assert "seen by the chair and the Lead for Training now" in said and "_" not in said.partition("seen by")[2][:60]


def test_it_never_says_seat_or_round() -> None:
    for view in (a_view(), a_view(a_side(state="returned", said=a_said()))):
        said = words(drawn(view)).casefold()
        assert " seat" not in said and " round" not in said


def test_an_embargo_stands_before_the_messages() -> None:
    view = a_view(learning={"key_messages": "Follow up.", "embargo_on": "2026-11-20", "handling": "staff"})
    said = words(drawn(view))
    assert said.index("Please do not share before Friday 20 November 2026.") < said.index("Follow up.")


def test_learning_for_the_group_only_is_not_asked_to_be_shared() -> None:
    said = words(drawn(a_view(learning={"key_messages": "Follow up.", "handling": "ldg"})))
    assert "please do not pass it on" in said and "Please share" not in said


@pytest.mark.parametrize(("tabled", "line"), [("short_notice", "short notice"), ("verbal", "a word at the meeting")])
def test_short_notice_is_said_on_the_card(tabled: str, line: str) -> None:
    """Scenario 29."""
    assert line in words(drawn(a_view(tabled=tabled)))


def test_what_is_asked_later_is_told_from_the_first_card_on() -> None:
    """Scenario 19."""
    assert "from Tuesday 2 February 2027, and due by the end of Tuesday 23 February 2027" in words(drawn(a_view()))


def test_a_receipt_can_only_be_corrected() -> None:
    content = drawn(a_view(a_side(state="returned", said=a_said())))
    assert not inputs(content) and buttons(content) == ["Correct our answer"]
    assert "09:30 on Monday 2 November 2026 from you" in words(content)


@pytest.mark.parametrize(("origin", "line"), [
    ("on_behalf", "entered by the support unit on your behalf"), ("brought_in", "Brought in from earlier records"),
])  # fmt: skip
def test_where_an_answer_came_from_is_said(origin: str, line: str) -> None:
    """Scenarios 27 and 34."""
    said = replace(a_said(), origin=origin, behalf="Sam Holt (by telephone)")
    assert line in words(drawn(a_view(a_side(state="returned", said=said))))


def test_a_withdrawn_request_says_why_and_asks_nothing() -> None:
    content = drawn(a_view(state="cancelled", reason="It was raised in error."))
    assert "It was raised in error." in words(content) and not inputs(content) and not buttons(content)


def test_an_agency_that_was_taken_off_is_told_so_and_asked_nothing() -> None:
    content = drawn(a_view(removed=True))
    assert "no longer asked" in words(content) and not inputs(content)


def longest() -> dict[str, str]:
    filler = ("An answer in many words, written without a pause. " * 400).replace("pause. An", "pause.\nAn")
    return {one.key: filler[: one.max_length] for one in FORM.form.questions if one.type == "text"}


def test_the_fullest_form_of_two_agencies_stays_under_80_KB() -> None:
    full = longest()
    both = ("dissemination", "impact")
    said = replace(a_said(**full), form=FORM)
    side = a_side(dimensions=both, earlier=said, why="w" * 500)
    view = a_view(side, replace(side, return_id=8, short="Housing"), context="c" * 2000, learning={
        "key_messages": "m" * 4000, "description": "d" * 4000, "findings": "f" * 4000, "audiences": "a" * 1000,
    })  # fmt: skip
    content = drawn(view, Shown(values=full, errors={key: "Please shorten it." for key in full}))
    assert size_utf16(content) < LIMIT


def test_the_fullest_receipt_stays_under_80_KB() -> None:
    side = a_side(state="returned", said=a_said(**longest()))
    view = a_view(side, replace(side, return_id=8, short="Housing"))
    assert size_utf16(drawn(view)) < LIMIT


def test_what_was_typed_is_read_back_from_the_card_that_was_shown() -> None:
    content = drawn(a_view(), Shown(values={"dissemination": "low", "evidence": "One team."}, tries=2))
    data = {**button(content, "Send answer")["data"], **filled(content, {})}
    read = read_answer(FORM, FORM.due(("dissemination",), first=True), (1, 7), data)
    assert read.values == {"dissemination": "low", "evidence": "One team."} and not read.errors and not read.also


@pytest.mark.parametrize("odd", ["1", -1, True, 2.5, None, 2**60])
def test_odd_numbers_in_a_button_are_read_as_nought(odd: object) -> None:
    data = {"base": odd, "n": odd, "f1-r7-b0-n0.dissemination": "low"}
    assert read_answer(FORM, frozenset({"dissemination"}), (1, 7), data).values == {"dissemination": "low"}


def test_an_older_draft_of_a_colleague_does_not_stand_in_for_the_answer() -> None:
    draft = DraftKept({"evidence": "x"}, "Ben", datetime(2026, 11, 1, tzinfo=UTC), 9)
    side = a_side(state="returned", said=a_said(), draft=draft)
    assert draft_for(side, 4) is None and draft_for(side, 9) == draft


def test_only_what_is_asked_alike_can_share_an_answer() -> None:
    """Scenario 30."""
    one = a_side()
    assert same_asked(one, replace(one, return_id=8))
    assert not same_asked(one, one) and not same_asked(one, replace(one, return_id=8, dimensions=("impact",)))


NHS = "The NHS number is 943 476 5919."


def test_what_looks_identifiable_is_named_with_its_question() -> None:
    """I2."""
    findings = {"evidence": find(NHS)}
    block = please_check(findings, {"evidence": NHS}, {"evidence": "What you did"})
    said = words({"body": [one.to_dict() for one in block]})
    assert "What you did: this looks like an NHS number (\u201c943 476 5919\u201d)" in said


def test_a_confirmation_holds_for_what_was_shown_and_nothing_else() -> None:
    """I2."""
    pressed = confirm_button("Yes", "x", {}, {"evidence": find(NHS)}, {"evidence": NHS}).to_dict()["data"]
    assert confirmed(pressed, {"evidence": NHS}) and confirmed(pressed, {"evidence": "Nothing of the kind."})
    assert not confirmed(pressed, {"evidence": f"{NHS} Born 3 March 2015."})
    assert not confirmed({}, {"evidence": NHS}) and not confirmed({"sure": 7}, {"evidence": NHS})
