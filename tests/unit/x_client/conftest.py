import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from desk.brand import Purpose
from desk.x.client import XClient, XStores
from desk.x.transport import Timeouts, XCredentials
from tests.fakes.x import FakeBreakers, FakeCredentials, FakeDialects, FakeSpend
from tests.unit.x_client.scripted_x import ScriptedX, scripted_x

NOON = datetime(2026, 11, 24, 3, tzinfo=UTC)


def credentials(generation: int = 1) -> XCredentials:
    """Credentials whose every part can be told apart, and from those of another generation."""
    return XCredentials(
        api_key=f"api-key-{generation}",
        api_secret=f"api-secret-{generation}",
        access_token=f"access-token-{generation}",
        access_token_secret=f"access-token-secret-{generation}",
        bearer_token=f"bearer-token-{generation}",
    )


@dataclass
class World:
    """The client with everything around it in a test's hands."""

    x: ScriptedX
    breakers: FakeBreakers = field(default_factory=FakeBreakers)
    dialects: FakeDialects = field(default_factory=FakeDialects)
    spend: FakeSpend = field(default_factory=FakeSpend)
    credentials: FakeCredentials = field(default_factory=lambda: FakeCredentials(credentials()))
    now: datetime = NOON
    seconds_left: float = math.inf
    sleeps: list[float] = field(default_factory=list)
    connect: float = 2.0
    read: float = 5.0

    def client(self, purpose: Purpose = Purpose.MENTIONS) -> XClient:
        """A new client, as another Lambda would have it."""
        timeouts = Timeouts(
            seconds_left=lambda: self.seconds_left,
            connect=self.connect,
            read=self.read,
            sleep=self.sleeps.append,
            chance=lambda: 1.0,
            clock=lambda: self.now,
        )
        stores = XStores(self.breakers, self.dialects, self.spend)
        return XClient(self.x.url, "1000", self.credentials, stores, timeouts, purpose=purpose)

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def world() -> Iterator[World]:
    with scripted_x() as x:
        yield World(x)


CALLS: dict[str, Callable[[XClient], object]] = {
    "mentions": lambda client: client.mentions(),
    "own_posts": lambda client: client.own_posts(),
    "own_post": lambda client: client.own_post("20"),
    "liked": lambda client: client.liked_posts(),
    "search": lambda client: client.search(query="@emeraldmobile -is:retweet"),
    "posts": lambda client: client.posts(["1"], with_authors=False),
    "accounts": lambda client: client.accounts(["1", "2"]),
    "conversation": lambda client: client.conversation("1", until_id=None, limit=20),
    "messages": lambda client: client.private_messages(limit=20),
    "trends": lambda client: client.trends(23424868),
    "me": lambda client: client.me(),
    "heard": lambda client: client.heard(query="emerald", limit=10),
    "counts": lambda client: client.counts(query="emerald", start_time=NOON - timedelta(hours=1), end_time=NOON),
    "create": lambda client: client.create_post("안녕하세요"),
    "delete": lambda client: client.delete_post("20"),
    "describe": lambda client: client.describe_picture("5", "매장 앞"),
    "compliance_create": lambda client: client.create_compliance_job("a"),
    "compliance_jobs": lambda client: client.compliance_jobs(),
    "compliance_job": lambda client: client.compliance_job("1"),
}
"""Every call that the client knows, except for uploads, whose body is no JSON."""

DATA_ANSWERS: dict[str, object] = {
    "me": {"data": {"id": "1000", "username": "emeraldmobile", "name": "Emerald"}},
    "create": {"data": {"id": "1"}},
    "delete": {"data": {"deleted": True}},
    "compliance_create": {"data": {"id": "1", "status": "created"}},
    "compliance_job": {"data": {"id": "1", "status": "complete"}},
}
"""What X answers to calls that need an answer with data."""
