"""Posts are submitted, listed, cancelled and released. docs/cms.md shows the answers, see test_doc_pages.py."""

import json
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from desk.posts.model import Post, PostKind, PostReason, PostState
from desk.posts.pause import Pause
from desk.posts.performance import MeasuredAge, Measurement, Performance
from desk.posts.transitions import published
from desk.x.model import PostMetrics
from post_update.api.schemas import PostBody, fingerprint
from tests.fakes.api_tokens import CMS, EDITOR
from tests.families import for_each
from tests.unit.post_update.api.scene import NOON, Scene, a_post

TEXT = {"text": "5G 요금제 개편 안내"}
ARTICLE = {
    "title": "5G 요금제 개편 안내",
    "url": "https://www.example.com/news/4711",
    "hashtags": ["요금제"],
    "external_id": "article-4711",
}


def test_a_later_post_is_scheduled_in_the_desks_time_zone_unless_it_names_another() -> None:
    scene = Scene()

    local = scene.call("POST", "/posts", TEXT | {"publish_at": "2026-11-24T18:00"})
    elsewhere = scene.call("POST", "/posts", {"text": "another", "publish_at": "2026-11-24T18:00:00+00:00"})

    assert (local.json["state"], local.json["publish_at"]) == ("scheduled", "2026-11-24T09:00:00Z")
    assert elsewhere.json["publish_at"] == "2026-11-24T18:00:00Z"
    assert sorted(scene.timer.standing) == sorted([local.json["id"], elsewhere.json["id"]])


@for_each(
    "body, fields",
    [
        ({}, ["text"]),
        ({"title": "only a title"}, ["url"]),
        ({"url": "https://www.example.com"}, ["title"]),
        (TEXT | {"title": "both"}, ["text"]),
        (TEXT | {"hashtags": ["both"]}, ["text"]),
        ({"text": ""}, ["text"]),
        (
            {"text": "\u202e", "link": 1, "hashtags": "x", "url": "x", "publish_at": "tomorrow", "expires_at": 5},
            ["expires_at", "hashtags", "link", "publish_at", "text", "url"],
        ),
        ({"text": "half \ud83d"}, ["text"]),
        ({"text": "가" * 141}, ["text"]),
        ({"text": "\u202eright to left"}, ["text"]),
        ({"text": "$AAA and $BBB"}, ["text"]),
        (ARTICLE | {"url": "ftp://www.example.com"}, ["url"]),
        (ARTICLE | {"url": "javascript:alert(1)"}, ["url"]),
        (ARTICLE | {"external_id": "x" * 201}, ["external_id"]),
        (ARTICLE | {"external_id": "two\nlines"}, ["external_id"]),
        (ARTICLE | {"hashtags": ["", "ok"]}, ["hashtags.0"]),
        (ARTICLE | {"hashtags": ["x"] * 11}, ["hashtags"]),
        (TEXT | {"publish_at": "tomorrow", "expires_at": "2026-13-01"}, ["expires_at", "publish_at"]),
        ({"title": "no url", "expires_at": "2026-11-20T09:00"}, ["url"]),
        (TEXT | {"publish_at": "2026-11-20T09:00"}, ["publish_at"]),
        (TEXT | {"publish_at": "2028-11-20T09:00"}, ["publish_at"]),
        (TEXT | {"expires_at": "2026-11-20T09:00"}, ["expires_at"]),
    ],
)
def test_every_bad_field_is_named_and_nothing_is_stored(body: dict[str, Any], fields: list[str]) -> None:
    scene = Scene()

    answer = scene.call("POST", "/posts", json.dumps(body))

    assert (answer.status, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert answer.fields == fields
    assert all(error["detail"] for error in answer.json["errors"])
    assert scene.store.posts == {}


def test_the_same_key_and_body_get_the_same_answer_in_every_state_of_the_post() -> None:
    scene = Scene()
    key = {"Idempotency-Key": "article-4711-1"}
    first = scene.call("POST", "/posts", ARTICLE, headers=key)
    post = scene.store.posts[first.json["id"]]
    scene.store.put(post._replace(state=PostState.PUBLISHED, x_id="5"))
    scene.now += timedelta(hours=1)

    again = scene.call("POST", "/posts", dict(reversed(ARTICLE.items())), headers=key)

    assert (again.status, again.json) == (202, first.json)
    assert len(scene.store.posts) == 1


def test_a_request_is_known_by_its_fields_in_the_order_of_their_names() -> None:
    body = PostBody.model_validate({"text": "a", "external_id": "b"})

    assert fingerprint(body) == sha256(b'{"external_id": "b", "text": "a"}').hexdigest()


def test_a_key_is_known_by_the_token_it_came_with() -> None:
    scene = Scene()
    key = {"Idempotency-Key": "1"}
    scene.call("POST", "/posts", TEXT, headers=key)

    answer = scene.call("POST", "/posts", {"text": "another"}, headers=key, token=EDITOR)

    assert answer.status == 202


@pytest.mark.parametrize("key", ["", "x" * 256, "키", "tab\there", "line\n"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    answer = Scene().call("POST", "/posts", TEXT, headers={"Idempotency-Key": key})

    assert (answer.status, answer.fields) == (422, ["Idempotency-Key"])


@pytest.mark.parametrize("key", ["x", "x" * 255, '"8e03978e-40d5"', "a,b, c", "~ !"])
def test_a_key_may_be_any_printable_text(key: str) -> None:
    scene = Scene()

    statuses = [scene.call("POST", "/posts", TEXT, headers={"Idempotency-Key": key}).status for _ in range(2)]

    assert statuses == [202, 202]
    assert len(scene.store.posts) == 1


@pytest.mark.parametrize("method", ["add", "holder", "request"])
def test_busy_tables_are_asked_again_later(method: str) -> None:
    scene = Scene()
    scene.store.busy.add(method)

    answer = scene.call("POST", "/posts", ARTICLE, headers={"Idempotency-Key": "1"})

    assert (answer.status, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json["type"] == "urn:dorothy:problem:not-now"


@pytest.mark.parametrize("body", [TEXT, TEXT | {"publish_at": "2026-11-24T18:00"}])
def test_a_stored_post_is_accepted_while_queue_and_timer_are_down(body: dict[str, str]) -> None:
    scene = Scene()
    scene.queue.down = scene.timer.down = True

    answer = scene.call("POST", "/posts", body)

    assert answer.status == 202
    assert len(scene.queue_errors) == 1


def test_a_post_is_shown_with_its_state_and_reason() -> None:
    scene = Scene()
    scene.store.put(a_post(PostState.REFUSED)._replace(reason=PostReason.NOT_ACCEPTED, detail="Not allowed."))

    answer = scene.call("GET", "/posts/p1")

    assert answer.status == 200
    assert (answer.json["state"], answer.json["reason"], answer.json["detail"]) == (
        "refused",
        "not_accepted",
        "Not allowed.",
    )


def test_a_post_on_x_is_shown_with_its_measurements_in_their_order_and_a_claim_is_none() -> None:
    scene = Scene()
    scene.store.put(a_post(PostState.PUBLISHED)._replace(x_id="1993"))
    scene.performances.put(Performance("1993", PostKind.ANNOUNCEMENT))
    claimed = scene.call("GET", "/posts/p1").json["performance"]
    week, hour = (
        Measurement(PostMetrics(9, 8, 7, 6), NOON + timedelta(days=7)),
        Measurement(PostMetrics(1, 2, 3, 4, 50), NOON + timedelta(hours=1)),
    )
    measured = {MeasuredAge.WEEK: week, MeasuredAge.HOUR: hour}
    scene.performances.put(Performance("1993", PostKind.ANNOUNCEMENT, measured, NOON + timedelta(days=8)))

    performance = scene.call("GET", "/posts/p1").json["performance"]

    assert claimed is None
    assert performance["gone_at"] == "2026-12-02T03:00:00Z"
    assert [each["after"] for each in performance["measured"]] == ["hour", "week"]
    assert performance["measured"][0] == {
        "after": "hour",
        "measured_at": "2026-11-24T04:00:00Z",
        "likes": 1,
        "replies": 2,
        "reposts": 3,
        "quotes": 4,
        "impressions": 50,
    }
    assert performance["measured"][1]["impressions"] is None


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("DELETE", ""), ("POST", "/release")])
def test_a_post_that_never_was_is_not_found(method: str, path: str) -> None:
    answer = Scene().call(method, f"/posts/p1{path}", token=EDITOR)

    assert (answer.status, answer.json["type"]) == (404, "urn:dorothy:problem:no-such-post")


@pytest.mark.parametrize("post_id", ["a" * 65, "글", "a b", "text%23abc"])
def test_a_malformed_post_id_reads_no_store(post_id: str) -> None:
    scene = Scene()

    answers = [
        scene.call("GET", f"/posts/{post_id}"),
        scene.call("DELETE", f"/posts/{post_id}"),
        scene.call("POST", f"/posts/{post_id}/release", token=EDITOR),
    ]

    assert [(answer.status, answer.json["detail"]) for answer in answers] == [
        (404, "There is no post with this ID.")
    ] * 3
    assert not scene.store.calls


def test_posts_of_a_state_come_page_by_page_the_latest_first() -> None:
    scene = Scene()
    for number in range(3):
        scene.store.put(a_post(PostState.QUEUED)._replace(id=f"p{number}", at=NOON + timedelta(minutes=number)))

    first = scene.call("GET", "/posts", query={"state": "queued", "limit": "2"}).json
    rest = scene.call("GET", "/posts", query={"state": "queued", "limit": "2", "cursor": first["next_cursor"]}).json

    assert [post["id"] for post in first["posts"]] == ["p2", "p1"]
    assert ([post["id"] for post in rest["posts"]], rest["next_cursor"]) == (["p0"], None)


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({}, ["state"]),
        ({"state": "lost"}, ["state"]),
        ({"state": "queued", "limit": "0"}, ["limit"]),
        ({"state": "queued", "limit": "101"}, ["limit"]),
        ({"state": "queued", "limit": "many"}, ["limit"]),
        ({"state": "queued", "cursor": "not-ours"}, ["cursor"]),
        ({"state": "queued", "cursor": "x" * 201}, ["cursor"]),
    ],
)
def test_every_bad_parameter_of_a_list_is_named(query: dict[str, str], fields: list[str]) -> None:
    answer = Scene().call("GET", "/posts", query=query)

    assert (answer.status, answer.fields) == (422, fields)


# Cancelled and released


def with_post(post: Post) -> Scene:
    """A desk that accepted this post."""
    scene = Scene()
    scene.store.put(post)
    return scene


def test_a_post_that_was_not_sent_yet_can_be_cancelled_also_twice() -> None:
    scene = with_post(a_post(PostState.QUEUED))

    answers = [scene.call("DELETE", "/posts/p1") for _ in range(2)]

    assert [(answer.status, answer.json["state"]) for answer in answers] == [(200, "cancelled")] * 2
    assert scene.store.posts["p1"].decided_by == CMS.name


@pytest.mark.parametrize("state", [PostState.PUBLISHING, PostState.IN_DOUBT])
def test_a_post_that_may_be_on_x_can_not_be_cancelled(state: PostState) -> None:
    scene = with_post(a_post(state))

    answer = scene.call("DELETE", "/posts/p1")

    assert (answer.status, answer.json["type"]) == (409, "urn:dorothy:problem:not-as-it-stands")
    assert (answer.json["state"], scene.store.posts["p1"].state) == (state, state)
    assert f"The post is {state}; only a post that was not sent to X yet" in answer.json["detail"]


def test_a_held_post_is_released_after_the_pause() -> None:
    scene = with_post(a_post(PostState.HELD))

    answer = scene.call("POST", "/posts/p1/release", token=EDITOR)

    assert (answer.status, answer.json["state"]) == (200, "queued")
    assert scene.queue.ids == ["p1"]


def test_what_can_not_be_released_says_why() -> None:
    scene = with_post(a_post(PostState.QUEUED))
    details = [scene.call("POST", "/posts/p1/release", token=EDITOR).json["detail"]]

    scene.store.put(a_post(PostState.HELD))
    scene.switch.pause(Pause("outage", "editor", NOON))
    details.append(scene.call("POST", "/posts/p1/release", token=EDITOR).json["detail"])
    scene.switch.resume(by="editor", at=NOON)
    scene.now = NOON + timedelta(days=1)
    details.append(scene.call("POST", "/posts/p1/release", token=EDITOR).json["detail"])

    assert details == [
        "The post is queued; only a held post can be released.",
        "The desk is still paused. Resume it first.",
        "The post has expired. Send it as a new post.",
    ]


def test_a_queue_that_is_down_leaves_the_released_post_to_the_sweep() -> None:
    scene = with_post(a_post(PostState.HELD))
    scene.queue.down = True

    answer = scene.call("POST", "/posts/p1/release", token=EDITOR)

    assert (answer.status, answer.json["state"]) == (200, "queued")
    assert len(scene.queue_errors) == 1


def test_what_the_check_finds_is_said_and_stops_nothing() -> None:
    scene = Scene()
    answer = scene.call(
        "POST", "/posts", {"text": "내일(수)과 11월 31일에 만나요. 자세한 내용은 다시 알려 드리겠습니다."}
    )

    assert answer.status == 202
    assert [each["rule"] for each in answer.json["warnings"]] == ["no_such_date", "promise_without_time"]
    assert "11월 31일은 없는 날짜" in answer.json["warnings"][0]["message"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "멋져요 https://x.com/a/status/12"}, "text"),
        ({"title": "소식", "url": "https://twitter.com/a/status/12"}, "url"),
        ({"text": "@minji 님 고맙습니다"}, "text"),
        ({"title": "@minji 님의 후기", "url": "https://www.example.com/7"}, "title"),
    ],
)
def test_quotes_and_mentions_are_refused_with_their_field(body: dict[str, str], field: str) -> None:
    scene = Scene()
    answer = scene.call("POST", "/posts", body)

    assert (answer.status, [each["field"] for each in answer.json["errors"]]) == (422, [field])
    assert scene.store.posts == {}


def test_our_own_handle_can_be_mentioned() -> None:
    scene = Scene()
    assert scene.call("POST", "/posts", {"text": f"@{scene.brand.handle}를 팔로우해 주세요"}).status == 202


def test_a_post_promises_an_update_another_one_moves_it_and_a_third_keeps_it() -> None:
    scene = Scene()
    first = scene.call("POST", "/posts", {"text": "점검 중입니다", "next_update_at": "2026-11-24T13:00"}).json
    expected = {"kind": "next_update", "until": "2026-11-24T04:00:00Z", "state": "open", "words": "점검 중입니다"}
    assert first["promise"].items() >= expected.items()

    moving = {"text": "더 걸립니다", "keeps": first["id"], "moves": True, "next_update_at": "2026-11-24T14:00"}
    second = scene.call("POST", "/posts", moving).json
    scene.now = NOON + timedelta(minutes=75)
    publish(scene, second["id"])
    third = scene.call("POST", "/posts", {"text": "마쳤습니다", "keeps": second["id"]}).json
    publish(scene, third["id"])

    shown = [scene.call("GET", f"/posts/{each['id']}").json for each in (first, second, third)]
    states = [each["promise"] and (each["promise"]["state"], each["promise"]["late_minutes"]) for each in shown]
    assert states == [("broken", 15), ("kept", 0), None]
    assert [(each["keeps"], each["moves"]) for each in shown] == [
        (None, False),
        (first["id"], True),
        (second["id"], False),
    ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"next_update_at": "2026-11-24T11:59"}, "next_update_at"),
        ({"next_update_at": "soon"}, "next_update_at"),
        ({"next_update_at": "2027-03-24T12:00"}, "next_update_at"),
        ({"publish_at": "2026-11-24T15:00", "next_update_at": "2026-11-24T14:00"}, "next_update_at"),
        ({"keeps": "nosuchpost"}, "keeps"),
        ({"moves": True}, "keeps"),
    ],
)
def test_a_promise_of_an_update_that_cannot_be_is_a_problem_with_its_field(body: dict[str, Any], field: str) -> None:
    answer = Scene().call("POST", "/posts", {"text": "점검 중입니다", **body})

    assert (answer.status, answer.fields) == (422, [field])


def publish(scene: Scene, post_id: str) -> None:
    post = scene.store.posts[post_id]
    scene.store.save(published(post, f"19{len(scene.store.holders)}", scene.now), post)
