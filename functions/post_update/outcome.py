"""What came of waking the publisher."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from desk.ports.x import Usage


class Outcome(StrEnum):
    """What one wake-up did for one post."""

    PUBLISHED = "published"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    HELD = "held"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    """An automatic reply that must not appear, since somebody may be in danger."""
    WAITING = "waiting"
    """X takes nothing now; the post was certainly not sent and comes again by itself."""
    LOOKING = "looking"
    """It may stand on X and is looked for again."""
    NOTHING = "nothing"
    """It is not due, or another run has it, or it is done."""


@dataclass(slots=True)
class PublishReport:
    """How often which outcome came about, why wake-ups must be repeated, by post id, and what X was used for.

    `unanswered` are posts whose answer from X is missing as far as the run knows: nothing but them goes on.
    """

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    failures: dict[str, str] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    unanswered: set[str] = field(default_factory=set)

    def used(self, usage: Usage) -> int:
        """Add to the usage; the micro-dollars that were added."""
        self.usage = Usage(self.usage.calls + usage.calls, self.usage.micro_usd + usage.micro_usd)
        return usage.micro_usd
