"""The world of the local X, kept in memory: who said what, what was liked, deleted, protected and edited."""

from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from threading import RLock
from typing import Any

from desk.x.model import first_id_at
from local.x.account import Account
from local.x.clock import VirtualClock
from local.x.posts import Medium, Post, User, person_id
from local.x.text import handles, language, leading_handles

EDITS = 5
EDIT_WINDOW = timedelta(minutes=30)


class World:
    """All posts and people. Hold `lock` to read or change more than one thing."""

    def __init__(self, account: Account, clock: VirtualClock) -> None:
        self.lock = RLock()
        self.account = account
        self.clock = clock
        self.own_posts_late = timedelta(0)
        self.clear()

    def clear(self) -> None:
        """Forget everything but the account and the time."""
        self.posts: dict[str, Post] = {}
        self.users: dict[str, User] = {}
        self._handles: dict[str, User] = {}
        self.likes: dict[str, list[str]] = {}
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
        """The user with this handle in whatever case."""
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
            media=tuple(_medium(post_id, number, about) for number, about in enumerate(media)),
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

    def is_shown(self, post: Post) -> bool:
        """Whether the account may see it at all, by now."""
        if post.deleted or post.created_at > self.clock.now():
            return False
        if self.users[post.author_id].protected and post.author_id != self.brand.id:
            return False
        return post.retweets is None or self.is_shown(self.posts[post.retweets])

    def newest_first(self) -> Iterator[Post]:
        """What timelines and search show now."""
        now = self.clock.now()
        for number in reversed(self._order):
            post = self.posts[str(number)]
            if post.shown_at and post.shown_at <= now and not post.replaced and self.is_shown(post):
                yield post

    def _new_id(self, moment: datetime) -> str:
        base = first_id_at(moment)
        self._born[base] = self._born.get(base, -1) + 1
        return str(int(base) + self._born[base])

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


def _medium(post_id: str, number: int, about: Mapping[str, Any]) -> Medium:
    key = f"{3 if about.get('type', 'photo') == 'photo' else 7}_{int(post_id) + number}"
    address = about.get("url") or f"https://pbs.twimg.com/media/{key}.jpg"
    return Medium(key, str(about.get("type", "photo")), str(address), about.get("alt_text"))
