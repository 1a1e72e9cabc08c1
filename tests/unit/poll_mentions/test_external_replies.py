"""Answers that people give on X itself count, each once, and the desk's own do not count twice."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, Draft, ReplyAs
from desk.cases.store import CaseMention
from desk.cases.transitions import closed, drafted, queued
from desk.errors import CreditsDepleted, StoreBusy, Unavailable
from desk.mentions.model import Mention
from desk.mentions.walk import Stop
from desk.posts.model import PostState
from desk.posts.performance import Performance
from desk.reading import Kind, Need, Reading, Urgency
from desk.working_time import due_at
from desk.x.model import first_id_at, time_of
from poll_mentions.external_replies import ExternalReplies, ExternalRepliesReport
from tests.brands import small_brand
from tests.fakes.cases import FakeCases
from tests.fakes.mentions import FakeMentions, FakePollState, FakeRepliesOnX
from tests.fakes.posts import FakePerformances, FakePosts
from tests.fakes.x import FakeX
from tests.unit.poll_mentions.scene import MINUTE, NOON, post_at
from tests.unit.posts.scene import a_case, a_post

BRAND = small_brand(holding=("확인 후 안내", "we'll get back"))
ANSWER = "로밍은 내일 됩니다"
INQUIRY = Reading(Kind.INQUIRY, Need.SUPPORT, "billing", Urgency.NORMAL, "ko", 1.0, ())
THANKS = Reading(Kind.CHAT, Need.RELATIONSHIP, None, Urgency.LOW, "ko", 1.0, ())
SENT = a_post(ANSWER, id="reply-7Q2M4-XD93K-1", in_reply_to="77")


class Desk:
    """A case with one mention, and the account on X; `now` is the time for everybody."""

    def __init__(self) -> None:
        self.now = NOON
        self.x = FakeX(lambda: self.now)
        self.state = FakePollState(first_id_at(NOON - 5 * MINUTE))
        self.mentions = FakeMentions()
        self.cases = FakeCases()
        self.posts = FakePosts()
        self.replied = FakeRepliesOnX()
        self.performances = FakePerformances()
        self.mention_id = self.asks(NOON - timedelta(hours=2))
        self.walk = self.process()

    def asks(self, when: object, reading: Reading = INQUIRY) -> str:
        post = post_at(when, author_id="9")  # type: ignore[arg-type]
        known = self.cases.cases.get("7Q2M4-XD93K", a_case(mention_ids=()))
        self.cases.put(
            known._replace(mention_ids=(*known.mention_ids, post.id)),
            CaseMention(Mention(post, post.created_at), reading),
        )
        self.mentions.cases[post.id] = known.id
        return post.id

    def process(self) -> ExternalReplies:
        """The walk of a Lambda that has just started."""
        return ExternalReplies(
            x=self.x,
            state=self.state,
            mentions=self.mentions,
            cases=self.cases,
            posts=self.posts,
            replied=self.replied,
            performances=self.performances,
            brand=BRAND,
        )

    def replies(self, text: str = ANSWER, *, to: str = "") -> str:
        return self.x.add_own_post(text, in_reply_to=to or self.mention_id)

    def see(self, *, minutes: int = 0, time: Callable[[], bool] = lambda: True) -> ExternalRepliesReport:
        self.now += minutes * MINUTE
        return self.walk.find(self.now, self.state.own_posts, time)

    @property
    def case(self) -> Case:
        return self.cases.cases["7Q2M4-XD93K"]

    @property
    def events(self) -> list[CaseEvent]:
        return self.cases.events["7Q2M4-XD93K"]

    def does(self, after: Case, what: CaseEventKind, post_id: str | None = None) -> None:
        self.cases.save(after, self.case, CaseEvent(what, self.now, "지은", post_id=post_id))

    def sends(self) -> None:
        self.does(
            queued(self.case, SENT.id, Draft(ANSWER, "지은", self.now), ReplyAs.ANSWER), CaseEventKind.QUEUED, SENT.id
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_an_answer_on_x_answers_the_case(desk: Desk) -> None:
    asked_at = desk.case.asked_at
    x_id = desk.replies()

    report = desk.see(minutes=1)

    assert (report.recorded, report.put_off, report.stop) == (1, 0, Stop.WHOLE)
    assert (desk.case.state, desk.case.draft, desk.case.post_id) == (CaseState.ANSWERED, None, None)
    assert desk.case.answered_at == NOON
    assert desk.events == [CaseEvent(CaseEventKind.ANSWERED, NOON, "", ANSWER, "billing", x_id=x_id, asked_at=asked_at)]


@pytest.mark.parametrize("text", ["확인 후 안내드릴게요", "Sorry! We'll get back to you"])
def test_a_holding_reply_on_x_is_a_promise_and_keeps_the_draft(desk: Desk, text: str) -> None:
    desk.does(drafted(desk.case, Draft("초안", "지은", NOON)), CaseEventKind.DRAFTED)
    desk.replies(text)

    desk.see(minutes=1)

    assert (desk.case.state, desk.case.draft and desk.case.draft.text) == (CaseState.PROMISED, "초안")
    assert (desk.events[-1].what, desk.events[-1].asked_at) == (CaseEventKind.PROMISED, None)


def test_an_answer_follows_a_promise_in_one_walk(desk: Desk) -> None:
    desk.replies("확인 후 안내드릴게요")
    desk.now += MINUTE
    desk.replies()

    desk.see(minutes=1)

    assert [event.what for event in desk.events] == [CaseEventKind.PROMISED, CaseEventKind.ANSWERED]
    assert desk.case.state is CaseState.ANSWERED


@pytest.mark.parametrize("restarts", [False, True])
def test_an_answer_is_recorded_once_however_often_it_is_seen(desk: Desk, restarts: bool) -> None:
    desk.replies()

    for _ in range(4):
        desk.see(minutes=5)
        if restarts:
            desk.walk = desk.process()

    assert len(desk.events) == 1


def test_a_settled_reply_costs_this_process_no_second_read_of_the_case(desk: Desk) -> None:
    desk.replies()

    for _ in range(4):
        desk.see(minutes=1)

    assert desk.cases.calls["file"] == 1


def test_a_post_of_the_desk_is_no_external_reply(desk: Desk) -> None:
    desk.sends()
    desk.posts.put(SENT._replace(x_id=desk.replies(), state=PostState.PUBLISHED))
    desk.cases.cases["7Q2M4-XD93K"] = desk.case._replace(state=CaseState.ANSWERED)

    desk.see(minutes=1)

    assert [event.what for event in desk.events] == [CaseEventKind.QUEUED]


@pytest.mark.parametrize("post_id", ["reply-7Q2M4-XD93K-1-2", "ack-7Q2M4-XD93K"])
def test_a_continuation_and_an_acknowledgement_are_no_external_replies(desk: Desk, post_id: str) -> None:
    if post_id.startswith("reply"):
        desk.does(desk.case, CaseEventKind.QUEUED, SENT.id)
    desk.posts.put(SENT._replace(id=post_id, x_id=desk.replies(), state=PostState.PUBLISHED))

    desk.see(minutes=1)

    assert desk.case.state is CaseState.OPEN
    assert [event.what for event in desk.events if event.x_id] == []


def test_a_reply_on_x_waits_while_the_desks_own_is_being_published(desk: Desk) -> None:
    desk.sends()
    x_id = desk.replies()

    report = desk.see(minutes=1)

    assert (report.recorded, report.put_off) == (0, 1)
    assert int(desk.state.own_posts or 0) < int(x_id)
    desk.posts.put(SENT._replace(x_id=x_id, state=PostState.PUBLISHED))
    desk.cases.cases["7Q2M4-XD93K"] = desk.case._replace(state=CaseState.ANSWERED)
    assert desk.see(minutes=1).put_off == 0
    assert [event.what for event in desk.events] == [CaseEventKind.QUEUED]


def test_a_reply_that_waited_is_recorded_when_the_desks_own_was_given_up(desk: Desk) -> None:
    desk.sends()
    desk.replies()
    desk.see(minutes=1)
    desk.cases.cases["7Q2M4-XD93K"] = desk.case._replace(state=CaseState.DRAFTED, post_id=None)

    desk.see(minutes=50)

    assert desk.case.state is CaseState.ANSWERED
    assert desk.case.draft is None


def test_a_reply_is_recorded_beside_one_that_takes_too_long_to_publish(desk: Desk) -> None:
    asked_at = desk.case.asked_at
    desk.sends()
    x_id = desk.replies()

    assert [desk.see(minutes=29).put_off, desk.see(minutes=1).recorded, desk.see(minutes=1).recorded] == [1, 1, 0]

    assert (desk.case.state, desk.case.post_id) == (CaseState.QUEUED, SENT.id)
    assert (desk.events[-1].x_id, desk.events[-1].asked_at) == (x_id, asked_at)


def test_a_reply_that_cannot_be_recorded_for_too_long_holds_up_no_other(desk: Desk) -> None:
    desk.cases.busy.add("file")
    desk.replies()

    assert [desk.see(minutes=minutes).put_off for minutes in (61, 59, 1, 1)] == [1, 1, 0, 0]
    assert desk.see(minutes=60 * 24).recorded == 0


@pytest.mark.parametrize(
    "state", [PostState.PUBLISHING, PostState.RECONCILING, PostState.IN_DOUBT, PostState.CANCELLED]
)
def test_an_acknowledgement_that_may_be_on_x_is_no_answer(desk: Desk, state: PostState) -> None:
    desk.posts.put(SENT._replace(id="ack-7Q2M4-XD93K", in_reply_to=desk.mention_id, claimed_at=desk.now, state=state))
    desk.replies(f"@somebody {ANSWER}")

    for _ in range(3):
        desk.see(minutes=30)

    assert (desk.case.state, desk.events) == (CaseState.OPEN, [])


@pytest.mark.parametrize("state", [PostState.PUBLISHING, PostState.RECONCILING, PostState.IN_DOUBT])
def test_a_reply_that_reads_like_the_desks_own_waits_until_that_is_settled(desk: Desk, state: PostState) -> None:
    desk.sends()
    desk.posts.put(SENT._replace(in_reply_to=desk.mention_id, claimed_at=desk.now, state=state))
    desk.replies()

    reports = [desk.see(minutes=25) for _ in range(3)]

    assert [report.put_off for report in reports] == [1, 1, 1]
    assert [event.what for event in desk.events] == [CaseEventKind.QUEUED]


def test_an_external_reply_with_the_text_that_x_refused_answers_the_case(desk: Desk) -> None:
    desk.sends()
    given_up = SENT._replace(in_reply_to=desk.mention_id, claimed_at=desk.now, state=PostState.REFUSED)
    desk.posts.put(given_up)
    desk.cases.cases["7Q2M4-XD93K"] = desk.case._replace(state=CaseState.DRAFTED, post_id=None)
    desk.replies()

    desk.see(minutes=1)

    assert desk.case.state is CaseState.ANSWERED


def test_a_question_after_the_answer_opens_the_case_again(desk: Desk) -> None:
    asked_at = desk.case.asked_at
    desk.replies()
    again = desk.asks(desk.now + timedelta(seconds=30))

    desk.see(minutes=1)

    since = desk.cases.mentions[again].mention.received_at
    assert (desk.events[-1].what, desk.events[-1].asked_at) == (CaseEventKind.ANSWERED, asked_at)
    assert (desk.case.state, desk.case.asked_at) == (CaseState.OPEN, since)
    assert desk.case.due_at == desk.case.first_due_at == due_at(since, Kind.INQUIRY, Urgency.NORMAL, BRAND)


def test_an_answer_to_an_earlier_question_keeps_the_draft_for_a_later_one(desk: Desk) -> None:
    desk.replies()
    desk.asks(desk.now + timedelta(seconds=30))
    desk.does(drafted(desk.case, Draft("초안", "지은", NOON)), CaseEventKind.DRAFTED)

    desk.see(minutes=1)

    assert (desk.case.state, desk.case.draft and desk.case.draft.text) == (CaseState.DRAFTED, "초안")


def test_an_answer_from_before_the_case_was_opened_again_leaves_it_open(desk: Desk) -> None:
    desk.replies()
    again = desk.asks(desk.now + timedelta(seconds=30))
    since = desk.cases.mentions[again].mention.received_at
    desk.cases.cases["7Q2M4-XD93K"] = desk.case._replace(asked_at=since)

    desk.see(minutes=1)

    assert (desk.case.state, desk.case.asked_at, desk.events[-1].asked_at) == (CaseState.OPEN, since, None)


def test_thanks_after_the_answer_change_nothing(desk: Desk) -> None:
    desk.replies()
    desk.asks(desk.now + timedelta(seconds=30), THANKS)

    desk.see(minutes=1)

    assert desk.case.state is CaseState.ANSWERED


def test_a_closed_case_records_a_reply_and_stays_closed(desk: Desk) -> None:
    desk.does(closed(desk.case), CaseEventKind.CLOSED)
    desk.replies()

    desk.see(minutes=1)

    assert desk.case.state is CaseState.CLOSED
    assert [event.x_id is not None for event in desk.events] == [False, True]


def test_posts_that_answer_no_case_are_ignored(desk: Desk) -> None:
    desk.x.add_own_post("좋은 아침이에요")
    desk.replies(to="123")

    assert desk.see(minutes=1) == ExternalRepliesReport()


def test_a_mention_that_is_read_late_finds_its_answer_in_the_overlap(desk: Desk) -> None:
    case_id = desk.mentions.cases.pop(desk.mention_id)
    desk.replies()
    desk.see(minutes=1)
    assert desk.events == []
    desk.mentions.cases[desk.mention_id] = case_id

    desk.see(minutes=20)

    assert desk.case.state is CaseState.ANSWERED


def test_an_edited_answer_is_recorded_once(desk: Desk) -> None:
    first = desk.replies()
    desk.see(minutes=1)
    second = desk.replies("로밍은 모레 됩니다")
    edited = desk.x.made.pop()
    desk.x.made.append(edited._replace(edit_ids=(first, second)))

    desk.see(minutes=1)

    assert [event.x_id for event in desk.events] == [first]


def test_two_processes_at_once_record_a_reply_once(desk: Desk) -> None:
    desk.replies()
    desk.cases.meanwhile["save"].append(lambda: desk.process().find(desk.now, desk.state.own_posts, lambda: True))

    report = desk.see(minutes=1)

    assert (report.put_off, len(desk.events)) == (0, 1)


@pytest.mark.parametrize("method", ["file", "save"])
def test_a_busy_store_puts_a_reply_off_and_loses_nothing(desk: Desk, method: str) -> None:
    desk.replies()
    desk.cases.busy.add(method)

    report = desk.see(minutes=1)

    assert (report.recorded, report.put_off, list(report.failures.values())) == (0, 1, ["StoreBusy"])
    desk.cases.busy.clear()
    desk.see(minutes=40)
    assert desk.case.state is CaseState.ANSWERED


def test_one_case_that_fails_keeps_no_other_from_its_answer(desk: Desk) -> None:
    desk.mentions.cases["5"] = "BROKEN"
    desk.cases.cases["BROKEN"] = a_case("BROKEN", mention_ids=None)
    desk.replies(to="5")
    desk.replies()

    report = desk.see(minutes=1)

    assert (report.recorded, report.put_off) == (1, 1)
    assert desk.case.state is CaseState.ANSWERED


def test_a_reply_whose_saving_was_not_confirmed_is_recorded_once(desk: Desk) -> None:
    desk.replies()
    desk.cases.fail_after.append("save")

    desk.see(minutes=1)
    desk.see(minutes=1)

    assert len(desk.events) == 1


@pytest.mark.parametrize("refusal", [CreditsDepleted("402"), Unavailable("503")])
def test_an_error_of_x_leaves_the_checkpoint_and_is_reported(desk: Desk, refusal: Exception) -> None:
    desk.replies()
    desk.x.timeline_error = refusal  # type: ignore[assignment]
    before = desk.state.own_posts

    report = desk.see(minutes=1)

    assert report.stop.is_refusal
    assert desk.state.own_posts == before
    desk.x.timeline_error = None
    desk.see(minutes=60 * 12)
    assert desk.case.state is CaseState.ANSWERED


def test_a_walk_without_time_records_what_it_saw_and_keeps_the_checkpoint(desk: Desk) -> None:
    for _ in range(150):
        desk.x.add_own_post("다른 분께", in_reply_to="9")
    desk.replies()
    before = desk.state.own_posts

    report = desk.see(minutes=1, time=lambda: False)

    assert (report.stop, report.recorded, desk.state.own_posts) == (Stop.DEADLINE, 1, before)


def test_a_busy_store_leaves_the_checkpoint(desk: Desk) -> None:
    desk.replies()
    before = desk.state.own_posts
    desk.state.busy = True
    with pytest.raises(StoreBusy):
        desk.see(minutes=1)
    desk.state.busy = False

    assert desk.state.own_posts == before
    desk.see(minutes=1)
    assert desk.state.own_posts != before
    assert len(desk.events) == 1


def test_while_nothing_is_posted_the_checkpoint_moves_once_a_day_and_is_never_a_week_old(desk: Desk) -> None:
    moved, ages = 0, list[timedelta]()
    for _ in range(10 * 24):
        before = desk.state.own_posts
        desk.see(minutes=60)
        moved += desk.state.own_posts != before
        ages.append(desk.now - time_of(desk.state.own_posts or "0"))

    assert 8 <= moved <= 10
    assert max(ages) <= timedelta(days=2)


def test_the_first_walk_looks_back_as_far_as_the_first_poll(desk: Desk) -> None:
    desk.state.own_posts = None
    desk.now = NOON - BRAND.polling.first_look_back - timedelta(hours=1)
    desk.replies("너무 오래된 답")
    desk.now = NOON

    desk.see()
    assert desk.events == []
    desk.replies()
    desk.see(minutes=1)
    assert desk.case.state is CaseState.ANSWERED


def test_after_a_long_silence_the_walk_goes_back_one_day(desk: Desk) -> None:
    desk.see(minutes=60 * 24 * 30)

    assert int(desk.state.own_posts or 0) >= int(first_id_at(desk.now - timedelta(days=1)))


def test_a_reply_to_a_mention_without_a_case_is_noted_once_it_is_stored(desk: Desk) -> None:
    chat = post_at(NOON - timedelta(minutes=2), author_id="8")
    x_id = desk.replies("좋은 아침이에요!", to=chat.id)
    desk.see(minutes=1)
    assert desk.replied.replies == {}, "the mention is not here yet"
    desk.mentions.store([Mention(chat, chat.created_at)])

    desk.see(minutes=1)
    desk.see(minutes=1)

    assert desk.replied.replies == {chat.id: x_id}


def test_a_reply_to_a_post_that_is_no_mention_is_not_noted(desk: Desk) -> None:
    desk.replies("이어서 알려 드립니다", to="2900000000000000000")

    desk.see(minutes=1)

    assert desk.replied.replies == {}


def test_posts_of_the_timeline_are_on_record_with_their_text_and_replies_and_reposts_are_not(desk: Desk) -> None:
    x_id = desk.x.add_own_post("손으로 쓴 소식")
    desk.x.add_own_post("RT @minji: 좋아요", retweets="77")
    desk.replies()

    desk.see(minutes=1)

    assert desk.performances.performances == {x_id: Performance(x_id, None, text="손으로 쓴 소식")}


def test_a_post_is_put_on_record_once_and_again_when_it_was_edited(desk: Desk) -> None:
    x_id = desk.x.add_own_post("손으로 슨 소식")
    desk.see(minutes=1)
    desk.see(minutes=1)
    assert desk.performances.calls["record_shown"] == 1

    desk.x.edit_own_post(x_id, "손으로 쓴 소식")
    desk.see(minutes=1)

    assert desk.performances.performances == {x_id: Performance(x_id, None, text="손으로 쓴 소식")}


def test_a_table_that_is_busy_keeps_no_reply_from_its_case_and_the_post_is_put_on_record_later(desk: Desk) -> None:
    x_id = desk.x.add_own_post("손으로 쓴 소식")
    desk.replies()
    desk.performances.fail_before.append("record_shown")

    with pytest.raises(StoreBusy):
        desk.see(minutes=1)
    assert desk.case.state is CaseState.ANSWERED

    desk.see(minutes=40)
    assert list(desk.performances.performances) == [x_id]
