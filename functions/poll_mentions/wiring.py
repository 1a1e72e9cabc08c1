"""Where settings become clients, clients become adapters, and adapters meet the use case."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import boto3
from aws_lambda_powertools import Logger, Metrics

from desk.aws.dynamodb import UNCHECKED
from desk.brand import Brand, load_brand
from desk.cases.store import CaseStoreItems
from desk.clock import Deadline, utc_now
from desk.errors import LeaseLost
from desk.mentions.poll_state import PollStateItems
from desk.mentions.store import MentionStoreItems
from desk.posts.store import PostStoreItems
from desk.reader.pins import Pinned
from desk.reader.trained_reader import TrainedReader
from desk.settings import setting
from desk.x.breakers import BreakerReason
from desk.x.client import XClient
from desk.x.wiring import x_client
from poll_mentions.external_replies import OwnReplies
from poll_mentions.metrics import tell, tell_of_own_replies, tell_of_unseen_replies
from poll_mentions.poll import Poller

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class PollMentions(NamedTuple):
    """The function, wired."""

    poller: Poller
    own_replies: OwnReplies
    x: XClient
    deadline: Deadline
    metrics: Metrics
    logger: Logger

    def run(self, now: datetime, context: "LambdaContext") -> None:
        """Poll once and tell, then see who was answered on X itself. Another run with the lease is just told of."""
        remaining_ms = context.get_remaining_time_in_millis
        self.deadline.follow(remaining_ms)
        try:
            report = self.poller.poll(now=now, holder=context.aws_request_id, remaining_ms=remaining_ms)
        except LeaseLost as exc:
            self.logger.info("left to another run", reason=str(exc))
            return
        need_someone = [each for each in self.x.open_breakers() if each.reason is not BreakerReason.RATE_LIMITED]
        tell(report, breakers_open=len(need_someone), metrics=self.metrics, logger=self.logger)
        self._see_own_replies(now, lambda: remaining_ms() > self.poller.reserve_ms)

    def _see_own_replies(self, now: datetime, may_go_on: Callable[[], bool]) -> None:
        """No mention waits for this, and whatever it meets is tried again in a minute."""
        if not may_go_on():
            return
        try:
            report = self.own_replies.run(now, may_go_on)
        except Exception:  # the mentions are in, and must not count as failed; what stays so rings by its metric
            self.logger.exception("own replies are left to the next minute")
            tell_of_unseen_replies(self.metrics)
            return
        tell_of_own_replies(report, metrics=self.metrics, logger=self.logger)


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> PollMentions:
    """The function with these settings, for the compiled brand unless another is given; raises SettingsError."""
    brand = brand or load_brand()
    mentions_table, desk_table = setting(environment, "MENTIONS_TABLE"), setting(environment, "DESK_TABLE")
    dynamodb = boto3.client("dynamodb", config=UNCHECKED)
    deadline = Deadline()
    x = x_client(environment, brand, dynamodb=dynamodb, deadline=deadline)
    mentions = MentionStoreItems(
        dynamodb, mentions_table=mentions_table, desk_table=desk_table, zone=ZoneInfo(brand.timezone)
    )
    state = PollStateItems(dynamodb, desk_table)
    poller = Poller(
        x=x,
        mentions=mentions,
        state=state,
        reader=Pinned(TrainedReader(brand), brand.pins),
        brand=brand,
        clock=utc_now,
    )
    own_replies = OwnReplies(
        x=x,
        state=state,
        mentions=mentions,
        cases=CaseStoreItems(
            dynamodb,
            cases_table=setting(environment, "CASES_TABLE"),
            mentions_table=mentions_table,
            desk_table=desk_table,
        ),
        posts=PostStoreItems(dynamodb, posts_table=setting(environment, "POSTS_TABLE"), desk_table=desk_table),
        brand=brand,
    )
    return PollMentions(poller, own_replies, x, deadline, Metrics(), Logger())
