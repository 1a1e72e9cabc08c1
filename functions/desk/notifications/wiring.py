"""The settings and stores of what calls those on call, for each function that does."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from desk.brand import Brand
from desk.cases.store import CaseStoreItems
from desk.clock import utc_now
from desk.notifications.mail_budget import MailBudgetItems
from desk.notifications.notifier import AnswerLinks
from desk.notifications.on_call import OnCallCaller, OnCallTopicSns
from desk.settings import setting

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sns import SNSClient

MESSAGES = 15
WINDOW = timedelta(minutes=10)
"""So many messages in so long, however many emergencies there are; one that failed counts, it may have gone out."""

EVERY_MINUTE = 11
"""Of them what the task of every minute can use: left to it, it calls as soon as a topic that failed takes calls."""


def wire_on_call(  # noqa: PLR0913 - what it is made of, each named
    environment: Mapping[str, str],
    brand: Brand,
    dynamodb: "DynamoDBClient",
    sns: "SNSClient",
    links: AnswerLinks,
    *,
    keep: int = 0,
) -> OnCallCaller:
    """The caller on the tables and the topic that the settings name, leaving `keep` messages to others.

    Raises SettingsError.
    """
    cases_table, desk_table = setting(environment, "CASES_TABLE"), setting(environment, "DESK_TABLE")
    mentions_table = setting(environment, "MENTIONS_TABLE")
    cases = CaseStoreItems(dynamodb, cases_table=cases_table, mentions_table=mentions_table, desk_table=desk_table)
    topic = OnCallTopicSns(sns, topic_arn=setting(environment, "ON_CALL_TOPIC_ARN"))
    budget = MailBudgetItems(dynamodb, desk_table=desk_table, count=MESSAGES, window=WINDOW)
    return OnCallCaller(cases, topic, brand, utc_now, links=links, budget=budget, keep=keep)
