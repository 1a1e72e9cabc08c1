"""What the desk itself wrote into the histories of cases, in a few words."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from desk.cases.model import CaseEventKind
from local.demo.ledger import Noted

_CHASED = {
    CaseEventKind.REMINDED: "departments are reminded of what is due soon: {whose}",
    CaseEventKind.DUE: "departments are reminded of what is due now: {whose}",
    CaseEventKind.ESCALATED: "what is late goes up to the operator: {whose}",
}
_BY_HAND = {
    CaseEventKind.ANSWERED: "{case} counts as answered: somebody replied on X itself",
    CaseEventKind.PROMISED: "{case} waits on: a reply on X itself only promises an answer",
}
_ACKNOWLEDGED = "nobody is at work: the desk acknowledges {case} automatically, once"


def desk_events(noted: Sequence[Noted], departments: Mapping[str, str]) -> Iterator[tuple[datetime, str]]:
    """The reminders that were sent, the cases of one run together; external replies; acknowledgements.

    `departments` has the department by case.
    """
    runs: dict[tuple[datetime, CaseEventKind], dict[str, str]] = {}
    for one in noted:
        event = one.event
        if event.what in _CHASED:
            runs.setdefault((event.at, event.what), {})[one.case_id] = departments.get(one.case_id, "?")
        elif event.is_external_reply and event.what in _BY_HAND:
            yield event.at, _BY_HAND[event.what].format(case=one.case_id)
        elif event.what is CaseEventKind.ACKNOWLEDGED:
            yield (
                event.at,
                _ACKNOWLEDGED.format(case=one.case_id),
            )
    for (at, what), cases in runs.items():
        whose = Counter(cases.values()).most_common()
        yield at, _CHASED[what].format(whose=", ".join(f"{key} {count}" for key, count in whose))
