"""Whether a link answers, asked of a function that may do nothing else."""

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from desk.fetch.model import NOT_CHECKED, LinkAnswer

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_lambda import LambdaClient


class LambdaLinkChecker:
    """Invokes the function `check_link`. The client is made with the first link; it should give up after seconds."""

    def __init__(self, client: "Callable[[], LambdaClient]", function: str) -> None:
        self._client = client
        self._function = function

    def check(self, url: str) -> LinkAnswer:
        """See LinkChecker."""
        try:
            response = self._client().invoke(FunctionName=self._function, Payload=json.dumps({"url": url}).encode())
            return _answer(json.loads(response["Payload"].read()))
        except (ClientError, BotoCoreError, OSError, ValueError):
            return LinkAnswer(None, NOT_CHECKED)


def _answer(body: Any) -> LinkAnswer:
    """What the function answered. Raises ValueError for a failure of the function, or for something else than it says.

    A function that fails answers, too: with an object that says why.
    """
    match body:
        case {"answers": bool() | None as answers, "detail": str() as detail}:
            return LinkAnswer(answers, detail)
    raise ValueError("not an answer about a link")
