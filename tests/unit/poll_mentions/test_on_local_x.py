"""The poll with the real X client against the local X, also where an endpoint of X takes only one dialect or none."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from desk.mentions.model import Parent
from desk.mentions.walk import Stop
from desk.x.client import XClient
from local.x.auth import Account
from local.x.control import XControl
from local.x.server import start
from poll_mentions.poll import MentionPoll, PollReport
from tests.brands import small_brand
from tests.fakes.mentions import FakeMentions, FakePollState
from tests.families import variants
from tests.local_x import desk_client
from tests.unit.poll_mentions.scene import MINUTE, NOON, ChatIsNotRouted

BRAND = small_brand(user_id="2590000001")
DIALECT_KINDS = ("taken", "ignored", "rejected")


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
    assert late in desk.store.mentions


def test_after_ten_days_of_silence_the_poll_finds_its_way_back(desk: Desk) -> None:
    missed = desk.x.post("minji", "@jade 청구서", created_at=(desk.now + timedelta(hours=1)).isoformat())
    desk.passes(timedelta(days=10))
    new = desk.x.post("hana", "@jade 환불")

    report = desk.poll()

    assert report.succeeded
    assert set(desk.store.mentions) == {missed, new}


@variants("endpoint, older, newer", product(["mentions", "posts"], DIALECT_KINDS, DIALECT_KINDS), 6, named="-".join)
def test_two_polls_store_every_mention_or_leave_the_checkpoint_where_it_is(
    desk: Desk, endpoint: str, older: str, newer: str
) -> None:
    desk.x.dialects(endpoint, {"tweet.fields": older, "post.fields": newer})
    is_readable = endpoint != "mentions" or "taken" in (older, newer)
    ids = set[str]()

    for stop in (Stop.FIELDS_MISSING, Stop.BREAKER_OPEN):
        before = desk.state.checkpoints[-1]
        ids.add(desk.x.post("hana", "@jade 청구서가 이상해요", in_reply_to=desk.x.post("minji", "원글")))

        report = desk.poll()

        assert report.stop is (Stop.WHOLE if is_readable else stop)
        assert report.succeeded is is_readable
        assert set(desk.store.mentions) == (ids if is_readable else set())
        assert (desk.state.checkpoints[-1] == before) is not is_readable
        assert desk.state.gaps == {}
        desk.passes(MINUTE)

    desk.x.dialects(endpoint, {"tweet.fields": "taken"})
    desk.passes(timedelta(minutes=15))
    desk.poll()
    assert set(desk.store.mentions) == ids
    assert {mention.post.conversation_id for mention in desk.store.mentions.values()}.isdisjoint(ids)


@pytest.mark.parametrize(("times", "stop"), [(1, Stop.WHOLE), (2, Stop.FIELDS_MISSING)])
def test_a_dialect_that_is_refused_in_the_middle_of_a_walk_costs_no_mention(desk: Desk, times: int, stop: Stop) -> None:
    ids = desk.x.posts([{"author": {"username": "minji"}, "text": f"@jade 질문 {number}"} for number in range(250)])
    named = {"errors": [{"parameters": {"tweet.fields": ["x"], "post.fields": ["x"]}, "message": "not one of [ids]"}]}
    desk.x.fault("mentions", status=400, body=named, skip=1, times=times)

    first = desk.poll()
    desk.passes(timedelta(minutes=16))
    desk.poll()

    assert first.stop is stop
    assert first.gaps_open == (0 if stop is Stop.WHOLE else 1)
    assert set(desk.store.mentions) == set(ids)
    desk.passes(MINUTE)
    assert desk.poll().gaps_open == 0  # what was walked before is looked at once more


def test_authors_that_come_with_every_mention_are_not_looked_up_and_kept_where_a_person_will_read_them(
    desk: Desk,
) -> None:
    desk.x.dialects("mentions", {"tweet.fields": "rejected"})
    routed = desk.x.post("hana", "@jade 청구서가 이상해요")
    chat = desk.x.post("minji", "@jade chat")
    desk.x.forget_calls()

    desk.poll()

    authors = {key: mention.post.author for key, mention in desk.store.mentions.items()}
    assert authors[chat] is None
    assert authors[routed] is not None
    assert "posts" not in desk.x.counts()
