"""The functions read as desk.yaml pins: the poll, which decides whose author X is asked for, and routing."""

from datetime import UTC, datetime
from unittest.mock import Mock

import poll_mentions.wiring
from desk.brand import Pin
from desk.mentions.model import Mention
from desk.routing import wiring as parts
from desk.x.model import XPost
from tests.brands import small_brand

ENVIRONMENT = {
    "MENTIONS_TABLE": "mentions", "CASES_TABLE": "cases", "DESK_TABLE": "desk", "POSTS_TABLE": "posts",
    "TOPIC_PREFIX": "desk-",
    "X_SECRET": "x", "X_API_URL": "https://x.example", "API_URL": "https://desk.example",
    "X_SITE_URL": "https://x.example", "ROUTE_INQUIRY_FUNCTION": "route-inquiry",
}  # fmt: skip
BRAND = small_brand(pins=(Pin("word", "안녕", department="network"),))
NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
GREETING = Mention(XPost("9", "안녕", "5", NOON, "9", "ko", ("9",)), NOON)


def test_the_poll_obeys_pins() -> None:
    wired = poll_mentions.wiring.wire(ENVIRONMENT, BRAND)

    assert wired.reader.read(GREETING).department == "network"


def test_routing_obeys_pins() -> None:
    router = parts.parts(ENVIRONMENT, BRAND).router(Mock())

    assert router._router._reader.read(GREETING).department == "network"
