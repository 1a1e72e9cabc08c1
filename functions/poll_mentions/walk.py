"""One walk over X's pages, from the newest post down to a floor."""

from collections.abc import Callable
from copy import replace
from typing import NamedTuple

from desk.errors import BreakerOpen, XError
from desk.ports.x import Page
from poll_mentions.stop import Stop, stop_of

REACH = 800
"""X's mentions timeline shows no more than this many of the newest posts."""
_FULL_PAGE = 100


class Walked(NamedTuple):
    """How far a walk came.

    `newest_id` is that of the first page which had any, `seen` counts by X's own word, `detail` is what X said when it
    refused.
    """

    newest_id: str | None = None
    oldest_id: str | None = None
    pages: int = 0
    seen: int = 0
    stop: Stop = Stop.WHOLE
    detail: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether everything down to the floor was seen."""
        return self.stop is Stop.WHOLE


def walk(
    ask: Callable[[str | None], Page],
    keep: Callable[[Page], None],
    *,
    floor: str,
    may_go_on: Callable[[], bool],
    has_enough: Callable[[], bool] = lambda: False,
) -> Walked:
    """Ask for page after page and keep each before the next is asked for.

    The walk is whole once it passed `floor` or X has no next page. What `keep` raises ends it: a page that was not
    kept must not count as seen. `has_enough` says whether the rest down to the floor can be left for later.
    """
    walked, token, seen = Walked(), None, _Seen()
    while True:
        try:
            page = ask(token)
        except (XError, BreakerOpen) as exc:
            return replace(walked, stop=stop_of(exc), detail=str(exc))
        keep(page)
        walked, token = _with_page(walked, page), page.next_token
        stop = _end(walked, page, floor, seen)
        if stop is None and has_enough():
            stop = Stop.KNOWN
        if stop is None and not may_go_on():
            stop = Stop.DEADLINE
        if stop is not None:
            return replace(walked, stop=stop)


def ids_on(page: Page) -> list[str]:
    """The ids of a page, by X's word and by what it shows; none for an empty page."""
    ends = [each for each in (page.newest_id, page.oldest_id) if each]
    return [*(post.id for post in page.posts), *(each.id for each in page.unparsable if each.id), *ends]


class _Seen:
    """Ids and page tokens that a walk has met."""

    def __init__(self) -> None:
        self._ids = set[str]()
        self._tokens = set[str]()

    def is_repeated(self, page: Page) -> bool:
        """Whether the page, or the one that it names as the next, was met before; it counts as met from now on.

        A page that goes no further down may all the same be a new one: X may show posts of one second in any order.
        """
        ids, token = set(ids_on(page)), page.next_token or ""
        is_repeated = token in self._tokens or (bool(ids) and ids <= self._ids)
        self._ids |= ids
        self._tokens.add(token)
        return is_repeated


def _with_page(walked: Walked, page: Page) -> Walked:
    ids = ids_on(page)
    return Walked(
        newest_id=walked.newest_id or max(ids, key=int, default=None),
        oldest_id=min([*ids, *([walked.oldest_id] if walked.oldest_id else [])], key=int, default=None),
        pages=walked.pages + 1,
        seen=walked.seen + page.count,
    )


def _end(walked: Walked, page: Page, floor: str, seen: _Seen) -> Stop | None:
    """Why this page was the last, or None."""
    if any(int(each) <= int(floor) for each in ids_on(page)):
        return Stop.WHOLE
    if not page.next_token:
        # Posts that X counts in its 800 but does not show make the sum fall short, so pages count too.
        at_reach = walked.seen >= REACH or walked.pages * _FULL_PAGE >= REACH
        return Stop.REACH if at_reach else Stop.WHOLE
    return Stop.REPEATED if seen.is_repeated(page) else None
