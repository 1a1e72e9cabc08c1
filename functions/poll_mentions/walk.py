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
) -> Walked:
    """Ask for page after page and keep each before the next is asked for.

    The walk is whole once it passed `floor` or X has no next page. What `keep` raises ends it: a page that was not
    kept must not count as seen.
    """
    walked, token, tokens = Walked(), None, set[str]()
    while True:
        try:
            page = ask(token)
        except (XError, BreakerOpen) as exc:
            return replace(walked, stop=stop_of(exc), detail=str(exc))
        keep(page)
        before, walked = walked, _with_page(walked, page)
        token = page.next_token
        stop = _end(before, walked, page, floor, tokens)
        if stop is None and not may_go_on():
            stop = Stop.DEADLINE
        if stop is not None:
            return replace(walked, stop=stop)
        tokens.add(token or "")


def oldest_of(page: Page) -> str | None:
    """The lowest id on a page, by X's word and by what it shows; None for an empty page."""
    ids = [post.id for post in page.posts] + ([page.oldest_id] if page.oldest_id else [])
    return min(ids, key=int, default=None)


def _newest_of(page: Page) -> str | None:
    ids = [post.id for post in page.posts] + ([page.newest_id] if page.newest_id else [])
    return max(ids, key=int, default=None)


def _with_page(walked: Walked, page: Page) -> Walked:
    ids = [each for each in (walked.oldest_id, oldest_of(page)) if each]
    return Walked(
        newest_id=walked.newest_id or _newest_of(page),
        oldest_id=min(ids, key=int, default=None),
        pages=walked.pages + 1,
        seen=walked.seen + page.count,
    )


def _end(before: Walked, walked: Walked, page: Page, floor: str, tokens: set[str]) -> Stop | None:
    """Why this page was the last, or None."""
    oldest = oldest_of(page)
    if oldest and int(oldest) <= int(floor):
        return Stop.WHOLE
    if not page.next_token:
        # Posts that X counts in its 800 but does not show make the sum fall short, so pages count too.
        at_reach = walked.seen >= REACH or walked.pages * _FULL_PAGE >= REACH
        return Stop.REACH if at_reach else Stop.WHOLE
    went_down = not oldest or not before.oldest_id or int(oldest) < int(before.oldest_id)
    return Stop.REPEATED if page.next_token in tokens or not went_down else None
