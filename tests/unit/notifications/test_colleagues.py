"""Colleagues hear at once of what one of them did with a case, by the same topics, budget and links as of any other."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.brand import Brand
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, Draft
from desk.cases.store import CaseFile, CaseMention
from desk.errors import TopicsUnavailable
from desk.links import hash_of
from desk.mentions.model import Mention
from desk.notifications.notifier import Notifier
from desk.reading import Kind
from tests.brands import small_brand
from tests.fakes.cases import FakeCaseLinks
from tests.fakes.notifications import FakeMailBudget, FakeSubscribers, FakeTopics
from tests.unit.notifications.mail_scene import delivery, mention, post, reading

NOW = datetime(2026, 11, 24, 3, 20, tzinfo=UTC)
ANSWER = "두 장 중 한 장은 버리셔도 됩니다."


@dataclass
class Desk:
    """A teller and what it stands on."""

    brand: Brand = field(default_factory=small_brand)
    topics: FakeTopics = field(default_factory=FakeTopics)
    budget: FakeMailBudget = field(default_factory=FakeMailBudget)
    subscribers: FakeSubscribers = field(default_factory=FakeSubscribers)
    links: FakeCaseLinks = field(default_factory=FakeCaseLinks)

    @property
    def teller(self) -> Notifier:
        return Notifier(
            self.topics, self.budget, self.subscribers, self.brand, self.clock,
            links=self.links, api_url="https://desk.example",
        )  # fmt: skip

    def clock(self) -> datetime:
        return NOW

    def mail(self, department: str) -> str:
        [note] = self.topics.mails(department)
        return note.body

    def heard(self, department: str) -> list[dict[str, Any]]:
        notes = self.topics.got[department]
        return [json.loads(note.body) for note in notes if note.attributes["delivery"] == "case"]

    def departments_of_links(self, department: str) -> list[str]:
        found = re.findall(r"^답변하기: https://desk\.example/answer/(\S+)$", self.mail(department), re.MULTILINE)
        return [self.links.links[hash_of(link_id)].department for link_id in found]


def case(**changes: Any) -> Case:
    """A case of billing, unless changed."""
    told = delivery().case
    assert told is not None
    return told._replace(**changes)


def file_of(of: Case, mentions: Sequence[Mention] = (mention(post()),)) -> CaseFile:
    return CaseFile(of, [CaseMention(one, reading()) for one in mentions], [])


def handed_file() -> CaseFile:
    return file_of(case(department="network"))


def handing(note: str = "") -> CaseEvent:
    return CaseEvent(CaseEventKind.HANDED, NOW, "김지은", note, department="network")


def drafted_file() -> CaseFile:
    return file_of(case(state=CaseState.DRAFTED, draft=Draft(ANSWER, "김지은", NOW - timedelta(minutes=3))))


def test_the_department_that_has_the_case_now_is_mailed_with_note_and_link() -> None:
    desk = Desk()

    desk.teller.handed(handed_file(), handing("기지국 문의라 넘깁니다."))

    assert "이관한 분: 김지은, 11월 24일(화) 오후 12:20\n내부 메모:\n| 기지국 문의라 넘깁니다.\n" in desk.mail(
        "network"
    )
    assert desk.departments_of_links("network") == ["network"]
    assert list(desk.topics.got) == ["network"]


def test_its_machines_are_told_too_and_get_no_link() -> None:
    desk = Desk()

    desk.teller.handed(file_of(case(department="network", kind=Kind.FAULT)), handing())

    [heard] = desk.heard("network")
    assert (heard["event"], heard["department"], heard["handed_at"]) == (
        "case_handed", "network", "2026-11-24T03:20:00.000Z",
    )  # fmt: skip
    [note] = [note for note in desk.topics.got["network"] if note.attributes["delivery"] == "case"]
    assert "desk.example" not in note.body
    assert (note.attributes["department"], note.attributes["kind"]) == ("network", "fault")


def test_the_last_mention_is_told_after_those_before_it() -> None:
    desk = Desk()
    mentions = [mention(post(str(9_000 + n), f"{n}번째 글", minutes=n)) for n in range(3)]

    desk.teller.handed(file_of(case(department="network"), mentions), handing())

    body = desk.mail("network")
    assert body.index("| 2번째 글") < body.index("앞선 대화") < body.index("| 0번째 글") < body.index("| 1번째 글")


def test_a_mention_that_nobody_has_read_yet_is_left_to_routing() -> None:
    desk = Desk()
    unread = CaseMention(mention(post("9005", "방금 쓴 글", minutes=5)), None)
    file = handed_file()

    desk.teller.handed(file._replace(mentions=[*file.mentions, unread]), handing())

    assert "방금 쓴 글" not in desk.mail("network")


def test_a_case_none_of_whose_words_are_left_cannot_be_told() -> None:
    with pytest.raises(ValueError, match="has a text"):
        Desk().teller.handed(file_of(case(department="network"), ()), handing())


def test_who_stands_in_for_a_silent_department_is_mailed_with_a_link_of_their_own() -> None:
    desk = Desk()
    desk.subscribers.counts = {"network": 0}

    desk.teller.handed(handed_file(), handing())

    assert desk.departments_of_links("operator") == ["operator"]
    assert "네트워크에는 지금 메일을 받기로 확인한 분이 없어" in desk.mail("operator")
    assert (len(desk.heard("network")), desk.heard("operator")) == (1, [])


def test_what_a_department_that_is_no_more_was_handed_comes_to_the_operator() -> None:
    desk = Desk()

    desk.teller.handed(file_of(case(department="stores")), handing())

    assert desk.departments_of_links("operator") == ["operator"]
    assert desk.topics.got["stores"] == []


def test_the_operator_gets_the_draft_quoted_with_its_writer_and_a_link_and_no_machine_does() -> None:
    desk = Desk()

    desk.teller.drafted(drafted_file())

    assert f"답변을 쓰신 분: 김지은, 11월 24일(화) 오후 12:17\n보낼 답변:\n| {ANSWER}\n" in desk.mail("operator")
    assert desk.departments_of_links("operator") == ["operator"]
    assert [note.attributes["delivery"] for notes in desk.topics.got.values() for note in notes] == ["mail"]


def test_a_case_without_a_draft_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="draft"):
        Desk().teller.drafted(file_of(case()))


@pytest.mark.parametrize("budget", [FakeMailBudget(count=0), FakeMailBudget(busy=True)])
def test_a_used_up_budget_keeps_nothing_of_it_from_anybody(budget: FakeMailBudget) -> None:
    desk = Desk(budget=budget)

    desk.teller.handed(handed_file(), handing())
    desk.teller.drafted(drafted_file())

    assert len(desk.topics.mails("network")) == len(desk.topics.mails("operator")) == 1


def test_it_is_counted_in_the_budget() -> None:
    desk = Desk()

    desk.teller.handed(handed_file(), handing())

    assert desk.budget.sent["network"] == [NOW]


def test_a_topic_that_takes_nothing_is_told_to_whoever_asked() -> None:
    desk = Desk(topics=FakeTopics(down=True))

    with pytest.raises(TopicsUnavailable, match="network"):
        desk.teller.handed(handed_file(), handing())
    with pytest.raises(TopicsUnavailable, match="operator"):
        desk.teller.drafted(drafted_file())


def test_a_silent_departments_topic_being_gone_keeps_nothing_from_who_stands_in() -> None:
    desk = Desk(topics=FakeTopics(gone={"network"}))
    desk.subscribers.counts = {"network": 0}

    desk.teller.handed(handed_file(), handing())

    assert "이관한 분: 김지은" in desk.mail("operator")


def test_links_that_cannot_be_made_are_said_to_be_missing_in_the_mail() -> None:
    desk = Desk(links=FakeCaseLinks(busy=True))

    desk.teller.handed(handed_file(), handing())

    assert "지금은 링크를 만들지 못했습니다. 운영자에게 알려 주세요." in desk.mail("network")
