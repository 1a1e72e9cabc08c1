"""A development check: calls and answers against an OpenAPI description of X, where a path to one is given."""

import os
from pathlib import Path
from typing import Any

import pytest

from local.x.control import XControl
from local.x.server import RunningX
from tests.contract.x_like.openapi import Description
from tests.local_x import XCaller
from tests.needs import needs

VARIABLE = "DOROTHY_X_OPENAPI"
GIVEN = os.environ.get(VARIABLE, "")

NEEDS_OPENAPI = needs("X's OpenAPI description", is_there=bool(GIVEN), command=f"{VARIABLE}=FILE make test")
pytestmark = NEEDS_OPENAPI

FIELDS = {
    "post.fields": "attachments,conversation_id,created_at,display_text_range,edit_controls,entities,lang,note_post,"
    "possibly_sensitive,public_metrics,reply_settings,source,text",
    "expansions": "attachments.media_keys,author_id,entities.mentions.username,in_reply_to_user_id,referenced_posts",
    "media.fields": "alt_text,height,media_key,preview_image_url,type,url,width",
    "user.fields": "created_at,description,id,name,profile_image_url,protected,public_metrics,username,verified",
}
USER_FIELDS = {"user.fields": FIELDS["user.fields"], "post.fields": "id"}


@pytest.fixture(scope="module")
def description() -> Description:
    return Description(Path(GIVEN))


@pytest.fixture
def posts(control: XControl) -> dict[str, str]:
    """One of each kind."""
    media = [{"type": "photo", "alt_text": "a router"}, {"type": "video"}]
    ids = {"plain": control.post("anna", "@emeraldmobile see https://example.com/?a=1&b=2 #help $EMRM", media=media)}
    ids["long"] = control.post("ben", "@emeraldmobile " + "긴 이야기. https://example.com " * 100)
    ids["reply"] = control.post("ben", "me too", in_reply_to=ids["plain"])
    ids["quote"] = control.post("carl", "@emeraldmobile true?", quotes=ids["plain"])
    ids["edit"] = control.edit(control.post("dora", "@emeraldmobile opne?"), "@emeraldmobile open?")
    ids["gone"] = control.post("eva", "@emeraldmobile nothing")
    ids["orphan"] = control.post("fred", "what?", in_reply_to=ids["gone"])
    ids["private"] = control.post("gina", "@emeraldmobile secret")
    ids["retweet"] = control.retweet(ids["plain"], ["dora"])[0]
    control.delete(ids["gone"])
    control.person("gina", protected=True)
    control.like(ids["plain"], ids["long"])
    control.trends(23424868, {"첫눈": 12_000})
    return ids


def test_timelines_and_search_have_the_described_shape(
    x: RunningX, posts: dict[str, str], user: XCaller, description: Description
) -> None:
    base = f"/2/users/{x.account.user_id}"
    user.post("/2/tweets", {"text": "Good morning."})
    window = {"max_results": 5, "since_id": "1", "start_time": "2026-11-24T00:00:00Z"}

    answers = [
        user.get(base + "/mentions", {**FIELDS, **window}),
        user.get(base + "/tweets", {**FIELDS, **window, "exclude": "replies,retweets"}),
        user.get(base + "/liked_tweets", {**FIELDS, "max_results": 5}),
        user.get("/2/tweets/search/recent", {**FIELDS, "query": "@emeraldmobile -is:retweet", "max_results": 10}),
        user.get(base + "/mentions", {"since_id": posts["retweet"]}),
    ]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert [description.complaints(answer) for answer in answers] == [[]] * 5


def test_pages_between_others_have_the_described_shape(
    x: RunningX, control: XControl, user: XCaller, description: Description
) -> None:
    ids = control.posts([{"author": {"username": "anna"}, "text": f"@emeraldmobile {n}"} for n in range(30)])
    control.like(*ids)
    base = f"/2/users/{x.account.user_id}"
    query: dict[str, Any] = {"query": "@emeraldmobile", "max_results": 10}
    timelines: list[tuple[str, dict[str, Any]]] = [
        (base + "/mentions", {"max_results": 10}),
        (base + "/liked_tweets", {"max_results": 10}),
    ]

    answers = [
        user.get(path, {**window, "pagination_token": user.get(path, window).json()["meta"]["next_token"]})
        for path, window in [*timelines, ("/2/tweets/search/recent", query)]
    ]

    assert [{"next_token", "previous_token"} <= set(answer.json()["meta"]) for answer in answers] == [True] * 3
    assert [description.complaints(answer, older=True) for answer in answers] == [[]] * 3


def test_one_post_its_likes_and_its_end_have_the_described_shape(
    control: XControl, posts: dict[str, str], user: XCaller, description: Description
) -> None:
    own = user.post("/2/tweets", {"text": "Good morning."}).json()["data"]["id"]
    control.like(own, posts["private"])

    answers = [
        user.get(f"/2/tweets/{posts['plain']}", FIELDS),
        user.get(f"/2/tweets/{posts['reply']}", FIELDS),
        user.get(f"/2/tweets/{posts['gone']}", FIELDS),
        user.get(f"/2/tweets/{posts['private']}", FIELDS),
        user.get(f"/2/tweets/{own}/liking_users", {**USER_FIELDS, "max_results": 1}),
        user.get(f"/2/tweets/{posts['private']}/liking_users"),
        user.delete(f"/2/tweets/{own}"),
        user.delete(f"/2/tweets/{own}"),
    ]

    assert [answer.status_code for answer in answers] == [200] * 8
    assert [description.complaints(answer) for answer in answers] == [[]] * 8


def test_counts_and_people_have_the_described_shape(
    posts: dict[str, str], user: XCaller, app: XCaller, description: Description
) -> None:
    newer = {"search_count.fields": "start,end,post_count"}

    answers = [
        app.get("/2/tweets/counts/recent", {"query": "@emeraldmobile", "granularity": "day", **newer}),
        app.get("/2/tweets/counts/recent", {"query": "@emeraldmobile", "start_time": "2026-11-24T00:00:00Z", **newer}),
        user.get("/2/users/by", {"usernames": "anna,gina,nobody", **USER_FIELDS}),
    ]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert [description.complaints(answer) for answer in answers] == [[]] * 3


def test_look_ups_have_the_described_shape(
    posts: dict[str, str], user: XCaller, app: XCaller, description: Description
) -> None:
    answers = [
        user.get("/2/tweets", {"ids": ",".join(posts.values()), **FIELDS}),
        user.get("/2/users/me", USER_FIELDS),
        user.get("/2/users/77", USER_FIELDS),
        user.get("/2/users", {"ids": "77", **USER_FIELDS}),
        user.get("/2/users/by/username/anna", USER_FIELDS),
        app.get("/2/trends/by/woeid/23424868", {"max_trends": 5, "trend.fields": "trend_name,tweet_count"}),
        app.get("/2/trends/by/woeid/1"),
    ]

    assert [answer.status_code for answer in answers] == [200] * 7
    assert [description.complaints(answer) for answer in answers] == [[]] * 7


def test_private_messages_have_the_described_shape(control: XControl, user: XCaller, description: Description) -> None:
    for text in ("one", "two"):
        control.write_privately("anna", text)
    fields = {"dm_event.fields": "created_at,dm_conversation_id,event_type,id,text", "expansions": "sender_id"}

    answers = [user.get("/2/dm_events", {"max_results": 1, **fields}), user.get("/2/dm_events")]

    assert [len(answer.json()["data"]) for answer in answers] == [1, 2]
    assert [description.complaints(answer) for answer in answers] == [[], []]


def test_posts_and_replies_have_the_described_shape(
    posts: dict[str, str], user: XCaller, description: Description
) -> None:
    bodies: list[dict[str, Any]] = [
        {"text": "Good morning.", "direct_message_deep_link": "https://x.com/messages/compose?recipient_id=1"},
        {"text": "Open.", "reply": {"in_reply_to_tweet_id": posts["plain"]}},
    ]

    answers = [user.post("/2/tweets", body) for body in bodies]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert [description.complaints(answer) for answer in answers] == [[], []]


def test_rejected_parameters_have_the_described_shape(x: RunningX, user: XCaller, description: Description) -> None:
    answers = [
        user.get(f"/2/users/{x.account.user_id}/mentions", {"pagination_token": "made-up"}),
        user.get("/2/tweets/search/recent", {"query": "is:retweet"}),
        user.get("/2/tweets/7/liking_users", {"pagination_token": "made-up"}),
    ]

    assert [answer.status_code for answer in answers] == [400] * 3
    assert [description.complaints(answer) for answer in answers] == [[]] * 3


@pytest.mark.parametrize("status", [400, 500])
def test_faults_of_which_the_description_knows_a_type_have_it(
    x: RunningX, control: XControl, user: XCaller, description: Description, status: int
) -> None:
    control.fault("mentions", status=status)

    answer = user.get(f"/2/users/{x.account.user_id}/mentions")

    assert answer.status_code == status
    assert description.complaints(answer) == []


def test_the_timelines_of_who_protects_them_have_the_described_shape(
    control: XControl, posts: dict[str, str], user: XCaller, description: Description
) -> None:
    answer = user.get(f"/2/users/{control.person('gina')}/tweets", {"max_results": 5})

    assert set(answer.json()) == {"errors"}
    assert description.complaints(answer) == []


def test_the_check_finds_what_is_wrong(x: RunningX, user: XCaller, description: Description) -> None:
    answer = user.get(f"/2/users/{x.account.user_id}/mentions", {"max_results": 4, "post.fields": "colour", "page": 2})

    assert len(description.complaints(answer)) == 3
