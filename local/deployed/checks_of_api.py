"""Smoke checks of the HTTP API: whether it answers, to whom, and what it logs."""

from collections.abc import Callable

import requests

from desk.errors import TokensUnavailable
from local.deployed.site import Findings, Site
from post_update.api.auth import parse_tokens

_STAGE = "$default"
_SECONDS = 10.0


def status_of(address: str) -> int | str:
    """What this address answers without a token, or why it does not."""
    try:
        return requests.get(address, timeout=_SECONDS).status_code
    except requests.RequestException as exc:
        return type(exc).__name__


def api_is_there_and_closed(site: Site, *, status: Callable[[str], int | str] = status_of) -> Findings:
    """By the address that CMS and readers use, own domain and certificate included."""
    address = site.stack.outputs["ApiUrl"]
    wanted = {"/docs": 200, "/posts?state=queued": 401, "/reports/0000000000000000": 404}
    found = {path: status(f"{address}{path}") for path in wanted}
    findings = [
        f"{address}{path} answers {found[path]}, not {expected}."
        for path, expected in wanted.items()
        if found[path] != expected
    ]
    api = site.client("apigatewayv2").get_api(ApiId=site.physical("DeskApi"))
    if site.desk.api and not api.get("DisableExecuteApiEndpoint"):
        findings.append(f"The API answers by {api['ApiEndpoint']} too.")
    return findings


def stage_is_guarded(site: Site) -> Findings:
    """The stage throttles callers that ask too often, and its log names the route, never the path with its link."""
    stage = site.client("apigatewayv2").get_stage(ApiId=site.physical("DeskApi"), StageName=_STAGE)
    log = stage.get("AccessLogSettings", {})
    findings = []
    if not stage.get("DefaultRouteSettings", {}).get("ThrottlingRateLimit"):
        findings.append("The API does not throttle.")
    if "$context.routeKey" not in log.get("Format", "") or "$context.path" in log.get("Format", ""):
        findings.append("The access log does not name the route alone.")
    streams = site.client("logs").describe_log_streams(logGroupName=site.physical("DeskApiLogs"), limit=1)
    if not streams["logStreams"]:
        findings.append("The access log is empty; entries take some minutes, so try again.")
    return findings


def tokens_can_be_read(site: Site) -> Findings:
    """The secret is whole even after edits by hand; that nobody has a token is no fault."""
    response = site.client("secretsmanager").get_secret_value(SecretId=site.stack.outputs["ApiTokensSecret"])
    try:
        parse_tokens(response.get("SecretString"))
    except TokensUnavailable as exc:
        return [f"Nobody can be let in: {exc}."]
    return []
