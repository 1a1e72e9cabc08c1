"""Requests that DynamoDB limits in size, and the stores while DynamoDB throttles, cancels or fails."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from desk.aws.dynamodb import Group, batch_get, transact
from desk.brand import XBudget
from desk.cases.author_notes import AuthorNote, AuthorNoteItems
from desk.cases.links import CaseLinkItems
from desk.cases.model import WAITING, CaseEvent, CaseEventKind
from desk.cases.opt_outs import OptOutItems
from desk.cases.outbox import entries_for
from desk.cases.sla import Reminder
from desk.cases.store import CaseStoreItems
from desk.errors import StoreBusy
from desk.mentions import items as mention_items
from desk.mentions.model import Mention, Parent
from desk.mentions.poll_state import Checkpoint, Lease, PollStateItems
from desk.mentions.store import MentionStoreItems
from desk.outbox.store import OutboxItems
from desk.posts.model import IdempotentRequest, PostState, UniqueKey
from desk.posts.store import PostStoreItems
from desk.reports.store import ReportLinkItems, ReportName
from desk.x.breakers import Breaker, BreakerItems, BreakerReason
from desk.x.dialects import Dialect, DialectChoice, DialectItems
from desk.x.model import Usage, XPost
from desk.x.spend import Reservation, SpendItems
from tests.cases import a_case
from tests.contract.in_trouble import Broken, Retrying, refused
from tests.fakes.mentions import SEOUL
from tests.families import for_each
from tests.tables import Tables, dynamodb
from tests.unit.posts.scene import a_post

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
DAY = timedelta(days=1)
MOST_ACTIONS, MOST_BYTES = 100, 4 * 1024 * 1024
"""What DynamoDB takes in one transaction."""


@dataclass
class Recording:
    """As much of a client as the stores write with: it keeps each transaction, and knows nothing else."""

    transactions: list[list[dict[str, Any]]] = field(default_factory=list)

    def transact_write_items(self, *, TransactItems: Sequence[dict[str, Any]]) -> None:  # noqa: N803 - boto3's name
        self.transactions.append(list(TransactItems))

    def query(self, **_: Any) -> dict[str, Any]:
        """Nobody was erased."""
        return {"Items": []}

    def store(self, mentions: Sequence[Mention]) -> list[int]:
        """How many mentions each transaction put."""
        self.transactions.clear()
        client: Any = self
        store = MentionStoreItems(client, mentions_table="mentions", desk_table="desk", zone=SEOUL)
        assert len(store.store(mentions)) == len(mentions)
        return [len(self.items(actions)) for actions in self.transactions]

    def items(self, actions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        return [action["Put"]["Item"] for action in actions if "Put" in action]

    def counts(self, actions: Sequence[dict[str, Any]]) -> dict[str, int]:
        updates = [action["Update"] for action in actions if "Update" in action]
        numbers = [int(update["ExpressionAttributeValues"][":n"]["N"]) for update in updates]
        return dict(zip([update["Key"]["item"]["S"] for update in updates], numbers, strict=True))


def mention(number: int, *, at: datetime = NOON, text: str = "청구서", parent: str | None = None) -> Mention:
    return Mention(post(number, at, text), NOON, parent=Parent("900", post(900, at, parent)) if parent else None)


def post(number: int, at: datetime, text: str) -> XPost:
    key = f"{number:04}"
    return XPost(id=key, text=text, author_id="501", created_at=at, conversation_id=key, lang="ko", edit_ids=(key,))


@pytest.mark.parametrize(
    ("number", "day_of", "sizes"),
    [
        (0, lambda n: 0, []),
        (89, lambda n: 0, [89]),
        (90, lambda n: 0, [89, 1]),
        (179, lambda n: 0, [89, 89, 1]),
        (10, lambda n: n, [10]),
        (25, lambda n: n, [10, 10, 5]),
        (89, lambda n: n % 10, [89]),  # 89 puts, ten counts and a look at erased authors: a hundred actions
        (22, lambda n: n % 11, [10, 10, 2]),
    ],
)
def test_a_transaction_puts_89_mentions_of_ten_days(
    number: int, day_of: Callable[[int], int], sizes: list[int]
) -> None:
    client = Recording()

    assert client.store([mention(each, at=NOON - day_of(each) * DAY) for each in range(number)]) == sizes
    assert all(len(actions) <= MOST_ACTIONS for actions in client.transactions)


def test_each_transaction_counts_what_it_puts_on_the_day_in_the_desks_zone() -> None:
    client = Recording()

    client.store([mention(number, at=NOON if number % 3 else MIDNIGHT) for number in range(100)])

    first, second = (client.counts(actions) for actions in client.transactions)
    assert first == {"day#2026-11-24": 59, "day#2026-11-25": 30}
    assert second == {"day#2026-11-24": 7, "day#2026-11-25": 4}


def test_mentions_share_a_transaction_up_to_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Recording()
    client.store([mention(0)])
    size = len(json.dumps(client.items(client.transactions[0])[0]))

    for bytes_, sizes in (
        (2 * size, [2, 2, 1]),
        (3 * size - 1, [2, 2, 1]),
        (2 * size - 1, [1] * 5),
        (3 * size, [3, 2]),
        (10, [1] * 5),
    ):
        monkeypatch.setattr(mention_items, "_BYTES", bytes_)
        assert client.store([mention(number) for number in range(5)]) == sizes


def test_the_longest_posts_with_the_longest_parents_stay_below_the_limits_of_a_transaction() -> None:
    client, text = Recording(), "가" * 200_000  # links expanded again and again; X's longest are 25,000

    assert sum(client.store([mention(number, text=text, parent=text) for number in range(30)])) == 30

    sizes = [len(json.dumps(actions)) for actions in client.transactions]
    assert max(sizes) <= MOST_BYTES
    assert all(sizes[place] + sizes[place + 1] > MOST_BYTES / 2 for place in range(len(sizes) - 1))
    item = client.items(client.transactions[0])[0]
    for words in (item["post"], item["parent"]["M"]["post"]):
        assert len(words["M"]["text"]["S"].encode()) <= 150_000
        assert words["M"]["text"]["S"].endswith("…")


class Stub:
    """A client that answers BatchGetItem with a few keys at a time, and cancels or refuses transactions on demand."""

    def __init__(self, *, answers: int = 100, errors: tuple[str, ...] = ()) -> None:
        self._answers = answers
        self._errors = list(errors)
        self.sizes: list[int] = []

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - boto3's names
        [(table, about)] = RequestItems.items()
        keys = about["Keys"]
        self.sizes.append(len(keys))
        left = keys[self._answers :]
        unprocessed = {table: about | {"Keys": left}} if left else {}
        return {"Responses": {table: keys[: self._answers]}, "UnprocessedKeys": unprocessed}

    def transact_write_items(self, *, TransactItems: list[Any]) -> None:  # noqa: N803 - boto3's names
        self.sizes.append(len(TransactItems))
        if self._errors:
            raise ClientError({"Error": {"Code": self._errors.pop(0), "Message": "no"}}, "TransactWriteItems")


def group(name: str, actions: int, size: int = 1_000, touches: str = "") -> Group:
    return Group((name,), tuple({"Put": place} for place in range(actions)), size, touches or name)


def test_unprocessed_keys_are_asked_for_again_and_end_in_a_busy_store() -> None:
    few: Any = Stub(answers=40)
    none: Any = Stub(answers=0)
    keys: list[dict[str, Any]] = [{"mention_id": {"S": str(number)}} for number in range(150)]

    assert list(batch_get(few, "mentions", keys, pause=lambda _: None)) == keys
    assert few.sizes == [100, 60, 20, 50, 10]
    with pytest.raises(StoreBusy):
        list(batch_get(none, "mentions", keys, pause=lambda _: None))


@pytest.mark.parametrize(
    ("groups", "sizes"),
    [
        ([group(str(n), 3) for n in range(100)], [99, 99, 99, 3]),
        ([group(str(n), 1, size=1_500_000) for n in range(5)], [2, 2, 1]),
        ([group("1", 3, touches="case"), group("2", 3, touches="case"), group("3", 3)], [3, 6]),
    ],
)
def test_groups_share_transactions_up_to_actions_and_bytes_unless_they_touch_the_same(
    groups: list[Group], sizes: list[int]
) -> None:
    stub: Any = Stub()

    transact(stub, groups)

    assert stub.sizes == sizes


@pytest.mark.parametrize(
    ("code", "cancelled", "failed"),
    [
        ("TransactionCanceledException", ["1"], {}),
        ("ValidationException", ["1"], {}),
        ("ThrottlingException", [], {"1": "ThrottlingException"}),
    ],
)
def test_a_transaction_that_fails_fails_its_own_groups_only(
    code: str, cancelled: list[str], failed: dict[str, str]
) -> None:
    stub: Any = Stub(errors=(code,))

    done = transact(stub, [group("1", 60), group("2", 60)])

    assert (done.cancelled, done.failed) == (cancelled, failed)


def test_any_other_error_of_a_transaction_passes() -> None:
    stub: Any = Stub(errors=("AccessDeniedException",))

    with pytest.raises(ClientError):
        transact(stub, [group("1", 1)])


@dataclass
class Busy:
    """The stores of the poll on a DynamoDB that fails on demand."""

    dynamodb: Retrying
    tables: Tables
    pauses: list[float]

    @property
    def store(self) -> MentionStoreItems:
        client: Any = self.dynamodb
        return MentionStoreItems(
            client,
            mentions_table=self.tables.mentions,
            desk_table=self.tables.desk,
            zone=SEOUL,
            pause=self.pauses.append,
        )


@pytest.fixture
def busy() -> Iterator[Busy]:
    with dynamodb() as (client, tables):
        yield Busy(Retrying(client), tables, [])


def test_a_transaction_that_conflicts_is_tried_again_and_given_up_after_a_few_seconds(busy: Busy) -> None:
    store = busy.store
    store.erased_authors()  # as each poll does first
    busy.dynamodb.errors = [refused("TransactionCanceledException", "None", "TransactionConflict")] * 2

    assert store.store([mention(1)]) == {"0001"}
    assert len(busy.pauses) == 2

    busy.dynamodb.errors = [refused("TransactionCanceledException", "ThrottlingError", "None")] * 50
    asked, pauses = busy.dynamodb.asked, len(busy.pauses)
    with pytest.raises(StoreBusy):
        store.store([mention(2)])
    assert busy.dynamodb.asked - asked - 1 == len(busy.pauses) - pauses < 10
    assert sum(busy.pauses) < 2


CASE, EVENT = a_case(NOON), CaseEvent(CaseEventKind.REMINDED, NOON, "")
REMINDER = Reminder(CaseEventKind.REMINDED, NOON)
REPORT = ReportName("evening", NOON.date())
POST = a_post()
NOTE = AuthorNote("a", "메모", "김지은", "p1", NOON)
BREAKER = Breaker("user:read", BreakerReason.RATE_LIMITED, NOON, NOON)
CHOICE = DialectChoice("mentions", Dialect.POSTS, NOON)
RUN = Reservation("a1", NOON.date(), 100_000)


def mentions(client: Any) -> MentionStoreItems:
    return MentionStoreItems(client, mentions_table="mentions", desk_table="desk", zone=SEOUL)


def cases(client: Any) -> CaseStoreItems:
    return CaseStoreItems(client, cases_table="cases", mentions_table="mentions", desk_table="desk")


def author_notes(client: Any) -> AuthorNoteItems:
    return AuthorNoteItems(client, "desk", lasts=DAY)


def posts(client: Any) -> PostStoreItems:
    return PostStoreItems(client, posts_table="posts", desk_table="desk")


CALLS: dict[str, Callable[[Any], object]] = {
    "mentions: store": lambda client: mentions(client).store([mention(1)]),
    "mentions: known": lambda client: mentions(client).known(["1"]),
    "mentions: ids_from": lambda client: mentions(client).ids_from("1", until=NOON, count=1),
    "mentions: case_ids": lambda client: mentions(client).case_ids(["1"]),
    "mentions: day_rows": lambda client: list(mentions(client).day_rows(NOON.date())),
    "mentions: polled": lambda client: mentions(client).polled([NOON.date()]),
    "mentions: erased_authors": lambda client: mentions(client).erased_authors(),
    "poll: load": lambda client: PollStateItems(client, "desk").load(),
    "poll: take": lambda client: PollStateItems(client, "desk").take(None, holder="a", until=NOON),
    "poll: settle": lambda client: PollStateItems(client, "desk").settle(
        Lease("a", NOON, 1), checkpoint=Checkpoint("1", NOON)
    ),
    "poll: release": lambda client: PollStateItems(client, "desk").release(Lease("a", NOON, 1)),
    "poll: set_own_posts_seen_to": lambda client: PollStateItems(client, "desk").set_own_posts_seen_to("1"),
    "cases: get": lambda client: cases(client).get(CASE.id),
    "cases: get_many": lambda client: cases(client).get_many([CASE.id]),
    "cases: file": lambda client: cases(client).file(CASE.id),
    "cases: author_cases": lambda client: cases(client).author_cases("7", NOON),
    "cases: save": lambda client: cases(client).save(CASE, CASE, EVENT),
    "cases: queued": lambda client: cases(client).queued(limit=1),
    "outbox: entries": lambda client: OutboxItems(client, "desk").entries("billing"),
    "outbox: has": lambda client: OutboxItems(client, "desk").has(*entries_for(CASE, EVENT)),
    "outbox: settle": lambda client: OutboxItems(client, "desk").settle(entries_for(CASE, EVENT)),
    "cases: page": lambda client: cases(client).page(WAITING, limit=1),
    "cases: open_cases": lambda client: list(cases(client).open_cases("billing")),
    "cases: due_cases": lambda client: list(cases(client).due_cases("billing", NOON)),
    "cases: events_between": lambda client: list(cases(client).events_between(NOON, NOON + DAY)),
    "cases: mention_ids": lambda client: cases(client).mention_ids([CASE.id]),
    "cases: last_reminders": lambda client: cases(client).last_reminders({CASE.id: NOON}),
    "cases: claim_call": lambda client: cases(client).claim_call(CASE, NOON, held=(NOON, NOON)),
    "cases: record_call": lambda client: cases(client).record_call(CASE, NOON, 1),
    "cases: called_at": lambda client: cases(client).called_at([CASE.id]),
    "cases: record_reminder": lambda client: cases(client).record_reminder(CASE, REMINDER, None, EVENT),
    "case links: make": lambda client: CaseLinkItems(client, "desk").make([CASE.id], "billing", NOON),
    "case links: find": lambda client: CaseLinkItems(client, "desk").find("A" * 18),
    "case links: revoke": lambda client: CaseLinkItems(client, "desk").revoke("a", NOON),
    "opt-outs: record": lambda client: OptOutItems(client, "desk").record("55", "700", NOON),
    "opt-outs: opted_out_at": lambda client: OptOutItems(client, "desk").opted_out_at("55"),
    "author notes: of_author": lambda client: author_notes(client).of_author("55", NOON),
    "author notes: add": lambda client: author_notes(client).add("55", NOTE),
    "author notes: remove": lambda client: author_notes(client).remove("55", "a", NOON),
    "author notes: restore": lambda client: author_notes(client).restore("55", "a", NOON),
    "posts: get": lambda client: posts(client).get("a"),
    "posts: holder": lambda client: posts(client).holder("text#1"),
    "posts: request": lambda client: posts(client).request("request#1"),
    "posts: add": lambda client: posts(client).add(
        POST, [UniqueKey("text#1")], IdempotentRequest("request#1", "f1", POST, NOON + DAY)
    ),
    "posts: save": lambda client: posts(client).save(POST, POST),
    "posts: save unless paused": lambda client: posts(client).save(POST, POST, unless_paused=True),
    "posts: due": lambda client: posts(client).due(PostState.QUEUED, until=NOON, limit=1),
    "posts: page": lambda client: posts(client).page(PostState.QUEUED, limit=1),
    "posts: between": lambda client: posts(client).between(PostState.QUEUED, NOON, NOON + DAY, limit=1),
    "posts: last_greeting": lambda client: posts(client).last_greeting(),
    "report links: make": lambda client: ReportLinkItems(client, "desk").make(REPORT, NOON),
    "report links: find": lambda client: ReportLinkItems(client, "desk").find("A" * 18),
    "report links: revoke": lambda client: ReportLinkItems(client, "desk").revoke("a", NOON),
    "report links: all": lambda client: ReportLinkItems(client, "desk").all(),
}
"""A call of each method of the stores. Each store translates the errors of its table itself."""
X_CALLS: dict[str, Callable[[Any], object]] = {
    "breakers: load": lambda client: BreakerItems(client, "desk").load(),
    "breakers: save": lambda client: BreakerItems(client, "desk").save(BREAKER),
    "breakers: clear": lambda client: BreakerItems(client, "desk").clear(BREAKER),
    "dialects: load": lambda client: DialectItems(client, "desk").load(),
    "dialects: save": lambda client: DialectItems(client, "desk").save(CHOICE),
    "spend: reserve": lambda client: SpendItems(client, "desk", SEOUL, XBudget()).reserve(RUN, NOON),
    "spend: settle": lambda client: SpendItems(client, "desk", SEOUL, XBudget()).settle(RUN, Usage(1, 1)),
    "spend: between": lambda client: SpendItems(client, "desk", SEOUL, XBudget()).between(RUN.day, RUN.day),
}
"""The same for the stores of the X client, for which any error of the table is a busy store."""


@for_each("name", [*CALLS, *X_CALLS])
def test_each_method_raises_store_busy_for_what_botocore_could_not_overcome(name: str) -> None:
    for error in (
        refused("ThrottlingException"),
        refused("ProvisionedThroughputExceededException"),
        refused("InternalServerError"),
        refused("TransactionInProgressException"),
        ReadTimeoutError(endpoint_url="https://dynamodb"),
    ):
        with pytest.raises(StoreBusy):
            (CALLS | X_CALLS)[name](Retrying(None, errors=[error]))


@for_each("name", CALLS)
def test_an_error_that_a_retry_does_not_fix_is_raised_as_it_is(name: str) -> None:
    with pytest.raises(ClientError):
        CALLS[name](Retrying(None, errors=[refused("AccessDeniedException")]))


@pytest.mark.parametrize("name", X_CALLS)
def test_the_x_client_gets_a_busy_store_for_any_error_of_its_table(name: str) -> None:
    with pytest.raises(StoreBusy):
        X_CALLS[name](Retrying(None, errors=[refused("ResourceNotFoundException")]))


def test_a_reminder_that_meets_other_transactions_again_and_again_is_a_busy_store() -> None:
    with pytest.raises(StoreBusy):
        CALLS["cases: record_reminder"](Broken(refused("TransactionCanceledException", "TransactionConflict")))
