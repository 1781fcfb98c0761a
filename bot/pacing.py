"""What Teams takes, and when: the limits per tenant and per conversation. Rules only; times are in seconds.

Teams takes, from one app, 50 requests in any second within a tenant, and in one conversation 7 in 1 s, 8 in 2 s,
60 in 30 s and 1,800 in an hour. A bucket that holds `most` and fills with `rate` a second lets through at most
`most + rate * t` in any t seconds: 5 + 1.5 t and 50 + 0.48 t stay within all four. Whoever begins with empty
buckets stays within them together with whoever sent before.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

TENANT_MOST: Final = 50
TENANT_WINDOW: Final = 1.035
"""A little more than a second, since what leaves evenly may arrive a little less so."""
TENANT_EVERY: Final = TENANT_WINDOW / TENANT_MOST
CATCH_UP: Final = 2 * TENANT_EVERY
"""How late the next one may be and the rhythm still be kept: after a longer pause there is no burst."""
CONVERSATION: Final = ((5.0, 1.5), (50.0, 0.48))
"""(most, rate): what may go to a conversation at once, and what a second after that."""
AFTER_TAKING_OVER: Final = 2.1
"""Until then no conversation's buckets hold a whole one, and the last second of whoever sent before is over."""
SEVERAL: Final = 3
"""So many conversations asked to wait at the same time mean that the whole tenant is."""
SAME_TIME: Final = 2.0
UNSAID: Final = 1.0
"""How long a tenant that was asked to wait is left alone where Teams did not say."""
_FULL_AFTER: Final = max(most / rate for most, rate in CONVERSATION)


@dataclass
class Sending:
    """One request, and when it left."""

    at: float


@dataclass
class _Tenant:
    due: float
    sent: list[Sending] = field(default_factory=list)
    complaints: deque[tuple[float, str, float]] = field(default_factory=lambda: deque(maxlen=SEVERAL))
    held: float = 0.0


@dataclass
class _Conversation:
    at: float
    levels: list[float]
    held: float = 0.0


class Pace:
    """How much was sent where, and how long the next one must wait. It begins without any allowance.

    What it remembers of a conversation it forgets when that has been quiet for two minutes.
    """

    def __init__(self, now: float) -> None:
        self._since = now
        self._tenants: dict[str, _Tenant] = {}
        self._conversations: dict[str, _Conversation] = {}
        self._swept = now

    def tenant_wait(self, tenant: str, now: float) -> float:
        """Seconds until the tenant takes one more."""
        known = self._tenants.get(tenant)
        if known is None:
            return 0.0
        earliest = max(known.due, known.held)
        if len(known.sent) == TENANT_MOST:
            earliest = max(earliest, min(one.at for one in known.sent) + TENANT_WINDOW)
        return max(0.0, earliest - now)

    def held(self, now: float) -> dict[str, float]:
        """The tenants that were asked to wait, and for how many seconds still."""
        return {tenant: known.held - now for tenant, known in self._tenants.items() if known.held > now}

    def conversation_wait(self, conversation: str, now: float) -> float:
        """Seconds until the conversation takes one more."""
        levels, held = self._levels(conversation, now)
        short = max((1.0 - level) / rate for level, (_, rate) in zip(levels, CONVERSATION, strict=True))
        return max(0.0, short, held - now)

    def note(self, tenant: str, conversation: str, now: float) -> Sending:
        """One is sent now; `left` mends the moment where it leaves a little later."""
        known = self._tenants.setdefault(tenant, _Tenant(now))
        known.due = max(known.due, now - CATCH_UP) + TENANT_EVERY
        if len(known.sent) == TENANT_MOST:
            known.sent.remove(min(known.sent, key=lambda one: one.at))
        sending = Sending(now)
        known.sent.append(sending)
        levels, held = self._levels(conversation, now)
        self._conversations[conversation] = _Conversation(now, [level - 1.0 for level in levels], held)
        self._sweep(now)
        return sending

    def left(self, tenant: str, sending: Sending, now: float) -> None:
        """It left only now: a machine that stood still for a while has sent nothing meanwhile."""
        sending.at = now
        if (known := self._tenants.get(tenant)) is not None:
            known.due = max(known.due, now - CATCH_UP + TENANT_EVERY)

    def told_to_wait(self, tenant: str, conversation: str, seconds: float | None, now: float) -> None:
        """Teams asked to wait: that conversation does, and the whole tenant where several were asked at once."""
        known = self._tenants.setdefault(tenant, _Tenant(now))
        wait = UNSAID if seconds is None else seconds
        levels, held = self._levels(conversation, now)
        self._conversations[conversation] = _Conversation(now, levels, max(held, now + wait))
        recent = [one for one in known.complaints if one[0] > now - SAME_TIME and one[1] != conversation]
        known.complaints = deque([*recent, (now, conversation, wait)], maxlen=SEVERAL)
        if len(known.complaints) == SEVERAL:
            known.held = max(known.held, now + max(one[2] for one in known.complaints))

    def _levels(self, conversation: str, now: float) -> tuple[list[float], float]:
        known = self._conversations.get(conversation)
        at, before = (self._since, [0.0, 0.0]) if known is None else (known.at, known.levels)
        gone = max(0.0, now - at)
        filled = zip(before, CONVERSATION, strict=True)
        return [min(most, level + rate * gone) for level, (most, rate) in filled], known.held if known else 0.0

    def _sweep(self, now: float) -> None:
        """Forget what is as if it had never been: conversations whose buckets are full again."""
        if now < self._swept + _FULL_AFTER or now < self._since + _FULL_AFTER:
            return
        self._swept = now
        for conversation, known in list(self._conversations.items()):
            if known.held <= now and known.at + _FULL_AFTER <= now:
                del self._conversations[conversation]
