"""The mails of routing: within the budget, and with a link to each case for the people who read the mail."""

import re
from datetime import timedelta
from typing import Any

import pytest

from desk.brand import Brand
from desk.cases.links import CaseLink
from desk.links import hash_of
from desk.notifications.notifier import AnswerLinks, cases_to_answer
from desk.notifications.topics import TopicMessage, TopicsSns
from tests.brands import emerald
from tests.fakes.cases import FakeCaseLinks
from tests.fakes.notifications import FakeMailBudget
from tests.unit.notifications.mail_scene import delivery, many
from tests.unit.routing.scene import API_URL, TUESDAY, Scene, mention, mention_id

_LINK = re.compile(r"답변하기: https://desk\.jade\.example/prod/answer/(\S+)$", re.MULTILINE)


def opened_by(scene: Scene, mail: TopicMessage) -> list[CaseLink]:
    """What the links of a mail open, in its order."""
    return [scene.links.links[hash_of(link_id)] for link_id in _LINK.findall(mail.body)]


def test_within_a_second_a_department_gets_one_mail_and_the_rest_waits_for_the_summary() -> None:
    scene = Scene()

    scene.router.route(scene.receive(mention(1)))
    report = scene.router.route(scene.receive(mention(2)))

    assert (report.mails, report.put_off) == (0, 1)
    assert scene.topics.cases("billing") == [mention_id(1), mention_id(2)]
    assert scene.summary_of == {mention_id(2): "billing"}


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


def test_without_any_budget_a_mail_waits_for_the_summary_of_the_department() -> None:
    scene = Scene(budget=FakeMailBudget(count=0))
    scene.subscribers.counts = {"billing": 0}

    scene.router.route(scene.receive(mention(1)))

    assert scene.summary_of == {mention_id(1): "billing"}
    assert scene.links.links == {}


def test_without_budget_of_the_operator_a_copy_waits_for_the_operators_summary() -> None:
    scene = Scene()
    scene.subscribers.counts = {"billing": 0}
    scene.budget.reserve("operator", scene.now)

    scene.router.route(scene.receive(mention(1)))

    assert scene.summary_of == {mention_id(1): "operator"}


def test_a_defect_of_the_budget_defers_the_mail_and_not_the_json(
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


def test_a_mail_that_cannot_be_rendered_waits_for_the_summary_and_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("no such phrase")

    monkeypatch.setattr("desk.notifications.notifier.render_mail", broken)
    scene = Scene()

    report = scene.router.route(scene.receive(mention(1)))

    assert (report.published, report.put_off, report.failures) == (1, 1, {})
    assert "no such phrase" in caplog.text


def test_every_case_of_a_bundle_has_a_link_for_its_department() -> None:
    scene = Scene()

    scene.router.route(scene.receive(mention(1), mention(2), mention(3, "network fault")))

    [billing], [network] = scene.topics.mails("billing"), scene.topics.mails("network")
    assert {link.case_id for link in opened_by(scene, billing)} == {
        heard["case"]["id"] for heard in scene.heard("billing")
    }
    assert [link.department for link in opened_by(scene, billing)] == ["billing", "billing"]
    assert [link.department for link in opened_by(scene, network)] == ["network"]
    assert {link.made_at for link in scene.links.links.values()} == {TUESDAY}


def test_posts_of_one_case_share_its_link() -> None:
    scene = Scene()

    scene.router.route(scene.receive(mention(1, author="7"), mention(2, author="7", conversation=1)))

    [mail] = scene.topics.mails("billing")
    assert len(_LINK.findall(mail.body)) == 2
    assert len(scene.links.links) == 1


def test_the_operators_copy_has_links_of_the_operator() -> None:
    scene = Scene()
    scene.subscribers.counts = {"billing": 0}

    scene.router.route(scene.receive(mention(1)))

    [mail] = scene.topics.mails("operator")
    assert [link.department for link in opened_by(scene, mail)] == ["operator"]


def test_machines_never_get_a_link() -> None:
    scene = Scene()

    scene.router.route(scene.receive(mention(1), mention(2, "network fault high")))

    told = [note for notes in scene.topics.got.values() for note in notes if note.attributes["delivery"] == "case"]
    assert len(told) == 2
    assert not [note for note in told if "answer" in note.body or API_URL.rstrip("/") in note.body]


def test_a_mail_goes_out_without_links_if_none_can_be_made_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    scene = Scene(links=FakeCaseLinks(busy=True))

    report = scene.router.route(scene.receive(mention(1)))

    [mail] = scene.topics.mails("billing")
    assert "지금은 링크를 만들지 못했습니다. 운영자에게 알려 주세요." in mail.body
    assert (report.mails, report.failures) == (1, {})
    assert "no links for billing" in caplog.text


def test_a_case_that_moved_to_another_department_gets_no_link() -> None:
    moved = delivery()._replace(department="network")

    assert cases_to_answer([moved], "billing") == []
    assert cases_to_answer([moved], "network") == cases_to_answer([moved], "operator") != []


def test_a_slash_at_the_end_of_the_address_makes_no_difference() -> None:
    for address in ("https://desk.example", "https://desk.example/"):
        [url] = AnswerLinks(FakeCaseLinks(), address, lambda: TUESDAY).make(["7Q2M4-XD93K"], "billing").values()

        assert re.fullmatch(r"https://desk\.example/answer/[A-Za-z0-9_-]{18}", url)


def test_expected_links_are_as_long_as_those_that_are_made_and_nowhere_kept() -> None:
    links = FakeCaseLinks()
    made = AnswerLinks(links, API_URL, lambda: TUESDAY)

    case_ids = cases_to_answer(many(9), "billing")
    expected = made.placeholders(case_ids)

    assert links.links == {}
    real = made.make(case_ids, "billing")
    assert {key: len(url) for key, url in expected.items()} == {key: len(url) for key, url in real.items()}


class CountingSns:
    def __init__(self) -> None:
        self.batches: list[int] = []

    def publish_batch(self, *, TopicArn: str, PublishBatchRequestEntries: list[Any]) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.batches.append(len(PublishBatchRequestEntries))
        return {}


def calls_for(brand: Brand, texts: list[str]) -> list[int]:
    """The sizes of the batches that SNS got for one batch of mentions."""
    counting = CountingSns()
    sns: Any = counting
    topics: Any = TopicsSns(sns, topic_prefix="arn:")
    scene = Scene(brand, topics=topics)
    report = scene.router.route(scene.receive(*(mention(number, text) for number, text in enumerate(texts))))
    assert report.failures == {}
    return counting.batches


def test_a_batch_of_100_across_eleven_departments_takes_at_most_15_calls() -> None:
    brand = emerald()
    keys = list(brand.departments)
    assert len(keys) == 11

    calls = calls_for(brand, [f"{keys[n % 11]} inquiry" for n in range(100)])

    assert sum(calls) == 100 + 11
    assert len(calls) <= 15


def test_an_outage_that_fills_a_batch_takes_the_fewest_calls() -> None:
    calls = calls_for(emerald(), ["network fault high"] * 100)

    assert len(calls) == 12  # 100 in JSON, ten a call; and the mail about the spike, also to the operator


def test_ten_posts_of_25_000_syllables_in_one_batch_take_few_calls() -> None:
    calls = calls_for(emerald(), [f"network inquiry {'가' * 25_000}" for _ in range(10)])

    assert sum(calls) == 11
    assert len(calls) <= 5
