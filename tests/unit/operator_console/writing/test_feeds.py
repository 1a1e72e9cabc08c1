"""The page on which people write shows the state of the brand's feeds."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from desk.brand import FeedSettings
from desk.feeds.model import FeedFailure, FeedState
from desk.fetch.model import FetchReason
from desk.i18n import LANGUAGES
from tests.brands import small_brand
from tests.unit.operator_console.scene import VIEWER, ConsoleScene, html_of
from tests.unit.replies.scene import NOW

BLOG = FeedSettings("블로그", "https://blog.emerald.example/feed", auto=True)
NEWSROOM = FeedSettings("뉴스룸", "https://news.emerald.example/feed")
HOUR = timedelta(hours=1)


def scene_of(*states: FeedState, **brand: object) -> ConsoleScene:
    made = ConsoleScene(brand=small_brand(feeds=(BLOG, NEWSROOM), **brand))
    made.feeds.states = {state.name: state for state in states}
    return made


def rows(scene: ConsoleScene) -> list[str]:
    """The texts of the feeds' rows."""
    html = html_of(scene.signed_in(VIEWER).get("write"))
    (section,) = re.findall(r'<section id="feeds".*?</section>', html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in re.findall(r"<li>.*?</li>", section, re.DOTALL)]


def test_a_feed_that_was_read_says_when() -> None:
    blog, newsroom = rows(scene_of(FeedState("블로그", BLOG.url, read_at=NOW - HOUR)))

    assert blog.startswith("블로그 · 자동 게시")
    assert blog.endswith("읽었어요.")
    assert newsroom == "뉴스룸 아직 읽지 않았어요. 처음 읽을 때 이미 있던 글은 초안으로 만들지 않아요."


def test_a_desk_in_trial_publishes_no_feed_by_itself() -> None:
    assert "자동 게시" not in "".join(rows(scene_of(is_in_trial=True)))


@pytest.mark.parametrize(
    ("failure", "detail", "sentence"),
    [
        (FeedFailure.NOT_FETCHED, "not_found", "읽어 오지 못했어요: 없는 도메인"),
        (FeedFailure.NOT_FETCHED, "of_another_release", "읽어 오지 못했어요: 연결되지 않음"),
        (FeedFailure.STATUS, "503", "읽어 오지 못했어요: 서버 응답 503"),
        (FeedFailure.NOT_A_FEED, "", "RSS, Atom, JSON Feed 형식이 아니에요."),
        (FeedFailure.ENCODING, "iso-2022-kr", "문서의 문자 인코딩(iso-2022-kr)으로는 읽을 수 없어요."),
        (FeedFailure.DOCUMENT_TYPE, "", "문서에 DOCTYPE 선언이 있어"),
        (FeedFailure.TOO_COMPLEX, "", "문서가 지나치게 복잡해서 읽기를 멈췄어요."),
    ],
)
def test_a_feed_that_fails_comes_first_with_its_reason(failure: FeedFailure, detail: str, sentence: str) -> None:
    state = FeedState("뉴스룸", NEWSROOM.url, read_at=NOW - HOUR, failing_since=NOW, failure=failure, detail=detail)

    first, _ = rows(scene_of(state, FeedState("블로그", BLOG.url, read_at=NOW)))

    assert first.startswith(f"뉴스룸 {sentence}")
    assert "마지막으로 읽은 때" in first


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_failure_has_its_sentence(language: str) -> None:
    assert {f"feeds.failure.{each.value}" for each in FeedFailure} <= set(LANGUAGES[language])
    assert {f"fetch.{each.value}" for each in FetchReason} <= set(LANGUAGES[language])


def test_where_a_feed_moved_and_what_was_left_out_is_said() -> None:
    state = FeedState(
        "블로그",
        BLOG.url,
        moved_to="https://www.emerald.example/feed",
        read_at=NOW,
        left_out=180,
        left_out_at=NOW - timedelta(days=6),
    )

    blog, _ = rows(scene_of(state))

    assert "180건은 초안으로 만들지 않았어요" in blog
    assert blog.endswith("https://www.emerald.example/feed")
    later, _ = rows(scene_of(state._replace(left_out_at=NOW - timedelta(days=8))))
    assert "180건" not in later


def test_a_feed_whose_address_was_changed_counts_as_new() -> None:
    blog, _ = rows(
        scene_of(FeedState("블로그", "https://old.emerald.example/", read_at=NOW, failure=FeedFailure.EMPTY))
    )

    assert "아직 읽지 않았어요" in blog


def test_without_feeds_nothing_is_said_and_nothing_is_read() -> None:
    scene = ConsoleScene()
    scene.feeds.busy.add("all")

    assert 'id="feeds"' not in html_of(scene.signed_in().get("write"))


def test_templates_name_the_failures_that_have_a_cause() -> None:
    template = Path("functions/operator_console/writing/_feeds.html.j2")

    assert f'"{FeedFailure.NOT_FETCHED.value}"' in (Path(__file__).parents[4] / template).read_text(encoding="utf-8")
