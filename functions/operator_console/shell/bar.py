"""The queues of the inbox, and what of them a person sees."""

from enum import StrEnum

from desk.cases.inbox import EVERYTHING, InboxFilter
from desk.cases.model import Queue
from desk.staff.model import Person, Role


class QueueName(StrEnum):
    """The queues as URLs name them, in their order."""

    TO_ANSWER = "to_answer"
    TO_REVIEW = "to_review"
    AT_DEPARTMENT = "at_department"
    PRIVATE = "private"
    TO_READ = "to_read"
    SNOOZED = "snoozed"
    HEARD = "heard"
    ALL = "all"

    @property
    def case_queues(self) -> tuple[Queue, ...]:
        """The queues of cases that it shows; none for the mentions to read and what was heard."""
        if self in (QueueName.TO_READ, QueueName.HEARD):
            return ()
        return tuple(Queue) if self is QueueName.ALL else (Queue(self.value),)


def sees_all(person: Person) -> bool:
    """Whether the person sees every department's cases, and the mentions that no department gets."""
    return person.role is not Role.DEPARTMENT


def visible_to(person: Person) -> InboxFilter:
    """The rows that the person sees."""
    return EVERYTHING if sees_all(person) else InboxFilter(departments=person.departments)


def queues_of(person: Person, *, listens: bool) -> tuple[QueueName, ...]:
    """The queues that the person has; `listens` is whether desk.yaml has something to listen for."""
    without = set[QueueName]() if listens else {QueueName.HEARD}
    if not sees_all(person):
        without |= {QueueName.TO_READ, QueueName.HEARD}
    return tuple(name for name in QueueName if name not in without)
