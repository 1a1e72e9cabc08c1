"""The calendar in a browser: approving, moving with the keyboard and on a phone, and two people at the same post."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from desk.posts.model import Post, PostKind, PostReason, PostState
from desk.staff.model import Person
from tests.browser import DESKTOP, PHONE, Chromium
from tests.families import variants
from tests.unit.operator_console.calendar.test_calendar import SEOUL, TODAY, Calendar, a_post, publish, typed_time
from tests.unit.operator_console.inbox.test_in_the_browser import Desk, keys
from tests.unit.operator_console.scene import JIMIN, SUJIN
from tests.unit.replies.scene import NOW

pytestmark = pytest.mark.browser
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEEK, MONTH = f"calendar?week={TODAY}", f"calendar?month={str(TODAY)[:7]}"


class Agenda(Calendar, Desk):
    """A calendar that is served."""

    @contextmanager
    def on(self, person: Person = SUJIN, path: str = f"calendar?day={TODAY}", **how: Any) -> Iterator[Page]:
        with self.opened(person, path, **how) as page:
            yield page


@pytest.fixture
def desk(browser: Chromium) -> Iterator[Agenda]:
    scene = Agenda()
    scene.browser = browser
    with scene.served() as scene.url:
        yield scene


def of(page: Page, post: Post) -> Any:
    """The post in the agenda."""
    return page.locator(f"#post-{post.id}")


def test_an_announcement_is_written_by_one_and_approved_by_another(desk: Agenda) -> None:
    post = desk.submit()
    with desk.on(JIMIN) as authors, desk.on(SUJIN) as seconds:
        expect(of(authors, post)).to_contain_text("다른 분이 승인해야 해요.")
        expect(of(authors, post).locator('[data-command="approve"]')).to_have_count(0)

        of(seconds, post).locator('[data-command="approve"]').click()

        expect(seconds.locator("#done")).to_contain_text("승인했어요.")
        expect(of(seconds, post)).to_contain_text("예약됨")
        expect(of(seconds, post)).to_be_focused()
        authors.reload()
        expect(of(authors, post)).to_contain_text("승인 이수진")
        expect(authors.locator("#approve")).to_contain_text("승인을 기다리는 글이 없어요.")

    assert (desk.now_of(post).approved_by, desk.timer.standing) == ("이수진", {post.id: post.publish_at})


def test_what_one_person_writes_for_now_appears_once_another_says_now(desk: Agenda) -> None:
    with desk.on(JIMIN, "write") as page:
        page.locator("#write-text").fill("지금 매장에서 만나요")
        keys(page, "Control+Enter")
        expect(page.locator("#write-status")).to_contain_text("다른 운영자가 승인하면 올라가요")
    (post,) = desk.posts.posts.values()
    desk.now += HOUR
    with desk.on(SUJIN) as page:
        expect(of(page, post)).to_contain_text("예정 시각이 지났어요")
        of(page, post).locator('[data-command="approve_now"]').click()
        expect(page.locator("#done")).to_contain_text("잠시 뒤 X에 올라가요")

    assert (desk.now_of(post).state, desk.queue.ids) == (PostState.QUEUED, [post.id])


def test_what_is_not_approved_goes_back_with_a_reason_and_is_written_anew(desk: Agenda) -> None:
    post = desk.submit()
    with desk.on(SUJIN) as page:
        of(page, post).locator('summary[data-command="refuse"]').click()
        page.locator(f"#why-{post.id}").fill("날짜가 틀렸어요")
        keys(page, "Enter")
        expect(page.locator("#done")).to_contain_text("승인하지 않았어요.")

    with desk.on(JIMIN) as page:
        returned = page.locator(".returned")
        expect(returned).to_contain_text("날짜가 틀렸어요")
        returned.locator("a", has_text="고쳐 쓰기").click()
        expect(page).to_have_url(re.compile(f"write.from={post.id}"))
        expect(page.locator("#write-text")).to_have_value("점심 행사")


def test_a_post_is_moved_with_the_keyboard_alone(desk: Agenda) -> None:
    first, second = (desk.submit(hours, kind=PostKind.THANKS, text=f"글 {hours}") for hours in (2, 3))
    with desk.on(JIMIN) as page:
        keys(page, "j", "j")
        expect(of(page, second)).to_be_focused()
        keys(page, "k", "j", "m")
        field = page.locator(f"#move-{second.id}")
        expect(field).to_be_focused()
        field.fill("2020-01-01T09:00")
        keys(page, "Enter")
        expect(of(page, second)).to_contain_text("이미 지난 시각입니다")
        expect(field).to_be_focused()
        expect(field).to_have_value("2020-01-01T09:00")
        to = second.publish_at + HOUR
        field.fill(typed_time(to))
        keys(page, "Enter")
        expect(page.locator("#done")).to_contain_text("시각을 바꿨어요.")
        expect(of(page, second)).to_be_focused()
        keys(page, "ArrowRight")
        expect(page).to_have_url(re.compile(f"day={TODAY + DAY}"))
        expect(page.locator("#calendar")).to_contain_text("글이 없어요.")
        keys(page, "t")
        expect(page).to_have_url(re.compile(f"day={TODAY}"))
        expect(of(page, first)).to_be_visible()

    assert (desk.now_of(second).publish_at, desk.now_of(first)) == (to.replace(second=0, microsecond=0), first)


def test_a_post_is_moved_to_tomorrow_on_a_phone_and_found_there(desk: Agenda) -> None:
    post = desk.submit(kind=PostKind.OUTAGE)
    nine = datetime.combine(TODAY + DAY, datetime.min.time(), SEOUL) + 9 * HOUR
    with desk.on(JIMIN, width=PHONE) as page:
        of(page, post).locator('summary[data-command="move"]').tap()
        page.locator(f"#move-{post.id}").fill(typed_time(nine))
        of(page, post).locator("details[open] button").tap()
        expect(of(page, post)).to_have_count(0)
        expect(page.locator(".cal-main > .message")).to_contain_text("오전 9:00")
        page.locator(".cal-main > .message a").tap()
        expect(of(page, post).locator(".at")).to_have_text("오전 9:00")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE


def test_of_two_people_at_one_post_the_later_sees_the_first_and_keeps_what_they_typed(desk: Agenda) -> None:
    post = desk.submit(kind=PostKind.THANKS)
    earlier, later = typed_time(post.publish_at + HOUR), typed_time(post.publish_at + 2 * HOUR)
    with desk.on(JIMIN) as first, desk.on(SUJIN) as second:
        for page, typed in ((first, earlier), (second, later)):
            of(page, post).locator('summary[data-command="move"]').click()
            page.locator(f"#move-{post.id}").fill(typed)
        first.locator(f"#move-{post.id}").press("Enter")
        expect(first.locator("#done")).to_be_visible()

        second.locator(f"#move-{post.id}").press("Enter")

        expect(of(second, post)).to_contain_text("먼저 바꿔서 그대로 두었어요")
        expect(of(second, post)).to_contain_text("박지민")
        expect(second.locator(f"#move-{post.id}")).to_have_value(later)
        assert typed_time(desk.now_of(post).publish_at) == earlier
        second.locator(f"#move-{post.id}").press("Enter")  # now they have seen it
        expect(second.locator("#done")).to_be_visible()

    assert typed_time(desk.now_of(post).publish_at) == later


# The grid


def drag(page: Page, post: Post, place: str, *, drops: bool = True) -> None:
    """Take the post's block with the mouse to this place of the grid."""
    start, end = page.locator(f"#ev-{post.id}").bounding_box(), page.locator(place).bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(start["x"] + 30, start["y"] + 30)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=3)
    if drops:
        page.mouse.up()


def hour(moment: datetime) -> str:
    local = moment.astimezone(SEOUL)
    return f'.hour[data-day="{local.date()}"][data-hour="{local.hour:02}"]'


def test_a_planned_post_is_dragged_to_another_day_and_hour_keeps_its_minutes_and_z_takes_it_back(desk: Agenda) -> None:
    nine = datetime.combine(TODAY + DAY, datetime.min.time(), SEOUL) + 9 * HOUR
    post = desk.submit(2, kind=PostKind.THANKS)
    with desk.on(path=WEEK) as page:
        drag(page, post, hour(nine), drops=False)
        expect(page.locator(".ev.dragged")).to_contain_text("에 놓기")
        page.mouse.up()
        expect(page.locator("#done")).to_contain_text("시각을 바꿨어요.")
        expect(page.locator(f"{hour(nine)} #ev-{post.id}")).to_be_focused()
        expect(page.locator(".ev.dragged")).to_have_count(0)
        moved = desk.now_of(post).publish_at
        assert (moved.astimezone(SEOUL).hour, moved.minute) == (9, post.publish_at.minute)

        keys(page, "z")

        expect(page.locator(f"{hour(post.publish_at)} #ev-{post.id}")).to_be_visible()
    assert desk.now_of(post).publish_at == post.publish_at


def test_a_post_that_is_dragged_into_the_past_goes_back_and_says_why(desk: Agenda) -> None:
    post = desk.submit(4, kind=PostKind.THANKS)
    with desk.on(path=WEEK) as page:
        drag(page, post, hour(NOW - 2 * HOUR))
        expect(page.locator("#chosen")).to_contain_text("이미 지난 시각입니다")
        expect(page.locator(f"{hour(post.publish_at)} #ev-{post.id}")).to_be_visible()
        drag(page, post, hour(post.publish_at + DAY), drops=False)
        page.keyboard.press("Escape")
        page.mouse.up()
        expect(page.locator(".ev.dragged, .ev.ghost, .drop")).to_have_count(0)
    assert desk.now_of(post) == post


def test_in_a_month_a_post_is_dragged_to_another_day_at_its_time_and_a_published_one_is_not(desk: Agenda) -> None:
    post, day = desk.submit(2, kind=PostKind.THANKS), TODAY + 3 * DAY
    done = publish(desk, 12)
    with desk.on(path=MONTH) as page:
        drag(page, done, f'td[data-day="{day}"]')
        expect(page.locator(f"#ev-{done.id}")).to_be_visible()
        drag(page, post, f'td[data-day="{day}"]')
        expect(page.locator(f'td[data-day="{day}"] #ev-{post.id}')).to_be_visible()
    assert (desk.now_of(post).publish_at, desk.now_of(done)) == (post.publish_at + 3 * DAY, done)


def test_a_block_is_moved_with_keys_alone_and_chosen_with_a_click(desk: Agenda) -> None:
    first, second = (desk.submit(hours, kind=PostKind.THANKS, text=f"글 {hours}") for hours in (2, 3))
    with desk.on(JIMIN, WEEK) as page:
        page.locator(f"#ev-{first.id}").click()
        expect(page.locator("#chosen")).to_contain_text("글 2")
        keys(page, "j", "m")
        expect(page.locator(f"#move-{second.id}")).to_be_focused()
        page.locator(f"#move-{second.id}").fill(typed_time(second.publish_at + DAY))
        keys(page, "Enter")
        expect(page.locator(f"{hour(second.publish_at + DAY)} #ev-{second.id}")).to_be_focused()
    assert desk.now_of(second).publish_at == (second.publish_at + DAY).replace(second=0, microsecond=0)


def test_on_a_phone_a_week_is_a_list_by_day_whose_posts_open_whole(desk: Agenda) -> None:
    post = desk.submit(2, kind=PostKind.THANKS)
    with desk.on(path=WEEK, width=PHONE) as page:
        expect(page.locator(".week .hour:visible")).to_have_count(1)
        page.locator(f"#ev-{post.id}").tap()
        expect(page).to_have_url(re.compile(f"day={TODAY}#post-{post.id}"))
        expect(of(page, post)).to_be_visible()


VIEWS = (WEEK, MONTH, f"calendar?list={TODAY}", f"calendar?day={TODAY}", "calendar?show=approval")


@variants("path, width", product(VIEWS, [DESKTOP, PHONE]), count=2)
def test_the_calendar_has_no_barriers_and_fits_the_screen(desk: Agenda, path: str, width: int) -> None:
    states = [state for state in PostState if state not in {PostState.TAKING_DOWN, PostState.TAKEN_DOWN}]
    desk.posts.put(*(a_post(state, by="박지민", reason=PostReason.PAUSED, detail="Forbidden") for state in states))
    late = a_post(PostState.AWAITING_APPROVAL, "아주긴낱말" * 20, id="late", publish_at=NOW - HOUR)
    desk.posts.put(late)
    publish(desk, 3_120, 5_000)
    publish(desk, 1, days_ago=1)
    with desk.on(path=path, width=width) as page:
        for fold in page.locator("#calendar summary:visible").all():
            fold.click()
        assert desk.browser.violations_in_both_themes(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_a_post_is_approved_and_moved_by_forms(desk: Agenda) -> None:
    post = desk.submit()
    with desk.browser.visitor(desk.url, desk.signed_in(SUJIN).cookies, scripts=False) as page:
        page.goto(f"{desk.url}/console/calendar?day={TODAY}")
        of(page, post).locator('[data-command="approve"]').click()
        expect(page.locator(".cal-main > .message")).to_contain_text("승인했어요.")
        of(page, post).locator('summary[data-command="move"]').click()
        page.locator(f"#move-{post.id}").fill(typed_time(post.publish_at + HOUR))
        of(page, post).locator("details[open] button").click()
        expect(page.locator(".cal-main > .message")).to_contain_text("시각을 바꿨어요.")

    assert typed_time(desk.now_of(post).publish_at) == typed_time(post.publish_at + HOUR)
