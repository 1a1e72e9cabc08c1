"""Sessions of people, sign-ins and saved replies: the fake and DynamoDB keep the same promises."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from desk.brand import SeedReply
from desk.errors import SavedReplyMoved
from desk.staff.model import Person, Role
from desk.staff.saved_replies import SavedReply, SavedReplyItems, SavedReplyStore, seeds_of
from desk.staff.sessions import SESSION_LASTS, SessionItems, SessionStore
from desk.staff.sign_ins import SIGN_IN_LASTS, SignInItems, SignInStore, StartedSignIn
from tests.fakes.staff import FakeSavedReplies, FakeSessions, FakeSignIns
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


SEEDS = (
    SeedReply("청구서", "앱에서 보실 수 있습니다.", "billing", "inquiry"),
    SeedReply("감사", "고맙습니다, {name} 님."),
)


@pytest.fixture
def replies(dynamo: Dynamo | None) -> SavedReplyStore:
    if dynamo is None:
        return FakeSavedReplies(seeds=seeds_of(SEEDS))
    return SavedReplyItems(dynamo.client, dynamo.tables.desk, SEEDS)


def a_reply(**changes: object) -> SavedReply:
    reply = SavedReply(
        "r1", "환불", "{time}까지 환불됩니다.", created_by="박지민", by="박지민", at=NOON, request="form-1"
    )
    return reply._replace(**changes)  # type: ignore[arg-type]


def test_saved_replies_begin_with_those_of_desk_yaml(replies: SavedReplyStore) -> None:
    assert [(one.title, one.department, one.kind, one.version) for one in replies.all()] == [
        ("감사", "", "", 0),
        ("청구서", "billing", "inquiry", 0),
    ]


def test_a_saved_reply_is_found_as_it_was_stored(replies: SavedReplyStore) -> None:
    stored = replies.save(
        a_reply(department="billing", kind="fault", only_when="no_spike", last_day=date(2026, 12, 1), promise="30m")
    )
    fact = replies.save(
        a_reply(
            id="f1",
            last_day=date(2026, 12, 1),
            last_time=time(18, 30),
            source="https://jade.example/notice",
            vouched_by="billing",
            is_unannounced=True,
            announced_at=NOON,
        )
    )

    assert stored.version == 1
    assert replies.find("r1") == stored
    assert replies.find("f1") == fact
    assert [each for each in replies.all() if each.version] == [fact, stored]
    assert replies.find("r2") is None


def test_a_change_of_a_persons_wins_over_desk_yaml_and_a_removed_reply_does_not_come_back(
    replies: SavedReplyStore,
) -> None:
    thanks, bill = replies.all()
    replies.save(thanks._replace(text="고마워요.", request="form-1"))
    replies.save(bill._replace(text="", removed=True, request="form-2"))

    assert [(one.text, one.version) for one in replies.all()] == [("고마워요.", 1)]
    assert replies.find(bill.id) is None


def test_the_slower_of_two_people_is_refused_and_a_repeated_form_is_not(replies: SavedReplyStore) -> None:
    first = replies.save(a_reply())
    second = replies.save(first._replace(text="새 글", request="form-2"))

    assert replies.save(first._replace(text="새 글", request="form-2")) == second
    with pytest.raises(SavedReplyMoved):
        replies.save(first._replace(text="다른 글", request="form-3"))
    with pytest.raises(SavedReplyMoved):
        replies.save(a_reply(request="form-4"))
    assert replies.find("r1") == second


@pytest.fixture
def sign_ins(dynamo: Dynamo | None) -> SignInStore:
    return SignInItems(dynamo.client, dynamo.tables.desk) if dynamo else FakeSignIns()


STARTED = StartedSignIn("hash of a cookie", "nonce", "verifier", "inbox/to_answer")


def test_a_sign_in_is_taken_once(sign_ins: SignInStore) -> None:
    sign_ins.start("state", STARTED, NOON)

    assert sign_ins.take("another", NOON) is None
    assert sign_ins.take("state", NOON + SIGN_IN_LASTS - timedelta(seconds=1)) == STARTED
    assert sign_ins.take("state", NOON) is None


def test_a_sign_in_expires(sign_ins: SignInStore) -> None:
    sign_ins.start("state", STARTED, NOON)

    assert sign_ins.take("state", NOON + SIGN_IN_LASTS) is None
