"""A brand's own texts, as a spreadsheet saves them."""

from pathlib import Path

import pytest

from training.corpus import CorpusError, Labelled, OwnTexts, load_csv

DEPARTMENTS = ("billing", "network", "operator")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tickets.csv"


def read(file: Path, content: str | bytes) -> OwnTexts:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_csv(file, DEPARTMENTS)


def of(file: Path, content: str | bytes) -> list[Labelled]:
    return read(file, content).texts


def complaint_of(file: Path, content: str | bytes) -> str:
    with pytest.raises(CorpusError) as caught:
        of(file, content)
    return str(caught.value)


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_columns_are_known_by_their_names(file: Path, start: str, ends: str) -> None:
    lines = (f"{start}id,department,text", "1,billing,청구서가 안 와요", '2, network ,"끊겨요, 또"')

    assert of(file, ends.join(lines)) == [
        Labelled("청구서가 안 와요", "tickets", department="billing"),
        Labelled("끊겨요, 또", "tickets", department="network"),
    ]


def test_a_text_may_have_line_breaks_and_any_character(file: Path) -> None:
    (only,) = of(file, 'text,department\r\n"첫 줄\r\n둘째 ""줄""\u2028셋째",billing\r\n')

    assert only.text == '첫 줄\n둘째 "줄"\u2028셋째'


def test_rows_without_a_text_are_passed_over(file: Path) -> None:
    assert len(of(file, "text,department\n끊겨요,network\n,billing\n  ,nowhere\n,\n\n")) == 1


def test_what_is_nobodys_is_no_mistake_and_neither_are_empty_cells(file: Path) -> None:
    assert [each.department for each in of(file, "text,department\n안녕,-,,\n끊겨요,network,\n")] == ["-", "network"]


def test_rows_without_a_department_are_named_by_their_lines(file: Path) -> None:
    found = read(file, 'text,department\n끊겨요,network\n"두\n줄",\n느려요\n안녕,-\n,\n')

    assert [each.text for each in found.texts] == ["끊겨요", "안녕"]
    assert found.without_department == [4, 5]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04\x14\x00", "tickets.csv is a spreadsheet program's own file; save it as “CSV UTF-8”"),
        (b"\xd0\xcf\x11\xe0\xa1", "tickets.csv is a spreadsheet program's own file; save it as “CSV UTF-8”"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "tickets.csv is not a text file"),
        ("", "tickets.csv needs a first line that names the columns text and department"),
        ("\n", "tickets.csv needs a first line that names the columns text and department"),
        ("끊겨요,network\n", "tickets.csv needs a first line that names the columns text and department"),
        ("text\n끊겨요\n", "tickets.csv needs a first line that names the columns text and department"),
        ("text;department\n끊겨요;network\n", "tickets.csv needs a first line that names the columns"),
        ("text,department\n", "tickets.csv has no texts"),
        ("text,department\n ,billing\n", "tickets.csv has no texts"),
        (
            "text,department\na,billing\nb,law\n",
            "tickets.csv, line 3: desk.yaml has no department 'law'; known: billing,",
        ),
        ("text,department\na,biling\n", "desk.yaml has no department 'biling'; did you mean 'billing'?"),
        ("text,department\na, b,billing\n", "tickets.csv, line 2: more cells than columns; a text with a comma must"),
        (
            'text,department\n"a,billing\nb,network\n',
            "tickets.csv, after line 1: unexpected end of data; perhaps a quot",
        ),
        ('text,department\n"a\nb",billing\nc,law\n', "tickets.csv, line 4: desk.yaml has no department 'law'"),
        (f'text,department\na,billing\n"{"a" * 200_000}', "tickets.csv, after line 2: field larger than field limit"),
        ("text,department\n끊겨요,network\n".encode("cp949"), "tickets.csv is not in UTF-8; save it as “CSV UTF-8”"),
        ("text,department\n끊겨요,network\n".encode("utf-16"), "tickets.csv is not in UTF-8; save it as “CSV UTF-8”"),
    ],
)
def test_what_is_wrong_is_a_sentence_with_its_line(file: Path, content: str | bytes, told: str) -> None:
    assert told in complaint_of(file, content)
