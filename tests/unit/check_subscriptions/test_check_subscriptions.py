"""Comparing desk.yaml with the topics' subscriptions: who is missing, and what the handler measures of it."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from aws_lambda_powertools import Logger, Metrics

from check_subscriptions import handler
from check_subscriptions.compare import CompareSubscriptions
from check_subscriptions.wiring import Wired
from desk.brand import Brand, OnCall
from desk.errors import TopicsUnavailable
from desk.notifications.topics import Subscription
from tests.brands import small_brand
from tests.fakes.health import FakeHeartbeats
from tests.fakes.notifications import FakeSubscribers, FakeSubscriptions

ALL_WELL = {
    "billing": [Subscription("Billing@jade.example", confirmed=True, mail_only=True)],
    "network": [Subscription("network@jade.example", confirmed=True, mail_only=True)],
    "operator": [Subscription("desk@jade.example", confirmed=True, mail_only=True)],
}
PHONE, HOOK = "+821000000000", "https://oncall.jade.example/Hook"
WITH_ON_CALL = small_brand(on_call=OnCall(phones=(PHONE,), webhooks=(HOOK,)))

type Measure = Callable[..., dict[str, list[float]]]


def compared(
    subscriptions: FakeSubscriptions, brand: Brand | None = None
) -> tuple[FakeSubscribers, dict[str, list[str]], dict[str, str]]:
    recorded = FakeSubscribers()
    report = CompareSubscriptions(subscriptions, recorded, brand or small_brand()).compare()
    return recorded, report.missing, report.failures


def test_nobody_is_missing_when_every_address_is_confirmed_in_upper_or_lower_case() -> None:
    recorded, missing, failures = compared(FakeSubscriptions(ALL_WELL))

    assert (missing, failures) == ({}, {})
    assert recorded.counts == {"billing": 1, "network": 1, "operator": 1}


@pytest.mark.parametrize(
    ("subscription", "count"),
    [
        (Subscription("billing@jade.example", confirmed=False, mail_only=False), 0),
        (Subscription("billing@jade.example", confirmed=True, mail_only=False), 0),
        (Subscription("clerk@jade.example", confirmed=True, mail_only=True), 1),
    ],
    ids=["unconfirmed", "without the filter", "somebody who is not in desk.yaml"],
)
def test_an_address_without_a_confirmed_subscription_to_mails_is_missing(
    subscription: Subscription, count: int
) -> None:
    recorded, missing, _ = compared(FakeSubscriptions(ALL_WELL | {"billing": [subscription]}))

    assert missing == {"billing": ["billing@jade.example"]}
    assert (recorded.counts["billing"], recorded.missing["billing"]) == (count, ["billing@jade.example"])


def test_a_department_that_cannot_be_checked_keeps_its_record_and_stops_no_other() -> None:
    recorded, _, failures = compared(FakeSubscriptions(ALL_WELL, down={"billing"}))

    assert list(failures) == ["billing"]
    assert recorded.counts == {"network": 1, "operator": 1}


@pytest.mark.parametrize(
    ("subscriptions", "found"),
    [
        (FakeSubscriptions(ALL_WELL, called=[PHONE, HOOK.lower()]), ({"on_call": [HOOK]}, {})),
        (FakeSubscriptions(ALL_WELL, called=[HOOK, PHONE]), ({}, {})),
        (FakeSubscriptions(ALL_WELL, down={"on_call"}), ({}, {"on_call": "on call: AuthorizationError"})),
    ],
    ids=["one is missing", "all are subscribed", "cannot be checked"],
)
def test_people_on_call_are_compared_too_and_recorded_as_no_department(
    subscriptions: FakeSubscriptions, found: tuple[dict[str, list[str]], dict[str, str]]
) -> None:
    recorded, missing, failures = compared(subscriptions, WITH_ON_CALL)

    assert (missing, failures) == found
    assert set(recorded.counts) == set(ALL_WELL)


def test_a_desk_with_nobody_on_call_does_not_ask_for_their_subscriptions() -> None:
    assert compared(FakeSubscriptions(ALL_WELL, down={"on_call"}))[1:] == ({}, {})


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Measure:
    """Runs the handler and returns its metrics."""

    def measure(subscriptions: FakeSubscriptions, brand: Brand = WITH_ON_CALL) -> dict[str, list[float]]:
        compare = CompareSubscriptions(subscriptions, FakeSubscribers(), brand)
        wired = Wired(
            compare, Logger(service=f"test-{uuid4()}"), Metrics(namespace="Dorothy", service="test"), FakeHeartbeats()
        )
        monkeypatch.setattr(handler, "_wired", lambda: wired)
        if "on_call" in subscriptions.down:
            with pytest.raises(TopicsUnavailable):
                handler.lambda_handler({}, object())
        else:
            handler.lambda_handler({}, object())
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        (emitted,) = (line for line in lines if "_aws" in line)
        return {name: value for name, value in emitted.items() if isinstance(value, list)}

    return measure


@pytest.mark.parametrize(("subscribed", "nobody"), [("+821099999999", 1), (PHONE, 0), (HOOK, 0)])
def test_the_handler_measures_whether_a_call_would_reach_somebody(
    subscribed: str, nobody: int, measured: Measure
) -> None:
    metrics = measured(FakeSubscriptions(called=[subscribed]))

    assert metrics["NobodyOnCall"] == [nobody]
    assert metrics["SubscriptionsMissing"][0] >= 1


def test_a_desk_that_calls_nobody_misses_nobody(measured: Measure) -> None:
    assert measured(FakeSubscriptions(), small_brand())["NobodyOnCall"] == [0]


def test_nothing_is_measured_about_people_on_call_who_cannot_be_checked(measured: Measure) -> None:
    assert "NobodyOnCall" not in measured(FakeSubscriptions(down={"on_call"}))
