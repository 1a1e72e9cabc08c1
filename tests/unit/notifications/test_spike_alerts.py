"""People are notified of a spike once: a call and a mail when it is found, and a mail when it has ended."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from desk.brand import Brand
from desk.brand import OnCall as WhoIsOnCall
from desk.cases.model import CaseState
from desk.links import hash_of
from desk.mentions.model import Mention
from desk.notifications.notifier import Notifier
from desk.notifications.on_call import ON_CALL, OnCallCaller
from desk.notifications.spike_alerts import WAITING_CASES, AlertReport, SpikeAlerts
from desk.outbox.model import OutboxEntry
from desk.reading import Kind, Need, Reading, Safety, Urgency
from desk.routing.decide import plan
from desk.spikes.faults import Fault, shared_words
from desk.spikes.model import Spike, SpikeNotice
from tests.brands import small_brand
from tests.fakes.cases import FakeCaseLinks
from tests.fakes.in_trouble import Killed
from tests.fakes.notifications import FakeMailBudget, FakeOnCallTopic, FakeSubscribers, FakeTopics
from tests.fakes.routing import FakeUnitOfWork
from tests.fakes.spikes import FakeFaults, FakeSpikes
from tests.unit.notifications.mail_scene import NOON, mention, post

BRAND = small_brand(on_call=WhoIsOnCall(phones=("+821000000000",)), console_url="https://desk.jade.example/console")
SPIKE = Spike("20261124T031000000000-network", "network", NOON, NOON + timedelta(minutes=10), 10, 40, 0.4)
FIVE_MINUTES = timedelta(minutes=5)


def fault(number: int, text: str = "전화가 먹통이에요", **changes: Any) -> tuple[Mention, Reading]:
    """A fault of network, posted so many seconds after noon in a conversation of its own."""
    made = post(str(9000 + number), text, author=None, author_id=str(number))
    made = made._replace(conversation_id=made.id, created_at=NOON + timedelta(seconds=number))
    reading = Reading(Kind.FAULT, Need.SUPPORT, "network", Urgency.HIGH, "ko", 0.9, (), terms=("먹통",), wakes=True)
    return mention(made), reading._replace(**changes)


@dataclass
class Scene:
    """The spike with its faults, and the people who are notified. `now` is the machine's time."""

    brand: Brand = BRAND
    now: datetime = SPIKE.detected_at
    work: FakeUnitOfWork = field(default_factory=FakeUnitOfWork)
    spikes: FakeSpikes = field(default_factory=FakeSpikes)
    topics: FakeTopics = field(default_factory=FakeTopics)
    on_call: FakeOnCallTopic = field(default_factory=FakeOnCallTopic)
    budget: FakeMailBudget = field(default_factory=FakeMailBudget)
    links: FakeCaseLinks = field(default_factory=FakeCaseLinks)

    def __post_init__(self) -> None:
        self.spikes.begin(SPIKE)
        self.faults = FakeFaults(self.work.mentions)
        self.starts()

    def starts(self) -> None:
        """A new process: it remembers nothing."""
        notifier = Notifier(
            self.topics, self.budget, FakeSubscribers({"network": 1}), self.brand, self.clock,
            links=self.links, api_url="https://desk.jade.example",
        )  # fmt: skip
        caller = OnCallCaller(
            self.work.cases, self.on_call, self.brand, self.clock,
            links=notifier.links, budget=self.budget, spikes=self.spikes,
        )  # fmt: skip
        self.alerts = SpikeAlerts(
            self.spikes.outbox, self.spikes, notifier, caller, self.brand, self.clock,
            faults=self.faults, mentions=self.work.mentions, cases=self.work.cases,
        )  # fmt: skip

    def clock(self) -> datetime:
        return self.now

    def come(self, *faults: tuple[Mention, Reading]) -> None:
        for one in faults:
            self.work.mentions.store([one[0]])
            self.work.commit(plan([one], {}, self.brand).steps, one[0].received_at)

    def alert(self) -> AlertReport:
        """The call and the mails of the beginning."""
        return self.sends(SpikeNotice.CALL, SpikeNotice.MAIL)

    def end(self) -> AlertReport:
        """The spike ends, if it has not, and the mails about it."""
        self.spikes.end(SPIKE, self.now)
        return self.sends(SpikeNotice.END_MAIL)

    def sends(self, *notices: SpikeNotice) -> AlertReport:
        """What is left of these notices, and five minutes go by."""
        report = self.alerts.notify(SPIKE.id, [entry for entry in self.unsent if entry.what in notices])
        self.now += FIVE_MINUTES
        return report

    @property
    def unsent(self) -> list[OutboxEntry]:
        return list(self.spikes.outbox.stored.values())

    @property
    def stored(self) -> Spike:
        return self.spikes.spikes[SPIKE.id]

    def sent(self) -> dict[str, int]:
        """How many mails each topic got, and how many calls there were."""
        mails = {topic: len(self.topics.mails(topic)) for topic in self.brand.departments}
        return {**{topic: count for topic, count in mails.items() if count}, ON_CALL: len(self.on_call.got)}

    def mail(self, topic: str = "network") -> str:
        return self.topics.mails(topic)[-1].body


ONE_OF_EACH = {"network": 1, "operator": 1, ON_CALL: 1}


def test_a_spike_is_one_mail_to_its_department_and_the_operator_and_one_call() -> None:
    scene = Scene()
    scene.come(*(fault(number) for number in range(1, 41)))

    first = scene.alert()
    scene.starts()
    again = scene.alert()

    assert scene.sent() == ONE_OF_EACH
    assert (first.mails, first.calls, again) == (2, 1, AlertReport())
    assert (scene.stored.mailed_at, scene.stored.called_at) == (SPIKE.detected_at, SPIKE.detected_at)
    assert scene.topics.mails("network")[0].subject == "[제이드] 네트워크 장애 신고 급증: 10분에 40건 (평소 0.4건)"


def test_people_are_called_before_anybody_is_mailed() -> None:
    scene = Scene()
    mailed: list[int] = []
    scene.on_call.after = lambda: mailed.append(sum(map(len, scene.topics.got.values())))

    scene.alert()

    assert (mailed, scene.sent()) == ([0], ONE_OF_EACH)


def test_the_mail_quotes_the_first_faults_with_links_for_whoever_reads_it() -> None:
    scene = Scene()
    scene.come(*(fault(number, f"{number}번째 신고, 제 번호는 010-1234-5678") for number in range(1, 9)))

    scene.alert()

    assert re.findall(r"\| (\d)번째 신고, 제 번호는 (\S+)", scene.mail()) == [
        (str(number), "●●●-●●●●-●●78") for number in range(1, 6)
    ]
    for topic in ("network", "operator"):
        ids = re.findall(r"답변하기: https://desk\.jade\.example/answer/(\S+)", scene.mail(topic))
        assert [scene.links.links[hash_of(each)].department for each in ids] == [topic] * 5


def test_a_text_about_danger_is_not_quoted() -> None:
    scene = Scene()
    scene.come(fault(1, "살려 주세요", safety=Safety.DANGER, terms=()), fault(2))

    scene.alert()

    assert "살려" not in scene.mail()
    assert scene.mail().count("| ") == 1


def test_the_mail_goes_out_without_texts_if_they_cannot_be_read() -> None:
    scene = Scene()
    scene.come(fault(1))
    scene.faults.busy = True

    assert scene.alert().failures == {}
    assert "10분 동안 40건이 올라왔습니다" in scene.mail()
    assert "| " not in scene.mail()


def test_a_used_up_budget_holds_nothing_back_and_the_mails_count() -> None:
    scene = Scene(budget=FakeMailBudget(count=1))

    scene.alert()
    assert (scene.sent(), scene.budget.sent) == (
        ONE_OF_EACH,
        {topic: [SPIKE.detected_at] for topic in ("network", "operator", ON_CALL)},
    )
    scene.end()

    assert scene.sent() == {"network": 2, "operator": 2, ON_CALL: 1}


def test_a_spike_of_a_trial_is_for_the_operator_alone() -> None:
    departments = BRAND.departments | {"network": BRAND.departments["network"]._replace(is_in_trial=True)}
    scene = Scene(brand=BRAND._replace(departments=departments))

    scene.alert()
    scene.end()

    assert scene.sent() == {"operator": 2, ON_CALL: 0}
    assert "네트워크는 시범 운영 중이라 이 메일은 운영자에게만 보냅니다." in scene.topics.mails("operator")[0].body
    assert scene.unsent == []


def test_a_spike_of_the_operator_or_of_a_department_that_is_gone_is_one_mail() -> None:
    departments = {key: each for key, each in BRAND.departments.items() if key != "network"}
    scene = Scene(brand=BRAND._replace(departments=departments))

    scene.alert()

    assert scene.sent() == {"operator": 1, ON_CALL: 1}


def test_nobody_is_called_where_nobody_is_on_call() -> None:
    scene = Scene(brand=BRAND._replace(on_call=WhoIsOnCall()))

    scene.alert()

    assert scene.sent() == {"network": 1, "operator": 1, ON_CALL: 0}
    assert scene.unsent == []


# What fails


def test_a_topic_that_is_down_gets_the_mail_later_and_the_other_one_only_once() -> None:
    scene = Scene()
    scene.topics.gone = {"network"}
    failed = scene.alert()
    waits, mailed_at = scene.unsent, scene.stored.mailed_at
    scene.topics.gone = set()
    scene.alert()

    assert failed.failures == {f"spike#{SPIKE.id}#network": "InternalError"}
    assert ([entry.recipient for entry in waits], mailed_at) == (["network"], None)
    assert scene.sent() == ONE_OF_EACH
    assert scene.unsent == []


def test_a_call_that_fails_is_made_later_and_delays_no_mail() -> None:
    scene = Scene()
    scene.on_call.down = True
    failed = scene.alert()
    sent = scene.sent()
    scene.on_call.down = False
    scene.alert()

    assert failed.failures == {f"spike#{SPIKE.id}#call": "TopicsUnavailable: down"}
    assert sent == {"network": 1, "operator": 1, ON_CALL: 0}
    assert scene.sent() == ONE_OF_EACH


@pytest.mark.parametrize("method", ["claim", "mark_sent", "settle"])
@pytest.mark.parametrize("how", ["fail_before", "fail_after"])
def test_a_busy_store_makes_nothing_come_twice_and_nothing_get_lost(method: str, how: str) -> None:
    scene = Scene()
    store = scene.spikes.outbox if method == "settle" else scene.spikes
    getattr(store, how).append(method)

    report = scene.alert()
    scene.alert()

    assert report.failures
    assert scene.sent() == ONE_OF_EACH
    assert scene.unsent == []


def test_a_process_remembers_the_mails_that_could_not_be_recorded() -> None:
    scene = Scene()
    scene.spikes.busy, scene.spikes.outbox.busy = {"mark_sent"}, {"settle"}
    unrecorded = scene.sends(SpikeNotice.MAIL)
    scene.spikes.busy, scene.spikes.outbox.busy = set(), set()

    again = scene.sends(SpikeNotice.MAIL)

    assert (unrecorded.mails, again) == (2, AlertReport())
    assert scene.sent() == {"network": 1, "operator": 1, ON_CALL: 0}
    assert [entry.what for entry in scene.unsent] == [SpikeNotice.CALL]


def test_two_runs_at_once_notify_once() -> None:
    scene = Scene()
    scene.on_call.after = lambda: scene.alerts.alert(SPIKE)

    scene.alert()

    assert scene.sent() == ONE_OF_EACH


def test_a_run_that_dies_after_the_call_has_another_one_call_again() -> None:
    scene = Scene()

    def dies() -> None:
        raise Killed

    scene.on_call.after = dies
    with pytest.raises(Killed):
        scene.alert()
    scene.on_call.after = None
    scene.starts()
    claimed = scene.alerts.alert(SPIKE)
    scene.now += FIVE_MINUTES
    scene.alert()

    assert claimed == AlertReport()
    assert scene.sent() == {"network": 1, "operator": 1, ON_CALL: 2}


# The end


def test_when_it_has_ended_one_mail_lists_the_cases_that_wait() -> None:
    scene = Scene()
    scene.come(*(fault(number, f"{number}번째 신고") for number in range(1, 4)))
    scene.come(fault(4, "위험해요", safety=Safety.DANGER, terms=()))
    answered = next(iter(scene.work.cases.cases.values()))
    scene.work.cases.put(answered._replace(state=CaseState.ANSWERED))
    scene.alert()

    first = scene.end()
    scene.starts()
    again = scene.end()

    assert (first.mails, again.mails, scene.sent()) == (2, 0, {"network": 2, "operator": 2, ON_CALL: 1})
    assert scene.stored.end_mailed_at == scene.stored.ended_at
    assert "네트워크 관련 장애·불편 신고가 4건 올라왔습니다" in scene.mail()
    assert re.findall(r"\| (\d)번째 신고", scene.mail()) == ["2", "3"]
    assert scene.mail().count("답변하기: https://") == 2


def test_more_waiting_cases_than_a_mail_lists_are_counted() -> None:
    scene = Scene()
    scene.come(*(fault(number) for number in range(1, WAITING_CASES + 4)))

    scene.end()

    assert f"이 가운데 {WAITING_CASES + 3}건이 아직 답변을 기다립니다." in scene.mail()
    assert "이 밖에 3건은 운영 화면에서 볼 수 있습니다." in scene.mail()


def test_the_end_of_a_spike_without_waiting_cases_says_so() -> None:
    scene = Scene()

    scene.end()

    assert "평소 수준으로 돌아왔습니다" in scene.mail()
    assert "이 가운데 답변을 기다리는 문의는 없습니다." in scene.mail()


def test_a_spike_that_ends_after_half_a_day_is_not_said_to_be_back_to_usual() -> None:
    scene = Scene(now=SPIKE.started_at + timedelta(hours=12))

    scene.end()

    (mail,) = scene.topics.mails("network")
    assert mail.subject == "[제이드] 네트워크 장애 신고 급증 12시간 지남: 답변을 기다리는 문의 0건"
    assert "신고가 아직 이어질 수 있지만, 12시간이 지나 급증 알림을 여기에서 마칩니다." in mail.body
    assert "평소 수준" not in mail.body


def test_the_end_is_told_even_if_its_cases_cannot_be_read() -> None:
    scene = Scene()
    scene.come(fault(1))
    scene.work.cases.busy = {"get_many"}

    assert scene.end().failures == {}
    assert "답변을 기다리는 문의는 운영 화면에서 확인해 주세요." in scene.mail()


def test_of_a_spike_that_ended_before_anybody_was_notified_only_the_end_is_mailed() -> None:
    scene = Scene()

    scene.end()
    scene.alert()

    assert scene.sent() == {"network": 1, "operator": 1, ON_CALL: 0}
    assert scene.unsent == []
    assert (scene.stored.mailed_at, scene.stored.called_at) == (None, None)


def test_entries_of_a_spike_that_is_gone_are_removed() -> None:
    scene = Scene()
    scene.spikes.spikes.clear()

    assert scene.alert() == AlertReport()
    assert scene.unsent == []


def test_words_are_shared_if_one_in_five_faults_has_them() -> None:
    terms = [("먹통", "강남"), ("먹통",), ("먹통", "강남"), ("결제",), *[()] * 6]
    faults = [Fault(str(n), NOON, "network", str(n), None, each) for n, each in enumerate(terms)]

    assert shared_words(faults) == [("먹통", 3), ("강남", 2)]
    assert shared_words(faults[:1]) == []
