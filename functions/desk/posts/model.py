"""A post: something the brand publishes, with its state.

```
            ┌───────────► held ──────────┐ (release)
            │ pause                      │
scheduled ──┴─► queued ◄─────────────────┘
                  │ ▲ wait: 429, 402, 401, never reached X, another is looked for
            claim ▼ │
              publishing ──► published
                  │     └──► refused
     answer lost, │
  lease outlived  ▼
               looking ────► published | refused
                  │ unseen after several looks
                  ▼
              uncertain ───► published | queued (a person decides)
```

From `scheduled`, `queued` and `held` it may also become `cancelled`, or `expired` when its time has passed. Only what
is claimed from `queued` is ever sent to X: whatever may have been sent once is only looked for.
"""

import re
import unicodedata
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import unquote

from desk.text import HANDLE
from desk.x.model import XPost


class PostKind(StrEnum):
    """What the brand says with it."""

    ANNOUNCEMENT = "announcement"
    GREETING = "greeting"
    REPLY = "reply"


class PostState(StrEnum):
    """Where a post stands."""

    SCHEDULED = "scheduled"
    QUEUED = "queued"
    PUBLISHING = "publishing"
    RECONCILING = "looking"
    HELD = "held"
    PUBLISHED = "published"
    IN_DOUBT = "uncertain"
    REFUSED = "refused"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


NEVER_PUBLISHED = frozenset({PostState.REFUSED, PostState.EXPIRED, PostState.CANCELLED})
"""States of a post that will never stand on X: its text and its external id are free again."""

FINAL = NEVER_PUBLISHED | {PostState.PUBLISHED}
"""States in which it is known whether the post stands on X."""

CANCELLABLE = frozenset({PostState.SCHEDULED, PostState.QUEUED, PostState.HELD})
"""States in which nothing was sent to X yet."""


class PostReason(StrEnum):
    """Why a post is where it is; the catalogue's key is `post.reason.<value>`."""

    RATE_LIMITED = "rate_limited"
    CREDITS_DEPLETED = "credits_depleted"
    NOT_AUTHORISED = "not_authorised"
    NOT_REACHED = "not_reached"
    EARLIER_LOOKED_FOR = "earlier_looked_for"
    ANSWER_LOST = "answer_lost"
    DUPLICATE = "duplicate"
    NOT_SUMMONED = "not_summoned"
    GONE = "gone"
    NOT_ACCEPTED = "not_accepted"
    PAUSED = "paused"
    TOO_LATE = "too_late"
    DROPPED = "dropped"
    IN_DANGER = "in_danger"
    """An automatic reply to a case in which somebody may be in danger."""


_ACKNOWLEDGES = "ack-"


def acknowledgement_id(case_id: str) -> str:
    """The id of the post that tells a case's author by itself that the matter has arrived: there is at most one."""
    return f"{_ACKNOWLEDGES}{case_id}"


class Post(NamedTuple):
    """A post as it stands. All moments are aware.

    `text` is exactly what appears, in NFC. `at` is when the next step is due (scheduled, queued, looking), when the
    lease ends (publishing), when it expires (held), or since when it has stood where it stands (the rest).
    `by` is who asked: an API token's name, `schedule`, or a person. `claimed_at` is when it was first sent, so that
    no post on X with an older id can be it. `detail` is X's own word, for people. `version` counts the changes.
    `case_id` is the case that a reply answers, if a case has asked for it. `continuation` is what follows as a second
    post under this one as soon as it stands, and `continues` the post that such a second one follows.
    `private_message`: it bears X's button for a private message to the brand.
    """

    id: str
    kind: PostKind
    text: str
    by: str
    accepted_at: datetime
    publish_at: datetime
    expires_at: datetime
    state: PostState
    at: datetime
    weighted_length: int
    estimated_micro_usd: int
    in_reply_to: str | None = None
    external_id: str | None = None
    case_id: str | None = None
    continuation: str | None = None
    continues: str | None = None
    private_message: bool = False
    through_pause: bool = False
    """A person's reply, explicitly confirmed to go out although the desk is paused."""
    claimed_at: datetime | None = None
    reconcile_attempts: int = 0
    reason: PostReason | None = None
    detail: str | None = None
    x_id: str | None = None
    spent_micro_usd: int | None = None
    notification_pending: bool = False
    """The operator has yet to hear of it."""
    version: int = 1

    @property
    def is_acknowledgement(self) -> bool:
        """Whether no person has said it, but the desk by itself."""
        return self.id.startswith(_ACKNOWLEDGES)

    @property
    def acknowledges(self) -> str:
        """The number of the case that the desk answers with it by itself; "" for any other post."""
        return self.id.removeprefix(_ACKNOWLEDGES) if self.is_acknowledgement else ""


class NewPost(NamedTuple):
    """What is asked to be published. `id` is given where the same thing must never be queued twice, as a greeting.

    `publish_at` None is at once; `expires_at` None is a day after that. `request_key` and `fingerprint` tell a repeated
    request from a new one.
    """

    kind: PostKind
    text: str
    by: str
    publish_at: datetime | None = None
    expires_at: datetime | None = None
    in_reply_to: str | None = None
    external_id: str | None = None
    case_id: str | None = None
    id: str | None = None
    request_key: str | None = None
    fingerprint: str = ""
    continuation: str | None = None
    private_message: bool = False
    through_pause: bool = False


_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_BUTTON = re.compile(r"\s+https?://(?:t\.co/\w+|(?:twitter|x)\.com/messages/compose\S*)$", re.ASCII)
"""What X shows of the button for a private message: a link behind the text, as of everything that is attached to it."""
_LAST_SLASH = re.compile(r"(?<=\w)/(?!\S)")
_ADDRESSES = re.compile(rf"^(?:\s*(?a:{HANDLE.pattern}))+\s*")


def is_same(post: Post, shown: XPost) -> bool:
    """Whether what X shows is this post: the same words to the same place."""
    if shown.retweets or shown.in_reply_to != post.in_reply_to:
        return False
    is_reply = post.in_reply_to is not None
    text = _BUTTON.sub("", shown.text) if post.private_message else shown.text
    return _plain(text, is_reply=is_reply) == _plain(post.text, is_reply=is_reply)


def _plain(text: str, *, is_reply: bool) -> str:
    """The words, freed of what X adds or changes: addresses before a reply, schemes and encodings of links, blanks."""
    whole = unicodedata.normalize("NFC", text)
    unaddressed = _ADDRESSES.sub("", whole) if is_reply else whole
    return " ".join(unquote(_LAST_SLASH.sub("", _SCHEME.sub("", unaddressed))).split())
