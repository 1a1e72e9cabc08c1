"""Smoke checks of what is kept: tables, the secret, queues."""

import json

from local.deployed.site import Findings, Site

_TABLES = ("MentionsTable", "CasesTable", "DeskTable")
_QUEUES = ("UndeliveredSchedules", "FailedInvocations", "LostRecords")
_CREDENTIALS = ("api_key", "api_secret", "access_token", "access_token_secret", "bearer_token")


def tables_can_be_restored(site: Site) -> Findings:
    """Point-in-time recovery and deletion protection are on (a restored table comes without the first)."""
    dynamodb = site.client("dynamodb")
    findings = []
    for table in _TABLES:
        name = site.stack.outputs[table]
        backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        recovery = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
        if recovery != "ENABLED":
            findings.append(f"{table} has no point-in-time recovery.")
        if not dynamodb.describe_table(TableName=name)["Table"].get("DeletionProtectionEnabled"):
            findings.append(f"{table} is not protected against deletion.")
    return findings


def old_items_expire(site: Site) -> Findings:
    """TTL is on for the Desk table."""
    told = site.client("dynamodb").describe_time_to_live(TableName=site.stack.outputs["DeskTable"])
    ttl = told["TimeToLiveDescription"]
    is_on = ttl["TimeToLiveStatus"] in ("ENABLED", "ENABLING") and ttl.get("AttributeName") == "expires_at"
    return [] if is_on else [f"TTL of the Desk table is {ttl['TimeToLiveStatus']}."]


def credentials_are_filled_in(site: Site) -> Findings:
    """Every credential of X has a value; which one is never shown."""
    told = site.client("secretsmanager").get_secret_value(SecretId=site.stack.outputs["XSecret"])
    try:
        credentials = json.loads(told["SecretString"])
    except json.JSONDecodeError:
        return ["The secret is not JSON."]
    return [f"{name} is empty in the secret." for name in _CREDENTIALS if not credentials.get(name)]


def queues_are_empty(site: Site) -> Findings:
    """Nothing lies in the queues of what failed; the count is SQS's approximation of a moment ago."""
    sqs = site.client("sqs")
    findings = []
    for queue in _QUEUES:
        told = sqs.get_queue_attributes(QueueUrl=site.physical(queue), AttributeNames=["ApproximateNumberOfMessages"])
        count = int(told["Attributes"]["ApproximateNumberOfMessages"])
        if count:
            findings.append(f"{count} messages lie in {queue}.")
    return findings
