"""Sessions of people: the fake and DynamoDB keep the same promises."""

from datetime import UTC, datetime, timedelta

import pytest

from desk.people.model import Person, Role
from desk.people.sessions import SESSION_LASTS, SessionItems, SessionStore
from tests.fakes.people import FakeSessions
from tests.tables import Dynamo

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
JIMIN = Person(
    "https://issuer.example|1", "박지민", Role.DEPARTMENT, frozenset({"billing", "pr"}), "jimin@jade.example"
)


@pytest.fixture
def sessions(dynamo: Dynamo | None) -> SessionStore:
    return SessionItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeSessions()


def test_a_session_is_the_persons_until_it_expires(sessions: SessionStore) -> None:
    session_id = sessions.begin(JIMIN, NOON, id_token="hint")

    found = sessions.find(session_id, NOON)
    assert found is not None
    assert (found.person, found.id_token, found.expires_at) == (JIMIN, "hint", NOON + SESSION_LASTS)
    assert sessions.find(session_id, NOON + SESSION_LASTS - timedelta(seconds=1)) is not None
    assert sessions.find(session_id, NOON + SESSION_LASTS) is None


def test_sessions_of_one_person_are_independent_and_share_no_token(sessions: SessionStore) -> None:
    first, second = (sessions.begin(JIMIN, NOON, id_token="") for _ in range(2))

    found = [sessions.find(each, NOON) for each in (first, second)]
    assert found[0]
    assert found[1]
    assert found[0].csrf != found[1].csrf
    sessions.end(first)
    sessions.end(first)
    assert sessions.find(first, NOON) is None
    assert sessions.find(second, NOON) is not None


def test_an_unknown_session_is_none(sessions: SessionStore) -> None:
    assert sessions.find("AAAAAAAAAAAAAAAAAA", NOON) is None
