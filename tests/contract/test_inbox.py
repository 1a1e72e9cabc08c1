"""What the inbox index of the Cases table holds after each change of a case; nothing reads it yet."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from desk.aws.dynamodb import from_item
from desk.cases import transitions as case_steps
from desk.cases.items import inbox_order
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, Draft, Queue, ReplyAs, Review, inbox_queue
from desk.reading import OPERATOR, Kind, Need, Reading, Safety, Urgency
from desk.retention.store import ErasureItems, RetentionItems
from desk.x.model import Media
from tests.cases import a_promise, unit_of_work_on
from tests.contract.case_scene import CASE_ID, NOON, READING, Routing, mention
from tests.fakes.pictures import no_pictures
from tests.tables import DYNAMODBS, INBOX_PROJECTS, Tables, dynamodb

HOUR = timedelta(hours=1)
EVENT = CaseEvent(CaseEventKind.TAKEN, NOON, "지은")
DRAFT = Draft("내일 됩니다", "지은", NOON)
DOUBTFUL = READING._replace(kind=Kind.CHAT, need=Need.RELATIONSHIP, department=OPERATOR, review=True)


@dataclass(frozen=True)
class Inbox:
    """A case that a mention opened, and the index."""

    client: Any
    tables: Tables

    @property
    def routing(self) -> Routing:
        return Routing(self.client, self.tables)

    def opened(self, reading: Reading = READING) -> Case:
        self.routing.route(mention(1), reading=reading)
        return self.case

    @property
    def case(self) -> Case:
        case = unit_of_work_on(self.client, self.tables).cases.get(CASE_ID)
        assert case
        return case

    def change(self, *changes: Callable[[Case], Case]) -> Case:
        for change in changes:
            case = self.case
            unit_of_work_on(self.client, self.tables).cases.save(change(case), case, EVENT)
        return self.case

    def rows(self) -> list[dict[str, Any]]:
        return [from_item(i) for i in self.client.scan(TableName=self.tables.cases, IndexName="inbox")["Items"]]

    def shown(self) -> dict[str, Any]:
        """What the one row shows, which both indexes have if the case is urgent."""
        [row] = self.rows()
        of_urgent = [from_item(i) for i in self.client.scan(TableName=self.tables.cases, IndexName="urgent")["Items"]]
        assert [each["row"] for each in of_urgent] in ([], [row["row"]])
        found: dict[str, Any] = row["row"]
        return found

    def queue(self) -> str | None:
        rows = self.rows()
        return rows[0]["inbox"] if rows else None


@pytest.fixture(params=DYNAMODBS)
def inbox(request: pytest.FixtureRequest) -> Iterator[Inbox]:
    with dynamodb(request.param) as (client, tables):
        yield Inbox(client, tables)


def queue_reply(case: Case, reply_as: ReplyAs = ReplyAs.ANSWER, **more: Any) -> Case:
    return case_steps.queued(case, "reply-1", DRAFT, reply_as, **more)


def drafted(case: Case) -> Case:
    return case_steps.drafted(case, DRAFT)


def posted(case: Case) -> Case:
    return case_steps.reply_posted(case, NOON)


holding, private = partial(queue_reply, reply_as=ReplyAs.HOLDING), partial(queue_reply, reply_as=ReplyAs.PRIVATE)
to_operator = partial(case_steps.handed, department=OPERATOR, due_at=NOON)
back = partial(case_steps.handed, department="network", due_at=NOON)


def in_danger(case: Case) -> Case:
    return case._replace(safety=Safety.DANGER)


@pytest.mark.parametrize(
    ("changes", "queue"),
    [
        ([], Queue.AT_DEPARTMENT),
        ([partial(case_steps.taken, by="지은")], Queue.AT_DEPARTMENT),
        ([to_operator], Queue.TO_ANSWER),
        ([to_operator, back], Queue.AT_DEPARTMENT),
        ([drafted], Queue.TO_ANSWER),
        ([queue_reply], None),
        ([queue_reply, posted], None),
        ([queue_reply, case_steps.reply_not_posted], Queue.TO_REVIEW),
        ([queue_reply, case_steps.reply_not_posted, drafted], Queue.TO_ANSWER),
        ([queue_reply, case_steps.reply_not_posted, queue_reply, posted], None),
        ([queue_reply, case_steps.reply_not_posted, back], Queue.AT_DEPARTMENT),
        ([queue_reply, case_steps.reply_not_posted, case_steps.closed], None),
        ([holding, posted], Queue.AT_DEPARTMENT),
        ([private, posted], Queue.PRIVATE),
        ([private, posted, case_steps.closed], None),
        ([case_steps.awaiting_release], Queue.TRIAL),
        ([case_steps.awaiting_release, in_danger], Queue.TO_ANSWER),
        ([case_steps.awaiting_release, partial(case_steps.released, due_at=NOON)], Queue.AT_DEPARTMENT),
        ([case_steps.awaiting_release, drafted], Queue.TO_ANSWER),
        ([case_steps.awaiting_release, queue_reply, case_steps.reply_not_posted], Queue.TO_REVIEW),
        ([case_steps.awaiting_release, holding, posted], Queue.TRIAL),
        ([partial(case_steps.replied_on_x, reply_as=ReplyAs.ANSWER, at=NOON)], None),
    ],
)
def test_a_case_is_in_the_queue_of_its_state(
    changes: list[Callable[[Case], Case]], queue: Queue | None, inbox: Inbox
) -> None:
    inbox.opened()

    inbox.change(*changes)

    assert inbox.queue() == queue


def test_a_reading_to_review_is_reviewed_by_the_operator_until_somebody_acts_on_it(inbox: Inbox) -> None:
    inbox.opened(DOUBTFUL)
    assert inbox.queue() == Queue.TO_REVIEW

    inbox.change(to_operator, case_steps.closed)
    assert inbox.queue() is None

    inbox.routing.route(mention(2), reading=DOUBTFUL)
    assert inbox.queue() == Queue.TO_REVIEW


def test_a_row_has_what_the_console_shows_and_the_excerpt_of_the_newest_mention_with_numbers_masked(
    inbox: Inbox,
) -> None:
    case = inbox.opened()
    newest = mention(12)
    text = "@jade 010-1234-5678로 전화 주세요 " + "가" * 300
    media = tuple(Media(kind, None, None) for kind in ("photo", "video", "photo"))
    inbox.routing.route(newest._replace(post=newest.post._replace(text=text, media=media)))
    inbox.routing.route(mention(3))

    [row] = inbox.rows()

    shown = row["row"]
    assert row.keys() <= {"case_id", "what", "inbox", "inbox_order", *INBOX_PROJECTS}
    assert (shown["author"]["username"], row["department"], row["version"]) == ("kim", "billing", 3)
    assert shown["excerpt"]["mention_id"] == "12"
    assert (shown["excerpt"]["photos"], shown["asks"]) == (2, 3)
    assert shown["excerpt"]["text"].startswith("●●●-●●●●-●●78로 전화 주세요 가")
    assert len(shown["excerpt"]["text"].encode()) <= 400
    assert row["inbox_order"] == inbox_order(inbox.case) < inbox_order(case)


def test_urgent_cases_come_first_then_those_due_sooner_and_a_promise_counts(inbox: Inbox) -> None:
    case = inbox.opened()
    promised = inbox.change(partial(holding, promise=a_promise(case.due_at + HOUR)), posted)
    [late] = inbox.rows()
    inbox.change(partial(case_steps.raised, due_at=promised.due_at, at=NOON))
    [urgent] = inbox.rows()

    assert late["inbox_order"].startswith(f"3#{(case.due_at + HOUR).isoformat(timespec='microseconds')}")
    assert urgent["inbox_order"] < late["inbox_order"]
    assert inbox.case.urgency is Urgency.HIGH


@pytest.mark.parametrize("urgency", [Urgency.NORMAL, Urgency.HIGH])
def test_erased_and_forgotten_cases_leave_no_words_in_the_indexes(urgency: Urgency, inbox: Inbox) -> None:
    names = inbox.tables
    erasure = ErasureItems(
        inbox.client, no_pictures(), mentions_table=names.mentions, cases_table=names.cases, desk_table=names.desk
    )
    inbox.opened(READING._replace(urgency=urgency))
    inbox.routing.route(mention(2))

    erasure.erase_mentions(["2"])
    erasure.strip_case_without_texts(CASE_ID)
    assert "excerpt" not in inbox.shown()
    assert "author" in inbox.shown()

    inbox.change(drafted)
    erasure.erase_mentions(["1"])
    erasure.strip_case_without_texts(CASE_ID)
    assert inbox.shown().keys().isdisjoint({"author", "excerpt"})
    assert (inbox.case.state, inbox.queue()) == (CaseState.OPEN, Queue.AT_DEPARTMENT)

    erasure.erase_case(CASE_ID)
    assert inbox.rows() == []
    assert inbox.client.scan(TableName=names.cases, IndexName="urgent")["Count"] == 0


def test_an_erased_case_names_no_mention_that_was_to_review(inbox: Inbox) -> None:
    names = inbox.tables
    erasure = ErasureItems(
        inbox.client, no_pictures(), mentions_table=names.mentions, cases_table=names.cases, desk_table=names.desk
    )
    inbox.opened(DOUBTFUL)

    erasure.erase_case(CASE_ID)

    items = inbox.client.scan(TableName=names.cases)["Items"]
    assert items
    assert not [item for item in items if "doubts" in item]


def test_retention_removes_the_excerpt_of_a_case_that_went_on_in_private(inbox: Inbox) -> None:
    inbox.opened()
    inbox.change(private, posted)

    retention = RetentionItems(
        inbox.client, no_pictures(), mentions_table=inbox.tables.mentions, cases_table=inbox.tables.cases
    )
    retention.remove_case_words(CASE_ID, NOON + timedelta(days=400))

    assert inbox.shown().keys().isdisjoint({"author", "excerpt"})


@pytest.mark.parametrize("state", CaseState)
def test_every_state_has_its_queue_or_none(state: CaseState) -> None:
    out = {CaseState.QUEUED, CaseState.ANSWERED, CaseState.CLOSED}

    assert (inbox_queue(state, "billing", Review.REPLY) is None) is (state in out)


@pytest.mark.parametrize(
    ("department", "review", "queue"),
    [
        ("operator", Review.FEEDBACK, Queue.TO_REVIEW),
        ("billing", Review.FEEDBACK, Queue.AT_DEPARTMENT),
        ("billing", Review.CHAT, Queue.TO_REVIEW),
        ("billing", Review.REPLY, Queue.TO_REVIEW),
    ],
)
def test_a_department_decides_what_is_probably_feedback_and_the_operator_the_rest(
    department: str, review: Review, queue: Queue
) -> None:
    assert inbox_queue(CaseState.OPEN, department, review) is queue
