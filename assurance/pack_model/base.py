"""What every table of a pack has in common: it is fixed once read, and it says where it comes from."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=60)]
"""A stable name that records refer to; never shown to people, never changed once used."""

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
"""Text that people read."""

ClockTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""A time of day in the partnership's zone, as "10:00"."""


def _pairs(value: object) -> object:
    if isinstance(value, dict):
        return tuple(sorted(value.items()))
    if isinstance(value, list | tuple):
        return tuple(tuple(pair) if isinstance(pair, list) else pair for pair in value)
    return value


class Frozen(BaseModel):
    """A part of a pack: unknown keys are mistakes, and nothing changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Cited(Frozen):
    """A table that says where its values come from.

    Exactly one of `source` (a section of the partnership's document, such as "SL App E") and
    `basis = "default"` (no document speaks; the value is ours). `citations` names the keys of this
    table that come from elsewhere, each with its section or "default". `confirm` is a plain sentence
    about what the partnership should settle before it relies on the table.
    """

    source: Words | None = None
    basis: Literal["default"] | None = None
    citations: Annotated[tuple[tuple[str, str], ...], BeforeValidator(_pairs)] = ()
    confirm: Words | None = None

    @model_validator(mode="after")
    def _says_where_from(self) -> Self:
        if (self.source is None) == (self.basis is None):
            raise PydanticCustomError("citation", "say where this comes from, once")
        return self

    def cites(self, field: str) -> str:
        """The section that gives the value of `field`, or "default" where no document does."""
        return dict(self.citations).get(field) or self.source or "default"


class Option(Frozen):
    """One of a list of choices: what is stored, and what people read."""

    key: Key
    label: Words


class CitedOption(Option, Cited):
    """A choice of a list that the framework document gives; `group` puts like with like."""

    group: Words | None = None
