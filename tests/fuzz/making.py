"""What is sent: genuine requests, and what becomes of them in the hands of somebody hostile. All of it by chance."""

from __future__ import annotations

import copy
import json
import random
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.wiring import commands
from tests import inbound, nasty
from tests.group import walk
from tests.permission_table import ROWS, filled
from tests.permission_world import Two, World
from tests.teams_world import Json, Person

OURS = ("own", "other", "substitute", "co_optee", "chair", "vice_chair", "officer", "officer", "ld_lead", "known")
PEOPLE = (*OURS, *OURS, "guest", "stranger", "both", "their officer", "their own")
"""Who sends: the officer, who may most, a little more often."""
NAMES = (
    "request", "return", "loop", "learning", "draft", "d", "m", "r", "base", "plea", "roll_call", "meeting", "n",
    "page", "rev", "mark", "digest", "go", "sum", "seen", "sure", "pre", "form", "kind", "key", "word", "sort",
    "until", "url", "place", "context", "uploadInfo", "to", "due_on", "reason", "why", "starts_on", "seat",
    "person", "report", "q", "where", "decision", "rule", "v", "absence", "holding", "of", "notice", "file",
    "answer", "names", "evidence", "first", "last", "history.seat", "change", "kept", "about", "step", "s", "by",
)  # fmt: skip
ENVELOPE = (
    "type", "id", "timestamp", "channelId", "serviceUrl", "from", "recipient", "conversation", "channelData", "locale",
    "name", "value", "text", "textFormat", "replyToId", "entities", "attachments", "membersAdded", "membersRemoved",
    "action",
)  # fmt: skip
EVENTS = (
    "teamMemberAdded", "teamMemberRemoved", "teamRenamed", "teamDeleted", "channelRenamed", "channelDeleted",
    "channelCreated", "teamArchived", "nonsense",
)  # fmt: skip
INVOKES = (
    "task/fetch", "task/submit", "composeExtension/query", "signin/verifyState", "signin/tokenExchange",
    "application/search", "message/submitAction", "fileConsent/invoke", "adaptiveCard/action", "nobody/knows", "",
)  # fmt: skip
TARGETS = (
    "GWH", "Merlin", "Q3 2026-27", "Q9 9999-00", "until 31 December 9999", "1 January 0001", "week", "own",
    "from 1 December 2026 until 4 December 2026", "until 30 February 2027", "GWH and AWP and everybody", "my",
)  # fmt: skip
"""What may stand after a word."""
POOLED = 400


@dataclass
class Sending:
    """One request. `sort` is the line of the table that it counts in; `who` tells what its sender may not read."""

    sort: str
    body: bytes
    headers: dict[str, str]
    who: str = "stranger"
    about: str = ""
    let_in: bool = True
    """Whether the token is genuine: otherwise only 4xx may come."""
    filled: Json | None = None
    """What was typed into a form as it was shown, by the person to whom it was shown: none of it may be lost."""
    lengths: dict[str, int] = field(default_factory=dict)
    """The length that the form gives to each of its texts."""


@dataclass
class Maker:
    """Makes requests for a world. `seen` are cards that were shown; their buttons are pressed later, stale or not."""

    two: Two
    token: str
    chance: random.Random
    seen: deque[tuple[str, Json]] = field(default_factory=lambda: deque(maxlen=POOLED))
    sent: deque[Sending] = field(default_factory=lambda: deque(maxlen=POOLED))

    def next(self) -> Sending:
        """The next request."""
        make = self.chance.choices(
            (self.malformed, self.unproven, self.activity, self.from_table, self.from_card, self.words, self.again),
            (10, 6, 14, 32, 26, 9, 3),
        )[0]
        made = make()
        self.sent.append(made)
        return made

    def person(self, who: str) -> Person:
        """The sender."""
        if who.startswith("their "):
            return self.two.theirs.people[who.removeprefix("their ")]
        return self.two.ours.people[who]

    def _who(self) -> str:
        return self.chance.choice(PEOPLE)

    def _headers(self, **more: str) -> dict[str, str]:
        return {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"} | more

    def _sending(self, sort: str, activity: Any, who: str, about: str = "") -> Sending:
        return Sending(sort, json.dumps(activity).encode(), self._headers(), who, about)

    def value(self) -> Any:
        """Any value whatever."""
        kinds: tuple[Any, ...] = (
            tuple(nasty.TEXTS.values()), tuple(nasty.TEXTS.values()), nasty.EMPTY_TEXTS, nasty.DATES, nasty.NUMBERS,
            nasty.NUMBERS, nasty.NUMBER_TEXTS, nasty.SHAPES,
        )  # fmt: skip
        if self.chance.random() < 0.03:
            return self.chance.choice(tuple(nasty.LONG_TEXTS.values()))
        return self.chance.choice(self.chance.choice(kinds))

    # (a) what is no activity

    def malformed(self) -> Sending:
        """Bytes that are no JSON, no object, too deep, too large, or of another kind than they say."""
        who = self._who()
        genuine = json.dumps(self._press(who, {"p": 1})).encode()
        cut = self.chance.randrange(1, len(genuine))
        bodies: dict[str, bytes] = {
            "cut off": genuine[:cut],
            "a byte changed": genuine[:cut] + bytes([self.chance.randrange(256)]) + genuine[cut + 1 :],
            "nested": b'{"type":"message","value":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
            "nested in data": genuine.replace(b'"p": 1', b'"p": ' + b'{"a":' * 100 + b"1" + b"}" * 100),
            "not a number": genuine.replace(b'"p": 1', b'"p": NaN'),
            "endless": genuine.replace(b'"p": 1', b'"p": 1e999'),
            "a huge number": genuine.replace(b'"p": 1', b'"p": 1' + b"0" * 5_000),
            "twice": genuine.replace(b'"p": 1', b'"p": 2, "p": {}, "p": 1'),
            "a lone surrogate": genuine.replace(b'"p": 1', b'"p": 1, "form": "\\ud800"'),
            "raw NUL": genuine.replace(b'"p": 1', b'"p": 1, "form": "\x00"'),
            "UTF-16": genuine.decode().encode("utf-16"),
            "not UTF-8": genuine.replace(b'"p": 1', b'"form": "\xff\xfe"'),
            "a list": b"[" + genuine + b"]",
            "text": json.dumps(genuine.decode()).encode(),
            "nothing": b"",
            "null": b"null",
            "a byte order mark": b"\xef\xbb\xbf" + genuine,
            "1 MB": genuine.replace(b'"p": 1', b'"p": 1, "x": "' + b"a" * 1_000_000 + b'"'),
            "just below the limit": genuine.replace(b'"p": 1', b'"p": 1, "f.list": "' + b"a," * 120_000 + b'"'),
            "noise": self.chance.randbytes(200),
        }
        kind = self.chance.choice(list(bodies))
        headers = self._headers()
        if self.chance.random() < 0.25:
            kind = "another content type"
            headers["Content-Type"] = self.chance.choice(
                ("text/plain", "application/xml", "multipart/form-data; boundary=x", "application/json; charset=utf-16",
                 "application/x-www-form-urlencoded", "", "application/json;;;", "a" * 300)
            )  # fmt: skip
        elif self.chance.random() < 0.1:
            kind, headers["Content-Encoding"] = "an encoding", self.chance.choice(("gzip", "deflate", "br", "nonsense"))
        return Sending("a: malformed", bodies.get(kind, genuine), headers, who, kind)

    def unproven(self) -> Sending:
        """A genuine press with a token that is none of Teams's."""
        who = self._who()
        head, payload, signature = self.token.split(".")
        tokens = (
            "", "Bearer", f"Basic {self.token}", f"Bearer {head}.{payload}.", "Bearer ..", "Bearer " + "a" * 4_000,
            f"Bearer {head}.{payload}.{signature[::-1]}", f"Bearer {head}.{payload[:-4]}AAAA.{signature}",
            f"Bearer {self.token} {self.token}", f"Bearer eyJhbGciOiJub25lIn0.{payload}.", "Bearer \u00e9",
            f"bearer\t{self.token}x",
        )  # fmt: skip
        headers = {"Content-Type": "application/json", "Authorization": self.chance.choice(tokens)}
        body = json.dumps(self._press(who, {"p": self._numbers(who)["p"]})).encode()
        return Sending("a: broken token", body, headers, who, headers["Authorization"][:40], let_in=False)

    # (b) genuine activities, changed

    def activity(self) -> Sending:
        """An activity of some type with one to three of its fields dropped, retyped or swapped."""
        who = self._who()
        kind = self.chance.choice(("press", "message", "consent", "update", "installation", "invoke", "odd", "submit"))
        made = self._of_kind(kind, who)
        for _ in range(self.chance.choice((0, 1, 1, 2, 3))):
            self._change(made)
        return self._sending("b: activities", made, who, kind)

    def _of_kind(self, kind: str, who: str) -> Json:
        one, url = self.person(who), self.two.group.teams.url
        team: dict[str, Any] = {"team": self.two.group.teams.team} if self.chance.random() < 0.4 else {}
        row = self.chance.choice(ROWS)
        data = self._data(who, row.data)
        if kind == "message":
            made = inbound.message(one, self.chance.choice(("help", "status", *nasty.TEXTS.values())), url, **team)
            if self.chance.random() < 0.3:
                made["attachments"] = [self._attachment()]
            return made
        if kind == "consent":
            context = {"p": self._numbers(who)["p"], "file": self.chance.choice(("record", "answer", self.value()))}
            info = {"uploadUrl": f"{url}/up", "name": "a.docx", "contentUrl": url, "uniqueId": "1"}
            value = {"type": "fileUpload", "action": "accept", "context": context | data, "uploadInfo": info}
            return inbound.invoke(one, "fileConsent/invoke", value, url)
        if kind == "update":
            made = inbound.activity("conversationUpdate", one, url, **team)
            made["channelData"]["eventType"] = self.chance.choice(EVENTS)
            for name in ("membersAdded", "membersRemoved"):
                if self.chance.random() < 0.5:
                    others = self.chance.sample(sorted(self.two.ours.people), 2)
                    made[name] = [self._account(self.two.ours.people[key]) for key in others]
            return made
        if kind == "installation":
            action = self.chance.choice(("add", "remove", "add-upgrade", "nonsense"))
            return inbound.activity("installationUpdate", one, url, **team) | {"action": action}
        if kind == "invoke":
            return inbound.invoke(one, self.chance.choice(INVOKES), self.value(), url)
        if kind == "submit":
            return inbound.submit(one, data | {"verb": row.verb}, url, **team)
        if kind == "odd":
            types = ("typing", "messageReaction", "messageDelete", "endOfConversation", "event", "nonsense", "Message")
            return inbound.activity(self.chance.choice(types), one, url, **team)
        return inbound.press(one, row.verb, data, url, on=str(self.chance.randrange(10**6)), **team)

    def _account(self, one: Person) -> Json:
        return {"id": one.teams_id, "name": one.name, "aadObjectId": one.object_id}

    def _attachment(self) -> Any:
        content = {"downloadUrl": f"{self.two.group.teams.url}/none.xlsx", "uniqueId": "1", "fileType": "xlsx"}
        kind = "application/vnd.microsoft.teams.file.download.info"
        sound = {"contentType": kind, "name": self.chance.choice(("list.xlsx", "../../x.xlsx")), "content": content}
        return self.chance.choice((sound, sound, {"contentType": kind, "content": []}, self.value()))

    def _change(self, made: Json) -> None:
        """Drop, retype, swap or nest one field, of the activity or of something within it."""
        part: Any = made
        while isinstance(part, dict) and part and self.chance.random() < 0.5:
            inner = [one for one in part.values() if isinstance(one, dict) and one]
            if not inner:
                break
            part = self.chance.choice(inner)
        if not isinstance(part, dict) or not part:
            return
        key = self.chance.choice(sorted(part))
        match self.chance.choice(("drop", "retype", "swap", "add", "again")):
            case "drop":
                del part[key]
            case "retype":
                part[key] = self._harmless_in_logs()
            case "swap":
                other = self.chance.choice(sorted(part))
                if "text" not in (key, other):
                    part[key], part[other] = part[other], part[key]
            case "add":
                part[self.chance.choice(ENVELOPE)] = self._harmless_in_logs()
            case _:
                part[key] = copy.deepcopy(made) if self.chance.random() < 0.2 else [part[key]]

    def _harmless_in_logs(self) -> Any:
        """A value for the envelope, parts of which may stand in our log: nothing of what a person wrote."""
        value = self.value()
        return value.replace(nasty.MARK, "x") if isinstance(value, str) else value

    # (c) every button and every word, by everybody

    def _world(self, who: str) -> World:
        return self.two.theirs if who.startswith("their ") else self.two.ours

    def _numbers(self, who: str) -> dict[str, Any]:
        return self._world(who).numbers

    def _other(self, who: str) -> dict[str, Any]:
        return (self.two.ours if who.startswith("their ") else self.two.theirs).numbers

    def _data(self, who: str, row: Mapping[str, Any]) -> Json:
        """A row's data for the sender's partnership, changed or not."""
        numbers = self._numbers(who)
        if self.chance.random() < 0.12:
            numbers = self._other(who)
        data: Json = {"p": self._numbers(who)["p"]} | copy.deepcopy(filled(row, numbers))
        if self.chance.random() < 0.05:
            data["p"] = self._other(who)["p"]
        for _ in range(self.chance.choice((0, 0, 1, 1, 2, 4))):
            self._change_data(data, who)
        return data

    def _change_data(self, data: Json, who: str) -> None:
        key = self.chance.choice(sorted(data)) if data else "p"
        match self.chance.choice(("drop", "value", "value", "text", "add", "other", "all", "dotted")):
            case "drop":
                data.pop(key, None)
            case "value":
                data[key] = self.value()
            case "text":
                texts = [name for name, held in data.items() if isinstance(held, str)]
                if texts:
                    data[self.chance.choice(texts)] = self.chance.choice(list(nasty.TEXTS.values()))
            case "add":
                data[self.chance.choice(NAMES)] = self.value()
            case "other":
                for name, number in self._other(who).items():
                    if data.get(key) == self._numbers(who).get(name):
                        data[key] = number
                        return
            case "all":
                if self.chance.random() < 0.2:
                    value = self.value()
                    data |= {name: value for name in data if name != "p"}
            case _:
                stem = key.rpartition(".")[0] or self.chance.choice(("f", "w0", "w1", "meeting.x", "x", ""))
                data[f"{stem}.{self.chance.choice(NAMES)}"] = self.value()

    def _press(self, who: str, data: Json, verb: str = "ask.run") -> Json:
        return inbound.press(self.person(who), verb, data, self.two.group.teams.url)

    def from_table(self) -> Sending:
        """A verb of the table, with the smallest data that it needs, changed."""
        who, row = self._who(), self.chance.choice(ROWS)
        where: dict[str, Any] = {"team": self.two.group.teams.team} if row.here == "channel" else {}
        if self.chance.random() < 0.1:
            where = {} if where else {"team": self.two.group.teams.team}
        on = str(self.chance.randrange(10**6)) if self.chance.random() < 0.3 else ""
        build = inbound.refresh if self.chance.random() < 0.05 else inbound.press
        made = build(self.person(who), row.verb, self._data(who, row.data), self.two.group.teams.url, on=on, **where)
        return self._sending("c: buttons of the table", made, who, row.verb)

    def words(self) -> Sending:
        """Something typed: a command, with or without a target, or anything."""
        who, word = self._who(), self.chance.choice(commands()).word
        target = self.chance.choice(("", "", *TARGETS, *nasty.TEXTS.values(), self.value()))
        text = f"{self.chance.choice((word.name, *word.phrases))} {target if isinstance(target, str) else ''}"[:90_000]
        if self.chance.random() < 0.15:
            text = self.chance.choice(list(nasty.TEXTS.values()))
        where: dict[str, Any] = {"team": self.two.group.teams.team} if self.chance.random() < 0.25 else {}
        made = inbound.message(self.person(who), text, self.two.group.teams.url, **where)
        return self._sending("c: words", made, who, word.name)

    # (d) cards that were really shown, filled in, pressed later or twice

    def from_card(self) -> Sending:
        """A button of a card that somebody was shown, its inputs filled in well or badly."""
        if not self.seen:
            return self.from_table()
        who, card = self.seen[int(len(self.seen) * self.chance.random() ** 0.5)]
        presses = [one for one in walk(card) if one.get("type") == "Action.Execute"]
        if not presses:
            return self.from_table()
        action = self.chance.choice(presses)
        data = copy.deepcopy(action.get("data", {}))
        asked = [one for one in walk(card) if str(one.get("type", "")).startswith("Input.")]
        if action.get("associatedInputs") != "none":
            data |= {one["id"]: self._typed(one) for one in asked}
        filled = copy.deepcopy(data)
        if self.chance.random() < 0.15:
            self._change_data(data, who)
        pressing = self._who() if self.chance.random() < 0.1 else who
        made = self._press(pressing, data, action["verb"])
        sent = self._sending("d: buttons of shown cards", made, pressing, action["verb"])
        if pressing == who and filled == data:
            sent.filled = filled
            sent.lengths = {one["id"]: one.get("maxLength", 0) for one in asked if one["type"] == "Input.Text"}
        return sent

    def _typed(self, one: Json) -> Any:
        """What somebody enters in an input: mostly what it asks for, sometimes anything."""
        if self.chance.random() < 0.06:
            return self.value()
        if self.chance.random() < 0.25:
            return one.get("value", "")
        match one["type"]:
            case "Input.ChoiceSet":
                offered = [choice["value"] for choice in one.get("choices", [])]
                if one.get("isMultiSelect"):
                    return ",".join(self.chance.sample(offered, self.chance.randint(0, len(offered))))
                return self.chance.choice(offered) if offered else ""
            case "Input.Date":
                return self.chance.choice(nasty.DATES[:2] if self.chance.random() < 0.5 else nasty.DATES)
            case "Input.Number":
                return self.chance.choice(("1", "40", 7, -1, "1.5", "x"))
            case "Input.Time":
                return self.chance.choice(("14:00", "25:61", "", "9"))
            case "Input.Toggle":
                return self.chance.choice(("true", "false", "maybe"))
        texts = list(nasty.TEXTS.values())
        text = self.chance.choice(("A few plain words.", *texts))
        most = one.get("maxLength")
        return text[:most] if isinstance(most, int) and self.chance.random() < 0.8 else text

    def again(self) -> Sending:
        """Exactly what was sent before, as Teams does when it has had no answer in time."""
        if not self.sent:
            return self.words()
        before = self.chance.choice(self.sent)
        return Sending("d: sent again", before.body, before.headers, before.who, before.about, before.let_in)


__all__ = ["Maker", "Sending"]
