"""The way of a request: what API Gateway sends, what it is answered, and what is never logged."""

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from answer_case import handler, wiring
from answer_case.page import SCRIPT_HASH
from desk.cases.items import case_item
from desk.cases.links import CaseLinkItems
from desk.cases.model import CaseState
from desk.cases.store import CaseStoreItems
from desk.clock import utc_now
from desk.errors import TopicsUnavailable
from desk.i18n import phrase
from desk.links import hash_of
from desk.mentions.items import mention_item
from desk.mentions.model import Source
from desk.posts.model import PostState
from desk.posts.store import PostStoreItems
from tests.tables import create_tables
from tests.unit.answer_case.browser import FORM, HIDDEN, SITES, Browser, get, post, text_of
from tests.unit.replies.scene import CASE, NOW, SEOUL, DeskOfAnswers, brand_with, mention

ANSWER = "한 장은 지난달 것입니다."
SETTINGS = {
    "MENTIONS_TABLE": "test-mentions",
    "CASES_TABLE": "test-cases",
    "DESK_TABLE": "test-desk",
    "POSTS_TABLE": "test-posts",
    "POSTS_QUEUE_URL": "https://sqs.ap-northeast-2.amazonaws.com/123456789012/posts",
    "TOPIC_PREFIX": "arn:aws:sns:ap-northeast-2:123456789012:test-dept-",
    "API_URL": "https://desk.example",
    "X_SITE_URL": "https://x.example",
    "IMAGE_SOURCES": "https://pbs.example",
}


def test_a_link_opens_the_page() -> None:
    answered = Browser(DeskOfAnswers()).open()

    assert answered["statusCode"] == 200
    assert "청구서가 왜 두 장인가요?" in text_of(answered)
    assert CASE.id in text_of(answered)
    assert answered["cookies"] == []


def test_the_page_of_an_answered_case_lets_its_readers_answer_again() -> None:
    desk = DeskOfAnswers()
    desk.have(state=CaseState.ANSWERED)

    assert 'name="again"' in Browser(desk).open()["body"]


def test_the_page_of_a_case_without_words_says_why_it_can_not_be_answered() -> None:
    desk = DeskOfAnswers()
    desk.cases.mentions.clear()

    assert phrase("ko", "answer.refusal.gone") in text_of(Browser(desk).open())


def test_the_page_of_an_author_who_wants_no_replies_says_so_and_lets_people_close_the_case() -> None:
    desk = DeskOfAnswers()
    desk.opt_outs.record(CASE.author_id, "100", NOW)

    answered = Browser(desk).open()

    assert phrase("ko", "answer.refusal.opted_out") in text_of(answered)
    assert 'name="text"' not in answered["body"]
    assert 'value="close"' in answered["body"]


def test_the_page_of_a_heard_post_says_why_it_gets_no_reply_and_lets_people_close_the_case() -> None:
    desk = DeskOfAnswers()
    one = desk.cases.mentions["100"]
    desk.cases.mentions["100"] = one._replace(mention=one.mention._replace(source=Source.LISTENING))

    answered = Browser(desk).open()

    assert phrase("ko", "answer.refusal.not_summoned") in text_of(answered)
    assert 'name="text"' not in answered["body"]
    assert 'value="close"' in answered["body"]


def test_every_page_has_a_request_of_its_own_and_the_same_token() -> None:
    browser = Browser(DeskOfAnswers())

    first, second = browser.hidden(), browser.hidden()

    assert first["request"] != second["request"]
    assert (first["token"], first["version"]) == (second["token"], "1")


def test_an_action_redirects_to_the_same_page_which_confirms_it() -> None:
    browser = Browser(DeskOfAnswers())

    answered = browser.send("take")

    assert (answered["statusCode"], answered["headers"]["location"]) == (303, "?done=taken")
    assert answered["body"] == ""
    assert phrase("ko", "answer.done.taken") in text_of(browser.open(done="taken"))


@pytest.mark.parametrize("done", ["nothing", "<b>", "taken.more", "x" * 3000])
def test_an_unknown_action_in_the_address_shows_no_message(done: str) -> None:
    browser = Browser(DeskOfAnswers())

    assert 'id="message"' not in browser.open(done=done)["body"]


def test_the_name_is_remembered_on_this_device_for_these_pages_alone() -> None:
    browser = Browser(DeskOfAnswers())

    answered = browser.send("take", name=" 박\u202e지민 ")

    assert answered["cookies"] == [
        f"name={quote('박지민')}; Secure; HttpOnly; SameSite=Strict; Path=/answer; Max-Age=31536000"
    ]
    kept = answered["cookies"][0].partition(";")[0]
    assert 'value="박지민"' in browser.open(cookies=["other=1", kept])["body"]


def test_a_cookie_is_found_in_the_headers_as_well_and_never_trusted() -> None:
    browser = Browser(DeskOfAnswers())
    event = get(browser.link_id)

    event["headers"]["cookie"] = f"a=b; name={quote('이서연')}"
    assert 'value="이서연"' in browser.site.respond(event, NOW)["body"]
    for evil in ("%ff%fe", quote("x" * 41), quote("\u202e"), quote('"><script>')):
        event["headers"]["cookie"] = f"name={evil}"
        answered = browser.site.respond(event, NOW)
        assert answered["statusCode"] == 200
        assert '"><script>' not in answered["body"]


def test_the_confirmation_says_what_the_check_found_and_sends_all_the_same() -> None:
    browser, text = Browser(DeskOfAnswers(brand=brand_with(to_x=True))), "확인 후 연락드리겠습니다."

    shown = browser.send("answer", text=text)
    confirmed = browser.send("confirm", dict(HIDDEN.findall(shown["body"])), text=text)

    assert "언제까지인지가 없어요" in shown["body"]
    assert confirmed["statusCode"] == 303


def test_a_reply_is_shown_before_it_is_sent_and_the_confirmation_has_the_typed_text() -> None:
    desk = DeskOfAnswers(brand=brand_with(to_x=True, signature="- 요금팀"))
    browser = Browser(desk)

    shown = browser.send("answer", text=ANSWER)

    assert shown["statusCode"] == 200
    assert f"{ANSWER} - 요금팀" in text_of(shown)
    confirmed = browser.send("confirm", dict(HIDDEN.findall(shown["body"])), text=ANSWER)
    assert (confirmed["statusCode"], confirmed["headers"]["location"]) == (303, "?done=queued")
    assert desk.case.state is CaseState.QUEUED


def test_a_problem_is_shown_beside_the_typed_text() -> None:
    answered = Browser(DeskOfAnswers()).send("answer", text="010-1234-5678 <b>")

    assert answered["statusCode"] == 422
    assert "전화번호" in text_of(answered)
    assert "010-1234-5678 &lt;b&gt;" in answered["body"]
    assert answered["cookies"] == []


def test_a_person_who_is_too_late_keeps_the_typed_text_and_gets_the_page_as_it_is_now() -> None:
    desk = DeskOfAnswers()
    browser = Browser(desk)
    old = browser.hidden()
    Browser(desk).send("take", name="이서연")

    answered = browser.send("answer", old, text=ANSWER)

    assert answered["statusCode"] == 409
    assert "이서연" in text_of(answered)
    assert ANSWER in answered["body"]
    assert dict(HIDDEN.findall(answered["body"]))["version"] == "2"
    again = browser.send("answer", dict(HIDDEN.findall(answered["body"])), text=ANSWER)
    assert again["headers"]["location"] == "?done=drafted"


@pytest.mark.parametrize("is_told", [True, False])
def test_handing_a_case_over_says_that_the_link_ends(is_told: bool) -> None:
    desk = DeskOfAnswers()
    desk.colleagues.error = None if is_told else TopicsUnavailable("sns")
    browser = Browser(desk)
    hidden = browser.hidden()

    answered = browser.send("hand", hidden, department="network")

    assert answered["statusCode"] == 200
    assert phrase("ko", "answer.handed.title" if is_told else "answer.handed_not_notified.title") in text_of(answered)
    assert browser.open()["statusCode"] == 404


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("why", ["unknown", "expired", "revoked", "handed over", "gone", "no id", "none"])
def test_a_link_that_opens_nothing_has_the_same_response_for_every_reason(why: str, method: str) -> None:
    desk = DeskOfAnswers()
    browser = Browser(desk)
    if why == "revoked":
        desk.links.revoke(hash_of(browser.link_id), NOW)
    elif why == "handed over":
        desk.have(department="network")
    elif why == "gone":
        desk.cases.cases.clear()
    elif why == "expired":
        link = desk.links.links[hash_of(browser.link_id)]
        desk.links.links[link.hash] = link._replace(expires_at=NOW)
    else:
        browser.link_id = {"unknown": "BBBBBBBBBBBBBBBBBA", "no id": "../etc", "none": ""}[why]

    answered = browser.open() if method == "GET" else browser.send("take", {})

    browser.link_id = "AAAAAAAAAAAAAAAAAA"
    assert answered == browser.open()
    assert answered["statusCode"] == 404
    assert phrase("ko", "answer.closed_link.title") in text_of(answered)


def test_a_failing_store_asks_to_try_again_later() -> None:
    desk = DeskOfAnswers()
    browser = Browser(desk)
    desk.links.busy = True

    for answered in (browser.open(), browser.send("take", {})):
        assert (answered["statusCode"], answered["headers"]["retry-after"]) == (503, "60")
        assert phrase("ko", "answer.unavailable.title") in text_of(answered)


def test_a_store_that_fails_during_an_action_loses_no_typed_text() -> None:
    desk = DeskOfAnswers()
    browser = Browser(desk)
    hidden = browser.hidden()
    desk.cases.fail_after.append("save")

    answered = browser.send("answer", hidden, text=ANSWER)

    assert (answered["statusCode"], answered["headers"]["retry-after"]) == (503, "60")
    assert ANSWER in answered["body"]
    assert dict(HIDDEN.findall(answered["body"])) == hidden
    assert browser.send("answer", hidden, text=ANSWER)["headers"]["location"] == "?done=not_notified"
    assert len(desk.events) == 1


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        pytest.param(b"text=" + b"a" * 100_000, FORM, 413, id="large"),
        pytest.param(b"{}", "application/json", 415, id="json"),
    ],
)
def test_a_body_that_is_not_a_form_is_refused_with_a_notice(body: bytes, content_type: str, status: int) -> None:
    browser = Browser(DeskOfAnswers())
    event = post(browser.link_id, {})
    event["headers"]["content-type"] = content_type

    answered = browser.site.respond(event | {"body": b64encode(body).decode()}, NOW)

    assert answered["statusCode"] == status
    assert phrase("ko", "answer.unreadable.title") in text_of(answered)


def responses_of_all_kinds() -> dict[str, dict[str, Any]]:
    desk = DeskOfAnswers()
    browser = Browser(desk)
    gone = Browser(desk)
    gone.link_id = "AAAAAAAAAAAAAAAAAA"
    failing = Browser(replace_links := DeskOfAnswers())
    replace_links.links.busy = True
    large = post(browser.link_id, {"text": "a" * 100_001})
    return {
        "page": browser.open(), "done": browser.send("take"), "invalid": browser.send("close", reason=""),
        "closed": gone.open(), "failing": failing.open(), "large": browser.site.respond(large, NOW),
        "defect": browser.site.respond({"routeKey": "GET /answer/{link}", "pathParameters": 1}, NOW),
    }  # fmt: skip


def test_no_response_is_kept_in_a_cache_or_may_load_anything() -> None:
    for kind, response in responses_of_all_kinds().items():
        headers = response["headers"]
        assert headers["cache-control"] == "private, no-store", kind
        assert headers["content-security-policy"] == (
            f"default-src 'none'; style-src 'unsafe-inline'; img-src data: {SITES}; script-src {SCRIPT_HASH}; "
            "connect-src 'self'; base-uri 'none'; "
            "form-action 'self'; frame-ancestors 'none'"
        ), kind
        assert headers["referrer-policy"] == "no-referrer", kind
        assert headers["x-content-type-options"] == "nosniff", kind
        assert headers["x-robots-tag"] == "noindex, nofollow", kind
        assert headers["content-type"] == "text/html; charset=utf-8", kind


@pytest.mark.parametrize(
    "forged",
    [
        {"host": "evil.example"},
        {"host": "evil.example", "x-forwarded-proto": "http"},
        {"x-forwarded-host": "evil.example"},
    ],
)
def test_no_header_decides_where_the_links_in_mails_lead(forged: dict[str, str]) -> None:
    desk = DeskOfAnswers()
    browser = Browser(desk)
    event = post(browser.link_id, browser.hidden() | {"action": "answer", "name": "박지민", "text": ANSWER})
    del event["headers"]["x-forwarded-proto"]
    event["headers"] |= forged

    browser.site.respond(event, NOW)

    assert desk.api_urls == ["https://desk.example"]


def test_links_in_mails_lead_to_the_address_that_is_set_where_one_is() -> None:
    desk = DeskOfAnswers()
    browser = Browser(desk, api_url="http://127.0.0.1:8080")

    browser.send("answer", text=ANSWER)

    assert desk.api_urls == ["http://127.0.0.1:8080"]


def test_a_defect_is_a_notice_and_its_log_has_nothing_of_what_people_wrote(
    capsys: pytest.CaptureFixture[str],
) -> None:
    desk = DeskOfAnswers()
    browser = Browser(desk)
    hidden = browser.hidden()
    desk.colleagues.error = RuntimeError(f"{ANSWER} {browser.link_id}")
    capsys.readouterr()

    answered = browser.send("answer", hidden, text=ANSWER)

    assert answered["statusCode"] == 500
    assert phrase("ko", "answer.unavailable.title") in text_of(answered)
    logged = capsys.readouterr()
    (line,) = [json.loads(line) for line in logged.out.splitlines()]
    assert (line["level"], line["error"]) == ("ERROR", ["RuntimeError"])
    assert any(place.startswith("actions.py:") for place in line["places"])
    for secret in (ANSWER, browser.link_id, "박지민"):
        assert secret not in logged.out + logged.err


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The function on moto's AWS, with a case of billing in its tables; the link that opens it."""
    name = f"answer-{uuid4().hex}"  # a logger that writes where this test reads
    for key, value in {**SETTINGS, "POWERTOOLS_SERVICE_NAME": name}.items():
        monkeypatch.setenv(key, value)
    brand = brand_with(to_x=True)
    monkeypatch.setattr(wiring, "load_brand", lambda: brand)
    with mock_aws():
        dynamodb, sns = boto3.client("dynamodb"), boto3.client("sns")
        tables = create_tables(dynamodb)
        queue = boto3.client("sqs").create_queue(QueueName="posts")["QueueUrl"]
        monkeypatch.setenv("POSTS_QUEUE_URL", queue)
        for department in brand.departments:
            sns.create_topic(Name=f"test-dept-{department}")
        dynamodb.put_item(TableName=tables.mentions, Item=mention_item(mention().mention, SEOUL))
        dynamodb.put_item(TableName=tables.cases, Item=case_item(CASE))
        yield CaseLinkItems(dynamodb, tables.desk).make([CASE.id], "billing", utc_now())[CASE.id]


def test_the_function_answers_from_the_tables_and_never_logs_link_name_or_text(
    wired: str, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = handler.lambda_handler(get(wired), object())
    fields = dict(HIDDEN.findall(opened["body"])) | {"action": "confirm", "name": "박지민", "text": ANSWER}

    sent = [handler.lambda_handler(post(wired, fields), object()) for _ in range(2)]
    closed = handler.lambda_handler(get("AAAAAAAAAAAAAAAAAA"), object())

    assert [opened["statusCode"], sent[0]["statusCode"], closed["statusCode"]] == [200, 303, 404]
    assert sent[0] == sent[1]
    dynamodb = boto3.client("dynamodb")
    store = CaseStoreItems(dynamodb, cases_table="test-cases", mentions_table="test-mentions", desk_table="test-desk")
    (case,) = store.queued(limit=9)
    queued = PostStoreItems(dynamodb, posts_table="test-posts", desk_table="test-desk").get(case.post_id or "")
    assert queued
    assert (queued.text, queued.case_id, queued.state) == (ANSWER, CASE.id, PostState.QUEUED)
    logged = capsys.readouterr()
    assert CASE.id in logged.out
    for secret in (wired, hash_of(wired), "박지민", "지난달", fields["token"]):
        assert secret not in logged.out + logged.err
