"""Heard posts as people see them: which are the most important, and how long their texts are kept.

A heard post without a case stays in one of two partitions of the `unseen` index as long as it has its words:
HEARD_TO_SEE until a person has seen it, HEARD_REST otherwise. HEARD_REST also has junk and posts without a reading yet.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import query_pages
from desk.mentions.items import HEARD_REST, HEARD_TO_SEE, unseen_mention_of
from desk.mentions.model import Source, StoredMention
from desk.reading import Kind, Urgency
from desk.x.model import XPost

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HEARD_FOR = timedelta(hours=24)
"""How long the text of a heard post is kept, unless a person opens a case for it."""

MOST_SHOWN = 30
"""How many heard posts people are shown."""

_CANDIDATES = 90
"""How many posts are loaded to choose those that are shown; by the index, the others are less important."""
_LOOKED_AT = 1_000
_KINDS = (Kind.RUMOR, Kind.FAULT, Kind.INQUIRY, Kind.FEEDBACK, Kind.CHAT, Kind.JUNK)
_URGENCIES = (Urgency.HIGH, Urgency.NORMAL, Urgency.LOW)


class HeardPost(NamedTuple):
    """A heard post that was read, is not surely junk and belongs to no case."""

    post: XPost
    kind: Kind
    urgency: Urgency
    is_seen: bool


class HeardPosts(NamedTuple):
    """Heard posts. If they are not `is_whole`, the oldest ones are missing."""

    posts: tuple[HeardPost, ...]
    is_whole: bool = True


class ShownPosts(NamedTuple):
    """The most important heard posts, most important first, and how many others there are."""

    posts: tuple[StoredMention, ...]
    seen: frozenset[str]
    others: int


class HeardMentions(Protocol):
    """The heard posts without a case. Every method raises StoreBusy."""

    def to_see(self) -> Sequence[str]:
        """The ids of those posts that people are shown and nobody has seen, by what `recent` returns."""
        ...

    def recent(self) -> HeardPosts:
        """Those that have their words, newest first; may lag by a second. Of very many, the oldest are left out.

        Of an edited post only the last version is there.

        Some may be older than HEARD_FOR: the sweep removes words every few minutes.
        """
        ...


class HeardMentionItems:
    """Implements HeardMentions on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", *, mentions_table: str, page: int | None = None) -> None:
        self._client = client
        self._mentions = mentions_table
        self._page = page

    def to_see(self) -> Sequence[str]:
        """See HeardMentions. If no post is to be seen, nothing else is read."""
        to_see = self._newest(HEARD_TO_SEE)
        return to_see_of(self._with_rest(*to_see)) if to_see[0] else ()

    def recent(self) -> HeardPosts:
        """See HeardMentions."""
        return self._with_rest(*self._newest(HEARD_TO_SEE))

    def _with_rest(self, to_see: Sequence[Mapping[str, Any]], all_to_see: bool) -> HeardPosts:
        rest, all_rest = self._newest(HEARD_REST)
        posts = [_post_of(item, is_seen=False) for item in to_see] + [_post_of(item, is_seen=True) for item in rest]
        return HeardPosts(last_versions(posts), all_to_see and all_rest)

    def _newest(self, partition: str) -> tuple[Sequence[Mapping[str, Any]], bool]:
        """The newest items that people may see, and whether all were looked at."""
        ask: dict[str, Any] = {
            "TableName": self._mentions,
            "IndexName": "unseen",
            "KeyConditionExpression": "unseen = :partition",
            "ExpressionAttributeValues": {":partition": {"S": partition}},
            "ScanIndexForward": False,
        }
        found: list[dict[str, Any]] = []
        for answer in query_pages(self._client, ask, page=self._page):
            found += (item for item in answer["Items"] if _is_shown(item))
            if len(found) >= _LOOKED_AT:
                return found[:_LOOKED_AT], False
        return found, True


def last_versions(posts: Iterable[HeardPost]) -> tuple[HeardPost, ...]:
    """The posts, newest first, without those that have a later version: X no longer shows their text."""
    known = sorted(posts, key=lambda each: int(each.post.id), reverse=True)
    edited = {version for each in known for version in each.post.edit_ids if version != each.post.id}
    return tuple(each for each in known if each.post.id not in edited)


def shown_of(heard: HeardPosts, stored: Mapping[str, StoredMention], now: datetime) -> ShownPosts:
    """The posts that people are shown; `stored` are the candidates as they are stored now."""
    seen = frozenset(each.post.id for each in heard.posts if each.is_seen)
    candidates = [each for each in stored.values() if is_readable(each, now)]
    candidates.sort(key=lambda each: importance(each.mention.post, *_reading(each)))
    shown = candidates[:MOST_SHOWN]
    gone = len(stored) - len(candidates)
    return ShownPosts(tuple(shown), seen, max(0, len(heard.posts) - gone - len(shown)))


def candidates(posts: Iterable[HeardPost]) -> list[str]:
    """The ids of the posts from which those are chosen that people are shown."""
    return [each.post.id for each in _by_importance(posts)[:_CANDIDATES]]


def to_see_of(heard: HeardPosts) -> Sequence[str]:
    """The ids of those posts that people are shown and nobody has seen, ordered by what the index has of each."""
    return [each.post.id for each in _by_importance(heard.posts)[:MOST_SHOWN] if not each.is_seen]


def _by_importance(posts: Iterable[HeardPost]) -> list[HeardPost]:
    return sorted(posts, key=lambda each: importance(each.post, each.kind, each.urgency))


def importance(post: XPost, kind: Kind, urgency: Urgency, confidence: float = 0.0) -> tuple[float, ...]:
    """The order of heard posts: the most important has the lowest value.

    Rumours come first, since they spread until somebody corrects them, then faults. Within a kind, urgent posts come
    first, then those with the most reactions, then those with the surest reading, then the newest.
    """
    return _KINDS.index(kind), _URGENCIES.index(urgency), -spread_of(post), -confidence, -int(post.id)


def spread_of(post: XPost) -> int:
    """How often people reacted to the post, as far as X stated it; X's search returns no reposts, only their number."""
    return post.metrics.reactions if post.metrics else 0


def is_over(stored: StoredMention, now: datetime) -> bool:
    """Whether it is a heard post whose text may no longer be shown, since no case was opened in time."""
    case_id, mention = stored.outcome.case_id if stored.outcome else None, stored.mention
    return mention.source is Source.LISTENING and not case_id and now >= mention.received_at + HEARD_FOR


def is_readable(stored: StoredMention, now: datetime) -> bool:
    """Whether it is still a heard post without a case that people may be shown."""
    outcome, mention = stored.outcome, stored.mention
    if mention.source is not Source.LISTENING or outcome is None or outcome.case_id:
        return False
    return outcome.reading.counts_as != Kind.JUNK and not is_over(stored, now)


def _reading(stored: StoredMention) -> tuple[Kind, Urgency, float]:
    assert stored.outcome  # noqa: S101 - it is readable
    reading = stored.outcome.reading
    return reading.kind, reading.urgency, reading.confidence


def _is_shown(item: Mapping[str, Any]) -> bool:
    """Whether the item is read and not surely junk; its words may have been removed a moment ago."""
    is_read = "post" in item and "kind" in item
    return is_read and (item["kind"]["S"] != Kind.JUNK or "review" in item)


def _post_of(item: Mapping[str, Any], *, is_seen: bool) -> HeardPost:
    mention = unseen_mention_of(dict(item))
    return HeardPost(mention.post, mention.kind, mention.urgency, is_seen)
