"""Turns settings into clients, clients into stores, and stores into the use case."""

from collections.abc import Mapping
from datetime import timedelta
from time import sleep
from typing import NamedTuple

import boto3
from aws_lambda_powertools import Logger

from desk.aws.dynamodb import CLIENT_CONFIG, SNS_CONFIG
from desk.brand import Brand, load_brand
from desk.clock import utc_now
from desk.health.heartbeats import HeartbeatItems, Heartbeats
from desk.logs import desk_log
from desk.mentions.wiring import mention_store
from desk.notifications.mail_budget import MailBudgetItems
from desk.notifications.topics import SubscribersItems, TopicsSns
from desk.praise.store import PraiseItems
from desk.reports.feedback import FeedbackItems
from desk.settings import setting
from mail_feedback.send import FeedbackSender


class Wired(NamedTuple):
    """What the handler uses."""

    sender: FeedbackSender
    logger: Logger
    heartbeats: Heartbeats


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """Wire the function. Raises SettingsError, which names the missing setting."""
    brand = (brand or load_brand())._replace(x_site=setting(environment, "X_SITE_URL"))
    dynamodb, sns = boto3.client("dynamodb", config=CLIENT_CONFIG), boto3.client("sns", config=SNS_CONFIG)
    mentions_table, desk_table = setting(environment, "MENTIONS_TABLE"), setting(environment, "DESK_TABLE")
    sender = FeedbackSender(
        mentions=mention_store(environment, brand, dynamodb),
        feedback=FeedbackItems(dynamodb, mentions_table=mentions_table, desk_table=desk_table),
        praise=PraiseItems(dynamodb, desk_table, lasts=timedelta(days=brand.words_days)),
        topics=TopicsSns(sns, topic_prefix=setting(environment, "TOPIC_PREFIX")),
        budget=MailBudgetItems(dynamodb, desk_table=desk_table, count=brand.mail.count, window=brand.mail.window),
        subscribers=SubscribersItems(dynamodb, desk_table=desk_table),
        brand=brand,
        clock=utc_now,
        pause=sleep,
    )
    return Wired(sender, desk_log(), HeartbeatItems(dynamodb, desk_table))
