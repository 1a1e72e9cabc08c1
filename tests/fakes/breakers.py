"""The port Breakers in memory."""

from desk.errors import StoreBusy
from desk.ports.breakers import Breaker


class FakeBreakers:
    """Remembers breakers; `fails` makes it refuse everything, `takes_nothing` whatever changes it."""

    def __init__(self) -> None:
        self._breakers: dict[str, Breaker] = {}
        self.fails = False
        self.takes_nothing = False
        self.loads = 0
        self.writes = 0

    def load(self) -> dict[str, Breaker]:
        self.loads += 1
        self._must_work()
        return dict(self._breakers)

    def save(self, breaker: Breaker) -> None:
        self._write()
        self._breakers[breaker.name] = breaker

    def clear(self, breaker: Breaker) -> None:
        self._write()
        known = self._breakers.get(breaker.name)
        if known is not None and known.retry_at == breaker.retry_at:
            del self._breakers[breaker.name]

    def _write(self) -> None:
        self.writes += 1
        self._must_work()
        if self.takes_nothing:
            raise StoreBusy("scripted")

    def _must_work(self) -> None:
        if self.fails:
            raise StoreBusy("scripted")
