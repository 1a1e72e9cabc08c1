"""Headers and cookies of requests: what others can plant in them displaces nothing."""

import sys
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest

from desk.web.request import Request, json_text, number_in, request_of
from tests.families import for_each

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
UNICODE_BLANKS = [sign for sign in map(chr, range(sys.maxunicode + 1)) if sign.isspace() and sign not in " \t"]
LOOKS_LIKE_ASCII = [
    sign for sign in map(chr, range(128, 0x3000)) if sign.lower().isascii() or sign.casefold().isascii()
]


def read(event: dict[str, Any]) -> Request:
    return request_of(event, NOON)


def test_python_has_blanks_and_cases_beyond_those_of_http() -> None:
    assert {"\xa0", "\u3000", "\x1f", "\u2003"} < set(UNICODE_BLANKS)
    assert {"\N{KELVIN SIGN}", "ſ"} < set(LOOKS_LIKE_ASCII)
    assert len(UNICODE_BLANKS) > 20


@for_each("blank", UNICODE_BLANKS)
@for_each("place", ["cookies", "header"])
def test_a_cookie_is_not_another_one_with_a_blank_before_it(blank: str, place: str) -> None:
    pairs = ["__Host-console=real", f"{blank}__Host-console=planted", f"__Host-console{blank}=planted"]
    event: dict[str, Any] = {"cookies": pairs} if place == "cookies" else {"headers": {"cookie": "; ".join(pairs)}}

    assert read(event).cookies["__Host-console"] == "real"


def test_cookies_are_read_from_both_places_where_they_may_be() -> None:
    event = {"cookies": ["a=1", "b=2=3", "", "=x", "c"], "headers": {"Cookie": "\td=4 ;a=1;e="}}

    assert read(event).cookies == {"a": "1", "b": "2=3", "c": "", "d": "4", "e": ""}
    assert read({}).cookies == read({"headers": None, "cookies": None}).cookies == {}


def test_a_cookie_with_two_values_counts_for_nothing() -> None:
    assert read({"cookies": ["a=1", "b=1", "a=2", "a=1"]}).cookies == {"b": "1"}


@pytest.mark.parametrize("sign", LOOKS_LIKE_ASCII, ids=unicodedata.name)
def test_a_header_is_not_another_one_that_unicode_writes_alike(sign: str) -> None:
    plain = sign.casefold() if sign.casefold().isascii() else sign.lower()
    name = f"x-{plain}-x"

    assert read({"headers": {name.upper(): "real", f"x-{sign}-x": "planted"}}).headers[name] == "real"


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
    assert read({"headers": {"Authorization": header}}).bearer_token == token


def test_a_request_without_a_token_offers_none() -> None:
    assert read({}).bearer_token == ""


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin", "origin": "https://desk.example"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "http://desk.example"}, False),
        ({"origin": "https://desk.example:8443"}, False),
        ({"origin": "null"}, False),
        ({"origin": "https://["}, False),
        ({"origin": "https://desk.example", "sec-fetch-site": "cross-site"}, False),
    ],
)
def test_the_browser_says_which_page_sent_a_request(headers: dict[str, str], expected: bool) -> None:
    asked = read({"headers": headers, "requestContext": {"domainName": "desk.example"}})

    assert asked.is_from_our_pages is expected


def test_the_address_is_the_one_of_the_deployment_or_of_the_gateway_and_never_a_header() -> None:
    event = {
        "requestContext": {"domainName": "desk.example"},
        "headers": {"host": "evil.example", "x-forwarded-host": "evil.example"},
    }

    assert request_of(event, NOON).base_url == "https://desk.example"
    assert request_of(event, NOON, api_url="https://own.example").base_url == "https://own.example"


def test_an_event_that_lacks_everything_is_still_a_request() -> None:
    named = dict.fromkeys(
        ["requestContext", "headers", "cookies", "rawPath", "pathParameters", "queryStringParameters", "body"]
    )

    for event in ({}, named, {**named, "requestContext": {"http": None}}):
        asked = read(event)
        assert (asked.method, asked.path, asked.params, asked.query, asked.cookies) == ("", "", {}, {}, {})
        assert json_text(asked, most_bytes=0) == ""


NOT_NUMBERS = ["", "x", "²", "①", "١٢", "１", "-1", "+1", " 1", "1_0", "1e3", "0x1", "9" * 19, "9" * 5_000, "\ud800"]


@pytest.mark.parametrize("text", NOT_NUMBERS, ids=lambda text: ascii(text[:20]))
def test_a_number_is_in_ascii_digits(text: str) -> None:
    assert number_in(text) is None


def test_a_number_has_an_upper_limit() -> None:
    assert [number_in(text, 20) for text in ("0", "07", "20", "21")] == [0, 7, 20, None]
    assert number_in(str(2**53)) == 2**53
