"""Marks as seen what people open."""

from aws_lambda_powertools import Logger

from desk.cases.model import Case
from desk.cases.store import CaseStore
from desk.errors import StoreBusy
from desk.mentions.seen import SeenMentions
from operator_console.app import Right, Visit, may
from operator_console.items.opened_item import OpenedItem


class SeenMarks:
    """Marks what people open."""

    def __init__(self, seen: SeenMentions, cases: CaseStore, logger: Logger) -> None:
        self._seen = seen
        self._cases = cases
        self._logger = logger

    def opened(self, visit: Visit, item: OpenedItem) -> None:
        """Mark the mentions of what the person opened. A viewer marks nothing."""
        self.saw(visit, item.case.mention_ids if item.case else (item.key.removeprefix("m"),), item.case)

    def saw(self, visit: Visit, mention_ids: tuple[str, ...], case: Case | None) -> None:
        """Mark these mentions, and that the case was opened.

        A busy table keeps nobody from reading: they stay unseen until the next time.
        """
        if not may(visit.person, Right.DRAFT):
            return
        try:
            if case:
                self._cases.mark_opened(case)
            self._seen.mark_seen(mention_ids, visit.person.name, visit.now)
        except StoreBusy:
            self._logger.warning("opened mentions could not be marked as seen")
