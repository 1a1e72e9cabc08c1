"""Asks the router for mentions that the stream does not bring."""

import json
import logging
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_log = logging.getLogger(__name__)


class RoutingRequests:
    """Invokes the function `route_inquiry` without waiting for it. The client is made with the first request."""

    def __init__(self, client: "Callable[[], LambdaClient]", function: str) -> None:
        self._client = client
        self._function = function

    def request(self, mention_ids: Collection[str]) -> None:
        """Have these mentions routed now. Where that fails, the next sweep routes them; never raises."""
        payload = json.dumps({"mention_ids": sorted(mention_ids)}).encode()
        try:
            self._client().invoke(FunctionName=self._function, InvocationType="Event", Payload=payload)
        except (ClientError, BotoCoreError) as exc:
            _log.warning("left to the sweep: %s (%s)", ", ".join(sorted(mention_ids)), exc)
