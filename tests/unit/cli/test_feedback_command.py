"""Which readings were wrong, for a person who writes examples."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from desk.cases.items import case_event_item, case_item
from desk.cases.model import CaseEvent, CaseEventKind
from desk.mentions.items import mention_item
from desk.mentions.model import Mention
from desk.reading import Kind
from desk.x.model import XPost, first_id_at
from local.cli import feedback as command
from local.cli.main import app
from local.cli.target import Target
from local.deployed.feedback import SHOWN, corrections
from local.deployed.stack import Stack
from tests.cases import a_case
from tests.fakes.cases import FakeCases
from tests.fakes.reports import FakeFeedback
from tests.tables import Dynamo

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
"""Six in the evening in Seoul."""
TEXT = "제 번호는 010-2345-6789 인데요\n\u202e요금이 이상해요"


@dataclass
class Scene:
    days: FakeCases = field(default_factory=FakeCases)
    feedback: FakeFeedback = field(default_factory=FakeFeedback)

    def misread(self, case_id: str, at: datetime, text: str | None = None, **more: Any) -> str:
        """A correction of a case whose mention had this text; the mention's id."""
        mention_id = first_id_at(at - timedelta(hours=1))
        self.days.put(a_case(NOW, id=case_id, mention_ids=(mention_id,)))
        if text is not None:
            self.feedback.put(mention_id, text)
        self.days.events[case_id].append(misread(at, **more))
        return mention_id


def misread(at: datetime, **more: Any) -> CaseEvent:
    usual = {"kind": "fault", "department": "network", "was_kind": "inquiry", "was_department": "billing"}
    return CaseEvent(CaseEventKind.MISREAD, at, "이두리", **(usual | more))


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def run(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    meant = Target(Stack("dorothy-emerald", "UPDATE_COMPLETE", {}, {}, {}))
    monkeypatch.setattr(command, "target", lambda _desk, local: meant)
    monkeypatch.setattr(
        command, "_corrections", lambda _meant, span: corrections(scene.days, scene.feedback, NOW, span)
    )
    return lambda *arguments: CliRunner().invoke(app, ["feedback", *arguments])


def test_corrections_are_counted_and_shown_with_their_words_numbers_masked(
    scene: Scene, run: Callable[..., Result]
) -> None:
    scene.misread("7Q2M4-XD93K", NOW - timedelta(days=2), TEXT)
    later = scene.misread("7Q2M4-XD93M", NOW - timedelta(days=1), TEXT)
    scene.misread("7Q2M4-XD93N", NOW - timedelta(days=31), TEXT)

    result = run()

    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[:3] == [
        "Readings corrected in the last 30 days: 2",
        "2\tinquiry/billing -> fault/network",
        "",
    ]
    assert lines[3] == (
        f"2026-11-23 18:00\t7Q2M4-XD93M\tinquiry/billing -> fault/network\thttps://x.com/i/status/{later}"
    )
    assert lines[4:6] == ["| 제 번호는 ●●●-●●●●-●●89 인데요", "| 요금이 이상해요"]
    assert "7Q2M4-XD93N" not in result.stdout
    assert "learnt from posts by itself" in lines[-1]


def test_deleted_text_and_unknown_places_are_marked(scene: Scene, run: Callable[..., Result]) -> None:
    scene.days.events["7Q2M4-XD93K"].append(
        misread(NOW - timedelta(days=1), was_kind=None, was_department=None, department=None)
    )

    lines = run().stdout.splitlines()

    assert lines[3] == "2026-11-23 18:00\t7Q2M4-XD93K\tnot on record -> fault"
    assert lines[4] == "(deleted, or its words are no longer kept)"


def test_no_corrections_are_counted_as_0(run: Callable[..., Result]) -> None:
    lines = run("--days", "7").stdout.splitlines()

    assert lines[0] == "Readings corrected in the last 7 days: 0"


def test_machines_get_one_object_numbers_masked(scene: Scene, run: Callable[..., Result]) -> None:
    mention_id = scene.misread("7Q2M4-XD93K", NOW - timedelta(days=1), "주문번호 123456789012 어디쯤인가요")
    scene.misread("7Q2M4-XD93M", NOW - timedelta(days=2))

    told = json.loads(run("--json").stdout)

    place = {
        "was": {"kind": "inquiry", "department": "billing", "urgency": None},
        "right": {"kind": "fault", "department": "network", "urgency": None},
    }
    assert told["total"] == 2
    assert told["since"] == (NOW - timedelta(days=30)).isoformat()
    assert told["counts"] == [place | {"count": 2}]
    assert told["corrections"][0] == place | {
        "case": "7Q2M4-XD93K",
        "at": (NOW - timedelta(days=1)).isoformat(),
        "link": f"https://x.com/i/status/{mention_id}",
        "text": "주문번호 ●●●●●●●●●●12 어디쯤인가요",
    }
    assert told["corrections"][1]["text"] is None


def test_corrections_of_urgency_name_kind_and_department_of_the_case(scene: Scene, run: Callable[..., Result]) -> None:
    event = CaseEvent(CaseEventKind.LOWERED, NOW - timedelta(days=1), "민아", was_kind="fault", was_department="home")
    scene.days.events["7Q2M4-XD93K"].append(event)

    assert "1\tfault/home/high -> fault/home/normal" in run().stdout.splitlines()
    assert json.loads(run("--json").stdout)["counts"] == [
        {
            "was": {"kind": "fault", "department": "home", "urgency": "high"},
            "right": {"kind": "fault", "department": "home", "urgency": "normal"},
            "count": 1,
        }
    ]


def test_more_than_are_shown_are_counted_and_said_to_be_there(scene: Scene, run: Callable[..., Result]) -> None:
    for number in range(SHOWN + 3):
        scene.days.events[f"case-{number}"].append(misread(NOW - timedelta(days=1) + timedelta(seconds=number)))

    output = run().stdout

    assert f": {SHOWN + 3}\n" in output
    assert "And 3 older ones." in output
    assert "case-0\t" not in output
    assert f"case-{SHOWN + 2}\t" in output


def test_a_busy_store_is_an_error_in_one_sentence(scene: Scene, run: Callable[..., Result]) -> None:
    scene.days.busy.add("events_between")

    result = run()

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr


@pytest.mark.parametrize("days", ["0", "-3", "many"])
def test_days_that_are_none_are_refused(run: Callable[..., Result], days: str) -> None:
    assert run("--days", days).exit_code == 2


def test_it_reads_the_tables_of_the_deployed_stack(deployed_tables: Dynamo, monkeypatch: pytest.MonkeyPatch) -> None:
    client, tables = deployed_tables
    monkeypatch.setattr(command, "utc_now", lambda: NOW)
    at = NOW - timedelta(days=1)
    mention_id = first_id_at(at - timedelta(hours=1))
    post = XPost(mention_id, "전화가 안 터져요", "7", at - timedelta(hours=1), mention_id, "ko", (mention_id,))
    case = a_case(at, conversation_id=mention_id, department="network", kind=Kind.FAULT, mention_ids=(mention_id,))
    client.put_item(TableName=tables.mentions, Item=mention_item(Mention(post, at), ZoneInfo("Asia/Seoul")))
    client.put_item(TableName=tables.cases, Item=case_item(case))
    client.put_item(TableName=tables.cases, Item=case_event_item(misread(at), case))

    output = CliRunner().invoke(app, ["feedback"]).stdout

    assert f"https://x.com/i/status/{mention_id}\n| 전화가 안 터져요" in output
