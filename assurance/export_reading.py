"""Returns read whole: every version, answer and assessment. For people who may see them: ask before calling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from assurance.export_parts import Parts
from assurance.export_said import Assessed, Given, assessed, came, given
from assurance.pack import Pack
from assurance.packing import ShownForm, stored_form
from storage.histories import all_versions
from storage.partnerships import Partnership, form_version
from storage.returns import AgencyReturn, Assessment, Version, answers_of_versions, assessments_of_returns
from storage.standings import rounds_with_meetings
from storage.texts import texts
from storage.unit import Unit


@dataclass(frozen=True)
class Read:
    """One return: its versions as they are stored and in words, the same of its assessments, and when it came.

    `values` is what the newest version said, by question. `came` is a sentence such as "Received for the meeting",
    or "No return".
    """

    row: AgencyReturn
    meeting_on: date | None
    form: ShownForm
    versions: tuple[Version, ...]
    given: tuple[Given, ...]
    values: Mapping[str, str]
    levels: tuple[Assessment, ...]
    assessed: tuple[Assessed, ...]
    came: str


async def read_returns(
    unit: Unit, partnership: Partnership, pack: Pack, rows: Sequence[AgencyReturn], parts: Parts, *, evidence: bool
) -> dict[int, Read]:
    """These returns by number. Without `evidence`, people's words are left out; levels and dates stay."""
    numbers = [one.id for one in rows]
    if not numbers:
        return {}
    versions = await all_versions(unit, partnership.id, numbers)
    every = [one for some in versions.values() for one in some]
    said = await answers_of_versions(unit, partnership.id, [one.id for one in every])
    levels: dict[int, list[Assessment]] = {}
    for level in await assessments_of_returns(unit, partnership.id, numbers):
        levels.setdefault(level.return_id, []).append(level)
    notes = [one.behalf_text_id for one in every]
    notes += [one.rationale_text_id for some in levels.values() for one in some]
    words = await texts(unit, partnership.id, notes)
    rounds = await rounds_with_meetings(unit, partnership.id, {one.round_id for one in rows})
    forms = {}
    for number in {*(one.form_version_id for one in rows), *(one.form_version_id for one in every)}:
        stored = await form_version(unit, partnership.id, number)
        assert stored is not None
        forms[number] = stored_form(stored)
    found = {}
    for row in rows:
        own, meeting_on = versions.get(row.id, []), rounds[row.round_id][1]
        form = forms[own[-1].form_version_id if own else row.form_version_id]
        values = said.get(own[-1].id, {}) if own else {}
        its_levels = levels.get(row.id, [])
        found[row.id] = Read(
            row=row, meeting_on=meeting_on, form=form, versions=tuple(own),
            given=tuple(
                given(
                    one, said.get(one.id, {}), forms[one.form_version_id], parts, pack,
                    words.get(one.behalf_text_id or 0, ""), evidence=evidence,
                )
                for one in own
            ),
            values=values, levels=tuple(its_levels),
            assessed=assessed(its_levels, values, form, parts, pack, words, evidence=evidence),
            came=came(row, own[0] if own else None, meeting_on, pack.timezone),
        )  # fmt: skip
    return found
