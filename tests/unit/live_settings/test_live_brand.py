"""The brand follows its live settings, and no trouble with them stops the desk."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from desk.brand import Brand, DayGreeting, brand_of
from desk.live_settings.brand import LiveBrand
from desk.live_settings.store import LiveSetting
from local.brand.compile import compile_desk
from local.brand.load import load_desk
from tests.fakes.live_settings import FakeLiveSettings

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
COMPILED = compile_desk(load_desk(), year=2026)
BILLING = "departments.billing.emails"
LISTEN = {"terms": ["에메랄드"], "hashtags": [], "without": {"words": [], "accounts": ["shop"]}, "languages": ["ko"]}
ON_CALL = {"phones": ["+821000000000"], "webhooks": [], "alarm": "every", "safety_checks": "mail"}


class Scene:
    """A function's process; `now` is its clock."""

    def __init__(self) -> None:
        self.store = FakeLiveSettings()
        self.now = NOON
        self.logged: list[str] = []
        self.live = LiveBrand(COMPILED, self.store, lambda: self.now, self)

    def warning(self, msg: str, /, *, exc_info: bool) -> None:
        assert exc_info
        self.logged.append(msg)

    def has_set(self, key: str, value: Any) -> None:
        now = self.store.all().get(key) or LiveSetting(key, COMPILED["live"].get(key))
        self.store.save([now.changed(value, "jimin", NOON)])

    def a_minute_later(self) -> Brand:
        self.now += MINUTE
        return self.live.now()


def test_without_stored_settings_the_brand_is_the_compiled_one() -> None:
    assert Scene().live.now() == brand_of(COMPILED)


SET: dict[str, tuple[str, Any, Any]] = {
    "addresses": (BILLING, ["a@emerald.example"], lambda brand: brand.departments["billing"].emails),
    "a day off": ("holidays.extra", ["2026-11-24"], lambda brand: date(2026, 11, 24) in brand.hours.holidays),
    "a holiday worked on": (
        "holidays.working_on",
        ["2026-09-25"],
        lambda brand: date(2026, 9, 25) in brand.hours.holidays,
    ),
    "listening": ("listen", LISTEN, lambda brand: (brand.listen.terms, brand.listen.without_accounts)),
    "on call": ("on_call", ON_CALL, lambda brand: tuple(brand.on_call)),
    "greeting": ("greeting_today", {"day": "2026-11-24", "text": "안녕하세요!"}, lambda brand: brand.greeting_today),
}
EXPECTED = {
    "addresses": ("a@emerald.example",),
    "a day off": True,
    "a holiday worked on": False,
    "listening": (("에메랄드",), ("shop",)),
    "on call": (("+821000000000",), (), True, False, False),
    "greeting": DayGreeting(date(2026, 11, 24), "안녕하세요!"),
}


@pytest.mark.parametrize("name", SET)
def test_a_changed_setting_is_in_the_brand_within_a_minute(name: str) -> None:
    scene, (key, value, shown) = Scene(), SET[name]
    before = scene.live.now()

    scene.has_set(key, value)

    assert shown(before) != EXPECTED[name]
    assert shown(scene.a_minute_later()) == EXPECTED[name]


def test_the_table_is_asked_once_a_minute_and_the_brand_is_the_same_object_until_it_changes() -> None:
    scene = Scene()
    first = scene.live.now()
    for _ in range(59):
        scene.now += timedelta(seconds=1)
        assert scene.live.now() is first
    assert scene.store.calls["all"] == 1

    assert scene.a_minute_later() is first
    assert scene.store.calls["all"] == 2


def test_a_table_that_cannot_be_read_leaves_the_last_known_values_is_asked_once_a_minute_and_logged_once() -> None:
    scene = Scene()
    scene.has_set(BILLING, ["a@emerald.example"])
    known = scene.live.now()
    scene.store.busy.add("all")
    asked = scene.store.calls["all"]

    for _ in range(3):
        assert scene.a_minute_later() is known
        assert scene.live.now() is known

    assert scene.store.calls["all"] == asked + 3
    assert scene.logged == ["the live settings could not be read; the last known ones hold"]
    scene.store.busy.clear()
    scene.has_set(BILLING, ["b@emerald.example"])
    assert scene.a_minute_later().departments["billing"].emails == ("b@emerald.example",)


def test_a_function_that_starts_while_the_table_cannot_be_read_begins_with_desk_yaml() -> None:
    scene = Scene()
    scene.has_set(BILLING, ["a@emerald.example"])
    scene.store.busy.add("all")

    assert scene.live.now() == brand_of(COMPILED)

    scene.store.busy.clear()
    assert scene.a_minute_later().departments["billing"].emails == ("a@emerald.example",)


@pytest.mark.parametrize("broken", [{"phones": []}, None, "010"])
def test_a_value_that_makes_no_brand_is_left_out_and_logged_once_and_the_others_hold(broken: Any) -> None:
    scene = Scene()
    scene.has_set("on_call", ON_CALL)
    known = scene.live.now()
    scene.has_set("on_call", broken)
    scene.has_set(BILLING, ["a@emerald.example"])

    brand = scene.a_minute_later()

    assert brand.on_call == known.on_call
    assert brand.departments["billing"].emails == ("a@emerald.example",)
    assert scene.a_minute_later() is brand
    assert len(scene.logged) == 1


def test_what_was_set_back_before_anybody_looked_leaves_the_same_object() -> None:
    scene = Scene()
    first = scene.live.now()
    scene.has_set(BILLING, ["a@emerald.example"])
    scene.has_set(BILLING, COMPILED["live"][BILLING])

    assert scene.a_minute_later() is first


def test_a_setting_that_is_stored_no_more_is_as_desk_yaml_has_it() -> None:
    scene = Scene()
    scene.has_set(BILLING, ["a@emerald.example"])
    scene.live.now()
    scene.store.versions.clear()

    assert scene.a_minute_later() == brand_of(COMPILED)


def test_settings_of_departments_that_this_release_lacks_do_nothing() -> None:
    scene = Scene()
    scene.has_set("departments.gone.emails", ["a@emerald.example"])
    scene.has_set("of_a_later_release", 1)

    assert scene.live.now() == brand_of(COMPILED)
    assert scene.logged == []
