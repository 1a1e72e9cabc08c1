"""Makes the parts of the sweep from its settings."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

import boto3
from aws_lambda_powertools import Logger, Metrics

from desk.aws.dynamodb import CLIENT_CONFIG
from desk.brand import Brand, load_brand
from desk.cases.inbox import InboxItems
from desk.clock import utc_now
from desk.health.failed_events import DeadLettersSqs, FailedEventItems, queues_in
from desk.health.heartbeats import HeartbeatItems
from desk.links import console_url
from desk.logs import desk_log
from desk.mentions.poll_state import PollStateItems
from desk.notifications.case_news import CaseNews
from desk.notifications.outbox_sender import OutboxSender, SendsEntries
from desk.notifications.post_news import PostNews
from desk.notifications.praise_news import PraiseNews
from desk.notifications.wiring import EVERY_MINUTE, wire_on_call
from desk.outbox.model import OutboxKind
from desk.pictures.store import PictureFilesS3, PictureItems, PictureRemover
from desk.posts.greeting_by_hand import GreetingsByHand
from desk.posts.performance import PerformanceItems
from desk.posts.queue import PostQueueSqs
from desk.posts.wiring import post_store
from desk.praise.store import PraiseItems
from desk.replies.outcome import ReplyOutcomes
from desk.retention.store import RetentionItems
from desk.routing.route import RouteReport
from desk.routing.wiring import parts
from desk.settings import setting
from sweep.health import SweepHealth
from sweep.posts import SweepPosts
from sweep.replies import SweepReplies
from sweep.retention import RetentionSweep
from sweep.snoozed import WakeSnoozed
from sweep.spikes import SweepSpikes
from sweep.sweep import RoutesMentions, SweepMentions


class LazyRouter:
    """Makes its router when it first gets mentions; when that raises, `route` raises it, and tries again next time."""

    def __init__(self, make: Callable[[], RoutesMentions]) -> None:
        self._make = make
        self._made: RoutesMentions | None = None

    def route(self, mention_ids: Sequence[str]) -> RouteReport:
        """See RoutesMentions."""
        self._made = self._made or self._make()
        return self._made.route(mention_ids)


class Wired(NamedTuple):
    """What the handler needs."""

    mentions: SweepMentions
    spikes: SweepSpikes
    posts: SweepPosts
    greetings: GreetingsByHand
    replies: SweepReplies
    outbox: OutboxSender
    snoozed: WakeSnoozed
    retention: RetentionSweep
    health: SweepHealth
    heartbeats: HeartbeatItems
    logger: Logger
    metrics: Metrics


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """Everything made once; raises SettingsError, which names a missing setting."""
    brand = (brand or load_brand())._replace(
        x_site=setting(environment, "X_SITE_URL"), console_url=console_url(setting(environment, "API_URL"))
    )
    made = parts(environment, brand)
    mentions, cases = setting(environment, "MENTIONS_TABLE"), setting(environment, "CASES_TABLE")
    case_store = made.unit_of_work.cases
    pictures = PictureRemover(
        PictureItems(made.dynamodb, setting(environment, "DESK_TABLE")),
        PictureFilesS3(lambda: boto3.client("s3", config=CLIENT_CONFIG), setting(environment, "PICTURES_BUCKET")),
    )
    retention = RetentionItems(made.dynamodb, pictures, mentions_table=mentions, cases_table=cases)
    posts = post_store(environment, made.dynamodb)
    sqs = boto3.client("sqs", config=CLIENT_CONFIG)
    queue = PostQueueSqs(sqs, queue_url=setting(environment, "POSTS_QUEUE_URL"))
    letters = DeadLettersSqs(sqs, queues_in(setting(environment, "DEAD_LETTERS")))
    heartbeats = HeartbeatItems(made.dynamodb, setting(environment, "DESK_TABLE"))
    topic_arn = setting(environment, "ON_CALL_TOPIC_ARN")
    on_call = wire_on_call(
        environment, brand, made.dynamodb, made.sns, made.notifier.links, topic_arn=topic_arn, keep=EVERY_MINUTE
    )
    alerts, usual = made.spike_alerts(on_call), made.usual_faults()
    news = made.mention_news(alerts)
    outbox = made.outbox
    praise = PraiseItems(made.dynamodb, setting(environment, "DESK_TABLE"), lasts=timedelta(days=brand.words_days))
    senders: dict[OutboxKind, SendsEntries] = {
        OutboxKind.SPIKE: alerts,
        OutboxKind.MENTION: news,
        OutboxKind.CASE: CaseNews(outbox, case_store, made.notifier, brand),
        OutboxKind.POST: PostNews(outbox, posts, made.notifier, brand),
        OutboxKind.PRAISE: PraiseNews(outbox, praise, made.unit_of_work.mentions, made.notifier, brand),
    }
    performances = PerformanceItems(made.dynamodb, setting(environment, "DESK_TABLE"))
    router = LazyRouter(lambda: made.router(news))
    return Wired(
        mentions=SweepMentions(made.unit_of_work.mentions, router),
        spikes=SweepSpikes(
            made.spikes,
            made.faults,
            made.fault_history,
            made.unit_of_work,
            PollStateItems(made.dynamodb, setting(environment, "DESK_TABLE")),
            usual,
            made.spike_watch(usual),
            alerts,
            brand,
            utc_now,
        ),
        posts=SweepPosts(posts, queue, utc_now),
        greetings=GreetingsByHand(posts, performances, brand),
        replies=SweepReplies(case_store, posts, ReplyOutcomes(case_store, brand), utc_now),
        outbox=OutboxSender(outbox, senders, made.subscribers, brand, utc_now),
        snoozed=WakeSnoozed(case_store, InboxItems(made.dynamodb, cases_table=cases), utc_now),
        retention=RetentionSweep(retention, case_store, brand),
        health=SweepHealth(letters, FailedEventItems(made.dynamodb, setting(environment, "DESK_TABLE")), heartbeats),
        heartbeats=heartbeats,
        logger=desk_log(),
        metrics=Metrics(),
    )
