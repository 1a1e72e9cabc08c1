"""Makes the store of posts, and the log of its queue's failures, for every function that uses them."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from desk.errors import QueueUnavailable
from desk.posts.store import PostStoreItems
from desk.settings import setting

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger
    from mypy_boto3_dynamodb import DynamoDBClient


def post_store(environment: Mapping[str, str], dynamodb: "DynamoDBClient") -> PostStoreItems:
    """The store on the tables that the settings name. Raises SettingsError."""
    return PostStoreItems(
        dynamodb, posts_table=setting(environment, "POSTS_TABLE"), desk_table=setting(environment, "DESK_TABLE")
    )


def log_queue_failures(logger: "Logger") -> Callable[[QueueUnavailable], None]:
    """Logs each failure of the queue or the timer. The post is stored by then."""

    def log(exc: QueueUnavailable) -> None:
        logger.warning("the sweep will send what the queue did not take", error=str(exc))

    return log
