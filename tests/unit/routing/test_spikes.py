"""From the detection of a spike on there is one mail and one call; nothing else changes, and routing never suffers."""

import json
from datetime import timedelta
from typing import Any

import pytest

from desk.brand import OnCall
from desk.mentions.model import Source
from desk.notifications.on_call import OnCallCaller
from desk.routing.route import RouteReport
from desk.spikes.model import Spike
from tests.brands import small_brand
from tests.fakes.notifications import FakeMailBudget, FakeOnCallTopic
from tests.unit.routing.scene import TUESDAY, DangerReader, Scene, mention, mention_id

BRAND = small_brand(on_call=OnCall(phones=("+821000000000",)))
FAULT = "network fault"


class Spiking(Scene):
    """A desk that routes, with somebody on call."""

    def __init__(self, **changes: Any) -> None:
        self.topic = FakeOnCallTopic()
        super().__init__(**{"brand": BRAND, "reader": DangerReader(), **changes})
        on_call = OnCallCaller(
            self.cases, self.topic, self.brand, self.clock,
            links=self.notifier.links, budget=FakeMailBudget(), spikes=self.spikes,
        )  # fmt: skip
        self.wire(self.alerts(self.topic), on_call)
        self._number = 0

    def come(self, *texts: str, **changes: Any) -> RouteReport:
        """Mentions of new authors, a second after each other, a minute after those before."""
        self.now += timedelta(minutes=1)
        came = []
        for text in texts:
            self._number += 1
            one = mention(self._number, text)
            post = one.post._replace(created_at=TUESDAY + timedelta(seconds=self._number))
            about: dict[str, Any] = {"post": post, "received_at": post.created_at, **changes}
            came.append(one._replace(**about))
        return self.router.route(self.receive(*came))

    @property
    def spike(self) -> Spike:
        (spike,) = self.spikes.spikes.values()
        return spike

    def mails(self, department: str = "network") -> list[str]:
        return [mail.body for mail in self.topics.mails(department)]


def test_the_batch_that_shows_a_spike_is_one_mail_and_one_call_and_later_faults_join_silently() -> None:
    scene = Spiking()

    first = scene.come(*[f"{FAULT} high"] * 40)
    later = scene.come(*[f"{FAULT} high"] * 20)

    assert (first.spikes, later.spikes, first.failures, later.failures) == (1, 0, {}, {})
    assert (len(scene.mails()), len(scene.mails("operator")), len(scene.topic.got)) == (1, 1, 1)
    assert scene.spike.mailed_at
    assert scene.spike.called_at
    assert len(scene.heard("network")) == 60
    assert scene.unsent == {}


def test_four_faults_are_mailed_as_ever() -> None:
    scene = Spiking()

    assert scene.come(*[FAULT] * 4).spikes == 0
    assert len(scene.mails()) == 1
    assert not scene.spikes.spikes


def test_danger_is_mailed_and_called_for_by_itself() -> None:
    scene = Spiking()
    scene.come(*[FAULT] * 9)

    scene.come(f"{FAULT} high danger", FAULT)

    (_, danger) = scene.mails()
    assert danger.count("문의 번호") == 1
    assert len(scene.topic.got) == 2
    assert json.loads(scene.topic.got[1].machine)["event"] == "on_call"


def test_a_fault_that_speaks_of_self_harm_is_mailed_even_if_it_was_not_read_as_danger() -> None:
    scene = Spiking()
    scene.come(*[FAULT] * 9)

    scene.come(f"{FAULT} 이제 그만 죽고 싶어요", FAULT)

    (_, danger) = scene.mails()
    assert danger.count("문의 번호") == 1


def test_danger_that_was_only_heard_begins_no_spike() -> None:
    scene = Spiking()

    report = scene.come(*[f"{FAULT} high danger"] * 20, source=Source.LISTENING)

    assert (report.opened, report.spikes) == (20, 0)


def test_danger_in_the_batch_that_shows_the_spike_is_mailed_by_itself() -> None:
    scene = Spiking()

    scene.come(*[FAULT] * 9, f"{FAULT} high danger")

    assert len(scene.mails()) == 2


def test_other_departments_and_other_kinds_are_mailed_as_ever() -> None:
    scene = Spiking()
    scene.come(*[FAULT] * 9)

    scene.come("billing fault", "network inquiry")

    assert (len(scene.mails()), len(scene.mails("billing"))) == (2, 1)


def test_a_fault_of_a_case_from_before_the_spike_is_mailed() -> None:
    scene = Spiking()
    old = mention(1, FAULT, author="7", conversation=1)
    scene.router.route(scene.receive(old._replace(received_at=TUESDAY - timedelta(hours=1))))
    scene._number = 10
    scene.come(*[FAULT] * 9)
    scene.now += timedelta(minutes=1)

    scene.router.route(scene.receive(mention(99, FAULT, author="7", conversation=1)))

    assert len(scene.mails()) == 3


def test_after_the_end_of_a_spike_faults_are_mailed_again() -> None:
    scene = Spiking()
    scene.come(*[FAULT] * 9)
    scene.spikes.end(scene.spike, scene.spike.started_at + timedelta(seconds=10))

    scene._number = 3600
    scene.come(FAULT)

    assert len(scene.mails()) == 2


def test_a_spike_of_which_nobody_was_mailed_covers_nothing_after_two_minutes() -> None:
    scene = Spiking()
    scene.topics.gone |= {"network", "operator"}
    scene.come(*[FAULT] * 9)
    scene.topics.gone.clear()

    scene.come(FAULT)
    silent = len(scene.mails())
    scene.come(FAULT)

    assert (scene.spike.mailed_at, silent, len(scene.mails())) == (None, 0, 1)


@pytest.mark.parametrize(
    "changes", [{"backlog": True}, {"source": Source.LISTENING}, {"received_at": TUESDAY + timedelta(hours=7)}]
)
def test_the_backlog_what_was_heard_and_what_is_hours_old_begin_no_spike(changes: dict[str, Any]) -> None:
    scene = Spiking()

    assert scene.come(*[FAULT] * 20, **changes).spikes == 0


@pytest.mark.parametrize(("first", "spikes"), [(0, 1), (500, 0)])
def test_later_versions_of_posts_begin_no_spike(first: int, spikes: int) -> None:
    scene = Spiking()
    posts = [
        mention(each, FAULT, author=str(each), versions=tuple(dict.fromkeys((first + each, each))))
        for each in range(1, 10)
    ]

    assert scene.router.route(scene.receive(*posts)).spikes == spikes


@pytest.mark.parametrize("method", ["recent", "begin", "days", "faults"])
def test_a_busy_store_stops_no_mail(method: str) -> None:
    scene = Spiking()
    scene.spikes.busy.add(method)
    scene.history.busy.add(method)
    scene.faults.busy = method == "faults"

    report = scene.come(*[FAULT] * 9)

    assert (report.failures, report.published, report.unwatched) == ({}, 9, 9)
    assert len(scene.mails()) == 1
    assert scene.unsent == {}


def test_faults_that_could_neither_be_watched_nor_sent_are_watched_by_the_sweep() -> None:
    scene = Spiking()
    scene.spikes.fail_before.append("recent")
    scene.topics.refused |= {mention_id(number) for number in range(1, 10)}
    unwatched = scene.come(*[FAULT] * 9)
    scene.topics.refused.clear()

    scene.now += timedelta(minutes=5)
    again = scene.send_outbox()

    assert (unwatched.spikes, unwatched.unwatched, len(scene.spikes.spikes), again.failures) == (0, 9, 1, {})
