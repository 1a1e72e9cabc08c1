"""Smoke checks of whether people hear of anything: alarms, subscriptions."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from local.deployed.site import Findings, Site
from local.deployed.subscriptions import State, standings

_ALARM = "RangeUnreachable"
_LOOKS = 15
_SECONDS_BETWEEN = 2.0


def alarms_get_through(site: Site, *, wait: Callable[[float], None] = time.sleep) -> Findings:
    """One alarm, set off for a moment, reaches its topic: CloudWatch may use the topic's key.

    CloudWatch tells only in the alarm's history whether an action worked; without the key it fails in silence.
    """
    cloudwatch = site.client("cloudwatch")
    alarm, since = site.physical(_ALARM), datetime.now(UTC)
    reason = "dorothy smoke: does an alarm get through?"
    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason=reason)
    try:
        for _ in range(_LOOKS):
            history = cloudwatch.describe_alarm_history(AlarmName=alarm, HistoryItemType="Action", StartDate=since)
            if history["AlarmHistoryItems"]:
                summary = history["AlarmHistoryItems"][0]["HistorySummary"]
                return [] if summary.startswith("Successfully executed") else [f"The alarm was lost: {summary}"]
            wait(_SECONDS_BETWEEN)
    finally:
        cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="OK", StateReason=reason)
    return ["CloudWatch has not said within half a minute whether the alarm got through."]


def everybody_has_confirmed(site: Site) -> Findings:
    """Every address of desk.yaml is subscribed, confirmed and filtered; every department has one, and the digest."""
    sentences = {
        None: "was never asked; run `dorothy subscribe`",
        State.PENDING: "has not confirmed",
        State.FILTER_SET: "gets machine messages too; run `dorothy subscribe`",
    }
    findings = [
        f"{wish.address} at {wish.topic.rsplit(':', 1)[1]} {sentences[state]}."
        for wish, state in standings(site.client("sns"), site.desk, site.stack)
        if state in sentences
    ]
    findings += [
        f"desk.yaml names no address for {key}; its mail goes to the operator."
        for key, department in site.desk.departments.items()
        if not department.emails
    ]
    return findings if site.desk.digest.emails else [*findings, "desk.yaml names nobody for the digest."]
