"""The conversation of a case in order: the author's posts, what they reply to, our replies, notes, events."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from markupsafe import Markup

from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState
from desk.cases.private_messages import PrivateMessage
from desk.cases.store import CaseFile, CaseMention
from desk.formatting.formatter import DeskFormatter
from desk.links import account_link
from desk.mentions.model import Parent, Source
from desk.pictures.model import AttachedPicture
from desk.posts.model import Post, PostState
from desk.private_numbers import masked
from desk.replies.outcome import POSTED_KINDS
from desk.text import mended
from desk.x.entities import Entity, EntityKind, entities
from desk.x.model import Author, Media, XPost

_FROM_COLLEAGUES = frozenset({CaseEventKind.NOTED, CaseEventKind.DRAFTED, CaseEventKind.RETURNED, CaseEventKind.HANDED})
"""Events whose texts colleagues wrote to each other."""

_TURNS = frozenset(
    {
        CaseEventKind.HANDED,
        CaseEventKind.RELEASED,
        CaseEventKind.MISREAD,
        CaseEventKind.RAISED,
        CaseEventKind.CLEARED,
        CaseEventKind.CLOSED,
        CaseEventKind.REOPENED,
    }
)
"""Events after which the conversation goes on elsewhere or in another way; the case's history has all of them."""

_PROBLEMS = frozenset({CaseEventKind.NOT_SAID, CaseEventKind.NOT_TAKEN_DOWN})
"""Events after which a reply of ours is not as it should be."""


class EntryKind(StrEnum):
    """The kinds of entries."""

    PARENT = "parent"
    """A post that the author replies to."""
    POST = "post"
    """A post of the author."""
    OURS = "ours"
    """A reply of ours, from the desk or by a person on X."""
    NOTE = "note"
    """A note or draft, which only colleagues see."""
    EVENT = "event"
    """Something that happened to the case."""


class ConversationEntry(NamedTuple):
    """One entry at its moment (aware).

    `text` is HTML with links, or plain text, of which `is_cut` says that it goes on. `post` and `author` are those of a
    post of X, None otherwise or while unknown. `sentence` says whose it is, or how a reply of ours stands. `x_id` is
    the post on X. `is_problem`: a reply of ours is not on X as it should be. `is_to_decide`: somebody has to decide
    about it on the page of posts. `former_name` is the author's username at their post before, if it has changed.
    `is_heard`: the post was found by listening, and does not mention us.
    """

    kind: EntryKind
    at: datetime
    text: str
    post: XPost | None = None
    author: Author | None = None
    media: Sequence[Media] = ()
    sentence: str = ""
    x_id: str | None = None
    is_problem: bool = False
    is_to_decide: bool = False
    is_edit: bool = False
    former_name: str = ""
    is_heard: bool = False
    is_cut: bool = False


class Conversation:
    """Makes conversations.

    `authors` are accounts that were looked up; `unmasked` texts show private numbers. `words` makes of a text what the
    page shows; by default HTML that is linked as on X. `picture` is the address of a picture of our own; a page without
    one shows its description.
    """

    def __init__(
        self,
        formatter: DeskFormatter,
        authors: Mapping[str, Author] = {},
        *,
        unmasked: bool = False,
        words: Callable[[str], str] | None = None,
        picture: Callable[[str], str] | None = None,
    ) -> None:
        brand = formatter.brand
        ourselves = Author(brand.user_id, brand.handle, brand.name())
        self._brand = brand
        self._formatter = formatter
        self._authors = {brand.user_id: ourselves, **authors}
        self._unmasked = unmasked
        self._picture = picture
        self._words = words or partial(linked, site=brand.x_site)

    def of_case(self, file: CaseFile, post: Post | None, thread: Sequence[XPost] = ()) -> list[ConversationEntry]:
        """The entries of a case, oldest first.

        `post` is the reply that is on its way, if known; `thread` are posts of the conversation that were looked up.
        """
        replies = list(self._replies(file.events, post))
        ours = {entry.x_id for entry in replies if entry.x_id}
        mentions = list(self.of_mentions(file.mentions, file.case, without=ours))
        known = ours | {entry.x_id for entry in mentions}
        others = (self._post(EntryKind.PARENT, each, file.case) for each in thread if each.id not in known)
        entries = [*mentions, *others, *replies, *self._notes(file), *self._turns(file.events)]
        return sorted(entries, key=lambda entry: entry.at)

    def of_mention(self, mention: CaseMention, thread: Sequence[XPost] = ()) -> list[ConversationEntry]:
        """The entries of a mention without a case, oldest first."""
        entries = list(self.of_mentions([mention], None))
        known = {entry.x_id for entry in entries}
        others = (self._post(EntryKind.PARENT, each, None) for each in thread if each.id not in known)
        return sorted([*entries, *others], key=lambda entry: entry.at)

    def of_private_messages(self, messages: Sequence[PrivateMessage], author: Author | None) -> list[ConversationEntry]:
        """The messages of a private conversation, oldest first."""
        return [
            ConversationEntry(
                EntryKind.OURS if each.is_ours else EntryKind.POST,
                each.at,
                self._shown(each.text),
                author=self._authors[self._brand.user_id] if each.is_ours else author,
            )
            for each in messages
        ]

    def of_mentions(
        self, mentions: Sequence[CaseMention], case: Case | None, *, without: Iterable[str] = ()
    ) -> Iterator[ConversationEntry]:
        """The mentions and the posts that they reply to, except those with the ids `without`."""
        known = set(without)
        for place, (each, parent) in enumerate(zip(mentions, parents_of(mentions, range(len(mentions))), strict=True)):
            if parent and parent.id not in known:
                yield self._parent(parent.id, parent.post, each.mention.post)
            yield self._post(EntryKind.POST, each.mention.post, case)._replace(
                is_edit=each.mention.is_edit,
                former_name=former_name(mentions, place),
                is_heard=each.mention.source is Source.LISTENING,
            )

    def _parent(self, parent_id: str, parent: XPost | None, reply: XPost) -> ConversationEntry:
        if parent is None:
            gone = self._formatter.phrase("answer.parent_gone")
            return ConversationEntry(EntryKind.PARENT, reply.created_at, "", sentence=gone, x_id=parent_id)
        whose = self._formatter.parent_author(parent, reply)
        return self._post(EntryKind.PARENT, parent, None)._replace(sentence=whose)

    def _post(self, kind: EntryKind, post: XPost, case: Case | None) -> ConversationEntry:
        known = self._formatter.author(post, case) if case else post.author
        author = known or self._authors.get(post.author_id)
        media = [each._replace(alt_text=self._described(each), url=_web_address(each.url)) for each in post.media]
        return ConversationEntry(kind, post.created_at, self._shown(post.text), post, author, media, x_id=post.id)

    def _replies(self, events: Sequence[CaseEvent], post: Post | None) -> Iterator[ConversationEntry]:
        """Our replies, each once, where it was queued last; one that was undone is none."""
        of_post: dict[str, list[CaseEvent]] = {}
        for event in events:
            if event.is_external_reply:
                yield self._reply([event], None)
            elif event.post_id:
                of_post.setdefault(event.post_id, []).append(event)
        for post_id, some in of_post.items():
            if some[-1].what is not CaseEventKind.UNDONE:
                yield self._reply(some, post if post and post.id == post_id else None)

    def _reply(self, events: Sequence[CaseEvent], post: Post | None) -> ConversationEntry:
        """A reply by its events: its text, and how it stands after the last of them."""
        last, say = events[-1], self._formatter.phrase
        posted = next((event for event in events if event.what in POSTED_KINDS), None)
        written = (event.text for event in events if event.what is not CaseEventKind.NOT_SAID and event.text)
        text = (posted.text if posted else "") or next(written, "")
        x_id = next((event.x_id for event in reversed(events) if event.x_id), None)
        sentence = self._formatter.event_sentence(last)
        if last.what is CaseEventKind.NOT_SAID:
            sentence = f"{sentence} {self._formatter.event_text(last)}"
        elif last.by and (last.what in POSTED_KINDS or last.is_external_reply):
            sentence = f"{sentence} {self._formatter.person(last.by)}"
        elif post and post.state is not PostState.PUBLISHED:
            can_undo = post.state is PostState.SCHEDULED
            sentence = f"{sentence} {say('console.undoable' if can_undo else f'post.state.{post.state}')}"
        return ConversationEntry(
            EntryKind.OURS,
            posted.at if posted else last.at,
            self._shown(text),
            media=[self._own_picture(each) for event in events for each in event.pictures],
            sentence=sentence,
            x_id=None if last.what is CaseEventKind.TAKEN_DOWN else x_id,
            is_problem=last.what in _PROBLEMS or bool(post and post.state is PostState.IN_DOUBT),
            is_to_decide=bool(post and post.state in {PostState.IN_DOUBT, PostState.HELD}),
        )

    def _notes(self, file: CaseFile) -> Iterator[ConversationEntry]:
        """What colleagues wrote, except the draft that waits: it is shown beside the conversation."""
        waiting = file.case.draft.text if file.case.draft and file.case.state is CaseState.DRAFTED else None
        for event in file.events:
            is_waiting = event.what is CaseEventKind.DRAFTED and event.text == waiting
            if event.text and event.what in _FROM_COLLEAGUES and not is_waiting:
                sentence = self._formatter.event_sentence(event)
                yield ConversationEntry(EntryKind.NOTE, event.at, self._shown(event.text), sentence=sentence)

    def _own_picture(self, picture: AttachedPicture) -> Media:
        return Media("photo", picture.alt or None, self._picture(picture.id) if self._picture else None)

    def _turns(self, events: Sequence[CaseEvent]) -> Iterator[ConversationEntry]:
        """What happened without words; what colleagues wrote to it is a note."""
        for event in events:
            if event.what in _TURNS and not (event.text and event.what in _FROM_COLLEAGUES):
                yield ConversationEntry(EntryKind.EVENT, event.at, "", sentence=self._formatter.event_sentence(event))

    def _described(self, medium: Media) -> str | None:
        return medium.alt_text if self._unmasked or not medium.alt_text else masked(medium.alt_text)

    def _shown(self, text: str) -> str:
        return self._words(text if self._unmasked else masked(text))


def _web_address(url: str | None) -> str | None:
    """The address, if it leads to nothing but a page or picture of the web."""
    return url if url and re.match(r"https?://", url) else None


def parents_of(mentions: Sequence[CaseMention], places: Iterable[int]) -> list[Parent | None]:
    """The posts that the mentions at these places reply to, each once, unless that is a mention of the case itself."""
    seen = {each.mention.id for each in mentions}

    def each_once() -> Iterator[Parent | None]:
        for place in places:
            parent = mentions[place].mention.parent
            yield parent if parent and parent.id not in seen else None
            seen.update({parent.id} if parent else ())

    return list(each_once())


def former_name(mentions: Sequence[CaseMention], place: int) -> str:
    """The author's username at the mention before this one, if it has changed since; else ""."""
    names = [each.mention.post.author.username for each in mentions[: place + 1] if each.mention.post.author]
    return names[-2] if mentions[place].mention.post.author and len(names) > 1 and names[-2] != names[-1] else ""


_KINDS = frozenset({EntityKind.LINK, EntityKind.MENTION, EntityKind.HASHTAG})
_LINK = Markup('<a href="{}" rel="noreferrer noopener" target="_blank">{}</a>')


def linked(text: str, site: str) -> Markup:
    """The text as HTML. `site` is X's website; no link leads anywhere but to http and https."""
    whole = mended(text)
    pieces, at = list[Markup](), 0
    for each in entities(whole, _KINDS):
        pieces += [
            Markup.escape(whole[at : each.begin]),
            _LINK.format(_address(each, site), whole[each.begin : each.end]),
        ]
        at = each.end
    return Markup("").join([*pieces, Markup.escape(whole[at:])])


def _address(entity: Entity, site: str) -> str:
    if entity.kind is EntityKind.MENTION:
        return account_link(entity.name, site)
    if entity.kind is EntityKind.HASHTAG:
        return f"{site}/hashtag/{entity.name}"
    return entity.name if re.match(r"https?://", entity.name, re.IGNORECASE) else f"https://{entity.name}"
