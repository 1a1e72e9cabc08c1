"""`dorothy evaluate`: labelled mentions in, figures out."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from desk.mentions.model import Mention
from desk.reading import Kind, Need, Reading, Urgency
from local.cli.evaluate import evaluation_of
from local.cli.main import app
from local.quality.labelled import Labelled
from local.quality.reliability import Tally
from local.quality.tables import tables
from tests.brands import OTHER_DESK

PINS = """
pins:
- {word: 승차권, always: {kind: inquiry, need: support, department: tickets, urgency: normal}}
- {word: umbrella, always: {kind: fault, department: lost-property, urgency: normal}}
- {word: 화이팅, always: {kind: chat}}
"""
"""They decide what is read here, so that no test depends on what the heads were taught."""
ROWS = (
    "inquiry\tsupport\ttickets\tnormal\tko\t-\t이번 달 승차권 환불해 주세요\n"
    "fault\tsupport\tlost-property\tnormal\ten\t-\tWhere is the umbrella that I had?\n"
    "chat\trelationship\t-\tlow\tko\t-\t좋은 아침이에요 오늘도 화이팅\n"
)
NONE_OF_3 = {"hits": 0, "n": 3, "share": 0.0}


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.tsv"
    path.write_text(ROWS, encoding="utf-8")
    return path


@pytest.fixture
def desk(tmp_path: Path) -> str:
    path = tmp_path / "desk.yaml"
    path.write_text(OTHER_DESK.read_text(encoding="utf-8") + PINS, encoding="utf-8")
    return str(path)


def figures(runner: CliRunner, desk: str, *files: Path) -> dict[str, Any]:
    result = runner.invoke(app, ["evaluate", "--json", "--desk", desk, *map(str, files)])
    assert result.exit_code == 0, result.output
    plain: dict[str, Any] = json.loads(result.stdout)
    return plain


def test_machines_get_every_figure(runner: CliRunner, desk: str, corpus: Path) -> None:
    plain = figures(runner, desk, corpus)

    assert plain["mentions"] == 3
    assert (plain["kind"]["accuracy"], plain["kind"]["macro_f1"]) == (1.0, 1.0)
    assert (plain["department"]["accuracy"], plain["department"]["n"]) == (1.0, 2)
    assert plain["kind"]["confusion"] == {"chat": {"chat": 1}, "fault": {"fault": 1}, "inquiry": {"inquiry": 1}}
    assert plain["kind"]["classes"]["fault"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0, "n": 1}
    assert plain["reach"]["to_be_heard"] == {"hits": 2, "n": 2, "share": 1.0}
    assert plain["reach"]["nobodys"] == {"hits": 0, "n": 1, "share": 0.0}
    assert plain["safety"] == {"calm": {"danger": NONE_OF_3, "check": NONE_OF_3}}
    assert plain["confidence"]["threshold"] is None
    assert plain["confidence"]["bins"] == [{"low": 0.9, "high": 1.0, "n": 3, "confidence": 1.0, "right": 1.0}]


def test_files_of_both_forms_count_together(runner: CliRunner, desk: str, corpus: Path, tmp_path: Path) -> None:
    lines = tmp_path / "more.jsonl"
    lines.write_text('{"text": "화이팅", "kind": "chat", "department": null}\n', encoding="utf-8")

    plain = figures(runner, desk, corpus, lines)

    assert (plain["mentions"], plain["kind"]["n"], plain["department"]["n"]) == (4, 4, 2)
    assert plain["reach"]["nobodys"]["n"] == 2


def test_people_get_tables(runner: CliRunner, desk: str, corpus: Path) -> None:
    result = runner.invoke(app, ["evaluate", "--desk", desk, str(corpus)])

    assert result.exit_code == 0
    for told in ("Mentions: 3", "kind: macro-F1", "department: accuracy", "reach: of inquiry, fault, rumor", "tickets"):
        assert told in result.stdout
    assert re.search(r"safety: of calm read as check +0\.0000 +3\n", result.stdout)


def test_people_are_told_how_many_mentions_reach_a_department(runner: CliRunner, desk: str, tmp_path: Path) -> None:
    own = tmp_path / "own.csv"
    own.write_text("text,department\n이번 달 승차권 환불해 주세요,tickets\n음,lost-property\n", encoding="utf-8")

    shown = runner.invoke(app, ["evaluate", "--desk", desk, str(own)]).stdout

    assert (
        "Of 2 mentions for a department 50% are sent to one, and 100% of what is sent to one belongs there. "
        "The others go to the operator or to nobody."
    ) in " ".join(shown.split())


def test_confusions_are_shown_and_a_threshold_is_named(runner: CliRunner, desk: str, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.tsv"
    wrong.write_text("rumor\tinformation\toperator\thigh\tko\t?\t이번 달 승차권 환불해 주세요\n", encoding="utf-8")

    shown = runner.invoke(app, ["evaluate", "--threshold", "0.4", "--desk", desk, str(wrong)]).stdout

    assert "kind labelled" in shown
    assert "but read as" in shown
    assert "confidence of 0.4 or more" in shown


def test_another_brand_is_judged_by_its_own_departments(runner: CliRunner, desk: str, corpus: Path) -> None:
    assert figures(runner, desk, corpus)["department"]["classes"].keys() == {"tickets", "lost-property"}
    assert "the department 'tickets', which is not known" in runner.invoke(app, ["evaluate", str(corpus)]).stderr


def test_an_error_in_a_file_is_one_sentence_and_no_figures(
    runner: CliRunner, desk: str, corpus: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.tsv"
    bad.write_text(ROWS.replace("fault", "fualt"), encoding="utf-8")

    result = runner.invoke(app, ["evaluate", "--desk", desk, str(corpus), str(bad)])

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines()[-1] == "bad.tsv:2 has the kind 'fualt', which is not known; did you mean 'fault'?"


def test_a_missing_file_is_named(runner: CliRunner, tmp_path: Path) -> None:
    result = runner.invoke(app, ["evaluate", str(tmp_path / "nowhere.tsv")])

    assert result.exit_code == 1
    assert "nowhere.tsv: No such file or directory" in result.stderr
    assert "Traceback" not in result.stderr


def test_any_reader_can_be_judged() -> None:
    class SaysBilling:
        def read(self, mention: Mention) -> Reading:
            return Reading(Kind.INQUIRY, Need.SUPPORT, "billing", Urgency.NORMAL, "ko", 0.7, ())

    labelled = (
        Labelled(text, kind, None, department, None, None)
        for text, kind, department in (("a", "inquiry", "billing"), ("b", "fault", "network"), ("c", "chat", "-"))
    )

    judged = evaluation_of(SaysBilling(), labelled)

    assert (judged.n, judged.heads["kind"].accuracy, judged.heads["department"].accuracy) == (3, 1 / 3, 0.5)
    assert judged.reach(Kind.CHAT) == Tally(1, 1)


def test_the_share_to_review_is_counted_and_its_kind_is_what_it_probably_is() -> None:
    class Doubts:
        def read(self, mention: Mention) -> Reading:
            is_doubtful = "a" in mention.post.text
            return Reading(Kind.CHAT, Need.RELATIONSHIP, "operator", Urgency.NORMAL, "ko", 0.3, (), review=is_doubtful)

    judged = evaluation_of(Doubts(), [Labelled(text, "chat", "relationship", "-", None, None) for text in "aab"])

    assert judged.plain()["review"] == {"hits": 2, "n": 3, "share": 2 / 3}
    assert judged.heads["kind"].matrix() == {"chat": {"chat": 3}}
    assert judged.heads["need"].matrix() == {"relationship": {"relationship": 3}}
    console = Console(width=100)
    with console.capture() as shown:
        console.print(tables(judged))
    assert re.search(r"to review: the kind is only probable +0\.667 +3\n", shown.get())
