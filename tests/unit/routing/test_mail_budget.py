from datetime import timedelta

import pytest

from desk.mentions.model import Stage
from tests.fakes.notifications import FakeMailBudget
from tests.unit.routing.scene import Scene, mention, mention_id


def test_within_a_second_a_department_gets_one_mail_and_the_rest_waits_for_the_summary() -> None:
    scene = Scene()

    scene.router.route(scene.receive(mention(1)))
    report = scene.router.route(scene.receive(mention(2)))

    assert (report.mails, report.put_off) == (0, 1)
    assert scene.topics.cases("billing") == [mention_id(1), mention_id(2)]
    assert scene.mentions.stored[mention_id(2)].stage is Stage.MAILING


def test_one_mail_of_the_budget_is_kept_for_the_summary() -> None:
    scene = Scene(budget=FakeMailBudget(count=3))

    for number in range(1, 6):
        scene.now += timedelta(seconds=2)
        scene.router.route(scene.receive(mention(number)))

    assert len(scene.topics.mails("billing")) == 2
    assert scene.notifier.reserve_mail("billing") is True


def test_a_department_whose_only_subscriber_left_is_mailed_to_the_operator_as_well() -> None:
    scene = Scene()
    scene.subscribers.counts = {"billing": 0, "network": 1}

    scene.router.route(scene.receive(mention(1), mention(2, "network fault"), mention(3, "operator inquiry")))

    assert len(scene.topics.mails("billing")) == len(scene.topics.mails("network")) == 1
    [mail] = scene.topics.mails("operator")
    assert mention_id(1) in mail.body
    assert mention_id(3) in mail.body
    assert mention_id(2) not in mail.body
    assert scene.topics.cases("operator") == [mention_id(3)]


def test_a_department_nobody_looked_at_yet_is_taken_to_have_subscribers() -> None:
    scene = Scene()

    scene.router.route(scene.receive(mention(1)))

    assert scene.topics.mails("operator") == []


def test_what_neither_the_silent_department_nor_the_operator_may_get_waits_for_the_departments_summary() -> None:
    scene = Scene(budget=FakeMailBudget(count=0))
    scene.subscribers.counts = {"billing": 0}

    scene.router.route(scene.receive(mention(1)))

    assert scene.mentions.summary_of == {mention_id(1): "billing"}


def test_what_the_operator_may_not_get_for_a_silent_department_waits_for_the_operators_summary() -> None:
    scene = Scene()
    scene.subscribers.counts = {"billing": 0}
    scene.budget.reserve("operator", scene.now)

    scene.router.route(scene.receive(mention(1)))

    assert scene.mentions.summary_of == {mention_id(1): "operator"}


def test_a_defect_of_the_budget_costs_the_mail_its_time_and_the_json_nothing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> bool:
        raise KeyError("sent")

    scene = Scene()
    monkeypatch.setattr(scene.budget, "reserve", broken)

    report = scene.router.route(scene.receive(mention(1), mention(2, "network fault")))

    assert (report.failures, report.published, report.put_off) == ({}, 2, 2)
    assert "KeyError: 'sent'" in caplog.text


def test_every_case_of_a_full_batch_is_in_its_bundle() -> None:
    scene = Scene()
    ids = scene.receive(*(mention(number, f"billing inquiry {'가' * 5_000}") for number in range(1, 101)))

    scene.router.route(ids)

    [mail] = scene.topics.mails("billing")
    assert [key for key in ids if key not in mail.body] == []


def test_a_mail_that_cannot_be_written_waits_for_the_summary_and_the_log_says_why(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("no such phrase")

    monkeypatch.setattr("desk.notifications.notifier.render_mail", broken)
    scene = Scene()

    report = scene.router.route(scene.receive(mention(1)))

    assert (report.published, report.put_off, report.failures) == (1, 1, {})
    assert "no such phrase" in caplog.text
