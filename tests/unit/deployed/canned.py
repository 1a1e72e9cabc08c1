"""A deployed desk whose answers are canned; botocore checks that every request and answer has AWS's shape."""

import io
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import boto3
from botocore.response import StreamingBody
from botocore.stub import Stubber

from local.brand.model import OnCall
from local.deployed.deployment import deployment_of
from local.deployed.site import Site
from local.deployed.stack import Stack
from tests.unit.deployed import scene

type Answer = tuple[str, str, dict[str, Any]]
"""Service, operation, answer; in the order in which they are asked for."""

OUTPUTS = {
    "TopicPrefix": scene.PREFIX,
    "DigestTopic": scene.DIGEST,
    "AlarmTopic": scene.ALARMS,
    "OnCallTopic": scene.ON_CALL,
    "MentionsTable": "mentions",
    "CasesTable": "cases",
    "PostsTable": "posts",
    "DeskTable": "desk",
    "XSecret": "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:x",
    "PollMentions": "poll",
    "Listen": "listen",
    "RouteInquiry": "route",
    "Sweep": "sweep",
    "CheckSubscriptions": "check",
    "PostUpdate": "api",
    "PublishPost": "publisher",
    "Greet": "greet",
    "ReadFeeds": "read-feeds",
    "ReadTrends": "read-trends",
    "MeasurePosts": "measure-posts",
    "DailyDigest": "digest",
    "AnswerCase": "answer",
    "ChaseCases": "chase",
    "OperatorConsole": "console",
    "MailFeedback": "feedback",
    "FollowDeletions": "follow",
    "LookUp": "look-up",
    "CheckLink": "check-link",
    "PreparePicture": "prepare-picture",
    "NotifyPhones": "notify-phones",
    "IndexAnswers": "index-answers",
    "OpenReport": "report",
    "PostsQueueUrl": "https://sqs.example/posts",
    "ReportsBucket": "reports",
    "PicturesBucket": "pictures",
    "ApiUrl": "https://desk.emerald.example",
    "ApiTokensSecret": "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:tokens",
}


@contextmanager
def site(*answers: Answer, stack: Stack | None = None, on_call: OnCall | None = None) -> Iterator[Site]:
    """The site; leaving it fails when an answer was not asked for."""
    desk = scene.desk(on_call=on_call)
    clients: dict[str, Any] = {}
    with ExitStack() as stubs:
        stubbers: dict[str, Stubber] = {}
        for service, operation, answer in answers:
            if service not in clients:
                make: Any = boto3.client
                clients[service] = make(
                    service, region_name="ap-northeast-2", aws_access_key_id="test", aws_secret_access_key="test"
                )
                stubbers[service] = stubs.enter_context(Stubber(clients[service]))
            stubbers[service].add_response(operation, answer)
        deployed = stack or scene.stack(desk, outputs=OUTPUTS)
        yield Site(desk, deployment_of(desk, year=scene.YEAR), deployed, clients.__getitem__)
        for stubber in stubbers.values():
            stubber.assert_no_pending_responses()


def physical(name: str) -> Answer:
    """CloudFormation's answer to which resource it made."""
    detail = {
        "LogicalResourceId": "Any",
        "PhysicalResourceId": name,
        "ResourceType": "Any",
        "LastUpdatedTimestamp": "2026-11-24T00:00:00Z",
        "ResourceStatus": "CREATE_COMPLETE",
    }
    return "cloudformation", "describe_stack_resource", {"StackResourceDetail": detail}


def payload(plain: dict[str, Any]) -> StreamingBody:
    """What an invocation returns."""
    raw = json.dumps(plain).encode()
    return StreamingBody(io.BytesIO(raw), len(raw))
