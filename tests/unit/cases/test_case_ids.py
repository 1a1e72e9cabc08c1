"""The small nouns: case numbers, conversations, shards and the schedule's time."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.cases.model import case_id_of, conversation_of
from desk.clock import scheduled_time
from desk.mentions.model import SHARDS, shard_of
from desk.x.model import XPost


def post(id: str, conversation_id: str, edit_ids: tuple[str, ...]) -> XPost:  # noqa: A002 - the noun's own name
    return XPost(
        id=id,
        text="",
        author_id="7",
        created_at=datetime(2026, 11, 24, tzinfo=UTC),
        conversation_id=conversation_id,
        lang="ko",
        edit_ids=edit_ids,
    )


def test_a_case_number_is_the_same_for_ever() -> None:
    assert case_id_of("1700000000000000001", "42") == "RXAE6-PH949"


@given(st.text(), st.text())
def test_a_case_number_has_only_letters_that_are_clear_on_the_phone(conversation_id: str, author_id: str) -> None:
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", case_id_of(conversation_id, author_id))


def test_another_author_or_conversation_is_another_case() -> None:
    numbers = {case_id_of(str(conversation), str(author)) for conversation in range(100) for author in range(100)}

    assert len(numbers) == 10_000


@pytest.mark.parametrize(
    ("id_", "conversation_id", "versions"),
    [("1", "1", ("1",)), ("2", "2", ("1", "2")), ("2", "1", ("1", "2")), ("5", "1", ("5",)), ("6", "1", ("5", "6"))],
)
def test_first_posts_replies_and_their_edits_stay_in_their_conversation(
    id_: str, conversation_id: str, versions: tuple[str, ...]
) -> None:
    assert conversation_of(post(id_, conversation_id, versions)) == "1"


def test_mentions_spread_evenly_over_the_shards() -> None:
    sizes = Counter(shard_of(str(1_700_000_000_000_000_000 + number * 4_194_304)) for number in range(8000))

    assert set(sizes) == set(range(SHARDS))
    assert max(sizes.values()) < 1.25 * min(sizes.values())


def test_a_shard_is_the_same_in_every_process() -> None:
    assert shard_of("1700000000000000001") == 5


@pytest.mark.parametrize("stated", ["2026-11-24T09:00:00Z", "2026-11-24T18:00:00+09:00", "2026-11-24T09:00:00"])
def test_the_time_of_a_scheduled_event_is_read(stated: str) -> None:
    assert scheduled_time({"scheduled_time": stated}) == datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize("event", [{}, {"scheduled_time": ""}, {"scheduled_time": None}, {"scheduled_time": "<aws.…>"}])
def test_an_event_without_a_time_is_for_now(event: dict[str, Any]) -> None:
    assert abs(scheduled_time(event) - datetime.now(UTC)) < timedelta(minutes=1)
