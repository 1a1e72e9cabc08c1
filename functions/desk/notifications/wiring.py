"""Makes the notifier and the caller of the people on call, for the functions that use both."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from desk.brand import Brand
from desk.cases.links import CaseLinkItems
from desk.cases.wiring import case_store
from desk.clock import utc_now
from desk.links import console_url
from desk.notifications.mail_budget import MailBudgetItems
from desk.notifications.notifier import AnswerLinks, Notifier
from desk.notifications.on_call import OnCallCaller, OnCallTopicSns
from desk.notifications.topics import Subscribers, SubscribersItems, TopicsSns
from desk.settings import setting
from desk.spikes.store import SpikeItems

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sns import SNSClient

MESSAGES = 15
WINDOW = timedelta(minutes=10)
"""The budget of calls: the most messages in this time. One that failed counts, because it may have been sent."""

EVERY_MINUTE = 11
"""How many of them are left to the task of every minute, which then calls as soon as a topic accepts calls again."""


def wire_notifier(
    environment: Mapping[str, str], brand: Brand, dynamodb: "DynamoDBClient", sns: "SNSClient", subscribers: Subscribers
) -> Notifier:
    """The notifier on the table and the topics that the settings name. Raises SettingsError."""
    desk_table = setting(environment, "DESK_TABLE")
    return Notifier(
        TopicsSns(sns, topic_prefix=setting(environment, "TOPIC_PREFIX")),
        MailBudgetItems(dynamodb, desk_table=desk_table, count=brand.mail.count, window=brand.mail.window),
        subscribers,
        brand,
        utc_now,
        links=CaseLinkItems(dynamodb, desk_table),
        api_url=setting(environment, "API_URL"),
    )


def wire_colleagues(
    environment: Mapping[str, str], brand: Brand, dynamodb: "DynamoDBClient", sns: "SNSClient"
) -> Callable[[str], Notifier]:
    """The notifier by the API's address, for functions that learn the address with a request. Raises SettingsError."""
    desk_table = setting(environment, "DESK_TABLE")
    topics = TopicsSns(sns, topic_prefix=setting(environment, "TOPIC_PREFIX"))
    budget = MailBudgetItems(dynamodb, desk_table=desk_table, count=brand.mail.count, window=brand.mail.window)
    subscribers, links = SubscribersItems(dynamodb, desk_table=desk_table), CaseLinkItems(dynamodb, desk_table)

    def colleagues(api_url: str) -> Notifier:
        theirs = brand._replace(console_url=console_url(api_url))
        return Notifier(topics, budget, subscribers, theirs, utc_now, links=links, api_url=api_url)

    return colleagues


def wire_on_call(  # noqa: PLR0913 - what it is made of, each named
    environment: Mapping[str, str],
    brand: Brand,
    dynamodb: "DynamoDBClient",
    sns: "SNSClient",
    links: AnswerLinks,
    *,
    topic_arn: str,
    keep: int = 0,
) -> OnCallCaller:
    """The caller on the tables that the settings name and on this topic, leaving `keep` messages to others.

    Raises SettingsError.
    """
    cases, desk_table = case_store(environment, dynamodb), setting(environment, "DESK_TABLE")
    topic = OnCallTopicSns(sns, topic_arn=topic_arn)
    budget = MailBudgetItems(dynamodb, desk_table=desk_table, count=MESSAGES, window=WINDOW)
    spikes = SpikeItems(dynamodb, desk_table)
    return OnCallCaller(cases, topic, brand, utc_now, links=links, budget=budget, spikes=spikes, keep=keep)
