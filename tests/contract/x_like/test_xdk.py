"""X's own client library drives the local X: it speaks the newer dialect."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import xdk
from xdk.oauth1_auth import OAuth1
from xdk.posts.models import CreateRequest

from local.x.control import XControl
from local.x.server import RunningX

FIELDS: dict[str, Any] = {
    "post_fields": ["created_at", "conversation_id", "entities", "note_post", "lang"],
    "expansions": ["author_id", "referenced_posts"],
    "user_fields": ["username"],
}


@pytest.fixture
def client(x: RunningX) -> Iterator[Any]:
    keys = x.account
    auth = OAuth1(keys.api_key, keys.api_secret, "oob", keys.access_token, keys.access_token_secret)
    client = xdk.Client(base_url=x.url, auth=auth)
    client.session.trust_env = False
    yield client
    client.session.close()


@pytest.fixture
def app(x: RunningX) -> Iterator[Any]:
    client = xdk.Client(base_url=x.url, bearer_token=x.account.bearer_token)
    client.session.trust_env = False
    yield client
    client.session.close()


def _plain(model: Any) -> Any:
    return model.model_dump(exclude_none=True)


def test_it_pages_through_mentions(x: RunningX, control: XControl, client: Any) -> None:
    ids = [control.post("anna", f"@emeraldmobile {number}") for number in range(12)]

    pages = [_plain(page) for page in client.users.get_mentions(x.account.user_id, max_results=5, **FIELDS)]

    assert [post["id"] for page in pages for post in page["data"]] == ids[::-1]
    assert [page["meta"]["result_count"] for page in pages] == [5, 5, 2]
    assert pages[0]["includes"]["users"][0]["username"] == "anna"
    assert pages[0]["data"][0]["edit_history_post_ids"] == [ids[-1]]


def test_it_posts_and_replies(x: RunningX, control: XControl, client: Any) -> None:
    asked = control.post("anna", "@emeraldmobile are you open?")
    post = _plain(client.posts.create(CreateRequest(text="오늘은 6시까지 엽니다.")))
    answer = CreateRequest.model_validate({"text": "Until 6.", "reply": {"in_reply_to_tweet_id": asked}})
    reply = _plain(client.posts.create(answer))

    page = _plain(next(client.users.get_posts(x.account.user_id, max_results=5, **FIELDS)))

    assert [entry["id"] for entry in page["data"]] == [reply["data"]["id"], post["data"]["id"]]
    assert page["data"][0]["referenced_posts"] == [{"type": "replied_to", "id": asked}]
    assert page["includes"]["posts"][0]["id"] == asked


def test_it_looks_up_one_post_and_deletes_its_own(control: XControl, client: Any) -> None:
    asked = control.post("anna", "@emeraldmobile open?")
    own = _plain(client.posts.create(CreateRequest(text="Until 6.")))["data"]["id"]

    found, deleted = _plain(client.posts.get_by_id(asked, **FIELDS)), _plain(client.posts.delete(own))

    assert (found["data"]["id"], found["includes"]["users"][0]["username"]) == (asked, "anna")
    assert deleted["data"] == {"deleted": True}
    assert _plain(client.posts.get_by_id(own))["errors"][0]["resource_id"] == own


def test_it_counts_posts_as_the_app(control: XControl, app: Any) -> None:
    control.posts([{"author": {"username": "anna"}, "text": f"@emeraldmobile {n}"} for n in range(3)])
    control.advance(60)

    pages = app.posts.get_counts_recent(
        query="@emeraldmobile", granularity="day", search_count_fields="start,end,post_count"
    )
    (page,) = [_plain(page) for page in pages]

    assert sum(row["post_count"] for row in page["data"]) == page["meta"]["total_post_count"] == 3


def test_it_raises_on_an_error(control: XControl, client: Any) -> None:
    rumour = control.post("ben", "prices rise")
    answer = CreateRequest.model_validate({"text": "They do not.", "reply": {"in_reply_to_tweet_id": rumour}})

    with pytest.raises(requests.HTTPError, match="403"):
        client.posts.create(answer)
