"""Where an answer takes time its author is told once that the matter has arrived, and nothing is said out of turn."""

from copy import replace
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from typing import Any

import pytest

from chase_cases.acknowledge import MAX_A_RUN, AcknowledgeReport, SendAcknowledgements
from desk.brand import Acknowledgement, Brand
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, case_id_of
from desk.cases.store import CaseMention
from desk.errors import StoreBusy
from desk.mentions.model import Mention, Source
from desk.posts.model import PostKind, PostState
from desk.posts.pause import Pause, PauseScope
from desk.posts.submit import PostSubmitter
from desk.reading import Kind, Reading, Safety, Urgency
from desk.working_time import due_at
from desk.x.model import XPost
from tests.brands import small_brand
from tests.cases import a_case
from tests.fakes.cases import FakeCases, FakeOptOuts
from tests.fakes.posts import FakePauseSwitch, FakePostQueue, FakePosts, FakePostTimer

NIGHT = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
"""11 at night in Seoul, a Tuesday."""
NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TEXTS = ("잘 받았습니다. {due}까지 답변드릴게요.", "접수했습니다. {due}까지 알려 드릴게요.")
BRAND = small_brand(acknowledgements={Kind.INQUIRY: Acknowledgement(TEXTS, timedelta(hours=12))})
ASKED = "@jade 청구서가 왜 두 장인가요?"


@dataclass
class Desk:
    """The use case on fakes; `has_time` is how many more cases there is time for."""

    brand: Brand = BRAND
    cases: FakeCases = field(default_factory=FakeCases)
    opt_outs: FakeOptOuts = field(default_factory=FakeOptOuts)
    switch: FakePauseSwitch = field(default_factory=FakePauseSwitch)
    posts: FakePosts = field(default_factory=FakePosts)
    queue: FakePostQueue = field(default_factory=FakePostQueue)
    has_time: int = 1000

    def __post_init__(self) -> None:
        self.now = NIGHT
        self.numbers = count(700)
        self.acknowledge = self.process()

    def process(self) -> SendAcknowledgements:
        """Another process, which remembers nothing."""
        accept = PostSubmitter(self.posts, self.queue, FakePostTimer(), lambda: self.now, lambda _: None, approval=())
        return SendAcknowledgements(
            self.cases, self.opt_outs, switch=self.switch, accept=accept, brand=self.brand
        )  # fmt: skip

    def ask(self, at: datetime = NIGHT, text: str = ASKED, **changes: Any) -> Case:
        """Have a case there that was opened at this moment."""
        number = str(next(self.numbers))
        post = XPost(number, text, f"5{number}", at, number, "ko", (number,))
        case = a_case(
            at,
            id=case_id_of(number, post.author_id),
            conversation_id=number,
            author_id=post.author_id,
            due_at=due_at(at, Kind.INQUIRY, Urgency.NORMAL, self.brand),
            mention_ids=(number,),
        )
        backlog = changes.pop("backlog", False)
        case = replace(case, **changes)
        reading = Reading(case.kind, case.need, "billing", case.urgency, "ko", 0.9, ())
        self.cases.put(case, CaseMention(Mention(post, at, backlog=backlog), reading))
        return case

    def run(self, after: timedelta = MINUTE) -> AcknowledgeReport:
        self.now += after
        left = count(self.has_time, -1)
        return self.acknowledge.send_due(self.now, lambda: next(left) > 0)

    def events(self, case: Case) -> list[CaseEvent]:
        return self.cases.events[case.id]


def test_a_question_at_night_is_acknowledged_with_the_due_time() -> None:
    desk = Desk()
    case = desk.ask()

    report = desk.run()

    (post,) = desk.posts.posts.values()
    (event,) = desk.events(case)
    assert (report.said, report.failures) == (1, {})
    assert (post.id, post.kind, post.state) == (f"ack-{case.id}", PostKind.REPLY, PostState.QUEUED)
    assert (post.in_reply_to, post.case_id, post.by) == ("700", None, "")
    assert "11월 25일(수) 오후 6:00까지" in post.text
    assert post.expires_at == desk.now + timedelta(minutes=30)
    assert (event.what, event.by, event.post_id, event.text) == (CaseEventKind.ACKNOWLEDGED, "", post.id, post.text)
    assert desk.cases.cases[case.id] == case, "nobody's page grows old by it, and nobody stops waiting"


def test_a_case_is_acknowledged_once_and_then_not_read_again() -> None:
    desk = Desk()
    case = desk.ask()

    desk.run()
    reads = desk.cases.calls["file"]
    desk.run()
    assert desk.cases.calls["file"] == reads, "a settled case is not read each minute"
    desk.acknowledge = desk.process()
    desk.run()

    assert len(desk.posts.posts) == len(desk.events(case)) == 1


@pytest.mark.parametrize(
    ("at", "due_in", "said"),
    [(NOON, timedelta(hours=12), 0), (NOON, timedelta(hours=12, minutes=1), 1), (NIGHT, timedelta(hours=1), 1)],
    ids=["an answer comes soon", "it takes long", "the desk does not work"],
)
def test_a_case_is_acknowledged_if_the_answer_takes_long(at: datetime, due_in: timedelta, said: int) -> None:
    desk = Desk()
    desk.now = at
    desk.ask(at, due_at=at + due_in)

    assert desk.run().said == said


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": Kind.FAULT},
        {"holder": "박지민"},
        {"state": CaseState.DRAFTED},
        {"state": CaseState.QUEUED},
        {"state": CaseState.PROMISED},
        {"state": CaseState.ANSWERED},
        {"state": CaseState.CLOSED},
        {"due_at": NIGHT},
        {"backlog": True},
        {"text": "청구서가 왜 두 장인가요?"},
        {"text": f"{ASKED} 자동 답변 말고 사람이 답해 주세요"},
    ],
    ids=lambda changes: " ".join(map(str, changes.items())),
)
def test_no_acknowledgement_for(changes: dict[str, Any]) -> None:
    desk = Desk()
    desk.ask(**changes)

    report = desk.run()

    assert (report.said, report.failures, desk.posts.posts) == (0, {}, {})


def test_a_case_that_a_person_worked_on_is_not_acknowledged() -> None:
    desk = Desk()
    case = desk.ask()
    desk.cases.record(case, CaseEvent(CaseEventKind.HANDED, NIGHT, "박지민", department="billing"))

    assert desk.run().said == 0


def test_an_action_since_the_list_was_read_counts() -> None:
    desk = Desk()
    case = desk.ask()
    desk.cases.meanwhile["file"] = [lambda: desk.cases.put(replace(case, holder="박지민"))]

    assert desk.run().said == 0


def test_an_author_who_ever_opted_out_gets_no_acknowledgement() -> None:
    desk = Desk()
    case = desk.ask()
    desk.opt_outs.record(case.author_id, "600", NIGHT - timedelta(days=100))

    assert desk.run().said == 0


def test_a_brand_without_acknowledgements_reads_nothing() -> None:
    desk = Desk(small_brand())
    desk.ask()

    assert desk.run() == AcknowledgeReport()
    assert not desk.cases.calls


def test_no_acknowledgement_during_a_pause_nor_long_after() -> None:
    desk = Desk()
    desk.ask()
    desk.switch.pause(Pause("점검", "김", NIGHT))

    assert desk.run().is_paused
    desk.switch.resume(by="김", at=NIGHT + timedelta(hours=1))

    assert desk.run(timedelta(hours=1)).said == 0
    assert desk.posts.posts == {}


def test_a_pause_of_scheduled_posts_stops_no_acknowledgement() -> None:
    desk = Desk()
    desk.ask()
    desk.switch.pause(Pause("점검", "김", NIGHT, scope=PauseScope.SCHEDULED))

    assert desk.run().said == 1


def test_after_a_short_pause_the_case_is_acknowledged() -> None:
    desk = Desk()
    desk.ask()
    desk.switch.pause(Pause("점검", "김", NIGHT))
    desk.run()
    desk.switch.resume(by="김", at=NIGHT + MINUTE)

    assert desk.run().said == 1


def test_an_acknowledgement_expires_when_the_answer_is_due() -> None:
    desk = Desk()
    desk.ask(due_at=NIGHT + 10 * MINUTE)
    desk.run()

    (post,) = desk.posts.posts.values()
    assert post.expires_at == NIGHT + 10 * MINUTE


def test_the_newest_mention_is_answered() -> None:
    desk = Desk()
    case = desk.ask()
    later = desk.cases.mentions["700"]
    post = replace(later.mention.post, id="701", edit_ids=("701",), created_at=NIGHT + MINUTE / 2)
    desk.cases.put(replace(case, mention_ids=("700", "701")), later._replace(mention=Mention(post, NIGHT + MINUTE / 2)))
    desk.run()

    assert [post.in_reply_to for post in desk.posts.posts.values()] == ["701"]


def test_what_was_heard_is_never_acknowledged_and_keeps_no_mention_from_it() -> None:
    desk = Desk()
    case = desk.ask()
    asked = desk.cases.mentions["700"]
    post = replace(asked.mention.post, id="701", edit_ids=("701",))
    heard = asked._replace(mention=Mention(post, NIGHT, source=Source.LISTENING))
    desk.cases.put(replace(case, mention_ids=("700", "701")), heard)
    opened = desk.ask()
    alone = desk.cases.mentions[opened.mention_ids[0]]
    desk.cases.put(opened, alone._replace(mention=alone.mention._replace(source=Source.LISTENING)))
    desk.run()

    assert [post.in_reply_to for post in desk.posts.posts.values()] == ["700"]


def test_no_two_in_a_row_are_alike_although_their_numbers_choose_the_same() -> None:
    desk = Desk()
    for _ in range(20):
        desk.ask()

    assert [desk.run().said for _ in range(5)] == [MAX_A_RUN] * 5

    texts = [post.text for post in desk.posts.posts.values()]
    assert all(one != other for one, other in pairwise(texts))


def test_more_cases_than_a_page_holds_are_all_acknowledged_the_oldest_first() -> None:
    desk = Desk()
    desk.ask(NIGHT - timedelta(hours=2))
    asked = [desk.ask(NIGHT + timedelta(milliseconds=number)).id for number in range(130)]

    quarter = [desk.run() for _ in range(15)]
    assert [(report.said, report.whole) for report in quarter] == [(MAX_A_RUN, False)] * 15
    assert len(desk.posts.posts) <= 60, "most of what X takes in a quarter of an hour is left to people who answer"
    later = [desk.run() for _ in range(19)]

    assert sum(report.said for report in (*quarter, *later)) == 130
    assert [post_id.removeprefix("ack-") for post_id in desk.posts.posts] == asked


def test_cases_without_time_follow_in_the_next_run() -> None:
    desk = Desk(has_time=1)
    desk.ask()
    desk.ask(NIGHT + timedelta(seconds=1))

    first, second = desk.run(), desk.run()

    assert (first.said, first.whole) == (1, False)
    assert (second.said, second.whole) == (1, True)


@pytest.mark.parametrize("failing", ["get", "add"])
@pytest.mark.parametrize("when", ["fail_before", "fail_after"])
def test_a_failing_store_of_posts_makes_no_second_post(failing: str, when: str) -> None:
    desk = Desk()
    case = desk.ask()
    getattr(desk.posts, when).append(failing)

    desk.run()
    desk.run()

    assert len(desk.posts.posts) == len(desk.events(case)) == 1


def test_the_history_has_the_text_that_an_earlier_process_posted() -> None:
    desk = Desk()
    for number in range(20):
        desk.ask(NIGHT + timedelta(milliseconds=number))
    for _ in range(7):
        nothing, fails = lambda: None, lambda: desk.cases.fail_before.append("record")
        desk.cases.meanwhile["record"] = [nothing, nothing, fails]
        desk.run()
        desk.acknowledge = desk.process()
    desk.cases.meanwhile.clear()
    desk.run()

    noted = {event.post_id: event.text for events in desk.cases.events.values() for event in events}
    assert noted == {post.id: post.text for post in desk.posts.posts.values()}
    assert len(noted) == 20


def test_one_case_that_fails_delays_no_other() -> None:
    desk = Desk()
    first, second = desk.ask(), desk.ask(NIGHT + timedelta(seconds=1))
    desk.cases.fail_before.append("file")

    report = desk.run()

    assert (report.said, list(report.failures)) == (1, [first.id])
    assert desk.events(second)
    assert desk.run().said == 1


@pytest.mark.parametrize("where", ["file", "record"])
def test_a_case_that_always_fails_delays_no_other(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    malformed, sound = desk.ask(), desk.ask(NIGHT + timedelta(seconds=1))
    original = getattr(desk.cases, where)

    def meets(about: Any, *more: Any) -> Any:
        if malformed.id in {about, getattr(about, "id", None)}:
            raise ValueError("malformed")
        return original(about, *more)

    monkeypatch.setattr(desk.cases, where, meets)

    runs = [desk.run(), desk.run()]

    assert [list(report.failures) for report in runs] == [[malformed.id]] * 2
    assert [event.what for event in desk.events(sound)] == [CaseEventKind.ACKNOWLEDGED]


def test_a_queue_that_is_down_loses_nothing() -> None:
    desk = Desk()
    case = desk.ask()
    desk.queue.down = True

    assert desk.run().said == 1
    assert desk.posts.posts[f"ack-{case.id}"].state is PostState.QUEUED


@pytest.mark.parametrize("when", ["fail_before", "fail_after"])
def test_an_event_that_could_not_be_recorded_is_recorded_later_without_a_second_post(when: str) -> None:
    desk = Desk()
    case = desk.ask()
    getattr(desk.cases, when).append("record")

    assert list(desk.run().failures) == [case.id]
    assert desk.run().failures == {}
    assert len(desk.posts.posts) == 1
    assert len(desk.events(case)) == 1


def test_an_event_is_recorded_although_a_person_took_the_case_meanwhile() -> None:
    desk = Desk()
    case = desk.ask()
    desk.cases.fail_before.append("record")
    desk.run()
    desk.cases.put(replace(case, holder="박지민"))

    desk.run()

    assert [event.what for event in desk.events(case)] == [CaseEventKind.ACKNOWLEDGED]


def test_a_text_that_is_too_long_is_reported_and_not_posted() -> None:
    texts = ("가" * 141, "나" * 141)
    desk = Desk(small_brand(acknowledgements={Kind.INQUIRY: Acknowledgement(texts, timedelta(hours=12))}))
    case = desk.ask()

    assert "TextTooLong" in desk.run().failures[case.id]
    assert desk.events(case) == []


@pytest.mark.parametrize("failing", ["list", "switch"])
def test_a_run_that_cannot_read_cases_or_pause_raises_an_error(failing: str) -> None:
    desk = Desk()
    desk.cases.busy = {"page"} if failing == "list" else set()
    desk.switch.busy = failing == "switch"

    with pytest.raises(StoreBusy):
        desk.run()


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        (ASKED, {"safety": Safety.DANGER}),
        ("@jade 이제 그만 죽고 싶어요", {}),
        (ASKED, {"safety": Safety.DANGER, "urgency": Urgency.HIGH}),
    ],
    ids=["read as danger", "by its text", "urgent"],
)
def test_an_author_who_may_be_in_danger_gets_no_automatic_reply(text: str, changes: dict[str, Any]) -> None:
    desk = Desk()
    case = desk.ask(text=text, **changes)

    reports = [desk.run() for _ in range(3)]

    assert [(report.said, report.failures) for report in reports] == [(0, {})] * 3
    assert (desk.posts.posts, desk.events(case)) == ({}, [])


def test_danger_that_joins_between_the_list_and_the_file_counts() -> None:
    desk = Desk()
    case = desk.ask()
    desk.cases.meanwhile["file"].append(lambda: desk.cases.put(replace(case, safety=Safety.DANGER)))

    assert (desk.run().said, desk.posts.posts) == (0, {})
