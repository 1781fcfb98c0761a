"""The sheets of the whole record: what each kind of record is called, in which order, and what is left out.

A kind of record or a column that is not named here is exported all the same, under its own name, so that the
record stays whole as it grows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PERSONAL = frozenset({"person_name", "person"})
"""Sheets with people's names, addresses and accounts: marked as such, and on no other sheet."""


@dataclass(frozen=True)
class Named:
    """What a sheet is called (at most 31 characters) and what a row of it is."""

    title: str
    about: str


SHEETS: Mapping[str, Named] = {
    "learning": Named("Learning items", "One item of learning, with its newest title and state."),
    "learning_version": Named("Learning versions", "One agreed wording of an item, never altered, field by field."),
    "request": Named("Requests", "One request: what was asked, about which item, when, and by when."),
    "loop": Named("Asked", "One request put to one agency or person, and how it stands."),
    "loop_dimension": Named("Dimensions", "How one dimension stands for one of those asked: the latest levels."),
    "organisation": Named("Organisations", "One organisation; it may hold several seats."),
    "seat": Named("Seats", "One agency's or service's place in the group. Seats end; they are never deleted."),
    "person_name": Named("People (personal data)", "Names and addresses. Everywhere else people are numbers only."),
    "person": Named("People's accounts", "One person by number, and whether they are a guest or in the team."),
    "holding": Named("Places held", "Who held which seat or role, from when to when, under which title."),
    "absence": Named("Away", "Days on which somebody was away."),
    "meeting": Named("Meetings", "One meeting of the group."),
    "round": Named("Rounds", "One collection of answers: opened, due, and when its papers were released."),
    "agency_return": Named("Returns", "What one agency was asked in one round, and what became of it."),
    "version": Named("Submissions", "One submission, never altered: who, when, under which title, on which form."),
    "answer": Named("Answers", "What one submission said to one question, as it was kept and as it was shown."),
    "attendance": Named("Attendance", "Who was at a meeting, for which agency."),
    "discuss_mark": Named("To be discussed", "Who asked for a return to be discussed."),
    "decision": Named("Decisions", "What a meeting decided about a return; one that was undone is kept."),
    "agreement": Named("Agreed by circulation", "What was agreed after a meeting that was not quorate."),
    "assessment": Named("Assessments", "The level that the group set for one dimension of one return, and why."),
    "form_version": Named("Forms and criteria", "Each form, with questions, levels and criteria as they were shown."),
    "chaser": Named("Chasers", "One step of reminding one person about one return."),
    "plea": Named("Told the officer", "More time, someone else, or sent in error, and how it was settled."),
    "notice": Named("Notices", "What was owed to whom and how its sending ended. No cards are kept."),
    "roll_call": Named("Roll calls", "One roll call."),
    "roll_call_reply": Named("Roll call replies", "Who pressed."),
    "report": Named("Reports", "One report with its figures as they stood when it was approved."),
    "legal_hold": Named("Legal holds", "What was kept whatever the retention schedule said, since when, and why."),
    "purge": Named("Removals", "What was kept for long enough: what was told, who agreed, and how much went."),
    "text": Named("Texts", "Every text by number, with its hash. A blanked text keeps its hash and has no words."),
    "log_entry": Named("Log", "Who did what, when, to which record; numbered and chained by hashes."),
    "pack_version": Named("Pack", "The partnership's own words, seats, scale and dates, line by line, as in use."),
}
"""By table, in the order of the workbook."""

LEFT_OUT: Mapping[str, str] = {
    "address": "where Teams delivers; of no use elsewhere",
    "draft": "work in progress, which nobody has sent yet",
    "practice": "the practice room",
    "log_head": "stands on the guide sheet",
}
"""Kinds of record that are not exported, each with its reason."""

NOT_TAKEN: Mapping[str, frozenset[str]] = {
    "answer": frozenset({"text_id"}),
    "learning_version": frozenset({"text_id"}),
    "notice": frozenset({
        "address", "subject", "owner", "lease_until", "begun_at", "posted_in", "activity_id", "twin_activity_id",
        "channel_id", "key",
    }),
    "person": frozenset({"practice", "chosen_at"}),
    "form_version": frozenset({"body"}),
    "pack_version": frozenset({"text"}),
}  # fmt: skip
"""Columns that mean something to Teams or to this program alone, or that stand elsewhere in better shape."""
NEVER = frozenset({"partnership_id", "conversation_id", "service_url", "bot_id"})

HEADINGS: Mapping[str, str] = {
    "follow_text_id": "Next step",
    "id": "No.", "group_key": "Group", "created_at": "Created", "at": "At", "on": "Day", "sha256": "SHA-256",
    "by": "By", "slug": "Key", "short": "Short name", "returns": "Is asked", "one_off": "Asked once only",
    "asked": "Asked (otherwise for information)", "first": "First", "due_on": "Due", "opens_on": "Opens",
    "starts_on": "From", "ends_on": "To", "brought_in": "Brought in from earlier records", "by_title": "Title",
    "in_team": "In the team", "object_id": "Entra object id", "tenant_id": "Entra tenant id", "key": "Key",
    "self_level": "Own level", "version_number": "Newest version", "behalf_on": "Given on, where on behalf",
    "confirmed": "Text that looked identifying was confirmed", "blanked_at": "Blanked", "email": "E-mail",
    "version_id": "Submission", "loop_id": "Asked", "form_version_id": "Form", "learning_id": "Learning item",
}  # fmt: skip
