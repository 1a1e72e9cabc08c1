"""Who changed a case last, for somebody who was too late."""

from answer_case.spoken import Spoken
from desk.case_event import CaseEventKind
from desk.ports.cases import CaseFile

_BESIDE = frozenset(
    {
        CaseEventKind.UNMASKED,
        CaseEventKind.ACKNOWLEDGED,
        CaseEventKind.REMINDED,
        CaseEventKind.DUE,
        CaseEventKind.ESCALATED,
        CaseEventKind.CALLED,
    }
)
"""What is only recorded beside a case: no page grows old by it."""


def last_change(file: CaseFile, spoken: Spoken) -> str:
    """Who did what last, as a sentence: a person or the desk, or the author with another mention."""
    mentioned = max((one.mention.received_at for one in file.mentions), default=None)
    changes = [event for event in file.events if event.what not in _BESIDE]
    if changes and (mentioned is None or changes[-1].at >= mentioned):
        return spoken.happened(changes[-1])
    return spoken.say("answer.moved.mention")
