"""A new brand from one desk.yaml: its words alone, the head alone, both, and a plain SVM, in one run for each brand.

Beside them what fewer examples reach, and the ceiling: all labelled texts of the brand, of which each fifth of the test
texts is read by a head that was taught the examples and the other four fifths.

Five fictional brands of training/brands have words and 15 examples a department; their test texts are by another
writer. With the folder of the public data set banking77 (train.csv and test.csv with the columns text and category;
CC BY 4.0, not kept here) its questions are a sixth brand, with 15 examples a department drawn from train.csv:

    .venv/bin/python -m benchmarks.brands [FOLDER]
"""

import csv
import json
import random
import sys
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from desk.brand import Brand, brand_of
from desk.reader.heads import GENERAL, Heads, Trained, load_heads
from desk.reader.trained_reader import TrainedReader
from desk.reading import OPERATOR, Kind
from local.brand.compile import compile_desk, this_year
from local.brand.load import load_desk
from local.cli.reading_lines import asked_text
from training.corpus import CORPUS, Labelled
from training.department import examples_of, train_department, write_department

BRANDS = CORPUS.with_name("brands")
_BANKING77 = Path(__file__).with_name("banking77")
_EXAMPLES, _FEWER, _SEED = 15, 8, 77
_FOLDS = 5
_RIGHT = 0.93
"""So many of the texts that are sent to a department should be right."""
_MANY = ("railway", "card", "mall")
"""Brands that together are one with many departments."""


class Judged(NamedTuple):
    """A text and whose it is."""

    text: str
    department: str


def measure(banking77: Path | None = None) -> dict[str, Any]:
    """The figures of each brand, and what many departments weigh."""
    found = {}
    for folder in sorted(path for path in BRANDS.iterdir() if path.is_dir()):
        test = [Judged(row["text"], row["department"]) for row in _rows(folder / "test.csv")]
        found[folder.name] = _figures(_brand(folder / "desk.yaml"), test)
    if banking77:
        found["banking77"] = _figures(*_of_banking77(banking77))
    return {"brands": found, "many departments": _many_departments()}


class Read(NamedTuple):
    """What became of a text, and of which department it was thought how surely, whatever the limit."""

    department: str
    kind: Kind
    likeliest: str
    confidence: float


def _figures(brand: Brand, test: Sequence[Judged]) -> dict[str, Any]:
    made = train_department(brand)
    head = _written(made)
    alone = Heads(head.heads, {**head.limits, "words": 0.0})
    readers = {"words only": None, "head only": alone, "both": head}
    shown = {name: _shown(test, _read(brand, department, test)) for name, department in readers.items()}
    fewer = _with_fewer(brand)
    shown[f"both, {_FEWER} examples"] = _shown(test, _read(fewer, _written(train_department(fewer)), test))
    shown["ceiling: all labelled texts"] = _shown(test, _read_by_the_rest(brand, test))
    texts = examples_of(brand)
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True)
    svm = make_pipeline(vectors, LinearSVC(class_weight="balanced"))
    svm.fit([each.text for each in texts], [str(each.department) for each in texts])
    shown["char 1-4-gram SVM, forced"] = _scores(
        test, [str(name) for name in svm.predict([each.text for each in test])]
    )
    return {"texts": len(test), "kept": "both" if made.is_better() else "words only", **shown}


def _read(brand: Brand, head: Heads | None, test: Sequence[Judged]) -> list[Read]:
    general = load_heads(GENERAL)
    unlimited = head and Heads(head.heads, {**head.limits, "sure": 0.0})
    reader, any_reader = (TrainedReader(brand, Trained(general, each)) for each in (head, unlimited))
    found = []
    for each in test:
        mention = asked_text(each.text).mention
        reading, likeliest = reader.read(mention), any_reader.read(mention)
        names = (reading.department or "-", likeliest.department or "-")
        found.append(Read(names[0], reading.kind, names[1], likeliest.confidence))
    return found


def _read_by_the_rest(brand: Brand, test: Sequence[Judged]) -> list[Read]:
    """Each text of a fifth, read by a head of the examples and of the test texts outside that fifth."""
    by_label = sorted(range(len(test)), key=lambda place: test[place].department)
    found = dict[int, Read]()
    for fold in range(_FOLDS):
        held = by_label[fold::_FOLDS]
        others = [each for place, each in enumerate(test) if place not in held]
        head = _written(train_department(brand, [Labelled(text, "test", department=key) for text, key in others]))
        found |= zip(held, _read(brand, head, [test[place] for place in held]), strict=True)
    return [found[place] for place in range(len(test))]


def _shown(test: Sequence[Judged], read: Sequence[Read]) -> dict[str, float]:
    return {
        **_scores(test, [each.department for each in read]),
        f"could be sent with {_RIGHT} right": _could_be_sent(test, read),
        "to nobody": _share(sum(each.department == "-" for each in read), len(test)),
        "as feedback": _share(sum(each.kind is Kind.FEEDBACK for each in read), len(test)),
    }


def _could_be_sent(test: Sequence[Judged], read: Sequence[Read]) -> float:
    """The largest share that any limit would send to a department with so many right: what the limit could reach."""
    claimed = sorted(
        ((each.confidence, each.likeliest, true) for each, (_, true) in zip(read, test, strict=True)), reverse=True
    )
    most = sent = hits = 0
    for count, (_, said, true) in enumerate([each for each in claimed if each[1] not in (OPERATOR, "-")], start=1):
        hits, sent = hits + (said == true), sent + (true != OPERATOR)
        most = sent if hits >= _RIGHT * count else most
    return _share(most, sum(true != OPERATOR for _, true in test))


def _scores(test: Sequence[Judged], said: Sequence[str]) -> dict[str, float]:
    """Where texts went; all but the last figure are of texts that have another department than the operator."""
    pairs = [(each.department, name) for each, name in zip(test, said, strict=True)]
    true, told = zip(*(pair for pair in pairs if pair[0] != OPERATOR), strict=True)
    sent = [department == name for department, name in pairs if name not in (OPERATOR, "-")]
    return {
        "macro-F1": round(float(f1_score(true, told, average="macro", labels=sorted(set(true)), zero_division=0)), 3),
        "to the right department": _share(sum(t == s for t, s in zip(true, told, strict=True)), len(true)),
        "sent to a department": _share(sum(name not in (OPERATOR, "-") for name in told), len(told)),
        "right when sent": _share(sum(sent), len(sent)),
    }


def _of_banking77(folder: Path) -> tuple[Brand, list[Judged]]:
    """The brand with examples drawn from train.csv, and all questions of test.csv."""
    departments = {row["category"]: row["department"] for row in _rows(_BANKING77 / "departments.csv")}
    by_department = defaultdict[str, list[str]](list)
    for row in _rows(folder / "train.csv"):
        by_department[departments[row["category"]]].append(row["text"].strip())
    drawn = random.Random(_SEED)  # noqa: S311 - nothing secret is drawn
    examples = {key: drawn.sample(texts, _EXAMPLES) for key, texts in sorted(by_department.items())}
    test = [Judged(row["text"].strip(), departments[row["category"]]) for row in _rows(folder / "test.csv")]
    return _with_examples(_brand(_BANKING77 / "desk.yaml"), examples), test


def _many_departments() -> dict[str, Any]:
    """What a brand with the departments of three weighs, and what its head takes."""
    brands = {name: _brand(BRANDS / name / "desk.yaml") for name in _MANY}
    departments = {
        f"{name}-{key}": each._replace(key=f"{name}-{key}")
        for name, brand in brands.items()
        for key, each in brand.departments.items()
        if key != OPERATOR
    }
    first = brands[_MANY[0]]
    brand = first._replace(departments={**departments, OPERATOR: first.departments[OPERATOR]})
    began = process_time()
    made = train_department(brand)
    trained = process_time() - began
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "department.heads"
        write_department(made, path)
        content = path.read_bytes()
        began = process_time()
        head = load_heads(path)
        loaded = process_time() - began
    reader = TrainedReader(brand, Trained(load_heads(GENERAL), head))
    mentions = [asked_text(row["text"]).mention for name in _MANY for row in _rows(BRANDS / name / "test.csv")]
    reader.read(mentions[0])
    began = process_time()
    for mention in mentions:
        reader.read(mention)
    read = (process_time() - began) / len(mentions)
    return {
        "departments": len(brand.departments),
        "bytes": len(content),
        "bytes compressed, as a package has it": len(zlib.compress(content)),
        "train_s": round(trained, 1),
        "load_ms": round(1e3 * loaded, 1),
        "read_ms": round(1e3 * read, 3),
    }


def _written(made: Any) -> Heads:
    """The head as the desk would load it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "department.heads"
        write_department(made, path)
        return load_heads(path)


def _brand(path: Path) -> Brand:
    return brand_of(compile_desk(load_desk(path), year=this_year()))


def _with_fewer(brand: Brand) -> Brand:
    drawn = random.Random(_SEED)  # noqa: S311 - nothing secret is drawn
    examples = {key: each.examples for key, each in brand.departments.items()}
    fewer = {key: drawn.sample(texts, min(_FEWER, len(texts))) for key, texts in examples.items()}
    return _with_examples(brand, fewer)


def _with_examples(brand: Brand, examples: Mapping[str, Sequence[str]]) -> Brand:
    departments = {key: each._replace(examples=tuple(examples.get(key, ()))) for key, each in brand.departments.items()}
    return brand._replace(departments=departments)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]) if sys.argv[1:] else None), indent=1, ensure_ascii=False))
