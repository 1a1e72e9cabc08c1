"""X and the stores of its client in memory, proved by contract against the client on the local X."""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from copy import replace
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import NamedTuple, Unpack
from zoneinfo import ZoneInfo

from desk.brand import Purpose, XBudget
from desk.errors import BadRequest, DeskError, Duplicate, Gone, MediaGone, OverBudget, StoreBusy
from desk.x.breakers import Breaker, BreakerStore
from desk.x.budget import BudgetRefusal, DaySpend, ceilings, exceeded, resets_at
from desk.x.client import XStores
from desk.x.dialects import DialectChoice, DialectStore
from desk.x.endpoints import ALT_TEXT_PRICE, price_of_post
from desk.x.model import (
    Accounts,
    Author,
    DirectMessage,
    Lookup,
    MessagePage,
    Page,
    PostCount,
    PostMetrics,
    TimelineBounds,
    TrendingTopic,
    Unparsable,
    UploadedPicture,
    Usage,
    XPost,
    first_id_at,
    time_of,
)
from desk.x.spend import DayOver, Reservation, Reserved, SpendStore
from desk.x.transport import XCredentials

REACH = 800
FULL_PAGE = 100
A_WEEK = timedelta(days=7)

_sequence = count(1)


def _somebody(author_id: str) -> Author:
    """The author of posts of whom nothing else is known."""
    return Author(author_id, f"user{author_id}", "Somebody")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a reading method: its name and its arguments."""

    name: str
    asked: dict[str, object]


class Fault(NamedTuple):
    """What happens to one call of `create_post`: the error, and whether the post was created all the same."""

    error: BaseException
    made: bool = False


class Uploaded(NamedTuple):
    """A picture that was uploaded."""

    content: bytes
    content_type: str
    expires_at: datetime
    alt: str | None = None


@dataclass
class FakeX:
    """Timelines, search and look-up show what is posted with `post`; the account's own posts are in `made`.

    `fail` makes reading methods fail by count. The next calls of `create_post` meet `faults`, one each.
    """

    clock: Callable[[], datetime]
    calls: list[Call] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    """Posts that X counts on a page but does not show, such as a protected author's."""
    garbled: set[str] = field(default_factory=set)
    """Posts that X sends in an unknown form."""
    repeats: bool = False
    """Whether every page names the second page as the next one."""
    blank_searches: int = 0
    """How many of the next pages of search are empty and name the page that they should have been as the next."""
    lets_since_id_grow_old: bool = True
    """Whether the mentions timeline takes a since_id of more than a week."""
    reach: int = REACH
    """How many of the newest mentions the timeline shows."""
    seconds_run_forward: bool = False
    """Whether posts of one second come oldest first, while the seconds come newest first."""
    search_lag: timedelta = timedelta(0)
    """Search does not find posts that are younger than this."""

    refuses_duplicates: bool = True
    late: timedelta = timedelta(0)
    """The account's timeline shows a post this long after it was created."""
    timeline_error: DeskError | None = None
    faults: deque[Fault] = field(default_factory=deque)
    made: list[XPost] = field(default_factory=list)
    private: set[str] = field(default_factory=set)
    """Ids of own posts with a button for a private message."""
    uploads: "dict[str, Uploaded]" = field(default_factory=dict)
    """Uploaded pictures by their ids."""
    shows: "dict[str, list[Uploaded]]" = field(default_factory=dict)
    """The pictures of own posts, by the post's id."""
    media_lasts: timedelta = timedelta(days=1)
    refuses_media: bool = False
    upload_errors: deque[DeskError] = field(default_factory=deque)
    describe_errors: deque[DeskError] = field(default_factory=deque)
    """Raised by the next calls, one each."""
    before_upload: Callable[[], None] = lambda: None
    attempts: Counter[str] = field(default_factory=Counter)
    """How often `create_post` was called, by text."""
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None
    """Called around the creation of a post."""

    likes: list[XPost] = field(default_factory=list)
    likes_page: int = FULL_PAGE
    likes_errors: dict[int, DeskError] = field(default_factory=dict)
    """Raised by any reading of the page with this number, from 1."""

    trending: list[str] = field(default_factory=list)
    """Names of trends, the first one first."""
    trend_posts: dict[str, int] = field(default_factory=dict)
    """X's counts of the posts of trends, by name, where it gives any."""

    out_of_reach: set[str] = field(default_factory=set)
    """Own posts that the timeline does not show any more, because too many came after them, or a later version."""
    silent_about: set[str] = field(default_factory=set)
    """Posts of which a look-up by id says nothing, as X does now and then."""
    metrics: dict[str, PostMetrics] = field(default_factory=dict)
    """The metrics of posts, by id; those of others are all zero."""
    matching: Callable[[XPost, str], bool] = lambda _post, _query: True
    """Whether a search by this query finds a post."""

    people: dict[str, Author] = field(default_factory=dict)
    """Accounts that X shows, by id."""
    messages: list[DirectMessage] = field(default_factory=list)
    """Private messages, in any order."""

    _posts: dict[str, XPost] = field(default_factory=dict)
    _usage: Usage = field(default_factory=Usage)
    _counts: Counter[str] = field(default_factory=Counter)
    _errors: list[tuple[str, int, int, DeskError]] = field(default_factory=list)

    def post(self, *posts: XPost) -> None:
        self._posts |= {post.id: post for post in posts}

    def delete(self, post_id: str) -> None:
        del self._posts[post_id]

    def fail(self, name: str, error: DeskError, *, first: int = 1, times: int = 1_000_000) -> None:
        """Raise this in the `first` call of this method from now on, and in the `times` - 1 that follow."""
        start = self._counts[name] + first
        self._errors.append((name, start, start + times, error))

    def recover(self) -> None:
        self._errors.clear()

    def count(self, name: str) -> int:
        """How often this method was called."""
        return self._counts[name]

    def mentions(self, **bounds: Unpack[TimelineBounds]) -> Page:
        self._called("mentions", **bounds)
        if not self.lets_since_id_grow_old:
            self._require_recent(bounds)
        return self._page(self._newest_first()[: self.reach], bounds)

    def search(self, *, query: str, **bounds: Unpack[TimelineBounds]) -> Page:
        self._called("search", query=query, **bounds)
        self._require_recent(bounds)
        start_time, page_token = bounds.get("start_time"), bounds.get("page_token")
        if start_time and start_time < self.clock() - A_WEEK:
            raise BadRequest("start_time")
        if self.blank_searches:
            return self._blank(page_token)
        oldest, newest = self.clock() - A_WEEK, self.clock() - self.search_lag
        recent = [post for post in self._newest_first() if oldest <= post.created_at <= newest]
        return self._page([post for post in recent if post.retweets is None], bounds)

    def posts(self, ids: Sequence[str], *, with_authors: bool, with_metrics: bool = False) -> Lookup:
        self._called("posts", ids=tuple(ids), with_authors=with_authors, with_metrics=with_metrics)
        known = self._posts | {post.id: post for post in self.made}
        shown = {each: known[each] for each in ids if each in known and each not in self.hidden}
        if with_metrics:
            shown = {key: self._with_metrics(post) for key, post in shown.items()}
        if with_authors:
            shown = {key: replace(post, author=_somebody(post.author_id)) for key, post in shown.items()}
        return Lookup(posts=shown, gone=frozenset(ids) - shown.keys() - self.silent_about)

    def accounts(self, ids: Sequence[str]) -> Accounts:
        self._called("accounts", ids=tuple(ids))
        writing = {post.author_id: _somebody(post.author_id) for post in self._posts.values()}
        known = writing | self.people
        shown = {each: known[each] for each in ids if each in known}
        return Accounts(shown, frozenset(ids) - shown.keys())

    def conversation(self, conversation_id: str, *, until_id: str | None, limit: int) -> Page:
        self._called("conversation", conversation_id=conversation_id, until_id=until_id, limit=limit)
        self._require_recent({"since_id": until_id})
        recent = (post for post in self._newest_first() if post.created_at >= self.clock() - A_WEEK)
        found = [post for post in recent if post.conversation_id == conversation_id]
        return self._page(found, {"until_id": until_id}, limit)

    def trends(self, woeid: int, *, limit: int = 20) -> tuple[TrendingTopic, ...]:
        self._called("trends", woeid=woeid, limit=limit)
        return tuple(TrendingTopic(name, self.trend_posts.get(name)) for name in self.trending[:limit])

    def heard(self, *, query: str, limit: int, by_relevancy: bool = False, **bounds: Unpack[TimelineBounds]) -> Page:
        self._called("heard", query=query, limit=limit, by_relevancy=by_relevancy, **bounds)
        self._require_recent(bounds)
        if self.blank_searches:
            return self._blank(bounds.get("page_token"))
        shown = (post for post in self._found(query) if post.created_at <= self.clock() - self.search_lag)
        found = [self._with_metrics(post) for post in shown]
        if by_relevancy:
            found.sort(key=lambda post: -(post.metrics.likes if post.metrics else 0))
        return self._page(found, bounds, limit)

    def counts(self, *, query: str, start_time: datetime, end_time: datetime) -> tuple[PostCount, ...]:
        self._called("counts", query=query, start_time=start_time, end_time=end_time)
        if start_time < self.clock() - A_WEEK or end_time > self.clock() - timedelta(seconds=10):
            raise BadRequest("start_time or end_time")
        times = [post.created_at for post in self._found(query)]
        minutes = [
            start_time + timedelta(minutes=n) for n in range(-(-(end_time - start_time) // timedelta(minutes=1)))
        ]
        ends = [min(start + timedelta(minutes=1), end_time) for start in minutes]
        return tuple(
            PostCount(start, end, sum(start <= time < end for time in times))
            for start, end in zip(minutes, ends, strict=True)
        )

    def _blank(self, page_token: str | None) -> Page:
        self.blank_searches -= 1
        return Page((), None, None, next_token=(page_token or "0").zfill(9 - self.blank_searches), count=0)

    def _found(self, query: str) -> list[XPost]:
        recent = (post for post in self._newest_first() if post.created_at >= self.clock() - A_WEEK)
        return [post for post in recent if post.retweets is None and self.matching(post, query)]

    def _with_metrics(self, post: XPost) -> XPost:
        return replace(post, metrics=self.metrics.get(post.id, PostMetrics(0, 0, 0, 0, 0)))

    def private_messages(self, *, limit: int, page_token: str | None = None) -> MessagePage:
        self._called("private_messages", limit=limit, page_token=page_token)
        found = sorted(self.messages, key=lambda message: -int(message.id))
        rest = [message for message in found if page_token is None or int(message.id) < int(page_token)]
        page = rest[:limit]
        return MessagePage(tuple(page), {}, page[-1].id if len(rest) > limit else None)

    def own_posts(self, **bounds: Unpack[TimelineBounds]) -> Page:
        self._called("own_posts", **bounds)
        if self.timeline_error:
            raise self.timeline_error
        return self._page(sorted(map(self._with_metrics, self._own()), key=lambda post: -int(post.id)), bounds)

    def own_post(self, post_id: str) -> XPost | None:
        self._called("own_post", post_id=post_id)
        return next((self._with_metrics(post) for post in self._own() if post.id == post_id), None)

    def edit_own_post(self, post_id: str, text: str) -> str:
        """Give the post a later version, which takes its place on the timeline; the new id."""
        before = next(post for post in self.made if post.id == post_id)
        new_id = self.add_own_post(text, in_reply_to=before.in_reply_to)
        history = (*before.edit_ids, new_id)
        self.made = [post._replace(edit_ids=history) if post.id in history else post for post in self.made]
        self.out_of_reach |= set(before.edit_ids)
        return new_id

    def _own(self) -> list[XPost]:
        """What the account's timeline shows."""
        visible = (post for post in self.made if self.clock() - post.created_at >= self.late)
        return [post for post in visible if post.id not in self.out_of_reach]

    def like(self, *posts: XPost) -> None:
        """Like these, one after the other."""
        for post in posts:
            self.likes.insert(0, post)

    def liked_posts(self, *, page_token: str | None = None) -> Page:
        error = self.likes_errors.get(int(page_token or 0) // self.likes_page + 1)
        if error:
            raise error
        self._called("liked_posts", page_token=page_token)
        return self._page(self.likes, {"page_token": page_token}, self.likes_page)

    def upload_picture(self, content: bytes, content_type: str) -> UploadedPicture:
        self._counts["upload_picture"] += 1
        self._use(0)
        self.before_upload()
        error = self.upload_errors.popleft() if self.upload_errors else None
        if error:
            raise error
        media_id = str(1_880_000_000_000_000_000 + len(self.uploads) + 1)
        self.uploads[media_id] = Uploaded(content, content_type, self.clock() + self.media_lasts)
        return UploadedPicture(media_id, self.clock() + self.media_lasts)

    def describe_picture(self, media_id: str, alt: str) -> None:
        self._counts["describe_picture"] += 1
        self._use(ALT_TEXT_PRICE)
        error = self.describe_errors.popleft() if self.describe_errors else None
        if error:
            raise error
        self.uploads[media_id] = self.uploads[media_id]._replace(alt=alt)

    def create_post(
        self,
        text: str,
        *,
        in_reply_to: str | None = None,
        own_thread: bool = False,
        private_message: bool = False,
        media_ids: Sequence[str] = (),
    ) -> str:
        self.attempts[text] += 1
        if self.refuses_media or any(self.clock() >= self.uploads[each].expires_at for each in media_ids):
            raise MediaGone("X answered 400: Your media IDs are invalid.")
        is_summoned = in_reply_to is not None and not own_thread
        self._use(price_of_post(text, is_reply=is_summoned, private_message=private_message))
        self.before()
        fault = self.faults.popleft() if self.faults else None
        if fault and not fault.made:
            raise fault.error
        if self.refuses_duplicates and any(one.text == text and one.in_reply_to == in_reply_to for one in self.made):
            raise Duplicate("X answered 403: duplicate content")
        made = self.add_own_post(text, in_reply_to=in_reply_to)
        self.private |= {made} if private_message else set()
        self.shows[made] = [self.uploads[each] for each in media_ids]
        self.after()
        if fault:
            raise fault.error
        return made

    def delete_post(self, post_id: str) -> None:
        self._called("delete_post", post_id=post_id)
        if all(one.id != post_id for one in self.made):
            raise Gone(f"X has no post {post_id}")
        self.made = [one for one in self.made if one.id != post_id]

    def add_own_post(
        self, text: str, *, in_reply_to: str | None = None, at: datetime | None = None, retweets: str | None = None
    ) -> str:
        """Add a post of the account, published by the desk or by a person; its id."""
        moment = at or self.clock()
        post_id = str(int(first_id_at(moment)) + next(_sequence) % 4_000_000)
        self.made.append(
            XPost(
                id=post_id,
                text=text,
                author_id="1",
                created_at=moment,
                conversation_id=post_id,
                lang="ko",
                edit_ids=(post_id,),
                in_reply_to=in_reply_to,
                retweets=retweets,
            )
        )
        return post_id

    def texts(self) -> list[str]:
        """The texts of the account's own posts, oldest first."""
        return [post.text for post in self.made]

    def take_usage(self) -> Usage:
        taken, self._usage = self._usage, Usage()
        return taken

    def _called(self, name: str, **asked: object) -> None:
        self._counts[name] += 1
        self.calls.append(Call(name, asked))
        self._use(1_000)
        for failing, start, end, error in self._errors:
            if failing == name and start <= self._counts[name] < end:
                raise error

    def _use(self, micro_usd: int) -> None:
        self._usage = Usage(self._usage.calls + 1, self._usage.micro_usd + micro_usd)

    def _require_recent(self, bounds: TimelineBounds) -> None:
        since_id = bounds.get("since_id")
        if since_id and time_of(since_id) < self.clock() - A_WEEK:
            raise BadRequest("since_id")

    def _newest_first(self) -> list[XPost]:
        if self.seconds_run_forward:
            return sorted(self._posts.values(), key=lambda post: (-int(post.created_at.timestamp()), int(post.id)))
        return sorted(self._posts.values(), key=lambda post: -int(post.id))

    def _page(self, posts: Sequence[XPost], bounds: TimelineBounds, size: int = FULL_PAGE) -> Page:
        since_id, until_id, start_time = bounds.get("since_id"), bounds.get("until_id"), bounds.get("start_time")
        floor = int(since_id) if since_id else int(first_id_at(start_time)) - 1 if start_time else 0
        found = [post for post in posts if int(post.id) > floor and (until_id is None or int(post.id) < int(until_id))]
        start = int(bounds.get("page_token") or 0)
        page, rest = found[start : start + size], found[start + size :]
        following = size if self.repeats else start + size
        return Page(
            posts=tuple(post for post in page if post.id not in self.hidden | self.garbled),
            newest_id=max((post.id for post in page), key=int, default=None),
            oldest_id=min((post.id for post in page), key=int, default=None),
            next_token=str(following) if rest or self.repeats else None,
            count=len(page),
            unparsable=tuple(Unparsable(post.id, "garbled") for post in page if post.id in self.garbled),
        )


@dataclass
class FakeDialects:
    """Remembers choices by endpoint; `busy` makes every method fail."""

    choices: dict[str, DialectChoice] = field(default_factory=dict)
    busy: bool = False
    loads: int = 0

    def load(self) -> dict[str, DialectChoice]:
        self.loads += 1
        self._answer()
        return dict(self.choices)

    def save(self, choice: DialectChoice) -> None:
        self._answer()
        self.choices[choice.endpoint] = choice

    def _answer(self) -> None:
        if self.busy:
            raise StoreBusy("dialects")


@dataclass
class FakeBreakers:
    """Keeps breakers; `fails` makes every method fail, `takes_nothing` every change."""

    fails: bool = False
    takes_nothing: bool = False
    loads: int = 0
    writes: int = 0
    _breakers: dict[str, Breaker] = field(default_factory=dict)

    def load(self) -> dict[str, Breaker]:
        self.loads += 1
        if self.fails:
            raise StoreBusy("scripted")
        return dict(self._breakers)

    def save(self, breaker: Breaker) -> None:
        self._write()
        self._breakers[breaker.name] = breaker

    def clear(self, breaker: Breaker) -> None:
        self._write()
        known = self._breakers.get(breaker.name)
        if known is not None and known.retry_at == breaker.retry_at:
            del self._breakers[breaker.name]

    def _write(self) -> None:
        self.writes += 1
        if self.fails or self.takes_nothing:
            raise StoreBusy("scripted")


@dataclass
class FakeSpend:
    """Implements SpendStore in memory; `busy` makes every method fail."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Seoul"))
    budget: XBudget = field(default_factory=XBudget)
    days: dict[date, DaySpend] = field(default_factory=dict)
    """Without what is reserved."""
    reserved: dict[str, Reservation] = field(default_factory=dict)
    busy: bool = False

    def day_of(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    def reserve(
        self, reservation: Reservation, now: datetime, *, before: int = 0, ahead: int = 0, is_spent: bool = False
    ) -> Reserved:
        self._answer()
        day, purpose = reservation.day, reservation.purpose
        if any(each > day and each.month == day.month for each in self.days):
            raise DayOver
        most = {} if is_spent else ceilings(self.budget, purpose)
        known = self.reserved.get(reservation.id)
        more = reservation.micro_usd - (known.micro_usd if known else 0)
        ahead = 0 if exceeded(most, self._on(day), more + ahead, purpose) else ahead
        settled = self.days.setdefault(day, DaySpend(day))
        limit = exceeded(most, self._on(day), more, purpose)
        if limit and more > 0:
            is_known = any((each.purpose, each.limit) == (purpose, limit) for each in settled.refusals)
            refusal = BudgetRefusal(purpose, limit, now, more)
            refusals = settled.refusals if is_known else (*settled.refusals, refusal)
            self.days[day] = settled._replace(refusals=refusals)
            raise OverBudget(purpose, limit, resets_at(limit, day, self.zone))
        self.reserved[reservation.id] = reservation._replace(micro_usd=reservation.micro_usd + ahead)
        return Reserved(reservation.micro_usd + ahead, self._on(day))

    def settle(self, reservation: Reservation, usage: Usage) -> None:
        self._answer()
        if not self.reserved.pop(reservation.id, None):
            return
        self.add(reservation.day, usage, reservation.purpose)

    def between(self, first: date, last: date) -> tuple[DaySpend, ...]:
        self._answer()
        return tuple(self._on(first + timedelta(days=number)) for number in range((last - first).days + 1))

    def add(self, day: date, usage: Usage, purpose: Purpose = Purpose.MENTIONS) -> None:
        """Let so much have been spent on this day."""
        before = self.days.get(day, DaySpend(day))
        self.days[day] = before._replace(
            usage=_sum(before.usage, usage),
            by_purpose={**before.by_purpose, purpose: before.by_purpose.get(purpose, 0) + usage.micro_usd},
        )

    def on(self, day: date) -> Usage:
        """The day's sums."""
        return self._on(day).usage

    def _on(self, day: date) -> DaySpend:
        found = self._with_reserved(day)
        month = [self._with_reserved(each) for each in self._known_days() if each.replace(day=1) == day.replace(day=1)]
        until = sum(each.usage.micro_usd for each in month if each.day <= day)
        return found._replace(month_micro_usd=until if day in self._known_days() else 0)

    def _known_days(self) -> set[date]:
        return {*self.days, *(each.day for each in self.reserved.values())}

    def _with_reserved(self, day: date) -> DaySpend:
        found = self.days.get(day, DaySpend(day))
        sums = Counter(found.by_purpose)
        for each in self.reserved.values():
            if each.day == day:
                sums[each.purpose] += each.micro_usd
                found = found._replace(usage=_sum(found.usage, Usage(1, each.micro_usd)))
        return found._replace(by_purpose={purpose: micro_usd for purpose, micro_usd in sums.items() if micro_usd})

    def _answer(self) -> None:
        if self.busy:
            raise StoreBusy("spend")


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(one.calls + other.calls, one.micro_usd + other.micro_usd)


@dataclass
class FakeCredentials:
    """Holds `known`, and `stored` after a fresh read. `unreadable` fails every read, `fails_with` a fresh one."""

    known: XCredentials
    stored: XCredentials | None = None
    renewals: int = 0
    fails_with: DeskError | None = None
    unreadable: DeskError | None = None

    def read(self, *, fresh: bool = False) -> XCredentials:
        if self.unreadable:
            raise self.unreadable
        if fresh:
            self.renewals += 1
            if self.fails_with:
                raise self.fails_with
            self.known = self.stored or self.known
        return self.known


def fake_stores(
    breakers: BreakerStore | None = None, dialects: DialectStore | None = None, spend: SpendStore | None = None
) -> XStores:
    """These stores, and empty ones for the rest."""
    return XStores(breakers or FakeBreakers(), dialects or FakeDialects(), spend or FakeSpend())
