"""The search for mentions, on the tables and in the fake."""

from datetime import date, timedelta
from typing import Any

import pytest

from desk.mentions.model import Mention, Source
from desk.mentions.search import SECONDS, MentionSearch, MentionSearchItems
from desk.mentions.store import MentionStore, MentionStoreItems
from desk.retention.store import ErasureItems, RetentionItems
from desk.x.model import Author
from tests.contract.case_scene import NOON, SEOUL, mention
from tests.fakes.mentions import FakeMentions
from tests.fakes.pictures import no_pictures
from tests.fakes.seen import FakeSearch
from tests.tables import Dynamo

TODAY, YESTERDAY = date(2026, 11, 24), date(2026, 11, 23)


def said(number: int, text: str, handle: str = "MinJi_88", author: str = "7") -> Mention:
    one = mention(number, author=author, text=text)
    return one._replace(post=one.post._replace(author=Author(author, handle, "민지")))


MENTIONS = [
    said(1, "119 연결이 안 돼요"),
    said(2, "연결은 되는데 느려요", "kim"),
    said(3, "ＤＡＴＡ 요금이 이상해요", "kim"),
    said(4, "제 번호는 010-1234-5678"),
    said(-86400, "어제도 연결이 안 됐어요"),
]


@pytest.fixture
def store(dynamo: Dynamo | None) -> MentionStore:
    made: MentionStore = FakeMentions()
    if dynamo:
        client, tables = dynamo
        made = MentionStoreItems(client, mentions_table=tables.mentions, desk_table=tables.desk, zone=SEOUL)
    made.store(MENTIONS)
    return made


@pytest.fixture
def search(store: MentionStore, dynamo: Dynamo | None) -> MentionSearch:
    if isinstance(store, FakeMentions):
        return FakeSearch(store)
    assert dynamo
    return MentionSearchItems(dynamo.client, mentions_table=dynamo.tables.mentions)


def found(
    search: MentionSearch, *words: str, handle: str | None = None, day: date = TODAY, days: int = 1, most: int = 9
) -> list[str]:
    found_then = search.back_from(day, days=days, words=words, handle=handle, most=most)
    return [each.mention_id for each in found_then.mentions]


SEARCHES: list[tuple[dict[str, Any], list[str]]] = [
    ({"words": ["연결"]}, ["2", "1"]),
    ({"words": ["연결", "119"]}, ["1"]),
    ({"words": ["data"]}, ["3"]),
    ({"words": ["010-1234-5678"]}, ["4"]),
    ({"words": ["010-1234-5679"]}, []),
    ({"words": []}, []),
    ({"words": [], "handle": "minji_88"}, ["4", "1"]),
    ({"words": ["kim"], "handle": "KIM"}, ["3", "2"]),
    ({"words": ["연결"], "day": YESTERDAY}, ["-86400"]),
    ({"words": ["연결"], "day": YESTERDAY - timedelta(days=1)}, []),
    ({"words": ["연결"], "most": 1}, ["2"]),
    ({"words": ["연결"], "days": 2}, ["2", "1", "-86400"]),
    ({"words": ["연결"], "days": 14}, ["2", "1", "-86400"]),
    ({"words": ["연결"], "days": 2, "most": 2}, ["2", "1"]),
    ({"words": [], "handle": "minji_88", "days": 9}, ["4", "1", "-86400"]),
]


@pytest.mark.emulator
def test_a_day_is_searched_by_words_and_handles_the_newest_first(search: MentionSearch) -> None:
    for asked, expected in SEARCHES:
        more = {name: asked[name] for name in asked if name != "words"}
        assert found(search, *asked["words"], **more) == expected, asked


def test_a_search_says_how_far_it_has_looked(search: MentionSearch) -> None:
    assert search.back_from(TODAY, days=12, words=["없는 말"], handle=None, most=9).last_day == date(2026, 11, 13)


def test_a_search_that_takes_too_long_stops_and_says_how_far_it_came(
    store: MentionStore, dynamo: Dynamo | None
) -> None:
    if dynamo is None:
        pytest.skip("the fake takes no time")
    times = iter([0.0, SECONDS - 1, SECONDS])
    slow = MentionSearchItems(dynamo.client, mentions_table=dynamo.tables.mentions, clock=lambda: next(times))

    looked = slow.back_from(TODAY, days=90, words=["연결"], handle=None, most=9)

    assert [each.mention_id for each in looked.mentions] == ["2", "1", "-86400"]
    assert date(2026, 11, 1) < looked.last_day < YESTERDAY


def test_the_mentions_of_a_time_are_listed_to_the_second_and_without_what_was_heard(
    store: MentionStore, search: MentionSearch
) -> None:
    store.store([said(9, "제이드 느림")._replace(source=Source.LISTENING)])

    def between(since: int, until: int, most: int = 9) -> list[str]:
        moments = [NOON + timedelta(seconds=each) for each in (since, until)]
        days = [YESTERDAY, TODAY]
        return [each.mention_id for each in search.between(*moments, days=days, most=most)]

    assert between(-86400, 4) == ["3", "2", "1", "-86400"]
    assert between(2, 5) == ["4", "3", "2"]
    assert between(2, 60, most=1) == ["4"]
    assert between(60, 90) == []


HEARD = [
    said(5, "제이드 119 연결 안 됨", "HaNeul")._replace(source=Source.LISTENING),
    said(6, "제이드 연결 끊긴다는 소문")._replace(source=Source.LISTENING),
    said(-86399, "제이드 연결")._replace(source=Source.LISTENING),
]


def test_heard_posts_are_found_with_the_mentions_of_their_day(store: MentionStore, search: MentionSearch) -> None:
    store.store(HEARD)

    assert found(search, "연결") == ["6", "5", "2", "1"]
    assert found(search, "연결", most=3) == ["6", "5", "2"]
    assert found(search, "연결", "119") == ["5", "1"]
    assert found(search, handle="haneul") == ["5"]
    assert found(search, "연결", day=YESTERDAY) == ["-86399", "-86400"]


def test_a_heard_post_is_found_until_its_words_are_removed_or_erased_and_with_a_case_afterwards(
    store: MentionStore, search: MentionSearch, dynamo: Dynamo | None
) -> None:
    if dynamo is None:
        pytest.skip("about the tables")
    client, tables = dynamo
    store.store([*HEARD, said(7, "제이드 연결 또 안 돼")._replace(source=Source.LISTENING)])
    client.update_item(
        TableName=tables.mentions,
        Key={"mention_id": {"S": "6"}},
        UpdateExpression="SET case_id = :case",
        ExpressionAttributeValues={":case": {"S": "K7M2Q-4F3AB"}},
    )
    retention = RetentionItems(client, no_pictures(), mentions_table=tables.mentions, cases_table=tables.cases)
    for mention_id in ("5", "6"):
        retention.remove_heard(mention_id)
    ErasureItems(
        client, no_pictures(), mentions_table=tables.mentions, cases_table=tables.cases, desk_table=tables.desk
    ).erase_mentions(["7"])

    assert found(search, "제이드") == ["6"]
    assert found(search, handle="haneul") == []
    rows = client.scan(TableName=tables.mentions, IndexName="by_day")["Items"]
    assert {row["mention_id"]["S"] for row in rows if "제이드" in str(row)} == {"6", "-86399"}


def test_an_erased_mention_is_not_found(search: MentionSearch, dynamo: Dynamo | None) -> None:
    if dynamo is None:
        pytest.skip("about the tables")
    client, tables = dynamo
    ErasureItems(
        client, no_pictures(), mentions_table=tables.mentions, cases_table=tables.cases, desk_table=tables.desk
    ).erase_mentions(["1"])

    assert found(search, "연결") == ["2"]
    assert found(search, handle="minji_88") == ["4"]
