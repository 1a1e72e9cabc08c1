"""Smoke checks of whether people can be reached: alarms, subscriptions, text messages."""

import time
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any

from local.deployed.site import Findings, Site
from local.deployed.subscriptions import State, standings

_ALARM = "RangeUnreachable"
_LOOKS = 15
_SECONDS_BETWEEN = 2.0
_VERIFIED = "Verified"
_DOLLARS_A_MONTH = 10.0
_DOLLARS_OF_A_NEW_ACCOUNT = 1.0


def alarms_get_through(site: Site, *, wait: Callable[[float], None] = time.sleep) -> Findings:
    """One alarm, set off for a moment, reaches its topic: CloudWatch may use the topic's key.

    Only the alarm's history says whether an action worked; without the key it fails silently.
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
    """Every address of the settings is subscribed, confirmed and filtered; every department has one, and the digest."""
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
        f"The settings name no address for {key}; its mail goes to the operator."
        for key, department in site.desk.departments.items()
        if not department.emails
    ]
    return findings if site.desk.digest.emails else [*findings, "desk.yaml names nobody for the digest."]


def phones_can_be_reached(site: Site) -> Findings:
    """SNS sends text messages to the phones on call: any number or verified ones, and for more than a few dollars.

    Not asked where the settings name no phone, since SNS sends no text messages at all from some regions.
    """
    phones = site.desk.on_call.phones
    if not phones:
        return []
    sns = site.client("sns")
    return _outside_the_sandbox(sns, phones) + _money_for_messages(sns)


def _outside_the_sandbox(sns: Any, phones: Collection[str]) -> Findings:
    if not sns.get_sms_sandbox_account_status()["IsInSandbox"]:
        return []
    pages = sns.get_paginator("list_sms_sandbox_phone_numbers").paginate()
    verified = {each["PhoneNumber"] for page in pages for each in page["PhoneNumbers"] if each["Status"] == _VERIFIED}
    return [
        f"{phone} gets no text message: the account is in SNS's sandbox in this region, and the number is not verified."
        for phone in phones
        if phone not in verified
    ]


def _money_for_messages(sns: Any) -> Findings:
    attributes = sns.get_sms_attributes(attributes=["MonthlySpendLimit"])["attributes"]
    limit = float(attributes.get("MonthlySpendLimit", _DOLLARS_OF_A_NEW_ACCOUNT))
    if limit >= _DOLLARS_A_MONTH:
        return []
    return [f"SNS stops sending text messages when a month's have cost ${limit:g}; one night's calls may cost more."]
