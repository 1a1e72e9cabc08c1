"""The port GreetingLog in memory."""

from dataclasses import dataclass, field

from desk.errors import StoreBusy
from desk.ports.greeting_log import LastGreeting


@dataclass
class FakeGreetingLog:
    """Remembers the last one; `fail_before` and `fail_after` fail one call for each time a method is named there."""

    remembered: LastGreeting | None = None
    fail_before: list[str] = field(default_factory=list)
    fail_after: list[str] = field(default_factory=list)

    def last(self) -> LastGreeting | None:
        self._fail(self.fail_before, "last")
        return self.remembered

    def remember(self, greeting: LastGreeting) -> LastGreeting:
        self._fail(self.fail_before, "remember")
        if self.remembered is None or self.remembered.day < greeting.day:
            self.remembered = greeting
        self._fail(self.fail_after, "remember")
        return self.remembered

    def _fail(self, script: list[str], method: str) -> None:
        if method in script:
            script.remove(method)
            raise StoreBusy(method)
