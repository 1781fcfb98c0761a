"""What is asked: kinds of request, the forms they use, and the questions of a form."""

from typing import Annotated, Literal

from pydantic import Field

from assurance.pack_model.base import Cited, Frozen, Key, Option, Words

QuestionType = Literal["rating", "text", "choice", "choices", "date", "number", "yes_no"]
OptionList = Literal[
    "evidence_types", "activity_types", "methods", "audiences", "originators", "priorities", "enquiry_lines"
]


class Question(Frozen):
    """One question of a form.

    A `rating` takes its levels from the pack's dimension of the same key. Any other question with a
    `dimension` is asked only while that dimension is asked, and is needed only where it was not rated
    with a level that needs a reason ("not relevant"). `required_when = "not_relevant"`: an answer is
    needed once some rating of this form was given such a level. `rounds = "first"`: asked in the first
    round only. `per`: asked once for each listed thing, such as each recommendation of a request.
    `options_from` takes the options from a list of the pack; after loading they stand in `options`.
    """

    key: Key
    type: QuestionType
    label: Words
    help: str = ""
    required: bool = False
    required_when: Literal["not_relevant"] | None = None
    dimension: Key | None = None
    rounds: Literal["all", "first"] = "all"
    per: Key | None = None
    options: tuple[Option, ...] = ()
    options_from: OptionList | None = None
    folded: bool = False
    multiline: bool = True
    max_length: Annotated[int, Field(ge=1, le=20000)] = 4000
    placeholder: str = ""


class Form(Cited):
    """A list of questions. `version_label` is stored with each answer and changes with the wording."""

    key: Key
    title: Words
    version_label: Words
    questions: tuple[Question, ...]


class Asked(Frozen):
    """Who is asked: the returning seats, the holders of a role, or people named when it is issued."""

    who: Literal["seats", "role", "people"]
    role: Key | None = None


class Clock(Frozen):
    """When an answer is due.

    `meeting`: with the round of the group's next meeting, by the pack's `rounds`. `days_after`: `days`
    after issue, counted in working days if `working_days`. `calendar`: `days` after each period `every`
    ends, periods counted from the pack's `year_start`. `reminder_wd` and `overdue_wd` replace those of
    the pack's `rounds` (working days before and after the due day); an empty list means none.
    """

    kind: Literal["meeting", "days_after", "calendar"]
    days: Annotated[int, Field(ge=0, le=366)] | None = None
    working_days: bool = False
    every: Literal["month", "two_months", "quarter", "six_months", "year"] | None = None
    reminder_wd: tuple[int, ...] | None = None
    overdue_wd: tuple[int, ...] | None = None


class Kind(Cited):
    """A kind of request. `may_see` lists kinds of role, and "own" for the addressee's own answers."""

    key: Key
    name: Words
    form: Key
    asked: Asked
    lifecycle: Literal["loop", "once", "reviewed"]
    clock: Clock
    may_see: tuple[str, ...]
    may_see_after_release: tuple[str, ...] = ()
    """Who else may see the answers once the papers are out (framework §2, "LDG member")."""
    reviewed_by: Key | None = None
    anonymous: bool = False
    urgent_of: Key | None = None
    group: Key | None = None
