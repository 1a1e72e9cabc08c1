"""What the local X remembers: people and posts."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zlib import crc32

from local.x.counting import count
from local.x.text import Rendered, handles, leading_handles, render

SHORT_ENOUGH = 140
"""A text of so few characters is under the limit whatever it is made of, links aside: no need to weigh it."""


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


@dataclass(slots=True)
class Post:
    """One version of one post. `text` is what its author wrote, with mentions that a reply adds by itself.

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
    """What timelines show of a long text; None when they show it whole."""
    if len(text) <= SHORT_ENOUGH:
        return None
    counted = count(text[len(uncounted) :])
    return None if counted.valid else uncounted + counted.beginning[:-1].rstrip() + "…"


def person_id(username: str) -> str:
    """The id of a person of whom only the handle is known: always the same one."""
    return str(1_000_000_000 + crc32(username.lower().encode()))
