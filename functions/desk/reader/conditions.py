"""What a pin looks for in a mention: a word, a regular expression, a hashtag, an author or a language."""

import logging
import re
import unicodedata
from collections.abc import Callable
from typing import Any, NamedTuple

from desk.mentions.model import Mention
from desk.text import HANDLE, LINK

READ_BY_PATTERNS = 1_000
"""Characters of a post that a regular expression is shown: whatever it does is bounded by this."""
PATTERN_SECONDS = 0.1
"""After so much time of the processor a regular expression is taken not to fit."""

_HASHTAG = re.compile(r"[#\uff03](\w+)")

_log = logging.getLogger(__name__)

type Condition = Callable[["Seen"], str | None]
"""The evidence that a mention meets it ("" where nothing can be quoted), or None."""


class Seen(NamedTuple):
    """What conditions look at: the text whole, without links and handles, its hashtags, its author and language."""

    text: str
    words: str
    hashtags: dict[str, str]
    author_id: str
    username: str | None
    lang: str


def seen_in(mention: Mention, lang: str) -> Seen:
    """What is to be seen in a mention that is written in `lang`."""
    post = mention.post
    text = unicodedata.normalize("NFC", post.text)
    without_links = LINK.sub(" ", text)
    return Seen(
        text=text,
        words=HANDLE.sub(" ", without_links),
        hashtags={tag.casefold(): f"#{tag}" for tag in _HASHTAG.findall(without_links)},
        author_id=post.author_id,
        username=post.author.username if post.author else None,
        lang=lang,
    )


def condition_of(name: str, value: str) -> Condition:
    """The condition of this name in desk.yaml; raises KeyError for a name that is none."""
    return _CONDITIONS[name](unicodedata.normalize("NFC", value))


def compiled_pattern(pattern: str) -> Any:
    """The pattern as it is searched for, capitals or not; raises `regex.error`.

    The package `regex`, unlike `re`, can be told to stop; it is loaded only where a desk has a pattern.
    """
    import regex  # noqa: PLC0415 - see above

    return regex.compile(pattern, regex.IGNORECASE)


def _word(value: str) -> Condition:
    """Korean anywhere, since particles are written on to it; Latin letters and figures only as a whole word."""
    before = "(?<![A-Za-z0-9])" if _is_latin(value[0]) else ""
    after = "(?![A-Za-z0-9])" if _is_latin(value[-1]) else ""
    pattern = re.compile(before + r"\s+".join(map(re.escape, value.split())) + after, re.IGNORECASE)

    def find(seen: Seen) -> str | None:
        found = pattern.search(seen.words)
        return found[0] if found else None

    return find


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _regex(value: str) -> Condition:
    """A regular expression in the text as it was written; one that takes too long does not fit, and is logged."""
    pattern = compiled_pattern(value)

    def find(seen: Seen) -> str | None:
        try:
            found = pattern.search(seen.text[:READ_BY_PATTERNS], timeout=PATTERN_SECONDS)
        except TimeoutError:
            _log.warning("the pin with the regular expression %r took too long and was passed over", value)
            return None
        return found[0].strip() if found else None

    return find


def _hashtag(value: str) -> Condition:
    plain = value.casefold()
    return lambda seen: seen.hashtags.get(plain)


def _author(value: str) -> Condition:
    """By number, which is always known; by name only where X was asked for it."""

    def find(seen: Seen) -> str | None:
        if seen.username is not None and seen.username.casefold() == value.casefold():
            return f"@{seen.username}"
        return value if seen.author_id == value else None

    return find


def _lang(value: str) -> Condition:
    return lambda seen: value if seen.lang == value else None


_CONDITIONS: dict[str, Callable[[str], Condition]] = {
    "word": _word,
    "regex": _regex,
    "hashtag": _hashtag,
    "author": _author,
    "lang": _lang,
}
