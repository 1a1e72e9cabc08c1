"""Requests and answers, between the socket and the rest."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from local.loopback import is_own_request
from local.x.problems import Problem, invalid, scripted


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request, read whole. Header names are lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path without its query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The query's parameters; of one that is repeated, the last."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def url(self) -> str:
        """What the caller signed. Behind a proxy, the proxy says by which scheme it was called."""
        return f"{self.headers.get('x-forwarded-proto', 'http')}://{self.headers.get('host', '')}{self.target}"

    @property
    def is_own_page(self) -> bool:
        """Whether no other site's page had the browser send this, and no foreign name leads here."""
        return is_own_request(self.headers)

    def json(self) -> Any:
        """The body as JSON; 400 when it is none."""
        try:
            return json.loads(self.body or b"null")
        except ValueError as error:
            raise invalid("body", "", f"The body is not valid JSON: {error}") from error

    def form(self) -> dict[str, str]:
        """The body as a form's fields; bytes that are no UTF-8 are replaced."""
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back; `lost` closes the connection instead, after `delay` seconds."""

    status: int
    body: bytes = b""
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    lost: bool = False


def json_answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer in JSON."""
    return Answer(status, json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"), headers=headers or {})


def refusal(problem: Problem) -> Answer:
    """A refusal in X's form."""
    body = json.dumps(problem.body, ensure_ascii=False).encode("utf-8", "replace")
    return Answer(problem.status, body, "application/problem+json; charset=utf-8", problem.headers)


def broken() -> Answer:
    """What a fault of the local X itself looks like: X's 500."""
    return refusal(scripted(500))
