"""The use case: a case hears what became of the reply that it sent on its way."""

from collections.abc import Callable
from datetime import datetime, timedelta

from desk.case import WAITING, Case, CaseState, ReplyAs
from desk.case_event import CaseEvent, CaseEventKind
from desk.case_steps import not_said, said, waited_since
from desk.errors import CaseMoved
from desk.ports.cases import CaseFile, CaseMention, CaseStore
from desk.post import FINAL, Post, PostReason, PostState

NOT_STORED = "not_stored"
"""Why a reply was not said that never became a post; like a post's reasons a key below `post.reason.`."""
REST = "rest"
"""Only the first part of a reply stands; `rest.<reason>` is why the second does not. Keys below `post.reason.`, too."""

_TRIES = 4
_STORED_BY = timedelta(minutes=5)
"""Whoever sends a reply on its way has stored the post by then, or never will."""
_SAID = {
    ReplyAs.ANSWER: CaseEventKind.ANSWERED,
    ReplyAs.HOLDING: CaseEventKind.PROMISED,
    ReplyAs.PRIVATE: CaseEventKind.MOVED,
}
_STANDS = frozenset(_SAID.values())
_ENDS = _STANDS | {CaseEventKind.NOT_SAID}

type _News = tuple[Case, CaseEvent]
"""The case as it shall be, and what happened."""


class CaseHears:
    """Tells cases of their replies, each once, in whatever order and however often it is called.

    Only a case that waits for this very reply changes its state. One that was closed, handed over or opened again
    meanwhile stays as people and mentions have made it, and just records what became of the reply.
    """

    def __init__(self, cases: CaseStore) -> None:
        self._cases = cases

    def hear(self, post: Post) -> bool:
        """Whether the post's case learned something; a post that is no case's, or not at its end, is no news.

        Neither is one part of a reply in two: the case hears of the whole (see `whole`), once what becomes of it is
        known. Raises StoreBusy, and CaseMoved after bounded tries.
        """
        if post.case_id is None or post.state not in FINAL or _is_part(post):
            return False
        return self._record(post.case_id, lambda file: _news_of(post, file))

    def never_stored(self, case: Case, now: datetime) -> bool:
        """Whether the case, for whose reply no post was found, waits again now; raises as `hear` does.

        Whoever has just sent the reply on its way may be about to store it: then nothing happens yet.
        """
        return self._record(case.id, lambda file: _loss_of(file, case, now))

    def _record(self, case_id: str, news_of: Callable[[CaseFile], _News | None]) -> bool:
        for _ in range(_TRIES):
            file = self._cases.file(case_id)
            news = news_of(file) if file else None
            if file is None or news is None:
                return False
            after, event = news
            try:
                self._cases.save(after, file.case, event)
            except CaseMoved:
                continue
            return True
        raise CaseMoved(f"{case_id} moved {_TRIES} times while it should hear of its reply")


def _news_of(post: Post, file: CaseFile) -> _News | None:
    """What the post means for the case; None when it knows that already."""
    stands, case = post.state is PostState.PUBLISHED, file.case
    event = _said_event(post, file) if stands else _not_said_event(post)
    if case.state is CaseState.QUEUED and case.post_id == post.id:
        return (_answered(file, post) if stands else _unsaid(case, post)), event
    known = {each.what for each in file.events if each.post_id == post.id}
    return None if known & (_STANDS if stands else _ENDS) else (case, event)


def _loss_of(file: CaseFile, seen: Case, now: datetime) -> _News | None:
    case = file.case
    if case.state is not CaseState.QUEUED or case.post_id != seen.post_id or now - _queued_at(file) <= _STORED_BY:
        return None
    return not_said(case), CaseEvent(CaseEventKind.NOT_SAID, now, "", NOT_STORED, post_id=case.post_id)


def _answered(file: CaseFile, post: Post) -> Case:
    """The reply answers the mention under which it stands and what was asked before, nothing that has come in since.

    An answered case to which somebody came back is opened by routing; so is this one, whoever came first.
    """
    after, since = said(file.case), _queued_at(file)
    asked_since = any(
        each.reading and each.reading.opens_case and (each.mention.received_at > since or _is_younger(each, post))
        for each in file.mentions
    )
    reopens = asked_since and after.state not in WAITING
    return after._replace(state=CaseState.OPEN, post_id=None, promised_until=None) if reopens else after


def _is_younger(mention: CaseMention, post: Post) -> bool:
    """Whether it was written after what the post answers: then nobody who answered had seen it."""
    answered = post.in_reply_to or ""
    return (len(mention.mention.id), mention.mention.id) > (len(answered), answered)


def _is_part(post: Post) -> bool:
    """Whether it is only the beginning or the end of a reply."""
    return post.continues is not None or (post.state is PostState.PUBLISHED and post.continuation is not None)


def _came_in_part(post: Post) -> bool:
    """Whether only the first part of a reply came to stand."""
    return post.state is not PostState.PUBLISHED and post.x_id is not None


def _unsaid(case: Case, post: Post) -> Case:
    """What does not stand on X waits as the draft: the second part alone, unless the first one was deleted there."""
    if case.draft and post.continuation and _came_in_part(post) and post.reason is not PostReason.GONE:
        case = case._replace(draft=case.draft._replace(text=post.continuation))
    return not_said(case)


def _queued_at(file: CaseFile) -> datetime:
    """Since when the case's reply is on its way; a case without a word of that is as old as itself."""
    of_it = (each for each in file.events if each.post_id == file.case.post_id)
    return max((each.at for each in of_it if each.what is CaseEventKind.QUEUED), default=file.case.opened_at)


def _said_event(post: Post, file: CaseFile) -> CaseEvent:
    case = file.case
    what = _SAID[case.reply_as if case.post_id == post.id else ReplyAs.ANSWER]
    asked_at = None if what is CaseEventKind.PROMISED else waited_since(case, file.events)
    return CaseEvent(what, post.at, post.by, post.text, case.department, post_id=post.id, asked_at=asked_at)


def _not_said_event(post: Post) -> CaseEvent:
    why = post.reason or post.detail or post.state
    if _came_in_part(post):
        why = f"{REST}.{post.reason}" if post.reason else REST
    return CaseEvent(CaseEventKind.NOT_SAID, post.at, "", str(why), post_id=post.id)
