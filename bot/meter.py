"""The figures of this process, in a registry of its own. No label holds an agency, a person or a learning item (I2)."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest

from bot.edge.visit import OUTCOMES, Visit

ANSWERS: Final = ("saved", "repeated", "to_mend", "asked_first", "not_saved")
ENDS: Final = ("delivered", "unsure", "refused", "skipped", "later")
REMINDERS: Final = frozenset({"nudge", "nudge_by_officer"})
"""The kinds of notices that remind an agency of what it owes."""
_NOT_KEPT: Final = frozenset({"not_saved", "slow", "failed"})
_STEPS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Meter:
    """Counts what happens. What is counted only in the database is added when somebody looks (`bot/figures.py`)."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter("loop_requests", "Requests by how they ended.", ["outcome"], registry=self.registry)
        self._seconds = Histogram(
            "loop_request_seconds", "How long requests took that were let in.", buckets=_STEPS, registry=self.registry
        )
        self._answers = Counter(
            "loop_answers", "Agencies' answers by what became of them.", ["outcome"], registry=self.registry
        )
        self._deliveries = Counter(
            "loop_deliveries", "Cards by how an attempt to send them ended.", ["state"], registry=self.registry
        )
        self._chasers = Counter("loop_chasers_sent", "Reminders that were delivered.", registry=self.registry)
        for outcome in OUTCOMES:
            self._requests.labels(outcome)
        for answer in ANSWERS:
            self._answers.labels(answer)
        for state in ENDS:
            self._deliveries.labels(state)

    def seen(self, visit: Visit) -> None:
        """Count a request that has ended, and the answer in it."""
        self._requests.labels(visit.outcome).inc()
        if visit.outcome not in ("refused", "unavailable", "malformed"):
            self._seconds.observe(visit.seconds)
        if visit.answer:
            self._answers.labels("not_saved" if visit.outcome in _NOT_KEPT else visit.answer).inc()

    def sent(self, kind: str, state: str) -> None:
        """Count how an attempt to send a notice of a kind ended; `state` is one of ENDS."""
        self._deliveries.labels(state).inc()
        if state == "delivered" and kind in REMINDERS:
            self._chasers.inc()

    def written(self) -> bytes:
        """Every figure, as Prometheus reads it."""
        return generate_latest(self.registry)
