"""The morning's greeting on the page of today: changed, skipped, sent, or taken from a post by hand."""

import html
import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from desk.posts.model import Post, PostKind, PostReason, PostState, greeting_id
from desk.posts.performance import Performance
from desk.x.model import first_id_at
from tests.unit.operator_console.scene import BILLING, JIMIN, VIEWER, ConsoleScene, html_of
from tests.unit.operator_console.today.test_today import cards_of
from tests.unit.posts.scene import a_post
from tests.unit.replies.scene import brand_with

TEXT = "좋은 아침이에요! <오늘>도 불러 주세요."
MINUTE = timedelta(minutes=1)


class Morning(ConsoleScene):
    """A console a quarter of an hour before the greeting."""

    def __init__(self, state: PostState = PostState.SCHEDULED, **changes: Any) -> None:
        super().__init__(brand=brand_with())
        zone = ZoneInfo(self.brand.timezone)
        at = self.now + 15 * MINUTE
        self.brand = self.brand._replace(greeting_time=at.astimezone(zone).time())
        self.id = greeting_id(self.now.astimezone(zone).date())
        about = {"publish_at": at, "at": at, "expires_at": at + 30 * MINUTE, "state": state}
        self.posts.put(
            a_post(**{"text": TEXT, "id": self.id, "kind": PostKind.GREETING, "by": "schedule", **about, **changes})
        )

    @property
    def greeting(self) -> Post:
        return self.posts.posts[self.id]

    def card(self, page: str = "today") -> str:
        """The words of the card; "" if it is not there."""
        found = cards_of(html_of(self.signed_in().get(page))).get("greeting", "")
        return html.unescape(re.sub(r"\s+", " ", found))

    def does(self, action: str, version: int | None = None, **fields: str) -> int:
        about = {"version": version or self.greeting.version, "back": "today", **fields}
        answer = self.signed_in().post(f"calendar/{self.id}/{action}", about)
        assert answer["statusCode"] != 303 or answer["headers"]["location"].endswith("/today")
        return int(answer["statusCode"])

    def writes_on_x(self, text: str) -> str:
        x_id = first_id_at(self.now - MINUTE)
        self.performances.performances[x_id] = Performance(x_id, None, text=text)
        return x_id


def test_the_draft_shows_its_text_and_when_it_goes_out_and_is_changed_sent_or_skipped() -> None:
    morning = Morning()
    card = morning.card()
    assert TEXT in card
    assert "에 게시돼요." in card
    assert [word in card for word in ("고치기", "지금 게시", "오늘은 쉬기")] == [True] * 3

    assert morning.does("reword", text="비가 와요. 조심히 오세요!") == 303
    assert (morning.greeting.text, morning.greeting.state) == ("비가 와요. 조심히 오세요!", PostState.SCHEDULED)
    assert "비가 와요." in morning.card()

    assert morning.does("release") == 303
    assert (morning.greeting.state, morning.greeting.by) == (PostState.QUEUED, JIMIN.name)
    assert morning.queue.ids == [morning.id]


def test_a_skipped_greeting_says_so_for_the_rest_of_the_day() -> None:
    morning = Morning()

    assert morning.does("drop") == 303

    assert morning.greeting.state is PostState.CANCELLED
    assert "오늘은 인사를 쉬어요." in morning.card()


def test_a_held_greeting_says_why_and_until_when_a_person_can_send_it() -> None:
    morning = Morning(PostState.HELD, reason=PostReason.SPIKE_OPEN)

    card = morning.card()

    assert "장애 신고가 급증하고 있어 보류했습니다. 올릴지 쉴지" in card
    assert "지금 게시" in card


def test_one_that_was_not_sent_in_time_is_not_lost_silently() -> None:
    morning = Morning(PostState.EXPIRED, reason=PostReason.TOO_LATE)

    assert "게시할 시각이 지나 올리지 않았습니다" in morning.card()


def test_one_on_x_or_none_at_all_needs_no_card() -> None:
    assert not Morning(PostState.PUBLISHED, x_id="5").card()
    morning = Morning()
    morning.posts.posts.clear()
    assert not morning.card()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "올릴 글을 써 주세요."),
        ("제 번호는 010-1234-5678이에요", "전화번호"),
        ("안녕 @nobody_here", "@nobody_here"),
    ],
)
def test_a_text_that_is_never_posted_is_refused_with_a_sentence_and_stays_in_the_box(text: str, sentence: str) -> None:
    morning = Morning()

    answer = morning.signed_in().post(f"calendar/{morning.id}/reword", {"version": 1, "text": text, "back": "today"})

    page = html.unescape(html_of(answer))
    assert answer["statusCode"] == 422
    assert sentence in page
    assert f"\n{text}</textarea>" in page
    assert morning.greeting.text == TEXT


def test_who_decides_on_what_somebody_else_has_changed_is_told_and_changes_nothing() -> None:
    morning = Morning()
    morning.does("reword", text="새 인사")

    assert morning.does("drop", version=1) == 409
    assert morning.greeting.state is PostState.SCHEDULED


def test_the_calendar_offers_the_same_for_the_draft() -> None:
    morning = Morning()

    page = html_of(morning.signed_in().get(f"calendar?list={morning.now.date()}"))

    assert [f"calendar/{morning.id}/{each}" in page for each in ("reword", "release", "drop", "move")] == [
        True,
        True,
        True,
        False,
    ]


def test_a_post_by_hand_becomes_the_greeting_when_a_person_says_so() -> None:
    morning = Morning()
    x_id = morning.writes_on_x("오늘도 반갑습니다")
    assert "오늘도 반갑습니다" in morning.card()

    answer = morning.signed_in().post("calendar/by_hand", {"x_id": x_id, "back": "today"})

    assert answer["headers"]["location"].endswith("/today")
    assert (morning.greeting.state, morning.greeting.x_id) == (PostState.PUBLISHED, x_id)
    assert (morning.greeting.text, morning.greeting.decided_by) == ("오늘도 반갑습니다", JIMIN.name)


def test_once_the_desk_has_greeted_no_post_by_hand_can_be_the_greeting() -> None:
    morning = Morning(PostState.PUBLISHED, x_id="5")
    x_id = morning.writes_on_x("오늘도 반갑습니다")
    assert not morning.card()

    assert morning.signed_in().post("calendar/by_hand", {"x_id": x_id})["statusCode"] == 409
    assert morning.greeting.x_id == "5"


@pytest.mark.parametrize("x_id", ["", "77", "x", "1" * 30])
def test_what_nobody_wrote_by_hand_is_no_greeting(x_id: str) -> None:
    morning = Morning()

    assert morning.signed_in().post("calendar/by_hand", {"x_id": x_id})["statusCode"] == 404
    assert morning.greeting.state is PostState.SCHEDULED


def test_only_operators_decide_about_it() -> None:
    morning = Morning()
    x_id = morning.writes_on_x("오늘도 반갑습니다")
    seen = cards_of(html_of(morning.signed_in(VIEWER).get("today")))["greeting"]
    assert "<button" not in seen

    for person in (VIEWER, BILLING):
        signed_in = morning.signed_in(person)
        assert signed_in.post("calendar/by_hand", {"x_id": x_id})["statusCode"] == 403
        assert signed_in.post(f"calendar/{morning.id}/reword", {"version": 1, "text": "새 인사"})["statusCode"] == 403
    assert morning.greeting.version == 1
