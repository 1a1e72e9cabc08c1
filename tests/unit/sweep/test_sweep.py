from datetime import timedelta

from desk.ports.routing_store import Stage
from sweep.summaries import Summaries
from sweep.sweep import Sweep
from tests.fakes.mail_budget import FakeMailBudget
from tests.unit.route.scene import TUESDAY, Scene, mention, mention_id

LATER = TUESDAY + timedelta(minutes=5)


def sweep_of(scene: Scene) -> Sweep:
    summaries = Summaries(scene.store, scene.publisher, scene.brand, scene.clock)
    return Sweep(scene.store, scene.route, summaries, scene.brand)


def always() -> bool:
    return True


def test_mentions_that_the_stream_lost_are_routed() -> None:
    scene = Scene()
    ids = scene.receive(mention(1), mention(2))

    report = sweep_of(scene).run(LATER, always)

    assert (report.unread, report.unpublished) == (2, 0)
    assert report.oldest == timedelta(minutes=5)
    assert scene.topics.cases("billing") == ids


def test_cases_that_were_not_published_are() -> None:
    scene = Scene()
    ids = scene.receive(mention(1))
    scene.topics.down = True
    scene.route.run(ids)
    scene.topics.down = False
    scene.now = LATER

    report = sweep_of(scene).run(LATER, always)

    assert (report.unread, report.unpublished) == (0, 1)
    assert scene.topics.cases("billing") == ids


def test_what_came_within_two_minutes_is_left_to_the_stream() -> None:
    scene = Scene()
    scene.receive(mention(1, received_at=LATER - timedelta(minutes=1)))

    report = sweep_of(scene).run(LATER, always)

    assert report.unread == 0
    assert scene.store.stored[mention_id(1)].stage is Stage.READING


def test_a_run_without_time_leaves_the_rest_to_the_next() -> None:
    scene = Scene()
    scene.receive(*(mention(number) for number in range(1, 251)))
    times = iter([True, False])

    sweep_of(scene).run(LATER, lambda: next(times, False))

    assert len(scene.topics.cases("billing")) == 100


def test_one_summary_lists_every_case_that_was_put_off_the_urgent_ones_first() -> None:
    scene = Scene(budget=FakeMailBudget(count=1))
    ids = scene.receive(mention(1), mention(2, "billing fault high"), mention(3))
    scene.route.run(ids)

    report = sweep_of(scene).run(LATER, always)

    [mail] = scene.topics.mails("billing")
    assert report.summaries == 1
    assert all(key in mail.body for key in ids)
    assert mail.body.index(ids[1]) < mail.body.index(ids[0])
    assert {stored.stage for stored in scene.store.stored.values()} == {Stage.NOTHING}


def test_a_burst_of_350_on_one_outage_lists_every_case_within_the_budget() -> None:
    scene = Scene()
    ids = scene.receive(*(mention(number, "network fault high") for number in range(1, 351)))
    for start in range(0, 350, 100):
        scene.now += timedelta(milliseconds=300)
        scene.route.run(ids[start : start + 100])

    scene.now = LATER
    sweep_of(scene).run(LATER, always)

    mails = scene.topics.mails("network")
    assert len(mails) <= scene.brand.mail.count
    assert [key for key in ids if not any(key in mail.body for mail in mails)] == []
    assert scene.store.summary_of == {}


def test_a_summary_too_long_for_one_mail_leaves_the_less_urgent_to_the_next_sweep() -> None:
    scene = Scene(budget=FakeMailBudget(count=1))
    words = "가나다 " * 100
    ids = scene.receive(*(mention(number, f"billing inquiry {words}") for number in range(1, 801)))
    ids += scene.receive(mention(801, "billing fault high"))
    scene.route.run(ids)

    runs = 0
    while scene.store.summary_of:
        runs += 1
        scene.now += timedelta(minutes=11)
        sweep_of(scene).run(scene.now, always)

    mails = scene.topics.mails("billing")
    assert 1 < len(mails) == runs <= 6
    assert mention_id(801) in mails[0].body
    assert [key for key in ids if not any(key in mail.body for mail in mails)] == []


def test_a_summary_that_the_budget_does_not_allow_waits() -> None:
    scene = Scene(budget=FakeMailBudget(count=0))
    scene.route.run(scene.receive(mention(1)))

    report = sweep_of(scene).run(LATER, always)

    assert (report.summaries, report.failures) == (0, {})
    assert scene.store.summary_of == {mention_id(1): "billing"}


def test_a_summary_that_sns_refuses_goes_on_waiting_and_costs_the_others_nothing() -> None:
    scene = Scene(budget=FakeMailBudget(count=1))
    scene.route.run(scene.receive(mention(1), mention(2, "network fault")))
    scene.topics.refused = {"mail"}
    refused = sweep_of(scene).run(LATER, always)
    scene.topics.refused = set()
    scene.now += timedelta(minutes=11)

    report = sweep_of(scene).run(LATER, always)

    assert set(refused.failures) == {"summary#billing", "summary#network"}
    assert report.summaries == 2


def test_the_summary_of_a_department_without_subscribers_goes_to_the_operator_as_well() -> None:
    scene = Scene(budget=FakeMailBudget(count=1))
    scene.subscribers.counts = {"billing": 0}
    scene.route.run(scene.receive(mention(1)))

    sweep_of(scene).run(LATER, always)

    assert len(scene.topics.mails("billing")) == len(scene.topics.mails("operator")) == 1


def test_a_department_whose_queue_cannot_be_read_does_not_stop_the_others() -> None:
    scene = Scene(budget=FakeMailBudget(count=1))
    scene.route.run(scene.receive(mention(1), mention(2, "network fault")))
    scene.store.busy = {"for_summary billing"}

    report = sweep_of(scene).run(LATER, always)

    assert list(report.failures) == ["summary#billing"]
    assert len(scene.topics.mails("network")) == 1
