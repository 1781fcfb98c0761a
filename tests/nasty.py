"""What hostile or merely unlucky people type and send: texts that mean something elsewhere, and values of every kind.

Every text holds MARK, so that it can be looked for: in a card it must stand as text, in a log line nowhere.
"""

from __future__ import annotations

from typing import Any, Final

MARK: Final = "Wrenfield"
TEXTS: Final[dict[str, str]] = {
    "markdown": f"**{MARK}** _it_ [press](https://evil.example) `x` ~~no~~\n# Head\n- point\n1. one\n> said | cell",
    "a link of markdown": f"[{MARK}](https://evil.example) ![{MARK}](https://evil.example/x.png) <https://evil.example>",
    "html": f"<b>{MARK}</b><script>alert(1)</script><img src=x onerror=alert(1)><a href='https://evil.example'>x</a>",
    "entities of html": f"&lt;b&gt;{MARK}&lt;/b&gt; &nbsp;&#x3c;at&#x3e;",
    "a mention": f"<at>{MARK}</at> <at id='0'>Everyone</at> @channel",
    "right to left": f"\u202e{MARK}\u202c \u2067hidden\u2069 \u200f\u061c",
    "right-to-left letters": f"\u0645\u0631\u062d\u0628\u0627 {MARK} \u05e2\u05d5\u05dc\u05dd",
    "zero width": f"\u200b{MARK}\u200d\u2060\ufeff\u00ad",
    "joined emoji": f"\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f3f4\U000e0067\U000e0062\U000e007f {MARK}",
    "many marks on one letter": "W" + "\u0301\u0489" * 300 + f" {MARK}",
    "a card": f'{{"type":"AdaptiveCard","version":"1.5","body":[{{"type":"TextBlock","text":"{MARK}"}}]}}',
    "a template": f"${{{MARK}}} ${{json(x)}} {{{{DATE(2026-11-02T09:00:00Z, SHORT)}}}} {{{{TIME(2026-11-02T09:00Z)}}}}",
    "a formula": f'=HYPERLINK("https://evil.example","{MARK}")',
    "more formulas": f"+1+1 {MARK}\n-2\n@SUM(A1)\n\t=1",
    "control characters": f"{MARK}\x00\x07\x08\x0b\x1b[31m\x7f\x85\u2028\u2029\r\n",
    "no characters": f"{MARK}\ufffe\uffff\ufdd0\U0001ffff",
    "sql": f"{MARK}'; DROP TABLE person; -- \\' OR 1=1",
    "paths and formats": f"../../etc/{MARK} %s %n {{0}} {{p}} {{__class__}} \\u0000 \\x00 \\",
    "a person's data": f"{MARK}, NHS number 943 476 5919, born 01/02/2015, lives at 12 High Street SN1 1AA",
    "mixed line ends": f"{MARK}\r\none\rtwo\n\n\n\nthree\t\t",
}  # fmt: skip
LONG_TEXTS: Final[dict[str, str]] = {
    "long": f"{MARK} " * 400,
    "too long": f"{MARK} **a** " * 1_000,
    "far too long": "a" * 100_000 + MARK,
    "digits without end": "1" * 60_000 + MARK,
    "spaces without end": " " * 60_000 + MARK,
    "marks without end": "\u0301" * 30_000 + MARK,
    "all but an address": "a." * 20_000 + "@" + MARK,
}
EMPTY_TEXTS: Final = ("", " ", "\n", "\u200b", "\u3000\u2003", "\x00", "\u202e")
DATES: Final = (
    "2026-11-27", "2026-12-04", "2026-02-30", "0000-00-00", "0001-01-01", "9999-12-31", "9999-12-30", "99999-01-01",
    "1899-12-31", "2100-06-01",
    "2026-11-02T09:00:00Z", "2026-W45-1", "20261102", "31/12/2026", "tomorrow", "\u0662\u0660\u0662\u0666-11-02",
    "-2026-11-02",
)  # fmt: skip
NUMBERS: Final = (
    0, -1, 1, 2, 7, 424242, 2**31 - 1, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), 0.5, -0.0, 1e308, 1.0, True,
    False,
)  # fmt: skip
NUMBER_TEXTS: Final = (
    "0",
    "1",
    "-1",
    "424242",
    "2147483648",
    "9" * 400,
    "1e3",
    "0x1",
    " 1",
    "1.0",
    "\u0663",
    "NaN",
    "²",
)
SHAPES: Final[tuple[Any, ...]] = (
    None, [], {}, [[]], [None], {"": ""}, {"a": {"b": [1, {"c": None}]}}, [1, "2", None, {"p": 1}], {"p": 1},
    list(range(10_000)), ",".join(map(str, range(10_000))), {str(n): n for n in range(3_000)},
)  # fmt: skip


def every_value() -> list[Any]:
    """Everything at once, for whoever goes through it all."""
    return [
        *TEXTS.values(), *LONG_TEXTS.values(), *EMPTY_TEXTS, *DATES, *NUMBERS, *NUMBER_TEXTS, *SHAPES,
    ]  # fmt: skip
