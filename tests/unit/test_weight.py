import json
import time

import pytest
from typer.testing import CliRunner

from desk.x.weight import links, weigh
from local.cli.main import app
from tests.families import for_each, variants
from tests.twitter_text import Row, rows


@for_each(
    "text, length",
    [
        ("", 0),
        ("hello", 5),
        ("안녕", 4),
        ("\u110b\u1161\u11ab\u1102\u1167\u11bc", 4),  # the same in single letters: weighed after NFC
        ("e\u0301", 1),
        ("👨‍👩‍👧‍👦", 2),
        ("👨‍👩‍👧‍👦" * 140, 280),
        ("https://example.com/" + "a" * 500, 23),
        ("보세요 https://example.com 꼭", 6 + 1 + 23 + 1 + 2),
        ("漢字", 4),
        ("©®", 2),
        ("\u00a9\ufe0f\u00ae\ufe0f", 4),
        ("1\ufe0f\u20e3#\u20e3", 4),
        ("🇰🇷🇦🇦", 2 + 4),
        ("👍🏽☝️🏽", 4),
        ("🏃🏽‍♀️👩🏻‍🤝‍👨🏿🧑🏽‍⚕️", 6),
        ("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", 2),
        ("a\r\nb", 4),
    ],
)
def test_texts_weigh_what_x_says(text: str, length: int) -> None:
    assert weigh(text).weighted_length == length


@rows("weights")
def test_texts_weigh_what_the_conformance_suite_says(row: Row) -> None:
    weight = weigh(row.text)

    found = (weight.weighted_length, weight.valid, weight.permillage)
    assert found == (row.expected["weightedLength"], row.expected["valid"], row.expected["permillage"])
    if weight.text == row.text:
        assert len(weight.valid_text.encode("utf-16-le")) // 2 == row.expected["validRangeEnd"] + 1


@rows("urls")
def test_links_are_those_of_the_conformance_suite(row: Row) -> None:
    assert [link.url for link in links(row.text)] == row.expected


@pytest.mark.parametrize("emoji", "❗⭐⚡☕⚽⛔⌚♈♿⚓⬛〰㊗🀄🈚🈯")
def test_an_emoji_weighs_2_with_and_without_its_selector(emoji: str) -> None:
    assert [weigh(emoji).weighted_length, weigh(emoji + "\ufe0f").weighted_length] == [2, 2]


def test_139_syllables_and_an_emoji_with_its_selector_just_fit() -> None:
    weight = weigh("❗️" + "가" * 139)

    assert (weight.weighted_length, weight.valid) == (280, True)


@pytest.mark.parametrize("newer", ["❤️‍🔥", "👱‍♂", "👁️‍🗨️"])
def test_a_sequence_that_x_never_listed_weighs_what_its_parts_do(newer: str) -> None:
    assert weigh(newer).weighted_length == 2 + 1 + 2


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("가" * 150, "가" * 140),
        ("ab\r\n" * 80, "ab\r\n" * 70),
        ("a" * 260 + "\r\n" + "https://example.com/long", "a" * 260 + "\r\n"),
        ("a" * 279 + "👨‍👩‍👧‍👦", "a" * 279),
        ("가\uffff나", "가"),
        ("\ufffe", ""),
    ],
)
def test_the_valid_beginning_of_a_text_is_the_longest_that_x_takes(text: str, beginning: str) -> None:
    weight = weigh(text)

    assert (weight.valid, weight.valid_text) == (False, beginning)


def test_a_links_place_is_where_it_stands() -> None:
    text = "앞 👋 https://example.com/a(b)c. 뒤 example.kr한국"

    assert [(text[begin:end], url) for begin, end, url in links(text)] == [
        (url, url) for url in ("https://example.com/a(b)c", "example.kr")
    ]


def test_a_path_belongs_to_the_latin_host_that_it_follows() -> None:
    assert [url for *_, url in links("example.com에서.한국/안내 example.com가example.kr/b?c=d")] == [
        "example.com",
        "example.com",
        "example.kr/b?c=d",
    ]


@variants(
    "unit",
    ["a.", "가.", "a.com-.", "_.", "a_", "가a.", "a.com가", "a.com/(a)", "(a).", "(a", "?!", "https://", "👨‍👩‍👧", "."],
    4,
)
def test_a_long_text_takes_time_in_proportion_to_its_length(unit: str) -> None:
    text = "a.com/" + unit * (60_000 // len(unit)) + ".com"

    began = time.process_time()
    weigh(text)

    assert time.process_time() - began < 3


def test_weigh_prints_a_line_for_each_argument() -> None:
    result = CliRunner().invoke(app, ["weigh", "hello", "안녕"])

    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert rows[0] == {"text": "hello", "weighted_length": 5, "valid": True, "permillage": 17}
    assert rows[1]["weighted_length"] == 4


def test_weigh_reads_lines_and_tells_which_one_is_no_text() -> None:
    result = CliRunner().invoke(app, ["weigh"], input=b"one\n\xff\nthree")

    assert [json.loads(line)["text"] for line in result.stdout.splitlines()] == ["one", "three"]
    assert (result.exit_code, "Line 2 is not UTF-8" in result.stderr) == (1, True)


def test_weigh_refuses_an_argument_that_is_no_text() -> None:
    result = CliRunner().invoke(app, ["weigh", "a\udcff"])

    assert (result.exit_code, result.stderr) == (2, "Argument 1 is not UTF-8 text.\n")
