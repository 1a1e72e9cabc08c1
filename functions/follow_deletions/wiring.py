"""Settings become clients, clients become adapters, and these meet the use case."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import boto3
from aws_lambda_powertools import Logger, Metrics

from desk.aws.dynamodb import CLIENT_CONFIG
from desk.brand import Brand, Purpose, load_brand
from desk.cases.queries import CaseQueryItems
from desk.clock import Deadline
from desk.favourites.store import FavouriteItems
from desk.invocation import Metric, emit_metrics
from desk.logs import desk_log
from desk.mentions.threads import ThreadPostItems
from desk.pictures.store import PictureFilesS3, PictureItems, PictureRemover
from desk.praise.store import PraiseItems
from desk.reports.redaction import KeptReports
from desk.retention.kept_posts import KeptPostItems
from desk.retention.store import ErasureItems
from desk.settings import setting
from desk.x.compliance import ComplianceFilesHttp, RoundItems
from desk.x.look_ups import LookUpItems
from desk.x.wiring import x_client
from follow_deletions.follow import FollowDeletions

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


class Wired(NamedTuple):
    """The function, wired."""

    follow: FollowDeletions
    deadline: Deadline
    logger: Logger
    metrics: Metrics

    def run(self, now: datetime, context: "LambdaContext") -> None:
        """Continue the round, then emit metrics and a log line."""
        self.deadline.follow(context.get_remaining_time_in_millis)
        report = self.follow.continue_round(now)
        emit_metrics(self.metrics, {Metric.DELETION_LAG: report.lag})
        about = {
            "ended": report.ended,
            "uploaded": report.uploaded,
            "deleted": report.deleted,
            "erased": report.erased,
            "x_calls": report.usage.calls,
        }
        if report.error:
            self.logger.warning("X was not followed", extra={"reason": report.error, **about})
        else:
            self.logger.info("X was followed", extra=about)


def kept_posts(
    names: Mapping[str, str],
    dynamodb: "DynamoDBClient",
    s3: "Callable[[], S3Client]",
    *,
    words: timedelta,
    zone: ZoneInfo,
) -> KeptPostItems:
    """The posts whose words are kept in the three tables and two buckets that `names` has by the settings' names."""
    mentions, cases, desk = names["MENTIONS_TABLE"], names["CASES_TABLE"], names["DESK_TABLE"]
    pictures = PictureRemover(PictureItems(dynamodb, desk), PictureFilesS3(s3, names["PICTURES_BUCKET"]))
    return KeptPostItems(
        dynamodb,
        mentions_table=mentions,
        erasure=ErasureItems(dynamodb, pictures, mentions_table=mentions, cases_table=cases, desk_table=desk),
        threads=ThreadPostItems(dynamodb, desk),
        look_ups=LookUpItems(dynamodb, desk),
        favourites=FavouriteItems(dynamodb, desk),
        praise=PraiseItems(dynamodb, desk, lasts=words),
        reports=KeptReports(s3(), names["REPORTS_BUCKET"]),
        cases=CaseQueryItems(dynamodb, cases_table=cases),
        words=words,
        zone=zone,
    )


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """Everything made once, for the compiled brand unless another is given; raises SettingsError."""
    brand = brand or load_brand()
    dynamodb, deadline = boto3.client("dynamodb", config=CLIENT_CONFIG), Deadline()
    desk = setting(environment, "DESK_TABLE")
    posts = kept_posts(
        {
            "MENTIONS_TABLE": setting(environment, "MENTIONS_TABLE"),
            "CASES_TABLE": setting(environment, "CASES_TABLE"),
            "DESK_TABLE": desk,
            "PICTURES_BUCKET": setting(environment, "PICTURES_BUCKET"),
            "REPORTS_BUCKET": setting(environment, "REPORTS_BUCKET"),
        },
        dynamodb,
        lambda: boto3.client("s3", config=CLIENT_CONFIG),
        words=timedelta(days=brand.words_days),
        zone=ZoneInfo(brand.timezone),
    )
    x = x_client(environment, brand, dynamodb=dynamodb, deadline=deadline, purpose=Purpose.MENTIONS)
    files = ComplianceFilesHttp(setting(environment, "X_API_URL"))
    return Wired(FollowDeletions(x, files, posts, RoundItems(dynamodb, desk)), deadline, desk_log(), Metrics())
