"""`dorothy train`: desk.yaml and labelled texts in, the reader's heads out."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from desk.reader.heads import DEPARTMENT, GENERAL, load_heads
from desk.reading import OPERATOR
from local.cli.main import app
from tests.brands import OTHER_DESK
from tests.unit.training.slices import some_texts
from training.corpus import CORPUS
from training.transfer import TransferError
from training.write import texts_behind

TICKETS = ("환승권이", "왕복권이", "표값이", "요금표가", "승차권이", "정기권이", "할인권이", "예매가")
LOST = ("우산을", "가방을", "모자를", "장갑을", "지갑을", "휴대폰을", "안경을", "열쇠를")
CSV = "text,department\n" + "".join(f"{one} 어디 있나요,tickets\n" for one in TICKETS)


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is written beside the reader, whose heads stay as they are."""
    monkeypatch.setattr("local.cli.train.DEPARTMENT", tmp_path / DEPARTMENT.name)
    monkeypatch.setattr("local.cli.train.GENERAL", tmp_path / GENERAL.name)


@pytest.fixture(autouse=True)
def one_round(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts are left out once instead of four times over, which is enough to see what the command does."""
    monkeypatch.setattr("training.department._ROUNDS", 1)
    monkeypatch.setattr("training.learning_curve._ROUNDS", {2: 1, 4: 1})


@pytest.fixture
def ferry(tmp_path: Path) -> Path:
    """Another brand, whose departments have eight examples and more."""
    desk = OTHER_DESK.read_text(encoding="utf-8")
    for known, examples in (
        ("Can I get a refund for yesterday's ticket?", [f"{one} 얼마인가요" for one in TICKETS]),
        ("I left my umbrella on the nine o'clock ferry.", [f"{one} 배에 두고 내렸어요" for one in LOST]),
    ):
        desk = desk.replace(f'["{known}"]', str(examples)).replace(f"[{known}]", str(examples))
    path = tmp_path / "desk.yaml"
    path.write_text(desk, encoding="utf-8")
    return path


def train(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["train", *map(str, arguments)])


def written(tmp_path: Path) -> bytes:
    return (tmp_path / DEPARTMENT.name).read_bytes()


def saved(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def complaint_of(*arguments: str | Path) -> str:
    result = train(*arguments)
    assert (result.exit_code, result.stdout) == (1, "")
    return result.stderr


def test_a_brand_trains_on_its_desk_alone_and_sees_the_results(ferry: Path, tmp_path: Path) -> None:
    before = DEPARTMENT.read_bytes()

    result = train("--desk", ferry)

    head = load_heads(tmp_path / DEPARTMENT.name).heads["department"]
    assert result.exit_code == 0, result.output
    assert [each.name for each in head.classes] == ["lost-property", "tickets"]
    assert "On texts left out of training:" in result.stdout
    assert "  lost-property      8   100 %    100 %" in result.stdout
    comparison = [line.split() for line in result.stdout.splitlines() if line.startswith("  words a")]
    assert [line[:2] for line in comparison] == [["words", "alone"], ["words", "and"]]
    assert comparison[1] == ["words", "and", "head", "100", "%", "0", "%", "0", "%", "1.000"]
    assert "were taken for" not in result.stdout
    assert "department.heads is written, for the departments of desk.yaml" in result.stdout
    assert DEPARTMENT.read_bytes() == before


def test_the_results_say_what_more_examples_would_bring(ferry: Path) -> None:
    shown = train("--desk", ferry).stdout

    assert "  with 2 a department: " in shown
    assert re.search(r"estimated: with 8 about \d+ %, with 16 about \d+ % \(\d+ % to \d+ %\) are sent", shown)


def test_the_departments_that_need_examples_most_are_named(ferry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.department.Trained.routed", lambda self: (OPERATOR,) * len(self.truth))

    shown = train("--desk", ferry).stdout

    assert (
        "Five more examples would help most in (texts left out that don't reach it): "
        "lost-property (100 %), tickets (100 %).\n"
    ) in shown


def test_no_curve_is_shown_of_many_texts(ferry: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("training.learning_curve.MOST_TEXTS", 10)

    result = train("--desk", ferry)

    assert result.exit_code == 0
    assert "What more examples would bring" not in result.stdout


def test_texts_of_both_forms_and_of_one_name_are_trained_on(ferry: Path, tmp_path: Path) -> None:
    tables = [saved(tmp_path / "a" / "own.csv", CSV), saved(tmp_path / "b" / "own.csv", CSV.replace("어디", "왜"))]
    columns = saved(tmp_path / "own.tsv", "inquiry\tsupport\ttickets\tnormal\tko\t-\t왕복권이 안 와요\n")

    result = train("--desk", ferry, *(word for path in (*tables, columns) for word in ("--texts", path)))

    assert result.exit_code == 0, result.output
    assert "  tickets           25 " in result.stdout
    assert texts_behind(tmp_path / DEPARTMENT.name).more == 17


def test_the_report_names_everything_that_was_not_learned_or_was_confused(ferry: Path, tmp_path: Path) -> None:
    desk = ferry.read_text(encoding="utf-8")
    ferry.write_text(desk.replace("words: [lost, left behind, umbrella]", "words: []"), encoding="utf-8")
    rows = "".join(f"{one} 배에 두고 내렸네요,tickets\n" for one in LOST[:2])
    rows += "우산 얼마예요,tickets\n우산 얼마예요,lost-property\n" + "어디예요,\n" * 12

    shown = train("--desk", ferry, "--texts", saved(tmp_path / "own.csv", f"text,department\n{rows}")).stdout

    assert " were taken for " in shown
    assert "Without words, which do most of the work: lost-property." in shown
    assert (
        "own.csv: rows without a department, which are not used: 12 (lines 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, …)."
        in (shown.splitlines())
    )
    assert "Texts under more than one department, which are not used: 1." in shown
    assert "  '우산 얼마예요': lost-property, tickets" in shown


def test_a_head_trained_on_more_texts_is_not_overwritten_by_the_desk_alone(ferry: Path, tmp_path: Path) -> None:
    more = saved(tmp_path / "own.csv", CSV)
    train("--desk", ferry, "--texts", more)
    before = written(tmp_path)

    told = complaint_of("--desk", ferry)

    assert told == (
        "department.heads was trained on 8 texts besides desk.yaml, and would forget them. "
        "Name them again with --texts (for the shipped brand: `make train`), or say --desk-only.\n"
    )
    assert written(tmp_path) == before
    assert train("--desk", ferry, "--desk-only").exit_code == 0
    assert texts_behind(tmp_path / DEPARTMENT.name).more == 0


def test_the_shipped_desk_is_not_overwritten_by_desk_yaml_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.cli.train.DEPARTMENT", DEPARTMENT)
    before = DEPARTMENT.read_bytes()

    assert "texts besides desk.yaml" in complaint_of()
    assert DEPARTMENT.read_bytes() == before


def test_a_head_of_other_departments_is_overwritten(ferry: Path, tmp_path: Path) -> None:
    saved(tmp_path / DEPARTMENT.name, DEPARTMENT.read_bytes())

    assert train("--desk", ferry).exit_code == 0
    assert {each.name for each in load_heads(tmp_path / DEPARTMENT.name).heads["department"].classes} == {
        "lost-property",
        "tickets",
    }


def test_the_head_is_removed_if_words_alone_do_better(
    ferry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(tmp_path / DEPARTMENT.name, DEPARTMENT.read_bytes())
    monkeypatch.setattr("training.department.Trained.is_better", lambda _: False)

    result = train("--desk", ferry)

    assert result.exit_code == 0
    assert "Words alone do better, so there is no department.heads now and the desk goes by words." in result.stdout
    assert not (tmp_path / DEPARTMENT.name).exists()


def test_general_trains_what_every_brand_shares(ferry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = GENERAL.read_bytes()
    monkeypatch.setattr("local.cli.train.load_part", lambda _: list(some_texts()[::3]))

    result = train("--desk", ferry, "--general")

    assert result.exit_code == 0, result.output
    assert "general.heads is written." in result.stdout
    assert load_heads(tmp_path / GENERAL.name).heads.keys() == {"kind", "need", "urgency", "danger", "check"}
    assert GENERAL.read_bytes() == before


def test_the_shipped_desk_trains_on_the_corpus(tmp_path: Path) -> None:
    few = saved(
        tmp_path / "few.tsv", "".join((CORPUS / "train" / "one.tsv").read_text().splitlines(keepends=True)[:99])
    )

    result = train("--texts", few)

    assert result.exit_code == 0, result.output
    assert written(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (
            "own.csv",
            "text,department\n안녕,ticket\n",
            "own.csv, line 2: desk.yaml has no department 'ticket'; did you mean 'tickets'?\n",
        ),
        ("own.TSV", CSV, "own.TSV, line 1: 1 columns instead of 7\n"),
    ],
)
def test_an_error_in_texts_is_one_sentence_and_nothing_is_written(
    ferry: Path, tmp_path: Path, name: str, content: str, message: str
) -> None:
    texts = saved(tmp_path / name, content)

    assert complaint_of("--desk", ferry, "--general", "--texts", texts) == message
    assert not (tmp_path / DEPARTMENT.name).exists()
    assert not (tmp_path / GENERAL.name).exists()


def test_too_few_examples_are_counted_by_department_and_nothing_is_written(tmp_path: Path) -> None:
    told = complaint_of("--desk", OTHER_DESK, "--general")

    assert told == "desk.yaml needs at least 8 examples a department: tickets has 1, lost-property has 1\n"
    assert not (tmp_path / GENERAL.name).exists()


def test_an_invalid_desk_gives_the_same_errors_as_check(tmp_path: Path) -> None:
    assert ":1:1 " in complaint_of("--desk", saved(tmp_path / "desk.yaml", "brand: 5\n"))


def test_missing_files_of_texts_are_named(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere.csv"

    assert complaint_of("--texts", nowhere) == f"{nowhere}: No such file or directory\n"
    assert complaint_of("--texts", tmp_path) == f"{tmp_path}: Is a directory\n"


def test_a_path_that_cannot_be_written_is_named(ferry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.cli.train.DEPARTMENT", tmp_path / "nowhere" / "department.heads")

    result = train("--desk", ferry)

    assert result.exit_code == 1
    assert "nowhere" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_damaged_transfer_map_is_an_error_and_nothing_is_written(
    ferry: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged() -> None:
        raise TransferError("transfer.map is damaged; check it out again")

    monkeypatch.setattr("training.department.load_transfer", damaged)

    assert "transfer.map is damaged; check it out again" in complaint_of("--desk", ferry)
    assert not (tmp_path / DEPARTMENT.name).exists()
