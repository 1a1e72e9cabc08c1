"""A mention survives its way into a table's item and back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.aws.dynamodb import from_item
from desk.mentions.items import mention_item, mention_of, reading_attributes, reading_of
from desk.mentions.model import Mention, Parent, Source, shard_of
from desk.reading import Kind, Need, Reading, Safety, Urgency, Why
from desk.x.model import Author, Media, PostMetrics, XPost

SEOUL = ZoneInfo("Asia/Seoul")
IDS = st.integers(1, 2**63 - 1).map(str)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
POSTS = st.builds(
    XPost,
    id=IDS,
    text=TEXTS,
    author_id=IDS,
    created_at=MOMENTS,
    conversation_id=IDS,
    lang=st.sampled_from(["ko", "en", "und", ""]),
    edit_ids=st.lists(IDS, max_size=5).map(tuple),
    in_reply_to=st.none() | IDS,
    quotes=st.none() | IDS,
    retweets=st.none() | IDS,
    media=st.lists(
        st.builds(Media, TEXTS, st.none() | TEXTS, st.none() | TEXTS, *([st.none() | st.integers(1, 2**40)] * 2)),
        max_size=4,
    ).map(tuple),
    author=st.none() | st.builds(Author, IDS, TEXTS, TEXTS, st.none() | TEXTS),
    metrics=st.none() | st.builds(PostMetrics, *([st.integers(0, 2**40)] * 4), st.none() | st.integers(0, 2**40)),
)
MENTIONS = st.builds(
    Mention,
    post=POSTS,
    received_at=MOMENTS,
    parent=st.none() | st.builds(Parent, IDS, st.none() | POSTS),
    backlog=st.booleans(),
    source=st.sampled_from(Source),
)


def mention_at(created_at: datetime) -> Mention:
    post = XPost(
        id="12",
        text="안녕하세요",
        author_id="7",
        created_at=created_at,
        conversation_id="12",
        lang="ko",
        edit_ids=("12",),
    )
    return Mention(post=post, received_at=created_at + timedelta(seconds=30))


@given(MENTIONS)
def test_what_comes_back_is_what_went_in(mention: Mention) -> None:
    assert mention_of(dict(mention_item(mention, SEOUL))) == mention


@given(MENTIONS)
def test_an_item_holds_what_the_indexes_need(mention: Mention) -> None:
    plain = from_item(dict(mention_item(mention, SEOUL)))

    assert plain["mention_id"] == mention.id
    assert plain["author_id"] == mention.post.author_id
    assert plain["waiting"] == f"reading#{shard_of(mention.id)}"
    assert None not in plain.values()


def test_a_mention_belongs_to_its_day_in_the_desks_zone() -> None:
    plain = from_item(dict(mention_item(mention_at(datetime(2026, 11, 24, 15, 30, tzinfo=UTC)), SEOUL)))

    assert plain["day_shard"].startswith("2026-11-25#")


def test_a_mention_whose_words_were_forgotten_cannot_be_had_back() -> None:
    item = dict(mention_item(mention_at(datetime(2026, 11, 24, tzinfo=UTC)), SEOUL))
    del item["post"]

    with pytest.raises(KeyError):
        mention_of(item)


READINGS = st.builds(
    Reading,
    kind=st.sampled_from(Kind),
    need=st.sampled_from(Need),
    department=st.none() | st.sampled_from(["network", "operator"]),
    urgency=st.sampled_from(Urgency),
    lang=st.sampled_from(["ko", "en"]),
    confidence=st.integers(0, 1_000).map(lambda thousandths: thousandths / 1_000),
    why=st.lists(st.builds(Why, st.sampled_from(["question", "legal"]), st.text(max_size=200)), max_size=3).map(tuple),
    terms=st.lists(st.sampled_from(["청구서", "wifi"]), max_size=3).map(tuple),
    wakes=st.booleans(),
    safety=st.sampled_from([None, *Safety]),
    review=st.booleans(),
)


@given(READINGS)
def test_a_reading_comes_back_as_it_was_stored(reading: Reading) -> None:
    stored = {name: value for name, value in reading_attributes(reading).items() if value is not None}

    assert reading_of(stored) == reading.handling_only()
