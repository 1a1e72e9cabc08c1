"""A submitted post is stored once, and the publisher is woken at its time."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier, Lock, local
from zoneinfo import ZoneInfo

import pytest

from desk.commands import RequestKey
from desk.errors import QueueUnavailable, StoreBusy
from desk.posts.commands import SubmitPost
from desk.posts.errors import (
    BadReplyTarget,
    ExpiresTooEarly,
    ForbiddenCharacters,
    MomentAmbiguous,
    MomentSkipped,
    MomentUnreadable,
    PostNotAccepted,
    RequestReused,
    SameText,
    TextEmpty,
    TextTooLong,
    TimeInThePast,
    TimeTooFar,
)
from desk.posts.model import NEVER_PUBLISHED, IdempotentRequest, Post, PostKind, PostState, UniqueKey
from desk.posts.submit import PostSubmitter, Submitted, parse_moment
from desk.posts.transitions import published
from tests.fakes.posts import FakePostQueue, FakePosts, FakePostTimer

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NEWS = SubmitPost(PostKind.ANNOUNCEMENT, "점검을 마쳤습니다", by="cms")
DAY, HOUR, MINUTE, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
ANSWER = NEWS._replace(kind=PostKind.REPLY, text="확인 후 안내드릴게요", in_reply_to="1990")
OF_A_CASE = ANSWER._replace(id="reply-7Q2M4-XD93K-3", case_id="7Q2M4-XD93K", by="mina")
KEYED = NEWS._replace(key=RequestKey("k1", "f1"))


class AtOnce(FakePosts):
    """A store whose requests overlap: each one waits after its first read until all have read."""

    def __init__(self) -> None:
        super().__init__()
        self._one_step = Lock()
        self._all_read = Barrier(30)
        self._has_read = local()

    def holder(self, key: str) -> Post | None:
        with self._one_step:
            found = super().holder(key)
        if not hasattr(self._has_read, "yes"):
            self._has_read.yes = True
            self._all_read.wait(timeout=10)
        return found

    def add(self, post: Post, unique_keys: Sequence[UniqueKey], request: IdempotentRequest | None) -> None:
        with self._one_step:
            super().add(post, unique_keys, request)


@dataclass
class Desk:
    """A desk that posts are submitted to, with everything around it in memory."""

    store: FakePosts = field(default_factory=FakePosts)
    queue: FakePostQueue = field(default_factory=FakePostQueue)
    timer: FakePostTimer = field(default_factory=FakePostTimer)
    now: datetime = NOON
    queue_errors: list[QueueUnavailable] = field(default_factory=list)

    def submit(self, new: SubmitPost = NEWS, **changes: object) -> Submitted:
        submitter = PostSubmitter(
            self.store, self.queue, self.timer, lambda: self.now, self.queue_errors.append, approval=()
        )
        return submitter.submit(new._replace(**changes))  # type: ignore[arg-type]  # the tests know the fields


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_post_is_stored_as_it_will_appear_and_queued_at_once(desk: Desk) -> None:
    post, known = desk.submit(text=f" {NEWS.text}\r\n")

    assert desk.store.posts == {post.id: post}
    assert (desk.queue.ids, desk.timer.standing, known) == ([post.id], {}, False)
    assert (post.state, post.at, post.publish_at, post.expires_at) == (PostState.QUEUED, NOON, NOON, NOON + DAY)
    assert (post.text, post.accepted_at, post.by, post.weighted_length) == (NEWS.text, NOON, "cms", 17)


def test_a_link_makes_a_post_expensive_and_a_reply_is_cheap(desk: Desk) -> None:
    posts = [NEWS, NEWS._replace(text="https://example.com"), ANSWER]

    assert [desk.submit(new)[0].estimated_micro_usd for new in posts] == [15_000, 200_000, 10_000]


@pytest.mark.parametrize("zone", [UTC, timezone(-10 * HOUR)])
def test_a_later_post_gets_a_schedule(desk: Desk, zone: timezone) -> None:
    post, _ = desk.submit(publish_at=(NOON + HOUR).astimezone(zone))

    assert (desk.queue.ids, desk.timer.standing) == ([], {post.id: NOON + HOUR})
    assert (post.state, post.at, post.expires_at) == (PostState.SCHEDULED, NOON + HOUR, NOON + HOUR + DAY)


def test_ids_are_names_that_the_scheduler_takes(desk: Desk) -> None:
    ids = {desk.submit(text=f"소식 {number}")[0].id for number in range(100)}

    assert len(ids) == 100
    assert all(re.fullmatch(r"[0-9a-z]{12}", post_id) for post_id in ids)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"publish_at": NOON - 5 * MINUTE - SECOND}, TimeInThePast),
        ({"publish_at": NOON + 366 * DAY + SECOND}, TimeTooFar),
        ({"publish_at": NOON + HOUR, "expires_at": NOON + HOUR}, ExpiresTooEarly),
        ({"publish_at": NOON - MINUTE, "expires_at": NOON}, ExpiresTooEarly),
        ({"expires_at": NOON - SECOND}, ExpiresTooEarly),
        ({"text": "가" * 141}, TextTooLong),
        ({"in_reply_to": "abc"}, BadReplyTarget),
        ({"in_reply_to": "1" * 20}, BadReplyTarget),
    ],
)
def test_a_request_that_must_be_corrected_is_refused_and_leaves_nothing(
    desk: Desk, changes: dict[str, object], kind: type[PostNotAccepted]
) -> None:
    with pytest.raises(kind):
        desk.submit(NEWS._replace(**changes), key=RequestKey("k1"), external_id="article-7")  # type: ignore[arg-type]

    assert (desk.store.posts, desk.store.holders, desk.store.requests, desk.queue.ids) == ({}, {}, {}, [])


def test_the_earliest_and_the_latest_time_are_accepted(desk: Desk) -> None:
    farthest = NOON + 366 * DAY

    just_passed, _ = desk.submit(publish_at=NOON - 5 * MINUTE)
    far, _ = desk.submit(publish_at=farthest, expires_at=farthest + SECOND)

    assert (just_passed.publish_at, just_passed.state) == (NOON, PostState.QUEUED)
    assert far.state is PostState.SCHEDULED


# Repeated requests


def test_a_repeated_request_gets_the_same_answer_even_after_its_time_has_passed(desk: Desk) -> None:
    first = desk.submit(KEYED, publish_at=NOON + MINUTE)
    desk.store.put(first.post._replace(state=PostState.PUBLISHED, version=3))
    desk.now += HOUR

    assert desk.submit(KEYED, publish_at=NOON + MINUTE) == first
    assert len(desk.store.posts) == 1
    assert [request.forget_at for request in desk.store.requests.values()] == [NOON + 7 * DAY]


def test_a_key_is_for_one_request_of_one_caller(desk: Desk) -> None:
    one = desk.submit(KEYED)

    with pytest.raises(RequestReused):
        desk.submit(KEYED, text="다른 글", key=RequestKey("k1", "f2"))
    other = desk.submit(KEYED, by="other-cms", text="다른 글", key=RequestKey("k1", "f2"))

    assert set(desk.store.posts) == {one.post.id, other.post.id}


@pytest.mark.parametrize("external_id", [None, "article-7"])
@pytest.mark.parametrize("step", ["request", "holder", "add"])
def test_the_same_request_twice_at_once_makes_one_post(desk: Desk, step: str, external_id: str | None) -> None:
    article = KEYED._replace(external_id=external_id)
    answers: list[Submitted] = []
    desk.store.meanwhile[step].append(lambda: answers.append(desk.submit(article)))

    answers.append(desk.submit(article))

    assert answers[0].post == answers[1].post
    assert (list(desk.store.posts), desk.queue.ids) == ([answers[0].post.id], [answers[0].post.id])


def test_two_requests_with_one_key_at_once_make_one_post(desk: Desk) -> None:
    desk.store.meanwhile["add"].append(lambda: desk.submit(KEYED))

    with pytest.raises(RequestReused):
        desk.submit(KEYED, text="다른 글", key=RequestKey("k1", "f2"))

    assert len(desk.store.posts) == 1


def test_a_key_sent_about_a_known_article_is_not_used_up(desk: Desk) -> None:
    desk.submit(external_id="article-7")

    assert desk.submit(KEYED, external_id="article-7").already_known
    assert desk.store.requests == {}


# Articles


@pytest.mark.parametrize(("step", "earlier"), [("holder", 0), ("holder", 1), ("holder", 2), ("add", 0)])
def test_another_text_about_the_same_article_between_any_two_steps_makes_no_second_post(
    desk: Desk, step: str, earlier: int
) -> None:
    desk.store.meanwhile[step] = [lambda: None] * earlier
    desk.store.meanwhile[step].append(lambda: desk.submit(external_id="article-7"))

    post, known = desk.submit(external_id="article-7", text="제목이 바뀐 소식")

    assert (list(desk.store.posts), desk.queue.ids) == ([post.id], [post.id])
    assert (post.text, known) == (NEWS.text, True)
    assert not desk.store.meanwhile[step]


def test_thirty_requests_about_one_article_at_once_make_one_post() -> None:
    desk = Desk(store=AtOnce())
    with ThreadPoolExecutor(30) as threads:
        asked = [threads.submit(desk.submit, external_id="article-7", text=f"소식 {number}") for number in range(30)]

    answers = [request.result() for request in asked]

    assert {answer.post.id for answer in answers} == set(desk.store.posts) == set(desk.queue.ids)
    assert len(desk.store.posts) == 1
    assert sorted(answer.already_known for answer in answers) == [False] + [True] * 29


@pytest.mark.parametrize("text", [NEWS.text, "제목이 바뀐 소식"])
def test_a_cancelled_post_that_is_found_on_x_meanwhile_keeps_its_article(desk: Desk, text: str) -> None:
    first, _ = desk.submit(external_id="article-7")
    desk.store.put(dropped := first._replace(state=PostState.CANCELLED, version=5))
    desk.store.meanwhile["add"].append(lambda: desk.store.save(published(dropped, "1990", NOON), dropped))

    post, known = desk.submit(external_id="article-7", text=text)

    assert (post.id, post.state, known) == (first.id, PostState.PUBLISHED, True)
    assert list(desk.store.posts) == [first.id]


def test_an_article_that_is_published_again_is_answered_with_its_post_as_it_is_now(desk: Desk) -> None:
    first, _ = desk.submit(external_id="article-7")
    desk.store.put(published := first._replace(state=PostState.PUBLISHED, version=3))

    again = desk.submit(external_id="article-7", text="가" * 999)

    assert again == (published, True)
    assert desk.queue.ids == [first.id]


@pytest.mark.parametrize("state", sorted(PostState))
def test_a_post_keeps_its_article_and_text_unless_it_will_never_be_published(desk: Desk, state: PostState) -> None:
    first, _ = desk.submit(external_id="article-7")
    desk.store.put(first._replace(state=state))

    second, known = desk.submit(external_id="article-7")

    assert (second.id != first.id, known) == (state in NEVER_PUBLISHED, state not in NEVER_PUBLISHED)
    with pytest.raises(SameText) as refused:
        desk.submit()
    assert refused.value.earlier_id == second.id
    assert second.id in str(refused.value)


# Texts


def test_the_same_text_at_once_makes_one_post(desk: Desk) -> None:
    desk.store.meanwhile["add"].append(desk.submit)

    with pytest.raises(SameText) as refused:
        desk.submit()

    assert list(desk.store.posts) == [refused.value.earlier_id] == desk.queue.ids


@pytest.mark.parametrize("hours", range(0, 24, 5))
def test_two_posts_of_the_same_text_are_at_least_a_day_apart_in_either_order(desk: Desk, hours: int) -> None:
    desk.now += hours * HOUR
    for days in (2, 0, 4):
        desk.submit(publish_at=desk.now + days * DAY)

    for near in (-DAY + SECOND, -HOUR / 2, HOUR / 2, DAY - SECOND):
        for days in (0, 2, 4):
            if (moment := desk.now + days * DAY + near) >= desk.now:
                with pytest.raises(SameText):
                    desk.submit(publish_at=moment)

    assert len(desk.store.posts) == 3
    desk.submit(publish_at=desk.now + DAY)
    desk.submit(publish_at=desk.now + 3 * DAY)


def test_the_same_reply_goes_to_two_people_but_not_twice_to_one(desk: Desk) -> None:
    desk.submit(ANSWER)
    desk.submit(ANSWER, in_reply_to="1991")
    desk.submit(text=ANSWER.text)

    with pytest.raises(SameText):
        desk.submit(ANSWER)

    assert len(desk.store.posts) == 3


def test_keys_of_texts_are_forgotten_when_they_are_of_no_use_and_keys_of_articles_never(desk: Desk) -> None:
    post, _ = desk.submit(external_id="article-7", publish_at=NOON + HOUR)

    kept = sorted((each.key.partition("#")[0], each.forget_at) for each in desk.store.unique_keys)
    assert kept == [("external", None), *[("text", post.publish_at + 2 * DAY)] * 2]


# Given ids


@pytest.mark.parametrize("at_once", [True, False])
def test_a_post_of_a_given_id_is_made_once(desk: Desk, at_once: bool) -> None:
    def first() -> Submitted:
        return desk.submit(id="greeting-2026-11-24", kind=PostKind.GREETING)

    if at_once:
        desk.store.meanwhile["add"].append(first)
    else:
        first()

    post, known = desk.submit(id="greeting-2026-11-24", kind=PostKind.GREETING, text="다른 인사")

    assert (post.text, known, len(desk.store.posts)) == (NEWS.text, True, 1)


@pytest.mark.parametrize("post_id", ["text#1", "a b", "가", "a" * 65])
def test_an_id_that_is_no_schedules_name_is_a_mistake(desk: Desk, post_id: str) -> None:
    with pytest.raises(ValueError, match="schedule"):
        desk.submit(id=post_id)
    if len(post_id) > 64:  # the id of the second part, too
        assert desk.submit(OF_A_CASE, id="a" * 62, continuation="이어서")[0].id == "a" * 62
        with pytest.raises(ValueError, match="schedule"):
            desk.submit(OF_A_CASE, id="a" * 63, continuation="이어서", in_reply_to="1991")


# Failures


@pytest.mark.parametrize("way", ["fail_before", "fail_after"])
def test_after_a_failure_the_repeated_request_makes_one_post(desk: Desk, way: str) -> None:
    setattr(desk.store, way, ["add"])
    with pytest.raises(StoreBusy):
        desk.submit(KEYED)

    post, known = desk.submit(KEYED)

    assert (desk.store.posts, known) == ({post.id: post}, False)


def test_after_a_lost_answer_a_request_without_a_key_is_recognised_by_its_text(desk: Desk) -> None:
    desk.store.fail_after = ["add"]
    with pytest.raises(StoreBusy):
        desk.submit()

    with pytest.raises(SameText):
        desk.submit()

    assert len(desk.store.posts) == 1


@pytest.mark.parametrize("method", ["request", "holder", "add"])
def test_a_store_that_fails_is_reported(desk: Desk, method: str) -> None:
    desk.store.busy = {method}

    with pytest.raises(StoreBusy):
        desk.submit(KEYED)

    assert desk.queue.ids == []


@pytest.mark.parametrize("wait", [timedelta(), HOUR])
def test_a_post_is_accepted_without_queue_and_timer_and_left_to_the_sweep(desk: Desk, wait: timedelta) -> None:
    desk.queue.down = desk.timer.down = True

    post, known = desk.submit(publish_at=NOON + wait)

    assert (desk.store.posts, known) == ({post.id: post}, False)
    assert [str(exc) for exc in desk.queue_errors] == [post.id]


def test_a_request_that_loses_every_race_gets_store_busy(desk: Desk) -> None:
    def before_each_try() -> None:
        """Another post of the same text is accepted and cancelled at once."""
        before, desk.store.meanwhile["add"] = desk.store.meanwhile["add"], []
        post, _ = desk.submit()
        desk.store.put(post._replace(state=PostState.CANCELLED))
        desk.store.meanwhile["add"] = before

    desk.store.meanwhile["add"] = [before_each_try] * 20

    with pytest.raises(StoreBusy):
        desk.submit(text=NEWS.text, by="loser")

    assert [post.by for post in desk.store.posts.values()] == ["cms"] * 5


# Replies of cases


def test_the_reply_of_a_case_is_one_post_that_lives_a_day(desk: Desk) -> None:
    first, again = desk.submit(OF_A_CASE), desk.submit(OF_A_CASE)
    desk.submit(OF_A_CASE, id="reply-AAAAA-BBBBB-2", case_id="AAAAA-BBBBB", in_reply_to="1991")

    assert (again.post, again.already_known) == (first.post, True)
    assert (first.post.id, first.post.case_id, first.post.in_reply_to) == (OF_A_CASE.id, "7Q2M4-XD93K", "1990")
    assert first.post.expires_at == NOON + DAY
    assert {post.case_id for post in desk.store.posts.values()} == {"7Q2M4-XD93K", "AAAAA-BBBBB"}


def test_a_reply_in_two_parts_is_one_post_until_the_first_part_is_published(desk: Desk) -> None:
    post, _ = desk.submit(OF_A_CASE, continuation=" \u110b\u1161\u11ab\u1102\u1167\u11bc\r\n")

    assert (post.text, post.continuation, post.continues) == (OF_A_CASE.text, "안녕", None)
    assert (desk.store.posts, desk.queue.ids) == ({post.id: post}, [post.id])
    assert post.estimated_micro_usd == 10_000


@pytest.mark.parametrize(
    ("continuation", "kind"),
    [("가" * 141, TextTooLong), (" \u3164", TextEmpty), ("", TextEmpty), ("벨\x07", ForbiddenCharacters)],
)
def test_a_second_part_that_x_would_refuse_is_refused_with_the_first(
    desk: Desk, continuation: str, kind: type[PostNotAccepted]
) -> None:
    with pytest.raises(kind):
        desk.submit(OF_A_CASE, continuation=continuation)

    assert desk.store.posts == {}


def test_a_reply_may_pass_a_pause_and_ask_for_a_private_message_at_the_price_of_a_link(desk: Desk) -> None:
    post, _ = desk.submit(OF_A_CASE, private_message=True, continuation="이어서", through_pause=True)

    assert (post.private_message, post.through_pause, post.estimated_micro_usd) == (True, True, 200_000)


@pytest.mark.parametrize(
    ("new", "changes", "message"),
    [
        *((OF_A_CASE, changes, "post of a case") for changes in ({"id": None}, {"in_reply_to": None})),
        (OF_A_CASE, {"kind": PostKind.ANNOUNCEMENT}, "post of a case"),
        *(
            (NEWS, changes, "only a reply")
            for changes in ({"continuation": "이어서"}, {"private_message": True}, {"through_pause": True})
        ),
    ],
)
def test_only_a_reply_can_be_of_a_case_or_have_what_replies_have(
    desk: Desk, new: SubmitPost, changes: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        desk.submit(new, **changes)

    assert desk.store.posts == {}


# Times as they are written


SEOUL, NEW_YORK = ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-25T09:00:00+09:00",
        "2026-11-25t00:00:00z",
        "2026-11-25 09:00",
        "2026-11-25T09:00:00.000000",
        "2026-11-24T19:00:00.000-05:00",
    ],
)
def test_a_time_without_an_offset_is_in_the_zone_of_the_desk(text: str) -> None:
    assert parse_moment(text, SEOUL) == datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "morning",
        "2026-11-25",
        "09:00",
        "2026-13-01T00:00",
        "2026-02-30T00:00",
        "2026-11-25T25:00",
        "2026-11-25T09:00:61",
        "2026-11-25T09:00+9",
        "2026-11-25T09:00:00+25:00",
        "20261125T090000",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00",
        "２０２６-11-25T09:00",
        "1764028800",
    ],
)
def test_a_text_that_is_no_time_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(MomentUnreadable) as refused:
        parse_moment(text, SEOUL, field="expires_at")

    assert refused.value.field == "expires_at"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-03-08T01:59", 6),
        ("2026-03-08T02:00", MomentSkipped),
        ("2026-03-08T02:59:59", MomentSkipped),
        ("2026-03-08T03:00", 7),
        ("2026-11-01T00:59", 4),
        ("2026-11-01T01:00", MomentAmbiguous),
        ("2026-11-01T01:59:59", MomentAmbiguous),
        ("2026-11-01T02:00", 7),
        ("2026-11-01T01:30-04:00", 5),
        ("2026-11-01T01:30-05:00", 6),
    ],
)
def test_a_time_that_the_clock_skips_or_shows_twice_needs_an_offset(
    text: str, utc: int | type[PostNotAccepted]
) -> None:
    if isinstance(utc, int):
        moment = parse_moment(text, NEW_YORK)
        assert (moment.hour, moment.tzinfo) == (utc, UTC)
        return
    with pytest.raises(utc) as refused:
        parse_moment(text, NEW_YORK)
    assert "America/New_York" in str(refused.value)
    assert "offset" in str(refused.value)
