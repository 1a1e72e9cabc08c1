"""What a run of reminders did, and what it must try again."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from desk.case_event import CaseEventKind
from route_inquiry.steps import failure_of


@dataclass(slots=True)
class ChaseReport:
    """How many cases were told of, by stage; `mails` sent; `put_off` cases that the next run tells of."""

    told: dict[CaseEventKind, int] = field(default_factory=lambda: defaultdict(int))
    mails: int = 0
    put_off: int = 0
    failures: dict[str, str] = field(default_factory=dict)
    """Why something must be tried again: by `case#<id>`, by `department#<key>` or `topic#<key>` for all of its cases,
    by `subscribers` for everything."""


@contextmanager
def kept(report: ChaseReport, part: str) -> Iterator[None]:
    """A failure of this part is reported, and the others go on."""
    try:
        yield
    except Exception as exc:  # noqa: BLE001 - neither a case nor a department may cost the others their reminder
        report.failures[part] = failure_of(exc)
