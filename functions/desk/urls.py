"""What X makes a link of in a text.

Source: the rules of twitter-text 3.1.0, written as a scan that takes time in proportion to the text's length: the
expressions in which X publishes them take minutes on some texts of a few thousand characters.

A host is labels and dots and ends in a top-level domain that X knows. With `http://` or `https://` before it, it may
consist of nearly any characters; without, only of Latin ones. Whatever may stand in a path or a query follows.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from desk.tlds import TOP_LEVEL_DOMAINS

_ALNUM = "0-9A-Za-z"
_LATIN = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u02bb"
    "\u0300-\u036f\u1e00-\u1eff"
)
_CYRILLIC = "\u0400-\u04ff"
NO_CHARACTERS = "\ufeff\ufffe\uffff"
"""What X takes in no post."""
_NOT_IN_HOSTS = (
    r"!#$%&'()*+,/:;<=>?@\[\\\]^{|}~"
    "\t-\r \x85\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    f"{NO_CHARACTERS}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
)

_RUN = re.compile(f"[^{_NOT_IN_HOSTS}]+")
"""Where a host may stand: what may be in its labels, with hyphens, underscores and dots."""
_BEGINNING = re.compile(f"(?<![{_ALNUM}@＠$#＃{NO_CHARACTERS}])[^{_NOT_IN_HOSTS}._-]")
_PROTOCOL = re.compile(rf"(?<![{_ALNUM}@＠$#＃{NO_CHARACTERS}])https?://", re.IGNORECASE | re.ASCII)
_LONGEST_PROTOCOL = len("https://")
_NO_URL_AFTER = frozenset("-_./")
"""After one of these no URL without a protocol begins."""

_WORD = re.compile(f"[{_ALNUM}]+")
_PUNYCODE = re.compile(f"xn--[{_ALNUM}-]+", re.IGNORECASE | re.ASCII)
_GOES_ON = re.compile(f"[{_ALNUM}@+-]")
"""What follows no top-level domain."""
_BEYOND_ASCII = frozenset(name for name in TOP_LEVEL_DOMAINS if not name.isascii())
_LENGTHS_BEYOND_ASCII = sorted({len(name) for name in _BEYOND_ASCII}, reverse=True)

_ENDS_PATH = rf"{_ALNUM}{_LATIN}{_CYRILLIC}+=_#/\-"
_IN_PATH = r"!*';:,.$%\[\]\u2013~@|&"
_ANY = f"[{_ENDS_PATH}{_IN_PATH}]"
_BRACKETS = rf"\((?:{_ANY}++|{_ANY}*+\({_ANY}++\){_ANY}*+)\)"
_QUERY = rf"\?(?:[!?*'@();:+$%\[\].,~|]*+[{_ALNUM}\-_&=#/])++"
_AFTER_HOST = re.compile(
    rf"(?::[0-9]+)?(?P<path>/(?:(?:[{_IN_PATH}]|{_BRACKETS})*+[{_ENDS_PATH}])*+(?:{_BRACKETS})*+)?(?:{_QUERY})?"
)
_SHORT_LINK = re.compile(rf"https?://t\.co/([{_ALNUM}]+)(?:{_QUERY})?", re.IGNORECASE | re.ASCII)
_LATIN_LABELS = re.compile(rf"(?:[{_ALNUM}{_LATIN}-]++\.)+")
_DOTS_IN_LABELS = re.compile("[\u3002\uff0e\uff61]")

_LONGEST_LABEL = 63
_LONGEST_URL = 4_096
_LONGEST_SHORT_LINK = 40


class Link(NamedTuple):
    """A URL as written, and where in the text it begins and ends (exclusive)."""

    begin: int
    end: int
    url: str


class _Label(NamedTuple):
    """One label of a run, and where a host that has it may end: with the name after it, and with what follows further.

    Each is None where there is no such host.
    """

    begin: int
    end: int
    host_end: int | None
    later_host_end: int | None


def links(text: str) -> list[Link]:
    """What X takes for a URL, in order; none contains another."""
    if "." not in text:
        return []
    found: list[Link] = []
    free = 0
    for run in _RUN.finditer(text):
        if "." in run[0]:
            more, free = _links_of_run(text, run.start(), run.end(), free)
            found += more
    return found


def _links_of_run(text: str, begin: int, end: int, free: int) -> tuple[list[Link], int]:
    """The links whose hosts are in this run, of which none begins before `free`; and where the next one may begin."""
    found: list[Link] = []
    for label in _labels(text, begin, end):
        start = _start(text, label, begin, free)
        if start is None:
            continue
        link_begin, host_begin, host_end = start
        rest = next(_AFTER_HOST.finditer(text, host_end))  # at once, if only of nothing
        whole = text[link_begin : rest.end()]
        if _is_possible(text[host_begin:host_end], whole, text[link_begin:host_begin]):
            if link_begin < host_begin:
                found += _with_protocol(link_begin, whole)
            elif not (host_begin and text[host_begin - 1] in _NO_URL_AFTER):
                found += _without_protocol(text, host_begin, host_end, rest)
        free = rest.end() + 1
    return found, free


def _labels(text: str, begin: int, end: int) -> list[_Label]:
    """The labels of a run that a dot follows."""
    dots = [begin - 1, *(found.start() for found in re.finditer(r"\.", text[begin:end]))]
    dots[1:] = [begin + dot for dot in dots[1:]]
    labels: list[_Label] = []
    later: int | None = None
    for before, dot in reversed(list(pairwise(dots))):
        first, last = before + 1, dot - 1
        ends_well = first <= last and text[last] not in "-_"
        host_end = _name_end(text, dot + 1) if ends_well else None
        label = _Label(first, dot, host_end, later if ends_well else None)
        labels.append(label)
        if not ends_well or text[first] in "-_":
            later = None
        elif later is None and "_" not in text[first:dot]:
            later = host_end
    return labels[::-1]


def _start(text: str, label: _Label, run: int, free: int) -> tuple[int, int, int] | None:
    """Where a URL begins whose first label is in this one, where its host does, and where that ends."""
    host_end = label.later_host_end or label.host_end
    if host_end is None:
        return None
    first = label.begin
    if label.later_host_end is None:
        first = max(first, text.rfind("_", label.begin, label.end) + 1)
    if first == run and text[first] not in "-_" and (protocol := _protocol_before(text, run, free)) is not None:
        return protocol, run, host_end
    first = max(first, free)
    found = (not first and _BEGINNING.match(text, 1, label.end)) or _BEGINNING.search(text, first, label.end)
    return (found.start(), found.start(), host_end) if found else None


def _protocol_before(text: str, host: int, free: int) -> int | None:
    for length in (_LONGEST_PROTOCOL, _LONGEST_PROTOCOL - 1):
        begin = host - length
        if begin >= free and _PROTOCOL.fullmatch(text, begin, host):
            return begin
    return None


def _name_end(text: str, begin: int) -> int | None:
    """Where the top-level domain ends that begins here; None when there is none."""
    word = _WORD.match(text, begin)
    if word and word[0].lower() in TOP_LEVEL_DOMAINS and not _GOES_ON.match(text, word.end()):
        return word.end()
    for length in _LENGTHS_BEYOND_ASCII:
        stop = begin + length
        if stop <= len(text) and text[begin:stop].lower() in _BEYOND_ASCII and not _GOES_ON.match(text, stop):
            return stop
    punycode = _PUNYCODE.match(text, begin)
    return punycode.end() if punycode else None


def _is_possible(host: str, url: str, protocol: str) -> bool:
    """Whether each label has a length that DNS allows, and the URL one that X does."""
    if host.startswith("xn--") and not next(_latin_hosts(host), None):
        return False
    length = len(protocol or "https://") + len(url) + sum(character > "\uffff" for character in host)
    return length <= _LONGEST_URL and all(_is_label(label) for label in host.split("."))


def _is_label(label: str) -> bool:
    if len(label) > _LONGEST_LABEL:
        return False
    parts = _DOTS_IN_LABELS.split(label)
    length = sum(len(part) if part.isascii() else len("xn--" + part.encode("punycode").decode()) for part in parts)
    return length + len(parts) - 1 <= _LONGEST_LABEL


def _with_protocol(begin: int, url: str) -> Iterator[Link]:
    short = _SHORT_LINK.match(url)
    if short is None:
        yield Link(begin, begin + len(url), url)
    elif len(short[1]) <= _LONGEST_SHORT_LINK:
        yield Link(begin, begin + short.end(), short[0])


def _without_protocol(text: str, begin: int, end: int, rest: re.Match[str]) -> Iterator[Link]:
    """The Latin hosts in this one; the path belongs to the last of them if it ends where the path begins."""
    for host_begin, host_end in _latin_hosts(text[begin:end]):
        first, last = begin + host_begin, begin + host_end
        if last == end and rest["path"]:
            last = rest.end()
        yield Link(first, last, text[first:last])


def _latin_hosts(host: str) -> Iterator[tuple[int, int]]:
    free = 0
    while labels := _LATIN_LABELS.search(host, free):
        dots = (place for place in range(labels.end(), labels.start(), -1) if host[place - 1] == ".")
        ends = (_name_end(host, dot) for dot in dots)
        end = next((end for end in ends if end is not None), None)
        if end is not None:
            yield labels.start(), end
        free = end or labels.end()
