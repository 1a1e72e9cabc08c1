"""A case for tests that only need one."""

from copy import replace
from datetime import datetime
from typing import Any

from desk.cases.model import Case, CaseState
from desk.reading import Kind, Need, Urgency


def a_case(asked_at: datetime, due_at: datetime | None = None, **changes: Any) -> Case:
    """An inquiry of billing's that nobody has taken on, due when it was asked unless a time is given."""
    case = Case(
        id="7Q2M4-XD93K",
        conversation_id="1",
        author_id="7",
        author=None,
        department="billing",
        kind=Kind.INQUIRY,
        need=Need.SUPPORT,
        urgency=Urgency.NORMAL,
        lang="ko",
        state=CaseState.OPEN,
        opened_at=asked_at,
        asked_at=asked_at,
        first_due_at=due_at or asked_at,
        due_at=due_at or asked_at,
        mention_ids=("1",),
    )
    return replace(case, **changes)
