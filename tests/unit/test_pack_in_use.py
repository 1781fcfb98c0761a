"""What a revised pack may not drop while open requests use it: pure rules; and days too far ahead."""

from datetime import date

import pytest

from assurance.dates import too_far
from assurance.extensions import check_day
from assurance.pack import Pack, load, read_shipped
from assurance.pack_in_use import asks_for, lacking
from assurance.refusals import Mistakes
from storage.asks import LoopDimension, Request

TODAY = date(2026, 11, 2)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load(read_shipped("swindon"), "swindon")


def an_open(kind: str = "assurance", form: str = "") -> Request:
    return Request(
        partnership_id=1, group_key="ldg", number=1, kind=kind, form_key=form, title="x", round_id=1, due_on=TODAY,
        issued_at=None,
    )  # fmt: skip


def standing(dimension: str, self_level: str | None = None, assessed: str | None = None) -> LoopDimension:
    return LoopDimension(
        partnership_id=1, loop_id=1, dimension=dimension, opens_on=TODAY, due_on=TODAY, self_level=self_level,
        assessed_level=assessed,
    )  # fmt: skip


def test_what_the_pack_still_has_is_no_reason_to_refuse_it(pack: Pack) -> None:
    form = pack.kind("assurance").form
    rows = [(form, standing("dissemination", "medium")), (form, standing("impact"))]
    assert lacking(pack, [an_open(form=form)], rows) == []
    assert asks_for(pack, form, "impact")


def test_a_dropped_kind_form_dimension_and_level_are_each_named_once(pack: Pack) -> None:
    form = pack.kind("assurance").form
    rows = [
        (form, standing("dissemination", "stellar")), (form, standing("reach")), (form, standing("reach")),
        (form, standing("impact", assessed="stellar")),
    ]  # fmt: skip
    assert lacking(pack, [an_open("old", "old-form"), an_open("old", "old-form")], rows) == [
        "the kind “old”", "the form “old-form”", "the level “stellar” of “dissemination”",
        f"the dimension “reach” of the form “{form}”", "the assessed level “stellar”",
    ]  # fmt: skip


def test_a_day_three_years_ahead_is_planned_and_a_later_one_is_taken_for_a_slip() -> None:
    assert too_far(date(2029, 11, 2), TODAY) == "" == too_far(date(2020, 1, 1), TODAY)
    assert "more than three years away" in too_far(date(2030, 1, 1), TODAY)
    assert too_far(date.max, TODAY)


def test_an_extension_to_the_end_of_the_calendar_is_refused_in_a_sentence() -> None:
    with pytest.raises(Mistakes) as wrong:
        check_day(date.max, date(2026, 11, 26), TODAY)
    assert "Please check the year." in wrong.value.fields["until"]
