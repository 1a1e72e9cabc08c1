"""Wire the function: settings become clients, clients become stores, and the use case gets them."""

from collections.abc import Mapping
from typing import NamedTuple

import boto3
from aws_lambda_powertools import Logger, Metrics

from desk.aws.dynamodb import CLIENT_CONFIG
from desk.brand import Brand, load_brand
from desk.clock import utc_now
from desk.errors import QueueUnavailable
from desk.posts.queue import NoTimer, PostQueueSqs
from desk.posts.store import PostStoreItems
from desk.posts.submit import PostSubmitter
from desk.settings import setting
from greet.greet import Greeter


class Wired(NamedTuple):
    """What the handler needs."""

    greeter: Greeter
    logger: Logger
    metrics: Metrics


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """Make everything once, for the compiled brand unless another is given. Raises SettingsError."""
    brand = brand or load_brand()
    posts_table, desk_table = setting(environment, "POSTS_TABLE"), setting(environment, "DESK_TABLE")
    queue_url = setting(environment, "POSTS_QUEUE_URL")
    dynamodb, logger = boto3.client("dynamodb", config=CLIENT_CONFIG), Logger()
    posts = PostStoreItems(dynamodb, posts_table=posts_table, desk_table=desk_table)
    queue = PostQueueSqs(boto3.client("sqs", config=CLIENT_CONFIG), queue_url=queue_url)

    def on_queue_unavailable(exc: QueueUnavailable) -> None:
        logger.warning("the queue is unavailable; the sweep will send the message", error=str(exc))

    submitter = PostSubmitter(
        posts, queue, NoTimer(), utc_now, on_queue_unavailable, handle=brand.handle, approval=brand.approval
    )
    return Wired(Greeter(posts, submitter, brand, utc_now), logger, Metrics())
