"""Make the console: settings become clients, clients become stores, and the views get these."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache, partial
from typing import Any
from zoneinfo import ZoneInfo

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from desk.attendance.store import AttendanceItems
from desk.aws.dynamodb import SNS_CONFIG
from desk.brand import Brand, load_brand
from desk.cases.inbox import InboxItems
from desk.cases.opt_outs import OptOutItems
from desk.cases.private_messages import PrivateMessageItems
from desk.cases.trial import TrialItems
from desk.cases.wiring import case_store
from desk.clock import utc_now
from desk.favourites.store import FavouriteItems
from desk.feeds.store import FeedItems
from desk.fetch.link_checker import LambdaLinkChecker
from desk.listening.surges import SurgeItems
from desk.mentions.heard import HeardMentionItems
from desk.mentions.replied_on_x import RepliesOnXItems
from desk.mentions.search import MentionSearchItems
from desk.mentions.seen import SeenMentionItems
from desk.mentions.threads import ThreadPostItems
from desk.mentions.wiring import mention_store
from desk.notifications.wiring import wire_colleagues
from desk.pictures.store import S3_CONFIG, PictureFilesS3, PictureItems, PictureQueueSqs
from desk.posts.announcement_drafts import AnnouncementDraftItems
from desk.posts.pause import PauseItems
from desk.posts.performance import PerformanceItems
from desk.posts.queue import PostQueueSqs, PostTimerSchedules, TimerOnDemand, UndoTimer
from desk.posts.submit import PostSubmitter
from desk.posts.wiring import log_queue_failures, post_store
from desk.routing.unit_of_work import UnitOfWorkItems
from desk.settings import setting
from desk.spikes.faults import FaultItems
from desk.spikes.store import SpikeItems
from desk.staff.drafts import DraftItems
from desk.staff.practice import PracticeItems
from desk.staff.presence import PresenceItems
from desk.staff.saved_replies import SavedReplyItems
from desk.staff.sessions import SessionItems
from desk.staff.settings import PersonSettings, SettingsItems
from desk.staff.sign_ins import SignInItems
from desk.suggestions.store import AnswerIndexFiles
from desk.trends.store import TrendItems
from desk.x.breakers import BreakerItems
from desk.x.look_ups import LookUpItems, LookUpQueueSqs
from desk.x.spend import SpendItems
from operator_console.app import Console
from operator_console.console import console_of
from operator_console.inbox.glance import GlanceItems
from operator_console.session.sign_in import IdentityProvider, IssuerSettings, IssuerUnavailable
from operator_console.stores import Stores

_TIMEOUTS = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})
"""A person waits for the page: an early failure is better than a late success."""
_LINK_TIMEOUTS = Config(connect_timeout=1, read_timeout=4.5, retries={"total_max_attempts": 1})
"""A fetch ends after three seconds; one more is for a function that has to start."""
_SNS_TIMEOUTS = SNS_CONFIG.merge(Config(connect_timeout=1, read_timeout=5))


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Console:
    """The console of the compiled brand, unless another is given. Raises SettingsError for a missing setting."""
    brand, logger = (brand or load_brand())._replace(x_site=setting(environment, "X_SITE_URL")), Logger()
    return console_of(
        _stores(environment, brand, logger),
        brand,
        logger,
        api_url=setting(environment, "API_URL", may_be_empty=True),
        image_sources=setting(environment, "IMAGE_SOURCES"),
        pictures_origin=_pictures_origin(environment),
    )


def _pictures_origin(environment: Mapping[str, str]) -> str:
    """Where browsers reach the bucket of pictures; on one machine, the local AWS."""
    domain = setting(environment, "PICTURES_DOMAIN")
    return environment.get("AWS_ENDPOINT_URL") or f"https://{domain}"


def _stores(environment: Mapping[str, str], brand: Brand, logger: Logger) -> Stores:
    dynamodb, desk_table = boto3.client("dynamodb", config=_TIMEOUTS), setting(environment, "DESK_TABLE")
    mentions_table, cases_table = setting(environment, "MENTIONS_TABLE"), setting(environment, "CASES_TABLE")
    zone = ZoneInfo(brand.timezone)
    cases = case_store(environment, dynamodb)
    mentions = mention_store(environment, brand, dynamodb)
    sqs = boto3.client("sqs", config=_TIMEOUTS)
    posts = post_store(environment, dynamodb)
    queue = PostQueueSqs(sqs, queue_url=setting(environment, "POSTS_QUEUE_URL"))
    timer, log_failure = _timer(environment), log_queue_failures(logger)
    return Stores(
        sessions=SessionItems(dynamodb, desk_table),
        sign_ins=SignInItems(dynamodb, desk_table),
        issuer=_issuer(setting(environment, "SIGN_IN_PARAMETER")),
        saved_replies=SavedReplyItems(dynamodb, desk_table, brand.saved_replies),
        answer_indexes=AnswerIndexFiles(
            lambda: boto3.client("s3", config=_TIMEOUTS), setting(environment, "REPORTS_BUCKET"), dynamodb, desk_table
        ),
        cases=cases,
        inbox=InboxItems(dynamodb, cases_table=cases_table),
        mentions=mentions,
        glances=GlanceItems(dynamodb, cases_table=cases_table, desk_table=desk_table),
        search=MentionSearchItems(dynamodb, mentions_table=mentions_table),
        surges=SurgeItems(dynamodb, desk_table),
        heard=HeardMentionItems(dynamodb, mentions_table=mentions_table),
        seen=SeenMentionItems(dynamodb, mentions_table=mentions_table, desk_table=desk_table, zone=zone),
        work=UnitOfWorkItems(dynamodb, mentions, cases, desk_table=desk_table),
        threads=ThreadPostItems(dynamodb, desk_table),
        private_messages=PrivateMessageItems(dynamodb, cases_table),
        look_ups=LookUpItems(dynamodb, desk_table),
        trends=TrendItems(dynamodb, desk_table),
        look_up_queue=LookUpQueueSqs(sqs, queue_url=setting(environment, "LOOK_UPS_QUEUE_URL")),
        link_checker=LambdaLinkChecker(
            lambda: boto3.client("lambda", config=_LINK_TIMEOUTS), setting(environment, "CHECK_LINK_FUNCTION")
        ),
        pictures=PictureItems(dynamodb, desk_table),
        picture_files=PictureFilesS3(
            lambda: boto3.client("s3", config=_TIMEOUTS.merge(S3_CONFIG)), setting(environment, "PICTURES_BUCKET")
        ),
        picture_queue=PictureQueueSqs(sqs, queue_url=setting(environment, "PICTURES_QUEUE_URL")),
        posts=posts,
        performances=PerformanceItems(dynamodb, desk_table),
        queue=queue,
        timer=timer,
        switch=PauseItems(dynamodb, desk_table),
        trial=TrialItems(dynamodb, desk_table),
        opt_outs=OptOutItems(dynamodb, desk_table),
        attendance=AttendanceItems(dynamodb, mentions_table=mentions_table, desk_table=desk_table, zone=zone),
        replied_on_x=RepliesOnXItems(dynamodb, desk_table),
        favourites=FavouriteItems(dynamodb, desk_table),
        drafts=DraftItems(dynamodb, desk_table, lasts=timedelta(days=brand.words_days)),
        presence=PresenceItems(dynamodb, desk_table),
        settings=SettingsItems(dynamodb, desk_table, PersonSettings(int(brand.console.undo.total_seconds()))),
        practice=PracticeItems(dynamodb, desk_table),
        announcement_drafts=AnnouncementDraftItems(dynamodb, desk_table),
        feeds=FeedItems(dynamodb, desk_table),
        spend=SpendItems(dynamodb, desk_table, zone, brand.x_budget),
        breakers=BreakerItems(dynamodb, desk_table),
        spikes=SpikeItems(dynamodb, desk_table),
        faults=FaultItems(dynamodb, mentions_table=mentions_table, zone=zone),
        submitter=PostSubmitter(
            posts, queue, UndoTimer(), utc_now, log_failure, handle=brand.handle, approval=brand.approval
        ),
        announcer=PostSubmitter(
            posts, queue, timer, utc_now, log_failure, handle=brand.handle, approval=brand.approval
        ),
        colleagues=wire_colleagues(environment, brand, dynamodb, boto3.client("sns", config=_SNS_TIMEOUTS)),
    )


def _timer(environment: Mapping[str, str]) -> TimerOnDemand:
    schedules = partial(
        PostTimerSchedules,
        group=setting(environment, "SCHEDULE_GROUP"),
        queue=setting(environment, "POSTS_QUEUE_ARN"),
        role=setting(environment, "SCHEDULE_ROLE_ARN"),
        dead_letters=setting(environment, "SCHEDULE_DLQ_ARN"),
    )
    return TimerOnDemand(lambda: schedules(boto3.client("scheduler", config=_TIMEOUTS)))


def _issuer(parameter: str) -> Callable[[], IdentityProvider]:
    """Makes the issuer when somebody signs in: its libraries and its client cost more than the rest of a start."""

    @cache
    def issuer() -> IdentityProvider:
        from operator_console.session.issuer import OpenIdIssuer  # noqa: PLC0415 - see above

        ssm = boto3.client("ssm", config=_TIMEOUTS)
        return OpenIdIssuer(lambda: _settings_in(ssm, parameter))

    return issuer


def _settings_in(ssm: Any, parameter: str) -> IssuerSettings:
    """What the deployment has written there. Raises IssuerUnavailable."""
    try:
        written = json.loads(ssm.get_parameter(Name=parameter)["Parameter"]["Value"])
        return IssuerSettings(written["issuer"], written["client_id"])
    except (ClientError, BotoCoreError, ValueError, KeyError) as exc:
        raise IssuerUnavailable(f"parameter: {type(exc).__name__}") from exc
