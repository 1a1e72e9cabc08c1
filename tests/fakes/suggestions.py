"""The indexes of earlier answers in memory."""

from dataclasses import dataclass, field
from datetime import datetime

from desk.errors import IndexUnavailable
from desk.suggestions.store import IndexVersion, name_of
from tests.fakes.in_trouble import InTrouble


@dataclass
class FakeAnswerIndexes(InTrouble):
    """Implements AnswerIndexes in memory; `unavailable` makes every call of S3 fail."""

    files: dict[str, bytes] = field(default_factory=dict)
    held: IndexVersion | None = None
    unavailable: bool = False

    def publish(self, content: bytes, made_at: datetime, answers: int) -> IndexVersion:
        self._check()
        version = IndexVersion(name_of(content), made_at, answers)
        self.files[version.name] = content
        self._begin("publish")
        self.held = version
        return version

    def current(self) -> IndexVersion | None:
        self._begin("current")
        return self.held

    def load(self, version: IndexVersion) -> bytes:
        self._check()
        self._begin("load")
        return self.files[version.name]

    def _check(self) -> None:
        if self.unavailable:
            raise IndexUnavailable("unavailable")
