"""How the posts of a period performed, and which did best and worst."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from desk.posts.model import Post
from desk.posts.performance import MEASURED, MeasuredAge, Performance, comparisons

RANKED_AT = MeasuredAge.DAY
"""Posts are ranked by their reactions at this age, which those of a week have by its end, but for the last day's."""

_LEAST_RANKED = 3
"""Of fewer posts, none is the best or the weakest."""


class ComparedPost(NamedTuple):
    """The text of a post, its measurements, and how many times the usual they are where that can be told.

    The kind of the performance is None if people wrote the post on X itself.
    """

    text: str
    performance: Performance
    compared: Mapping[MeasuredAge, float] = {}


class PostPerformances(NamedTuple):
    """The measured posts of a period, the earliest first, and how many others have no measurement."""

    posts: tuple[ComparedPost, ...]
    unmeasured: int = 0

    @property
    def best(self) -> ComparedPost | None:
        """The post with the most reactions after a day; None if fewer than three have that measurement."""
        return self._ranked[-1] if len(self._ranked) >= _LEAST_RANKED else None

    @property
    def weakest(self) -> ComparedPost | None:
        """The post with the fewest reactions after a day; None if fewer than three have that measurement."""
        return self._ranked[0] if len(self._ranked) >= _LEAST_RANKED else None

    @property
    def _ranked(self) -> Sequence[ComparedPost]:
        measured = [each for each in self.posts if RANKED_AT in each.performance.measured]
        return sorted(measured, key=lambda each: each.performance.measured[RANKED_AT].reactions)


def post_performances(published: Sequence[Post], known: Sequence[Performance], since: datetime) -> PostPerformances:
    """How the posts of the period that begins at `since` performed.

    `published` are those of the desk. `known` are the measurements of all, and of the posts of some months before.
    """
    texts = {each.x_id: each.text for each in known if each.kind is None and _counts(each, since)}
    texts |= {post.x_id: post.text for post in published if post.kind in MEASURED and post.x_id}
    measured = [
        ComparedPost(texts[each.x_id], each, comparisons(each, known))
        for each in known
        if each.x_id in texts and each.measured
    ]
    return PostPerformances(tuple(measured), unmeasured=len(texts) - len(measured))


def _counts(performance: Performance, since: datetime) -> bool:
    """Whether a post that people wrote on X counts: one that they deleted before it was measured does not."""
    return performance.published_at >= since and bool(performance.measured or not performance.gone_at)
