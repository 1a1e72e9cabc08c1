"""Reading: what a mention means, and whose matter it is.

`trained_reader` decides, by trained `heads` over a text's `features`; `words_reader` by the words of desk.yaml and by
`signs`. `pins` are the brand's rules, which override both. `phrases` recognises self-harm and requests for no more
replies, `language` the language and its words that matter, and `explain` turns a reading into sentences.
"""

from typing import Protocol

from desk.cases.author_cases import AuthorCase
from desk.mentions.model import Mention
from desk.reading import Reading


class Reader(Protocol):
    """A pure function of the mention: no network, no clock, the same answer every time."""

    def read(self, mention: Mention) -> Reading:
        """Kind, need, department, urgency and why; what is uncertain has the department `operator`."""
        ...


class PollReader(Reader, Protocol):
    """A reader that may be asked for less than the whole reading."""

    def is_routed(self, mention: Mention) -> bool:
        """Whether a department or the operator hears of it: the reading's `is_published`, for less work."""
        ...


class RoutingReader(Protocol):
    """A reader that may be told of the author's last case."""

    def read(self, mention: Mention, last: AuthorCase | None = None) -> Reading:
        """As Reader.read; what is uncertain has the department of the `last` case, unless the brand's rules forbid."""
        ...
