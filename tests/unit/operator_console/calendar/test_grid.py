"""The week and the month: posts as blocks at their places, what is chosen beside them, and moves taken back."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from desk.posts.model import Post, PostKind, PostReason, PostState
from desk.posts.performance import SPANS, MeasuredAge, Measurement, Performance
from desk.spikes.model import Spike
from desk.x.model import PostMetrics, first_id_at
from operator_console.calendar.span import CalendarSpan, Form, span_in
from tests.unit.operator_console.calendar.test_calendar import (
    AWAITING,
    DAY,
    HOSTILE,
    HOUR,
    SCHEDULED,
    SEOUL,
    TODAY,
    Calendar,
    a_post,
    decide,
    item,
    publish,
    text_of,
    typed_time,
)
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, html_of
from tests.unit.replies.scene import NOW

WEEK, MONTH = f"week={TODAY}", f"month={str(TODAY)[:7]}"
SCRIPT = {"hx_request": "true"}


def at(hour: int, minute: int = 0, days: int = 0) -> datetime:
    """A time of a day of the desk, from today."""
    midnight = datetime.combine(TODAY + days * DAY, datetime.min.time(), SEOUL)
    return (midnight + timedelta(hours=hour, minutes=minute)).astimezone(UTC)


def planned(moment: datetime, post_id: str = "p1", state: PostState = SCHEDULED, **changes: Any) -> Post:
    text = changes.pop("text", f"글 {post_id}")
    return a_post(state, text, id=post_id, at=moment, publish_at=moment, expires_at=moment + DAY, **changes)


def block(page: str, post_id: str) -> str:
    """The HTML of a post's block; "" if it has none."""
    found = re.search(rf'<a id="ev-{post_id}".*?</a>', page, re.DOTALL)
    return found[0] if found else ""


def place(page: str, post_id: str) -> tuple[str, str]:
    """The day and the hour of the grid in which the post's block is."""
    before = page[: page.index(f'id="ev-{post_id}"')]
    *_, day = re.findall(r'data-day="([^"]+)"', before)
    return day, (re.findall(r'data-hour="([^"]+)"', before) or [""])[-1]


# Where blocks are


def test_a_post_is_a_block_at_its_day_and_hour_coloured_by_its_state() -> None:
    posts = [
        planned(at(11), "planned", kind=PostKind.THANKS),
        planned(at(10, 40, days=1), "waits", AWAITING),
        planned(at(15, days=1), "stopped", PostState.HELD, reason=PostReason.PAUSED),
        planned(at(9), "done", PostState.PUBLISHED, x_id=first_id_at(at(9))),
        planned(at(9, 30), "over", PostState.CANCELLED),
    ]
    page = Calendar(*posts).page(WEEK)

    tomorrow = str(TODAY + DAY)
    places = [place(page, post.id) for post in posts]
    assert places == [(str(TODAY), "11"), (tomorrow, "10"), (tomorrow, "15"), (str(TODAY), "09"), (str(TODAY), "09")]
    assert [post.id for post in posts if f'class="ev {post.id}' not in block(page, post.id)] == []
    assert "10:40" in text_of(block(page, "waits"))
    assert "승인 대기" in text_of(block(page, "waits"))


def test_the_grid_has_the_hours_of_the_desk_and_those_of_its_posts() -> None:
    scene = Calendar(planned(at(6, 30), "early", kind=PostKind.OUTAGE), planned(at(23, days=2), "late"))
    hours = sorted(set(re.findall(r'data-hour="(\d\d)"', scene.page(WEEK))))
    usual = sorted(set(re.findall(r'data-hour="(\d\d)"', scene.page(f"week={TODAY + 28 * DAY}"))))

    assert hours == [f"{hour:02}" for hour in range(6, 24)]
    assert usual == [f"{hour:02}" for hour in range(8, 19)]


def test_hours_outside_of_working_time_and_holidays_are_shaded() -> None:
    scene = Calendar()
    holiday = TODAY + DAY
    scene.brand = scene.brand._replace(hours=scene.brand.hours._replace(holidays=frozenset({holiday})))

    page = scene.page(WEEK)

    shaded = set(re.findall(r'class="hour off[^"]*" data-day="([^"]+)" data-hour="(\d\d)"', page))
    assert {hour for day, hour in shaded if day == str(TODAY)} == {"08", "18"}
    assert len({hour for day, hour in shaded if day == str(holiday)}) == 11
    assert page.count(">휴일<") == 1
    assert f'class="off" data-day="{holiday}"' in scene.page(MONTH)


def test_a_spike_is_a_band_on_the_hours_in_which_it_was_open_and_leads_to_its_page() -> None:
    scene = Calendar()
    scene.spikes.spikes["s1"] = Spike("s1", "network", at(9, 40), at(9, 50), 10, 30, 2.0, ended_at=at(11, 20))
    scene.spikes.spikes["s2"] = Spike("s2", "billing", at(9, days=-9), at(9, days=-9), 9, 30, 2.0, at(10, days=-9))

    page = scene.page(WEEK)

    assert re.findall(r'class="hour[^"]* spike[^"]*" data-day="([^"]+)" data-hour="(\d\d)"', page) == [
        (str(TODAY), "09"), (str(TODAY), "10"), (str(TODAY), "11")
    ]  # fmt: skip
    assert page.count('href="/console/spikes/') == 1
    scene.spikes.busy = {"recent"}
    assert 'id="day-' in scene.page(WEEK)


def test_what_people_wrote_on_x_itself_is_in_each_form_with_its_reactions_and_cannot_be_moved() -> None:
    scene = Calendar()
    publish(scene, 12)
    x_id = first_id_at(NOW - HOUR)
    measured = {MeasuredAge.HOUR: Measurement(PostMetrics(41, 0, 0, 0, 0), NOW - HOUR + SPANS[MeasuredAge.HOUR].after)}
    scene.performances.put(Performance(x_id, None, measured, text="우산 챙기셨나요?"))
    scene.performances.put(Performance(first_id_at(NOW - 2 * HOUR), None, gone_at=NOW))

    week, day = scene.page(WEEK), scene.page(f"day={TODAY}")

    shown = block(week, f"x{x_id}")
    assert text_of(shown).endswith("우산 챙기셨나요? 마음에 들어요 41 · X에서 직접")
    assert "data-version" not in shown
    assert week.count('class="ev ') == 2
    assert block(scene.page(MONTH), f"x{x_id}")
    assert f'id="post-x{x_id}"' in day
    assert f"/{x_id}" in day
    assert day.count('class="agenda-post') == 2


def test_a_published_block_says_its_likes_and_how_they_compare() -> None:
    scene = Calendar()
    post = publish(scene, 31)
    for number in (8, 20, 40, 60, 80):
        publish(scene, 11, days_ago=number)

    assert text_of(block(scene.page(WEEK), post.id)).endswith("31 · 2배")


def test_a_month_has_its_whole_weeks_and_says_how_many_posts_of_a_day_it_leaves_out() -> None:
    scene = Calendar(*(planned(at(11 + number), f"p{number}") for number in range(5)))

    page = scene.page(MONTH)

    days = re.findall(r'id="day-([0-9-]+)"', page)
    assert (days[0], days[-1], len(days) % 7) == ("2026-10-26", "2026-12-06", 0)
    assert [bool(block(page, f"p{number}")) for number in range(5)] == [True, True, True, False, False]
    assert "2건 더" in page
    assert "?month=2026-10" in page
    assert "?month=2026-12" in page


@pytest.mark.parametrize("query", ["month=2026-13", "month=9999-12", "month=now", "month=2026-11-31"])
def test_a_month_that_is_none_shows_this_one(query: str) -> None:
    scene = Calendar()

    assert f'id="day-{TODAY}"' in scene.page(query)


def test_from_one_span_one_comes_to_the_next_and_back() -> None:
    december = CalendarSpan(date(2026, 12, 1), Form.MONTH)

    assert december.after.query == "month=2027-01"
    assert december.before.query == "month=2026-11"
    for form in (Form.DAY, Form.WEEK, Form.MONTH, Form.LIST):
        span = CalendarSpan(date(2027, 1, 31), form)
        assert span.after.before.days == span.days
        assert span.after.days[0] <= span.days[-1] + timedelta(days=1)
        assert span_in({span.name: span.value}, TODAY).days == span.days
    assert span_in({"show": "approval"}, TODAY).query == "show=approval"


# What is chosen, and what waits


def test_a_chosen_post_is_shown_whole_beside_the_grid_and_without_scripts_on_its_day() -> None:
    scene = Calendar(
        planned(at(11), kind=PostKind.THANKS, text="멤버십 혜택이 바뀝니다"), planned(at(9), "r1", in_reply_to="7")
    )
    person = scene.signed_in(SUJIN)

    part = person.part(f"calendar/p1?{WEEK}")

    assert "멤버십 혜택이 바뀝니다" in html_of(part)
    assert f'name="week" value="{TODAY}"' in html_of(part)
    assert "/calendar/p1/move" in html_of(part)
    assert person.get("calendar/p1")["headers"]["location"] == f"/console/calendar?day={TODAY}#post-p1"
    for path in ("calendar/p2", "calendar/r1", "calendar/text%231"):
        assert person.part(path)["statusCode"] == 404
    assert scene.signed_in(BILLING).part("calendar/p1")["statusCode"] == 403
    assert "<form" not in html_of(scene.signed_in(VIEWER).part("calendar/p1"))


def test_what_the_person_may_approve_is_chosen_by_itself() -> None:
    scene = Calendar()
    post = scene.submit(person=JIMIN)

    assert item(scene.page(WEEK, SUJIN), post)
    assert not item(scene.page(WEEK, JIMIN), post)
    assert "글을 고르면" in scene.page(WEEK, JIMIN)


def test_the_page_of_approvals_has_all_that_wait_on_whatever_day_and_stays_after_a_decision() -> None:
    scene = Calendar()
    soon, later = scene.submit(3), scene.submit(24 * 60, text="두 달 뒤 행사")

    page = scene.page("show=approval")
    response = decide(scene.signed_in(SUJIN), later, "approve", show="approval")

    assert item(page, soon)
    assert item(page, later)
    assert response["headers"]["location"].startswith("/console/calendar?show=approval&done=approve")
    after = scene.page("show=approval")
    assert (bool(item(after, soon)), bool(item(after, later))) == (True, False)
    decide(scene.signed_in(SUJIN), soon, "approve")
    assert "승인을 기다리는 글이 없어요." in scene.page("show=approval")


def test_the_posting_state_beside_the_days_counts_replies_too() -> None:
    scene = Calendar(
        planned(at(9), "r1", PostState.IN_DOUBT, in_reply_to="7"),
        planned(at(9), "h1", PostState.HELD, reason=PostReason.PAUSED),
        planned(NOW - HOUR, "q1", PostState.QUEUED, reason=PostReason.RATE_LIMITED, in_reply_to="8"),
        planned(NOW + HOUR, "q2", PostState.QUEUED),
    )

    said = text_of(scene.page(f"week={TODAY + 70 * DAY}"))

    assert "게시 여부 확인 필요 1" in said
    assert "보류된 글 1" in said
    assert "X를 기다리는 글 1" in said


def test_what_people_wrote_is_text_in_blocks() -> None:
    scene = Calendar(planned(at(11), text=HOSTILE, by=HOSTILE))

    for query in (WEEK, MONTH):
        page = scene.page(query)
        assert "<script>alert" not in page
        assert "49" not in block(page, "p1")


# Moving, and taking it back


def test_a_move_is_taken_back_by_what_the_response_offers() -> None:
    scene = Calendar(post := planned(at(14), kind=PostKind.THANKS))
    person = scene.signed_in(SUJIN)

    response = decide(person, post, "move", SCRIPT, publish_at=typed_time(at(16, days=1)), week=TODAY)

    done = json.loads(response["headers"]["hx-trigger"])["done"]
    assert place(html_of(response), "p1") == (str(TODAY + DAY), "16")
    assert done["text"].startswith("시각을 바꿨어요.")
    back = person.post(done["undo"], done["fields"], **SCRIPT)
    assert back["statusCode"] == 200
    assert place(html_of(back), "p1") == (str(TODAY), "14")
    assert scene.now_of(post).publish_at == post.publish_at


def test_what_was_held_or_given_up_is_not_taken_back_and_says_why() -> None:
    scene = Calendar(
        held := planned(at(14), "h1", PostState.HELD, kind=PostKind.THANKS, reason=PostReason.PAUSED),
        post := planned(at(14), "p1", kind=PostKind.THANKS),
    )
    person = scene.signed_in(SUJIN)

    moved = decide(person, held, "move", SCRIPT, publish_at=typed_time(at(16)), week=TODAY)
    dropped = decide(person, post, "drop", SCRIPT, week=TODAY)

    about = [json.loads(each["headers"]["hx-trigger"])["done"] for each in (moved, dropped)]
    assert ["undo" in each for each in about] == [False, False]
    assert "되살릴 수 없어요" in about[1]["no_undo"]


def test_a_move_that_is_refused_leaves_the_block_where_it_is_and_says_why_beside_it() -> None:
    scene = Calendar(post := planned(at(14), kind=PostKind.THANKS))

    response = decide(scene.signed_in(), post, "move", SCRIPT, publish_at=typed_time(at(8)), week=TODAY)

    assert response["statusCode"] == 422
    assert place(html_of(response), "p1") == (str(TODAY), "14")
    assert "이미 지난 시각입니다" in item(html_of(response), post)
