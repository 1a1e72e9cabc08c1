"""One function runs whole between two AWS calls of another one, as when both run at the same time.

Both must be processes of their own (`tests.invocations.Function`).
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

from tests.failing_calls import Answers, Call, Fault, Trouble, put_back, stored


def interleaved(
    first: Callable[[Trouble], Sequence[Call]], other: Callable[[], object], starts: Callable[[], object]
) -> Iterator[str]:
    """`other` ran before each call of `first`, then after the last one; after a call is before the next one.

    `first` returns the calls that it made. Each time the tables are as they are now, and `starts` makes new processes.
    Yields in words what has just been run.
    """
    state = stored()

    def before(call: Call, answers: Answers) -> Any:
        other()
        return answers(call.asked)

    met = Fault("met by the other function", before, any_call=True)
    for number in count():
        put_back(state)
        starts()
        calls = first({number: met})
        if number >= len(calls):
            other()
            yield f"the other function after all {number} calls"
            return
        yield f"the other function before call {number}, {calls[number].operation}"
