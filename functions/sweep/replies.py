"""Updates cases with the outcomes of their replies that the publisher could not record."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile

from desk.cases.model import Case
from desk.cases.store import CaseStore
from desk.concerned import concerns
from desk.errors import isolated
from desk.posts.model import FINAL, Post
from desk.posts.settle import whole_reply
from desk.posts.store import PostStore
from desk.replies.outcome import ReplyOutcomes

_CASES = 200
_POSTS = 1_000
_LONGEST = timedelta(seconds=45)
"""How long a run looks at replies; mentions are swept after them."""
_LOOK_BACK = timedelta(hours=1)
"""How far back finished replies are read whose cases no longer wait for them."""
_CLOCK_SKEW = timedelta(minutes=1)
"""How far another machine's clock may be ahead."""


@dataclass(slots=True)
class RepliesReport:
    """How many cases got the outcome of their reply, and for how many others the reply was never stored.

    `failures` says why something must be tried again, by `case#<id>`, or by `replies` for everything.
    """

    updated: int = 0
    not_stored: int = 0
    failures: dict[str, str] = field(default_factory=dict)


class SweepReplies:
    """Brings cases up to date with their replies. `clock` is the wall clock, by which replies were queued."""

    def __init__(
        self, cases: CaseStore, posts: PostStore, outcomes: ReplyOutcomes, clock: Callable[[], datetime]
    ) -> None:
        self._cases = cases
        self._posts = posts
        self._outcomes = outcomes
        self._clock = clock

    def sweep(self, has_time: Callable[[], bool]) -> RepliesReport:
        """Check the replies for which cases wait, then those that finished lately.

        Raises nothing, so that the sweep goes on with mentions. `has_time` says whether to go on.
        """
        report, ends = RepliesReport(), self._clock() + _LONGEST

        def goes_on() -> bool:
            return has_time() and self._clock() < ends

        with isolated(report.failures, "replies"):
            for case in takewhile(lambda _: goes_on(), self._cases.queued(limit=_CASES)):
                with concerns(case=case.id), isolated(report.failures, f"case#{case.id}"):
                    self._check(case, report)
        with isolated(report.failures, "replies"):
            for post in takewhile(lambda _: goes_on(), self._finished()):
                with concerns(post=post.id, case=post.case_id or ""), isolated(report.failures, f"case#{post.case_id}"):
                    report.updated += self._outcomes.on_finished(whole_reply(post, self._posts))
        return report

    def _check(self, case: Case, report: RepliesReport) -> None:
        post = self._posts.get(case.post_id) if case.post_id else None
        if post:
            report.updated += self._outcomes.on_finished(whole_reply(post._replace(case_id=case.id), self._posts))
        elif self._outcomes.on_never_stored(case, self._clock()):
            report.not_stored += 1

    def _finished(self) -> Iterator[Post]:
        """Finished replies; cases that were closed, handed over or opened again meanwhile do not wait for them."""
        now = self._clock()
        for state in sorted(FINAL):
            posts = self._posts.between(state, now - _LOOK_BACK, now + _CLOCK_SKEW, limit=_POSTS)
            yield from (post for post in posts if post.case_id)
