"""In which of X's two dialects each endpoint is asked for posts."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol


class Dialect(StrEnum):
    """A dialect by the parameter that names the fields of posts."""

    TWEETS = "tweet.fields"
    """The older one. Author ids and references are fields of the post and cost nothing."""
    POSTS = "post.fields"
    """The newer one. Authors and referenced posts are expansions, and X bills each."""

    @property
    def other(self) -> "Dialect":
        """The one to try when X does not take this one."""
        return Dialect.POSTS if self is Dialect.TWEETS else Dialect.TWEETS


class DialectChoice(NamedTuple):
    """What an endpoint turned out to take. It holds until `until` (aware, UTC): then the older one is tried again."""

    endpoint: str
    dialect: Dialect
    until: datetime


class DialectChoices(Protocol):
    """Where choices are remembered between runs. Every method raises StoreBusy when the store fails."""

    def load(self) -> dict[str, DialectChoice]:
        """All that are remembered, by endpoint, those that no longer hold included."""
        ...

    def save(self, choice: DialectChoice) -> None:
        """Remember it, in place of an earlier one for its endpoint."""
        ...
