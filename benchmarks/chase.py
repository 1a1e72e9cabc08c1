"""Reminders and the task of every minute over ever more open cases: AWS calls and CPU of one run, on the local AWS.

The cases are due evenly over ten days around a Tuesday morning, and the reminders of earlier runs are recorded. So
it is a desk far behind: half of its cases are late, and those of one quarter of an hour are news.
"""

import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import boto3

from benchmarks.meter import Meter
from benchmarks.surroundings import MORNING, count_calls, settings_of, use
from desk.aws.dynamodb import batch_write, moment_text
from desk.brand import Brand, brand_of
from desk.cases.items import case_item
from desk.cases.model import Case, CaseState, case_id_of
from desk.cases.sla import current_reminder
from desk.mentions.items import mention_item
from desk.mentions.model import Mention
from desk.reading import Kind, Need, Urgency
from desk.x.model import Author, XPost
from local.aws.deploy import XAccess, deploy
from local.aws.ministack import ministack
from local.brand.compile import compile_desk
from local.brand.load import load_desk

_AROUND = timedelta(days=5)
_QUARTER = timedelta(minutes=15)
_URGENT_EACH = 100
"""One case in this many is urgent; a person has taken it on."""


def measure(sizes: tuple[int, ...]) -> dict[str, list[dict[str, float]]]:
    """For each number of open cases: a run of reminders, one that has nothing to tell, and one of every minute."""
    rows: dict[str, list[dict[str, float]]] = {"chase": [], "chase_with_no_news": [], "attend": []}
    for size in sizes:
        with redirect_stdout(io.StringIO()):  # logs and metrics
            runs = _measure_size(size)
        for name, run in zip(rows, runs, strict=True):
            rows[name].append({"cases": size, **run})
    return rows


def _measure_size(size: int) -> list[dict[str, float]]:
    desk = load_desk(Path("desk.yaml"))
    brand = brand_of(compile_desk(desk, year=MORNING.year))
    with ministack() as aws:
        deployed = deploy(aws, desk, XAccess("http://127.0.0.1:9", {}), year=MORNING.year)
        use(aws)
        settings = settings_of(deployed, "ChaseCases")
        cases = list(open_cases(size, brand))
        _fill(cases, settings["CASES_TABLE"], settings["MENTIONS_TABLE"], brand)
        calls = count_calls()

        from chase_cases.wiring import wire  # noqa: PLC0415 - clients are made for the endpoint set just before

        wired = wire(settings)
        wired.reminders.send_due(MORNING - 10 * _AROUND, _always)  # connections and caches are warm

        def chase() -> int:
            chased = wired.reminders.send_due(MORNING, _always)
            _check(chased.failures)
            return sum(chased.sent.values())

        def attend() -> int:
            attended = wired.minute_tasks.run_all(MORNING, _always)
            _check(attended.failures)
            return attended.calls.called

        news = _run(chase, calls)
        batch_write(boto3.client("dynamodb"), settings["CASES_TABLE"], puts=_told_by(MORNING, cases, brand))
        return [news, _run(chase, calls), _run(attend, calls)]


def _always() -> bool:
    return True


def _check(failures: Mapping[str, str]) -> None:
    if failures:
        raise RuntimeError(f"some could not be sent: {failures}")


def _run(work: Callable[[], int], calls: Counter[str]) -> dict[str, float]:
    """What one run took, and the number of cases in its reminders."""
    meter = Meter(calls, done=1)
    with meter.running():
        told = work()
    return {"told": told, **meter.row("runs")}


def open_cases(count: int, brand: Brand) -> Iterator[Case]:
    """Open cases of all departments in turn, due evenly around the morning."""
    departments = cycle(brand.departments)
    for number in range(count):
        due = MORNING - _AROUND + 2 * _AROUND * number / count
        asked = due - timedelta(days=1)
        is_urgent = number % _URGENT_EACH == 0
        yield Case(
            id=case_id_of(str(number), str(number)),
            conversation_id=str(number),
            author_id=str(number),
            author=Author(str(number), f"bench{number}", "하늘"),
            department=next(departments),
            kind=Kind.INQUIRY,
            need=Need.INFORMATION,
            urgency=Urgency.HIGH if is_urgent else Urgency.NORMAL,
            lang="ko",
            state=CaseState.OPEN,
            opened_at=asked,
            asked_at=asked,
            first_due_at=due,
            due_at=due,
            mention_ids=(str(number),),
            wakes=is_urgent,
            holder="김하늘" if is_urgent else None,
        )


def _fill(cases: list[Case], cases_table: str, mentions_table: str, brand: Brand) -> None:
    client, zone = boto3.client("dynamodb"), ZoneInfo(brand.timezone)
    batch_write(client, mentions_table, puts=(mention_item(_mention_of(case), zone) for case in cases))
    batch_write(client, cases_table, puts=map(case_item, cases))
    batch_write(client, cases_table, puts=_told_by(MORNING - _QUARTER, cases, brand))


def _mention_of(case: Case) -> Mention:
    (post_id,) = case.mention_ids
    text = f"이번 달 청구서가 두 번 왔어요. 확인 부탁드려요 {post_id}"
    post = XPost(post_id, text, case.author_id, case.asked_at, case.conversation_id, "ko", (post_id,))
    return Mention(post, case.asked_at)


def _told_by(moment: datetime, cases: list[Case], brand: Brand) -> Iterator[dict[str, Any]]:
    """The marks that all runs up to this moment would have left."""
    for case in cases:
        if step := current_reminder(case, moment, brand):
            mark = {"case_id": case.id, "what": f"chase#{moment_text(step.due)}", "stage": step.stage.value}
            yield {name: {"S": value} for name, value in mark.items()}
