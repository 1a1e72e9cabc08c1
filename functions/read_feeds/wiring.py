"""Wire the function: settings become clients, clients become stores, and the use case gets them."""

from collections.abc import Mapping
from typing import NamedTuple

import boto3
from aws_lambda_powertools import Logger, Metrics

from desk.aws.dynamodb import CLIENT_CONFIG
from desk.brand import Brand, load_brand
from desk.checks.posts import CheckPosts, TimelineTexts
from desk.clock import utc_now
from desk.feeds.bounded import BoundedParser
from desk.feeds.store import FeedItems
from desk.fetch.guarded import guarded_fetcher
from desk.health.heartbeats import HeartbeatItems
from desk.logs import desk_log
from desk.pictures.store import PictureItems, PictureQueueSqs
from desk.posts.announcement_drafts import AnnouncementDraftItems
from desk.posts.queue import NoTimer, PostQueueSqs
from desk.posts.submit import PostSubmitter
from desk.posts.wiring import log_queue_failures, post_store
from desk.settings import setting
from read_feeds.announce import Announcer
from read_feeds.read import FeedReader


class Wired(NamedTuple):
    """What the handler needs."""

    reader: FeedReader
    logger: Logger
    metrics: Metrics
    heartbeats: HeartbeatItems


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """Make everything once, for the compiled brand unless another is given. Raises SettingsError."""
    brand = brand or load_brand()
    desk_table = setting(environment, "DESK_TABLE")
    posts_queue_url = setting(environment, "POSTS_QUEUE_URL")
    pictures_queue_url = setting(environment, "PICTURES_QUEUE_URL")
    fetcher = guarded_fetcher(brand.handle, setting(environment, "FETCH_EXCEPTIONS", may_be_empty=True))
    dynamodb, sqs = boto3.client("dynamodb", config=CLIENT_CONFIG), boto3.client("sqs", config=CLIENT_CONFIG)
    logger = desk_log()
    posts = post_store(environment, dynamodb)
    queue = PostQueueSqs(sqs, queue_url=posts_queue_url)
    announcer = Announcer(
        drafts=AnnouncementDraftItems(dynamodb, desk_table),
        posts=posts,
        submitter=PostSubmitter(
            posts, queue, NoTimer(), utc_now, log_queue_failures(logger), handle=brand.handle, approval=brand.approval
        ),
        check=CheckPosts(brand, TimelineTexts(posts)),
        pictures=PictureItems(dynamodb, desk_table),
        picture_queue=PictureQueueSqs(sqs, queue_url=pictures_queue_url),
    )
    parser = BoundedParser(brand.timezone)
    reader = FeedReader(brand, FeedItems(dynamodb, desk_table), fetcher, announcer, parse=parser.parse, clock=utc_now)
    return Wired(reader, logger, Metrics(), HeartbeatItems(dynamodb, desk_table))
