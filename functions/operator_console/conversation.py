"""The conversation of a case in order: the author's posts, what they reply to, our replies, and colleagues' notes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from markupsafe import Markup

from desk.brand import Brand
from desk.cases.model import Case, CaseEvent, CaseEventKind
from desk.cases.store import CaseFile, CaseMention
from desk.posts.model import Post, PostState
from desk.private_numbers import masked
from desk.replies.formatter import Formatter
from desk.replies.outcome import POSTED_KINDS
from desk.replies.timeline import former_name, parents_of
from desk.x.model import Author, Media, XPost
from operator_console.post_text import linked

FROM_COLLEAGUES = frozenset({CaseEventKind.DRAFTED, CaseEventKind.HANDED})
"""Events whose texts colleagues wrote to each other."""

NEWEST = 10
"""So many entries are shown unfolded."""


class EntryKind(StrEnum):
    """The kinds of entries."""

    PARENT = "parent"
    """A post that the author replies to."""
    POST = "post"
    """A post of the author."""
    REPLY = "reply"
    """A reply of ours, from the desk or by a person on X."""
    COLLEAGUE = "colleague"
    """A note or draft, which only colleagues see."""


class Entry(NamedTuple):
    """One entry at its moment (aware).

    `post` and `author` are those of a post of X, None otherwise or while unknown. `sentence` says whose it is, or how a
    reply of ours stands. `x_id` is the post on X. `is_problem`: a reply of ours is not on X as it should be.
    `former_name` is the author's username at their post before, if it has changed.
    """

    kind: EntryKind
    at: datetime
    text: Markup
    post: XPost | None = None
    author: Author | None = None
    media: Sequence[Media] = ()
    sentence: str = ""
    x_id: str | None = None
    is_problem: bool = False
    is_edit: bool = False
    former_name: str = ""


class Conversation:
    """Makes conversations. `unmasked` texts show private numbers."""

    def __init__(self, brand: Brand, formatter: Formatter, *, unmasked: bool = False) -> None:
        self._brand = brand
        self._formatter = formatter
        self._unmasked = unmasked

    def of_case(self, file: CaseFile, post: Post | None) -> list[Entry]:
        """The entries of a case, oldest first. `post` is the reply that is on its way, if known."""
        replies = list(self._replies(file.events, post))
        ours = {entry.x_id for entry in replies if entry.x_id}
        entries = [*self.of_mentions(file.mentions, file.case, without=ours), *replies, *self._notes(file.events)]
        return sorted(entries, key=lambda entry: entry.at)

    def of_mentions(
        self, mentions: Sequence[CaseMention], case: Case | None, *, without: Iterable[str] = ()
    ) -> Iterator[Entry]:
        """The mentions and the posts that they reply to, except those with the ids `without`."""
        known = set(without)
        for place, (each, parent) in enumerate(zip(mentions, parents_of(mentions, range(len(mentions))), strict=True)):
            if parent and parent.id not in known:
                yield self._parent(parent.id, parent.post, each.mention.post)
            yield self._post(EntryKind.POST, each.mention.post, case)._replace(
                is_edit=each.mention.is_edit, former_name=former_name(mentions, place)
            )

    def _parent(self, parent_id: str, parent: XPost | None, reply: XPost) -> Entry:
        if parent is None:
            gone = self._formatter.phrase("answer.parent_gone")
            return Entry(EntryKind.PARENT, reply.created_at, Markup(), sentence=gone, x_id=parent_id)
        whose = self._formatter.parent_author(parent, reply)
        return self._post(EntryKind.PARENT, parent, None)._replace(sentence=whose)

    def _post(self, kind: EntryKind, post: XPost, case: Case | None) -> Entry:
        author = self._formatter.author(post, case) if case else post.author
        return Entry(kind, post.created_at, self._linked(post.text), post, author, post.media, x_id=post.id)

    def _replies(self, events: Sequence[CaseEvent], post: Post | None) -> Iterator[Entry]:
        """Our replies, each once: as it was queued, or how it ended."""
        last: Mapping[str, CaseEvent] = {event.post_id: event for event in events if event.post_id}
        for event in events:
            if event.is_external_reply or (event.post_id and event is last[event.post_id]):
                yield self._reply(event, post if post and post.id == event.post_id else None)

    def _reply(self, event: CaseEvent, post: Post | None) -> Entry:
        sentence = self._formatter.event_sentence(event)
        if event.what in POSTED_KINDS or event.is_external_reply or event.what is CaseEventKind.ACKNOWLEDGED:
            by = self._formatter.person(event.by) if event.by else ""
            sentence = f"{sentence} {by}".strip()
        elif post and post.state is not PostState.PUBLISHED:
            sentence = f"{sentence} {self._formatter.phrase(f'post.state.{post.state}')}"
        is_problem = event.what is CaseEventKind.NOT_SAID or bool(post and post.state is PostState.IN_DOUBT)
        text = self._formatter.event_text(event)
        return Entry(
            EntryKind.REPLY, event.at, self._linked(text), sentence=sentence, x_id=event.x_id, is_problem=is_problem
        )

    def _notes(self, events: Sequence[CaseEvent]) -> Iterator[Entry]:
        for event in events:
            if event.text and event.what in FROM_COLLEAGUES:
                sentence = self._formatter.event_sentence(event)
                yield Entry(EntryKind.COLLEAGUE, event.at, self._linked(event.text), sentence=sentence)

    def _linked(self, text: str) -> Markup:
        return linked(text if self._unmasked else masked(text), self._brand.x_site)
