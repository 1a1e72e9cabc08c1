"""A case: one author's matter in one conversation, held by one department until answered or closed.

```
         ┌── draft ──► drafted ──┐
open ────┴──────── send ─────────┴──► queued ──► answered | moved ──► closed
 ▲                                      │ ▲          │
 ├──── X or the gate will not have it ──┘ │          │ the author comes back with an inquiry or a fault
 └────────────────────────────────────────┼──────────┘
                    promised ◄── holding ─┘   (its clock runs on; it is answered like an open one)
```

An answer that somebody gives on X itself does the same without `queued`.
"""

import re
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple

from desk.reading import Kind, Need, Urgency
from desk.x_post import Author, XPost

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: nothing that is mistaken on the phone
_ID_LENGTH = 10
_CASE_ID = re.compile(f"[{_ALPHABET}]{{5}}-[{_ALPHABET}]{{5}}")


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    DRAFTED = "drafted"
    """A department has written an answer, which the operator has yet to send."""
    QUEUED = "queued"
    """A reply is on its way to X."""
    PROMISED = "promised"
    """A holding reply stands on X; the answer is still due."""
    ANSWERED = "answered"
    MOVED = "moved"
    """A reply on X asked the author into a private conversation, which the desk does not see: a person closes it."""
    CLOSED = "closed"


WAITING = frozenset({CaseState.OPEN, CaseState.DRAFTED, CaseState.QUEUED, CaseState.PROMISED})
"""States in which the person who asked has no answer yet."""


class ReplyAs(StrEnum):
    """What a reply is to its case."""

    ANSWER = "answer"
    HOLDING = "holding"
    """It only promises an answer."""
    PRIVATE = "private"
    """It asks the author into a private conversation."""


class Draft(NamedTuple):
    """An answer as somebody wrote it, and who did: what it is to the case, and until when it promises the answer."""

    text: str
    by: str
    at: datetime
    reply_as: ReplyAs = ReplyAs.ANSWER
    promised_until: datetime | None = None


class Case(NamedTuple):
    """A case as it stands. `mention_ids` are in the order in which they joined; `version` counts the changes.

    `asked_at` is since when the author waits, `first_due_at` by when an answer was due by that first clock: neither is
    changed by a hand-over, which sets `due_at` anew. `wakes` tells that somebody on call is to be woken for it, and
    `danger` that somebody may be in danger, by any of its mentions: nothing automatic is ever said to such a case.
    `alarmed_at` is when it became alarming while its author waited already. `holder` is who took it on. `post_id` is
    the reply that is on its way or was given last, and `reply_as` what it is to the case; a holding one promises an
    answer until `promised_until`, where that was said. `answered_at` is when the author last got an answer or was asked
    into private; it stays when they come back.
    """

    id: str
    conversation_id: str
    author_id: str
    author: Author | None
    department: str
    kind: Kind
    need: Need
    urgency: Urgency
    lang: str
    state: CaseState
    opened_at: datetime
    asked_at: datetime
    first_due_at: datetime
    due_at: datetime
    mention_ids: tuple[str, ...]
    version: int = 1
    wakes: bool = False
    danger: bool = False
    alarmed_at: datetime | None = None
    holder: str | None = None
    draft: Draft | None = None
    post_id: str | None = None
    reply_as: ReplyAs = ReplyAs.ANSWER
    promised_until: datetime | None = None
    answered_at: datetime | None = None

    @property
    def calls_since(self) -> datetime:
        """Since when those on call are to hear of it: a call before that was about something calmer."""
        return max(self.asked_at, self.alarmed_at or self.asked_at)


def conversation_of(post: XPost) -> str:
    """The conversation that a post belongs to, the same for all its versions.

    An edit of a conversation's first post may carry its own new id as the conversation's.
    """
    return post.first_id if post.conversation_id in post.edit_ids else post.conversation_id


def case_id_of(conversation_id: str, author_id: str) -> str:
    """The number of this author's case in this conversation, such as `7Q2M4-XD93K`: 50 bits, always the same."""
    digest = int.from_bytes(blake2b(f"{conversation_id}/{author_id}".encode(), digest_size=8).digest())
    letters = "".join(_ALPHABET[(digest >> (5 * place)) & 31] for place in range(_ID_LENGTH))
    return f"{letters[:5]}-{letters[5:]}"


def is_case_id(text: str) -> bool:
    """Whether a case may bear it."""
    return _CASE_ID.fullmatch(text) is not None
