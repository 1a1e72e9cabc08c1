"""The text of a feed's bytes, even if the server and the document name a wrong encoding."""

import codecs
import re
from collections.abc import Iterator

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Those of UTF-32 first: the little-endian one begins like that of UTF-16."""
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]+)", re.IGNORECASE)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"']", re.IGNORECASE)
_WIDER = {
    "euc_kr": "cp949", "johab": "johab", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "iso8859-1": "cp1252", "ascii": "cp1252",
}  # fmt: skip
"""What documents really have that name the narrower encoding, by Python's names."""
_ESCAPES = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape"})
_TAKES_ANYTHING = frozenset({"cp1252"})
_KOREAN = "cp949"
_DAMAGED = 20
"""Text is UTF-8 if at most one in this many characters beyond ASCII is damaged."""


def decoded(body: bytes, content_type: str) -> str:
    """The text. A byte order mark decides; then UTF-8, if it fits; then what is declared; then Korean.

    UTF-8 goes before what is declared: other text hardly ever fits it by chance, and declarations are often wrong.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace").removeprefix("\ufeff")
    if b"\0" in body[:4]:
        return body.decode("utf-16-le" if body[:1] != b"\0" else "utf-16-be", "replace")
    declared = list(_declared(body, content_type))
    if b"\x1b" in body:  # ISO 2022 fits UTF-8, as nothing but ASCII does that is something else
        for name in declared:
            if name.startswith("iso2022"):
                return body.decode(name, "replace")
    text = body.decode("utf-8", "replace")
    if text.count("\ufffd") * _DAMAGED <= sum(1 for character in text if character > "\x7f"):
        return text
    certain = [name for name in declared if name not in _TAKES_ANYTHING]
    for name in (*certain, _KOREAN):
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    return body.decode((*certain, *declared, _KOREAN)[0], "replace")


def _declared(body: bytes, content_type: str) -> Iterator[str]:
    """Encodings that the header or the document names, by Python's names, UTF-8 left out."""
    names = [found[1] for found in [_CHARSET.search(content_type)] if found]
    names += [found[1].decode("ascii") for found in [_DECLARED.match(body[:400])] if found]
    for name in names:
        try:
            plain = codecs.lookup(name).name
        except LookupError:
            continue
        plain = _WIDER.get(plain, plain)
        if plain not in {"utf-8", "utf-7"} and not plain.startswith(("utf-16", "utf-32")) and _is_text(plain):
            yield plain


def _is_text(name: str) -> bool:
    """Whether the codec decodes bytes to text; Python also has codecs such as `zip` and `rot13`."""
    return bool(getattr(codecs.lookup(name), "_is_text_encoding", True)) and name not in _ESCAPES
