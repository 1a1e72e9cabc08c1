"""Who may use the HTTP API."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Right(StrEnum):
    """What a token may be used for."""

    POST = "post"
    PAUSE = "pause"
    READ_CASES = "cases:read"
    ANSWER_CASES = "cases:answer"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token, the name of whoever it was given to, and what it may be used for. The token itself is never shown."""

    name: str
    token: str = field(repr=False)
    may: frozenset[Right]


class ApiTokens(Protocol):
    """Where the tokens are kept. Both methods raise TokensUnavailable when they can't be had: nobody gets in then."""

    def current(self) -> Sequence[ApiToken]:
        """All tokens, perhaps as they were some minutes ago."""
        ...

    def renewed(self) -> Sequence[ApiToken]:
        """All tokens as they are now, read anew."""
        ...
