"""The queue that wakes the publisher, on SQS."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from desk.adapters.store_errors import code_of
from desk.errors import QueueUnavailable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_DELAY = 900
"""Seconds that SQS keeps a message back at most. Source: SQS quotas."""


def wake_up(post_id: str) -> str:
    """The body of a message, whoever sends it."""
    return json.dumps({"post_id": post_id})


class PostQueueSqs:
    """The port PostQueue on SQS."""

    def __init__(self, client: "SQSClient", *, queue_url: str) -> None:
        self._client = client
        self._url = queue_url

    def send(self, post_id: str, *, delay_seconds: int = 0) -> None:
        """See PostQueue."""
        if not 0 <= delay_seconds <= LONGEST_DELAY:
            raise ValueError(f"{delay_seconds} seconds are more than a message can wait")
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=wake_up(post_id), DelaySeconds=delay_seconds)
        except ClientError as exc:
            raise QueueUnavailable(f"{post_id}: {code_of(exc)}") from exc
        except BotoCoreError as exc:
            raise QueueUnavailable(f"{post_id}: {type(exc).__name__}") from exc
