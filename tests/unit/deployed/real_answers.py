"""What the functions themselves answer to the smoke checks: no check is tested against an answer made up here."""

import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from aws_lambda_powertools import Logger, Metrics

import check_subscriptions.handler
from check_subscriptions.compare import CompareSubscriptions
from check_subscriptions.wiring import Wired
from desk.reports.store import ReportKind
from open_report.http import response_of
from open_report.open import OpenReport
from tests.brands import small_brand
from tests.fakes.health import FakeHeartbeats
from tests.fakes.notifications import FakeSubscribers, FakeSubscriptions
from tests.fakes.reports import FakeReportLinks, FakeReports
from tests.unit.deployed.canned import payload
from tests.unit.post_update.api.scene import Scene


def checked_subscriptions(*, down: set[str] | None = None) -> dict[str, Any]:
    """Lambda's answer when the real check_subscriptions is invoked; `down` are departments that SNS refuses."""
    subscriptions = FakeSubscriptions(down=down or set())
    wired = Wired(
        CompareSubscriptions(subscriptions, FakeSubscribers(), small_brand()),
        Logger(service=f"test-{uuid4()}"),
        Metrics(namespace="Dorothy", service="test"),
        FakeHeartbeats(),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("check_subscriptions.handler._wired", lambda: wired)
        return invoked(lambda: check_subscriptions.handler.lambda_handler({}, None))


def invoked(handler: Callable[[], Any]) -> dict[str, Any]:
    """What Lambda answers to whoever invoked the handler: what it returned, or the error that it raised."""
    try:
        return {"StatusCode": 200, "Payload": payload(handler())}
    except Exception as exc:  # noqa: BLE001 - as Lambda does
        told = {
            "errorMessage": str(exc),
            "errorType": type(exc).__name__,
            "stackTrace": traceback.format_tb(exc.__traceback__),
        }
        return {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": payload(told)}


def api_statuses(base: str) -> dict[str, int]:
    """What the API and the reports answer to a stranger, by address."""
    api = Scene()
    opened = OpenReport(FakeReportLinks(), FakeReports()).open("0" * 16, ReportKind.PAGE, datetime.now(UTC))
    report = response_of(opened, ReportKind.PAGE, small_brand(), accepts="")
    return {
        f"{base}/docs": api.call("GET", "/docs", token=None).status,
        f"{base}/posts?state=queued": api.call("GET", "/posts", token=None, query={"state": "queued"}).status,
        f"{base}/reports/{'0' * 16}": int(report.status),
    }
