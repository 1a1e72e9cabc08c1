"""One life of a case, in which everything may happen at any moment: forms, second clicks, crashes, X and the author.

Time moves with every call to the outside, and others come in between any two calls. A request dies after twenty
seconds, as the function does.
"""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from copy import replace
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState
from desk.cases.store import CaseFile, CaseMention
from desk.errors import CaseMoved, StoreBusy
from desk.posts.model import FINAL, IdempotentRequest, Post, PostReason, PostState, UniqueKey
from desk.posts.pause import Pause
from desk.posts.submit import PostSubmitter
from desk.posts.transitions import cancelled, expired, published, refused
from desk.reading import Kind
from desk.replies.actions import ActionOutcome, ActionResult, CaseActions
from desk.replies.forms import FormRequest
from desk.replies.open import OpenCase
from desk.replies.outcome import ReplyOutcomes
from desk.routing.decide import decide
from desk.x.model import XPost
from sweep.replies import SweepReplies
from tests.fakes.cases import FakeCaseLinks, FakeCases, FakeOptOuts
from tests.fakes.posts import FakePauseSwitch, FakePostQueue, FakePosts, FakePostTimer
from tests.unit.answer.desk_of_answers import CASE, NOW, READING, Colleagues, brand_with, mention
from tests.unit.answer.life_at_a_page import ENDS, LifeAtAPage

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
FUNCTION_TIMEOUT = 20 * SECOND


class Killed(BaseException):
    """The process is gone: nothing that follows happens."""


@dataclass
class Run:
    """One request or one sweep, with its own end."""

    life: "Life"

    def __post_init__(self) -> None:
        self.began = self.life.now

    def moment(self) -> None:
        life = self.life
        if life.is_kind:
            return
        life.now += SECOND * life.random.random() * 3
        if life.strikes(0.08):
            life.something_happens()
        if life.strikes(0.03) or life.now - self.began > FUNCTION_TIMEOUT:
            life.seen["killed"] += 1
            raise Killed

    def gives_up(self, chance: float = 0.06) -> None:
        self.moment()
        if self.life.strikes(chance):
            self.life.seen["a store gave up"] += 1
            raise StoreBusy("ill")


class Cases(FakeCases):
    """One run's way to the cases that all share."""

    def __init__(self, run: Run) -> None:
        shared = run.life.cases
        super().__init__(shared.cases, shared.mentions, shared.events, shared.queued_since)
        self.run = run

    def get(self, case_id: str) -> Case | None:
        self.run.gives_up()
        return super().get(case_id)

    def file(self, case_id: str) -> CaseFile | None:
        self.run.gives_up()
        return super().file(case_id)

    def queued(self, *, limit: int) -> Sequence[Case]:
        self.run.gives_up()
        return super().queued(limit=limit)

    def save(self, after: Case, seen: Case, event: CaseEvent) -> Case:
        self.run.gives_up()
        saved = super().save(after, seen, event)
        self.run.life.note(saved, seen, event)
        self.run.gives_up()
        return saved


class Posts(FakePosts):
    """One run's way to the posts that all share."""

    def __init__(self, run: Run) -> None:
        shared = run.life.posts
        super().__init__(posts=shared.posts, holders=shared.holders, requests=shared.requests)
        self.run = run

    def get(self, post_id: str) -> Post | None:
        self.run.gives_up()
        return super().get(post_id)

    def add(self, post: Post, unique_keys: Sequence[UniqueKey], request: IdempotentRequest | None) -> None:
        self.run.gives_up()
        super().add(post, unique_keys, request)
        self.run.life.note_accepted(post)
        self.run.gives_up()


class Life(LifeAtAPage):
    """A case, its department's people, the operator, the author, the publisher and the sweep."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.now = NOW
        self.is_kind = False
        self.depth = 0
        self.seen: Counter[str] = Counter()
        self.brand = brand_with(to_x=True)
        self.links, self.cases, self.posts = FakeCaseLinks(), FakeCases(), FakePosts()
        self.switch = FakePauseSwitch()
        self.pages: list[tuple[str, str]] = []
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.on_x: list[Post] = []
        self.wrongs: list[str] = []
        self.asked_at = NOW
        self.number = 100
        self.cases.put(CASE, mention())

    def strikes(self, chance: float) -> bool:
        return not self.is_kind and self.random.random() < chance

    # What must hold at every moment

    def note(self, after: Case, seen: Case, event: CaseEvent) -> None:
        if event.what is CaseEventKind.QUEUED:
            self.note_queued(seen, event)
        if after.state in (CaseState.ANSWERED, CaseState.MOVED) and event.post_id not in {
            post.id for post in self.on_x
        }:
            self.wrongs.append(f"answered without a post on X: {event}")
        if seen.state is CaseState.QUEUED and event.what not in ENDS:
            self.wrongs.append(f"a person stepped while a reply was on its way: {event}")

    def note_accepted(self, post: Post) -> None:
        if (self.case.state, self.case.post_id) != (CaseState.QUEUED, post.id):
            self.wrongs.append(f"a reply went on its way for which its case does not wait: {post.id}")

    # What people do

    def something_happens(self) -> None:
        if self.depth >= 2:
            return
        self.depth += 1
        try:
            deeds = (
                self.opens_a_page, self.opens_a_page, self.sends_a_form, self.sends_a_form, self.sends_a_form,
                self.sends_a_form_again, self.publishes, self.publishes, self.sweeps, self.author_writes,
                self.pauses_or_resumes, self.words_are_erased,
            )  # fmt: skip
            self.random.choice(deeds)()
        finally:
            self.depth -= 1

    def opens_a_page(self) -> None:
        department = self.random.choice((self.case.department, self.case.department, "operator", "network"))
        self.opens_the_page(department)

    def sends_a_form(self) -> None:
        if not self.pages or self.random.random() < 0.6:
            self.opens_a_page()
        if not self.pages:
            return
        newest_first = self.pages[-1:] if self.random.random() < 0.7 else self.pages
        page = self.random.choice(newest_first)
        action = self.random.choice(
            ("confirm",) * 9 + ("answer", "answer", "take", "hand", "close", "misread", "raise", "edit")
        )
        again = self.random.random() < 0.3
        fields = self.filled_in(page, action, self.random.choice(("박지민", "이서연")), again=again)
        if self.random.random() < 0.2:
            fields |= {"holding": "1", "promised_until": "2026-11-26T12:00"}
        if self.random.random() < 0.1:
            fields["private"] = "1"
        self.forms.append((page[0], fields))
        self.sends(page[0], fields)

    def sends(self, link_id: str, fields: dict[str, str]) -> None:
        run = Run(self)
        cases, posts = Cases(run), Posts(run)
        accept = PostSubmitter(posts, self._queue(), FakePostTimer(), lambda: self.now, lambda _: None)
        opening = OpenCase(self.links, cases, self.switch, FakeOptOuts())
        act = CaseActions(opening, cases, accept, lambda _: Colleagues(), self.brand)
        with suppress(Killed):
            self._count(act.perform(FormRequest(link_id, fields, self.now, "https://desk.example")))

    def _queue(self) -> Any:
        queue = FakePostQueue()
        queue.down = self.strikes(0.1)
        return queue

    def _count(self, acted: ActionResult) -> None:
        self.seen[f"form {acted.outcome}"] += 1
        if acted.outcome is ActionOutcome.DONE:
            self.seen[f"done {acted.done}"] += 1

    def pauses_or_resumes(self) -> None:
        if self.switch.current():
            self.switch.resume(by="김", at=self.now)
        elif self.strikes(0.3):
            self.switch.pause(Pause(reason="점검", by="김", began_at=self.now))

    # What the others do

    def author_writes(self) -> None:
        """Another mention joins the case, as routing has it join."""
        self.number += 1
        kind = self.random.choice((Kind.INQUIRY, Kind.INQUIRY, Kind.CHAT))
        post = XPost(
            str(self.number), "@jade 아직인가요?", "7", self.now, "100", "ko", (str(self.number),), author=CASE.author
        )
        polled = self.now - timedelta(minutes=self.random.choice((0, 0, 3)))  # routing may lag behind the poll
        written = CaseMention(replace(mention().mention, post=post, received_at=polled), READING._replace(kind=kind))
        reading = written.reading
        assert reading
        after = decide(written.mention, reading, self.case, self.brand).case
        assert after
        self.cases.put(after, written)
        if reading.opens_case:
            self.asked_at = self.now
        self.seen["the author wrote"] += 1

    def words_are_erased(self) -> None:
        if self.strikes(0.1):
            self.cases.mentions.clear()

    def publishes(self) -> None:
        """The publisher brings one post to its end, and may not get to tell the case."""
        waiting = [post for post in self.posts.posts.values() if post.state not in FINAL]
        if not waiting or self.switch.current():
            return
        post = self.random.choice(waiting)
        after = published(post, str(len(self.on_x) + 1), self.now)
        if self.strikes(0.35):
            after = self.random.choice(
                (refused(post, self.now, reason=PostReason.GONE, detail=None), expired(post, self.now),
                 cancelled(post, self.now)),
            )._replace(at=self.now)  # fmt: skip
        if after.state is PostState.PUBLISHED:
            self.on_x.append(after)
        self.posts.save(after, post)
        self.seen[f"post {after.state}"] += 1
        if self.is_kind or not self.strikes(0.4):
            with suppress(Killed, StoreBusy, CaseMoved):
                ReplyOutcomes(Cases(Run(self)), self.brand).on_finished(after)

    def sweeps(self) -> None:
        run = Run(self)
        cases, posts = Cases(run), Posts(run)
        with suppress(Killed):
            report = SweepReplies(cases, posts, ReplyOutcomes(cases, self.brand), lambda: self.now).sweep(lambda: True)
            self.seen["swept: not stored"] += report.not_stored

    def goes_on(self, steps: int) -> None:
        for _ in range(steps):
            self.now += self.random.choice((1, 5, 20, 60, 200)) * SECOND
            self.something_happens()

    def recovers(self) -> None:
        """Everything works again, and nobody does anything any more but the desk itself."""
        self.is_kind = True
        self.switch.resume(by="김", at=self.now)
        for _ in range(5):
            self.now += 6 * MINUTE
            for _ in range(5):
                self.publishes()
            self.sweeps()
