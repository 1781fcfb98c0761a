"""Who may read an agency's answer: the one rule behind every view (framework 2, "see others' returns")."""

from __future__ import annotations

from assurance.actors import Actor
from assurance.pack import Kind
from assurance.permissions import ANYONE, standing

OWN = "own"


def may_read(kind: Kind, actor: Actor, *, own: bool, released: bool) -> bool:
    """Whether the actor may read levels and evidence of a return of this kind.

    `own`: they sit on the seat, or were asked themselves. `released`: the papers of its round are out.
    """
    if own and OWN in kind.may_see:
        return True
    counts_as = standing(actor) - ANYONE
    if not counts_as.isdisjoint(kind.may_see):
        return True
    return released and not counts_as.isdisjoint(kind.may_see_after_release)
