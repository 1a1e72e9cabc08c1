"""Smoke checks of what is kept: tables, the secret, failed events, reports, pictures."""

import json
from typing import Any

from desk.health.failed_events import FailedEventItems
from desk.pictures.store import QUARANTINE
from local.brand.parameters import TEMPLATE, template_resources
from local.deployed.site import Findings, Site

_EXPIRING = {"DeskTable": "expires_at", "PostsTable": "forget_at"}
X_CREDENTIALS = ("api_key", "api_secret", "access_token", "access_token_secret", "bearer_token")

_REPORT_DAYS = 90


def tables_can_be_restored(site: Site) -> Findings:
    """Point-in-time recovery and deletion protection are on (a restored table comes without the first)."""
    dynamodb = site.client("dynamodb")
    findings = []
    for table in template_resources(TEMPLATE.read_text(encoding="utf-8"), "AWS::DynamoDB::Table"):
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
    return [f"{name} is empty in the secret." for name in X_CREDENTIALS if not credentials.get(name)]


def nothing_has_failed(site: Site) -> Findings:
    """Nobody has left a failed event as it is; what failed in the last minutes the sweep has yet to find."""
    failed = FailedEventItems(site.client("dynamodb"), site.stack.outputs["DeskTable"]).all()
    return [f"{len(failed)} events have failed; `dorothy failed list` shows them."] if failed else []


def reports_are_private(site: Site) -> Findings:
    """Nobody outside may read the bucket of reports, nobody at all without TLS, and reports go after 90 days."""
    findings, days = _open_sides(site, "ReportsBucket", "reports"), _days_kept(site, "ReportsBucket")
    if _REPORT_DAYS not in days.values():
        findings.append(f"Reports are kept for longer than {_REPORT_DAYS} days.")
    return findings


def pictures_are_private(site: Site) -> Findings:
    """The same for the bucket of pictures, whose quarantine is emptied every day."""
    findings, days = _open_sides(site, "PicturesBucket", "pictures"), _days_kept(site, "PicturesBucket")
    if days.get(QUARANTINE) != 1:
        findings.append("Pictures stay in quarantine for longer than a day.")
    return findings


def _open_sides(site: Site, bucket: str, what: str) -> list[str]:
    s3, name = site.client("s3"), site.stack.outputs[bucket]
    findings = []
    if not all(s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"].values()):
        findings.append(f"Public access to the bucket of {what} is not blocked.")
    policy = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])
    if not any(_is_for_tls_only(statement) for statement in policy["Statement"]):
        findings.append(f"The bucket of {what} may be read without TLS.")
    return findings


def _days_kept(site: Site, bucket: str) -> dict[str, int]:
    """For how many days objects are kept, by the prefix of their names."""
    rules = site.client("s3").get_bucket_lifecycle_configuration(Bucket=site.stack.outputs[bucket])["Rules"]
    return {
        rule.get("Prefix") or rule.get("Filter", {}).get("Prefix", ""): rule["Expiration"]["Days"]
        for rule in rules
        if rule["Status"] == "Enabled" and "Days" in rule.get("Expiration", {})
    }


def _is_for_tls_only(statement: dict[str, Any]) -> bool:
    insecure = statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport")
    return bool(statement["Effect"] == "Deny" and statement["Principal"] == "*" and insecure == "false")
