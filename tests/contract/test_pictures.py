"""Pictures, their files and their queue: the fakes, DynamoDB, S3 and SQS keep the same promises."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import boto3
import pytest
import requests
from botocore.exceptions import EndpointConnectionError, ResponseStreamingError
from moto import mock_aws

from desk.errors import PicturesUnavailable, QueueUnavailable, StoreBusy
from desk.pictures.model import (
    KEPT,
    MOST_BYTES,
    Picture,
    PictureReason,
    PictureState,
    UploadForm,
    is_picture_id,
    new_picture_id,
)
from desk.pictures.store import (
    S3_CONFIG,
    PictureFiles,
    PictureFilesS3,
    PictureItems,
    PictureQueueSqs,
    PictureStore,
    Quarantined,
    message_of,
    picture_id_in,
)
from tests.contract.in_trouble import Broken, refused
from tests.contract.test_post_queue import clients
from tests.contract.test_reports import bucket_on
from tests.fakes.pictures import FakePictureFiles, FakePictureQueue, FakePictures
from tests.tables import DYNAMODBS, REGION, Dynamo, local_aws

NOON = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
ID, OTHER = new_picture_id(), new_picture_id()
FRESH = Picture(ID, "박지민", NOON)
READY = FRESH._replace(
    state=PictureState.READY,
    content_type="image/jpeg",
    width=1200,
    height=900,
    size=80_000,
    x_media_id="1880000000000000001",
    x_expires_at=NOON + timedelta(days=1),
    x_alt="초록 지붕",
)


class FilesSubject(NamedTuple):
    """The files under test, and what is done in a browser's place: send a form with a file."""

    files: PictureFiles
    upload: Callable[[UploadForm, bytes], int]


def s3_on(endpoint: str | None) -> Any:
    session = boto3.Session(aws_access_key_id="test", aws_secret_access_key="test", region_name=REGION)
    return session.client("s3", endpoint_url=endpoint, config=S3_CONFIG)


def sent(form: UploadForm, content: bytes) -> int:
    return requests.post(form.url, data=form.fields, files={"file": content}, timeout=30).status_code


@pytest.fixture
def pictures(dynamo: Dynamo | None) -> PictureStore:
    return PictureItems(dynamo.client, dynamo.tables.desk) if dynamo else FakePictures()


@pytest.fixture(params=["fake", *DYNAMODBS])
def subject(request: pytest.FixtureRequest) -> Iterator[FilesSubject]:
    if request.param == "fake":
        fake = FakePictureFiles()

        def upload(form: UploadForm, content: bytes) -> int:
            fake.uploaded[form.fields["key"]] = content
            return 204

        yield FilesSubject(fake, upload)
    elif request.param == "moto":
        with mock_aws():
            client = s3_on(None)
            yield FilesSubject(PictureFilesS3(lambda: client, bucket_on(client)), sent)
    else:
        client = s3_on(local_aws())
        yield FilesSubject(PictureFilesS3(lambda: client, bucket_on(client)), sent)


def test_ids_differ_and_are_fit_for_names_of_files() -> None:
    ids = {new_picture_id() for _ in range(100)}

    assert len(ids) == 100
    assert all(map(is_picture_id, ids))
    assert not any(map(is_picture_id, ("", "a", f"{ID}/", ID.upper() + "!", f"{ID}a")))


def test_a_picture_comes_back_as_it_was_stored_in_every_state(pictures: PictureStore) -> None:
    refused_one = Picture(
        OTHER, "cms", NOON, PictureState.REFUSED, "https://cms.example/a.png", PictureReason.NOT_FETCHED, "404"
    )
    pictures.add(FRESH)
    pictures.add(refused_one)

    assert pictures.get_many([ID, OTHER, "unknown", ID]) == {ID: FRESH, OTHER: refused_one}
    pictures.save(READY)
    assert pictures.get_many([ID]) == {ID: READY}
    assert pictures.get_many([]) == {}


def test_adding_a_picture_again_changes_nothing(pictures: PictureStore) -> None:
    pictures.add(FRESH)
    pictures.save(READY)

    pictures.add(FRESH)

    assert pictures.get_many([ID]) == {ID: READY}


def test_a_picture_that_is_forgotten_is_unknown_however_often_it_is_forgotten(pictures: PictureStore) -> None:
    pictures.add(READY)

    pictures.forget(ID)
    pictures.forget(ID)

    assert pictures.get_many([ID]) == {}


def test_a_picture_is_kept_for_as_long_as_a_post_can_be_planned(dynamo: Dynamo | None) -> None:
    if dynamo is None:
        pytest.skip("only the table forgets")
    PictureItems(dynamo.client, dynamo.tables.desk).add(FRESH)

    key = {"item": {"S": "picture"}, "part": {"S": ID}}
    item = dynamo.client.get_item(TableName=dynamo.tables.desk, Key=key)["Item"]

    assert timedelta(days=367) < KEPT
    assert item["expires_at"] == {"N": str(int((NOON + KEPT).timestamp()))}


def test_a_busy_table_is_the_usual_error() -> None:
    busy = PictureItems(Broken(refused("ThrottlingException")), "desk")  # type: ignore[arg-type]

    for call in (
        lambda: busy.add(FRESH),
        lambda: busy.save(FRESH),
        lambda: busy.get_many([ID]),
        lambda: busy.forget(ID),
    ):
        with pytest.raises(StoreBusy):
            call()


def test_a_browser_uploads_a_file_into_quarantine(subject: FilesSubject) -> None:
    form = subject.files.upload_form(ID, "image/png")

    assert subject.files.quarantined(ID) is None
    assert subject.upload(form, b"a picture") == 204

    assert subject.files.quarantined(ID) == Quarantined(b"a picture")
    subject.files.remove_quarantined(ID)
    subject.files.remove_quarantined(ID)
    assert subject.files.quarantined(ID) is None


def test_a_prepared_picture_can_be_removed_however_often(subject: FilesSubject) -> None:
    subject.files.put_prepared(ID, b"a picture", "image/png")

    subject.files.remove_prepared(ID)
    subject.files.remove_prepared(ID)

    with pytest.raises(PicturesUnavailable):
        subject.files.prepared(ID)


@pytest.mark.parametrize(("size", "is_read"), [(MOST_BYTES, True), (MOST_BYTES + 1, False)])
def test_a_file_over_the_limit_is_not_read(subject: FilesSubject, size: int, *, is_read: bool) -> None:
    content = bytes(size)
    if isinstance(subject.files, PictureFilesS3):
        subject.files._s3().put_object(Bucket=subject.files._bucket, Key=f"quarantine/{ID}", Body=content)
    else:
        subject.upload(subject.files.upload_form(ID, "image/png"), content)

    assert subject.files.quarantined(ID) == Quarantined(content if is_read else None)


def test_the_form_takes_nothing_but_one_file_of_its_type_and_size() -> None:
    files = PictureFilesS3(lambda: s3_on(None), "desk-pictures")

    form = files.upload_form(ID, "image/webp")
    policy = json.loads(base64.b64decode(form.fields["policy"]))
    lasts = datetime.fromisoformat(policy["expiration"]) - datetime.now(UTC)

    assert form.url == f"https://desk-pictures.s3.{REGION}.amazonaws.com/"
    for condition in (
        {"bucket": "desk-pictures"},
        {"key": f"quarantine/{ID}"},
        {"Content-Type": "image/webp"},
        ["content-length-range", 1, MOST_BYTES],
    ):
        assert condition in policy["conditions"]
    assert timedelta(minutes=9) < lasts <= timedelta(minutes=10)


@pytest.mark.process
def test_s3_refuses_what_the_form_does_not_allow() -> None:
    client = s3_on(local_aws())
    files = PictureFilesS3(lambda: client, bucket_on(client))
    form = files.upload_form(ID, "image/png")

    refusals = [
        sent(form, bytes(MOST_BYTES + 1)),
        sent(form, b""),
        sent(UploadForm(form.url, form.fields | {"Content-Type": "text/html"}), b"a"),
        sent(UploadForm(form.url, form.fields | {"key": "prepared/other"}), b"a"),
    ]

    assert all(status in {400, 403} for status in refusals)
    assert files.quarantined(ID) is None


def test_a_prepared_picture_comes_back_and_is_shown_to_browsers(subject: FilesSubject) -> None:
    subject.files.put_prepared(ID, b"first", "image/jpeg")
    subject.files.put_prepared(ID, b"second", "image/png")

    assert subject.files.prepared(ID) == b"second"
    address = subject.files.preview_url(ID)
    assert address.startswith("http")
    if isinstance(subject.files, PictureFilesS3):
        shown = requests.get(address, timeout=30)
        assert (shown.content, shown.headers["content-type"]) == (b"second", "image/png")


def test_a_picture_that_is_not_there_can_not_be_had(subject: FilesSubject) -> None:
    with pytest.raises(PicturesUnavailable):
        subject.files.prepared(ID)


@pytest.mark.parametrize(
    "error", [refused("SlowDown"), refused("AccessDenied"), EndpointConnectionError(endpoint_url="https://s3")]
)
def test_an_error_of_s3_is_the_usual_one(error: Exception) -> None:
    broken: Any = Broken(error)
    files = PictureFilesS3(lambda: broken, "bucket")

    for call in (
        lambda: files.quarantined(ID),
        lambda: files.remove_quarantined(ID),
        lambda: files.put_prepared(ID, b"", "image/png"),
        lambda: files.prepared(ID),
    ):
        with pytest.raises(PicturesUnavailable):
            call()


def test_a_file_that_breaks_off_half_way_is_an_error() -> None:
    class Half:
        def get_object(self, **_asked: Any) -> Any:
            return {"Body": self, "ContentLength": 10}

        def read(self) -> bytes:
            raise ResponseStreamingError(error="cut")

    half: Any = Half()
    files = PictureFilesS3(lambda: half, "bucket")
    for call in (lambda: files.prepared(ID), lambda: files.quarantined(ID)):
        with pytest.raises(PicturesUnavailable):
            call()


@pytest.mark.parametrize("kind", ["fake", *DYNAMODBS])
def test_a_message_names_its_picture(kind: str) -> None:
    if kind == "fake":
        fake = FakePictureQueue()
        fake.send(ID)
        assert fake.sent == [ID]
        return
    with clients(kind) as client:
        sqs = client("sqs")
        url = sqs.create_queue(QueueName=f"test-{uuid4().hex[:8]}")["QueueUrl"]

        PictureQueueSqs(sqs, queue_url=url).send(ID)

        (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
        assert picture_id_in(message["Body"]) == ID


def test_a_message_in_another_form_names_none() -> None:
    assert picture_id_in(message_of(ID)) == ID
    for wrong in ("", "[]", "{}", '{"picture_id": 1}', '{"picture_id": ""}'):
        with pytest.raises(ValueError, match=r"."):
            picture_id_in(wrong)


@pytest.mark.parametrize("error", [refused("QueueDoesNotExist"), EndpointConnectionError(endpoint_url="https://sqs")])
def test_an_error_of_sqs_is_the_usual_one(error: Exception) -> None:
    broken: Any = Broken(error)

    with pytest.raises(QueueUnavailable):
        PictureQueueSqs(broken, queue_url="https://sqs").send(ID)
