"""The most used words, with a bounded number of counters."""

import tracemalloc
from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from daily_digest.counting import HeavyHitters


@given(st.lists(st.sampled_from("abcdefgh"), max_size=60))
def test_it_is_exact_as_long_as_the_counters_suffice(words: list[str]) -> None:
    hitters = HeavyHitters(8)

    hitters.add(words)

    assert dict(hitters.most(8)) == dict(Counter(words))


@given(st.lists(st.integers(0, 30).map(str), max_size=300), st.integers(1, 10))
def test_it_never_says_more_than_there_was_nor_misses_what_is_frequent(words: list[str], counters: int) -> None:
    hitters = HeavyHitters(counters)

    hitters.add(words)

    counts, said = Counter(words), dict(hitters.most(counters))
    assert len(said) <= counters
    assert all(0 < said[word] <= counts[word] for word in said if said[word])
    assert {word for word, count in counts.items() if count > len(words) / counters} <= said.keys()


def test_the_most_used_come_first_and_equals_by_the_alphabet() -> None:
    hitters = HeavyHitters(10)

    hitters.add(["나", "가", "다", "다"])

    assert hitters.most(2) == (("다", 2), ("가", 1))


def test_a_million_different_words_take_no_more_memory_than_the_counters() -> None:
    random = Random(7)
    hitters = HeavyHitters(1_000)
    tracemalloc.start()

    hitters.add(f"word{n}" if random.random() < 0.9 else "요금제" for n in range(100_000))

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    word, count = hitters.most(1)[0]
    assert word == "요금제"
    assert 9_000 < count < 11_000
    assert peak < 2_000_000
