"""Turns settings into clients, clients into stores, and stores into the use case."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import boto3
from aws_lambda_powertools import Logger, Metrics

from daily_digest.collect import Collector, DigestSources
from daily_digest.make import DigestMaker
from daily_digest.people import AttendanceCheck, FavouriteReader
from desk.attendance.store import AttendanceItems
from desk.aws.dynamodb import CLIENT_CONFIG, SNS_CONFIG
from desk.brand import Brand, Purpose, load_brand
from desk.cases.queries import CaseQueryItems
from desk.cases.trial import TrialItems
from desk.clock import Deadline, utc_now
from desk.day_reviews.store import DayReviewItems
from desk.favourites.store import FavouriteItems
from desk.health.heartbeats import HeartbeatItems
from desk.links import console_url
from desk.logs import desk_log
from desk.mentions.poll_state import PollStateItems
from desk.mentions.wiring import mention_store
from desk.notifications.topics import SubscribersItems
from desk.posts.pause import PauseItems
from desk.posts.performance import PerformanceItems
from desk.posts.wiring import post_store
from desk.promises.store import PromiseItems
from desk.reports.digest_log import DigestLogItems, DigestTopicSns
from desk.reports.feedback import FeedbackItems
from desk.reports.store import ReportFiles, ReportLinkItems
from desk.settings import setting
from desk.spikes.faults import FaultItems
from desk.spikes.store import SpikeItems
from desk.trends.store import TrendItems
from desk.x.breakers import BreakerItems
from desk.x.client import XClient
from desk.x.spend import SpendItems
from desk.x.stops import SpendView
from desk.x.wiring import x_client

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Wired(NamedTuple):
    """What the handler uses."""

    maker: DigestMaker
    deadline: Deadline
    logger: Logger
    metrics: Metrics
    heartbeats: HeartbeatItems


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """Wire the function for this brand; None: for the compiled one. Raises SettingsError."""
    api_url = setting(environment, "API_URL")
    brand = (brand or load_brand())._replace(
        x_site=setting(environment, "X_SITE_URL"), console_url=console_url(api_url)
    )
    dynamodb, deadline = boto3.client("dynamodb", config=CLIENT_CONFIG), Deadline()
    x = x_client(environment, brand, dynamodb=dynamodb, deadline=deadline, purpose=Purpose.FAVOURITES)
    desk_table = setting(environment, "DESK_TABLE")
    maker = DigestMaker(
        collector=Collector(_sources(environment, brand, dynamodb, x), brand),
        reviews=DayReviewItems(dynamodb, desk_table, lasts=timedelta(days=brand.words_days)),
        log=DigestLogItems(dynamodb, desk_table),
        reports=ReportFiles(boto3.client("s3", config=CLIENT_CONFIG), setting(environment, "REPORTS_BUCKET")),
        links=ReportLinkItems(dynamodb, desk_table),
        topic=DigestTopicSns(
            boto3.client("sns", config=SNS_CONFIG), topic_arn=setting(environment, "DIGEST_TOPIC_ARN")
        ),
        brand=brand,
        api_url=api_url,
        clock=utc_now,
    )
    return Wired(maker, deadline, desk_log(), Metrics(), HeartbeatItems(dynamodb, desk_table))


def _sources(environment: Mapping[str, str], brand: Brand, dynamodb: "DynamoDBClient", x: XClient) -> DigestSources:
    mentions, desk = setting(environment, "MENTIONS_TABLE"), setting(environment, "DESK_TABLE")
    cases = setting(environment, "CASES_TABLE")
    zone = ZoneInfo(brand.timezone)
    attendance = AttendanceItems(dynamodb, mentions_table=mentions, desk_table=desk, zone=zone)
    return DigestSources(
        mentions=mention_store(environment, brand, dynamodb),
        cases=CaseQueryItems(dynamodb, cases_table=cases),
        subscribers=SubscribersItems(dynamodb, desk_table=desk),
        posts=post_store(environment, dynamodb),
        performances=PerformanceItems(dynamodb, desk),
        pauses=PauseItems(dynamodb, desk),
        poll=PollStateItems(dynamodb, desk),
        feedback=FeedbackItems(dynamodb, mentions_table=mentions, desk_table=desk),
        x=x,
        spend=SpendView(SpendItems(dynamodb, desk, zone, brand.x_budget), BreakerItems(dynamodb, desk), brand),
        attendance=AttendanceCheck(attendance, x.for_purpose(Purpose.LOOK_UPS)),
        favourites=FavouriteReader(x, x, FavouriteItems(dynamodb, desk), zone),
        trial=TrialItems(dynamodb, desk),
        spikes=SpikeItems(dynamodb, desk),
        faults=FaultItems(dynamodb, mentions_table=mentions, zone=zone),
        trends=TrendItems(dynamodb, desk),
        promises=PromiseItems(dynamodb, desk),
    )
