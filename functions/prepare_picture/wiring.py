"""Settings become clients, clients become stores, and these meet the use case."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import boto3
from aws_lambda_powertools import Logger

from desk.aws.dynamodb import CLIENT_CONFIG
from desk.brand import Brand, load_brand
from desk.clock import utc_now
from desk.concerned import concerns
from desk.errors import PicturesUnavailable, StoreBusy, failure_of
from desk.fetch.guarded import guarded_fetcher
from desk.logs import desk_log
from desk.pictures.store import S3_CONFIG, PictureFilesS3, PictureItems, picture_id_in
from desk.settings import setting
from prepare_picture.encode import encode
from prepare_picture.prepare import PicturePreparer, PrepareOutcome


class Wired(NamedTuple):
    """The function, wired."""

    preparer: PicturePreparer
    logger: Logger

    def prepare(self, records: Sequence[Mapping[str, Any]]) -> list[str]:
        """Prepare the pictures that these messages of SQS name; the ids of messages to be delivered again.

        So are those in an unknown form, until they end in the dead-letter queue.
        """
        return [record["messageId"] for record in records if self._prepare(record) is PrepareOutcome.LATER]

    def _prepare(self, record: Mapping[str, Any]) -> PrepareOutcome:
        attempt = int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))
        try:
            picture_id = picture_id_in(record["body"])
        except ValueError:
            self.logger.error("a message in an unknown form", message_id=record["messageId"])  # noqa: TRY400
            return PrepareOutcome.LATER
        with concerns(picture=picture_id):
            try:
                outcome = self.preparer.prepare(picture_id, attempt)
            except (StoreBusy, PicturesUnavailable) as exc:
                self.logger.warning("the picture comes again", error=failure_of(exc))
                return PrepareOutcome.LATER
            self.logger.info("prepared", outcome=outcome, attempt=attempt)
            return outcome


def wire(environment: Mapping[str, str], brand: Brand | None = None) -> Wired:
    """Everything made once, for the compiled brand unless another is given. Raises SettingsError."""
    brand = brand or load_brand()
    dynamodb = boto3.client("dynamodb", config=CLIENT_CONFIG)
    s3, bucket = boto3.client("s3", config=CLIENT_CONFIG.merge(S3_CONFIG)), setting(environment, "PICTURES_BUCKET")
    preparer = PicturePreparer(
        PictureItems(dynamodb, setting(environment, "DESK_TABLE")),
        PictureFilesS3(lambda: s3, bucket),
        guarded_fetcher(brand.handle, setting(environment, "FETCH_EXCEPTIONS", may_be_empty=True)),
        encode,
        utc_now,
    )
    return Wired(preparer, desk_log())
