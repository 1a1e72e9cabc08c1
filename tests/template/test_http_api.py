import json
import re
from typing import Any

import pytest

from post_update.api.app import ELSEWHERE, OPEN_PATHS
from tests.template.stack_template import Resources, folder_of, functions, of_type, template
from tests.template.what_code_reads import routes_in

ROUTES = {
    "POST /posts": "PostUpdate",
    "GET /posts": "PostUpdate",
    "GET /posts/{id}": "PostUpdate",
    "DELETE /posts/{id}": "PostUpdate",
    "POST /posts/{id}/release": "PostUpdate",
    "GET /cases": "PostUpdate",
    "GET /cases/{id}": "PostUpdate",
    "POST /cases/{id}/answer": "PostUpdate",
    "POST /cases/{id}/urgency": "PostUpdate",
    "GET /pause": "PostUpdate",
    "PUT /pause": "PostUpdate",
    "DELETE /pause": "PostUpdate",
    "GET /docs": "PostUpdate",
    "GET /openapi.json": "PostUpdate",
    "GET /reports/{link}": "OpenReport",
    "GET /reports/{link}/csv": "OpenReport",
    "GET /answer/{link}": "AnswerCase",
    "POST /answer/{link}": "AnswerCase",
    "GET /console": "OperatorConsole",
    "GET /console/{page+}": "OperatorConsole",
    "POST /console/{page+}": "OperatorConsole",
    "$default": "PostUpdate",
}
PAGES = {"AnswerCase", "OperatorConsole"}
SERVING = sorted(set(ROUTES.values()))


def routes(resources: Resources) -> dict[str, dict[str, Any]]:
    paths = resources["DeskApi"]["Properties"]["Body"]["paths"]
    return {
        path if path == "$default" else f"{method.upper()} {path}": route["x-amazon-apigateway-integration"]
        for path, methods in paths.items()
        for method, route in methods.items()
    }


def stage(resources: Resources) -> dict[str, Any]:
    (found,) = of_type(resources, "AWS::ApiGatewayV2::Stage").values()
    return found


def test_these_are_all_routes_and_each_leads_to_its_function(resources: Resources) -> None:
    led = {route: re.findall(r"\{(\w+)\.Arn\}", one["uri"]["Fn::Sub"]) for route, one in routes(resources).items()}

    assert led == {route: [function] for route, function in ROUTES.items()}


def test_the_api_answers_exactly_the_routes_that_lead_to_it() -> None:
    led = {re.sub(r"\{\w+\}", "{}", route) for route, function in ROUTES.items() if function == "PostUpdate"}

    documents = {f"GET {path}" for path in OPEN_PATHS}
    assert routes_in(folder_of("PostUpdate")) | documents | {"$default"} == led


def test_the_api_knows_the_methods_of_every_path_that_leads_elsewhere() -> None:
    elsewhere = [route.split(" ") for route, function in ROUTES.items() if function != "PostUpdate"]

    assert sorted((method, path) for path, methods in ELSEWHERE.items() for method in methods) == sorted(
        (method, path) for method, path in elsewhere
    )


def test_the_open_paths_are_routes_without_another_method() -> None:
    open_ones = {route for route in ROUTES if route.partition(" ")[2] in OPEN_PATHS}

    assert open_ones == {f"GET {path}" for path in OPEN_PATHS}


def test_other_routes_of_any_method_go_to_the_api(resources: Resources) -> None:
    (default,) = resources["DeskApi"]["Properties"]["Body"]["paths"]["$default"].items()

    assert default[0] == "x-amazon-apigateway-any-method"
    assert default[1]["isDefaultRoute"] is True


def test_functions_get_requests_in_the_form_that_they_read(resources: Resources) -> None:
    assert {one["payloadFormatVersion"] for one in routes(resources).values()} == {"2.0"}


def test_the_api_has_one_stage_without_a_name_in_its_paths(resources: Resources) -> None:
    assert stage(resources)["StageName"] == "$default"
    assert stage(resources)["AutoDeploy"] is True


def test_requests_are_throttled_before_a_function_runs(resources: Resources) -> None:
    limits = stage(resources)["DefaultRouteSettings"]

    assert 0 < limits["ThrottlingRateLimit"] <= 50
    assert 0 < limits["ThrottlingBurstLimit"] <= 100


def test_people_at_the_page_tools_that_read_cases_and_the_cms_never_wait_for_each_other(resources: Resources) -> None:
    limits = stage(resources)["RouteSettings"]

    own = {route for route, function in ROUTES.items() if function in PAGES or "/cases" in route}
    assert set(limits) == own | {"$default"}
    for limit in limits.values():
        assert 0 < limit["ThrottlingRateLimit"] <= 50
        assert 0 < limit["ThrottlingBurstLimit"] <= 100


def test_who_asks_for_what_is_not_there_is_slowed_down_first(resources: Resources) -> None:
    others = [stage(resources)["DefaultRouteSettings"], *stage(resources)["RouteSettings"].values()]

    limit = stage(resources)["RouteSettings"]["$default"]

    assert limit == {"ThrottlingRateLimit": 2, "ThrottlingBurstLimit": 5}
    assert limit["ThrottlingRateLimit"] == min(one["ThrottlingRateLimit"] for one in others)
    assert limit["ThrottlingBurstLimit"] == min(one["ThrottlingBurstLimit"] for one in others)


def test_the_access_log_names_the_route_and_never_the_path_with_its_link(resources: Resources) -> None:
    written = stage(resources)["AccessLogSettings"]["Format"]
    named = set(re.findall(r"\$context\.([\w.]+)", written))

    assert json.loads(written)["route"] == "$context.routeKey"
    assert {"status", "responseLatency", "requestId"} <= named
    assert not named & {"path", "protocol", "domainName"}
    assert not [name for name in named if name.startswith(("identity", "authorizer"))]


def test_the_access_log_is_forgotten_like_every_other(resources: Resources) -> None:
    assert stage(resources)["AccessLogSettings"]["DestinationArn"] == {"Fn::GetAtt": ["DeskApiLogs", "Arn"]}
    assert resources["DeskApiLogs"]["Properties"] == {
        "LogGroupName": {"Fn::Sub": "/aws/vendedlogs/${AWS::StackName}/api"},
        "RetentionInDays": {"Ref": "LogRetentionDays"},
    }


@pytest.mark.parametrize("logical", ["DeskApiDomain", "DeskApiMapping"])
def test_an_own_domain_is_there_when_desk_yaml_names_one(logical: str, resources: Resources) -> None:
    assert resources[logical]["Condition"] == "HasApiDomain"
    assert template()["Conditions"]["HasApiDomain"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "ApiDomain"}, ""]}]}


def test_an_own_domain_is_regional_and_speaks_tls_of_today(resources: Resources) -> None:
    domain = resources["DeskApiDomain"]["Properties"]

    assert domain["DomainName"] == {"Ref": "ApiDomain"}
    assert domain["DomainNameConfigurations"] == [
        {
            "CertificateArn": {"Ref": "ApiCertificateArn"},
            "EndpointType": "REGIONAL",
            "SecurityPolicy": "TLS_1_2",
        }
    ]
    assert resources["DeskApiMapping"]["Properties"]["Stage"] == stage(resources)["StageName"]


def test_with_an_own_domain_the_address_of_aws_is_closed(resources: Resources) -> None:
    body = resources["DeskApi"]["Properties"]["Body"]

    (server,) = body["servers"]

    closed = server["x-amazon-apigateway-endpoint-configuration"]["disableExecuteApiEndpoint"]
    assert closed == {"Fn::If": ["HasApiDomain", True, False]}


@pytest.mark.parametrize("function", SERVING)
def test_a_function_that_serves_the_api_has_not_its_address_which_would_be_a_circle(function: str) -> None:
    assert "DeskApi" not in json.dumps(functions()[function]["Environment"])


@pytest.mark.parametrize("function", sorted(PAGES))
def test_pages_get_an_address_only_where_it_is_not_the_domain_that_was_called(function: str) -> None:
    assert functions()[function]["Environment"]["Variables"]["API_URL"] == {"Ref": "ApiUrl"}


def test_the_client_of_the_sign_in_knows_the_addresses_to_which_people_come_back(resources: Resources) -> None:
    client = resources["SignInClient"]["Properties"]

    for urls, path in ((client["CallbackURLs"], "sign-in/callback"), (client["LogoutURLs"], "signed-out")):
        own = f"https://${{DeskApi}}.execute-api.${{AWS::Region}}.${{AWS::URLSuffix}}/console/{path}"
        domain = {"Fn::Sub": f"https://${{ApiDomain}}/console/{path}"}
        deployed = {"Fn::If": ["HasApiDomain", domain, {"Fn::Sub": own}]}
        assert urls == [{"Fn::If": ["HasApiUrl", {"Fn::Sub": f"${{ApiUrl}}/console/{path}"}, deployed]}]
    assert (client["AllowedOAuthFlows"], client["GenerateSecret"]) == (["code"], False)


def test_only_invited_people_are_in_the_user_pool_and_it_is_made_without_an_issuer_only(resources: Resources) -> None:
    made = {name: one["Condition"] for name, one in resources.items() if one["Type"].startswith("AWS::Cognito::")}

    assert set(made) == {"SignInPool", "SignInDomain", "SignInClient", "SignInPages"}
    assert set(made.values()) == {"HasUserPool"}
    assert template()["Conditions"]["HasUserPool"] == {"Fn::Equals": [{"Ref": "SignInIssuer"}, ""]}
    pool = resources["SignInPool"]["Properties"]
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["MfaConfiguration"] == "OPTIONAL"


def test_the_console_reads_where_people_sign_in_from_a_parameter_since_its_environment_would_be_a_circle(
    resources: Resources,
) -> None:
    named = {"Fn::Sub": "/${AWS::StackName}/sign-in"}

    assert functions()["OperatorConsole"]["Environment"]["Variables"]["SIGN_IN_PARAMETER"] == named
    assert resources["SignInParameter"]["Properties"]["Name"] == named


@pytest.mark.parametrize("function", ["DailyDigest", "RouteInquiry", "Sweep"])
def test_who_writes_mails_links_to_where_people_reach_the_api(function: str) -> None:
    address = functions()[function]["Environment"]["Variables"]["API_URL"]

    rehearsal, deployed = address["Fn::If"][1:]

    assert address["Fn::If"][0] == "HasApiUrl"
    assert rehearsal == {"Ref": "ApiUrl"}
    assert deployed["Fn::If"] == [
        "HasApiDomain",
        {"Fn::Sub": "https://${ApiDomain}"},
        {"Fn::Sub": "https://${DeskApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}"},
    ]
    assert template()["Outputs"]["ApiUrl"]["Value"] == address
