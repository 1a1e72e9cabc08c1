"""Settings that people change while the desk runs: functions that run already follow them within a minute."""

import pytest

from desk.aws.dynamodb import from_item
from desk.live_settings.store import LiveSettingItems
from local.demo.timeline import own_posts
from local.deployed.live_settings import DeskSettings
from tests.e2e.driver import MINUTE, Driver
from tests.e2e.test_listening import TEN_MINUTES, said

BILLING = "departments.billing.emails"
COMET = "초록혜성"


@pytest.fixture
def settings(desk: Driver) -> DeskSettings:
    """The desk's settings, while its functions run since before they change."""
    desk.fire("listen", MINUTE)
    desk.fire("check-subscriptions", MINUTE)
    deployed = desk.stage.deployed
    return DeskSettings(LiveSettingItems(deployed.aws.client("dynamodb"), deployed.outputs["DeskTable"]))


def has_set(desk: Driver, settings: DeskSettings, key: str, value: object) -> None:
    assert [one.key for one in settings.change({key: value}, "jimin", desk.now)] == [key]
    desk.pass_time(MINUTE)


def heard(desk: Driver, mention_id: str) -> bool:
    table, key = desk.stage.deployed.outputs["MentionsTable"], {"mention_id": {"S": mention_id}}
    return "Item" in desk.stage.deployed.aws.client("dynamodb").get_item(TableName=table, Key=key)


def test_words_to_listen_for_are_searched_from_the_next_run_on(desk: Driver, settings: DeskSettings) -> None:
    post, listen = said(desk, "haneul_p", f"{COMET} 데이터가 아침부터 안 터져요"), settings.all()["listen"].value
    desk.fire("listen", TEN_MINUTES)
    was_heard = heard(desk, post)

    has_set(desk, settings, "listen", listen | {"terms": [*listen["terms"], COMET]})
    desk.fire("listen", TEN_MINUTES)

    assert (was_heard, heard(desk, post)) == (False, True)


def test_a_changed_address_is_missing_until_it_is_subscribed(desk: Driver, settings: DeskSettings) -> None:
    has_set(desk, settings, BILLING, ["changed@emerald.example"])

    desk.fire("check-subscriptions", MINUTE)

    key = {"item": {"S": "subscribers"}, "part": {"S": "billing"}}
    dynamodb, table = desk.stage.deployed.aws.client("dynamodb"), desk.stage.deployed.outputs["DeskTable"]
    assert from_item(dynamodb.get_item(TableName=table, Key=key)["Item"])["missing"] == ["changed@emerald.example"]


def test_a_day_has_the_greeting_that_was_set_for_it_and_a_day_off_has_none(
    desk: Driver, settings: DeskSettings
) -> None:
    greeting = "수능 보시는 분들, 힘내세요!"
    desk.next_morning()
    has_set(desk, settings, "greeting_today", {"day": desk.now.date().isoformat(), "text": greeting})
    desk.fire_now("greet")
    first = own_posts(desk.stage.x)

    desk.next_morning()
    has_set(desk, settings, "holidays.extra", [desk.now.date().isoformat()])
    desk.fire_now("greet")

    assert [post.text for post in first] == [greeting]
    assert own_posts(desk.stage.x) == first
