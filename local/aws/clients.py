"""boto3 clients for the local AWS, independent of the machine's AWS account and proxy."""

from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config

REGION = "ap-northeast-2"
"""Seoul: where the demonstration brand would deploy."""

_PATIENCE, _LONGEST_RUN = 120, 960
"""Seconds to wait for an answer: a function runs for up to 15 minutes, and the local AWS ends it after its own time."""


@dataclass(frozen=True, slots=True)
class Aws:
    """One local AWS at `endpoint` (http://127.0.0.1:port)."""

    endpoint: str
    region: str = REGION
    _clients: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def client(self, service: str) -> Any:
        """The client of the service, made once; its calls never leave the machine."""
        if service not in self._clients:
            self._clients[service] = self._make(service)
        return self._clients[service]

    def close(self) -> None:
        """Let go of every connection: the local AWS waits for them before it ends."""
        while self._clients:
            self._clients.popitem()[1].close()

    def _make(self, service: str) -> Any:
        session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=self.region)
        patience = _LONGEST_RUN if service == "lambda" else _PATIENCE
        patient = Config(user_agent="dorothy", read_timeout=patience, retries={"total_max_attempts": 1}, proxies={})
        make: Any = session.client  # typed per service in the stubs; here the service is a value
        return make(service, endpoint_url=self.endpoint, config=patient)
