"""Where the pause switch is kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from desk.pause import Pause


class PauseSwitch(Protocol):
    """One switch for the whole desk. Every method raises StoreBusy."""

    def current(self) -> Pause | None:
        """The pause that runs, read consistently; None when the desk speaks."""
        ...

    def pause(self, pause: Pause) -> Pause:
        """Begin a pause; the one that runs already is left as it is and returned."""
        ...

    def resume(self, *, by: str, at: datetime) -> Pause | None:
        """End the pause that runs and return it; None when none ran."""
        ...

    def since(self, moment: datetime) -> Sequence[Pause]:
        """Pauses that ran at some time since then, the earliest first, the running one included."""
        ...
