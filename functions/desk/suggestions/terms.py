"""Terms by which answers are compared, as numbers without words: letters, pairs of letters, Latin stems, and topics.

A Korean syllable carries meaning by itself ("끊" of 끊겨요 and 끊어져요), a pair of them is nearly a word. The reader's
topics connect words that share no letter.
"""

import re
from collections import Counter
from zlib import crc32

from desk.reader.features import plain, topics_of

_WORD = re.compile(r"[a-z][a-z0-9']*|[가-힣]+|[ぁ-ヿ一-鿿]+")
_STEM = 5
"""Letters of a Latin word that count: an inflected word then equals its stem."""
_TOPIC = "#"
"""Begins a topic, so that it differs from words."""
_MOST = 600
"""Terms of one text at most. A reply on X has about two hundred."""


def terms(text: str) -> Counter[int]:
    """How often each term occurs in the text. Numbers, handles and links count nothing."""
    found = [f"{_TOPIC}{topic}" for topic in topics_of(text)]
    for word in _WORD.findall(plain(text)):
        if word[0].isascii():
            found += [word[:_STEM]] if len(word) > 1 else []
        else:
            found += [*word, *(word[at : at + 2] for at in range(len(word) - 1))]
    return Counter(crc32(each.encode()) for each in found[:_MOST])
