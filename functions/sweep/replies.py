"""Replies to cases: what became of them and their case has not heard, it hears now."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile

from desk.case import Case
from desk.ports.cases import CaseStore
from desk.ports.posts import PostStore
from desk.post import FINAL, Post
from post_update.told import CaseHears
from post_update.whole import whole_reply

_LIMIT = 200
_POSTS = 1_000
_AT_MOST = timedelta(seconds=45)
"""So long one run looks at replies; mentions wait behind them."""
_LOOK_BACK = timedelta(hours=1)
"""For so long it may have gone unheard what became of a reply for which its case no longer waits."""
_SOON = timedelta(minutes=1)
"""As far ahead as another machine's clock may be."""


@dataclass(slots=True)
class RepliesReport:
    """How many cases heard what became of their reply, and how many others that it was never stored."""

    heard: int = 0
    not_stored: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    """Why something must be tried again, by `case#<id>`, or `replies` for all of them."""


class SweepReplies:
    """The use case. `clock` is the machine's, by which replies were queued; `has_time` says whether to go on."""

    def __init__(self, cases: CaseStore, posts: PostStore, hears: CaseHears, clock: Callable[[], datetime]) -> None:
        self._cases = cases
        self._posts = posts
        self._hears = hears
        self._clock = clock

    def run(self, has_time: Callable[[], bool]) -> RepliesReport:
        """Look at what cases wait for, then at what has lately come to its end.

        Raises nothing: whatever goes wrong here must not cost the mentions their sweep.
        """
        report, ends = RepliesReport(), self._clock() + _AT_MOST

        def goes_on() -> bool:
            return has_time() and self._clock() < ends

        with _kept(report, "replies"):
            for case in takewhile(lambda _: goes_on(), self._cases.queued(limit=_LIMIT)):
                with _kept(report, f"case#{case.id}"):
                    self._look(case, report)
        with _kept(report, "replies"):
            for post in takewhile(lambda _: goes_on(), self._ended()):
                with _kept(report, f"case#{post.case_id}"):
                    report.heard += self._hears.hear(whole_reply(post, self._posts))
        return report

    def _look(self, case: Case, report: RepliesReport) -> None:
        post = self._posts.get(case.post_id) if case.post_id else None
        if post:
            report.heard += self._hears.hear(whole_reply(post._replace(case_id=case.id), self._posts))
        elif self._hears.never_stored(case, self._clock()):
            report.not_stored += 1

    def _ended(self) -> Iterator[Post]:
        """Replies that cases closed, handed on or opened again meanwhile do not wait for any more."""
        now = self._clock()
        for state in sorted(FINAL):
            posts = self._posts.between(state, now - _LOOK_BACK, now + _SOON, limit=_POSTS)
            yield from (post for post in posts if post.case_id)


@contextmanager
def _kept(report: RepliesReport, part: str) -> Iterator[None]:
    """A failure of this part is reported, and the next part goes on."""
    try:
        yield
    except Exception as exc:  # noqa: BLE001 - neither one case nor all of them may cost the others the sweep
        report.failures[part] = f"{type(exc).__name__}: {exc}"[:200]
