"""The use case: what people answer on X itself counts.

The account's own posts are walked like mentions. One that replies to a mention of a case, and that the desk has not
posted, answers the case; one with a holding phrase only promises an answer.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from unicodedata import normalize

from desk.brand import Brand
from desk.cases.model import WAITING, Case, CaseEvent, CaseEventKind, CaseState, ReplyAs
from desk.cases.store import CaseFile, CaseMention, CaseStore
from desk.cases.transitions import asked_again, said_by_hand, waited_since
from desk.errors import CaseMoved, StoreBusy
from desk.mentions.poll_state import PollState
from desk.mentions.store import MentionStore
from desk.posts.model import NEVER_PUBLISHED, Post, acknowledgement_id, is_same
from desk.posts.store import PostStore
from desk.posts.transitions import continuation_id
from desk.x.model import Page, Usage, XOwnPosts, XPost, earlier, first_id_at
from poll_mentions.walk import Stop, walk

_WHAT = {ReplyAs.ANSWER: CaseEventKind.ANSWERED, ReplyAs.HOLDING: CaseEventKind.PROMISED}


class Fate(StrEnum):
    """What becomes of a reply."""

    NEWS = "news"
    NONE = "none"
    """The case knows it, or the desk has said it itself."""
    LATER = "later"
    """The desk itself may have said it and not know yet; or a reply of its own is on its way."""


class News(NamedTuple):
    """The fate, the case as it shall be, and what happened; no event: nothing is to be stored."""

    fate: Fate
    after: Case
    event: CaseEvent | None = None


class Reply(NamedTuple):
    """A reply as X shows it, what it is to its case, and whether what the desk has on its way is no longer awaited."""

    post: XPost
    reply_as: ReplyAs
    is_late: bool = False

    @property
    def ids(self) -> frozenset[str]:
        """All its versions: an edited reply is still the same one."""
        return frozenset({self.post.id, *self.post.edit_ids})


def known_post_ids(file: CaseFile) -> Sequence[str]:
    """The posts that the desk may have made for this case: replies, their continuations, the acknowledgement."""
    ids = [*(event.post_id for event in file.events), file.case.post_id]
    replies = list(dict.fromkeys(post_id for post_id in ids if post_id))
    return [*replies, *map(continuation_id, replies), acknowledgement_id(file.case.id)]


def news_of(reply: Reply, file: CaseFile, ours: Sequence[Post], brand: Brand) -> News:
    """What the case learns of this reply; `ours` are the posts that the desk has made for it.

    It answers what was asked before it, nothing that has come in since; and a case that nobody waits for any more, or
    whose own reply is on its way for long, just records it.
    """
    case = file.case
    if _is_known(reply, file) or _is_ours(reply, ours):
        return News(Fate.NONE, case)
    if _may_be_ours(reply, ours) or (case.state is CaseState.QUEUED and not reply.is_late):
        return News(Fate.LATER, case)
    since = [each for each in file.mentions if _asks(each) and each.mention.post.created_at > reply.post.created_at]
    answers = case.state in WAITING and not any(each.mention.received_at <= case.asked_at for each in since)
    ends = answers and reply.reply_as is ReplyAs.ANSWER
    event = CaseEvent(
        _WHAT[reply.reply_as],
        reply.post.created_at,
        "",
        reply.post.text,
        case.department,
        x_id=reply.post.first_id,
        asked_at=waited_since(case, file.events) if ends else None,
    )
    changes = answers and case.state is not CaseState.QUEUED
    return News(Fate.NEWS, _after(case, reply, since, brand) if changes else case, event)


def _after(case: Case, reply: Reply, since: Iterable[CaseMention], brand: Brand) -> Case:
    """The case as the reply and what was asked after it leave it; who answers that meanwhile keeps what is drafted."""
    after = said_by_hand(case, reply.reply_as, reply.post.created_at)
    for each in since:
        if each.reading:
            after = asked_again(after, each.mention, each.reading, brand)
    is_asked = after.state is CaseState.OPEN
    return after._replace(state=CaseState.DRAFTED, draft=case.draft) if is_asked and case.draft else after


def _is_known(reply: Reply, file: CaseFile) -> bool:
    return any(event.x_id in reply.ids for event in file.events)


def _is_ours(reply: Reply, ours: Sequence[Post]) -> bool:
    """Whether the desk has said it, or said it by itself without knowing: no acknowledgement is an answer."""
    return any(post.x_id in reply.ids or (post.is_acknowledgement and _looks_like(reply, post)) for post in ours)


def _may_be_ours(reply: Reply, ours: Sequence[Post]) -> bool:
    """Whether it reads as a reply of the desk's that may stand on X."""
    return any(post.state not in NEVER_PUBLISHED and _looks_like(reply, post) for post in ours)


def _looks_like(reply: Reply, post: Post) -> bool:
    return post.x_id is None and post.claimed_at is not None and is_same(post, reply.post)


def _asks(each: CaseMention) -> bool:
    return bool(each.reading and each.reading.opens_case)


OVERLAP = timedelta(minutes=30)
"""X shows some posts late, and a mention may be read, or a reply of our own settled, only after its answer was seen.

What is on its way for longer a person may have to settle: then what stands on X is told beside it.
"""

_TRIED_FOR = timedelta(hours=1)
"""After this a reply that can't be told to its case holds up no other, however old it was when it was seen first."""
_QUIET = timedelta(days=1)
"""The walk begins no further back than this, however long nothing was posted."""
_TRIES = 3
_SEEN = (Stop.WHOLE, Stop.REACH)

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class OwnRepliesReport:
    """What a walk did: replies by hand that cases learned of, those that wait for the next walk, and how it ended."""

    told: int = 0
    put_off: int = 0
    usage: Usage = field(default_factory=Usage)
    stop: Stop = Stop.WHOLE
    detail: str = ""
    failures: dict[str, str] = field(default_factory=dict)


class OwnReplies:
    """Walks the account's own posts. The same post may be seen again at any time: its case learns of it once."""

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        *,
        x: XOwnPosts,
        state: PollState,
        mentions: MentionStore,
        cases: CaseStore,
        posts: PostStore,
        brand: Brand,
    ) -> None:
        self._x = x
        self._state = state
        self._mentions = mentions
        self._cases = cases
        self._posts = posts
        self._brand = brand
        self._holding = tuple(normalize("NFC", phrase).casefold() for phrase in brand.holding)
        self._look_back = brand.polling.first_look_back
        self._settled = set[str]()  # by this process: within the overlap they would be looked at every minute
        self._tried_since = dict[str, datetime]()

    def run(self, now: datetime, may_go_on: Callable[[], bool]) -> OwnRepliesReport:
        """Walk down to the checkpoint less an overlap, then tell the cases, the oldest reply first.

        The checkpoint passes only what was told. Raises StoreBusy when the tables gave up; then nothing is passed.
        """
        newest = self._state.own_posts_seen_to() or first_id_at(now - self._look_back)
        floor, found = earlier(newest, OVERLAP), list[XPost]()

        def keep(page: Page) -> None:
            found.extend(post for post in page.posts if post.in_reply_to and int(post.id) > int(floor))

        try:
            walked = walk(
                lambda token: self._x.own_posts(since_id=floor, page_token=token),
                keep,
                floor=floor,
                may_go_on=may_go_on,
            )
        finally:
            usage = self._x.take_usage()
        report = OwnRepliesReport(usage=usage, stop=walked.stop, detail=walked.detail)
        waiting = self._tell(sorted(found, key=lambda post: int(post.id)), now, report)
        if walked.stop in _SEEN:
            self._pass([walked.newest_id, newest, first_id_at(now - _QUIET)], waiting)
        return report

    def _tell(self, replies: Sequence[XPost], now: datetime, report: OwnRepliesReport) -> list[str]:
        """Tell the cases; the ids of replies that must be seen again."""
        cases = self._mentions.case_ids([post.in_reply_to for post in replies if post.in_reply_to])
        told, waiting = set[str](), list[str]()
        for post in replies:
            case_id = cases.get(post.in_reply_to or "")
            if case_id and (post.id in self._settled or self._is_done(post, case_id, now, report)):
                told.add(post.id)
            elif case_id and now - self._tried_since.setdefault(post.id, now) < _TRIED_FOR:
                waiting.append(post.id)
        self._settled, report.put_off = told, len(waiting)
        untold = {post.id for post in replies} - told
        self._tried_since = {key: since for key, since in self._tried_since.items() if key in untold}
        return waiting

    def _is_done(self, post: XPost, case_id: str, now: datetime, report: OwnRepliesReport) -> bool:
        """Whether the case has learned all that it will of this reply."""
        try:
            fate = self._hear(Reply(post, self._reply_as(post), now - post.created_at >= OVERLAP), case_id)
        except Exception as exc:  # noqa: BLE001 - what one case meets must not keep the others from their answers
            _log.warning("the case %s can't be told of the reply %s", case_id, post.id, exc_info=True)
            report.failures[post.id] = type(exc).__name__
            return False
        report.told += fate is Fate.NEWS
        return fate is not Fate.LATER

    def _hear(self, reply: Reply, case_id: str) -> Fate:
        for _ in range(_TRIES):
            file = self._cases.file(case_id)
            if file is None:
                return Fate.NONE
            fate, after, event = news_of(reply, file, self._ours(file), self._brand)
            if event is None:
                return fate
            try:
                self._cases.save(after, file.case, event)
            except CaseMoved:
                continue
            return fate
        raise StoreBusy(f"{case_id} moved {_TRIES} times while it should hear of an answer")

    def _ours(self, file: CaseFile) -> Sequence[Post]:
        """The desk's own replies to the case."""
        posts = (self._posts.get(post_id) for post_id in known_post_ids(file))
        return [post for post in posts if post]

    def _reply_as(self, post: XPost) -> ReplyAs:
        said = normalize("NFC", post.text).casefold()
        return ReplyAs.HOLDING if any(phrase in said for phrase in self._holding) else ReplyAs.ANSWER

    def _pass(self, seen: Iterable[str | None], waiting: Sequence[str]) -> None:
        """Move the checkpoint over what was seen, but never over a reply that must be seen again."""
        newest = max((each for each in seen if each), key=int)
        self._state.set_own_posts_seen_to(min([newest, *(str(int(post_id) - 1) for post_id in waiting)], key=int))
