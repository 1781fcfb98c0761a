"""Where each value of a pack stands in its file.

`tomllib` checks the file but gives no positions, so this walks the same text once more and notes the
line and column of every key, table and item. It expects text that `tomllib` has accepted.
"""

import re
import tomllib

Path = tuple[str | int, ...]
Place = tuple[int, int]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SCALAR = re.compile(r"[^,\]}#\r\n]*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")|' r"'''.*?'{3,5}(?!')|" r'"(?:[^"\\]|\\.)*"|' r"'[^']*'",
    re.DOTALL,
)


def places(text: str) -> dict[Path, Place]:
    """The line and column (both from 1) of each path; a list item's path ends with its number from 0."""
    walk = _Walk(text)
    walk.document()
    return walk.found


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, Place] = {(): (1, 1)}
        self.lengths: dict[Path, int] = {}
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._line = 0

    def document(self) -> None:
        table: Path = ()
        self._skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self._header()
            else:
                self._pair(table)
            self._skip(_BLANK)

    def _header(self) -> Path:
        place = self._place()
        is_list = self.text.startswith("[[", self.at)
        self.at += 2 if is_list else 1
        names = self._key()
        self.at += 2 if is_list else 1
        path: Path = ()
        for name in names[:-1]:
            path = self._enter((*path, name), place)
        path = (*path, names[-1])
        if is_list:
            self.found.setdefault(path, place)
            self.lengths[path] = self.lengths.get(path, 0) + 1
        path = self._enter(path, place)
        self.found[path] = place
        return path

    def _enter(self, path: Path, place: Place) -> Path:
        self.found.setdefault(path, place)
        return (*path, self.lengths[path] - 1) if path in self.lengths else path

    def _pair(self, table: Path) -> None:
        place = self._place()
        path = table
        for name in self._key():
            path = (*path, name)
            self.found.setdefault(path, place)
        self.at += 1
        self._skip(_SPACE)
        self._value(path)

    def _value(self, path: Path) -> None:
        first = self.text[self.at]
        if first == "[":
            self._array(path)
        elif first == "{":
            self._inline(path)
        elif first in "\"'":
            self._string()
        else:
            self._skip(_SCALAR)

    def _array(self, path: Path) -> None:
        self.at += 1
        self._skip(_BLANK)
        number = 0
        while self.text[self.at] != "]":
            self.found[(*path, number)] = self._place()
            self._value((*path, number))
            number += 1
            self._skip(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1
                self._skip(_BLANK)
        self.at += 1

    def _inline(self, path: Path) -> None:
        self.at += 1
        self._skip(_BLANK)
        while self.text[self.at] != "}":
            self._pair(path)
            self._skip(_BLANK)
            if self.text[self.at] == ",":
                self.at += 1
                self._skip(_BLANK)
        self.at += 1

    def _key(self) -> list[str]:
        names = []
        while True:
            self._skip(_SPACE)
            if self.text[self.at] in "\"'":
                names.append(str(tomllib.loads(f"x = {self._string()}")["x"]))
            else:
                names.append(self._skip(_BARE))
            self._skip(_SPACE)
            if self.text[self.at] != ".":
                return names
            self.at += 1

    def _string(self) -> str:
        return self._skip(_STRING)

    def _skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"The pack's text is not TOML at character {self.at}.")
        self.at = match.end()
        return match.group()

    def _place(self) -> Place:
        while self._line + 1 < len(self._starts) and self._starts[self._line + 1] <= self.at:
            self._line += 1
        return self._line + 1, self.at - self._starts[self._line] + 1
