"""Reports and the links that open them: the fakes, S3 and DynamoDB keep the same promises."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError, ResponseStreamingError
from moto import mock_aws

from desk.errors import ReportsUnavailable, StoreBusy
from desk.links import hash_of
from desk.reports.store import ReportFiles, ReportKind, ReportLinkItems, ReportLinks, ReportName, Reports
from tests.contract.in_trouble import Broken, refused
from tests.fakes.reports import FakeReportLinks, FakeReports
from tests.tables import DYNAMODBS, ENDPOINT, REGION, Dynamo

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
EVENING = ReportName("evening", date(2026, 11, 24))
MORNING = ReportName("morning", date(2026, 11, 24))


def s3_client(endpoint: str | None) -> "S3Client":
    return boto3.client(
        "s3", region_name=REGION, endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test"
    )


def bucket_on(client: "S3Client") -> str:
    bucket = f"test-reports-{uuid4().hex[:8]}"
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})
    return bucket


@pytest.fixture(params=["fake", *DYNAMODBS])
def reports(request: pytest.FixtureRequest) -> Iterator[Reports]:
    if request.param == "fake":
        yield FakeReports()
    elif request.param == "moto":
        with mock_aws():
            client = s3_client(None)
            yield ReportFiles(client, bucket_on(client))
    else:
        client = s3_client(ENDPOINT)
        yield ReportFiles(client, bucket_on(client))


@pytest.fixture
def links(dynamo: Dynamo | None) -> ReportLinks:
    return ReportLinkItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeReportLinks()


def test_a_report_comes_back_as_it_was_put(reports: Reports) -> None:
    reports.put(EVENING, ReportKind.PAGE, "<p>하루 정리".encode())
    reports.put(EVENING, ReportKind.TABLE, b"\xef\xbb\xbfa,b\r\n")

    assert reports.get(EVENING, ReportKind.PAGE) == "<p>하루 정리".encode()
    assert reports.get(EVENING, ReportKind.TABLE) == b"\xef\xbb\xbfa,b\r\n"


def test_a_report_written_again_replaces_the_first(reports: Reports) -> None:
    reports.put(EVENING, ReportKind.PAGE, b"first")
    reports.put(EVENING, ReportKind.PAGE, b"second")

    assert reports.get(EVENING, ReportKind.PAGE) == b"second"


def test_a_report_that_is_not_there_is_none(reports: Reports) -> None:
    reports.put(EVENING, ReportKind.PAGE, b"evening")

    assert reports.get(MORNING, ReportKind.PAGE) is None
    assert reports.get(EVENING, ReportKind.TABLE) is None


def test_a_link_opens_its_report_for_ninety_days(links: ReportLinks) -> None:
    link_id = links.make(EVENING, NOON)

    link = links.find(link_id)
    assert link is not None
    assert link.report == EVENING
    assert link.made_at == NOON
    assert link.opens(NOON + timedelta(days=89, hours=23))
    assert not link.opens(NOON + timedelta(days=90))


def test_every_link_has_an_id_of_its_own_that_is_short_and_kept_nowhere(links: ReportLinks) -> None:
    ids = [links.make(EVENING, NOON) for _ in range(3)]

    assert len(set(ids)) == 3
    assert all(len(link_id) == 18 for link_id in ids)
    assert not any(link_id in str(links.all()) for link_id in ids)


def test_an_unknown_id_opens_nothing(links: ReportLinks) -> None:
    links.make(EVENING, NOON)

    assert links.find("AAAAAAAAAAAAAAAAAA") is None


def test_a_revoked_link_is_closed_at_once_and_the_others_stay_open(links: ReportLinks) -> None:
    closed, open_ = links.make(EVENING, NOON), links.make(EVENING, NOON)

    assert links.revoke(hash_of(closed), NOON + timedelta(hours=1))

    found, other = links.find(closed), links.find(open_)
    assert found is not None
    assert not found.opens(NOON + timedelta(hours=1))
    assert other is not None
    assert other.opens(NOON + timedelta(hours=1))


def test_revoking_twice_keeps_the_first_time(links: ReportLinks) -> None:
    link_id = links.make(EVENING, NOON)
    links.revoke(hash_of(link_id), NOON + timedelta(hours=1))

    assert links.revoke(hash_of(link_id), NOON + timedelta(hours=2))

    found = links.find(link_id)
    assert found is not None
    assert found.revoked_at == NOON + timedelta(hours=1)


def test_revoking_an_unknown_link_creates_nothing(links: ReportLinks) -> None:
    assert not links.revoke(hash_of("AAAAAAAAAAAAAAAAAA"), NOON)
    assert links.all() == []


def test_links_are_listed_the_newest_first(links: ReportLinks) -> None:
    links.make(MORNING, NOON - timedelta(hours=3))
    links.make(EVENING, NOON)

    assert [link.report for link in links.all()] == [EVENING, MORNING]


@pytest.mark.parametrize(
    "error",
    [
        refused("SlowDown"),
        refused("AccessDenied"),
        refused("NoSuchBucket"),
        EndpointConnectionError(endpoint_url="https://s3"),
        ReadTimeoutError(endpoint_url="https://s3"),
    ],
)
def test_every_error_of_s3_is_raised_as_one(error: Exception) -> None:
    broken: Any = Broken(error)
    reports = ReportFiles(broken, "a-bucket")

    with pytest.raises(ReportsUnavailable):
        reports.get(EVENING, ReportKind.PAGE)
    with pytest.raises(ReportsUnavailable):
        reports.put(EVENING, ReportKind.PAGE, b"")


def test_a_file_that_breaks_off_half_way_is_an_error() -> None:
    class Half:
        def get_object(self, **_asked: Any) -> Any:
            return {"Body": self}

        def read(self) -> bytes:
            raise ResponseStreamingError(error="cut")

    half: Any = Half()

    with pytest.raises(ReportsUnavailable):
        ReportFiles(half, "a-bucket").get(EVENING, ReportKind.PAGE)


@pytest.mark.parametrize("error", [refused("ThrottlingException"), ReadTimeoutError(endpoint_url="https://dynamodb")])
def test_every_method_of_the_links_raises_a_busy_table(error: Exception) -> None:
    broken: Any = Broken(error)
    links = ReportLinkItems(broken, "desk")

    for ask in (
        lambda: links.make(EVENING, NOON),
        lambda: links.find("AAAAAAAAAAAAAAAAAA"),
        lambda: links.revoke("a", NOON),
        links.all,
    ):
        with pytest.raises(StoreBusy):
            ask()
