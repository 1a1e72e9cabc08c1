"""The digest's topic on SNS."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from desk.adapters.store_errors import code_of
from desk.errors import TopicsUnavailable
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
        try:
            self._client.publish(
                TopicArn=self._topic,
                Subject=mail.subject,
                Message=mail.body,
                MessageAttributes={"delivery": {"DataType": "String", "StringValue": "mail"}},
            )
        except ClientError as exc:
            raise TopicsUnavailable(code_of(exc) or "refused") from exc
        except BotoCoreError as exc:
            raise TopicsUnavailable(type(exc).__name__) from exc
