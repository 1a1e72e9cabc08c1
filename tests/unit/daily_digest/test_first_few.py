"""The first few of many, in order."""

from hypothesis import given
from hypothesis import strategies as st

from daily_digest.lists import FirstFew


@given(st.lists(st.tuples(st.integers(0, 9), st.integers())), st.integers(0, 6))
def test_they_are_the_first_of_all_by_their_key(entries: list[tuple[int, int]], room: int) -> None:
    few = FirstFew[tuple[int, int]](room, key=lambda entry: entry[0])
    for entry in entries:
        few.add(entry)

    assert few.found() == tuple(sorted(entries, key=lambda entry: entry[0])[:room])
