"""A clock that a script sets, for functions that play a whole day within seconds.

What the desk says about time comes from the schedules' events, but leases, breakers and mail budgets are guarded by
the machine's clock. In a rehearsal `desk.clock.utc_now` reads a file instead, so that ten minutes are ten minutes.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from local.aws.source import FUNCTIONS

CLOCK = "desk/clock.py"
_SETTING = "DOROTHY_REHEARSAL_CLOCK"
_APPENDED = f'''

def utc_now() -> datetime:
    """The rehearsal's time."""
    import os
    from pathlib import Path

    return datetime.fromisoformat(Path(os.environ["{_SETTING}"]).read_text(encoding="ascii"))
'''


class RehearsalClock:
    """Time as the script has it, kept in `path`. It never goes back."""

    def __init__(self, path: Path, start: datetime) -> None:
        self._path = path
        self._write(start)

    def now(self) -> datetime:
        """The rehearsal's time, in UTC."""
        return self._now

    def reach(self, moment: datetime) -> None:
        """Go on to `moment`; nothing happens when it is past already."""
        if moment > self._now:
            self._write(moment)

    def advance(self, span: timedelta) -> None:
        """Let time pass."""
        self._write(self._now + span)

    def environment(self) -> dict[str, str]:
        """What the functions must find in their environment."""
        return {_SETTING: str(self._path)}

    def source(self) -> str:
        """The functions' clock with the machine's time replaced by this one's."""
        return (FUNCTIONS / CLOCK).read_text(encoding="utf-8") + _APPENDED

    def _write(self, moment: datetime) -> None:
        self._now = moment.astimezone(UTC)
        fresh = self._path.with_suffix(".new")
        fresh.write_text(self._now.isoformat(), encoding="ascii")
        fresh.replace(self._path)
