"""Pure rules: what was kept for long enough, what was typed after "hold", a log held against its chain."""

from datetime import UTC, date, datetime

import pytest

from assurance.retention import hold_asked
from assurance.retention_rules import earlier_of, years_before
from storage.everything import metadata
from storage.log import FIRST, PURGED, ChainFault, ChainWalk, LogEntry, LogHead, entry_hash

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
ITEMS = [(3, "Child F rapid review"), (4, "Self-neglect audit"), (5, "Self-neglect audit")]


@pytest.mark.parametrize(
    ("day", "years", "before"),
    [
        (date(2029, 2, 28), 1, date(2028, 2, 28)),
        (date(2029, 3, 1), 1, date(2028, 3, 1)),
        (date(2027, 1, 31), 1, date(2026, 1, 31)),
    ],
)
def test_what_goes_on_a_day_was_settled_before_the_same_day_years_earlier(day: date, years: int, before: date) -> None:
    """Of 29 February too: it is kept for the whole year, and goes on 1 March."""
    assert years_before(day, years) == before


def test_a_schedule_that_was_lengthened_since_keeps_more_and_one_that_was_shortened_takes_no_more_than_was_told() -> (
    None
):
    told = {"evidence": date(2026, 11, 2), "log": date(2026, 11, 2)}
    now = {"evidence": date(2023, 11, 2), "log": date(2030, 11, 2)}
    assert earlier_of(told, now) == {"evidence": date(2023, 11, 2), "log": date(2026, 11, 2)}


@pytest.mark.parametrize(
    ("typed", "item", "why"),
    [
        ("Child F rapid review because an inquest is open", "3", "an inquest is open"),
        ("child f  RAPID review, because: an inquest", "3", "an inquest"),
        ("everything because of the public inquiry", "whole", "of the public inquiry"),
        ("Child F rapid review", "3", ""),
        ("Child F because an inquest is open", "", "an inquest is open"),
        ("self-neglect audit because two are called so", "", "two are called so"),
        ("", "", ""),
    ],
)
def test_an_item_is_put_on_hold_by_its_whole_title_only(typed: str, item: str, why: str) -> None:
    assert hold_asked(typed, ITEMS) == (item, why)


def a_chain(count: int, cut_to: int = 0, *, explained: bool = True) -> tuple[LogHead, list[LogEntry]]:
    """A chain of so many entries, the oldest cut off; the last one says so where it is `explained`."""
    rows: list[LogEntry] = []
    for number in range(1, count + 1):
        says = {"log_to": cut_to} if explained and cut_to and number == count else None
        row = LogEntry(
            partnership_id=1, number=number, at=NOW, person_id=7, by="person", what=PURGED if says else "answered",
            subject="return:1", refs=says, after=rows[cut_to - 1].hash if says else None,
            previous=rows[-1].hash if rows else FIRST, hash="",
        )  # fmt: skip
        row.hash = entry_hash(row)
        rows.append(row)
    head = LogHead(partnership_id=1, number=count, hash=rows[-1].hash)
    head.from_number, head.from_hash = cut_to, rows[cut_to - 1].hash if cut_to else FIRST
    return head, rows[cut_to:]


def walked(head: LogHead, rows: list[LogEntry]) -> ChainFault | None:
    walk = ChainWalk(head)
    for row in rows:
        walk.take(row)
    return walk.finish()


@pytest.mark.parametrize("cut_to", [0, 1, 5])
def test_a_chain_holds_whole_and_after_its_oldest_entries_were_cut_off(cut_to: int) -> None:
    assert walked(*a_chain(8, cut_to)) is None


def test_what_was_done_to_a_log_by_hand_is_named_with_the_number() -> None:
    head, rows = a_chain(8)
    rows[3].what = "something else"
    assert walked(head, rows) == ChainFault(4, "was changed after it was written")
    head, rows = a_chain(8)
    assert walked(head, rows[:2] + rows[3:]) == ChainFault(3, "is missing")
    assert walked(head, rows[:6]) == ChainFault(7, "is missing, with all that followed")
    assert walked(head, rows[2:]) == ChainFault(1, "is missing")
    rows[7].previous = "other"
    rows[7].hash = head.hash = entry_hash(rows[7])
    assert walked(head, rows) == ChainFault(8, "does not fit the one before it")
    head, rows = a_chain(8)
    head.hash = "other"
    assert walked(head, rows) == ChainFault(8, "is not the end that was noted")
    assert walked(LogHead(partnership_id=1, number=2, hash=FIRST), []) == ChainFault(
        1, "is missing, with all that followed"
    )


def test_a_log_that_somebody_cut_by_hand_and_made_to_hang_together_is_noticed() -> None:
    fault = walked(*a_chain(8, 5, explained=False))
    assert fault == ChainFault(5, "and those before it were cut off, and no later entry says so")


WHAT_BECOMES_OF_TEXTS = {
    "answer.text_id": "evidence", "version.behalf_text_id": "evidence",
    "request.context_text_id": "returns", "request.reason_text_id": "returns", "loop.why_text_id": "returns",
    "plea.text_id": "returns", "decision.follow_text_id": "returns", "decision.rationale_text_id": "returns",
    "decision.good_practice_text_id": "returns", "decision.concern_text_id": "returns",
    "assessment.rationale_text_id": "returns", "meeting.reason_text_id": "returns",
    "report.commentary_text_id": "returns",
    "learning_version.text_id": "kept: the learning itself, which its group agreed to share",
    "legal_hold.reason_text_id": "kept: why something was kept",
}  # fmt: skip


def test_every_column_that_points_at_words_belongs_to_a_class_or_is_kept_for_a_reason() -> None:
    """A new column fails here until `storage/purging.py` takes its words, or a reason stands here."""
    pointing = {
        f"{name}.{column.name}"
        for name, table in metadata.tables.items()
        for column in table.columns
        if any(key.column.table.name == "text" for key in column.foreign_keys)
    }
    assert pointing == set(WHAT_BECOMES_OF_TEXTS)
