"""Heartbeats and failed events in memory."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from desk.clock import scheduled_time
from desk.health.failed_events import FailedEvent


class FakeHeartbeats:
    """Heartbeats in a dictionary."""

    def __init__(self) -> None:
        self.beats: dict[str, datetime] = {}

    def beat(self, event: Mapping[str, Any]) -> None:
        if name := event.get("schedule"):
            at = scheduled_time(event)
            self.beats[name] = max(at, self.beats.get(name, at))

    def last(self, names: Collection[str], now: datetime) -> Mapping[str, datetime]:
        return {name: self.beats.setdefault(name, now) for name in names}

    def recorded(self) -> Mapping[str, datetime]:
        return dict(self.beats)


class FakeFailedEvents:
    """Failed events by their ids. With `fails`, the next call does what it names and raises."""

    def __init__(self, *events: FailedEvent) -> None:
        self.events = {event.id: event for event in events}

    def keep(self, event: FailedEvent) -> None:
        self.events.setdefault(event.id, event)

    def all(self) -> Sequence[FailedEvent]:
        return sorted(self.events.values(), key=lambda each: (each.at, each.id))

    def report(self, event: FailedEvent) -> None:
        if event.id in self.events:
            self.events[event.id] = self.events[event.id]._replace(reported=True)

    def begin_retry(self, event: FailedEvent, by: str, at: datetime) -> bool:
        if self._differs(event):
            return False
        self.events[event.id] = self.events[event.id]._replace(retried_at=at, retried_by=by)
        return True

    def remove(self, event: FailedEvent) -> bool:
        if self._differs(event):
            return False
        del self.events[event.id]
        return True

    def _differs(self, event: FailedEvent) -> bool:
        stored = self.events.get(event.id)
        return stored is None or stored.retried_at != event.retried_at


class FakeDeadLetters:
    """Queues with these events; one whose deletion `fails` comes again."""

    def __init__(self, *events: FailedEvent) -> None:
        self.waiting = list(events)
        self.fails = False

    def hand_over(self, now: datetime, keep: Callable[[FailedEvent], None], has_time: Callable[[], bool]) -> None:
        while has_time() and self.waiting:
            keep(self.waiting[0]._replace(at=now))
            if self.fails:
                self.fails = False
                raise TimeoutError
            del self.waiting[0]
