"""Settings become clients, clients become adapters, and these meet the use cases."""

from collections.abc import Mapping
from typing import NamedTuple

import boto3
from aws_lambda_powertools import Logger, Metrics

from desk.adapters.case_day_items import CaseDayItems
from desk.adapters.case_store_items import CaseStoreItems
from desk.adapters.patience import PATIENCE
from desk.adapters.post_queue import PostQueueSqs
from desk.adapters.post_store_items import PostStoreItems
from desk.adapters.retention_items import RetentionItems
from desk.adapters.waiting_items import WaitingMentionsItems
from desk.brand import load_brand
from desk.clock import utc_now
from desk.settings import setting
from post_update.told import CaseHears
from route_inquiry.parts import parts
from sweep.forget import Forget
from sweep.late_route import LateRoute
from sweep.posts import SweepPosts
from sweep.replies import SweepReplies
from sweep.summaries import Summaries
from sweep.sweep import Sweep
from sweep.untold import SweepUntold


class Wired(NamedTuple):
    """What the handler needs."""

    sweep: Sweep
    posts: SweepPosts
    replies: SweepReplies
    untold: SweepUntold
    forget: Forget
    logger: Logger
    metrics: Metrics


def wire(environment: Mapping[str, str]) -> Wired:
    """Everything made once; raises SettingsError, which names what is missing."""
    brand = load_brand()._replace(x_site=setting(environment, "X_SITE_URL"))
    made = parts(environment, brand)
    mentions, cases = setting(environment, "MENTIONS_TABLE"), setting(environment, "CASES_TABLE")
    posts, desk = setting(environment, "POSTS_TABLE"), setting(environment, "DESK_TABLE")
    waiting = WaitingMentionsItems(made.dynamodb, mentions_table=mentions)
    summaries = Summaries(made.store, made.publisher, brand, utc_now)
    retention = RetentionItems(made.dynamodb, mentions_table=mentions, cases_table=cases)
    post_store = PostStoreItems(made.dynamodb, posts_table=posts, desk_table=desk)
    case_store = CaseStoreItems(made.dynamodb, cases_table=cases, mentions_table=mentions, desk_table=desk)
    queue = PostQueueSqs(boto3.client("sqs", config=PATIENCE), queue_url=setting(environment, "POSTS_QUEUE_URL"))
    return Wired(
        sweep=Sweep(waiting, LateRoute(lambda: made.route), summaries, made.subscribers, brand),
        posts=SweepPosts(post_store, queue, made.publisher, brand, utc_now),
        replies=SweepReplies(case_store, post_store, CaseHears(case_store, brand), utc_now),
        untold=SweepUntold(case_store, made.publisher, brand, utc_now),
        forget=Forget(retention, CaseDayItems(made.dynamodb, cases_table=cases), brand),
        logger=Logger(),
        metrics=Metrics(),
    )
