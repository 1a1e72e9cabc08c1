"""The use case: external replies, which people give on X itself, count as the desk's own replies do.

The account's own posts are walked like mentions. A post that replies to a mention of a case, and that the desk did not
publish, answers the case; one with a holding phrase only promises an answer. Posts that reply to nobody are recorded as
shown, so that those which people write on X itself are measured as well.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import NamedTuple
from unicodedata import normalize

from desk.brand import Brand
from desk.cases.model import WAITING, Case, CaseEvent, CaseEventKind, CaseState, ReplyAs
from desk.cases.store import CaseFile, CaseMention, CaseStore
from desk.cases.transitions import asked_again, replied_on_x, waited_since
from desk.errors import CaseMoved, StoreBusy
from desk.mentions.poll_state import PollState
from desk.mentions.replied_on_x import RepliesOnX
from desk.mentions.store import MentionStore
from desk.mentions.walk import Stop, Walk
from desk.posts.model import NEVER_PUBLISHED, Post, acknowledgement_id, is_same
from desk.posts.performance import PerformanceStore
from desk.posts.store import PostStore
from desk.posts.transitions import continuation_id
from desk.x.model import XOwnPosts, XPost, earlier, first_id_at

_EVENT_OF = {ReplyAs.ANSWER: CaseEventKind.ANSWERED, ReplyAs.HOLDING: CaseEventKind.PROMISED}


class Verdict(StrEnum):
    """What is to be done about a reply that was seen on X."""

    RECORD = "record"
    IGNORE = "ignore"
    """The case knows it, or the desk published it."""
    LATER = "later"
    """The desk may have published it and not know yet, or a reply of its own is being published."""


class ExternalReplyDecision(NamedTuple):
    """The verdict, the case as it will be, and the event to store with it."""

    verdict: Verdict
    after: Case
    event: CaseEvent | None = None


class ExternalReply(NamedTuple):
    """A reply as X shows it and its meaning; `is_late`: wait no longer for a reply that is being published."""

    post: XPost
    reply_as: ReplyAs
    is_late: bool = False

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all versions: an edited reply is still the same one."""
        return frozenset({self.post.id, *self.post.edit_ids})


def known_post_ids(file: CaseFile) -> Sequence[str]:
    """Ids of the posts that the desk may have made for this case: replies, their continuations, the acknowledgement."""
    ids = [*(event.post_id for event in file.events), file.case.post_id]
    replies = list(dict.fromkeys(post_id for post_id in ids if post_id))
    return [*replies, *map(continuation_id, replies), acknowledgement_id(file.case.id)]


def decide(reply: ExternalReply, file: CaseFile, ours: Sequence[Post], brand: Brand) -> ExternalReplyDecision:
    """Decide what the reply changes in its case; `ours` are the posts that the desk has made for the case.

    A reply answers what was asked before it, and nothing that came in since. A case that waits for no answer any more,
    or whose own reply has been on its way for too long, only records it.
    """
    case = file.case
    if _is_known(reply, file) or _is_ours(reply, ours):
        return ExternalReplyDecision(Verdict.IGNORE, case)
    if _may_be_ours(reply, ours) or (case.state is CaseState.QUEUED and not reply.is_late):
        return ExternalReplyDecision(Verdict.LATER, case)
    since = [each for each in file.mentions if _asks(each) and each.mention.post.created_at > reply.post.created_at]
    answers = case.state in WAITING and not any(each.mention.received_at <= case.asked_at for each in since)
    ends = answers and reply.reply_as is ReplyAs.ANSWER
    event = CaseEvent(
        _EVENT_OF[reply.reply_as],
        reply.post.created_at,
        "",
        reply.post.text,
        case.department,
        x_id=reply.post.first_id,
        asked_at=waited_since(case, file.events) if ends else None,
    )
    changes = answers and case.state is not CaseState.QUEUED
    return ExternalReplyDecision(Verdict.RECORD, _after(case, reply, since, brand) if changes else case, event)


def _after(case: Case, reply: ExternalReply, since: Iterable[CaseMention], brand: Brand) -> Case:
    """The case after the reply and after the questions that followed it, for which a draft is kept."""
    after = replied_on_x(case, reply.reply_as, reply.post.created_at)
    for each in since:
        if each.reading:
            after = asked_again(after, each.mention, each.reading, brand)
    if after.state is not CaseState.OPEN or case.draft is None:
        return after
    return after._replace(state=CaseState.OPEN if case.draft.comment else CaseState.DRAFTED, draft=case.draft)


def _is_known(reply: ExternalReply, file: CaseFile) -> bool:
    return any(event.x_id in reply.ids for event in file.events)


def _is_ours(reply: ExternalReply, ours: Sequence[Post]) -> bool:
    """Whether the desk published it; an acknowledgement counts even if the desk does not know that X has it."""
    return any(post.x_id in reply.ids or (post.is_acknowledgement and _looks_like(reply, post)) for post in ours)


def _may_be_ours(reply: ExternalReply, ours: Sequence[Post]) -> bool:
    """Whether it reads like a reply of the desk that may be on X."""
    return any(post.state not in NEVER_PUBLISHED and _looks_like(reply, post) for post in ours)


def _looks_like(reply: ExternalReply, post: Post) -> bool:
    return post.x_id is None and post.claimed_at is not None and is_same(post, reply.post)


def _asks(each: CaseMention) -> bool:
    return bool(each.reading and each.reading.opens_case)


OVERLAP = timedelta(minutes=30)
"""X shows some posts late, and a mention may be read, or a reply of our own settled, after its answer was seen.

A reply that takes longer may need a person: then an external reply is recorded beside it.
"""

_TRIED_FOR = timedelta(hours=1)
"""After this a reply that can't be recorded no longer holds up the checkpoint, however old it was when first seen."""
_QUIET = timedelta(days=1)
"""While nothing is posted, the checkpoint moves by this much once it is twice as old: X refuses a since_id that is a
week old."""
_TRIES = 3
_SEEN = (Stop.WHOLE, Stop.REACH)

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class ExternalRepliesReport:
    """How many replies were recorded, how many are left to the next walk, and how the walk ended."""

    recorded: int = 0
    put_off: int = 0
    stop: Stop = Stop.WHOLE
    detail: str = ""
    failures: dict[str, str] = field(default_factory=dict)


class ExternalReplies:
    """Walks the account's own posts and records external replies, each once, however often it is seen."""

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        *,
        x: XOwnPosts,
        state: PollState,
        mentions: MentionStore,
        cases: CaseStore,
        posts: PostStore,
        replied: RepliesOnX,
        performances: PerformanceStore,
        brand: Brand,
    ) -> None:
        self._x = x
        self._state = state
        self._mentions = mentions
        self._cases = cases
        self._posts = posts
        self._replied = replied
        self._performances = performances
        self._brand = brand
        self._holding = tuple(normalize("NFC", phrase).casefold() for phrase in brand.holding)
        self._look_back = brand.polling.first_look_back
        self._settled = set[str]()  # in this process: within the overlap they would be decided every minute
        self._shown = set[str]()
        self._tried_since = dict[str, datetime]()

    def find(self, now: datetime, seen_to: str | None, may_go_on: Callable[[], bool]) -> ExternalRepliesReport:
        """Walk down to the checkpoint `seen_to` less an overlap, then record what is new, the oldest reply first.

        The checkpoint never passes a reply that must be looked at again. Raises StoreBusy when the tables gave up; then
        the checkpoint stays.
        """
        newest = seen_to or first_id_at(now - self._look_back)
        floor, found, shown = earlier(newest, OVERLAP), list[XPost](), list[XPost]()
        walk = Walk(partial(self._x.own_posts, since_id=floor), floor=floor, may_go_on=may_go_on)
        for page in walk:
            new = [post for post in page.posts if post.retweets is None and int(post.id) > int(floor)]
            found += [post for post in new if post.in_reply_to]
            shown += [post for post in new if not post.in_reply_to]
        report = ExternalRepliesReport(stop=walk.walked.stop, detail=walk.walked.detail)
        again = self._record(sorted(found, key=lambda post: int(post.id)), now, report)
        self._record_shown(sorted(shown, key=lambda post: int(post.id)))
        if report.stop in _SEEN:
            seen = max(walk.walked.newest_id or newest, newest, key=int)
            if int(seen) < int(first_id_at(now - 2 * _QUIET)):
                seen = first_id_at(now - _QUIET)
            seen_now = min([seen, *(str(int(post_id) - 1) for post_id in again)], key=int)
            if seen_now != seen_to:
                self._state.set_own_posts_seen_to(seen_now)
        return report

    def _record_shown(self, posts: Iterable[XPost]) -> None:
        """Record posts of the timeline, each version once in this process; a later version replaces the text."""
        new = {post.id: post for post in posts}
        for post in (post for key, post in new.items() if key not in self._shown):
            self._performances.record_shown(post.first_id, post.text)
        self._shown = set(new)

    def _record(self, replies: Sequence[XPost], now: datetime, report: ExternalRepliesReport) -> list[str]:
        """Record replies in their cases, or with mentions without one; the ids of those to be looked at again."""
        cases = self._mentions.case_ids([post.in_reply_to for post in replies if post.in_reply_to])
        settled, again = self._record_without_case([post for post in replies if post.in_reply_to not in cases], now), []
        for post in replies:
            case_id = cases.get(post.in_reply_to or "")
            if case_id and (post.id in self._settled or self._is_settled(post, case_id, now, report)):
                settled.add(post.id)
            elif case_id and now - self._tried_since.setdefault(post.id, now) < _TRIED_FOR:
                again.append(post.id)
        self._settled, report.put_off = settled, len(again)
        unsettled = {post.id for post in replies} - settled
        self._tried_since = {key: since for key, since in self._tried_since.items() if key in unsettled}
        return again

    def _record_without_case(self, replies: Sequence[XPost], now: datetime) -> set[str]:
        """Record replies to mentions without a case, and return the ids of those that are recorded, now or earlier."""
        settled = {post.id for post in replies if post.id in self._settled}
        new = [post for post in replies if post.id not in settled and post.in_reply_to]
        known = self._mentions.known([post.in_reply_to for post in new if post.in_reply_to]) if new else frozenset()
        found = {post.in_reply_to: post for post in new if post.in_reply_to in known}
        if found:
            self._replied.record({key: post.first_id for key, post in found.items() if key}, now)
        return settled | {post.id for post in new if post.in_reply_to in known}

    def _is_settled(self, post: XPost, case_id: str, now: datetime, report: ExternalRepliesReport) -> bool:
        """Whether the case needs no further look at this reply."""
        reply = ExternalReply(post, self._reply_as(post), is_late=now - post.created_at >= OVERLAP)
        try:
            verdict = self._record_one(reply, case_id)
        except Exception as exc:  # noqa: BLE001 - a case that fails must not keep the others from their answers
            _log.warning("the external reply %s could not be recorded in case %s", post.id, case_id, exc_info=True)
            report.failures[post.id] = type(exc).__name__
            return False
        report.recorded += verdict is Verdict.RECORD
        return verdict is not Verdict.LATER

    def _record_one(self, reply: ExternalReply, case_id: str) -> Verdict:
        for _ in range(_TRIES):
            file = self._cases.file(case_id)
            if file is None:
                return Verdict.IGNORE
            verdict, after, event = decide(reply, file, self._ours(file), self._brand)
            if event is None:
                return verdict
            try:
                self._cases.save(after, file.case, event)
            except CaseMoved:
                continue
            return verdict
        raise StoreBusy(f"{case_id} changed {_TRIES} times while an external reply was recorded")

    def _ours(self, file: CaseFile) -> Sequence[Post]:
        """The desk's own replies to the case."""
        posts = (self._posts.get(post_id) for post_id in known_post_ids(file))
        return [post for post in posts if post]

    def _reply_as(self, post: XPost) -> ReplyAs:
        text = normalize("NFC", post.text).casefold()
        return ReplyAs.HOLDING if any(phrase in text for phrase in self._holding) else ReplyAs.ANSWER
