"""The adapter against botocore's own stub: requests and answers have the shape of Lambda's."""

import io
import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import Stubber

from desk.fetch.link_checker import LambdaLinkChecker
from desk.fetch.model import NOT_CHECKED, FetchReason, LinkAnswer, link_detail
from desk.i18n import LANGUAGES

LINK = "https://blog.emerald.example/한글"
FUNCTION = "desk-CheckLink"


def client() -> Any:
    make: Any = boto3.client
    return make("lambda", region_name="ap-northeast-2", aws_access_key_id="test", aws_secret_access_key="test")


def payload(body: bytes) -> StreamingBody:
    return StreamingBody(io.BytesIO(body), len(body))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"answers": True, "detail": "200"}, LinkAnswer(answers=True, detail="200")),
        ({"answers": False, "detail": "404"}, LinkAnswer(answers=False, detail="404")),
        ({"answers": None, "detail": "too_slow"}, LinkAnswer(None, "too_slow")),
        ({"error": "the event has no url"}, LinkAnswer(None, NOT_CHECKED)),
        ({"errorType": "Sandbox.Timedout", "errorMessage": "timed out"}, LinkAnswer(None, NOT_CHECKED)),
        ({"answers": "yes", "detail": "200"}, LinkAnswer(None, NOT_CHECKED)),
        (None, LinkAnswer(None, NOT_CHECKED)),
    ],
)
def test_the_answer_is_what_the_function_says_or_that_it_could_not_be_checked(body: Any, expected: LinkAnswer) -> None:
    aws = client()
    with Stubber(aws) as stub:
        stub.add_response(
            "invoke",
            {"StatusCode": 200, "Payload": payload(json.dumps(body).encode())},
            {"FunctionName": FUNCTION, "Payload": json.dumps({"url": LINK}).encode()},
        )
        assert LambdaLinkChecker(lambda: aws, FUNCTION).check(LINK) == expected


@pytest.mark.parametrize("code", ["TooManyRequestsException", "ResourceNotFoundException", "AccessDeniedException"])
def test_a_function_that_does_not_run_checks_nothing(code: str) -> None:
    aws = client()
    with Stubber(aws) as stub:
        stub.add_client_error("invoke", code)
        assert LambdaLinkChecker(lambda: aws, FUNCTION).check(LINK) == LinkAnswer(None, NOT_CHECKED)


@pytest.mark.parametrize(
    "error",
    [
        ReadTimeoutError(endpoint_url="https://lambda.example"),
        ConnectTimeoutError(endpoint_url="https://lambda.example"),
        ConnectionResetError(),
    ],
)
def test_a_function_that_is_too_slow_checks_nothing(error: Exception) -> None:
    class Failing:
        def invoke(self, **_: Any) -> Any:
            raise error

    assert LambdaLinkChecker(Failing, FUNCTION).check(LINK) == LinkAnswer(None, NOT_CHECKED)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_words_for_every_detail(language: str) -> None:
    for detail in ("404", NOT_CHECKED, *FetchReason):
        key, values = link_detail(detail)
        assert LANGUAGES[language][key].format(**values)
