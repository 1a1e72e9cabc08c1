"""The handler as it is wired: a site on loopback, tables and queues on moto."""

import gzip
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from desk.brand import FeedSettings
from desk.feeds.store import FeedItems
from desk.health.heartbeats import HeartbeatItems
from desk.posts.announcement_drafts import AnnouncementDraftItems
from desk.posts.store import PostStoreItems
from local.site import Site, site
from read_feeds import handler
from read_feeds.read import FeedsReport
from tests.brands import small_brand
from tests.invocations import Context
from tests.tables import REGION, create_tables
from tests.unit.read_feeds.scene import item, rss

pytestmark = pytest.mark.process

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

NOON = datetime.now(UTC).replace(microsecond=0)
PICTURED = "&lt;img src='/two.png' alt='눈 오는 거리'&gt;"


@dataclass(frozen=True)
class Deployed:
    """The site with a blog and a newsroom, and what the handler works with."""

    site: Site
    drafts: AnnouncementDraftItems
    posts: PostStoreItems
    feeds: FeedItems
    heartbeats: HeartbeatItems
    sqs: "SQSClient"
    posts_queue: str
    pictures_queue: str

    def runs(self, minutes: int = 0) -> dict[str, Any]:
        """The schedule fires, so many minutes after noon."""
        event = {"schedule": "read-feeds", "scheduled_time": (NOON + timedelta(minutes=minutes)).isoformat()}
        return handler.lambda_handler(event, Context(300_000))

    def has(self, name: str, *items: str) -> None:
        (self.site.folder / name).write_bytes(rss(*items))

    def messages(self, queue: str) -> list[dict[str, Any]]:
        told = self.sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in told]


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Deployed]:
    with mock_aws(), site(tmp_path) as served:
        dynamodb, sqs = boto3.client("dynamodb", region_name=REGION), boto3.client("sqs", region_name=REGION)
        tables = create_tables(dynamodb)
        queues = [sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("posts", "pictures")]
        settings = {
            "POSTS_TABLE": tables.posts,
            "DESK_TABLE": tables.desk,
            "POSTS_QUEUE_URL": queues[0],
            "PICTURES_QUEUE_URL": queues[1],
            "FETCH_EXCEPTIONS": served.host_and_port,
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        feeds = (
            FeedSettings("블로그", f"{served.url}/blog.rss", ("에메랄드",)),
            FeedSettings("뉴스룸", f"{served.url}/news.rss", auto=True),
        )
        monkeypatch.setattr("read_feeds.wiring.load_brand", partial(small_brand, feeds=feeds))
        posts = PostStoreItems(dynamodb, posts_table=tables.posts, desk_table=tables.desk)
        drafts, states = AnnouncementDraftItems(dynamodb, tables.desk), FeedItems(dynamodb, tables.desk)
        yield Deployed(served, drafts, posts, states, HeartbeatItems(dynamodb, tables.desk), sqs, *queues)


def left_out(capsys: pytest.CaptureFixture[str]) -> Any:
    """The metric of the last run."""
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    return told[-1]["FeedEntriesLeftOut"][0]


def test_new_entries_become_a_draft_and_a_post_once(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    deployed.has("blog.rss", item(1))
    deployed.has("news.rss", item(1))
    assert deployed.runs() == {"drafts": 0, "posts": 0, "failed": {}}
    deployed.has("blog.rss", item(2, description=PICTURED), item(1))
    deployed.has("news.rss", item(3), item(1))

    answers = [deployed.runs(minutes) for minutes in (10, 20, 30)]

    assert answers == [{"drafts": 1, "posts": 1, "failed": {}}] + 2 * [{"drafts": 0, "posts": 0, "failed": {}}]
    (draft,) = deployed.drafts.all()
    assert (draft.text, draft.source) == ("글 2 #에메랄드\nhttps://www.example.com/blog/2", "블로그")
    (picture,) = draft.pictures
    assert picture.alt == "눈 오는 거리"
    (woken,) = deployed.messages(deployed.posts_queue)
    post = deployed.posts.get(woken["post_id"])
    assert post
    assert (post.text, post.by) == ("글 3\nhttps://www.example.com/blog/3", "뉴스룸")
    assert deployed.messages(deployed.pictures_queue) == [{"picture_id": picture.id}]
    assert left_out(capsys) == 0


def test_an_unchanged_feed_is_not_sent_again(deployed: Deployed) -> None:
    deployed.has("blog.rss", item(1))
    deployed.has("news.rss", item(1))

    for minutes in (0, 10):
        deployed.runs(minutes)

    asked = [visit.headers for visit in deployed.site.visits if visit.path == "/blog.rss"]
    assert ["if-none-match" in headers for headers in asked] == [False, True]
    assert "for https://x.com/" in asked[0]["user-agent"]
    assert deployed.feeds.all()["블로그"].read_at == NOON + timedelta(minutes=10)


def test_what_a_server_may_do_ends_as_a_reason(deployed: Deployed) -> None:
    deployed.has("news.rss")
    large = gzip.compress(b"<rss>" + b" " * 6_000_000)
    answers: list[tuple[dict[str, Any], str, str]] = [
        ({"body": large, "headers": {"Content-Encoding": "gzip"}}, "not_fetched", "too_large"),
        ({"body": large[:400], "headers": {"Content-Encoding": "gzip"}}, "not_fetched", "not_reached"),
        ({"status": 404}, "status", "404"),
        ({"status": 301, "headers": {"Location": "/blog.rss"}}, "not_fetched", "too_many_redirects"),
        ({"status": 302, "headers": {"Location": "http://169.254.169.254/latest"}}, "not_fetched", "not_global"),
        ({"body": b"<html><p>soon", "headers": {"Content-Type": "application/rss+xml"}}, "not_a_feed", ""),
        ({"body": b"<!DOCTYPE rss>" + rss()}, "document_type", ""),
        ({"body": rss(item(1)), "headers": {"Content-Type": "text/xml; charset=utf-7"}}, "encoding", "utf-7"),
    ]

    for answer, failure, detail in answers:
        deployed.site.answer_instead("/blog.rss", **answer)
        deployed.runs()
        state = deployed.feeds.all()["블로그"]
        assert (state.failure, state.detail) == (failure, detail)


def test_a_feed_that_moved_for_good_is_read_at_its_new_address(deployed: Deployed) -> None:
    deployed.has("news.rss")
    deployed.has("new.rss", item(1))
    deployed.site.answer_instead("/blog.rss", 308, headers={"Location": "/new.rss"})

    for minutes in (0, 10):
        deployed.runs(minutes)

    assert deployed.feeds.all()["블로그"].moved_to == f"{deployed.site.url}/new.rss"
    assert [visit.path for visit in deployed.site.visits if visit.path != "/news.rss"] == [
        *("/blog.rss", "/new.rss", "/new.rss")
    ]


def test_runs_leave_no_heartbeat_while_a_feed_has_failed_for_a_day(deployed: Deployed) -> None:
    deployed.has("news.rss")

    assert deployed.runs()["failed"] == {"블로그": "status 404"}
    deployed.runs(24 * 60)

    later = NOON + timedelta(days=2)
    assert deployed.heartbeats.last(["read-feeds"], later) == {"read-feeds": NOON}


def test_without_time_nothing_is_tried(deployed: Deployed) -> None:
    assert handler.lambda_handler({"scheduled_time": NOON.isoformat()}, Context(60_000))["failed"] == {}
    assert deployed.site.visits == []


def test_a_defect_is_raised_after_the_other_feeds_were_read(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    deployed.has("blog.rss")
    deployed.has("news.rss")

    monkeypatch.setattr(sys, "executable", "/bin/false")  # what parses ends at once

    with pytest.raises(handler.FeedsNotRead, match="블로그"):
        deployed.runs()
    assert {state.failure for state in deployed.feeds.all().values()} == {"defect"}


def test_a_report_is_logged_as_it_is(deployed: Deployed, caplog: pytest.LogCaptureFixture) -> None:
    deployed.has("blog.rss")

    deployed.runs()

    (record,) = (each for each in caplog.records if each.getMessage() == "read feeds")
    assert record.levelname == "WARNING"
    assert record.__dict__["failed"] == {"뉴스룸": "status 404"}
    assert set(vars(FeedsReport())) <= set(record.__dict__)
