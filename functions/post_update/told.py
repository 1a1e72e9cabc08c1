"""The use case: a case hears what became of the reply that it sent on its way."""

from collections.abc import Callable
from datetime import datetime

from desk.brand import Brand
from desk.case import Case
from desk.errors import CaseMoved
from desk.ports.cases import CaseFile, CaseStore
from desk.post import FINAL, Post, PostState
from post_update.came_of import News, loss_of, news_of

_TRIES = 4


class CaseHears:
    """Tells cases of their replies, each once, in whatever order and however often it is called.

    Only a case that waits for this very reply changes its state. One that was closed, handed over or opened again
    meanwhile stays as people and mentions have made it, and just records what became of the reply.
    """

    def __init__(self, cases: CaseStore, brand: Brand) -> None:
        self._cases = cases
        self._brand = brand

    def hear(self, post: Post) -> bool:
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

    def never_stored(self, case: Case, now: datetime) -> bool:
        """Whether the case, for whose reply no post was found, waits again now; raises as `hear` does.

        Whoever has just sent the reply on its way may be about to store it: then nothing happens yet.
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
