"""Addresses that others choose, fetched by the functions as they are deployed."""

import json

import pytest

from desk.fetch.link_checker import LambdaLinkChecker
from desk.fetch.model import LinkAnswer
from local.site import Site
from local.stage import Stage


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
