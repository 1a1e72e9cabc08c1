"""Messages that one release sends and the next one may receive: bodies of queues, schedules and invocations."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple
from unittest.mock import Mock

from desk.pictures.store import PictureQueueSqs, picture_id_in
from desk.posts.queue import PostQueueSqs, PostTimerSchedules
from desk.routing.requests import RoutingRequests
from desk.x.look_ups import LookUpQueueSqs, author_key, keys_in, thread_key
from post_update.publisher.handler import wake_ups_of
from tests.recorded.filled import NOW


class Message(NamedTuple):
    """A message by name: the body as its sender makes it, and what its receiver reads."""

    name: str
    body: Callable[[], str]
    read: Callable[[str], object]


def _sent(send: Callable[[Mock], object]) -> str:
    """The body that a sender gives to SQS."""
    client = Mock()
    send(client)
    return str(client.send_message.call_args.kwargs["MessageBody"])


def _scheduled() -> str:
    client = Mock()
    PostTimerSchedules(client, group="g", queue="q", role="r", dead_letters="d").set("post-1", NOW)
    return str(client.create_schedule.call_args.kwargs["Target"]["Input"])


def _requested() -> str:
    client = Mock()
    RoutingRequests(lambda: client, "route_inquiry").request(["12", "11"])
    return str(client.invoke.call_args.kwargs["Payload"].decode())


def _posts(body: str) -> Any:
    return wake_ups_of([{"messageId": "1", "body": body}])


MESSAGES = (
    Message("post", lambda: _sent(lambda sqs: PostQueueSqs(sqs, queue_url="q").send("post-1")), _posts),
    Message("post_timer", _scheduled, _posts),
    Message("picture", lambda: _sent(lambda sqs: PictureQueueSqs(sqs, queue_url="q").send("p-1")), picture_id_in),
    Message(
        "look_ups",
        lambda: _sent(lambda sqs: LookUpQueueSqs(sqs, queue_url="q").send([author_key("501"), thread_key("7")])),
        keys_in,
    ),
    Message("routing_request", _requested, lambda body: json.loads(body)["mention_ids"]),
)
