"""The port GreetingLog in memory."""

from dataclasses import dataclass

from desk.ports.greeting_log import LastGreeting
from tests.fakes.in_trouble import InTrouble


@dataclass
class FakeGreetingLog(InTrouble):
    """Remembers the last one."""

    remembered: LastGreeting | None = None

    def last(self) -> LastGreeting | None:
        self._begin("last")
        return self.remembered

    def remember(self, greeting: LastGreeting) -> LastGreeting:
        self._begin("remember")
        if self.remembered is None or self.remembered.day < greeting.day:
            self.remembered = greeting
        self._end("remember")
        return self.remembered
