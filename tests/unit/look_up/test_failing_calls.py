"""The function as it is wired, beside a local X: each call of AWS fails in each way, and later runs make up for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import pytest

from desk.cases.items import case_item
from desk.cases.model import Case, CaseEventKind, CaseState, ReplyAs
from desk.cases.private_messages import PrivateMessageItems
from desk.cases.store import CaseStoreItems
from desk.mentions.threads import ThreadPostItems
from desk.x.look_ups import LookUpItems, LookUpState, author_key, message_of, thread_key
from local.x.api import Limits
from local.x.control import XControl
from look_up import handler
from tests.brands import small_brand
from tests.cases import a_case
from tests.failing_calls import Trouble, each_alone, put_back, sample_of, some_together, stored, told
from tests.invocations import Function, beside_x
from tests.tables import Dynamo

pytestmark = pytest.mark.emulator

BRAND = small_brand()
NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@dataclass
class Stack:
    function: Function
    dynamo: Dynamo
    x: XControl
    minji: str
    root: str
    clock: list[datetime]
    limits: Limits

    @property
    def look_ups(self) -> LookUpItems:
        return LookUpItems(self.dynamo.client, self.dynamo.tables.desk)

    @property
    def cases(self) -> CaseStoreItems:
        names = self.dynamo.tables
        return CaseStoreItems(
            self.dynamo.client, cases_table=names.cases, mentions_table=names.mentions, desk_table=names.desk
        )

    def event(self) -> dict[str, Any]:
        keys = [author_key(self.minji), thread_key(self.root)]
        return {"Records": [{"messageId": "1", "body": message_of(keys)}, {"messageId": "2", "body": "garbled"}]}

    def looked_up(self) -> tuple[Any, ...]:
        """What a person sees of the look-ups."""
        keys = [author_key(self.minji), thread_key(self.root)]
        found = self.look_ups.results(keys, self.clock[0])
        posts = ThreadPostItems(self.dynamo.client, self.dynamo.tables.desk).of(self.root, self.clock[0])
        names = [found[key].author.username if found[key].author else None for key in keys]  # type: ignore[union-attr]
        return [found[key].state for key in keys], names, [post.text for post in posts]

    def linked(self, case: Case) -> tuple[Any, ...]:
        """What a person sees of private messages."""
        file = self.cases.file(case.id)
        assert file
        texts = PrivateMessageItems(self.dynamo.client, self.dynamo.tables.cases).of_case(case.id)
        return [each.text for each in texts], file.case.wrote_privately_at, [event.what for event in file.events]


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    clock = [NOW]
    monkeypatch.setattr("look_up.wiring.load_brand", lambda: BRAND)
    monkeypatch.setattr("look_up.wiring.utc_now", lambda: clock[0])
    with beside_x(monkeypatch, BRAND, NOW) as (dynamo, x):
        control = XControl(x.url)
        minji = control.person("minji", name="민지")
        root = control.post("hana", "처음 글", created_at=(NOW - HOUR).isoformat())
        control.post("minji", "답글", in_reply_to=root, created_at=(NOW - HOUR / 2).isoformat())
        yield Stack(Function(handler, monkeypatch), dynamo, control, minji, root, clock, x.app.api.limits)
        control.close()


def test_a_look_up_whose_run_fails_is_done_by_a_later_delivery_or_request(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = [author_key(stack.minji), thread_key(stack.root)]
    stack.look_ups.request(keys, NOW)
    state = stored()
    stack.function.starts()
    clean = stack.function.invoked(stack.event())
    wanted = stack.looked_up()
    assert (clean.answer, wanted) == (
        {"batchItemFailures": []},
        ([LookUpState.DONE] * 2, ["minji", None], ["처음 글", "@hana 답글"]),
    )

    def wrong(trouble: Trouble) -> Iterator[str]:
        first = stack.function.invoked(stack.event(), trouble)
        if first.error:
            yield f"it raised {first.error!r}"
        stack.clock[0] += 3 * MINUTE
        stack.look_ups.request(keys, stack.clock[0])
        stack.function.invoked(stack.event())
        if stack.looked_up() != wanted:
            yield f"a person sees {stack.looked_up()}"

    every = chain(each_alone(clean.made), some_together(clean.made, count=3, seed=7))
    for trouble in sample_of("look-ups", every, clean.made):
        put_back(state)
        stack.clock[0] = NOW
        stack.limits.clear()
        stack.function.starts()
        failures = [each for each in wrong(trouble) if "AccessDenied" not in each]
        assert not failures, told(trouble, clean.made)


def test_private_messages_that_a_run_could_not_keep_are_kept_by_the_next_once(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    case = a_case(NOW - 2 * HOUR, author_id=stack.minji, answered_at=NOW - HOUR)
    case = case._replace(state=CaseState.MOVED, reply_as=ReplyAs.PRIVATE)
    stack.dynamo.client.put_item(TableName=stack.dynamo.tables.cases, Item=case_item(case))
    stack.x.write_privately("minji", "번호는 7입니다")
    stack.x.write_privately("hana", "다른 이야기")
    event, state = {"scheduled_time": "2026-11-24T03:00:00Z"}, stored()
    stack.function.starts()
    clean = stack.function.invoked(event)
    wanted = (["번호는 7입니다"], NOW, [CaseEventKind.WROTE_PRIVATELY])
    assert stack.linked(case) == wanted

    every = chain(each_alone(clean.made), some_together(clean.made, count=3, seed=8))
    for trouble in sample_of("private messages", every, clean.made):
        put_back(state)
        stack.clock[0] = NOW
        stack.limits.clear()
        stack.function.starts()
        stack.function.invoked(event, trouble)
        stack.clock[0] += 5 * MINUTE
        stack.function.invoked(event)
        assert stack.linked(case) == wanted, told(trouble, clean.made)
