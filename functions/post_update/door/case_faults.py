"""Why a case is not shown or answered."""

from desk.case import CaseState
from desk.errors import DeskError


class NoSuchCase(DeskError):
    """There is no case of this number."""


class CaseChanged(DeskError):
    """The case is not at the version that was read; `version` is where it is."""

    def __init__(self, version: int) -> None:
        super().__init__("The case has changed since it was read; look at it as it is now.")
        self.version = version


class NoReply(DeskError):
    """No reply may go out to this case now; `reason` is the gate's word for why, the message a sentence for people."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class NobodyWaits(DeskError):
    """How urgent it is matters no more: the author has an answer, or a reply is on its way; `state` says which."""

    def __init__(self, state: CaseState) -> None:
        super().__init__("Only a case whose author waits, with no reply on its way, can be corrected.")
        self.state = state


class BadAnswer(DeskError):
    """What was written can't be sent; the message says what to mend in `field`."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class NotSaid(DeskError):
    """The reply that this request sent did not come to stand on X: the case waits again, with its text as a draft."""

    def __init__(self, why: str) -> None:
        super().__init__(f"This request's reply did not come to stand on X ({why}); answer with a key of its own.")
