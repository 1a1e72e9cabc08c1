"""Look-ups, threads and private messages: the fakes and DynamoDB keep the same promises."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.cases.items import case_item
from desk.cases.model import CaseState
from desk.cases.private_messages import PrivateMessageItems, PrivateMessages
from desk.mentions.threads import ThreadPostItems, ThreadPosts
from desk.retention.store import ErasureItems, RetentionItems
from desk.x.look_ups import (
    AUTHOR_KEPT,
    REQUEST_LASTS,
    THREAD_KEPT,
    LookUp,
    LookUpItems,
    LookUpProblem,
    LookUps,
    LookUpState,
    author_key,
    keys_in,
    message_of,
    thread_key,
)
from desk.x.model import Author, DirectMessage, Media, XPost
from tests.cases import a_case
from tests.fakes.look_ups import FakeLookUps, FakePrivateMessages, FakeThreadPosts
from tests.fakes.pictures import no_pictures
from tests.tables import DYNAMODBS, Dynamo

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SEOUL = ZoneInfo("Asia/Seoul")
MINJI, HANA = author_key("7"), author_key("8")
THREAD = thread_key("100")
CASE = "7Q2M4-XD93K"


@dataclass
class Stores:
    look_ups: LookUps
    threads: ThreadPosts
    private: PrivateMessages


@pytest.fixture
def stores(dynamo: Dynamo | None) -> Stores:
    if dynamo is None:
        return Stores(FakeLookUps(), FakeThreadPosts(), FakePrivateMessages())
    client, desk = dynamo.client, dynamo.tables.desk
    return Stores(
        LookUpItems(client, desk),
        ThreadPostItems(client, desk),
        PrivateMessageItems(client, dynamo.tables.cases),
    )


def post(post_id: str, *, conversation: str = "100", author: str = "7", text: str = "요금이 이상해요") -> XPost:
    media = (Media("photo", "영수증", "https://p.example/1.jpg", 1200, 900), Media("video", None, None))
    at = NOON + timedelta(seconds=int(post_id))
    return XPost(post_id, text, author, at, conversation, "ko", (post_id,), media=media)


def message(number: int, text: str = "번호는 7입니다") -> DirectMessage:
    return DirectMessage(str(number), "7", "1-7", text, NOON + timedelta(minutes=number))


def test_a_request_is_sent_once_until_it_may_be_made_again(stores: Stores) -> None:
    look_ups = stores.look_ups

    first = look_ups.request([MINJI, HANA, MINJI], NOON)
    twice = look_ups.request([MINJI], NOON + MINUTE)
    late = look_ups.request([MINJI], NOON + REQUEST_LASTS)

    assert (first, twice, late) == ([MINJI, HANA], [], [MINJI])
    assert look_ups.results([HANA, THREAD], NOON) == {
        HANA: LookUp(HANA, LookUpState.REQUESTED, NOON, NOON + REQUEST_LASTS)
    }


def test_only_one_of_two_workers_claims_a_request_and_an_interrupted_one_is_claimed_again(stores: Stores) -> None:
    look_ups = stores.look_ups
    look_ups.request([MINJI], NOON)

    claims = [look_ups.claim(MINJI, NOON + span) for span in (timedelta(0), MINUTE / 2, MINUTE)]
    done = LookUp(MINJI, LookUpState.DONE, NOON, NOON + AUTHOR_KEPT, author=Author("7", "minji", "민지", "https://p/7"))
    look_ups.finish([done])

    assert [bool(claim) for claim in claims] == [True, False, True]
    assert look_ups.claim(MINJI, NOON + 5 * MINUTE) is None
    assert look_ups.claim(HANA, NOON) is None
    assert look_ups.results([MINJI], NOON) == {MINJI: done}


def test_an_account_is_kept_for_thirty_days_and_can_be_forgotten_before(stores: Stores) -> None:
    look_ups = stores.look_ups
    again_at = NOON + AUTHOR_KEPT
    look_ups.finish(
        [LookUp(key, LookUpState.DONE, NOON, again_at, author=Author(key.id, "a", "A")) for key in (MINJI, HANA)]
    )
    look_ups.forget([HANA, HANA, THREAD])

    assert look_ups.results([MINJI, HANA], again_at - MINUTE).keys() == {MINJI}
    assert look_ups.results([MINJI], again_at) == {}
    assert look_ups.request([MINJI], again_at) == [MINJI]


def test_a_failed_look_up_says_why_and_when_it_can_be_requested_again(stores: Stores) -> None:
    failed = LookUp(MINJI, LookUpState.FAILED, NOON, NOON + MINUTE, LookUpProblem.OVER_BUDGET)
    stores.look_ups.finish([failed])

    assert stores.look_ups.results([MINJI], NOON) == {MINJI: failed}
    assert [stores.look_ups.request([MINJI], NOON + span) for span in (MINUTE / 2, MINUTE)] == [[], [MINJI]]


def test_a_thread_goes_on_where_its_last_look_up_ended(stores: Stores) -> None:
    stores.look_ups.request([THREAD], NOON, before="90")
    begun = stores.look_ups.claim(THREAD, NOON)
    stores.look_ups.finish([LookUp(THREAD, LookUpState.DONE, NOON, NOON, before="40")])
    stores.look_ups.request([THREAD], NOON, before="90")

    assert begun
    assert begun.before == "90"
    assert stores.look_ups.results([THREAD], NOON)[THREAD].before == "40"


def test_a_message_of_the_queue_names_its_look_ups() -> None:
    assert keys_in(message_of([MINJI, THREAD])) == [MINJI, THREAD]
    for wrong in ("", "[]", '{"keys": 1}', '{"keys": ["colour#1"]}'):
        with pytest.raises(ValueError, match=r"."):
            keys_in(wrong)


def test_posts_of_a_thread_are_kept_for_a_week_in_order(stores: Stores) -> None:
    threads, (second, first, other) = stores.threads, (post("102"), post("101"), post("103", conversation="10"))
    threads.add([second, first, other], NOON)
    threads.add([first], NOON)

    assert threads.of("100", NOON) == [first, second]
    assert threads.of("100", NOON + THREAD_KEPT) == []
    assert set(threads.ids()) == {"101", "102", "103"}


def test_posts_of_a_thread_go_with_their_deletion_and_with_their_author(stores: Stores) -> None:
    threads = stores.threads
    threads.add([post("101"), post("102", author="8"), post("103", author="8"), post("104")], NOON)

    assert (threads.forget(ids={"101", "999"}), threads.forget(author_id="8"), threads.forget()) == (1, 2, 0)
    assert [one.id for one in threads.of("100", NOON)] == ["104"]


def test_private_messages_are_kept_once_and_in_order(stores: Stores) -> None:
    private = stores.private
    for number, text in ((2, "네"), (1, "번호는 7입니다"), (1, "another text")):
        private.add(CASE, message(number, text), is_ours=number == 2)

    assert [(one.id, one.text, one.is_ours) for one in private.of_case(CASE)] == [
        *[("1", "번호는 7입니다", False), ("2", "네", True)]
    ]
    assert private.of_case(CASE)[0].at == NOON + MINUTE
    assert private.of_case("AAAAA-AAAAA") == []


@pytest.mark.parametrize("dynamo", DYNAMODBS, indirect=True)
@pytest.mark.parametrize("way", ["erased", "forgotten"])
def test_words_of_private_messages_go_with_their_case_and_do_not_come_back(dynamo: Dynamo, way: str) -> None:
    client, tables = dynamo.client, dynamo.tables
    private = PrivateMessageItems(client, tables.cases)
    client.put_item(TableName=tables.cases, Item=case_item(a_case(NOON, state=CaseState.CLOSED)))
    private.add(CASE, message(1), is_ours=False)
    if way == "erased":
        names = {"mentions_table": tables.mentions, "cases_table": tables.cases, "desk_table": tables.desk}
        ErasureItems(client, no_pictures(), **names).erase_case(CASE)
    else:
        RetentionItems(
            client, no_pictures(), mentions_table=tables.mentions, cases_table=tables.cases
        ).remove_case_words(CASE, NOON + timedelta(days=400))

    private.add(CASE, message(1), is_ours=False)

    assert private.of_case(CASE) == []
