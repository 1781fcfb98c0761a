"""The look of Teams, near enough to judge a card by: host configuration and styles, light and dark."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Theme:
    """Colours of one theme: Fluent's, as Teams uses them on cards."""

    name: str
    page: str
    card: str
    border: str
    field: str
    field_border: str
    text: str
    subtle: str
    brand: str
    on_brand: str
    good: str
    warning: str
    attention: str
    emphasis_fill: str
    accent_fill: str
    good_fill: str
    warning_fill: str
    attention_fill: str


LIGHT = Theme(
    name="light",
    page="#f5f5f5",
    card="#ffffff",
    border="#d1d1d1",
    field="#ffffff",
    field_border="#8a8a8a",
    text="#242424",
    subtle="#616161",
    brand="#5b5fc7",
    on_brand="#ffffff",
    good="#0e700e",
    warning="#8a4b08",
    attention="#b10e1c",
    emphasis_fill="#f3f2f1",
    accent_fill="#e8ebfa",
    good_fill="#e7f2da",
    warning_fill="#fbf6d9",
    attention_fill="#fdf3f4",
)
DARK = Theme(
    name="dark",
    page="#141414",
    card="#292929",
    border="#525252",
    field="#292929",
    field_border="#858585",
    text="#ffffff",
    subtle="#adadad",
    brand="#7f85f5",
    on_brand="#141414",
    good="#92c353",
    warning="#f8d22a",
    attention="#f1707b",
    emphasis_fill="#1f1f1f",
    accent_fill="#33344a",
    good_fill="#0d3a0d",
    warning_fill="#4a3c00",
    attention_fill="#4d1a1f",
)
THEMES = (LIGHT, DARK)
_FONT = '"Segoe UI", "Selawik", "Open Sans", "Noto Sans", "Liberation Sans", system-ui, sans-serif'


def host_config(theme: Theme) -> dict[str, Any]:
    """A host configuration for the `adaptivecards` renderer."""
    fills = {
        "default": theme.card,
        "emphasis": theme.emphasis_fill,
        "accent": theme.accent_fill,
        "good": theme.good_fill,
        "warning": theme.warning_fill,
        "attention": theme.attention_fill,
    }
    colours = {
        "default": {"default": theme.text, "subtle": theme.subtle},
        "accent": {"default": theme.brand, "subtle": theme.brand},
        "good": {"default": theme.good, "subtle": theme.good},
        "warning": {"default": theme.warning, "subtle": theme.warning},
        "attention": {"default": theme.attention, "subtle": theme.attention},
        "light": {"default": theme.card, "subtle": theme.subtle},
        "dark": {"default": theme.text, "subtle": theme.subtle},
    }
    label = {"color": "default", "isSubtle": False, "size": "default", "weight": "bolder", "suffix": " *"}
    return {
        "fontFamily": _FONT,
        "fontSizes": {"small": 12, "default": 14, "medium": 14, "large": 18, "extraLarge": 24},
        "fontWeights": {"lighter": 200, "default": 400, "bolder": 600},
        "lineHeights": {"small": 16, "default": 20, "medium": 20, "large": 24, "extraLarge": 32},
        "spacing": {"small": 8, "default": 12, "medium": 16, "large": 20, "extraLarge": 24, "padding": 16},
        "separator": {"lineThickness": 1, "lineColor": theme.border},
        "supportsInteractivity": True,
        "imageSizes": {"small": 32, "medium": 52, "large": 100},
        "containerStyles": {
            name: {"backgroundColor": fill, "borderColor": theme.border, "foregroundColors": colours}
            for name, fill in fills.items()
        },
        "actions": {
            "maxActions": 6,
            "spacing": "default",
            "buttonSpacing": 8,
            "actionsOrientation": "horizontal",
            "actionAlignment": "left",
            "showCard": {"actionMode": "inline", "inlineTopMargin": 16, "style": "emphasis"},
        },
        "inputs": {
            "label": {
                "inputSpacing": "small",
                "requiredInputs": label,
                "optionalInputs": {**label, "suffix": ""},
            },
            "errorMessage": {"color": "attention", "size": "small", "spacing": "small", "weight": "default"},
        },
        "factSet": {
            "title": {"weight": "bolder", "wrap": True, "maxWidth": 150},
            "value": {"wrap": True},
            "spacing": 16,
        },
        "table": {"cellSpacing": 8},
        "textBlock": {"headingLevel": 2},
    }


def styles(theme: Theme) -> str:
    """Style sheet of one theme, for everything inside `.<theme name>`."""
    at = f".{theme.name}"
    return f"""
{at} {{ background: {theme.page}; color: {theme.text}; font: 14px/20px {_FONT}; }}
{at} .caption {{ color: {theme.subtle}; font-size: 12px; margin: 0 0 6px; }}
{at} .card {{ background: {theme.card}; border: 1px solid {theme.border}; border-radius: 8px;
  overflow: hidden; box-shadow: 0 2px 4px rgba(0,0,0,.14); box-sizing: border-box; }}
{at} .ac-adaptiveCard {{ outline: none; }}
{at} .ac-pushButton {{ background: {theme.card}; color: {theme.text}; border: 1px solid {theme.border};
  border-radius: 4px; font: 600 14px/20px {_FONT}; padding: 5px 12px; min-height: 32px; cursor: pointer;
  white-space: normal !important; text-align: left; flex: 0 1 auto !important; }}
{at} .ac-pushButton.style-positive {{ background: {theme.brand}; color: {theme.on_brand};
  border-color: {theme.brand}; }}
{at} .ac-pushButton.style-destructive {{ color: {theme.attention}; }}
{at} .ac-pushButton > div {{ white-space: normal !important; overflow: visible !important; }}
{at} .ac-actionSet {{ flex-wrap: wrap; row-gap: 8px; }}
{at} .ac-input.ac-textInput, {at} .ac-input.ac-numberInput, {at} .ac-input.ac-dateInput, {at} .ac-input.ac-timeInput,
{at} .ac-input.ac-choiceSetInput-compact {{ background: {theme.field}; color: {theme.text}; width: 100%;
  border: 1px solid {theme.border}; border-bottom-color: {theme.field_border}; border-radius: 4px;
  box-sizing: border-box; font: 14px/20px {_FONT}; padding: 5px 10px; min-height: 32px; resize: none; }}
{at} .ac-input.ac-multiline {{ min-height: 72px; }}
{at} .ac-input::placeholder {{ color: {theme.subtle}; opacity: 1; }}
{at} input[type=radio], {at} input[type=checkbox] {{ accent-color: {theme.brand}; width: 16px; height: 16px;
  margin: 2px 2px 2px 0; color-scheme: {theme.name}; }}
{at} .ac-choiceSetInput-expanded > div, {at} .ac-choiceSetInput-multiSelect > div {{ margin-bottom: 4px; }}
{at} .ac-anchor, {at} a {{ color: {theme.brand}; }}
{at} input[type=date], {at} input[type=time], {at} select {{ color-scheme: {theme.name}; }}
"""
