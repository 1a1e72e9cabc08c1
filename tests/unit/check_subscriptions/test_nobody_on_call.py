"""Whether anybody at all would be called in an emergency, as the handler measures it."""

import json
from uuid import uuid4

import pytest
from aws_lambda_powertools import Logger, Metrics

import check_subscriptions.handler
from check_subscriptions.compare import CompareSubscriptions
from check_subscriptions.wiring import Wired
from desk.brand import Brand, OnCall
from desk.errors import TopicsUnavailable
from tests.brands import small_brand
from tests.fakes.notifications import FakeSubscribers, FakeSubscriptions

PHONE, HOOK = "+821000000000", "https://oncall.jade.example/hook"
CALLED = small_brand(on_call=OnCall(phones=(PHONE,), webhooks=(HOOK,)))


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> "Measure":
    return Measure(monkeypatch, capsys)


class Measure:
    """Runs the handler and reads its metrics."""

    def __init__(self, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._patch = patch
        self._capsys = capsys

    def __call__(self, subscriptions: FakeSubscriptions, brand: Brand = CALLED) -> dict[str, list[float]]:
        metrics = Metrics(namespace="Dorothy", service="test")
        wired = Wired(
            CompareSubscriptions(subscriptions, FakeSubscribers(), brand), Logger(service=f"test-{uuid4()}"), metrics
        )
        self._patch.setattr("check_subscriptions.handler._WIRED", wired)
        try:
            check_subscriptions.handler.lambda_handler({}, object())
        finally:
            self.seen = self._emitted()
        return self.seen

    def _emitted(self) -> dict[str, list[float]]:
        lines = [json.loads(line) for line in self._capsys.readouterr().out.splitlines()]
        (emitted,) = (line for line in lines if "_aws" in line)
        return {name: value for name, value in emitted.items() if isinstance(value, list)}


def test_nobody_of_those_on_call_being_subscribed_is_measured(measured: Measure) -> None:
    assert measured(FakeSubscriptions(called=["+821099999999"]))["NobodyOnCall"] == [1]


@pytest.mark.parametrize("reached", [PHONE, HOOK])
def test_one_who_can_be_called_is_enough(reached: str, measured: Measure) -> None:
    seen = measured(FakeSubscriptions(called=[reached]))

    assert seen["NobodyOnCall"] == [0]
    assert seen["SubscriptionsMissing"][0] >= 1


def test_a_desk_that_calls_nobody_misses_nobody(measured: Measure) -> None:
    assert measured(FakeSubscriptions(), small_brand())["NobodyOnCall"] == [0]


def test_nothing_is_said_of_those_on_call_when_they_cannot_be_looked_at(measured: Measure) -> None:
    with pytest.raises(TopicsUnavailable):
        measured(FakeSubscriptions(down={"on_call"}))

    assert "NobodyOnCall" not in measured.seen
