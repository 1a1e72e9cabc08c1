"""The HTTP API's routes on the local AWS, which ignores those that SAM writes into the API's `Body`.

They are created from the processed template, each with an integration of its function.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from local.aws.deploy import Deployed

_API = "AWS::ApiGatewayV2::Api"
_DEFAULT = "$default"
_ANY_METHOD = "x-amazon-apigateway-any-method"
_INTEGRATION = "x-amazon-apigateway-integration"
_FUNCTION = re.compile(r"functions/\$\{(?P<name>\w+)\.Arn\}/invocations")


class Route(NamedTuple):
    """One route, as `POST /posts`, and the logical id of the function behind it."""

    key: str
    function: str


def routes_of(body: Mapping[str, Any]) -> Iterator[Route]:
    """The routes in an API's `Body`, an OpenAPI document with API Gateway's extensions."""
    for path, methods in body.get("paths", {}).items():
        for method, operation in methods.items():
            if not isinstance(operation, Mapping) or _INTEGRATION not in operation:
                continue
            found = _FUNCTION.search(str(operation[_INTEGRATION]["uri"]))
            if found is None:
                raise ValueError(f"the route {method} {path} leads to no function of the template")
            yield Route(_key(path, method), found["name"])


def _key(path: str, method: str) -> str:
    if path.removeprefix("/") == _DEFAULT:  # SAM writes it without the slash, API Gateway's own documents with it
        return _DEFAULT
    return f"{'ANY' if method == _ANY_METHOD else method.upper()} {path}"


def open_routes(deployed: Deployed) -> str:
    """Make what the template's one HTTP API routes; the address that reaches it."""
    template = deployed.aws.client("cloudformation").get_template(StackName=deployed.stack, TemplateStage="Processed")[
        "TemplateBody"
    ]
    apis = {name: one["Properties"] for name, one in template["Resources"].items() if one["Type"] == _API}
    ((name, properties),) = apis.items()
    api = deployed.resources[name]
    _make(deployed, api, list(routes_of(properties.get("Body", {}))))
    return f"{deployed.aws.endpoint}/_aws/execute-api/{api}/$default"


def _make(deployed: Deployed, api: str, routes: list[Route]) -> None:
    gateway = deployed.aws.client("apigatewayv2")
    integrations: dict[str, str] = {}
    for route in routes:
        if route.function not in integrations:
            function = deployed.aws.client("lambda").get_function(FunctionName=deployed.resources[route.function])
            integrations[route.function] = gateway.create_integration(
                ApiId=api,
                IntegrationType="AWS_PROXY",
                IntegrationUri=function["Configuration"]["FunctionArn"],
                PayloadFormatVersion="2.0",
            )["IntegrationId"]
        gateway.create_route(ApiId=api, RouteKey=route.key, Target=f"integrations/{integrations[route.function]}")
