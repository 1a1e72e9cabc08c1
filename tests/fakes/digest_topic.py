"""The port DigestTopic in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field

from desk.errors import TopicsUnavailable
from desk.mail import Mail


@dataclass
class FakeDigestTopic:
    """What readers got; `down` makes it fail before, `after` runs once a mail is out, as a kill would."""

    got: list[Mail] = field(default_factory=list)
    down: bool = False
    after: Callable[[], object] | None = None

    def publish(self, mail: Mail) -> None:
        if self.down:
            raise TopicsUnavailable("down")
        self.got.append(mail)
        if self.after:
            self.after()
