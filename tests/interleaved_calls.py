"""One function runs whole between two AWS calls of another one, as when both run at the same time.

Both must be processes of their own (`tests.invocations.Function`).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.failing_calls import Answers, Call, Fault, Trouble, put_back, stored
from tests.families import sample


def interleaved(
    family: str,
    first: Callable[[Trouble], Sequence[Call]],
    other: Callable[[], object],
    starts: Callable[[], object],
    *,
    count: int = 6,
) -> Iterator[tuple[int, str]]:
    """`other` ran before a call of `first`, or after the last one; after a call is before the next one.

    `first` returns the calls that it made. Each time the tables are as they are now, and `starts` makes new processes.
    Of the calls a run tries a sample of this count (`tests.families.sample`). Yields the number of the call, counted
    from 0, and in words what has just been run.
    """
    state = stored()

    def before(call: Call, answers: Answers) -> Any:
        other()
        return answers(call.asked)

    def begins() -> None:
        put_back(state)
        starts()

    met = Fault("met by the other function", before, any_call=True)
    begins()
    clean = first({})
    for number in sample(family, range(len(clean)), count):
        begins()
        calls = first({number: met})
        yield number, f"the other function before call {number}, {calls[number].operation}"
    begins()
    last = len(first({}))
    other()
    yield last, f"the other function after all {last} calls"
