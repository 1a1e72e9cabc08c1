"""Stores of pictures: what is known of them, their files, and the queue of those to prepare."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from desk.aws.dynamodb import batch_get, code_of, from_item, is_refused, moment_text, store_errors, to_item
from desk.errors import PicturesUnavailable, QueueUnavailable, StoreBusy
from desk.pictures.model import KEPT, MOST_BYTES, UPLOAD_LASTS, Picture, PictureReason, PictureState, UploadForm

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient


class PictureStore(Protocol):
    """What is known of pictures, in the Desk table, for 400 days. Every method raises StoreBusy."""

    def add(self, picture: Picture) -> None:
        """Store a new picture. Adding the same again changes nothing."""
        ...

    def get_many(self, picture_ids: Collection[str]) -> Mapping[str, Picture]:
        """Those of the pictures that exist, by id, read consistently."""
        ...

    def save(self, picture: Picture) -> None:
        """Replace the picture's state. The caller is the only one who works on it."""
        ...

    def forget(self, picture_id: str) -> None:
        """Remove what is known of the picture; a missing one is no error."""
        ...


class Quarantined(NamedTuple):
    """A file as somebody sent it. `content` is None for one that is larger than MOST_BYTES, which is not read."""

    content: bytes | None


class PictureFiles(Protocol):
    """The files of pictures: quarantined as they came, and prepared. Every method raises PicturesUnavailable."""

    def upload_form(self, picture_id: str, content_type: str) -> UploadForm:
        """Where a browser sends the file: at most MOST_BYTES of this type, within ten minutes."""
        ...

    def quarantined(self, picture_id: str) -> Quarantined | None:
        """The file that was uploaded; None if there is none (any more)."""
        ...

    def remove_quarantined(self, picture_id: str) -> None:
        """Remove the file that was uploaded; a missing one is no error."""
        ...

    def put_prepared(self, picture_id: str, content: bytes, content_type: str) -> None:
        """Store the prepared picture in place of an earlier one."""
        ...

    def prepared(self, picture_id: str) -> bytes:
        """The prepared picture."""
        ...

    def remove_prepared(self, picture_id: str) -> None:
        """Remove the prepared picture; a missing one is no error."""
        ...

    def preview_url(self, picture_id: str) -> str:
        """An address at which a browser sees the prepared picture for ten minutes."""
        ...


class PictureQueue(Protocol):
    """Wakes the function that prepares pictures. Raises QueueUnavailable."""

    def send(self, picture_id: str) -> None:
        """Have the picture prepared; fetched first if it has a `source_url`. Sending it twice does no harm."""
        ...


_ITEM = "picture"
_MOMENTS = frozenset({"created_at", "x_expires_at"})
_NUMBERS = frozenset({"width", "height", "size"})


class PictureItems:
    """PictureStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", desk_table: str) -> None:
        self._client = client
        self._desk = desk_table

    def add(self, picture: Picture) -> None:
        """See PictureStore."""
        try:
            with store_errors():
                self._client.put_item(
                    TableName=self._desk,
                    Item=_item_of(picture),
                    ConditionExpression="attribute_not_exists(#item)",
                    ExpressionAttributeNames={"#item": "item"},
                )
        except ClientError as exc:
            if not is_refused(exc):
                raise

    def get_many(self, picture_ids: Collection[str]) -> dict[str, Picture]:
        """See PictureStore."""
        keys = [to_item({"item": _ITEM, "part": picture_id}) for picture_id in dict.fromkeys(picture_ids)]
        found = map(_picture_of, batch_get(self._client, self._desk, keys)) if keys else ()
        return {picture.id: picture for picture in found}

    def save(self, picture: Picture) -> None:
        """See PictureStore."""
        with store_errors():
            self._client.put_item(TableName=self._desk, Item=_item_of(picture))

    def forget(self, picture_id: str) -> None:
        """See PictureStore."""
        with store_errors():
            self._client.delete_item(TableName=self._desk, Key=to_item({"item": _ITEM, "part": picture_id}))


def _item_of(picture: Picture) -> Any:
    plain = picture._asdict()
    moments = {name: moment_text(plain[name]) for name in _MOMENTS if plain[name]}
    expires_at = int((picture.created_at + KEPT).timestamp())
    return to_item({**plain, **moments, "item": _ITEM, "part": plain.pop("id"), "expires_at": expires_at, "id": None})


def _picture_of(item: Mapping[str, Any]) -> Picture:
    plain = from_item(dict(item))
    fields = {name: _field(name, plain[name]) for name in Picture._fields if name in plain}
    return Picture(**(fields | {"id": plain["part"]}))


def _field(name: str, value: Any) -> Any:
    if name in _MOMENTS:
        return datetime.fromisoformat(value).astimezone(UTC)
    if name in _NUMBERS:
        return int(value)
    types: Mapping[str, Callable[[str], Any]] = {"state": PictureState, "reason": PictureReason}
    return types[name](value) if name in types else value


QUARANTINE, PREPARED = "quarantine/", "prepared/"
"""Rules of the bucket delete what lies under the first after a day, and under the second when posts need it no more."""

S3_CONFIG = Config(signature_version="s3v4", s3={"addressing_style": "virtual"})
"""Without it, forms and addresses lead to S3's global name, which redirects, and browsers don't follow with a form."""

_ABSENT = frozenset({"NoSuchKey", "404"})
"""S3 answers so only to those who may list the bucket, and AccessDenied to others."""


class PictureFilesS3:
    """PictureFiles on S3. `s3` makes the client, with S3_CONFIG, at its first use: most runs need none."""

    def __init__(self, s3: "Callable[[], S3Client]", bucket: str) -> None:
        self._s3 = cache(s3)
        self._bucket = bucket

    def upload_form(self, picture_id: str, content_type: str) -> UploadForm:
        """See PictureFiles."""
        with _s3_errors():
            made = self._s3().generate_presigned_post(
                self._bucket,
                QUARANTINE + picture_id,
                Fields={"Content-Type": content_type},
                Conditions=[{"Content-Type": content_type}, ["content-length-range", 1, MOST_BYTES]],
                ExpiresIn=int(UPLOAD_LASTS.total_seconds()),
            )
        return UploadForm(made["url"], dict(made["fields"]))

    def quarantined(self, picture_id: str) -> Quarantined | None:
        """See PictureFiles. A file that breaks off half-way raises PicturesUnavailable."""
        with _s3_errors():
            try:
                answer = self._s3().get_object(Bucket=self._bucket, Key=QUARANTINE + picture_id)
            except ClientError as exc:
                if code_of(exc) in _ABSENT:
                    return None
                raise
            if answer["ContentLength"] > MOST_BYTES:
                answer["Body"].close()
                return Quarantined(None)
            return Quarantined(answer["Body"].read())

    def remove_quarantined(self, picture_id: str) -> None:
        """See PictureFiles."""
        with _s3_errors():
            self._s3().delete_object(Bucket=self._bucket, Key=QUARANTINE + picture_id)

    def put_prepared(self, picture_id: str, content: bytes, content_type: str) -> None:
        """See PictureFiles."""
        with _s3_errors():
            self._s3().put_object(
                Bucket=self._bucket, Key=PREPARED + picture_id, Body=content, ContentType=content_type
            )

    def prepared(self, picture_id: str) -> bytes:
        """See PictureFiles."""
        with _s3_errors():
            return self._s3().get_object(Bucket=self._bucket, Key=PREPARED + picture_id)["Body"].read()

    def remove_prepared(self, picture_id: str) -> None:
        """See PictureFiles."""
        with _s3_errors():
            self._s3().delete_object(Bucket=self._bucket, Key=PREPARED + picture_id)

    def preview_url(self, picture_id: str) -> str:
        """See PictureFiles."""
        with _s3_errors():
            return self._s3().generate_presigned_url(
                "get_object",
                Params={"Bucket": self._bucket, "Key": PREPARED + picture_id},
                ExpiresIn=int(UPLOAD_LASTS.total_seconds()),
            )


class PictureRemover(NamedTuple):
    """Removes pictures for good."""

    store: PictureStore
    files: PictureFiles

    def remove(self, picture_ids: Iterable[str]) -> None:
        """Remove the pictures. Raises StoreBusy; removing them again does no harm."""
        for picture_id in dict.fromkeys(picture_ids):
            try:
                self.files.remove_prepared(picture_id)
            except PicturesUnavailable as exc:
                raise StoreBusy(f"the picture {picture_id} could not be removed: {exc}") from exc
            self.store.forget(picture_id)


@contextmanager
def _s3_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as exc:
        raise PicturesUnavailable(code_of(exc)) from exc
    except BotoCoreError as exc:
        raise PicturesUnavailable(type(exc).__name__) from exc


def message_of(picture_id: str) -> str:
    """The body of a message about this picture."""
    return json.dumps({"picture_id": picture_id})


def picture_id_in(message: str) -> str:
    """The picture that a message's body names; raises ValueError for any other text."""
    try:
        picture_id = json.loads(message)["picture_id"]
    except (KeyError, TypeError) as exc:
        raise ValueError("not a message about a picture") from exc
    if not isinstance(picture_id, str) or not picture_id:
        raise ValueError("not a message about a picture")
    return picture_id


class PictureQueueSqs:
    """PictureQueue on SQS."""

    def __init__(self, client: "SQSClient", *, queue_url: str) -> None:
        self._client = client
        self._url = queue_url

    def send(self, picture_id: str) -> None:
        """See PictureQueue."""
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=message_of(picture_id))
        except ClientError as exc:
            raise QueueUnavailable(f"pictures: {code_of(exc)}") from exc
        except BotoCoreError as exc:
            raise QueueUnavailable(f"pictures: {type(exc).__name__}") from exc
