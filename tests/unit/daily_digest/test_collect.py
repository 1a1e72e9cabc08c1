"""A digest is collected from all stores, and refusals of X leave gaps in it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from daily_digest.formatter import ReportFormatter
from daily_digest.model import (
    Attendance,
    Comparison,
    SpendOnX,
    UnreachableRange,
    WaitingGroup,
)
from daily_digest.periods import Edition
from daily_digest.summary import todo
from desk.brand import Purpose
from desk.cases.model import CaseEvent, CaseEventKind
from desk.errors import BreakerOpen, DeskError, NotAuthorised, RateLimited, SettingsError, StoreBusy, Unavailable
from desk.mentions.model import DayRow, Mention
from desk.mentions.poll_state import Gap, GapState
from desk.posts.model import PostKind, PostState
from desk.posts.pause import Pause
from desk.reading import Urgency
from desk.x.model import Usage, XPost, first_id_at
from desk.x.spend import Reservation
from tests.cases import a_case
from tests.unit.daily_digest.scene import EVENING, SEOUL, TUESDAY, Scene, seoul
from tests.unit.posts.scene import a_post

MONDAY = TUESDAY - timedelta(days=1)
REFUSALS = [
    NotAuthorised("401"),
    RateLimited("429", until=seoul(24, 19)),
    Unavailable("503"),
    BreakerOpen("not_authorised", retry_at=seoul(24, 19)),
    SettingsError("the secret x is no JSON"),
]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_an_empty_day_is_a_digest_too(scene: Scene) -> None:
    digest = scene.collect()

    assert (digest.tally.total, digest.waiting.open_cases, digest.waiting.oldest_since) == (0, 0, None)
    assert (digest.balance.polled, digest.balance.reacted, digest.balance.holds) == (0, 0, True)
    assert digest.against == (Comparison(7, 0, {}), Comparison(28, 0, {}))
    assert (digest.unreachable, digest.pauses, digest.feedback) == ((), (), ())


def test_mentions_of_the_day_are_tallied_and_compared(scene: Scene) -> None:
    scene.mention(seoul(24, 9))
    scene.mention(seoul(24, 10))
    scene.mention(seoul(23, 9))

    digest = scene.collect()

    assert (digest.tally.total, digest.tally.by_department) == (2, {"billing": 2})
    assert digest.tally.terms == (("청구서", 2),)
    assert digest.today == {"information": 2}
    assert digest.against[0] == Comparison(7, 1, {"information": 1.0})


def test_a_month_that_takes_too_long_lists_the_days_that_were_not_counted(scene: Scene) -> None:
    scene.now = datetime(2026, 11, 1, 8, 50, tzinfo=SEOUL)
    scene.has_time = False

    digest = scene.collect(Edition.MONTHLY)

    assert (digest.balance.days, len(digest.uncounted)) == ((date(2026, 10, 31),), 30)
    assert digest.uncounted[0] == date(2026, 10, 1)


def test_the_morning_remembers_yesterdays_needs_from_its_own_pass(scene: Scene) -> None:
    scene.now = datetime(2026, 11, 24, 8, 50, tzinfo=SEOUL)
    scene.mention(seoul(23, 20))
    scene.mention(seoul(23, 21), kind=None)

    digest = scene.collect(Edition.MORNING)

    assert digest.tally.total == 2
    assert scene.mentions.needs[MONDAY].by_hour["information"][20] == 1
    assert TUESDAY not in scene.mentions.needs
    assert scene.mentions.passes == {MONDAY: 1, TUESDAY: 1}


def test_a_mention_that_was_answered_or_liked_on_x_is_counted(scene: Scene) -> None:
    answered, liked = scene.mention(seoul(24, 9)), scene.mention(seoul(24, 10))
    scene.mention(seoul(24, 11))
    scene.x.add_own_post("확인해 볼게요", in_reply_to=answered, at=seoul(24, 12))
    scene.like(liked, seoul(24, 10))

    assert scene.collect().balance.reacted == 2


def test_a_mention_with_only_an_automatic_reply_is_not_counted(scene: Scene) -> None:
    acknowledged = scene.mention(seoul(24, 9))
    x_id = scene.x.add_own_post("잘 받았습니다", in_reply_to=acknowledged, at=seoul(24, 10))
    scene.posts.put(
        a_post(
            "잘 받았습니다",
            id="ack-1",
            x_id=x_id,
            state=PostState.PUBLISHED,
            at=seoul(24, 10),
            in_reply_to=acknowledged,
        )
    )

    assert scene.collect().balance.reacted == 0


def test_all_pages_of_the_accounts_posts_are_read(scene: Scene) -> None:
    ids = [scene.mention(seoul(24, 9) + timedelta(seconds=place)) for place in range(250)]
    for place, each in enumerate(ids):
        scene.x.add_own_post("네", in_reply_to=each, at=seoul(24, 12) + timedelta(seconds=place))

    digest = scene.collect()

    assert digest.balance.reacted == 250
    assert scene.x.count("own_posts") == 3


@pytest.mark.parametrize("refusal", REFUSALS)
def test_when_x_refuses_the_accounts_replies_the_digest_is_made_without_them(scene: Scene, refusal: DeskError) -> None:
    scene.mention(seoul(24, 9))
    scene.post("greeting-2026-11-24", PostState.PUBLISHED, seoul(24, 9), kind=PostKind.GREETING)
    scene.x.timeline_error = refusal

    digest = scene.collect()

    assert (digest.tally.total, digest.balance.reacted) == (1, None)
    assert not digest.attendance[0].replies_known


def test_when_x_refuses_the_likes_the_digest_is_made_without_them(scene: Scene) -> None:
    answered = scene.mention(seoul(24, 9))
    scene.x.add_own_post("네", in_reply_to=answered, at=seoul(24, 12))
    scene.x.fail("liked_posts", NotAuthorised("403 client-not-enrolled"))

    digest = scene.collect()

    assert (digest.balance.reacted, digest.favourites.refused) == (1, "403 client-not-enrolled")


def test_favourites_that_this_run_finds_belong_to_its_period(scene: Scene) -> None:
    scene.like("77", seoul(24, 9))

    assert [liked.post_id for liked in scene.collect().favourites.liked] == ["77"]


def test_posts_are_those_that_ended_in_the_period_and_those_pending_now(scene: Scene) -> None:
    early, noon, late = seoul(23, 12), seoul(24, 12), seoul(24, 20)
    for state in PostState:
        for at, name in ((early, "early"), (noon, "noon"), (late, "late")):
            scene.post(f"{state}-{name}", state, at)

    posts = scene.collect().posts

    assert [post.id for post in (*posts.published, *posts.refused, *posts.expired)] == [
        "published-noon",
        "refused-noon",
        "expired-noon",
    ]
    assert [post.id for post in posts.held] == ["held-early", "held-noon", "held-late"]
    assert len(posts.in_doubt) == 3
    assert {post.state for post in posts.waiting} == {
        PostState.AWAITING_APPROVAL,
        PostState.SCHEDULED,
        PostState.QUEUED,
        PostState.PUBLISHING,
        PostState.RECONCILING,
    }


def test_the_attendance_of_the_days_greeting_is_checked_with_the_accounts_replies(scene: Scene) -> None:
    greeting = scene.post("greeting-2026-11-24", PostState.PUBLISHED, seoul(24, 9), kind=PostKind.GREETING)
    scene.post("notice", PostState.PUBLISHED, seoul(24, 10))
    key = first_id_at(seoul(24, 9, 1))
    reply = XPost(key, "출석!", "501", seoul(24, 9, 1), key, "ko", (key,), in_reply_to=greeting.x_id)
    scene.attendance.mentions.append(Mention(reply, seoul(24, 9, 2)))
    scene.x.add_own_post("반가워요", in_reply_to=key, at=seoul(24, 10))

    [attendance] = scene.collect().attendance

    assert (attendance.greeting, attendance.replies_known) == (greeting, True)
    assert [(one.author_id, one.greeted_back) for one in attendance.attendees] == [("501", True)]


def test_a_working_day_without_a_greeting_is_in_the_evening_and_not_in_the_morning_edition(scene: Scene) -> None:
    evening = scene.collect()
    scene.now = datetime(2026, 11, 24, 8, 50, tzinfo=SEOUL)
    morning = scene.collect(Edition.MORNING)

    assert evening.attendance == (Attendance(TUESDAY, None, (), replies_known=True),)
    assert morning.attendance == ()


def test_the_morning_checks_yesterdays_attendance_once_more_without_listing_it(scene: Scene) -> None:
    scene.post("greeting-2026-11-23", PostState.PUBLISHED, seoul(23, 9), kind=PostKind.GREETING)
    scene.now = datetime(2026, 11, 24, 8, 50, tzinfo=SEOUL)

    digest = scene.collect(Edition.MORNING)

    assert digest.attendance == ()
    assert scene.attendance.saved_mornings == {MONDAY}


def test_an_evening_that_begins_after_the_greeting_shows_who_answered_it_until_its_two_hours_are_over(
    scene: Scene,
) -> None:
    greeting = scene.post("greeting-2026-11-24", PostState.PUBLISHED, seoul(24, 8, 30), kind=PostKind.GREETING)

    after_the_morning = scene.collect(covered=seoul(24, 8, 50)).attendance
    after_its_end = scene.collect(covered=seoul(24, 10, 30)).attendance

    assert after_the_morning == (Attendance(TUESDAY, greeting, (), replies_known=True),)
    assert after_its_end == ()


def test_a_week_shows_every_working_days_attendance(scene: Scene) -> None:
    scene.now = datetime(2026, 11, 23, 8, 50, tzinfo=SEOUL)
    for day in (16, 18):
        scene.post(f"greeting-2026-11-{day}", PostState.PUBLISHED, seoul(day, 9), kind=PostKind.GREETING)

    shown = scene.collect(Edition.WEEKLY).attendance

    assert [(one.day.day, one.greeting is not None) for one in shown] == [
        (16, True),
        (17, False),
        (18, True),
        (19, False),
        (20, False),
    ]


def test_open_cases_are_those_of_all_departments_also_of_ones_that_are_gone(scene: Scene) -> None:
    oldest = seoul(20, 9)
    scene.subscribers.counts = {"billing": 1, "fax": 1}
    for one in (
        a_case(seoul(24, 9), seoul(25, 9), id="a", department="billing"),
        a_case(oldest, seoul(21, 9), id="b", department="fax"),
        a_case(seoul(23, 9), seoul(24, 9), id="c", department="operator"),
    ):
        scene.cases.put(one)

    waiting = scene.collect().waiting

    assert (waiting.open_cases, waiting.overdue, waiting.oldest_since) == (3, 2, oldest)
    assert waiting.by_department == {"billing": 1, "operator": 2}


def test_unreachable_ranges_that_overlap_the_period_are_listed(scene: Scene) -> None:
    def gap(key: str, since: datetime, until: datetime, state: GapState = GapState.UNREACHABLE) -> Gap:
        return Gap(key, first_id_at(since), first_id_at(until), since, "budget", state=state)

    gaps = [
        gap("over", seoul(24, 2), seoul(24, 4)),
        gap("across", seoul(23, 23), seoul(24, 1)),
        gap("before", seoul(22, 2), seoul(22, 4)),
        gap("after", seoul(24, 19), seoul(24, 20)),
        gap("open", seoul(24, 5), seoul(24, 6), GapState.OPEN),
    ]
    scene.poll.gaps = {each.id: each for each in gaps}

    assert scene.collect().unreachable == (
        UnreachableRange(seoul(23, 23), seoul(24, 1), "budget"),
        UnreachableRange(seoul(24, 2), seoul(24, 4), "budget"),
    )


def test_a_range_of_last_week_that_was_given_up_today_is_listed_today(scene: Scene) -> None:
    ends = first_id_at(seoul(17, 2)), first_id_at(seoul(17, 4))
    for key, given_up_at in (("today", seoul(24, 9)), ("yesterday", seoul(23, 9)), ("long ago", None)):
        gap = Gap(key, *ends, seoul(17, 4), key, state=GapState.UNREACHABLE, given_up_at=given_up_at)
        scene.poll.gaps[key] = gap

    assert [each.reason for each in scene.collect().unreachable] == ["today"]


def test_pauses_are_those_that_ran_in_the_period(scene: Scene) -> None:
    old = Pause("어제", "minji", seoul(23, 9), seoul(23, 10), "minji")
    running = Pause("장애", "minji", seoul(23, 23))
    later = Pause("내일", "minji", seoul(24, 19))
    scene.pauses.pauses = [old, running, later]

    assert scene.collect().pauses == (running,)


def test_feedback_is_listed_by_department_in_the_weekly_edition_only(scene: Scene) -> None:
    scene.now = datetime(2026, 11, 23, 8, 50, tzinfo=SEOUL)
    first = scene.mention(seoul(17, 9), "feedback", "network")
    forgotten = scene.mention(seoul(18, 9), "feedback", "network")
    scene.mention(seoul(18, 10), "feedback", "billing")
    scene.mention(seoul(18, 11), "inquiry", "billing")
    scene.feedback.put(first, "신호가 좋아졌어요")

    weekly = scene.collect(Edition.WEEKLY)
    scene.now = datetime(2026, 12, 1, 8, 50, tzinfo=SEOUL)
    monthly = scene.collect(Edition.MONTHLY)

    assert [(one.department, one.total) for one in weekly.feedback] == [("billing", 1), ("network", 2)]
    assert [(one.mention_id, one.text) for one in weekly.feedback[1].entries] == [
        (forgotten, None),
        (first, "신호가 좋아졌어요"),
    ]
    assert (monthly.feedback, monthly.tally.feedback) == ((), 3)


def test_private_numbers_in_feedback_are_masked(scene: Scene) -> None:
    scene.now = datetime(2026, 11, 23, 8, 50, tzinfo=SEOUL)
    one = scene.mention(seoul(17, 9), "feedback", "network")
    scene.feedback.put(one, "좋아요. 010-1234-5678로 알려 주세요")

    [feedback] = scene.collect(Edition.WEEKLY).feedback

    assert feedback.entries[0].text == "좋아요. ●●●-●●●●-●●78로 알려 주세요"


def test_a_departments_feedback_is_cut_to_the_newest(scene: Scene) -> None:
    scene.now = datetime(2026, 11, 23, 8, 50, tzinfo=SEOUL)
    ids = [scene.mention(seoul(17, 9) + timedelta(seconds=place), "feedback", "network") for place in range(70)]

    [feedback] = scene.collect(Edition.WEEKLY).feedback

    assert feedback.total == 70
    assert [one.mention_id for one in feedback.entries] == ids[:-51:-1]


def test_the_spend_of_the_periods_days_is_added_up(scene: Scene) -> None:
    scene.spend.add(MONDAY, Usage(7, 7))
    scene.spend.add(TUESDAY, Usage(100, 500_000))
    scene.spend.reserve(Reservation("died", TUESDAY, 100_000), scene.now)

    assert scene.collect().spend == SpendOnX(101, 600_000, {Purpose.MENTIONS: 600_000})


def test_the_usage_of_x_is_settled_even_if_the_digest_fails(scene: Scene) -> None:
    scene.favourites.busy = True

    with pytest.raises(StoreBusy):
        scene.collect()
    assert (scene.x.count("own_posts"), scene.x._usage) == (1, Usage())


def test_a_busy_store_is_raised_instead_of_leaving_gaps(scene: Scene) -> None:
    for source in (scene.mentions, scene.pauses, scene.spend):
        scene.mention(seoul(24, 9))
        source.busy = True
        with pytest.raises(StoreBusy):
            scene.collect()
        source.busy = False


def test_made_at_is_the_schedules_moment(scene: Scene) -> None:
    digest = scene.collect()

    assert (digest.made_at, digest.period.until.astimezone(UTC)) == (EVENING, EVENING.astimezone(UTC))
    assert digest.balance.days == (date(2026, 11, 24),)


def test_events_of_the_period_alone_are_counted_and_corrections_once_a_week(scene: Scene) -> None:
    asked = seoul(24, 9)
    scene.cases.events["a"].append(CaseEvent(CaseEventKind.ANSWERED, seoul(24, 10), "", asked_at=asked))
    scene.cases.events["b"].append(CaseEvent(CaseEventKind.ANSWERED, seoul(23, 23), "", asked_at=seoul(23, 22)))
    scene.cases.events["c"].append(CaseEvent(CaseEventKind.MISREAD, seoul(24, 11), "김하나", kind="chat"))

    evening = scene.collect()
    scene.now = datetime(2026, 11, 30, 8, 50, tzinfo=SEOUL)
    weekly = scene.collect(Edition.WEEKLY)

    assert (evening.answering.all.answered, evening.misreadings.total) == (1, 0)
    assert (weekly.answering.all.answered, weekly.misreadings.total) == (2, 1)


@pytest.mark.parametrize("method", ["open_cases", "events_between", "mention_ids"])
def test_a_busy_case_store_is_raised(scene: Scene, method: str) -> None:
    scene.now = datetime(2026, 11, 30, 8, 50, tzinfo=SEOUL)
    scene.cases.events["c"].append(CaseEvent(CaseEventKind.MISREAD, seoul(24, 11), "김하나", kind="chat"))
    scene.cases.busy.add(method)

    with pytest.raises(StoreBusy):
        scene.collect(Edition.WEEKLY)


def waiting_case(scene: Scene, number: int, due: datetime, **changes: Any) -> str:
    """A case that waits; the id of its last mention, whose words are kept."""
    mention_id = f"{number}01"
    scene.cases.put(a_case(due, due, id=f"7Q2M4-{number:05}", mention_ids=(f"{number}", mention_id), **changes))
    scene.feedback.put(mention_id, f"@jade 문의 {number}입니다 010-1234-5678")
    return mention_id


def test_a_morning_lists_waiting_cases_and_the_mentions_of_the_night_with_private_numbers_masked(scene: Scene) -> None:
    scene.now = datetime(2026, 11, 24, 8, 50, tzinfo=SEOUL)
    urgent = waiting_case(scene, 1, seoul(24, 3), urgency=Urgency.HIGH)
    today = waiting_case(scene, 2, seoul(24, 17))
    night, old = scene.mention(seoul(24, 3)), scene.mention(seoul(23, 12))
    chat = scene.mention(seoul(24, 2), kind="chat", department=None)
    for key, text in {night: "@jade 청구서가 안 와요 https://t.co/abc", old: "어제 낮", chat: "좋은 밤"}.items():
        scene.feedback.put(key, text)
    scene.mentions.keep(DayRow(today, seoul(24, 1), "inquiry", "information", "billing", "normal", "ko"))

    digest = scene.collect(Edition.MORNING)

    assert {
        key: [(one.mention_id, one.text) for one in cases.entries] for key, cases in digest.waiting.lists.items()
    } == {
        WaitingGroup.URGENT: [(urgent, "문의 1입니다 ●●●-●●●●-●●78")],
        WaitingGroup.TODAY: [(today, "문의 2입니다 ●●●-●●●●-●●78")],
    }
    assert digest.mentions is not None
    assert [(one.mention_id, one.text) for one in digest.mentions.entries] == [
        (night, "청구서가 안 와요"),
        (chat, "좋은 밤"),
    ]
    assert (digest.mentions.total, digest.mentions.above) == (3, 1)


def test_other_editions_list_waiting_cases_but_no_mentions(scene: Scene) -> None:
    late = waiting_case(scene, 1, seoul(24, 3))
    scene.mention(seoul(24, 9))

    digest = scene.collect()

    assert [one.mention_id for one in digest.waiting.lists[WaitingGroup.OVERDUE].entries] == [late]
    assert digest.mentions is None


def test_a_post_of_any_length_is_listed_by_its_beginning(scene: Scene) -> None:
    scene.feedback.put(waiting_case(scene, 1, seoul(24, 3)), "가" * 25_000)

    [listed] = scene.collect().waiting.lists[WaitingGroup.OVERDUE].entries

    assert listed.text == "가" * 199 + "…"


@pytest.mark.parametrize("edition", Edition)
def test_there_is_something_to_do_as_long_as_somebody_waits(scene: Scene, edition: Edition) -> None:
    scene.now = datetime(2026, 11, 23, 8, 50, tzinfo=SEOUL)
    idle = todo(scene.collect(edition), ReportFormatter(scene.brand))
    waiting_case(scene, 1, seoul(30, 12))

    found = [one.text for one in todo(scene.collect(edition), ReportFormatter(scene.brand))]

    assert (idle, found) == ([], ["그 밖에 답변을 기다리는 문의 1건"])
