"""The filters of a list: in its address, as a choice of rows, and as the chips above the list."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from desk.cases.inbox import InboxFilter
from desk.reading import Urgency
from operator_console.app import ROOT, Visit
from operator_console.shell.bar import QueueName, visible_to
from operator_console.shell.snapshot import Listing

TODAY = "today"
"""The one value of the filter by promises."""


class Choice(NamedTuple):
    """The filters of a URL. `urgent` over all queues is a list of its own; `spike` has the reports of that spike."""

    department: str | None = None
    day: date | None = None
    mine: bool = False
    urgent: bool = False
    promised: bool = False
    label: str | None = None
    spike: str | None = None

    @property
    def query(self) -> str:
        """The filters as a query string."""
        pairs = {
            "department": self.department,
            "day": self.day.isoformat() if self.day else None,
            "mine": "1" if self.mine else None,
            "urgent": "1" if self.urgent else None,
            "promised": TODAY if self.promised else None,
            "label": self.label,
            "spike": self.spike,
        }
        return urlencode({name: value for name, value in pairs.items() if value})


class Chip(NamedTuple):
    """A filter that one press sets or takes away: its word, where it leads, and how many rows it leaves, if known."""

    key: str
    href: str
    number: str
    is_chosen: bool


def choice_of(visit: Visit) -> Choice:
    """The filters of the URL; a department that the person does not see, or a day that is none, filters nothing."""
    query = visit.request.query
    department = query.get("department") or None
    try:
        day = date.fromisoformat(query.get("day", ""))
    except ValueError:
        day = None
    return Choice(
        department=department if department and visit.person.sees(department) else None,
        day=day,
        mine=query.get("mine") == "1",
        urgent=query.get("urgent") == "1",
        promised=query.get("promised") == TODAY,
        label=query.get("label") or None,
        spike=(query.get("spike") or None) if visit.params.get("queue") == QueueName.ALL else None,
    )


def chosen_rows(visit: Visit, choice: Choice, zone: ZoneInfo) -> InboxFilter:
    """The rows that the filters leave. Due on a day means due by its end; what is overdue counts to today."""
    departments = frozenset({choice.department}) if choice.department else visible_to(visit.person).departments
    today = visit.now.astimezone(zone).date()
    return InboxFilter(
        departments=departments,
        holder=visit.person.name if choice.mine else None,
        due_from=midnight(choice.day, zone) if choice.day and choice.day > today else None,
        due_before=midnight(choice.day + timedelta(days=1), zone) if choice.day else None,
        urgency=Urgency.HIGH if choice.urgent else None,
        promised_before=midnight(today + timedelta(days=1), zone) if choice.promised else None,
        label=choice.label,
    )


def is_pressing(queue: QueueName, choice: Choice) -> bool:
    """Whether the list is what is urgent in all queues, which also has what is on its way to X."""
    return choice.urgent and queue is QueueName.ALL


def listing_of(visit: Visit, queue: QueueName, zone: ZoneInfo) -> Listing | None:
    """The list that the URL names; None for the reports of a spike, of which no queue has the rows."""
    choice = choice_of(visit)
    if choice.spike:
        return None
    return Listing(queue, chosen_rows(visit, choice, zone), is_pressing=is_pressing(queue, choice))


def chips_of(visit: Visit, queue: QueueName, numbers: Mapping[str, str], zone: ZoneInfo) -> tuple[Chip, ...]:
    """The chips of a queue, with the numbers of the snapshot as far as it has them."""
    choice, today = choice_of(visit), visit.now.astimezone(zone).date()
    chosen = {"urgent": choice.urgent, "due": choice.day == today, "mine": choice.mine}
    toggled = {
        "urgent": choice._replace(urgent=not choice.urgent),
        "due": choice._replace(day=None if choice.day == today else today),
        "mine": choice._replace(mine=not choice.mine),
    }
    path = f"{ROOT}/inbox/{queue}"
    parts = (Chip(key, _address(path, toggled[key]), numbers.get(f"chip:{key}", ""), chosen[key]) for key in chosen)
    return (Chip("all", path, "", not choice.query), *parts)


def _address(path: str, choice: Choice) -> str:
    return f"{path}?{choice.query}" if choice.query else path


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When the day begins."""
    return datetime.combine(day, time(), zone)
