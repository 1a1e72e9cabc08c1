"""The port PauseSwitch in memory."""

from collections.abc import Sequence
from copy import replace
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from desk.errors import Paused, StoreBusy
from desk.pause import Pause


@dataclass
class FakePauseSwitch:
    """Remembers every pause, the earliest first; the running one, if any, is the last. `busy` makes every method fail.

    A fake of another port that holds back while the desk is paused is given this one and calls `refuse_if_paused`.
    """

    pauses: list[Pause] = field(default_factory=list)
    busy: bool = False

    def current(self) -> Pause | None:
        self._answer()
        return self._running()

    def pause(self, pause: Pause) -> Pause:
        self._answer()
        running = self._running()
        if running is None:
            began = {each.began_at for each in self.pauses}
            while pause.began_at in began:
                pause = replace(pause, began_at=pause.began_at + timedelta(microseconds=1))
            running = replace(pause, ended_at=None, ended_by=None)
            self.pauses.append(running)
        return running

    def resume(self, *, by: str, at: datetime) -> Pause | None:
        self._answer()
        running = self._running()
        if running is None:
            last = self.pauses[-1] if self.pauses else None
            return last if last and (last.ended_by, last.ended_at) == (by, at) else None
        ended = replace(running, ended_at=at, ended_by=by)
        self.pauses[-1] = ended
        return ended

    def since(self, moment: datetime) -> Sequence[Pause]:
        self._answer()
        found = (each for each in self.pauses if each.ended_at is None or each.ended_at > moment)
        return tuple(sorted(found, key=lambda each: each.began_at))

    def refuse_if_paused(self) -> None:
        """What a transaction that looks at the switch does."""
        if self._running() is not None:
            raise Paused("the desk is paused")

    def _running(self) -> Pause | None:
        last = self.pauses[-1] if self.pauses else None
        return last if last and last.ended_at is None else None

    def _answer(self) -> None:
        if self.busy:
            raise StoreBusy("pause")
