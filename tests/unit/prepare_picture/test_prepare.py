"""Preparing pictures: what a message leads to, whatever fails, and however often it comes."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image

from desk.errors import PicturesUnavailable, StoreBusy
from desk.fetch.model import Fetched, FetchFailed, FetchReason, Limits
from desk.pictures.model import MOST_BYTES, UPLOAD_LASTS, Picture, PictureReason, PictureState
from prepare_picture.encode import encode
from prepare_picture.prepare import LAST_ATTEMPT, PicturePreparer, PrepareOutcome
from tests.fakes.pictures import FakePictureFiles, FakePictures
from tests.unit.prepare_picture.test_encode import saved

NOON = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
ID = "7q2m4xd93k0p7q2m4xd9"
PNG = saved(Image.new("RGB", (30, 20), (1, 2, 3)), "PNG")
ADDRESS = "https://blog.emerald.example/cover.png"


UPLOADED = Picture(ID, "박지민", NOON)


@dataclass
class Scene:
    """An uploaded picture, or one at an address that answers with `answer`."""

    picture: Picture = UPLOADED
    answer: Fetched | FetchFailed | None = None
    now: datetime = NOON
    store: FakePictures = field(default_factory=FakePictures)
    files: FakePictureFiles = field(default_factory=FakePictureFiles)
    asked: list[tuple[str, Limits]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store.add(self.picture)
        if self.picture.source_url is None:
            self.files.uploaded[ID] = PNG

    def get(self, url: str, limits: Limits, _headers: Any = None) -> Fetched:
        self.asked.append((url, limits))
        if isinstance(self.answer, Fetched):
            return self.answer
        raise self.answer or AssertionError("nothing is fetched")

    def prepare(self, attempt: int = 1) -> PrepareOutcome:
        return PicturePreparer(self.store, self.files, self, encode, lambda: self.now).prepare(ID, attempt)

    @property
    def found(self) -> Picture:
        return self.store.pictures[ID]


def from_address(answer: Fetched | FetchFailed) -> Scene:
    return Scene(Picture(ID, "cms", NOON, source_url=ADDRESS), answer)


def test_an_uploaded_picture_becomes_ready_and_leaves_quarantine() -> None:
    scene = Scene()

    assert scene.prepare() is PrepareOutcome.READY

    content, content_type = scene.files.prepared_files[ID]
    assert scene.found == scene.picture._replace(
        state=PictureState.READY, content_type="image/png", width=30, height=20, size=len(content)
    )
    assert content_type == "image/png"
    assert scene.files.uploaded == {}


def test_a_message_that_comes_again_changes_nothing() -> None:
    scene = Scene()
    scene.prepare()
    ready = scene.found

    assert [scene.prepare(), scene.prepare(LAST_ATTEMPT + 1)] == [PrepareOutcome.NOTHING] * 2
    assert scene.found == ready


def test_a_message_about_an_unknown_picture_is_done() -> None:
    scene = Scene()
    scene.store.pictures.clear()

    assert scene.prepare() is PrepareOutcome.NOTHING


def test_a_picture_at_an_address_is_fetched_within_bounds() -> None:
    scene = from_address(Fetched(200, {}, PNG, ADDRESS))

    assert scene.prepare() is PrepareOutcome.READY
    ((url, limits),) = scene.asked
    assert (url, limits.most_bytes) == (ADDRESS, MOST_BYTES)
    assert limits.seconds <= 15
    assert scene.found.source_url == ADDRESS


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"no picture", PictureReason.NOT_A_PICTURE),
        (b"", PictureReason.NOT_A_PICTURE),
        (bytes(MOST_BYTES + 1), PictureReason.TOO_LARGE),
        (bytes(100_000_000), PictureReason.TOO_LARGE),
    ],
)
def test_a_file_that_can_not_be_used_is_refused_and_removed(content: bytes, reason: PictureReason) -> None:
    scene = Scene()
    scene.files.uploaded[ID] = content

    assert scene.prepare() is PrepareOutcome.REFUSED
    assert (scene.found.state, scene.found.reason) == (PictureState.REFUSED, reason)
    assert (scene.files.uploaded, scene.files.prepared_files) == ({}, {})


def test_an_upload_may_come_for_as_long_as_its_form_lasts() -> None:
    scene = Scene()
    scene.files.uploaded.clear()

    assert scene.prepare() is PrepareOutcome.NOTHING
    assert scene.found.state is PictureState.WAITING

    scene.now += UPLOAD_LASTS
    assert scene.prepare() is PrepareOutcome.REFUSED
    assert scene.found.reason is PictureReason.NOT_UPLOADED


def test_of_two_runs_the_one_that_finds_no_file_any_more_leaves_the_result_alone() -> None:
    scene = Scene(now=NOON + UPLOAD_LASTS)
    other = Scene(scene.picture, store=scene.store, files=scene.files)
    read = scene.files.quarantined

    def late(picture_id: str) -> Any:
        scene.files.quarantined = read  # type: ignore[method-assign]
        other.prepare()
        return read(picture_id)

    scene.files.quarantined = late  # type: ignore[method-assign]

    assert scene.prepare() is PrepareOutcome.NOTHING
    assert scene.found.state is PictureState.READY


@pytest.mark.parametrize(
    ("answer", "reason", "detail"),
    [
        (Fetched(404, {}, b"", ADDRESS), PictureReason.NOT_FETCHED, "404"),
        (Fetched(403, {}, b"", ADDRESS), PictureReason.NOT_FETCHED, "403"),
        (Fetched(200, {}, b"<html>", ADDRESS), PictureReason.NOT_A_PICTURE, "UnidentifiedImageError"),
        (FetchFailed(FetchReason.NOT_GLOBAL), PictureReason.NOT_FETCHED, "not_global"),
        (FetchFailed(FetchReason.TOO_LARGE), PictureReason.TOO_LARGE, None),
        (FetchFailed(FetchReason.NOT_SECURE), PictureReason.NOT_FETCHED, "not_secure"),
    ],
)
def test_what_an_address_does_not_give_is_refused_at_once(
    answer: Fetched | FetchFailed, reason: PictureReason, detail: str | None
) -> None:
    scene = from_address(answer)

    assert scene.prepare() is PrepareOutcome.REFUSED
    assert (scene.found.reason, scene.found.detail) == (reason, detail)


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (Fetched(503, {}, b"", ADDRESS), "503"),
        (Fetched(429, {}, b"", ADDRESS), "429"),
        (FetchFailed(FetchReason.TOO_SLOW), "too_slow"),
        (FetchFailed(FetchReason.NOT_REACHED), "not_reached"),
        (FetchFailed(FetchReason.NOT_FOUND), "not_found"),
    ],
)
def test_a_server_that_fails_is_asked_again_and_the_picture_refused_in_the_end(
    answer: Fetched | FetchFailed, detail: str
) -> None:
    scene = from_address(answer)

    outcomes = [scene.prepare(attempt) for attempt in range(1, LAST_ATTEMPT + 1)]

    assert outcomes == [PrepareOutcome.LATER] * (LAST_ATTEMPT - 1) + [PrepareOutcome.REFUSED]
    assert (scene.found.reason, scene.found.detail) == (PictureReason.NOT_FETCHED, detail)


def test_a_server_that_recovers_gives_its_picture_after_all() -> None:
    scene = from_address(Fetched(503, {}, b"", ADDRESS))
    scene.prepare()
    scene.answer = Fetched(200, {}, PNG, ADDRESS)

    assert scene.prepare(2) is PrepareOutcome.READY


def test_a_picture_of_which_the_function_dies_is_not_tried_for_ever() -> None:
    scene = Scene()

    assert scene.prepare(LAST_ATTEMPT + 1) is PrepareOutcome.REFUSED
    assert (scene.found.reason, scene.files.uploaded) == (PictureReason.NOT_A_PICTURE, {})


@pytest.mark.parametrize("method", ["quarantined", "put_prepared", "remove_quarantined"])
def test_a_failure_of_the_bucket_at_any_step_is_made_up_for(method: str) -> None:
    scene = Scene()
    scene.files.failing.add(method)

    with pytest.raises(PicturesUnavailable):
        scene.prepare()
    scene.files.failing.clear()
    scene.prepare(2)

    assert scene.found.state is PictureState.READY
    assert ID in scene.files.prepared_files


@pytest.mark.parametrize("trouble", ["fail_before", "fail_after"])
@pytest.mark.parametrize("method", ["get_many", "save"])
def test_a_busy_table_at_any_step_is_made_up_for(trouble: str, method: str) -> None:
    scene = Scene()
    getattr(scene.store, trouble).append(method)

    if (trouble, method) != ("fail_after", "get_many"):  # reading has no effect to be lost
        with pytest.raises(StoreBusy):
            scene.prepare()
    scene.prepare(2)

    assert scene.found.state is PictureState.READY
    assert ID in scene.files.prepared_files


def test_a_run_out_of_memory_is_no_fault_of_the_picture() -> None:
    def dies(_: bytes) -> Any:
        raise MemoryError

    scene = Scene()
    preparer = PicturePreparer(scene.store, scene.files, scene, dies, lambda: NOON)

    with pytest.raises(MemoryError):
        preparer.prepare(ID, 1)
    assert scene.found.state is PictureState.WAITING
