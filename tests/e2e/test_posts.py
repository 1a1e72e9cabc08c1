"""What the brand says: by HTTP through the queue to X, once."""

from datetime import timedelta

import pytest
import requests

from local.stage import Stage
from tests.e2e.driver import MINUTE, SEOUL, Driver
from tests.families import for_each, variants


def test_a_post_of_the_cms_appears_on_the_brands_timeline(desk: Driver) -> None:
    accepted = desk.ask("POST /posts", {"text": "겨울 매장 영업시간을 안내드립니다 🕘"})

    assert accepted.status_code == 202
    assert accepted.json()["text"] == "겨울 매장 영업시간을 안내드립니다 🕘"
    (post,) = desk.on_x("겨울 매장 영업시간")
    shown = desk.shown(accepted.json()["id"])
    assert (shown["state"], shown["x_id"]) == ("published", post.id)
    assert shown["spent_usd"] == pytest.approx(shown["estimated_cost_usd"])


def test_an_article_is_a_title_with_its_link(desk: Driver) -> None:
    article = {"title": "로밍 요금 안내", "url": "https://emerald.example.com/news/유럽?ref=x", "hashtags": ["로밍"]}

    accepted = desk.ask("POST /posts", article)

    (post,) = desk.on_x("로밍 요금 안내")
    assert post.text == accepted.json()["text"]
    assert "https://emerald.example.com/news/" in post.text
    assert "유럽" not in post.text
    assert "#로밍" in post.text


def test_the_same_call_again_gets_the_same_answer_and_says_nothing_more(desk: Driver) -> None:
    body = {"text": "한 번만 말할 이야기"}
    first = desk.ask("POST /posts", body, Idempotency_Key="call-1")
    desk.pass_time(timedelta(hours=1))

    again = desk.ask("POST /posts", body, Idempotency_Key="call-1")

    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert len(desk.on_x(body["text"])) == 1


@for_each(
    "method, path, status, allowed",
    [
        ("GET", "/nothing", 404, None),
        ("HEAD", "/posts/", 404, None),
        ("PUT", "/posts", 405, "GET, POST"),
        ("HEAD", "/posts/p1", 405, "DELETE, GET"),
        ("DELETE", "/answer/k3v9", 405, "GET, POST"),
    ],
)
def test_an_unknown_route_is_a_problem_without_a_token(
    shared_stage: Stage, method: str, path: str, status: int, allowed: str | None
) -> None:
    answer = requests.request(method, shared_stage.api.url + path, timeout=30)

    assert (answer.status_code, answer.headers.get("Allow")) == (status, allowed)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_pages_that_describe_the_api_open_in_a_browser(shared_stage: Stage) -> None:
    page = shared_stage.api.open("/docs")
    document = shared_stage.api.open("/openapi.json")

    assert page.headers["content-type"].startswith("text/html")
    assert "<html" in page.text.lower()
    assert "/posts" in document.json()["paths"]


def test_when_the_answer_of_x_is_lost_the_post_is_found_without_a_sweep_and_not_said_again(desk: Driver) -> None:
    desk.stage.control.own_posts_late(90)
    desk.stage.control.fault("create_post", drop=True, after_commit=True)
    post_id = desk.ask("POST /posts", {"text": "답이 사라진 글이에요"}).json()["id"]
    lost = desk.shown(post_id)["state"]

    desk.pass_time(4 * MINUTE)

    assert lost == "reconciling"
    assert desk.shown(post_id)["state"] == "published"
    assert len(desk.on_x("답이 사라진 글")) == 1


def test_a_post_that_is_never_found_becomes_in_doubt_and_is_mailed_to_the_operator(desk: Driver) -> None:
    desk.stage.control.fault("create_post", drop=True)
    post_id = desk.ask("POST /posts", {"text": "어디에도 없는 글이에요"}).json()["id"]

    for _ in range(8):
        desk.sweep(3 * MINUTE)

    assert desk.shown(post_id)["state"] == "in_doubt"
    (mail,) = desk.mails_about("어디에도 없는 글")
    assert mail.department == "operator"
    assert desk.on_x("어디에도 없는 글") == []
    assert desk.stage.control.counts()["create_post"] == 1


@variants("status", [402, 401, 429], 1)
def test_a_post_that_x_refuses_for_now_is_published_later(desk: Driver, status: int) -> None:
    desk.stage.control.fault("create_post", times=2, status=status)
    post_id = desk.ask("POST /posts", {"text": "기다렸다가 나가는 글"}).json()["id"]
    waits = desk.shown(post_id)["state"]
    desk.stage.control.clear_faults()

    for _ in range(4):
        desk.sweep(timedelta(hours=1))

    assert waits == "queued"
    assert desk.shown(post_id)["state"] == "published"
    assert len(desk.on_x("기다렸다가 나가는 글")) == 1


def test_a_post_whose_message_was_lost_is_published_after_a_sweep(desk: Driver) -> None:
    queue, sqs = desk.stage.deployed.outputs["PostsQueueUrl"], desk.stage.deployed.aws.client("sqs")
    functions = desk.stage.deployed.aws.client("lambda")
    (mapping,) = functions.list_event_source_mappings(FunctionName=desk.stage.deployed.outputs["PublishPost"])[
        "EventSourceMappings"
    ]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    desk.pass_time(MINUTE)
    post_id = desk.stage.api.ask("POST /posts", {"text": "잃어버린 쪽지의 글"}).json()["id"]
    sqs.purge_queue(QueueUrl=queue)
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)

    desk.sweep()

    assert desk.shown(post_id)["state"] == "published"


def test_posts_held_by_a_pause_are_published_after_their_release(desk: Driver) -> None:
    paused = desk.ask("PUT /pause", {"reason": "통화 장애", "who": "당직"})
    post_id = desk.ask("POST /posts", {"text": "멈춘 동안 온 글"}).json()["id"]
    held = desk.shown(post_id)
    resumed = desk.ask("DELETE /pause").json()
    after_resume = desk.on_x("멈춘 동안 온 글")

    released = desk.ask(f"POST /posts/{post_id}/release")

    assert paused.status_code == 200, paused.text
    assert (held["state"], held["reason"]) == ("held", "paused")
    assert [post["id"] for post in resumed["held"]["posts"]] == [post_id]
    assert after_resume == []
    assert released.status_code == 200
    assert len(desk.on_x("멈춘 동안 온 글")) == 1


def test_a_planned_post_appears_at_its_moment_and_its_schedule_is_gone(desk: Driver) -> None:
    scheduler = desk.stage.deployed.aws.client("scheduler")
    at = (desk.now + timedelta(hours=2)).replace(second=0, microsecond=0)
    planned = {"text": "정해진 시각의 글", "publish_at": at.astimezone(SEOUL).isoformat()}
    post_id = desk.ask("POST /posts", planned).json()["id"]
    waits = [one["Name"] for one in scheduler.list_schedules(NamePrefix=post_id)["Schedules"]]
    desk.reach(at - MINUTE)
    before = desk.on_x("정해진 시각의 글")

    desk.reach(at + timedelta(hours=1))

    (post,) = desk.on_x("정해진 시각의 글")
    assert (waits, before) == ([post_id], [])
    assert post.created_at == at
    assert scheduler.list_schedules(NamePrefix=post_id)["Schedules"] == []


def test_a_planned_post_that_is_cancelled_never_appears(desk: Driver) -> None:
    scheduler = desk.stage.deployed.aws.client("scheduler")
    at = desk.now + timedelta(hours=2)
    post_id = desk.ask("POST /posts", {"text": "취소된 글", "publish_at": at.isoformat()}).json()["id"]

    cancelled = desk.ask(f"DELETE /posts/{post_id}")
    desk.reach(at + timedelta(hours=1))
    desk.sweep()

    assert cancelled.json()["state"] == "cancelled"
    assert scheduler.list_schedules(NamePrefix=post_id)["Schedules"] == []
    assert desk.on_x("취소된 글") == []
