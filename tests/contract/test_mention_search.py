"""The search for mentions of a day, on the tables and in the fake."""

from datetime import date, timedelta
from typing import Any

import pytest

from desk.mentions.model import Mention
from desk.mentions.search import MentionSearch, MentionSearchItems
from desk.mentions.store import MentionStoreItems
from desk.retention.store import ErasureItems
from desk.x.model import Author
from tests.contract.case_scene import SEOUL, mention
from tests.fakes.mentions import FakeMentions
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
def search(dynamo: Dynamo | None) -> MentionSearch:
    if dynamo is None:
        fake = FakeMentions()
        fake.store(MENTIONS)
        return FakeSearch(fake)
    client, tables = dynamo
    MentionStoreItems(client, mentions_table=tables.mentions, desk_table=tables.desk, zone=SEOUL).store(MENTIONS)
    return MentionSearchItems(client, mentions_table=tables.mentions)


def found(search: MentionSearch, *words: str, handle: str | None = None, day: date = TODAY, most: int = 9) -> list[str]:
    return [each.mention_id for each in search.in_day(day, words=words, handle=handle, most=most)]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
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
    ],
)
def test_a_day_is_searched_by_words_and_handles_the_newest_first(
    asked: dict[str, Any], expected: list[str], search: MentionSearch
) -> None:
    assert found(search, *asked["words"], **{name: asked[name] for name in asked if name != "words"}) == expected


def test_an_erased_mention_is_not_found(search: MentionSearch, dynamo: Dynamo | None) -> None:
    if dynamo is None:
        pytest.skip("about the tables")
    client, tables = dynamo
    ErasureItems(
        client, mentions_table=tables.mentions, cases_table=tables.cases, desk_table=tables.desk
    ).erase_mentions(["1"])

    assert found(search, "연결") == ["2"]
    assert found(search, handle="minji_88") == ["4"]
