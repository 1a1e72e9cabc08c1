"""The link in SNS's confirmation mail, followed in a way that a mail scanner cannot undo."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from botocore.exceptions import ClientError

from local.deployed.errors import DeployedError
from local.deployed.stack import Stack
from local.deployed.subscriptions import put_filter_right

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_HOST = re.compile(r"sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")
_COPY = "copy the whole link behind 'Confirm subscription'."
_NO_LONGER_VALID = frozenset({"InvalidParameter", "NotFound"})


@dataclass(frozen=True, slots=True)
class Link:
    """What a confirmation link says."""

    topic: str
    token: str


def parse_link(link: str) -> Link:
    """The topic and token of a link copied from the mail; raises DeployedError when it is none."""
    try:
        address = urlsplit(link.strip().strip("<>"))
    except ValueError as exc:
        raise DeployedError(f"That is no link; {_COPY}") from exc
    if address.scheme != "https" or not _HOST.fullmatch(address.hostname or ""):
        raise DeployedError(f"That is no confirmation link of Amazon SNS; {_COPY}")
    query = parse_qs(address.query)
    try:
        return Link(topic=query["TopicArn"][0], token=query["Token"][0])
    except KeyError as exc:
        raise DeployedError(f"The link lacks its {exc.args[0]}; {_COPY}") from exc


def confirm(sns: "SNSClient", stack: Stack, link: Link) -> None:
    """Confirm so that only this AWS account can unsubscribe, since the link in every mail is open to anyone.

    Raises DeployedError when the link belongs to another stack or its token no longer counts (they live two days).
    """
    is_department = link.topic.startswith(stack.outputs["TopicPrefix"])
    others = (stack.outputs[name] for name in ("DigestTopic", "AlarmTopic", "OnCallTopic"))
    if not is_department and link.topic not in others:
        raise DeployedError(f"The link confirms {link.topic}, which is no topic of {stack.name}.")
    try:
        confirmed = sns.confirm_subscription(TopicArn=link.topic, Token=link.token, AuthenticateOnUnsubscribe="true")
    except ClientError as exc:
        if exc.response["Error"].get("Code") in _NO_LONGER_VALID:
            raise DeployedError("SNS no longer takes this link; `dorothy subscribe --resend` sends another.") from exc
        raise
    if is_department:
        put_filter_right(sns, confirmed["SubscriptionArn"])
