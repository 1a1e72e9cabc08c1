from typing import Any

import pytest

from local.aws.routes import Route, routes_of


def operation(function: str) -> dict[str, Any]:
    uri = f"arn:${{AWS::Partition}}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/{function}/invocations"
    return {"x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": {"Fn::Sub": uri}}, "responses": {}}


def test_every_method_of_every_path_is_a_route_to_its_function() -> None:
    body = {
        "paths": {
            "/posts": {"post": operation("${Api.Arn}"), "get": operation("${Api.Arn}"), "parameters": []},
            "/reports/{link}": {"get": operation("${Report.Arn}")},
            "/rest/{proxy+}": {"x-amazon-apigateway-any-method": operation("${Api.Arn}")},
        }
    }

    assert list(routes_of(body)) == [
        Route("POST /posts", "Api"),
        Route("GET /posts", "Api"),
        Route("GET /reports/{link}", "Report"),
        Route("ANY /rest/{proxy+}", "Api"),
    ]


@pytest.mark.parametrize("path", ["$default", "/$default"])
def test_requests_without_a_route_have_a_default_route(path: str) -> None:
    body = {"paths": {path: {"x-amazon-apigateway-any-method": operation("${Api.Arn}")}}}

    assert list(routes_of(body)) == [Route("$default", "Api")]


def test_a_route_to_an_unknown_function_is_an_error() -> None:
    elsewhere = operation("arn:aws:lambda:eu-west-1:123456789012:function:somebody")

    with pytest.raises(ValueError, match="get /posts leads to no function"):
        list(routes_of({"paths": {"/posts": {"get": elsewhere}}}))
