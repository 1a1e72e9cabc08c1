import re
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from desk.links import hash_of
from desk.mentions.model import Stage
from desk.notifications.notifier import AnswerLinks
from desk.notifications.outbox_sender import OutboxReport
from desk.outbox.model import OutboxKind
from desk.routing.route import RouteReport
from desk.text import utf8_bytes
from sweep.sweep import SweepMentions, SweepReport
from tests.brands import small_brand
from tests.fakes.cases import FakeCaseLinks
from tests.fakes.notifications import FakeMailBudget
from tests.unit.routing.scene import TUESDAY, DangerReader, Scene, mention, mention_id

LATER = TUESDAY + timedelta(minutes=5)


def always() -> bool:
    return True


class Swept(NamedTuple):
    """What a run of the sweep did: with the outbox, then with mentions that nobody has read."""

    outbox: OutboxReport
    mentions: SweepReport

    @property
    def failures(self) -> dict[str, str]:
        return self.outbox.failures | self.mentions.failures


def swept(scene: Scene, now: datetime = LATER, has_time: Callable[[], bool] = always) -> Swept:
    scene.now = max(now, scene.now)
    return Swept(scene.send_outbox(), SweepMentions(scene.mentions, scene.router).sweep(now, has_time))


_LINK = re.compile(r"^  답변하기: https://desk\.jade\.example/prod/answer/(\S+)$", re.MULTILINE)


def put_off(count: int, words: str = "", links: FakeCaseLinks | None = None) -> tuple[Scene, list[str]]:
    """A desk where so many mentions wait for the list."""
    scene = Scene(budget=FakeMailBudget(count=1), links=links or FakeCaseLinks())
    ids = scene.receive(*(mention(number, f"billing inquiry {words}") for number in range(1, count + 1)))
    scene.router.route(ids)
    return scene, ids


def test_mentions_that_the_stream_lost_are_routed() -> None:
    scene = Scene()
    ids = scene.receive(mention(1), mention(2))

    report = swept(scene, LATER)

    assert (report.mentions.unread, report.outbox.mentions) == (2, 0)
    assert report.mentions.oldest == timedelta(minutes=5)
    assert scene.topics.cases("billing") == ids


def test_cases_that_were_not_published_are() -> None:
    scene = Scene()
    ids = scene.receive(mention(1))
    scene.topics.down = True
    scene.router.route(ids)
    scene.topics.down = False
    scene.now = LATER

    report = swept(scene, LATER)

    assert (report.mentions.unread, report.outbox.mentions) == (0, 1)
    assert scene.topics.cases("billing") == ids


def test_mentions_of_the_last_two_minutes_are_left_to_the_stream() -> None:
    scene = Scene()
    scene.receive(mention(1, received_at=LATER - timedelta(minutes=1)))

    report = swept(scene, LATER)

    assert report.mentions.unread == 0
    assert scene.mentions.stored[mention_id(1)].stage is Stage.READING


def test_a_run_without_time_leaves_the_rest_to_the_next() -> None:
    scene = Scene()
    scene.receive(*(mention(number) for number in range(1, 251)))
    times = iter([True])

    swept(scene, LATER, lambda: next(times, False))

    assert len(scene.topics.cases("billing")) == 100


def test_mentions_that_always_fail_starve_no_other_and_their_age_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sweep.sweep._LIMIT", 100)
    scene = Scene()
    stuck = scene.receive(*(mention(number, "gibberish") for number in range(1, 151)))
    lost = scene.receive(*(mention(number, received_at=TUESDAY + timedelta(hours=1)) for number in range(201, 251)))

    for run in range(4):
        scene.now = TUESDAY + timedelta(hours=2, minutes=5 * run)
        scene.mentions.stored |= {key: scene.mentions.stored[key]._replace(failures=0) for key in stuck}
        report = swept(scene, scene.now)

    assert set(scene.topics.cases("billing")) == set(lost)
    assert report.mentions.oldest >= timedelta(hours=2)


def test_a_defect_with_one_mention_does_not_affect_the_others() -> None:
    scene = Scene()
    ids = scene.receive(*(mention(number) for number in range(1, 21)))

    class Brittle:
        def route(self, mention_ids: Collection[str]) -> RouteReport:
            if ids[6] in mention_ids:
                raise KeyError("opened_at")
            return scene.router.route(mention_ids)

    report = SweepMentions(scene.mentions, Brittle()).sweep(LATER, always)

    assert report.failures == {ids[6]: "KeyError"}
    assert set(scene.topics.cases("billing")) == set(ids) - {ids[6]}


def test_danger_that_could_not_be_mailed_comes_before_all_summaries_even_if_there_is_time_for_one_thing_only() -> None:
    scene = Scene(reader=DangerReader(), budget=FakeMailBudget(count=1))
    scene.router.route(scene.receive(*(mention(number, "billing inquiry") for number in (1, 2))))
    scene.topics.down = True
    scene.router.route(scene.receive(mention(3, "billing inquiry high danger")))
    scene.topics.down, scene.now = False, LATER
    scene.budget.count = 9
    before, times = len(scene.topics.mails("billing")), iter([True])

    scene.news.send(scene.outbox.of(OutboxKind.MENTION), lambda: next(times, False), OutboxReport())

    [mail] = scene.topics.mails("billing")[before:]
    assert (mail.subject or "").startswith("[위험] ")
    assert scene.summary_of == {mention_id(1): "billing", mention_id(2): "billing"}


def test_one_summary_lists_every_case_that_was_put_off_the_urgent_ones_first() -> None:
    scene = Scene(budget=FakeMailBudget(count=1))
    ids = scene.receive(mention(1), mention(2, "billing fault high"), mention(3))
    scene.router.route(ids)

    report = swept(scene, LATER)

    [mail] = scene.topics.mails("billing")
    assert report.outbox.summaries == 1
    assert all(key in mail.body for key in ids)
    assert mail.body.index(ids[1]) < mail.body.index(ids[0])
    assert scene.unsent == {}


def test_a_burst_of_350_on_one_outage_lists_every_case_within_the_budget() -> None:
    scene = Scene()
    ids = scene.receive(*(mention(number, "network fault high") for number in range(1, 351)))
    for start in range(0, 350, 100):
        scene.now += timedelta(milliseconds=300)
        scene.router.route(ids[start : start + 100])

    scene.now = LATER
    swept(scene, LATER)

    mails = scene.topics.mails("network")
    assert len(mails) <= scene.brand.mail.count
    assert [key for key in ids if not any(key in mail.body for mail in mails)] == []
    assert scene.summary_of == {}


def test_a_summary_too_long_for_one_mail_leaves_the_less_urgent_to_the_next_sweep(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("desk.notifications.summaries.MAIL_BYTES", 12_000)
    scene = Scene(budget=FakeMailBudget(count=1))
    words = "가나다 " * 100
    ids = scene.receive(*(mention(number, f"billing inquiry {words}") for number in range(1, 81)))
    ids += scene.receive(mention(81, "billing fault high"))
    scene.router.route(ids)

    runs = 0
    while scene.summary_of:
        runs += 1
        scene.now += timedelta(minutes=11)
        swept(scene, scene.now)

    mails = scene.topics.mails("billing")
    assert 1 < len(mails) == runs <= 6
    assert mention_id(81) in mails[0].body
    assert [key for key in ids if not any(key in mail.body for mail in mails)] == []


def test_a_summary_that_the_budget_does_not_allow_waits() -> None:
    scene = Scene(budget=FakeMailBudget(count=0))
    scene.router.route(scene.receive(mention(1)))

    report = swept(scene, LATER)

    assert (report.outbox.summaries, report.failures) == (0, {})
    assert scene.summary_of == {mention_id(1): "billing"}
    assert scene.links.links == {}


def test_a_summary_that_sns_refuses_waits_and_delays_no_other() -> None:
    scene = Scene(budget=FakeMailBudget(count=1))
    scene.router.route(scene.receive(mention(1), mention(2, "network fault")))
    scene.topics.refused = {"mail"}
    refused = swept(scene, LATER)
    scene.topics.refused = set()
    scene.now += timedelta(minutes=11)

    report = swept(scene, LATER)

    assert set(refused.failures) == {"summary#billing", "summary#network"}
    assert report.outbox.summaries == 2


def test_the_summary_of_a_department_without_subscribers_goes_to_the_operator_as_well() -> None:
    scene = Scene(budget=FakeMailBudget(count=1))
    scene.subscribers.counts = {"billing": 0}
    scene.router.route(scene.receive(mention(1)))

    swept(scene, LATER)

    assert len(scene.topics.mails("billing")) == len(scene.topics.mails("operator")) == 1
    assert "요금·청구" in scene.topics.mails("operator")[0].body
    assert {link.department for link in scene.links.links.values()} == {"billing", "operator"}
    assert scene.summary_of == {}


def test_the_operator_gets_one_summary_for_all_departments_without_subscribers() -> None:
    scene = Scene(budget=FakeMailBudget(count=1))
    scene.subscribers.counts = {"billing": 0, "network": 0}
    ids = scene.receive(mention(1), mention(2, "network fault"), mention(3, "operator inquiry"))
    scene.router.route(ids)

    swept(scene, LATER)

    [mail] = scene.topics.mails("operator")
    assert [key for key in ids if key not in mail.body] == []


def test_the_operator_gets_the_summary_even_if_the_topic_without_subscribers_is_gone() -> None:
    scene = Scene(budget=FakeMailBudget(count=1))
    scene.subscribers.counts = {"billing": 0}
    scene.router.route(scene.receive(mention(1)))
    scene.topics.gone = {"billing"}

    swept(scene, LATER)

    assert len(scene.topics.mails("operator")) == 1
    assert scene.summary_of == {}


def test_the_summary_of_a_removed_department_goes_to_the_operator() -> None:
    scene = Scene(budget=FakeMailBudget(count=1))
    scene.subscribers.counts = {"billing": 2, "network": 1}
    scene.router.route(scene.receive(mention(1)))
    others = {key: one for key, one in scene.brand.departments.items() if key != "billing"}
    after = Scene(
        small_brand(departments=others), unit_of_work=scene.unit_of_work, subscribers=scene.subscribers, now=LATER
    )

    swept(after, LATER)

    [mail] = after.topics.mails("operator")
    assert mention_id(1) in mail.body
    assert after.topics.mails("billing") == []
    assert scene.summary_of == {}


def test_a_summary_that_could_not_be_recorded_is_sent_again_and_reported() -> None:
    scene = Scene(budget=FakeMailBudget(count=1))
    scene.router.route(scene.receive(mention(1)))
    scene.outbox.busy = {"settle"}
    unnoted = swept(scene, LATER)
    scene.outbox.busy = set()
    scene.now += timedelta(minutes=11)

    swept(scene, scene.now)

    assert list(unnoted.failures) == ["summary#billing"]
    assert len(scene.topics.mails("billing")) == 2
    assert scene.summary_of == {}


def test_a_department_whose_queue_cannot_be_read_does_not_stop_the_others() -> None:
    scene = Scene(budget=FakeMailBudget(count=1))
    scene.router.route(scene.receive(mention(1), mention(2, "network fault")))
    scene.outbox.busy = {"billing"}

    report = swept(scene, LATER)

    assert list(report.failures) == ["outbox#billing"]
    assert len(scene.topics.mails("network")) == 1


def test_every_case_of_a_list_has_a_link_for_its_department() -> None:
    scene, _ = put_off(3)

    scene.send_outbox()

    [mail] = scene.topics.mails("billing")
    opened = [scene.links.links[hash_of(link_id)] for link_id in _LINK.findall(mail.body)]
    assert {link.case_id for link in opened} == {heard["case"]["id"] for heard in scene.heard("billing")}
    assert {link.department for link in opened} == {"billing"}


def test_a_mention_that_was_erased_while_it_waited_leaves_the_outbox_and_is_in_no_list() -> None:
    scene, ids = put_off(2)
    scene.mentions.erase(ids[0])

    report = scene.send_outbox()

    [mail] = scene.topics.mails("billing")
    assert [key in mail.body for key in ids] == [False, True]
    assert (report.failures, scene.unsent) == ({}, {})


def test_links_are_made_only_for_the_cases_that_the_mail_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.notifications.summaries.MAIL_BYTES", 12_000)
    scene, _ = put_off(70, "가나다 " * 100)

    scene.send_outbox()

    [mail] = scene.topics.mails("billing")
    assert utf8_bytes(mail.body) <= 12_000
    assert 0 < len(scene.links.links) == len(_LINK.findall(mail.body)) < 70
    assert len(scene.summary_of) == 70 - len(scene.links.links)


def test_a_list_without_links_has_fewer_cases_if_the_notice_takes_more_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("desk.notifications.summaries.MAIL_BYTES", 12_000)  # room for 30 cases with links
    listed = []
    for links in (FakeCaseLinks(), FakeCaseLinks(busy=True)):
        scene, ids = put_off(30, "가나다 " * 100, links)
        scene.notifier.links = AnswerLinks(links, "https://d.kr", scene.clock)
        scene.send_outbox()
        [mail] = scene.topics.mails("billing")
        listed.append([key for key in ids if key in mail.body])
        assert set(ids) - set(listed[-1]) == scene.summary_of.keys()

    assert len(listed[0]) == 30 > len(listed[1])
