"""Counts what each unit uses: a poll, a mention of each kind, an answer, a post, a page, a run of every schedule."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from benchmarks.cost.bill import CASES_READ_BY, SPIKES_READ_BY, Fixed
from benchmarks.cost.counted import CountedDesk, Counts, counted_desk, scaled
from benchmarks.cost.prices import DAYS
from desk.brand import load_brand
from local.aws.schedules import Schedule

MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
"""A Tuesday, at ten in Seoul."""
_MINUTE = timedelta(minutes=1)
_OVERLAP = 12
"""How many polls read a mention: each reads the last ten minutes again."""
_SOME, _MANY = 4, 40
_KOREA = 23424868
_SAID = "에메랄드모바일 인터넷이 또 끊기네요. 다들 괜찮으세요?"
"""A fault that is not addressed to the brand."""
_BETWEEN_LISTENING, _RUNS_OF_LISTENING = timedelta(minutes=10), 3
"""How many runs count a post."""
_REPORTS = 20
"""Of an outage, within a few minutes."""
_UNTIL_QUIET = timedelta(minutes=45)
"""Until a spike is over, without another fault."""
_LIKES = 250
"""Posts that the account liked: each digest reads the newest 20, and once a day 100 of the others."""

TEXTS: Mapping[str, str] = {
    "inquiry": "요금제를 바꾸고 싶은데 고객센터 말고 앱에서도 할 수 있나요?",
    "fault": "어제 저녁부터 집 인터넷이 자꾸 끊겨요. 공유기를 껐다 켜도 똑같아요.",
    "rumor": "다음 달부터 요금을 두 배로 올린다는 글이 돌던데 사실이에요?",
    "chat": "오늘 첫눈 왔어요. 다들 따뜻하게 입고 나가세요!",
    "junk": "무료 나눔 이벤트 참여하고 코인 받아 가세요 지금 바로 팔로우",
}
"""The text of a mention of each kind."""


def count_desk() -> tuple[dict[str, Counts], Fixed]:
    """What each unit uses on a newly deployed desk, and what is always there."""
    with counted_desk(MORNING) as desk:
        runs = {name: runs_a_month(schedule) for name, schedule in desk.schedules.items()}
        units = _count(desk, runs)
        if (billed := desk.control.bill()["micro_usd"]) > (own := sum(_x(desk.counts).values())):
            raise RuntimeError(f"the desk counted {own} micro-dollars at X, and X bills {billed}")
        return units, _fixed(desk, runs)


def count_usual() -> dict[str, Counts]:
    """What happens most uses, as `count_desk` counts it: frequent runs, mentions, pages, an answer, an announcement."""
    with counted_desk(MORNING) as desk:
        return _count_usual(desk, {name: runs_a_month(schedule) for name, schedule in desk.schedules.items()})


def _fixed(desk: CountedDesk, runs: Mapping[str, float]) -> Fixed:
    aws = desk.deployed.aws
    return Fixed(
        runs,
        {name: desk.memory_of(desk.function_of(name)) for name in desk.schedules},
        metrics=len(desk.metrics()),
        alarms=len(aws.client("cloudwatch").describe_alarms(MaxRecords=100)["MetricAlarms"]),
        queues=sum(
            ":sqs:" in each["EventSourceArn"]
            for each in aws.client("lambda").list_event_source_mappings()["EventSourceMappings"]
        ),
        secrets=len(aws.client("secretsmanager").list_secrets()["SecretList"]),
    )


def runs_a_month(schedule: Schedule) -> int:
    """How often the schedule fires in thirty days, which are always the same ones."""
    a_day = _runs(schedule, 1)
    return a_day * DAYS if a_day > 1 else _runs(schedule, DAYS)


def _runs(schedule: Schedule, days: int) -> int:
    return sum(_is_due(schedule, MORNING + number * _MINUTE) for number in range(1, days * 24 * 60 + 1))


def _is_due(schedule: Schedule, minute: datetime) -> bool:
    """Whether the schedule fires in this minute, if it was created at MORNING."""
    return schedule.times.is_due(minute.astimezone(schedule.zone), MORNING.astimezone(schedule.zone))


def _x(counts: Counts) -> dict[str, float]:
    return {name: value for name, value in counts.items() if name.startswith("x:")}


def _count_usual(desk: CountedDesk, runs: Mapping[str, float]) -> dict[str, Counts]:
    desk.control.trends(_KOREA, {f"화제 {n}": 1_000 * n for n in range(1, 21)})
    _poll(desk)  # the first one looks back
    units = {"schedule poll-mentions": _each(desk, 15, lambda _: _poll(desk))}
    units |= _heard(desk)
    often = [name for name in sorted(runs) if runs[name] > DAYS * 24 and f"schedule {name}" not in units]
    for name in often:
        units[f"schedule {name}"] = _run_again(desk, name)
    for kind, text in TEXTS.items():
        units |= _mention(desk, kind, text, units["schedule poll-mentions"])
    units["mention answers an unknown post"] = _parent(desk, units)
    cases = _cases(desk)
    units |= _pages(desk, cases[0])
    units["open case at page of the console"] = _shown_case(desk, cases[0], units["page of the console"])
    units["answer"] = _each(desk, 1, lambda _: _answer(desk, cases[0]))
    units["announcement"] = _each(desk, 1, lambda _: _announce(desk))
    return units


def _count(desk: CountedDesk, runs: Mapping[str, float]) -> dict[str, Counts]:
    units = _count_usual(desk, runs)
    units["post measured"] = _measured(desk, units)
    units["trends of an hour"] = _trends(desk, units)
    units["name looked up"] = _each(desk, 1, lambda _: _look_up(desk))
    units |= _spike(desk, units["mention routed: fault"])
    units |= _daily(desk, [name for name in runs if f"schedule {name}" not in units])
    units |= {f"late case at {name}": _late_case(desk, name, units[f"schedule {name}"]) for name in CASES_READ_BY}
    units["text removed"] = _text_removed(desk, units["schedule retention"])
    return units


def _daily(desk: CountedDesk, names: list[str]) -> dict[str, Counts]:
    """The runs of the schedules that fire once an hour or less, each at an hour of its own."""
    desk.control.like(
        *desk.control.posts([{"author": {"username": f"fan_{n}"}, "text": f"최고예요 {n}"} for n in range(_LIKES)])
    )
    outcome = ""
    while outcome != "made":  # the first day's was made once the desk had closed
        desk.reach(next_run(desk.schedules["evening-digest"], desk.now))
        outcome = desk.fire("evening-digest")["outcome"]  # it stores the likes, which later ones know
    units = {}
    for moment, name in sorted((next_run(desk.schedules[name], desk.now) + _later(name), name) for name in names):
        desk.reach(moment)
        units[f"schedule {name}"] = _each(desk, 1, partial(_fire_and_publish, desk, name))
    return units


def _text_removed(desk: CountedDesk, run: Counts) -> Counts:
    """What a mention uses when its words are removed."""
    desk.reach(MORNING + timedelta(days=desk.words_days, hours=18))
    with desk.counting() as used:
        removed = desk.fire("retention")["removed"]
    return scaled(_less(used, run), 1 / removed)


def next_run(schedule: Schedule, after: datetime) -> datetime:
    """When the schedule fires next."""
    moment = after.replace(second=0, microsecond=0)
    while not _is_due(schedule, moment := moment + _MINUTE):
        pass
    return moment


def _fire(desk: CountedDesk, name: str, _: int) -> None:
    desk.fire(name)


def _later(name: str) -> timedelta:
    """The greeting counts at its own time, when it goes out at once: its draft's wake-up waits by the queue's clock."""
    return load_brand().greeting_lead if name == "greet" else timedelta(0)


def _fire_and_publish(desk: CountedDesk, name: str, _: int) -> None:
    desk.fire(name)
    if records := desk.queued("PostsQueueUrl"):
        desk.invoke("PublishPost", {"Records": records})


def _each(desk: CountedDesk, times: int, act: Callable[[int], object]) -> Counts:
    """The mean of what `act` uses, called this many times."""
    with desk.counting() as used:
        for number in range(times):
            act(number)
    return scaled(used, 1 / times)


def _poll(desk: CountedDesk) -> None:
    desk.pass_time(_MINUTE)
    desk.fire("poll-mentions")


def _poll_until_none_reads_it_again(desk: CountedDesk) -> None:
    for _ in range(_OVERLAP):
        _poll(desk)


def _mention(desk: CountedDesk, kind: str, text: str, poll: Counts) -> dict[str, Counts]:
    """A mention in all polls that read it, and in routing, in an invocation of its own."""
    ids = _posted(desk, kind, text, _SOME)
    polled = _each(desk, 1, lambda _: _poll_until_none_reads_it_again(desk))
    routed = _each(desk, _SOME, lambda number: _route_alone(desk, ids[number]))
    _require_kind(desk, ids, kind)
    return {
        f"mention polled: {kind}": scaled(_less(polled, scaled(poll, _OVERLAP)), 1 / _SOME),
        f"mention routed: {kind}": routed,
    }


def _posted(desk: CountedDesk, name: str, text: str, count: int) -> list[str]:
    """Make new posts that mention the brand, each by another author, and return their ids."""
    return desk.control.posts(
        [{"author": {"username": f"{name}_{n}"}, "text": f"@emeraldmobile {text} {n}"} for n in range(count)]
    )


def _route_all(desk: CountedDesk, ids: list[str]) -> None:
    """Poll new mentions, and route them in one invocation."""
    _poll(desk)
    _route(desk, *ids)


def _route_alone(desk: CountedDesk, mention_id: str) -> None:
    """Route a mention some seconds after the last one, which used the mail budget of its second."""
    desk.pass_time(timedelta(seconds=10))
    _route(desk, mention_id)


def _route(desk: CountedDesk, *ids: str) -> None:
    records = [
        {"dynamodb": {"Keys": {"mention_id": {"S": mention_id}}, "SequenceNumber": str(number)}}
        for number, mention_id in enumerate(ids)
    ]
    failed = desk.invoke("RouteInquiry", {"Records": records})["batchItemFailures"]
    if failed:
        raise RuntimeError(f"{ids} were not routed: {desk.logs['RouteInquiry']}")


def _require_kind(desk: CountedDesk, ids: list[str], kind: str) -> None:
    keys = [{"mention_id": {"S": each}} for each in ids]
    table = desk.deployed.outputs["MentionsTable"]
    found = desk.deployed.aws.client("dynamodb").batch_get_item(RequestItems={table: {"Keys": keys}})
    read = {item["kind"]["S"] for item in found["Responses"][table]}
    if read != {kind}:
        raise RuntimeError(f"the text of {kind} is read as {read}")


def _heard(desk: CountedDesk) -> dict[str, Counts]:
    """A run of listening that finds nothing, and a heard post in all runs that count it."""

    def listen(_: int) -> None:
        desk.pass_time(_BETWEEN_LISTENING)
        desk.fire("listen")

    _each(desk, _RUNS_OF_LISTENING, listen)  # the first one looks back
    quiet = _each(desk, _RUNS_OF_LISTENING, listen)
    ids = desk.control.posts([{"author": {"username": f"heard_{n}"}, "text": f"{_SAID} {n}"} for n in range(_SOME)])
    heard = _less(
        scaled(_each(desk, _RUNS_OF_LISTENING, listen), _RUNS_OF_LISTENING), scaled(quiet, _RUNS_OF_LISTENING)
    )
    routed = _each(desk, _SOME, lambda number: _route_alone(desk, ids[number]))
    return {"schedule listen": quiet, "post heard": scaled(heard, 1 / _SOME), "post heard, routed": routed}


def _parent(desk: CountedDesk, units: Mapping[str, Counts]) -> Counts:
    """What a mention uses in addition if it replies to a post that the desk does not know."""
    poll, mention = units["schedule poll-mentions"], units["mention polled: chat"]
    parents = desk.control.posts(
        [{"author": {"username": f"parent_{n}"}, "text": f"눈 와요 {n}"} for n in range(_SOME)]
    )
    posts = [
        {"author": {"username": f"child_{n}"}, "text": f"@emeraldmobile {TEXTS['chat']} {n}", "in_reply_to": parent}
        for n, parent in enumerate(parents)
    ]
    desk.control.posts(posts)
    polled = _each(desk, 1, lambda _: _poll_until_none_reads_it_again(desk))
    return _less(scaled(_less(polled, scaled(poll, _OVERLAP)), 1 / _SOME), mention)


def _cases(desk: CountedDesk) -> list[str]:
    """The open cases that the API lists."""
    event = _api_event(desk, "GET", "/cases", query={"limit": "100"})
    return [each["id"] for each in json.loads(desk.request("PostUpdate", event)["body"])["cases"]]


def _shown_case(desk: CountedDesk, case_id: str, page: Counts) -> Counts:
    """What an open case adds to a page: the difference that many more cases make, divided by them."""
    _route_all(desk, _posted(desk, "waiting", TEXTS["inquiry"], _MANY))
    return scaled(_less(_pages(desk, case_id)["page of the console"], page), 1 / _MANY)


def _late_case(desk: CountedDesk, name: str, run: Counts) -> Counts:
    """What a late case adds to a run of a schedule."""
    late = len(_cases(desk))
    return scaled(_less(_run_again(desk, name), run), 1 / late)


def _spike(desk: CountedDesk, fault: Counts) -> dict[str, Counts]:
    """What a spike uses in addition to its faults and the usual runs: at its beginning, in each run, and at its end."""
    usual = {name: _run_again(desk, name) for name in SPIKES_READ_BY}
    ids = _posted(desk, "outage", TEXTS["fault"], _REPORTS)
    _poll(desk)
    found, later = _route_until_spike(desk, ids)
    _route(desk, *later)
    open_at = {name: _run_again(desk, name) for name in SPIKES_READ_BY}
    desk.pass_time(_UNTIL_QUIET)
    _poll(desk)
    with desk.counting() as ended:
        if not desk.fire("sweep")["spikes_ended"]:
            raise RuntimeError(f"no spike has ended: {desk.logs['Sweep']}")
        desk.fire("sweep")  # mails it
    return {
        "spike found": _less(found, fault),
        **{f"open spike at {name}": _less(open_at[name], usual[name]) for name in SPIKES_READ_BY},
        "spike ended": _less(ended, scaled(usual["sweep"], 2)),
    }


def _route_until_spike(desk: CountedDesk, ids: list[str]) -> tuple[Counts, list[str]]:
    """What routing used for the fault that began a spike, and for the faults after it."""
    for number, mention_id in enumerate(ids, start=1):
        with desk.counting() as used:
            _route_alone(desk, mention_id)
        if re.search(r'"spikes":\s*1', desk.logs["RouteInquiry"]):
            return used, ids[number:]
    raise RuntimeError(f"{len(ids)} faults are no spike")


def _run_again(desk: CountedDesk, name: str) -> Counts:
    """What a run uses a minute after a first one, which does what is done only once."""
    desk.fire(name)
    desk.pass_time(_MINUTE)
    return _each(desk, 1, partial(_fire, desk, name))


def _answer(desk: CountedDesk, case_id: str) -> None:
    """A person answers a case, and the publisher posts the reply."""
    body = {"text": "앱의 '내 요금제'에서 바로 바꾸실 수 있어요.", "name": "박지민", "version": 1}
    desk.request("PostUpdate", _api_event(desk, "POST", f"/cases/{case_id}/answer", body=body))
    _publish(desk)


def _announce(desk: CountedDesk) -> None:
    """A CMS announces an article."""
    body = {"title": "5G 요금제 개편 안내", "url": "https://www.example.com/news/4711", "external_id": "4711"}
    desk.request("PostUpdate", _api_event(desk, "POST", "/posts", body=body))
    _publish(desk)


def _publish(desk: CountedDesk) -> None:
    """The publisher works on the messages of its queue."""
    records = desk.queued("PostsQueueUrl")
    before = len(desk.x.state.posts)
    failed = desk.invoke("PublishPost", {"Records": records})["batchItemFailures"]
    if failed or len(desk.x.state.posts) == before:
        raise RuntimeError(f"nothing was published: {desk.logs['PublishPost']}")


def _measured(desk: CountedDesk, units: Mapping[str, Counts]) -> Counts:
    """What measuring the announcement uses, an hour after it, in addition to the run."""
    desk.pass_time(timedelta(hours=1, minutes=5))
    return _less(_each(desk, 1, lambda _: desk.fire("measure-posts")), units["schedule measure-posts"])


def _trends(desk: CountedDesk, units: Mapping[str, Counts]) -> Counts:
    """What the first run of a working hour uses in addition, since it reads the trends."""
    for _ in range(2):  # the first of them counts the days before, once
        desk.pass_time(timedelta(hours=1))
        with desk.counting() as used:
            desk.fire("read-trends")
    return _less(used, units["schedule read-trends"])


def _pages(desk: CountedDesk, case_id: str) -> dict[str, Counts]:
    """A page of the console, a poll that shares what another one has read, and what one reads that does not.

    Lambda logs no run of the console; a poll writes nothing into its log.
    """
    from desk.staff.model import Person, Role  # noqa: PLC0415 - after the clock was set
    from desk.staff.sessions import SESSION_COOKIE, SessionItems  # noqa: PLC0415

    sessions = SessionItems(desk.deployed.aws.client("dynamodb"), desk.deployed.outputs["DeskTable"])
    cookie = f"{SESSION_COOKIE}={sessions.begin(Person('jimin', '박지민', Role.OPERATOR), desk.now, id_token='')}"
    views = ("inbox/to_answer", f"inbox/to_answer/{case_id}", "people", "calendar")
    pages = _each(desk, len(views), lambda n: desk.request("OperatorConsole", _page(views[n], cookie)))
    asked = _page(f"poll?queue=to_answer&key={case_id}", cookie)
    anew = asked | {"headers": asked["headers"] | {"cache-control": "no-cache"}}
    alone = _each(desk, 3, lambda _: desk.request("OperatorConsole", anew))
    tried = [_each(desk, 1, lambda _: desk.request("OperatorConsole", asked)) for _ in range(5)]
    shared = min(tried, key=lambda counts: counts["aws_calls"])  # on a slow machine, two seconds may pass meanwhile
    alone["log_bytes"] = shared["log_bytes"] = 0
    return {"page of the console": pages, "poll of a page": shared, "live state read for polls": _less(alone, shared)}


def _page(path: str, cookie: str) -> dict[str, Any]:
    split = urlsplit(path)
    return {
        "version": "2.0",
        "routeKey": "GET /console/{page+}",
        "pathParameters": {"page": split.path},
        "queryStringParameters": dict(parse_qsl(split.query)) or None,
        "headers": {"host": "desk.example"},
        "cookies": [cookie],
        "requestContext": {"http": {"method": "GET"}, "domainName": "desk.example"},
        "isBase64Encoded": False,
    }


def _api_event(
    desk: CountedDesk, method: str, path: str, *, query: Mapping[str, str] | None = None, body: object = None
) -> dict[str, Any]:
    return {
        "version": "2.0",
        "rawPath": path,
        "headers": {"authorization": f"Bearer {desk.token}", "content-type": "application/json"},
        "queryStringParameters": dict(query or {}),
        "requestContext": {"http": {"method": method, "path": path}, "stage": "$default"},
        "body": json.dumps(body) if body else None,
        "isBase64Encoded": False,
    }


def _look_up(desk: CountedDesk) -> None:
    """Look up a name that a person asked for."""
    from desk.x.look_ups import LookUpItems, author_key  # noqa: PLC0415 - after the clock was set

    aws, outputs = desk.deployed.aws, desk.deployed.outputs
    key = author_key(desk.control.person("stranger"))
    LookUpItems(aws.client("dynamodb"), outputs["DeskTable"]).request([key], desk.now)
    aws.client("sqs").send_message(QueueUrl=outputs["LookUpsQueueUrl"], MessageBody=json.dumps({"keys": [str(key)]}))
    desk.invoke("LookUp", {"Records": desk.queued("LookUpsQueueUrl")})


def _less(counts: Counts, others: Counts) -> Counts:
    """What these counts have in excess of the others."""
    more = {key: counts[key] - others[key] for key in [*counts]}
    return defaultdict(float, {key: value for key, value in more.items() if value > 1e-9})
