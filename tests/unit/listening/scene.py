"""A small world of X to listen to."""

from datetime import UTC, datetime

from local.x.auth import Account
from local.x.state import VirtualClock, World

HANDLE = "emeraldmobile"
NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def world() -> World:
    """People 700 and 701, of whom the second is the brand's own shop, and the brand."""
    made = World(Account(), VirtualClock(NOON))
    made.person({"id": "700", "username": "minsu"})
    made.person({"id": "701", "username": "emerald_shop"})
    return made
