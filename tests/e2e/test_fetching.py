"""Addresses that others choose, fetched by the functions as they are deployed."""

import json

import pytest

from desk.fetch.link_checker import LambdaLinkChecker
from desk.fetch.model import LinkAnswer
from local.site import Site
from local.stage import Stage
from tests.e2e.driver import Driver
from tests.e2e.test_pictures import photo


@pytest.fixture
def checker(shared_stage: Stage) -> LambdaLinkChecker:
    deployed = shared_stage.deployed
    return LambdaLinkChecker(lambda: deployed.aws.client("lambda"), deployed.outputs["CheckLink"])


def test_the_function_says_whether_a_link_answers(checker: LambdaLinkChecker, blog: Site) -> None:
    (blog.folder / "headline.html").write_text("오늘의 헤드라인", encoding="utf-8")
    blog.answer_instead("/members.html", 403)
    blog.answer_instead("/inside.html", 302, headers={"Location": "http://169.254.169.254/latest/meta-data/"})

    assert checker.check(f"{blog.url}/headline.html") == LinkAnswer(answers=True, detail="200")
    assert checker.check(f"{blog.url}/gone.html") == LinkAnswer(answers=False, detail="404")
    assert checker.check(f"{blog.url}/members.html") == LinkAnswer(None, "403")
    assert checker.check(f"{blog.url}/inside.html") == LinkAnswer(answers=False, detail="not_global")


def test_the_function_reaches_no_other_server_of_this_machine(checker: LambdaLinkChecker, shared_stage: Stage) -> None:
    for address in (shared_stage.deployed.aws.endpoint, shared_stage.x.url):
        assert checker.check(address) == LinkAnswer(answers=False, detail="bad_address")
    assert checker.check("http://127.0.0.1/") == LinkAnswer(answers=False, detail="not_global")


def test_an_event_that_makes_no_sense_is_answered(shared_stage: Stage) -> None:
    deployed = shared_stage.deployed
    answer = deployed.aws.client("lambda").invoke(FunctionName=deployed.outputs["CheckLink"], Payload=b'{"link": 7}')

    assert "FunctionError" not in answer
    assert json.loads(answer["Payload"].read()) == {"error": "the event has no url"}


def test_pictures_of_a_cms_are_fetched_and_published_with_their_post(desk: Driver, blog: Site) -> None:
    (blog.folder / "store.jpg").write_bytes(photo())
    blog.answer_instead("/moved.jpg", 301, headers={"Location": "/store.jpg"})
    media = [{"url": f"{blog.url}/store.jpg", "alt": "초록 간판의 매장"}, {"url": f"{blog.url}/moved.jpg"}]
    body = {"text": "새 매장이 문을 열었습니다.", "media": media}

    first = desk.ask("POST /posts", body, Idempotency_Key="store-1")
    again = desk.ask("POST /posts", body, Idempotency_Key="store-1")
    desk.sweep()

    assert (first.status_code, again.text) == (202, first.text)
    shown = desk.shown(first.json()["id"])
    assert shown["state"] == "published"
    assert [(each["url"], each["state"]) for each in shown["media"]] == [(each["url"], "ready") for each in media]
    (on_x,) = (post for post in desk.stage.x.state.posts.values() if post.text == "새 매장이 문을 열었습니다.")
    assert [medium.alt_text for medium in on_x.media] == ["초록 간판의 매장", None]
    assert [visit.path for visit in blog.visits].count("/store.jpg") == 2, "once for each picture"


def test_a_post_whose_picture_can_not_be_fetched_is_refused_with_the_reason(desk: Driver, blog: Site) -> None:
    blog.answer_instead("/inside.jpg", 302, headers={"Location": "http://169.254.169.254/latest/meta-data/"})
    answers = [
        desk.ask("POST /posts", {"text": f"사진 {path}", "media": [{"url": f"{blog.url}{path}"}]}).json()
        for path in ("/gone.jpg", "/inside.jpg")
    ]
    desk.sweep()

    for answer, detail in zip(answers, ("404", "not_global"), strict=True):
        shown = desk.shown(answer["id"])
        assert (shown["state"], shown["reason"]) == ("refused", "picture_refused")
        assert [(each["state"], each["reason"], each["detail"]) for each in shown["media"]] == [
            ("refused", "not_fetched", detail)
        ]
    refused = desk.ask("POST /posts", {"text": "사진", "media": [{"url": desk.stage.x.url}]})
    assert refused.json()["errors"] == [{"field": "media.0.url", "detail": "only ports 80 and 443 are used"}]
