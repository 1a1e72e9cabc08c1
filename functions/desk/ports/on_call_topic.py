"""Who is on call, as one topic."""

from typing import NamedTuple, Protocol


class OnCallMessage(NamedTuple):
    """One message as each way to reach somebody takes it: a text message, JSON for machines, and plain words.

    Only `sms` has a link: whoever has it can act on the case.
    """

    sms: str
    machine: str
    plain: str


class OnCallTopic(Protocol):
    """Telling whoever is on call."""

    def publish(self, message: OnCallMessage) -> None:
        """Tell all of them; raises TopicsUnavailable, and then it may have gone out all the same."""
        ...
