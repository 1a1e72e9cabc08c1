from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from desk.i18n import phrase
from desk.replies.policy import BlockReason
from local.aws.mail_file import Mail
from local.demo.answer_page import Visitor, link_to

if TYPE_CHECKING:
    from local.api import ApiClient

URL = "http://127.0.0.1:4999"
NOW = datetime(2026, 11, 24, 1, 12, tzinfo=UTC)
CASE = """<h1>문의 <span class="number">7Q2M4-XD93K</span></h1>
<form method="post"><input type="hidden" name="token" value="t&amp;1"><input name="name" value="" required>
<button name="action" value="take">맡기</button></form>
<form method="post"><input type="hidden" name="token" value="t&amp;1"><textarea name="text">
쓰던 글 &lt;3
둘째 줄</textarea><input type="checkbox" name="holding" value="1"><input type="checkbox" name="again" value="1" checked>
<button name="action" value="answer">보내기</button></form>"""
APART = """<input name="name" form="form-close" value="김지은">
<form method="post" id="form-close"><input type="hidden" name="token" value="t1">
<button name="action" value="close">종료</button></form>
"""
CONFIRM = """<form method="post"><input type="hidden" name="text" value="쓴 글">
<button name="action" value="confirm">보내기</button><button name="action" value="edit">고치기</button></form>"""


@dataclass
class FakeApi:
    pages: list[str]
    url: str = URL
    sent: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def open(self, address: str) -> Any:
        return self._next(address)

    def send(self, address: str, fields: Mapping[str, str]) -> Any:
        self.sent.append((address, dict(fields)))
        return self._next(address)

    def _next(self, address: str) -> Any:
        return SimpleNamespace(url=address, status_code=200, text=self.pages.pop(0))


def visitor(*pages: str) -> tuple[Visitor, FakeApi]:
    api = FakeApi(list(pages))
    return Visitor(cast("ApiClient", api)), api


def test_a_form_is_sent_to_its_page_with_what_stood_in_it_and_what_was_typed() -> None:
    people, api = visitor(CASE, "<p>done")
    page = people.open(f"{URL}/answer/abc?done=taken")

    people.send(page, "answer", {"name": "가온"})

    assert page.case_id == "7Q2M4-XD93K"
    assert api.sent == [
        (
            f"{URL}/answer/abc?done=taken",
            {"token": "t&1", "text": "쓰던 글 <3\n둘째 줄", "again": "1", "name": "가온", "action": "answer"},
        )
    ]


def test_a_field_outside_of_its_form_is_sent_with_it() -> None:
    people, api = visitor(APART, "<p>done")

    people.send(people.open(f"{URL}/answer/abc"), "close", {})

    assert api.sent == [(f"{URL}/answer/abc", {"name": "김지은", "token": "t1", "action": "close"})]


def test_what_would_be_posted_is_confirmed_and_a_draft_has_nothing_to_confirm() -> None:
    people, api = visitor(CASE, CONFIRM, "<p>done", CASE, "<p>done")

    people.do(people.open(f"{URL}/answer/abc"), "answer", {"text": "쓴 글"})
    people.do(people.open(f"{URL}/answer/abc"), "answer", {"text": "쓴 글"})

    assert [fields["action"] for _, fields in api.sent] == ["answer", "confirm", "answer"]
    assert api.sent[1][1] == {"text": "쓴 글", "action": "confirm"}


def test_a_page_without_the_action_is_an_error() -> None:
    people, _ = visitor(CASE)

    with pytest.raises(LookupError, match="7Q2M4-XD93K does not offer 'hand'"):
        people.send(people.open(f"{URL}/answer/abc"), "hand", {})


@pytest.mark.parametrize("reason", BlockReason)
def test_a_page_that_takes_no_answer_says_why(reason: BlockReason) -> None:
    said = phrase("ko", f"answer.refusal.{reason}")
    people, _ = visitor(f"{CASE}<section><p>{escape(said)}</p></section>", CASE)

    assert people.open(f"{URL}/answer/abc").refusal("ko") == said
    assert people.open(f"{URL}/answer/abc").refusal("ko") == ""


def mail(body: str) -> Mail:
    return Mail("1", "billing", "a@x.example", "arn:aws:sns:r:1:t", "Dorothy", "s", body, NOW)


def entry(link: str, post_id: str) -> str:
    return f"답변하기: {URL}/answer/{link}\n내용\nX에서 보기: https://x.com/i/status/{post_id}\n"


def test_the_link_is_the_one_above_the_post_in_the_newest_mail_that_has_it() -> None:
    mails = [mail(entry("old", "17")), mail(entry("other", "16") + entry("new", "17")), mail(entry("later", "18"))]

    assert link_to("17", mails, URL) == f"{URL}/answer/new"


def test_without_a_mail_about_it_there_is_no_link() -> None:
    with pytest.raises(LookupError, match="19"):
        link_to("19", [mail(entry("one", "17"))], URL)
