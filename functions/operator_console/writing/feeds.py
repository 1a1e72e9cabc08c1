"""The state of the brand's feeds: the part of the page for writing that lists them and the drafts from them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.brand import FeedSettings
from desk.feeds.model import FeedFailure, FeedState
from desk.fetch.model import FetchReason

_LEFT_OUT_SHOWN = timedelta(days=7)


class FeedShown(NamedTuple):
    """A feed for people. `left_out` is 0 if that was long ago; `moved_to` is None if desk.yaml has its address."""

    name: str
    is_automatic: bool
    read_at: datetime | None
    failure: FeedFailure | None
    detail: str
    failing_since: datetime | None
    moved_to: str | None
    left_out: int
    left_out_at: datetime | None


def feeds_shown(
    feeds: Sequence[FeedSettings], states: Mapping[str, FeedState], now: datetime, *, is_in_trial: bool
) -> Sequence[FeedShown]:
    """The feeds of desk.yaml, those that fail first. In trial no feed is automatic."""
    shown = [
        _shown(feed, states.get(feed.name), now)._replace(is_automatic=feed.auto and not is_in_trial) for feed in feeds
    ]
    return sorted(shown, key=lambda feed: feed.failure is None)


def _detail(state: FeedState) -> str:
    """What belongs to the failure's sentence. A reason of another release has no words here, so it is a general one."""
    is_unknown = state.failure is FeedFailure.NOT_FETCHED and state.detail not in tuple(FetchReason)
    return FetchReason.NOT_REACHED.value if is_unknown else state.detail


def _shown(feed: FeedSettings, state: FeedState | None, now: datetime) -> FeedShown:
    """The feed; one whose address in desk.yaml has changed is as new."""
    if state is None or state.url != feed.url:
        state = FeedState(feed.name)
    is_recent = state.left_out_at is not None and now - state.left_out_at < _LEFT_OUT_SHOWN
    return FeedShown(
        feed.name,
        feed.auto,
        state.read_at,
        state.failure,
        _detail(state),
        state.failing_since,
        state.moved_to,
        state.left_out if is_recent else 0,
        state.left_out_at,
    )
