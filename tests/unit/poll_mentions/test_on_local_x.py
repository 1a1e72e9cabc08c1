"""The poll with the real X client against the local X: what X says over HTTP comes out as the scene tests assume."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.mentions.model import Parent
from desk.mentions.poll_state import GapState
from desk.x.client import XClient
from local.x.auth import Account
from local.x.control import XControl
from local.x.server import start
from poll_mentions.poll import MentionPoll, PollReport
from poll_mentions.walk import Stop
from tests.brands import small_brand
from tests.fakes.mentions import FakeMentions, FakePollState
from tests.local_x import desk_client
from tests.unit.poll_mentions.scene import MINUTE, NOON, ChatIsNotRouted

BRAND = small_brand(user_id="2590000001")
SECOND = timedelta(seconds=1)


@dataclass
class Desk:
    x: XControl
    client: XClient
    store: FakeMentions
    state: FakePollState

    def __post_init__(self) -> None:
        self.now = NOON

    def poll(self) -> PollReport:
        poll = MentionPoll(
            x=self.client,
            mentions=self.store,
            state=self.state,
            reader=ChatIsNotRouted(),
            brand=BRAND,
            clock=lambda: self.now,
            now=self.now,
            holder="run",
            remaining_ms=lambda: 55_000,
        )
        return poll.poll()

    def passes(self, span: timedelta) -> None:
        self.now += span
        self.x.set_clock(self.now)


@pytest.fixture
def desk() -> Iterator[Desk]:
    account = Account(username=BRAND.handle, user_id=BRAND.user_id)
    with start(account=account, now=NOON) as x:
        control = XControl(x.url)
        made: Desk
        client = desk_client(x, clock=lambda: made.now)
        made = Desk(control, client, FakeMentions(ZoneInfo(BRAND.timezone)), FakePollState())
        made.poll()
        made.passes(MINUTE)
        yield made
        control.close()


def test_1500_after_an_outage_are_all_stored(desk: Desk) -> None:
    desk.passes(90 * MINUTE)
    posts = [
        {
            "author": {"username": f"u{number % 40}"},
            "text": f"@jade 전화가 안 돼요 {number}",
            "created_at": (desk.now - 3 * SECOND * number).isoformat(),
        }
        for number in range(1_500)
    ]
    ids = set(desk.x.posts(posts))

    reports = [desk.poll()]
    while reports[-1].gaps_open and len(reports) < 10:
        desk.passes(MINUTE)
        reports.append(desk.poll())

    assert set(desk.store.mentions) == ids
    assert sum(report.polled for report in reports) == 1_500
    assert {gap.state for gap in desk.state.gaps.values()} == {GapState.FILLED}


def test_an_ordinary_minute_with_everything_that_x_does(desk: Desk) -> None:
    long = desk.x.post("minji", "@jade " + "가" * 24_990)
    first = desk.x.post("hana", "@jade 청구서가 이상헤요")
    edited = desk.x.edit(first, "@jade 청구서가 이상해요")
    own = desk.x.post("jade", "@hana 확인해 볼게요", in_reply_to=first)
    desk.x.retweet(first, [f"fan{number}" for number in range(150)])
    deleted = desk.x.post("sora", "@jade 지울 글")
    reply = desk.x.post("juno", "@jade 저도요", in_reply_to=deleted)
    desk.x.delete(deleted)
    late = desk.x.post("yuna", "@jade 늦게 보이는 글", late_seconds=None)

    report = desk.poll()

    stored = desk.store.mentions
    assert report.stop is Stop.WHOLE
    assert {long, edited, reply} <= set(stored) <= {long, first, edited, reply}
    assert own not in stored
    assert stored[long].post.text == "@jade " + "가" * 24_990
    assert stored[edited].post.first_id == first
    assert stored[reply].parent == Parent(deleted, None)
    author = stored[edited].post.author
    assert author is not None
    assert author.username == "hana"
    desk.x.reveal(late)
    desk.passes(5 * MINUTE)
    desk.poll()
    assert late in stored


def test_page_tokens_that_repeat_end_the_walk_and_leave_a_gap_that_is_filled(desk: Desk) -> None:
    ids = desk.x.posts([{"author": {"username": "minji"}, "text": f"@jade 질문 {number}"} for number in range(350)])
    desk.x.fault("mentions", quirk="repeat_token", skip=1, times=1)

    reports = [desk.poll()]
    while reports[-1].gaps_open and len(reports) < 10:
        desk.passes(MINUTE)
        reports.append(desk.poll())

    assert set(desk.store.mentions) == set(ids)


def test_after_ten_days_of_silence_the_poll_finds_its_way_back(desk: Desk) -> None:
    missed = desk.x.post("minji", "@jade 청구서", created_at=(desk.now + timedelta(hours=1)).isoformat())
    desk.passes(timedelta(days=10))
    new = desk.x.post("hana", "@jade 환불")

    report = desk.poll()

    assert report.succeeded
    assert set(desk.store.mentions) == {missed, new}
