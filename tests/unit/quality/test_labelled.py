from pathlib import Path

import pytest

from local.quality.labelled import Labelled, LabelsError, labelled_mentions
from tests.brands import emerald
from training.corpus import CORPUS, NOBODY, load_tsv

DEPARTMENTS = ("billing", "network", "operator")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "some.jsonl"


def of(file: Path, content: str | bytes) -> list[Labelled]:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return labelled_mentions(file, DEPARTMENTS)


def complaint_of(file: Path, content: str | bytes) -> str:
    with pytest.raises(LabelsError) as caught:
        of(file, content)
    return str(caught.value)


def test_json_lines_have_their_labels_and_other_keys(file: Path) -> None:
    lines = (
        '{"text": "청구서", "kind": "inquiry", "need": "support", "department": "billing", "urgency": "high",'
        ' "lang": "ko", "author": "kim"}\n\n'
        '{"text": "안녕", "kind": "chat", "need": "relationship", "department": null, "urgency": "low", "lang": "ko"}\n'
    )

    assert of(file, lines) == [
        Labelled("청구서", "inquiry", "support", "billing", "high", "ko"),
        Labelled("안녕", "chat", "relationship", NOBODY, "low", "ko"),
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04\x14\x00", "some.jsonl is a spreadsheet program's own file; save it as “CSV UTF-8”."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "some.jsonl is not a text file."),
    ],
)
def test_a_file_of_another_type_is_an_error(file: Path, content: bytes, told: str) -> None:
    assert complaint_of(file, content) == told


def test_a_label_that_is_not_given_is_not_judged(file: Path) -> None:
    assert of(file, '{"text": "a", "kind": "chat"}') == [Labelled("a", "chat", None, None, None, None)]


def test_columns_are_the_corpus_and_hold_line_ends_as_two_signs(file: Path) -> None:
    rows = (
        "inquiry\tsupport\tbilling\tnormal\tko\t-\t첫 줄\\n둘째 줄\r\n"
        "chat\trelationship\t-\tlow\ten\tdanger\thi\tthere\n"
    )

    first, second = of(file, b"\xef\xbb\xbf" + rows.encode())

    assert first == Labelled("첫 줄\n둘째 줄", "inquiry", "support", "billing", "normal", "ko", "-")
    assert (second.department, second.safety, second.text) == (NOBODY, "danger", "hi\tthere")


def test_columns_are_those_that_the_trainer_reads() -> None:
    path = CORPUS / "test" / "urgency.tsv"

    shown = [each._asdict() for each in labelled_mentions(path, emerald().departments)]

    assert shown == [{part: getattr(each, part) for part in Labelled._fields} for each in load_tsv(path)]
    assert {each["safety"] for each in shown} > {None}


def test_safety_that_nobody_judged_is_no_label(file: Path, table: Path) -> None:
    assert of(file, '{"text": "a", "kind": "fault", "safety": "?"}') == [Labelled("a", "fault", None, None, None, None)]
    assert of(table, "text,kind,safety\na,fault,\nb,,check\n") == [
        Labelled("a", "fault", None, None, None, None),
        Labelled("b", None, None, None, None, None, "check"),
    ]


@pytest.mark.parametrize(("lang", "label"), [("es", "other"), ("other", "other"), ("und", None), ("qme", None)])
def test_languages_as_x_writes_them_are_ours_or_other_or_none(file: Path, lang: str, label: str | None) -> None:
    (only,) = of(file, f'{{"text": "a", "kind": "chat", "lang": "{lang}"}}')

    assert only.lang == label


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            '{"text": "a", "kind": "inquirry"}',
            "some.jsonl:1 has the kind 'inquirry', which is not known; did you mean 'inquiry'?",
        ),
        ('{"text": "a", "department": "law"}', "which is not known; known: billing, network, operator, -."),
        ('{"text": "a", "kind": ["chat"]}', 'has the kind ["chat"], which is not known'),
        ('{"text": "a", "kind": null}', "has the kind null, which is not known"),
        ('{"text": "a", "lang": "Korean"}', "has the lang 'Korean'"),
        ('{"text": " ", "kind": "chat"}', "some.jsonl:1 has no text."),
        ('{"kind": "chat"}', "has no text."),
        ('{"text": "a"}', "has no label; known: kind, need, department, urgency, lang, safety."),
        ('{"text": "a", "safety": null}', "has the safety null, which is not known; known: ?, -, check, danger."),
        ('{"text": ', "is not JSON: expecting value at column 10."),
        ('{"text": ' + "9" * 5000 + "}", "is not JSON: a number is too long."),
        ('{"text": ' + "[" * 100_000, "is nested too deeply."),
        (
            "just a text",
            "is neither JSON nor 7 columns between tabs (kind, need, department, urgency, lang, safety, text)",
        ),
        ("inquiry\tsupport\tbilling\tnormal\tko\ttext", "it has 6."),
        ("inquiry\tsupport\tbilling\tnormal\tko\t-\t", "has no text."),
        ("", "some.jsonl has no labelled mention."),
        ("\n \n", "some.jsonl has no labelled mention."),
        ('{"text": "a", "kind": "chat"}'.encode("utf-16"), "some.jsonl is UTF-16; save it as UTF-8."),
        ('{"text": "가"}'.encode("cp949"), "some.jsonl:1 is not UTF-8 from its byte 11 on; save it as UTF-8."),
    ],
)
def test_an_error_names_its_line(file: Path, content: str | bytes, sentence: str) -> None:
    assert sentence in complaint_of(file, content)


def test_bad_lines_are_listed_up_to_a_limit(file: Path) -> None:
    good, bad = '{"text": "a", "kind": "chat"}\n', '{"text": "a", "kind": "x"}\n'

    few = complaint_of(file, bad + good + bad).splitlines()
    many = complaint_of(file, bad * 100).splitlines()

    assert [line.split()[0] for line in few] == ["some.jsonl:1", "some.jsonl:3"]
    assert len(many) == 21
    assert many[-1].startswith("That is enough")


def test_a_department_that_is_not_text_is_an_error(file: Path) -> None:
    assert "has the department false, which is not known" in complaint_of(file, '{"text": "a", "department": false}')


def test_a_department_that_is_empty_text_is_none(file: Path) -> None:
    assert of(file, '{"text": "a", "department": ""}')[0].department == NOBODY


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "some.csv"


def test_a_csv_has_the_columns_that_its_first_line_names(table: Path) -> None:
    rows = '\ufeffid,text,department,kind\r\n1,"둘,\r\n""셋""",billing,\r\n2,안녕,-,chat\r\n'

    assert of(table, rows) == [
        Labelled('둘,\r\n"셋"', None, None, "billing", None, None),
        Labelled("안녕", "chat", None, NOBODY, None, None),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("text,department\na,billing\nb,biling\n", "some.csv:3 has the department 'biling', which is not known; did"),
        ("text,department\n,billing\n", "some.csv:2 has no text."),
        ("text,department\na,\n", "some.csv:2 has no label; known: kind"),
        ("a,billing\n", "needs a first line that names its columns: text and one or more of kind, need, department"),
        ("", "needs a first line"),
        ("text,department\n", "some.csv has no labelled mention."),
        ('text,department\n"a,billing\n', "is no CSV: unexpected end of data."),
        ("text,department\n가,billing\n".encode("cp949"), "some.csv is not UTF-8; save it as CSV UTF-8."),
    ],
)
def test_errors_of_a_csv_name_their_line(table: Path, content: str | bytes, sentence: str) -> None:
    assert sentence in complaint_of(table, content)
