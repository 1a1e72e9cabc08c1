"""Turns settings into clients, clients into stores, and stores into the use case."""

from collections.abc import Mapping
from typing import NamedTuple

import boto3
from aws_lambda_powertools import Logger

from desk.aws.dynamodb import CLIENT_CONFIG
from desk.brand import Brand, load_brand
from desk.cases.wiring import case_store
from desk.health.heartbeats import HeartbeatItems, Heartbeats
from desk.logs import desk_log
from desk.mentions.wiring import mention_store
from desk.posts.wiring import post_store
from desk.settings import setting
from desk.suggestions.store import AnswerIndexFiles
from index_answers.collect import IndexAnswers


class Wired(NamedTuple):
    """What the handler uses."""

    maker: IndexAnswers
    logger: Logger
    heartbeats: Heartbeats


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """Wire the function. Raises SettingsError, which names the missing setting."""
    brand, dynamodb = brand or load_brand(), boto3.client("dynamodb", config=CLIENT_CONFIG)
    desk_table = setting(environment, "DESK_TABLE")
    maker = IndexAnswers(
        posts=post_store(environment, dynamodb),
        cases=case_store(environment, dynamodb),
        mentions=mention_store(environment, brand, dynamodb),
        indexes=AnswerIndexFiles(
            lambda: boto3.client("s3", config=CLIENT_CONFIG),
            setting(environment, "REPORTS_BUCKET"),
            dynamodb,
            desk_table,
        ),
        brand=brand,
    )
    return Wired(maker, desk_log(), HeartbeatItems(dynamodb, desk_table))
