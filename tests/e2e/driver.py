"""Drives a desk on the local AWS and the local X, in the rehearsal's time."""

import email
import email.policy
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any
from zoneinfo import ZoneInfo

import requests

from desk.brand import load_brand
from desk.cases.model import CaseEvent
from desk.working_time import span_of
from local.aws.mail_file import Mail
from local.aws.mailbox import ON_CALL
from local.demo.ledger import Ledger, Line
from local.demo.timeline import OwnPost, own_posts
from local.stage import Stage
from tests.e2e.emptied import empty

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FRIDAY = 4
SEOUL = ZoneInfo("Asia/Seoul")


@dataclass
class Driver:
    stage: Stage
    now: datetime
    mails: list[Mail] = field(default_factory=list)

    @classmethod
    def of_a_new_desk(cls, stage: Stage) -> "Driver":
        """Let nothing be left of what was there before, and let it be ten o'clock of the next working day.

        The desk has polled, so that nothing counts as backlog. No function remembers, either, what it read minutes
        before that.
        """
        assert stage.clock is not None
        stage.control.reset()
        empty(stage)
        driver = cls(stage, stage.clock.now())
        driver.lose_the_stream()
        driver.next_morning(9, 58)
        driver.poll()
        driver.pass_time(MINUTE)
        driver.mails.clear()
        for call in (stage.mailboxes.folder / ON_CALL).glob("*"):
            call.unlink()
        return driver

    def pass_time(self, span: timedelta) -> None:
        clock = self.stage.clock
        assert clock is not None
        self.now = max(self.now, clock.now()) + span
        self.stage.reach(self.now)

    def post(self, author: str, text: str, **more: Any) -> str:
        self.pass_time(timedelta(seconds=1))
        return self.stage.control.post(author, f"@emeraldmobile {text}", **more)

    def crowd(self, count: int, name: str, sayings: Sequence[str]) -> set[str]:
        """So many people post at once, each in their own name."""
        self.pass_time(MINUTE)
        posts = [
            {"author": {"username": f"{name}_{number}"}, "text": f"@emeraldmobile {said} {number}번째"}
            for number, said in zip(range(count), cycle(sayings), strict=False)
        ]
        return set(self.stage.control.posts(posts))

    def poll(self, *, carried: bool = True) -> None:
        """The minute's poll; `carried` is whether the stream then brings what it stored."""
        self.fire("poll-mentions", MINUTE)
        if carried:
            self.carry()

    def sweep(self, after: timedelta = 6 * MINUTE) -> None:
        self.fire("sweep", after)

    def fire(self, schedule: str, after: timedelta) -> None:
        self.pass_time(after)
        self.stage.fire(schedule, self.now)
        self.mails += self.stage.mailboxes.collect()

    def reach(self, moment: datetime) -> None:
        """Let time pass up to then, with everything that is timed for the way."""
        self.stage.reach(moment)
        self.now = moment

    def next_morning(self, hour: int = 9, minute: int = 0) -> None:
        """That time, or nine o'clock, of the next working day of the desk, which it becomes."""
        brand = load_brand()
        morning = self.now.astimezone(SEOUL).replace(hour=hour, minute=minute, second=0, microsecond=0) + DAY
        while span_of(morning.date(), brand) is None:
            morning += DAY
        self.reach(morning)

    def until(self, hour: int, minute: int) -> None:
        """Let it become that time of the desk's day."""
        self.reach(self.now.astimezone(SEOUL).replace(hour=hour, minute=minute, second=0, microsecond=0))

    def fire_now(self, schedule: str) -> None:
        """Fire it for exactly the moment that it is."""
        self.fire(schedule, timedelta())

    def ask(self, route: str, body: dict[str, Any] | None = None, **headers: str) -> requests.Response:
        """Call the API a second later, and let the publisher do what comes of it."""
        self.pass_time(timedelta(seconds=1))
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.stage.api.ask(route, body, headers=named)
        self.stage.settle()
        return answer

    def shown(self, post_id: str) -> dict[str, Any]:
        """The post as the API shows it."""
        post: dict[str, Any] = self.ask(f"GET /posts/{post_id}").json()
        return post

    def on_x(self, text: str) -> list[OwnPost]:
        """The brand's posts on X with this in their text."""
        return [post for post in own_posts(self.stage.x) if text in post.text]

    def carry(self) -> None:
        self.stage.pump.step(flush=True)
        self.mails += self.stage.mailboxes.collect()

    def lose_the_stream(self) -> None:
        """What the stream holds now never reaches its function."""
        self.stage.pump._shards.read()

    def lines(self) -> list[Line]:
        return Ledger(self.stage.deployed).lines()

    def line(self, mention_id: str) -> Line:
        return next(line for line in self.lines() if line.mention_id == mention_id)

    def item(self, mention_id: str) -> dict[str, Any]:
        """The mention as the table holds it, in DynamoDB's typed form."""
        dynamodb = self.stage.deployed.aws.client("dynamodb")
        key = {"mention_id": {"S": mention_id}}
        item: dict[str, Any] = dynamodb.get_item(TableName=self.stage.deployed.outputs["MentionsTable"], Key=key)[
            "Item"
        ]
        return item

    def noted(self, case_id: str) -> list[CaseEvent]:
        """What the desk itself, or somebody on X, did with the case."""
        return [one.event for one in Ledger(self.stage.deployed).noted() if one.case_id == case_id]

    def rings(self) -> list[str]:
        """All that phones of those on call got."""
        files = sorted((self.stage.mailboxes.folder / ON_CALL).glob("*.txt"))
        return [path.read_text(encoding="utf-8") for path in files]

    def balance_holds(self) -> bool:
        return Ledger(self.stage.deployed).balance().holds

    def confirmed_subscribers(self, department: str) -> int | None:
        """What the last check of subscriptions noted."""
        key = {"item": {"S": "subscribers"}, "part": {"S": department}}
        dynamodb = self.stage.deployed.aws.client("dynamodb")
        item = dynamodb.get_item(TableName=self.stage.deployed.outputs["DeskTable"], Key=key).get("Item")
        return int(item["confirmed"]["N"]) if item else None

    def mails_to(self, department: str) -> list[Mail]:
        """Each mail once, to however many addresses it went."""
        once = {mail.message_id: mail for mail in self.mails if mail.department == department}
        return list(once.values())

    def mails_about(self, text: str) -> list[Mail]:
        return [mail for mail in self.mails if text in mail.body]


def read_mail(path: Any) -> email.message.EmailMessage:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, email.message.EmailMessage)
    return message
