"""The text of a document's bytes: in the encoding that is declared, or in one that had to be guessed."""

import codecs
import re
from collections.abc import Sequence
from typing import NamedTuple

from desk.feeds.model import FeedFailure, FeedUnreadable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Those of UTF-32 first: the little-endian one begins like that of UTF-16."""
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)", re.IGNORECASE)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"']", re.IGNORECASE)

_UTF_8, _KOREAN = "utf-8", "cp949"
_ALIASES = {
    "windows-949": _KOREAN, "x-windows-949": _KOREAN, "x-euc-kr": _KOREAN, "x-sjis": "cp932", "x-gbk": "gb18030",
    "windows-874": "cp874", "x-cp1252": "cp1252", "iso88591": "cp1252", "utf8mb4": _UTF_8,
}  # fmt: skip
"""Names that Python does not know."""
_WESTERN = "cp1252"
_WIDER = {
    "euc_kr": _KOREAN, "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "big5": "cp950",
    "ascii": _WESTERN, "iso8859-1": _WESTERN, "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
}  # fmt: skip
"""What documents really have that declare the narrower encoding, by Python's names, as browsers read them."""
_ONE_BYTE = frozenset(
    {f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
    | {f"cp125{part}" for part in range(9)}
    | {"cp874", "cp866", "koi8-r", "koi8-u", "mac-roman"}
)
"""Almost any bytes fit these."""
_ENCODINGS = _ONE_BYTE | {_UTF_8, _KOREAN, "johab", "gb18030", "cp932", "euc_jp", "cp950", "big5hkscs"}
"""All encodings that are read. Python has codecs besides that are no encodings, or expand their input."""
_IN_ASCII = re.compile(r"iso-?2022|utf-?7|hz", re.IGNORECASE)
"""Encodings that write everything in ASCII. They are not read, and nothing would show that a guess is wrong."""
_DAMAGED = 20
"""Text is in an encoding if at most one in this many characters beyond ASCII is damaged."""


class Decoded(NamedTuple):
    """A document's text. `is_guessed`: its encoding is not declared, or the bytes contradict what is declared."""

    text: str
    is_guessed: bool


def decoded(body: bytes, content_type: str) -> Decoded:
    """The text. Raises FeedUnreadable if its encoding is not one that is read, or no encoding fits.

    A byte order mark decides; then what the header declares, then what the document declares, then UTF-8, which is
    XML's default. Where the bytes do not fit these, what fits is a guess. It is one, too, where they fit UTF-8 beyond
    ASCII and only others are declared: other text hardly ever fits UTF-8 by chance, and servers often declare one
    encoding for all that they have.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return _as_it_is(body[len(bom) :], name)
    if b"\0" in body[:4]:
        return _as_it_is(body, "utf-16-le" if body[:1] != b"\0" else "utf-16-be")
    labels = _labels(body, content_type)
    names = list(dict.fromkeys(filter(None, map(_encoding, labels))))
    is_certain = bool(names) or not labels
    names = names or [_UTF_8]
    text = _strictly(body, _UTF_8)
    if text is not None:
        return Decoded(text, is_guessed=not (is_certain and (_UTF_8 in names or body.isascii())))
    names.sort(key=_ONE_BYTE.__contains__)
    fitting = [text for text in (_strictly(body, name) for name in names) if text is not None]
    if fitting:
        return Decoded(fitting[0], is_guessed=len(set(fitting)) > 1)
    text = _strictly(body, _KOREAN)
    return Decoded(_nearly(body, names) if text is None else text, is_guessed=True)


def _as_it_is(body: bytes, name: str) -> Decoded:
    """The text in an encoding that the first bytes show."""
    text = _strictly(body, name)
    return Decoded(body.decode(name, "replace") if text is None else text, is_guessed=text is None)


def _labels(body: bytes, content_type: str) -> Sequence[str]:
    """What the header and the document call the encoding. Raises FeedUnreadable for one that is written in ASCII."""
    labels = [found[1] for found in [_CHARSET.search(content_type)] if found]
    labels += [found[1].decode("ascii") for found in [_DECLARED.match(body[:400])] if found]
    for label in labels:
        if _IN_ASCII.match(label):
            raise FeedUnreadable(FeedFailure.ENCODING, label[:40])
    return labels


def _encoding(label: str) -> str | None:
    """The encoding by Python's name; None if it is not one that is read."""
    try:
        name = codecs.lookup(_ALIASES.get(label.lower(), label)).name
    except LookupError:
        return None
    name = _WIDER.get(name, name)
    return name if name in _ENCODINGS else None


def _strictly(body: bytes, name: str) -> str | None:
    try:
        return body.decode(name)
    except UnicodeDecodeError:
        return None


def _nearly(body: bytes, names: Sequence[str]) -> str:
    """The text if it has little damage in one of these or the usual encodings. Raises FeedUnreadable."""
    for name in dict.fromkeys([_UTF_8, *names, _KOREAN]):
        text = body.decode(name, "replace")
        if text.count("\ufffd") * _DAMAGED <= sum(1 for character in text if character > "\x7f"):
            return text
    raise FeedUnreadable(FeedFailure.ENCODING, ", ".join(names))
