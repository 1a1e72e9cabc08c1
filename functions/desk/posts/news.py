"""Of which posts the operator is notified, as entries of the outbox."""

from datetime import datetime, timedelta

from desk.outbox.model import OutboxEntry, OutboxKind, new_entry, versioned
from desk.posts.model import NEVER_PUBLISHED, Post, PostState
from desk.reading import OPERATOR

NOTIFIED = (
    PostState.IN_DOUBT,
    PostState.AWAITING_APPROVAL,
    PostState.HELD,
    PostState.REFUSED,
    PostState.EXPIRED,
)
"""The states that the operator is notified of, the most urgent first."""


def entries_for(post: Post, seen: Post | None) -> tuple[OutboxEntry, ...]:
    """The entry for the step from `seen` to the post, which has its new version; none if nobody is notified of it.

    A case notifies its people itself of a reply that will not be published. Functions that publish may not mail: the
    next sweep does.
    """
    is_step = seen is None or seen.state is not post.state
    if not is_step or post.state not in NOTIFIED or (post.case_id and post.state in NEVER_PUBLISHED):
        return ()
    subject = versioned(post.id, post.version)
    return (new_entry(OPERATOR, OutboxKind.POST, subject, post.state, _since(post, seen), timedelta(0)),)


def is_still_relevant(entry: OutboxEntry, post: Post) -> bool:
    """Whether the post is still in the state that the operator is to be notified of."""
    return post.state == entry.what


def _since(post: Post, seen: Post | None) -> datetime:
    """When the step was taken; the `at` of a held post and one that awaits approval is when it expires."""
    if post.state not in {PostState.HELD, PostState.AWAITING_APPROVAL}:
        return post.at
    return seen.at if seen else post.accepted_at
