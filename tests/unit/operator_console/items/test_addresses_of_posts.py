"""Addresses in what X sends, whatever they are, on their way to pages, mails and messages."""

import json
import re
from html.parser import HTMLParser
from typing import Any, override

import pytest

from desk.cases.store import CaseMention
from desk.mentions.items import plain_post, post_of
from desk.mentions.model import Mention, Parent
from desk.x.model import Author, XPost
from desk.x.parsing import PICTURE_SITES, accounts_of, messages_of, page_of
from tests.families import for_each
from tests.unit.operator_console.scene import BILLING, ConsoleScene, html_of
from tests.unit.replies.scene import CASE, NOW, READING

HOSTILE = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)//https://pbs.twimg.com/",
    "\tjavascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "blob:https://pbs.twimg.com/1",
    "//evil.example/a.jpg",
    "\\\\evil.example\\a.jpg",
    "http://pbs.twimg.com/media/a.jpg",
    "https://pbs.twimg.com",
    "https://pbs.twimg.com.evil.example/a.jpg",
    "https://pbs.twimg.com@evil.example/a.jpg",
    "https://pbs.twimg.com:8443/a.jpg",
    "https://evil.example/?https://pbs.twimg.com/a.jpg",
    " https://pbs.twimg.com/a.jpg",
    "HTTPS://PBS.TWIMG.COM/a.jpg",
    '"><img src=x onerror=alert(1)>',
    "../case/1/close",
    "",
]
GOOD = [f"{site}/media/a.jpg?format=jpg&name=small" for site in PICTURE_SITES]
ADDRESSES = frozenset({"href", "src", "srcset", "poster", "action", "formaction", "data", "background", "xlink:href"})


def answer_with(address: str) -> dict[str, Any]:
    """X's answer with a post that has this address wherever a post or its author can have one."""
    media = [
        {"media_key": "3_1", "type": "photo", "url": address},
        {"media_key": "7_1", "type": "video", "url": address, "preview_image_url": address},
        {"media_key": "16_1", "type": "animated_gif", "preview_image_url": address},
        {"media_key": "3_2", "type": address, "url": address, "alt_text": address},
    ]
    link = "https://t.co/b" if re.match(r"\s*https?:", address, re.IGNORECASE) else address  # those may be linked
    urls = [{"url": "https://t.co/a", "expanded_url": link, "display_url": address, "unwound_url": address}]
    post = {
        "id": "1900000000000000001",
        "author_id": "7",
        "text": "요금이 이상해요 https://t.co/a",
        "entities": {"urls": urls},
        "attachments": {"media_keys": [each["media_key"] for each in media]},
        "lang": address,
    }
    user = {"id": "7", "username": address, "name": address, "profile_image_url": address, "url": address}
    return {"data": [post], "includes": {"media": media, "users": [user]}, "meta": {"result_count": 1}}


def stored(address: str) -> XPost:
    """The post as it is read from the answer, and then from the table."""
    (post,) = page_of(answer_with(address)).posts
    return post_of(json.loads(json.dumps(plain_post(post))))


class Addresses(HTMLParser):
    """The addresses of a page by their attributes, and the names of all its elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.events: list[str] = []
        self.feed(html)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [(name, value or "") for name, value in attrs if name in ADDRESSES]
        self.events += [name for name, _ in attrs if name.startswith("on")]


def is_safe(name: str, address: str, site: str) -> bool:
    """Whether it leads to a page of ours or of X, or is a picture of X; a link may also lead where a text says."""
    if re.match(r"(?:/(?![/\\])|[?#]|$)", address):
        return True
    if name == "href" and address.startswith((f"{site}/", "https://t.co/")):
        return True
    return address.startswith(tuple(f"{each}/" for each in PICTURE_SITES))


def case_with(post: XPost) -> ConsoleScene:
    """A console with the post as a case's mention, and as what it replies to."""
    scene = ConsoleScene()
    parent = post._replace(id="1899999999999999999")
    mention = CaseMention(Mention(post, NOW, Parent(parent.id, parent)), READING)
    scene.cases.put(CASE._replace(mention_ids=(post.id,), author=post.author), mention)
    return scene


@for_each("address", HOSTILE)
def test_no_page_has_an_address_of_a_post_that_is_none_of_x(address: str) -> None:
    scene = case_with(stored(address))
    page = Addresses(html_of(scene.signed_in().get(f"inbox/all/{CASE.id}")))

    assert [each for each in page.found if not is_safe(*each, scene.brand.x_site)] == []
    assert page.events == []
    assert len(page.found) > 10


@pytest.mark.parametrize("address", GOOD)
def test_pictures_of_x_are_shown(address: str) -> None:
    scene = case_with(stored(address))
    page = Addresses(html_of(scene.signed_in().get(f"inbox/all/{CASE.id}")))

    assert (
        page.found.count(("src", address)) == 12
    )  # four media, twice; the author's picture also in the head and beside it


def test_colleagues_of_a_department_see_the_pictures_too() -> None:
    page = Addresses(html_of(case_with(stored(GOOD[0])).signed_in(BILLING).get(f"case/{CASE.id}")))

    assert ("src", GOOD[0]) in page.found


@for_each("address", HOSTILE)
def test_no_address_that_is_none_of_x_is_stored(address: str) -> None:
    post = stored(address)
    user = {"id": "7", "username": "kim", "name": "김", "profile_image_url": address}
    message = {"id": "1", "sender_id": "7", "dm_conversation_id": "7-8", "text": "네"}

    assert post.author
    found = [each.url for each in post.media]
    found += [post.author.picture_url, accounts_of({"data": [user]}, ["7"]).authors["7"].picture_url]
    found += [messages_of({"data": [message], "includes": {"users": [user]}}).senders["7"].picture_url]
    assert set(found) == {None}


def test_the_pictures_of_a_rehearsal_are_on_its_own_x() -> None:
    (post,) = page_of(answer_with("http://127.0.0.1:9001/media/a.jpg"), (*PICTURE_SITES, "http://127.0.0.1:9001")).posts

    assert {each.url for each in post.media} == {"http://127.0.0.1:9001/media/a.jpg"}
    assert isinstance(post.author, Author)
