"""From the confirmed answer to the message in the posts queue, over the wall's clock, on the whole desk of one machine.

A department opens a case by its link, writes, looks at what would be posted, and sends. What is timed is this last
request, through the short address and the local AWS's HTTP API to the function and back, and until its message is read
from the queue. The publisher is kept from the queue, so that it does not get there first.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import requests

from benchmarks.surroundings import settings_of
from desk.cases.links import CaseLinkItems
from desk.clock import utc_now
from local.demo.answer_page import Page, Visitor
from local.stage import Stage, stage

_DEPARTMENT = "billing"
"""It answers on X itself, and what is asked here is its matter."""
_WARM = 5
_SECONDS = 10


class _Sent(NamedTuple):
    answered: float
    queued: float


def measure(answers: int) -> dict[str, Any]:
    """Milliseconds of the request and until the message was read, after a few that are not counted; bytes of pages."""
    with tempfile.TemporaryDirectory() as mails, stage(Path(mails)) as here:
        _switch_publisher_off(here)
        pages = dict[str, int]()
        sent = [_answer(here, link, number, pages) for number, link in enumerate(_links(here, _WARM + answers))]
    timed = sent[_WARM:]
    return {
        "answers": len(timed),
        "request_ms": _figures([one.answered for one in timed]),
        "in_queue_ms": _figures([one.queued for one in timed]),
        "page_bytes": pages,
    }


def _figures(seconds: list[float]) -> dict[str, float]:
    parts = statistics.quantiles(seconds, n=20)
    named = {"p50": statistics.median(seconds), "p95": parts[-1], "max": max(seconds)}
    return {name: round(value * 1000, 1) for name, value in named.items()}


def _switch_publisher_off(here: Stage) -> None:
    client, queue = here.deployed.aws.client("lambda"), here.deployed.outputs["PostsQueueUrl"].rsplit("/", 1)[-1]
    for mapping in client.list_event_source_mappings()["EventSourceMappings"]:
        if mapping["EventSourceArn"].rsplit(":", 1)[-1] == queue:
            client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)


def _links(here: Stage, count: int) -> Iterator[str]:
    """Let this many people ask; return a new link to each case, as a mail would have it."""
    here.fire("poll-mentions", utc_now())  # the first poll looks back; what it finds would be backlog
    handle = here.desk.brand.handle
    here.control.posts(
        [
            {"author": {"username": f"bench{n}"}, "text": f"@{handle} 이번 달 청구서가 두 번 왔어요. 왜 그런가요? {n}"}
            for n in range(count)
        ]
    )
    here.fire("poll-mentions", utc_now())
    here.pump.step(flush=True)
    settings, dynamodb = settings_of(here.deployed, "AnswerCase"), here.deployed.aws.client("dynamodb")
    found = dynamodb.query(
        TableName=settings["CASES_TABLE"],
        IndexName="open_by_due",
        KeyConditionExpression="#open = :department",
        ExpressionAttributeNames={"#open": "open"},
        ExpressionAttributeValues={":department": {"S": _DEPARTMENT}},
    )
    ids = [item["case_id"]["S"] for item in found["Items"]]
    if len(ids) != count:
        raise RuntimeError(f"of {count} cases {_DEPARTMENT} has {len(ids)}")
    made = CaseLinkItems(dynamodb, settings["DESK_TABLE"]).make(ids, _DEPARTMENT, utc_now())
    return (f"/answer/{link}" for link in made.values())


def _answer(here: Stage, link: str, number: int, pages: dict[str, int]) -> _Sent:
    visitor = Visitor(here.api)
    page = visitor.open(link)
    text = f"하나는 지난달 것입니다. {number}번 청구서만 내시면 됩니다."
    confirming = visitor.send(page, "answer", {"name": "김하늘", "text": text})
    _measure_page(pages, "case", page)
    _measure_page(pages, "confirmation", confirming)
    return _confirm(here, confirming)


def _measure_page(pages: dict[str, int], name: str, page: Page) -> None:
    pages[name] = max(pages.get(name, 0), len(page.html.encode()))


def _confirm(here: Stage, page: Page) -> _Sent:
    form = page.form("confirm")
    if form is None:
        raise RuntimeError(f"the page of {page.case_id} shows nothing to confirm")
    sqs, queue = here.deployed.aws.client("sqs"), here.deployed.outputs["PostsQueueUrl"]
    began = time.perf_counter()
    answer = requests.post(
        page.address, data={**form.fields, "action": "confirm"}, allow_redirects=False, timeout=_SECONDS
    )
    answered = time.perf_counter()
    (message,) = sqs.receive_message(QueueUrl=queue, WaitTimeSeconds=_SECONDS)["Messages"]
    queued = time.perf_counter()
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    if not answer.ok or page.case_id not in message["Body"]:
        raise RuntimeError(f"the answer to {page.case_id} came to {answer.status_code} and {message['Body']}")
    return _Sent(answered - began, queued - began)
