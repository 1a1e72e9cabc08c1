"""How long somebody has come: what the desk knows, what they say, and pictures for the days that are celebrated."""

import re
from datetime import date, timedelta

import pytest

from desk.attendance.rows import RowCount, row_count
from desk.brand import MilestonePicture
from desk.pictures.model import PictureState, picture_id_of
from desk.posts.model import Post
from desk.staff.saved_replies import SavedReply
from tests.families import for_each
from tests.unit.operator_console.morning_scene import TODAY, MorningScene
from tests.unit.operator_console.people.test_people import fields, greet, page, replies, texts

URL = "https://www.jade.example/30.png"


def mornings(count: int) -> list[date]:
    """So many mornings that end with today's."""
    return [TODAY - timedelta(days=ahead) for ahead in range(count - 1, -1, -1)]


def counted(in_a_row: int, records: int, text: str = "좋은 아침이에요") -> RowCount:
    return row_count(in_a_row, TODAY, mornings(records), [text])


def test_a_row_that_is_as_long_as_the_record_may_be_longer_in_truth() -> None:
    assert counted(4, 4) == RowCount(4, since_start=True, claimed=None)
    assert counted(4, 5) == RowCount(4, since_start=False, claimed=None)
    assert (counted(4, 4).sure, counted(4, 5).sure) == (None, 4)


@for_each(
    "text, claimed",
    [
        ("출첵 131일째입니다", 131),
        ("벌써 100일 째 출석!", 100),
        ("출석 30일차예요", 30),
        ("Day 128, good morning", 128),
        ("오늘 2일째, 아니 12일째네요", 2),  # the first number that they name, which is no larger
        ("3일째 비가 와요", None),
        ("12345일째", None),
        ("좋은 하루 되세요 2026", None),
    ],
)
def test_the_number_that_people_name_counts_if_it_is_larger(text: str, claimed: int | None) -> None:
    expected = None if claimed is None or claimed <= 4 else claimed

    assert counted(4, 9, text).claimed == expected


@for_each("days, is_one", [(29, False), (30, True), (31, False), (100, True), (130, False), (200, True), (1000, True)])
def test_the_thirtieth_and_each_hundredth_day_are_celebrated(days: int, is_one: bool) -> None:
    assert counted(days, 2_000).milestone == (days if is_one else None)


def test_a_day_that_the_desk_cannot_know_is_celebrated_as_people_name_it() -> None:
    assert counted(4, 4, "출석 100일째!").milestone == 100
    assert counted(4, 5, "출석 100일째!").milestone is None


class Young(MorningScene):
    """A desk that has greeted on four mornings, and somebody who has come to all of them, and says for how long."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.brand = self.brand._replace(milestone_pictures={100: MilestonePicture(URL, "백 일 케이크")})
        self.attended(1, *mornings(4)[:-1], in_a_row=3)
        self.mention = self.guest(1, "출첵 100일째!")

    def with_reply(self, text: str) -> "Young":
        self.saved_replies.stored.clear()
        self.saved_replies.save(SavedReply("days", "며칠째", text, kind="chat"))
        return self

    @property
    def sent(self) -> Post:
        (post,) = replies(self)
        return post


def row_of(scene: MorningScene, number: int) -> str:
    found = re.search(rf'<li id="row-{7000 + number}".*?\n</li>', page(scene), re.DOTALL)
    return found[0] if found else ""


def test_the_row_says_since_when_there_are_records_and_what_the_person_says() -> None:
    row = row_of(Young(), 1)

    assert "기록 시작 뒤 4일째" in row
    assert "고객 글에는 100일째" in row
    assert "출석 4일째" not in row


@pytest.mark.parametrize("place", ["{출석일}", "{days}"])
def test_a_saved_reply_never_names_a_number_that_may_be_wrong(place: str) -> None:
    scene = Young().with_reply(f"출석 {place}일째네요!")
    scene.attended(2, TODAY - timedelta(days=1), in_a_row=1)
    scene.guest(2)

    assert texts(row_of(scene, 1)) == [""]
    assert texts(row_of(scene, 2)) == ["출석 2일째네요!"]


def test_the_picture_of_the_day_is_prepared_with_the_first_greeting_and_goes_out_with_the_next() -> None:
    scene = Young()
    assert "기념 사진 붙이기: 백 일 케이크" in row_of(scene, 1)
    form = fields(scene, 1, picture="1")

    first = greet(scene, 1, form)

    picture_id = picture_id_of(URL)
    assert first["statusCode"] == 422
    assert scene.picture_queue.sent == [picture_id]
    assert replies(scene) == []

    scene.pictures.save(scene.pictures.pictures[picture_id]._replace(state=PictureState.READY))
    greet(scene, 1, fields(scene, 1, picture="1"))
    assert [(each.id, each.alt) for each in scene.sent.pictures] == [(picture_id, "백 일 케이크")]
    assert scene.picture_queue.sent == [picture_id]


def test_without_the_tick_no_picture_goes_out_and_none_can_be_sneaked_in() -> None:
    scene = Young()

    greet(scene, 1, fields(scene, 1, pictures='[["aaaaaaaaaaaaaaaaaaaa", ""]]'))

    assert scene.sent.pictures == ()


def test_a_queue_of_pictures_that_is_down_sends_nothing() -> None:
    scene = Young()
    scene.picture_queue.fails = True

    assert greet(scene, 1, fields(scene, 1, picture="1"))["statusCode"] == 503
    assert replies(scene) == []


def test_a_day_without_a_configured_picture_leads_to_the_box_in_which_one_is_uploaded() -> None:
    scene = Young()
    scene.brand = scene.brand._replace(milestone_pictures={})

    row = row_of(scene, 1)

    assert "다른 사진을 올려서 인사하기" in row
    assert "기념 사진 붙이기" not in row
