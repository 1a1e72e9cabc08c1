"""Makes the clients and stores that the functions `route_inquiry` and `sweep` share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import boto3
from botocore.config import Config

from desk.aws.dynamodb import BULK_CONFIG, SNS_CONFIG
from desk.brand import Brand
from desk.cases.opt_outs import OptOutItems
from desk.cases.trial import TrialItems
from desk.cases.wiring import case_store
from desk.clock import utc_now
from desk.mentions.wiring import mention_store
from desk.notifications.mail_budget import MailBudgetItems
from desk.notifications.mention_news import MentionNews
from desk.notifications.notifier import Notifier
from desk.notifications.on_call import OnCallCaller
from desk.notifications.spike_alerts import SpikeAlerts
from desk.notifications.topics import SubscribersItems
from desk.notifications.trial import Trial
from desk.notifications.wiring import wire_notifier
from desk.outbox.store import OutboxItems
from desk.routing.route import RouteAndNotify, Router
from desk.routing.unit_of_work import UnitOfWorkItems
from desk.settings import setting
from desk.spikes.faults import FaultItems
from desk.spikes.history import FaultHistoryItems
from desk.spikes.store import SpikeItems
from desk.spikes.watch import LearntFaults, SpikeWatch

_DYNAMODB_CONFIG = BULK_CONFIG.merge(
    Config(read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4}, tcp_keepalive=True)
)
"""Several tries of a call fit into the function's time."""


@dataclass(frozen=True)
class Parts:
    """The clients and stores of routing, and what is built on them."""

    brand: Brand
    dynamodb: Any
    sns: Any
    unit_of_work: UnitOfWorkItems
    subscribers: SubscribersItems
    notifier: Notifier
    trial: Trial
    opt_outs: OptOutItems
    spikes: SpikeItems
    faults: FaultItems
    fault_history: FaultHistoryItems
    outbox: OutboxItems

    def spike_alerts(self, on_call: OnCallCaller) -> SpikeAlerts:
        """Notifies people of spikes."""
        return SpikeAlerts(
            self.outbox,
            self.spikes,
            self.notifier,
            on_call,
            self.brand,
            utc_now,
            faults=self.faults,
            mentions=self.unit_of_work.mentions,
            cases=self.unit_of_work.cases,
        )

    def usual_faults(self) -> LearntFaults:
        """What is usual in each department."""
        return LearntFaults(self.fault_history, ZoneInfo(self.brand.timezone), utc_now)

    def spike_watch(self, usual: LearntFaults) -> SpikeWatch:
        """Finds spikes."""
        return SpikeWatch(self.spikes, self.faults, usual, utc_now)

    def mention_news(self, alerts: SpikeAlerts, on_call: OnCallCaller | None = None) -> MentionNews:
        """Notifies departments of mentions, and calls the people on call where `on_call` is given."""
        return MentionNews(
            self.outbox,
            self.notifier,
            self.brand,
            utc_now,
            mentions=self.unit_of_work.mentions,
            cases=self.unit_of_work.cases,
            trial=self.trial,
            spikes=self.spike_watch(self.usual_faults()),
            alerts=alerts,
            on_call=on_call,
        )

    def router(self, news: MentionNews) -> RouteAndNotify:
        """A router. It loads the reader, which a run that routes nothing does not need."""
        from desk.reader.pins import Pinned  # noqa: PLC0415 - see above
        from desk.reader.trained_reader import TrainedReader  # noqa: PLC0415

        reader = Pinned(TrainedReader(self.brand), self.brand.pins)
        return RouteAndNotify(Router(self.unit_of_work, reader, self.brand, utc_now, self.opt_outs), news)


def parts(environment: Mapping[str, str], brand: Brand) -> Parts:
    """The clients and stores for this brand, on the tables and topics that the settings name. Raises SettingsError."""
    dynamodb, sns = boto3.client("dynamodb", config=_DYNAMODB_CONFIG), boto3.client("sns", config=SNS_CONFIG)
    desk_table, mentions_table = setting(environment, "DESK_TABLE"), setting(environment, "MENTIONS_TABLE")
    zone = ZoneInfo(brand.timezone)
    mentions, cases = mention_store(environment, brand, dynamodb), case_store(environment, dynamodb)
    unit_of_work = UnitOfWorkItems(dynamodb, mentions, cases, desk_table=desk_table)
    subscribers = SubscribersItems(dynamodb, desk_table=desk_table)
    notifier = wire_notifier(environment, brand, dynamodb, sns, subscribers)
    budget = MailBudgetItems(dynamodb, desk_table=desk_table, count=brand.mail.count, window=brand.mail.window)
    trial = Trial(cases, TrialItems(dynamodb, desk_table), budget, brand, utc_now)
    return Parts(
        brand,
        dynamodb,
        sns,
        unit_of_work,
        subscribers,
        notifier,
        trial,
        opt_outs=OptOutItems(dynamodb, desk_table),
        spikes=SpikeItems(dynamodb, desk_table),
        faults=FaultItems(dynamodb, mentions_table=mentions_table, zone=zone),
        fault_history=FaultHistoryItems(dynamodb, desk_table),
        outbox=OutboxItems(dynamodb, desk_table),
    )
