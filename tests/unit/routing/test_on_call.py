"""Whoever is on call hears at once of what routing has just opened or raised, and routing never suffers for it."""

import json
from copy import replace
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest

from desk.brand import OnCall
from desk.mentions.model import Mention
from desk.notifications.on_call import OnCallCaller
from desk.notifications.wiring import EVERY_MINUTE, WINDOW
from desk.reading import Reading
from desk.routing.route import RouteReport
from route_inquiry import wiring
from tests.brands import small_brand
from tests.fakes.notifications import FakeMailBudget, FakeOnCallTopic
from tests.unit.routing.scene import Scene, TextReader, mention

BRAND = small_brand(on_call=OnCall(phones=("+821000000000",)))


class WakingReader(TextReader):
    """What says so wakes."""

    def read(self, mention: Mention) -> Reading:
        return replace(super().read(mention), wakes="wakes" in mention.post.text)


@dataclass
class Calling(Scene):
    """Route, and what calls those on call: its cases are those of the routing store."""

    topic: FakeOnCallTopic = field(default_factory=FakeOnCallTopic)

    def __post_init__(self) -> None:
        super().__post_init__()
        on_call = OnCallCaller(
            self.cases,
            self.topic,
            self.brand,
            self.clock,
            links=self.notifier.links,
            budget=FakeMailBudget(),
            spikes=self.spikes,
        )
        self.wire(self.alerts(self.topic), on_call)

    def come(self, *mentions: Mention) -> RouteReport:
        return self.router.route(self.receive(*mentions))


def calling(**changes: Any) -> Calling:
    return Calling(**{"brand": BRAND, "reader": WakingReader(), **changes})


def called(scene: Calling) -> list[str]:
    return [case["id"] for message in scene.topic.got for case in json.loads(message.machine)["cases"]]


def test_an_emergency_that_was_just_opened_is_called_at_once() -> None:
    scene = calling()

    report = scene.come(mention(1, "network fault high wakes"), mention(2, "billing inquiry"))

    assert called(scene) == report.urgent
    assert (len(report.urgent), report.failures) == (1, {})


def test_a_case_that_becomes_an_emergency_is_called_at_once() -> None:
    scene = calling()
    scene.come(mention(1, "network fault", author="7", conversation=1))
    calm = called(scene)

    scene.come(mention(2, "network fault high wakes", author="7", conversation=1))

    assert (calm, len(called(scene))) == ([], 1)


def test_an_emergency_in_a_case_with_a_holder_is_called_at_once() -> None:
    scene = calling()
    scene.come(mention(1, "network fault", author="7", conversation=1))
    ((case_id, case),) = scene.cases.cases.items()
    scene.cases.cases[case_id] = case._replace(holder="지은")

    scene.come(mention(2, "network fault high wakes", author="7", conversation=1))

    assert called(scene) == [case_id]


def test_an_urgent_case_that_does_not_wake_makes_no_call() -> None:
    scene = calling()

    report = scene.come(mention(1, "network fault high"))

    assert (len(report.urgent), called(scene)) == (1, [])


def test_the_backlog_of_the_first_poll_makes_no_call() -> None:
    scene = calling()

    report = scene.come(mention(1, "network fault high wakes", backlog=True))

    assert (report.urgent, called(scene)) == ([], [])


def test_a_call_topic_that_is_down_does_not_fail_mentions() -> None:
    scene = calling()
    scene.topic.down = True

    report = scene.come(mention(1, "network fault high wakes"))

    assert (report.failures, report.published) == ({}, 1)


def test_a_defect_of_calling_does_not_fail_mentions(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = calling()
    monkeypatch.delattr(OnCallCaller, "call")

    report = scene.come(mention(1, "network fault high wakes"), mention(2, "billing inquiry"))

    assert (report.failures, report.opened) == ({}, 2)


def test_a_desk_with_nobody_on_call_reads_no_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeOnCallTopic, "send", None)
    scene = calling(brand=small_brand())

    report = scene.come(mention(1, "network fault high wakes"))

    assert (len(report.urgent), scene.cases.calls["file"], scene.cases.calls["claim_call"]) == (1, 0, 0)


def test_routing_leaves_a_part_of_the_budget_to_the_task_of_every_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[int, str]] = []
    monkeypatch.setattr(wiring, "load_brand", lambda: BRAND)
    monkeypatch.setattr(wiring, "parts", Mock())
    monkeypatch.setattr(wiring, "wire_on_call", lambda *_, keep, topic_arn: made.append((keep, topic_arn)))

    wiring.wire({"X_SITE_URL": "https://x.example", "ON_CALL_TOPIC_ARN": "arn", "API_URL": "https://desk.example"})

    assert made == [(EVERY_MINUTE, "arn")]
    assert WINDOW // timedelta(minutes=1) < EVERY_MINUTE
