from pathlib import Path

import pytest

from check_link.check import LIMITS, check_link
from check_link.handler import lambda_handler
from desk.fetch.guarded import guarded_fetcher
from desk.fetch.model import Fetched, FetchReason, LinkAnswer
from local.site import site
from tests.fakes.fetch import FakeFetcher
from tests.families import for_each

LINK = "https://blog.emerald.example/headline"


def answered(status: int) -> Fetched:
    return Fetched(status, {}, b"<html>", LINK)


@for_each(
    "page, expected",
    [
        (answered(200), LinkAnswer(answers=True, detail="200")),
        (answered(206), LinkAnswer(answers=True, detail="206")),
        (answered(304), LinkAnswer(answers=True, detail="304")),
        (answered(404), LinkAnswer(answers=False, detail="404")),
        (answered(410), LinkAnswer(answers=False, detail="410")),
        (answered(500), LinkAnswer(answers=False, detail="500")),
        (answered(503), LinkAnswer(answers=False, detail="503")),
        *((answered(status), LinkAnswer(None, str(status))) for status in (401, 403, 405, 429)),
        *(
            (reason, LinkAnswer(None, reason.value))
            for reason in (FetchReason.TOO_SLOW, FetchReason.TOO_MANY_REDIRECTS)
        ),
        *(
            (reason, LinkAnswer(answers=False, detail=reason.value))
            for reason in FetchReason
            if reason not in {FetchReason.TOO_SLOW, FetchReason.TOO_MANY_REDIRECTS}
        ),
    ],
)
def test_a_link_answers_or_not_or_lets_nobody_check_it(page: Fetched | FetchReason, expected: LinkAnswer) -> None:
    fetcher = FakeFetcher({LINK: page})

    assert check_link(fetcher, LINK) == expected

    ((_, limits, _),) = fetcher.asked
    assert limits.seconds <= 3
    assert limits.most_bytes <= 1_024


def test_a_long_page_and_one_that_never_ends_answer(tmp_path: Path) -> None:
    (tmp_path / "long.html").write_bytes(b"x" * 3_000_000)
    with site(tmp_path) as blog:
        fetcher = guarded_fetcher("emerald_mobile", blog.host_and_port)
        assert check_link(fetcher, f"{blog.url}/long.html") == LinkAnswer(answers=True, detail="200")
        assert check_link(fetcher, f"{blog.url}/none.html") == LinkAnswer(answers=False, detail="404")
        blog.answer_instead("/long.html", 302, headers={"Location": "http://169.254.169.254/latest/meta-data/"})
        assert check_link(fetcher, f"{blog.url}/long.html") == LinkAnswer(answers=False, detail="not_global")


def test_links_are_given_time_for_redirects() -> None:
    assert LIMITS.redirects >= 5
    assert LIMITS.truncates


def test_an_event_is_answered_with_what_the_check_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FETCH_EXCEPTIONS", "")
    for url in ("http://127.0.0.1/", "http://10.0.0.1/", "http://169.254.169.254/latest/meta-data/"):
        assert lambda_handler({"url": url}, None) == {"answers": False, "detail": "not_global"}
    assert lambda_handler({"url": "https://me:secret@blog.example.com/"}, None)["detail"] == "bad_address"


@pytest.mark.parametrize("event", [{}, {"url": None}, {"url": 7}, [], "text", None, {"Records": []}])
def test_an_event_without_a_url_is_answered_with_an_error(event: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FETCH_EXCEPTIONS", "")

    assert lambda_handler(event, None) == {"error": "the event has no url"}
