"""The stack's one stream mapping at work on this machine."""

import json
import time
from collections.abc import Callable
from typing import Any

from local.aws.deploy import Deployed, stream_mappings
from local.aws.functions import Function
from local.aws.mapping import stream_mapping
from local.aws.pump import Pump
from local.aws.stream import TableStream


def mentions_pump(
    deployed: Deployed,
    before_batch: Callable[[], None] = lambda: None,
    sleep: Callable[[float], None] = time.sleep,
) -> Pump:
    """A pump with the properties that the template gives to the mapping of the Mentions stream.

    `before_batch` is called before each invocation, and `sleep` waits between those that fail. What is given up goes
    to the mapping's own queue.
    """
    aws = deployed.aws
    (described,) = stream_mappings(aws)
    mapping = stream_mapping(described)
    function = Function(aws, mapping.function)

    def invoke(event: dict[str, Any]) -> Any:
        before_batch()
        return function(event)

    def give_up(document: dict[str, Any]) -> None:
        if mapping.destination:
            sqs = aws.client("sqs")
            url = sqs.get_queue_url(QueueName=mapping.destination.rsplit(":", 1)[-1])["QueueUrl"]
            sqs.send_message(QueueUrl=url, MessageBody=json.dumps(document))

    shards = TableStream(aws, mapping.stream_arn, mapping.starts_at)
    return Pump(mapping, shards, invoke, give_up, clock=time.time, sleep=sleep)
