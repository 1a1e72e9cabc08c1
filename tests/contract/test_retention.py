"""Retention and erasure of mentions and cases on the tables, also when something else happens at the same time."""

from collections.abc import Iterator
from copy import replace
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from desk.aws.dynamodb import parts_of
from desk.cases import transitions as case_steps
from desk.cases.items import case_item
from desk.cases.model import Case, CaseEvent, CaseEventKind, CaseState, Draft, ReplyAs
from desk.cases.outbox import QUEUED_REPLY
from desk.cases.store import CaseFile, CaseStoreItems
from desk.errors import CaseMoved, StoreBusy
from desk.pictures.model import AttachedPicture, Picture
from desk.pictures.store import PictureRemover
from desk.promises.model import Ending
from desk.promises.store import PromiseItems, promise_actions
from desk.replies.forms import attached_field
from desk.retention.store import ErasureItems, RetentionItems
from desk.staff.drafts import DraftItems, PersonalDraft
from tests.cases import a_promise
from tests.contract.case_scene import CASE_ID, NOON, Routing, decided, mention
from tests.fakes.pictures import FakePictureFiles, no_pictures
from tests.tables import DYNAMODBS, Tables, dynamodb

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DAY = timedelta(days=1)
LATER = NOON + timedelta(hours=1)
CLOSED = CaseEvent(
    CaseEventKind.CLOSED, NOON + 9 * DAY, "지은", "김하늘 고객과 통화했습니다", override_reason="김하늘 고객이 원합니다"
)
EXPIRED = CLOSED.at + DAY
DRAFT = Draft("김하늘 고객님, 내일 됩니다", "지은", LATER)
PROMISE = a_promise(NOON + timedelta(hours=5), subject=CASE_ID, words="김하늘 고객님, 세 시까지 알려 드릴게요")
DRAFTED = CaseEvent(CaseEventKind.DRAFTED, LATER, "지은", DRAFT.text, "billing")


@dataclass(frozen=True)
class Subject:
    """The stores under test, and the mentions 1 and 2 of one case."""

    client: "DynamoDBClient"
    tables: Tables
    pictures: PictureRemover = field(default_factory=no_pictures)

    @property
    def retention(self) -> RetentionItems:
        return RetentionItems(
            self.client, self.pictures, mentions_table=self.tables.mentions, cases_table=self.tables.cases
        )

    @property
    def erasure(self) -> ErasureItems:
        names = self.tables
        return ErasureItems(
            self.client, self.pictures, mentions_table=names.mentions, cases_table=names.cases, desk_table=names.desk
        )

    @property
    def routing(self) -> Routing:
        return Routing(self.client, self.tables)

    @property
    def cases(self) -> CaseStoreItems:
        return self.routing.unit_of_work.cases

    def file(self) -> CaseFile:
        file = self.cases.file(CASE_ID)
        assert file is not None
        return file

    def item(self) -> dict[str, Any]:
        key: Any = {"case_id": {"S": CASE_ID}, "what": {"S": "case"}}
        return self.client.get_item(TableName=self.tables.cases, Key=key)["Item"]

    def all_items(self) -> str:
        """The content of the four tables."""
        names = (self.tables.mentions, self.tables.cases, self.tables.desk, self.tables.posts)
        return str([self.client.scan(TableName=name)["Items"] for name in names])

    def opened(self) -> Case:
        self.routing.route(mention(1), mention(2))
        return self.file().case

    def closed(self) -> Case:
        case = self.opened()
        return self.cases.save(case_steps.closed(case), case, CLOSED)

    def drafted(self) -> CaseFile:
        """A case with a draft whose notification is still to be sent."""
        case = self.opened()
        self.cases.save(case_steps.drafted(case, DRAFT), case, DRAFTED)
        return self.file()

    def promised(self) -> Case:
        """A case whose reply has promised an answer."""
        case = self.opened()
        draft = DRAFT._replace(text=PROMISE.words, reply_as=ReplyAs.HOLDING)
        queued = case_steps.queued(case, "reply-1", draft, ReplyAs.HOLDING, promise=PROMISE)
        event = CaseEvent(CaseEventKind.QUEUED, PROMISE.made_at, "지은", draft.text, post_id="reply-1")
        queued = self.cases.save(queued, case, event)
        said = event._replace(what=CaseEventKind.PROMISED, at=LATER)
        return self.cases.save(case_steps.reply_posted(queued, LATER), queued, said)

    def record_events(self, case: Case, count: int = 120) -> None:
        for minute in range(count):
            self.cases.record(case, CLOSED._replace(at=NOON + timedelta(minutes=minute)))

    def has_expired(self, case: Case) -> bool:
        return case.id in self.retention.expired_cases([case.id], EXPIRED)


@pytest.fixture(params=DYNAMODBS)
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    with dynamodb(request.param) as (client, tables):
        yield Subject(client, tables)


def test_a_case_expires_after_its_last_event(subject: Subject) -> None:
    case = subject.closed()

    assert subject.retention.expired_cases([case.id], CLOSED.at) == frozenset()
    assert subject.retention.expired_cases([case.id], CLOSED.at + timedelta(microseconds=1)) == {case.id}


def test_marks_of_reminders_and_calls_do_not_delay_expiry(subject: Subject) -> None:
    case = subject.closed()
    for what in ("chase", "on_call"):
        item: Any = {"case_id": {"S": case.id}, "what": {"S": what}, "at": {"S": "2099"}}
        subject.client.put_item(TableName=subject.tables.cases, Item=item)

    assert subject.has_expired(case)
    assert subject.retention.remove_case_words(case.id, EXPIRED) == 2


def test_events_are_kept_without_their_text(subject: Subject) -> None:
    case = subject.closed()

    assert subject.retention.remove_case_words(case.id, EXPIRED) == 2

    file = subject.file()
    assert list(file.events) == [CLOSED._replace(text="", override_reason="")]
    assert (list(file.mentions), file.case) == ([], case._replace(author=None))


PICTURES = ("7q2m4xd93k0p7q2m4xd9", "8q2m4xd93k0p7q2m4xd9")


@pytest.fixture
def files(subject: Subject) -> FakePictureFiles:
    """A closed case whose reply had two pictures."""
    store, files = subject.pictures
    assert isinstance(files, FakePictureFiles)
    for picture_id in PICTURES:
        store.add(Picture(picture_id, "지은", NOON))
        files.put_prepared(picture_id, b"...", "image/png")
    attached = tuple(AttachedPicture(each, "김하늘 고객의 요금제") for each in PICTURES)
    replied = replace(CLOSED, what=CaseEventKind.QUEUED, at=LATER, override_reason="", post_id="r", pictures=attached)
    case = subject.opened()
    case = subject.cases.save(case, case, replied)
    assert replied in subject.file().events
    subject.cases.save(case_steps.closed(case), case, CLOSED)
    return files


def _is_gone(subject: Subject, files: FakePictureFiles) -> bool:
    return not files.prepared_files and not subject.pictures.store.get_many(PICTURES)


def test_pictures_of_replies_go_with_their_texts(subject: Subject, files: FakePictureFiles) -> None:
    assert subject.retention.remove_case_words(CASE_ID, EXPIRED) == 2

    assert _is_gone(subject, files)
    assert not any(PICTURES[0] in str(each) for each in subject.file().events)


def test_pictures_of_replies_to_an_erased_person_go(subject: Subject, files: FakePictureFiles) -> None:
    subject.erasure.erase_case(CASE_ID)

    assert _is_gone(subject, files)
    assert PICTURES[0] not in subject.all_items()


def test_while_a_picture_can_not_be_removed_its_case_keeps_the_words_that_name_it(
    subject: Subject, files: FakePictureFiles
) -> None:
    files.failing.add("remove_prepared")
    with pytest.raises(StoreBusy):
        subject.retention.remove_case_words(CASE_ID, EXPIRED)
    assert PICTURES[0] in str(subject.file().events)
    with pytest.raises(StoreBusy):
        subject.erasure.erase_case(CASE_ID)
    assert PICTURES[0] in subject.all_items()

    files.failing.clear()
    subject.erasure.erase_case(CASE_ID)

    assert _is_gone(subject, files)


def test_pictures_that_a_person_attached_and_did_not_send_go_with_the_draft(
    subject: Subject, files: FakePictureFiles
) -> None:
    drafts = DraftItems(subject.client, subject.tables.desk, lasts=DAY)
    typed = PersonalDraft("쓰는 중", {"pictures": attached_field([AttachedPicture(PICTURES[0])])}, 1, 1, NOON)
    drafts.save("jimin", "m1", typed)

    subject.erasure.erase_mentions(["1"])

    assert list(files.prepared_files) == [PICTURES[1]]


def test_a_note_on_a_case_without_words_is_removed_as_well(subject: Subject) -> None:
    case = subject.closed()
    subject.retention.remove_case_words(case.id, EXPIRED)
    noted = replace(CLOSED, what=CaseEventKind.NOTED, at=EXPIRED + DAY, override_reason="")
    subject.cases.record(case, noted)

    early, due = (subject.retention.expired_cases([case.id], noted.at + later) for later in (timedelta(0), DAY))
    subject.retention.remove_case_words(case.id, noted.at + DAY)

    assert (early, due) == (frozenset[str](), frozenset({case.id}))
    assert {event.text for event in subject.file().events} == {""}
    assert subject.retention.expired_cases([case.id], noted.at + DAY) == frozenset()


def test_a_case_whose_author_came_back_keeps_all_words(subject: Subject) -> None:
    case = subject.closed()
    back = mention(3)._replace(received_at=EXPIRED)
    subject.routing.route(back)

    assert subject.retention.remove_case_words(case.id, EXPIRED) == 0

    assert {one.mention.id for one in subject.file().mentions} == {"1", "2", "3"}
    assert CLOSED.text in {event.text for event in subject.file().events}


def test_a_mention_that_got_a_case_is_not_forgotten_by_itself(subject: Subject) -> None:
    subject.opened()

    subject.retention.remove_words(["1"])

    assert {one.mention.id for one in subject.file().mentions} == {"1", "2"}


def test_the_draft_of_a_closed_case_is_removed(subject: Subject) -> None:
    case = subject.opened()
    drafted = case_steps.drafted(case, Draft("김하늘 님, 내일 됩니다", "지은", NOON))
    holding = case_steps.replied_on_x(drafted, ReplyAs.HOLDING, NOON)
    kept = case_steps.closed(case)._replace(draft=holding.draft)
    subject.cases.save(kept, case, CLOSED)

    subject.retention.remove_case_words(case.id, EXPIRED)

    assert subject.file().case.draft is None


def test_an_open_case_keeps_its_author(subject: Subject) -> None:
    case = subject.opened()

    subject.retention.remove_case_words(case.id, EXPIRED)

    assert subject.file().case.author is not None
    assert "words_removed" not in subject.item()


def test_a_missing_case_never_expires_and_has_no_words(subject: Subject) -> None:
    assert subject.retention.expired_cases([CASE_ID], NOON) == frozenset()
    assert subject.retention.remove_case_words(CASE_ID, EXPIRED) == 0


def test_more_events_than_one_transaction_holds_lose_their_text(subject: Subject) -> None:
    case = subject.opened()
    subject.record_events(case)
    closed = subject.cases.save(case_steps.closed(case), case, CLOSED)

    subject.retention.remove_case_words(case.id, EXPIRED)

    assert {event.text for event in subject.file().events} == {""}
    assert subject.item()["words_removed"] == {"N": str(closed.version)}


def test_mentions_that_a_long_case_no_longer_lists_lose_their_words(subject: Subject) -> None:
    case = subject.closed()
    subject.client.put_item(TableName=subject.tables.cases, Item=case_item(case._replace(mention_ids=("1",))))

    assert subject.retention.remove_case_words(case.id, EXPIRED) == 2


@pytest.mark.parametrize("completed", [1, 2])
def test_a_cancelled_transaction_is_a_busy_store_and_the_next_run_completes(
    subject: Subject, completed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = subject.closed()
    subject.record_events(case)
    transact, reasons = subject.client.transact_write_items, [{"Code": "ThrottlingError"}]
    answer: Any = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    left = [True] * completed

    def cancelled(**asked: Any) -> Any:
        if left:
            left.pop()
            return transact(**asked)
        raise ClientError(answer, "TransactWriteItems")

    retention = subject.retention
    with monkeypatch.context() as failing:
        failing.setattr(subject.client, "transact_write_items", cancelled)
        with pytest.raises(StoreBusy):
            retention.remove_case_words(case.id, EXPIRED)

    assert subject.has_expired(case)
    retention.remove_case_words(case.id, EXPIRED)
    assert not subject.has_expired(case)
    assert {event.text for event in subject.file().events} == {""}


def test_an_event_that_was_deleted_meanwhile_does_not_keep_the_text_of_others(
    subject: Subject, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = subject.opened()
    subject.record_events(case)
    subject.cases.save(case_steps.closed(case), case, CLOSED)
    transact = subject.client.transact_write_items

    def goes_away(**asked: Any) -> Any:
        updates = [each["Update"] for each in asked["TransactItems"] if "Update" in each]
        if updates[0]["TableName"] == subject.tables.cases and len(updates) > 1:
            subject.client.delete_item(TableName=subject.tables.cases, Key=updates[0]["Key"])
        return transact(**asked)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(subject.client, "transact_write_items", goes_away)
        subject.retention.remove_case_words(case.id, EXPIRED)
    assert subject.has_expired(case)
    subject.retention.remove_case_words(case.id, EXPIRED)

    assert {event.text for event in subject.file().events} == {""}
    assert not subject.has_expired(case)


def test_an_erased_case_and_its_mentions_have_no_words_and_no_author(
    subject: Subject,
) -> None:
    subject.drafted()

    counts = (subject.erasure.erase_mentions(["1", "2", "9"]), subject.erasure.erase_case(CASE_ID))

    assert counts == (2, 2)
    for words in ("언제", "kim", "김", "내일"):
        assert words not in subject.all_items()


def test_erasing_again_changes_nothing(subject: Subject) -> None:
    subject.drafted()
    subject.erasure.erase_mentions(["1", "2"])
    subject.erasure.erase_case(CASE_ID)
    before = subject.all_items()

    again = (subject.erasure.erase_mentions(["1", "2"]), subject.erasure.erase_case(CASE_ID))

    assert again == (0, 0)
    assert subject.erasure.count_items_with_words(CASE_ID) == 0
    assert subject.all_items() == before


def test_an_erased_mention_is_not_read_and_a_reading_in_progress_restores_no_words(subject: Subject) -> None:
    subject.routing.receive(mention(1))
    steps = decided([mention(1)], {})  # read just before
    subject.erasure.erase_mentions(["1"])

    committed = subject.routing.unit_of_work.commit(steps, LATER)

    assert committed.contested == {"1"}
    assert not subject.routing.unit_of_work.mentions.unread(before=LATER, limit=9)
    assert subject.cases.file(CASE_ID) is None
    assert "언제" not in subject.all_items()


def test_a_page_that_was_open_cannot_add_words_to_an_erased_case(subject: Subject) -> None:
    seen = subject.drafted().case
    subject.erasure.erase_case(CASE_ID)

    with pytest.raises(CaseMoved):
        subject.cases.save(case_steps.drafted(seen, DRAFT), seen, DRAFTED)

    assert "내일" not in subject.all_items()


def test_an_erased_case_is_in_no_list_and_cannot_be_opened(subject: Subject) -> None:
    subject.drafted()
    subject.erasure.erase_case(CASE_ID)

    listed = subject.cases.page(set(CaseState), limit=9)
    assert (subject.cases.get(CASE_ID), subject.cases.file(CASE_ID), listed.cases) == (None, None, ())
    assert list(subject.cases.open_cases("billing")) == []


def test_an_erased_case_leaves_the_queued_replies(subject: Subject) -> None:
    case = subject.drafted().case
    queued = case_steps.queued(case, "p1", DRAFT, case.reply_as)
    subject.cases.save(queued, case, CaseEvent(CaseEventKind.QUEUED, LATER, "지은", DRAFT.text, post_id="p1"))
    assert list(parts_of(subject.client, subject.tables.desk, QUEUED_REPLY))

    subject.erasure.erase_case(CASE_ID)

    assert not list(parts_of(subject.client, subject.tables.desk, QUEUED_REPLY))


@pytest.mark.parametrize("way", ["erase_case", "strip_case_without_texts"])
def test_what_was_promised_to_people_who_are_gone_is_withdrawn_and_its_words_are_removed(
    way: str, subject: Subject
) -> None:
    promised = subject.promised()
    other = a_promise(PROMISE.due_at, "reply-2", subject="another")
    add: Any = list(promise_actions((), [other], other.made_at, "", subject.tables.desk))
    subject.client.transact_write_items(TransactItems=add)
    promises = PromiseItems(subject.client, subject.tables.desk)
    assert [each.post_id for each in promises.open()] == ["reply-1", "reply-2"]

    for _ in range(2):
        subject.erasure.erase_mentions(["1", "2"])
        getattr(subject.erasure, way)(CASE_ID)

    assert list(promises.open()) == [other]
    assert promises.get_many([PROMISE.key])[PROMISE.key].ending is Ending.ERASED
    assert PROMISE.words not in subject.all_items()
    with pytest.raises(CaseMoved):
        subject.cases.save(case_steps.closed(promised), promised, CLOSED)


def test_a_closed_case_that_has_expired_keeps_no_words_of_its_promise(subject: Subject) -> None:
    promised = subject.promised()
    closing = CLOSED._replace(was_at=case_steps.place_of(promised))
    case = subject.cases.save(case_steps.closed(promised), promised, closing)

    subject.retention.remove_case_words(case.id, EXPIRED)

    assert PROMISE.words not in subject.all_items()


def test_drafts_of_what_is_erased_are_removed_and_others_stay(subject: Subject) -> None:
    subject.opened()
    drafts = DraftItems(subject.client, subject.tables.desk, lasts=30 * DAY)
    for key in (CASE_ID, "m1", "m2", f"{CASE_ID[:-1]}A"):
        drafts.save("jimin", key, PersonalDraft("김하늘 고객님", {}, 1, 1, NOON))

    subject.erasure.erase_mentions(["1"])
    subject.erasure.erase_case(CASE_ID)

    left = [key for key in (CASE_ID, "m1", "m2", f"{CASE_ID[:-1]}A") if drafts.find("jimin", key, NOON)]
    assert left == ["m2", f"{CASE_ID[:-1]}A"]


def test_drafts_of_a_case_without_texts_are_removed(subject: Subject) -> None:
    subject.opened()
    drafts = DraftItems(subject.client, subject.tables.desk, lasts=30 * DAY)
    drafts.save("jimin", CASE_ID, PersonalDraft("김하늘 고객님", {}, 1, 1, NOON))

    subject.erasure.erase_mentions(["1"])
    subject.erasure.strip_case_without_texts(CASE_ID)
    assert drafts.find("jimin", CASE_ID, NOON)

    subject.erasure.erase_mentions(["2"])
    subject.erasure.strip_case_without_texts(CASE_ID)
    assert drafts.find("jimin", CASE_ID, NOON) is None


def test_erasing_a_missing_case_creates_nothing(subject: Subject) -> None:
    assert subject.erasure.erase_case(CASE_ID) == 0
    assert CASE_ID not in subject.all_items()
