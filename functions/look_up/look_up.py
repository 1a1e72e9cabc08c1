"""Looks up on X what people need at the console: accounts and earlier posts of a thread."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.errors import BreakerOpen, SettingsError, XError
from desk.mentions.threads import ThreadPosts
from desk.x.look_ups import (
    AUTHOR_KEPT,
    MOST_KEYS,
    THREAD_KEPT,
    THREAD_PARENTS,
    THREAD_POSTS,
    LookUp,
    LookUpKey,
    LookUpKind,
    LookUpProblem,
    LookUps,
    LookUpState,
)
from desk.x.model import Author, Page, Usage, XLookUps, XPost, time_of
from look_up.problems import Refusal, refusal_of

_NOT_SHOWN_FOR = timedelta(days=1)
"""After this it is asked again whether X shows an account."""

_SAID_NOTHING_FOR = timedelta(minutes=15)
"""When to ask again for an account about which X said nothing, not even that it does not show it."""

SEARCH_REACH = timedelta(days=7) - timedelta(minutes=5)
"""How far back X's search goes, less some minutes for clocks that differ."""

_NOTHING = Page((), None, None, None, 0)


@dataclass(slots=True)
class LookUpReport:
    """The outcome of a run. `left` are look-ups that have to be tried again; somebody else may be at them."""

    done: int = 0
    failed: int = 0
    problems: set[LookUpProblem] = field(default_factory=set)
    left: set[LookUpKey] = field(default_factory=set)
    usage: Usage = field(default_factory=Usage)


class LookUpWorker:
    """Claims requests, calls X within the budget of look-ups, and records the results.

    `erased_among` returns those of some authors of whom nothing may be stored.
    """

    def __init__(
        self,
        x: XLookUps,
        look_ups: LookUps,
        threads: ThreadPosts,
        erased_among: Callable[[Collection[str]], frozenset[str]],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._x = x
        self._look_ups = look_ups
        self._threads = threads
        self._erased_among = erased_among
        self._clock = clock

    def look_up(self, keys: Iterable[LookUpKey]) -> LookUpReport:
        """Look up what is requested of these. Raises StoreBusy; what was claimed by then is tried again later."""
        report = LookUpReport()
        wanted = list(dict.fromkeys(keys))
        claimed = [each for key in wanted if (each := self._look_ups.claim(key, self._clock()))]
        self._note_what_others_hold(set(wanted) - {each.key for each in claimed}, report)
        authors = [each for each in claimed if each.key.kind is LookUpKind.AUTHOR]
        for place in range(0, len(authors), MOST_KEYS):
            self._record(self._authors(authors[place : place + MOST_KEYS], report), report)
        for each in claimed:
            if each.key.kind is LookUpKind.THREAD:
                self._record([self._thread(each, report)], report)
        return report

    def _note_what_others_hold(self, keys: set[LookUpKey], report: LookUpReport) -> None:
        found = self._look_ups.results(keys, self._clock()) if keys else {}
        report.left |= {key for key, each in found.items() if each.state is LookUpState.REQUESTED}

    def _record(self, look_ups: Sequence[LookUp], report: LookUpReport) -> None:
        self._look_ups.finish(look_ups)
        for each in look_ups:
            report.done += each.state is LookUpState.DONE
            report.failed += each.state is LookUpState.FAILED
            report.problems |= {each.problem} if each.problem else set()

    def _authors(self, requests: Sequence[LookUp], report: LookUpReport) -> list[LookUp]:
        ids = [each.key.id for each in requests]
        refused = self._asked(report, lambda: self._x.accounts(ids))
        if isinstance(refused, Refusal):
            return [self._failed(each, refused) for each in requests]
        accounts, erased = refused, self._erased_among(ids)
        return [
            self._author(each, is_gone=each.key.id in accounts.gone | erased, found=accounts.authors)
            for each in requests
        ]

    def _author(self, request: LookUp, *, is_gone: bool, found: Mapping[str, Author]) -> LookUp:
        now = self._clock()
        if is_gone:
            return self._failed(request, Refusal(LookUpProblem.NOT_SHOWN, now + _NOT_SHOWN_FOR))
        if request.key.id not in found:
            return self._failed(request, Refusal(LookUpProblem.UNAVAILABLE, now + _SAID_NOTHING_FOR))
        return LookUp(request.key, LookUpState.DONE, now, now + AUTHOR_KEPT, author=found[request.key.id])

    def _thread(self, request: LookUp, report: LookUpReport) -> LookUp:
        """Keep the newest posts before the request's place, and those that they reply to as far as X shows them."""
        found = self._asked(report, lambda: self._posts_before(request))
        if isinstance(found, Refusal):
            return self._failed(request, found)
        page, parents = found
        posts = [post for post in (*page.posts, *parents) if post.retweets is None]
        erased = self._erased_among({post.author_id for post in posts}) if posts else frozenset()
        now = self._clock()
        self._threads.add([post for post in posts if post.author_id not in erased], now)
        complete = page.next_token is None
        again_at = now + THREAD_KEPT if complete else now
        before = page.oldest_id or request.before
        return LookUp(request.key, LookUpState.DONE, now, again_at, before=before, complete=complete)

    def _posts_before(self, request: LookUp) -> tuple[Page, Sequence[XPost]]:
        conversation, before, now = request.key.id, request.before, self._clock()
        is_reached = before is None or time_of(before) > now - SEARCH_REACH
        page = self._x.conversation(conversation, until_id=before, limit=THREAD_POSTS) if is_reached else _NOTHING
        known = {post.id for post in (*page.posts, *self._threads.of(conversation, now))} | {before}
        wanted = dict.fromkeys([conversation, *(post.in_reply_to for post in page.posts if post.in_reply_to)])
        missing = [each for each in wanted if each not in known][:THREAD_PARENTS]
        return page, list(self._x.posts(missing, with_authors=False).posts.values())

    def _asked[T](self, report: LookUpReport, call: Callable[[], T]) -> T | Refusal:
        """What the call returns, or why it did not."""
        try:
            return call()
        except (XError, BreakerOpen, SettingsError) as exc:
            return refusal_of(exc, self._clock())
        finally:
            usage = self._x.take_usage()
            report.usage = Usage(report.usage.calls + usage.calls, report.usage.micro_usd + usage.micro_usd)

    def _failed(self, request: LookUp, refusal: Refusal) -> LookUp:
        now = self._clock()
        return LookUp(
            request.key, LookUpState.FAILED, now, max(now, refusal.again_at), refusal.problem, before=request.before
        )
