"""Finds the closest earlier answers to a question: by the index, as the tables have them now."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from desk.brand import Brand
from desk.cases.model import Case, ReplyAs
from desk.cases.store import CaseStore
from desk.errors import IndexUnavailable
from desk.posts.model import Post, PostKind, PostState
from desk.posts.store import PostStore
from desk.suggestions.index import AnswerIndex, CloseAnswer, NotAnIndex
from desk.suggestions.store import AnswerIndexes, IndexVersion
from desk.suggestions.terms import terms
from desk.text import ELLIPSIS
from desk.x.entities import without_leading_handles

_SPARE = 4
"""How many more answers are read than asked for, in case some are gone meanwhile."""
_SHORTEST_NAME = 2


class SimilarAnswer(NamedTuple):
    """An earlier answer: its words, who gave it and when, how often, and the department and kind of its case.

    The name of the person it was given to and the number of their case are places again: `{name}`, `{case}`.
    """

    text: str
    by: str
    at: datetime
    department: str
    kind: str
    times: int
    closeness: float


class Question(NamedTuple):
    """What is to be answered; `kind` is "" before it was read, `case_id` "" for a mention without a case."""

    text: str
    department: str
    kind: str
    case_id: str = ""


class SimilarAnswers:
    """Finds similar answers. The index is kept in memory as long as it holds."""

    def __init__(self, indexes: AnswerIndexes, posts: PostStore, cases: CaseStore, brand: Brand) -> None:
        self._indexes = indexes
        self._posts = posts
        self._cases = cases
        self._brand = brand
        self._loaded: tuple[IndexVersion, AnswerIndex] | None = None

    def find(self, question: Question, *, limit: int) -> Sequence[SimilarAnswer] | None:
        """The closest answers that were not removed since the index was made, the closest first; None without an index.

        Raises IndexUnavailable and StoreBusy.
        """
        index = self._index()
        if index is None:
            return None
        hits = index.closest(terms(question.text), question.department, question.kind, limit=limit + _SPARE)
        posts = self._posts.get_many([hit.post_id for hit in hits])
        cases = self._cases.get_many({post.case_id for post in posts.values() if post.case_id})
        found: dict[str, SimilarAnswer] = {}
        for hit in hits:
            post = posts.get(hit.post_id)
            case = cases.get(post.case_id or "") if post else None
            if post and case and case.id != question.case_id and is_suggested(post, case):
                answer = self._answer(hit, post, case)
                found.setdefault(answer.text, answer)
        return list(found.values())[:limit]

    def _index(self) -> AnswerIndex | None:
        version = self._indexes.current()
        if version is None:
            return None
        if self._loaded is None or self._loaded[0].name != version.name:
            try:
                self._loaded = version, AnswerIndex(self._indexes.load(version))
            except NotAnIndex:  # of another release: tonight's will do
                raise IndexUnavailable("not an index of this release") from None
        return self._loaded[1]

    def _answer(self, hit: CloseAnswer, post: Post, case: Case) -> SimilarAnswer:
        text = impersonal(answer_words(post, self._brand), case)
        return SimilarAnswer(text, post.by, post.at, hit.department, hit.kind, hit.times, hit.closeness)


def is_suggested(post: Post, case: Case) -> bool:
    """Whether an answer may be suggested for other cases.

    It is a person's public answer on X, to somebody who is neither at risk nor erased, and did not only promise one.
    """
    return (
        post.kind is PostKind.REPLY
        and post.state is PostState.PUBLISHED
        and post.continues is None
        and not (post.is_acknowledgement or post.private_message or post.text == ELLIPSIS)
        and not (post.id == case.post_id and case.reply_as is ReplyAs.HOLDING)
        and case.safety is None
        and bool(case.mention_ids)
    )


def answer_words(post: Post, brand: Brand) -> str:
    """The words of an answer, both posts of a long one, without handles before them and a department's signature."""
    text = post.text
    if post.continuation:
        text = f"{text.removesuffix(ELLIPSIS).rstrip()} {post.continuation}"
    return unsigned(without_leading_handles(text).strip(), brand)


def unsigned(text: str, brand: Brand) -> str:
    """The text without the signature of a department at its end."""
    for department in brand.departments.values():
        if department.signature and text.endswith(f" {department.signature}"):
            return text.removesuffix(department.signature).rstrip()
    return text


def impersonal(text: str, case: Case) -> str:
    """The words with places for what is the author's own."""
    own: Mapping[str, str] = {case.id: "{case}", case.author.name.strip() if case.author else "": "{name}"}
    for words, place in own.items():
        if len(words) >= _SHORTEST_NAME:
            text = text.replace(words, place)
    return text
