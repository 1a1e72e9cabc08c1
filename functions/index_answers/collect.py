"""The use case: makes the index of the answers that people gave, newest first, and lets it hold."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import batched

from desk.brand import Brand
from desk.cases.model import Case
from desk.cases.store import CaseStore
from desk.mentions.model import StoredMention
from desk.mentions.store import MentionStore
from desk.posts.model import Post, PostKind, PostState
from desk.posts.store import PostStore
from desk.reader.explain import safety_note
from desk.suggestions.index import IndexedAnswer, index_bytes
from desk.suggestions.similar import answer_words, is_suggested
from desk.suggestions.store import AnswerIndexes
from desk.suggestions.terms import terms

MOST = 20_000
"""Different answers of an index: those of years, in some 4 MB."""

OLDEST = timedelta(days=730)
"""Prices, plans and addresses of earlier answers are most likely no longer right."""

_PAGE = 100
_QUESTIONS = 20
"""An answer is indexed with the words of at most this many questions."""


@dataclass(slots=True)
class IndexReport:
    """How many answers were read, how many different ones are in the index, its bytes, and whether there was time."""

    read: int = 0
    answers: int = 0
    bytes: int = 0
    whole: bool = True


@dataclass(slots=True)
class _Gathered:
    """An answer, from its newest post on."""

    post_id: str
    department: str
    kind: str
    terms: Counter[int]
    questions: list[Counter[int]] = field(default_factory=list)
    times: int = 0

    def answer(self) -> IndexedAnswer:
        """The answer for the index; its questions count as one of usual length."""
        together = sum(self.questions, Counter[int]())
        question = Counter({term: -(-often // len(self.questions)) for term, often in together.items()})
        return IndexedAnswer(self.post_id, self.department, self.kind, self.terms, question, self.times)


class IndexAnswers:
    """Makes the index anew from the tables each night, so that what was erased or forgotten is in it no longer."""

    def __init__(
        self, posts: PostStore, cases: CaseStore, mentions: MentionStore, indexes: AnswerIndexes, brand: Brand
    ) -> None:
        self._posts = posts
        self._cases = cases
        self._mentions = mentions
        self._indexes = indexes
        self._brand = brand

    def make(self, now: datetime, has_time: Callable[[], bool]) -> IndexReport:
        """Make the index. Without time for all, it has the newest answers. Raises StoreBusy and IndexUnavailable."""
        report, gathered = IndexReport(), dict[str, _Gathered]()
        for posts in batched(self._replies(now - OLDEST), _PAGE, strict=False):
            if len(gathered) >= MOST or not has_time():
                report.whole = False
                break
            self._add(posts, gathered, report)
        answers = [each.answer() for each in list(gathered.values())[:MOST]]
        content = index_bytes(answers)
        self._indexes.publish(content, now, len(answers))
        report.answers, report.bytes = len(answers), len(content)
        return report

    def _replies(self, oldest: datetime) -> Iterator[Post]:
        """The replies on X since then, newest first."""
        cursor: str | None = None
        while True:
            page = self._posts.page(PostState.PUBLISHED, limit=_PAGE, cursor=cursor)
            for post in page.posts:
                if post.at < oldest:
                    return
                if post.kind is PostKind.REPLY and post.case_id:
                    yield post
            cursor = page.next_cursor
            if cursor is None:
                return

    def _add(self, posts: tuple[Post, ...], gathered: dict[str, _Gathered], report: IndexReport) -> None:
        cases = self._cases.get_many({post.case_id for post in posts if post.case_id})
        mentions = self._mentions.get_many({post.in_reply_to for post in posts if post.in_reply_to})
        for post in posts:
            case = cases.get(post.case_id or "")
            asked = mentions.get(post.in_reply_to or "")
            if case and is_suggested(post, case) and not (asked and safety_note([asked.mention], None)):
                report.read += 1
                self._gather(post, case, asked, gathered)

    def _gather(self, post: Post, case: Case, asked: StoredMention | None, gathered: dict[str, _Gathered]) -> None:
        words = answer_words(post, self._brand)
        key = "".join(letter for letter in words.casefold() if letter.isalnum())
        if key not in gathered:
            gathered[key] = _Gathered(post.id, case.department, case.kind, terms(words))
        one = gathered[key]
        one.times += 1
        if asked and len(one.questions) < _QUESTIONS:
            one.questions.append(terms(asked.mention.post.text))
