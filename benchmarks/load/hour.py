"""The hour: what people on X, a CMS and the people in the console do minute by minute, beside the desk's schedules.

Whatever fails is repeated as its caller repeats it: Lambda invokes an event of a schedule three times, a CMS sends a
post again with the same key, and a person a form that was not taken.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import cycle
from typing import NamedTuple

import requests

from benchmarks.load.measured import Latencies
from benchmarks.load.worker.sitecustomize import CASE_ID, Told, told_by_mail, told_by_notice
from desk.posts.model import FINAL, PostState
from desk.spikes.store import SpikeItems
from desk.staff.model import Person, Role
from local.aws.pump import FunctionError
from local.demo.console_visitor import ConsoleRefused, ConsoleVisitor
from local.demo.ledger import Ledger
from local.stage import Stage

MINUTE = timedelta(minutes=1)
_OUTAGE_TIMES = 4
"""How many times as many mentions come in a minute of the outage."""
_EVERY = {"poll-mentions": 1, "attend-to-cases": 1, "sweep": 5, "chase-cases": 15}
"""Schedules that fire every so many minutes."""
_INVOCATIONS = 3
_TRIES = 8
_CALLERS = 8
"""Requests that are under way at the same time."""
_ANSWERS_EVERY, _ANSWERS_FIRST = 10, 4
"""Minutes between two replies of a person, and the first in which somebody replies."""
_QUIET_ROUNDS = 20
_SAYINGS = (
    "이번 달 청구서가 왜 두 번 왔나요?",
    "요금제를 바꾸고 싶은데 앱에서도 할 수 있나요?",
    "오늘 첫눈 왔어요. 다들 따뜻하게 입고 나가세요!",
    "새로 나온 폰 매장에 언제 들어오나요?",
    "상담원분이 정말 친절하셨어요. 고맙습니다",
    "해지하려면 어디로 전화해야 하나요?",
    "무료 나눔 이벤트 참여하고 코인 받아 가세요 지금 바로 팔로우",
)
_CUT_OFF = ("전화가 안 걸려요", "데이터가 먹통이에요", "안테나가 안 떠요", "통화가 자꾸 끊겨요")
_SETTLED = {str(each) for each in FINAL | {PostState.IN_DOUBT}}
_CASE = re.compile(r"/console/inbox/at_department/[0-9A-Z-]{11}")
_REPLY = r"case/[^/]+/send"


class Size(NamedTuple):
    """How much happens in the hour, and in how many minutes the script plays it."""

    mentions: int
    posts: int
    people: int
    minutes: int = 60

    @property
    def outage(self) -> range:
        """The minutes in which the brand's network is down; in the first half of them X answers nothing, either."""
        return range(self.minutes // 3, self.minutes // 2)


class GivenUp(Exception):
    """A caller has repeated something as often as it does; the message says what."""


@dataclass
class Played:
    """What was done from outside, by which the desk is judged afterwards.

    Attributes:
        mentions: The ids of the posts that mention the brand.
        posts: The texts that the API accepted.
        replies: The texts of replies that the console accepted.
        mailed_at: The desk's time of the first mail that names a case, by its id.
        mails: How many mails came.
        told: How often people or machines were told the same.
        seconds: How long the hour took on this machine.
    """

    mentions: dict[str, datetime] = field(default_factory=dict)
    posts: list[str] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    mailed_at: dict[str, datetime] = field(default_factory=dict)
    mails: int = 0
    told: Counter[Told] = field(default_factory=Counter)
    failed_runs: int = 0
    repeated: int = 0
    seconds: float = 0.0


class Hour:
    """One hour on a stage that rehearses."""

    def __init__(self, stage: Stage, size: Size, begins_at: datetime) -> None:
        self._stage = stage
        self._size = size
        self._now = begins_at
        self.played = Played()
        self.latencies = Latencies()
        people = [Person(f"person-{number}", f"직원 {number}", Role.OPERATOR) for number in range(size.people)]
        self._visitors = [ConsoleVisitor(stage, person) for person in people]
        self._notices = _subscribe_to_notices(stage)
        self._spikes = SpikeItems(stage.deployed.aws.client("dynamodb"), stage.deployed.outputs["DeskTable"])

    def play(self) -> Played:
        """Play the hour, and then let the desk catch up with what is left."""
        began = time.monotonic()
        for _ in range(2):  # what was on X before counts as known
            self._pass(MINUTE)
            self._run("poll-mentions")
        with ThreadPoolExecutor(_CALLERS) as callers:
            for minute in range(self._size.minutes):
                self._play_minute(minute, callers)
        self.played.seconds = time.monotonic() - began
        self._catch_up()
        self._collect()
        return self.played

    def _play_minute(self, minute: int, callers: ThreadPoolExecutor) -> None:
        self._pass(MINUTE)
        self._stage.control.clear_faults()
        outage = self._size.outage
        if minute in outage[: (len(outage) + 1) // 2]:
            self._stage.control.fault("*", status=503, times=1_000_000)
        self._mention(minute)
        asked: list[Future[None]] = [
            callers.submit(self._announce, number) for number in _share(self._size.posts, minute, self._size.minutes)
        ]
        asked += [
            callers.submit(self._visit, visitor, minute + number) for number, visitor in enumerate(self._visitors)
        ]
        for schedule, every in _EVERY.items():
            if minute % every == 0:
                self._run(schedule)
        for each in asked:
            each.result()
        self._stage.settle()
        self._collect()

    def _mention(self, minute: int) -> None:
        """People mention the brand, each once; during the outage more of them, about nothing else."""
        outage = self._size.outage
        weights = [_OUTAGE_TIMES if each in outage else 1 for each in range(self._size.minutes)]
        before, upto = (self._size.mentions * sum(weights[:end]) // sum(weights) for end in (minute, minute + 1))
        sayings = cycle(_CUT_OFF if minute in outage else _SAYINGS)
        posts = [
            {"author": {"username": f"user_{number}"}, "text": f"@emeraldmobile {said} {number}번째"}
            for number, said in zip(range(before, upto), sayings, strict=False)
        ]
        if posts:
            self.played.mentions |= dict.fromkeys(self._stage.control.posts(posts), self._now)

    def _announce(self, number: int) -> None:
        text = f"{number:04}번째 소식입니다. 새 요금제를 소개합니다."
        headers = {"Idempotency-Key": f"load-{number}"}

        def announce() -> None:
            self._stage.api.ask("POST /posts", {"text": text}, headers=headers).raise_for_status()

        self._repeated("API: POST /posts", announce)
        self.played.posts.append(text)

    def _visit(self, visitor: ConsoleVisitor, turn: int) -> None:
        """A minute of somebody in the console: what the page asks for, a look at the list, now and then a reply."""
        self._repeated("console: poll", lambda: visitor.open("/console/poll?queue=to_answer&known="))
        listed = self._repeated("console: list", lambda: visitor.open("/console/inbox/at_department"))
        cases = _CASE.findall(listed.html)
        if turn % _ANSWERS_EVERY != _ANSWERS_FIRST or not cases:
            return
        page = self._repeated("console: case", lambda: visitor.open(cases[turn // _ANSWERS_EVERY % len(cases)]))
        text = f"확인하고 처리했습니다. {turn} {page.address[-11:]}"
        try:
            self._repeated("console: reply", lambda: visitor.send(page, _REPLY, {"text": text}))
        except GivenUp:
            return  # a colleague was faster, which the page says
        self.played.replies.append(text)

    def _repeated[T](self, name: str, act: Callable[[], T]) -> T:
        problem = ""
        for attempt in range(_TRIES):
            self.played.repeated += attempt > 0
            try:
                with self.latencies.timed(name):
                    return act()
            except (requests.RequestException, ConsoleRefused) as exc:
                problem = str(exc)
                if isinstance(exc, ConsoleRefused) and " 5" not in problem:
                    break
        raise GivenUp(f"{name}: {problem}")

    def _run(self, schedule: str) -> None:
        for _ in range(_INVOCATIONS):
            try:
                with self.latencies.timed(f"run of {schedule}"):
                    self._stage.schedules[schedule].fire(self._now)
                break
            except FunctionError:
                self.played.failed_runs += 1
        with self.latencies.timed("what the stream brought"):
            self._stage.pump.step(flush=True)

    def _pass(self, span: timedelta) -> None:
        self._now = max(self._now, self._stage.x.state.clock.now()) + span
        try:
            self._stage.reach(self._now)
        except FunctionError:
            self.played.failed_runs += 1  # what was timed is due again with the sweep

    def _catch_up(self) -> None:
        """Let the schedules go on until nothing waits, or for so long that what still waits is lost.

        A spike is over some time after its last report; only then are its cases mailed.
        """
        for _ in range(_QUIET_ROUNDS):
            self._pass(6 * MINUTE)
            for schedule in _EVERY:
                self._run(schedule)
            self._stage.settle()
            self._collect()
            if self._is_quiet():
                return

    def _is_quiet(self) -> bool:
        states = set(states_of_posts(self._stage).values())
        balance = Ledger(self._stage.deployed).balance()
        all_read = not balance.waiting and balance.polled >= len(self.played.mentions)
        return states <= _SETTLED and all_read and not self._spikes.open() and not outbox_size(self._stage)

    def _collect(self) -> None:
        """Read what mailboxes and machines have got."""
        mails = {mail.message_id: mail for mail in self._stage.mailboxes.collect()}
        self.played.mails += len(mails)
        for mail in mails.values():
            self.played.told.update(told_by_mail(mail.topic, mail.subject, mail.body))
            for case in CASE_ID.findall(f"{mail.subject}\n{mail.body}"):
                self.played.mailed_at.setdefault(case, mail.sent_at)
        sqs = self._stage.deployed.aws.client("sqs")
        while messages := sqs.receive_message(QueueUrl=self._notices, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                sqs.delete_message(QueueUrl=self._notices, ReceiptHandle=message["ReceiptHandle"])
                self.played.told[told_by_notice(message["Body"])] += 1


_OUTBOX = "outbox#"


def _share(count: int, minute: int, minutes: int) -> range:
    """The numbers of this minute, of so many that are spread evenly over all."""
    return range(count * minute // minutes, count * (minute + 1) // minutes)


def _subscribe_to_notices(stage: Stage) -> str:
    """A queue that gets what machines are sent of every department; its address."""
    sqs, sns = (stage.deployed.aws.client(name) for name in ("sqs", "sns"))
    url: str = sqs.create_queue(QueueName="load-notices")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    attributes = {"FilterPolicy": json.dumps({"delivery": ["case"]}), "RawMessageDelivery": "true"}
    for key in stage.desk.departments:
        topic = f"{stage.deployed.topic_prefix}{key}"
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=attributes)
    return url


def outbox_size(stage: Stage) -> int:
    """How many notifications still have to be sent."""
    dynamodb = stage.deployed.aws.client("dynamodb")
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=stage.deployed.outputs["DeskTable"],
        ProjectionExpression="#item",
        ExpressionAttributeNames={"#item": "item"},
    )
    return sum(item["item"]["S"].startswith(_OUTBOX) for page in pages for item in page["Items"])


def states_of_posts(stage: Stage) -> dict[str, str]:
    """The state of each post in the table, by its text."""
    dynamodb = stage.deployed.aws.client("dynamodb")
    pages = dynamodb.get_paginator("scan").paginate(TableName=stage.deployed.outputs["PostsTable"])
    return {item["text"]["S"]: item["state"]["S"] for page in pages for item in page["Items"] if "state" in item}
