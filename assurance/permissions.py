"""Who may do what (framework 2): one table, asked by every use case before anything else."""

from __future__ import annotations

from collections.abc import Mapping

from assurance.actors import Actor
from assurance.pack import Pack
from assurance.refusals import NotAllowed

OFFICER, CHAIR, VICE, LD_LEAD = "officer", "chair", "vice_chair", "ld_lead"
STRATEGIC_LEAD, SCRUTINEER, CO_OPTEE = "strategic_lead", "scrutineer", "co_optee"
ANYONE = frozenset({"anyone"})
MEMBER = "member"  # holds a seat today
SUBSTITUTE = "substitute"  # is somebody's deputy on a seat today, and holds none themselves

ACTS: Mapping[str, tuple[frozenset[str], str]] = {
    "issue": (frozenset({OFFICER}), "Only the support officer can issue learning."),
    "manage_request": (frozenset({OFFICER}), "Only the support officer can change what was issued."),
    "manage_people": (frozenset({OFFICER}), "Only the support officer can change who sits where."),
    "see_people": (frozenset({OFFICER, CHAIR, VICE}), "Only the support officer and the chair can see who sits where."),
    "roll_call": (frozenset({OFFICER}), "Only the support officer can start a roll call."),
    "bring_in": (frozenset({OFFICER}), "Only the support officer can bring in earlier records."),
    "set_meetings": (frozenset({OFFICER}), "Only the support officer can enter meeting dates and change them."),
    "close_meeting": (
        frozenset({OFFICER, CHAIR, VICE}), "Only the support officer and the chair can close a meeting."
    ),
    "see_meetings": (
        frozenset({OFFICER, CHAIR, VICE, MEMBER, SUBSTITUTE, CO_OPTEE, LD_LEAD}),
        "Only people of the group can see its meetings.",
    ),
    "bind_team": (frozenset({OFFICER}), "Only the support officer can say which team belongs to the partnership."),
    "settle_pleas": (frozenset({OFFICER}), "Only the support officer can settle this."),
    "settle_deliveries": (frozenset({OFFICER}), "Only the support officer can see and settle what was not delivered."),
    "enter_on_behalf": (frozenset({OFFICER}), "Only the support officer can enter an answer on an agency's behalf."),
    "see_every_status": (
        frozenset({OFFICER, CHAIR, VICE}),
        "You can see your own agency's answers at any time. Others' answers open to you when the papers are released.",
    ),
    "see_papers": (
        frozenset({OFFICER, CHAIR, VICE, MEMBER, CO_OPTEE}), "Only people of the group can see its papers.",
    ),
    "see_all_papers": (
        frozenset({OFFICER, CHAIR, VICE}),
        "The papers are not released yet. You can see your own agency's answers at any time: type my returns.",
    ),
    "release_papers": (frozenset({OFFICER, CHAIR, VICE}), "Only the support officer or the chair can release papers."),
    "mark_discuss": (
        frozenset({OFFICER, CHAIR, VICE, MEMBER}),
        "Only members of the group can mark what they want to talk about.",
    ),
    "record_decisions": (
        frozenset({OFFICER, CHAIR, VICE}),
        "Only the support officer or the chair can record what the group decides.",
    ),
    "confirm_decisions": (
        frozenset({CHAIR, VICE}), "Only the chair can confirm what was decided, or take it up at the next meeting.",
    ),
    "close_items": (frozenset({CHAIR, VICE}), "Only the chair can close this."),
    "reopen": (frozenset({CHAIR, VICE}), "Only the chair can ask an agency again after this was settled."),
    "see_proof": (
        frozenset({OFFICER, CHAIR, VICE}),
        "Only the support officer and the chair can see what was sent to an agency.",
    ),
    "edit_summary": (
        frozenset({OFFICER, CHAIR, VICE}),
        "Only the support officer and the chair can see and change a summary before it is posted.",
    ),
    "approve_summary": (frozenset({CHAIR, VICE}), "Only the chair or vice chair can approve a summary."),
    "approve_summary_without_chair": (
        frozenset({OFFICER, CHAIR, VICE}),
        "Only the support officer can approve a summary.",
    ),
    "see_summary": (
        frozenset({OFFICER, CHAIR, VICE, MEMBER, CO_OPTEE, LD_LEAD}),
        "Only people of the group can ask for its summaries.",
    ),
    "see_agency_rows": (
        frozenset({OFFICER, CHAIR, VICE, MEMBER, CO_OPTEE}),
        "The full table opens for members of the group only.",
    ),
    "edit_highlights": (
        frozenset({OFFICER, CHAIR, VICE}),
        "Only the support officer and the chair can see and change a report before it is approved.",
    ),
    "approve_report": (frozenset({CHAIR, VICE}), "Only the chair or vice chair can approve a report."),
    "approve_report_without_chair": (
        frozenset({OFFICER, CHAIR, VICE}),
        "Only the support officer can approve a report.",
    ),
    "see_highlights": (
        frozenset({OFFICER, CHAIR, VICE, MEMBER, CO_OPTEE}), "Only members of the group can ask for its reports.",
    ),
    "take_report": (
        frozenset({OFFICER, CHAIR, VICE}), "Only the support officer and the chair can take the report as a document.",
    ),
    "see_own_status": (
        frozenset({OFFICER, CHAIR, VICE, MEMBER, SUBSTITUTE}),
        "Only people of the group can see how it stands.",
    ),
    "set_absences": (frozenset({OFFICER}), "Only the support officer can say that somebody else is away."),
    "name_deputies": (frozenset({OFFICER}), "Only the support officer can name a deputy for somebody else."),
    "remind": (frozenset({OFFICER}), "Only the support officer can send reminders."),
    "see_morning": (
        frozenset({OFFICER}),
        "This page is the support officer's. Type my returns to see what waits for you.",
    ),
    "export": (
        frozenset({OFFICER, CHAIR, VICE, MEMBER}),
        "Only people of the group can take records out. Please ask the support officer.",
    ),
    "export_record": (frozenset({OFFICER}), "Only the support officer can take out the whole record."),
    "person_data": (
        frozenset({OFFICER}), "Only the support officer can see, take out or erase what is held about a person.",
    ),
    "export_learning": (frozenset({OFFICER}), "Only the support officer can take out the learning and its plan."),
    "evidence_file": (
        frozenset({OFFICER, CHAIR, VICE}),
        "Only the support officer and the chair can take out an evidence file.",
    ),
    "see_history": (
        frozenset({OFFICER, CHAIR, VICE}),
        "The history of an agency is open to the chair and the support officer, and to the agency itself.",
    ),
    "see_retention": (
        frozenset({OFFICER, CHAIR, VICE}), "Only the support officer and the chair can see how long records are kept.",
    ),
    "manage_retention": (
        frozenset({OFFICER}), "Only the support officer can decide what is kept and what is removed.",
    ),
    "see_prompts": (frozenset({OFFICER, CHAIR, VICE}), "Only the chair and the support officer see this."),
}  # fmt: skip
"""Act -> (who may, what anybody else is told)."""


CHAIRS = frozenset({CHAIR, VICE})


def approving(pack: Pack, what: str = "summary") -> str:
    """The act of approving a summary or a "report" in this partnership: the officer's as well, where its document
    names no chair."""
    named = any(one.kind in CHAIRS and one.basis is None for one in pack.roles)
    return f"approve_{what}" if named else f"approve_{what}_without_chair"


def standing(actor: Actor) -> frozenset[str]:
    """Everything that an actor counts as: their roles, and "member" where they hold a seat.

    A deputy answers and attends for the agency, and nothing else (framework 2): they are a substitute, no member.
    """
    sits = {MEMBER} if actor.own_seats else {SUBSTITUTE} if actor.seats else set()
    return actor.roles | sits | ANYONE


def may(actor: Actor, act: str) -> bool:
    """Whether the actor may do this."""
    return not standing(actor).isdisjoint(ACTS[act][0])


def require(actor: Actor, act: str) -> None:
    """Raises NotAllowed, with the sentence that the person reads, unless the actor may do this."""
    if not may(actor, act):
        raise NotAllowed(ACTS[act][1])
