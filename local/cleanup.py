"""Taking everything down again, to the end, also while somebody presses Ctrl-C."""

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType

_INTERRUPTS = (signal.SIGINT, signal.SIGTERM)


class Cleanup(ExitStack):
    """An ExitStack whose end no interrupt cuts short.

    Its steps must end in bounded time, because nobody can interrupt them.
    """

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None, /
    ) -> bool | None:
        """Close everything; an interrupt that came meanwhile takes effect afterwards."""
        with _interrupts_held():
            return super().__exit__(kind, error, at)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold SIGINT and SIGTERM back. Python delivers signals to the main thread alone, so others need nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {number: signal.signal(number, lambda number, _: came.append(number)) for number in _INTERRUPTS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])
