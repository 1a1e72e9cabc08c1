"""Translators: the fake, the local stand-in and Amazon Translate keep the same promises."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from botocore.stub import Stubber

from desk.translation.translate import AmazonTranslate, NotTranslated, TranslationProblem, Translator
from tests.fakes.translation import FakeTranslator
from tests.tables import REGION, local_aws

SECRET = "비밀 문장"


def client(endpoint: str | None = None) -> Any:
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
    config = Config(retries={"total_max_attempts": 1})
    return session.client("translate", endpoint_url=endpoint, config=config)


@pytest.fixture(params=["fake", "stubbed", pytest.param("local_aws", marks=pytest.mark.process)])
def translator(request: pytest.FixtureRequest) -> Iterator[Translator]:
    if request.param == "fake":
        yield FakeTranslator()
    elif request.param == "local_aws":
        made = client(local_aws())
        yield AmazonTranslate(lambda: made)
    else:
        stubbed = client()
        with Stubber(stubbed) as stubber:
            asked = {"Text": SECRET, "SourceLanguageCode": "en", "TargetLanguageCode": "ko"}
            answer = {"TranslatedText": f"… {SECRET}", "SourceLanguageCode": "en", "TargetLanguageCode": "ko"}
            stubber.add_response("translate_text", answer, asked)
            yield AmazonTranslate(lambda: stubbed)


def test_a_text_comes_back_in_the_other_language(translator: Translator) -> None:
    assert SECRET in translator.translate(SECRET, "en", "ko")


@pytest.mark.process
def test_the_stand_in_says_that_it_is_one_in_the_language_of_the_desk() -> None:
    made = client(local_aws())

    found = [AmazonTranslate(lambda: made).translate("Hi", "fr", own) for own in ("ko", "en")]

    assert found[0].startswith("번역 대역: 실제 번역이 아닙니다.")
    assert found[1].startswith("Stand-in: this is no translation.")


@pytest.mark.parametrize(
    ("code", "problem", "is_billed"),
    [
        ("TooManyRequestsException", TranslationProblem.BUSY, False),
        ("ThrottlingException", TranslationProblem.BUSY, False),
        ("UnsupportedLanguagePairException", TranslationProblem.NOT_SUPPORTED, False),
        ("AccessDeniedException", TranslationProblem.NOT_ALLOWED, False),
        ("InvalidRequestException", TranslationProblem.UNAVAILABLE, False),
        ("InternalServerException", TranslationProblem.UNAVAILABLE, True),
    ],
)
def test_what_aws_refuses_is_a_problem_that_people_are_told(
    code: str, problem: TranslationProblem, *, is_billed: bool
) -> None:
    refusing = client()
    with Stubber(refusing) as stubber:
        stubber.add_client_error("translate_text", code, SECRET)
        with pytest.raises(NotTranslated) as error:
            AmazonTranslate(lambda: refusing).translate(SECRET, "en", "ko")

    assert (error.value.problem, error.value.is_billed) == (problem, is_billed)
    assert SECRET not in f"{error.value!r} {error.value.__cause__!r}"


@pytest.mark.parametrize("kind", [EndpointConnectionError, ConnectTimeoutError, ReadTimeoutError])
def test_a_region_without_it_and_a_slow_answer_are_unavailable(kind: Any) -> None:
    class Unreachable:
        def translate_text(self, **_: str) -> Any:
            raise kind(endpoint_url="https://translate.example", error=SECRET)

    with pytest.raises(NotTranslated) as error:
        AmazonTranslate(Unreachable).translate(SECRET, "en", "ko")

    assert error.value.problem is TranslationProblem.UNAVAILABLE
    assert SECRET not in repr(error.value)
