import json

import pytest
import twitter_text
from twitter_text.extract_urls import extract_urls_with_indices
from typer.testing import CliRunner

from desk.weight import links, weigh
from local.cli.main import app


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("hello", 5),
        ("안녕", 4),
        ("\u110b\u1161\u11ab\u1102\u1167\u11bc", 4),  # the same in single letters: weighed after NFC
        ("e\u0301", 1),
        ("👨‍👩‍👧‍👦", 2),
        ("https://example.com/" + "a" * 500, 23),
        ("보세요 https://example.com 꼭", 6 + 1 + 23 + 1 + 2),
        ("漢字", 4),
    ],
)
def test_texts_weigh_what_x_says(text: str, length: int) -> None:
    assert weigh(text).weighted_length == length


def test_the_valid_beginning_of_a_long_text_just_fits() -> None:
    weight = weigh("가" * 150)

    assert (weight.valid, weight.permillage, weight.valid_text) == (False, 1071, "가" * 140)


@pytest.mark.parametrize("word", ["가", "é", "д", "a-", "_9", "A", "漢", "カ", "ᄒᆞ", "a.b.", "가.나.", "é."])
@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "앞 {} 뒤",
        "example.kr{}",
        "http://example.kr{} b",
        "example.kr한{}",
        "{}-https://a.com",
        "{}_https://a.com",
        "https://{}.com/a",
        "https://example.com/{} b",
        "{} https://example.com/a",
    ],
)
def test_what_is_put_in_place_of_long_words_weighs_the_same(word: str, around: str) -> None:
    text = around.format(word * 80)

    assert weigh(text).weighted_length == twitter_text.parse_tweet(text).weightedLength
    assert [url for *_, url in links(text)] == [found["url"] for found in extract_urls_with_indices(text)]


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


@pytest.mark.parametrize("letter", ["é", "д", "\u0301"])
def test_letters_that_end_a_query_weigh_what_they_weigh(letter: str) -> None:
    text = "https://example.com/?q=1&r=" + letter * 80

    assert weigh(text).weighted_length == twitter_text.parse_tweet(text).weightedLength


def test_a_word_longer_than_any_that_x_takes_is_weighed_without_links() -> None:
    assert weigh("가" * 1001 + " https://example.com").weighted_length == 2002 + 1 + len("https://example.com")
    assert weigh("가" * 1000 + " https://example.com").weighted_length == 2000 + 1 + 23
