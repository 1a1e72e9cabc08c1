"""Where the local AWS's IAM asks for something else than AWS's does, roles are put right for it after the deployment.

AWS knows no action `sns:PublishBatch`: PublishBatch is allowed by `sns:Publish`. The local AWS asks for it by name.
"""

import json
from typing import Any

from local.aws.clients import Aws


def settle_differences(aws: Aws) -> None:
    """Give each role what the local AWS asks for where AWS would be content with what the template grants."""
    iam = aws.client("iam")
    for page in iam.get_paginator("list_roles").paginate():
        for role in page["Roles"]:
            for name in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]:
                _settle(iam, role["RoleName"], name)


def _settle(iam: Any, role: str, name: str) -> None:
    document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    more = [also for statement in document["Statement"] for also in also_granted(statement)]
    if more:
        document["Statement"] += more
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


def also_granted(statement: dict[str, Any]) -> list[dict[str, Any]]:
    """What must be granted here besides this statement for it to mean what it means on AWS."""
    actions = [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
    if "sns:Publish" not in actions:
        return []
    return [{"Effect": "Allow", "Action": "sns:PublishBatch", "Resource": statement["Resource"]}]
