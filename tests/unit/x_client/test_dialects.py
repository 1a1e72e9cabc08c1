"""In which dialect X is asked: the older one unless the endpoint does not take it."""

from typing import Any

import pytest

from desk.errors import BadRequest, BreakerOpen, FieldsMissing, RateLimited, Unavailable, XError
from desk.x.breakers import BreakerReason
from desk.x.dialects import Dialect
from desk.x.model import Usage
from tests.unit.x_client.conftest import World
from tests.unit.x_client.scripted_x import Reply

BARE = {"id": "20", "text": "요금제 문의드려요", "edit_history_tweet_ids": ["20"]}
WHOLE = BARE | {"author_id": "7", "conversation_id": "20", "created_at": "2026-11-24T03:00:00.000Z"}
NEWER = WHOLE | {"edit_history_post_ids": ["20"], "referenced_posts": [{"type": "replied_to", "id": "10"}]}
EMPTY = Reply(body={"meta": {"result_count": 0}})


def shows(*posts: dict[str, Any], **includes: object) -> Reply:
    return Reply(body={"data": list(posts), "includes": includes, "meta": {"result_count": len(posts)}})


def refuses(parameter: str, message: str = "not one of [expansions,ids]") -> Reply:
    problem = {"parameters": {parameter: ["x"]}, "message": message}
    return Reply(400, {"title": "Invalid Request", "errors": [problem]})


def asked(world: World) -> list[str]:
    """The dialect of each request that X saw."""
    return [name for seen in world.x.seen for name in ("tweet.fields", "post.fields") if name in seen.query]


def test_the_older_dialect_is_asked_as_long_as_it_is_taken_and_nothing_is_stored(world: World) -> None:
    world.x.will(shows(WHOLE))
    client = world.client()

    client.mentions()
    client.mentions()

    assert asked(world) == ["tweet.fields"] * 2
    assert world.dialects.choices == {}


@pytest.mark.parametrize(
    "first", [refuses("tweet.fields"), shows(BARE), shows(BARE, BARE | {"author_id": "7"})], ids=["400", "bare", "part"]
)
def test_a_dialect_that_is_not_taken_is_left_for_a_day_at_that_endpoint_alone(world: World, first: Reply) -> None:
    world.x.will(first, shows(NEWER))
    client = world.client()

    page = client.mentions()
    client.mentions()
    client.own_posts()

    assert page.posts[0].in_reply_to == "10"
    assert asked(world) == ["tweet.fields", "post.fields", "post.fields", "tweet.fields"]
    assert world.dialects.choices["mentions"].dialect is Dialect.POSTS


def test_the_newer_dialect_expands_what_only_an_expansion_returns(world: World) -> None:
    world.x.will(refuses("tweet.fields"), shows(NEWER, users=[{"id": "7", "username": "minji", "name": "민지"}]))

    page = world.client().mentions()

    query = world.x.seen[1].query
    assert query["expansions"] == "attachments.media_keys,author_id,referenced_posts"
    assert query["user.fields"] == "id,name,profile_image_url,username"
    assert "note_post" in query["post.fields"].split(",")
    assert page.posts[0].author is not None


def test_after_a_day_the_older_dialect_is_tried_again(world: World) -> None:
    world.x.will(refuses("tweet.fields"), shows(NEWER), shows(NEWER), shows(WHOLE))
    client = world.client()
    client.mentions()
    world.advance(hours=23, minutes=59)
    client.mentions()
    world.advance(minutes=1)

    client.mentions()
    client.mentions()

    assert asked(world) == ["tweet.fields", "post.fields", "post.fields", "tweet.fields", "tweet.fields"]


def test_a_dialect_that_stops_being_taken_within_the_day_is_replaced(world: World) -> None:
    world.x.will(refuses("tweet.fields"), shows(NEWER), refuses("post.fields"), shows(WHOLE))
    client = world.client()
    client.mentions()
    world.advance(hours=1)

    client.mentions()
    client.mentions()

    assert asked(world) == ["tweet.fields", "post.fields", "post.fields", "tweet.fields", "tweet.fields"]
    assert world.dialects.choices["mentions"].dialect is Dialect.TWEETS


@pytest.mark.parametrize(
    "reply",
    [
        refuses("since_id"),
        refuses("colour", "The query parameter [colour] is not one of [ids,tweet.fields,post.fields]"),
        Reply(400, {"title": "Invalid Request", "detail": "tweet.fields"}),
        Reply(403, {"errors": [{"parameters": {"tweet.fields": ["x"]}}]}),
    ],
)
def test_no_other_error_changes_the_dialect(world: World, reply: Reply) -> None:
    world.x.will(reply)

    with pytest.raises(Exception, match="X answered 40"):
        world.client().mentions()

    assert asked(world) == ["tweet.fields"]


def test_an_empty_page_changes_no_dialect(world: World) -> None:
    world.x.will(EMPTY)

    assert world.client().mentions().count == 0
    assert asked(world) == ["tweet.fields"]


def test_one_post_without_a_field_changes_no_dialect(world: World) -> None:
    world.x.will(shows(WHOLE, BARE | {"id": "21"}))

    page = world.client().mentions()

    assert ([post.id for post in page.posts], [post.id for post in page.unparsable]) == (["20"], ["21"])
    assert asked(world) == ["tweet.fields"]


def test_where_both_dialects_fail_a_breaker_opens_that_needs_someone(world: World) -> None:
    world.x.will(shows(BARE), refuses("post.fields"))
    client = world.client()

    with pytest.raises(FieldsMissing):
        client.mentions()
    with pytest.raises(BreakerOpen):
        world.client().mentions()

    (breaker,) = client.open_breakers()
    assert (breaker.name, breaker.reason) == ("user:read:mentions", BreakerReason.FIELDS_MISSING)
    assert len(world.x.seen) == 2


def test_posts_that_the_other_dialect_does_not_show_are_no_empty_page(world: World) -> None:
    world.x.will(shows(BARE), EMPTY)

    with pytest.raises(Unavailable):
        world.client().mentions()

    assert world.dialects.choices == {}
    assert world.breakers.load() == {}


def test_a_store_that_fails_stops_no_call(world: World) -> None:
    world.dialects.busy = True
    world.x.will(refuses("tweet.fields"), shows(NEWER))
    client = world.client()

    client.mentions()
    client.mentions()

    assert asked(world) == ["tweet.fields", "post.fields", "post.fields"]


def test_the_store_is_read_at_most_every_ten_minutes(world: World) -> None:
    client = world.client()

    for _ in range(3):
        client.mentions()
    world.advance(minutes=10)
    client.mentions()

    assert world.dialects.loads == 2


def test_a_choice_of_another_run_is_used(world: World) -> None:
    world.x.will(shows(WHOLE), refuses("tweet.fields"), shows(NEWER))
    early = world.client()
    early.mentions()
    world.client().mentions()
    world.advance(minutes=10)

    early.mentions()

    assert asked(world) == ["tweet.fields", "tweet.fields", "post.fields", "post.fields"]


def test_an_answer_without_the_fields_is_paid_for_all_the_same(world: World) -> None:
    users = [{"id": "7", "username": "minji", "name": "민지"}]
    referenced = [{"id": "10", "text": "처음"}]
    world.x.will(shows(BARE), shows(NEWER, users=users, posts=referenced))
    client = world.client()

    client.mentions()

    assert client.take_usage() == Usage(2, 1_000 + 10_000 + 5_000)


@pytest.mark.parametrize(
    ("reply", "error"),
    [(Reply(429, {"title": "Too Many Requests"}), RateLimited), (refuses("since_id"), BadRequest)],
)
def test_another_error_in_the_other_dialect_is_raised_and_chooses_nothing(
    world: World, reply: Reply, error: type[XError]
) -> None:
    world.x.will(refuses("tweet.fields"), reply)

    with pytest.raises(error):
        world.client().mentions(since_id="1")

    assert world.dialects.choices == {}
