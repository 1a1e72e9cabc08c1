"""How the posts of a week and a month did: collected, ranked, and in the page, the mail and the table."""

import csv
import io
from copy import replace
from datetime import datetime, timedelta

import pytest

from daily_digest.csv_file import render_csv
from daily_digest.model import Digest
from daily_digest.performance import PostPerformances
from daily_digest.periods import Edition
from daily_digest.summary import render_summary
from desk.posts.model import PostKind, PostState
from desk.posts.performance import SPANS, MeasuredAge, Measurement, Performance
from desk.x.model import PostMetrics, first_id_at
from tests.unit.daily_digest import examples
from tests.unit.daily_digest.scene import Scene, seoul
from tests.unit.daily_digest.test_report import page

LINK = "https://desk.jade.example/reports/AbCd-EfGh_IjKlMnOA"


def publish(scene: Scene, key: str, at: datetime, likes: int | None, kind: PostKind = PostKind.ANNOUNCEMENT) -> None:
    """Have a post on X, with so many likes after a day; None: it was not measured."""
    scene.post(key, PostState.PUBLISHED, at, kind=kind, text=key)
    if likes is not None:
        measured = {MeasuredAge.DAY: Measurement(PostMetrics(likes, 0, 0, 0), at + SPANS[MeasuredAge.DAY].after)}
        scene.performances.put(Performance(first_id_at(at), kind, measured))


def texts(performance: PostPerformances | None) -> list[str]:
    assert performance
    return [one.text for one in performance.posts]


@pytest.mark.parametrize(("edition", "day"), [(Edition.WEEKLY, 23), (Edition.MONTHLY, 1)])
def test_posts_of_the_period_are_measured_against_those_before_it(edition: Edition, day: int) -> None:
    scene = Scene(now=seoul(day, 8, 50) + timedelta(days=30 if edition is Edition.MONTHLY else 0))
    for place, likes in enumerate((2, 4, 6, 8, 10), start=1):
        publish(scene, f"old-{place}", seoul(16, 9) - timedelta(days=30 + place), likes)
    publish(scene, "monday", seoul(16, 9), 12)
    publish(scene, "tuesday", seoul(17, 9), 3)
    publish(scene, "greeting", seoul(18, 9), 5, PostKind.GREETING)
    publish(scene, "unmeasured", seoul(22, 9), None)
    publish(scene, "reply", seoul(19, 9), None, PostKind.REPLY)

    found = scene.collect(edition).performance

    assert texts(found) == ["monday", "tuesday", "greeting"]
    assert found
    assert found.unmeasured == 1
    assert found.posts[0].compared == {MeasuredAge.DAY: 2.0}
    assert found.posts[2].compared == {}  # no five greetings came before it
    assert (found.best, found.weakest) == (found.posts[0], found.posts[1])


def test_posts_that_people_wrote_on_x_count_and_are_compared_with_each_other() -> None:
    scene = Scene(now=seoul(23, 8, 50))
    publish(scene, "monday", seoul(16, 9), 12)
    for day, likes in ((8, 1), (9, 2), (10, 3), (11, 4), (12, 5), (17, 6)):
        written(scene, f"written {day}", seoul(day, 9), likes)
    written(scene, "too new", seoul(22, 9), None)
    written(scene, "", seoul(18, 9), None, gone_at=seoul(18, 9, 30))

    found = scene.collect(Edition.WEEKLY).performance

    assert texts(found) == ["monday", "written 17"]
    assert found
    assert (found.posts[1].compared, found.unmeasured) == ({MeasuredAge.DAY: 2.0}, 1)
    shown = page(examples.weekly(performance=found))
    assert "written 17 24시간 뒤 ♥ 6 · 답글 0 · 재게시 0 · 인용 0 · 보통의 2배 X에서 직접 올린 글 · " in shown.text


def written(scene: Scene, text: str, at: datetime, likes: int | None, gone_at: datetime | None = None) -> None:
    """Have a post on X that people wrote there, with so many likes after a day; None: it was not measured."""
    after = at + SPANS[MeasuredAge.DAY].after
    measured = {} if likes is None else {MeasuredAge.DAY: Measurement(PostMetrics(likes, 0, 0, 0), after)}
    scene.performances.put(Performance(first_id_at(at), None, measured, gone_at, text))


def test_the_editions_of_a_day_read_no_measurements() -> None:
    scene = Scene()

    assert scene.collect(Edition.EVENING).performance is None
    assert scene.performances.calls.total() == 0


def test_of_two_posts_none_is_the_best() -> None:
    two = replace(_performance(), posts=_performance().posts[:2])

    assert (two.best, two.weakest) == (None, None)
    assert "반응이 가장 많은 글" not in page(examples.weekly(performance=two)).text
    assert "올린 글의 반응" not in render_summary(examples.weekly(performance=two), examples.brand(), LINK).body


def test_the_page_shows_the_best_the_weakest_and_all_with_their_links() -> None:
    shown = page(examples.weekly())

    assert "반응이 가장 많은 글 0번째 소식입니다. 새 매장에서 만나요! 24시간 뒤 ♥ 31 · 답글 3" in shown.text
    assert "반응이 가장 적은 글 1번째 소식입니다. 새 매장에서 만나요! 24시간 뒤 ♥ 4 · 답글 3" in shown.text
    assert "노출 1,240 · 보통의 2배" in shown.text
    assert "아직 반응을 세지 않은 글이 1건 있습니다." in shown.text
    hrefs = [str(link["href"]) for link in shown.all("a")]
    assert all(any(one.performance.x_id in href for href in hrefs) for one in _performance().posts)


def test_a_week_without_posts_has_no_such_section() -> None:
    assert "올린 글의 반응" not in page(examples.weekly(performance=PostPerformances(()))).text


def test_the_mail_names_the_best_and_the_weakest_in_one_line_of_text_each() -> None:
    hostile = _with_text("첫 줄\n■ 지금 챙기실 일")

    body = render_summary(examples.weekly(performance=hostile), examples.brand(), LINK).body

    best = _performance().posts[0].performance.x_id
    assert (
        f"""■ 올린 글의 반응
올리고 하루 뒤를 기준으로 합니다.
- 반응이 가장 많은 글: ♥ 31 · 답글 3 · 재게시 5 · 인용 1 · 노출 1,240 (보통의 2배)
     | 첫 줄 ■ 지금 챙기실 일
     X에서 보기: https://x.com/i/status/{best}
- 반응이 가장 적은 글: ♥ 4 · 답글 3 · 재게시 5 · 인용 1 · 노출 1,240
"""
        in body
    )


def test_the_table_has_every_number_of_every_measurement_under_the_link_of_its_post() -> None:
    link = f"https://x.com/i/status/{_performance().posts[0].performance.x_id}"

    rows = [row for row in _rows(examples.weekly()) if row[0] == "올린 글의 반응" and row[2] == link]

    assert {row[1]: row[3] for row in rows if row[1].startswith("하루 뒤")} == {
        "하루 뒤: 센 시각": "2026-11-19 00:05",
        "하루 뒤: 반응 합계": "40",
        "하루 뒤: ♥": "31",
        "하루 뒤: 답글": "3",
        "하루 뒤: 재게시": "5",
        "하루 뒤: 인용": "1",
        "하루 뒤: 노출": "1240",
    }
    assert sum(row[1].startswith("한 시간 뒤") for row in rows) == 7


def _performance() -> PostPerformances:
    found = examples.weekly().performance
    assert found
    return found


def _with_text(text: str) -> PostPerformances:
    first, *others = _performance().posts
    return replace(_performance(), posts=(first._replace(text=text), *others))


def _rows(digest: Digest) -> list[list[str]]:
    text = render_csv(digest, examples.brand()).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))
