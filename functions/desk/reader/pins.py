"""Rules of the brand that stand above whatever the reader makes of a mention: desk.yaml's `pins`."""

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
from desk.reading import OPERATOR, TO_REVIEW, Reading, Settled, Urgency, Why, agreed, kinds_for
from desk.text import HANDLE, LINK

RETURNING = "returning_customer"
"""The reason of such a reading; its evidence is the number of the last case."""

_DOUBT = "uncertain"


def is_in_doubt(reading: Reading) -> bool:
    """Whether the operator gets it only because nobody knows whose matter it is; what is urgent stays there."""
    is_unknown = reading.department == OPERATOR and any(why.rule == _DOUBT for why in reading.why)
    return is_unknown and reading.urgency is not Urgency.HIGH


def returned(reading: Reading, last: AuthorCase) -> Reading:
    """The reading for the department that has the author's last case; unchanged where it is not in doubt."""
    if not is_in_doubt(reading) or last.department == OPERATOR:
        return reading
    why = tuple(Why(RETURNING, last.id) if each.rule == _DOUBT else each for each in reading.why)
    return replace(reading, department=last.department, why=why)


_EVIDENCE = 40
"""Characters of evidence; a regular expression may fit a whole post."""
_ABOUT_URGENCY = HURRY | {"danger", "like_urgent"}
_ABOUT_DEPARTMENT = frozenset({"context", "rumors", "uncertain", "picture", "unreadable", RETURNING})
"""Rules that tell of the department although their name does not begin with that word."""
_CERTAIN = 1.0


class Pinned:
    """A reader whose readings obey pins.

    Pins are tried from the first to the last; what an earlier one settled no later one changes. What pins leave open
    stays as it was read where it agrees with them. A department that a pin excludes gives way to the operator.
    """

    def __init__(self, reader: PollReader, pins: Iterable[Pin]) -> None:
        self._reader = reader
        self._pins = [(pin, condition_of(pin.condition, pin.value)) for pin in pins]

    def read(self, mention: Mention, last: AuthorCase | None = None) -> Reading:
        """The reader's reading, pinned; whatever decided is the first reason.

        What is in doubt goes to the department of the author's `last` case, where no pin sends it elsewhere.
        """
        reading = self._reader.read(mention)
        reading = returned(reading, last) if last else reading
        met = self._met(mention, reading.lang) if self._pins else []
        return _pinned(reading, met) if met else reading

    def is_routed(self, mention: Mention) -> bool:
        """See PollReader; where there are pins, only the whole reading tells what they make of it."""
        return self.read(mention).is_published if self._pins else self._reader.is_routed(mention)

    def _met(self, mention: Mention, lang: str) -> list[tuple[Pin, str]]:
        """The pins that this mention meets, with the evidence."""
        seen = seen_in(mention, lang)
        return [(pin, found) for pin, condition in self._pins if (found := condition(seen)) is not None]


def _pinned(reading: Reading, met: list[tuple[Pin, str]]) -> Reading:
    settled, excluded = Settled(), dict[str, Why]()
    whys: list[Why] = []
    for pin, found in met:
        wider = _joined(settled, pin, excluded)
        whys += [_why(pin, found, _effect(part, wider)) for part in _gained(settled, wider)]
        if pin.never and not settled.department:
            excluded.setdefault(pin.never, _why(pin, found, "never"))
        settled = wider
    pinned = agreed(reading, settled)
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
    """What is settled with whatever the pin can add to it without contradiction."""
    for part in Settled._fields:
        wanted = getattr(pin, part)
        is_open = getattr(settled, part) is None and (part != "department" or wanted not in excluded)
        wider = replace(settled, **{part: wanted}) if wanted is not None and is_open else settled
        settled = wider if kinds_for(wider) else settled
    return settled


def _gained(settled: Settled, wider: Settled) -> list[str]:
    return [part for part in Settled._fields if getattr(wider, part) != getattr(settled, part)]


def _effect(part: str, settled: Settled) -> str:
    """What a settled part is told as."""
    if part == "department" and settled.department == OPERATOR:
        return "operator"
    if part == "urgency":
        return "high" if settled.urgency is Urgency.HIGH else "calm"
    return part


def _why(pin: Pin, found: str, effect: str) -> Why:
    """The reason `pin.<cause>.<effect>`; words that a regular expression found are a cause like any word."""
    cause = pin.condition if pin.condition != "regex" else "word" if found else "pattern"
    return Why(f"pin.{cause}.{effect}", " ".join(found.split())[:_EVIDENCE])


def _still_holds(why: Why, read: Reading, pinned: Reading, settled: Settled) -> bool:
    """Whether the part of the reading that a reason tells of is as it was read, and no pin decided it."""
    if why.rule == TO_REVIEW:
        return pinned.to_review
    part = _part_of(why)
    return getattr(settled, part) is None and getattr(pinned, part) == getattr(read, part)


def _part_of(why: Why) -> str:
    if why.rule in _ABOUT_URGENCY:
        return "urgency"
    return "department" if why.rule in _ABOUT_DEPARTMENT or why.rule.startswith("department") else "kind"


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
