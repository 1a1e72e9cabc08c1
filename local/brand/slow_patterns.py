"""Is a regular expression good enough to be shown what strangers write?

It is tried against texts made of its own letters over and over, with an end that does not fit: what makes a search go
back and forth without end shows itself there.
"""

import re
import warnings
from collections.abc import Iterator
from itertools import chain, product
from time import process_time
from typing import Any

import regex

from desk.reader.pins import PATTERN_SECONDS, READ_BY_PATTERNS, compiled_pattern

TRIAL_SECONDS = PATTERN_SECONDS / 2
"""Less than the desk allows, since its processors may be slower than this one."""
_ALL_TRIALS_SECONDS = 3.0
"""What takes so long for all texts together is slow on ordinary ones too."""

_CLASS = re.compile(r"\\\w")
_LITERAL = re.compile(r"[^\s\\^$.|?*+()\[\]{}]+|(?<=\\)\W")
_PLAIN_UNITS = ("a", "1", "가", "ㅋ", "あ", "漢", "é", "😀", " ", "a ", "가 ", "1,", "a.", "-", "!", "\n")
_EVERYDAY = ("네", "ok", "1")
"""What fits each of these fits nearly everything that people write."""
_MOST_LETTERS = 8
_MISFITS = ("", "\x00", "!")
_FEW = (12, 25)
"""Repetitions that are too few for a pattern which counts."""


def trouble_with(pattern: str) -> str | None:
    """What is wrong with a pattern, as the end of a sentence; None when it can be used."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of meanings that may change in a later release of `regex`
            compiled = compiled_pattern(pattern)
    except regex.error as exc:
        where = f" at its character {exc.pos + 1}" if exc.pos is not None else ""
        return f"is no regular expression: {exc.msg}{where}"
    except (RecursionError, OverflowError, MemoryError):
        return "is nested too deeply or repeats too much"
    if compiled.search("", timeout=TRIAL_SECONDS) is not None:
        return "fits an empty text, and so nearly every text"
    if all(compiled.search(text, timeout=TRIAL_SECONDS) for text in _EVERYDAY):
        return "fits nearly every text"
    if _is_slow(compiled):
        return "takes too long on some texts; avoid repetitions within repetitions, and write .{0,20} for .*"
    return None


def _is_slow(compiled: Any) -> bool:
    begin = process_time()
    for text in _bad_texts(compiled.pattern):
        try:
            compiled.search(text, timeout=TRIAL_SECONDS)
        except TimeoutError:
            return True
        if process_time() - begin > _ALL_TRIALS_SECONDS:
            return True
    return False


def _bad_texts(pattern: str) -> Iterator[str]:
    words = _LITERAL.findall(_CLASS.sub(" ", pattern))
    letters = list(dict.fromkeys("".join(words)))[:_MOST_LETTERS]
    units = dict.fromkeys((*_PLAIN_UNITS, *words[:_MOST_LETTERS], *letters, *map("".join, product(letters, repeat=2))))
    needed, last = "".join(words), words[-1] if words else ""
    many = ((unit, READ_BY_PATTERNS // len(unit)) for unit in units)
    for (unit, times), misfit in product(chain(many, product(units, _FEW)), _MISFITS):
        repeated = unit * times
        for begin, end in dict.fromkeys((("", ""), ("", needed), (needed, needed), (needed, ""), ("", last))):
            room = READ_BY_PATTERNS - len(begin) - len(end) - len(misfit)
            yield (begin + repeated[: max(room, 0)] + misfit + end)[:READ_BY_PATTERNS]
