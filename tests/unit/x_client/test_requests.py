from datetime import UTC, datetime

import pytest

from desk.errors import BadRequest, Unavailable
from desk.x.model import TrendingTopic, Usage
from tests.unit.x_client.conftest import CALLS, DATA_ANSWERS, World
from tests.unit.x_client.scripted_x import Reply

START = datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC)
POST = {
    "id": "20",
    "author_id": "7",
    "conversation_id": "20",
    "created_at": "2026-11-24T03:00:00.000Z",
    "text": "요금제 문의드려요",
}


@pytest.mark.parametrize(
    ("name", "method", "path"),
    [
        ("mentions", "GET", "/2/users/1000/mentions"),
        ("own_posts", "GET", "/2/users/1000/tweets"),
        ("liked", "GET", "/2/users/1000/liked_tweets"),
        ("search", "GET", "/2/tweets/search/recent"),
        ("posts", "GET", "/2/tweets"),
        ("heard", "GET", "/2/tweets/search/recent"),
        ("counts", "GET", "/2/tweets/counts/recent"),
        ("trends", "GET", "/2/trends/by/woeid/23424868"),
        ("me", "GET", "/2/users/me"),
        ("create", "POST", "/2/tweets"),
        ("delete", "DELETE", "/2/tweets/20"),
        ("describe", "POST", "/2/media/metadata"),
    ],
)
def test_each_call_has_its_address(world: World, name: str, method: str, path: str) -> None:
    world.x.will(Reply(body=DATA_ANSWERS[name]) if name in DATA_ANSWERS else Reply())

    CALLS[name](world.client())

    assert (world.x.seen[0].method, world.x.seen[0].path) == (method, path)


def test_the_newest_likes_are_few_and_those_below_a_whole_page(world: World) -> None:
    client = world.client()

    client.liked_posts()
    client.liked_posts(page_token="next")

    assert [seen.query["max_results"] for seen in world.x.seen] == ["20", "100"]


def test_a_walk_is_bounded_and_paged_as_asked(world: World) -> None:
    client = world.client()

    client.mentions(since_id="10", until_id="90", page_token="next")
    client.search(query="q", until_id="90", start_time=START, page_token="next")
    client.own_posts(start_time=START)
    client.liked_posts(page_token="next")

    mentions, search, own, liked = (seen.query for seen in world.x.seen)
    assert (
        mentions.items()
        >= {
            "since_id": "10",
            "until_id": "90",
            "pagination_token": "next",
            "max_results": "100",
        }.items()
    )
    assert search.items() >= {"start_time": "2026-11-24T12:00:05Z", "until_id": "90", "next_token": "next"}.items()
    assert own["start_time"] == "2026-11-24T12:00:05Z"
    assert liked["pagination_token"] == "next"


def test_since_id_wins_over_start_time_which_search_would_reject(world: World) -> None:
    world.client().search(query="q", since_id="10", start_time=START)

    assert "start_time" not in world.x.seen[0].query


def test_whole_posts_are_asked_for_but_authors_only_on_demand(world: World) -> None:
    client = world.client()

    client.mentions()
    client.posts(["1", "2"], with_authors=True)

    mentions, posts = (seen.query for seen in world.x.seen)
    for field in ("note_tweet", "entities", "referenced_tweets", "edit_history_tweet_ids", "author_id"):
        assert field in mentions["tweet.fields"].split(",")
    assert mentions["expansions"] == "attachments.media_keys"
    assert posts["ids"] == "1,2"
    assert posts["expansions"] == "attachments.media_keys,author_id"


def test_no_ids_are_no_call(world: World) -> None:
    lookup = world.client().posts([], with_authors=True)

    assert (lookup.posts, lookup.gone) == ({}, frozenset())
    assert world.x.seen == []


def test_more_ids_than_x_takes_are_a_bad_request(world: World) -> None:
    with pytest.raises(BadRequest):
        world.client().posts([str(n) for n in range(101)], with_authors=False)


def test_a_reply_names_the_post_that_it_answers(world: World) -> None:
    world.x.will(Reply(201, {"data": {"id": "78", "text": "네, 확인해 볼게요"}}))

    post_id = world.client().create_post("네, 확인해 볼게요", in_reply_to="20")

    assert post_id == "78"
    assert world.x.seen[0].body == {"text": "네, 확인해 볼게요", "reply": {"in_reply_to_tweet_id": "20"}}


def test_a_button_for_a_private_message_leads_to_the_account_and_may_cost_what_a_link_does(world: World) -> None:
    world.x.will(Reply(201, {"data": {"id": "78"}}))
    client = world.client()

    client.create_post("비공개로 안내해 드릴게요", in_reply_to="20", private_message=True)

    link = world.x.seen[0].body["direct_message_deep_link"]
    assert link == f"https://twitter.com/messages/compose?recipient_id={client._user_id}"
    assert client.take_usage().micro_usd == 200_000


def test_under_a_post_of_our_own_nobody_has_called_us(world: World) -> None:
    world.x.will(Reply(201, {"data": {"id": "78"}}))
    client = world.client()

    client.create_post("이어서 안내드려요", in_reply_to="20", own_thread=True)

    assert client.take_usage().micro_usd == 15_000


def test_trends_come_with_their_counts(world: World) -> None:
    world.x.will(Reply(body={"data": [{"trend_name": "수능", "tweet_count": 9}, {"trend_name": "눈"}, {}, "odd"]}))

    assert world.client().trends(23424868) == (TrendingTopic("수능", 9), TrendingTopic("눈", None))


def test_credentials_that_x_knows_nobody_by_are_no_account(world: World) -> None:
    world.x.will(Reply(body={"data": {"name": "?"}}))

    with pytest.raises(Unavailable):
        world.client().me()


@pytest.mark.parametrize(
    ("name", "body", "micro_usd"),
    [
        ("mentions", {"data": [POST, POST | {"id": "21"}]}, 2_000),
        ("mentions", {"data": [POST], "includes": {"posts": [{"id": "9"}]}}, 6_000),
        ("mentions", {"data": [POST], "includes": {"tweets": [{"id": "9"}]}}, 6_000),
        ("own_posts", {"data": [POST]}, 1_000),
        ("liked", {"data": [POST], "includes": {"users": [{"id": "7"}]}}, 11_000),
        ("search", {"data": [POST]}, 5_000),
        ("posts", {"data": [POST]}, 5_000),
        ("trends", {"data": []}, 10_000),
        ("heard", {"data": [POST]}, 5_000),
        ("counts", {"data": []}, 5_000),
        ("create", {"data": {"id": "1"}}, 15_000),
        ("delete", {"data": {"deleted": True}}, 10_000),
        ("describe", {"data": {"id": "5"}}, 5_000),
    ],
)
def test_what_a_call_costs_is_counted_by_list_price(world: World, name: str, body: object, micro_usd: int) -> None:
    world.x.will(Reply(body=body))
    client = world.client()

    CALLS[name](client)

    assert client.take_usage() == Usage(1, micro_usd)
    assert client.take_usage() == Usage(0, 0)


def test_a_resource_that_x_bills_once_a_utc_day_is_counted_once_a_day(world: World) -> None:
    seven = {"users": [{"id": "7"}]}
    other = POST | {"id": "21"}
    world.x.will(Reply(body={"data": [POST]}), Reply(body={"data": [POST, other], "includes": seven}))
    client = world.client()
    client.mentions()
    client.posts(["20", "21"], with_authors=True)
    first_day = client.take_usage().micro_usd

    client.mentions()
    same_day = client.take_usage().micro_usd
    world.advance(days=1)
    client.mentions()

    assert (first_day, same_day) == (2 * 5_000 + 10_000, 0)
    assert client.take_usage().micro_usd == 2_000 + 10_000


@pytest.mark.parametrize(
    ("text", "micro_usd"),
    [("알려드려요", 10_000), ("알려드려요 https://a.example/1", 200_000), ("emerald.example에서 보세요", 200_000)],
)
def test_a_link_makes_a_reply_dear(world: World, text: str, micro_usd: int) -> None:
    world.x.will(Reply(201, {"data": {"id": "1"}}))
    client = world.client()

    client.create_post(text, in_reply_to="20")

    assert client.take_usage().micro_usd == micro_usd


def test_one_own_post_is_the_only_one_in_its_range(world: World) -> None:
    world.x.will(Reply(body={"data": [POST]}))

    world.client().own_post("20")

    assert world.x.seen[0].query.items() >= {"since_id": "19", "until_id": "21", "max_results": "5"}.items()
