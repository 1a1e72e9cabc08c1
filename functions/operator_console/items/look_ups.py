"""POST case/{key}/authors and case/{key}/thread: what an item needs from X is requested, and shown when it has come.

The console only records requests and wakes the function that looks up; it never calls X.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import replace
from http import HTTPStatus
from typing import NamedTuple

from desk.cases.model import conversation_of
from desk.errors import QueueUnavailable
from desk.mentions.model import Mention
from desk.web.response import Response, html
from desk.x.look_ups import (
    MOST_KEYS,
    LookUp,
    LookUpKey,
    LookUpProblem,
    LookUpState,
    author_key,
    highest_thread_price,
    thread_key,
)
from desk.x.model import Author, XPost
from operator_console.app import Refused, Right, Route, Visit, redirect
from operator_console.items.stores import ItemsStores
from operator_console.items.visible import MENTION_KEY, VisibleItems
from operator_console.shell.render import Renderer

_AUTHORS, _THREAD = "authors", "thread"


class LookedUp(NamedTuple):
    """What was looked up on X for an item.

    `authors` are the accounts by id, and `posts` those of the thread, oldest first. `unknown` are accounts to
    request: never looked up, or not lately. Of others, look-ups are under way (`is_waiting`) or have failed for the
    `problem`.
    `thread` is the look-up of the thread, if there was one.
    """

    authors: Mapping[str, Author] = {}
    posts: Sequence[XPost] = ()
    unknown: Sequence[str] = ()
    is_waiting: bool = False
    problem: LookUpProblem | None = None
    thread: LookUp | None = None


class _Subject(NamedTuple):
    conversation_id: str
    mentions: Sequence[Mention]

    def posts(self) -> list[XPost]:
        """The posts that the desk has of the item."""
        parents = (mention.parent.post for mention in self.mentions if mention.parent)
        return [*(mention.post for mention in self.mentions), *(post for post in parents if post)]


class LookUpsView:
    """Requests look-ups for a case or a mention, and shows how they stand."""

    def __init__(self, stores: ItemsStores, renderer: Renderer) -> None:
        self._stores = stores
        self._renderer = renderer
        self._visible = VisibleItems(stores.cases, stores.mentions)

    def routes(self) -> list[Route]:
        """The routes of this view."""
        return [
            Route("POST", "case/{key}/authors", self._request_authors, Right.ACT),
            Route("POST", "case/{key}/thread", self._request_thread, Right.ACT),
            Route("GET", "case/{key}/look-ups", self._show),
        ]

    def looked_up(self, conversation_id: str, mentions: Sequence[Mention], visit: Visit) -> LookedUp:
        """What was looked up for an item with these mentions, in one call, or three with a thread. Raises StoreBusy."""
        posts = _Subject(conversation_id, mentions).posts()
        thread_is, keys = thread_key(conversation_id), self._author_keys(posts)
        found = self._results([thread_is, *keys], visit)
        thread = found.pop(thread_is, None)
        older = self._stores.threads.of(conversation_id, visit.now) if thread else ()
        more = [key for key in self._author_keys(older) if key not in keys]
        found |= self._results(more, visit) if more else {}
        problems = (each.problem for each in found.values())
        return LookedUp(
            authors={key.id: each.author for key, each in found.items() if each.author},
            posts=older,
            unknown=_unknown((*keys, *more), found, visit),
            is_waiting=any(each.state is LookUpState.REQUESTED for each in found.values()),
            problem=next((each for each in problems if each and each is not LookUpProblem.NOT_SHOWN), None),
            thread=thread,
        )

    def accounts(self, posts: Sequence[XPost], visit: Visit) -> tuple[Mapping[str, Author], Sequence[str]]:
        """The looked-up authors of these posts, and the ids of those to request: never looked up, or not lately.

        It is one call, or none if X gave all authors with their posts. Raises StoreBusy.
        """
        keys = self._author_keys(posts)
        found = self._results(keys, visit) if keys else {}
        authors = {key.id: each.author for key, each in found.items() if each.author}
        return authors, _unknown(keys, found, visit)

    def request_accounts(self, author_ids: Sequence[str], visit: Visit) -> None:
        """Request the accounts. Raises StoreBusy, and Refused (503) if the queue takes nothing."""
        self._request(visit, [author_key(each) for each in author_ids[:MOST_KEYS]])

    def _results(self, keys: Sequence[LookUpKey], visit: Visit) -> dict[LookUpKey, LookUp]:
        """The look-ups. One that takes too long counts as failed: it can be requested again."""
        found = self._stores.look_ups.results(keys, visit.now)
        return {key: _failed(each) if _is_late(each, visit) else each for key, each in found.items()}

    def _author_keys(self, posts: Sequence[XPost]) -> list[LookUpKey]:
        """The accounts of these posts that were not bought with them, except our own."""
        ids = dict.fromkeys(post.author_id for post in posts if post.author is None)
        return [author_key(each) for each in ids if each != self._renderer.brand.user_id]

    def _request_authors(self, visit: Visit) -> Response:
        subject = self._subject(visit)
        looked_up = self.looked_up(subject.conversation_id, subject.mentions, visit)
        self.request_accounts(looked_up.unknown, visit)
        return self._answer(visit, subject, _AUTHORS)

    def _request_thread(self, visit: Visit) -> Response:
        subject = self._subject(visit)
        same = (post.id for post in subject.posts() if conversation_of(post) == subject.conversation_id)
        self._request(visit, [thread_key(subject.conversation_id)], before=min(same, key=int, default=None))
        return self._answer(visit, subject, _THREAD)

    def _request(self, visit: Visit, keys: Sequence[LookUpKey], *, before: str | None = None) -> None:
        """Record what is not on its way yet and wake the function. What can't be sent can be requested again."""
        wanted = self._stores.look_ups.request(keys, visit.now, before=before)
        if not wanted:
            return
        try:
            self._stores.look_up_queue.send(wanted)
        except QueueUnavailable as exc:
            self._stores.look_ups.forget(wanted)
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "console.look_up.unavailable") from exc

    def _answer(self, visit: Visit, subject: _Subject, what: str) -> Response:
        if visit.request.is_fragment:
            return html(self._status(visit, subject, what))
        return redirect(f"case/{visit.params['key']}")

    def _show(self, visit: Visit) -> Response:
        """How a look-up stands: the page asks until it has ended, then opens the item anew."""
        what = visit.request.query.get("what", "")
        return self._answer(visit, self._subject(visit), _AUTHORS if what == _AUTHORS else _THREAD)

    def _status(self, visit: Visit, subject: _Subject, what: str) -> str:
        looked_up = self.looked_up(subject.conversation_id, subject.mentions, visit)
        is_waiting, problem = looked_up.is_waiting, looked_up.problem
        if what == _THREAD:
            thread = looked_up.thread
            is_waiting = thread is not None and thread.state is LookUpState.REQUESTED
            problem = thread.problem if thread else None
        values = {
            "key": visit.params["key"],
            "queue": visit.request.query.get("queue", "all"),
            "what": what,
            "is_waiting": is_waiting,
            "problem": problem if not is_waiting else None,
        }
        return self._renderer.part("items/_look_up.html.j2", visit, **values)

    def _subject(self, visit: Visit) -> _Subject:
        """Raises Refused (404) if there is no such case or mention, or if the person must not see it."""
        key = visit.params["key"]
        if MENTION_KEY.fullmatch(key):
            mention = self._visible.mention(visit, key).mention
            return _Subject(conversation_of(mention.post), [mention])
        file = self._visible.file(visit, key)
        return _Subject(file.case.conversation_id, [each.mention for each in file.mentions])


THREAD_PRICE = f"${highest_thread_price() / 1_000_000:.2f}"
"""The highest price of the posts that are looked up at once."""


def _unknown(keys: Iterable[LookUpKey], found: Mapping[LookUpKey, LookUp], visit: Visit) -> list[str]:
    """The ids of those that can be requested: without a result, or with one that is to be tried again by now."""
    return [key.id for key in keys if key not in found or found[key].again_at <= visit.now]


def _is_late(look_up: LookUp, visit: Visit) -> bool:
    return look_up.state is LookUpState.REQUESTED and look_up.again_at <= visit.now


def _failed(look_up: LookUp) -> LookUp:
    return replace(look_up, state=LookUpState.FAILED, problem=LookUpProblem.UNAVAILABLE)
