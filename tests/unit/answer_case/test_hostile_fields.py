"""Whatever a field may hold: every answer stays small and safe, and what is stored is one line or a clean text."""

import json
import re
import time
from itertools import product
from urllib.parse import quote

from answer_case.http import LARGEST
from tests.families import for_each, sample
from tests.unit.answer_case.browser import Browser, post, text_of
from tests.unit.replies.scene import NOW, DeskOfAnswers, brand_with

ANSWER = "한 장은 지난달 것입니다."
LAMBDAS_LARGEST_ANSWER = 6 * 1024 * 1024
HOSTILE = {
    "html": '"><script>alert(1)</script><img src=x onerror=alert(1)>',
    "template": "{{ 7*7 }}{% raw %}{view.token}%(name)s",
    "bidi": "가\u202e나\u2066다",
    "zero width": "가\u200b\u200d\ufeff나",
    "nul": "가\x00나",
    "escapes": "가\x1b[2J\x07나",
    "surrogate pair": "😀" * 50,
    "no character": "가\uffff나\U0001fffe",
    "line ends": "가\r나\u2028다\u0085라",
    "combining": "a" + "\u0300" * 500,
    "long": "나" * 10_000,
    "quotes": '"' * 30_000,
    "brackets": "<" * 30_000,
    "digits": "0" * 90_000,
    "blank": "\u3164",
}
FORMS = {
    "take": "name",
    "confirm": "text promised_until again",
    "edit": "text",
    "private": "text",
    "answer": "holding promised_until",
    "hand": "department reason",
    "close": "reason",
    "misread": "kind department",
    "unmask": "name",
}
FIELDS = [(action, field) for action, fields in FORMS.items() for field in fields.split()]
"""Each field, in the forms that treat it in their own way."""
GOOD = {"text": ANSWER, "reason": "끝", "department": "network", "kind": "fault", "name": "박지민"}
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


EVERY = [(action, field, hostile) for (action, field), hostile in product(FIELDS, HOSTILE)]


@for_each("action, field, hostile", sample("hostile fields", EVERY, 100, named="-".join))
def test_no_field_makes_a_page_large_slow_or_alive(action: str, field: str, hostile: str) -> None:
    desk = DeskOfAnswers(brand=brand_with(to_x=True, signature="- 요금팀"))
    browser = Browser(desk)
    typed = GOOD | {"holding": "1" if field == "promised_until" else "", "promised_until": "2026-11-25T12:00"}
    typed[field] = HOSTILE[hostile]

    began = time.process_time()
    answered = browser.send(action, None, **typed)
    then = browser.open()

    assert time.process_time() - began < 3
    assert answered["statusCode"] in {200, 303, 409, 413, 422}
    assert then["statusCode"] in {200, 404}
    for page in (answered, then):
        assert len(json.dumps(page, ensure_ascii=False).encode()) < LAMBDAS_LARGEST_ANSWER
        assert page["body"].count("<script>") <= 1
        assert "<img" not in page["body"]
        assert "49" not in text_of(page)
    for event in desk.events:
        assert not UNSEEN.search(event.by)
        assert not UNSEEN.search(event.text)
        assert "\n" not in event.by
        assert len(event.by) <= 40
        assert len(event.text) <= 5_000
    for said in desk.posts.posts.values():
        assert not UNSEEN.search(said.text)
        assert said.weighted_length <= 280


@for_each("letter", ['"', "\x01", "가"])
@for_each("field", ["name", "text", "reason", "promised_until", "request", "version", "unknown"])
def test_the_largest_body_is_answered_within_what_lambda_answers(field: str, letter: str) -> None:
    browser = Browser(DeskOfAnswers())
    hidden = browser.hidden()
    letters = (LARGEST - 1_000) // len(quote(letter))

    for action in ("confirm", "hand"):
        filled = GOOD | {"holding": "1"} | hidden | {"action": action} | {field: letter * letters}
        answered = browser.site.respond(post(browser.link_id, filled), NOW)
        assert answered["statusCode"] in {200, 303, 409, 422}
        assert len(json.dumps(answered).encode()) < LAMBDAS_LARGEST_ANSWER
