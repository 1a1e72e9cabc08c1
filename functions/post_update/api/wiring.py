"""Wires the API: settings become clients, clients become stores, and routes get these."""

from collections.abc import Mapping
from typing import NamedTuple

import boto3
from botocore.config import Config

from desk.brand import Brand, load_brand
from desk.cases.opt_outs import OptOutItems, OptOuts
from desk.cases.store import CaseStore
from desk.cases.wiring import case_store
from desk.clock import utc_now
from desk.fetch.addresses import fetch_exceptions
from desk.logs import desk_log
from desk.pictures.store import PictureItems, PictureQueueSqs
from desk.pictures.web_pictures import WebPictures
from desk.posts.decisions import PostDecisions
from desk.posts.pause import PauseItems, PauseSwitch
from desk.posts.performance import PerformanceItems, PerformanceStore
from desk.posts.queue import PostQueue, PostQueueSqs, PostTimer, PostTimerSchedules
from desk.posts.store import PostStore
from desk.posts.submit import PostSubmitter
from desk.posts.wiring import log_queue_failures, post_store
from desk.promises.store import PromiseItems, Promises
from desk.replies.open import CaseOpener
from desk.replies.perform import CaseCommands
from desk.settings import setting
from post_update.api.app import Api, resolver
from post_update.api.auth import ApiTokensSecret, Authenticator, TokenRight, require
from post_update.api.cases import CaseDesk, CaseRoutes
from post_update.api.posts import PostRoutes

_CLIENT_CONFIG = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
"""Callers wait a few seconds at most; then the response says when to retry."""


class _Stores(NamedTuple):
    posts: PostStore
    performances: PerformanceStore
    switch: PauseSwitch
    queue: PostQueue
    timer: PostTimer
    tokens: ApiTokensSecret
    cases: CaseStore
    opt_outs: OptOuts
    pictures: WebPictures
    promises: Promises


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Api:
    """The API with these settings, for the compiled brand unless another is given; raises SettingsError."""
    brand, made, logger = brand or load_brand(), _stores(environment), desk_log()
    app = resolver()

    def authorize(right: TokenRight) -> str:
        return require(app.context["token"], right)

    log_failure = log_queue_failures(logger)
    submitter = PostSubmitter(
        made.posts, made.queue, made.timer, utc_now, log_failure, handle=brand.handle, approval=brand.approval
    )
    decisions = PostDecisions(made.posts, made.switch, made.queue, made.timer, utc_now, log_failure)
    open_case = CaseOpener(None, made.cases, made.switch, made.opt_outs)
    commands = CaseCommands(made.cases, submitter, None, brand)
    cases = CaseDesk(open_case, commands, made.posts, brand, utc_now)
    exceptions = fetch_exceptions(setting(environment, "FETCH_EXCEPTIONS", may_be_empty=True))
    PostRoutes(
        submitter, decisions, made.performances, made.pictures, made.promises, brand, authorize, exceptions
    ).register(app)
    CaseRoutes(made.cases, cases, authorize).register(app)
    return Api(app, Authenticator(made.tokens), logger)


def _stores(environment: Mapping[str, str]) -> _Stores:
    desk = setting(environment, "DESK_TABLE")
    dynamodb, sqs = boto3.client("dynamodb", config=_CLIENT_CONFIG), boto3.client("sqs", config=_CLIENT_CONFIG)
    return _Stores(
        post_store(environment, dynamodb),
        PerformanceItems(dynamodb, desk),
        PauseItems(dynamodb, desk),
        PostQueueSqs(sqs, queue_url=setting(environment, "POSTS_QUEUE_URL")),
        PostTimerSchedules(
            boto3.client("scheduler", config=_CLIENT_CONFIG),
            group=setting(environment, "SCHEDULE_GROUP"),
            queue=setting(environment, "POSTS_QUEUE_ARN"),
            role=setting(environment, "SCHEDULE_ROLE_ARN"),
            dead_letters=setting(environment, "SCHEDULE_DLQ_ARN"),
        ),
        ApiTokensSecret(
            boto3.client("secretsmanager", config=_CLIENT_CONFIG), setting(environment, "API_TOKENS_SECRET")
        ),
        case_store(environment, dynamodb),
        OptOutItems(dynamodb, desk),
        WebPictures(
            PictureItems(dynamodb, desk), PictureQueueSqs(sqs, queue_url=setting(environment, "PICTURES_QUEUE_URL"))
        ),
        PromiseItems(dynamodb, desk),
    )  # fmt: skip
