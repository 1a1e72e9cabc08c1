"""One life of a case at the whole desk: page, publisher, sweep, the walk over own posts, routing, X and its people.

Every machine's clock is wrong by up to half a minute, each call may fail before or after the deed or be the last one of
its process, and others come in between any two calls.
"""

from collections.abc import Sequence
from contextlib import suppress
from copy import replace
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, ReplyAs
from desk.cases.store import CaseFile, CaseMention
from desk.errors import PostMoved, StoreBusy, TopicsUnavailable
from desk.notifications.case_news import CaseNews
from desk.notifications.outbox_sender import OutboxSender
from desk.outbox.model import OutboxKind
from desk.posts.commands import SubmitPost
from desk.posts.model import (
    CANCELLABLE,
    NEVER_PUBLISHED,
    IdempotentRequest,
    Post,
    PostKind,
    PostState,
    UniqueKey,
    acknowledgement_id,
)
from desk.posts.publish import PostPublisher
from desk.posts.submit import PostSubmitter
from desk.posts.transitions import cancelled, continuation_id, published, queued_again, released
from desk.promises.model import Promise
from desk.reading import OPERATOR, Kind
from desk.replies.actions import CaseActions, page_token
from desk.replies.forms import FormRequest
from desk.replies.open import CaseOpener, OpenOutcome
from desk.replies.outcome import ReplyOutcomes
from desk.replies.perform import CaseCommands
from desk.routing.decide import decide
from desk.x.model import XPost, first_id_at
from poll_mentions.external_replies import ExternalReplies
from sweep.posts import SweepPosts
from sweep.replies import SweepReplies
from tests.fakes.cases import FakeCaseLinks, FakeCases, FakeOptOuts
from tests.fakes.in_trouble import Killed
from tests.fakes.mentions import FakeMentions, FakePollState, FakeRepliesOnX
from tests.fakes.notifications import FakeSubscribers, FakeTopics
from tests.fakes.pictures import no_attachments
from tests.fakes.posts import FakePerformances, FakePostTimer
from tests.unit.posts import life as publishing
from tests.unit.posts.life import Account, Run, Table
from tests.unit.posts.scene import MINUTE, SECOND
from tests.unit.replies.scene import CASE, NOW, READING, brand_with, mention
from tests.unit.sweep.scene import mailing

SEOUL = ZoneInfo("Asia/Seoul")
AGAIN = "다시"
"""Marks an answer that a person gives although there is one."""

POSTED = frozenset({CaseEventKind.ANSWERED, CaseEventKind.PROMISED, CaseEventKind.MOVED})
OUTCOMES = POSTED | {CaseEventKind.NOT_SAID}

BRAND = replace(brand_with(to_x=True), holding=("확인 후 안내",))
ACKNOWLEDGES = "문의가 접수되었습니다"
SENTENCE = "이번 달 청구서에는 지난달 요금이 함께 들어 있습니다."
_POSTED_STATES = {CaseState.ANSWERED, CaseState.PROMISED, CaseState.MOVED}


class Asked(NamedTuple):
    """A mention of the author's that asks, and how many events the case had when it joined."""

    mention: CaseMention
    events: int


class Machine(Run):
    """One invocation, with a clock of its own."""

    def __init__(self, life: "DeskLife") -> None:
        super().__init__(life)
        self.desk = life
        self.skew = SECOND * life.random.uniform(-30, 30) * life.is_skewed

    def clock(self) -> datetime:
        return self.desk.now + self.skew


class Cases(FakeCases):
    """One run's way to the cases that all share, which fails as the table of posts does."""

    def __init__(self, run: Machine) -> None:
        shared = run.desk.cases
        super().__init__(shared.cases, shared.mentions, shared.events, shared.queued_since)
        self.outbox, self.promises = shared.outbox, shared.promises
        self.run, self.desk = run, run.desk

    def file(self, case_id: str) -> CaseFile | None:
        self.run.moment()
        if self.desk.strikes(0.05):
            raise StoreBusy("file")
        return super().file(case_id)

    def get(self, case_id: str) -> Case | None:
        self.run.moment()
        return super().get(case_id)

    def save(self, after: Case, seen: Case, event: CaseEvent) -> Case:
        self.run.moment()
        if self.desk.strikes(0.05):
            raise StoreBusy("before")
        saved = super().save(after, seen, event)
        self.desk.note(after, seen, event)
        self.run.moment()
        if self.desk.strikes(0.15):
            self.desk.seen["the cases' answer was lost"] += 1
            raise StoreBusy("after")
        return saved

    def is_unsent(self, case: Case, event: CaseEvent) -> bool:
        self.run.moment()
        return super().is_unsent(case, event)

    def mark_sent(self, case: Case, event: CaseEvent) -> None:
        self.run.moment()
        super().mark_sent(case, event)


class Posts(Table):
    """One run's way to the posts that all share."""

    def __init__(self, run: Machine) -> None:
        super().__init__(run, run.desk.store)
        self.holders, self.requests = run.desk.store.holders, run.desk.store.requests

    def add(self, post: Post, unique_keys: Sequence[UniqueKey], request: IdempotentRequest | None) -> None:
        self.run.moment()
        if self.run.life.strikes(0.05):
            raise StoreBusy("before")
        super().add(post, unique_keys, request)
        self.run.moment()
        if self.run.life.strikes(0.1):
            raise StoreBusy("after")


class PollState(FakePollState):
    """One run's way to the checkpoint that all share."""

    def __init__(self, run: Machine) -> None:
        self.run, self.shared = run, run.desk.checkpoint
        super().__init__(self.shared.own_posts)

    def set_own_posts_seen_to(self, newest_id: str) -> None:
        self.run.moment()
        if self.run.life.strikes(0.05):
            raise StoreBusy("move")
        self.shared.set_own_posts_seen_to(newest_id)


class RecordingAccount(Account):
    """One run's way to X, which remembers the desk's own posts."""

    def create_post(self, text: str, *, in_reply_to: str | None = None, **about: Any) -> str:
        before = len(self.x.made)
        try:
            return super().create_post(text, in_reply_to=in_reply_to, **about)
        finally:
            self.run.life.desks |= {post.id for post in self.x.made[before:] if post.text == text}  # type: ignore[attr-defined]


class Colleagues:
    """Notifies colleagues, or fails."""

    def __init__(self, run: Machine) -> None:
        self.run = run

    def handed(self, file: CaseFile, event: CaseEvent) -> None:
        self._notify(file.case.version)

    def drafted(self, file: CaseFile) -> None:
        self._notify(file.case.version)

    def handed_together(self, handed: Sequence[tuple[CaseFile, CaseEvent]]) -> None:
        for file, event in handed:
            self.handed(file, event)

    def asked_again(self, file: CaseFile, event: CaseEvent) -> None:
        self._notify(file.case.version)

    def _notify(self, version: int) -> None:
        self.run.moment()
        if self.run.life.strikes(0.3):
            raise TopicsUnavailable("down")
        self.run.desk.notified[version] = self.run.desk.notified.get(version, 0) + 1
        self.run.moment()


class DeskLife(publishing.Life):
    """A case and all who have to do with it; `wrongs` has what was never allowed to happen."""

    def __init__(self, seed: int, *, is_skewed: bool = True) -> None:
        super().__init__(seed)
        self.is_skewed = is_skewed
        self.now = self.well_since = self.refusal_until = NOW
        self.posts, self.cases, self.topics = [], FakeCases(), FakeTopics()
        self.store.posts.clear()
        self.queue.waiting.clear()
        self.x.refuses_duplicates = True
        self.links, self.checkpoint = FakeCaseLinks(), FakePollState(first_id_at(NOW - 5 * MINUTE))
        self.mentions = FakeMentions()
        self.mentions.cases["100"] = CASE.id
        self.desks, self.hands = set[str](), list[XPost]()
        self.pages: list[tuple[str, str]] = []
        self.forms: list[tuple[str, dict[str, str]]] = []
        self.unrouted: list[CaseMention] = []
        self.asked: list[Asked] = []
        self.notified: dict[int, int] = {}
        self.promised = dict[str, Promise]()
        self.wrongs: list[str] = []
        self.number = 0
        first = self._written("@jade 청구서가 왜 두 장인가요?", Kind.INQUIRY)
        self.cases.put(CASE._replace(mention_ids=(first.mention.id,), asked_at=first.mention.received_at), first)
        self.mentions.cases[first.mention.id] = CASE.id
        self.asked.append(Asked(first, 0))

    @property
    def case(self) -> Case:
        return self.cases.cases[CASE.id]

    @property
    def events(self) -> list[CaseEvent]:
        return self.cases.events[CASE.id]

    def note_queued(self, seen: Case, event: CaseEvent) -> None:
        """A reply was queued."""
        self.seen["queued"] += 1
        self.seen["asked into private"] += self.case.reply_as is ReplyAs.PRIVATE
        if seen.state in (CaseState.ANSWERED, CaseState.MOVED) and AGAIN not in event.text:
            self.wrongs.append(f"answered again though nobody confirmed it: {event}")
        for earlier in self.events:
            known = {one.what for one in self.events if one.post_id == earlier.post_id} & OUTCOMES
            if earlier.what is CaseEventKind.QUEUED and earlier is not event and not known:
                self.wrongs.append(f"a second reply before the outcome of the first: {earlier}, {event}")

    def opens_the_page(self, department: str) -> None:
        link_id = self.links.make([CASE.id], department, self.now)[CASE.id]
        opened = CaseOpener(self.links, self.cases, self.switch, FakeOptOuts()).by_link(link_id, self.now)
        if opened.outcome is OpenOutcome.OPENED and opened.file:
            self.pages.append((link_id, str(opened.file.case.version)))

    def filled_in(self, page: tuple[str, str], action: str, name: str, *, again: bool) -> dict[str, str]:
        """A form of this page with every field that any button asks for."""
        link_id, version = page
        self.number += 1
        return {
            "version": version,
            "token": page_token(link_id, version),
            "request": f"form-{self.number:06}",
            "action": action,
            "name": name,
            "text": f"답변 {self.random.choice((1, 2, self.number))} {AGAIN if again else ''}",
            "again": "1" if again else "",
            "department": self.random.choice(("network", "billing")),
            "kind": self.random.choice(("inquiry", "fault")),
            "reason": "끝",
        }

    def sends_a_form_again(self) -> None:
        if self.forms:
            self.sends(*self.random.choice(self.forms[-3:]))

    # What must hold at every moment

    def note(self, after: Case, seen: Case, event: CaseEvent) -> None:
        """Something was saved."""
        self.seen[f"saved {event.what}"] += 1
        is_promised_still = after.state is CaseState.PROMISED and bool(seen.promised_until)
        is_new = after.state in _POSTED_STATES and after.state is not seen.state and not is_promised_still
        if is_new and not self._is_posted(event):
            self.wrongs.append(f"{after.state} without a post on X: {event}")
        if seen.state is CaseState.QUEUED and event.what not in OUTCOMES:
            self.wrongs.append(f"a person acted while a reply was queued: {event}")
        if event.is_external_reply and event.x_id in self.desks and not self._was_given_up(event):
            self.wrongs.append(f"a reply of the desk was taken for an external reply: {event}")
        if event.what is CaseEventKind.QUEUED:
            self.note_queued(seen, event)
        self.promised |= {each.key: each for each in after.promises}
        self.seen["promised"] += len(after.promises) > len(seen.promises)
        for each in after.promises:
            self.seen[f"a promise is {each.ending}"] += each.ending is not None

    def _is_posted(self, event: CaseEvent) -> bool:
        """Whether all of it is there, under what it answers."""
        made = {post.id: post for post in self.x.made}
        if event.is_external_reply:
            return event.x_id in made
        if event.what is CaseEventKind.NOT_SAID:  # somebody has answered on X itself meanwhile
            return any(one.x_id in made for one in self.events if one.is_external_reply)
        first = self.store.posts.get(event.post_id or "")
        second = self.store.posts.get(continuation_id(event.post_id or ""))
        parts = [first, *([second] if first and first.continuation else [])]
        return all(part and part.x_id in made and made[part.x_id].text == part.text for part in parts)

    def _was_given_up(self, event: CaseEvent) -> bool:
        given_up = {post.text for post in self.store.posts.values() if post.state in NEVER_PUBLISHED and post.case_id}
        return event.text in given_up

    # What happens

    def something_else_happens(self) -> None:
        if self.depth >= 2:
            return
        self.depth += 1
        deeds = (
            self.deliver, self.deliver, self.deliver, self.wakes_anyone, self.sweep, self.sends_outbox, self.walks,
            self.walks, self.routes, self.routes, self.author_writes, self.answers_by_hand, self.opens_a_page,
            self.sends_a_form, self.sends_a_form, self.sends_a_form, self.sends_a_form_again, self.acknowledges,
            self.settles, self.pauses_or_resumes,
        )  # fmt: skip
        try:
            self.random.choice(deeds)()
        finally:
            self.depth -= 1

    def run(self, *post_ids: str) -> None:
        run = Machine(self)
        publisher = PostPublisher(
            store=Posts(run), x=RecordingAccount(run, self.x), queue=self.queue,
            on_finished=ReplyOutcomes(Cases(run), BRAND).on_finished, attachments=no_attachments(self.x),
            clock=run.clock, seconds_left=run.left,
        )  # fmt: skip
        try:
            failures = publisher.publish_due(post_ids).failures
        except Killed:
            failures = dict.fromkeys(post_ids, "killed")
        for post_id in failures:
            if not self.strikes(0.3):
                self.queue.waiting.append((self.now + 3 * MINUTE, post_id))

    def wakes_anyone(self) -> None:
        if self.store.posts:
            self.run(self.random.choice(sorted(self.store.posts)))

    def sweep(self) -> None:
        run = Machine(self)
        with suppress(Killed):
            SweepPosts(Posts(run), self.queue, run.clock).wake(lambda: True)
            SweepReplies(Cases(run), Posts(run), ReplyOutcomes(Cases(run), BRAND), run.clock).sweep(lambda: True)

    def sends_outbox(self) -> None:
        run = Machine(self)
        self.topics.gone = {self.random.choice((OPERATOR, "billing", "network"))} if self.strikes(0.3) else set()
        with suppress(Killed):
            cases, notifier = Cases(run), mailing(self.topics, run.clock, BRAND)
            news = CaseNews(cases.outbox, cases, notifier, BRAND)
            senders = {OutboxKind.CASE: news}
            OutboxSender(cases.outbox, senders, FakeSubscribers(), BRAND, run.clock).send(lambda: True)

    def walks(self) -> None:
        """The walk over own posts; another process each time. Routing lags behind by ten minutes at the most."""
        while self.unrouted and self.now - self.unrouted[0].mention.post.created_at > 10 * MINUTE:
            self.routes()
        run = Machine(self)
        walk = ExternalReplies(
            x=Account(run, self.x), state=PollState(run),
            mentions=self.mentions, cases=Cases(run), posts=Posts(run), replied=FakeRepliesOnX(),
            performances=FakePerformances(),
            brand=BRAND,
        )  # fmt: skip
        with suppress(Killed, StoreBusy):
            walk.find(self.now, self.checkpoint.own_posts, lambda: True)

    def _written(self, text: str, kind: Kind) -> CaseMention:
        """A mention of the author's, which a poll sees within a minute."""
        self.number += 1
        post_id = str(int(first_id_at(self.now)) + self.number)
        post = XPost(post_id, text, "7", self.now, "100", "ko", (post_id,), author=CASE.author)
        polled = self.now + SECOND * self.random.uniform(-30, 60) * self.is_skewed
        return CaseMention(mention().mention._replace(post=post, received_at=polled), READING._replace(kind=kind))

    def author_writes(self) -> None:
        if len(self.asked) + len(self.unrouted) < 15:
            kind = self.random.choice((Kind.INQUIRY, Kind.FAULT, Kind.CHAT))
            self.unrouted.append(self._written("@jade 아직인가요?", kind))
            self.seen["the author wrote"] += 1

    def routes(self) -> None:
        """Routing joins what was polled, the oldest first."""
        if not self.unrouted:
            return
        written = self.unrouted.pop(0)
        assert written.reading
        after = decide(written.mention, written.reading, self.case, BRAND).case
        assert after
        self.cases.put(after, written)
        self.mentions.cases[written.mention.id] = CASE.id
        if written.reading.opens_case:
            self.asked.append(Asked(written, len(self.events)))

    def answers_by_hand(self) -> None:
        """Somebody answers the newest mention on X itself."""
        if not self.strikes(0.4):
            return
        self.number += 1
        text = f"손으로 {self.number} {self.random.choice(('', '', '확인 후 안내드릴게요'))}"
        newest = (self.unrouted or [self.asked[-1].mention])[-1].mention.id
        self.x.add_own_post(text, in_reply_to=newest)
        self.hands.append(self.x.made[-1])
        self.seen["answered by hand"] += 1

    def acknowledges(self) -> None:
        """The desk tells the author by itself that the matter has arrived, as chase_cases does."""
        run = Machine(self)
        first = self.asked[0].mention.mention.id
        post = SubmitPost(PostKind.REPLY, ACKNOWLEDGES, "", in_reply_to=first, id=acknowledgement_id(CASE.id))
        if self.case.state is CaseState.OPEN and not self.events:
            with suppress(Killed, StoreBusy):
                self._accept(run).submit(post._replace(expires_at=self.now + 30 * MINUTE))
                self.seen["acknowledged"] += 1

    def _accept(self, run: Machine) -> PostSubmitter:
        return PostSubmitter(Posts(run), self.queue, FakePostTimer(), run.clock, lambda _: None, approval=())

    def opens_a_page(self) -> None:
        department = self.random.choice((self.case.department, self.case.department, OPERATOR))
        self.opens_the_page(department)

    def sends_a_form(self) -> None:
        if self.random.random() < 0.7:
            self.opens_a_page()
        if not self.pages:
            return
        page = self.random.choice(self.pages[-2:])
        action = self.random.choice(("confirm",) * 9 + ("answer", "take", "hand", "close", "misread"))
        fields = self.filled_in(page, action, "박지민", again=self.random.random() < 0.3)
        how = self.random.random()
        if how < 0.4:
            until = (self.now + MINUTE * self.random.choice((20, 60, 3_000))).astimezone(SEOUL)
            fields |= {"holding": "1", "promised_until": f"{until:%Y-%m-%dT%H:%M}"}
        elif how < 0.45 and self.case.promises:
            fields |= {"promise_stays": "1"}
        elif how < 0.5:
            fields |= {"private": "1"}
        elif how < 0.75:
            fields |= {"text": " ".join([SENTENCE] * 6 + [fields["text"]])}
        self.forms.append((page[0], fields))
        self.sends(page[0], fields)

    def sends(self, link_id: str, fields: dict[str, str]) -> None:
        run = Machine(self)
        opening = CaseOpener(self.links, Cases(run), self.switch, FakeOptOuts())
        commands = CaseCommands(Cases(run), self._accept(run), lambda _: Colleagues(run), BRAND)
        act = CaseActions(opening, commands, BRAND)
        with suppress(Killed):
            acted = act.perform(FormRequest(link_id, fields, run.clock(), "https://desk.example"))
            self.seen[f"form {acted.outcome}"] += 1

    def settles(self) -> None:
        """A person decides about a post that nobody else can decide about, or drops one."""
        posts = [post for post in self.store.posts.values() if post.state in CANCELLABLE | {PostState.IN_DOUBT}]
        if not posts:
            return
        post = self.random.choice(posts)
        there = [one.id for one in self.x.made if one.text == post.text and one.id in self.desks]
        if post.state is PostState.IN_DOUBT:
            after = published(post, there[0], self.now) if there else queued_again(post, self.now)
        elif self.strikes(0.2):
            after = cancelled(post, self.now)
        else:
            return
        self.seen["a person settled"] += 1
        with suppress(PostMoved):
            self.store.save(after, post)

    def pauses_or_resumes(self) -> None:
        if self.switch.current() or self.strikes(0.7):
            self.switch.resume(by="김", at=self.now)
        else:
            self._pause(next(iter(self.store.posts.values()), None))  # type: ignore[arg-type]

    def _releases(self) -> None:
        for post in list(self.store.posts.values()):
            if post.state is PostState.HELD:
                self.store.save(released(post, self.now), post)

    def recovers(self) -> None:
        """Everything works again, and nobody does anything any more but the desk itself."""
        self.is_kind, self.well_since, self.refusal_until = True, self.now, self.now
        self.topics.gone = set()
        self.switch.resume(by="김", at=self.now)
        for minutes in (5,) * 24 + (60,) * 80:  # the longest of X's refusals lasts for three days
            is_over = minutes > 5 and not any(each.state in publishing.UNSETTLED for each in self.store.posts.values())
            while self.unrouted:
                self.routes()
            self._releases()
            self.deliver()
            self.walks()
            self.sweep()
            self.sends_outbox()
            if is_over:
                return
            self.passes(minutes * MINUTE)
