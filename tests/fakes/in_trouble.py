"""A store in memory that fails as a test tells it to, and the death of a process."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from desk.errors import StoreBusy


class Killed(BaseException):
    """The process is gone: nothing that follows happens, no cleaning up either."""


@dataclass(kw_only=True)
class InTrouble:
    """What goes wrong with a store's methods, by their names; its methods call `_begin` and, having written, `_end`.

    `busy` are methods that always fail, or ids for which methods fail; `fail_before` and `fail_after` fail one call for
    each time a method is named there, without having done it or after having done it; what `meanwhile` has for a method
    runs once before its next call, as if somebody else had come in between. `calls` counts them.
    """

    busy: set[str] = field(default_factory=set)
    fail_before: list[str] = field(default_factory=list)
    fail_after: list[str] = field(default_factory=list)
    meanwhile: dict[str, list[Callable[[], object]]] = field(default_factory=lambda: defaultdict(list))
    calls: Counter[str] = field(default_factory=Counter)

    def _begin(self, method: str, *about: str) -> None:
        """Fail the call if the method or something that the call is about is busy."""
        self.calls[method] += 1
        if self.meanwhile[method]:
            self.meanwhile[method].pop(0)()
        if self.busy & {method, *about}:
            raise StoreBusy(method)
        if method in self.fail_before:
            self.fail_before.remove(method)
            raise StoreBusy(method)

    def _end(self, method: str) -> None:
        if method in self.fail_after:
            self.fail_after.remove(method)
            raise StoreBusy(f"{method}, the answer was lost")
