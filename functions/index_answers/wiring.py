"""Turns settings into clients, clients into stores, and stores into the use case."""

from collections.abc import Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

import boto3
from aws_lambda_powertools import Logger

from desk.aws.dynamodb import CLIENT_CONFIG
from desk.brand import load_brand
from desk.cases.store import CaseStoreItems
from desk.mentions.store import MentionStoreItems
from desk.posts.store import PostStoreItems
from desk.settings import setting
from desk.suggestions.store import AnswerIndexFiles
from index_answers.collect import IndexAnswers


class Wired(NamedTuple):
    """What the handler uses."""

    maker: IndexAnswers
    logger: Logger


def wire(environment: Mapping[str, str]) -> Wired:
    """Wire the function. Raises SettingsError, which names the missing setting."""
    brand, dynamodb = load_brand(), boto3.client("dynamodb", config=CLIENT_CONFIG)
    mentions_table, desk_table = setting(environment, "MENTIONS_TABLE"), setting(environment, "DESK_TABLE")
    maker = IndexAnswers(
        posts=PostStoreItems(dynamodb, posts_table=setting(environment, "POSTS_TABLE"), desk_table=desk_table),
        cases=CaseStoreItems(
            dynamodb,
            cases_table=setting(environment, "CASES_TABLE"),
            mentions_table=mentions_table,
            desk_table=desk_table,
        ),
        mentions=MentionStoreItems(
            dynamodb, mentions_table=mentions_table, desk_table=desk_table, zone=ZoneInfo(brand.timezone)
        ),
        indexes=AnswerIndexFiles(
            lambda: boto3.client("s3", config=CLIENT_CONFIG),
            setting(environment, "REPORTS_BUCKET"),
            dynamodb,
            desk_table,
        ),
        brand=brand,
    )
    return Wired(maker, Logger())
