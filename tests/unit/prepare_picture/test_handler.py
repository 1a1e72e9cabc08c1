"""The function as it is wired: messages in, files and states out; each call of AWS fails in each way."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import boto3
import pytest
from PIL import Image

from desk.clock import utc_now
from desk.pictures.model import Picture, PictureReason, PictureState
from desk.pictures.store import PictureItems, message_of
from prepare_picture import handler
from tests.brands import small_brand
from tests.failing_calls import each_alone, put_back, some_together, stored, told
from tests.invocations import Function, set_up
from tests.tables import REGION, Dynamo, dynamodb
from tests.unit.prepare_picture.test_encode import saved

ID = "7q2m4xd93k0p7q2m4xd9"
PNG = saved(Image.new("RGB", (30, 20), (1, 2, 3)), "PNG")


@dataclass
class Stack:
    function: Function
    dynamo: Dynamo
    s3: Any

    @property
    def pictures(self) -> PictureItems:
        return PictureItems(self.dynamo.client, self.dynamo.tables.desk)

    @property
    def found(self) -> Picture:
        return self.pictures.get_many([ID])[ID]

    def upload(self, content: bytes = PNG) -> None:
        self.s3.delete_object(Bucket="pictures", Key=f"prepared/{ID}")
        self.s3.put_object(Bucket="pictures", Key=f"quarantine/{ID}", Body=content)

    def files(self) -> list[str]:
        listed = self.s3.list_objects_v2(Bucket="pictures").get("Contents", [])
        return [str(each["Key"]) for each in listed]


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    monkeypatch.setattr("prepare_picture.wiring.load_brand", small_brand)
    with dynamodb() as dynamo:
        set_up(
            monkeypatch,
            {"DESK_TABLE": dynamo.tables.desk, "PICTURES_BUCKET": "pictures", "FETCH_EXCEPTIONS": "127.0.0.1:9"},
        )
        s3 = boto3.client("s3")
        s3.create_bucket(Bucket="pictures", CreateBucketConfiguration={"LocationConstraint": REGION})  # type: ignore[typeddict-item]
        stack = Stack(Function(handler, monkeypatch), dynamo, s3)
        stack.pictures.add(Picture(ID, "박지민", utc_now()))
        stack.upload()
        stack.function.starts()
        yield stack


def event(*bodies: str, attempt: int = 1) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": str(attempt)}
    records = enumerate(bodies, 1)
    return {"Records": [{"messageId": str(number), "body": body, "attributes": attributes} for number, body in records]}


def test_a_message_prepares_its_picture(stack: Stack) -> None:
    ran = stack.function.invoked(event(message_of(ID)))

    assert (ran.error, ran.answer) == (None, {"batchItemFailures": []})
    assert (stack.found.state, stack.found.width) == (PictureState.READY, 30)
    assert stack.files() == [f"prepared/{ID}"]


def test_messages_that_name_no_picture_go_to_the_dead_letters_and_the_others_go_on(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = stack.function.invoked(event("garbled", '{"picture_id": 7}', message_of(ID), message_of("unknown")))

    assert ran.answer == {"batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "2"}]}
    assert stack.found.state is PictureState.READY


def test_an_address_that_nobody_answers_is_asked_again_until_the_last_attempt(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    stack.pictures.save(stack.found._replace(source_url="http://127.0.0.1:9/cover.png"))

    answers = [stack.function.invoked(event(message_of(ID), attempt=attempt)).answer for attempt in (1, 2, 3)]

    assert [len(answer["batchItemFailures"]) for answer in answers] == [1, 1, 0]
    assert (stack.found.reason, stack.found.detail) == (PictureReason.NOT_FETCHED, "not_reached")


def test_a_picture_whose_run_fails_in_any_way_is_prepared_by_a_later_delivery(
    stack: Stack, capsys: pytest.CaptureFixture[str]
) -> None:
    state = stored()
    clean = stack.function.invoked(event(message_of(ID)))
    wanted = stack.found

    for trouble in chain(each_alone(clean.made), some_together(clean.made, count=6, seed=9)):
        put_back(state)
        stack.upload()
        stack.function.starts()
        stack.function.invoked(event(message_of(ID)), trouble)
        stack.function.invoked(event(message_of(ID), attempt=2))
        assert stack.found == wanted, told(trouble, clean.made)
        assert f"prepared/{ID}" in stack.files(), told(trouble, clean.made)
