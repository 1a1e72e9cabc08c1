"""Pictures for people who have replied to the greeting for 30 days in a row, or a hundred."""

from typing import NamedTuple

from desk.brand import Brand
from desk.pictures.model import AttachedPicture, Picture, PictureState, picture_id_of
from desk.pictures.store import PictureQueue, PictureStore
from operator_console.app import Visit

_HUNDREDTH = 100


def picture_of(brand: Brand, milestone: int | None) -> AttachedPicture | None:
    """The configured picture for this day; for a later hundred the one of the hundredth. None if there is none."""
    if milestone is None:
        return None
    pictures = brand.milestone_pictures
    found = pictures.get(milestone) or pictures.get(min(milestone, _HUNDREDTH))
    return AttachedPicture(picture_id_of(found.url), found.alt) if found else None


class MilestonePictures(NamedTuple):
    """Has configured pictures fetched and prepared when somebody first sends one."""

    pictures: PictureStore
    queue: PictureQueue
    brand: Brand

    def prepare(self, picture: AttachedPicture, visit: Visit) -> None:
        """Make sure that the picture is there, or on its way. Raises StoreBusy and QueueUnavailable."""
        url = next(each.url for each in self.brand.milestone_pictures.values() if picture_id_of(each.url) == picture.id)
        self.pictures.add(Picture(picture.id, visit.person.name, visit.now, source_url=url))
        if self.pictures.get_many([picture.id])[picture.id].state is PictureState.WAITING:
            self.queue.send(picture.id)
