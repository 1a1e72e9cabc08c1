"""Pictures in `POST /posts`: named by their address, fetched later."""

from typing import Any

import pytest

from desk.errors import StoreBusy
from desk.pictures.model import AttachedPicture, Picture, PictureReason, PictureState, is_picture_id, picture_id_of
from desk.pictures.web_pictures import WebPictures, web_picture
from desk.posts.model import PostState
from tests.fakes.pictures import FakePictureQueue, FakePictures
from tests.unit.post_update.api.scene import NOON, Scene, a_post

STORE, SHELF = "https://www.example.com/store.jpg", "https://www.example.com/선반.png?size=large"
TEXT = {"text": "새 매장이 문을 열었습니다."}
BODY = TEXT | {"media": [{"url": STORE, "alt": " 초록 간판 "}, {"url": SHELF}]}
KEY = {"Idempotency-Key": "notice-90"}


def test_pictures_are_stored_and_queued_before_their_post_and_shown_with_it() -> None:
    scene = Scene()

    answer = scene.call("POST", "/posts", BODY)

    assert answer.status == 202
    assert answer.json["media"] == [
        {"url": STORE, "alt": "초록 간판", "state": "waiting", "reason": None, "detail": None},
        {"url": SHELF, "alt": "", "state": "waiting", "reason": None, "detail": None},
    ]
    attached = scene.store.posts[answer.json["id"]].pictures
    pictures = [scene.pictures.pictures[each.id] for each in attached]
    assert [(each.source_url, each.by, each.created_at, each.state) for each in pictures] == [
        (STORE, "cms", NOON, PictureState.WAITING),
        (SHELF, "cms", NOON, PictureState.WAITING),
    ]
    assert scene.picture_queue.sent == [each.id for each in attached]
    assert all(is_picture_id(each.id) for each in attached)


def test_requests_share_no_picture() -> None:
    scene = Scene()
    twice = [{"url": STORE}, {"url": STORE}]

    for place, key in enumerate(("a", "b", "ab")):
        headers = {"Idempotency-Key": key}
        assert scene.call("POST", "/posts", {"text": f"글 {place}", "media": twice}, headers=headers).status == 202

    assert len(scene.pictures.pictures) == 6


def test_an_alternative_text_is_part_of_the_price() -> None:
    answer = Scene().call("POST", "/posts", BODY)

    assert answer.json["estimated_cost_usd"] == pytest.approx(0.015 + 0.005)


def test_a_repeated_request_makes_no_second_picture_and_gets_the_same_answer() -> None:
    scene = Scene()
    first = scene.call("POST", "/posts", BODY, headers=KEY)
    made = dict(scene.pictures.pictures)
    for picture in made.values():
        scene.pictures.save(picture._replace(state=PictureState.READY))

    again = scene.call("POST", "/posts", BODY, headers=KEY)

    assert (again.status, again.body) == (first.status, first.body)
    assert scene.pictures.pictures.keys() == made.keys()
    assert len(scene.picture_queue.sent) == len(made)


def test_an_article_that_is_known_makes_no_picture_and_shows_how_its_own_are() -> None:
    scene = Scene()
    first = scene.call("POST", "/posts", BODY | {"external_id": "notice-90"})
    (store, shelf) = scene.store.posts[first.json["id"]].pictures
    made = scene.pictures.pictures
    scene.pictures.save(made[store.id]._replace(state=PictureState.READY))
    refused = made[shelf.id]._replace(state=PictureState.REFUSED, reason=PictureReason.NOT_FETCHED, detail="404")
    scene.pictures.save(refused)

    again = scene.call("POST", "/posts", BODY | {"external_id": "notice-90", "text": "고쳤습니다."})
    shown = scene.call("GET", f"/posts/{first.json['id']}")
    listed = scene.call("GET", "/posts", query={"state": "queued"})

    assert (again.status, len(scene.pictures.pictures)) == (200, 2)
    assert [(each["state"], each["reason"], each["detail"]) for each in again.json["media"]] == [
        ("ready", None, None),
        ("refused", "not_fetched", "404"),
    ]
    assert shown.json["media"] == again.json["media"] == listed.json["posts"][0]["media"]


def test_a_post_that_is_refused_has_no_picture_fetched() -> None:
    scene = Scene()
    scene.call("POST", "/posts", TEXT)

    answer = scene.call("POST", "/posts", BODY)

    assert (answer.status, answer.json["type"]) == (409, "urn:dorothy:problem:same-text")
    assert scene.pictures.pictures == {}
    assert scene.picture_queue.sent == []


def test_a_picture_that_could_not_be_queued_leaves_no_post_and_the_same_request_succeeds_later() -> None:
    scene = Scene()
    scene.picture_queue.fails = True

    failed = scene.call("POST", "/posts", BODY, headers=KEY)
    scene.picture_queue.fails = False
    answer = scene.call("POST", "/posts", BODY, headers=KEY)

    assert (failed.status, failed.headers["Retry-After"]) == (503, "5")
    assert answer.status == 202
    (post,) = scene.store.posts.values()
    assert scene.pictures.pictures.keys() == {each.id for each in post.pictures}
    assert scene.picture_queue.sent == [each.id for each in post.pictures]


def test_a_post_that_could_not_be_stored_gets_the_same_pictures_later() -> None:
    scene = Scene()
    scene.store.fail_before.append("add")

    failed = scene.call("POST", "/posts", BODY, headers=KEY)
    made = set(scene.pictures.pictures)
    answer = scene.call("POST", "/posts", BODY, headers=KEY)

    assert (failed.status, answer.status) == (503, 202)
    assert len(made) == 2
    assert {each.id for each in scene.store.posts[answer.json["id"]].pictures} == made == set(scene.pictures.pictures)


def test_an_article_sent_again_after_its_picture_was_refused_has_it_fetched_anew() -> None:
    scene = Scene()
    first = scene.call("POST", "/posts", BODY | {"external_id": "notice-90"})
    post = scene.store.posts[first.json["id"]]
    scene.store.put(post._replace(state=PostState.REFUSED))

    again = scene.call("POST", "/posts", BODY | {"external_id": "notice-90"})

    assert again.status == 202
    assert again.json["id"] != post.id
    ids = {each.id for each in scene.store.posts[again.json["id"]].pictures}
    assert not ids & {each.id for each in post.pictures}
    assert ids <= set(scene.picture_queue.sent)


def test_a_post_without_pictures_asks_for_none(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene()

    def fail(_: object) -> None:
        raise StoreBusy("asked")

    monkeypatch.setattr(scene.pictures, "get_many", fail)
    scene.store.put(a_post(PostState.QUEUED))

    assert scene.call("GET", "/posts/p1").json["media"] == []
    assert scene.call("GET", "/posts", query={"state": "queued"}).status == 200
    assert scene.call("POST", "/posts", TEXT).status == 202
    assert scene.call("POST", "/posts", TEXT | {"media": [], "text": "또"}).status == 202


def test_a_picture_that_the_desk_has_forgotten_or_that_a_person_uploaded_is_shown_as_that() -> None:
    scene = Scene()
    scene.pictures.add(Picture("b" * 20, "이수진", NOON, PictureState.READY))
    pictures = (AttachedPicture("a" * 20, "간판"), AttachedPicture("b" * 20))
    scene.store.put(a_post(PostState.PUBLISHED)._replace(pictures=pictures))

    assert scene.call("GET", "/posts/p1").json["media"] == [
        {"url": None, "alt": "간판", "state": None, "reason": None, "detail": None},
        {"url": None, "alt": "", "state": "ready", "reason": None, "detail": None},
    ]


@pytest.mark.parametrize(
    ("media", "fields"),
    [
        ([{"url": STORE}] * 5, ["media"]),
        ([{}], ["media.0.url"]),
        ([STORE], ["media.0"]),
        ({"url": STORE}, ["media"]),
        ([{"url": STORE, "type": "photo"}], ["media.0.type"]),
        ([{"url": STORE}, {"url": "ftp://www.example.com/a.jpg"}], ["media.1.url"]),
        ([{"url": "https://me:secret@www.example.com/a.jpg"}], ["media.0.url"]),
        ([{"url": "https://www.example.com:8443/a.jpg"}], ["media.0.url"]),
        ([{"url": "http://169.254.169.254/latest/meta-data/"}], ["media.0.url"]),
        ([{"url": "http://127.0.0.1/a.jpg"}], ["media.0.url"]),
        ([{"url": "http://[::1]/a.jpg"}], ["media.0.url"]),
        ([{"url": "https://www.example.com/" + "a" * 4_096}], ["media.0.url"]),
        ([{"url": "https://www.example.com/\ufffd.jpg"}], ["media.0.url"]),
        ([{"url": ""}, {"url": 7}], ["media.1.url"]),
        ([{"url": STORE, "alt": "가" * 1_001}], ["media.0.alt"]),
        ([{"url": STORE, "alt": "간판\u202e"}], ["media.0.alt"]),
        ([{"url": STORE, "alt": "\ufffd"}], ["media.0.alt"]),
    ],
)
def test_what_is_wrong_with_a_picture_is_named(media: Any, fields: list[str]) -> None:
    scene = Scene()

    answer = scene.call("POST", "/posts", TEXT | {"media": media})

    assert (answer.status, answer.fields) == (422, fields)
    assert all(error["detail"] and "secret" not in error["detail"] for error in answer.json["errors"])
    assert scene.store.posts == {}
    assert scene.pictures.pictures == {}


def test_pictures_with_the_longest_addresses_and_texts_are_taken() -> None:
    media = [
        {"url": f"https://www.example.com/{place}" + "a" * 4_000, "alt": "\u2603" * 999 + str(place)}
        for place in range(4)
    ]

    assert Scene().call("POST", "/posts", {"text": "가" * 140, "media": media}).status == 202


@pytest.mark.parametrize("alt", ["", "  ", None])
def test_a_blank_alternative_text_is_none(alt: str | None) -> None:
    answer = Scene().call("POST", "/posts", TEXT | {"media": [{"url": STORE, "alt": alt}]})

    assert (answer.status, answer.json["media"][0]["alt"]) == (202, "")


def test_a_picture_that_is_ready_is_not_prepared_again() -> None:
    store, queue = FakePictures(), FakePictureQueue()
    picture = web_picture(picture_id_of("a"), STORE, by="cms", now=NOON)
    store.add(picture._replace(state=PictureState.READY))

    WebPictures(store, queue).request([picture])

    assert queue.sent == []
    assert store.pictures[picture.id].state is PictureState.READY
