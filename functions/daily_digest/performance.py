"""How the posts of a period performed, and which did best and worst."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from desk.posts.model import Post
from desk.posts.performance import MEASURED, Mark, Performance, comparisons

RANKED_AT = Mark.DAY
"""Posts are ranked by their reactions at this age, which those of a week have by its end, but for the last day's."""

_LEAST_RANKED = 3
"""Of fewer posts, none is the best or the weakest."""


class MeasuredPost(NamedTuple):
    """A post of the period with its measurements, and how many times the usual they are where that can be told."""

    post: Post
    performance: Performance
    compared: Mapping[Mark, float] = {}


class PostPerformances(NamedTuple):
    """The measured posts of a period, the earliest first, and how many others have no measurement."""

    posts: tuple[MeasuredPost, ...]
    unmeasured: int = 0

    @property
    def best(self) -> MeasuredPost | None:
        """The post with the most reactions after a day; None if fewer than three have that measurement."""
        return self._ranked[-1] if len(self._ranked) >= _LEAST_RANKED else None

    @property
    def weakest(self) -> MeasuredPost | None:
        """The post with the fewest reactions after a day; None if fewer than three have that measurement."""
        return self._ranked[0] if len(self._ranked) >= _LEAST_RANKED else None

    @property
    def _ranked(self) -> Sequence[MeasuredPost]:
        measured = [each for each in self.posts if RANKED_AT in each.performance.measured]
        return sorted(measured, key=lambda each: each.performance.measured[RANKED_AT].reactions)


def post_performances(published: Sequence[Post], known: Sequence[Performance]) -> PostPerformances:
    """How these posts performed. `known` are the measurements of them and of the posts of some months before."""
    by_id = {each.x_id: each for each in known if each.measured}
    on_timeline = [post for post in published if post.kind in MEASURED and post.x_id]
    measured = [
        MeasuredPost(post, by_id[post.x_id], comparisons(by_id[post.x_id], known))
        for post in on_timeline
        if post.x_id in by_id
    ]
    return PostPerformances(tuple(measured), unmeasured=len(on_timeline) - len(measured))
