"""The settings and adapters of what calls those on call, for each function that does."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from desk.adapters.case_store_items import CaseStoreItems
from desk.adapters.mail_budget_items import MailBudgetItems
from desk.adapters.on_call_mark_items import OnCallMarkItems
from desk.adapters.on_call_topic import OnCallTopicSns
from desk.brand import Brand
from desk.clock import utc_now
from desk.settings import setting
from route_inquiry.answer_links import AnswerLinks
from route_inquiry.on_call import Caller

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sns import SNSClient

_MESSAGES = 12
_WINDOW = timedelta(minutes=10)
"""So many messages in so long, however many emergencies there are. A topic that fails every minute uses up ten."""


def caller_of(
    environment: Mapping[str, str], brand: Brand, dynamodb: "DynamoDBClient", sns: "SNSClient", links: AnswerLinks
) -> Caller:
    """The caller on the tables and the topic that the settings name; raises SettingsError."""
    cases_table, desk_table = setting(environment, "CASES_TABLE"), setting(environment, "DESK_TABLE")
    mentions_table = setting(environment, "MENTIONS_TABLE")
    cases = CaseStoreItems(dynamodb, cases_table=cases_table, mentions_table=mentions_table, desk_table=desk_table)
    marks = OnCallMarkItems(dynamodb, cases_table=cases_table)
    topic = OnCallTopicSns(sns, topic_arn=setting(environment, "ON_CALL_TOPIC_ARN"))
    budget = MailBudgetItems(dynamodb, desk_table=desk_table, count=_MESSAGES, window=_WINDOW)
    return Caller(cases, marks, topic, brand, utc_now, links=links, budget=budget)
