"""Cases, and the pages on which they are answered, of a desk that is driven."""

from datetime import timedelta
from html import unescape
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from desk.i18n import phrase
from local.demo.answer_page import Page, Visitor, link_to
from local.demo.timeline import OwnPost
from tests.e2e.driver import Driver


def link_of(desk: Driver, department: str, post_id: str) -> str:
    return link_to(post_id, desk.mails_to(department), desk.stage.api.url)


def opened(desk: Driver, department: str, post_id: str) -> Page:
    return visitor(desk).open(link_of(desk, department, post_id))


def visitor(desk: Driver) -> Visitor:
    return Visitor(desk.stage.api)


def sent(desk: Driver, page: Page, action: str, **filled: str) -> Page:
    """The form is sent a second later, the publisher does what comes of it, and the mail arrives."""
    desk.pass_time(timedelta(seconds=1))
    shown = visitor(desk).send(page, action, filled)
    desk.stage.settle()
    desk.mails += desk.stage.mailboxes.collect()
    return shown


def case_of(desk: Driver, case_id: str) -> dict[str, Any]:
    """The case as the table holds it, with what its row shows beside the rest."""
    dynamodb, read = desk.stage.deployed.aws.client("dynamodb"), TypeDeserializer().deserialize
    key = {"case_id": {"S": case_id}, "what": {"S": "case"}}
    item = dynamodb.get_item(TableName=desk.stage.deployed.outputs["CasesTable"], Key=key, ConsistentRead=True)["Item"]
    return {name: read(value) for name, value in (item | item["row"]["M"]).items()}


def answered_post(desk: Driver, reply: OwnPost) -> str | None:
    return desk.stage.x.state.posts[reply.id].in_reply_to


def told(key: str) -> str:
    """The sentence of the catalogue."""
    return phrase("ko", key)


def plain(page: Page) -> str:
    """The page's words without its tags."""
    return unescape("".join(piece.partition(">")[2] for piece in f">{page.html}".split("<")))
