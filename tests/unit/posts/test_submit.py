"""What is accepted is stored, once, and comes to its time."""

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier, Lock, local

import pytest

from desk.errors import QueueUnavailable, StoreBusy
from desk.posts.errors import (
    BadReplyTarget,
    ExpiresTooEarly,
    ForbiddenCharacters,
    PostNotAccepted,
    RequestReused,
    SameText,
    TextEmpty,
    TextTooLong,
    TimeInThePast,
    TimeTooFar,
)
from desk.posts.model import NEVER_PUBLISHED, IdempotentRequest, NewPost, Post, PostKind, PostState, UniqueKey
from desk.posts.submit import PostSubmitter, Submitted
from desk.posts.transitions import published
from tests.fakes.posts import FakePostQueue, FakePosts, FakePostTimer

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
NEWS = NewPost(PostKind.ANNOUNCEMENT, "점검을 마쳤습니다", by="cms")
DAY, HOUR, MINUTE, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
ANSWER = NEWS._replace(kind=PostKind.REPLY, text="확인 후 안내드릴게요", in_reply_to="1990")
OF_A_CASE = ANSWER._replace(id="reply-7Q2M4-XD93K-3", case_id="7Q2M4-XD93K", by="mina")
KEYED = NEWS._replace(request_key="k1", fingerprint="f1")


class AtOnce(FakePosts):
    """A store whose requests overlap: each call is one step, and whoever has read waits for all others to have read."""

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
    unheard: list[QueueUnavailable] = field(default_factory=list)

    def submit(self, new: NewPost = NEWS, **changes: object) -> Submitted:
        submitter = PostSubmitter(self.store, self.queue, self.timer, lambda: self.now, self.unheard.append)
        return submitter.submit(new._replace(**changes))  # type: ignore[arg-type]  # the tests know the fields


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_post_is_stored_and_queued_at_once(desk: Desk) -> None:
    post, known = desk.submit(NEWS)

    assert desk.store.posts == {post.id: post}
    assert (desk.queue.ids, desk.timer.standing, known) == ([post.id], {}, False)
    assert (post.state, post.at, post.publish_at, post.expires_at) == (PostState.QUEUED, NOON, NOON, NOON + DAY)
    assert (post.accepted_at, post.by, post.weighted_length, post.estimated_micro_usd) == (NOON, "cms", 17, 15_000)


def test_a_link_makes_a_post_dear_and_a_reply_cheap(desk: Desk) -> None:
    prices = [desk.submit(new)[0].estimated_micro_usd for new in (NEWS._replace(text="https://example.com"), ANSWER)]

    assert prices == [200_000, 10_000]


def test_a_later_post_gets_a_schedule(desk: Desk) -> None:
    post, _ = desk.submit(publish_at=NOON + HOUR)

    assert (desk.queue.ids, desk.timer.standing) == ([], {post.id: NOON + HOUR})
    assert (post.state, post.at, post.expires_at) == (PostState.SCHEDULED, NOON + HOUR, NOON + HOUR + DAY)


def test_ids_are_names_that_the_scheduler_takes(desk: Desk) -> None:
    ids = {desk.submit(text=f"소식 {number}")[0].id for number in range(100)}

    assert len(ids) == 100
    assert all(re.fullmatch(r"[0-9a-z]{12}", post_id) for post_id in ids)


def test_a_text_is_stored_as_it_will_appear(desk: Desk) -> None:
    post, _ = desk.submit(text=" \u110b\u1161\u11ab\u1102\u1167\u11bc\r\n")

    assert post.text == "안녕"


def test_a_time_that_has_just_passed_is_now(desk: Desk) -> None:
    post, _ = desk.submit(publish_at=NOON - 5 * MINUTE)

    assert (post.publish_at, post.state, desk.queue.ids) == (NOON, PostState.QUEUED, [post.id])


def test_moments_of_any_zone_are_compared_as_moments(desk: Desk) -> None:
    post, _ = desk.submit(publish_at=(NOON + MINUTE).astimezone(timezone(-10 * HOUR)))

    assert (post.publish_at, post.state) == (NOON + MINUTE, PostState.SCHEDULED)
    assert post.publish_at.astimezone(UTC).hour == 3


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
def test_what_must_be_mended_is_refused_and_leaves_nothing(
    desk: Desk, changes: dict[str, object], kind: type[PostNotAccepted]
) -> None:
    with pytest.raises(kind):
        desk.submit(NEWS._replace(**changes), request_key="k1", external_id="article-7")  # type: ignore[arg-type]

    assert (desk.store.posts, desk.store.holders, desk.store.requests, desk.queue.ids) == ({}, {}, {}, [])


def test_the_furthest_day_and_the_shortest_life_are_accepted(desk: Desk) -> None:
    furthest = NOON + 366 * DAY

    assert desk.submit(publish_at=furthest, expires_at=furthest + SECOND)[0].state is PostState.SCHEDULED


def test_the_same_call_twice_has_the_same_answer(desk: Desk) -> None:
    first = desk.submit(KEYED)

    assert desk.submit(KEYED) == first
    assert desk.queue.ids == [first.post.id]


def test_the_same_call_an_hour_later_is_answered_as_it_was_although_its_time_has_passed(desk: Desk) -> None:
    first = desk.submit(KEYED, publish_at=NOON + MINUTE)
    desk.store.put(first.post._replace(state=PostState.PUBLISHED, version=3))
    desk.now += HOUR

    again = desk.submit(KEYED, publish_at=NOON + MINUTE)

    assert again == first
    assert len(desk.store.posts) == 1


def test_the_same_key_with_another_body_is_refused(desk: Desk) -> None:
    desk.submit(KEYED)

    with pytest.raises(RequestReused):
        desk.submit(KEYED, text="다른 글", fingerprint="f2")

    assert len(desk.store.posts) == 1


def test_keys_of_two_callers_are_their_own(desk: Desk) -> None:
    one = desk.submit(KEYED)
    other = desk.submit(KEYED, by="other-cms", text="다른 글", fingerprint="f2")

    assert one.post.id != other.post.id


def test_the_same_call_twice_at_once_makes_one_post(desk: Desk) -> None:
    answers = []
    desk.store.meanwhile["add"].append(lambda: answers.append(desk.submit(KEYED)))

    answers.append(desk.submit(KEYED))

    assert answers[0] == answers[1]
    assert (len(desk.store.posts), len(desk.queue.ids)) == (1, 1)


def test_the_same_call_about_an_article_twice_at_once_makes_one_post(desk: Desk) -> None:
    article = KEYED._replace(external_id="article-7")
    answers = []
    desk.store.meanwhile["add"].append(lambda: answers.append(desk.submit(article)))

    answers.append(desk.submit(article))

    assert answers[0] == answers[1]
    assert (len(desk.store.posts), len(desk.queue.ids)) == (1, 1)


@pytest.mark.parametrize("step", ["request", "holder"])
def test_the_same_call_that_comes_in_between_any_two_steps_makes_one_post(desk: Desk, step: str) -> None:
    article = KEYED._replace(external_id="article-7")
    desk.store.meanwhile[step].append(lambda: desk.submit(article))

    post, _ = desk.submit(article)

    assert (list(desk.store.posts), desk.queue.ids) == ([post.id], [post.id])


def test_a_key_sent_about_an_article_that_is_known_already_is_not_used_up(desk: Desk) -> None:
    desk.submit(external_id="article-7")

    assert desk.submit(KEYED, external_id="article-7").already_known
    assert desk.store.requests == {}


def test_two_bodies_with_one_key_at_once_make_one_post(desk: Desk) -> None:
    desk.store.meanwhile["add"].append(lambda: desk.submit(KEYED))

    with pytest.raises(RequestReused):
        desk.submit(KEYED, text="다른 글", fingerprint="f2")

    assert len(desk.store.posts) == 1


def test_the_same_text_at_once_makes_one_post(desk: Desk) -> None:
    desk.store.meanwhile["add"].append(desk.submit)

    with pytest.raises(SameText) as refused:
        desk.submit()

    assert list(desk.store.posts) == [refused.value.earlier_id] == desk.queue.ids


def test_the_same_article_at_once_makes_one_post(desk: Desk) -> None:
    desk.store.meanwhile["add"].append(lambda: desk.submit(external_id="article-7"))

    post, known = desk.submit(external_id="article-7", text="제목이 바뀐 소식")

    assert (list(desk.store.posts), known) == ([post.id], True)


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
def test_a_post_that_was_given_up_and_is_found_on_x_meanwhile_keeps_its_article(desk: Desk, text: str) -> None:
    first, _ = desk.submit(external_id="article-7")
    desk.store.put(dropped := first._replace(state=PostState.CANCELLED, version=5))
    desk.store.meanwhile["add"].append(lambda: desk.store.save(published(dropped, "1990", NOON), dropped))

    post, known = desk.submit(external_id="article-7", text=text)

    assert (post.id, post.state, known) == (first.id, PostState.PUBLISHED, True)
    assert list(desk.store.posts) == [first.id]


def test_an_article_published_again_is_the_same_post_as_it_stands(desk: Desk) -> None:
    first, _ = desk.submit(external_id="article-7")
    desk.store.put(published := first._replace(state=PostState.PUBLISHED, version=3))

    again = desk.submit(external_id="article-7", text="가" * 999)

    assert again == (published, True)
    assert desk.queue.ids == [first.id]


@pytest.mark.parametrize("state", sorted(NEVER_PUBLISHED))
def test_what_will_never_be_said_gives_its_article_and_text_free(desk: Desk, state: PostState) -> None:
    first, _ = desk.submit(external_id="article-7")
    desk.store.put(first._replace(state=state))

    second, known = desk.submit(external_id="article-7")

    assert (second.id != first.id, known) == (True, False)
    with pytest.raises(SameText):
        desk.submit()


@pytest.mark.parametrize("state", sorted(set(PostState) - NEVER_PUBLISHED))
def test_what_may_stand_on_x_or_come_there_keeps_its_text(desk: Desk, state: PostState) -> None:
    first, _ = desk.submit()
    desk.store.put(first._replace(state=state))

    with pytest.raises(SameText) as refused:
        desk.submit()

    assert refused.value.earlier_id == first.id
    assert first.id in str(refused.value)


def test_the_same_text_may_be_said_again_a_day_later(desk: Desk) -> None:
    desk.submit()
    desk.now += DAY - SECOND
    with pytest.raises(SameText):
        desk.submit()
    desk.now += SECOND

    desk.submit()

    assert len(desk.store.posts) == 2


@pytest.mark.parametrize("hours", range(0, 24, 5))
def test_no_two_of_a_text_come_within_a_day_of_each_other_whichever_came_first(desk: Desk, hours: int) -> None:
    desk.now += hours * HOUR
    for days in (2, 0, 4):
        desk.submit(publish_at=desk.now + days * DAY)

    for near in (-23.5, -0.5, 0.5, 23.5):
        for days in (0, 2, 4):
            if (moment := desk.now + days * DAY + near * HOUR) >= desk.now:
                with pytest.raises(SameText):
                    desk.submit(publish_at=moment)

    assert len(desk.store.posts) == 3
    desk.submit(publish_at=desk.now + DAY)
    desk.submit(publish_at=desk.now + 3 * DAY)


def test_the_same_standard_answer_goes_to_two_people_but_not_twice_to_one(desk: Desk) -> None:
    desk.submit(ANSWER)
    desk.submit(ANSWER, in_reply_to="1991")
    desk.submit(text=ANSWER.text)

    with pytest.raises(SameText):
        desk.submit(ANSWER)

    assert len(desk.store.posts) == 3


def test_a_post_of_a_given_id_is_made_once(desk: Desk) -> None:
    first, _ = desk.submit(id="greeting-2026-11-24", kind=PostKind.GREETING)
    desk.store.put(published := first._replace(state=PostState.PUBLISHED))

    again = desk.submit(id="greeting-2026-11-24", kind=PostKind.GREETING, text="다른 인사")

    assert again == (published, True)


def test_a_post_of_a_given_id_is_made_once_at_once(desk: Desk) -> None:
    desk.store.meanwhile["add"].append(lambda: desk.submit(id="greeting-2026-11-24", text="다른 인사"))

    post, known = desk.submit(id="greeting-2026-11-24")

    assert (post.text, known, len(desk.store.posts)) == ("다른 인사", True, 1)


@pytest.mark.parametrize("post_id", ["text#1", "a b", "가", "a" * 65])
def test_an_id_that_is_no_schedules_name_is_a_mistake(desk: Desk, post_id: str) -> None:
    with pytest.raises(ValueError, match="schedule"):
        desk.submit(id=post_id)


def test_only_a_reply_goes_out_through_a_pause(desk: Desk) -> None:
    assert desk.submit(ANSWER, through_pause=True)[0].through_pause
    with pytest.raises(ValueError, match="reply"):
        desk.submit(through_pause=True)


def test_a_store_that_fails_before_it_stored_lets_the_same_call_be_made_again(desk: Desk) -> None:
    desk.store.fail_before = ["add"]
    with pytest.raises(StoreBusy):
        desk.submit(KEYED)
    assert desk.store.posts == {}

    post, known = desk.submit(KEYED)

    assert (desk.queue.ids, known) == ([post.id], False)


def test_a_store_whose_answer_was_lost_still_has_one_post_after_the_same_call(desk: Desk) -> None:
    desk.store.fail_after = ["add"]
    with pytest.raises(StoreBusy):
        desk.submit(KEYED)

    post, known = desk.submit(KEYED)

    assert (desk.store.posts, known) == ({post.id: post}, False)


def test_without_a_key_the_text_itself_tells_the_call_after_a_lost_answer(desk: Desk) -> None:
    desk.store.fail_after = ["add"]
    with pytest.raises(StoreBusy):
        desk.submit()

    with pytest.raises(SameText):
        desk.submit()

    assert len(desk.store.posts) == 1


@pytest.mark.parametrize("method", ["request", "holder", "add"])
def test_a_store_that_gives_up_is_told(desk: Desk, method: str) -> None:
    desk.store.busy = {method}

    with pytest.raises(StoreBusy):
        desk.submit(KEYED)

    assert desk.queue.ids == []


@pytest.mark.parametrize("wait", [timedelta(), HOUR])
def test_what_queue_or_timer_did_not_take_is_accepted_and_left_to_the_sweep(desk: Desk, wait: timedelta) -> None:
    desk.queue.down = desk.timer.down = True

    post, known = desk.submit(publish_at=NOON + wait)

    assert (desk.store.posts, known) == ({post.id: post}, False)
    assert [str(exc) for exc in desk.unheard] == [post.id]


def test_who_loses_every_race_is_told_that_the_store_is_busy(desk: Desk) -> None:
    def taken_and_given_up() -> None:
        """Another post of the same text comes and is cancelled at once."""
        post, _ = desk.submit()
        desk.store.put(post._replace(state=PostState.CANCELLED))

    def before_each_try() -> None:
        before, desk.store.meanwhile["add"] = desk.store.meanwhile["add"], []
        taken_and_given_up()
        desk.store.meanwhile["add"] = before

    desk.store.meanwhile["add"] = [before_each_try] * 20

    with pytest.raises(StoreBusy):
        desk.submit(text=NEWS.text, by="loser")

    assert all(post.by == "cms" for post in desk.store.posts.values())
    assert len(desk.store.posts) == 5


def test_guards_of_texts_are_forgotten_when_they_are_of_no_use_and_articles_never(desk: Desk) -> None:
    post, _ = desk.submit(external_id="article-7", publish_at=NOON + HOUR)

    kept = desk.store.unique_keys
    assert (
        sorted((guard.key.partition("#")[0], guard.forget_at) for guard in kept if guard.forget_at)
        == [("text", post.publish_at + 2 * DAY)] * 2
    )
    assert [guard.key.partition("#")[0] for guard in kept if not guard.forget_at] == ["external"]


def test_requests_are_remembered_for_seven_days(desk: Desk) -> None:
    desk.submit(KEYED)

    [request] = desk.store.requests.values()
    assert request.forget_at == NOON + 7 * DAY


def test_the_answer_to_a_case_carries_its_number_and_lives_a_day(desk: Desk) -> None:
    post, _ = desk.submit(OF_A_CASE)

    assert (post.id, post.case_id, post.in_reply_to) == ("reply-7Q2M4-XD93K-3", "7Q2M4-XD93K", "1990")
    assert post.expires_at == NOON + DAY


def test_the_answer_to_a_case_that_is_sent_twice_is_one_post(desk: Desk) -> None:
    first = desk.submit(OF_A_CASE)
    again = desk.submit(OF_A_CASE)

    assert (again.post, again.already_known) == (first.post, True)
    assert desk.queue.ids == [first.post.id]


def test_the_same_answer_goes_to_the_cases_of_two_people(desk: Desk) -> None:
    desk.submit(OF_A_CASE)
    desk.submit(OF_A_CASE, id="reply-AAAAA-BBBBB-2", case_id="AAAAA-BBBBB", in_reply_to="1991")

    assert {post.case_id for post in desk.store.posts.values()} == {"7Q2M4-XD93K", "AAAAA-BBBBB"}


def test_an_answer_that_was_not_said_may_be_sent_again_as_it_was(desk: Desk) -> None:
    first, _ = desk.submit(OF_A_CASE)
    desk.store.put(first._replace(state=PostState.EXPIRED))

    again, known = desk.submit(OF_A_CASE, id="reply-7Q2M4-XD93K-5")

    assert (again.state, known) == (PostState.QUEUED, False)


@pytest.mark.parametrize("changes", [{"id": None}, {"in_reply_to": None}, {"kind": PostKind.ANNOUNCEMENT}])
def test_only_a_reply_that_its_case_can_find_answers_a_case(desk: Desk, changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="post of a case"):
        desk.submit(OF_A_CASE, **changes)

    assert desk.store.posts == {}


def test_a_reply_in_two_parts_is_one_post_until_the_first_part_stands(desk: Desk) -> None:
    post, _ = desk.submit(OF_A_CASE, continuation=" \u110b\u1161\u11ab\u1102\u1167\u11bc\r\n")

    assert (post.text, post.continuation, post.continues) == (OF_A_CASE.text, "안녕", None)
    assert (desk.store.posts, desk.queue.ids) == ({post.id: post}, [post.id])
    assert post.estimated_micro_usd == 10_000


@pytest.mark.parametrize(
    ("continuation", "kind"),
    [("가" * 141, TextTooLong), (" \u3164", TextEmpty), ("", TextEmpty), ("벨\x07", ForbiddenCharacters)],
)
def test_a_second_part_that_x_would_not_take_is_refused_with_the_first(
    desk: Desk, continuation: str, kind: type[PostNotAccepted]
) -> None:
    with pytest.raises(kind):
        desk.submit(OF_A_CASE, continuation=continuation)

    assert desk.store.posts == {}


def test_a_reply_may_lead_into_private_and_costs_at_most_what_a_link_does(desk: Desk) -> None:
    post, _ = desk.submit(OF_A_CASE, private_message=True, continuation="이어서")

    assert (post.private_message, post.estimated_micro_usd) == (True, 200_000)


@pytest.mark.parametrize("changes", [{"continuation": "이어서"}, {"private_message": True}])
def test_only_a_reply_goes_on_or_leads_into_private(desk: Desk, changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="reply"):
        desk.submit(NEWS, **changes)


def test_the_second_part_must_be_a_schedules_name_too(desk: Desk) -> None:
    assert desk.submit(OF_A_CASE, id="a" * 62, continuation="이어서")[0].id == "a" * 62
    with pytest.raises(ValueError, match="schedule"):
        desk.submit(OF_A_CASE, id="a" * 63, continuation="이어서", in_reply_to="1991")
