import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from desk.cases.author_cases import AuthorCase
from desk.cases.model import BY_MAIL_ONLY, Case, CaseState, Event, Review, Word, case_id_of
from desk.mentions.model import Mention, Parent
from desk.notifications.contract import case_message
from desk.notifications.model import Notification
from desk.reading import Kind, Need, Reading, Urgency, Why
from desk.text import utf8_bytes
from desk.x.model import Author, Media, XPost
from tests.unit.notifications.mail_scene import BRAND, delivery, handed, mention, post, reading

CONTRACTS = Path(__file__).parents[3] / "docs" / "contracts"
SCHEMA: dict[str, Any] = json.loads((CONTRACTS / "case-v1.schema.json").read_text(encoding="utf-8"))
ROOM = 200_000


def closed(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema that refuses members which the published one does not describe."""
    shut = deepcopy(schema)
    for part in (shut, *shut["$defs"].values(), shut["$defs"]["reading"]["properties"]["why"]["items"]):
        if part.get("type") == "object":
            part["unevaluatedProperties"] = False
    shut["$defs"]["post"].pop("unevaluatedProperties")  # a mention is a post and more
    return shut


STRICT = Draft202012Validator(closed(SCHEMA))

ids = st.integers(min_value=1, max_value=10**19 - 1).map(str)
words = st.text(max_size=200)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001 - hypothesis takes naive bounds
authors = st.builds(Author, id=ids, username=words, name=words)
media = st.builds(Media, type=st.sampled_from(["photo", "video", "new"]), alt_text=st.none() | words, url=st.none())


@st.composite
def posts(draw: st.DrawFn) -> XPost:
    own = draw(ids)
    return XPost(
        id=own,
        text=draw(st.text(max_size=2_000)),
        author_id=draw(ids),
        created_at=draw(moments),
        conversation_id=draw(ids),
        lang=draw(st.sampled_from(["ko", "en", "und", "qme"])),
        edit_ids=(*draw(st.lists(ids, max_size=2)), own),
        in_reply_to=draw(st.none() | ids),
        media=tuple(draw(st.lists(media, max_size=4))),
        author=draw(st.none() | authors),
    )


@st.composite
def earlier_cases(draw: st.DrawFn) -> AuthorCase:
    kind, state = draw(st.sampled_from(Kind)), draw(st.sampled_from(CaseState))
    return AuthorCase("7Q2M4-XD93K", "network", kind, state, draw(moments), draw(st.none() | moments))


@st.composite
def notifications(draw: st.DrawFn) -> Notification:
    parent = draw(st.none() | st.builds(Parent, id=ids, post=st.none() | posts()))
    of = Mention(draw(posts()), draw(moments), parent, draw(st.booleans()))
    read = Reading(
        kind=draw(st.sampled_from(Kind)),
        need=draw(st.sampled_from(Need)),
        department=draw(st.sampled_from(["billing", "network", "operator"])),
        urgency=draw(st.sampled_from(Urgency)),
        lang="ko",
        confidence=draw(st.floats(min_value=0, max_value=1)),
        why=(Why("question", draw(st.text(max_size=20))), Why("uncertain")),
    )
    case = Case(
        id=case_id_of(of.post.conversation_id, of.post.author_id),
        conversation_id=of.post.conversation_id,
        author_id=of.post.author_id,
        author=of.post.author,
        department="billing",
        kind=read.kind,
        need=read.need,
        urgency=read.urgency,
        lang="ko",
        state=draw(st.sampled_from(CaseState)),
        opened_at=of.received_at,
        asked_at=of.received_at,
        first_due_at=of.received_at + timedelta(hours=9),
        due_at=of.received_at + timedelta(hours=9),
        mention_ids=(of.id,),
    )
    event = draw(st.sampled_from([event for event in Event if event not in BY_MAIL_ONLY]))
    word = Word(draw(words), draw(words), draw(moments)) if event is Event.CASE_HANDED else None
    earlier = tuple(draw(st.lists(earlier_cases(), max_size=5)))
    return Notification(event, of, read, "billing", draw(st.none() | st.just(case)), word=word, earlier=earlier)


@settings(max_examples=60)
@given(notifications(), st.integers(min_value=6_000, max_value=20_000))
def test_every_delivery_keeps_the_contract_within_its_bytes(told: Notification, room: int) -> None:
    message = case_message(told, BRAND, max_bytes=room)

    assert len(message.encode()) <= room
    STRICT.validate(json.loads(message))


def test_the_documented_example_keeps_the_contract() -> None:
    example = json.loads((CONTRACTS / "case-v1.example.json").read_text(encoding="utf-8"))

    STRICT.validate(example)


def test_the_closed_schema_would_notice_a_member_nobody_described() -> None:
    message = json.loads(case_message(delivery(), BRAND, max_bytes=ROOM))

    assert not STRICT.is_valid({**message, "surprise": 1})
    assert not STRICT.is_valid({**message, "mention": {**message["mention"], "surprise": 1}})
    assert not STRICT.is_valid({**message, "case": {**message["case"], "due_at": "tomorrow"}})


def test_a_case_handed_over_has_its_time_and_the_kind_that_people_chose() -> None:
    told = handed("기지국 문의라 넘깁니다")
    assert told.case is not None
    found = told._replace(case=told.case._replace(kind=Kind.FAULT))

    message = json.loads(case_message(found, BRAND, max_bytes=ROOM))

    STRICT.validate(message)
    assert message["event"] == "case_handed"
    assert message["handed_at"] == "2026-11-24T03:20:00.000Z"
    assert (message["department"], message["case"]["department"]) == ("network", "network")
    assert (message["case"]["kind"], message["reading"]["kind"]) == ("fault", "inquiry")
    assert json.loads(case_message(delivery(), BRAND, max_bytes=ROOM))["handed_at"] is None


def test_what_is_to_review_says_so_beside_its_kind() -> None:
    doubtful = reading(kind=Kind.JUNK, need=Need.RELATIONSHIP, department="operator", review=True)
    told = delivery(read=doubtful)
    assert told.case
    message = json.loads(
        case_message(told._replace(case=told.case._replace(review=Review.JUNK)), BRAND, max_bytes=ROOM)
    )

    STRICT.validate(message)
    assert [message[part]["kind"] for part in ("reading", "case")] == ["junk", "junk"]
    assert [message[part]["review"] for part in ("reading", "case")] == [True, True]


def test_notes_between_colleagues_are_not_in_json() -> None:
    message = case_message(handed("기지국 문의라 넘깁니다"), BRAND, max_bytes=ROOM)

    assert "기지국" not in message
    assert "김지은" not in message


@pytest.mark.parametrize("state", CaseState)
def test_in_json_a_case_is_open_until_an_answer_is_on_x(state: CaseState) -> None:
    told = delivery()
    assert told.case is not None

    message = json.loads(case_message(told._replace(case=told.case._replace(state=state)), BRAND, max_bytes=ROOM))

    over = {CaseState.ANSWERED: "answered", CaseState.MOVED: "answered", CaseState.CLOSED: "closed"}
    assert message["case"]["state"] == over.get(state, "open")


def test_feedback_has_no_case() -> None:
    told = delivery(read=reading(kind=Kind.FEEDBACK), event=Event.FEEDBACK)

    assert json.loads(case_message(told, BRAND, max_bytes=ROOM))["case"] is None


@pytest.mark.parametrize("unit", ["가", "👨‍👩‍👧‍👦", '"\n', "\ud83d"])
def test_25_000_characters_are_cut_visibly_and_within_their_bytes(unit: str) -> None:
    told = delivery(mention(post(text=unit * 25_000), Parent("8", post("8", "짧은 글"))))

    message = case_message(told, BRAND, max_bytes=20_000)

    parsed = json.loads(message)
    assert 19_900 <= utf8_bytes(message) <= 20_000
    assert parsed["mention"]["text_truncated"] is True
    assert parsed["mention"]["text"].endswith("…")
    assert parsed["mention"]["parent"]["text"] == "짧은 글"
    assert parsed["mention"]["parent"]["text_truncated"] is False


def test_words_are_passed_on_as_they_are_even_where_mail_would_hide_them() -> None:
    message = case_message(delivery(mention(post(text="값\u202e\x07 <b>"))), BRAND, max_bytes=ROOM)

    assert json.loads(message)["mention"]["text"] == "값\u202e\x07 <b>"


def test_a_limit_that_not_even_the_frame_keeps_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        case_message(delivery(), BRAND, max_bytes=300)
