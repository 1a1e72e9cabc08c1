"""What every command says that a person or a tool gives: who acts, what they saw, and which request it is.

The commands themselves are in `desk/cases/commands.py` and `desk/posts/commands.py`.
"""

from typing import NamedTuple

_BETWEEN = "."


class RequestKey(NamedTuple):
    """Identifies a request, so that what is sent twice is done once.

    `content` is a digest of all that is asked for, where callers choose the ids: one id is for one content.
    """

    id: str
    content: str = ""

    @property
    def recorded(self) -> str:
        """The key as it is stored with what the request did."""
        return f"{self.id}{_BETWEEN}{self.content}" if self.content else self.id

    def is_of(self, recorded: str) -> bool:
        """Whether a recorded key has the same id, perhaps with another content."""
        return recorded.partition(_BETWEEN)[0] == self.id
