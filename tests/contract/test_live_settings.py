"""Live settings: the fake and DynamoDB keep the same promises."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.errors import SettingMoved
from desk.live_settings.store import (
    MOST_AT_ONCE,
    SEEDED_BY,
    LiveSetting,
    LiveSettingItems,
    LiveSettingStore,
    seed_missing,
    with_seeds,
)
from tests.fakes.live_settings import FakeLiveSettings
from tests.tables import Dynamo

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SEEDS = {
    "departments.billing.emails": ["요금@emerald.example"],
    "greeting_today": None,
    "listen": {"terms": ["에메랄드"], "without": {"words": []}},
}
ADDED = ["a@emerald.example", "b@emerald.example"]


@pytest.fixture
def store(dynamo: Dynamo | None) -> LiveSettingStore:
    return LiveSettingItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeLiveSettings()


def setting(store: LiveSettingStore, key: str) -> LiveSetting:
    return with_seeds(store.all(), SEEDS)[key]


def test_a_setting_is_as_desk_yaml_has_it_until_it_is_stored(store: LiveSettingStore) -> None:
    assert store.all() == {}
    assert setting(store, "greeting_today") == LiveSetting("greeting_today", None, version=0, by=SEEDED_BY)


def test_what_is_missing_is_seeded_once_and_what_people_have_set_stays(store: LiveSettingStore) -> None:
    store.save([setting(store, "departments.billing.emails").changed(ADDED, "지민", NOON)])

    first = seed_missing(store, SEEDS, NOON + timedelta(hours=1))
    second = seed_missing(store, SEEDS | {"listen": {"terms": []}}, NOON + timedelta(hours=2))

    assert (first, second) == (["greeting_today", "listen"], [])
    assert {key: one.value for key, one in store.all().items()} == SEEDS | {"departments.billing.emails": ADDED}
    assert setting(store, "listen").by == SEEDED_BY


def test_a_change_has_its_version_who_made_it_when_and_the_value_before(store: LiveSettingStore) -> None:
    seed_missing(store, SEEDS, NOON)
    seeded = setting(store, "departments.billing.emails")
    store.save([seeded.changed(ADDED, "지민", NOON + timedelta(minutes=1))])
    store.save([setting(store, seeded.key).changed([], "sujin", NOON + timedelta(minutes=2))])

    last = LiveSetting(seeded.key, [], 3, "sujin", NOON + timedelta(minutes=2), before=ADDED)
    assert setting(store, seeded.key) == last
    assert store.history(seeded.key) == [
        LiveSetting(seeded.key, SEEDS[seeded.key], 1, SEEDED_BY, NOON),
        LiveSetting(seeded.key, ADDED, 2, "지민", NOON + timedelta(minutes=1), before=SEEDS[seeded.key]),
        last,
    ]
    assert [one.key for one in store.history("listen")] == ["listen"]


@pytest.mark.parametrize("is_seeded", [False, True])
def test_who_comes_second_changes_nothing(store: LiveSettingStore, *, is_seeded: bool) -> None:
    seeds = {"listen": SEEDS["listen"]} if is_seeded else {}
    seed_missing(store, seeds, NOON)
    seen = setting(store, "listen")
    before = list(store.history("listen"))
    first = seen.changed({"terms": ["one"]}, "jimin", NOON)
    store.save([first])

    with pytest.raises(SettingMoved):
        store.save([seen.changed({"terms": ["two"]}, "sujin", NOON)])

    assert setting(store, "listen") == first
    assert store.history("listen") == [*before, first]


def test_a_change_whose_answer_was_lost_may_be_stored_again(store: LiveSettingStore) -> None:
    change = setting(store, "listen").changed({"terms": ["one"]}, "jimin", NOON)
    store.save([change])

    store.save([change])

    assert store.history("listen") == [change]


def test_several_settings_change_together_or_not_at_all(store: LiveSettingStore) -> None:
    seed_missing(store, SEEDS, NOON)
    seen = store.all()
    store.save([seen["listen"].changed({"terms": ["one"]}, "jimin", NOON)])
    before = store.all()
    changes = [seen[key].changed([key], "sujin", NOON) for key in SEEDS]

    with pytest.raises(SettingMoved, match=r"^listen$"):
        store.save(changes)

    assert store.all() == before
    again = [before[key].changed([key], "sujin", NOON) for key in SEEDS]
    store.save(again)
    store.save(again)
    assert {key: (one.value, len(store.history(key))) for key, one in store.all().items()} == {
        "departments.billing.emails": (["departments.billing.emails"], 2),
        "greeting_today": (["greeting_today"], 2),
        "listen": (["listen"], 3),
    }


def test_a_transaction_takes_fifty_settings_and_no_more(store: LiveSettingStore) -> None:
    many = [LiveSetting(f"departments.d{number}.emails", [], 1, "jimin", NOON) for number in range(MOST_AT_ONCE + 1)]

    with pytest.raises(ValueError, match="at once"):
        store.save(many)
    store.save([])
    store.save(many[:-1])

    assert len(store.all()) == MOST_AT_ONCE
