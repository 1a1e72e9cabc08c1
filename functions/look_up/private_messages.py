"""Finds what authors wrote privately after a reply asked them to, and links it to their cases.

Each run asks X for the newest message first, which costs next to nothing where there is no new one. Messages of other
people are not stored. X shows no encrypted conversations.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState
from desk.cases.private_messages import PrivateMessages
from desk.cases.store import CaseStore
from desk.cases.transitions import wrote_privately
from desk.concerned import concerns
from desk.errors import BadRequest, BreakerOpen, CaseMoved, SettingsError, XError
from desk.x.look_ups import LookUpProblem
from desk.x.message_walk import MessageWalk, MessageWalkStore
from desk.x.model import DirectMessage, MessagePage, Usage, XLookUps
from look_up.problems import refusal_of

_log = logging.getLogger(__name__)

PAGE = 10
"""Messages that are read at once; their highest price is reserved in the budget before."""

MOST_PAGES = 3
"""Pages of a run. A longer way is gone on with by the next run: X takes 15 calls in a quarter of an hour."""

_CASES = 100
_MOST_CASES = 1_000
_TRIES = 3


@dataclass(slots=True)
class MessagesReport:
    """The outcome of a run: `found` messages belong to cases. `problem` says why it ended early."""

    cases: int = 0
    found: int = 0
    problem: LookUpProblem | None = None
    usage: Usage = field(default_factory=Usage)


class _Ended(Exception):
    """The run ends here for this reason; the next one goes on."""

    def __init__(self, problem: LookUpProblem) -> None:
        super().__init__(problem)
        self.problem = problem


class PrivateMessageReader:
    """Reads private messages while there are cases that were moved to a private conversation."""

    def __init__(  # noqa: PLR0913 - what it works with, each named
        self,
        x: XLookUps,
        cases: CaseStore,
        messages: PrivateMessages,
        walks: MessageWalkStore,
        *,
        user_id: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._x = x
        self._cases = cases
        self._messages = messages
        self._walks = walks
        self._user_id = user_id
        self._clock = clock

    def read(self) -> MessagesReport:
        """Read what is new. Raises StoreBusy: the next run reads the same again, which changes nothing."""
        report = MessagesReport()
        moved = self._moved_cases()
        report.cases = sum(map(len, moved.values()))
        if not moved:
            return report
        try:
            self._walk(moved, report)
        except _Ended as exc:
            report.problem = exc.problem
        return report

    def _walk(self, moved: Mapping[str, Sequence[Case]], report: MessagesReport) -> None:
        walk = self._walks.load()
        if walk.token is None:
            newest = next(iter(self._page(1, None, report).messages), None)
            if newest is None or newest.id == walk.known:
                return
            walk = walk._replace(first=newest.id)
        for _ in range(MOST_PAGES):
            try:
                page = self._page(PAGE, walk.token, report)
            except BadRequest:
                self._walks.save(walk._replace(token=None))  # the token is no longer valid: from the newest one again
                raise _Ended(LookUpProblem.UNAVAILABLE) from None
            is_end = self._link(page, walk, moved, report)
            walk = MessageWalk(known=walk.first) if is_end else walk._replace(token=page.next_token)
            self._walks.save(walk)
            if is_end:
                return

    def _link(
        self, page: MessagePage, walk: MessageWalk, moved: Mapping[str, Sequence[Case]], report: MessagesReport
    ) -> bool:
        """Link the page's new messages to their cases; whether the walk has reached what is known or of no use."""
        oldest = min(_moved_at(case) for cases in moved.values() for case in cases)
        for message in page.messages:
            if (walk.known and int(message.id) <= int(walk.known)) or message.created_at < oldest:
                return True
            report.found += self._link_message(message, moved)
        return page.next_token is None

    def _link_message(self, message: DirectMessage, moved: Mapping[str, Sequence[Case]]) -> bool:
        others = message.participant_ids - {self._user_id}
        if self._user_id not in message.participant_ids or len(others) != 1:
            return False
        cases = [case for case in moved.get(next(iter(others)), ()) if _moved_at(case) <= message.created_at]
        if not cases:
            return False
        case, is_ours = max(cases, key=_moved_at), message.sender_id == self._user_id
        with concerns(case=case.id):
            self._messages.add(case.id, message, is_ours=is_ours)
            if not is_ours:
                self._mark(case, message.created_at)
            _log.info("a private message belongs to the case", extra={"by": "us" if is_ours else "the author"})
        return True

    def _mark(self, case: Case, at: datetime) -> None:
        """Let the case say when its author last wrote. People may change it meanwhile."""
        current: Case | None = case
        for _ in range(_TRIES):
            if current is None or current.state is not CaseState.MOVED:
                return
            if current.wrote_privately_at and current.wrote_privately_at >= at:
                return
            try:
                self._cases.save(
                    wrote_privately(current, at), current, CaseEvent(CaseEventKind.WROTE_PRIVATELY, at, "")
                )
            except CaseMoved:
                current = self._cases.get(case.id)
            else:
                return
        raise _Ended(LookUpProblem.UNAVAILABLE)

    def _page(self, limit: int, token: str | None, report: MessagesReport) -> MessagePage:
        try:
            return self._x.private_messages(limit=limit, page_token=token)
        except BadRequest:
            raise
        except (XError, BreakerOpen, SettingsError) as exc:
            raise _Ended(refusal_of(exc, self._clock()).problem) from exc
        finally:
            usage = self._x.take_usage()
            report.usage = Usage(report.usage.calls + usage.calls, report.usage.micro_usd + usage.micro_usd)

    def _moved_cases(self) -> dict[str, list[Case]]:
        """The cases in private conversations, by author."""
        found: dict[str, list[Case]] = defaultdict(list)
        for case in self._pages_of_cases():
            found[case.author_id].append(case)
        return found

    def _pages_of_cases(self) -> Iterator[Case]:
        cursor: str | None = None
        for _ in range(_MOST_CASES // _CASES):
            page = self._cases.page([CaseState.MOVED], limit=_CASES, cursor=cursor)
            yield from page.cases
            cursor = page.next_cursor
            if cursor is None:
                return


def _moved_at(case: Case) -> datetime:
    """When a reply invited the author to a private message."""
    return case.answered_at or case.asked_at
