"""The topic of those on call, on SNS."""

import json
from typing import TYPE_CHECKING

from desk.adapters.topic_errors import topic_errors
from desk.ports.on_call_topic import OnCallMessage

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class OnCallTopicSns:
    """The port OnCallTopic on SNS. Text messages go the dearer way that operators deliver first."""

    def __init__(self, client: "SNSClient", *, topic_arn: str) -> None:
        self._client = client
        self._topic = topic_arn

    def publish(self, message: OnCallMessage) -> None:
        """See OnCallTopic."""
        by_protocol = {"default": message.plain, "sms": message.sms, "https": message.machine}
        with topic_errors("on call"):
            self._client.publish(
                TopicArn=self._topic,
                Message=json.dumps(by_protocol, ensure_ascii=False),
                MessageStructure="json",
                MessageAttributes={"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}},
            )
