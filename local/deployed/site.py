"""A deployed desk, and what is found wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.brand.model import Desk
from local.deployed.deployment import Deployment
from local.deployed.stack import Stack

FUNCTIONS = (
    *("PollMentions", "Listen", "RouteInquiry", "Sweep", "CheckSubscriptions"),
    *("PostUpdate", "PublishPost", "Greet", "DailyDigest", "MailFeedback", "OpenReport", "AnswerCase", "ChaseCases"),
    *(
        "OperatorConsole",
        "FollowDeletions",
        "LookUp",
        "IndexAnswers",
        "NotifyPhones",
        "CheckLink",
        "ReadFeeds",
        "ReadTrends",
        "PreparePicture",
    ),
    "MeasurePosts",
)
"""Outputs of the stack that name its functions."""


@dataclass(frozen=True, slots=True)
class Site:
    """A deployed desk: desk.yaml with its live settings, the deployment that it describes, and the stack that runs.

    `client` makes boto3 clients by service name.
    """

    desk: Desk
    deployment: Deployment
    stack: Stack
    client: Callable[[str], Any]

    def physical(self, logical: str) -> str:
        """The physical id of one of the stack's resources."""
        response = self.client("cloudformation").describe_stack_resource(
            StackName=self.stack.name, LogicalResourceId=logical
        )
        return str(response["StackResourceDetail"]["PhysicalResourceId"])


type Findings = list[str]
"""One sentence for each thing that is wrong; empty when all is well."""
