"""Pins in desk.yaml: what is taken, what is refused at its line and key, and what the functions load."""

import re
from pathlib import Path
from textwrap import indent

import pytest

from desk.brand import Pin, brand_of
from desk.reading import OPERATOR, Kind, Urgency
from local.brand.compile import compile_desk
from local.brand.load import DESK_FILE, load_desk
from local.brand.pin_rules import MOST_PATTERNS
from local.brand.problems import DeskFileError, Problem
from local.brand.slow_patterns import trouble_with

DESK = """\
brand:
  key: jade
  name: {ko: 제이드, en: Jade}
  handle: jade
  user_id: "17"
  language: ko
  timezone: Asia/Seoul
hours:
  monday: "09:00-18:00"
greetings: [좋은 아침이에요.]
departments:
  billing: {name: {ko: 요금, en: Billing}, words: [청구서]}
  network: {name: {ko: 망, en: Network}, words: [안테나]}
  operator: {name: {ko: 운영자, en: Operator}, emails: [desk@jade.example]}
pins:
"""
FIRST = DESK.count("\n") + 1
"""The line of the first pin."""


@pytest.fixture
def desk_file(tmp_path: Path) -> Path:
    return tmp_path / "desk.yaml"


def pins_of(path: Path, pins: str, desk: str = DESK) -> tuple[Pin, ...]:
    path.write_text(desk + indent(pins, "  "), encoding="utf-8")
    return brand_of(compile_desk(load_desk(path), year=2026)).pins


def problems_of(path: Path, pins: str) -> list[Problem]:
    with pytest.raises(DeskFileError) as caught:
        pins_of(path, pins)
    return list(caught.value.problems)


def test_pins_reach_the_functions_in_their_order(desk_file: Path) -> None:
    pins = """\
- word: 번호 이동
  always: {department: network, urgency: high}
- regex: '위약금.{0,9}환불'
  never: {department: billing}
- hashtag: 제이드데이
  always: {kind: chat}
- author: "1700000000000000001"
  always: {kind: inquiry, need: support}
- lang: ja
  never: {department: network}
"""

    first, second, third, fourth, fifth = pins_of(desk_file, pins)

    assert first == Pin("word", "번호 이동", department="network", urgency=Urgency.HIGH)
    assert second == Pin("regex", "위약금.{0,9}환불", never="billing")
    assert third == Pin("hashtag", "제이드데이", kind=Kind.CHAT)
    assert (fourth.condition, fourth.value, fourth.need) == ("author", "1700000000000000001", "support")
    assert fifth == Pin("lang", "ja", never="network")


def test_what_a_pin_makes_a_rumour_goes_to_the_department_that_checks_facts_or_the_operator(desk_file: Path) -> None:
    pin = "- {word: 소문, always: {kind: rumor}}\n"
    with_fact_checkers = DESK.replace("departments:", "fact_checkers: network\ndepartments:")

    assert pins_of(desk_file, pin)[0].department == OPERATOR
    assert pins_of(desk_file, pin, with_fact_checkers)[0].department == "network"


def test_the_example_that_the_shipped_desk_leaves_out_is_right(desk_file: Path) -> None:
    shipped = DESK_FILE.read_text(encoding="utf-8")
    example = re.search(r"^# pins:\n(?:#   .*\n)+", shipped, re.MULTILINE)
    assert example is not None

    desk_file.write_text(shipped.replace(example[0], re.sub("^# ", "", example[0], flags=re.MULTILINE)), "utf-8")

    assert {pin.word is not None for pin in load_desk(desk_file).pins} == {True, False}


@pytest.mark.parametrize(
    ("pin", "column", "key", "part"),
    [
        ("{word: ab, always: {department: bling}}", 25, "pins[0].always.department", "did you mean 'billing'?"),
        ("{word: ab, never: {department: xyzzy}}", 24, "pins[0].never.department", "known: billing, network, operator"),
        ("{word: ab, never: {department: operator}}", 24, "pins[0].never.department", "cannot be the operator"),
        ("{word: ab, never: {}}", 16, "pins[0].never.department", "is missing"),
        (
            "{word: ab, always: {kind: chat, department: billing}}",
            37,
            "pins[0].always.department",
            "sent to nobody",
        ),
        ("{word: ab, always: {kind: junk, urgency: high}}", 37, "pins[0].always.urgency", "whose urgency is low"),
        ("{word: ab, always: {kind: fault, need: information}}", 38, "pins[0].always.need", "whose need is support"),
        ("{word: ab, always: {kind: inquiry, urgency: low}}", 40, "pins[0].always.urgency", "is normal or high"),
        ("{word: ab, always: {need: support, urgency: low}}", 16, "pins[0].always", "contradicts itself"),
        ("{word: ab, always: {urgency: low}}", 16, "pins[0].always", "which only feedback, chat, junk have; say which"),
        ("{word: ab, always: {kind: joke}}", 25, "pins[0].always.kind", "must be one of 'inquiry'"),
        ("{word: ab, always: {}}", 16, "pins[0].always", "says nothing"),
        ("{word: ab, always: {departmant: billing}}", 25, "pins[0].always.departmant", "did you mean 'department'?"),
        ("{wrod: ab, always: {kind: chat}}", 6, "pins[0].wrod", "did you mean 'word'?"),
        ("{always: {kind: chat}}", 5, "pins[0]", "needs exactly one of word, regex, hashtag, author, lang; has none"),
        ("{word: ab, lang: ko, always: {kind: chat}}", 16, "pins[0].lang", "has word and lang"),
        ("{word: ab}", 5, "pins[0]", "needs either always or never"),
        ("{word: ab, always: {kind: chat}, never: {department: billing}}", 5, "pins[0]", "either always or never"),
        ("{word: 119, always: {kind: chat}}", 6, "pins[0].word", "put it in quotes"),
        ("{word: 왜, always: {kind: chat}}", 6, "pins[0].word", "is a single character"),
        ("{word: '?', always: {kind: chat}}", 6, "pins[0].word", "is a single character"),
        ("{word: '@kim', always: {kind: chat}}", 6, "pins[0].word", "no word is looked for; use author"),
        ("{word: 'see https://a', always: {kind: chat}}", 6, "pins[0].word", "no word is looked for"),
        ("{word: '', always: {kind: chat}}", 6, "pins[0].word", "1 to 40 characters"),
        ("{hashtag: '#day', always: {kind: chat}}", 6, "pins[0].hashtag", "without #"),
        ("{author: '@kim', always: {kind: chat}}", 6, "pins[0].author", "its name without @"),
        ("{author: 17, always: {kind: chat}}", 6, "pins[0].author", "put it in quotes"),
        ("{lang: fr, always: {kind: chat}}", 6, "pins[0].lang", "must be one of 'ko'"),
        ("{regex: '(a', always: {kind: chat}}", 6, "pins[0].regex", "is no regular expression: missing )"),
        ("{regex: 'a*', always: {kind: chat}}", 6, "pins[0].regex", "fits an empty text"),
        ("{regex: '\\w', always: {kind: chat}}", 6, "pins[0].regex", "fits nearly every text"),
        ("{regex: '(a+)+$', always: {kind: chat}}", 6, "pins[0].regex", "takes too long on some texts"),
        ("just a word", 5, "pins[0]", "must be a section"),
    ],
)
def test_a_mistake_has_line_column_and_key(desk_file: Path, pin: str, column: int, key: str, part: str) -> None:
    problems = problems_of(desk_file, f"- {pin}\n")

    told = {(problem.line, problem.column, problem.key): problem.sentence for problem in problems}
    assert part in told[FIRST, column, key], told


@pytest.mark.parametrize(
    ("first", "second", "part"),
    [
        ("{word: 환불, always: {kind: chat}}", "{word: 환불, always: {kind: fault}}", "says '환불' again, as item 1"),
        ("{word: Bill, always: {kind: chat}}", "{word: 'bill', always: {kind: chat}}", "says 'bill' again"),
        ("{word: ab, never: {department: billing}}", "{word: ab, never: {department: billing}}", "says 'ab' again"),
        ("{word: ab, always: {department: billing}}", "{word: ab, never: {department: billing}}", "contrary of item 1"),
        ("{word: ab, never: {department: billing}}", "{word: ab, always: {department: billing}}", "contrary of item 1"),
    ],
)
def test_a_pin_that_says_again_or_denies_another_is_refused(
    desk_file: Path, first: str, second: str, part: str
) -> None:
    (problem,) = problems_of(desk_file, f"- {first}\n- {second}\n")

    assert (problem.line, problem.key) == (FIRST + 1, "pins[1].word")
    assert part in problem.sentence


@pytest.mark.parametrize(
    "second",
    [
        "{hashtag: ab, always: {kind: chat}}",
        "{word: ab, never: {department: network}}",
        "{word: ab, always: {urgency: high}}",
        "{word: abc, never: {department: billing}}",
    ],
)
def test_pins_that_only_resemble_one_another_are_taken(desk_file: Path, second: str) -> None:
    assert len(pins_of(desk_file, f"- {{word: ab, never: {{department: billing}}}}\n- {second}\n")) == 2


def test_regular_expressions_that_differ_in_capitals_differ(desk_file: Path) -> None:
    pins = r"""
- {regex: '\d원', always: {kind: fault}}
- {regex: '\D원', always: {kind: chat}}
"""

    assert len(pins_of(desk_file, pins)) == 2


def test_so_many_regular_expressions_that_they_could_hold_up_the_desk_are_refused(desk_file: Path) -> None:
    pins = "".join(f"- {{regex: a{n}, always: {{kind: chat}}}}\n" for n in range(MOST_PATTERNS + 1))

    (problem,) = problems_of(desk_file, pins)

    assert problem.key == f"pins[{MOST_PATTERNS}].regex"


@pytest.mark.parametrize(
    "pattern",
    [
        r"(\w+\s?)+원$",
        "(한+)+!",
        "(x|y|xy)*z",
        r"(\d{1,3},?)+원",
        "((가|나|다)+)+라",
        r"([a-z]+\d?)*@",
        "(-+)+>",
        "(_+)+~",
        r"(\p{Hiragana}+)+!",
        r"(\p{So}+)+!",
        "(환불|해지|위약금).*(환불|해지|위약금).*(환불|해지)",
        r"(?R)?a",
    ],
)
def test_a_pattern_whose_search_explodes_is_found_out(pattern: str) -> None:
    assert trouble_with(pattern) is not None


@pytest.mark.parametrize(
    "pattern",
    [
        "왜",
        r"\d+원",
        "번호.{0,20}이동",
        "^(?=.*환불)(?=.*위약금)",
        "해지.*(위약금|할인반환)",
        r"\b5g\b",
        r"example\.com/\S+",
        "[[a]&&b]",
    ],
)
def test_a_plain_pattern_is_taken(pattern: str) -> None:
    assert trouble_with(pattern) is None
