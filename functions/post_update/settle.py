"""Writing down what came of a post, against whatever else happened to it meanwhile."""

import logging
import math
from collections.abc import Callable
from datetime import datetime

from desk.errors import PostMoved, QueueUnavailable, StoreBusy
from desk.ports.posts import PostQueue, PostStore
from desk.post import FINAL, Post, PostState
from desk.post_steps import following, published, spent
from post_update.outcome import Outcome
from post_update.whole import whole_reply

_TRIES = 3
_LONGEST_DELAY = 900  # seconds; what is due later is woken by the sweep

_log = logging.getLogger(__name__)


class Settler:
    """Writes steps and has the next one woken. `clock` is the machine's.

    `hear` is told of every post that has come to its end here, of the two parts of a reply as of one; what it does not
    take in is the sweep's.
    """

    def __init__(
        self, store: PostStore, queue: PostQueue, clock: Callable[[], datetime], hear: Callable[[Post], object]
    ) -> None:
        self._store = store
        self._queue = queue
        self._clock = clock
        self._hear = hear

    def yielding(self, post: Post, seen: Post, outcome: Outcome) -> Outcome:
        """Take a step, unless others have changed the post meanwhile. Raises StoreBusy after bounded tries."""
        for attempt in range(1, _TRIES + 1):
            try:
                saved = self._store.save(post, seen)
            except PostMoved:
                return outcome if attempt > 1 else Outcome.NOTHING  # the first try's answer was lost
            except StoreBusy:
                if attempt == _TRIES:
                    raise
            else:
                self._tell(saved)
                break
        return outcome

    def said(self, mine: Post, x_id: str, micro_usd: int) -> Outcome:
        """Settle what X has confirmed: this wins over whatever others made of the post.

        Raises StoreBusy after bounded tries; a look will find the post then.
        """
        seen: Post | None = mine
        for attempt in range(1, _TRIES + 1):
            try:
                seen = self._written(mine.id, x_id, micro_usd, seen)
            except StoreBusy:
                if attempt == _TRIES:
                    raise
            if seen is None:
                return Outcome.PUBLISHED
        raise StoreBusy(f"{mine.id} stands on X as {x_id}, but moved {_TRIES} times while that was written")

    def wake(self, post: Post) -> None:
        """Have the next step taken in time; what is too far off, or does not get into the queue, is the sweep's."""
        delay = max(0, math.ceil((post.at - self._clock()).total_seconds()))
        if delay > _LONGEST_DELAY:
            return
        try:
            self._queue.send(post.id, delay_seconds=delay)
        except QueueUnavailable as exc:
            _log.warning("the post %s is left to the sweep: %s", post.id, exc)

    def _written(self, post_id: str, x_id: str, micro_usd: int, seen: Post | None) -> Post | None:
        """None when it is written; else the post as it has become."""
        if seen:
            try:
                saved = self._store.save(published(spent(seen, micro_usd), x_id, self._clock()), seen)
            except PostMoved:
                seen = self._store.get(post_id)
            else:
                if rest := following(saved, seen):
                    self.wake(rest)
                self._tell(saved)
                return None
        if seen and seen.state is PostState.PUBLISHED:
            if seen.x_id != x_id:
                _log.error("the post %s stands on X twice, as %s and as %s", post_id, seen.x_id, x_id)
            return None
        return seen

    def _tell(self, post: Post) -> None:
        """What is written is written: nothing that hearing of it meets may have the step taken again."""
        if post.state not in FINAL:
            return
        try:
            self._hear(whole_reply(post, self._store))
        except Exception:  # noqa: BLE001 - the sweep tells it, whatever the reason was
            _log.warning("the case %s does not know yet of its reply %s", post.case_id, post.id, exc_info=True)
