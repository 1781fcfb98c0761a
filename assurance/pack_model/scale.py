"""The scale: what agencies rate, what the group assesses, and the exact words of each level (B3-B10)."""

from typing import Annotated, Literal

from pydantic import Field

from assurance.pack_model.base import Cited, Frozen, Key, Words

Style = Literal["good", "warning", "attention", "default"]
RatingKey = Literal["high", "medium", "low", "not_relevant"]


class Level(Frozen):
    """A level that an agency may give itself. `letter` is what tables show beside the colour."""

    key: RatingKey
    label: Words
    letter: Words
    criteria: tuple[Words, ...]
    reason_required: bool = False
    style: Style


class Dimension(Cited):
    """One thing that is rated separately, such as dissemination or impact.

    `months_wait` is how long after issue it opens, `due_days` how many days after opening it is due
    (0: with the round, whose own dates then hold).
    """

    key: Key
    label: Words
    first_round: bool
    months_wait: Annotated[int, Field(ge=0, le=24)] = 0
    due_days: Annotated[int, Field(ge=0, le=366)] = 0
    levels: tuple[Level, ...]


class AssessedLevel(Frozen):
    """A level that the group may set in its meeting (B9); never derived from what the agency said."""

    key: Key
    label: Words
    letter: Words
    style: Style


class Assurance(Cited):
    """Whether and how assurance is asked for. `scale_label` is the version stored with each answer (B5)."""

    enabled: bool
    scale_label: Words
    dimensions: tuple[Dimension, ...]
    assessed_levels: tuple[AssessedLevel, ...]
    closing_levels: tuple[Key, ...]
    concern_levels: tuple[Key, ...]
    ending_levels: tuple[Key, ...] = ("unable",)
    """Assessed levels after which nothing more is asked, though assurance was not given (SL §4)."""
    closable_levels: tuple[Key, ...] = ("medium",)
    """Assessed levels that do not close by themselves, and that the chair may close with a recorded reason."""
    note: Words | None = None
    """What stands beside every request (SL App E, Note)."""
