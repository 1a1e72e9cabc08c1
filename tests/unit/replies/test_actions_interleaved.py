"""Of two people who act on one case at the same time, all is as if one had acted after the other."""

from collections.abc import Callable, Iterator
from copy import replace
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from desk.cases.items import case_item
from desk.cases.opt_outs import OptOutItems
from desk.posts.pause import PauseItems
from desk.posts.queue import UndoTimer
from desk.posts.store import PostStoreItems
from desk.posts.submit import PostSubmitter
from desk.replies.actions import CaseActions
from desk.replies.forms import FormRequest
from desk.replies.open import CaseOpener
from desk.replies.outcome import ReplyOutcomes
from desk.replies.perform import CaseCommands
from desk.replies.undo import PendingReplies
from desk.staff.model import Person, Role
from tests.contract.case_scene import CASE_ID, NOON, Routing, mention
from tests.failing_calls import Call, Calls, Trouble, put_back, stored
from tests.fakes.posts import FakePostQueue
from tests.interleaved_calls import interleaved
from tests.tables import Tables, dynamodb
from tests.unit.replies.scene import Colleagues, brand_with

pytestmark = pytest.mark.emulator

JIMIN, HANA = Person("jimin", "박지민", Role.OPERATOR), Person("hana", "이하나", Role.OPERATOR)
UNDONE_FOR = timedelta(seconds=10)

type Acts = Callable[["Desk"], str]


@dataclass
class Desk:
    """One case of billing on the tables; `queue` is the publisher's."""

    client: Any
    tables: Tables

    def __post_init__(self) -> None:
        names = self.tables
        self.routing = Routing(self.client, names)
        self.cases = self.routing.unit_of_work.cases
        self.posts = PostStoreItems(self.client, posts_table=names.posts, desk_table=names.desk)
        self.brand = brand_with()
        self.starts()

    def starts(self) -> None:
        self.queue = FakePostQueue()

    def act(self, person: Person, action: str, **fields: str) -> str:
        """What the person's page says of the action, on the case as it was at first."""
        opening = CaseOpener(
            None, self.cases, PauseItems(self.client, self.tables.desk), OptOutItems(self.client, self.tables.desk)
        )
        submitter = PostSubmitter(self.posts, self.queue, UndoTimer(), lambda: NOON, list[Any]().append, approval=())
        commands = CaseCommands(self.cases, submitter, lambda _: Colleagues(), self.brand)
        acts = CaseActions(opening, commands, self.brand)
        sent = {"action": action, "name": person.name, "version": "1", "request": f"form-{person.id}", **fields}
        return acts.perform(FormRequest("", sent, NOON, "https://desk.example", person, CASE_ID, UNDONE_FOR)).outcome

    def pending(self) -> PendingReplies:
        return PendingReplies(self.posts, self.queue, ReplyOutcomes(self.cases, self.brand))

    def reply_id(self) -> str:
        (reply,) = self._replies()
        return str(reply["post_id"]["S"])

    def _replies(self) -> list[dict[str, Any]]:
        return [item for item in self.client.scan(TableName=self.tables.posts)["Items"] if "state" in item]

    def state(self) -> tuple[object, ...]:
        """What people see of the case and its replies."""
        file = self.cases.file(CASE_ID)
        assert file
        case, events = file.case, sorted((event.what, event.by) for event in file.events)
        replies = sorted(reply["state"]["S"] for reply in self._replies())
        held_by = (case.state, case.department, case.holder, case.awaits_release)
        return *held_by, case.draft, events, replies, len(self.queue.sent)


def takes(desk: Desk) -> str:
    return desk.act(JIMIN, "take")


def takes_too(desk: Desk) -> str:
    return desk.act(HANA, "take")


def answers(desk: Desk) -> str:
    return desk.act(JIMIN, "confirm", text="한 장은 지난달 것입니다.")


def answers_too(desk: Desk) -> str:
    return desk.act(HANA, "confirm", text="두 장 다 보내 드렸습니다.")


def hands_over(desk: Desk) -> str:
    return desk.act(HANA, "hand", department="network", note="네트워크 문의입니다")


def releases(desk: Desk) -> str:
    return desk.act(HANA, "release")


def undoes(desk: Desk) -> str:
    return desk.pending().undo(CASE_ID, desk.reply_id(), "이하나", NOON + timedelta(seconds=3))


def sends_now(desk: Desk) -> str:
    desk.pending().send_now(CASE_ID, desk.reply_id(), NOON + UNDONE_FOR)
    return ""


def is_asked_again(desk: Desk) -> str:
    while desk.routing.route(mention(2, text="@jade 아직인가요?")).contested:
        pass  # as the router does
    return ""


@pytest.fixture
def desk() -> Iterator[Desk]:
    with dynamodb() as (client, tables):
        made = Desk(client, tables)
        made.routing.route(mention(1, text="@jade 청구서가 왜 두 장인가요?"))
        yield made


PAIRS = [
    (takes, takes_too),
    (answers, answers_too),
    (answers, hands_over),
    (answers, is_asked_again),
    (answers, releases),
    (undoes, sends_now),
]


@pytest.mark.parametrize(("one", "two"), [*PAIRS, *((two, one) for one, two in PAIRS)])
def test_it_is_as_if_one_had_acted_after_the_other(desk: Desk, one: Acts, two: Acts) -> None:
    if releases in {one, two}:
        case = desk.cases.get(CASE_ID)
        assert case
        desk.client.put_item(TableName=desk.tables.cases, Item=case_item(replace(case, awaits_release=True)))
    if undoes in {one, two}:
        assert answers(desk) == "done"
    start, said, expected = stored(), dict[Acts, str](), list[object]()

    def acts(who: Acts, trouble: Trouble | None = None) -> list[Call]:
        with Calls(trouble or {}).watched() as calls:
            said[who] = who(desk)
        return calls.made

    for first, second in ((one, two), (two, one)):
        put_back(start)
        desk.starts()
        acts(first)
        acts(second)
        expected.append((dict(said), desk.state()))
    put_back(start)

    assert expected[0] != expected[1]
    family = f"{one.__name__} and {two.__name__}"
    for _, place in interleaved(family, lambda trouble: acts(one, trouble), lambda: acts(two), desk.starts, count=3):
        assert (said, desk.state()) in expected, place
