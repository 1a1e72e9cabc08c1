"""The port DialectChoices in memory."""

from dataclasses import dataclass, field

from desk.errors import StoreBusy
from desk.ports.dialects import DialectChoice


@dataclass
class FakeDialects:
    """Remembers choices by endpoint; `busy` makes every method fail."""

    choices: dict[str, DialectChoice] = field(default_factory=dict)
    busy: bool = False
    loads: int = 0

    def load(self) -> dict[str, DialectChoice]:
        self.loads += 1
        self._answer()
        return dict(self.choices)

    def save(self, choice: DialectChoice) -> None:
        self._answer()
        self.choices[choice.endpoint] = choice

    def _answer(self) -> None:
        if self.busy:
            raise StoreBusy("dialects")
