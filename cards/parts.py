"""The few parts our cards are made of, in plain words: a title, a line, a fold, a table, a button.

All text given to these builders is literal; none of it is read as Markdown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from cards.elements import (
    Action,
    ActionSet,
    AdaptiveCard,
    Container,
    Element,
    Execute,
    FactSet,
    OpenUrl,
    Refresh,
    RichTextBlock,
    Table,
    TextBlock,
    TextRun,
    ToggleVisibility,
)
from cards.literal import JOINER, plain, unlinked

MOST_ACTIONS = 6
"""Teams shows at most this many buttons in a row."""
MOST_COLUMNS = 13
"""A name and twelve more: wider tables are paged, to be read and to stay under 80 KB."""

Style = Literal["good", "warning", "attention", "default", "emphasis", "accent"]


@dataclass(frozen=True)
class Card:
    """A finished card, and the one line that stands for it in notifications and for screen readers."""

    content: dict[str, Any]
    summary: str


def title(text: str) -> TextBlock:
    """What is asked, once, at the top of the card."""
    return TextBlock(text=plain(text), size="large", weight="bolder", style="heading", wrap=True)


def heading(text: str, *, spacing: str = "large") -> TextBlock:
    """The name of a part of the card."""
    return TextBlock(text=plain(text), weight="bolder", style="heading", wrap=True, spacing=spacing)


def paragraph(*runs: str | TextRun, spacing: str | None = None) -> RichTextBlock:
    """Text in which people's own words and line breaks are safe."""
    inlines = [run if isinstance(run, TextRun) else words(run) for run in runs]
    return RichTextBlock(inlines=inlines, spacing=spacing)


def words(text: str) -> TextRun:
    """Text as it was written."""
    return TextRun(text=unlinked(text) or JOINER)


def strong(text: str) -> TextRun:
    """The same, in bold."""
    return TextRun(text=unlinked(text), weight="bolder")


def link(text: str, url: str) -> TextRun:
    """Words that open an https address."""
    return TextRun(text=unlinked(text), select_action=OpenUrl(url=url, tooltip=text))


def subtle(text: str, *, spacing: str = "small") -> RichTextBlock:
    """A quiet line: seat and due date, who will see the answer."""
    return RichTextBlock(inlines=[TextRun(text=unlinked(text) or JOINER, is_subtle=True)], spacing=spacing)


def problem(text: str) -> RichTextBlock:
    """What is wrong with the answer below it: in words first, and in colour."""
    return RichTextBlock(inlines=[TextRun(text=unlinked(text), color="attention", weight="bolder")])


def points(lines: Iterable[str], *, spacing: str | None = None) -> RichTextBlock:
    """A short list, one line each."""
    return paragraph("\n".join(f"\u2022 {line}" for line in lines), spacing=spacing)


def quoted(text: str) -> Container:
    """Somebody's own words, set apart from ours."""
    return Container(items=[paragraph(text)], style="emphasis", spacing="small")


def facts(pairs: Iterable[tuple[str, str]]) -> FactSet:
    """Short names and values, one pair to a line."""
    return FactSet(facts=[{"title": plain(name), "value": plain(value)} for name, value in pairs])


def fold(
    name: str,
    elements: Sequence[Element],
    id: str,
    *,
    opened: bool = False,
    framed: bool = False,
    spacing: str = "small",
) -> list[Element]:
    """Elements behind a button that shows and hides them; `framed` sets them apart as reading matter.

    Open from the start where something inside is wrong or already answered.
    """
    toggle = ToggleVisibility(title=name, tooltip=f"Show or hide: {name}", target_elements=[id])
    return [
        ActionSet(actions=[toggle], spacing=spacing),
        Container(
            id=id,
            visible=opened,
            items=list(elements),
            spacing="small",
            style="emphasis" if framed else None,
        ),
    ]


def cell(text: str, style: Style = "default", *, strong: bool = False) -> dict[str, Any]:
    """A table cell as small as can be. A colour never stands alone, so a styled cell must hold text."""
    if style != "default" and not text.strip():
        raise ValueError("A coloured cell needs a letter or a word")
    block: dict[str, Any] = {"type": "TextBlock", "text": plain(text) or JOINER, "wrap": True}
    if strong:
        block["weight"] = "bolder"
    found: dict[str, Any] = {"type": "TableCell", "items": [block]}
    return found if style == "default" else {"style": style, **found}


def table(header: Sequence[str], rows: Iterable[Sequence[dict[str, Any]]], widths: Sequence[int]) -> Table:
    """A table with a header row; `widths` are the columns' shares. Rows are of `cell`."""
    if len(widths) != len(header) or len(header) > MOST_COLUMNS:
        raise ValueError(f"A table has one width a column, and at most {MOST_COLUMNS} columns")
    lines = [[cell(name, strong=True) for name in header], *(list(row) for row in rows)]
    if any(len(line) != len(header) for line in lines):
        raise ValueError("Every row of a table has as many cells as its header")
    return Table(
        columns=[{"width": width} for width in widths],
        rows=[{"type": "TableRow", "cells": line} for line in lines],
        first_row_as_header=True,
        show_grid_lines=True,
        vertical_cell_content_alignment="center",
    )


def button(
    name: str,
    verb: str,
    data: Mapping[str, Any] | None = None,
    *,
    primary: bool = False,
    collect: bool = True,
) -> Execute:
    """A button. `collect=False` leaves what was typed out of the press, and cannot be held up by it."""
    return Execute(
        title=name,
        verb=verb,
        data=data,
        style="positive" if primary else None,
        associated_inputs=None if collect else "none",
    )


def card(
    summary: str,
    body: Sequence[Element],
    actions: Sequence[Action] = (),
    *,
    wide: bool = False,
    refresh: Refresh | None = None,
) -> Card:
    """A finished card. `wide` is for tables; forms keep Teams's normal width."""
    summary = unlinked(summary)
    made = AdaptiveCard(
        body=list(body),
        actions=list(actions) or None,
        wide=wide,
        refresh=refresh,
        fallback_text=summary,
        speak=summary,
    )
    return Card(finish(made), summary)


def finish(made: AdaptiveCard) -> dict[str, Any]:
    """The card as plain values; refuses more buttons in a row than Teams shows."""
    if len(made.actions or []) > MOST_ACTIONS:
        raise ValueError(f"A card shows at most {MOST_ACTIONS} buttons")
    return made.to_dict()


def size_utf16(content: Mapping[str, Any]) -> int:
    """Bytes as Teams counts them: the card's JSON in UTF-16. A message above about 100 KB is refused."""
    return len(orjson.dumps(content).decode().encode("utf-16-le"))
