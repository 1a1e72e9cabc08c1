"""Stores of pictures: what is known of them, their files, and the queue of those to prepare."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from desk.pictures.model import Picture, UploadForm


class PictureStore(Protocol):
    """What is known of pictures, in the Desk table, for 90 days. Every method raises StoreBusy."""

    def add(self, picture: Picture) -> None:
        """Store a new picture. Adding the same again changes nothing."""
        ...

    def get_many(self, picture_ids: Collection[str]) -> Mapping[str, Picture]:
        """Those of the pictures that exist, by id, read consistently."""
        ...

    def save(self, picture: Picture) -> None:
        """Replace the picture's state. The caller is the only one who works on it."""
        ...


class PictureFiles(Protocol):
    """The files of pictures: quarantined as they came, and prepared. Every method raises Unavailable."""

    def upload_form(self, picture_id: str, content_type: str, now: datetime) -> UploadForm:
        """Where a browser sends the file: at most MOST_BYTES of this type, within ten minutes."""
        ...

    def prepared(self, picture_id: str) -> bytes:
        """The prepared picture."""
        ...

    def preview_url(self, picture_id: str) -> str:
        """An address at which a browser sees the prepared picture for ten minutes."""
        ...


class PictureQueue(Protocol):
    """Wakes the function that prepares pictures. Raises QueueUnavailable."""

    def send(self, picture_id: str) -> None:
        """Have the picture prepared; fetched first if it has a `source_url`. Sending it twice does no harm."""
        ...
