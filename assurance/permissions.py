"""Who may do what (framework 2): one table, asked by every use case before anything else."""

from __future__ import annotations

from collections.abc import Mapping

from assurance.actors import Actor
from assurance.refusals import NotAllowed

OFFICER, CHAIR, VICE, LD_LEAD = "officer", "chair", "vice_chair", "ld_lead"
STRATEGIC_LEAD, SCRUTINEER = "strategic_lead", "scrutineer"
ANYONE = frozenset({"anyone"})
MEMBER = "member"  # holds a seat today

ACTS: Mapping[str, tuple[frozenset[str], str]] = {
    "issue": (frozenset({OFFICER}), "Only the support officer can issue learning."),
    "manage_request": (frozenset({OFFICER}), "Only the support officer can change what was issued."),
    "manage_people": (frozenset({OFFICER}), "Only the support officer can change who sits where."),
    "see_people": (frozenset({OFFICER, CHAIR, VICE}), "Only the support officer and the chair can see who sits where."),
    "roll_call": (frozenset({OFFICER}), "Only the support officer can start a roll call."),
    "bring_in": (frozenset({OFFICER}), "Only the support officer can bring in earlier records."),
    "set_meetings": (frozenset({OFFICER}), "Only the support officer can enter meeting dates."),
    "see_meetings": (
        frozenset({OFFICER, CHAIR, VICE, MEMBER, LD_LEAD}),
        "Only people of the group can see its meetings.",
    ),
    "bind_team": (frozenset({OFFICER}), "Only the support officer can say which team belongs to the partnership."),
    "settle_pleas": (frozenset({OFFICER}), "Only the support officer can settle this."),
    "enter_on_behalf": (frozenset({OFFICER}), "Only the support officer can enter an answer on an agency's behalf."),
    "see_every_status": (
        frozenset({OFFICER, CHAIR, VICE}),
        "You can see your own agency's answers at any time. Others' answers open to you when the papers are released.",
    ),
    "see_own_status": (frozenset({OFFICER, CHAIR, VICE, MEMBER}), "Only people of the group can see how it stands."),
    "export": (
        frozenset({OFFICER, CHAIR, VICE, MEMBER}),
        "Only people of the group can take records out. Please ask the support officer.",
    ),
    "export_record": (frozenset({OFFICER}), "Only the support officer can take out the whole record."),
    "export_learning": (frozenset({OFFICER}), "Only the support officer can take out the learning and its plan."),
    "evidence_file": (
        frozenset({OFFICER, CHAIR, VICE}),
        "Only the support officer and the chair can take out an evidence file.",
    ),
    "see_history": (
        frozenset({OFFICER, CHAIR, VICE}),
        "The history of an agency is open to the chair and the support officer, and to the agency itself.",
    ),
    "see_prompts": (frozenset({OFFICER, CHAIR, VICE}), "Only the chair and the support officer see this."),
}  # fmt: skip
"""Act -> (who may, what anybody else is told)."""


def standing(actor: Actor) -> frozenset[str]:
    """Everything that an actor counts as: their roles, and "member" where they hold a seat."""
    return actor.roles | ({MEMBER} if actor.seats else frozenset()) | ANYONE


def may(actor: Actor, act: str) -> bool:
    """Whether the actor may do this."""
    return not standing(actor).isdisjoint(ACTS[act][0])


def require(actor: Actor, act: str) -> None:
    """Raises NotAllowed, with the sentence that the person reads, unless the actor may do this."""
    if not may(actor, act):
        raise NotAllowed(ACTS[act][1])
