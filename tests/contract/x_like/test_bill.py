"""The desk's own sum is never below the bill of a server that keeps X's list prices by rules of its own."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from desk.errors import DeskError
from desk.x.client import XClient, XStores
from local.x.control import XControl
from local.x.server import RunningX
from tests.conftest import NOON
from tests.fakes.x import fake_stores
from tests.families import variants
from tests.local_x import desk_client

SEOUL = ZoneInfo("Asia/Seoul")
TODAY = NOON.astimezone(SEOUL).date()


class BusyHour:
    """People write, answer, quote and tap hearts while several functions of the desk read X and post.

    Each run has a client of its own, as one function's process has; some serve several runs.
    """

    def __init__(self, x: RunningX, control: XControl, stores: XStores, seed: int) -> None:
        self.x, self.control, self.stores = x, control, stores
        self.random = Random(seed)
        self.ids: list[str] = []
        self.client = self._process()

    def minute(self, number: int) -> None:
        """What happens in a minute."""
        for _ in range(self.random.randint(1, 4)):
            self._somebody_writes(number)
        if self.random.random() < 0.2:
            self.client = self._process()
        if self.random.random() < 0.15:
            order: dict[str, Any] = self.random.choice(
                [{"status": 503}, {"status": 503, "after_commit": True}, {"drop": True, "after_commit": True}]
            )
            self.control.fault("*", skip=self.random.randint(0, 2), **order)
        calls = self._calls(self.client, number)
        for name in ["mentions", *self.random.sample(sorted(calls), 4)]:
            with suppress(DeskError):
                calls[name]()
        self.client.take_usage()
        self.control.clear_faults()
        self.control.advance(60)

    def _somebody_writes(self, number: int) -> None:
        who = f"fan_{self.random.randint(0, 30)}"
        text = f"{self.random.choice(['@emeraldmobile', 'Emerald'])} router {number} {self.random.random()}"
        old = self.random.choice(self.ids) if self.ids else None
        about = self.random.choice([{}, {}, {"in_reply_to": old}, {"quotes": old}]) if old else {}
        self.ids.append(self.control.post(who, text, **about))
        if self.random.random() < 0.3:
            self.control.like(self.random.choice(self.ids))
        if self.random.random() < 0.2:
            self.control.write_privately(who, f"번호는 {number}입니다.")

    def _calls(self, desk: XClient, number: int) -> dict[str, Callable[[], object]]:
        some = self.random.sample(self.ids, min(len(self.ids), 5))
        people = [self.control.person(f"fan_{self.random.randint(0, 30)}") for _ in range(2)]
        now = self.x.state.clock.now()
        return {
            "mentions": desk.mentions,
            "own_posts": desk.own_posts,
            "liked": desk.liked_posts,
            "search": lambda: desk.search(query="@emeraldmobile -is:retweet"),
            "heard": lambda: desk.heard(query="emerald OR router", limit=20, by_relevancy=number % 2 == 0),
            "posts": lambda: desk.posts([*some, "77"], with_authors=number % 2 == 0),
            "conversation": lambda: desk.conversation(some[0], until_id=None, limit=10),
            "accounts": lambda: desk.accounts([*people, "77"]),
            "messages": lambda: desk.private_messages(limit=10),
            "counts": lambda: desk.counts(
                query="router", start_time=now - timedelta(minutes=30), end_time=now - timedelta(minutes=1)
            ),
            "trends": lambda: desk.trends(23424868),
            "me": desk.me,
            "post": lambda: desk.create_post(f"오늘은 {number}분에 엽니다."),
            "link": lambda: desk.create_post(f"Version 2.{number} is out: example.com/{number}"),
            "reply": lambda: desk.create_post(f"확인했습니다 {number}.", in_reply_to=some[-1]),
            "button": lambda: desk.create_post(f"DM 주세요 {number}", in_reply_to=some[-1], private_message=True),
            "delete": lambda: desk.delete_post(desk.create_post(f"잘못된 글 {number}")),
        }

    def _process(self) -> XClient:
        clock = self.x.state.clock.now
        return desk_client(self.x, self.stores, read=2.0, sleep=lambda _: None, clock=clock)


@variants("older", [True, False], 1)
def test_in_a_busy_hour_the_desk_counts_at_least_what_x_bills(x: RunningX, control: XControl, *, older: bool) -> None:
    stores = fake_stores()
    for endpoint in ("mentions", "own_posts", "search", "liked_posts", "posts"):
        control.dialects(endpoint, {"tweet.fields": "taken" if older else "rejected"})
    control.trends(23424868, {"첫눈": 12_000})
    hour = BusyHour(x, control, stores, seed=1)
    sums: list[tuple[int, int]] = []

    for number in range(60):
        hour.minute(number)
        [day] = stores.spend.between(TODAY, TODAY)
        sums.append((day.usage.micro_usd, control.bill()["micro_usd"]))

    assert [both for both in sums if both[0] < both[1]] == []
    assert control.bill()["endpoints"].keys() > {"mentions", "search", "posts", "counts", "trends", "create_post"}
    assert sums[-1][0] < 4 * sums[-1][1]  # nor is it far above
