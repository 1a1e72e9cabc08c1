"""What came of a reply, as news for its case: pure functions."""

from collections.abc import Callable
from datetime import datetime, timedelta

from desk.brand import Brand
from desk.cases.model import WAITING, Case, CaseEvent, CaseEventKind, CaseState, ReplyAs
from desk.cases.store import CaseFile, CaseMention, CaseStore
from desk.cases.transitions import asked_again, not_said, said, said_by_hand, waited_since
from desk.errors import CaseMoved
from desk.mentions.model import Mention
from desk.posts.model import FINAL, Post, PostReason, PostState

NOT_STORED = "not_stored"
"""Why a reply was not said that never became a post; like a post's reasons a key below `post.reason.`."""
REST = "rest"
"""Only the first part of a reply stands; `rest.<reason>` is why the second does not. Keys below `post.reason.`, too."""

_STORED_BY = timedelta(minutes=5)
"""A sender has stored its post by then, or never will."""
_SAID = {
    ReplyAs.ANSWER: CaseEventKind.ANSWERED,
    ReplyAs.HOLDING: CaseEventKind.PROMISED,
    ReplyAs.PRIVATE: CaseEventKind.MOVED,
}
_STANDS = frozenset(_SAID.values())
_ENDS = _STANDS | {CaseEventKind.NOT_SAID}

type News = tuple[Case, CaseEvent]
"""The case as it shall be, and what happened."""


def news_of(post: Post, file: CaseFile, brand: Brand) -> News | None:
    """What the post means for the case; None when it knows that already."""
    stands, case = post.state is PostState.PUBLISHED, file.case
    event = _said_event(post, file) if stands else _not_said_event(post)
    if case.state is CaseState.QUEUED and case.post_id == post.id:
        return (_answered(file, post, brand) if stands else _unsaid(file, post)), event
    known = {each.what for each in file.events if each.post_id == post.id}
    return None if known & (_STANDS if stands else _ENDS) else (case, event)


def loss_of(file: CaseFile, seen: Case, now: datetime) -> News | None:
    """What it means for the case as it was seen that its reply is no post; None where it may just be being stored."""
    case = file.case
    if case.state is not CaseState.QUEUED or case.post_id != seen.post_id or now - _queued_at(file) <= _STORED_BY:
        return None
    return _waiting_again(file, case), CaseEvent(CaseEventKind.NOT_SAID, now, "", NOT_STORED, post_id=case.post_id)


def _answered(file: CaseFile, post: Post, brand: Brand) -> Case:
    """The reply answers the mention under which it stands and what was asked before, nothing that has come in since.

    An answered case to which somebody came back is opened by routing; so is this one, in either order.
    """
    after, since, by_hand = said(file.case, post.at), _queued_at(file), _by_hand_at(file)
    if after.state in WAITING:
        return after
    for mention, reading in file.mentions:
        is_answered = by_hand is not None and mention.post.created_at <= by_hand
        if reading and reading.opens_case and not is_answered and _was_unseen(mention, post, since):
            after = asked_again(after, mention, reading, brand)
    return after


def _by_hand_at(file: CaseFile) -> datetime | None:
    """When somebody last answered on X itself."""
    by_hand = (each.at for each in file.events if each.is_by_hand and each.what is CaseEventKind.ANSWERED)
    return max(by_hand, default=None)


def _was_unseen(mention: Mention, post: Post, since: datetime) -> bool:
    """Whether nobody who answered had seen it: it came in since then, or was written after what the post answers."""
    answered = post.in_reply_to or ""
    if mention.id == answered:
        return False  # whatever the clocks of two machines say
    return mention.received_at > since or (len(mention.id), mention.id) > (len(answered), answered)


def _came_in_part(post: Post) -> bool:
    """Whether only the first part of a reply came to stand."""
    return post.state is not PostState.PUBLISHED and post.x_id is not None


def _unsaid(file: CaseFile, post: Post) -> Case:
    """What does not stand on X waits as the draft: the second part alone, unless the first one was deleted there."""
    case = file.case
    if case.draft and post.continuation and _came_in_part(post) and post.reason is not PostReason.GONE:
        case = case._replace(draft=case.draft._replace(text=post.continuation))
    return _waiting_again(file, case)


def _waiting_again(file: CaseFile, case: Case) -> Case:
    """The case without its reply; one that was answered on X itself meanwhile waits for nothing but what came since."""
    by_hand = _by_hand_at(file)
    was_answered = any(each.is_by_hand and each.asked_at == case.asked_at for each in file.events)
    if by_hand is None or not was_answered or any(_asks_after(each, by_hand) for each in file.mentions):
        return not_said(case)
    return said_by_hand(case, ReplyAs.ANSWER, by_hand)


def _asks_after(each: CaseMention, moment: datetime) -> bool:
    return bool(each.reading and each.reading.opens_case and each.mention.post.created_at > moment)


def _queued_at(file: CaseFile) -> datetime:
    """Since when the case's reply is on its way; a case without a word of that is as old as itself."""
    of_it = (each for each in file.events if each.post_id == file.case.post_id)
    return max((each.at for each in of_it if each.what is CaseEventKind.QUEUED), default=file.case.opened_at)


def _said_event(post: Post, file: CaseFile) -> CaseEvent:
    case = file.case
    what = _SAID[case.reply_as if case.post_id == post.id else ReplyAs.ANSWER]
    asked_at = None if what is CaseEventKind.PROMISED else waited_since(case, file.events)
    event = CaseEvent(what, post.at, post.by, post.text, case.department, post_id=post.id, asked_at=asked_at)
    return event._replace(x_id=post.x_id)


def _not_said_event(post: Post) -> CaseEvent:
    why: str = post.reason or PostReason.NOT_ACCEPTED  # never X's own words: the catalogue knows the reasons
    if _came_in_part(post):
        why = f"{REST}.{post.reason}" if post.reason else REST
    return CaseEvent(CaseEventKind.NOT_SAID, post.at, "", str(why), post_id=post.id)


_TRIES = 4


class ReplyOutcomes:
    """Tells cases of their replies, each once, in whatever order and however often it is called.

    Only a case that waits for this very reply changes its state. One that was closed, handed over or opened again
    meanwhile stays as people and mentions have made it, and just records what became of the reply.
    """

    def __init__(self, cases: CaseStore, brand: Brand) -> None:
        self._cases = cases
        self._brand = brand

    def on_finished(self, post: Post) -> bool:
        """Whether the post's case learned something; a post that is no case's, or not at its end, is no news.

        Neither is one part of a reply in two: the case hears of the whole (see `whole`), once what becomes of it is
        known. Raises StoreBusy, and CaseMoved after bounded tries.
        """
        if post.case_id is None or post.state not in FINAL or _is_part(post):
            return False
        return self._record(post.case_id, lambda file: news_of(post, file, self._brand))

    def is_unwanted(self, post: Post) -> bool:
        """Whether this is an automatic reply to a case in which somebody may be in danger by now. Raises StoreBusy."""
        case = self._cases.get(post.acknowledges) if post.acknowledges else None
        return case is not None and case.danger

    def on_never_stored(self, case: Case, now: datetime) -> bool:
        """Whether the case, for whose reply no post was found, waits again now; raises as `on_finished` does.

        The sender may be about to store the reply: then nothing happens yet.
        """
        return self._record(case.id, lambda file: loss_of(file, case, now))

    def _record(self, case_id: str, learns: Callable[[CaseFile], News | None]) -> bool:
        for _ in range(_TRIES):
            file = self._cases.file(case_id)
            news = learns(file) if file else None
            if file is None or news is None:
                return False
            after, event = news
            try:
                self._cases.save(after, file.case, event)
            except CaseMoved:
                continue
            return True
        raise CaseMoved(f"{case_id} moved {_TRIES} times while it should hear of its reply")


def _is_part(post: Post) -> bool:
    """Whether it is only the beginning or the end of a reply."""
    return post.continues is not None or (post.state is PostState.PUBLISHED and post.continuation is not None)
