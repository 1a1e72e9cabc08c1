"""What the HTML in a feed says: its plain text, and its first picture."""

from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from desk.feeds.model import LONGEST_ADDRESS, FeedPicture
from desk.text import one_line

_SILENT = frozenset({"script", "style", "template", "noscript"})
_BREAKS = frozenset({"p", "br", "div", "li", "tr", "td", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "figure"})
_MOST = 100_000
"""Characters of one text that are read."""
_NOT_FOR_POSTS = (".gif", ".svg", ".avif", ".heic", ".ico", ".bmp")
_SMALLEST = 100
"""A picture that states fewer pixels is an icon, an emoji or there for counting."""


_LONGEST_ALT = 2_000


def plain_text(html: str, most: int = 1_000) -> str:
    """The text without tags, in one line, cut to this many characters."""
    return " ".join("".join(_read(html).texts).split())[:most]


def first_picture(html: str, base: str) -> FeedPicture | None:
    """The first picture of the text that is large enough for a post, with its alternative text."""
    for attributes in _read(html).pictures:
        url = picture_address(attributes.get("src") or "", base)
        if url and not any(_is_small(attributes.get(side)) for side in ("width", "height")):
            return FeedPicture(url, _alt(attributes))
    return None


def alt_of(html: str, picture: str, base: str) -> str:
    """The alternative text that the text has for this picture; "" if it has none."""
    for attributes in _read(html).pictures:
        if picture_address(attributes.get("src") or "", base) == picture:
            return _alt(attributes)
    return ""


def _alt(attributes: Mapping[str, str | None]) -> str:
    return one_line(attributes.get("alt") or "")[:_LONGEST_ALT]


def _read(html: str) -> "_Reader":
    reader = _Reader()
    reader.feed(html[:_MOST])
    reader.close()
    return reader


def picture_address(url: str, base: str) -> str:
    """The absolute address of a picture; "" if it is none of a web server, or of a format that posts cannot have."""
    absolute = absolute_address(url, base)
    try:
        path = urlsplit(absolute).path.lower()
    except ValueError:
        return ""
    is_usable = absolute.startswith(("https://", "http://")) and not path.endswith(_NOT_FOR_POSTS)
    return absolute if is_usable else ""


def absolute_address(url: str, base: str) -> str:
    """The address, made absolute if that is possible; "" for none, and for one that is too long to be used."""
    url = url.strip()
    try:
        absolute = urljoin(base, url) if url else ""
    except ValueError:
        absolute = url
    return absolute if len(absolute) <= LONGEST_ADDRESS else ""


def _is_small(size: str | None) -> bool:
    return size is not None and size.isascii() and size.isdigit() and int(size[:6]) < _SMALLEST


class _Reader(HTMLParser):
    """Collects texts and the attributes of pictures; what is not well formed ends with its own tag."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.pictures: list[dict[str, str | None]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        if tag in _BREAKS:
            self.texts.append(" ")
        if tag == "img":
            self.pictures.append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT and self._silent:
            self._silent -= 1
        if tag in _BREAKS:
            self.texts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(data)
