"""Make the console: settings become clients, clients become stores, and each section gets those that it declares.

The stores of sections that are loaded later are imported and made when somebody first opens one.
"""

# ruff: noqa: PLC0415 - see above

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo

import boto3
from aws_lambda_powertools import Logger
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from desk.aws.dynamodb import SNS_CONFIG
from desk.brand import Brand, load_brand
from desk.cases.author_notes import AuthorNoteItems
from desk.cases.inbox import InboxItems
from desk.cases.opt_outs import OptOutItems
from desk.cases.private_messages import PrivateMessageItems
from desk.cases.wiring import case_store
from desk.clock import utc_now
from desk.favourites.store import FavouriteItems
from desk.listening.surges import SurgeItems
from desk.logs import desk_log
from desk.mentions.heard import HeardMentionItems
from desk.mentions.search import MentionSearchItems
from desk.mentions.seen import SeenMentionItems
from desk.mentions.threads import ThreadPostItems
from desk.mentions.wiring import mention_store
from desk.notifications.wiring import wire_colleagues
from desk.posts.pause import PauseItems
from desk.posts.queue import PostQueueSqs, PostTimer, PostTimerSchedules, TimerOnDemand, UndoTimer
from desk.posts.submit import PostSubmitter
from desk.posts.wiring import log_queue_failures, post_store
from desk.promises.store import PromiseItems
from desk.routing.unit_of_work import UnitOfWorkItems
from desk.settings import setting
from desk.spikes.faults import FaultItems
from desk.spikes.store import SpikeItems
from desk.staff.devices import DeviceItems
from desk.staff.drafts import DraftItems
from desk.staff.presence import PresenceItems
from desk.staff.saved_replies import RepliesForChecks, SavedReplyItems
from desk.staff.sessions import SessionItems
from desk.staff.settings import PersonSettings, SettingsItems
from desk.staff.sign_ins import SignInItems
from desk.suggestions.store import AnswerIndexFiles
from desk.trends.store import TrendItems
from desk.x.breakers import BreakerItems
from desk.x.look_ups import LookUpItems, LookUpQueueSqs
from desk.x.spend import SpendItems
from operator_console.app import Console
from operator_console.case.stores import CasePageStores
from operator_console.console import ConsoleStores, console_of
from operator_console.inbox.glance import GlanceItems
from operator_console.inbox.stores import InboxStores
from operator_console.items.stores import ItemsStores
from operator_console.sections import LaterStores
from operator_console.session.sign_in import IdentityProvider, IssuerSettings, IssuerUnavailable
from operator_console.shell.stores import ShellStores

if TYPE_CHECKING:
    from desk.checks.links import LinkChecks
    from desk.doctor.checks import HealthStores
    from desk.pictures.store import PictureFilesS3, PictureItems, PictureQueueSqs
    from desk.staff.practice import PracticeStore
    from operator_console.calendar.stores import CalendarStores
    from operator_console.items.checks import CheckStores
    from operator_console.items.pictures import PictureStores
    from operator_console.items.praise import PraisePageStores
    from operator_console.items.translation import TranslationStores
    from operator_console.people.stores import PeopleStores
    from operator_console.settings.settings import SettingsPageStores
    from operator_console.spikes.spikes import SpikePageStores
    from operator_console.today.card import TodayStores
    from operator_console.trial.trial import TrialPageStores
    from operator_console.writing.stores import WritingStores

_TIMEOUTS = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})
"""A person waits for the page: an early failure is better than a late success."""
_DYNAMODB = _TIMEOUTS.merge(Config(max_pool_connections=20, parameter_validation=False))
"""A page reads much at the same time, and each connection is kept; as in BULK_CONFIG, nothing is validated."""
_LINK_TIMEOUTS = Config(connect_timeout=1, read_timeout=4.5, retries={"total_max_attempts": 1})
"""A fetch ends after three seconds; one more is for a function that has to start."""
_TRANSLATE_TIMEOUTS = Config(connect_timeout=1, read_timeout=6, retries={"total_max_attempts": 1})
"""A second attempt would be billed again."""
_SNS_TIMEOUTS = SNS_CONFIG.merge(Config(connect_timeout=1, read_timeout=5))


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Console:
    """The console of the compiled brand, unless another is given. Raises SettingsError for a missing setting."""
    brand, logger = (brand or load_brand())._replace(x_site=setting(environment, "X_SITE_URL")), desk_log()
    return console_of(
        _Wiring(environment, brand, logger).stores(),
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


class _LaterNames(NamedTuple):
    """What stores that are made later are called in AWS: read at the start, so that a missing setting fails there."""

    check_link: str
    pictures_bucket: str
    pictures_queue: str
    schedule_group: str
    schedule_role: str
    schedule_dead_letters: str
    posts_queue_arn: str


def _later_names(environment: Mapping[str, str]) -> _LaterNames:
    return _LaterNames(
        check_link=setting(environment, "CHECK_LINK_FUNCTION"),
        pictures_bucket=setting(environment, "PICTURES_BUCKET"),
        pictures_queue=setting(environment, "PICTURES_QUEUE_URL"),
        schedule_group=setting(environment, "SCHEDULE_GROUP"),
        schedule_role=setting(environment, "SCHEDULE_ROLE_ARN"),
        schedule_dead_letters=setting(environment, "SCHEDULE_DLQ_ARN"),
        posts_queue_arn=setting(environment, "POSTS_QUEUE_ARN"),
    )


class _Wiring:
    """Makes the stores. Those that several sections use are made once."""

    def __init__(self, environment: Mapping[str, str], brand: Brand, logger: Logger) -> None:
        self._environment = environment
        self._brand = brand
        self._zone = ZoneInfo(brand.timezone)
        self._names = _later_names(environment)
        self._mentions_table = setting(environment, "MENTIONS_TABLE")
        self._cases_table, self._desk_table = setting(environment, "CASES_TABLE"), setting(environment, "DESK_TABLE")
        self._dynamodb, self._sqs = boto3.client("dynamodb", config=_DYNAMODB), boto3.client("sqs", config=_TIMEOUTS)
        self._log_failure = log_queue_failures(logger)
        self._cases = case_store(environment, self._dynamodb)
        self._mentions = mention_store(environment, brand, self._dynamodb)
        self._posts = post_store(environment, self._dynamodb)
        self._queue = PostQueueSqs(self._sqs, queue_url=setting(environment, "POSTS_QUEUE_URL"))
        self._inbox = InboxItems(self._dynamodb, cases_table=self._cases_table)
        self._seen = SeenMentionItems(
            self._dynamodb, mentions_table=self._mentions_table, desk_table=self._desk_table, zone=self._zone
        )
        self._heard = HeardMentionItems(self._dynamodb, mentions_table=self._mentions_table)
        self._switch = PauseItems(self._dynamodb, self._desk_table)
        self._opt_outs = OptOutItems(self._dynamodb, self._desk_table)
        self._promises = PromiseItems(self._dynamodb, self._desk_table)
        self._favourites = FavouriteItems(self._dynamodb, self._desk_table)
        self._threads = ThreadPostItems(self._dynamodb, self._desk_table)
        self._spend = SpendItems(self._dynamodb, self._desk_table, self._zone, self._brand.x_budget)
        self._trends = TrendItems(self._dynamodb, self._desk_table)
        self._spikes = SpikeItems(self._dynamodb, self._desk_table)
        self._faults = FaultItems(self._dynamodb, mentions_table=self._mentions_table, zone=self._zone)
        self._work = UnitOfWorkItems(self._dynamodb, self._mentions, self._cases, desk_table=self._desk_table)
        self._drafts = DraftItems(self._dynamodb, self._desk_table, lasts=timedelta(days=brand.words_days))
        self._saved_replies = SavedReplyItems(self._dynamodb, self._desk_table, brand.saved_replies)
        self._checked_replies = RepliesForChecks(self._saved_replies)
        self._devices = DeviceItems(self._dynamodb, self._desk_table)
        self._settings = SettingsItems(
            self._dynamodb, self._desk_table, PersonSettings(int(brand.console.undo.total_seconds()))
        )

    def stores(self) -> ConsoleStores:
        """The stores of each section, or what makes them."""
        return ConsoleStores(
            sessions=SessionItems(self._dynamodb, self._desk_table),
            sign_ins=SignInItems(self._dynamodb, self._desk_table),
            devices=self._devices,
            issuer=_issuer(setting(self._environment, "SIGN_IN_PARAMETER")),
            shell=self._shell(),
            items=self._items(),
            inbox=self._of_inbox(),
            case=self._case(),
            later=LaterStores(
                practice=self._practice,
                praise=self._of_praise,
                checks=self._checks,
                pictures=self._of_pictures,
                translation=self._translation,
                writing=self._writing,
                calendar=self._calendar,
                people=self._people,
                promises=lambda: self._promises,
                trends=lambda: self._trends,
                spikes=self._of_spikes,
                trial=self._trial,
                today=self._today,
                settings=self._of_settings,
                health=self._health,
            ),
        )

    def _shell(self) -> ShellStores:
        return ShellStores(
            inbox=self._inbox,
            cases=self._cases,
            seen=self._seen,
            heard=self._heard,
            posts=self._posts,
            switch=self._switch,
            spend=self._spend,
            breakers=BreakerItems(self._dynamodb, self._desk_table),
            spikes=self._spikes,
            faults=self._faults,
            favourites=self._favourites,
            promises=self._promises,
        )

    def _items(self) -> ItemsStores:
        look_ups_queue, sns = (
            setting(self._environment, "LOOK_UPS_QUEUE_URL"),
            boto3.client("sns", config=_SNS_TIMEOUTS),
        )
        return ItemsStores(
            cases=self._cases,
            mentions=self._mentions,
            posts=self._posts,
            seen=self._seen,
            threads=self._threads,
            look_ups=LookUpItems(self._dynamodb, self._desk_table),
            look_up_queue=LookUpQueueSqs(self._sqs, queue_url=look_ups_queue),
            switch=self._switch,
            opt_outs=self._opt_outs,
            settings=self._settings,
            replies=self._checked_replies,
            favourites=self._favourites,
            queue=self._queue,
            work=self._work,
            links=lambda: self._links,
            pictures=lambda: self._pictures,
            submitter=self._submitter(UndoTimer()),
            colleagues=wire_colleagues(self._environment, self._brand, self._dynamodb, sns),
        )

    def _of_inbox(self) -> InboxStores:
        return InboxStores(
            inbox=self._inbox,
            cases=self._cases,
            mentions=self._mentions,
            posts=self._posts,
            seen=self._seen,
            heard=self._heard,
            surges=SurgeItems(self._dynamodb, self._desk_table),
            spikes=self._spikes,
            faults=self._faults,
            search=MentionSearchItems(self._dynamodb, mentions_table=self._mentions_table),
            glances=GlanceItems(self._dynamodb, cases_table=self._cases_table, desk_table=self._desk_table),
            work=self._work,
        )

    def _case(self) -> CasePageStores:
        bucket = setting(self._environment, "REPORTS_BUCKET")
        return CasePageStores(
            cases=self._cases,
            mentions=self._mentions,
            posts=self._posts,
            queue=self._queue,
            switch=self._switch,
            opt_outs=self._opt_outs,
            private_messages=PrivateMessageItems(self._dynamodb, self._cases_table),
            drafts=self._drafts,
            presence=PresenceItems(self._dynamodb, self._desk_table),
            saved_replies=self._saved_replies,
            author_notes=AuthorNoteItems(
                self._dynamodb, self._desk_table, lasts=timedelta(days=self._brand.words_days)
            ),
            answer_indexes=AnswerIndexFiles(
                lambda: boto3.client("s3", config=_TIMEOUTS), bucket, self._dynamodb, self._desk_table
            ),
        )

    # What is made later

    def _practice(self) -> "PracticeStore":
        from desk.staff.practice import PracticeItems

        return PracticeItems(self._dynamodb, self._desk_table)

    def _checks(self) -> "CheckStores":
        from operator_console.items.checks import CheckStores

        return CheckStores(
            cases=self._cases,
            mentions=self._mentions,
            posts=self._posts,
            trends=self._trends,
            links=self._links,
            replies=self._checked_replies,
        )

    def _writing(self) -> "WritingStores":
        from desk.feeds.store import FeedItems
        from desk.posts.announcement_drafts import AnnouncementDraftItems
        from operator_console.writing.stores import WritingStores

        return WritingStores(
            posts=self._posts,
            announcer=self._submitter(self._timer),
            queue=self._queue,
            switch=self._switch,
            drafts=self._drafts,
            settings=self._settings,
            announcement_drafts=AnnouncementDraftItems(self._dynamodb, self._desk_table),
            promises=self._promises,
            feeds=FeedItems(self._dynamodb, self._desk_table),
            pictures=self._pictures,
        )

    def _of_pictures(self) -> "PictureStores":
        from operator_console.items.pictures import PictureStores

        return PictureStores(self._pictures, self._picture_files, self._picture_queue)

    def _of_praise(self) -> "PraisePageStores":
        from desk.praise.store import PraiseItems
        from operator_console.items.praise import PraisePageStores

        praise = PraiseItems(self._dynamodb, self._desk_table, lasts=timedelta(days=self._brand.words_days))
        return PraisePageStores(self._cases, self._mentions, self._settings, praise)

    def _translation(self) -> "TranslationStores":
        from desk.translation.translate import AmazonTranslate, Translations
        from operator_console.items.translation import TranslationStores

        translator = AmazonTranslate(lambda: boto3.client("translate", config=_TRANSLATE_TIMEOUTS))
        return TranslationStores(self._cases, self._mentions, self._threads, Translations(translator, self._spend))

    def _calendar(self) -> "CalendarStores":
        from desk.posts.performance import PerformanceItems
        from operator_console.calendar.stores import CalendarStores

        return CalendarStores(
            posts=self._posts,
            performances=PerformanceItems(self._dynamodb, self._desk_table),
            spikes=self._spikes,
            queue=self._queue,
            timer=self._timer,
            switch=self._switch,
            cases=self._cases,
            pictures=self._pictures,
            picture_files=self._picture_files,
            replies=self._checked_replies,
        )

    def _people(self) -> "PeopleStores":
        from desk.attendance.store import AttendanceItems
        from desk.mentions.replied_on_x import RepliesOnXItems
        from operator_console.people.stores import PeopleStores

        return PeopleStores(
            attendance=AttendanceItems(
                self._dynamodb, mentions_table=self._mentions_table, desk_table=self._desk_table, zone=self._zone
            ),
            cases=self._cases,
            mentions=self._mentions,
            posts=self._posts,
            queue=self._queue,
            replied_on_x=RepliesOnXItems(self._dynamodb, self._desk_table),
            opt_outs=self._opt_outs,
            saved_replies=self._saved_replies,
            spikes=self._spikes,
            favourites=self._favourites,
            pictures=self._pictures,
            picture_queue=self._picture_queue,
        )

    def _of_spikes(self) -> "SpikePageStores":
        from operator_console.spikes.spikes import SpikePageStores

        return SpikePageStores(self._spikes, self._faults, self._cases, self._mentions, self._posts)

    def _health(self) -> "HealthStores":
        from desk.doctor.wiring import health_stores

        return health_stores(self._dynamodb, self._desk_table, self._brand)

    def _trial(self) -> "TrialPageStores":
        from desk.cases.trial import TrialItems
        from operator_console.trial.trial import TrialPageStores

        return TrialPageStores(self._inbox, self._cases, self._mentions, TrialItems(self._dynamodb, self._desk_table))

    def _today(self) -> "TodayStores":
        from desk.day_reviews.store import DayReviewItems
        from desk.posts.performance import PerformanceItems
        from operator_console.today.card import TodayStores

        return TodayStores(
            cases=self._cases,
            mentions=self._mentions,
            search=MentionSearchItems(self._dynamodb, mentions_table=self._mentions_table),
            seen=self._seen,
            posts=self._posts,
            performances=PerformanceItems(self._dynamodb, self._desk_table),
            promises=self._promises,
            favourites=self._favourites,
            reviews=DayReviewItems(self._dynamodb, self._desk_table, lasts=timedelta(days=self._brand.words_days)),
            drafts=self._drafts,
        )

    def _of_settings(self) -> "SettingsPageStores":
        from operator_console.settings.settings import SettingsPageStores

        return SettingsPageStores(self._settings, self._devices, self._saved_replies, self._cases)

    # What several of them use

    @cached_property
    def _links(self) -> "LinkChecks":
        from desk.checks.links import LinkChecks
        from desk.fetch.link_checker import LambdaLinkChecker

        return LinkChecks(
            LambdaLinkChecker(lambda: boto3.client("lambda", config=_LINK_TIMEOUTS), self._names.check_link)
        )

    @cached_property
    def _pictures(self) -> "PictureItems":
        from desk.pictures.store import PictureItems

        return PictureItems(self._dynamodb, self._desk_table)

    @cached_property
    def _picture_queue(self) -> "PictureQueueSqs":
        from desk.pictures.store import PictureQueueSqs

        return PictureQueueSqs(self._sqs, queue_url=self._names.pictures_queue)

    @cached_property
    def _picture_files(self) -> "PictureFilesS3":
        from desk.pictures.store import S3_CONFIG, PictureFilesS3

        return PictureFilesS3(
            lambda: boto3.client("s3", config=_TIMEOUTS.merge(S3_CONFIG)), self._names.pictures_bucket
        )

    @cached_property
    def _timer(self) -> TimerOnDemand:
        names = self._names
        schedules = partial(
            PostTimerSchedules,
            group=names.schedule_group,
            queue=names.posts_queue_arn,
            role=names.schedule_role,
            dead_letters=names.schedule_dead_letters,
        )
        return TimerOnDemand(lambda: schedules(boto3.client("scheduler", config=_TIMEOUTS)))

    def _submitter(self, timer: PostTimer) -> PostSubmitter:
        brand = self._brand
        return PostSubmitter(
            self._posts, self._queue, timer, utc_now, self._log_failure, handle=brand.handle, approval=brand.approval
        )


def _issuer(parameter: str) -> Callable[[], IdentityProvider]:
    """Makes the issuer when somebody signs in: its libraries and its client cost more than the rest of a start."""

    @cache
    def issuer() -> IdentityProvider:
        from operator_console.session.issuer import OpenIdIssuer

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
