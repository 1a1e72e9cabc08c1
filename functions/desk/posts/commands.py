"""Commands: what people and tools do with posts, as frozen values.

An edge parses a form, a request or a command line into one of these. `PostSubmitter` accepts a new post, and
`PostDecisions.perform` does what is decided about one that exists.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from desk.commands import RequestKey
from desk.pictures.model import AttachedPicture
from desk.posts.model import Post, PostKind, PostState
from desk.posts.transitions import DROPPABLE


class SubmitPost(NamedTuple):
    """A request to publish a post. The fields are those of `Post`, except for these.

    Attributes:
        publish_at: None publishes it at once.
        expires_at: None is one day after `publish_at`.
        id: given where the same thing must never be queued twice, such as a greeting.
        key: identifies the request of a caller that may repeat it; its content is a digest of the request.
        next_update_at: until when the post promises an update; `promise_words` is the sentence that says so.
        keeps: the id of the post whose promise of an update it keeps; with `moves` it only says when that comes now.
        may_name: handles that the post may mention besides our own, in lower case: those who mentioned us in the case.
            None if they are unknown; then X decides.
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
    key: RequestKey | None = None
    continuation: str | None = None
    private_message: bool = False
    through_pause: bool = False
    pictures: tuple[AttachedPicture, ...] = ()
    author_id: str | None = None
    overridden: tuple[str, ...] = ()
    override_reason: str | None = None
    next_update_at: datetime | None = None
    promise_words: str = ""
    keeps: str | None = None
    moves: bool = False
    may_name: frozenset[str] | None = frozenset()


class Decider(NamedTuple):
    """Who decides, and on which version of the post.

    Attributes:
        by: the person's name, or that of an API token.
        seen: the version that they saw; None for callers that decide on any.
        person_id: the person's id; None for callers that are none.
    """

    by: str
    seen: int | None = None
    person_id: str | None = None

    def saw(self, post: Post) -> bool:
        """Whether they saw the post as it is."""
        return self.seen == post.version

    def is_person(self, name: str | None, person_id: str | None) -> bool:
        """Whether they are this person. Names count only where ids are unknown, since people may share a name."""
        if person_id is None or self.person_id is None:
            return name == self.by
        return person_id == self.person_id


@dataclass(frozen=True, slots=True)
class PostCommand:
    """What all commands on a post have in common: the post's id, and who decides."""

    post_id: str
    decider: Decider

    @property
    def key(self) -> str | None:
        """What the post records, so that the same decision on the same version is taken once; None on any version."""
        return None if self.decider.seen is None else f"{self.what} on {self.decider.seen}"

    @property
    def what(self) -> str:
        """What is decided, with what was chosen."""
        return type(self).__name__


@dataclass(frozen=True, slots=True)
class CancelPost(PostCommand):
    """Never publish it, if its state is one of `among` and its kind one of `kinds`."""

    among: Collection[PostState] = DROPPABLE
    kinds: Collection[PostKind] = frozenset(PostKind)


@dataclass(frozen=True, slots=True)
class ReleasePost(PostCommand):
    """Publish a post that is held, or a greeting before its time."""


@dataclass(frozen=True, slots=True)
class RewordGreeting(PostCommand):
    """Give a greeting that is not on its way yet another text."""

    text: str

    @property
    def what(self) -> str:
        """See PostCommand."""
        return f"RewordGreeting to {self.text}"


@dataclass(frozen=True, slots=True)
class SettlePost(PostCommand):
    """Settle a post in doubt as published on X under this id; see `x_id_in`."""

    x_id: str

    @property
    def what(self) -> str:
        """See PostCommand."""
        return f"SettlePost as {self.x_id}"


@dataclass(frozen=True, slots=True)
class SendAgain(PostCommand):
    """Queue a post in doubt again, which is not on X."""


@dataclass(frozen=True, slots=True)
class MovePost(PostCommand):
    """Publish it at another time; a held post goes out then, unless a pause holds it again."""

    publish_at: datetime

    @property
    def what(self) -> str:
        """See PostCommand."""
        return f"MovePost to {self.publish_at.astimezone(UTC)}"


@dataclass(frozen=True, slots=True)
class ApprovePost(PostCommand):
    """Let the post out as its second person: at its time, at another one, or at once."""

    publish_at: datetime | None = None
    at_once: bool = False

    @property
    def what(self) -> str:
        """See PostCommand."""
        when = "now" if self.at_once else self.publish_at.astimezone(UTC) if self.publish_at else "as planned"
        return f"ApprovePost for {when}"


@dataclass(frozen=True, slots=True)
class RefuseApproval(PostCommand):
    """Cancel a post that awaits approval, for this reason."""

    why: str
