"""Reports, their links, the log and the topic of digests: the fakes, S3, DynamoDB and SNS keep the same promises."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError, ResponseStreamingError
from moto import mock_aws

from desk.errors import ReportsUnavailable, TopicsUnavailable
from desk.links import hash_of
from desk.notifications.mail.parts import Mail
from desk.reports.digest_log import ClaimResult, DigestLog, DigestLogItems, DigestTopic, DigestTopicSns
from desk.reports.store import ReportFiles, ReportKind, ReportLinkItems, ReportLinks, ReportName, Reports
from tests.contract.in_trouble import ILL_SNS, Broken, refused
from tests.fakes.reports import FakeDigestLog, FakeDigestTopic, FakeReportLinks, FakeReports
from tests.tables import DYNAMODBS, REGION, Dynamo, local_aws

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
        client = s3_client(local_aws())
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


DAY = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 9, 10, tzinfo=UTC)
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def log(dynamo: Dynamo | None) -> DigestLog:
    return DigestLogItems(dynamo.client, dynamo.tables.desk, page=2) if dynamo else FakeDigestLog()


def claim(log: DigestLog, holder: str, now: datetime = NOW, edition: str = "evening", day: date = DAY) -> ClaimResult:
    return log.claim(edition, day, holder=holder, now=now, until=now + timedelta(minutes=10))


def test_of_two_runs_one_has_the_edition(log: DigestLog) -> None:
    turns = [claim(log, "first"), claim(log, "second")]

    assert turns == [ClaimResult.OURS, ClaimResult.ELSEWHERE]


def test_a_retry_of_the_same_run_gets_the_edition_at_once(log: DigestLog) -> None:
    claim(log, "first")

    assert claim(log, "first", NOW + timedelta(minutes=1)) is ClaimResult.OURS


def test_the_claim_of_a_killed_run_ends_with_its_time(log: DigestLog) -> None:
    claim(log, "first")

    assert claim(log, "second", LATER - timedelta(seconds=1)) is ClaimResult.ELSEWHERE
    assert claim(log, "second", LATER) is ClaimResult.OURS


def test_an_edition_that_was_made_is_never_made_again(log: DigestLog) -> None:
    claim(log, "first")
    log.mark_made("evening", DAY, at=NOW, covered_until=NOW)

    turns = [claim(log, "first"), claim(log, "second", NOW + timedelta(days=1))]

    assert turns == [ClaimResult.MADE, ClaimResult.MADE]


def test_other_editions_and_other_days_are_their_own(log: DigestLog) -> None:
    claim(log, "first")
    log.mark_made("evening", DAY, at=NOW, covered_until=NOW)

    assert claim(log, "first", edition="morning") is ClaimResult.OURS
    assert claim(log, "first", day=DAY + timedelta(days=1)) is ClaimResult.OURS


def test_only_the_holder_releases_a_claim_and_at_once(log: DigestLog) -> None:
    claim(log, "first")

    log.release("evening", DAY, holder="second")
    kept = claim(log, "second")
    log.release("evening", DAY, holder="first")
    freed = claim(log, "second")

    assert (kept, freed) == (ClaimResult.ELSEWHERE, ClaimResult.OURS)


def test_releasing_an_edition_that_was_made_or_never_claimed_changes_nothing(log: DigestLog) -> None:
    log.release("morning", DAY, holder="first")
    claim(log, "first")
    log.mark_made("evening", DAY, at=NOW, covered_until=NOW)

    log.release("evening", DAY, holder="first")

    assert claim(log, "second") is ClaimResult.MADE
    assert claim(log, "first", edition="morning") is ClaimResult.OURS


def made(log: DigestLog, edition: str, day: date, covered_until: datetime) -> None:
    claim(log, "first", edition=edition, day=day)
    log.mark_made(edition, day, at=covered_until + timedelta(minutes=1), covered_until=covered_until)


def end(log: DigestLog, now: datetime = NOW, day: date = DAY) -> datetime | None:
    return log.covered_until(("morning", "evening"), day=day, now=now)


def test_nothing_is_covered_before_an_edition_was_made(log: DigestLog) -> None:
    claim(log, "first")
    made(log, "weekly", DAY, NOW)

    assert end(log) is None


def test_covered_is_everything_until_the_end_of_the_last_edition(log: DigestLog) -> None:
    yesterday, morning = DAY - timedelta(days=1), NOW - timedelta(hours=9)
    for back in range(5, 0, -1):
        made(log, "evening", DAY - timedelta(days=back), NOW - timedelta(days=back))
    after_the_evening = end(log, day=yesterday)
    made(log, "morning", DAY, morning)
    claim(log, "second", edition="evening")

    assert (after_the_evening, end(log)) == (NOW - timedelta(days=1), morning)


def test_an_edition_of_a_later_moment_is_ignored(log: DigestLog) -> None:
    for back in (2, 1):
        made(log, "evening", DAY - timedelta(days=back), NOW - timedelta(days=back))
    made(log, "evening", DAY, NOW + timedelta(hours=1))
    made(log, "evening", DAY + timedelta(days=1), NOW - timedelta(minutes=1))

    assert end(log) == NOW - timedelta(days=1)
    assert end(log, now=NOW + timedelta(hours=1)) == NOW + timedelta(hours=1)


MAIL = Mail("[제이드] 하루 정리", "오늘 멘션은 3건입니다.")


@dataclass(frozen=True)
class TopicSubject:
    """The topic, and the bodies that its subscriber got."""

    topic: DigestTopic
    got: Callable[[], list[str]]


@pytest.fixture(params=["fake", "moto"])
def topic(request: pytest.FixtureRequest) -> Iterator[TopicSubject]:
    if request.param == "fake":
        fake = FakeDigestTopic()
        yield TopicSubject(fake, lambda: [mail.body for mail in fake.mails])
        return
    with mock_aws():
        sns, sqs = boto3.client("sns", region_name=REGION), boto3.client("sqs", region_name=REGION)
        arn_of_topic = sns.create_topic(Name="desk-digest")["TopicArn"]
        queue = sqs.create_queue(QueueName="all")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(
            TopicArn=arn_of_topic,
            Protocol="sqs",
            Endpoint=arn,
            Attributes={"FilterPolicy": '{"delivery": ["mail"]}', "RawMessageDelivery": "true"},
        )

        def got() -> list[str]:
            return [message["Body"] for message in sqs.receive_message(QueueUrl=queue).get("Messages", [])]

        yield TopicSubject(DigestTopicSns(sns, topic_arn=arn_of_topic), got)


def test_a_subscriber_to_mails_gets_it_once(topic: TopicSubject) -> None:
    topic.topic.publish(MAIL)

    assert topic.got() == [MAIL.body]


@pytest.mark.parametrize("error", ILL_SNS)
def test_an_error_of_sns_is_raised_as_an_unavailable_topic(error: Exception) -> None:
    broken: Any = Broken(error)

    with pytest.raises(TopicsUnavailable):
        DigestTopicSns(broken, topic_arn="arn").publish(MAIL)
