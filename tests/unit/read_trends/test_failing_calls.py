"""The function as it is wired, beside a local X: each call of AWS fails in each way, and a later run does it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from desk.aws.dynamodb import to_item
from desk.mentions.items import mention_item, reading_attributes
from desk.mentions.model import Mention
from desk.reading import Kind, Need, Reading, Urgency
from desk.trends.model import Sharing, TrendReading
from desk.trends.store import TrendItems
from desk.x.model import XPost, first_id_at
from local.x.api import Limits
from local.x.control import XControl
from read_trends import handler
from tests.brands import small_brand
from tests.failing_calls import Trouble, each_alone, put_back, sample_of, some_together, stored, told
from tests.invocations import Function, beside_x
from tests.tables import Dynamo
from tests.unit.read_trends.scene import DAY, HOUR, KOREA, MINUTE, NINE

pytestmark = pytest.mark.emulator

BRAND = small_brand()
SEOUL = ZoneInfo(BRAND.timezone)


@dataclass
class Stack:
    function: Function
    dynamo: Dynamo
    x: XControl
    clock: list[datetime]
    limits: Limits

    def event(self) -> dict[str, Any]:
        return {"scheduled_time": self.clock[0].isoformat()}

    def have(self, number: int, at: datetime, *terms: str) -> None:
        """A mention that was read, with these terms."""
        key = str(int(first_id_at(at)) + number)
        mention = Mention(XPost(key, "@jade", "7", at, key, "ko", (key,)), at)
        reading = Reading(Kind.FAULT, Need.SUPPORT, "network", Urgency.NORMAL, "ko", 0.9, (), terms)
        item: Any = mention_item(mention, SEOUL) | to_item(reading_attributes(reading))
        self.dynamo.client.put_item(TableName=self.dynamo.tables.mentions, Item=item)

    def reading(self) -> TrendReading | None:
        return TrendItems(self.dynamo.client, self.dynamo.tables.desk).newest(KOREA)

    def runs(self, trouble: Trouble) -> None:
        failed = self.function.invoked(self.event(), trouble, milliseconds=240_000).error
        assert failed is None or "AccessDenied" in str(failed)


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    clock = [NINE]
    monkeypatch.setattr("read_trends.wiring.load_brand", lambda: BRAND)
    monkeypatch.setattr("read_trends.wiring.utc_now", lambda: clock[0])
    monkeypatch.setattr("read_trends.read.DAYS", 1)  # each more is eight more queries in each run
    with beside_x(monkeypatch, BRAND, NINE) as (dynamo, x):
        control = XControl(x.url)
        control.trends(KOREA, {"통신장애": 31_000, "첫눈": 900})
        found = Stack(Function(handler, monkeypatch), dynamo, control, clock, x.app.api.limits)
        for number in range(6):
            found.have(number, NINE - HOUR, "통신", "장애")
        found.have(0, NINE - DAY - HOUR, "환불")
        yield found
        control.close()


def test_what_one_run_could_not_do_a_later_one_of_the_hour_does(stack: Stack) -> None:
    state = stored()
    stack.function.starts()
    clean = stack.function.invoked(stack.event(), milliseconds=240_000)
    assert clean.answer == {"read": 1, "refused": {}, "touching": []}
    expected = stack.reading()
    assert expected
    assert expected.trends[0].mentions == Sharing(6, 0.0, 1)

    passes = [number for number, call in enumerate(clean.made) if call.asked.get("IndexName") == "by_day"]
    skipped = set(passes[1:-1])  # one query of a shard fails as any other
    alone = (each for each in each_alone(clean.made) if not skipped.intersection(each))
    every = chain(alone, some_together(clean.made, count=3, seed=7))
    for trouble in sample_of("reading trends", every, clean.made):
        put_back(state)
        stack.clock[0] = NINE
        stack.limits.clear()
        stack.function.starts()
        stack.runs(trouble)
        stack.clock[0] += 20 * MINUTE
        stack.runs({})

        reading, about = stack.reading(), told(trouble, clean.made)
        assert reading, about
        assert (reading.problem, reading.compared, reading.trends) == (None, True, expected.trends), about
