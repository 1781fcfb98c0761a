"""The permission table, written by hand from framework 2 and from what was agreed for each button.

A row says for whom a button works, towards a record of the seat `own`. Everybody who is not named is refused, and so
is everybody towards a record of another partnership. To add a button: one row, with the smallest data that it needs;
"{name}" stands for a number of the world (tests/permission_world.py); "{name!s}" for the same as an input sends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.permission_world import ROLES

SEAT = "own substitute"
"""Answers for the agency: its member, and their deputy while nominated."""
OFFICER, CHAIRS = "officer", "chair vice_chair"
OFFICE = "officer chair vice_chair"
MEMBERS = "own other"
PAPERS = "own other co_optee officer chair vice_chair"
"""Reads every return once the papers are released, and sees levels. A deputy answers and attends, no more; the
learning and development lead sees no agency's return."""
SUMMARIES = f"{PAPERS} ld_lead"
MEETINGS = "own other substitute co_optee officer chair vice_chair ld_lead"
ASKED = "own other substitute"
"""Both seats are asked the same, so each meets its own side of it."""
STATUS = "own other substitute officer chair vice_chair"
KNOWN = "own other substitute co_optee chair vice_chair officer ld_lead known"
CHANNEL = " ".join(ROLES)
"""What stands in the channel anyhow."""
NOBODY = ""


@dataclass(frozen=True)
class Row:
    """A button, for whom it works, and what it sends. `here`: where it is pressed.

    `record`: whether it is about a record, so that another partnership's number must be refused.
    `ends`: how it ends for those who may, where that is not a card or a sentence of success.
    """

    verb: str
    works_for: str
    data: Mapping[str, Any]
    about: str = ""
    here: str = "personal"
    record: bool = True
    ends: tuple[str, ...] = ("shown", "said")
    mends: bool = False
    """Whether a number that is not ours brings the form back with what is to be mended."""


ANSWER = "f{form_next_0}-r{return_next_0}-b0-n0"
SAID = {
    f"{ANSWER}.dissemination": "medium", f"{ANSWER}.evidence": "Shared at two huddles.",
    f"{ANSWER}.monitoring": "A records audit in spring.",
}  # fmt: skip
RETURN = {"return": "{return_next_0}", "base": 0}
DECIDE = "a{return_on_0}-d0-v1-n0"
DECISION = {
    "meeting": "{meeting_on}", "return": "{return_on_0}", "seen": 0, "v": 1, f"{DECIDE}.dissemination": "low",
    f"{DECIDE}.rationale": "Too few staff so far.",
}  # fmt: skip
REQUEST = {"request": "{request_next}"}
LOOP = {"request": "{request_next}", "loop": "{loop_next_0}"}
GIVEN = "behalf.{return_next_0}.{form_next_0}.0.0"
DRAFT = {"d": "{draft}", "rev": 0, "s": 1}
MEETING = {"m": "{meeting_next}"}
DEPUTY = {
    "form": "f", "f.places": "{holding_own!s}", "f.deputy": "{id_known!s}", "f.first": "2026-11-03",
    "f.last": "2026-11-20",
}  # fmt: skip
PERSON = {"form": "f", "f.place": "seat:{seat2}", "f.person": "{id_known!s}", "f.title": "Named nurse"}
ENDS = {"form": "f", "f.holding": "{holding_own!s}", "f.last_day": "2026-11-30"}
LIST = {"form": "f", "f.list": "Name,E-mail,For\nA Name,a.name@example.org,Police"}
FILE = {"url": "{url}", "name": "list.xlsx", "sum": "none"}
SEAT_CHANGE = {"form": "f", "f.seat": "{seat2!s}", "f.kind": "end", "f.from_on": "2026-11-02", "f.rest": "ended"}
PLEA = {
    "return": "{return_next_0}", "kind": "someone_else", "pre": "x", "x.someone_else.why": "A colleague knows more.",
}  # fmt: skip
HIGHLIGHT = {"report": "{highlight_draft}", "mark": "{highlight_mark}"}
AGREED = {
    "meeting": "{meeting_was}", "rule": "{rule}", "agree-{rule}-n0.person": "{id_third!s}",
    "agree-{rule}-n0.agreed_on": "2026-10-05",
}  # fmt: skip

ROWS: tuple[Row, ...] = (
    # answering
    Row("answer.submit", SEAT, RETURN | SAID),
    Row("answer.save", SEAT, RETURN | SAID),
    Row("answer.correct", SEAT, {"return": "{return_on_0}"}),
    Row("answer.still_true", SEAT, RETURN),
    Row("answer.open", ASKED, REQUEST),
    Row("returns.open", ASKED, REQUEST),
    Row("channel.answer", ASKED, REQUEST, here="channel"),
    Row("channel.refresh", CHANNEL, REQUEST, here="channel"),
    Row("plea.make", SEAT, PLEA),
    Row("plea.colleagues", SEAT, PLEA),
    Row("plea.deputise", SEAT, PLEA, about="a deputy is told whom to ask, and nothing is done"),
    Row("outcome.query", SEAT, {
        "return": "{return_past_0}", "request": "{request_past}", "meeting": "{meeting_past}", "sort": "query",
        "q-{return_past_0}-query-n0.text": "Why is it low?",
    }),
    Row("plea.show", OFFICER, {"plea": "{plea}"}),
    Row("plea.agree", OFFICER, {"plea": "{plea}", "until": "2026-12-04"}),
    Row("plea.grant", OFFICER, {"plea": "{plea}", "until": "2026-12-04"}),
    Row("plea.settle", OFFICER, {"plea": "{plea}"}),
    # asking
    Row("ask.run", STATUS, {"word": "status", "page": 1}, about="status", record=False),
    Row("ask.run", STATUS, {"word": "status", "kind": "seat", "key": "{seat!s}"},
        about="status of the agency, after papers went out"),
    Row("ask.private", KNOWN, {"word": "status", "page": 1}, about="the answer itself is drawn later", record=False),
    Row("partnership.choose", KNOWN, {}, record=False),
    Row("chase.proof", OFFICE, {"seat": "{seat}"}),
    Row("remind.send", OFFICER, {"seat": "{seat}"}),
    Row("summary.show", SUMMARIES, {"report": "{report_approved}"}),
    Row("summary.open", SUMMARIES, {"report": "{report_approved}"}, about="approved"),
    Row("summary.open", OFFICE, {"report": "{report_draft}"}, about="draft"),
    Row("summary.rows", PAPERS, {"report": "{report_approved}"}, about="approved"),
    Row("summary.rows", OFFICE, {"report": "{report_draft}"}, about="draft"),
    Row("summary.ask", SUMMARIES, {"q": "2026-27 Q2"}, record=False),
    Row("summary.private", SUMMARIES, {"q": "2026-27 Q2"}, record=False),
    Row("summary.save", OFFICE, {"report": "{report_draft}", "mark": "{summary_mark}"}),
    Row("summary.approve", CHAIRS, {"report": "{report_draft}", "mark": "{summary_mark}"}),
    Row("history.show", "own substitute officer chair vice_chair", {"history.seat": "{seat!s}"}, mends=True),
    Row("export.open", "own other officer chair vice_chair", {}, record=False),
    Row("export.make", OFFICER, {"file": "record"}, record=False),
    Row("export.answers", OFFICE, {"about": "request:{request_next}"}, record=False),
    Row("report.open", PAPERS, {"report": "{highlight_approved}"}, about="approved"),
    Row("report.open", OFFICE, {"report": "{highlight_draft}"}, about="draft"),
    Row("report.full", PAPERS, {"report": "{highlight_approved}"}),
    Row("report.word", OFFICE, {"report": "{highlight_approved}"}),
    Row("report.start", OFFICE, {"kind": "annual-extract"}, record=False),
    Row("report.save", OFFICE, HIGHLIGHT),
    Row("report.show", OFFICE, HIGHLIGHT),
    Row("report.renew", OFFICE, HIGHLIGHT),
    Row("report.approve", CHAIRS, HIGHLIGHT),
    Row("report.query", SEAT, {
        "report": "{highlight_draft}", "seat": "{seat}", "n": 0, "rq-{seat}-n0.text": "Why is it low?",
    }),
    # issuing, and what was issued
    Row("learning.step", OFFICER, DRAFT | {"go": "next", "w0.title": "New learning"}),
    Row("learning.show", OFFICER, {"d": "{draft}"}),
    Row("learning.issue", OFFICER, {"d": "{draft}", "digest": "none"}),
    Row("learning.resume", OFFICER, {"d": "{draft}"}),
    Row("learning.throw", OFFICER, {"d": "{draft}", "yes": 1}),
    Row("learning.full", OFFICER, {"r": "{request_urgent}"}),
    Row("item.manage", OFFICER, REQUEST),
    Row("item.agencies", OFFICER, REQUEST),
    Row("item.due", OFFICER, REQUEST),
    Row("item.more_time", OFFICER, REQUEST),
    Row("item.withdraw", OFFICER, REQUEST),
    Row("item.correct", OFFICER, REQUEST),
    Row("item.add", OFFICER, REQUEST | {"add_asked": "{seat3!s}"}),
    Row("item.remove", OFFICER, REQUEST | {"loop": "{loop_next_0!s}"}),
    Row("item.due.change", OFFICER, REQUEST | {"due_on": "2026-11-30"}),
    Row("item.grant", OFFICER, REQUEST | {"loop": "{loop_next_0!s}", "until": "2026-12-04"}),
    Row("item.cancel", OFFICER, REQUEST | {"reason": "It was sent twice."}),
    Row("item.correct.save", OFFICER, REQUEST | {"base": 1, "sort": "typing", "w1.title": "Another title"}),
    Row("items.close", CHAIRS, {"request": "{request_ended}"}),
    Row("loops.reopen", CHAIRS, {"reopen-n0.loop": "{loop_ended_0!s}", "reopen-n0.reason": "A new audit is out."}),
    Row("behalf.open", OFFICER, LOOP),
    Row("behalf.email", OFFICER, LOOP),
    Row("behalf.sent", OFFICER, LOOP),
    Row("behalf.form", OFFICER, LOOP),
    Row("behalf.enter", OFFICER, LOOP),
    Row("behalf.submit", OFFICER, LOOP | {
        "base": 0, f"{GIVEN}.given_who": "{id_own!s}", f"{GIVEN}.given_on": "2026-11-02", f"{GIVEN}.given_how": "email",
        f"{GIVEN}.dissemination": "medium", f"{GIVEN}.evidence": "Shared.", f"{GIVEN}.monitoring": "An audit.",
    }),
    Row("file.taken", OFFICER, {
        "context": {"p": "{p}", "loop": "{loop_next_0}"}, "uploadInfo": {"uploadUrl": "{url}", "name": "form.docx"},
    }),
    Row("deliveries.page", OFFICER, {"page": 1}, record=False),
    Row("deliveries.there", OFFICER, {"notice": "{notice_unsure}"}),
    Row("deliveries.again", OFFICER, {"notice": "{notice_unsure}"}),
    Row("deliveries.noted", OFFICER, {"notice": "{notice_refused}"}),
    Row("retention.show", OFFICE, {}, record=False),
    Row("retention.agree", OFFICER, {"purge": "{purge}"}),
    Row("retention.keep", OFFICER, {"purge": "{purge}"}),
    Row("retention.hold", OFFICER, {}, record=False),
    Row("retention.do_hold", OFFICER, {"item": "whole", "why": "An inquest is open."}, record=False),
    Row("retention.end", OFFICER, {"hold": "{hold}"}),
    # meetings
    Row("meetings.list", MEETINGS, {}, record=False),
    Row("meetings.open", MEETINGS, MEETING),
    Row("meetings.calendar", MEETINGS, MEETING),
    Row("meetings.add", OFFICER, {"meeting.x.meeting_on": "2027-09-08", "meeting.x.meeting_sort": "regular"},
        record=False),
    Row("meetings.take_out", OFFICER, {"m": "{meeting_spare}"}),
    Row("meetings.move", OFFICER, MEETING),
    Row("meetings.move.look", OFFICER, MEETING | {"meeting.x.meeting_on": "2026-12-11"}),
    Row("meetings.move.do", OFFICER, MEETING | {"to_on": "2026-12-11", "seen": 0}),
    Row("meetings.cancel", OFFICER, MEETING),
    Row("meetings.cancel.do", OFFICER, MEETING | {"reason": "The room is closed.", "seen": 0}),
    Row("meetings.close", OFFICE, {"m": "{meeting_on}"}),
    Row("meetings.close.do", OFFICE, {"m": "{meeting_on}"}),
    Row("meetings.minutes", OFFICER, {"m": "{meeting_past}", "shared_on": "2026-09-10"}),
    Row("meetings.recording", OFFICER, {"m": "{meeting_past}"}, ends=("shown", "said", "OutOfDate")),
    Row("papers.show", PAPERS, {"meeting": "{meeting_on}"}, about="released"),
    Row("papers.show", OFFICE, {"meeting": "{meeting_next}"}, about="not released"),
    Row("papers.release", OFFICE, {"meeting": "{meeting_next}"}),
    Row("papers.mark", "own other officer chair vice_chair", {"meeting": "{meeting_on}", "return": "{return_on_0}"}),
    Row("attendance.show", OFFICE, {"meeting": "{meeting_on}"}),
    Row("attendance.save", OFFICE, {"meeting": "{meeting_on}", "here-1.here": "{id_chair},{id_other}"}),
    Row("assess.go", OFFICE, {"meeting": "{meeting_on}", "where": "overview"}),
    Row("assess.keep_go", OFFICE, DECISION | {"where": "next"}),
    Row("assess.record", OFFICE, DECISION),
    Row("assess.together", OFFICE, {
        "meeting": "{meeting_on}", "seen": "{return_on_0}.1", "rest.x.dissemination": "low",
        "rest.x.rationale": "Too few so far.",
    }),
    Row("assess.aside", OFFICE, {"meeting": "{meeting_on}", "rest.x.leave_out": "{return_on_0!s}"}),
    Row("assess.undo", OFFICE, {"decision": "{decision_on}"}),
    Row("circulation.agreed", OFFICE, AGREED),
    Row("circulation.confirm", CHAIRS, {"meeting": "{meeting_was}"}, ends=("shown", "said", "OutOfDate")),
    Row("circulation.carry", CHAIRS, {"meeting": "{meeting_was}"}),
    # people
    Row("people.show", OFFICE, {}, record=False),
    Row("people.assign", OFFICER, {}, record=False),
    Row("people.find", OFFICER, {}, record=False),
    Row("people.save", OFFICER, PERSON, mends=True),
    Row("people.end", OFFICER, {}, record=False),
    Row("people.end_save", OFFICER, ENDS),
    Row("people.list", OFFICER, {}, record=False),
    Row("people.preview", OFFICER, LIST, record=False),
    Row("people.bring_in", OFFICER, LIST, record=False),
    Row("people.file", OFFICER, FILE, record=False, ends=("Refusal",)),
    Row("people.roster", OFFICER, {}, record=False, ends=("shown", "said", "Refusal")),
    Row("team.use_instead", OFFICER, {}, here="channel", record=False),
    Row("seat.open", OFFICER, {}, record=False),
    Row("seat.fields", OFFICER, {"form": "f", "f.seat": "{seat2!s}", "f.kind": "end"}, mends=True),
    Row("seat.preview", OFFICER, SEAT_CHANGE, mends=True),
    Row("seat.confirm", OFFICER, SEAT_CHANGE | {"mark": "{seat_mark}"}, mends=True),
    Row("seat.call_off", OFFICER, {"change": "{change}"}),
    Row("rollcall.seen", KNOWN, {"roll_call": "{roll_call}"}),
    Row("rollcall.refresh", OFFICER, {"roll_call": "{roll_call}"}),
    Row("away.open", KNOWN, {"person": "{id_own}"}, about="all but the officer: about themselves", mends=True),
    Row("away.save", "own officer", {
        "form": "f", "f.person": "{id_own!s}", "f.first": "2026-12-01", "f.last": "2026-12-04",
    }),
    Row("away.back", "own officer", {"absence": "{absence}"}),
    Row("deputy.open", KNOWN, {}, about="without a seat of one's own: that nobody has to stand in", record=False),
    Row("deputy.find", KNOWN, {"form": "f"}, record=False),
    Row("deputy.name", "own officer", DEPUTY),
    Row("deputy.end", "own officer", {"holding": "{deputy_holding}"}),
    # one person's data
    Row("person.show", OFFICER, {"person": "{id_known}"}),
    Row("person.export", OFFICER, {"person": "{id_known}"}),
    Row("person.ask", OFFICER, {"person": "{id_known}"}),
    Row("person.erase", OFFICER, {"person": "{id_known}"}),
    # a partnership's start
    Row("start.template", OFFICER, {}, record=False),
    Row("start.file", OFFICER, FILE, record=False, ends=("Refusal",)),
    Row("start.bring_in", OFFICER, FILE, record=False, ends=("Refusal",)),
    # practice only
    Row("practice.be", NOBODY, {"place": "officer"}, record=False),
    Row("travel.go", NOBODY, {"by": "day"}, record=False),
)  # fmt: skip

COMMANDS: Mapping[str, str] = {
    "help": KNOWN,
    "partnership": KNOWN,
    "today": OFFICER,
    "new learning": OFFICER,
    "drafts": OFFICER,
    "meeting": MEETINGS,
    "my returns": KNOWN,
    "status": STATUS,
    "overdue": KNOWN,
    "summary": SUMMARIES,
    "highlights": PAPERS,
    "away": KNOWN,
    "deputy": KNOWN,
    "remind": OFFICER,
    "be": NOBODY,
    "travel": NOBODY,
    "people": OFFICE,
    "person data": OFFICER,
    "use this team": OFFICER,
    "roll call": OFFICER,
    "deliveries": OFFICER,
    "retention": OFFICE,
    "bring in": OFFICER,
    "papers": PAPERS,
    "assess": OFFICE,
    "reopen": CHAIRS,
    "history": "own other substitute officer chair vice_chair",
    "export": "own other officer chair vice_chair",
}
"""What is typed, without anything after it, in one's own chat (use this team: in the channel)."""


def filled(part: Any, numbers: Mapping[str, Any]) -> Any:
    """The data of a row for one world: "{name}" alone becomes the number itself, within a text its digits."""
    if isinstance(part, str):
        name = part[1:-1]
        if part.startswith("{") and part.endswith("}") and name in numbers:
            return numbers[name]
        return part.format_map(numbers) if "{" in part else part
    if isinstance(part, Mapping):
        return {filled(key, numbers) if "{" in key else key: filled(value, numbers) for key, value in part.items()}
    return part
