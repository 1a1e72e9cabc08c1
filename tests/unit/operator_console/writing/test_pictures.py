"""Pictures at the console: forms for uploads, their states, and what becomes of them in a post."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from desk.pictures.model import MOST_BYTES, UPLOAD_LASTS, AttachedPicture, Picture, PictureReason, PictureState
from tests.unit.operator_console.scene import BILLING, VIEWER, ConsoleScene, html_of

ID = "7q2m4xd93k0p7q2m4xd9"


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene()


def have(scene: ConsoleScene, **changes: Any) -> Picture:
    made = Picture(ID, "박지민", scene.now)._replace(**changes)
    scene.pictures.add(made)
    return made


READY: dict[str, Any] = {"state": PictureState.READY, "content_type": "image/png", "width": 30, "height": 20, "size": 9}


def test_a_picture_gets_a_form_for_its_upload(scene: ConsoleScene) -> None:
    answer = scene.signed_in().post("pictures", {"type": "image/png", "size": "1000"})

    begun = json.loads(answer["body"])
    stored = scene.pictures.pictures[begun["id"]]
    assert (stored.by, stored.state, stored.source_url) == ("박지민", PictureState.WAITING, None)
    assert begun["url"] == scene.picture_files.address
    assert begun["fields"]["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"type": "image/gif", "size": "10"}, "JPEG, PNG, WebP만"),
        ({"type": "text/html", "size": "10"}, "JPEG, PNG, WebP만"),
        ({"type": "image/png", "size": str(MOST_BYTES + 1)}, "너무 커요"),
        ({"type": "image/png", "size": "0"}, "너무 커요"),
        ({"type": "image/png", "size": "many"}, "너무 커요"),
    ],
)
def test_what_can_not_become_a_picture_gets_a_sentence_and_no_form(
    scene: ConsoleScene, fields: dict[str, str], sentence: str
) -> None:
    answer = scene.signed_in().post("pictures", fields)

    assert (answer["statusCode"], sentence in answer["body"]) == (422, True)
    assert scene.pictures.pictures == {}


@pytest.mark.parametrize("person", [VIEWER, BILLING])
def test_only_operators_have_pictures(scene: ConsoleScene, person: object) -> None:
    have(scene, **READY)
    visitor = scene.signed_in(person)  # type: ignore[arg-type]

    for answer in (
        visitor.post("pictures", {"type": "image/png", "size": "1"}),
        visitor.post(f"pictures/{ID}/uploaded"),
        visitor.get(f"pictures/{ID}"),
    ):
        assert answer["statusCode"] == 403


def test_saying_that_a_picture_was_uploaded_has_it_prepared_however_often_it_is_said(scene: ConsoleScene) -> None:
    have(scene)
    visitor = scene.signed_in()

    first = html_of(visitor.post(f"pictures/{ID}/uploaded"))
    visitor.post(f"pictures/{ID}/uploaded")
    scene.pictures.save(have(scene)._replace(**READY))
    last = html_of(visitor.post(f"pictures/{ID}/uploaded"))

    assert scene.picture_queue.sent == [ID, ID]
    assert 'data-state="waiting"' in first
    assert f'src="{scene.picture_files.address}/prepared/{ID}"' in last


def test_a_queue_or_a_bucket_that_fails_is_said_and_can_be_tried_again(scene: ConsoleScene) -> None:
    visitor = scene.signed_in()
    have(scene)
    scene.picture_queue.fails = True
    scene.picture_files.failing.add("upload_form")

    assert visitor.post(f"pictures/{ID}/uploaded")["statusCode"] == 503
    assert visitor.post("pictures", {"type": "image/png", "size": "1"})["statusCode"] == 503
    assert set(scene.pictures.pictures) == {ID}


@pytest.mark.parametrize("reason", list(PictureReason))
def test_a_refused_picture_says_why(scene: ConsoleScene, reason: PictureReason) -> None:
    have(scene, state=PictureState.REFUSED, reason=reason)

    part = html_of(scene.signed_in().get(f"pictures/{ID}"))

    assert 'data-state="refused"' in part
    assert re.search(r'class="problem">[가-힣X ].+</span>', part)


def test_a_picture_whose_upload_never_came_is_shown_as_refused(scene: ConsoleScene) -> None:
    have(scene)
    scene.now += UPLOAD_LASTS - timedelta(seconds=1)
    assert 'data-state="waiting"' in html_of(scene.signed_in().get(f"pictures/{ID}"))

    scene.now += timedelta(seconds=1)
    part = html_of(scene.signed_in().get(f"pictures/{ID}"))

    assert "사진이 올라오지 않았어요." in part


@pytest.mark.parametrize("path", ["pictures/unknown", f"pictures/{'0' * 20}", "pictures/..%2F"])
def test_an_unknown_picture_is_not_found(scene: ConsoleScene, path: str) -> None:
    assert scene.signed_in().get(path)["statusCode"] == 404


def written(picture_id: str = ID, **more: str) -> dict[str, str]:
    fields = {"kind": "announcement", "text": "새 매장을 열었습니다.", "when": "now", "request": "7q2m4xd93k0p"}
    return {**fields, "picture": picture_id, f"alt.{picture_id}": "초록 간판", **more}


def test_a_post_is_sent_with_its_picture_and_the_price_of_its_description(scene: ConsoleScene) -> None:
    have(scene, **READY)

    answer = scene.signed_in().post("write", written())

    (post,) = scene.posts.posts.values()
    assert answer["statusCode"] == 303
    assert post.pictures == (AttachedPicture(ID, "초록 간판"),)
    assert post.estimated_micro_usd == 20_000


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"state": PictureState.REFUSED, "reason": PictureReason.TOO_LARGE}, "쓸 수 없는 사진이 있습니다."),
        ({}, "사진을 아직 준비하고 있습니다."),
        (None, "쓸 수 없는 사진이 있습니다."),
    ],
)
def test_a_post_whose_picture_is_not_ready_is_not_sent_and_says_so(
    scene: ConsoleScene, changes: dict[str, Any] | None, sentence: str
) -> None:
    if changes is not None:
        have(scene, **changes)

    answer = scene.signed_in().post("write", written())

    assert (answer["statusCode"], scene.posts.posts) == (422, {})
    assert sentence in answer["body"]


def test_a_saved_draft_shows_its_pictures_again(scene: ConsoleScene) -> None:
    have(scene, **READY)
    visitor = scene.signed_in()
    visitor.post("write/draft", written(sequence="1"))

    page = html_of(visitor.get("write"))

    assert page.count(f'name="picture" value="{ID}"') == 1
    assert "초록 간판</textarea>" in page
    assert page.count(f"{scene.picture_files.address}/prepared/{ID}") >= 2  # in the form and in the preview
