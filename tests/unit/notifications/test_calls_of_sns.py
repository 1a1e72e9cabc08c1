"""What routing costs in calls: counted on the real adapter, with a client that only counts."""

from typing import Any

import pytest

from desk.brand import Brand
from desk.notifications.notifier import Notifier
from desk.notifications.topics import TopicsSns
from desk.reader.pins import Pinned
from desk.routing.route import Router
from tests.brands import emerald
from tests.fakes.cases import FakeCaseLinks, FakeOptOuts
from tests.fakes.notifications import FakeMailBudget, FakeSubscribers
from tests.fakes.routing import FakeUnitOfWork
from tests.unit.routing.scene import API_URL, TUESDAY, TextReader, mention


class CountingSns:
    def __init__(self) -> None:
        self.batches: list[int] = []

    def publish_batch(self, *, TopicArn: str, PublishBatchRequestEntries: list[Any]) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.batches.append(len(PublishBatchRequestEntries))
        return {}


@pytest.fixture
def brand() -> Brand:
    return emerald()


def calls_for(brand: Brand, texts: list[str]) -> list[int]:
    """The sizes of the batches that SNS got for one batch of mentions."""
    counting = CountingSns()
    sns: Any = counting
    unit_of_work = FakeUnitOfWork()
    notifier = Notifier(
        TopicsSns(sns, topic_prefix="arn:"),
        FakeMailBudget(),
        FakeSubscribers(),
        brand,
        lambda: TUESDAY,
        links=FakeCaseLinks(),
        api_url=API_URL,
    )
    router = Router(unit_of_work, Pinned(TextReader(), ()), notifier, brand, lambda: TUESDAY, opt_outs=FakeOptOuts())
    mentions = [mention(number, text) for number, text in enumerate(texts)]
    unit_of_work.mentions.store(mentions)
    report = router.route([one.id for one in mentions])
    assert report.failures == {}
    return counting.batches


def test_a_batch_of_100_across_eleven_departments_takes_at_most_15_calls(brand: Brand) -> None:
    keys = list(brand.departments)
    assert len(keys) == 11

    calls = calls_for(brand, [f"{keys[n % 11]} inquiry" for n in range(100)])

    assert sum(calls) == 100 + 11
    assert len(calls) <= 15


def test_an_outage_that_fills_a_batch_takes_the_fewest_calls(brand: Brand) -> None:
    calls = calls_for(brand, ["network fault high"] * 100)

    assert len(calls) == 11  # 100 in JSON and one mail, ten a call


def test_ten_posts_of_25_000_syllables_in_one_batch_take_few_calls(brand: Brand) -> None:
    calls = calls_for(brand, [f"network fault {'가' * 25_000}" for _ in range(10)])

    assert sum(calls) == 11
    assert len(calls) <= 5
