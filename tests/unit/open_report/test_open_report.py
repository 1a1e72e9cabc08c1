import gzip
import json
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import boto3
import pytest
from aws_lambda_powertools import Logger
from moto import mock_aws

from desk.clock import utc_now
from desk.links import TABLE_HREF, hash_of
from desk.reports.store import ReportFiles, ReportKind, ReportLinkItems, ReportName
from local.brand.compile import compile_desk
from local.brand.load import load_desk
from open_report import handler
from open_report.http import ReportPage
from open_report.open import LinkOutcome, OpenReport
from tests.brands import small_brand
from tests.fakes.reports import FakeReportLinks, FakeReports
from tests.tables import create_tables

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
EVENING = ReportName("evening", date(2026, 11, 24))
PAGE = f'<p>하루 정리 <a href="{TABLE_HREF}">표로 받기</a>'.encode()
TABLE = "\ufeff구역,값\r\n".encode()
SIX_MEGABYTES = 6 * 1024 * 1024
LOGGER = Logger(service="report", level="CRITICAL")


@dataclass
class Subject:
    links: FakeReportLinks = field(default_factory=FakeReportLinks)
    reports: FakeReports = field(default_factory=FakeReports)

    def __post_init__(self) -> None:
        self.reports.put(EVENING, ReportKind.PAGE, PAGE)
        self.reports.put(EVENING, ReportKind.TABLE, TABLE)

    def ask(
        self,
        link_id: str,
        kind: ReportKind = ReportKind.PAGE,
        *,
        now: datetime = NOON,
        accepts: str = "",
        language: str = "ko",
    ) -> dict[str, Any]:
        page = ReportPage(OpenReport(self.links, self.reports), small_brand(language=language), LOGGER)
        return page.respond(event(link_id, csv=kind is ReportKind.TABLE, accepts=accepts), now)


def body(answered: dict[str, Any]) -> bytes:
    packed = b64decode(answered["body"])
    return gzip.decompress(packed) if answered["headers"].get("content-encoding") == "gzip" else packed


def test_a_link_opens_the_page_with_the_address_of_its_table() -> None:
    subject = Subject()
    link_id = subject.links.make(EVENING, NOON)

    answered = subject.ask(link_id)

    assert answered["statusCode"] == 200
    assert answered["headers"]["content-type"] == "text/html; charset=utf-8"
    assert body(answered).decode() == f'<p>하루 정리 <a href="{link_id}/csv">표로 받기</a>'


def test_the_table_is_a_file_with_a_name_that_people_understand() -> None:
    subject = Subject()

    answered = subject.ask(subject.links.make(EVENING, NOON), ReportKind.TABLE)

    assert answered["statusCode"] == 200
    assert answered["headers"]["content-type"] == "text/csv; charset=utf-8"
    assert answered["headers"]["content-disposition"] == (
        "attachment; filename=\"evening-2026-11-24.csv\"; filename*=UTF-8''"
        "%EC%A0%9C%EC%9D%B4%EB%93%9C%20%ED%95%98%EB%A3%A8%20%EC%A0%95%EB%A6%AC%202026-11-24.csv"
    )
    assert body(answered) == TABLE


@pytest.mark.parametrize("ask", ["unknown", "expired", "revoked", "gone", "malformed", "empty"])
def test_a_report_that_can_not_be_opened_has_the_same_page_for_every_reason(ask: str) -> None:
    subject = Subject()
    link_id, now = subject.links.make(EVENING, NOON), NOON
    if ask == "unknown":
        link_id = "AAAAAAAAAAAAAAAAAA"
    elif ask == "expired":
        now = NOON + timedelta(days=90)
    elif ask == "revoked":
        subject.links.revoke(hash_of(link_id), NOON)
    elif ask == "gone":
        subject.reports.files.clear()
    elif ask == "malformed":
        link_id = "../../etc/passwd"
    else:
        link_id = ""

    answered = subject.ask(link_id, now=now)

    assert answered == subject.ask("BBBBBBBBBBBBBBBBBA")
    assert answered["statusCode"] == 404
    assert '<html lang="ko">' in body(answered).decode()
    assert "열 수 없는 보고입니다" in body(answered).decode()


def test_the_page_of_a_brand_abroad_is_english() -> None:
    answered = Subject().ask("AAAAAAAAAAAAAAAAAA", language="en")

    assert '<html lang="en">' in body(answered).decode()
    assert "be opened" in body(answered).decode()


def test_a_malformed_link_id_reads_no_store() -> None:
    subject = Subject()
    subject.links.busy = True

    assert subject.ask("no id")["statusCode"] == 404


@pytest.mark.parametrize("failing", ["links", "reports"])
def test_a_failing_store_asks_to_try_again_later(failing: str) -> None:
    subject = Subject()
    link_id = subject.links.make(EVENING, NOON)
    subject.links.busy = failing == "links"
    subject.reports.unavailable = failing == "reports"

    answered = subject.ask(link_id)

    assert answered["statusCode"] == 503
    assert answered["headers"]["retry-after"] == "60"
    assert "잠시 뒤에 같은 링크를 다시 열어 주세요." in body(answered).decode()


@pytest.mark.parametrize("kind", ReportKind)
@pytest.mark.parametrize("fate", ["open", "closed", "failing"])
def test_every_answer_is_kept_by_nobody_and_may_load_nothing(fate: str, kind: ReportKind) -> None:
    subject = Subject()
    link_id = subject.links.make(EVENING, NOON)
    subject.links.busy = fate == "failing"

    headers = subject.ask(link_id if fate != "closed" else "AAAAAAAAAAAAAAAAAA", kind)["headers"]

    assert headers["cache-control"] == "private, no-store"
    assert headers["content-security-policy"].startswith(
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:;"
    )
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-robots-tag"].startswith("noindex")


@pytest.mark.parametrize(("accepts", "packed"), [("gzip, deflate, br", True), ("", False)])
def test_the_page_is_compressed_for_clients_that_accept_it(accepts: str, packed: bool) -> None:
    subject = Subject()
    link_id = subject.links.make(EVENING, NOON)

    answered = subject.ask(link_id, accepts=accepts)

    assert (answered["headers"].get("content-encoding") == "gzip") is packed
    assert answered["headers"]["vary"] == "accept-encoding"
    assert "하루 정리" in body(answered).decode()


def test_a_defect_is_a_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    subject = Subject()
    monkeypatch.setattr(subject.links, "find", lambda _link_id: 1 / 0)

    answered = subject.ask("AAAAAAAAAAAAAAAAAA")

    assert answered["statusCode"] == 500
    assert "<h1>" in answered["body"]


def test_a_page_of_ten_megabytes_gets_through_packed() -> None:
    subject = Subject()
    subject.reports.put(EVENING, ReportKind.PAGE, "<p>아직 답인사를 드리지 않은 분</p>".encode() * 220_000)

    answered = subject.ask(subject.links.make(EVENING, NOON), accepts="gzip")

    assert answered["statusCode"] == 200
    assert len(json.dumps(answered)) < SIX_MEGABYTES


def test_a_page_too_large_without_compression_is_a_notice() -> None:
    subject = Subject()
    subject.reports.put(EVENING, ReportKind.PAGE, b"a" * SIX_MEGABYTES)

    answered = subject.ask(subject.links.make(EVENING, NOON))

    assert answered["statusCode"] == 503
    assert len(json.dumps(answered)) < SIX_MEGABYTES


def test_the_largest_answer_stays_below_lambdas_limit() -> None:
    subject = Subject()
    subject.reports.put(EVENING, ReportKind.PAGE, b"a" * ((SIX_MEGABYTES - 4_096) // 4 * 3))

    answered = subject.ask(subject.links.make(EVENING, NOON))

    assert answered["statusCode"] == 200
    assert len(json.dumps(answered)) < SIX_MEGABYTES


@pytest.fixture
def wired(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[tuple[ReportLinkItems, ReportFiles]]:
    compiled = tmp_path / "brand.json"
    compiled.write_text(json.dumps(compile_desk(load_desk(), year=2026)), encoding="utf-8")
    for name, value in {
        "DESK_TABLE": "test-desk",
        "REPORTS_BUCKET": "test-reports",
        "POWERTOOLS_SERVICE_NAME": f"open-report-{uuid4().hex}",  # a logger that writes where this test reads
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("open_report.wiring.load_brand.__defaults__", (compiled,))
    with mock_aws():
        dynamodb, s3 = boto3.client("dynamodb"), boto3.client("s3")
        create_tables(dynamodb)
        s3.create_bucket(Bucket="test-reports", CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
        yield ReportLinkItems(dynamodb, "test-desk"), ReportFiles(s3, "test-reports")


def event(link_id: str, *, csv: bool = False, accepts: str = "") -> dict[str, Any]:
    """What API Gateway's HTTP API sends, as far as anybody reads it."""
    return {
        "version": "2.0",
        "routeKey": "GET /reports/{link}/csv" if csv else "GET /reports/{link}",
        "rawPath": f"/reports/{link_id}{'/csv' if csv else ''}",
        "headers": {"accept-encoding": accepts} if accepts else {},
        "pathParameters": {"link": link_id},
        "requestContext": {"http": {"method": "GET", "path": f"/reports/{link_id}"}, "requestId": "r-1"},
        "isBase64Encoded": False,
    }


def test_the_function_opens_what_the_digest_kept_and_never_logs_the_id(
    wired: tuple[ReportLinkItems, ReportFiles], capsys: pytest.CaptureFixture[str]
) -> None:
    links, files = wired
    files.put(EVENING, ReportKind.PAGE, PAGE)
    files.put(EVENING, ReportKind.TABLE, TABLE)
    link_id = links.make(EVENING, utc_now())

    page = handler.lambda_handler(event(link_id, accepts="gzip"), object())
    table = handler.lambda_handler(event(link_id, csv=True), object())
    links.revoke(hash_of(link_id), utc_now())
    closed = handler.lambda_handler(event(link_id), object())

    assert [page["statusCode"], table["statusCode"], closed["statusCode"]] == [200, 200, 404]
    assert body(table) == TABLE
    logged = capsys.readouterr()
    assert "evening-2026-11-24" in logged.out
    assert "revoked" in logged.out
    assert link_id not in logged.out + logged.err
    assert hash_of(link_id) not in logged.out + logged.err


def test_a_missing_bucket_is_a_notice_and_logged_as_an_error(
    wired: tuple[ReportLinkItems, ReportFiles], capsys: pytest.CaptureFixture[str]
) -> None:
    links, _ = wired
    boto3.client("s3").delete_bucket(Bucket="test-reports")
    link_id = links.make(EVENING, utc_now())

    answered = handler.lambda_handler(event(link_id), object())

    assert answered["statusCode"] == 503
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["level"], line["outcome"], line["reason"]) for line in told] == [
        ("ERROR", LinkOutcome.UNAVAILABLE, "ReportsUnavailable: NoSuchBucket")
    ]
    assert link_id not in json.dumps(told)
