"""The text of a post: what X accepts, and how an article's title, hashtags and link become a text."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote, urlsplit, urlunsplit

from desk.posts.errors import (
    BadEncoding,
    BadHashtag,
    BadLink,
    ForbiddenCharacters,
    QuoteNotAllowed,
    TextEmpty,
    TextTooLong,
    TitleDoesNotFit,
    TooManyCashtags,
)
from desk.posts.references import quoted_posts
from desk.text import ELLIPSIS, cut
from desk.x.entities import cashtags, is_hashtag
from desk.x.weight import MAX_WEIGHT, Weight, links, weigh

REPLACEMENT = "\ufffd"
"""The character that API Gateway, like any decoder, puts in the place of bytes that are not UTF-8."""

_LINE_ENDS = re.compile(r"\r\n?")
# Control characters except the line feed, characters that change the direction of the text that follows, separators
# that X does not know, halves of surrogate pairs, and noncharacters.
FORBIDDEN = r"\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff"
"""Forbidden characters of the basic plane, as a class of a regular expression."""
_BEYOND = "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(1, 17))
_FORBIDDEN = re.compile(rf"[{FORBIDDEN}\ud800-\udfff{_BEYOND}]")
_VISIBLE = "LNPS"
"""Unicode categories of visible characters: letters, numbers, punctuation, symbols."""
_BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that are invisible: the fillers of Hangul, the pattern of Braille without dots."""
_NAMED = 5


def cleaned_and_weighed(text: str) -> Weight:
    """The text as X would show it, with its weight. Raises a PostNotAccepted if X would refuse or cut it."""
    weight = weigh(clean(text, "text"))
    if weight.weighted_length > MAX_WEIGHT:
        raise TextTooLong(weight.weighted_length, MAX_WEIGHT)
    return weight


def clean(text: str, field: str) -> str:
    """The text in NFC, stripped, with line feeds as line ends. Raises a PostNotAccepted that names the `field`."""
    if REPLACEMENT in text:
        raise BadEncoding(field)
    normal = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text)).strip()
    if forbidden := _FORBIDDEN.findall(normal):
        raise ForbiddenCharacters(field, _names(forbidden))
    if not any(unicodedata.category(character)[0] in _VISIBLE and character not in _BLANKS for character in normal):
        raise TextEmpty(field)
    if normal.count("$") > 1 and (count := len(cashtags(normal))) > 1:
        raise TooManyCashtags(field, count)
    return normal


def _names(characters: Iterable[str]) -> str:
    """The code points of the first few different characters, such as `U+202E`."""
    numbers = [f"U+{ord(character):04X}" for character in dict.fromkeys(characters)]
    return ", ".join(numbers[:_NAMED]) + (" …" if len(numbers) > _NAMED else "")


_LONGEST_HASHTAG = 100
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_KEPT = "%!$&'()*+,;=:@-._~"  # characters that are not encoded in a path, besides letters and digits
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_DOUBTFUL = re.compile(r"[!'()*,;.?]$|[!'()*]")
_LONGEST_URL = 4_096
_NOT_BEFORE_ELLIPSIS = " \n,;:·–—-(["
_TITLE = 1_000  # code points; no post shows more of a title, even if it consists of emoji of seven each
_SHORT = "https://example.com"
"""Any link has the same weight, and a short one is faster to weigh than one of 4,000 characters."""


def article_text(title: str, url: str, hashtags: Sequence[str] = ()) -> str:
    """The text `title #hashtags`, a new line, and the URL. A title that is too long for X is cut with an ellipsis.

    It is cut between two words, unless that would lose more than half of what fits, and never inside a character as
    people see it. Raises a PostNotAccepted.
    """
    link, tags = link_for_x(url), _tags(hashtags)
    if quoted_posts(link):
        raise QuoteNotAllowed(link, "url")
    after = f"{' ' if tags else ''}{tags}\n"
    return _fitting(" ".join(clean(title, "title").split()), after + _SHORT) + after + link


def link_for_x(url: str) -> str:
    """The URL in ASCII, spelled so that X makes one link of all of it. Raises BadEncoding and BadLink."""
    if REPLACEMENT in url:
        raise BadEncoding("url")
    text = url.strip()
    if _UNPRINTABLE.search(text):
        raise BadLink("has control characters in it")
    try:
        link = _ascii(text)
    except ValueError as exc:
        raise BadLink("can't be read as one") from exc
    if len(link) > _LONGEST_URL:
        raise BadLink(f"has {len(link)} characters; at most {_LONGEST_URL} are possible")
    for spelling in _spellings(link):
        if links(spelling) == [(0, len(spelling), spelling)]:
            return spelling
    raise BadLink("is none that X makes a link of, whole: it needs a public host name, no user and no bare address")


def _ascii(url: str) -> str:
    """The IRI as a URI: the host in IDNA, all other parts percent-encoded as UTF-8."""
    split = urlsplit(url)
    scheme, host, path, query, fragment = split
    if scheme not in {"http", "https"} or not host:
        raise BadLink("must begin with http:// or https:// and a host")
    _ = split.port  # raises ValueError if it is no port
    name, colon, port = host.partition(":")
    parts = (_quoted(path, "/"), _quoted(query, "/?"), _quoted(fragment, "/?"))
    return urlunsplit((scheme, name.encode("idna").decode() + colon + port, *parts))


def _spellings(link: str) -> Iterator[str]:
    """The URL, and spellings with more of it percent-encoded: its last character, or all that may end a link on X."""
    yield link
    yield link[:-1] + _encoded(link[-1])
    authority = link.find("/", len("https://")) + 1
    yield link[:authority] + _DOUBTFUL.sub(lambda found: _encoded(found[0]), link[authority:])


def _encoded(character: str) -> str:
    return f"%{ord(character):02X}"


def _quoted(part: str, more: str) -> str:
    return _STRAY_PERCENT.sub("%25", quote(part, safe=_KEPT + more))


def _tags(hashtags: Sequence[str]) -> str:
    names = [unicodedata.normalize("NFC", hashtag).strip().removeprefix("#").removeprefix("＃") for hashtag in hashtags]
    for name in names:
        if len(name) > _LONGEST_HASHTAG or not is_hashtag(name):
            raise BadHashtag(name[:_LONGEST_HASHTAG])
    return " ".join(f"#{name}" for name in dict.fromkeys(names))


def _fitting(title: str, rest: str) -> str:
    """As much of the title as fits before the rest.

    A link in a title has the same weight at any length, so the weight does not always grow with the text. The result of
    the binary search is only near the best one, and is shortened until it fits.
    """
    if _fits(title, rest):
        return title
    lengths = range(2, min(len(title), _TITLE) + 1)
    fits = bisect_right(lengths, 0, key=lambda length: 0 if _fits(_cut(title, length), rest) else 1)
    for length in reversed(lengths[:fits]):
        for shown in (_cut_at_a_word(title, length), _cut(title, length)):
            if len(shown) > 1 and _fits(shown, rest):
                return shown
    raise TitleDoesNotFit


def _fits(shown: str, rest: str) -> bool:
    return weigh(shown + rest).valid


def _cut(title: str, length: int) -> str:
    """The beginning of the title in whole characters, with an ellipsis, of at most `length` code points."""
    beginning = cut(title, length, len) if length < len(title) else title[: length - 1] + ELLIPSIS
    return beginning.removesuffix(ELLIPSIS).rstrip(_NOT_BEFORE_ELLIPSIS) + ELLIPSIS


def _cut_at_a_word(title: str, length: int) -> str:
    """The same, cut before the word in which it would end; "" if this loses more than half."""
    beginning = _cut(title, length).removesuffix(ELLIPSIS)
    if title[len(beginning) : len(beginning) + 1] in {" ", ""}:
        return beginning + ELLIPSIS
    words = beginning.rpartition(" ")[0].rstrip(_NOT_BEFORE_ELLIPSIS)
    return words + ELLIPSIS if 2 * len(words) >= len(beginning) else ""
