"""Pictures, their files and their queue in memory."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from desk.clock import utc_now
from desk.errors import PicturesUnavailable, QueueUnavailable
from desk.pictures.model import MOST_BYTES, Picture, UploadForm
from desk.pictures.store import PictureRemover, Quarantined
from desk.posts.attachments import Attachments
from desk.x.model import XPublishing
from tests.fakes.in_trouble import InTrouble


@dataclass
class FakePictures(InTrouble):
    """Implements PictureStore in memory."""

    pictures: dict[str, Picture] = field(default_factory=dict)

    def add(self, picture: Picture) -> None:
        self._begin("add")
        self.pictures.setdefault(picture.id, picture)
        self._end("add")

    def get_many(self, picture_ids: Collection[str]) -> Mapping[str, Picture]:
        self._begin("get_many")
        return {each: self.pictures[each] for each in picture_ids if each in self.pictures}

    def save(self, picture: Picture) -> None:
        self._begin("save")
        self.pictures[picture.id] = picture
        self._end("save")

    def forget(self, picture_id: str) -> None:
        self._begin("forget")
        self.pictures.pop(picture_id, None)
        self._end("forget")


@dataclass
class FakePictureFiles:
    """Implements PictureFiles in memory. `failing` are methods that fail; `address` is where forms lead."""

    uploaded: dict[str, bytes] = field(default_factory=dict)
    prepared_files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    failing: set[str] = field(default_factory=set)
    address: str = "https://pictures.example"

    def upload_form(self, picture_id: str, content_type: str) -> UploadForm:
        self._begin("upload_form")
        return UploadForm(self.address, {"key": picture_id, "Content-Type": content_type})

    def quarantined(self, picture_id: str) -> Quarantined | None:
        self._begin("quarantined")
        if picture_id not in self.uploaded:
            return None
        content = self.uploaded[picture_id]
        return Quarantined(content if len(content) <= MOST_BYTES else None)

    def remove_quarantined(self, picture_id: str) -> None:
        self._begin("remove_quarantined")
        self.uploaded.pop(picture_id, None)

    def put_prepared(self, picture_id: str, content: bytes, content_type: str) -> None:
        self._begin("put_prepared")
        self.prepared_files[picture_id] = content, content_type

    def prepared(self, picture_id: str) -> bytes:
        self._begin("prepared")
        if picture_id not in self.prepared_files:
            raise PicturesUnavailable("NoSuchKey")
        return self.prepared_files[picture_id][0]

    def remove_prepared(self, picture_id: str) -> None:
        self._begin("remove_prepared")
        self.prepared_files.pop(picture_id, None)

    def preview_url(self, picture_id: str) -> str:
        self._begin("preview_url")
        return f"{self.address}/prepared/{picture_id}"

    def _begin(self, method: str) -> None:
        if method in self.failing:
            raise PicturesUnavailable(method)


@dataclass
class FakePictureQueue:
    """Implements PictureQueue; `fails` makes it take nothing."""

    sent: list[str] = field(default_factory=list)
    fails: bool = False

    def send(self, picture_id: str) -> None:
        if self.fails:
            raise QueueUnavailable(picture_id)
        self.sent.append(picture_id)


def no_pictures() -> PictureRemover:
    """What retention and erasure need where no reply has pictures."""
    return PictureRemover(FakePictures(), FakePictureFiles())


def no_attachments(x: XPublishing) -> Attachments:
    """What a publisher needs for posts that have no pictures."""
    return Attachments(FakePictures(), FakePictureFiles(), FakePictureQueue(), x, utc_now)
