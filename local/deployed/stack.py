"""The stack as CloudFormation describes it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from botocore.exceptions import ClientError

from local.deployed.errors import DeployedError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

_ONLY_PLANNED = "REVIEW_IN_PROGRESS"


@dataclass(frozen=True, slots=True)
class Stack:
    """A deployed stack: its status as CloudFormation names it, what it was given, what it gives."""

    name: str
    status: str
    parameters: dict[str, str]
    outputs: dict[str, str]
    tags: dict[str, str]
    arn: str = ""
    is_protected: bool = False
    """Whether CloudFormation refuses to delete it until somebody allows that."""

    @classmethod
    def from_description(cls, described: "StackTypeDef") -> Self:
        """The stack in an answer of DescribeStacks."""
        return cls(
            name=described["StackName"],
            status=described["StackStatus"],
            parameters={
                each["ParameterKey"]: each.get("ParameterValue", "") for each in described.get("Parameters", [])
            },
            outputs={each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])},
            tags={each["Key"]: each["Value"] for each in described.get("Tags", [])},
            arn=described.get("StackId", ""),
            is_protected=described.get("EnableTerminationProtection", False),
        )

    @property
    def place(self) -> str:
        """Its account and region, as a sentence goes on; "" when they are not known."""
        _, _, _, region, account, *_ = [*self.arn.split(":"), *[""] * 5]
        return f" in account {account}, region {region}" if account else ""

    def topic(self, department: str) -> str:
        """The ARN of the department's topic."""
        return f"{self.outputs['TopicPrefix']}{department}"


def find_stack(cloudformation: "CloudFormationClient", name: str) -> Stack | None:
    """The stack of this name, or None where there is none yet, or only a change set that would make one."""
    try:
        described = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as exc:
        # CloudFormation's only word for "does not exist"; a missing right is AccessDenied.
        if exc.response["Error"].get("Code") == "ValidationError":
            return None
        raise
    return Stack.from_description(described[0]) if described and described[0]["StackStatus"] != _ONLY_PLANNED else None


def deployed_stack(cloudformation: "CloudFormationClient", name: str) -> Stack:
    """The stack of this name; raises DeployedError when there is none, or none that was finished by this version."""
    stack = find_stack(cloudformation, name)
    if stack is None or "TopicPrefix" not in stack.outputs:
        raise DeployedError(f"There is no finished stack {name} in this account and region; run `make deploy` first.")
    if "OnCallTopic" not in stack.outputs:
        raise DeployedError(f"The stack {name} was deployed by an earlier version; run `make deploy` first.")
    return stack
