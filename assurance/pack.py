"""A partnership's pack: everything that differs between partnerships, read from one TOML file.

`load` gives a `Pack` or explains every mistake with its line; `shipped` names the packs that come
with the product. What a pack may hold is described in `assurance/packs/README.md`.
"""

from pathlib import Path

from assurance.pack_check import Mistake, PackMistakes, check, explain, load
from assurance.pack_model.asking import Asked, Clock, Form, Kind, Question
from assurance.pack_model.base import Cited, CitedOption, Option
from assurance.pack_model.people import Alias, Closure, Group, Organisation, Role, Seat, Terms
from assurance.pack_model.programme import (
    ActionRating,
    Audit,
    Checklist,
    Evaluation,
    FollowUp,
    Metric,
    Module,
    Report,
    Review,
    Sample,
    Source,
)
from assurance.pack_model.rhythm import Holidays, Meetings, QuorumRule, Retention, Rounds, SendHours
from assurance.pack_model.scale import AssessedLevel, Assurance, Dimension, Level
from assurance.pack_model.whole import Pack

__all__ = [
    "ActionRating",
    "Alias",
    "Asked",
    "AssessedLevel",
    "Assurance",
    "Audit",
    "Checklist",
    "Cited",
    "CitedOption",
    "Clock",
    "Closure",
    "Dimension",
    "Evaluation",
    "FollowUp",
    "Form",
    "Group",
    "Holidays",
    "Kind",
    "Level",
    "Meetings",
    "Metric",
    "Mistake",
    "Module",
    "Option",
    "Organisation",
    "Pack",
    "PackMistakes",
    "Question",
    "QuorumRule",
    "Report",
    "Retention",
    "Review",
    "Role",
    "Rounds",
    "Sample",
    "Seat",
    "SendHours",
    "Source",
    "Terms",
    "check",
    "explain",
    "load",
    "read_shipped",
    "shipped",
]

_SHIPPED = Path(__file__).parent / "packs"


def shipped() -> tuple[str, ...]:
    """The names of the packs that come with the product, in order."""
    return tuple(sorted(path.stem for path in _SHIPPED.glob("*.toml")))


def read_shipped(name: str) -> str:
    """The text of a shipped pack; LookupError names the ones there are."""
    if name not in shipped():
        raise LookupError(f'There is no shipped pack "{name}". There are: {", ".join(shipped())}.')
    return (_SHIPPED / f"{name}.toml").read_text(encoding="utf-8")
