"""A desk whose people have answered, with the index of their answers, in memory."""

from collections.abc import Mapping
from copy import replace
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from desk.brand import Brand
from desk.cases.model import Case, CaseState
from desk.mentions.model import RoutingOutcome, Stage, StoredMention
from desk.posts.model import Post, PostKind, PostState
from desk.suggestions.similar import Question, SimilarAnswer, SimilarAnswers
from desk.x.model import Author
from index_answers.collect import IndexAnswers, IndexReport
from tests.fakes.cases import FakeCases
from tests.fakes.mentions import FakeMentions
from tests.fakes.posts import FakePosts
from tests.fakes.suggestions import FakeAnswerIndexes
from tests.unit.posts.scene import a_post
from tests.unit.replies.scene import CASE, NOW, READING, brand_with, mention

NIGHT = NOW + timedelta(hours=16)


@dataclass
class AnsweredDesk:
    """Answers on X with their cases and mentions; each `answered` adds one, a minute after the one before."""

    brand: Brand = field(default_factory=lambda: brand_with(signature="^요금팀"))
    posts: FakePosts = field(default_factory=FakePosts)
    cases: FakeCases = field(default_factory=FakeCases)
    mentions: FakeMentions = field(default_factory=FakeMentions)
    indexes: FakeAnswerIndexes = field(default_factory=FakeAnswerIndexes)
    number: int = 500

    def answered(self, question: str, answer: str, case: Mapping[str, Any] = {}, **post: Any) -> Post:
        """An answer that is on X; a question of "" is one whose words are forgotten."""
        self.number += 1
        mention_id, case_id = str(self.number), f"{self.number:05}-00000"
        at = NOW - timedelta(days=1) + timedelta(minutes=self.number)
        author = Author(mention_id, f"user{mention_id}", f"이름{mention_id}")
        of_case = replace(CASE, id=case_id, mention_ids=(mention_id,), author=author, state=CaseState.ANSWERED)
        self.cases.cases[case_id] = replace(of_case, **case)
        if question:
            one = mention(self.number, question)
            outcome = RoutingOutcome(READING, None, case_id)
            self.mentions.stored[mention_id] = StoredMention(one.mention, Stage.NOTHING, outcome)
        about = {"id": f"reply-{case_id}-1", "case_id": case_id, "in_reply_to": mention_id, "kind": PostKind.REPLY}
        on_x = {"state": PostState.PUBLISHED, "by": "박지민", "at": at, "x_id": f"9{mention_id}"}
        made = a_post(**{"text": answer, **about, **on_x, **post})
        self.posts.put(made)
        return made

    def case_of(self, post: Post) -> Case:
        return self.cases.cases[post.case_id or ""]

    @property
    def maker(self) -> IndexAnswers:
        return IndexAnswers(self.posts, self.cases, self.mentions, self.indexes, self.brand)

    def index(self, now: datetime = NIGHT) -> IndexReport:
        return self.maker.make(now, lambda: True)

    @property
    def similar(self) -> SimilarAnswers:
        return SimilarAnswers(self.indexes, self.posts, self.cases, self.brand)

    def found(self, text: str, department: str = "billing", **more: Any) -> list[SimilarAnswer]:
        answers = self.similar.find(Question(text, department, "inquiry", **more), limit=5)
        assert answers is not None
        return list(answers)

    def texts(self, text: str, department: str = "billing") -> list[str]:
        return [answer.text for answer in self.found(text, department)]
