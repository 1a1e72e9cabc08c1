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
    """Reads mentions. Pure: no network, no clock, and the same mention always has the same reading."""

    def read(self, mention: Mention) -> Reading:
        """The reading of the mention. Where the department is uncertain, it is `operator`."""
        ...


class PollReader(Reader, Protocol):
    """A reader that can answer one question faster than by the whole reading."""

    def is_routed(self, mention: Mention) -> bool:
        """Whether a department or the operator gets the mention: the reading's `is_published`."""
        ...


class RoutingReader(Protocol):
    """A reader that uses the author's last case."""

    def read(self, mention: Mention, last: AuthorCase | None = None) -> Reading:
        """As Reader.read. An uncertain department is that of the `last` case, unless a pin of the brand forbids it."""
        ...
