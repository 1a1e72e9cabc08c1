"""Faults that a script orders: what X does on a bad day, for a number of calls to one endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

ANY = "*"
QUIRKS = frozenset({"repeat_token", "empty_history"})


@dataclass(slots=True)
class Fault:
    """One order.

    `endpoint` is a name of `local.x.endpoints.ENDPOINTS` or `*`; the fault strikes `times` calls after letting `skip`
    through. It waits `delay` seconds, then answers `status` (with `title` or `body` of its own) and `headers`;
    `drop` closes the connection instead. With `after_commit` the call takes effect first, so that the answer is
    what is lost. `quirk` bends an answer that succeeds: `repeat_token` gives back the page token that was sent,
    `empty_history` gives `[""]` as edit history.
    """

    endpoint: str = ANY
    status: int | None = None
    times: int = 1
    skip: int = 0
    title: str | None = None
    body: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: bool = False
    after_commit: bool = False
    quirk: str | None = None


def fault_of(order: Mapping[str, Any], endpoints: frozenset[str]) -> Fault:
    """Read an order.

    Raises:
        ValueError: it names what does not exist, or orders nothing.
    """
    try:
        fault = Fault(**order)
    except TypeError as error:
        raise ValueError(f"not a fault: {error}") from error
    if fault.endpoint != ANY and fault.endpoint not in endpoints:
        raise ValueError(f"no endpoint {fault.endpoint!r}; there are {', '.join(sorted(endpoints))} and {ANY}")
    if fault.quirk is not None and fault.quirk not in QUIRKS:
        raise ValueError(f"no quirk {fault.quirk!r}; there are {', '.join(sorted(QUIRKS))}")
    if not (fault.status or fault.drop or fault.delay or fault.quirk):
        raise ValueError("a fault needs a status, drop, delay or quirk")
    return fault


class Faults:
    """The orders that still stand, oldest first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._standing: list[Fault] = []

    def order(self, fault: Fault) -> None:
        """Let this happen."""
        with self._lock:
            self._standing.append(fault)

    def clear(self) -> None:
        """Let nothing more happen."""
        with self._lock:
            self._standing.clear()

    def standing(self) -> list[Fault]:
        """What is still to happen."""
        with self._lock:
            return list(self._standing)

    def take(self, endpoint: str) -> Fault | None:
        """The fault that strikes this call, used up by it."""
        with self._lock:
            for fault in self._standing:
                if fault.endpoint not in (ANY, endpoint):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self._standing.remove(fault)
                return fault
        return None
