"""Reading the brand's feeds: what is new is announced, what could not be read is remembered with its reason."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import blake2b
from http import HTTPStatus
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from desk.errors import DeskError, failure_of
from desk.feeds.model import FeedEntry, FeedFailure, FeedState, FeedUnreadable, ParsedFeed
from desk.feeds.news import NewsPlan, news_of, plan_of
from desk.fetch.model import Fetched, FetchFailed, Limits

if TYPE_CHECKING:
    from desk.brand import Brand, FeedSettings
    from desk.feeds.store import FeedStore
    from desk.fetch.model import Fetcher
    from read_feeds.announce import Announcer

LIMITS = Limits(seconds=20, most_bytes=5_000_000, redirects=5)
"""Of one feed; the bytes after decompression."""
FAILS_FOR = timedelta(days=1)
"""After this time the operator is notified of a feed that cannot be read."""

_CLAIM = timedelta(minutes=5)
"""As long as the function may run."""
_LONGEST_WAIT = timedelta(days=1)
_GIVES_WAY = timedelta(hours=1)
_ACCEPTS = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/json;q=0.9, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)


@dataclass
class FeedsReport:
    """What a run did.

    `failed` are feeds that could not be read, `interrupted` those for which a store or queue was busy, `defects` feeds
    and entries at which the desk itself failed: each with what happened. `unread` is how many entries a feed has beyond
    those that are read. `not_tried` had no turn: another run worked on them, their server asked to wait, or time was
    over. `failing` could not be read for a day.
    """

    read: int = 0
    unchanged: int = 0
    drafts: int = 0
    posts: int = 0
    left_out: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    interrupted: dict[str, str] = field(default_factory=dict)
    defects: dict[str, str] = field(default_factory=dict)
    unread: dict[str, int] = field(default_factory=dict)
    not_tried: list[str] = field(default_factory=list)
    failing: list[str] = field(default_factory=list)


class FeedReader:
    """Reads feeds one after the other, each for itself; those that waited longest for their turn come first.

    Feeds that failed come after the others, so that they delay none.

    What is made of an entry comes first, then its marks are stored, then the feed's state with the document's ETag. A
    run that ends in between is repeated by the next one, which makes nothing twice. `clock` is the wall clock, for
    claims.
    """

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        brand: "Brand",
        feeds: "FeedStore",
        fetcher: "Fetcher",
        announcer: "Announcer",
        *,
        parse: Callable[[bytes, str, str], ParsedFeed],
        clock: Callable[[], datetime],
    ) -> None:
        self._brand = brand
        self._feeds = feeds
        self._fetcher = fetcher
        self._announcer = announcer
        self._parse = parse
        self._clock = clock

    def read_feeds(self, now: datetime, has_time: Callable[[], bool]) -> FeedsReport:
        """Read the feeds of desk.yaml; `now` is the time for which the schedule fired. Raises StoreBusy."""
        report, states = FeedsReport(), dict(self._feeds.all())
        for feed in in_turn(self._brand.feeds, states):
            if not has_time():
                report.not_tried.append(feed.name)
                continue
            try:
                state = self._read(feed, states.get(feed.name), now, report)
            except DeskError as exc:
                report.interrupted[feed.name] = failure_of(exc)
            else:
                if state:
                    states[feed.name] = state
        known = [states[feed.name] for feed in self._brand.feeds if feed.name in states]
        report.failing = [each.name for each in known if each.failing_since and now - each.failing_since >= FAILS_FOR]
        return report

    def _read(
        self, feed: "FeedSettings", known: FeedState | None, now: datetime, report: FeedsReport
    ) -> FeedState | None:
        """Read one feed, and return its new state; None if it had no turn."""
        is_asked_to_wait = known and known.url == feed.url and known.retry_at and now < known.retry_at
        clock = self._clock()
        state = None if is_asked_to_wait else self._feeds.claim(feed.name, clock, clock + _CLAIM)
        if state is None:
            report.not_tried.append(feed.name)
            return None
        try:
            read = self._fetched(feed, _of_this_address(state, feed), now, report)
        except FetchFailed as exc:
            read = _failed(state, feed, now, FeedFailure.NOT_FETCHED, exc.reason.value)
        except FeedUnreadable as exc:
            read = _failed(state, feed, now, exc.failure, exc.detail)
        except _AnotherStatus as exc:
            read = _failed(state, feed, now, FeedFailure.STATUS, str(exc.status))._replace(retry_at=exc.retry_at)
        except DeskError:
            raise
        except Exception as exc:  # noqa: BLE001 - one feed that the desk can't read must not stop the others
            report.defects[feed.name] = failure_of(exc)
            read = _failed(state, feed, now, FeedFailure.DEFECT)
        if read.failure:
            report.failed[feed.name] = f"{read.failure.value} {read.detail}".strip()
        self._feeds.save(read)
        return read

    def _fetched(self, feed: "FeedSettings", state: FeedState, now: datetime, report: FeedsReport) -> FeedState:
        """Fetch the feed and announce what is new; the state in which it was read."""
        fetched = self._fetcher.get(state.moved_to or feed.url, LIMITS, _conditions(state))
        moved_to = fetched.moved_to or state.moved_to
        read = state._replace(
            moved_to=None if moved_to == feed.url else moved_to,
            read_at=now,
            failing_since=None,
            failure=None,
            detail="",
            retry_at=None,
        )
        if fetched.status == HTTPStatus.NOT_MODIFIED and state.digest:
            report.unchanged += 1
            return read
        if fetched.status != HTTPStatus.OK:
            raise _AnotherStatus(fetched, now)
        digest = blake2b(fetched.body, digest_size=16).hexdigest()
        read = read._replace(
            etag=fetched.headers.get("etag"), modified=fetched.headers.get("last-modified"), digest=digest
        )
        if digest == state.digest:
            report.unchanged += 1
            return read
        parsed = self._parse(fetched.body, fetched.headers.get("content-type", ""), fetched.url)
        report.read += 1
        if parsed.unread:
            report.unread[feed.name] = parsed.unread
        return self._announced(feed, read, parsed.entries, now, report)

    def _announced(
        self,
        feed: "FeedSettings",
        state: FeedState,
        entries: Sequence[FeedEntry],
        now: datetime,
        report: FeedsReport,
    ) -> FeedState:
        """Announce what is new, and store that it is known."""
        marks, today = self._feeds.marks(feed.name), now.astimezone(ZoneInfo(self._brand.timezone)).date()
        if state.day != today:
            state = state._replace(day=today, drafted=0, posted=0)
        if state.began_at is None:  # what is there already is not news
            state = state._replace(began_at=now)
        else:
            plan = plan_of(
                news_of(entries, marks, state.began_at),
                is_automatic=feed.auto and not self._brand.is_in_trial,
                posted=state.posted,
                drafted=state.drafted,
            )
            state = self._carried_out(plan, feed, state, now, report)
        known = marks.with_entries(entries, today)
        if known.days != marks.days or not marks.version:
            self._feeds.save_marks(feed.name, known)
        return state

    def _carried_out(
        self, plan: NewsPlan, feed: "FeedSettings", state: FeedState, now: datetime, report: FeedsReport
    ) -> FeedState:
        """Make the drafts and posts. An entry at which the desk fails is left to people, and stops no other."""
        posts = drafts = 0
        for entry, announce in [
            *((entry, self._announcer.post) for entry in plan.posts),
            *((entry, self._announcer.draft) for entry in plan.drafts),
        ]:
            try:
                is_post = announce(feed, entry, now)
            except DeskError:
                raise
            except Exception as exc:  # noqa: BLE001 - see above
                report.defects[f"{feed.name}: {entry.id or entry.link}"[:200]] = failure_of(exc)
            else:
                posts += is_post
                drafts += not is_post
        report.posts += posts
        report.drafts += drafts
        report.left_out += len(plan.left_out)
        if plan.left_out:
            state = state._replace(left_out=len(plan.left_out), left_out_at=now)
        return state._replace(
            posted=state.posted + posts,
            drafted=state.drafted + drafts,
            news_at=now if posts or drafts else state.news_at,
        )


def in_turn(feeds: Iterable["FeedSettings"], states: Mapping[str, FeedState]) -> Sequence["FeedSettings"]:
    """The feeds in the order in which they are read: those that were never tried, then by their last try.

    One that failed gives way to those that had their last turn up to an hour after it, so it has a turn in any case.
    """
    never = datetime.min.replace(tzinfo=UTC)

    def turn(feed: "FeedSettings") -> datetime:
        state = states.get(feed.name)
        last_try = state.tried_at if state else None
        if state is None or last_try is None:
            return never
        return last_try + _GIVES_WAY if state.failing_since else last_try

    return sorted(feeds, key=turn)


class _AnotherStatus(Exception):
    """The server answered with a status that is none of a feed."""

    def __init__(self, fetched: Fetched, now: datetime) -> None:
        super().__init__(str(fetched.status))
        self.status = fetched.status
        self.retry_at = _retry_at(fetched.headers.get("retry-after", ""), now)


def _of_this_address(state: FeedState, feed: "FeedSettings") -> FeedState:
    """The state, which begins anew if desk.yaml names another address than before."""
    if state.url == feed.url:
        return state
    return FeedState(
        feed.name,
        feed.url,
        tried_at=state.tried_at,
        news_at=state.news_at,
        claimed_until=state.claimed_until,
        version=state.version,
    )


def _failed(state: FeedState, feed: "FeedSettings", now: datetime, failure: FeedFailure, detail: str = "") -> FeedState:
    """The state after a try that failed. The next one begins at desk.yaml's address, wherever the feed has moved."""
    state = _of_this_address(state, feed)
    return state._replace(
        failing_since=state.failing_since or now, failure=failure, detail=detail, moved_to=None, retry_at=None
    )


def _conditions(state: FeedState) -> Mapping[str, str]:
    """The headers of the request: an unchanged document is not sent again."""
    conditions = {"If-None-Match": state.etag, "If-Modified-Since": state.modified}
    return {"Accept": _ACCEPTS} | {name: value for name, value in conditions.items() if value}


def _retry_at(text: str, now: datetime) -> datetime | None:
    """When the server wants to be asked again, at most a day from now; None if it does not say."""
    try:
        at = now + timedelta(seconds=int(text[:9])) if text.isdigit() else parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return min(at if at.tzinfo else at.replace(tzinfo=UTC), now + _LONGEST_WAIT)
