"""Messages of the queue."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class WakeUps:
    """The posts that messages name, each with the ids of its messages; `malformed` are ids of messages without one."""

    message_ids: dict[str, list[str]]
    malformed: list[str]

    def failures(self, post_ids: Collection[str]) -> dict[str, Any]:
        """The answer that has SQS bring back these posts' messages, and the malformed until they are set aside."""
        failed = [message for post_id in post_ids for message in self.message_ids.get(post_id, [])]
        return {"batchItemFailures": [{"itemIdentifier": message} for message in [*failed, *self.malformed]]}


def wake_ups_of(records: Sequence[Mapping[str, Any]]) -> WakeUps:
    """What the records of one SQS event name, whoever sent them: the door, the scheduler, the sweep."""
    message_ids: dict[str, list[str]] = {}
    malformed = []
    for record in records:
        post_id = _post_id(record["body"])
        if post_id:
            message_ids.setdefault(post_id, []).append(record["messageId"])
        else:
            malformed.append(record["messageId"])
    return WakeUps(message_ids, malformed)


def _post_id(body: str) -> str | None:
    try:
        told = json.loads(body)
    except ValueError:
        return None
    post_id = told.get("post_id") if isinstance(told, dict) else None
    return post_id if isinstance(post_id, str) and post_id else None
