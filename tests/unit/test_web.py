"""Headers and cookies of requests: what others can plant in them displaces nothing."""

import sys
import unicodedata
from typing import Any

import pytest

from desk.web import bearer_token, cookies_of, headers_of
from tests.families import for_each

UNICODE_BLANKS = [sign for sign in map(chr, range(sys.maxunicode + 1)) if sign.isspace() and sign not in " \t"]
LOOKS_LIKE_ASCII = [
    sign for sign in map(chr, range(128, 0x3000)) if sign.lower().isascii() or sign.casefold().isascii()
]


def test_python_has_blanks_and_cases_beyond_those_of_http() -> None:
    assert {"\xa0", "\u3000", "\x1f", "\u2003"} < set(UNICODE_BLANKS)
    assert {"\N{KELVIN SIGN}", "ſ"} < set(LOOKS_LIKE_ASCII)
    assert len(UNICODE_BLANKS) > 20


@for_each("blank", UNICODE_BLANKS)
@for_each("place", ["cookies", "header"])
def test_a_cookie_is_not_another_one_with_a_blank_before_it(blank: str, place: str) -> None:
    pairs = ["__Host-console=real", f"{blank}__Host-console=planted", f"__Host-console{blank}=planted"]
    event: dict[str, Any] = {"cookies": pairs} if place == "cookies" else {"headers": {"cookie": "; ".join(pairs)}}

    assert cookies_of(event)["__Host-console"] == "real"


def test_cookies_are_read_from_both_places_where_they_may_be() -> None:
    event = {"cookies": ["a=1", "b=2=3", "", "=x", "c"], "headers": {"Cookie": "\td=4 ;a=1;e="}}

    assert cookies_of(event) == {"a": "1", "b": "2=3", "c": "", "d": "4", "e": ""}
    assert cookies_of({}) == cookies_of({"headers": None}) == {}


def test_a_cookie_with_two_values_counts_for_nothing() -> None:
    assert cookies_of({"cookies": ["a=1", "b=1", "a=2", "a=1"]}) == {"b": "1"}


@pytest.mark.parametrize("sign", LOOKS_LIKE_ASCII, ids=unicodedata.name)
def test_a_header_is_not_another_one_that_unicode_writes_alike(sign: str) -> None:
    plain = sign.casefold() if sign.casefold().isascii() else sign.lower()
    name = f"x-{plain}-x"

    assert headers_of({"headers": {name.upper(): "real", f"x-{sign}-x": "planted"}})[name] == "real"


@pytest.mark.parametrize(
    ("header", "token"),
    [
        ("Bearer t", "t"),
        (" \tbEARER   t ", "t"),
        ("Bearer\xa0t", ""),
        ("\u3000Bearer t", ""),
        ("Bearer t\x1f", "t\x1f"),
        ("Basic t", ""),
        ("Bearer ", ""),
        ("", ""),
    ],
)
def test_a_bearer_token_is_split_by_blanks_of_http(header: str, token: str) -> None:
    assert bearer_token(header) == token
