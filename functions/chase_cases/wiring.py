"""Makes the clients, stores and use cases of the function."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import boto3
from aws_lambda_powertools import Logger, Metrics

from chase_cases.acknowledge import SendAcknowledgements
from chase_cases.emergencies import EmergencyCalls, MinuteTasks
from chase_cases.promise_reminders import PromiseReminders
from chase_cases.reminders import SendReminders
from chase_cases.safety_checks import SafetyChecks
from desk.aws.dynamodb import CLIENT_CONFIG, SNS_CONFIG
from desk.brand import Brand, load_brand
from desk.cases.inbox import InboxItems
from desk.cases.opt_outs import OptOutItems
from desk.cases.store import CaseStoreItems
from desk.cases.wiring import case_store
from desk.clock import utc_now
from desk.health.heartbeats import HeartbeatItems
from desk.links import console_url
from desk.logs import desk_log
from desk.notifications.check_notices import CheckNoticeItems
from desk.notifications.topics import SubscribersItems
from desk.notifications.wiring import wire_notifier, wire_on_call
from desk.posts.pause import PauseItems
from desk.posts.queue import NoTimer, PostQueueSqs
from desk.posts.store import PostStoreItems
from desk.posts.submit import PostSubmitter
from desk.posts.wiring import log_queue_failures, post_store
from desk.promises.store import PromiseItems
from desk.settings import setting
from desk.spikes.store import SpikeItems

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Wired(NamedTuple):
    """What the handler needs."""

    reminders: SendReminders
    minute_tasks: MinuteTasks
    logger: Logger
    metrics: Metrics
    heartbeats: HeartbeatItems


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """Everything made once; raises SettingsError, which names what is missing."""
    brand, logger = (
        (brand or load_brand())._replace(
            x_site=setting(environment, "X_SITE_URL"), console_url=console_url(setting(environment, "API_URL"))
        ),
        desk_log(),
    )
    dynamodb, sns = boto3.client("dynamodb", config=CLIENT_CONFIG), boto3.client("sns", config=SNS_CONFIG)
    desk_table = setting(environment, "DESK_TABLE")
    cases = case_store(environment, dynamodb)
    subscribers = SubscribersItems(dynamodb, desk_table=desk_table, clock=utc_now)
    notifier = wire_notifier(environment, brand, dynamodb, sns, subscribers)
    topic_arn = setting(environment, "ON_CALL_TOPIC_ARN")
    caller = wire_on_call(environment, brand, dynamodb, sns, notifier.links, topic_arn=topic_arn)
    inbox = InboxItems(dynamodb, cases_table=setting(environment, "CASES_TABLE"))
    calls = EmergencyCalls(inbox, cases, caller)
    posts = post_store(environment, dynamodb)
    acknowledgements = _acknowledgements(environment, dynamodb, cases, posts, brand, logger)
    spikes, opt_outs = SpikeItems(dynamodb, desk_table), OptOutItems(dynamodb, desk_table)
    reminders = SendReminders(cases, subscribers, notifier, brand, opt_outs=opt_outs, spikes=spikes)
    notices = CheckNoticeItems(dynamodb, desk_table)
    checks = SafetyChecks(inbox, cases, notices, notifier, caller, brand, utc_now)
    promises = PromiseItems(dynamodb, desk_table)
    of_promises = PromiseReminders(promises, cases, posts, notices, notifier, brand, utc_now)
    tasks = MinuteTasks(calls, checks, of_promises, acknowledgements)
    return Wired(reminders, tasks, logger, Metrics(), HeartbeatItems(dynamodb, desk_table))


def _acknowledgements(  # noqa: PLR0913, PLR0917 - what they work with
    environment: Mapping[str, str],
    dynamodb: "DynamoDBClient",
    cases: CaseStoreItems,
    posts: PostStoreItems,
    brand: Brand,
    logger: Logger,
) -> SendAcknowledgements:
    desk_table = setting(environment, "DESK_TABLE")
    queue = PostQueueSqs(boto3.client("sqs", config=CLIENT_CONFIG), queue_url=setting(environment, "POSTS_QUEUE_URL"))
    return SendAcknowledgements(
        cases,
        OptOutItems(dynamodb, desk_table),
        switch=PauseItems(dynamodb, desk_table),
        accept=PostSubmitter(
            posts, queue, NoTimer(), utc_now, log_queue_failures(logger), handle=brand.handle, approval=brand.approval
        ),
        brand=brand,
    )
