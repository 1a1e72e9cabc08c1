"""Parsing in a process of its own: the same result, and an end whatever the document does."""

import resource
import sys
from pathlib import Path

import pytest

from desk.feeds.bounded import BoundedParser, ParseLimits, ParserFailed
from desk.feeds.model import FeedFailure, FeedUnreadable
from desk.feeds.parse import parse_feed
from tests.families import variants
from tests.unit.feeds.test_parse import FOLDER, SEOUL, URL, rss

pytestmark = pytest.mark.process

PARSER = BoundedParser("Asia/Seoul")
PLAIN = (FOLDER / "plain.rss").read_bytes()


@pytest.mark.parametrize("name", ["pictures.rss", "dates.rss", "plain.json", "no-encoding.rss", "empty.rss"])
def test_the_result_is_that_of_the_parser(name: str) -> None:
    body = (FOLDER / name).read_bytes()

    assert PARSER.parse(body, "", URL) == parse_feed(body, "", URL, SEOUL)


def test_a_refusal_comes_with_its_reason_and_detail() -> None:
    with pytest.raises(FeedUnreadable) as caught:
        PARSER.parse(PLAIN, "text/xml; charset=iso-2022-kr", URL)

    assert (caught.value.failure, caught.value.detail) == (FeedFailure.ENCODING, "iso-2022-kr")


@variants(
    "inner",
    [
        f"<item><title>하나</title><author>{'a' * 4_000_000}</author></item>",  # a regular expression that takes hours
        "<item><title>" + "<a b='" * 700_000,
        "<item><description>" + "<" * 4_000_000,
    ],
    1,
    named=lambda inner: inner[:24],
)
def test_a_document_that_takes_too_much_time_is_given_up(inner: str) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime

    with pytest.raises(FeedUnreadable) as caught:
        BoundedParser("Asia/Seoul", ParseLimits(cpu_seconds=1)).parse(rss(inner), "", URL)

    assert caught.value.failure is FeedFailure.TOO_COMPLEX
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before < 2


def test_a_process_that_is_kept_from_working_is_given_up_too() -> None:
    with pytest.raises(FeedUnreadable) as caught:
        BoundedParser("Asia/Seoul", ParseLimits(seconds=0.001)).parse(PLAIN, "", URL)

    assert caught.value.failure is FeedFailure.TOO_COMPLEX


def test_a_document_that_takes_too_much_memory_is_given_up() -> None:
    many = '{"version":"https://jsonfeed.org/version/1","items":[' + "{}," * 1_000_000 + "{}]}"

    with pytest.raises(FeedUnreadable) as caught:
        BoundedParser("Asia/Seoul", ParseLimits(memory=100_000_000)).parse(many.encode(), "", URL)

    assert caught.value.failure is FeedFailure.TOO_COMPLEX


def stands_in(monkeypatch: pytest.MonkeyPatch, folder: Path, code: str) -> None:
    """Have Python itself stand in for the module that parses."""
    script = folder / "python"
    script.write_text(f"#!{sys.executable}\n{code}\n", encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(script))


@pytest.mark.parametrize(
    ("code", "said"),
    [("raise KeyError('a defect')", "1 KeyError: 'a defect'"), ("import os; os.abort()", "-6 ")],
)
def test_a_crash_is_a_failure_that_says_how(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, said: str
) -> None:
    stands_in(monkeypatch, tmp_path, code)

    with pytest.raises(ParserFailed) as caught:
        PARSER.parse(PLAIN, "", URL)

    assert str(caught.value) == said


def test_the_process_has_no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "secret")
    stands_in(monkeypatch, tmp_path, "import os, sys; sys.exit(' '.join(os.environ))")

    with pytest.raises(ParserFailed) as caught:
        PARSER.parse(PLAIN, "", URL)

    assert "PYTHONPATH" in str(caught.value)
    assert "AWS" not in str(caught.value)
