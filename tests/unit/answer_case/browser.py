"""A browser that opens the page of one link and sends its forms, by API Gateway's events."""

import re
from base64 import b64encode
from html import unescape
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from answer_case.http import AnswerPage
from answer_case.presence import LinkPresence
from desk.logs import desk_log
from tests.fakes.staff import FakeSessions
from tests.unit.replies.scene import NOW, DeskOfAnswers

SITES = "https://pbs.twimg.com"
"""Where X has its pictures."""
FORM = "application/x-www-form-urlencoded"
HIDDEN = re.compile(r'<input type="hidden" name="(version|token|request)" value="([^"]*)">')


def get(link_id: str, *, done: str = "", case: str = "", cookies: list[str] | None = None) -> dict[str, Any]:
    """What API Gateway's HTTP API sends, as far as anybody reads it."""
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "GET /answer/{link}",
        "rawPath": f"/answer/{link_id}",
        "headers": {"host": "desk.example", "x-forwarded-proto": "https"},
        "pathParameters": {"link": link_id},
        "requestContext": {"http": {"method": "GET"}, "domainName": "desk.example", "requestId": "r-1"},
        "isBase64Encoded": False,
    }
    query = {name: value for name, value in (("done", done), ("case", case)) if value}
    if query:
        event["queryStringParameters"] = query
    return event | {"cookies": cookies} if cookies else event


def post(link_id: str, fields: dict[str, str], **more: Any) -> dict[str, Any]:
    event = get(link_id, **more)
    event["headers"] |= {"content-type": FORM}
    body = b64encode(urlencode(fields).encode()).decode()
    return by("POST", event) | {"body": body, "isBase64Encoded": True}


def by(method: str, event: dict[str, Any]) -> dict[str, Any]:
    """The same request by another method."""
    context = event["requestContext"] | {"http": {"method": method}}
    return event | {"routeKey": f"{method} /answer/{{link}}", "requestContext": context}


class Browser:
    """Opens the page of one link and sends its forms."""

    def __init__(self, desk: DeskOfAnswers, viewer: str = "billing", *, api_url: str = "") -> None:
        self.desk, self.sessions = desk, FakeSessions()
        self.link_id = desk.link(viewer)
        logger = desk_log(f"answer-{uuid4().hex}")
        presence = LinkPresence(desk.presence, self.sessions, desk.brand)
        self.site = AnswerPage(
            desk.open_case, desk.actions, presence, desk.brand, logger, api_url=api_url, image_sources=SITES
        )

    def open(self, **more: Any) -> dict[str, Any]:
        return self.site.respond(get(self.link_id, **more), NOW)

    def send(self, action: str, hidden: dict[str, str] | None = None, **typed: str) -> dict[str, Any]:
        hidden = self.hidden() if hidden is None else hidden
        return self.site.respond(post(self.link_id, hidden | {"action": action, "name": "박지민"} | typed), NOW)

    def hidden(self) -> dict[str, str]:
        return dict(HIDDEN.findall(self.open()["body"]))


def text_of(answered: dict[str, Any]) -> str:
    return unescape(re.sub(r"<style>.*?</style>|<script>.*?</script>|<[^>]+>", "", answered["body"], flags=re.DOTALL))
