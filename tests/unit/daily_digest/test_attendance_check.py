"""Who replied to the morning greeting, on how many mornings in a row, and who was greeted back."""

from copy import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from daily_digest.model import Attendance, Attendee
from daily_digest.people import AttendanceCheck
from desk.errors import BreakerOpen, DeskError, RateLimited, SettingsError, StoreBusy, Unavailable
from desk.mentions.model import Mention
from desk.posts.model import Post, PostKind, PostReason, PostState
from desk.x.model import Author, XPost, first_id_at
from tests.fakes.reports import FakeAttendance
from tests.fakes.x import FakeX

SEOUL = ZoneInfo("Asia/Seoul")
MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


class Scene:
    """Mornings, greetings at nine, and people who answer them."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 18, 10, tzinfo=SEOUL)
        self.store = FakeAttendance()
        self.x = FakeX(lambda: self.now)
        self.attendance = AttendanceCheck(self.store, self.x)

    def says(self, day: date, *people: str, after: timedelta = MINUTE, named: bool = False, to: str = "") -> list[str]:
        """These people answer that day's greeting; the ids of their mentions."""
        at = nine(day) + after
        posts = [
            answer(at + number * timedelta(seconds=1), person, to or greeting(day).x_id or "", named=named)
            for number, person in enumerate(people)
        ]
        self.x.post(*posts)
        self.store.mentions += [Mention(post, post.created_at) for post in posts]
        return [post.id for post in posts]

    def check(self, day: date, answered: frozenset[str] | None = frozenset()) -> Attendance:
        self.now = datetime.combine(day, datetime.min.time(), SEOUL) + timedelta(hours=18, minutes=10)
        return self.attendance.check(day, greeting(day), answered, self.now)

    def rows(self, day: date) -> dict[str, int]:
        return {each.author_id: each.in_a_row for each in self.check(day).attendees}


def nine(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=SEOUL).astimezone(UTC)


def greeting(day: date) -> Post:
    return Post(
        id=f"greeting-{day.isoformat()}",
        kind=PostKind.GREETING,
        text="좋은 아침이에요!",
        by="schedule",
        accepted_at=nine(day),
        publish_at=nine(day),
        expires_at=nine(day) + 30 * MINUTE,
        state=PostState.PUBLISHED,
        at=nine(day),
        weighted_length=16,
        estimated_micro_usd=15_000,
        x_id=first_id_at(nine(day)),
    )


def answer(at: datetime, person: str, to: str, *, named: bool = False) -> XPost:
    key = str(int(first_id_at(at)) + int(person) % 1000)
    author = Author(person, f"user{person}", "Somebody") if named else None
    return XPost(
        key, "출석!", person, at, conversation_id=to, lang="ko", edit_ids=(key,), in_reply_to=to, author=author
    )


def mornings(count: int, first: date = MONDAY) -> list[date]:
    """So many working mornings."""
    days = [first + ahead * DAY for ahead in range(2 * count)]
    return [day for day in days if day.weekday() < 5][:count]


def test_a_reply_to_the_greeting_within_two_hours_counts() -> None:
    scene = Scene()
    scene.says(MONDAY, "501", after=119 * MINUTE)
    scene.says(MONDAY, "502", after=121 * MINUTE)
    scene.says(MONDAY, "503", to="77")

    taken = scene.check(MONDAY)

    assert [each.author_id for each in taken.attendees] == ["501"]
    assert (taken.day, taken.greeting) == (MONDAY, greeting(MONDAY))


def test_several_replies_of_a_person_count_once_with_the_first() -> None:
    scene = Scene()
    [first] = scene.says(MONDAY, "501")
    scene.says(MONDAY, "501", after=5 * MINUTE)

    [attendee] = scene.check(MONDAY).attendees

    assert attendee == Attendee(
        "501",
        Author("501", "user501", "Somebody"),
        first,
        in_a_row=1,
        since_start=True,
        regular=False,
        greeted_back=False,
    )


def test_a_row_that_reaches_back_to_the_first_record_may_be_longer_and_others_are_not() -> None:
    scene = Scene()
    for day in mornings(3):
        scene.says(day, "501")
        scene.check(day)
    scene.says(mornings(4)[-1], "501")
    scene.says(mornings(4)[-1], "502")

    rows = {each.author_id: (each.in_a_row, each.since_start) for each in scene.check(mornings(4)[-1]).attendees}

    assert rows == {"501": (4, True), "502": (1, False)}


def test_a_row_goes_on_over_a_weekend_and_a_holiday_and_breaks_on_a_missed_morning() -> None:
    scene = Scene()
    thursday, friday, monday = MONDAY + 3 * DAY, MONDAY + 4 * DAY, MONDAY + 7 * DAY
    wednesday_after_a_holiday = monday + 2 * DAY
    for day in (thursday, friday, monday, wednesday_after_a_holiday):
        scene.says(day, "501", *(["502"] if day != friday else []))

    rows = [scene.rows(day) for day in (thursday, friday, monday, wednesday_after_a_holiday)]

    assert rows == [{"501": 1, "502": 1}, {"501": 2}, {"501": 3, "502": 1}, {"501": 4, "502": 2}]


@pytest.mark.parametrize("state", [PostState.REFUSED, PostState.EXPIRED, PostState.HELD, PostState.IN_DOUBT])
def test_a_morning_whose_greeting_was_not_published_neither_counts_nor_breaks_a_row(state: PostState) -> None:
    scene = Scene()
    refused = greeting(MONDAY + DAY)._replace(state=state, x_id=None, reason=PostReason.NOT_ACCEPTED)
    scene.says(MONDAY, "501")
    scene.says(MONDAY + 2 * DAY, "501")
    scene.check(MONDAY)

    taken = scene.attendance.check(MONDAY + DAY, refused, frozenset(), scene.now)

    assert taken == Attendance(MONDAY + DAY, refused, (), replies_known=True)
    assert scene.rows(MONDAY + 2 * DAY) == {"501": 2}


def test_a_day_without_a_greeting_has_nobody() -> None:
    scene = Scene()

    taken = scene.attendance.check(MONDAY, None, None, scene.now)

    assert taken == Attendance(MONDAY, None, (), replies_known=False)
    assert scene.store.saved_mornings == set()


def test_a_morning_to_which_nobody_came_breaks_every_row() -> None:
    scene = Scene()
    for day in (MONDAY, MONDAY + 2 * DAY):
        scene.says(day, "501")

    rows = [scene.rows(MONDAY + ahead * DAY) for ahead in range(3)]

    assert rows == [{"501": 1}, {}, {"501": 1}]


def test_checking_a_morning_twice_changes_nothing() -> None:
    scene = Scene()
    for day in mornings(3):
        scene.says(day, "501")
    first = [scene.check(day) for day in mornings(3)]
    book = dict(scene.store.people)

    again = [scene.check(day) for day in mornings(3)]

    assert again == first
    assert scene.store.people == book


def test_a_reply_after_the_first_check_is_added_by_the_next() -> None:
    scene = Scene()
    scene.says(MONDAY, "501")
    scene.check(MONDAY)
    scene.says(MONDAY, "502", after=90 * MINUTE)

    assert scene.rows(MONDAY) == {"501": 1, "502": 1}


def test_a_morning_that_is_checked_late_counts_in_its_place() -> None:
    scene = Scene()
    monday, tuesday, wednesday = mornings(3)
    for day in (monday, tuesday, wednesday):
        scene.says(day, "501", *(["502"] if day != tuesday else []))
    scene.check(monday)
    assert scene.rows(wednesday) == {"501": 2, "502": 2}

    assert scene.rows(tuesday) == {"501": 2}

    assert scene.rows(wednesday) == {"501": 3, "502": 1}
    assert scene.rows(monday) == {"501": 1, "502": 1}


def test_a_row_is_counted_beyond_the_mornings_that_are_remembered() -> None:
    scene = Scene()
    days = mornings(31)
    for day in days:
        scene.says(day, "501")
        scene.check(day)

    assert scene.rows(days[-1]) == {"501": 31}
    assert scene.rows(days[-3]) == {"501": 29}
    assert scene.rows(days[2]) == {"501": 3}
    assert scene.rows(days[-1]) == {"501": 31}


def test_a_regular_came_on_half_of_the_last_twenty_mornings_and_on_three_at_least() -> None:
    scene = Scene()
    days = mornings(24)
    came = {"501": set(days[:1] + days[6:24:2]), "502": set(days[:5] + days[6:24:2]), "503": set(days[-2:])}
    came["502"] -= {days[10]}
    for day in days:
        scene.says(day, *(person for person in came if day in came[person] or day == days[-1]))
    regulars = [{each.author_id for each in scene.check(day).attendees if each.regular} for day in days]

    assert regulars[:3] == [set(), set(), {"502"}]
    assert regulars[-1] == {"501", "502"}


def test_a_person_with_an_answer_to_any_reply_was_greeted_back() -> None:
    scene = Scene()
    scene.says(MONDAY, "501", "502")
    [second] = scene.says(MONDAY, "501", after=5 * MINUTE)

    taken = scene.check(MONDAY, answered=frozenset({second, "77"}))

    assert {each.author_id: each.greeted_back for each in taken.attendees} == {"501": True, "502": False}
    assert taken.replies_known


def test_when_the_accounts_replies_are_unknown_nobody_is_listed_as_not_greeted_back() -> None:
    scene = Scene()
    scene.says(MONDAY, "501")

    taken = scene.check(MONDAY, answered=None)

    assert (taken.replies_known, taken.attendees[0].greeted_back) == (False, False)


def test_names_come_from_the_mention_then_from_the_record_then_from_x() -> None:
    scene = Scene()
    scene.says(MONDAY, "501", named=True)
    scene.says(MONDAY, "502")
    scene.says(MONDAY + DAY, "501", "502")

    authors = [
        [each.author.username for each in scene.check(day).attendees if each.author] for day in (MONDAY, MONDAY + DAY)
    ]

    assert authors == [["user501", "user502"]] * 2
    assert scene.x.count("posts") == 1


def test_a_newer_name_replaces_the_one_in_the_record() -> None:
    scene = Scene()
    scene.says(MONDAY, "501")
    scene.check(MONDAY)
    scene.says(MONDAY + DAY, "501", named=True)
    post = scene.store.mentions[-1].post
    scene.store.mentions[-1] = Mention(replace(post, author=Author("501", "renamed", "N")), post.created_at)

    [attendee] = scene.check(MONDAY + DAY).attendees

    assert attendee.author == scene.store.people["501"].author == Author("501", "renamed", "N")


@pytest.mark.parametrize(
    "error",
    [
        Unavailable("slow"),
        SettingsError("the secret x is no JSON"),
        RateLimited("wait", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        BreakerOpen("credits", datetime(2026, 11, 24, tzinfo=UTC)),
    ],
)
def test_names_that_x_refuses_stay_unknown_until_another_digest(error: DeskError) -> None:
    scene = Scene()
    scene.says(MONDAY, "501")
    scene.x.fail("posts", error)

    refused = [scene.check(MONDAY) for _ in range(2)]
    scene.x.recover()
    scene.says(MONDAY + DAY, "501")
    found = scene.check(MONDAY + DAY)

    assert [taken.attendees[0].author for taken in refused] == [None, None]
    assert scene.x.count("posts") == 2
    assert found.attendees[0].author == Author("501", "user501", "Somebody")


def test_no_more_than_a_hundred_names_are_bought_for_one_digest_those_of_the_longest_rows_first() -> None:
    scene = Scene()
    people = [str(number) for number in range(501, 641)]
    scene.x.fail("posts", Unavailable("not yet"), times=1)
    scene.says(MONDAY, *people[-30:])
    scene.check(MONDAY)
    scene.says(MONDAY + DAY, *people)

    taken = [scene.check(MONDAY + DAY) for _ in range(2)]

    asked = [len(ids) for call in scene.x.calls if isinstance(ids := call.asked["ids"], tuple)]
    assert asked == [30, 100]
    assert all(each.author for each in taken[0].attendees[:30])
    assert [sum(each.author is not None for each in one.attendees) for one in taken] == [100, 100]


def test_the_longest_rows_come_first_then_the_earliest() -> None:
    scene = Scene()
    scene.says(MONDAY, "503")
    scene.check(MONDAY)
    scene.says(MONDAY + DAY, "501", "502", "503")

    assert list(scene.rows(MONDAY + DAY)) == ["503", "501", "502"]


@pytest.mark.parametrize("fault", ["fail_before", "fail_half"])
def test_records_that_were_saved_in_part_or_not_at_all_are_right_after_the_next_check(fault: str) -> None:
    scene = Scene()
    for day in mornings(2):
        scene.says(day, "501", "502", "503")
    scene.check(MONDAY)
    setattr(scene.store, fault, 1)
    with pytest.raises(StoreBusy):
        scene.check(MONDAY + DAY)

    assert scene.rows(MONDAY + DAY) == {"501": 2, "502": 2, "503": 2}
    assert scene.store.saved_mornings == set(mornings(2))


def test_the_two_hours_begin_when_the_greeting_was_published() -> None:
    scene = Scene()
    late = greeting(MONDAY)._replace(at=nine(MONDAY) + 40 * MINUTE, x_id=first_id_at(nine(MONDAY) + 20 * MINUTE))

    scene.attendance.check(MONDAY, late, frozenset(), scene.now)

    assert scene.store.spans == [(nine(MONDAY) + 20 * MINUTE, nine(MONDAY) + 140 * MINUTE)]
