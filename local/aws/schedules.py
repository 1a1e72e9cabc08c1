"""The stack's schedules: their own targets with their own inputs, at a given time or by the clock.

The local AWS has a scheduler, but it ignores a schedule's time zone and hands `<aws.scheduler.scheduled-time>` over
as it stands. So it fires nothing (`local.aws.guarded`); this module does.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from local.aws.cron import Times, times
from local.aws.deploy import Deployed
from local.aws.functions import Function

_SCHEDULED_TIME = "<aws.scheduler.scheduled-time>"


@dataclass(frozen=True, slots=True)
class Schedule:
    """One schedule of the template.

    `target` is its function, `made_at` what a rate counts from; `is_on` asks whether somebody has switched it off.
    """

    key: str
    times: Times
    zone: ZoneInfo
    input: str
    target: Callable[[Any], Any]
    made_at: datetime
    is_on: Callable[[], bool] = lambda: True

    def fire(self, moment: datetime) -> Any:
        """Invoke the target as the scheduler would for this moment; returns its answer, raises FunctionError."""
        stated = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return self.target(json.loads(self.input.replace(_SCHEDULED_TIME, stated)))

    def is_due(self, minute: datetime) -> bool:
        """Whether it fires in this minute."""
        return self.times.is_due(minute.astimezone(self.zone), self.made_at.astimezone(self.zone))


def schedules_of(deployed: Deployed) -> dict[str, Schedule]:
    """The stack's own schedules by their names without the stack's, as `sweep`; a function may have several.

    What functions made for a moment to come is in `local.aws.timers`.
    """
    scheduler = deployed.aws.client("scheduler")
    found: dict[str, Schedule] = {}
    for logical, zone in _zones(deployed).items():
        name = deployed.resources[logical]
        details = scheduler.get_schedule(Name=name)
        found[name.removeprefix(f"{deployed.stack}-")] = Schedule(
            key=name,
            times=times(details["ScheduleExpression"]),
            zone=zone,
            input=details["Target"].get("Input", "{}"),
            target=Function(deployed.aws, details["Target"]["Arn"].rsplit(":", 1)[-1]),
            made_at=details["CreationDate"],
            is_on=partial(_is_on, scheduler, name),
        )
    return found


def _is_on(scheduler: Any, name: str) -> bool:
    return bool(scheduler.get_schedule(Name=name)["State"] == "ENABLED")


def _zones(deployed: Deployed) -> dict[str, ZoneInfo]:
    """Each schedule's time zone, by logical id, from the processed template: the local AWS forgets it."""
    cloudformation = deployed.aws.client("cloudformation")
    template = cloudformation.get_template(StackName=deployed.stack, TemplateStage="Processed")["TemplateBody"]
    parameters = _parameters(cloudformation.describe_stacks(StackName=deployed.stack)["Stacks"][0])
    return {
        logical: ZoneInfo(_value(resource["Properties"].get("ScheduleExpressionTimezone", "UTC"), parameters))
        for logical, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Scheduler::Schedule"
    }


def _parameters(stack: Mapping[str, Any]) -> dict[str, str]:
    return {one["ParameterKey"]: one["ParameterValue"] for one in stack.get("Parameters", [])}


def _value(stated: Any, parameters: Mapping[str, str]) -> str:
    return parameters[stated["Ref"]] if isinstance(stated, Mapping) else str(stated)
