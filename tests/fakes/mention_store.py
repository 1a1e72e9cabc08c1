"""The port MentionStore in memory."""

from collections import Counter
from collections.abc import Collection, Sequence
from copy import replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from desk.errors import StoreBusy
from desk.mention import Mention
from desk.x_post import XPost

if TYPE_CHECKING:
    from datetime import date


class FakeMentionStore:
    """Keeps mentions in the order in which they came; `busy_after` pages it gives up, as a throttled table does.

    `gone_authors` are those of whom nothing is stored.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self.mentions: dict[str, Mention] = {}
        self.erased: set[str] = set()
        self.gone_authors: set[str] = set()
        self.polled: Counter[date] = Counter()
        self.busy_after: int | None = None
        self._zone = zone

    def erase(self, mention_id: str) -> None:
        self.mentions.pop(mention_id, None)
        self.erased.add(mention_id)

    def erased_authors(self) -> frozenset[str]:
        return frozenset(self.gone_authors)

    def known(self, ids: Collection[str]) -> frozenset[str]:
        return frozenset(each for each in ids if each in self.mentions or each in self.erased)

    def posts(self, ids: Collection[str]) -> dict[str, XPost | None]:
        return {each: None if each in self.erased else self.mentions[each].post for each in self.known(ids)}

    def from_id(self, post_id: str, *, until: datetime, count: int) -> Sequence[str]:
        found = (key for key, each in self.mentions.items() if each.post.created_at <= until)
        return sorted((key for key in found if int(key) >= int(post_id)), key=int)[:count]

    def before_id(self, post_id: str, *, since: datetime, count: int) -> Sequence[str]:
        found = (key for key, each in self.mentions.items() if each.post.created_at >= since)
        return sorted((key for key in found if int(key) < int(post_id)), key=int, reverse=True)[:count]

    def store(self, mentions: Sequence[Mention]) -> frozenset[str]:
        if self.busy_after is not None:
            self.busy_after -= 1
            if self.busy_after < 0:
                raise StoreBusy("scripted")
        there = (mention for mention in mentions if mention.post.author_id not in self.gone_authors)
        new = {mention.id: self._without_quoted(mention) for mention in there}
        new = {key: new[key] for key in new.keys() - self.known(new.keys())}
        self.mentions |= new
        self.polled.update(mention.post.created_at.astimezone(self._zone).date() for mention in new.values())
        return frozenset(new)

    def _without_quoted(self, mention: Mention) -> Mention:
        parent = mention.parent
        if parent and parent.post and parent.post.author_id in self.gone_authors:
            return replace(mention, parent=replace(parent, post=None))
        return mention
