"""The use case: what people answer on X itself counts.

The account's own posts are walked like mentions. One that replies to a mention of a case, and that the desk has not
posted, answers the case; one with a holding phrase only promises an answer.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from unicodedata import normalize

from desk.brand import Brand
from desk.case import ReplyAs
from desk.errors import CaseMoved, StoreBusy
from desk.ports.cases import CaseFile, CaseStore
from desk.ports.own_replies import OwnReplyState
from desk.ports.posts import PostStore
from desk.ports.x import Page, Usage, XOwnPosts
from desk.post import Post
from desk.snowflake import earlier, first_id_at
from desk.x_post import XPost
from poll_mentions.by_hand import Fate, Reply, known_post_ids, news_of
from poll_mentions.stop import Stop
from poll_mentions.walk import walk

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

    def __init__(
        self,
        *,
        x: XOwnPosts,
        state: OwnReplyState,
        cases: CaseStore,
        posts: PostStore,
        brand: Brand,
    ) -> None:
        self._x = x
        self._state = state
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
        newest = self._state.seen_up_to() or first_id_at(now - self._look_back)
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
        cases = self._state.case_ids([post.in_reply_to for post in replies if post.in_reply_to])
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
        self._state.move(min([newest, *(str(int(post_id) - 1) for post_id in waiting)], key=int))
