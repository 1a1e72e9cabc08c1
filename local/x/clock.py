"""The local X's own time: the machine's, or a day that a script plays."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def machine_time() -> datetime:
    """The machine's time, aware, in UTC."""
    return datetime.now(UTC)


class VirtualClock:
    """Time that can be set. Once set it stands still until it is set or moved again, unless told to run on.

    Posts, ids and the seven days of search follow this clock. Signatures follow the machine's, because the caller's
    own clock does, and so do rate limits unless the callers' time is played too.
    """

    def __init__(self, start: datetime | None = None, *, machine: Callable[[], datetime] = machine_time) -> None:
        self._machine = machine
        self._fixed = start
        self._offset = timedelta(0)

    @property
    def running(self) -> bool:
        """Whether time passes by itself."""
        return self._fixed is None

    def now(self) -> datetime:
        """The moment it is on the local X, in UTC."""
        return self._fixed if self._fixed is not None else self._machine() + self._offset

    def set(self, moment: datetime, *, running: bool = False) -> None:
        """Go to `moment` (aware), and stand there unless `running`."""
        moment = moment.astimezone(UTC)
        self._fixed = None if running else moment
        self._offset = moment - self._machine() if running else timedelta(0)

    def advance(self, span: timedelta) -> None:
        """Move on by `span`, standing or running as before."""
        self.set(self.now() + span, running=self.running)
