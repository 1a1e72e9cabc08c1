"""What a document of XML may contain: checked by the parser itself, before anything is made of it."""

import re
from xml.parsers import expat

from desk.feeds.model import FeedFailure, FeedUnreadable

MOST_ELEMENTS = 150_000
"""Ten thousand entries with fifteen elements each. feedparser takes up to fifty millionths of a second for one."""
MOST_DEPTH = 100
MOST_ATTRIBUTES = 100
"""Of one element. feedparser takes time by their square."""
MOST_PREFIXES = 100
"""Prefixes of namespaces. feedparser looks through them at each element."""

_ROOT = re.compile(rb"<(?:rss|feed|channel|[A-Za-z][\w.-]*:RDF)[\s>]", re.IGNORECASE)
_DECLARATION = re.compile(rb"<!(?!--|\[CDATA\[)")


def checked(text: str) -> bytes:
    """The document in UTF-8 from its root element on, if it is within the bounds. Raises FeedUnreadable.

    Any document type is refused: only in one can a document declare entities, which grow, or name files. A document
    that is not well-formed is checked up to its first fault, and what looks like a declaration after it is text.
    """
    body = text.encode("utf-8", "replace")
    check = _Check()
    try:
        check.parser.Parse(body, True)
    except expat.ExpatError:
        return _DECLARATION.sub(b"&lt;!", body[_root(body, check.root) :])
    return body[check.root :]


def _root(body: bytes, found: int | None) -> int:
    """Where the root element is; if expat did not come so far, where something looks like one of a feed."""
    if found is not None:
        return found
    looks_so = _ROOT.search(body)
    if looks_so is None:
        raise FeedUnreadable(FeedFailure.NOT_A_FEED)
    return looks_so.start()


class _Check:
    """Handlers of expat. `root` is where the root element begins."""

    def __init__(self) -> None:
        self.root: int | None = None
        self._depth = self._elements = 0
        self._prefixes: set[str | None] = set()
        self.parser = expat.ParserCreate(encoding="utf-8", namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._document_type
        self.parser.StartNamespaceDeclHandler = self._namespace
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _document_type(self, name: str, *_: object) -> None:
        is_page = name.lower() == "html"
        raise FeedUnreadable(FeedFailure.NOT_A_FEED if is_page else FeedFailure.DOCUMENT_TYPE)

    def _namespace(self, prefix: str | None, _uri: str) -> None:
        self._prefixes.add(prefix)

    def _start(self, _name: str, attributes: dict[str, str]) -> None:
        if self.root is None:
            self.root = self.parser.CurrentByteIndex
        self._depth += 1
        self._elements += 1
        if (
            self._depth > MOST_DEPTH
            or self._elements > MOST_ELEMENTS
            or len(attributes) > MOST_ATTRIBUTES
            or len(self._prefixes) > MOST_PREFIXES
        ):
            raise FeedUnreadable(FeedFailure.TOO_COMPLEX)

    def _end(self, _name: str) -> None:
        self._depth -= 1
