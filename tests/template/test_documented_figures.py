"""Figures that the READMEs and docs state in words are counted from the template."""

import re
from collections import defaultdict
from collections.abc import Mapping

import pytest

from desk.health.failed_events import FailedSource
from desk.health.heartbeats import LATE_AFTER
from tests.template.stack_template import ROOT, Resources, of_type

WORDS = dict(enumerate(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], start=2))
RATE = re.compile(r"rate\((\d+) minutes?\)")
"""A schedule that fires every so many minutes, all counted from when the stack was deployed."""
PARTS_OF_THE_RUNBOOK = ("Schedules", "Failed events")


def text_of(path: str) -> str:
    """A text, each of whose lines may have been wrapped."""
    return re.sub(r"\s+", " ", (ROOT / path).read_text(encoding="utf-8"))


def rates(resources: Resources) -> Mapping[str, set[int]]:
    """Every how many minutes schedules invoke each function, by its folder."""
    found = defaultdict(set)
    for schedule in of_type(resources, "AWS::Scheduler::Schedule").values():
        function = schedule["Target"]["Arn"]["Fn::GetAtt"][0]
        if rate := RATE.fullmatch(str(schedule["ScheduleExpression"])):
            handler: str = resources[function]["Properties"]["Handler"]
            found[handler.partition(".")[0]].add(int(rate[1]))
    return found


def test_the_texts_count_the_alarms_and_metrics_that_are_paid_for(resources: Resources) -> None:
    alarms = len(of_type(resources, "AWS::CloudWatch::Alarm"))
    row = re.search(r"\| metrics [^|]*, and alarms \| (\d+), (\d+) \|", text_of("docs/cost.md"))
    assert row
    metrics = row[1]  # of functions that run; tests/e2e/test_costs.py counts them again

    assert row[2] == str(alarms)
    assert f"{metrics} metrics at $0.30 and {alarms} alarms at $0.10" in text_of("README.md")
    assert f"지표 {metrics}개(개당 $0.30)와 알람 {alarms}개(개당 $0.10)" in text_of("README.ko.md")


def test_the_readmes_have_the_sums_of_the_page_that_counts_them() -> None:
    counted = (ROOT / "docs/cost.md").read_text(encoding="utf-8")
    rows = {name: sums_in(counted, f"| {name}, a month |") for name in ("X", "AWS")}

    for readme, month in (("README.md", "a month"), ("README.ko.md", "한 달")):
        text = (ROOT / readme).read_text(encoding="utf-8")
        assert {name: sums_in(text, f"| {name}, {month} |") for name in rows} == rows, readme


def sums_in(text: str, row: str) -> list[int]:
    """The dollars of the first row that begins so, each rounded."""
    line = next(line for line in text.splitlines() if line.startswith(row))
    return [round(float(sum_.replace(",", ""))) for sum_ in re.findall(r"\$([\d,.]+)", line)]


@pytest.mark.parametrize(
    ("readme", "interval"), [("README.md", r"every (?:(\d+) )?minutes?"), ("README.ko.md", r"(\d+)분마다")]
)
def test_the_diagrams_say_how_often_functions_run(readme: str, interval: str, resources: Resources) -> None:
    nodes = re.findall(r"\[(\w+), ([^\]]+)\]", text_of(readme))
    polls = re.search(rf"X\[\(X\)\] -- {interval} --> poll\[poll_mentions\]", text_of(readme))
    assert polls

    said = {function: {int(each or 1) for each in re.findall(interval, often)} for function, often in nodes}
    said = {"poll_mentions": {int(polls[1] or 1)}} | {function: often for function, often in said.items() if often}

    assert len(said) >= 7
    assert said == {function: rates(resources)[function] for function in said}


@pytest.mark.parametrize("path", ["docs/releases.md", "docs/erasure.md"])
def test_the_docs_count_the_tables(path: str, resources: Resources) -> None:
    counted = re.findall(r"[Tt]he (\w+) tables\b", text_of(path))

    assert set(counted) & set(WORDS.values()) == {WORDS[len(of_type(resources, "AWS::DynamoDB::Table"))]}


@pytest.mark.parametrize("path", ["docs/deploy.md", "docs/local-limits.md", "local/deployed/checks_of_functions.py"])
def test_the_texts_count_the_schedules_that_start_together(path: str, resources: Resources) -> None:
    schedules = of_type(resources, "AWS::Scheduler::Schedule").values()
    every = [int(rate[1]) for each in schedules if (rate := RATE.fullmatch(str(each["ScheduleExpression"])))]
    together = sum(15 % minutes == 0 for minutes in every)

    assert f"{WORDS[together]} schedules start" in text_of(path)


def test_the_runbook_says_what_to_do_for_every_alarm_and_for_none_that_is_gone(resources: Resources) -> None:
    runbook = (ROOT / "docs/runbook.md").read_text(encoding="utf-8").partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \| [^|]+ \|$", runbook, re.MULTILINE)

    assert sorted(rows) == sorted(of_type(resources, "AWS::CloudWatch::Alarm"))


def test_the_runbook_says_what_each_late_schedule_and_each_failed_event_means() -> None:
    text = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
    schedules, events = (text.partition(f"\n## {title}\n")[2].partition("\n## ")[0] for title in PARTS_OF_THE_RUNBOOK)
    late = {
        name
        for cell in re.findall(r"^\| (`[^|]+) \|", schedules, re.MULTILINE)
        for name in re.findall(r"`([^`]+)`", cell)
    }

    assert {name for name in LATE_AFTER if name not in late and f"…-{name.rpartition('-')[2]}" not in late} == set()
    assert {name for name in late if "…" not in name} <= LATE_AFTER.keys()
    assert re.findall(r"^\| `(\w+)` \|", events, re.MULTILINE) == [source.value for source in FailedSource]


def test_the_docs_name_no_alarm_that_is_gone(resources: Resources) -> None:
    alarms = of_type(resources, "AWS::CloudWatch::Alarm")
    pages = [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
    named = {name for page in pages for name in re.findall(r"\balarms?\s+`(\w+)`", page.read_text(encoding="utf-8"))}

    assert named
    assert named <= alarms.keys()
