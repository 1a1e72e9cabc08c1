"""Who may use the API: the fake and Secrets Manager keep the same promises."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from desk.errors import TokensUnavailable
from post_update.api.auth import ApiToken, ApiTokens, ApiTokensSecret
from tests.fakes.api_tokens import CMS, EDITOR, FakeApiTokens
from tests.tables import DYNAMODBS, REGION, local_aws

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

KINDS = ["fake", *DYNAMODBS]


class Kept(NamedTuple):
    """Tokens as the API sees them, how somebody stores others, and how the store fails for good."""

    tokens: ApiTokens
    store: Callable[[Sequence[ApiToken]], object]
    lose: Callable[[], object]


def document(tokens: Sequence[ApiToken]) -> str:
    return json.dumps({each.name: {"token": each.token, "may": sorted(each.may)} for each in tokens})


@pytest.fixture(params=KINDS)
def kept(request: pytest.FixtureRequest) -> "Iterator[Kept]":
    if request.param == "fake":
        yield _fake()
    elif request.param == "moto":
        with mock_aws():
            yield _secret(_client(None))
    else:
        yield _secret(_client(local_aws()))


def _fake() -> Kept:
    fake = FakeApiTokens(CMS)

    def store(tokens: Sequence[ApiToken]) -> None:
        fake.stored = tokens

    return Kept(fake, store, lambda: setattr(fake, "fails", True))


def _secret(client: "SecretsManagerClient") -> Kept:
    name = f"tokens-{uuid4().hex[:8]}"
    client.create_secret(Name=name, SecretString=document([CMS]))
    return Kept(
        ApiTokensSecret(client, name),
        lambda tokens: client.put_secret_value(SecretId=name, SecretString=document(tokens)),
        lambda: client.delete_secret(SecretId=name, ForceDeleteWithoutRecovery=True),
    )


def _client(endpoint: str | None) -> "SecretsManagerClient":
    return boto3.client(
        "secretsmanager",
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def test_tokens_are_returned_with_their_names_and_rights(kept: Kept) -> None:
    assert list(kept.tokens.current()) == [CMS]


def test_a_token_that_was_added_is_seen_when_they_are_read_anew(kept: Kept) -> None:
    kept.tokens.current()
    kept.store([CMS, EDITOR])

    cached, renewed = list(kept.tokens.current()), list(kept.tokens.refreshed())

    assert (cached, renewed) == ([CMS], [CMS, EDITOR])
    assert list(kept.tokens.current()) == [CMS, EDITOR]


def test_no_tokens_are_nobody(kept: Kept) -> None:
    kept.store([])

    assert list(kept.tokens.refreshed()) == []


def test_tokens_that_cannot_be_read_are_no_empty_list(kept: Kept) -> None:
    kept.tokens.current()
    kept.lose()

    with pytest.raises(TokensUnavailable):
        kept.tokens.refreshed()


@pytest.mark.parametrize(
    "value",
    [
        "cms-token-that-nobody-can-guess",
        "[]",
        json.dumps({"cms": "cms-token-that-nobody-can-guess"}),
        json.dumps({"cms": {"token": "", "may": ["post"]}}),
        json.dumps({"cms": {"token": "short", "may": ["post"]}}),
        json.dumps({"cms": {"token": "토큰-that-nobody-can-guess", "may": ["post"]}}),
        json.dumps({"cms": {"token": CMS.token}}),
        json.dumps({"cms": {"token": CMS.token, "may": []}}),
        json.dumps({"cms": {"token": CMS.token, "may": ["everything"]}}),
        json.dumps({"cms": {"token": CMS.token, "may": "post"}}),
    ],
)
def test_a_malformed_secret_lets_nobody_in_and_is_not_quoted(value: str) -> None:
    with mock_aws():
        client = _client(None)
        client.create_secret(Name="tokens", SecretString=value)

        with pytest.raises(TokensUnavailable) as caught:
            ApiTokensSecret(client, "tokens").current()

    assert "guess" not in f"{caught.value!r}{caught.value.__cause__!r}"


def test_a_secret_that_was_corrected_after_a_failure_is_used_at_once() -> None:
    with mock_aws():
        client = _client(None)
        client.create_secret(Name="tokens", SecretString="{")
        tokens = ApiTokensSecret(client, "tokens")
        with pytest.raises(TokensUnavailable):
            tokens.current()

        client.put_secret_value(SecretId="tokens", SecretString=document([CMS]))

        assert list(tokens.current()) == [CMS]


def test_a_secrets_manager_out_of_reach_lets_nobody_in() -> None:
    client = boto3.client(
        "secretsmanager",
        region_name=REGION,
        endpoint_url="http://127.0.0.1:9",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(connect_timeout=0.1, retries={"total_max_attempts": 1}),
    )

    with pytest.raises(TokensUnavailable, match="EndpointConnectionError"):
        ApiTokensSecret(client, "tokens").current()


def test_a_token_is_not_shown() -> None:
    assert CMS.token not in repr(CMS)
