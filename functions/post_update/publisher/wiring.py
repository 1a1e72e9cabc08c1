"""Wire the function: settings become clients, clients become stores, and the use case gets them."""

from collections.abc import Mapping
from typing import NamedTuple

import boto3
from aws_lambda_powertools import Logger, Metrics

from desk.aws.dynamodb import CLIENT_CONFIG
from desk.brand import Brand, Purpose, load_brand
from desk.cases.inbox import InboxItems
from desk.cases.wiring import case_store
from desk.clock import Deadline, utc_now
from desk.logs import desk_log
from desk.pictures.store import S3_CONFIG, PictureFilesS3, PictureItems, PictureQueueSqs
from desk.posts.attachments import Attachments
from desk.posts.greeting_by_hand import GreetingsByHand
from desk.posts.performance import PerformanceItems
from desk.posts.publish import PostPublisher
from desk.posts.queue import PostQueueSqs
from desk.posts.wiring import post_store
from desk.replies.outcome import ReplyOutcomes
from desk.settings import setting
from desk.spikes.store import SpikeItems
from desk.x.client import XClient
from desk.x.wiring import x_client
from post_update.publisher.greeting_hold import GreetingHold


class Wired(NamedTuple):
    """What the handler needs."""

    publisher: PostPublisher
    x: XClient
    deadline: Deadline
    logger: Logger
    metrics: Metrics


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """Make everything once, for the compiled brand unless another is given. Raises SettingsError."""
    brand = brand or load_brand()
    desk_table = setting(environment, "DESK_TABLE")
    dynamodb, deadline = boto3.client("dynamodb", config=CLIENT_CONFIG), Deadline()
    cases = case_store(environment, dynamodb)
    outcomes = ReplyOutcomes(cases, brand)
    x = x_client(environment, brand, dynamodb=dynamodb, deadline=deadline, purpose=Purpose.PUBLISHING)
    sqs = boto3.client("sqs", config=CLIENT_CONFIG)
    bucket = setting(environment, "PICTURES_BUCKET")
    attachments = Attachments(
        PictureItems(dynamodb, desk_table),
        PictureFilesS3(lambda: boto3.client("s3", config=CLIENT_CONFIG.merge(S3_CONFIG)), bucket),
        PictureQueueSqs(sqs, queue_url=setting(environment, "PICTURES_QUEUE_URL")),
        x,
        utc_now,
    )
    inbox = InboxItems(dynamodb, cases_table=setting(environment, "CASES_TABLE"))
    posts = post_store(environment, dynamodb)
    by_hand = GreetingsByHand(posts, PerformanceItems(dynamodb, desk_table), brand)
    publisher = PostPublisher(
        store=posts,
        x=x,
        queue=PostQueueSqs(sqs, queue_url=setting(environment, "POSTS_QUEUE_URL")),
        on_finished=outcomes.on_finished,
        is_unwanted=outcomes.is_unwanted,
        held_by=GreetingHold(inbox, SpikeItems(dynamodb, desk_table), by_hand, x, utc_now).held_by,
        attachments=attachments,
        clock=utc_now,
        seconds_left=deadline.seconds_for_x,
    )
    return Wired(publisher, x, deadline, desk_log(), Metrics())
