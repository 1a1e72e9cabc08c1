"""What one look tells an open page, on the tables and in the fakes."""

from datetime import timedelta
from typing import Any

import pytest

from desk.cases.items import case_item
from desk.errors import StoreBusy
from desk.staff.model import Person, Role
from desk.staff.presence import Presence, PresenceItems, PresenceStore
from desk.staff.settings import PersonSettings, SettingsItems, SettingsStore
from operator_console.inbox.glance import GlanceItems, Glances
from tests.cases import a_case
from tests.contract.case_scene import NOON
from tests.fakes.cases import FakeCases
from tests.fakes.inbox import FakeGlances
from tests.fakes.staff import FakePresence, FakeSettings
from tests.tables import Dynamo

CASE = a_case(NOON, version=3)
JIMIN = Person("jimin", "박지민", Role.OPERATOR)
CHOSEN = PersonSettings(notifies=True)

type Made = tuple[Glances, PresenceStore, SettingsStore]


@pytest.fixture
def made(dynamo: Dynamo | None) -> Made:
    """The glances, and the stores of what people do; with one case."""
    if dynamo is None:
        cases, presence, settings = FakeCases(), FakePresence(), FakeSettings()
        cases.put(CASE)
        return FakeGlances(cases, presence, settings), presence, settings
    client, tables = dynamo
    client.put_item(TableName=tables.cases, Item=case_item(CASE))
    glances = GlanceItems(client, cases_table=tables.cases, desk_table=tables.desk)
    return glances, PresenceItems(client, tables.desk), SettingsItems(client, tables.desk, PersonSettings())


def test_a_look_has_the_case_who_else_is_there_and_ones_own_settings(made: Made) -> None:
    glances, presence, settings = made
    presence.mark(CASE.id, "sujin", "이수진", NOON, is_typing=True)
    presence.mark(CASE.id, "jimin", "박지민", NOON, is_typing=False)
    presence.mark(CASE.id, "link:1", "박지민", NOON, is_typing=False)
    settings.save("jimin", CHOSEN, NOON)
    settings.save("sujin", PersonSettings(), NOON)

    found = glances.at(CASE.id, JIMIN, NOON)

    assert found.case == CASE
    assert found.others == [Presence("sujin", "이수진", is_typing=True)]
    assert found.settings == CHOSEN
    assert glances.at(CASE.id, JIMIN, NOON + timedelta(minutes=1)).others == []


@pytest.mark.parametrize("key", ["", "m12", "7Q2M4-XXXXX"])
def test_what_is_not_there_is_left_out(key: str, made: Made) -> None:
    found = made[0].at(key, JIMIN, NOON)

    assert (found.case, list(found.others), found.settings) == (None, [], PersonSettings())


@pytest.fixture
def client(dynamo: Dynamo | None, made: Made) -> Any:
    if dynamo is None:
        pytest.skip("about the tables")
    return dynamo.client


def test_a_look_is_one_read(client: Any, made: Made) -> None:
    calls: list[str] = []
    client.meta.events.register("before-call", lambda model, **_: calls.append(model.name))

    made[0].at(CASE.id, JIMIN, NOON)

    assert calls == ["BatchGetItem"]


def test_a_key_that_stays_unprocessed_is_a_busy_store(client: Any, made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = client.batch_get_item

    def partly(**asked: Any) -> Any:
        return answer(**asked) | {"UnprocessedKeys": {"any": {}}}

    monkeypatch.setattr(client, "batch_get_item", partly)

    with pytest.raises(StoreBusy):
        made[0].at(CASE.id, JIMIN, NOON)
