"""A post as X shows it, freed of X's two dialects."""

from datetime import datetime
from typing import NamedTuple


class Author(NamedTuple):
    """Who wrote a post. X bills this data: it is asked for where a person reads it, or where no id comes without."""

    id: str
    username: str
    name: str


class Media(NamedTuple):
    """A picture or film: its type (`photo`, `video`, `animated_gif`), its description, X's link to it."""

    type: str
    alt_text: str | None
    url: str | None


class XPost(NamedTuple):
    """One version of one post.

    `text` is whole, long posts included, with HTML entities decoded and t.co links expanded. `edit_ids` lists
    every version's id from the first to this or later ones; a post never edited has only its own.
    """

    id: str
    text: str
    author_id: str
    created_at: datetime
    conversation_id: str
    lang: str
    edit_ids: tuple[str, ...]
    in_reply_to: str | None = None
    quotes: str | None = None
    retweets: str | None = None
    media: tuple[Media, ...] = ()
    author: Author | None = None

    @property
    def first_id(self) -> str:
        """The id of the first version."""
        return self.edit_ids[0] if self.edit_ids else self.id
