"""Requests to route mentions, against botocore's own stub."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ConnectTimeoutError
from botocore.stub import Stubber

from desk.routing.requests import RoutingRequests

FUNCTION = "desk-RouteInquiry"


@pytest.fixture
def aws() -> Any:
    make: Any = boto3.client
    return make("lambda", region_name="ap-northeast-2", aws_access_key_id="test", aws_secret_access_key="test")


@pytest.fixture
def stub(aws: Any) -> Iterator[Stubber]:
    with Stubber(aws) as stub:
        yield stub


def test_the_router_is_invoked_with_the_ids_and_not_waited_for(aws: Any, stub: Stubber) -> None:
    payload = json.dumps({"mention_ids": ["1", "2"]}).encode()
    asked = {"FunctionName": FUNCTION, "InvocationType": "Event", "Payload": payload}
    stub.add_response("invoke", {"StatusCode": 202}, asked)

    RoutingRequests(lambda: aws, FUNCTION).request({"2", "1"})

    stub.assert_no_pending_responses()


def refused(aws: Any, stub: Stubber) -> Any:
    stub.add_client_error("invoke", "TooManyRequestsException")
    return aws


def unreachable(_aws: Any, _stub: Stubber) -> Any:
    raise ConnectTimeoutError(endpoint_url="https://lambda")


@pytest.mark.parametrize("fails", [refused, unreachable])
def test_a_request_that_fails_is_left_to_the_sweep(
    fails: Callable[[Any, Stubber], Any], aws: Any, stub: Stubber, caplog: pytest.LogCaptureFixture
) -> None:
    RoutingRequests(lambda: fails(aws, stub), FUNCTION).request({"2", "1"})

    assert "left to the sweep: 1, 2 (" in caplog.text
