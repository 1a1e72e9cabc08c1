"""The places in the tables that hold data about a person, one class each, which counts and erases.

Each reads page by page. What it learns of the person on the way (handles, ids) the later places search by.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from desk.aws.dynamodb import batch_get, from_item, parts_of, query_all, store_errors, to_item, unless_refused
from desk.cases.author_notes import AUTHOR_NOTE, parts_about
from desk.cases.items import case_key
from desk.errors import PostMoved
from desk.favourites.store import FavouriteItems
from desk.mentions.threads import ThreadPostItems
from desk.posts.model import CANCELLABLE, FINAL, Post, PostKind, acknowledgement_id
from desk.posts.store import PostStoreItems, post_of
from desk.posts.transitions import cancelled
from desk.reports.redaction import KeptReports, RedactionMarks
from desk.retention.store import ErasureItems
from desk.text import ELLIPSIS
from desk.x.look_ups import LookUpItems, author_key
from local.deployed.erase.person import Handles, Person, scanned, scanned_items
from local.deployed.unreadable_posts import UNREADABLE, is_unreadable, may_concern

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_IDS = 100


class Found(NamedTuple):
    """How much was found, by what it is; `left` are sentences about what a person has to see to."""

    counts: dict[str, int]
    left: tuple[str, ...] = ()


class Place(Protocol):
    """A place that may hold text or names of a person. Raises StoreBusy and ReportsUnavailable."""

    def search(self, person: Person, *, erase: bool) -> Found:
        """Count what is there; with `erase`, remove it, except what is `left`."""
        ...


class Mentions:
    """What the person wrote, and what they wrote as others' mentions quote it."""

    def __init__(self, client: "DynamoDBClient", table: str, erasure: ErasureItems, handles: Handles) -> None:
        self._client = client
        self._table = table
        self._erasure = erasure
        self._handles = handles

    def search(self, person: Person, *, erase: bool) -> Found:
        """By the author's index first, then through the whole table: an index may lag, and it has no quotes."""
        own = sum(
            self._some(person, ids, erase=erase) for ids in batched(self._by_author(person.id), _IDS, strict=False)
        )
        quoted = 0
        for plain in self._scan(person):
            mention_id = plain["mention_id"]
            if plain["author_id"] == person.id and mention_id not in person.mention_ids:
                own += self._some(person, [mention_id], erase=erase)
            quote = plain.get("parent", {}).get("post", {})
            if plain["author_id"] != person.id and quote.get("author_id") == person.id:
                quoted += 1
                person.learn(quote.get("author"))
                person.mention_ids.add(plain["parent"]["id"])
                if erase:
                    self._handles.keep(person)
                    self._without_quote(mention_id, person)
        return Found({"mentions": own, "quotes in mentions of others": quoted})

    def _by_author(self, author_id: str) -> Iterator[str]:
        ask: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": "by_author",
            "KeyConditionExpression": "author_id = :author",
            "ExpressionAttributeValues": to_item({":author": author_id}),
            "ProjectionExpression": "mention_id",
        }
        return (item["mention_id"]["S"] for item in query_all(self._client, ask))

    def _some(self, person: Person, ids: Sequence[str], *, erase: bool) -> int:
        keys = [to_item({"mention_id": mention_id}) for mention_id in ids]
        for item in batch_get(self._client, self._table, keys, projection="case_id, post.author"):
            plain = from_item(item)
            person.learn(plain.get("post", {}).get("author"))
            person.case_ids |= {plain["case_id"]} if "case_id" in plain else set()
        person.mention_ids |= set(ids)
        if not erase:
            return sum(self._erasure.has_words(ids).values())
        self._handles.keep(person)
        return self._erasure.erase_mentions(ids)

    def _scan(self, person: Person) -> Iterator[dict[str, Any]]:
        own = "(author_id = :id AND attribute_not_exists(erased))"
        scan: dict[str, Any] = {
            "TableName": self._table,
            "FilterExpression": f"{own} OR parent.post.author_id = :id",
            "ExpressionAttributeValues": to_item({":id": person.id}),
            "ProjectionExpression": "mention_id, author_id, parent.id, parent.post.author_id, parent.post.author",
        }
        return scanned(self._client, scan)

    def _without_quote(self, mention_id: str, person: Person) -> None:
        with unless_refused():
            self._client.update_item(
                TableName=self._table,
                Key=to_item({"mention_id": mention_id}),
                UpdateExpression="REMOVE parent.post",
                ConditionExpression="parent.post.author_id = :id",
                ExpressionAttributeValues=to_item({":id": person.id}),
            )


class Cases:
    """The person's cases: drafts, what people did with them, the author's name."""

    def __init__(self, client: "DynamoDBClient", table: str, erasure: ErasureItems, handles: Handles) -> None:
        self._client = client
        self._table = table
        self._erasure = erasure
        self._handles = handles

    def search(self, person: Person, *, erase: bool) -> Found:
        """The cases of the author's index and those that the mentions name."""
        person.case_ids |= set(self._by_author(person.id))
        for ids in batched(sorted(person.case_ids), _IDS, strict=False):
            for item in batch_get(self._client, self._table, map(case_key, ids), projection="author"):
                person.learn(from_item(item).get("author"))
        if not erase:
            found = [self._erasure.count_items_with_words(case_id) for case_id in sorted(person.case_ids)]
        else:
            self._handles.keep(person)
            found = [self._erasure.erase_case(case_id) for case_id in sorted(person.case_ids)]
        return Found({"cases": sum(map(bool, found))})

    def _by_author(self, author_id: str) -> Iterator[str]:
        ask: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": "by_author",
            "KeyConditionExpression": "author_id = :author",
            "ExpressionAttributeValues": to_item({":author": author_id}),
            "ProjectionExpression": "case_id",
        }
        return (item["case_id"]["S"] for item in query_all(self._client, ask))


class Favourites:
    """Posts of the person that the account liked, with what colleagues noted about them."""

    def __init__(self, client: "DynamoDBClient", desk_table: str, handles: Handles) -> None:
        self._client = client
        self._desk = desk_table
        self._handles = handles

    def search(self, person: Person, *, erase: bool) -> Found:
        """See Place."""
        found = [each for each in parts_of(self._client, self._desk, "favourite") if each["author_id"] == person.id]
        for plain in found:
            person.learn(plain.get("author"))
            person.mention_ids.add(plain["part"])
        if erase and found:
            self._handles.keep(person)
            FavouriteItems(self._client, self._desk).forget([plain["part"] for plain in found])
        return Found({"favourites": len(found)})


class DeskItems:
    """Attendance, notes and passed-on praise, which go, and the wish for no replies, which stays: an id and a time."""

    def __init__(self, client: "DynamoDBClient", desk_table: str, handles: Handles) -> None:
        self._client = client
        self._desk = desk_table
        self._handles = handles

    def search(self, person: Person, *, erase: bool) -> Found:
        """See Place."""
        attending, opted_out = self._get("attendance", person.id), self._get("opted_out", person.id)
        notes = [(AUTHOR_NOTE, each) for each in self._parts(AUTHOR_NOTE, parts_about(person.id))]
        praise = [("praise", each) for each in self._parts("praise") if each["author_id"] == person.id]
        person.learn(attending.get("author"))
        if erase:
            self._handles.keep(person)
            with store_errors():
                self._client.delete_item(TableName=self._desk, Key=_key("attendance", person.id))
                for item, plain in (*notes, *praise):
                    self._client.delete_item(TableName=self._desk, Key=_key(item, plain["part"]))
            with unless_refused():
                self._client.update_item(
                    TableName=self._desk,
                    Key=_key("opted_out", person.id),
                    UpdateExpression="REMOVE mention_id, again_mention_id",
                    ConditionExpression="attribute_exists(#item)",
                    ExpressionAttributeNames={"#item": "item"},
                )
        posts = {"mention_id", "again_mention_id"} & opted_out.keys()
        return Found(
            {
                "attendance": int(bool(attending)),
                "notes": len(notes),
                "praise": len(praise),
                "posts behind an opt-out": len(posts),
            }
        )

    def _parts(self, item: str, beginning: str = "") -> Iterator[dict[str, Any]]:
        return parts_of(self._client, self._desk, item, beginning=beginning)

    def _get(self, item: str, part: str) -> dict[str, Any]:
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=_key(item, part), ConsistentRead=True)
        return from_item(answer.get("Item", {}))


class LookedUp:
    """The person's name and picture, and their posts in threads, as people looked them up in the console."""

    def __init__(self, client: "DynamoDBClient", desk_table: str, handles: Handles) -> None:
        self._client = client
        self._desk = desk_table
        self._threads = ThreadPostItems(client, desk_table)
        self._handles = handles

    def search(self, person: Person, *, erase: bool) -> Found:
        """See Place."""
        key = author_key(person.id)
        with store_errors():
            answer = self._client.get_item(TableName=self._desk, Key=_key("look_up", str(key)), ConsistentRead=True)
        named = from_item(answer.get("Item", {}))
        person.learn(named.get("author"))
        posts = [each["post"] for each in parts_of(self._client, self._desk, "thread_post")]
        theirs = [post["id"] for post in posts if post["author_id"] == person.id]
        person.mention_ids |= set(theirs)
        if erase:
            self._handles.keep(person)
            LookUpItems(self._client, self._desk).forget([key])
            self._threads.forget(author_id=person.id)
        return Found({"names that were looked up": int("author" in named), "posts of threads": len(theirs)})


class Posts:
    """What the brand said to the person, and where its other posts name them by handle.

    A reply loses its text. Any other post loses only the handle, once it is known whether it is on X.
    """

    def __init__(
        self, client: "DynamoDBClient", table: str, store: PostStoreItems, clock: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._table = table
        self._store = store
        self._clock = clock

    def search(self, person: Person, *, erase: bool) -> Found:
        """Through the whole table, the answers to repeated requests included."""
        count, left = 0, list[str]()
        for item in self._scan():
            if is_unreadable(item):
                if may_concern(item, person):
                    count += 1
                    left.append(_why_unreadable(item))
                continue
            post = post_of(item)
            if post is None:
                count += self._request(item, person, erase=erase)
                continue
            is_theirs = _is_to(post, person)
            person.post_ids |= {each for each in (post.id, post.x_id) if each} if is_theirs else set()
            after = self._without(post, person, is_theirs=is_theirs)
            if after == post:
                continue
            count += 1
            if after is None or (erase and not self._saved(after, post)):
                left.append(_why_left(post))
        return Found({"posts of the brand": count}, tuple(left))

    def _scan(self) -> Iterator[dict[str, Any]]:
        """Typed items: posts, such as can't be read among them, and answered requests."""
        any_of = ("#state", UNREADABLE, "answered")
        scan: dict[str, Any] = {
            "TableName": self._table,
            "FilterExpression": " OR ".join(f"attribute_exists({name})" for name in any_of),
            "ExpressionAttributeNames": {"#state": "state"},
        }
        return scanned_items(self._client, scan)

    def _without(self, post: Post, person: Person, *, is_theirs: bool) -> Post | None:
        """The post without the person; None while it may still be sent, or may be on X unseen."""
        if not concerns(post, person):
            return post
        if not is_theirs:
            return _unnamed(post, person) if post.state in FINAL else None
        if post.state not in FINAL | CANCELLABLE:
            return None
        gone = post._replace(text=ELLIPSIS, continuation=None, detail=None, in_reply_to=None, pictures=())
        if post.state in CANCELLABLE:
            return cancelled(gone, self._clock())
        return gone

    def _saved(self, after: Post, seen: Post) -> bool:
        try:
            self._store.save(after, seen)
        except PostMoved:
            return False
        return True

    def _request(self, item: dict[str, Any], person: Person, *, erase: bool) -> int:
        """Whether the answer to a request has the text of such a post; it is kept for repetitions, for a day."""
        answered: Any = from_item(item)["answered"]
        texts = [answered[name] for name in ("text", "continuation") if name in answered]
        is_theirs = answered.get("case_id") in person.case_ids or answered.get("in_reply_to") in person.mention_ids
        if not any(text != ELLIPSIS and (is_theirs or person.named.search(text)) for text in texts):
            return 0
        if erase:
            with unless_refused():
                self._client.update_item(
                    TableName=self._table,
                    Key={"post_id": item["post_id"]},
                    UpdateExpression="SET answered.#text = :gone REMOVE answered.continuation",
                    ConditionExpression="attribute_exists(answered)",
                    ExpressionAttributeNames={"#text": "text"},
                    ExpressionAttributeValues=to_item({":gone": ELLIPSIS}),
                )
        return 1


class Reports:
    """The reports of the last 90 days."""

    def __init__(self, reports: KeptReports) -> None:
        self._reports = reports

    def search(self, person: Person, *, erase: bool) -> Found:
        """See Place."""
        marks = RedactionMarks(handles=person.handles, ids=person.mention_ids | person.case_ids | person.post_ids)
        return Found({"reports": self._reports.redact(marks) if erase else self._reports.count(marks)})


def concerns(post: Post, person: Person) -> bool:
    """Whether the post is a reply to the person, or names them."""
    return _is_to(post, person) or any(person.named.search(text) for text in (post.text, post.continuation) if text)


def _is_to(post: Post, person: Person) -> bool:
    """Whether it is a reply to the person."""
    if post.case_id in person.case_ids or post.in_reply_to in person.mention_ids:
        return True
    return post.kind is PostKind.REPLY and post.id in {acknowledgement_id(case_id) for case_id in person.case_ids}


def _unnamed(post: Post, person: Person) -> Post:
    hidden = f"@{ELLIPSIS}"
    continuation = person.named.sub(hidden, post.continuation) if post.continuation else None
    return post._replace(text=person.named.sub(hidden, post.text), continuation=continuation)


def _why_left(post: Post) -> str:
    return (
        f"Post {post.id} is {post.state}: its text stays until it is known whether it appears on X. "
        "Settle, drop or await it (`dorothy posts`), then run this again."
    )


def _why_unreadable(item: dict[str, Any]) -> str:
    return (
        f"Post {item['post_id']['S']} can't be read by this release, and names the person or belongs to them. "
        "Delete its item in the Posts table, then run this again."
    )


def _key(item: str, part: str) -> Any:
    return to_item({"item": item, "part": part})
