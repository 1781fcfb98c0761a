"""Adaptive Cards 1.5: every element the bot uses, with strict names. `cards.parts` builds with them.

A thin layer on the `adaptivecards` package, which has no inputs, actions or tables and quietly loses
what is misspelt. Here a wrong name, a wrong kind of value, an unlabelled input, a picture without a
description or an unsafe link raises at once.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from adaptivecards.baseobject import (
    BareObject,
    PropertyType,
)
from adaptivecards.baseobject import Element as PackageElement

from cards.literal import unlinked

MOST_REFRESHED = 60
"""Teams gives a view of their own to at most this many people."""


@cache
def _properties(kind: Any) -> dict[str, Any]:
    """The names an element has, and how each is set."""
    return {
        name: value
        for part in reversed(kind.__mro__)
        for name, value in vars(part).items()
        if isinstance(value, PropertyType)
    }


class Element(PackageElement):  # type: ignore[misc]
    """An element that refuses names it does not have. Values of None are left out."""

    fallback = PropertyType(type=(str, BareObject))

    def __init__(self, **values: Any) -> None:
        super().__init__()
        for name, value in values.items():
            held = self._property(name)
            if value is not None:
                held.__set__(self, value)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "_data":
            object.__setattr__(self, name, value)
        else:
            self._property(name).__set__(self, value)

    def _property(self, name: str) -> Any:
        kind: Any = type(self)
        found = _properties(kind).get(name)
        if found is None:
            raise TypeError(f"{kind.__name__} has no {name!r}")
        return found

    def to_dict(self) -> dict[str, Any]:
        """The element and all within it as plain values, ready for JSON."""
        found: dict[str, Any] = _as_plain(self._data)
        return found


def _as_plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, BareObject):
        value = value._data
    if isinstance(value, dict):
        return {key: _as_plain(held) for key, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_plain(held) for held in value]
    return value


class Shown(PropertyType):  # type: ignore[misc]
    """A text that is shown as it is, in which no client may find a link, a mention or a date."""

    def __init__(self, key_name: str | None = None) -> None:
        super().__init__(type=str, key_name=key_name)

    def __set__(self, instance: Any, value: Any) -> None:
        super().__set__(instance, unlinked(value) if isinstance(value, str) else value)


class Several(PropertyType):  # type: ignore[misc]
    """A property that holds a list, each member of which is an element (or one of `also`)."""

    def __init__(self, key_name: str | None = None, also: tuple[type, ...] = ()) -> None:
        super().__init__(type=list, key_name=key_name)
        self.members = (BareObject, *also)

    def __set__(self, instance: Any, value: Any) -> None:
        value = list(value) if isinstance(value, tuple) else value
        super().__set__(instance, value)
        for member in value:
            if not isinstance(member, self.members):
                raise TypeError(f"{self.key_name} cannot hold {member!r}")


def _text(key_name: str | None = None) -> Any:
    return PropertyType(type=str, key_name=key_name)


def _flag(key_name: str | None = None) -> Any:
    return PropertyType(type=bool, key_name=key_name)


class Action(Element):
    title = Shown()
    tooltip = Shown()
    style = _text()
    is_enabled = _flag("isEnabled")
    icon_url = _text("iconUrl")


class Submit(Action):
    element_type = "Action.Submit"
    data = PropertyType(type=dict)
    associated_inputs = _text("associatedInputs")


class Execute(Action):
    """A button whose press is answered at once; older clients press its `Action.Submit` twin instead."""

    element_type = "Action.Execute"
    verb = _text()
    data = PropertyType(type=dict)
    associated_inputs = _text("associatedInputs")

    def __init__(self, *, verb: str, data: Mapping[str, Any] | None = None, **values: Any) -> None:
        if not verb:
            raise ValueError("A button needs its verb")
        held = dict(data or {})
        super().__init__(verb=verb, data=held, **values)
        twin = {name: value for name, value in values.items() if name != "id"}
        self.fallback = Submit(data={**held, "verb": verb}, **twin)


class OpenUrl(Action):
    element_type = "Action.OpenUrl"
    url = _text()

    def __init__(self, *, url: str, **values: Any) -> None:
        address = urlsplit(url)
        if address.scheme != "https" or not address.hostname or address.username is not None:
            raise ValueError("A link must be an https address")
        super().__init__(url=url, **values)


class ToggleVisibility(Action):
    element_type = "Action.ToggleVisibility"
    target_elements = PropertyType(type=list, key_name="targetElements")


class TextBlock(Element):
    element_type = "TextBlock"
    text = _text()
    color = _text()
    font_type = _text("fontType")
    horizontal_alignment = _text("horizontalAlignment")
    is_subtle = _flag("isSubtle")
    max_lines = PropertyType(type=int, key_name="maxLines")
    size = _text()
    style = _text()
    weight = _text()
    wrap = _flag()


class TextRun(Element):
    """A stretch of text that no client reads as Markdown."""

    element_type = "TextRun"
    text = _text()
    color = _text()
    is_subtle = _flag("isSubtle")
    italic = _flag()
    select_action = PropertyType(type=BareObject, key_name="selectAction")
    size = _text()
    weight = _text()


class RichTextBlock(Element):
    element_type = "RichTextBlock"
    inlines = Several()
    horizontal_alignment = _text("horizontalAlignment")


class Container(Element):
    element_type = "Container"
    items = Several()
    style = _text()
    bleed = _flag()
    min_height = _text("minHeight")
    vertical_content_alignment = _text("verticalContentAlignment")
    select_action = PropertyType(type=BareObject, key_name="selectAction")


class Column(Container):
    element_type = "Column"
    width = PropertyType(type=(str, int))


class ColumnSet(Element):
    element_type = "ColumnSet"
    columns = Several()
    style = _text()
    bleed = _flag()


class FactSet(Element):
    element_type = "FactSet"
    facts = PropertyType(type=list)


class ActionSet(Element):
    element_type = "ActionSet"
    actions = Several()


class Table(Element):
    """Alignment stands once on the table, and cells stay minimal: a message must stay under 80 KB."""

    element_type = "Table"
    columns = PropertyType(type=list)
    rows = PropertyType(type=list)
    first_row_as_header = _flag("firstRowAsHeader")
    show_grid_lines = _flag("showGridLines")
    grid_style = _text("gridStyle")
    horizontal_cell_content_alignment = _text("horizontalCellContentAlignment")
    vertical_cell_content_alignment = _text("verticalCellContentAlignment")


class Image(Element):
    element_type = "Image"
    url = _text()
    alt_text = Shown("altText")
    size = _text()
    style = _text()
    width = _text()
    height = _text()
    horizontal_alignment = _text("horizontalAlignment")

    def __init__(self, *, url: str, alt_text: str, **values: Any) -> None:
        if not alt_text.strip():
            raise ValueError("A picture needs words for those who do not see it")
        super().__init__(url=url, alt_text=alt_text, **values)


class Input(Element):
    label = Shown()
    error_message = Shown("errorMessage")
    is_required = _flag("isRequired")

    def __init__(self, *, id: str, label: str, **values: Any) -> None:
        if not id or not label.strip():
            raise ValueError("An input needs a name and a label")
        if values.get("is_required") and not values.get("error_message"):
            raise ValueError("An input that must be filled in says what is missing")
        super().__init__(id=id, label=label, **values)


class InputText(Input):
    element_type = "Input.Text"
    value = _text()
    placeholder = Shown()
    is_multiline = _flag("isMultiline")
    max_length = PropertyType(type=int, key_name="maxLength")
    style = _text()
    regex = _text()


class InputChoiceSet(Input):
    element_type = "Input.ChoiceSet"
    value = _text()
    placeholder = Shown()
    choices = PropertyType(type=list)
    is_multi_select = _flag("isMultiSelect")
    style = _text()
    wrap = _flag()


class InputNumber(Input):
    element_type = "Input.Number"
    value = PropertyType(type=(int, float))
    placeholder = Shown()
    min = PropertyType(type=(int, float))
    max = PropertyType(type=(int, float))


class InputDate(Input):
    element_type = "Input.Date"
    value = _text()
    placeholder = Shown()
    min = _text()
    max = _text()


class InputTime(Input):
    element_type = "Input.Time"
    value = _text()
    placeholder = Shown()
    min = _text()
    max = _text()


class InputToggle(Input):
    element_type = "Input.Toggle"
    title = _text()
    value = _text()
    value_on = _text("valueOn")
    value_off = _text("valueOff")
    wrap = _flag()


class Refresh(Element):
    """Gives the named people a view of their own, by an automatic press.

    `user_ids` are Teams ids from the roster. They may not be left out: Teams would then refresh the
    card for everyone in the conversation.
    """

    element_type = "Refresh"
    action = PropertyType(type=Execute)
    user_ids = PropertyType(type=list, key_name="userIds")

    def __init__(self, *, action: Execute, user_ids: Iterable[str]) -> None:
        people = list(user_ids)
        if not 1 <= len(people) <= MOST_REFRESHED:
            raise ValueError(f"A view of one's own is for 1 to {MOST_REFRESHED} people, not {len(people)}")
        super().__init__(action=action, user_ids=people)


class AdaptiveCard(Element):
    element_type = "AdaptiveCard"
    schema = _text("$schema")
    version = _text()
    body = Several()
    actions = Several()
    refresh = PropertyType(type=Refresh)
    msteams = PropertyType(type=dict)
    fallback_text = Shown("fallbackText")
    speak = Shown()
    lang = _text()

    def __init__(self, *, wide: bool = False, **values: Any) -> None:
        super().__init__(**values)
        self.schema = "http://adaptivecards.io/schemas/adaptive-card.json"
        self.version = "1.5"
        self.lang = "en"
        if wide:
            self.msteams = {"width": "Full"}
