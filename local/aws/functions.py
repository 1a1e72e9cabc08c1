"""Calling the stack's functions as their triggers would."""

import json
from typing import Any

from botocore.exceptions import ReadTimeoutError

from local.aws.clients import Aws
from local.aws.pump import FunctionError


class Function:
    """One function of the stack, called synchronously. `name` is its name or ARN."""

    def __init__(self, aws: Aws, name: str) -> None:
        self._lambda = aws.client("lambda")
        self.name = name

    def __call__(self, event: Any) -> Any:
        """What the function returned; raises FunctionError with its own message when it raised, or gave no answer."""
        try:
            answer = self._lambda.invoke(FunctionName=self.name, Payload=json.dumps(event).encode())
        except ReadTimeoutError as exc:
            raise FunctionError(f"{self.name} gave no answer") from exc
        payload = json.loads(answer["Payload"].read() or b"null")
        if "FunctionError" in answer:
            message = payload.get("errorMessage", payload) if isinstance(payload, dict) else payload
            raise FunctionError(f"{self.name}: {message}")
        return payload
