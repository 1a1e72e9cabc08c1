"""Mentions and counts of their days as items of DynamoDB, and back.

The attributes that indexes need are at the top; `post` and `parent` hold the words. What a mention waits for is
`waiting`, the sparse key of the index of that name:

* `reading#<shard>`: received, not read yet
* absent: it is read

`unseen` is the sparse key of another index: a mention that opened no case stays there until a person has seen it, and a
post that was only heard as long as it has its words and no case (see `heard.py`).
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from copy import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from unicodedata import normalize
from zoneinfo import ZoneInfo

from desk.aws.dynamodb import from_item, to_item
from desk.mentions.model import (
    SLOT_MINUTES,
    DayCounts,
    DayNeeds,
    DayRow,
    Mention,
    Parent,
    RoutingOutcome,
    Source,
    Stage,
    StoredMention,
    UnseenMention,
    shard_of,
)
from desk.private_numbers import masked
from desk.reading import Kind, Need, Reading, Safety, Urgency, Why
from desk.text import cut
from desk.x.model import Author, Media, PostMetrics, XPost, time_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    type Item = dict[str, AttributeValueTypeDef]


def mention_item(mention: Mention, zone: ZoneInfo) -> dict[str, "AttributeValueTypeDef"]:
    """The item of a mention that was just received and waits to be read, with its day in the desk's zone."""
    post, shard = mention.post, shard_of(mention.id)
    return to_item(
        {
            "mention_id": mention.id,
            "author_id": post.author_id,
            "created_at": post.created_at.isoformat(),
            "received_at": mention.received_at.isoformat(),
            "day_shard": day_key(post.created_at.astimezone(zone).date(), shard, mention.source),
            "waiting": f"reading#{shard}",
            "waiting_since": mention.received_at.isoformat(),
            "search_text": search_text(post.text) or None,
            "handle": post.author.username.lower() if post.author else None,
            "version_of": post.first_id if mention.is_edit else None,
            "backlog": mention.backlog or None,
            "unseen": unseen_key(mention, None),
            "source": mention.source.value if mention.source is not Source.MENTIONS else None,
            "post": plain_post(post),
            "parent": {"id": mention.parent.id, "post": plain_post(mention.parent.post)} if mention.parent else None,
        }
    )


def mention_of(item: dict[str, Any]) -> Mention:
    """The mention in an item (typed form); raises KeyError when its words were removed."""
    plain = from_item(item)
    parent = plain.get("parent")
    return Mention(
        post=post_of(plain["post"]),
        received_at=datetime.fromisoformat(plain["received_at"]),
        parent=Parent(parent["id"], post_of(parent["post"]) if parent.get("post") else None) if parent else None,
        backlog=plain.get("backlog", False),
        source=Source(plain.get("source", Source.MENTIONS)),
    )


WORD_ATTRIBUTES = ("post", "parent", "search_text", "handle", "failure", "terms", "unseen")
"""What retention and erasure remove from a mention; without its words there is nothing left to be seen."""

_SEARCHED = 2_000
"""Characters of a text that a search finds, so that a row of the day index stays small."""


def search_text(text: str) -> str:
    """The text as the day index has it: NFKC, case-folded, white space collapsed, private numbers masked.

    A search applies this to its words, too.
    """
    return " ".join(normalize("NFKC", masked(text[: 2 * _SEARCHED])).casefold().split())[:_SEARCHED]


UNSEEN = "unseen"
"""The partition of the `unseen` index in which a mention stays until a person has seen it."""
HEARD_TO_SEE = "heard"
"""The partition of a heard post without a case that was read and isn't surely junk, until a person has seen it."""
HEARD_REST = "heard_rest"
"""The partition of the other heard posts without a case: those that are not read yet, junk, and what was seen."""
HEARD_SEEN = "heard_seen"
"""The part of a day that counts its heard posts that a person has seen."""


def unseen_key(mention: Mention, outcome: RoutingOutcome | None) -> str | None:
    """The partition of the `unseen` index for a mention that nobody has seen yet, None for one that is in none."""
    if outcome and outcome.case_id:
        return None
    if mention.source is not Source.LISTENING:
        return UNSEEN if outcome else None
    return HEARD_TO_SEE if outcome and outcome.reading.counts_as != Kind.JUNK else HEARD_REST


def unseen_mention_of(item: dict[str, Any]) -> UnseenMention:
    """The mention in an item of the `unseen` index; raises KeyError for one without words."""
    plain = from_item(item)
    return UnseenMention(
        post=post_of(plain["post"]),
        kind=Kind(plain["kind"]),
        department=plain.get("department"),
        urgency=Urgency(plain["urgency"]),
    )


def plain_post(post: XPost | None) -> dict[str, Any] | None:
    """The plain attributes of a post."""
    if post is None:
        return None
    plain = {
        "id": post.id,
        "text": post.text,
        "author_id": post.author_id,
        "created_at": post.created_at.isoformat(),
        "conversation_id": post.conversation_id,
        "lang": post.lang,
        "edit_ids": list(post.edit_ids),
        "in_reply_to": post.in_reply_to,
        "quotes": post.quotes,
        "retweets": post.retweets,
        "media": [_set_values(medium) for medium in post.media] or None,
        "author": plain_author(post.author),
        "metrics": _set_values(post.metrics) if post.metrics else None,
    }
    return {key: value for key, value in plain.items() if value is not None}


def post_of(plain: dict[str, Any]) -> XPost:
    """The post in plain attributes."""
    return XPost(
        id=plain["id"],
        text=plain["text"],
        author_id=plain["author_id"],
        created_at=datetime.fromisoformat(plain["created_at"]),
        conversation_id=plain["conversation_id"],
        lang=plain["lang"],
        edit_ids=tuple(plain["edit_ids"]),
        in_reply_to=plain.get("in_reply_to"),
        quotes=plain.get("quotes"),
        retweets=plain.get("retweets"),
        media=tuple(_medium_of(each) for each in plain.get("media", ())),
        author=author_of(plain.get("author")),
        metrics=_metrics_of(plain.get("metrics")),
    )


def plain_author(author: Author | None) -> dict[str, Any] | None:
    """The plain attributes of an author."""
    return _set_values(author) if author else None


def author_of(plain: dict[str, Any] | None) -> Author | None:
    """The author in plain attributes."""
    return Author(plain["id"], plain["username"], plain["name"], plain.get("picture_url")) if plain else None


def _metrics_of(plain: dict[str, Any] | None) -> PostMetrics | None:
    return PostMetrics(**{name: int(value) for name, value in plain.items()}) if plain else None


def _set_values(values: Author | Media | PostMetrics) -> dict[str, Any]:
    return {name: value for name, value in values._asdict().items() if value is not None}


def _medium_of(plain: dict[str, Any]) -> Media:
    width, height = (int(plain[name]) if name in plain else None for name in ("width", "height"))
    return Media(plain["type"], plain.get("alt_text"), plain.get("url"), width, height)


_EVIDENCE = 200
"""Characters of evidence that are stored: a word or a phrase, never the whole post."""


def reading_attributes(reading: Reading) -> dict[str, Any]:
    """The plain attributes, None where there is nothing to store. Where somebody may be at risk, only the handling."""
    reading = reading.handling_only()
    return {
        "kind": reading.kind.value,
        "need": reading.need.value,
        "department": reading.department,
        "urgency": reading.urgency.value,
        "lang": reading.lang,
        "confidence": Decimal(str(round(reading.confidence, 3))),
        "why": [{"rule": why.rule, "evidence": why.evidence[:_EVIDENCE]} for why in reading.why],
        "wakes": reading.wakes or None,
        "safety": reading.safety.value if reading.safety else None,
        "review": reading.review or None,
        "terms": " ".join(reading.terms) or None,  # one string, which the digest's pass reads fastest
    }


def reading_of(plain: dict[str, Any]) -> Reading:
    """The reading in a mention's plain attributes; raises KeyError when it was not read."""
    return Reading(
        kind=Kind(plain["kind"]),
        need=Need(plain["need"]),
        department=plain.get("department"),
        urgency=Urgency(plain["urgency"]),
        lang=plain["lang"],
        confidence=float(plain["confidence"]),
        why=tuple(Why(why["rule"], why.get("evidence", "")) for why in plain.get("why", ())),
        terms=tuple(plain.get("terms", "").split()),
        wakes=plain.get("wakes", False),
        safety=Safety(plain["safety"]) if "safety" in plain else None,
        review=plain.get("review", False),
    )


def row_of(item: dict[str, Any]) -> DayRow:
    """The row in an item of the day index."""

    def text(name: str) -> str | None:
        return item[name]["S"] if name in item else None

    return DayRow(
        mention_id=item["mention_id"]["S"],
        created_at=datetime.fromisoformat(item["created_at"]["S"]),
        kind=text("kind"),
        need=text("need"),
        department=text("department"),
        urgency=text("urgency"),
        lang=text("lang"),
        terms=tuple((text("terms") or "").split()),
        review="review" in item,
        case_id=text("case_id"),
    )


def needs_of(plain: dict[str, Any]) -> DayNeeds:
    """The counts in an item of the Desk table."""
    return DayNeeds(
        by_hour={need: tuple(map(int, counts)) for need, counts in plain["by_hour"].items()},
        polled=int(plain["polled"]),
        undecided=int(plain["undecided"]),
    )


_PUTS = 89  # of a transaction's 100 actions; the rest is for the counts of days and the check of erased authors
_DAYS = 10
_BYTES = 3_500_000  # of a transaction's 4 MB
_TEXT = 150_000  # bytes of one text, so that a mention, its parent and its reading stay below an item's 400 KB


def without_quoted(item: "Item", erased: frozenset[str]) -> "Item":
    """The item, without the words of the post that it answers if their author was erased."""
    parent: Any = item.get("parent", {}).get("M", {})
    author = parent.get("post", {}).get("M", {}).get("author_id", {}).get("S")
    return item | {"parent": {"M": {"id": parent["id"]}}} if author in erased else item


def storable(mention: Mention) -> Mention:
    """The mention with texts that fit into an item.

    X's 25,000 characters fit, but links that are expanded several times may not, and one post that can't be stored
    would hold up all later ones. So a longer text is cut, with an ellipsis.
    """
    parent = mention.parent
    if parent and parent.post:
        parent = replace(parent, post=_cut(parent.post))
    return replace(mention, post=_cut(mention.post), parent=parent)


def _cut(post: XPost) -> XPost:
    text = cut(post.text, _TEXT)
    return post if text == post.text else replace(post, text=text)


def packed(items: "Iterable[Item]") -> "Iterator[list[Item]]":
    """Divide items into packs for one transaction each, by number, by bytes and by days."""
    pack: list[Item] = []
    days, size = set[tuple[date, str]](), 0
    for item in items:
        bytes_, day = _size(item), counted_in(item)
        full = len(pack) == _PUTS or size + bytes_ > _BYTES or (len(days) == _DAYS and day not in days)
        if pack and full:
            yield pack
            pack, days, size = [], set(), 0
        pack.append(item)
        days.add(day)
        size += bytes_
    if pack:
        yield pack


POLLED, HEARD = "polled", "heard"
"""The parts of a day that count its mentions of the brand, and the posts that were only heard."""

_HEARD_KEY = "heard#"


def day_key(day: date, shard: int, source: Source = Source.MENTIONS) -> str:
    """The key of the index `by_day` for one shard of a day; what was heard is apart from what mentions the brand."""
    return f"{_HEARD_KEY if source is Source.LISTENING else ''}{day.isoformat()}#{shard}"


def counted_in(item: "Item") -> tuple[date, str]:
    """The day of a mention's item in the desk's zone, and the part of the day that counts it."""
    key = item["day_shard"]["S"]
    part = HEARD if key.startswith(_HEARD_KEY) else POLLED
    return date.fromisoformat(key.removeprefix(_HEARD_KEY).partition("#")[0]), part


def is_heard(item: "Item") -> bool:
    """Whether a post that is in the table was only heard, and is not erased."""
    return "day_shard" in item and "erased" not in item and counted_in(item)[1] == HEARD


def day_part(day: date, part: str) -> dict[str, Any]:
    """The key of a part of a day in the Desk table, plain."""
    return {"item": f"day#{day.isoformat()}", "part": part}


def slot_name(created_at: datetime, zone: ZoneInfo) -> str:
    """The attribute in which a day counts the mentions of this half hour."""
    local = created_at.astimezone(zone)
    return f"{_SLOT}{(local.hour * 60 + local.minute) // SLOT_MINUTES}"


def day_counts_of(parts: Mapping[str, dict[str, Any]]) -> DayCounts:
    """The counts of a day, from its plain items `polled` and `seen`, as far as there are any."""
    polled = parts.get(POLLED, {})
    slots = {int(name.removeprefix(_SLOT)): int(n) for name, n in polled.items() if _IS_SLOT.fullmatch(name)}
    return DayCounts(int(polled.get("n", 0)), int(parts.get("seen", {}).get("n", 0)), slots)


_SLOT = "slot"
_IS_SLOT = re.compile(rf"{_SLOT}[0-9]+")


def _size(item: "Item") -> int:
    """How many bytes the item takes in the request, at least as many as DynamoDB counts for it.

    Korean takes twice as many there, being escaped, and emulators count those.
    """
    return len(json.dumps(item))


def stored_mention_of(item: dict[str, Any]) -> StoredMention:
    """The mention in an item (typed form) that has words; a malformed one comes with its fault, never as an error."""
    about = from_item({key: value for key, value in item.items() if key not in {"post", "parent"}})
    try:
        mention, fault = mention_of(item), None
        outcome = (
            RoutingOutcome(reading_of(about), about.get("event"), about.get("case_id")) if "kind" in about else None
        )
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        mention, fault, outcome = _salvaged(item, about), f"malformed item: {type(exc).__name__} {exc}", None
    return StoredMention(
        mention=mention,
        stage=Stage.NOTHING if "kind" in about else Stage.READING,  # even if the index disagrees
        outcome=outcome,
        failures=int(about.get("failures", 0)),
        fault=fault,
    )


def _salvaged(item: dict[str, Any], about: dict[str, Any]) -> Mention:
    """The part of a malformed item that a person can still be shown: its id, its author and any text."""
    mention_id = about["mention_id"]
    post: Any = item["post"].get("M", {})
    made = datetime.now(UTC)
    with suppress(ValueError, OverflowError):
        made = time_of(mention_id)
    received = made
    with suppress(ValueError, TypeError, KeyError):
        received = datetime.fromisoformat(about["received_at"])
    return Mention(
        post=XPost(
            id=mention_id,
            text=str(post.get("text", {}).get("S", "")),
            author_id=str(about.get("author_id", "0")),
            created_at=made,
            conversation_id=mention_id,
            lang="und",
            edit_ids=(mention_id,),
        ),
        received_at=received,
    )


_WITHOUT_WORDS = 4_000  # bytes that an item has at most without its words


def max_item_bytes(mention: Mention) -> int:
    """How many bytes a mention's item has at most, long posts and a long parent included."""
    posts = [mention.post] + ([mention.parent.post] if mention.parent and mention.parent.post else [])
    search = 4 * _SEARCHED  # bytes
    return search + sum(_WITHOUT_WORDS + len(post.text.encode()) + _WITHOUT_WORDS * len(post.media) for post in posts)
