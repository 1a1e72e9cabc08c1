"""Where the digest's summary goes."""

from typing import Protocol

from desk.mail import Mail


class DigestTopic(Protocol):
    """The topic to which the readers of the digest subscribe."""

    def publish(self, mail: Mail) -> None:
        """Send it to everybody; raises TopicsUnavailable, and then it may have gone out all the same."""
        ...
