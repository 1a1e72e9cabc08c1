"""Wire the function: settings become clients, clients become stores, and the use case gets them."""

from collections.abc import Mapping
from typing import NamedTuple

import boto3
from aws_lambda_powertools import Logger

from desk.aws.dynamodb import CLIENT_CONFIG
from desk.brand import Brand, load_brand
from desk.clock import utc_now
from desk.health.heartbeats import HeartbeatItems
from desk.logs import desk_log
from desk.posts.queue import PostQueueSqs, QueueTimer
from desk.posts.submit import PostSubmitter
from desk.posts.wiring import log_queue_failures, post_store
from desk.settings import setting
from greet.greet import Greeter


class Wired(NamedTuple):
    """What the handler needs."""

    greeter: Greeter
    logger: Logger
    heartbeats: HeartbeatItems


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """Make everything once, for the compiled brand unless another is given. Raises SettingsError."""
    brand = brand or load_brand()
    dynamodb, logger = boto3.client("dynamodb", config=CLIENT_CONFIG), desk_log()
    posts = post_store(environment, dynamodb)
    queue = PostQueueSqs(boto3.client("sqs", config=CLIENT_CONFIG), queue_url=setting(environment, "POSTS_QUEUE_URL"))
    timer, on_failure = QueueTimer(queue, utc_now), log_queue_failures(logger)
    submitter = PostSubmitter(posts, queue, timer, utc_now, on_failure, handle=brand.handle, approval=brand.approval)
    heartbeats = HeartbeatItems(dynamodb, setting(environment, "DESK_TABLE"))
    return Wired(Greeter(posts, submitter, brand, utc_now), logger, heartbeats)
