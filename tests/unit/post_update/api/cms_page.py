"""The curl calls of docs/cms.md and the answers that it shows."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from string import Template
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from tests.unit.post_update.api.scene import Answer

PAGE = Path(__file__).parents[4] / "docs" / "cms.md"
SHOWN_HEADERS = ("Content-Type", "WWW-Authenticate", "Retry-After", "Allow")
_BLOCKS = re.compile(r"<!-- (?P<event>.+?) -->|```sh\n(?P<call>curl .+?)```\n\n```http\n(?P<answer>.+?)```", re.DOTALL)


class Call(NamedTuple):
    """One curl call."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str | None


class Told(NamedTuple):
    """What the page tells: that something happens, or a call and its answer."""

    event: str | None
    call: str
    answer: str


def told(page: str) -> Iterator[Told]:
    """Everything in the order in which it is told."""
    for found in _BLOCKS.finditer(page):
        yield Told(found["event"], found["call"] or "", found["answer"] or "")


def call_of(command: str, variables: Mapping[str, str]) -> Call:
    """The call that a shell would make, with these variables set; raises KeyError for one that is not set."""
    words = shlex.split(Template(command).substitute(variables).replace("\\\n", " "))
    method, url, body, headers = "", "", None, {}
    rest = iter(words[1:])
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-d":
            body = next(rest).replace("\n", "")  # as curl does
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif not word.startswith("-"):
            url = word
    parts = urlsplit(url)
    return Call(method or ("POST" if body else "GET"), parts.path, dict(parse_qsl(parts.query)), headers, body)


def shown(answer: Answer) -> str:
    """An answer as the page shows it: what `curl -i` prints, save what is of no interest, with the JSON laid out."""
    status = HTTPStatus(answer.status)
    headers = [f"{name}: {answer.headers[name]}" for name in SHOWN_HEADERS if name in answer.headers]
    body = json.dumps(answer.json, ensure_ascii=False, indent=2)
    return "\n".join([f"HTTP/2 {status.value}", *headers, "", body, ""])


def with_answers(page: str, answers: list[str]) -> str:
    """The page with these answers in place of its own, in order."""
    left = iter(answers)

    def replaced(found: re.Match[str]) -> str:
        return found[0] if found["event"] else f"```sh\n{found['call']}```\n\n```http\n{next(left)}```"

    return _BLOCKS.sub(replaced, page)


def ids_of(value: Any) -> Iterator[str]:
    """Every id of a post in an answer."""
    if isinstance(value, dict):
        yield from (str(value[name]) for name in ("id", "earlier") if name in value)
        for part in value.values():
            yield from ids_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from ids_of(part)
