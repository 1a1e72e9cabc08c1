"""One-time schedules, which a function makes for a moment to come, fired when that moment comes on our clock.

The local AWS keeps them and fires none (see `local.aws.guarded`): a rehearsal's evening is within seconds, or long
past by the machine's clock.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from local.aws.deploy import Deployed

_AT = re.compile(r"at\((?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")


@dataclass(frozen=True, slots=True)
class Timer:
    """One one-time schedule; `queue` is the ARN of the queue that gets `message`."""

    group: str
    name: str
    at: datetime
    queue: str
    message: str


def timer_of(details: Mapping[str, Any]) -> Timer | None:
    """The timer that GetSchedule describes; None for a schedule that recurs or is disabled."""
    stated = _AT.fullmatch(details["ScheduleExpression"])
    if stated is None or details["State"] != "ENABLED":
        return None
    zone = ZoneInfo(details.get("ScheduleExpressionTimezone", "UTC"))
    return Timer(
        group=details["GroupName"],
        name=details["Name"],
        at=datetime.fromisoformat(stated["moment"]).replace(tzinfo=zone).astimezone(UTC),
        queue=details["Target"]["Arn"],
        message=details["Target"]["Input"],
    )


@dataclass(slots=True)
class Timers:
    """The one-time schedules of a stack, as they stand at the local AWS at each call."""

    deployed: Deployed
    _known: dict[str, Timer | None] = field(default_factory=dict)

    def due(self, until: datetime) -> list[Timer]:
        """Timers whose moment has come by then, the earliest first."""
        return sorted((timer for timer in self._standing() if timer.at <= until), key=lambda timer: timer.at)

    def fire(self, timer: Timer) -> None:
        """Send its message, and remove it as a schedule that deletes itself is removed."""
        sqs = self.deployed.aws.client("sqs")
        queue = sqs.get_queue_url(QueueName=timer.queue.rsplit(":", 1)[-1])["QueueUrl"]
        sqs.send_message(QueueUrl=queue, MessageBody=timer.message)
        self.deployed.aws.client("scheduler").delete_schedule(GroupName=timer.group, Name=timer.name)

    def _standing(self) -> Iterator[Timer]:
        listed = self.deployed.aws.client("scheduler").list_schedules()["Schedules"]
        changed = {f"{one['Arn']} {one['LastModificationDate']}": one for one in listed}
        self._known = {key: self._known[key] if key in self._known else self._read(one) for key, one in changed.items()}
        return (timer for timer in self._known.values() if timer)

    def _read(self, listed: Mapping[str, Any]) -> Timer | None:
        scheduler = self.deployed.aws.client("scheduler")
        return timer_of(scheduler.get_schedule(Name=listed["Name"], GroupName=listed["GroupName"]))
