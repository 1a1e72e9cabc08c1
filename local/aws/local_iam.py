"""Adapts policies after the deployment where the local AWS's IAM differs from AWS's.

AWS knows no action `sns:PublishBatch`: PublishBatch is allowed by `sns:Publish`. The local AWS asks for it by name.
It puts every schedule into the group `default`, and makes roles without the boundary that the template gives them. And
it serves plain HTTP on loopback, which a bucket that requires TLS refuses.
"""

import json
import re
from typing import Any

from botocore.exceptions import ClientError

from local.aws.clients import Aws

_GROUP = re.compile(r":schedule/[^/]+/")
_WITHOUT_TLS = {"Bool": {"aws:SecureTransport": "false"}}


def settle_differences(aws: Aws) -> None:
    """Give each role what the local AWS asks for where AWS would be content, and let buckets be talked to in plain."""
    _settle_roles(aws.client("iam"))
    _settle_buckets(aws.client("s3"))


def _settle_roles(iam: Any) -> None:
    (boundary,) = iam.list_policies(Scope="Local")["Policies"]
    for page in iam.get_paginator("list_roles").paginate():
        for role in page["Roles"]:
            for name in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]:
                _settle(iam, role["RoleName"], name)
            iam.put_role_permissions_boundary(RoleName=role["RoleName"], PermissionsBoundary=boundary["Arn"])


def _settle_buckets(s3: Any) -> None:
    for bucket in [one["Name"] for one in s3.list_buckets()["Buckets"]]:
        document = _policy_of(s3, bucket)
        kept = [statement for statement in document["Statement"] if not wants_tls(statement)]
        if kept:
            s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({**document, "Statement": kept}))
        else:
            s3.delete_bucket_policy(Bucket=bucket)


def _policy_of(s3: Any, bucket: str) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    except ClientError as exc:
        if exc.response["Error"]["Code"] != "NoSuchBucketPolicy":
            raise
        return {"Statement": []}
    return document


def wants_tls(statement: dict[str, Any]) -> bool:
    """Whether the statement does nothing but refuse what comes without TLS."""
    return bool(statement["Effect"] == "Deny" and statement.get("Condition") == _WITHOUT_TLS)


def _settle(iam: Any, role: str, name: str) -> None:
    document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    more = [also for statement in document["Statement"] for also in also_granted(statement)]
    if more:
        document["Statement"] += more
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


def also_granted(statement: dict[str, Any]) -> list[dict[str, Any]]:
    """What must be granted here besides this statement for it to mean what it means on AWS."""
    actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
    if "sns:Publish" in actions:
        return [{"Effect": "Allow", "Action": "sns:PublishBatch", "Resource": statement["Resource"]}]
    if any(action.startswith("scheduler:") for action in actions):
        return [
            {
                **statement,
                "Sid": "InTheGroupDefault",
                "Resource": _GROUP.sub(":schedule/default/", statement["Resource"]),
            }
        ]
    return []
