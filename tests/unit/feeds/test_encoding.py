"""The text of a document's bytes: what is declared comes first, and what had to be guessed says so."""

import codecs

import pytest

from desk.feeds.encoding import Decoded, decoded
from desk.feeds.model import FeedFailure, FeedUnreadable

ENGLISH, KOREAN, JAPANESE = (
    "<title>It’s “new” – café</title>",
    "<title>헤드라인 쓰는 재미</title>",
    "<title>日本語の題</title>",
)


def declared(encoding: str, text: str) -> str:
    return f'<?xml version="1.0" encoding="{encoding}"?>{text}'


def test_a_western_document_is_read_as_it_declares_and_not_as_korean() -> None:
    for label in ("windows-1252", "iso-8859-1", "ISO-8859-1", "us-ascii"):
        text = declared(label, ENGLISH)

        assert decoded(text.encode("cp1252"), "") == Decoded(text, is_guessed=False)


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("euc-kr", "cp949", KOREAN + "똠방"),
        ("ks_c_5601-1987", "cp949", KOREAN + "똠방"),
        ("windows-949", "cp949", KOREAN),
        ("Shift_JIS", "cp932", JAPANESE),
        ("euc-jp", "euc_jp", JAPANESE),
        ("gb2312", "gb18030", "<title>囍</title>"),
        ("iso-8859-2", "iso8859-2", "<title>Łódź</title>"),
        ("utf-8", "utf-8", KOREAN),
    ],
)
def test_what_the_document_or_the_header_declares_is_used(label: str, codec: str, text: str) -> None:
    in_document = declared(label, text)

    assert decoded(in_document.encode(codec), "application/rss+xml") == Decoded(in_document, is_guessed=False)
    assert decoded(text.encode(codec), f"text/xml; charset={label}") == Decoded(text, is_guessed=False)


def test_without_a_declaration_it_is_utf_8() -> None:
    assert decoded(KOREAN.encode(), "text/xml") == Decoded(KOREAN, is_guessed=False)


@pytest.mark.parametrize(
    ("bom", "codec"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_goes_before_what_is_declared(bom: bytes, codec: str) -> None:
    text = declared("windows-1252", KOREAN)

    assert decoded(bom + text.encode(codec), "text/xml; charset=euc-kr") == Decoded(text, is_guessed=False)
    assert decoded(bom + text.encode(codec) + b"\xff", "").is_guessed


def test_the_document_goes_before_the_header_only_if_it_says_utf_8_and_is() -> None:
    utf_8, korean = declared("utf-8", KOREAN), declared("euc-kr", KOREAN)

    assert decoded(utf_8.encode(), "text/xml; charset=ISO-8859-1") == Decoded(utf_8, is_guessed=False)
    assert decoded(korean.encode("cp949"), "text/xml; charset=ISO-8859-1") == Decoded(korean, is_guessed=True)
    assert decoded(korean.encode("cp949"), "text/xml; charset=utf-8") == Decoded(korean, is_guessed=False)


@pytest.mark.parametrize(
    ("label", "codec"),
    [("utf-8", "cp949"), ("", "cp949"), ("euc-kr", "utf-8"), ("windows-1252", "utf-8"), ("x-hangul", "utf-8")],
)
def test_what_contradicts_its_declaration_is_a_guess(label: str, codec: str) -> None:
    text = declared(label, KOREAN) if label else KOREAN

    assert decoded(text.encode(codec), "") == Decoded(text, is_guessed=True)


@pytest.mark.parametrize(
    "label", ["zip", "hex", "rot13", "idna", "unicode_escape", "undefined", "mbcs", "no-such-thing"]
)
def test_codecs_that_are_no_encodings_are_not_used(label: str) -> None:
    assert decoded(KOREAN.encode("cp949"), f"text/xml; charset={label}") == Decoded(KOREAN, is_guessed=True)
    assert decoded(b"<title>1</title>", f"text/xml; charset={label}") == Decoded("<title>1</title>", is_guessed=True)


@pytest.mark.parametrize("label", ["iso-2022-kr", "ISO-2022-JP", "iso2022_jp_2", "iso-2022-cn", "utf-7", "hz-gb-2312"])
def test_encodings_that_write_everything_in_ascii_are_refused_by_name(label: str) -> None:
    for body, content_type in ((declared(label, "").encode(), ""), (b"<rss/>", f"text/xml; charset={label}")):
        with pytest.raises(FeedUnreadable) as caught:
            decoded(body, content_type)

        assert (caught.value.failure, caught.value.detail) == (FeedFailure.ENCODING, label)


def test_a_little_damage_is_read_as_a_guess_and_much_is_refused() -> None:
    text = KOREAN * 10

    assert decoded(text.encode() + b"\xed", "") == Decoded(text + "\ufffd", is_guessed=True)
    with pytest.raises(FeedUnreadable) as caught:
        decoded(b"\xff\xfd\x80" * 100, "")
    assert (caught.value.failure, caught.value.detail) == (FeedFailure.ENCODING, "utf-8")


def test_plain_ascii_is_never_a_guess_in_an_encoding_that_is_read() -> None:
    for label in ("utf-8", "euc-kr", "iso-8859-1", "Shift_JIS"):
        assert not decoded(declared(label, "<title>1</title>").encode(), "").is_guessed
