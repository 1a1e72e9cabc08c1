"""Routes of a function that serves all paths below one: found by method and pattern, some of them loaded late."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, Protocol


class Matched(Protocol):
    """What a route has besides its view: `pattern` is a path such as `case/{case_id}/send`."""

    @property
    def method(self) -> str:
        """`GET` or `POST`."""
        ...

    @property
    def pattern(self) -> str:
        """The path; a name in braces stands for one part of it."""
        ...


class LaterRoutes[R: Matched](NamedTuple):
    """The routes of pages whose code is loaded when somebody first opens one of them, since it would slow every start.

    The first part of each of their paths is one of `names`, and of no other route.
    """

    names: frozenset[str]
    make: Callable[[], Iterable[R]]


class Routes[R: Matched]:
    """Finds the route of a path."""

    def __init__(self, routes: Iterable[R | LaterRoutes[R]]) -> None:
        self._later: list[LaterRoutes[R]] = []
        self._loaded: list[tuple[R, re.Pattern[str]]] = []
        for each in routes:
            if isinstance(each, LaterRoutes):
                self._later.append(each)
            else:
                self._loaded.append((each, _compiled(each.pattern)))

    def find(self, method: str, path: str) -> tuple[R, Mapping[str, str]] | None:
        """The route, and the values in the path by the names in its pattern; None without such a route."""
        name = path.partition("/")[0]
        for later in [each for each in self._later if name in each.names]:
            self._loaded += [(route, _compiled(route.pattern)) for route in later.make()]
            self._later.remove(later)
        for route, pattern in self._loaded:
            if route.method == method and (found := pattern.fullmatch(path)):
                return route, found.groupdict()
        return None


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]{1,200})", re.escape(pattern)))
