"""Which heard posts people are shown: the most important of the last 24 hours, at most thirty of them."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from desk.mentions.heard import HEARD_FOR, MOST_SHOWN, HeardPost, HeardPosts, candidates, is_over, shown_of, to_see_of
from desk.mentions.model import Mention, RoutingOutcome, Source, Stage, StoredMention
from desk.reading import Kind, Need, Reading, Urgency
from desk.x.model import PostMetrics, XPost

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def heard(
    number: int,
    kind: Kind = Kind.RUMOR,
    *,
    urgency: Urgency = Urgency.NORMAL,
    likes: int = 0,
    confidence: float = 0.9,
    hours: float = 1,
    case_id: str | None = None,
    source: Source = Source.LISTENING,
) -> StoredMention:
    """A post that was received so many hours before noon."""
    key, received_at = str(number), NOON - timedelta(hours=hours)
    metrics = PostMetrics(likes, 0, 0, 0) if likes else None
    post = XPost(key, f"글 {number}", "7", received_at, key, "ko", (key,), metrics=metrics)
    reading = Reading(kind, Need.SUPPORT, "pr", urgency, "ko", confidence, ())
    mention = Mention(post, received_at, source=source)
    return StoredMention(mention, Stage.NOTHING, RoutingOutcome(reading, None, case_id))


def rows(*stored: StoredMention, seen: Collection[str] = "") -> HeardPosts:
    """The posts as the index has them."""
    return HeardPosts(
        tuple(
            HeardPost(one.mention.post, one.outcome.reading.kind, one.outcome.reading.urgency, one.mention.id in seen)
            for one in stored
            if one.outcome
        )
    )


def shown(*stored: StoredMention) -> list[str]:
    found = {one.mention.id: one for one in stored}
    return [one.mention.id for one in shown_of(rows(*stored), found, NOON).posts]


def test_rumours_come_first_then_faults_then_the_rest() -> None:
    kinds = [Kind.CHAT, Kind.INQUIRY, Kind.FAULT, Kind.RUMOR, Kind.FEEDBACK]
    posts = [heard(number, kind, likes=number * 100) for number, kind in enumerate(kinds)]

    assert shown(*posts) == ["3", "2", "1", "4", "0"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (heard(1, urgency=Urgency.HIGH), heard(2, likes=9000)),
        (heard(1, likes=9, confidence=0.2), heard(2, likes=8)),
        (heard(1, confidence=0.9), heard(2, confidence=0.8)),
        (heard(2), heard(1)),
    ],
    ids=["urgency before spread", "spread before confidence", "confidence before time", "the newest"],
)
def test_of_one_kind_the_order_is(first: StoredMention, second: StoredMention) -> None:
    assert shown(first, second) == shown(second, first) == [first.mention.id, second.mention.id]


def test_the_order_does_not_depend_on_the_order_in_which_they_come() -> None:
    chosen = Random(7)
    posts = [
        heard(
            number,
            chosen.choice([Kind.RUMOR, Kind.FAULT, Kind.CHAT]),
            urgency=chosen.choice(list(Urgency)),
            likes=chosen.randrange(3),
            confidence=chosen.choice([0.5, 0.9]),
        )
        for number in range(200)
    ]
    whole = shown(*posts)
    chosen.shuffle(posts)
    first = set(candidates(rows(*posts).posts))

    assert shown(*posts) == whole
    assert len(whole) == MOST_SHOWN
    assert shown(*(post for post in posts if post.mention.id in first)) == whole


def test_how_many_others_there_are_is_said() -> None:
    posts = [heard(number) for number in range(40)]
    found = {one.mention.id: one for one in posts[:35]}  # of five only the index has something

    result = shown_of(rows(*posts, seen="12"), found, NOON)

    assert (len(result.posts), result.others) == (30, 10)
    assert "12" in result.seen


@pytest.mark.parametrize("seen", [(), (0, 1), range(25, 40), range(40)])
def test_the_number_to_see_is_that_of_the_posts_that_are_shown_and_that_nobody_has_seen(seen: Sequence[int]) -> None:
    posts = [heard(number, Kind.FAULT if number < 10 else Kind.RUMOR, likes=number) for number in range(40)]
    heard_posts = rows(*posts, seen={str(number) for number in seen})

    result = shown_of(heard_posts, {one.mention.id: one for one in posts}, NOON)

    assert len(to_see_of(heard_posts)) == len({one.mention.id for one in result.posts} - result.seen)
    assert len(to_see_of(heard_posts)) == 30 - len({*seen} - {*range(10)})


def test_a_post_is_not_shown_once_its_day_is_over_or_somebody_opened_a_case_or_it_is_a_mention() -> None:
    assert shown(heard(1, hours=24), heard(2, case_id="7Q2M4-XD93K"), heard(3, source=Source.MENTIONS)) == []
    assert shown(heard(1, hours=23.9)) == ["1"]


@pytest.mark.parametrize(
    ("source", "case_id", "expires"),
    [(Source.LISTENING, None, True), (Source.LISTENING, "7Q2M4-XD93K", False), (Source.MENTIONS, None, False)],
)
def test_only_what_nobody_used_expires(source: Source, case_id: str | None, expires: bool) -> None:
    stored = heard(1, source=source, case_id=case_id)
    received_at = stored.mention.received_at

    assert is_over(stored, received_at + HEARD_FOR) is expires
    assert not is_over(stored, received_at + HEARD_FOR - timedelta(seconds=1))
