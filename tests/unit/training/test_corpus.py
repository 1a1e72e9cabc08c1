"""The corpus: every line is whole, labels fit together, and nothing of the test is trained on."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction.text import HashingVectorizer

from desk.reader.features import plain
from desk.reading import Kind, Need, Urgency
from tests.brands import emerald
from training.corpus import CORPUS, NOBODY, CorpusError, Labelled, load_part, load_tsv

FEWEST_TEXTS = 6_000
KOREAN_SHARE = (0.6, 0.8)
LANGUAGES = {"ko", "en", "ja", "zh", "other"}
ANYBODYS = 6
"""Up to so many characters (ㅋ, ㅁㄴㅇㄹ, dots) anybody writes the same, and there is nothing to learn by heart."""
NEEDS = {
    Kind.INQUIRY: {Need.INFORMATION, Need.SUPPORT},
    Kind.FAULT: {Need.SUPPORT},
    Kind.RUMOR: {Need.INFORMATION},
    Kind.FEEDBACK: {Need.RELATIONSHIP},
    Kind.CHAT: {Need.RELATIONSHIP},
    Kind.JUNK: {Need.RELATIONSHIP},
}
LIKE = 0.5
LINE = "inquiry\tsupport\tbilling\tnormal\tko\t-\t청구서가 안 와요"
HELD_OUT = [f"held_out/{name}" for name in ("acute", "calm", "kinds", "quiet")]


@cache
def part(name: str) -> tuple[Labelled, ...]:
    return tuple(load_part(name))


def trigrams(text: str) -> frozenset[str]:
    """Of letters and figures alone; none where the text is too short to be anybody's own."""
    bare = "".join(filter(str.isalnum, plain(text)))
    return frozenset(bare[at : at + 3] for at in range(len(bare) - 2)) if len(bare) > ANYBODYS else frozenset()


def counted(texts: Sequence[str]) -> csr_matrix:
    """A row for each text, a column for each trigram; two of four million share one now and then."""
    return HashingVectorizer(
        analyzer=trigrams, n_features=1 << 22, binary=True, norm=None, alternate_sign=False, dtype=np.float32
    ).transform(texts)


@cache
def counted_part(name: str) -> tuple[tuple[str, csr_matrix], ...]:
    """The files of a part, each counted once for all comparisons."""
    paths = sorted((CORPUS / name).glob("*.tsv"))
    return tuple((path.name, counted([each.text for each in load_tsv(path)])) for path in paths)


def near_copies(texts: csr_matrix, of: csr_matrix) -> list[int]:
    """The lines, from 1, of those texts that share more than half of all trigrams with one of the others."""
    shared = (texts @ of.T).tocoo()
    own, others = (np.asarray(each.sum(axis=1)).ravel() for each in (texts, of))
    together = own[shared.row] + others[shared.col] - shared.data
    return sorted({int(line) + 1 for line in shared.row[shared.data > LIKE * together]})


@pytest.mark.parametrize("name", ["train", "trades", "calibration", "test", *HELD_OUT])
def test_labels_fit_together(name: str) -> None:
    for each in part(name):
        answered = each.kind in (Kind.INQUIRY, Kind.FAULT, Kind.RUMOR)
        assert each.need in NEEDS[Kind(str(each.kind))]
        assert (each.urgency == Urgency.LOW) != answered
        assert each.kind != Kind.RUMOR or each.department == emerald().fact_checkers
        assert each.department in (*emerald().departments, NOBODY)
        assert each.lang in LANGUAGES
        assert each.text.strip()


def test_there_are_texts_enough_and_most_are_korean() -> None:
    languages = Counter(each.lang for each in part("train"))

    assert languages.total() >= FEWEST_TEXTS
    assert KOREAN_SHARE[0] <= languages["ko"] / languages.total() <= KOREAN_SHARE[1]


@pytest.mark.parametrize(
    ("kept_apart", "learned"),
    [
        ("test", "train"),
        ("test", "trades"),
        ("test", "calibration"),
        ("calibration", "train"),
        ("calibration", "trades"),
        *((name, learned) for name in HELD_OUT for learned in ("train", "trades", "calibration")),
    ],
)
def test_what_is_kept_apart_is_not_learned_from_nor_a_near_copy_of_it(kept_apart: str, learned: str) -> None:
    tested = vstack([texts for _, texts in counted_part(kept_apart)])

    found = {name: near_copies(texts, tested) for name, texts in counted_part(learned)}

    assert not {name: lines for name, lines in found.items() if lines}


def test_a_near_copy_is_seen() -> None:
    text = "어제부터 와이파이가 계속 끊겨서 회의를 못 했어요"
    copy = "@emeraldmobile 어제부터 와이파이가 계속 끊겨 회의를 못 했네요!!"
    other = "어제부터 와이파이가 계속 느려서 영상을 못 봐요"

    assert near_copies(counted([other, copy]), counted([text])) == [2]


def test_texts_of_other_trades_teach_no_department() -> None:
    assert {each.department for each in part("trades")} == {"operator", NOBODY}
    assert {each.writer for each in part("trades")}.isdisjoint(each.writer for each in part("train"))


def test_every_department_and_kind_is_taught_by_five_writers_and_more() -> None:
    writers = {(each.kind, each.writer) for each in part("train")}
    writers |= {(each.department, each.writer) for each in part("train")}
    count = Counter(label for label, _ in writers)

    assert min(count[label] for label in (*Kind, *emerald().departments)) >= 5


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "some.tsv"


def of(file: Path, content: str | bytes) -> list[Labelled]:
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_tsv(file, ["billing", "network"])


def complaint_of(file: Path, content: str | bytes) -> str:
    with pytest.raises(CorpusError) as caught:
        of(file, content)
    return str(caught.value)


@pytest.mark.parametrize("ends", ["\n", "\r\n", ""])
def test_a_line_is_a_text_and_its_file_the_writer(file: Path, ends: str) -> None:
    (only,) = of(file, LINE + ends)

    assert only == Labelled("청구서가 안 와요", "some", "inquiry", "support", "billing", "normal", "ko", "-")


def test_lines_within_a_text_are_two_signs_and_no_other_sign_ends_a_line(file: Path) -> None:
    (only,) = of(file, f"\ufeff{LINE}\\n둘째 줄\u2028셋째\u0085넷째\n")

    assert only.text == "청구서가 안 와요\n둘째 줄\u2028셋째\u0085넷째"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("inquiry\tsupport\tbilling\tnormal\tko", "some.tsv, line 2: 5 columns instead of 7"),
        (f"{LINE}\t", "some.tsv, line 2: 8 columns instead of 7"),
        ("", "some.tsv, line 2: 1 columns instead of 7"),
        (LINE.replace("inquiry", "enquiry"), "line 2: enquiry, support, billing, normal, - do not fit together"),
        (LINE.replace("support", "help"), "line 2: inquiry, help, billing, normal, - do not fit together"),
        (LINE.replace("normal", "soon"), "line 2: inquiry, support, billing, soon, - do not fit together"),
        (LINE.replace("-", "perhaps"), "inquiry, support, billing, normal, perhaps do not fit together"),
        (LINE.replace("billing", "-"), "line 2: inquiry, support, -, normal, - do not fit together"),
        (LINE.replace("inquiry", "chat"), "line 2: chat, support, billing, normal, - do not fit together"),
        (LINE.replace("billing", "home"), "some.tsv, line 2: desk.yaml has no department 'home'"),
    ],
)
def test_an_error_names_its_line(file: Path, line: str, told: str) -> None:
    assert told in complaint_of(file, f"{LINE}\n{line}\n{LINE}\n")


def test_another_encoding_is_an_error(file: Path) -> None:
    assert complaint_of(file, LINE.encode("cp949")) == "some.tsv is not in UTF-8; save it as “CSV UTF-8”"


def test_the_corpus_itself_is_read_for_no_particular_brand() -> None:
    assert load_tsv(CORPUS / "test" / "urgency.tsv")
