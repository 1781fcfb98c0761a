"""Free text on officers' forms: asked about before it is kept, where it looks case-identifiable (I2)."""

from __future__ import annotations

from collections.abc import Mapping

from assurance.identifiable import find
from assurance.refusals import AskFirst


def ask_first(written: Mapping[str, str], *, confirmed: bool) -> None:
    """Raises AskFirst, naming the fields, unless the writer confirmed that nobody can be identified."""
    if confirmed:
        return
    found = {name: find(text) for name, text in written.items()}
    if any(found.values()):
        raise AskFirst({name: hits for name, hits in found.items() if hits})
