"""The best known client library drives the local X: it speaks the older dialect and knows only X's own address."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import tweepy
from requests.adapters import HTTPAdapter

from local.x.control import XControl
from local.x.server import RunningX

FIELDS = {
    "tweet_fields": ["created_at", "author_id", "conversation_id", "referenced_tweets", "entities", "note_tweet"],
    "expansions": ["author_id", "referenced_tweets.id"],
}


class ToLocalX(HTTPAdapter):
    """A reverse proxy in one class: what is meant for X goes to the local one, which is told what it was meant for."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        meant = urlsplit(str(request.url))
        request.headers["Host"] = meant.netloc
        request.headers["X-Forwarded-Proto"] = meant.scheme
        request.url = self._url + meant.path + (f"?{meant.query}" if meant.query else "")
        return super().send(request, *args, **kwargs)


def _client(x: RunningX, **keys: str) -> Any:
    client = tweepy.Client(**keys)
    client.session.trust_env = False
    for host in ("https://api.twitter.com", "https://api.x.com"):
        client.session.mount(host, ToLocalX(x.url))
    return client


@pytest.fixture
def client(x: RunningX) -> Iterator[Any]:
    keys = x.account
    client = _client(
        x,
        consumer_key=keys.api_key,
        consumer_secret=keys.api_secret,
        access_token=keys.access_token,
        access_token_secret=keys.access_token_secret,
    )
    yield client
    client.session.close()


@pytest.fixture
def app(x: RunningX) -> Iterator[Any]:
    client = _client(x, bearer_token=x.account.bearer_token)
    yield client
    client.session.close()


def test_it_pages_through_mentions(x: RunningX, control: XControl, client: Any) -> None:
    ids = [control.post("anna", f"@emeraldmobile {number}") for number in range(12)]
    pages = tweepy.Paginator(client.get_users_mentions, x.account.user_id, max_results=5, user_auth=True, **FIELDS)

    posts = list(pages.flatten())

    assert [post.id for post in posts] == [int(one) for one in ids[::-1]]
    assert posts[0].edit_history_tweet_ids == [int(ids[-1])]


def test_it_posts_and_replies(x: RunningX, control: XControl, client: Any) -> None:
    asked = control.post("anna", "@emeraldmobile are you open?")
    post = client.create_tweet(text="오늘은 6시까지 엽니다.").data["id"]
    reply = client.create_tweet(text="Until 6.", in_reply_to_tweet_id=asked).data["id"]

    page = client.get_users_tweets(x.account.user_id, user_auth=True, **FIELDS)

    assert [str(entry.id) for entry in page.data] == [reply, post]
    assert page.data[0].referenced_tweets[0].type == "replied_to"
    assert str(page.includes["tweets"][0].id) == asked


def test_it_looks_up_one_post_and_deletes_its_own(control: XControl, client: Any) -> None:
    asked = control.post("anna", "@emeraldmobile open?")
    own = client.create_tweet(text="Until 6.").data["id"]

    found, deleted = client.get_tweet(asked, user_auth=True, **FIELDS), client.delete_tweet(own)

    assert (str(found.data.id), found.includes["users"][0].username) == (asked, "anna")
    assert deleted.data == {"deleted": True}
    assert client.get_tweet(own, user_auth=True).errors[0]["resource_id"] == own


def test_it_counts_posts_as_the_app(control: XControl, app: Any) -> None:
    control.posts([{"author": {"username": "anna"}, "text": f"@emeraldmobile {n}"} for n in range(3)])
    control.advance(60)

    counted = app.get_recent_tweets_count("@emeraldmobile", granularity="day")

    assert sum(row["tweet_count"] for row in counted.data) == counted.meta["total_tweet_count"] == 3


@pytest.mark.parametrize(
    ("order", "error"),
    [
        ({"status": 401}, tweepy.Unauthorized),
        ({"status": 402}, tweepy.HTTPException),
        ({"status": 403}, tweepy.Forbidden),
        ({"status": 503}, tweepy.TwitterServerError),
    ],
)
def test_it_understands_errors(
    x: RunningX, control: XControl, client: Any, order: dict[str, int], error: type[Exception]
) -> None:
    control.fault("mentions", **order)

    with pytest.raises(error):
        client.get_users_mentions(x.account.user_id, user_auth=True)


def test_it_understands_when_a_limit_ends(x: RunningX, control: XControl, client: Any) -> None:
    control.fault("mentions", status=429)

    with pytest.raises(tweepy.TooManyRequests) as refused:
        client.get_users_mentions(x.account.user_id, user_auth=True)

    assert refused.value.reset_time > time.time()
