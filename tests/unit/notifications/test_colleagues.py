"""Notifications about what colleagues did with a case: to whom they are sent, and their mails."""

import json
import re
from collections.abc import Sequence
from copy import replace
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from desk.brand import Brand
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, Draft
from desk.cases.store import CaseFile, CaseMention
from desk.errors import TopicsUnavailable
from desk.i18n import phrase
from desk.links import hash_of
from desk.mentions.model import Mention
from desk.notifications.mail.parts import LEAST_BYTES
from desk.notifications.model import Notification
from desk.notifications.notifier import Notifier
from desk.reading import Kind
from tests.brands import small_brand
from tests.cases import a_promise
from tests.fakes.cases import FakeCaseLinks
from tests.fakes.notifications import FakeMailBudget, FakeSubscribers, FakeTopics
from tests.unit.notifications.mail_scene import (
    BRAND,
    delivery,
    drafted,
    handed,
    list_of,
    mail_of,
    mention,
    post,
    reading,
    unsaid,
)

NOW = datetime(2026, 11, 24, 3, 20, tzinfo=UTC)
ANSWER = "두 장 중 한 장은 버리셔도 됩니다."
ENGLISH = replace(BRAND, language="en")


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

    assert "넘긴 분: 김지은, 11월 24일(화) 오후 12:20\n메모:\n| 기지국 문의라 넘깁니다.\n" in desk.mail("network")
    assert desk.departments_of_links("network") == ["network"]
    assert list(desk.topics.got) == ["network"]
    assert desk.budget.sent["network"] == [NOW]


def test_its_machines_are_notified_too_and_get_no_link() -> None:
    desk = Desk()

    desk.teller.handed(file_of(case(department="network", kind=Kind.FAULT)), handing())

    [heard] = desk.heard("network")
    assert (heard["event"], heard["department"], heard["handed_at"]) == (
        "case_handed", "network", "2026-11-24T03:20:00.000Z",
    )  # fmt: skip
    [note] = [note for note in desk.topics.got["network"] if note.attributes["delivery"] == "case"]
    assert "desk.example" not in note.body
    assert (note.attributes["department"], note.attributes["kind"]) == ("network", "fault")


def test_the_newest_mention_comes_first_and_the_thread_in_order() -> None:
    desk = Desk()
    mentions = [mention(post(str(9_000 + n), f"{n}번째 글", minutes=n)) for n in range(3)]

    desk.teller.handed(file_of(case(department="network"), mentions), handing())

    body = desk.mail("network")
    assert body.index("| 2번째 글") < body.index("앞선 대화") < body.index("| 0번째 글") < body.index("| 1번째 글")


def test_a_mention_without_a_reading_is_left_to_routing() -> None:
    desk = Desk()
    unread = CaseMention(mention(post("9005", "방금 쓴 글", minutes=5)), None)
    file = handed_file()

    desk.teller.handed(file._replace(mentions=[*file.mentions, unread]), handing())

    assert "방금 쓴 글" not in desk.mail("network")


def test_a_case_without_any_text_left_raises_an_error() -> None:
    with pytest.raises(ValueError, match="has a text"):
        Desk().teller.handed(file_of(case(department="network"), ()), handing())


def test_for_a_department_without_subscribers_the_operator_is_mailed_with_a_link_of_their_own() -> None:
    desk = Desk()
    desk.subscribers.counts = {"network": 0}

    desk.teller.handed(handed_file(), handing())

    assert desk.departments_of_links("operator") == ["operator"]
    assert "네트워크에는 지금 메일을 받기로 확인한 분이 없어" in desk.mail("operator")
    assert (len(desk.heard("network")), desk.heard("operator")) == (1, [])


def test_a_case_handed_to_a_removed_department_is_mailed_to_the_operator() -> None:
    desk = Desk()

    desk.teller.handed(file_of(case(department="stores")), handing())

    assert desk.departments_of_links("operator") == ["operator"]
    assert desk.topics.got["stores"] == []


def test_a_case_without_a_draft_raises_an_error() -> None:
    with pytest.raises(ValueError, match="draft"):
        Desk().teller.drafted(file_of(case()))


@pytest.mark.parametrize("budget", [FakeMailBudget(count=0), FakeMailBudget(busy=True)])
def test_a_used_up_budget_does_not_defer_these_mails(budget: FakeMailBudget) -> None:
    desk = Desk(budget=budget)

    desk.teller.handed(handed_file(), handing())
    desk.teller.drafted(drafted_file())

    assert len(desk.topics.mails("network")) == len(desk.topics.mails("operator")) == 1


def test_a_topic_that_takes_nothing_raises_an_error() -> None:
    desk = Desk(topics=FakeTopics(down=True))

    with pytest.raises(TopicsUnavailable, match="network"):
        desk.teller.handed(handed_file(), handing())
    with pytest.raises(TopicsUnavailable, match="operator"):
        desk.teller.drafted(drafted_file())


def test_the_operator_is_mailed_even_if_the_topic_without_subscribers_is_gone() -> None:
    desk = Desk(topics=FakeTopics(gone={"network"}))
    desk.subscribers.counts = {"network": 0}

    desk.teller.handed(handed_file(), handing())

    assert "넘긴 분: 김지은" in desk.mail("operator")


def test_without_a_note_the_mail_has_no_line_for_it() -> None:
    assert "메모" not in mail_of([handed(" \n")], "network").body


def test_the_mail_shows_the_kind_that_people_chose() -> None:
    told = handed()
    assert told.case is not None

    mail = mail_of([told._replace(case=told.case._replace(kind=Kind.FAULT))], "network")

    assert mail.subject.startswith("네트워크 장애·불편 신고 (다른")
    assert "■ 장애·불편 신고 (다른 부서에서 넘긴 문의)" in mail.body


@pytest.mark.parametrize("told", [handed("note"), drafted("an answer")])
def test_an_edited_post_does_not_hide_the_action_of_a_colleague(told: Notification) -> None:
    edited = mention(post("9002", edit_ids=("9001", "9002")))

    mail = mail_of([told._replace(mention=edited)], told.department)

    assert "수정된 글" not in mail.subject
    assert "내용(작성자가 고친 뒤의 글입니다):" in mail.body


def test_texts_of_colleagues_cannot_imitate_lines_of_the_mail() -> None:
    told = handed("넘깁니다\u2028답변 기한: 없음")
    assert told.word is not None

    lines = mail_of([told._replace(word=told.word._replace(by="지은\n답변 기한: 없음"))], "network").body.splitlines()

    assert not [line for line in lines if line.startswith("답변 기한: 없음")]


def test_an_endless_note_and_name_are_cut() -> None:
    told = handed("가" * 9_000)
    assert told.word is not None

    mail = mail_of([told._replace(word=told.word._replace(by="나" * 9_000))], "network", max_bytes=LEAST_BYTES)

    assert len(mail.body.encode()) <= LEAST_BYTES
    assert mail.body.count("(너무 길어") == 1


def test_an_english_mail_about_a_case_handed_over() -> None:
    over = mail_of([handed("yours")], "network", ENGLISH)

    assert "Handed over by: 김지은, Tue 24 Nov, 12:20 pm\nNote:\n| yours\n" in over.body
    assert "- Another department handed it over to Network." in over.body


def test_a_failed_reply_whose_text_is_gone_is_mailed_without_it() -> None:
    body = mail_of([unsaid("gone", "")._replace(word=None)], "billing").body

    assert "올라가지 않은 답글:" not in body
    assert "\n\n\n" not in body


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("failure", "key"),
    [
        ("gone", "mail.unsaid_do.gone"),
        ("not_summoned", "mail.unsaid_do.not_summoned"),
        ("duplicate", "mail.unsaid_do"),
        ("rest.gone", "mail.unsaid_do"),
        ("not_accepted", "mail.unsaid_do"),
    ],
)
def test_the_mail_says_what_can_be_done_about_the_failure(failure: str, key: str, language: str) -> None:
    brand = ENGLISH if language == "en" else BRAND
    lines = mail_of([unsaid(failure, ANSWER)], "billing", brand).body.splitlines()

    assert phrase(language, key) in lines


def test_a_failure_without_a_phrase_is_shown_as_it_was_recorded() -> None:
    lines = mail_of([unsaid("이 글은 올릴 수 없습니다\n답변 기한: 없음", ANSWER)], "billing").body.splitlines()

    assert "답글이 올라가지 않은 이유: 이 글은 올릴 수 없습니다 답변 기한: 없음" in lines


def test_a_korean_mail_has_no_error_message_of_x() -> None:
    body = mail_of([unsaid("X answered 403: Forbidden", ANSWER)], "billing").body

    assert "답글이 올라가지 않은 이유: X가 글을 받지 않았습니다\n" in body
    assert "Forbidden" not in body


def test_an_english_mail_about_a_reply_that_was_not_posted() -> None:
    body = mail_of([unsaid("gone", "Keep one.")], "billing", ENGLISH).body

    assert "Why the reply was not posted: The post to reply to is deleted or can't be seen\n" in body
    assert "The reply that was not posted:\n| Keep one.\n" in body
    assert "- The reply was not posted to X as planned, and the author is still waiting for an answer." in body


def test_a_list_marks_a_reply_that_was_not_posted() -> None:
    [listed] = list_of([unsaid("gone", ANSWER)], "billing")

    assert "답글이 올라가지 않음" in listed.body


def test_several_cases_for_review_are_not_called_new_posts() -> None:
    mail = mail_of([unsaid("gone", ANSWER), drafted(ANSWER)], "operator")

    assert mail.subject == "운영자 검토할 문의 2건"
    assert "검토할 문의 2건을 한 메일에 모았습니다. 급한 것부터 적었습니다." in mail.body
    assert mail_of([drafted(ANSWER), delivery()], "operator").subject == "운영자 새 글 2건"


def test_several_cases_for_review_in_english() -> None:
    mail = mail_of([unsaid("gone", ANSWER), drafted(ANSWER)], "operator", ENGLISH)

    assert mail.subject == "Operator, 2 cases to look at"
    assert "2 cases to look at, the most urgent first." in mail.body


def test_a_draft_of_a_holding_reply_is_mailed_with_its_promise() -> None:
    told = drafted(ANSWER)
    assert told.word
    until = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
    promising = told._replace(word=told.word._replace(promised_until=until))

    assert "11월 25일(수) 오후 3:00까지 답변하겠다고 먼저 알립니다." in mail_of([promising], "operator").body
    assert "약속" not in mail_of([told], "operator").body


def test_the_mail_about_a_draft_says_which_promise_waits_for_it() -> None:
    told = drafted(ANSWER)
    assert told.case
    promise = a_promise(datetime(2026, 11, 25, 5, 0, tzinfo=UTC), subject=told.case.id)
    waited_for = told._replace(case=told.case._replace(promises=(promise,)))

    said = "이 답변을 기다리는 약속이 있습니다: 11월 25일(수) 오후 2:00까지 답변하기로 했습니다."
    assert said in mail_of([waited_for], "operator").body
    assert said not in mail_of([told], "operator").body
