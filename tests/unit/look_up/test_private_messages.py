"""What an author writes privately after a reply asked them to is linked to the case; nothing else is kept."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.cases.model import Case, CaseEventKind, CaseState, ReplyAs
from desk.cases.transitions import closed
from desk.errors import BadRequest, CreditsDepleted, OverBudget, RateLimited, StoreBusy, Unavailable
from desk.x.look_ups import LookUpProblem
from desk.x.message_walk import MessageWalk
from desk.x.model import DirectMessage, first_id_at
from look_up.private_messages import MOST_PAGES, PAGE, MessagesReport, PrivateMessageReader
from tests.cases import a_case
from tests.fakes.cases import FakeCases
from tests.fakes.in_trouble import InTrouble
from tests.fakes.look_ups import FakePrivateMessages
from tests.fakes.x import FakeX

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
US, MINJI, HANA = "1", "7", "8"


@dataclass
class FakeWalks(InTrouble):
    walk: MessageWalk = field(default_factory=MessageWalk)

    def load(self) -> MessageWalk:
        self._begin("load")
        return self.walk

    def save(self, walk: MessageWalk) -> None:
        self._begin("save")
        self.walk = walk
        self._end("save")


@dataclass
class Scene:
    cases: FakeCases = field(default_factory=FakeCases)
    messages: FakePrivateMessages = field(default_factory=FakePrivateMessages)
    walks: FakeWalks = field(default_factory=FakeWalks)
    x: FakeX = field(default_factory=lambda: FakeX(lambda: NOON))

    def moved(self, author: str = MINJI, *, at: datetime = NOON, **changes: Any) -> Case:
        """A case whose author was invited to a private message at that moment."""
        moved = {"state": CaseState.MOVED, "reply_as": ReplyAs.PRIVATE, "answered_at": at, "author_id": author}
        case = a_case(NOON - timedelta(hours=1), **{**moved, **changes})
        self.cases.put(case)
        return case

    def write(
        self, minutes: float, sender: str = MINJI, *, to: str = US, text: str = "번호는 7입니다"
    ) -> DirectMessage:
        at = NOON + minutes * MINUTE
        conversation = "-".join(sorted((sender, to), key=int))
        message = DirectMessage(first_id_at(at), sender, conversation, text, at)
        self.x.messages.append(message)
        return message

    def read(self) -> MessagesReport:
        reader = PrivateMessageReader(self.x, self.cases, self.messages, self.walks, user_id=US, clock=lambda: NOON)
        return reader.read()

    def texts(self, case: Case) -> list[str]:
        return [message.text for message in self.messages.of_case(case.id)]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_without_a_case_in_private_x_is_not_asked(scene: Scene) -> None:
    scene.moved(state=CaseState.ANSWERED)

    assert (scene.read().cases, scene.x.calls) == (0, [])


def test_a_private_message_is_linked_to_the_case_and_said_once(scene: Scene) -> None:
    case = scene.moved()
    message = scene.write(1)

    for _ in range(2):
        scene.read()

    after = scene.cases.get(case.id)
    assert after
    assert (after.wrote_privately_at, after.state, after.version) == (message.created_at, CaseState.MOVED, 2)
    assert scene.texts(case) == [message.text]
    file = scene.cases.file(case.id)
    assert file
    assert [(event.what, event.at, event.text) for event in file.events] == [
        (CaseEventKind.WROTE_PRIVATELY, message.created_at, "")
    ]


def test_what_we_answered_is_kept_too_and_is_no_news(scene: Scene) -> None:
    case = scene.moved()
    scene.write(1)
    scene.write(2, US, to=MINJI, text="확인했습니다")

    scene.read()

    after = scene.cases.get(case.id)
    assert after
    assert after.wrote_privately_at == NOON + MINUTE
    assert [message.is_ours for message in scene.messages.of_case(case.id)] == [False, True]


def test_messages_of_others_before_the_case_moved_or_in_groups_are_not_kept(scene: Scene) -> None:
    case = scene.moved()
    scene.write(-1)
    scene.write(1, HANA)
    scene.x.messages.append(DirectMessage(first_id_at(NOON + MINUTE), MINJI, "17230", "group", NOON + MINUTE))

    assert (scene.read().found, scene.messages.messages, scene.cases.get(case.id)) == (0, {}, case)


def test_of_two_cases_of_an_author_the_one_that_moved_last_before_the_message_has_it(scene: Scene) -> None:
    first = scene.moved(conversation_id="100")
    second = scene.moved(id="AAAAA-AAAAA", conversation_id="200", at=NOON + 5 * MINUTE)
    scene.write(1, text="one")
    scene.write(6, text="two")

    scene.read()

    assert (scene.texts(first), scene.texts(second)) == (["one"], ["two"])


def test_nothing_new_costs_one_message(scene: Scene) -> None:
    scene.moved()
    for minute in range(5):
        scene.write(minute + 1)
    scene.read()
    scene.x.calls.clear()

    scene.read()

    assert [call.asked["limit"] for call in scene.x.calls] == [1]


def test_messages_from_before_the_oldest_case_moved_are_not_walked_through(scene: Scene) -> None:
    scene.moved()
    for minute in range(2 * PAGE):
        scene.write(-minute - 1)
    scene.write(1)

    scene.read()

    assert [call.asked["limit"] for call in scene.x.calls] == [1, PAGE]


def test_a_flood_is_read_over_several_runs_without_a_gap(scene: Scene) -> None:
    case = scene.moved()
    count = PAGE * MOST_PAGES + 5
    for number in range(count):
        scene.write(1 + number / 60, text=f"{number}")

    scene.read()
    scene.write(9, text="later")
    reports = [scene.read(), scene.read()]

    assert [report.found for report in reports] == [5, 1]
    assert scene.texts(case) == [*map(str, range(count)), "later"]


def test_a_page_token_that_x_no_longer_takes_begins_the_walk_anew(scene: Scene) -> None:
    case = scene.moved()
    for number in range(PAGE * MOST_PAGES + 1):
        scene.write(1 + number / 60)
    scene.read()
    scene.x.fail("private_messages", BadRequest("pagination_token"), times=1)

    assert scene.read().problem is LookUpProblem.UNAVAILABLE
    for _ in range(2):
        scene.read()
    assert len(scene.texts(case)) == PAGE * MOST_PAGES + 1


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (RateLimited("429", NOON), LookUpProblem.RATE_LIMITED),
        (CreditsDepleted("402"), LookUpProblem.NO_CREDITS),
        (Unavailable("slow"), LookUpProblem.UNAVAILABLE),
        (OverBudget("look_ups", "day", NOON), LookUpProblem.OVER_BUDGET),
    ],
)
def test_what_x_refuses_is_read_by_a_later_run(scene: Scene, error: Exception, problem: LookUpProblem) -> None:
    case = scene.moved()
    scene.write(1)
    scene.x.fail("private_messages", error, first=2, times=1)  # type: ignore[arg-type]

    assert (scene.read().problem, scene.texts(case)) == (problem, [])
    assert (scene.read().problem, len(scene.texts(case))) == (None, 1)


def test_a_case_that_people_change_meanwhile_is_marked_as_it_is_then(scene: Scene) -> None:
    case = scene.moved()
    scene.write(1)
    scene.cases.meanwhile["save"].append(lambda: scene.cases.put(case._replace(holder="박지민", version=2)))

    scene.read()

    after = scene.cases.get(case.id)
    assert after
    assert (after.holder, after.wrote_privately_at) == ("박지민", NOON + MINUTE)


def test_a_case_that_is_closed_meanwhile_stays_closed(scene: Scene) -> None:
    case = scene.moved()
    scene.write(1)
    done = closed(case)._replace(version=2)
    scene.cases.meanwhile["save"].append(lambda: scene.cases.put(done))

    scene.read()

    assert scene.cases.get(case.id) == done


@pytest.mark.parametrize("trouble", ["fail_before", "fail_after"])
@pytest.mark.parametrize(("store", "method"), [("messages", "add"), ("cases", "save"), ("walks", "save")])
def test_a_run_that_busy_tables_interrupt_is_made_up_for(scene: Scene, trouble: str, store: str, method: str) -> None:
    case = scene.moved()
    scene.write(1)
    getattr(getattr(scene, store), trouble).append(method)
    with pytest.raises(StoreBusy):
        scene.read()

    scene.read()

    after = scene.cases.get(case.id)
    assert after
    assert (after.wrote_privately_at, len(scene.texts(case))) == (NOON + MINUTE, 1)
