"""Smoke checks of what the functions' roles may do, by IAM's own evaluation."""

from collections.abc import Mapping
from typing import Any

from local.brand.parameters import TEMPLATE
from local.deployed.desk_keys import grants_of, probes_of
from local.deployed.site import Findings, Site


def roles_are_narrow(site: Site) -> Findings:
    """IAM itself says who may publish, encrypted, who may neither publish nor post, and who may write which log."""
    topic = f"{site.stack.outputs['TopicPrefix']}operator"
    _, partition, _, region, account, _ = topic.split(":", 5)
    logs = f"arn:{partition}:logs:{region}:{account}:log-group:/aws/lambda/{site.stack.name}"
    key = site.client("kms").describe_key(KeyId=site.physical("TopicsKey"))["KeyMetadata"]["Arn"]
    cases = [
        ("RouteInquiryRole", "sns:Publish", topic, "allowed"),
        ("RouteInquiryRole", "kms:GenerateDataKey", key, "allowed"),
        ("CheckSubscriptionsRole", "sns:GetSubscriptionAttributes", topic, "allowed"),
        ("RouteInquiryRole", "secretsmanager:GetSecretValue", site.stack.outputs["XSecret"], "denied"),
        ("SweepRole", "sns:Publish", topic, "allowed"),
        ("PollMentionsRole", "sns:Publish", topic, "denied"),
        ("ChaseCasesRole", "sns:Publish", topic, "allowed"),
        ("MailFeedbackRole", "sns:Publish", topic, "allowed"),
        ("DailyDigestRole", "sns:Publish", site.stack.outputs["DigestTopic"], "allowed"),
        ("DailyDigestRole", "kms:GenerateDataKey", key, "allowed"),
        ("PublishPostRole", "secretsmanager:GetSecretValue", site.stack.outputs["XSecret"], "allowed"),
        ("PostUpdateRole", "secretsmanager:GetSecretValue", site.stack.outputs["XSecret"], "denied"),
        ("CheckLinkRole", "secretsmanager:GetSecretValue", site.stack.outputs["XSecret"], "denied"),
        ("PreparePictureRole", "secretsmanager:GetSecretValue", site.stack.outputs["XSecret"], "denied"),
        ("GreetRole", "logs:PutLogEvents", f"{logs}/greet:log-stream:1", "allowed"),
        ("GreetRole", "logs:PutLogEvents", f"{logs}/sweep:log-stream:1", "denied"),
    ]
    iam = site.client("iam")
    return [
        f"{action} should be {wanted} to {role} and is not."
        for role, action, resource, wanted in cases
        if _is_allowed(iam, _role(site, iam, role), action, resource) != (wanted == "allowed")
    ]


def roles_reach_their_own_items(site: Site) -> Findings:
    """In the Desk table each function reaches an item of its own, and none that only others may touch."""
    iam = site.client("iam")
    described = site.client("dynamodb").describe_table(TableName=site.stack.outputs["DeskTable"])
    table = described["Table"]["TableArn"]
    findings = []
    for probe in probes_of(grants_of(TEMPLATE.read_text(encoding="utf-8"))):
        role = _role(site, iam, f"{probe.function}Role")
        for key, wanted in ((probe.allowed, "allowed"), (probe.denied, "denied")):
            if _is_allowed(iam, role, probe.action, table, leading_key=key) != (wanted == "allowed"):
                findings.append(
                    f"{probe.action} of {key!r} in the Desk table should be {wanted} to {probe.function} and is not."
                )
    return findings


def _role(site: Site, iam: Any, role: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = iam.get_role(RoleName=site.physical(role))["Role"]
    return found


def _is_allowed(
    iam: Any, role: Mapping[str, Any], action: str, resource: str, *, leading_key: str | None = None
) -> bool:
    """What IAM decides; `leading_key` is the partition key that the request to DynamoDB would name."""
    context = [_context(f"aws:PrincipalTag/{tag['Key']}", "string", tag["Value"]) for tag in role.get("Tags", [])]
    if leading_key is not None:
        context.append(_context("dynamodb:LeadingKeys", "stringList", leading_key))
    response = iam.simulate_principal_policy(
        PolicySourceArn=role["Arn"], ActionNames=[action], ResourceArns=[resource], ContextEntries=context
    )
    return bool(response["EvaluationResults"][0]["EvalDecision"] == "allowed")


def _context(name: str, kind: str, value: str) -> dict[str, Any]:
    return {"ContextKeyName": name, "ContextKeyType": kind, "ContextKeyValues": [value]}
