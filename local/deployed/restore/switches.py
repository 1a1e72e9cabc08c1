"""What has the desk act by itself: schedules, the mappings of stream and queues, and the pause. Off, and on again."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from desk.posts.pause import Pause, PauseSwitch

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_scheduler import EventBridgeSchedulerClient

_ON = frozenset({"Enabled", "Enabling", "Creating", "Updating"})
_NOT_TAKEN_BACK = frozenset({"ResponseMetadata", "Arn", "CreationDate", "LastModificationDate"})
"""What GetSchedule answers and UpdateSchedule does not take; all else has to be given again, or becomes the default."""


class Switches:
    """The switches of a stack. Each call may be repeated; schedules that functions made for single posts stay on.

    Such a schedule puts a message into the queue of posts, where it waits until the mapping is on again.
    """

    def __init__(
        self,
        cloudformation: "CloudFormationClient",
        scheduler: "EventBridgeSchedulerClient",
        mappings: "LambdaClient",
        switch: PauseSwitch,
        stack: str,
    ) -> None:
        self._cloudformation = cloudformation
        self._scheduler = scheduler
        self._mappings = mappings
        self._switch = switch
        self._stack = stack

    def schedules_on(self) -> Sequence[str]:
        """The names of the stack's schedules that are on."""
        names = self._resources("AWS::Scheduler::Schedule")
        return [name for name in names if self._scheduler.get_schedule(Name=name)["State"] == "ENABLED"]

    def mappings_on(self) -> Sequence[str]:
        """The ids of the stack's event source mappings that are on."""
        return [each for each in self._resources("AWS::Lambda::EventSourceMapping") if self._is_mapping_on(each)]

    def pause(self, reason: str, by: str, at: datetime) -> bool:
        """Pause publishing, unless somebody has paused it; whether the pause that began `at` is ours."""
        running = self._switch.current() or self._switch.pause(Pause(reason, by, at))
        return running.began_at == at

    def resume(self, by: str, now: datetime, began_at: datetime) -> None:
        """End our pause; one that somebody else began stays."""
        self._switch.resume(by=by, at=now, began_at=began_at)

    def turn(self, *, schedules: Sequence[str], mappings: Sequence[str], on: bool) -> None:
        """Turn these on or off, as far as they are not."""
        state = "ENABLED" if on else "DISABLED"
        for name in schedules:
            described: dict[str, Any] = dict(self._scheduler.get_schedule(Name=name))
            if described["State"] != state:
                given = {each: value for each, value in described.items() if each not in _NOT_TAKEN_BACK and value}
                self._scheduler.update_schedule(**given | {"State": state})
        for uuid in mappings:
            if self._is_mapping_on(uuid) != on:
                self._mappings.update_event_source_mapping(UUID=uuid, Enabled=on)

    def _is_mapping_on(self, uuid: str) -> bool:
        return self._mappings.get_event_source_mapping(UUID=uuid)["State"] in _ON

    def _resources(self, kind: str) -> Sequence[str]:
        pages = self._cloudformation.get_paginator("list_stack_resources").paginate(StackName=self._stack)
        found = (each for page in pages for each in page["StackResourceSummaries"] if each["ResourceType"] == kind)
        return sorted(each["PhysicalResourceId"] for each in found if "PhysicalResourceId" in each)
