"""Links and pages in the wrong hands, forms that are forged, and requests that no browser sends."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from desk.i18n import phrase
from desk.links import CASE_LINK_LASTS, hash_of
from desk.replies.actions import ActionOutcome, page_token
from tests.families import for_each
from tests.unit.answer_case.browser import HIDDEN, Browser, by, get, post, text_of
from tests.unit.replies.scene import CASE, NOW, DeskOfAnswers, brand_with

ANSWER = "한 장은 지난달 것입니다."
CLOSED_LINK = phrase("ko", "answer.closed_link.title")


@pytest.mark.parametrize("action", ["take", "confirm"])
def test_a_revoked_link_acts_no_more_with_the_page_that_it_had_opened(action: str) -> None:
    desk = DeskOfAnswers(brand=brand_with(to_x=True))
    browser = Browser(desk)
    hidden = browser.hidden()
    desk.links.revoke(hash_of(browser.link_id), NOW)

    answered = browser.send(action, hidden, text=ANSWER, reason="끝", department="network", kind="fault")

    assert (answered["statusCode"], desk.case, desk.events) == (404, CASE, [])
    assert CLOSED_LINK in text_of(answered)


def test_who_handed_a_case_over_cannot_take_it_back_and_the_others_link_opens_it() -> None:
    desk = DeskOfAnswers()
    before, page = Browser(desk), Browser(desk).hidden()
    before.send("hand", department="network")
    after = Browser(desk, "network")

    assert before.open()["statusCode"] == 404
    assert before.send("hand", page | {"version": "2", "token": page_token(before.link_id, 2)}, department="billing")[
        "statusCode"
    ] == 404  # fmt: skip
    assert after.open()["statusCode"] == 200
    assert desk.case.department == "network"


def test_a_link_lives_again_when_the_case_comes_back_to_its_department() -> None:
    desk = DeskOfAnswers()
    first = Browser(desk)
    first.send("hand", department="network")
    Browser(desk, "network").send("hand", department="billing")

    assert first.open()["statusCode"] == 200


@pytest.mark.parametrize("version", ["0", "01", "１", "9" * 5_000, "", "1\r\nset-cookie: a=b"])
def test_a_version_that_no_page_showed_does_nothing_even_with_its_own_token(version: str) -> None:
    desk = DeskOfAnswers()
    link_id = desk.link()
    forged = desk.fields(link_id, "take") | {"version": version, "token": page_token(link_id, version)}

    assert desk.send(forged, link_id).outcome is ActionOutcome.MOVED
    assert (desk.case, desk.events) == (CASE, [])


def test_opening_a_page_any_number_of_times_writes_nothing() -> None:
    desk = DeskOfAnswers(brand=brand_with(to_x=True))
    browser = Browser(desk)
    before = dict(desk.links.links)

    for _ in range(3):
        for done in ("", "queued", "closed"):
            browser.open(done=done)

    assert set(desk.cases.calls) == {"file", "author_cases"}
    assert (desk.case, desk.events, desk.links.links) == (CASE, [], before)
    assert not desk.posts.calls
    assert not desk.colleagues.notified


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "post", ""])
def test_only_a_post_request_changes_anything(method: str) -> None:
    desk = DeskOfAnswers()
    browser = Browser(desk)
    event = post(browser.link_id, browser.hidden() | {"action": "close", "name": "박", "reason": "끝"})

    browser.site.respond(by(method, event), NOW)

    assert (desk.case, desk.events) == (CASE, [])


@pytest.mark.parametrize("query", ["action=close&name=a&reason=b", "done=https://evil.example", "done=//evil.example"])
def test_nothing_in_the_address_acts_or_leads_away(query: str) -> None:
    desk = DeskOfAnswers()
    browser = Browser(desk)
    parameters = dict(pair.split("=", 1) for pair in query.split("&"))

    opened = browser.site.respond(get(browser.link_id) | {"queryStringParameters": parameters}, NOW)
    sent = browser.site.respond(
        post(browser.link_id, dict(HIDDEN.findall(opened["body"])) | {"action": "take", "name": "박"})
        | {"queryStringParameters": parameters},
        NOW,
    )

    assert "evil.example" not in json.dumps(opened) + json.dumps(sent)
    assert sent["headers"]["location"] == "?done=taken"
    assert [event.what.value for event in desk.events] == ["taken"]


@pytest.mark.parametrize(
    "name", ["박\r\nSet-Cookie: a=b", "a; Domain=evil.example; Path=/", 'a"; x="', "가" * 40, "\u0085박", "%0d%0aX: y"]
)
def test_a_name_splits_no_header_and_adds_nothing_to_its_cookie(name: str) -> None:
    answered = Browser(DeskOfAnswers()).send("take", name=name)

    assert answered["statusCode"] == 303
    (cookie,) = answered["cookies"]
    assert re.fullmatch(
        r"name=[A-Za-z0-9%_.~-]*; Secure; HttpOnly; SameSite=Strict; Path=/answer; Max-Age=31536000", cookie
    )
    assert len(cookie) < 4_000
    assert not re.search(r"[\r\n]", json.dumps(answered["headers"]))


@for_each(
    "broken",
    [
        {"body": None},
        {"body": None, "headers": None},
        {"cookies": ["", "=", "name", "name=", ";;;"]},
        {"pathParameters": None},
        {"pathParameters": {"link": "\x00"}},
        {"pathParameters": {"link": "A" * 100_000}},
        {"pathParameters": {"link": "А" * 18}},
        {"queryStringParameters": None},
        {"requestContext": {}},
    ],
)
@for_each("method", ["GET", "POST"])
def test_a_request_that_no_browser_sends_is_answered_and_does_nothing(method: str, broken: dict[str, Any]) -> None:
    desk = DeskOfAnswers()
    browser = Browser(desk)
    event = by(method, post(browser.link_id, {"action": "take", "name": "박"}))

    answered = browser.site.respond(event | broken, NOW)

    assert answered["statusCode"] in {200, 400, 404, 409, 500}
    assert answered["headers"]["cache-control"] == "private, no-store"
    assert (desk.case, desk.events) == (CASE, [])


def test_who_fails_with_the_store_reads_a_notice_and_its_log_has_no_link(capsys: pytest.CaptureFixture[str]) -> None:
    desk = DeskOfAnswers(brand=brand_with(to_x=True))
    browser = Browser(desk)
    hidden = browser.hidden()
    capsys.readouterr()

    for failing in ("file", "save"):
        desk.cases.busy = {failing}
        browser.send("confirm", hidden, text=ANSWER)
    desk.cases.busy = set()
    desk.links.busy = True
    browser.open()
    browser.send("confirm", hidden, text=ANSWER)

    logged = "".join(capsys.readouterr())
    assert logged.count("StoreBusy") == 4
    for secret in (browser.link_id, hash_of(browser.link_id), hidden["token"], hidden["request"], "지난달", "박지민"):
        assert secret not in logged


def test_a_page_kept_open_over_the_links_end_acts_no_more() -> None:
    desk = DeskOfAnswers()
    browser = Browser(desk)
    event = post(browser.link_id, browser.hidden() | {"action": "take", "name": "박"})

    assert browser.site.respond(event, NOW + CASE_LINK_LASTS)["statusCode"] == 404
    assert browser.site.respond(event, NOW + CASE_LINK_LASTS - timedelta(seconds=1))["statusCode"] == 303
