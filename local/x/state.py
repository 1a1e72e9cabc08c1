"""The world of the local X in memory: its clock, people, posts, likes, edits and deletions."""

from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from threading import RLock
from typing import Any
from zlib import crc32

from desk.x.model import first_id_at
from local.x.auth import Account
from local.x.counting import count
from local.x.text import Rendered, handles, language, leading_handles, render
from local.x.uploads import LASTS, Upload, size_of

SHORT_ENOUGH = 140
"""A text of so few characters is below the limit in any script, links aside: it need not be weighed."""


@dataclass(slots=True)
class User:
    """A person, or the brand."""

    id: str
    username: str
    name: str
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture or film on a post."""

    media_key: str
    type: str
    url: str
    alt_text: str | None = None
    width: int = 1200
    height: int = 900


@dataclass(frozen=True, slots=True)
class Message:
    """A private message between two people."""

    id: str
    sender_id: str
    conversation_id: str
    text: str
    created_at: datetime


def conversation_id(one: User, other: User) -> str:
    """The id of the private conversation of two people, the same for both."""
    return "-".join(sorted((one.id, other.id), key=int))


@dataclass(slots=True)
class Post:
    """One version of one post. `text` is the author's text, with the mentions that X adds to a reply.

    `history` is shared by all versions. `shown_at` is when timelines and search begin to show it (None: not until
    it is revealed); look-up by id finds it at once. `private_message` is where its button for one leads.
    """

    id: str
    author_id: str
    text: str
    created_at: datetime
    conversation_id: str
    lang: str
    history: list[str]
    shown_at: datetime | None
    in_reply_to: str | None = None
    in_reply_to_user_id: str | None = None
    quotes: str | None = None
    retweets: str | None = None
    media: tuple[Medium, ...] = ()
    private_message: str | None = None
    attached: list[dict[str, Any]] = field(default_factory=list)
    deleted: bool = False
    impressions: int = 0
    mentioned: frozenset[str] = field(init=False)
    _cut: str | None = field(init=False)
    _shown: Rendered | None = field(init=False, default=None)
    _note: Rendered | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Who is mentioned (lower case; by a retweet too, since its text repeats it), and whether the text is long."""
        self.mentioned = frozenset(handle.lower() for handle in handles(self.text))
        self._cut = None if self.retweets else _cut(self.text, leading_handles(self.text) if self.in_reply_to else "")

    @property
    def replaced(self) -> bool:
        """Whether a later version took this one's place in timelines."""
        return self.history[-1] != self.id

    @property
    def shown(self) -> Rendered:
        """The text as timelines give it: cut when it is long."""
        if self._shown is None:
            self._shown = render(self._cut or self.text, self.attached)
        return self._shown

    @property
    def note(self) -> Rendered | None:
        """The whole text of a long post; None for one that fits."""
        if self._note is None and self._cut:
            self._note = render(self.text)
        return self._note


def _cut(text: str, uncounted: str) -> str | None:
    """The part of a long text that timelines show; None when they show all of it."""
    if len(text) <= SHORT_ENOUGH:
        return None
    counted = count(text[len(uncounted) :])
    return None if counted.valid else uncounted + counted.beginning[:-1].rstrip() + "…"


def person_id(username: str) -> str:
    """The id of a person whose handle alone is known: always the same one."""
    return str(1_000_000_000 + crc32(username.lower().encode()))


def machine_time() -> datetime:
    """The machine's time, aware, in UTC."""
    return datetime.now(UTC)


class VirtualClock:
    """Time that can be set. Once set it does not move until it is set or moved again, unless it is `running`.

    Posts, ids and the seven days of search follow this clock. Signatures follow the machine's, because the caller's
    own clock does, and so do rate limits unless the callers' time is played too.
    """

    def __init__(self, start: datetime | None = None, *, machine: Callable[[], datetime] = machine_time) -> None:
        self._machine = machine
        self._fixed = start
        self._offset = timedelta(0)

    @property
    def running(self) -> bool:
        """Whether time passes by itself."""
        return self._fixed is None

    def now(self) -> datetime:
        """The moment it is on the local X, in UTC."""
        return self._fixed if self._fixed is not None else self._machine() + self._offset

    def set(self, moment: datetime, *, running: bool = False) -> None:
        """Go to `moment` (aware), and stay there unless `running`."""
        moment = moment.astimezone(UTC)
        self._fixed = None if running else moment
        self._offset = moment - self._machine() if running else timedelta(0)

    def advance(self, span: timedelta) -> None:
        """Move on by `span`, standing or running as before."""
        self.set(self.now() + span, running=self.running)


EDITS = 5
EDIT_WINDOW = timedelta(minutes=30)


class World:
    """All posts and people. Hold `lock` to read or change more than one thing."""

    def __init__(self, account: Account, clock: VirtualClock) -> None:
        self.lock = RLock()
        self.account = account
        self.clock = clock
        self.own_posts_late = timedelta(0)
        self.media_lasts = LASTS
        self.pictures_url = "https://pbs.twimg.com"
        self.clear()

    def clear(self) -> None:
        """Forget everything but the account and the time."""
        self.posts: dict[str, Post] = {}
        self.users: dict[str, User] = {}
        self._handles: dict[str, User] = {}
        self.likes: dict[str, list[str]] = {}
        self.messages: list[Message] = []
        self.uploads: dict[str, Upload] = {}
        self.trends: dict[int, list[dict[str, Any]]] = {}
        self._order: list[int] = []
        self._born: dict[str, int] = {}
        self.brand = self.person({"id": self.account.user_id, "username": self.account.username})
        self.brand.name = self.account.name

    def person(self, about: Mapping[str, Any]) -> User:
        """The user with this handle, made at need; `about` holds username and perhaps id, name and protected."""
        username = str(about["username"]).lstrip("@")
        user = self.by_username(username)
        if user is None:
            user = User(str(about.get("id") or person_id(username)), username, str(about.get("name") or username))
            self.users[user.id] = self._handles[username.lower()] = user
        user.protected = bool(about.get("protected", user.protected))
        return user

    def by_username(self, username: str) -> User | None:
        """The user with this handle, in any case."""
        return self._handles.get(username.lower())

    def add(  # noqa: PLR0913 - a post has that many sides
        self,
        author: User,
        text: str,
        *,
        created_at: datetime | None = None,
        in_reply_to: str | None = None,
        quotes: str | None = None,
        retweets: str | None = None,
        media: Iterable[Mapping[str, Any]] = (),
        private_message: str | None = None,
        lang: str | None = None,
        late: timedelta | None = timedelta(0),
        edits: str | None = None,
    ) -> Post:
        """Put a post into the world. `late` is how long timelines take to show it (None: until it is revealed).

        Raises:
            KeyError: the post that it answers, quotes, repeats or edits was never here.
        """
        moment = created_at or self.clock.now()
        post_id = self._new_id(moment)
        parent = self.posts[in_reply_to] if in_reply_to else None
        thread = self.posts[edits] if edits else parent
        post = Post(
            id=post_id,
            author_id=author.id,
            text=self.answering(author, parent, text) if parent else text,
            created_at=moment,
            conversation_id=thread.conversation_id if thread else post_id,
            lang=lang or language(text),
            history=self.posts[edits].history if edits else [],
            shown_at=None if late is None else moment + late,
            in_reply_to=in_reply_to,
            in_reply_to_user_id=parent.author_id if parent else None,
            quotes=quotes,
            retweets=retweets,
            media=tuple(self._medium(post_id, number, about) for number, about in enumerate(media)),
            private_message=private_message,
        )
        post.history.append(post_id)
        self._attach(post, author)
        self.posts[post_id] = post
        insort(self._order, int(post_id))
        return post

    def answering(self, author: User, parent: Post, text: str) -> str:
        """The text of a reply with the mentions that X adds: the parent's author and whom the parent mentions."""
        parents_author = self.users[parent.author_id]
        own = {author.username.lower()} | {handle.lower() for handle in handles(leading_handles(text))}
        wanted = [parents_author.username, *handles(parent.text)]
        added = [handle for handle in dict.fromkeys(wanted) if handle.lower() not in own]
        return "".join(f"@{handle} " for handle in _once(added)) + text

    def upload(self, content: bytes, kind: str) -> Upload:
        """Keep a picture for posts that will name it."""
        now = self.clock.now()
        media_id = self._new_id(now)
        self.uploads[media_id] = Upload(media_id, content, kind, *size_of(content, kind), now + self.media_lasts)
        return self.uploads[media_id]

    def shown_media(self, upload: Upload) -> dict[str, Any]:
        """How a post shows an uploaded picture."""
        return {
            "media_key": upload.media_key,
            "type": "photo",
            "url": f"{self.pictures_url}/media/{upload.media_key}.jpg",
            "alt_text": upload.alt_text,
            "width": upload.width,
            "height": upload.height,
        }

    def retweet(self, post_id: str, by: User) -> Post:
        """`by` repeats the post."""
        source = self.posts[post_id]
        text = f"RT @{self.users[source.author_id].username}: {source.text}"
        return self.add(by, text[:280], retweets=post_id, lang=source.lang)

    def edit(self, post_id: str, text: str) -> Post:
        """A new version under a new id.

        Raises:
            ValueError: five edits were made, or thirty minutes have passed.
        """
        latest = self.posts[self.posts[post_id].history[-1]]
        first = self.posts[latest.history[0]]
        if len(latest.history) > EDITS or self.clock.now() - first.created_at > EDIT_WINDOW:
            raise ValueError(f"post {post_id} can no longer be edited: {EDITS} edits, {EDIT_WINDOW} at most")
        return self.add(
            self.users[latest.author_id],
            text,
            in_reply_to=latest.in_reply_to,
            quotes=latest.quotes,
            media=[asdict(medium) for medium in latest.media],
            private_message=latest.private_message,
            edits=latest.id,
        )

    def delete(self, post_id: str) -> None:
        """Every version of the post is gone; so are its retweets."""
        for version in self.posts[post_id].history:
            self.posts[version].deleted = True

    def like(self, post_id: str, by: User) -> None:
        """`by` taps the heart."""
        hearts = self.likes.setdefault(by.id, [])
        if self.posts[post_id].id not in hearts:
            hearts.insert(0, post_id)

    def write_privately(self, sender: User, receiver: User, text: str) -> Message:
        """Send a private message."""
        moment = self.clock.now()
        message = Message(self._new_id(moment), sender.id, conversation_id(sender, receiver), text, moment)
        self.messages.append(message)
        return message

    def is_shown(self, post: Post) -> bool:
        """Whether the account may see it at all, by now."""
        if post.deleted or post.created_at > self.clock.now():
            return False
        if self.users[post.author_id].protected and post.author_id != self.brand.id:
            return False
        return post.retweets is None or self.is_shown(self.posts[post.retweets])

    def reactions(self, post: Post) -> int:
        """How many replies, likes, reposts and quotes of other people a post has."""
        others = [other for other in self.posts.values() if not other.deleted]
        answers = sum(post.id in (other.retweets, other.in_reply_to, other.quotes) for other in others)
        return answers + sum(post.id in hearts for hearts in self.likes.values())

    def newest_first(self) -> Iterator[Post]:
        """The posts that timelines and search show now, newest first."""
        now = self.clock.now()
        for number in reversed(self._order):
            post = self.posts[str(number)]
            if post.shown_at and post.shown_at <= now and not post.replaced and self.is_shown(post):
                yield post

    def _new_id(self, moment: datetime) -> str:
        base = first_id_at(moment)
        self._born[base] = self._born.get(base, -1) + 1
        return str(int(base) + self._born[base])

    def _medium(self, post_id: str, number: int, about: Mapping[str, Any]) -> Medium:
        if "media_key" in about:
            return Medium(**about)
        key = f"{3 if about.get('type', 'photo') == 'photo' else 7}_{int(post_id) + number}"
        address = about.get("url") or f"{self.pictures_url}/media/{key}.jpg"
        return Medium(key, str(about.get("type", "photo")), str(address), about.get("alt_text"))

    def _attach(self, post: Post, author: User) -> None:
        page = f"https://x.com/{author.username}/status/{post.id}"
        post.attached = []
        if post.quotes:
            quoted = self.posts[post.quotes]
            who = self.users[quoted.author_id].username
            post.attached.append({"expanded_url": f"https://x.com/{who}/status/{quoted.id}"})
        for number, medium in enumerate(post.media, 1):
            kind = "photo" if medium.type == "photo" else "video"
            link = {"expanded_url": f"{page}/{kind}/{number}", "media_key": medium.media_key}
            post.attached.append(link)
        if post.private_message:
            post.attached.append({"expanded_url": post.private_message})


def _once(names: Iterable[str]) -> list[str]:
    return list({name.lower(): name for name in reversed(list(names))}.values())[::-1]
