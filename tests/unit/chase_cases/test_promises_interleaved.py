"""A reminder, the publisher, the console and the sweep act on one promise at the same time: it ends once, rightly."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from desk.cases.model import CaseState
from desk.cases.opt_outs import OptOutItems
from desk.posts.attachments import Attachments
from desk.posts.pause import PauseItems
from desk.posts.publish import PostPublisher
from desk.posts.queue import UndoTimer
from desk.posts.store import PostStoreItems
from desk.posts.submit import PostSubmitter
from desk.promises.model import Ending, Promise, PromiseState
from desk.promises.store import PromiseItems, promise_actions
from desk.reading import OPERATOR
from desk.replies.actions import ActionOutcome, CaseActions
from desk.replies.forms import FormRequest
from desk.replies.open import CaseOpener
from desk.replies.outcome import ReplyOutcomes
from desk.replies.perform import CaseCommands
from desk.staff.model import Person, Role
from sweep.replies import SweepReplies
from tests.cases import a_promise
from tests.failing_calls import Call, Calls, Trouble, put_back, stored
from tests.fakes.pictures import FakePictureFiles, FakePictureQueue, FakePictures
from tests.fakes.posts import FakePostQueue
from tests.fakes.x import FakeX
from tests.interleaved_calls import interleaved
from tests.unit.chase_cases.deployed import BRAND, Deployed, deployed
from tests.unit.chase_cases.scene import DUE, a_case
from tests.unit.replies.scene import Colleagues

pytestmark = pytest.mark.emulator

MINUTE = timedelta(minutes=1)
PROMISE = a_promise(DUE + 10 * MINUTE, subject=a_case().id, made_at=DUE - 60 * MINUTE)
PROMISED = a_case(state=CaseState.PROMISED, promised_until=PROMISE.due_at, promises=(PROMISE,))
ANSWER = {"text": "한 장은 지난달 것입니다."}
NEW_TIME = DUE + 3 * 60 * MINUTE


@dataclass
class Desk:
    """One case with a promise that is due in ten minutes, on the tables; all functions have their own processes."""

    stack: Deployed
    at: datetime = DUE

    def __post_init__(self) -> None:
        client, tables = self.stack.client, self.stack.tables
        self.posts = PostStoreItems(client, posts_table=tables.posts, desk_table=tables.desk)
        self.promises = PromiseItems(client, tables.desk)
        self.stack.has(PROMISED)
        client.transact_write_items(
            TransactItems=list(promise_actions((), (PROMISE,), PROMISE.made_at, "", tables.desk))
        )
        self.starts()

    def starts(self) -> None:
        self.stack.function.starts()
        self.stack.done = []
        self.x, self.queue = FakeX(lambda: self.at), FakePostQueue()

    def accept(self, **fields: str) -> None:
        """A person sends a reply from the console."""
        person, cases = Person("jimin", "박지민", Role.OPERATOR), self.stack.cases
        client, tables = self.stack.client, self.stack.tables
        opening = CaseOpener(None, cases, PauseItems(client, tables.desk), OptOutItems(client, tables.desk))
        submitter = PostSubmitter(self.posts, self.queue, UndoTimer(), lambda: self.at, list[Any]().append, approval=())
        acts = CaseActions(opening, CaseCommands(cases, submitter, lambda _: Colleagues(), BRAND), BRAND)
        sent = {
            "action": "confirm",
            "name": person.name,
            "version": str(PROMISED.version),
            "request": "form-jimin",
        } | fields
        done = acts.perform(FormRequest("", sent, self.at, "https://desk.example", person, PROMISED.id))
        assert done.outcome is ActionOutcome.DONE

    def publish(self) -> None:
        """The publisher is woken for what is on its way."""
        outcomes, pictures = ReplyOutcomes(self.stack.cases, BRAND), FakePictures()
        publisher = PostPublisher(
            store=self.posts,
            x=self.x,
            queue=self.queue,
            on_finished=outcomes.on_finished,
            is_unwanted=outcomes.is_unwanted,
            held_by=lambda _: None,
            attachments=Attachments(pictures, FakePictureFiles(), FakePictureQueue(), self.x, lambda: self.at),
            clock=lambda: self.at,
            seconds_left=lambda: 55.0,
        )
        publisher.publish_due([post.id for post in self.stack.posts()])

    def state(self) -> tuple[object, ...]:
        """How the promises of the case stand, and how often the operator was reminded."""
        case = self.stack.cases.get(PROMISED.id)
        assert case
        stand = self.promises.open()
        assert sorted(each.key for each in case.promises) == [each.key for each in stand]
        ends = self.ends()
        assert len({each.key for each in ends}) == len(ends), "one promise stands and has ended"
        return case.state, [(each.due_at, each.ending, each.state, each.ended_at) for each in ends], len(self.mails())

    def ends(self) -> Sequence[Promise]:
        """The promises of the case, also those that stand, by their times."""
        return self.promises.due_between(DUE - 60 * MINUTE, DUE + 24 * 60 * MINUTE)

    def mails(self) -> list[str]:
        return [text for text in self.stack.sent(OPERATOR) if "답변" in text]


def reminds(desk: Desk, trouble: Trouble | None = None) -> list[Call]:
    return desk.stack.runs(DUE, "attend", trouble).made


def _watched(act: Callable[[], object], trouble: Trouble | None) -> list[Call]:
    with Calls(trouble or {}).watched() as calls:
        act()
    return calls.made


def answers(desk: Desk, trouble: Trouble | None = None) -> list[Call]:
    def act() -> None:
        desk.accept(**ANSWER)
        desk.publish()

    return _watched(act, trouble)


def moves(desk: Desk, trouble: Trouble | None = None) -> list[Call]:
    until = NEW_TIME.astimezone(ZoneInfo(BRAND.timezone))
    text = f"{until:%m월 %d일 %H:%M}까지 다시 알려 드릴게요."

    def act() -> None:
        desk.accept(text=text, holding="1", promised_until=f"{until:%Y-%m-%dT%H:%M}", promise_words=text)
        desk.publish()

    return _watched(act, trouble)


def publishes(desk: Desk, trouble: Trouble | None = None) -> list[Call]:
    return _watched(desk.publish, trouble)


def sweeps(desk: Desk, trouble: Trouble | None = None) -> list[Call]:
    cases = desk.stack.cases
    sweep = SweepReplies(cases, desk.posts, ReplyOutcomes(cases, BRAND), lambda: desk.at)
    return _watched(lambda: sweep.sweep(lambda: True), trouble)


type Acts = Callable[[Desk, Trouble | None], list[Call]]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with deployed(monkeypatch) as stack:
        yield Desk(stack)


def every_order(desk: Desk, one: Acts, two: Acts) -> Iterator[tuple[int, str]]:
    """`two` ran before each call of `one`: each time the promise is as if one had acted after the other."""
    start, expected = stored(), list[object]()
    for first, second in ((one, two), (two, one)):
        put_back(start)
        desk.starts()
        first(desk, None)
        second(desk, None)
        expected.append(desk.state())
    put_back(start)
    family = f"{one.__name__} and {two.__name__}"
    orders = interleaved(family, lambda trouble: one(desk, trouble), lambda: two(desk, None), desk.starts)
    for number, place in orders:
        assert desk.state() in expected, place
        yield number, place
    assert number > 3


ENDS = [(answers, Ending.KEPT), (moves, Ending.MOVED)]


@pytest.mark.parametrize(("ends", "ending"), ENDS)
def test_a_reminder_begins_before_the_reply_that_ends_its_promise(desk: Desk, ends: Acts, ending: Ending) -> None:
    start, calls = stored(), reminds(desk)
    sent = next(number for number, call in enumerate(calls) if call.operation == "PublishBatch")
    last_look = max(number for number, call in enumerate(calls[:sent]) if desk.stack.tables.cases in str(call.asked))
    put_back(start)

    for number, place in every_order(desk, reminds, ends):
        (ended, *_), mails = desk.ends(), len(desk.mails())
        assert ended.ending is ending, place
        assert mails == (number > last_look), place  # who is reminded looked before the reply was accepted


@pytest.mark.parametrize(("ends", "ending"), ENDS)
def test_the_reply_that_ends_a_promise_begins_before_its_reminder(desk: Desk, ends: Acts, ending: Ending) -> None:
    start, calls = stored(), ends(desk, None)
    accepted = next(number for number, call in enumerate(calls) if call.operation == "TransactWriteItems")
    put_back(start)

    for number, place in every_order(desk, ends, reminds):
        assert desk.ends()[0].ending is ending, place
        assert len(desk.mails()) == (number <= accepted), place  # nobody is reminded of what is on its way


@pytest.mark.parametrize(("one", "two"), [(publishes, sweeps), (sweeps, publishes)])
def test_the_publisher_and_the_sweep_record_an_answer_that_comes_too_late(desk: Desk, one: Acts, two: Acts) -> None:
    desk.accept(**ANSWER)
    desk.at = PROMISE.due_at + MINUTE

    for _, place in every_order(desk, one, two):
        (ended,) = desk.ends()
        assert (ended.state, ended.ended_at) == (PromiseState.BROKEN, desk.at), place
