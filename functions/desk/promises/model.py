"""A promise: what the brand said it would do by a time.

```
          ┌──► kept        in time: the answer, or the next post, is on X
open ─────┼──► moved       in time: a new sentence with a new time is on X, and a new promise takes its place
          ├──► broken      its time passed first; `ended_at` says by how much, once something ended it
          └──► withdrawn   it was never said, or is no longer to be kept
```

A promise of an answer belongs to a case, one of a next update to a post. It is made in the transaction that stores the
reply or post with the sentence, and it ends in the transaction that stores what ends it.
"""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from desk.text import cut, first_words

REMIND_BEFORE = timedelta(minutes=10)
"""How long before its time people are reminded of a promise."""

LONGEST_PROMISE = timedelta(days=90)
"""A later date is most likely a slip. It would stop a case's clock for good."""

_LONGEST_WORDS = 300  # bytes: about a hundred syllables


class PromiseKind(StrEnum):
    """What is promised."""

    ANSWER = "answer"
    """An answer to the author of a case."""
    NEXT_UPDATE = "next_update"
    """The next post about the same matter."""


class PromiseState(StrEnum):
    """How a promise stands."""

    OPEN = "open"
    KEPT = "kept"
    MOVED = "moved"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


class Ending(StrEnum):
    """What ended a promise."""

    KEPT = "kept"
    """What was promised is on X."""
    MOVED = "moved"
    """A new sentence with a new time is on X."""
    CLOSED = "closed"
    """The case was closed without a reply."""
    NOT_POSTED = "not_posted"
    """Its own reply or post was undone, cancelled or refused: nobody has read the sentence."""
    TAKEN_DOWN = "taken_down"
    """Its own post was deleted on X."""
    ERASED = "erased"
    """Nobody is left to whom it was made: the author or their posts were erased."""


_IN_TIME = {Ending.KEPT: PromiseState.KEPT, Ending.MOVED: PromiseState.MOVED, Ending.CLOSED: PromiseState.WITHDRAWN}
"""The states after what can also come too late; every other ending withdraws a promise at any time."""


class Promise(NamedTuple):
    """A promise. All datetimes are aware.

    Attributes:
        subject: the id of the case; of a next update that of the post.
        post_id: the reply or post that has the sentence.
        words: the sentence; "" once it has ended.
        made_by: who wrote it, by the name that the case or post records.
        made_by_id: the person's id, since people may share a name; None where only a name was given.
        in_place_of: the key of the promise that this one moved.
        ending: what ended it; None while it is open.
        ended_by: the post, or the reply on X, that ended it; "" where none did.
    """

    kind: PromiseKind
    subject: str
    post_id: str
    words: str
    due_at: datetime
    made_by: str
    made_at: datetime
    made_by_id: str | None = None
    in_place_of: str = ""
    ending: Ending | None = None
    ended_at: datetime | None = None
    ended_by: str = ""

    @property
    def key(self) -> str:
        """Identifies it, and sorts by its time."""
        return f"{self.due_at.astimezone(UTC).isoformat(timespec='microseconds')}#{self.post_id}"

    @property
    def state(self) -> PromiseState:
        """How it ended; OPEN until then, also when its time has passed. See `state_at`."""
        if self.ending is None:
            return PromiseState.OPEN
        if self.ending not in _IN_TIME:
            return PromiseState.WITHDRAWN
        is_late = self.ended_at is not None and self.ended_at > self.due_at
        return PromiseState.BROKEN if is_late else _IN_TIME[self.ending]

    def state_at(self, now: datetime) -> PromiseState:
        """How it stands: broken, too, if it is open and its time has passed."""
        return PromiseState.BROKEN if self.ending is None and self.due_at < now else self.state

    def late_by(self, now: datetime) -> timedelta:
        """How long after its time it ended, or has been open; zero if it is not broken."""
        is_broken = self.state_at(now) is PromiseState.BROKEN
        return (self.ended_at or now) - self.due_at if is_broken else timedelta(0)


def sentence_in(text: str, words: str) -> str:
    """The sentence that promises: the `words` if the text has them, else the beginning of the text."""
    spoken, whole = first_words(words), first_words(text)
    return cut(spoken if spoken and spoken in whole else whole, _LONGEST_WORDS)


def still_open(promises: Iterable[Promise]) -> tuple[Promise, ...]:
    """Those of the promises that have not ended."""
    return tuple(promise for promise in promises if promise.ending is None)


def ended(
    promises: Iterable[Promise],
    ending: Ending,
    among: Collection[str] | None = None,
    *,
    at: datetime | None = None,
) -> tuple[Promise, ...]:
    """The promises after this ended those that were open; `among` names the only ones that it ends, by their posts.

    `at` is when; without it the store adds the moment of the change as it saves them, and the post that did it anyway.
    """
    return tuple(
        promise._replace(ending=ending, ended_at=at)
        if promise.ending is None and (among is None or promise.post_id in among)
        else promise
        for promise in promises
    )
