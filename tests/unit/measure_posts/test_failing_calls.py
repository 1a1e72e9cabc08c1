"""The function as it is wired, beside a local X: each call of AWS fails in each way, and a later run does it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import pytest

from desk.posts.model import PostState
from desk.posts.performance import MeasuredAge, Performance, PerformanceItems
from desk.posts.store import post_item
from desk.x.model import PostMetrics
from local.x.api import Limits
from local.x.control import XControl
from measure_posts import handler
from tests.brands import small_brand
from tests.failing_calls import Trouble, each_alone, put_back, sample_of, some_together, stored, told
from tests.invocations import Function, beside_x
from tests.local_x import desk_client
from tests.tables import Dynamo
from tests.unit.posts.scene import a_post

pytestmark = pytest.mark.emulator

BRAND = small_brand()
NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
METRICS = PostMetrics(likes=1, replies=1, reposts=0, quotes=0, impressions=0)


@dataclass
class Stack:
    function: Function
    dynamo: Dynamo
    x: XControl
    clock: list[datetime]
    limits: Limits
    post_ids: list[str]

    def event(self) -> dict[str, Any]:
        return {"scheduled_time": self.clock[0].isoformat()}

    def found(self) -> dict[str, Performance]:
        return PerformanceItems(self.dynamo.client, self.dynamo.tables.desk).get_many(self.post_ids)


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    clock = [NOON + HOUR + 5 * MINUTE]
    monkeypatch.setattr("measure_posts.wiring.load_brand", lambda: BRAND)
    monkeypatch.setattr("measure_posts.wiring.utc_now", lambda: clock[0])
    with beside_x(monkeypatch, BRAND, NOON) as (dynamo, x):
        control, client = XControl(x.url), desk_client(x)
        ids = [client.create_post(text) for text in ("보라색 새 요금제", "지운 소식")]
        control.like(ids[0], by="minji")
        control.post("minji", "좋네요", in_reply_to=ids[0])
        control.delete(ids[1])
        for x_id in ids:
            post = a_post(x_id, state=PostState.PUBLISHED, at=NOON, x_id=x_id)
            dynamo.client.put_item(TableName=dynamo.tables.posts, Item=post_item(post, write="w"))
        yield Stack(Function(handler, monkeypatch), dynamo, control, clock, x.app.api.limits, ids)
        control.close()


def test_what_a_run_could_not_measure_a_later_one_does_and_no_number_changes(
    stack: Stack, caplog: pytest.LogCaptureFixture
) -> None:
    shown, gone = stack.post_ids
    state = stored()
    stack.function.starts()
    clean = stack.function.invoked(stack.event())
    assert clean.answer == {"measured": 1, "gone": 1, "left": 0}
    assert stack.found()[shown].measured[MeasuredAge.HOUR].metrics == METRICS
    (line,) = (record.__dict__ for record in caplog.records if record.message == "measured posts")
    assert line["x_micro_usd"] == 1_000  # what X shows nothing of costs nothing

    every = chain(each_alone(clean.made), some_together(clean.made, count=3, seed=7))
    for trouble in sample_of("measuring posts", every, clean.made):
        put_back(state)
        stack.clock[0] = NOON + HOUR + 5 * MINUTE
        stack.limits.clear()
        stack.function.starts()
        _runs(stack, trouble)
        before = stack.found()
        stack.clock[0] += HOUR
        _runs(stack, {})

        after = stack.found()
        about = told(trouble, clean.made)
        assert after[shown].measured[MeasuredAge.HOUR].metrics == METRICS, about
        assert after[gone].gone_at, about
        for x_id, known in before.items():
            assert known.measured.items() <= after[x_id].measured.items(), about


def _runs(stack: Stack, trouble: Trouble) -> None:
    failed = stack.function.invoked(stack.event(), trouble).error
    assert failed is None or "AccessDenied" in str(failed)
