"""Pins: the brand's rules in desk.yaml, which override the reader, and the conditions that they look for."""

import logging
import re
import unicodedata
from collections.abc import Callable, Iterable
from copy import replace
from typing import Any, NamedTuple

from desk.brand import Pin
from desk.cases.author_cases import AuthorCase
from desk.mentions.model import Mention
from desk.reader import PollReader
from desk.reader.signs import HURRY
from desk.reading import OPERATOR, REVIEW, Reading, Settled, Urgency, Why, kinds_for, with_settled
from desk.text import HANDLE, LINK
from desk.x.entities import hashtags

RETURNING = "returning_customer"
"""The reason of a reading for a returning author; its evidence is the last case's number."""

_DOUBT = "uncertain"


def is_in_doubt(reading: Reading) -> bool:
    """Whether the operator gets it only because the department is uncertain; urgent readings stay with the operator."""
    is_unknown = reading.department == OPERATOR and any(why.rule == _DOUBT for why in reading.why)
    return is_unknown and reading.urgency is not Urgency.HIGH


def with_last_department(reading: Reading, last: AuthorCase) -> Reading:
    """The reading with the department of the author's last case; unchanged where it is not in doubt."""
    if not is_in_doubt(reading) or last.department == OPERATOR:
        return reading
    why = tuple(Why(RETURNING, last.id) if each.rule == _DOUBT else each for each in reading.why)
    return replace(reading, department=last.department, why=why)


_EVIDENCE = 40
"""The most characters of evidence; a regular expression may match a whole post."""
_ABOUT_URGENCY = HURRY | {"danger", "like_urgent"}
_ABOUT_DEPARTMENT = frozenset({"context", "rumors", "uncertain", "picture", "unreadable", RETURNING})
"""Reasons of a department whose names don't begin with that word."""
_CERTAIN = 1.0


class Pinned:
    """A reader whose readings obey pins.

    Pins apply in their order, and a later one never changes what an earlier one settled. Parts that pins leave open
    stay as they were read where they agree with the pins. Instead of a department that a pin excludes, the operator
    gets the mention.
    """

    def __init__(self, reader: PollReader, pins: Iterable[Pin]) -> None:
        self._reader = reader
        self._pins = [(pin, condition_of(pin.condition, pin.value)) for pin in pins]

    def read(self, mention: Mention, last: AuthorCase | None = None) -> Reading:
        """See RoutingReader. The pins' reasons come first."""
        reading = self._reader.read(mention)
        reading = with_last_department(reading, last) if last else reading
        met = self._met(mention, reading.lang) if self._pins else []
        return _pinned(reading, met) if met else reading

    def is_routed(self, mention: Mention) -> bool:
        """See PollReader. With pins, only the whole reading can say."""
        return self.read(mention).is_published if self._pins else self._reader.is_routed(mention)

    def _met(self, mention: Mention, lang: str) -> list[tuple[Pin, str]]:
        """The pins whose conditions this mention meets, with the evidence."""
        observed = observe(mention, lang)
        return [(pin, found) for pin, condition in self._pins if (found := condition(observed)) is not None]


def _pinned(reading: Reading, met: list[tuple[Pin, str]]) -> Reading:
    settled, excluded = Settled(), dict[str, Why]()
    whys: list[Why] = []
    for pin, found in met:
        wider = _joined(settled, pin, excluded)
        whys += [_why(pin, found, _effect(part, wider)) for part in _gained(settled, wider)]
        if pin.never and not settled.department:
            excluded.setdefault(pin.never, _why(pin, found, "never"))
        settled = wider
    pinned = with_settled(reading, settled)
    if pinned.department in excluded:
        whys.append(excluded[pinned.department])
        pinned = replace(pinned, department=OPERATOR)
    if not whys:
        return reading
    is_certain = settled.department is not None or pinned.department is None
    return replace(
        pinned,
        confidence=_CERTAIN if is_certain else reading.confidence,
        why=(*whys, *(why for why in reading.why if _still_holds(why, reading, pinned, settled))),
    )


def _joined(settled: Settled, pin: Pin, excluded: Iterable[str]) -> Settled:
    """What is settled, with the parts of the pin that don't contradict it."""
    for part in Settled._fields:
        wanted = getattr(pin, part)
        is_open = getattr(settled, part) is None and (part != "department" or wanted not in excluded)
        wider = replace(settled, **{part: wanted}) if wanted is not None and is_open else settled
        settled = wider if kinds_for(wider) else settled
    return settled


def _gained(settled: Settled, wider: Settled) -> list[str]:
    return [part for part in Settled._fields if getattr(wider, part) != getattr(settled, part)]


def _effect(part: str, settled: Settled) -> str:
    """The name of a settled part's effect, in reasons."""
    if part == "department" and settled.department == OPERATOR:
        return "operator"
    if part == "urgency":
        return "high" if settled.urgency is Urgency.HIGH else "calm"
    return part


def _why(pin: Pin, found: str, effect: str) -> Why:
    """The reason `pin.<cause>.<effect>`; words that a regular expression found count as a word."""
    cause = pin.condition if pin.condition != "regex" else "word" if found else "pattern"
    return Why(f"pin.{cause}.{effect}", " ".join(found.split())[:_EVIDENCE])


def _still_holds(why: Why, read: Reading, pinned: Reading, settled: Settled) -> bool:
    """Whether the part of the reading that this is a reason for is unchanged and not decided by a pin."""
    if why.rule == REVIEW:
        return pinned.review
    part = _part_of(why)
    return getattr(settled, part) is None and getattr(pinned, part) == getattr(read, part)


def _part_of(why: Why) -> str:
    if why.rule in _ABOUT_URGENCY:
        return "urgency"
    return "department" if why.rule in _ABOUT_DEPARTMENT or why.rule.startswith("department") else "kind"


READ_BY_PATTERNS = 1_000
"""The part of a post, in characters, that regular expressions search, which bounds their time."""
PATTERN_SECONDS = 0.1
"""A regular expression that takes longer doesn't match."""

_log = logging.getLogger(__name__)

type Condition = Callable[["Observed"], str | None]
"""Returns the evidence where a mention meets it ("" where there is nothing to quote), else None."""


class Observed(NamedTuple):
    """The parts of a mention that conditions check. `words` is the text without links and handles."""

    text: str
    words: str
    hashtags: dict[str, str]
    author_id: str
    username: str | None
    lang: str


def observe(mention: Mention, lang: str) -> Observed:
    """The parts of a mention that conditions check; `lang` is its language."""
    post = mention.post
    text = unicodedata.normalize("NFC", post.text)
    without_links = LINK.sub(" ", text)
    return Observed(
        text=text,
        words=HANDLE.sub(" ", without_links),
        hashtags={tag.casefold(): f"#{tag}" for tag in hashtags(without_links)},
        author_id=post.author_id,
        username=post.author.username if post.author else None,
        lang=lang,
    )


def condition_of(name: str, value: str) -> Condition:
    """The condition with this name in desk.yaml; raises KeyError for an unknown name."""
    return _CONDITIONS[name](unicodedata.normalize("NFC", value))


def compiled_pattern(pattern: str) -> Any:
    """The compiled pattern, which ignores case. Raises `regex.error`.

    The package `regex`, unlike `re`, has a timeout. It is loaded only where a desk has a pattern.
    """
    import regex  # noqa: PLC0415 - see above

    return regex.compile(pattern, regex.IGNORECASE)


def _word(value: str) -> Condition:
    """Korean matches anywhere, since particles follow without a space; Latin letters and digits as whole words."""
    before = "(?<![A-Za-z0-9])" if _is_latin(value[0]) else ""
    after = "(?![A-Za-z0-9])" if _is_latin(value[-1]) else ""
    pattern = re.compile(before + r"\s+".join(map(re.escape, value.split())) + after, re.IGNORECASE)

    def find(observed: Observed) -> str | None:
        found = pattern.search(observed.words)
        return found[0] if found else None

    return find


def _is_latin(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _regex(value: str) -> Condition:
    """A regular expression in the text as written; one that takes too long is logged and doesn't match."""
    pattern = compiled_pattern(value)

    def find(observed: Observed) -> str | None:
        try:
            found = pattern.search(observed.text[:READ_BY_PATTERNS], timeout=PATTERN_SECONDS)
        except TimeoutError:
            _log.warning("the pin with the regular expression %r took too long and was skipped", value)
            return None
        return found[0].strip() if found else None

    return find


def _hashtag(value: str) -> Condition:
    plain = value.casefold()
    return lambda observed: observed.hashtags.get(plain)


def _author(value: str) -> Condition:
    """By ID, which is always known; by username only where it was looked up on X."""

    def find(observed: Observed) -> str | None:
        if observed.username is not None and observed.username.casefold() == value.casefold():
            return f"@{observed.username}"
        return value if observed.author_id == value else None

    return find


def _lang(value: str) -> Condition:
    return lambda observed: value if observed.lang == value else None


_CONDITIONS: dict[str, Callable[[str], Condition]] = {
    "word": _word,
    "regex": _regex,
    "hashtag": _hashtag,
    "author": _author,
    "lang": _lang,
}
