"""What the stores do while DynamoDB throttles, cancels or does not answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from desk.errors import StoreBusy
from desk.mentions.model import Mention, Parent
from desk.mentions.poll_state import Checkpoint, Lease, PollStateItems
from desk.mentions.store import MentionStoreItems
from desk.x.model import XPost
from tests.contract.in_trouble import Retrying, refused
from tests.tables import Tables, dynamodb

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")


@dataclass
class Subject:
    dynamodb: Retrying
    tables: Tables
    naps: list[float]

    @property
    def store(self) -> MentionStoreItems:
        return MentionStoreItems(
            self.dynamodb,  # type: ignore[arg-type]  # as much of a client as the store uses
            mentions_table=self.tables.mentions,
            desk_table=self.tables.desk,
            zone=SEOUL,
            pause=self.naps.append,
        )

    @property
    def state(self) -> PollStateItems:
        return PollStateItems(self.dynamodb, self.tables.desk)  # type: ignore[arg-type]  # see above


@pytest.fixture
def subject() -> Iterator[Subject]:
    with dynamodb() as (client, tables):
        yield Subject(Retrying(client), tables, [])


def mention(number: int, text: str = "청구서", parent: Parent | None = None) -> Mention:
    return Mention(post(number, text), NOON, parent=parent)


def post(number: int, text: str) -> XPost:
    key = str(number)
    return XPost(key, text, "501", created_at=NOON, conversation_id=key, lang="ko", edit_ids=(key,))


def test_a_transaction_that_met_another_is_tried_again(subject: Subject) -> None:
    store = subject.store
    store.erased_authors()  # as each poll does first
    subject.dynamodb.errors = [refused("TransactionCanceledException", "None", "TransactionConflict")] * 2

    assert store.store([mention(1)]) == {"1"}
    assert len(subject.naps) == 2


def test_a_transaction_that_is_cancelled_again_and_again_is_given_up(subject: Subject) -> None:
    store = subject.store
    store.erased_authors()
    subject.dynamodb.errors = [refused("TransactionCanceledException", "ThrottlingError", "None")] * 50
    asked = subject.dynamodb.asked

    with pytest.raises(StoreBusy):
        store.store([mention(1)])

    assert subject.dynamodb.asked - asked - 1 == len(subject.naps) < 10
    assert sum(subject.naps) < 2


def test_keys_that_were_not_processed_are_asked_for_again(subject: Subject) -> None:
    subject.store.store([mention(1)])
    subject.dynamodb.unprocessed = 2

    assert subject.store.known(["1", "2"]) == {"1"}


def test_keys_that_are_never_processed_are_an_error_not_an_absence(subject: Subject) -> None:
    subject.dynamodb.unprocessed = 1_000

    with pytest.raises(StoreBusy):
        subject.store.known(["1"])


@pytest.mark.parametrize(
    "error",
    [
        refused("ProvisionedThroughputExceededException"),
        refused("InternalServerError"),
        ReadTimeoutError(endpoint_url="https://dynamodb"),
    ],
)
def test_what_botocore_could_not_overcome_is_busy_wherever_it_happens(subject: Subject, error: Exception) -> None:
    lease = Lease("a", NOON, 1)

    for ask in (
        lambda: subject.store.store([mention(1)]),
        lambda: subject.store.known(["1"]),
        lambda: subject.store.ids_from("1", until=NOON, count=1),
        subject.state.load,
        lambda: subject.state.take(None, holder="a", until=NOON),
        lambda: subject.state.settle(lease, checkpoint=Checkpoint("1", NOON)),
        lambda: subject.state.release(lease),
        subject.store.erased_authors,
    ):
        subject.dynamodb.errors = [error]
        with pytest.raises(StoreBusy):
            ask()


def test_an_error_that_waiting_does_not_mend_passes_as_it_is(subject: Subject) -> None:
    subject.dynamodb.errors = [refused("AccessDeniedException")]

    with pytest.raises(ClientError):
        subject.store.known(["1"])


def test_a_text_too_long_for_an_item_is_cut_visibly_rather_than_holding_up_the_rest(subject: Subject) -> None:
    huge = "https://jade.example/" * 100_000

    subject.store.store([mention(1, huge, Parent("9", post(9, huge))), mention(2)])

    posts = subject.store.posts(["1", "2"])
    assert posts["1"] is not None
    assert posts["1"].text.endswith("…")
    assert posts["2"] is not None
