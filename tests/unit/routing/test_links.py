"""Each case of a mail is answered by a link that was made for whoever reads that mail."""

import re

import pytest

from desk.cases.links import CaseLink
from desk.links import hash_of
from desk.notifications.notifier import AnswerLinks, cases_to_answer
from desk.notifications.topics import TopicMessage
from tests.fakes.cases import FakeCaseLinks
from tests.fakes.notifications import FakeMailBudget
from tests.unit.notifications.mail_scene import delivery, many
from tests.unit.routing.scene import API_URL, TUESDAY, Scene, mention

_LINK = re.compile(r"답변하기: https://desk\.jade\.example/prod/answer/(\S+)$", re.MULTILINE)


def opened_by(scene: Scene, mail: TopicMessage) -> list[CaseLink]:
    """What the links of a mail open, in its order."""
    return [scene.links.links[hash_of(link_id)] for link_id in _LINK.findall(mail.body)]


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


def test_who_stands_in_gets_links_of_their_own() -> None:
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


def test_feedback_makes_no_link() -> None:
    scene = Scene()

    scene.router.route(scene.receive(mention(1, "billing feedback")))

    assert scene.links.links == {}


def test_no_link_is_made_for_a_mail_that_the_budget_puts_off() -> None:
    scene = Scene(budget=FakeMailBudget(count=0))

    scene.router.route(scene.receive(mention(1)))

    assert scene.links.links == {}


def test_where_links_cannot_be_made_the_mail_goes_out_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    scene = Scene(links=FakeCaseLinks(busy=True))

    report = scene.router.route(scene.receive(mention(1)))

    [mail] = scene.topics.mails("billing")
    assert "지금은 링크를 만들지 못했습니다. 운영자에게 알려 주세요." in mail.body
    assert (report.mails, report.failures) == (1, {})
    assert "no links for billing" in caplog.text


def test_what_another_department_has_by_now_gets_no_link_that_would_be_dead() -> None:
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
