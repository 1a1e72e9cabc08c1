"""A post: what the brand publishes on X, and its state.

```
            ┌───────────► held ──────────┐ (release)
            │ pause, danger, spike       │
scheduled ──┴─► queued ◄─────────────────┘
                  │ ▲ wait: 429, 402, 401, X not reached, another post is being reconciled
            claim ▼ │
              publishing ──► published
                  │     └──► refused
     answer lost, │
   lease expired  ▼
              reconciling ─► published | refused
                  │ not on the timeline after several attempts
                  ▼
               in doubt ───► published | queued (a person decides)
```

A published post can be taken down: `taking_down` until X confirms that it deleted the post, then `taken_down`; or it is
published again, if X did not delete it within a day.

A post of a kind that a second person must approve begins as `awaiting approval`. The approval makes it scheduled, or
queued if it is to appear at once. A scheduled or held post, and one that awaits approval, can be moved to another time.
All these and queued posts can also be cancelled, or expire.

Only a post that was just claimed is sent to X. A post that may already be on X is reconciled with the account's
timeline instead.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from urllib.parse import unquote

from desk.pictures.model import AttachedPicture
from desk.promises.model import Promise
from desk.x.entities import without_leading_handles
from desk.x.model import XPost


class PostKind(StrEnum):
    """What the post is for."""

    ANNOUNCEMENT = "announcement"
    CORRECTION = "correction"
    """Says what is true about a rumour, which the account may not answer by a reply."""
    THANKS = "thanks"
    OUTAGE = "outage"
    """Says that a service is disrupted or works again."""
    GREETING = "greeting"
    REPLY = "reply"


WRITTEN = (PostKind.ANNOUNCEMENT, PostKind.CORRECTION, PostKind.THANKS, PostKind.OUTAGE)
"""The kinds that people write for the timeline, in the order in which they are offered."""


class PostState(StrEnum):
    """The state of a post. The values are those of the API and of the items."""

    AWAITING_APPROVAL = "awaiting_approval"
    """A second person must approve it first."""
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    PUBLISHING = "publishing"
    RECONCILING = "reconciling"
    """It may be on X, and is compared with the account's timeline."""
    HELD = "held"
    PUBLISHED = "published"
    IN_DOUBT = "in_doubt"
    """Reconciling did not settle whether it is on X; a person decides."""
    TAKING_DOWN = "taking_down"
    """A person asked to delete it on X."""
    TAKEN_DOWN = "taken_down"
    REFUSED = "refused"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


NEVER_PUBLISHED = frozenset({PostState.REFUSED, PostState.EXPIRED, PostState.CANCELLED})
"""States of a post that will never appear on X. Its text and its external id are free again."""

FINAL = NEVER_PUBLISHED | {PostState.PUBLISHED, PostState.TAKEN_DOWN}
"""States in which it is known whether the post is on X."""

CANCELLABLE = frozenset({PostState.AWAITING_APPROVAL, PostState.SCHEDULED, PostState.QUEUED, PostState.HELD})
"""States in which nothing was sent to X yet."""


class PostReason(StrEnum):
    """Why a post is in its state. The key of its text for people is `post.reason.<value>`."""

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
    NOT_TAKEN_DOWN = "not_taken_down"
    """X did not delete it, although a person asked for that."""
    UNDONE = "undone"
    """A person took the reply back before it was sent."""
    IN_DANGER = "in_danger"
    """An automatic reply to a case in which somebody may be in danger."""
    PICTURE_NOT_READY = "picture_not_ready"
    """One of its pictures is still being fetched, prepared or uploaded to X."""
    PICTURE_REFUSED = "picture_refused"
    """One of its pictures cannot be used."""
    DANGER_OPEN = "danger_open"
    """A greeting whose time came while somebody was in danger."""
    SPIKE_OPEN = "spike_open"
    """A greeting whose time came during a spike of faults."""
    NOT_APPROVED = "not_approved"
    """The second person did not approve it; `detail` is why, in that person's words."""


BY_SCHEDULE = "schedule"
"""Who asked for a greeting that goes out by itself. A person who sends it takes their place."""

_ACKNOWLEDGES = "ack-"


def acknowledgement_id(case_id: str) -> str:
    """The id of the automatic post that acknowledges a case to its author. A case has at most one."""
    return f"{_ACKNOWLEDGES}{case_id}"


def greeting_id(day: date) -> str:
    """The id of the greeting of this day. A day has at most one."""
    return f"greeting-{day.isoformat()}"


MOST_PICTURES = 4
"""The most pictures that X shows in one post."""

LONGEST_ALT = 1_000
"""Characters of an alternative text that X takes."""


_LONGEST_UNDO = timedelta(minutes=1)
"""A post that its author can still take back waits for less, and was not planned for later."""


class Post(NamedTuple):
    """A post and its state. All datetimes are aware.

    Attributes:
        text: exactly what appears on X, in NFC.
        by: who asked for it: the name of an API token, `schedule`, or a person; "" for a greeting by hand on X itself.
        at: when the next step is due (scheduled, queued, reconciling), when the lease ends (publishing), when the post
            expires (held, awaiting approval), or since when it is in its state (all others).
        case_id: the case that the reply answers, if a case asked for it.
        continuation: the text of a second post, published as a reply to this one.
        continues: the id of the first post, if this is a second one.
        private_message: the post has X's button for a private message to the brand.
        through_pause: a person confirmed that the reply goes out although publishing is paused.
        published_at: when it was published, kept once somebody asked to take it down.
        taken_down_by: the person who asked for that.
        claimed_at: when it was claimed first. A post on X with an older id cannot be this one.
        detail: X's own message, for people; why it was not approved, if that is its reason.
        decided_by: the person or the API token that last decided about it: approved, moved, dropped, released or
            settled it.
        decided_at: when that was.
        decided_by_id: the person's id, since people may share a name; None for API tokens.
        decision: what was decided, on which version; so that the same request is known if it comes again.
        pictures: at most MOST_PICTURES, in the order in which X shows them.
        author_id: the id of the person who wrote it, to tell whether somebody else approves it; None for API tokens.
        approved_by: the second person, who approved it. A post that is moved stays approved: its text is the same.
        approved_at: when that was.
        written_for: the time that it had when its text was written, if it was moved since.
        overridden: the findings of the pre-send check that its author overrode, by their rules.
        override_reason: why, in the author's words.
        promise: the next update that its text promises.
        keeps: the promise of an earlier post that it keeps once it is published; `moves`: it only says that the update
            comes later, and its own promise takes the place of that one.
        version: the number of changes, for compare-and-set.
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
    claimed_at: datetime | None = None
    reconcile_attempts: int = 0
    reason: PostReason | None = None
    detail: str | None = None
    x_id: str | None = None
    spent_micro_usd: int | None = None
    published_at: datetime | None = None
    taken_down_by: str | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    decided_by_id: str | None = None
    decision: str | None = None
    pictures: tuple[AttachedPicture, ...] = ()
    author_id: str | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    written_for: datetime | None = None
    overridden: tuple[str, ...] = ()
    override_reason: str | None = None
    promise: Promise | None = None
    keeps: Promise | None = None
    moves: bool = False
    version: int = 1

    @property
    def is_acknowledgement(self) -> bool:
        """Whether the desk sent it by itself, to acknowledge a case."""
        return self.id.startswith(_ACKNOWLEDGES)

    @property
    def is_planned(self) -> bool:
        """Whether it goes out at a planned time: a greeting, or a post that people wrote or approved for later."""
        is_for_later = self.publish_at - (self.approved_at or self.accepted_at) > _LONGEST_UNDO
        return self.kind is PostKind.GREETING or (self.kind in WRITTEN and is_for_later)

    @property
    def is_unattended(self) -> bool:
        """Whether it is a greeting that no person has sent."""
        return self.kind is PostKind.GREETING and self.by == BY_SCHEDULE

    @property
    def is_by_hand(self) -> bool:
        """Whether it is a greeting that people wrote on X itself."""
        return self.kind is PostKind.GREETING and not self.by

    @property
    def acknowledges(self) -> str:
        """The id of the case that it acknowledges; "" for any other post."""
        return self.id.removeprefix(_ACKNOWLEDGES) if self.is_acknowledgement else ""


class UniqueKey(NamedTuple):
    """Something that only one post may have, such as a text at one place or an external id.

    Attributes:
        replaces: the post that gives the key up. It must still be as it was seen: X may confirm a cancelled post after
            all, and then it keeps the key.
        forget_at: from then on the key is of no use and may be gone; None keeps it forever.
    """

    key: str
    replaces: Post | None = None
    forget_at: datetime | None = None


class IdempotentRequest(NamedTuple):
    """A request that was answered, and is answered the same when it is repeated.

    Attributes:
        post: the post as it was when the request was answered first.
        forget_at: from then on, to the second, the request may be gone and counts as a new one.
    """

    key: str
    fingerprint: str
    post: Post
    forget_at: datetime


class LastGreeting(NamedTuple):
    """The desk's day of the last greeting, and its text; `text` None: no greeting was published that morning."""

    day: date
    text: str | None


_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_BUTTON = re.compile(r"\s+https?://(?:t\.co/\w+|(?:twitter|x)\.com/messages/compose\S*)$", re.ASCII)
"""How X shows the button for a private message: as a link after the text, like any attachment."""
_MEDIA = re.compile(r"(?:\s+https?://(?:t\.co/\w+|(?:twitter|x)\.com/\w+/status/\d+/photo/\d))+$", re.ASCII)
"""How X shows pictures in a text, if it does not say which of its links stand for them."""
_LAST_SLASH = re.compile(r"(?<=\w)/(?!\S)")


def is_same(post: Post, shown: XPost) -> bool:
    """Whether the post that X shows is this post: the same words in reply to the same post."""
    if shown.retweets or shown.in_reply_to != post.in_reply_to:
        return False
    is_reply = post.in_reply_to is not None
    text = _BUTTON.sub("", shown.text) if post.private_message else shown.text
    text = _MEDIA.sub("", text) if post.pictures else text
    return _plain(text, is_reply=is_reply) == _plain(post.text, is_reply=is_reply)


def _plain(text: str, *, is_reply: bool) -> str:
    """The words without what X adds or changes: handles before a reply, schemes and encodings of links, blanks."""
    whole = unicodedata.normalize("NFC", text)
    unaddressed = without_leading_handles(whole) if is_reply else whole
    return " ".join(unquote(_LAST_SLASH.sub("", _SCHEME.sub("", unaddressed))).split())
