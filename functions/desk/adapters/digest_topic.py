"""The digest's topic on SNS."""

from typing import TYPE_CHECKING

from desk.adapters.topic_errors import topic_errors
from desk.mail import Mail

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class DigestTopicSns:
    """The port DigestTopic on SNS."""

    def __init__(self, client: "SNSClient", *, topic_arn: str) -> None:
        self._client = client
        self._topic = topic_arn

    def publish(self, mail: Mail) -> None:
        """See DigestTopic."""
        with topic_errors("digest"):
            self._client.publish(
                TopicArn=self._topic,
                Subject=mail.subject,
                Message=mail.body,
                MessageAttributes={"delivery": {"DataType": "String", "StringValue": "mail"}},
            )
