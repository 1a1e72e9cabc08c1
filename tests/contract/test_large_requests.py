"""What does not fit into one request of DynamoDB: asked again, or packed into several."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from desk.aws.dynamodb import batch_get
from desk.aws.transactions import Group, transact
from desk.errors import StoreBusy


def key(number: int) -> dict[str, Any]:
    return {"mention_id": {"S": str(number)}}


class Stub:
    """A client that answers BatchGetItem with a few keys at a time, and cancels or refuses transactions on demand."""

    def __init__(self, *, answers: int = 100, refusals: tuple[str, ...] = ()) -> None:
        self._answers = answers
        self._refusals = list(refusals)
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
        if self._refusals:
            raise ClientError({"Error": {"Code": self._refusals.pop(0), "Message": "no"}}, "TransactWriteItems")


def group(name: str, actions: int, size: int = 1_000, touches: str = "") -> Group:
    return Group((name,), tuple({"Put": place} for place in range(actions)), size, touches or name)


def test_keys_that_stayed_unprocessed_are_asked_for_again() -> None:
    stub: Any = Stub(answers=40)

    items = list(batch_get(stub, "mentions", [key(n) for n in range(150)], pause=lambda _: None))

    assert items == [key(n) for n in range(150)]
    assert stub.sizes == [100, 60, 20, 50, 10]


def test_keys_that_stay_unprocessed_end_in_a_busy_store() -> None:
    stub: Any = Stub(answers=0)

    with pytest.raises(StoreBusy):
        list(batch_get(stub, "mentions", [key(1)], pause=lambda _: None))


def test_transactions_keep_to_a_hundred_actions() -> None:
    stub: Any = Stub()

    transact(stub, [group(str(n), 3) for n in range(100)])

    assert stub.sizes == [99, 99, 99, 3]


def test_transactions_keep_to_their_bytes() -> None:
    stub: Any = Stub()

    transact(stub, [group(str(n), 1, size=1_500_000) for n in range(5)])

    assert stub.sizes == [2, 2, 1]


def test_what_touches_the_same_case_goes_into_transactions_of_its_own() -> None:
    stub: Any = Stub()

    transact(stub, [group("1", 3, touches="case"), group("2", 3, touches="case"), group("3", 3)])

    assert stub.sizes == [3, 6]


@pytest.mark.parametrize("code", ["TransactionCanceledException", "ValidationException"])
def test_a_refused_transaction_cancels_its_groups_and_no_others(code: str) -> None:
    stub: Any = Stub(refusals=(code,))

    done = transact(stub, [group("1", 60), group("2", 60)])

    assert (done.cancelled, done.failed) == (["1"], {})


def test_a_busy_store_fails_the_groups_of_that_transaction() -> None:
    stub: Any = Stub(refusals=("ThrottlingException",))

    done = transact(stub, [group("1", 60), group("2", 60)])

    assert done.failed == {"1": "ThrottlingException"}


def test_any_other_refusal_is_a_defect_and_passes() -> None:
    stub: Any = Stub(refusals=("AccessDeniedException",))

    with pytest.raises(ClientError):
        transact(stub, [group("1", 1)])
