"""Smoke checks of what is kept: tables, the secret, queues, reports."""

import json
from typing import Any

from local.deployed.site import Findings, Site

_TABLES = ("MentionsTable", "CasesTable", "PostsTable", "DeskTable")
_EXPIRING = {"DeskTable": "expires_at", "PostsTable": "forget_at"}
_QUEUES = ("UndeliveredSchedules", "FailedInvocations", "LostRecords", "PostsUndelivered")
_CREDENTIALS = ("api_key", "api_secret", "access_token", "access_token_secret", "bearer_token")

_REPORT_DAYS = 90


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
    """TTL is on for the Desk table and for what guards posts."""
    dynamodb = site.client("dynamodb")
    findings = []
    for table, attribute in _EXPIRING.items():
        response = dynamodb.describe_time_to_live(TableName=site.stack.outputs[table])["TimeToLiveDescription"]
        status, found = response["TimeToLiveStatus"], response.get("AttributeName")
        if status not in ("ENABLED", "ENABLING") or found != attribute:
            findings.append(f"TTL of {table} is {status} on {found}.")
    return findings


def credentials_are_filled_in(site: Site) -> Findings:
    """Every credential of X has a value; which one is never shown."""
    response = site.client("secretsmanager").get_secret_value(SecretId=site.stack.outputs["XSecret"])
    try:
        credentials = json.loads(response["SecretString"])
    except json.JSONDecodeError:
        return ["The secret is not JSON."]
    return [f"{name} is empty in the secret." for name in _CREDENTIALS if not credentials.get(name)]


def queues_are_empty(site: Site) -> Findings:
    """The queues of failed events are empty; the count is SQS's recent approximation."""
    sqs = site.client("sqs")
    findings = []
    for queue in _QUEUES:
        response = sqs.get_queue_attributes(
            QueueUrl=site.physical(queue), AttributeNames=["ApproximateNumberOfMessages"]
        )
        count = int(response["Attributes"]["ApproximateNumberOfMessages"])
        if count:
            findings.append(f"{count} messages lie in {queue}.")
    return findings


def reports_are_private(site: Site) -> Findings:
    """Nobody outside may read the bucket of reports, nobody at all without TLS, and reports go after 90 days."""
    s3, bucket = site.client("s3"), site.stack.outputs["ReportsBucket"]
    findings = []
    blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    if not all(blocked.values()):
        findings.append("Public access to the bucket of reports is not blocked.")
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    if not any(_is_for_tls_only(statement) for statement in policy["Statement"]):
        findings.append("The bucket of reports may be read without TLS.")
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    if not any((rule["Status"], rule.get("Expiration", {}).get("Days")) == ("Enabled", _REPORT_DAYS) for rule in rules):
        findings.append(f"Reports are kept for longer than {_REPORT_DAYS} days.")
    return findings


def _is_for_tls_only(statement: dict[str, Any]) -> bool:
    insecure = statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport")
    return bool(statement["Effect"] == "Deny" and statement["Principal"] == "*" and insecure == "false")
