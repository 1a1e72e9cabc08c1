"""The calendar: posts at their place by day and week, moved, approved and given up by people."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from desk.i18n import spoken_time
from desk.pictures.model import AttachedPicture, Picture, PictureState
from desk.posts.commands import SubmitPost
from desk.posts.model import Post, PostKind, PostReason, PostState
from desk.posts.pause import Pause
from desk.posts.performance import SPANS, MeasuredAge, Measurement, Performance
from desk.staff.model import Person, Role
from desk.x.model import PostMetrics, first_id_at
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, ConsoleScene, Response, SignedIn, html_of
from tests.unit.posts.scene import a_post as a_post_of_noon
from tests.unit.replies.scene import NOW, brand_with

SEOUL = ZoneInfo("Asia/Seoul")
TODAY = NOW.astimezone(SEOUL).date()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AWAITING, SCHEDULED = PostState.AWAITING_APPROVAL, PostState.SCHEDULED
HOSTILE = "<script>alert(1)</script>\"'{{ 7*7 }}"
NAMESAKE = Person("jimin-2", JIMIN.name, Role.OPERATOR)


class Calendar(ConsoleScene):
    """A console whose announcements a second person approves."""

    def __init__(self, *posts: Post) -> None:
        super().__init__(brand=brand_with()._replace(approval=frozenset({"announcement"})))
        self.posts.switch = self.switch
        self.posts.put(*posts)

    def submit(self, hours: float = 3, person: Person = JIMIN, **changes: Any) -> Post:
        new = SubmitPost(
            PostKind.ANNOUNCEMENT, "점심 행사", person.name, publish_at=self.now + hours * HOUR, author_id=person.id
        )
        return self.announcer.submit(new._replace(**changes)).post

    def page(self, query: str = "", person: Person = SUJIN) -> str:
        return html_of(self.signed_in(person).get(f"calendar?{query or f'list={TODAY}'}"))

    def now_of(self, post: Post) -> Post:
        return self.posts.posts[post.id]


def a_post(state: PostState, text: str = "", **changes: Any) -> Post:
    at = changes.pop("at", NOW if state is PostState.PUBLISHED else NOW + HOUR)
    planned = {"publish_at": NOW + HOUR, "expires_at": NOW + DAY, "accepted_at": NOW - HOUR}
    return a_post_of_noon(text or f"글 {state}", **{"id": f"p-{state}", "state": state, "at": at, **planned, **changes})


def item(page: str, post: Post) -> str:
    """The HTML of one post of the agenda; "" if it is not there."""
    found = re.search(rf'<li id="post-{post.id}".*?</div>\n</li>', page, re.DOTALL)
    return found[0] if found else ""


def text_of(page: str) -> str:
    """What a page says, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def decide(person: SignedIn, post: Post, action: str, headers: dict[str, str] | None = None, **fields: Any) -> Response:
    return person.post(f"calendar/{post.id}/{action}", {"version": post.version, **fields}, **(headers or {}))


def typed_time(moment: datetime) -> str:
    """The time as a browser's field sends it."""
    return moment.astimezone(SEOUL).strftime("%Y-%m-%dT%H:%M")


# What is shown, and where


def test_each_state_is_shown_on_the_day_on_which_it_is_planned_or_ended() -> None:
    shown = [
        a_post(state, at=NOW + DAY)
        for state in (AWAITING, PostState.HELD, PostState.IN_DOUBT, PostState.QUEUED, PostState.RECONCILING)
    ]
    shown += [a_post(SCHEDULED), a_post(PostState.PUBLISHING), a_post(PostState.PUBLISHED, x_id="7001")]
    shown += [a_post(state, at=NOW) for state in (PostState.REFUSED, PostState.EXPIRED, PostState.CANCELLED)]
    scene = Calendar(*shown)

    page = scene.page(f"day={TODAY}")

    assert [post.id for post in shown if not item(page, post)] == []
    assert len(re.findall(r'class="agenda-post', page)) == len(shown)
    published = item(page, shown[7])
    assert ">게시됨<" in published
    assert "/7001" in published
    assert "$0.015" in published
    assert not item(scene.page(f"day={TODAY + DAY}"), shown[0])


def test_replies_and_what_was_taken_back_at_once_are_not_in_the_agenda() -> None:
    reply = a_post(SCHEDULED, id="r1", in_reply_to="77")
    undone = a_post(PostState.CANCELLED, id="u1", reason=PostReason.UNDONE, at=NOW)
    greeting = a_post(PostState.PUBLISHED, id="g1", kind=PostKind.GREETING, by="schedule")
    lost = a_post(PostState.IN_DOUBT, id="r2", in_reply_to="78")

    page = Calendar(reply, undone, greeting, lost).page()

    assert [bool(item(page, post)) for post in (reply, undone, greeting, lost)] == [False, False, True, False]
    assert "게시 여부 확인 필요 1" in text_of(page)  # the reply in doubt is decided on its own page


def test_a_week_has_all_its_days_also_empty_ones_and_holidays_are_marked() -> None:
    scene = Calendar(a_post(SCHEDULED, at=NOW + 2 * DAY, publish_at=NOW + 2 * DAY))
    holiday = TODAY + timedelta(days=1)
    scene.brand = scene.brand._replace(hours=scene.brand.hours._replace(holidays=frozenset({holiday})))

    page = scene.page(f"list={TODAY}")

    days = re.findall(r'id="day-([0-9-]+)"', page)
    monday = TODAY - timedelta(days=TODAY.weekday())
    assert days == [str(monday + timedelta(days=number)) for number in range(7)]
    assert page.count('<p class="none">글이 없어요.') == 6
    assert re.search(rf'id="day-{holiday}".*?</h2>', page, re.DOTALL)[0].count("휴일") == 1  # type: ignore[index]
    assert page.count("휴일") == 1
    assert f"?list={TODAY - 7 * DAY}" in page
    assert f"?list={TODAY + 7 * DAY}" in page


@pytest.mark.parametrize(
    "query", ["day=tomorrow", "week=2026-13-45", "day=9999-12-31", "day=0001-01-01", "day=", "x=1"]
)
def test_a_day_that_is_none_shows_today(query: str) -> None:
    scene = Calendar()

    assert f'id="day-{TODAY}"' in scene.page(query)


def test_pictures_that_are_ready_are_shown_and_others_are_described() -> None:
    ready, waiting = "a" * 20, "b" * 20
    scene = Calendar(
        post := a_post(SCHEDULED, pictures=(AttachedPicture(ready, "매장"), AttachedPicture(waiting, "포스터")))
    )
    scene.pictures.add(Picture(ready, "박지민", NOW, PictureState.READY))
    scene.pictures.add(Picture(waiting, "박지민", NOW))

    shown = item(scene.page(), post)
    scene.picture_files.failing.add("preview_url")
    without = item(scene.page(), post)
    scene.picture_files.failing.clear()
    scene.pictures.busy = {"get_many"}

    assert re.findall(r'<img src="([^"]+)" alt="([^"]+)"', shown) == [(scene.picture_files.preview_url(ready), "매장")]
    assert "포스터" in shown
    for page in (without, item(scene.page(), post)):
        assert "<img" not in page
        assert "매장" in page


@pytest.mark.parametrize("action", ["approve", "approve_now", "approve_at", "move", "refuse", "rewrite", "no", ""])
def test_an_address_made_by_hand_says_at_most_what_the_post_is_like(action: str) -> None:
    scene = Calendar(a_post(SCHEDULED, id="p1"))

    assert "글 scheduled" in scene.page(f"day={TODAY}&done={action}&post=p1")
    assert "글 scheduled" in scene.page(f"day={TODAY}&done={action}&post=text%231")


@pytest.mark.parametrize(("query", "most"), [("", 11), (f"day={TODAY}", 11), (f"day={TODAY + 30 * DAY}", 7)])
def test_a_page_asks_a_bounded_number_of_queries(query: str, most: int) -> None:
    scene = Calendar(*(a_post(SCHEDULED, id=f"p{number}") for number in range(40)))
    scene.posts.calls.clear()

    scene.page(query)

    assert scene.posts.calls["between"] == most
    assert sum(scene.posts.calls.values()) == most + 2  # the number beside the section's name, and replies in doubt


def test_what_people_wrote_is_shown_as_text() -> None:
    scene = Calendar(a_post(AWAITING, HOSTILE, by=HOSTILE, pictures=(AttachedPicture("a" * 20, HOSTILE),)))

    page = scene.page()

    assert "<script>alert" not in page
    assert "49" not in item(page, a_post(AWAITING))


def test_a_department_has_no_calendar_and_a_viewer_decides_nothing() -> None:
    scene = Calendar()
    post = scene.submit()

    page = scene.page(person=VIEWER)

    assert scene.signed_in(BILLING).get("calendar")["statusCode"] == 403
    assert item(page, post)
    assert "<form" not in item(page, post)
    for action in ("approve", "approve_now", "approve_at", "refuse", "move", "drop", "release", "rewrite"):
        assert decide(scene.signed_in(VIEWER), post, action)["statusCode"] == 403
    assert scene.now_of(post) == post


# Approving


def test_a_second_person_approves_and_the_agenda_says_who() -> None:
    scene = Calendar()
    post = scene.submit()
    assert "승인을 기다리는 글" in scene.page()

    response = decide(scene.signed_in(SUJIN), post, "approve", day=TODAY)

    assert response["statusCode"] == 303
    after = scene.now_of(post)
    assert (after.state, after.approved_by, scene.timer.standing) == (SCHEDULED, "이수진", {post.id: post.publish_at})
    page = scene.page(response["headers"]["location"].partition("?")[2])
    assert "승인했어요. " in page
    assert "이수진" in item(page, post)


def test_the_author_sees_that_somebody_else_must_approve() -> None:
    scene = Calendar()
    post = scene.submit()

    page = item(scene.page(person=JIMIN), post)
    response = decide(scene.signed_in(JIMIN), post, "approve")

    assert "다른 분이 승인해야 해요." in page
    assert "/approve" not in page
    assert response["statusCode"] == 409
    assert "직접 쓴 글은 승인할 수 없어요" in html_of(response)
    assert scene.now_of(post) == post
    assert decide(scene.signed_in(NAMESAKE), post, "approve")["statusCode"] == 303


def test_after_its_time_the_page_offers_now_or_another_time_and_an_old_page_is_told_so() -> None:
    scene = Calendar()
    post = scene.submit()
    scene.now = post.publish_at + HOUR
    person = scene.signed_in(SUJIN)

    page = item(html_of(person.get(f"calendar?day={TODAY}")), post)
    late = decide(person, post, "approve")

    assert "예정 시각이 지났어요" in page
    assert ("/approve_now" in page, "/approve_at" in page, '/approve"' in page) == (True, True, False)
    assert late["statusCode"] == 422
    assert "지금 올리거나 새 시각을 정해 주세요" in html_of(late)
    assert scene.now_of(post) == post
    assert decide(person, post, "approve_now")["statusCode"] == 303
    assert (scene.now_of(post).state, scene.queue.ids) == (PostState.QUEUED, [post.id])


def test_the_second_person_sees_which_findings_the_author_overrode_and_why() -> None:
    scene = Calendar()
    post = scene.submit(overridden=("competitor",), override_reason="비교 행사라서요. 문의 010-1234-5678")

    page = item(scene.page(), post)

    assert "점검 결과를 알고 보냄(다른 회사 이름): 비교 행사라서요." in page
    assert "1234-5678" not in page


def test_a_post_is_approved_for_a_typed_time() -> None:
    scene = Calendar()
    post = scene.submit()
    scene.now = post.publish_at + HOUR

    decide(scene.signed_in(SUJIN), post, "approve_at", publish_at=typed_time(scene.now + 2 * HOUR))

    after = scene.now_of(post)
    assert (after.state, after.publish_at) == (SCHEDULED, (scene.now + 2 * HOUR).replace(second=0, microsecond=0))


def test_a_refused_approval_needs_a_reason_which_its_author_reads() -> None:
    scene = Calendar()
    post = scene.submit()
    person = scene.signed_in(SUJIN)

    without = decide(person, post, "refuse", why=" \n ")
    decide(person, post, "refuse", why="날짜가\n틀렸어요")

    assert without["statusCode"] == 422
    assert "이유를 적어 주세요" in html_of(without)
    authors = scene.page(person=JIMIN)
    assert "승인되지 않은 내 글" in authors
    assert authors.count("날짜가 틀렸어요") == 2  # above, and in the agenda
    assert f"write?from={post.id}" in authors
    assert "승인되지 않은 내 글" not in scene.page(person=SUJIN)
    scene.now += 8 * DAY
    assert "승인되지 않은 내 글" not in scene.page(person=JIMIN)


def test_the_number_of_posts_that_wait_is_beside_the_sections_name() -> None:
    scene = Calendar()
    scene.submit()
    scene.submit(5, text="다른 글")

    for path in ("calendar", "stop"):
        page = html_of(scene.signed_in(SUJIN).get(path))
        section = re.search(r'href="/console/calendar\?show=approval".*?</a>', page, re.DOTALL)
        assert section
        assert ">2<" in section[0]
    scene.brand = brand_with()
    assert "승인을 기다리는 글" not in html_of(scene.signed_in(SUJIN).get("stop"))


# Moving


def test_a_post_moves_to_the_typed_time() -> None:
    scene = Calendar(post := a_post(SCHEDULED, id="p1"))
    to = (NOW + 26 * HOUR).replace(second=0, microsecond=0)

    response = decide(scene.signed_in(), post, "move", publish_at=typed_time(to), week=TODAY)

    assert response["headers"]["location"] == f"/console/calendar?week={TODAY}&done=move&post=p1#post-p1"
    assert (scene.now_of(post).publish_at, scene.timer.standing) == (to, {"p1": to})
    assert "새 예정 시각:" in scene.page(f"week={TODAY}&done=move&post=p1")


@pytest.mark.parametrize("hx", [{}, {"hx_request": "true"}])
@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2020-01-01T09:00", "이미 지난 시각입니다"),
        ("2040-01-01T09:00", "366일 안의 시각을"),
        ("내일 아침", "올릴 날짜와 시각을 정해 주세요"),
        ("", "올릴 날짜와 시각을 정해 주세요"),
    ],
)
def test_a_time_that_is_none_is_refused_beside_the_field_and_kept(
    typed: str, sentence: str, hx: dict[str, str]
) -> None:
    scene = Calendar(post := a_post(SCHEDULED, id="p1"))

    response = decide(scene.signed_in(), post, "move", hx, publish_at=typed)

    body = item(html_of(response), post)
    assert response["statusCode"] == 422
    assert sentence in body
    assert re.search(rf'<details class="fold" open>.*?aria-invalid="true" value="{typed}"', body, re.DOTALL)
    assert scene.now_of(post) == post


def test_of_two_people_who_move_one_post_the_later_sees_what_the_earlier_did() -> None:
    scene = Calendar(post := a_post(SCHEDULED, id="p1"))
    decide(scene.signed_in(JIMIN), post, "move", publish_at=typed_time(NOW + 4 * HOUR))
    first = scene.now_of(post)

    typed = typed_time(NOW + 6 * HOUR)
    response = decide(scene.signed_in(SUJIN), post, "move", {"hx_request": "true"}, publish_at=typed)

    body = item(html_of(response), post)
    assert (response["statusCode"], response["headers"]["HX-Retarget"]) == (409, "#calendar")
    assert "박지민 님이 먼저 바꿔서 그대로 두었어요" in re.sub("[\u2068\u2069]", "", body)
    assert f'value="{typed}"' in body
    assert f'name="version" value="{first.version}"' in body  # a second try is about the post as it is now
    assert scene.now_of(post) == first


def test_the_same_text_on_the_other_day_keeps_a_post_where_it_is() -> None:
    scene = Calendar()
    scene.submit(30, kind=PostKind.THANKS)
    post = scene.submit(3 * 24, kind=PostKind.THANKS)

    response = decide(scene.signed_in(), post, "move", publish_at=typed_time(NOW + 31 * HOUR))

    assert "같은 글이 이미 있습니다" in html_of(response)
    assert scene.now_of(post) == post


@pytest.mark.parametrize("kind", [PostKind.GREETING, PostKind.REPLY])
def test_greetings_and_replies_are_neither_moved_nor_written_anew(kind: PostKind) -> None:
    scene = Calendar(post := a_post(SCHEDULED, kind=kind))

    assert "/move" not in item(scene.page(), post)
    assert decide(scene.signed_in(), post, "move", publish_at=typed_time(NOW + DAY))["statusCode"] == 409
    assert decide(scene.signed_in(), post, "rewrite")["statusCode"] == 409
    assert scene.now_of(post) == post


# Giving up, letting out, writing anew


def test_a_post_is_given_up_and_its_timer_removed() -> None:
    scene = Calendar()
    post = scene.submit(kind=PostKind.THANKS)
    assert scene.timer.standing

    decide(scene.signed_in(), post, "drop")

    assert (scene.now_of(post).state, scene.timer.standing) == (PostState.CANCELLED, {})


def test_a_held_post_goes_out_after_the_pause_or_is_moved() -> None:
    held = [a_post(PostState.HELD, f"글 {number}", id=f"h{number}", reason=PostReason.PAUSED) for number in range(2)]
    scene = Calendar(*held)
    scene.switch.pause(Pause("장애", "이수진", NOW))
    paused = item(scene.page(), held[0])
    scene.switch.resume(by="이수진", at=NOW)

    decide(scene.signed_in(), held[0], "release")
    decide(scene.signed_in(), held[1], "move", publish_at=typed_time(NOW + DAY))

    assert ("/release" in paused, "게시 상태에서 정하기" in paused) == (False, True)
    assert [scene.now_of(post).state for post in held] == [PostState.QUEUED, SCHEDULED]


@pytest.mark.parametrize("hx", [{}, {"hx_request": "true"}])
def test_a_text_is_changed_by_writing_the_post_anew(hx: dict[str, str]) -> None:
    scene = Calendar()
    post = scene.submit()

    response = decide(scene.signed_in(), post, "rewrite", hx)

    to = response["headers"].get("location") or response["headers"]["hx-redirect"]
    assert to == f"/console/write?from={post.id}"
    assert scene.now_of(post).state is PostState.CANCELLED
    assert "점심 행사" in html_of(scene.signed_in().get(to.removeprefix("/console/")))


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("p1/publish", {"version": "1"}, 404),
        ("text%231/drop", {"version": "1"}, 404),
        ("p2/drop", {"version": "1"}, 404),
        ("p1/drop", {"version": "x"}, 422),
        ("p1/drop", {}, 422),
    ],
)
def test_a_hand_made_form_decides_nothing(path: str, fields: dict[str, str], status: int) -> None:
    scene = Calendar(post := a_post(SCHEDULED, id="p1"))

    assert scene.signed_in().post(f"calendar/{path}", fields)["statusCode"] == status
    assert scene.now_of(post) == post


def test_a_moved_post_whose_text_names_another_day_says_so_unless_that_was_overridden() -> None:
    scene = Calendar()
    post = scene.submit(hours=24, kind=PostKind.THANKS, text="내일(목) 오전 9시에 만나요")
    aware = scene.submit(hours=24, kind=PostKind.THANKS, text="모레(목) 만나요", overridden=("date_and_weekday",))
    page = scene.page("day=2026-11-25")
    assert ("아니라" in item(page, scene.now_of(post)), "아니라" in item(page, scene.now_of(aware))) == (False, False)

    moved = (scene.now + timedelta(hours=48)).astimezone(SEOUL).strftime("%Y-%m-%dT%H:%M")
    decide(scene.signed_in(SUJIN), scene.now_of(post), "move", publish_at=moved)

    assert "내일은 목요일이 아니라 금요일이에요." in item(scene.page("day=2026-11-26"), scene.now_of(post))


def test_a_notice_of_tonight_that_is_moved_to_tomorrow_is_questioned() -> None:
    scene = Calendar()
    post = scene.submit(hours=2, kind=PostKind.ANNOUNCEMENT, text="오늘 밤 11시부터 앱을 점검합니다.")
    day = post.publish_at.astimezone(SEOUL).date()
    assert "쓰여 있는데" not in item(scene.page(f"day={day}"), scene.now_of(post))

    moved = post.publish_at.astimezone(SEOUL) + timedelta(days=1)
    decide(scene.signed_in(SUJIN), scene.now_of(post), "move", publish_at=moved.strftime("%Y-%m-%dT%H:%M"))

    shown = item(scene.page(f"day={moved.date()}"), scene.now_of(post))
    assert f"‘오늘’이라고 쓰여 있는데, 글은 {spoken_time(moved, SEOUL, 'ko')}에 올라가요." in shown


# How published posts perform


def publish(scene: Calendar, *likes: int, mark: MeasuredAge = MeasuredAge.DAY, days_ago: int = 0) -> Post:
    """Have an announcement on X that was measured, with so many likes at each mark from this one back."""
    x_id, published_at = first_id_at(NOW - days_ago * DAY), NOW - days_ago * DAY
    marks = list(MeasuredAge)[: list(MeasuredAge).index(mark) + 1][-len(likes) :]
    measured = {
        each: Measurement(PostMetrics(count, 3, 5, 1, 1_240), published_at + SPANS[each].after + timedelta(minutes=5))
        for each, count in zip(marks, likes, strict=True)
    }
    scene.performances.put(Performance(x_id, PostKind.ANNOUNCEMENT, measured))
    post = a_post(PostState.PUBLISHED, id=f"on-x-{days_ago}", x_id=x_id, at=published_at)
    scene.posts.put(post)
    return post


def test_a_published_post_shows_its_latest_numbers_and_the_earlier_ones_folded() -> None:
    scene = Calendar()
    post = publish(scene, 12, 20)

    shown = text_of(item(scene.page(), post))

    assert "24시간 뒤 ♥ 20 · 답글 3 · 재게시 5 · 인용 1 · 노출 1,240" in shown
    assert "이전에 센 반응 1" in shown
    assert shown.index("♥ 20") < shown.index("♥ 12")
    assert "보통" not in shown


def test_it_is_compared_with_at_least_five_others_of_the_last_months_also_in_another_week() -> None:
    scene = Calendar()
    post = publish(scene, 31)
    others = [publish(scene, 11, days_ago=number) for number in (8, 20, 40, 60, 80)]

    page = scene.page(f"day={TODAY}")

    assert "<strong>보통의 2배</strong>" in item(page, post)  # 40 reactions, where 20 are usual
    assert page.count("중앙값") == 1
    earlier = scene.page(f"day={TODAY - 8 * DAY}")
    assert "♥ 11" in item(earlier, others[0])
    assert "보통" not in earlier  # it had four others before it


def test_a_post_that_x_does_not_show_any_more_says_so_with_its_last_numbers() -> None:
    scene = Calendar()
    post = publish(scene, 12)
    known = scene.performances.performances[post.x_id or ""]
    scene.performances.put(known._replace(gone_at=NOW))

    shown = item(scene.page(), post)

    assert "♥ 12" in shown
    assert "X에서 삭제되었거나 볼 수 없는 글이에요." in shown


def test_a_busy_table_costs_the_page_its_numbers_only_and_for_days_to_come_nothing_is_read() -> None:
    scene = Calendar()
    scene.page()
    scene.page(f"week={TODAY + 14 * DAY}")
    assert scene.performances.calls["between"] == 1
    post = publish(scene, 12)
    scene.performances.busy = {"between"}

    shown = item(scene.page(), post)

    assert "글 published" in shown
    assert "♥ 12" not in shown
