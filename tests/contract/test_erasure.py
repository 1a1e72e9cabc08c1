"""What is erased of mentions and cases, on the tables, and whatever comes between."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from desk.aws.dynamodb import parts_of
from desk.cases import transitions as case_steps
from desk.cases.model import CaseEvent, CaseEventKind, CaseState, Draft
from desk.cases.outbox import OUTBOX, QUEUED_REPLY
from desk.cases.store import CaseFile, CaseStoreItems
from desk.errors import CaseMoved
from desk.mentions.model import Settlement, Stage
from desk.mentions.store import MentionStoreItems
from desk.retention.store import ErasureItems
from tests.contract.case_scene import CASE_ID, NOON, Routing, decided, mention
from tests.fakes.mentions import SEOUL
from tests.tables import DYNAMODBS, Tables, dynamodb

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LATER = NOON + timedelta(hours=1)
DRAFT = Draft("김하늘 고객님, 내일 됩니다", "지은", LATER)
DRAFTED = CaseEvent(CaseEventKind.DRAFTED, LATER, "지은", DRAFT.text, "billing")


@dataclass(frozen=True)
class Subject:
    client: "DynamoDBClient"
    tables: Tables

    @property
    def erasure(self) -> ErasureItems:
        names = self.tables
        return ErasureItems(self.client, mentions_table=names.mentions, cases_table=names.cases, desk_table=names.desk)

    @property
    def cases(self) -> CaseStoreItems:
        names = self.tables
        return CaseStoreItems(
            self.client, cases_table=names.cases, mentions_table=names.mentions, desk_table=names.desk
        )

    @property
    def routing(self) -> Routing:
        return Routing(self.client, self.tables)

    def file(self) -> CaseFile:
        file = self.cases.file(CASE_ID)
        assert file is not None
        return file

    def everything(self) -> str:
        """All that lies in the four tables."""
        names = (self.tables.mentions, self.tables.cases, self.tables.desk, self.tables.posts)
        return str([self.client.scan(TableName=name)["Items"] for name in names])

    def drafted(self) -> CaseFile:
        """A case of two mentions with a draft that nobody was told of yet."""
        self.routing.route(mention(1), mention(2))
        case = self.file().case
        self.cases.save(case_steps.drafted(case, DRAFT), case, DRAFTED)
        return self.file()

    def settle(self, mention_id: int, stage: Stage) -> Any:
        return self.routing.unit_of_work.mentions.settle([Settlement(mention(mention_id), stage, "billing")], LATER)


@pytest.fixture(params=DYNAMODBS)
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    with dynamodb(request.param) as (client, tables):
        yield Subject(client, tables)


def test_nothing_that_was_said_or_names_the_author_is_left_of_an_erased_case_and_its_mentions(
    subject: Subject,
) -> None:
    subject.drafted()

    counts = (subject.erasure.erase_mentions(["1", "2", "9"]), subject.erasure.erase_case(CASE_ID))

    assert counts == (2, 2)
    for words in ("언제", "kim", "김", "내일"):
        assert words not in subject.everything()


def test_erasing_again_finds_nothing(subject: Subject) -> None:
    subject.drafted()
    subject.erasure.erase_mentions(["1", "2"])
    subject.erasure.erase_case(CASE_ID)
    before = subject.everything()

    again = (subject.erasure.erase_mentions(["1", "2"]), subject.erasure.erase_case(CASE_ID))

    assert again == (0, 0)
    assert subject.erasure.count_items_with_words(CASE_ID) == 0
    assert subject.everything() == before


def test_an_erased_mention_waits_for_nothing_and_a_reading_under_way_brings_no_words_back(subject: Subject) -> None:
    subject.routing.receive(mention(1))
    steps = decided([mention(1)], {})  # read just before
    subject.erasure.erase_mentions(["1"])

    committed = subject.routing.unit_of_work.commit(steps, LATER)

    assert committed.contested == {"1"}
    waiting = MentionStoreItems(
        subject.client, mentions_table=subject.tables.mentions, desk_table=subject.tables.desk, zone=SEOUL
    )
    assert not waiting.waiting_for_stage(Stage.READING, before=LATER, limit=9)
    assert subject.cases.file(CASE_ID) is None
    assert "언제" not in subject.everything()


@pytest.mark.parametrize("stage", [Stage.MAILING, Stage.NOTHING])
def test_a_mention_that_is_erased_while_its_department_is_told_is_put_off_to_no_summary(
    subject: Subject, stage: Stage
) -> None:
    subject.routing.route(mention(1))
    subject.erasure.erase_mentions(["1"])

    assert subject.settle(1, stage) == {}

    assert "waiting" not in subject.client.scan(TableName=subject.tables.mentions)["Items"][0]


def test_nobody_can_add_words_to_an_erased_case_that_they_had_open(subject: Subject) -> None:
    seen = subject.drafted().case
    subject.erasure.erase_case(CASE_ID)

    with pytest.raises(CaseMoved):
        subject.cases.save(case_steps.drafted(seen, DRAFT), seen, DRAFTED)

    assert "내일" not in subject.everything()


def test_for_pages_tools_and_reminders_there_is_no_erased_case(subject: Subject) -> None:
    subject.drafted()
    subject.erasure.erase_case(CASE_ID)

    listed = subject.cases.page(set(CaseState), limit=9)
    assert (subject.cases.get(CASE_ID), subject.cases.file(CASE_ID), listed.cases) == (None, None, ())
    assert list(subject.cases.open_cases("billing")) == []


def test_no_news_and_no_reply_of_an_erased_case_is_followed_any_more(subject: Subject) -> None:
    case = subject.drafted().case
    queued = case_steps.queued(case, "p1", DRAFT, case.reply_as)
    subject.cases.save(queued, case, CaseEvent(CaseEventKind.QUEUED, LATER, "지은", DRAFT.text, post_id="p1"))
    assert list(parts_of(subject.client, subject.tables.desk, OUTBOX))

    subject.erasure.erase_case(CASE_ID)

    for item in (OUTBOX, QUEUED_REPLY):
        assert not list(parts_of(subject.client, subject.tables.desk, item))


def test_a_case_that_does_not_exist_is_not_made_by_erasing_it(subject: Subject) -> None:
    assert subject.erasure.erase_case(CASE_ID) == 0
    assert CASE_ID not in subject.everything()
