"""The page of today: what to do in one order, what stands beside it, and what its poll brings."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from desk.cases.model import CaseState, Draft, Review
from desk.posts.model import PostKind, PostState
from desk.posts.performance import MeasuredAge, Measurement, Performance
from desk.reading import Safety, Urgency
from desk.x.model import PostMetrics, first_id_at
from tests.unit.operator_console.morning_scene import NINE
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, ConsoleScene, LastingScene, html_of
from tests.unit.operator_console.today.scene import TodayScene
from tests.unit.posts.scene import a_post

DAY = timedelta(days=1)


@pytest.fixture
def scene() -> ConsoleScene:
    made = ConsoleScene()
    made.cases.cases.clear()
    return made


def cards_of(html: str) -> Mapping[str, str]:
    """The cards that are shown, by name, in their order, without the names of their forms' requests."""
    found = re.findall(
        r'<section class="card" id="card-(\w+)" data-state="\w+"( hidden)?[^>]*>(.*?)</section>', html, re.DOTALL
    )
    return {name: re.sub(r'(name="request" value=)"[^"]*"', r"\1", body) for name, hidden, body in found if not hidden}


def keys_in(card: str) -> list[str]:
    return re.findall(r'<li data-key="([^"]*)"', card)


def test_a_case_is_in_one_card_in_the_order_in_which_it_is_to_be_done(scene: ConsoleScene) -> None:
    danger = scene.have_case(1, safety=Safety.DANGER, urgency=Urgency.HIGH)
    answer = scene.have_case(2)
    promised = scene.have_case(3, state=CaseState.PROMISED, promised_until=scene.now + timedelta(hours=2))
    scene.have_promise(promised.id, timedelta(hours=2))
    draft = scene.have_case(4, state=CaseState.DRAFTED, draft=Draft("한 장은 지난달 것입니다.", "김지은", scene.now))
    review = scene.have_case(5, review=Review.REPLY, not_posted="gone")
    late = scene.have_case(6, "billing")
    scene.cases.cases[late.id] = late._replace(due_at=scene.now - timedelta(minutes=5))

    cards = cards_of(html_of(scene.signed_in().get("today")))

    assert {name: keys_in(card) for name, card in cards.items() if keys_in(card)} == {
        "danger": [danger.id],
        "answers": [answer.id],
        "promises": [promised.id],
        "decisions": [draft.id, review.id],
        "departments": [late.id],
    }


def test_what_a_colleague_has_taken_is_not_mine_to_answer_but_a_viewer_sees_it(scene: ConsoleScene) -> None:
    mine, theirs = scene.have_case(1, holder=JIMIN.name), scene.have_case(2, holder=SUJIN.name)

    assert keys_in(cards_of(html_of(scene.signed_in().get("today")))["answers"]) == [mine.id]
    assert keys_in(cards_of(html_of(scene.signed_in(VIEWER).get("today")))["answers"]) == [mine.id, theirs.id]


def test_a_viewer_sees_everything_without_actions_and_departments_have_their_queue(scene: ConsoleScene) -> None:
    scene.have_case(1, safety=Safety.DANGER, urgency=Urgency.HIGH)
    scene.have_case(2)

    page = html_of(scene.signed_in(VIEWER).get("today")).partition('<main id="main"')[2]

    assert "맡기" not in page
    assert "답하기" not in page
    assert scene.signed_in(BILLING).get("today")["statusCode"] == 403
    assert scene.signed_in(BILLING).get("poll?page=today", hx_request="true")["statusCode"] == 403


def test_the_head_leads_to_what_is_most_urgent_to_answer_as_long_as_something_waits(scene: ConsoleScene) -> None:
    visitor = scene.signed_in()
    assert begin_of(html_of(visitor.get("today"))) is None

    answer = scene.have_case(1)
    scene.have_case(2, holder=SUJIN.name)
    scene.now += timedelta(seconds=3)
    polled = html_of(visitor.get("poll?page=today", hx_request="true"))
    assert begin_of(polled) == f"/console/inbox/to_answer/{answer.id}"

    taken = scene.have_case(3, safety=Safety.DANGER, urgency=Urgency.HIGH, holder=SUJIN.name)
    assert begin_of(html_of(visitor.get("today"))) == f"/console/inbox/to_answer/{answer.id}"
    scene.cases.cases[taken.id] = taken._replace(holder=None)
    assert begin_of(html_of(visitor.get("today"))) == f"/console/inbox/all/{taken.id}"
    assert begin_of(html_of(scene.signed_in(VIEWER).get("today"))) is None


def begin_of(html: str) -> str | None:
    """Where the button in the page's head leads."""
    [section] = re.findall(r'<section id="begin".*?</section>', html, re.DOTALL)
    found = re.search(r'<a class="button primary" href="([^"]*)">급한 글부터 답하기</a>', section)
    assert (found is None) is (" hidden>" in section)
    return found[1] if found else None


def test_an_empty_day_says_one_kind_sentence_a_card(scene: ConsoleScene) -> None:
    cards = cards_of(html_of(scene.signed_in().get("today")))

    assert list(cards) == ["answers", "promises", "decisions", "departments", "spikes", "posts", "roll", "kept"]
    assert {name: card.count('class="nothing"') for name, card in cards.items()} == dict.fromkeys(cards, 1)


def test_a_card_that_cannot_be_read_says_so_and_the_others_are_there(scene: ConsoleScene) -> None:
    case = scene.have_case(2)
    scene.posts.busy.add("get")

    cards = cards_of(html_of(scene.signed_in().get("today")))

    assert keys_in(cards["answers"]) == [case.id]
    assert "불러오지 못했어요" in cards["roll"]


def test_the_poll_brings_the_same_cards_and_nothing_while_nothing_happens(scene: ConsoleScene) -> None:
    scene.have_cases(2)
    visitor = scene.signed_in()

    page, polled = html_of(visitor.get("today")), visitor.get("poll?page=today", hx_request="true")
    etag = polled["headers"]["etag"]

    assert cards_of(html_of(polled)) == cards_of(page)
    scene.now += timedelta(seconds=30)  # words change with the time, and need no answer
    assert visitor.get("poll?page=today", hx_request="true", if_none_match=etag)["statusCode"] == 304
    scene.have_case(7)
    scene.now += timedelta(seconds=3)
    assert len(keys_in(cards_of(html_of(visitor.get("poll?page=today", hx_request="true")))["answers"])) == 3


class LastingMorning(TodayScene, LastingScene):
    """A morning in one instance of the function."""


def test_a_card_that_changes_alone_is_news_and_what_is_dear_is_read_again_after_a_while() -> None:
    scene = LastingMorning()
    visitor = scene.signed_in()
    visitor.get("today")
    polled = visitor.get("poll?page=today", hx_request="true")
    etag = polled["headers"]["etag"]
    scene.guest(1)

    scene.now += timedelta(seconds=10)
    assert visitor.get("poll?page=today", hx_request="true", if_none_match=etag)["statusCode"] == 304
    scene.now += timedelta(seconds=25)
    polled = visitor.get("poll?page=today", hx_request="true", if_none_match=etag)
    assert "1명이 아침 인사에 답했어요" in cards_of(html_of(polled))["roll"]
    assert "인사한 분 0 · 남은 분 1" in cards_of(html_of(visitor.get("today")))["roll"]


def test_posts_of_today_are_compared_with_the_usual_and_those_to_come_are_planned() -> None:
    scene = TodayScene()
    for day in range(1, 7):
        scene.performances.put(measured(NINE - timedelta(days=day), likes=100))
    scene.performances.put(measured(NINE, likes=140))
    later = NINE + timedelta(hours=9)
    scene.posts.put(a_post("겨울 로밍 안내", state=PostState.SCHEDULED, at=later, publish_at=later))
    scene.posts.put(a_post("내일 안내", state=PostState.SCHEDULED, at=later + DAY, publish_at=later + DAY))

    card = cards_of(html_of(scene.signed_in(VIEWER).get("today")))["posts"]

    assert re.findall(r">(\d\d:\d\d)<", card) == ["09:00", "18:00"]
    assert "<b>보통의 1.4배</b>" in card
    assert "공지 · 예약됨" in card
    assert "내일 안내" not in card


def measured(at: datetime, *, likes: int) -> Performance:
    about = Measurement(PostMetrics(likes, 0, 0, 0, None), at + timedelta(hours=1))
    return Performance(first_id_at(at), PostKind.GREETING, {MeasuredAge.HOUR: about})


def test_who_wrote_a_post_waits_for_it_and_a_colleague_approves_it() -> None:
    scene = TodayScene()
    scene.brand = scene.brand._replace(approval=frozenset({PostKind.ANNOUNCEMENT}))
    about = {"state": PostState.AWAITING_APPROVAL, "by": JIMIN.name, "author_id": JIMIN.id, "publish_at": NINE + DAY}
    scene.posts.put(a_post("멤버십 등급 표 정정", **about))

    mine, hers, seen = (cards_of(html_of(scene.signed_in(one).get("today"))) for one in (JIMIN, SUJIN, VIEWER))
    review = html_of(scene.signed_in().get("today/review"))

    assert 'href="/console/calendar?show=approval"><span class="cut" dir="auto">멤버십 등급' in review
    assert "멤버십 등급" in mine["approvals"]
    assert "멤버십 등급" not in mine["decisions"]
    assert "승인하기" in hers["decisions"]
    assert "approvals" not in hers
    assert "멤버십 등급" in seen["approvals"]


def test_a_late_department_is_reminded_by_one_click_and_the_row_says_when_and_by_whom(scene: ConsoleScene) -> None:
    late = scene.have_case(6, "billing")
    scene.cases.cases[late.id] = late._replace(due_at=scene.now - timedelta(minutes=5))
    jimin, sujin = scene.signed_in(), scene.signed_in(SUJIN)
    fields = {"version": "1", "request": "form-0001", "back": "today"}
    before = cards_of(html_of(jimin.get("today")))["departments"]

    answers = [jimin.post(f"case/{late.id}/remind", fields) for _ in range(2)]
    hers = sujin.post(f"case/{late.id}/remind", fields | {"request": "form-0002"})

    assert "다시 알리기" in before
    assert [each["headers"]["location"] for each in answers] == ["/console/today"] * 2
    assert hers["statusCode"] == 409
    assert "박지민" in html_of(hers)
    assert len(scene.colleagues.notified) == 1
    card = cards_of(html_of(sujin.get("today")))["departments"].translate({0x2068: None, 0x2069: None, 0xA0: " "})
    assert "다시 알리기" not in card
    assert "오후 12:00에 다시 알렸어요 · 박지민 님" in card
    scene.now += timedelta(hours=1)
    assert "다시 알리기" in cards_of(html_of(sujin.get("today")))["departments"]
