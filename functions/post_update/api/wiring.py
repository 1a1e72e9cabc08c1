"""Settings become clients, clients become adapters, and these meet the routes."""

from collections.abc import Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

import boto3
from aws_lambda_powertools import Logger, Metrics
from botocore.config import Config

from desk.brand import Brand, load_brand
from desk.cases.opt_outs import OptOutItems, OptOuts
from desk.cases.store import CaseStore, CaseStoreItems
from desk.clock import utc_now
from desk.errors import QueueUnavailable
from desk.posts.pause import PauseItems, PauseSwitch
from desk.posts.queue import PostQueue, PostQueueSqs, PostTimer, PostTimerSchedules
from desk.posts.store import PostStore, PostStoreItems
from desk.posts.submit import PostSubmitter
from desk.replies.send import Say
from desk.settings import setting
from post_update.api.app import Api, resolver
from post_update.api.auth import ApiTokensSecret, Authorise, Right, permitted
from post_update.api.cases import AnswerCases, CaseRoutes, CorrectUrgency
from post_update.api.pause import PauseRoutes
from post_update.api.posts import Decide, PostRoutes

_PATIENCE = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
"""Callers wait a few seconds at most, and are then told when to retry."""


class _Adapters(NamedTuple):
    posts: PostStore
    switch: PauseSwitch
    queue: PostQueue
    timer: PostTimer
    tokens: ApiTokensSecret
    cases: CaseStore
    opt_outs: OptOuts


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Api:
    """The API with these settings, for the compiled brand unless another is given; raises SettingsError."""
    brand, made, logger = brand or load_brand(), _adapters(environment), Logger()
    app = resolver(logger)

    def caller(needed: Right) -> str:
        return permitted(app.context["token"], needed)

    def unheard(exc: QueueUnavailable) -> None:
        logger.warning("left to the sweep", reason=str(exc))

    accept = PostSubmitter(made.posts, made.queue, made.timer, utc_now, unheard)
    decide = Decide(made.posts, made.switch, made.queue, made.timer, utc_now, unheard)
    say = Say(made.cases, accept, brand.language)
    answers = AnswerCases(made.cases, made.posts, made.switch, made.opt_outs, say, brand, utc_now)
    PostRoutes(accept, decide, made.posts, ZoneInfo(brand.timezone), caller).register(app)
    PauseRoutes(made.switch, made.posts, utc_now, caller).register(app)
    CaseRoutes(made.cases, answers, CorrectUrgency(made.cases, brand, utc_now), caller).register(app)
    return Api(app, Authorise(made.tokens), logger, Metrics())


def _adapters(environment: Mapping[str, str]) -> _Adapters:
    posts, desk = setting(environment, "POSTS_TABLE"), setting(environment, "DESK_TABLE")
    cases, mentions = setting(environment, "CASES_TABLE"), setting(environment, "MENTIONS_TABLE")
    dynamodb = boto3.client("dynamodb", config=_PATIENCE)
    return _Adapters(
        PostStoreItems(dynamodb, posts_table=posts, desk_table=desk),
        PauseItems(dynamodb, desk),
        PostQueueSqs(boto3.client("sqs", config=_PATIENCE), queue_url=setting(environment, "POSTS_QUEUE_URL")),
        PostTimerSchedules(
            boto3.client("scheduler", config=_PATIENCE),
            group=setting(environment, "SCHEDULE_GROUP"),
            queue=setting(environment, "POSTS_QUEUE_ARN"),
            role=setting(environment, "SCHEDULE_ROLE_ARN"),
            dead_letters=setting(environment, "SCHEDULE_DLQ_ARN"),
        ),
        ApiTokensSecret(
            boto3.client("secretsmanager", config=_PATIENCE), setting(environment, "API_TOKENS_SECRET")
        ),
        CaseStoreItems(dynamodb, cases_table=cases, mentions_table=mentions, desk_table=desk),
        OptOutItems(dynamodb, desk),
    )  # fmt: skip
