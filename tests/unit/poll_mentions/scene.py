"""A desk that polls, with everything around it in memory."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from desk.mentions.model import Mention
from desk.reading import Kind, Need, Reading, Urgency
from desk.x.model import XPost, first_id_at
from poll_mentions.poll import MentionPoll, PollReport
from tests.brands import small_brand
from tests.fakes.mentions import FakeMentions, FakePollState
from tests.fakes.x import FakeX

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""Noon in Seoul."""
BRAND = small_brand()
MINUTE = timedelta(minutes=1)

_sequence = count(1)


def post_at(
    moment: datetime,
    text: str = "청구서가 이상해요",
    *,
    author_id: str = "501",
    id: str | None = None,  # noqa: A002 - the noun's own name
    in_reply_to: str | None = None,
    retweets: str | None = None,
    edit_ids: tuple[str, ...] = (),
) -> XPost:
    """A post made at this moment, with an id to match."""
    own = id or str(int(first_id_at(moment)) + next(_sequence) % 4_000_000)
    return XPost(
        id=own,
        text=text,
        author_id=author_id,
        created_at=moment,
        conversation_id=own,
        lang="ko",
        edit_ids=edit_ids or (own,),
        in_reply_to=in_reply_to,
        retweets=retweets,
    )


def burst(number: int, start: datetime, span: timedelta) -> list[XPost]:
    """So many posts, evenly over a span, oldest first."""
    return [post_at(start + span * place / number) for place in range(number)]


class ChatIsNotRouted:
    """A reader for whom a text that holds "chat" is chat, anything else an inquiry for billing; it fails on "odd"."""

    def is_routed(self, mention: Mention) -> bool:
        return self.read(mention).is_published

    def read(self, mention: Mention) -> Reading:
        if mention.post.text == "odd":
            raise ValueError("odd")
        is_chat = "chat" in mention.post.text
        return Reading(
            kind=Kind.CHAT if is_chat else Kind.INQUIRY,
            need=Need.RELATIONSHIP if is_chat else Need.SUPPORT,
            department=None if is_chat else "billing",
            urgency=Urgency.NORMAL,
            lang="ko",
            confidence=1,
            why=(),
        )


class Scene:
    """Polls minute by minute; `now` is both the schedule's and the machine's time."""

    def __init__(self) -> None:
        self.now = NOON
        self.x = FakeX(lambda: self.now)
        self.store = FakeMentions(ZoneInfo(BRAND.timezone))
        self.state = FakePollState()
        self._known = set[str]()

    def poll(self, holder: str = "run", remaining_ms: Callable[[], int] = lambda: 55_000) -> PollReport:
        """One poll now."""
        poll = MentionPoll(
            x=self.x,
            mentions=self.store,
            state=self.state,
            reader=ChatIsNotRouted(),
            brand=BRAND,
            clock=lambda: self.now,
            now=self.now,
            holder=holder,
            remaining_ms=remaining_ms,
        )
        return poll.poll()

    def started(self) -> "Scene":
        """After a first poll that found nothing, a minute later."""
        self.poll()
        self.passes(MINUTE)
        return self

    def knows(self, *posts: XPost) -> None:
        """Have these on X, and stored by an earlier poll."""
        self.x.post(*posts)
        self.store.store([Mention(post, self.now) for post in posts])
        self._known |= {post.id for post in posts}

    def slow_poll(self, page_time: timedelta) -> PollReport:
        """One poll now, of which every call to X takes so long."""
        calls, page_ms = len(self.x.calls), page_time // timedelta(milliseconds=1)
        return self.poll(remaining_ms=lambda: 50_000 - page_ms * (len(self.x.calls) - calls))

    def passes(self, span: timedelta) -> None:
        self.now += span

    def polls_until_no_gap_is_open(self, limit: int = 50) -> list[PollReport]:
        """Poll each minute until every gap is closed."""
        reports = []
        for _ in range(limit):
            self.passes(MINUTE)
            reports.append(self.poll())
            if not reports[-1].gaps_open:
                return reports
        raise AssertionError(f"a gap is still open after {limit} polls: {self.state.gaps}")

    @property
    def stored(self) -> set[str]:
        return set(self.store.mentions)

    @property
    def found(self) -> set[str]:
        """What was stored besides what the desk knew."""
        return self.stored - self._known

    @property
    def checkpoint(self) -> str:
        return self.state.checkpoints[-1].newest_id


def calls_left(number: int) -> Callable[[], int]:
    """A deadline that this many looks at it are still before."""
    looks = count(1)
    return lambda: 55_000 if next(looks) <= number else 1_000
