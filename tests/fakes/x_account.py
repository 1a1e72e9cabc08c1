"""The port XPublishing in memory: an account whose posts can be counted, on an X that loses answers."""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple

from desk.errors import DeskError, Duplicate
from desk.ports.x import Page, Usage
from desk.post_price import price_of_post
from desk.snowflake import first_id_at
from desk.x_post import XPost

FULL_PAGE = 100
_sequence = count(1)


class Fault(NamedTuple):
    """What becomes of one call: the error that is raised, and whether the post was made all the same."""

    error: BaseException
    made: bool = False


@dataclass
class FakeXAccount:
    """What was created stands in `made`, and `attempts` counts who asked for it, by text; `private` has the ids of
    those with a button for a private message.

    `faults` are met by the next calls of `create_post`, one each; `timeline_refuses` is raised instead of showing
    posts. A post is shown in the timeline `late` after it was made. `before` and `after` are called around making.
    """

    clock: Callable[[], datetime]
    late: timedelta = timedelta(0)
    refuses_duplicates: bool = True
    faults: deque[Fault] = field(default_factory=deque)
    timeline_refuses: DeskError | None = None
    made: list[XPost] = field(default_factory=list)
    private: set[str] = field(default_factory=set)
    attempts: Counter[str] = field(default_factory=Counter)
    looks: int = 0
    before: Callable[[], None] = lambda: None
    after: Callable[[], None] = lambda: None
    usage: Usage = field(default_factory=Usage)

    def create_post(
        self, text: str, *, in_reply_to: str | None = None, own_thread: bool = False, private_message: bool = False
    ) -> str:
        self.attempts[text] += 1
        is_summoned = in_reply_to is not None and not own_thread
        self._use(price_of_post(text, is_reply=is_summoned, private_message=private_message))
        self.before()
        fault = self.faults.popleft() if self.faults else None
        if fault and not fault.made:
            raise fault.error
        if self.refuses_duplicates and any(one.text == text and one.in_reply_to == in_reply_to for one in self.made):
            raise Duplicate("X answered 403: duplicate content")
        made = self.stands(text, in_reply_to=in_reply_to)
        self.private |= {made} if private_message else set()
        self.after()
        if fault:
            raise fault.error
        return made

    def stands(
        self, text: str, *, in_reply_to: str | None = None, at: datetime | None = None, retweets: str | None = None
    ) -> str:
        """Have a post there, whoever made it; its id."""
        moment = at or self.clock()
        post_id = str(int(first_id_at(moment)) + next(_sequence) % 4_000_000)
        post = XPost(
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
        self.made.append(post)
        return post_id

    def texts(self) -> list[str]:
        """What stands there, in the order in which it was made."""
        return [post.text for post in self.made]

    def own_posts(
        self,
        *,
        since_id: str | None = None,
        until_id: str | None = None,
        start_time: datetime | None = None,
        page_token: str | None = None,
    ) -> Page:
        self.looks += 1
        self._use(1_000)
        if self.timeline_refuses:
            raise self.timeline_refuses
        shown = [post for post in self.made if self.clock() - post.created_at >= self.late]
        found = sorted((post for post in shown if int(post.id) > int(since_id or 0)), key=lambda post: -int(post.id))
        start = int(page_token or 0)
        page, rest = found[start : start + FULL_PAGE], found[start + FULL_PAGE :]
        ids = [post.id for post in page]
        return Page(
            posts=tuple(page),
            newest_id=ids[0] if ids else None,
            oldest_id=ids[-1] if ids else None,
            next_token=str(start + FULL_PAGE) if rest else None,
            count=len(page),
        )

    def take_usage(self) -> Usage:
        taken, self.usage = self.usage, Usage()
        return taken

    def _use(self, micro_usd: int) -> None:
        self.usage = Usage(self.usage.calls + 1, self.usage.micro_usd + micro_usd)
