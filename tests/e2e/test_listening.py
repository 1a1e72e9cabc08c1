"""Posts that talk about the brand without mentioning it are heard; one that turns out to mention it is answered."""

from datetime import timedelta
from time import monotonic, sleep
from typing import Any

import pytest

from desk.aws.dynamodb import from_item
from desk.mentions.model import Mention, Source, Unsent
from desk.mentions.store import MentionStoreItems
from desk.outbox.store import OutboxItems
from desk.x.model import XPost
from tests.e2e.driver import MINUTE, SEOUL, Driver

TEN_MINUTES = 10 * MINUTE


@pytest.fixture
def listening(desk: Driver) -> Driver:
    """The desk, which has listened just now."""
    desk.fire("listen", MINUTE)
    desk.carry()
    return desk


def said(desk: Driver, author: str, text: str) -> str:
    """A post that mentions nobody."""
    desk.pass_time(timedelta(seconds=1))
    return desk.stage.control.post(author, text)


def stored(desk: Driver, mention_id: str) -> dict[str, Any]:
    return from_item(desk.item(mention_id))


def routed(desk: Driver, mention_id: str) -> dict[str, Any]:
    """The item once the router, which the poll invokes without waiting for it, has read it and sent what follows."""
    outbox = OutboxItems(desk.stage.deployed.aws.client("dynamodb"), desk.stage.deployed.outputs["DeskTable"])
    until = monotonic() + 30
    while "kind" not in (item := stored(desk, mention_id)) or any(
        (entry.subject, entry.what) == (mention_id, Unsent.ALL) for entry in outbox.entries(item["department"])
    ):
        assert monotonic() < until, item
        sleep(0.2)
    return item


def test_a_post_without_a_mention_is_heard_and_its_edit_that_mentions_the_brand_is_a_mention(
    listening: Driver,
) -> None:
    desk = listening
    heard = said(desk, "haneul_p", "에메랄드모바일 데이터가 아침부터 안 터져요")
    meant = said(desk, "haneul_p", "에메랄드 반지 샀다")

    desk.fire("listen", TEN_MINUTES)
    desk.carry()
    desk.poll()

    item = stored(desk, heard)
    assert (item["source"], item["kind"], item.get("case_id")) == ("listening", "fault", None)
    assert meant not in {line.mention_id for line in desk.lines()}
    edited = desk.stage.control.edit(heard, "@emeraldmobile 에메랄드모바일 데이터가 아침부터 안 터져요")
    desk.poll()
    desk.fire("listen", TEN_MINUTES)
    desk.carry()

    item = stored(desk, edited)
    assert "source" not in item
    assert (item["kind"], item["version_of"]) == ("fault", heard)
    assert item["case_id"]
    assert stored(desk, heard)["source"] == "listening"
    assert desk.balance_holds()


def test_a_mention_that_was_heard_first_is_routed_as_the_mention_that_it_is(listening: Driver) -> None:
    desk = listening
    mention = desk.post("sori_m", "요금 청구서가 두 장이나 왔어요. 환불해 주세요")
    outputs = desk.stage.deployed.outputs
    store = MentionStoreItems(
        desk.stage.deployed.aws.client("dynamodb"),
        mentions_table=outputs["MentionsTable"],
        desk_table=outputs["DeskTable"],
        zone=SEOUL,
    )
    text = "요금 청구서가 두 장이나 왔어요. 환불해 주세요"
    post = XPost(mention, text, "41", desk.now, mention, "ko", (mention,))
    store.store([Mention(post, desk.now, source=Source.LISTENING)])
    desk.carry()
    assert stored(desk, mention)["source"] == "listening"
    desk.mails.clear()

    desk.poll()
    item = routed(desk, mention)
    assert "source" not in item
    desk.sweep()

    assert (item["kind"], item["department"]) == ("inquiry", "billing")
    assert item["case_id"]
    assert len([mail for mail in desk.mails_to("billing") if "두 장이나" in mail.body]) == 1
    assert desk.balance_holds()
