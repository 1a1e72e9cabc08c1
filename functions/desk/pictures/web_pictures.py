"""Pictures that are fetched from the web: stored as waiting, and queued to be fetched and prepared."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from desk.pictures.model import Picture, PictureState
from desk.pictures.store import PictureQueue, PictureStore


def web_picture(picture_id: str, url: str, *, by: str, now: datetime) -> Picture:
    """A picture that is to be fetched from this address."""
    return Picture(picture_id, by, now, source_url=url)


class WebPictures(NamedTuple):
    """Has pictures fetched and prepared."""

    store: PictureStore
    queue: PictureQueue

    def request(self, pictures: Sequence[Picture]) -> None:
        """Store the pictures that are new, and queue those that wait. Raises StoreBusy and QueueUnavailable.

        Requesting the same again makes no second picture. Call it before what refers to the pictures is stored:
        then a failure in between leaves pictures without a post, never a post that waits for pictures nobody fetches.
        """
        known = self.store.get_many([picture.id for picture in pictures])
        for picture in pictures:
            if picture.id not in known:
                self.store.add(picture)
            if known.get(picture.id, picture).state is PictureState.WAITING:
                self.queue.send(picture.id)
