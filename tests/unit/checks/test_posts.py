"""What is looked up for the rules: earlier texts with few reads, and links with few questions."""

from datetime import UTC, datetime, timedelta

from desk.checks.links import LinkChecks
from desk.checks.model import LinkCheck
from desk.checks.posts import LOOK_BACK, TimelineTexts
from desk.fetch.model import NOT_CHECKED, LinkAnswer
from desk.posts.model import Post, PostKind, PostState
from tests.fakes.fetch import FakeLinkChecker
from tests.fakes.posts import FakePosts

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def post(name: str, state: PostState, at: datetime, kind: PostKind = PostKind.ANNOUNCEMENT) -> Post:
    return Post(name, kind, name, "지민", at, at, at + timedelta(days=1), state, at, 10, 15_000)


def texts(posts: FakePosts, now: datetime = NOW, *, is_sent: bool = False) -> list[str]:
    return sorted(each.id for each in TimelineTexts(posts).recent(now, is_sent=is_sent))


def test_posts_of_seven_days_and_planned_ones_count_without_replies_and_greetings() -> None:
    posts, day = FakePosts(), timedelta(days=1)
    posts.put(
        post("published", PostState.PUBLISHED, NOW - LOOK_BACK + MINUTE),
        post("long ago", PostState.PUBLISHED, NOW - LOOK_BACK - MINUTE),
        post("planned", PostState.SCHEDULED, NOW + day, PostKind.OUTAGE),
        post("for approval", PostState.AWAITING_APPROVAL, NOW - day),
        post("held", PostState.HELD, NOW + day),
        post("cancelled", PostState.CANCELLED, NOW),
        post("greeting", PostState.PUBLISHED, NOW, PostKind.GREETING),
        post("reply", PostState.PUBLISHED, NOW, PostKind.REPLY),
    )

    assert texts(posts) == ["for approval", "held", "planned", "published"]


def test_texts_are_found_behind_many_replies() -> None:
    posts = FakePosts()
    posts.put(*(post(f"reply-{n}", PostState.PUBLISHED, NOW - n * MINUTE, PostKind.REPLY) for n in range(600)))
    posts.put(post("announcement", PostState.PUBLISHED, NOW - timedelta(days=1)))

    assert texts(posts) == ["announcement"]


def test_texts_are_read_once_a_minute_while_somebody_types_and_anew_when_a_post_is_sent() -> None:
    posts = FakePosts()
    timeline = TimelineTexts(posts)

    def reads(at: datetime, *, is_sent: bool = False) -> int:
        before = posts.calls["page"]
        timeline.recent(at, is_sent=is_sent)
        return posts.calls["page"] - before

    assert [reads(NOW), reads(NOW + MINUTE / 2), reads(NOW + MINUTE)] == [1, 0, 1]
    assert [reads(NOW + MINUTE, is_sent=True), reads(NOW + MINUTE), reads(NOW + MINUTE)] == [1, 1, 0]


GOOD, DEAD, SLOW = "https://www.example.com/a", "www.example.com/b", "https://www.example.com/c"


def test_a_link_is_asked_for_once_in_minutes_and_a_dead_one_soon_again() -> None:
    checker = FakeLinkChecker({f"https://{DEAD}": LinkAnswer(answers=False, detail="404")})
    links = LinkChecks(checker)

    found = [links.check([GOOD, DEAD], NOW + after) for after in (timedelta(0), MINUTE / 2, MINUTE)]

    assert found[0] == found[2] == [LinkCheck(GOOD, answers=True, detail="200"), LinkCheck(DEAD, False, "404")]
    assert checker.checked == [GOOD, f"https://{DEAD}", f"https://{DEAD}"]
    links.check([GOOD], NOW + 10 * MINUTE)
    assert checker.checked.count(GOOD) == 2


def test_more_links_than_two_are_not_asked_for_so_that_nobody_waits_long() -> None:
    checker = FakeLinkChecker()

    found = LinkChecks(checker).check([GOOD, DEAD, SLOW], NOW)

    assert found[2] == LinkCheck(SLOW, None, NOT_CHECKED)
    assert len(checker.checked) == 2


def test_what_is_remembered_of_links_is_bounded() -> None:
    checker = FakeLinkChecker()
    links = LinkChecks(checker)
    for number in range(201):
        links.check([f"{GOOD}/{number}"], NOW)

    links.check([f"{GOOD}/200", f"{GOOD}/0"], NOW)

    assert len(checker.checked) == 202
