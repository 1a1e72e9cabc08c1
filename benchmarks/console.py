"""The console's inbox over ever more open cases: DynamoDB calls, own time and bytes, on recorded responses.

The local AWS answers once; its responses are recorded and served again. So what is timed is all that the console does
itself, botocore's work included; and then, by the wall clock, how long a page takes where DynamoDB answers each call
after LATENCY, one after the other or at the same time as the console asks. The mentions are those of one day of a month
with 60,000, since no page reads others.
"""

import io
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import boto3
from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session

from benchmarks.chase import open_cases
from benchmarks.surroundings import MORNING, settings_of, use
from desk.aws.dynamodb import batch_write, to_item
from desk.brand import Brand, brand_of
from desk.cases.items import case_item
from desk.mentions.items import UNSEEN, mention_item, reading_attributes
from desk.mentions.model import Mention
from desk.reading import OPERATOR, Kind, Need, Reading, Urgency
from desk.staff.model import Person, Role
from desk.staff.sessions import SessionItems
from desk.x.model import Author, XPost
from local.aws.deploy import XAccess, deploy
from local.aws.ministack import ministack
from local.brand.compile import compile_desk
from local.brand.load import load_desk
from operator_console.app import COOKIE

_MENTIONS = 2_000
"""Of the day; one in five opened no case and was seen by nobody."""
LATENCY = 0.006
"""Seconds after which DynamoDB is taken to answer a call from a function in its region."""
_TIMES = 15
_TEXT = "오늘도 119 연결이 안 되고 데이터가 느려요. 어제부터 계속 이런데 언제쯤 고쳐지나요? 답변 부탁드립니다"
_PAGES = {
    "today": "today",
    "today_poll": "poll?page=today",
    "night": "today/night",
    "list": "inbox/to_answer",
    "departments": "inbox/at_department",
    "filtered": "inbox/at_department?department=billing&mine=1",
    "all": "inbox/all",
    "to_read": "inbox/to_read",
    "poll": "poll?queue=to_answer&known=",
    "words": "search?q=119+연결",
    "handle": "search?q=@bench7",
}


def measure(sizes: tuple[int, ...]) -> list[dict[str, Any]]:
    """For each number of open cases and each page: calls of DynamoDB, milliseconds of own time, and bytes."""
    return [row for size in sizes for row in _measure_size(size)]


def _measure_size(size: int) -> list[dict[str, Any]]:
    desk = load_desk(Path("desk.yaml"))
    brand = brand_of(compile_desk(desk, year=MORNING.year))
    with ministack() as aws:
        deployed = deploy(aws, desk, XAccess("http://127.0.0.1:9", {}), year=MORNING.year)
        use(aws)
        settings = settings_of(deployed, "OperatorConsole")
        _fill(size, brand, settings)
        recorded = _Recorded()
        from operator_console.wiring import wire  # noqa: PLC0415 - its clients are made for the endpoint set just before

        console = wire(settings, brand)
        person = Person("bench", "김하늘", Role.OPERATOR)
        cookie = SessionItems(boto3.client("dynamodb"), settings["DESK_TABLE"]).begin(person, MORNING, id_token="")
        pages = {name: _page(console, path, cookie, recorded) for name, path in _PAGES.items()}
    return [{"cases": size, "page": name, **figures} for name, figures in pages.items()]


def _page(console: Any, path: str, cookie: str, recorded: "_Recorded") -> dict[str, Any]:
    event = _event(path, cookie)
    console.respond(event, MORNING)  # an instance reads some of it once, such as what came in overnight
    recorded.asked.clear()
    response = console.respond(event, MORNING)
    if response["statusCode"] != 200:
        raise RuntimeError(f"{path} came to {response['statusCode']}")
    calls = len(recorded.asked)
    own = recorded.replayed(lambda: _timed(console, event, time.process_time), latency=0)
    wall = recorded.replayed(lambda: _timed(console, event, time.perf_counter), latency=LATENCY)
    return {"dynamodb_calls": calls, "own_ms": own, "wall_ms": wall, "bytes": len(response["body"].encode())}


def _timed(console: Any, event: dict[str, Any], clock: Callable[[], float]) -> float:
    began = clock()
    console.respond(event, MORNING)
    return clock() - began


class _Recorded:
    """Records DynamoDB's responses to every client that the default session makes, and serves them again."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bytes]] = []
        self._responses: dict[tuple[str, bytes], AWSResponse] = {}
        self._http = URLLib3Session()
        self._latency: float | None = None
        session = boto3.Session()
        events: Any = session.events  # typed for handlers that return nothing
        events.register_first("before-send.dynamodb", self._send)
        boto3.DEFAULT_SESSION = session

    def replayed(self, timed: Callable[[], float], *, latency: float) -> float:
        """The median in milliseconds, where what was recorded is served, each response after so many seconds."""
        self._latency = latency
        try:
            return round(statistics.median(timed() for _ in range(_TIMES)) * 1000, 1)
        finally:
            self._latency = None

    def _send(self, request: Any, **_: Any) -> AWSResponse:
        asked = (str(request.headers["X-Amz-Target"]), bytes(request.body))
        self.asked.append(asked)
        if self._latency is None:
            self._responses[asked] = self._http.send(request)
        else:
            time.sleep(self._latency)
        found = self._responses[asked]
        headers: Any = found.headers
        return AWSResponse(request.url, found.status_code, headers, _Raw(found.content))


class _Raw(io.BytesIO):
    """A body as botocore reads one."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        """All of it."""
        yield self.read()


def _event(path: str, cookie: str) -> dict[str, Any]:
    split = urlsplit(path)
    return {
        "pathParameters": {"page": split.path},
        "queryStringParameters": dict(parse_qsl(split.query)),
        "headers": {"hx-request": "true"} if split.path == "poll" else {},
        "cookies": [f"{COOKIE}={cookie}"],
        "requestContext": {"http": {"method": "GET"}, "domainName": "desk.example"},
    }


def _fill(size: int, brand: Brand, settings: Mapping[str, str]) -> None:
    """Half of the cases are the operator's."""
    client, zone = boto3.client("dynamodb"), ZoneInfo(brand.timezone)
    excerpt = {"mention_id": "1", "text": _TEXT}
    cases = (
        case._replace(department=OPERATOR) if number % 2 else case
        for number, case in enumerate(open_cases(size, brand))
    )
    batch_write(client, settings["CASES_TABLE"], puts=(case_item(case, excerpt) for case in cases))
    batch_write(client, settings["MENTIONS_TABLE"], puts=_mentions(zone))


def _mentions(zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    chat = Reading(Kind.CHAT, Need.RELATIONSHIP, None, Urgency.LOW, "ko", 0.9, ())
    for number in range(_MENTIONS):
        at = MORNING - timedelta(seconds=15 * number)
        author = Author(str(number), f"bench{number}", "하늘")
        post = XPost(str(10**18 + number), _TEXT, author.id, at, str(number), "ko", (str(number),), author=author)
        read = reading_attributes(chat) | {"unseen": UNSEEN if number % 5 == 0 else None}
        yield mention_item(Mention(post, at), zone) | to_item(read)
