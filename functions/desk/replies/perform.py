"""Performs commands on cases, for every edge: loads the case, decides, and saves the change once.

The case is saved with the event of the command, which records its key, and only if it is still as it was read. Then its
reply is queued, or colleagues are notified. A command that is repeated changes nothing more; where the first time was
cut off between the case and the queue, the repetition queues the reply.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from desk.brand import Brand
from desk.cases import transitions as case_steps
from desk.cases.commands import CaseCommand, SendReply
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState
from desk.cases.outbox import gets_case
from desk.cases.store import CaseFile, CaseStore
from desk.checks.model import Finding, LookedUpForCheck, Severity
from desk.commands import RequestKey
from desk.concerned import concerns
from desk.errors import CaseMoved, StoreBusy, TopicsUnavailable
from desk.i18n import phrase
from desk.posts.commands import SubmitPost
from desk.posts.errors import PostNotAccepted, RequestReused
from desk.posts.model import Post
from desk.posts.submit import Submitted
from desk.replies.compose import not_accepted
from desk.replies.decide import decide, last_step
from desk.replies.errors import CaseNotOpened, ReplyNotPosted, ReplyRefused
from desk.replies.open import OpenedCase, OpenOutcome
from desk.replies.reply import EVERY_FINDING, CaseChange, CaseFacts, findings_before, post_again

RESEND_WITHIN = timedelta(minutes=1)
"""A repeated command may queue its reply for so long: well before the sweep reports the reply as never stored."""

_log = logging.getLogger(__name__)
_TRIES = 4
_TOLD = frozenset({CaseEventKind.DRAFTED, CaseEventKind.RETURNED, CaseEventKind.REMINDED_BY_PERSON})
"""Events of which colleagues are notified who have the case already."""


class SubmitsPosts(Protocol):
    """Stores and queues a post, as PostSubmitter does."""

    def submit(self, new: SubmitPost) -> Submitted:
        """Store the post. Raises PostNotAccepted, and StoreBusy if it is unknown whether the post is stored."""
        ...


class Handed(NamedTuple):
    """A case that a department now has, and the event by which it got it."""

    file: CaseFile
    event: CaseEvent


class NotifiesColleagues(Protocol):
    """Notifies colleagues of a person's action, as `desk.notifications.colleagues` does."""

    def handed(self, file: CaseFile, event: CaseEvent) -> None:
        """Notify the department that has the case now. Raises TopicsUnavailable, StoreBusy, ValueError."""
        ...

    def handed_together(self, handed: Sequence[Handed]) -> None:
        """Notify one department of several cases by one mail. Raises TopicsUnavailable, StoreBusy, ValueError."""
        ...

    def drafted(self, file: CaseFile) -> None:
        """Notify the operator of the draft. Raises TopicsUnavailable, StoreBusy, ValueError."""
        ...

    def asked_again(self, file: CaseFile, event: CaseEvent) -> None:
        """Notify the department whose draft came back, or that is reminded. Raises as `drafted` does."""
        ...


class Edge(NamedTuple):
    """What an edge says about itself.

    Attributes:
        now: business time.
        accepts: findings of the pre-send check with which a reply may go out; warnings also with a reason.
        api_url: the API's address, with which links in mails begin.
        later: departments that get a case are not notified, but added here, for `notify_together`.
        before_saving: is called with a change that is about to be saved; if it raises, nothing is saved. It may be
            called more than once.
        looked_up: what the pre-send check of a reply depends on.
    """

    now: datetime
    accepts: frozenset[Severity] = EVERY_FINDING
    api_url: str = ""
    later: list[Handed] | None = None
    before_saving: Callable[[CaseChange], None] | None = None
    looked_up: LookedUpForCheck = LookedUpForCheck()


class CommandDone(NamedTuple):
    """What a command did, now or when it came first.

    Attributes:
        opened: the case as it was opened, with its events; `case` is how it is now.
        event: what the case recorded.
        post: the queued reply; None for other commands, and where `unsure` says why that is unknown.
        findings: those of the pre-send check.
        not_notified: the name of the error for which colleagues were not notified; the sweep tries again.
        is_unknown_to_department: a hand-over is taken back of which the department was not notified, and never will be.
        is_view_only: only the event was recorded.
    """

    opened: OpenedCase
    case: Case
    event: CaseEvent
    post: Post | None = None
    unsure: str = ""
    findings: Sequence[Finding] = ()
    not_notified: str = ""
    is_unknown_to_department: bool = False
    is_view_only: bool = False


class CaseCommands:
    """The use case.

    `colleagues` takes the API's address, which the links in its mails begin with; None leaves it to the sweep.
    """

    def __init__(
        self,
        cases: CaseStore,
        submitter: SubmitsPosts,
        colleagues: Callable[[str], NotifiesColleagues] | None,
        brand: Brand,
    ) -> None:
        self._cases = cases
        self._submitter = submitter
        self._colleagues = colleagues
        self._brand = brand

    def perform(
        self, command: CaseCommand, opened: OpenedCase, edge: Edge, open_again: Callable[[], OpenedCase]
    ) -> CommandDone:
        """Do the command on the opened case, which is opened again where it changes meanwhile.

        Raises CommandRefused, RequestReused, StoreBusy. After StoreBusy, the same command may be given again.
        """
        with concerns(case=opened.file.case.id if opened.file else ""):
            done = self._perform(command, opened, edge, open_again)
            if not done.is_view_only:
                about = {"command": type(command).__name__, "post": done.event.post_id, "state": done.case.state}
                _log.info("a command was performed", extra=about)
            return done

    def _perform(
        self, command: CaseCommand, opened: OpenedCase, edge: Edge, open_again: Callable[[], OpenedCase]
    ) -> CommandDone:
        for _ in range(_TRIES):
            if opened.file is None:
                raise CaseNotOpened(opened)
            facts = self.facts(opened, edge)
            with suppress(CaseMoved):  # the case changed meanwhile, perhaps by this very command
                if event := event_of_request(command.key, opened.file):
                    return self._repeated(command, opened, opened.file, event, facts)
                if opened.outcome is not OpenOutcome.OPENED:
                    raise CaseNotOpened(opened)
                change = decide(command, opened.file, facts)
                if edge.before_saving:
                    edge.before_saving(change)
                done = self._saved(command, opened, opened.file, change)
                if change.post:
                    return self._sent(done, change.post)
                return done if change.is_view_only else self._notified(done, opened.file.case, edge)
            opened = open_again()
        raise StoreBusy("the case changes faster than it can be saved")

    def facts(self, opened: OpenedCase, edge: Edge) -> CaseFacts:
        """What a decision about the opened case depends on."""
        return CaseFacts(
            opened.viewer, edge.now, self._brand, opened.is_paused, opened.opted_out_at, edge.accepts, edge.looked_up
        )

    def notify_together(self, handed: Sequence[Handed], api_url: str) -> Mapping[str, str]:
        """Notify each department of its cases by one mail; the error's name by case, where the sweep tries again."""
        failures: dict[str, str] = {}
        by_department: dict[str, list[Handed]] = defaultdict(list)
        for one in handed:
            by_department[one.file.case.department].append(one)
        assert self._colleagues  # noqa: S101 - who hands over, notifies
        for theirs in by_department.values():
            try:
                self._colleagues(api_url).handed_together(theirs)
            except (TopicsUnavailable, StoreBusy, ValueError) as exc:
                failures |= {one.file.case.id: type(exc).__name__ for one in theirs}
                continue
            for one in theirs:
                with suppress(StoreBusy):  # then the sweep notifies them once more
                    self._cases.mark_sent(one.file.case, one.event)
        return failures

    def _saved(self, command: CaseCommand, opened: OpenedCase, file: CaseFile, change: CaseChange) -> CommandDone:
        """Save the change in place of the case as it was read. Raises CaseMoved."""
        if change.is_view_only:
            self._cases.record(file.case, change.event)
            return CommandDone(opened, file.case, change.event, is_view_only=True)
        after = case_steps.seen(change.after) if command.is_person else change.after
        return CommandDone(
            opened, self._cases.save(after, file.case, change.event), change.event, findings=change.findings
        )

    def _sent(self, done: CommandDone, post: SubmitPost) -> CommandDone:
        """Queue the reply of the saved case, for the first time or again.

        Raises ReplyRefused, and CaseMoved if the case has recorded another outcome meanwhile.
        """
        try:
            submitted = self._submitter.submit(post)
        except PostNotAccepted as exc:
            refused = not_accepted(exc, "text")
            why = phrase(self._brand.language, f"answer.problem.{refused.problem}", **exc.values)
            not_said = done.event._replace(what=CaseEventKind.NOT_SAID, by="", text=why)
            case = self._back_to_draft(done.case, not_said)
            raise ReplyRefused(refused, _with_events(done.opened, case, done.event, not_said)) from None
        except StoreBusy as exc:
            return done._replace(unsure=f"StoreBusy: {exc}")
        return done._replace(post=submitted.post)

    def _back_to_draft(self, case: Case, event: CaseEvent) -> Case:
        """The case waiting again, also if it changed meanwhile. Raises CaseMoved if it has recorded the outcome."""
        for _ in range(_TRIES):
            with suppress(CaseMoved):
                return self._cases.save(case_steps.reply_not_posted(case, event.text), case, event)
            now = self._cases.get(case.id)
            if now is None or not _waits_for(event, now):
                break
            case = now
        raise CaseMoved(case.id)

    def _notified(self, done: CommandDone, before: Case, edge: Edge) -> CommandDone:
        """Notify the people concerned, if any. If that fails, the sweep tries again."""
        event = done.event
        is_handed = gets_case(done.case, before, event)
        file = _with_events(done.opened, done.case)
        if is_handed and edge.later is not None:
            edge.later.append(Handed(file, event))
            return done
        if event.what is CaseEventKind.TAKEN_BACK:
            return done._replace(is_unknown_to_department=not self._was_notified(done.opened))
        if self._colleagues is None or not (is_handed or event.what in _TOLD):
            return done
        colleagues = self._colleagues(edge.api_url)
        try:
            match event.what:
                case CaseEventKind.DRAFTED:
                    colleagues.drafted(file)
                case CaseEventKind.RETURNED | CaseEventKind.REMINDED_BY_PERSON:
                    colleagues.asked_again(file, event)
                case _:
                    colleagues.handed(file, event)
        except (TopicsUnavailable, StoreBusy, ValueError) as exc:
            return done._replace(not_notified=type(exc).__name__)
        with suppress(StoreBusy):  # then the sweep notifies them once more
            self._cases.mark_sent(done.case, event)
        return done

    def _repeated(
        self, command: CaseCommand, opened: OpenedCase, file: CaseFile, event: CaseEvent, facts: CaseFacts
    ) -> CommandDone:
        """What the command did the first time. A reply that was saved but not queued is queued now."""
        done = CommandDone(opened, file.case, event, is_view_only=event.what is CaseEventKind.UNMASKED)
        if isinstance(command, SendReply):
            done = done._replace(findings=findings_before(command, file, event, facts))
        if not isinstance(command, SendReply) or not _waits_for(event, file.case):
            notifies = self._colleagues is not None and command.seen is not None
            is_pending = notifies and self._cases.is_unsent(file.case._replace(version=(command.seen or 0) + 1), event)
            return done._replace(not_notified="in the outbox" if is_pending else "")
        is_unchanged = event.post_id == f"reply-{file.case.id}-{file.case.version - 1}"
        is_new = facts.now - event.at < RESEND_WITHIN
        post = post_again(command, file, event, facts) if is_unchanged and is_new else None
        return self._sent(done, post) if post else done._replace(unsure="queued before")

    def _was_notified(self, opened: OpenedCase) -> bool:
        """Whether the department was notified that it has the case; it is told again where nobody knows."""
        assert opened.file  # noqa: S101 - a command was done on it
        handed = last_step(opened.file)
        try:
            return handed is None or not self._cases.is_unsent(opened.file.case, handed)
        except StoreBusy:
            return True


def event_of_request(key: RequestKey, file: CaseFile) -> CaseEvent | None:
    """What the request of this key did; None for a new one.

    Raises RequestReused for an id that came with another content, ReplyNotPosted if its reply was not posted.
    """
    event = next((event for event in file.events if key.is_of(event.request)), None)
    if event is None:
        return None
    if event.request != key.recorded:
        raise RequestReused
    if event.post_id:
        ended = (CaseEventKind.NOT_SAID, CaseEventKind.UNDONE)
        for each in file.events:
            if each.post_id == event.post_id and each.what in ended:
                raise ReplyNotPosted(each.text)
    return event


def _waits_for(event: CaseEvent, case: Case) -> bool:
    """Whether the case still waits for the outcome of the reply that the event queued."""
    return case.state is CaseState.QUEUED and case.post_id == event.post_id


def _with_events(opened: OpenedCase, case: Case, *events: CaseEvent) -> CaseFile:
    """The file of an opened case after these events, without another read."""
    assert opened.file  # noqa: S101 - a command was done on it
    return opened.file._replace(case=case, events=[*opened.file.events, *events])
