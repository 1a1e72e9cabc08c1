from datetime import timedelta

import pytest

from desk.posts.model import Post, PostState
from tests.fakes.api_tokens import EDITOR
from tests.unit.post_update.api.scene import NOON, Scene, a_post


def post_in(number: int, state: PostState) -> Post:
    return a_post(state)._replace(id=f"p{number}", at=NOON + timedelta(minutes=number))


def test_pausing_answers_who_when_why_and_how_many_posts_are_being_published() -> None:
    scene = Scene()
    scene.store.put(post_in(1, PostState.PUBLISHING), post_in(2, PostState.PUBLISHING), post_in(3, PostState.QUEUED))

    answer = scene.call("PUT", "/pause", {"reason": "통신 장애"}, token=EDITOR)

    assert answer.status == 200
    assert answer.json == {
        "paused": True,
        "reason": "통신 장애",
        "by": "editor",
        "began_at": "2026-11-24T03:00:00Z",
        "scope": "all",
        "being_published": 2,
    }
    assert scene.call("GET", "/pause").json["reason"] == "통신 장애"


def test_a_person_can_be_named_for_the_pause() -> None:
    scene = Scene()

    scene.call("PUT", "/pause", {"reason": "outage", "who": "Min-ji"}, token=EDITOR)
    scene.call("DELETE", "/pause", query={"who": "Jun"}, token=EDITOR)

    [pause] = scene.switch.pauses
    assert (pause.by, pause.ended_by) == ("Min-ji", "Jun")


def test_a_pause_may_stop_scheduled_posts_only() -> None:
    scene = Scene()

    answer = scene.call("PUT", "/pause", {"reason": "outage", "scope": "scheduled"}, token=EDITOR)

    assert (answer.json["scope"], scene.call("GET", "/pause").json["scope"]) == ("scheduled", "scheduled")
    assert scene.call("PUT", "/pause", {"reason": "outage"}, token=EDITOR).json["scope"] == "all"


def test_pausing_a_paused_desk_leaves_the_pause_that_runs() -> None:
    scene = Scene()
    scene.call("PUT", "/pause", {"reason": "outage"}, token=EDITOR)
    scene.now += timedelta(hours=1)

    again = scene.call("PUT", "/pause", {"reason": "another"}, token=EDITOR)

    assert (again.status, again.json["reason"], again.json["began_at"]) == (200, "outage", "2026-11-24T03:00:00Z")


def test_resuming_lists_held_posts_and_releases_none() -> None:
    scene = Scene()
    scene.call("PUT", "/pause", {"reason": "outage"}, token=EDITOR)
    scene.store.put(post_in(1, PostState.HELD), post_in(2, PostState.HELD))

    answer = scene.call("DELETE", "/pause", token=EDITOR)

    assert (answer.status, answer.json["paused"], answer.json["ended"]["reason"]) == (200, False, "outage")
    assert [post["id"] for post in answer.json["held"]["posts"]] == ["p2", "p1"]
    assert {post.state for post in scene.store.posts.values()} == {PostState.HELD}
    assert scene.queue.ids == []


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["reason"]),
        ({"reason": ""}, ["reason"]),
        ({"reason": "two\nlines"}, ["reason"]),
        ({"reason": "two\u2028lines", "who": "\u202eneb"}, ["reason", "who"]),
        ({"reason": " ", "who": "\u3000"}, ["reason", "who"]),
        ({"reason": "x" * 501}, ["reason"]),
        ({"reason": 5, "who": "", "until": "noon", "scope": "some"}, ["reason", "scope", "until", "who"]),
    ],
)
def test_every_bad_field_of_a_pause_is_named(body: object, fields: list[str]) -> None:
    answer = Scene().call("PUT", "/pause", body, token=EDITOR)

    assert (answer.status, answer.fields) == (422, fields)
