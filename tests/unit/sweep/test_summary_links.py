"""Each case of a list is answered by a link, made only for what the list really holds."""

import re

import pytest

from desk.links import hash_of
from desk.notifications.notifier import AnswerLinks
from desk.text import utf8_bytes
from sweep.sweep import Summaries
from tests.fakes.cases import FakeCaseLinks
from tests.fakes.notifications import FakeMailBudget
from tests.unit.routing.scene import Scene, mention

_LINK = re.compile(r"^  답변하기: https://desk\.jade\.example/prod/answer/(\S+)$", re.MULTILINE)


def put_off(count: int, words: str = "", links: FakeCaseLinks | None = None) -> tuple[Scene, list[str]]:
    """A desk where so many mentions wait for the list."""
    scene = Scene(budget=FakeMailBudget(count=1), links=links or FakeCaseLinks())
    ids = scene.receive(*(mention(number, f"billing inquiry {words}") for number in range(1, count + 1)))
    scene.router.route(ids)
    return scene, ids


def summaries_of(scene: Scene) -> Summaries:
    return Summaries(scene.unit_of_work, scene.notifier, scene.brand, scene.clock)


def test_every_case_of_a_list_has_a_link_for_its_department() -> None:
    scene, ids = put_off(3)

    summaries_of(scene).send("billing", ids)

    [mail] = scene.topics.mails("billing")
    opened = [scene.links.links[hash_of(link_id)] for link_id in _LINK.findall(mail.body)]
    assert {link.case_id for link in opened} == {heard["case"]["id"] for heard in scene.heard("billing")}
    assert {link.department for link in opened} == {"billing"}


def test_the_operators_list_for_a_silent_department_has_the_operators_links() -> None:
    scene, ids = put_off(2)

    summaries_of(scene).send("operator", ids)

    [mail] = scene.topics.mails("operator")
    assert len(_LINK.findall(mail.body)) == 2
    assert {link.department for link in scene.links.links.values()} == {"operator"}


def test_links_are_made_only_for_the_cases_that_the_mail_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sweep.sweep.MAIL_BYTES", 12_000)
    scene, ids = put_off(70, "가나다 " * 100)

    summaries_of(scene).send("billing", ids)

    [mail] = scene.topics.mails("billing")
    assert utf8_bytes(mail.body) <= 12_000
    assert 0 < len(scene.links.links) == len(_LINK.findall(mail.body)) < 70
    assert len(scene.mentions.summary_of) == 70 - len(scene.links.links)


def test_a_list_that_has_to_say_that_links_are_missing_lists_fewer_where_that_takes_more_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sweep.sweep.MAIL_BYTES", 12_000)  # room for 30 cases with links
    listed = []
    for links in (FakeCaseLinks(), FakeCaseLinks(busy=True)):
        scene, ids = put_off(30, "가나다 " * 100, links)
        scene.notifier.links = AnswerLinks(links, "https://d.kr", scene.clock)
        summaries_of(scene).send("billing", ids)
        [mail] = scene.topics.mails("billing")
        listed.append([key for key in ids if key in mail.body])
        assert set(ids) - set(listed[-1]) == scene.mentions.summary_of.keys()

    assert len(listed[0]) == 30 > len(listed[1])


def test_no_link_is_made_for_a_list_that_the_budget_does_not_allow() -> None:
    scene = Scene(budget=FakeMailBudget(count=0))
    ids = scene.receive(mention(1))
    scene.router.route(ids)

    assert summaries_of(scene).send("billing", ids) is False
    assert scene.links.links == {}
