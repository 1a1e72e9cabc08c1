"""Settings become clients, clients become stores, and these meet the use cases."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import boto3
from aws_lambda_powertools import Logger

from desk.aws.dynamodb import CLIENT_CONFIG
from desk.brand import Brand, Purpose, load_brand
from desk.cases.private_messages import PrivateMessageItems
from desk.cases.wiring import case_store
from desk.clock import Deadline, utc_now
from desk.concerned import concerns
from desk.errors import StoreBusy
from desk.health.heartbeats import HeartbeatItems
from desk.logs import desk_log
from desk.mentions.erased_authors import erased_among
from desk.mentions.threads import ThreadPostItems
from desk.settings import setting
from desk.x.look_ups import LookUpItems, LookUpKey, LookUpKind, keys_in
from desk.x.message_walk import MessageWalkItems
from desk.x.wiring import x_client
from look_up.look_up import LookUpWorker
from look_up.private_messages import PrivateMessageReader


class Wired(NamedTuple):
    """The function, wired."""

    worker: LookUpWorker
    reader: PrivateMessageReader
    deadline: Deadline
    logger: Logger
    heartbeats: HeartbeatItems

    def look_up(self, records: Sequence[Mapping[str, Any]]) -> list[str]:
        """Look up what these messages of SQS name; the ids of messages that have to be delivered again.

        A message in an unknown form is dropped and logged, since it would always fail.
        """
        keys = {record["messageId"]: self._keys(record) for record in records}
        wanted = [key for some in keys.values() for key in some]
        with concerns(mention=[key.id for key in wanted if key.kind is LookUpKind.THREAD]):
            return self._look_up(keys, wanted)

    def _look_up(self, keys: Mapping[str, Sequence[LookUpKey]], wanted: Sequence[LookUpKey]) -> list[str]:
        try:
            report = self.worker.look_up(wanted)
        except StoreBusy as exc:
            self.logger.warning("the tables are busy; the messages come again", error=str(exc))
            return list(keys)
        counts = {
            "done": report.done,
            "failed": report.failed,
            "x_calls": report.usage.calls,
            "x_micro_usd": report.usage.micro_usd,
        }
        self.logger.info("looked up", extra={**counts, "problems": sorted(report.problems)})
        return [message_id for message_id, some in keys.items() if report.left & set(some)]

    def read_private_messages(self, event: Mapping[str, Any]) -> None:
        """Read private messages for this event of a schedule, and log how it went."""
        report = self.reader.read()
        counts = {
            "found": report.found,
            "x_calls": report.usage.calls,
            "x_micro_usd": report.usage.micro_usd,
        }
        about = {**counts, "cases": report.cases, "problem": report.problem}
        if report.problem:
            self.logger.warning("private messages are left to the next run", extra=about)
        else:
            self.logger.info("private messages were read", extra=about)
        self.heartbeats.beat(event)

    def _keys(self, record: Mapping[str, Any]) -> list[LookUpKey]:
        try:
            return keys_in(record["body"])
        except ValueError:
            self.logger.error("a message in an unknown form is dropped", message_id=record["messageId"])  # noqa: TRY400
            return []


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """Everything made once, for the compiled brand unless another is given. Raises SettingsError."""
    brand = brand or load_brand()
    dynamodb, deadline = boto3.client("dynamodb", config=CLIENT_CONFIG), Deadline()
    desk = setting(environment, "DESK_TABLE")
    x = x_client(environment, brand, dynamodb=dynamodb, deadline=deadline, purpose=Purpose.LOOK_UPS)
    worker = LookUpWorker(
        x,
        LookUpItems(dynamodb, desk),
        ThreadPostItems(dynamodb, desk),
        partial(erased_among, dynamodb, desk),
        clock=utc_now,
    )
    reader = PrivateMessageReader(
        x,
        case_store(environment, dynamodb),
        PrivateMessageItems(dynamodb, setting(environment, "CASES_TABLE")),
        MessageWalkItems(dynamodb, desk),
        user_id=brand.user_id,
        clock=utc_now,
    )
    return Wired(worker, reader, deadline, desk_log(), HeartbeatItems(dynamodb, desk))
