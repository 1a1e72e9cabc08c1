"""Smoke checks of how posts come to their time: the queue, one-time schedules."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from desk.posts.queue import PostTimerSchedules
from local.deployed.site import Findings, Site

_SOON = timedelta(seconds=5)
_LOOKS = 40  # the scheduler is exact to a minute, and tidies up somewhat later
_SECONDS_BETWEEN = 5.0


def queue_wakes_the_publisher(site: Site) -> Findings:
    """The mapping is on, bounded, and takes word of single messages that could not be handled."""
    function = site.stack.outputs["PublishPost"]
    mappings = site.client("lambda").list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
    running = [each for each in mappings if each["State"] == "Enabled"]
    if not running:
        return ["No enabled mapping brings the queue's messages to PublishPost."]
    findings = []
    if running[0].get("ScalingConfig", {}).get("MaximumConcurrency") is None:
        findings.append("As many publishers may run at once as there are messages.")
    if "ReportBatchItemFailures" not in running[0].get("FunctionResponseTypes", []):
        findings.append("One message that fails brings its whole batch back.")
    return findings


def timer_goes_off(site: Site, *, wait: Callable[[float], None] = time.sleep) -> Findings:
    """A schedule for a post that does not exist goes off and deletes itself, and nothing comes into its dead letters.

    It shows what only AWS has: whether the scheduler may take its role and the queue lets it in.
    """
    settings = site.client("lambda").get_function_configuration(FunctionName=site.stack.outputs["PostUpdate"])
    variables = settings["Environment"]["Variables"]
    scheduler, name = site.client("scheduler"), f"smoke-{uuid4().hex}"
    timer = PostTimerSchedules(
        scheduler,
        group=variables["SCHEDULE_GROUP"],
        queue=variables["POSTS_QUEUE_ARN"],
        role=variables["SCHEDULE_ROLE_ARN"],
        dead_letters=variables["SCHEDULE_DLQ_ARN"],
    )
    timer.set(name, datetime.now(UTC) + _SOON)
    try:
        for _ in range(_LOOKS):
            if not _is_there(scheduler, variables["SCHEDULE_GROUP"], name):
                return []
            wait(_SECONDS_BETWEEN)
    finally:
        timer.remove(name)
    return ["A one-time schedule has not gone off within three minutes; can the scheduler take its role?"]


def _is_there(scheduler: Any, group: str, name: str) -> bool:
    listed = scheduler.list_schedules(GroupName=group, NamePrefix=name)["Schedules"]
    return any(each["Name"] == name for each in listed)
