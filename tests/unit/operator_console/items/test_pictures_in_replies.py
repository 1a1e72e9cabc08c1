"""Pictures in replies: what goes out with them, what is refused, and that undoing and failing lose none."""

import json
from typing import Any

import pytest

from desk.case_view.view import new_request_id
from desk.cases.model import CaseState
from desk.pictures.model import AttachedPicture, Picture, PictureState
from desk.posts.model import Post, PostReason, PostState
from desk.replies.outcome import ReplyOutcomes
from tests.unit.operator_console.scene import BILLING, JIMIN, ConsoleScene, Response, SignedIn, html_of
from tests.unit.replies.scene import CASE

ONE, TWO = "7q2m4xd93k0p7q2m4xd9", "8q2m4xd93k0p7q2m4xd9"
TEXT = "앱의 요금 메뉴에서 이렇게 보실 수 있습니다."
TWO_PICTURES = json.dumps([[TWO, "요금 화면"], [ONE, ""]])
ATTACHED = (AttachedPicture(TWO, "요금 화면"), AttachedPicture(ONE))
READY: dict[str, Any] = {"state": PictureState.READY, "content_type": "image/png", "width": 30, "height": 20, "size": 9}


@pytest.fixture
def scene() -> ConsoleScene:
    made = ConsoleScene()
    for picture_id in (ONE, TWO):
        made.pictures.add(Picture(picture_id, "박지민", made.now, **READY))
    return made


@pytest.fixture
def jimin(scene: ConsoleScene) -> SignedIn:
    return scene.signed_in(JIMIN)


def reply(scene: ConsoleScene, visitor: SignedIn, pictures: str = TWO_PICTURES, **fields: str) -> Response:
    case = scene.cases.get(CASE.id)
    assert case
    form = {"version": str(case.version), "request": new_request_id(), "text": TEXT, "pictures": pictures, **fields}
    return visitor.post(f"case/{CASE.id}/send", form, hx_request="true")


def posted(scene: ConsoleScene) -> Post:
    (post,) = [post for post in scene.posts.posts.values() if post.case_id == CASE.id]
    return post


def test_a_reply_goes_out_with_its_pictures_in_their_order(scene: ConsoleScene, jimin: SignedIn) -> None:
    assert reply(scene, jimin)["statusCode"] == 204

    post = posted(scene)
    assert post.pictures == ATTACHED
    assert post.estimated_micro_usd == 10_000 + 5_000
    page = html_of(jimin.get(f"case/{CASE.id}"))
    assert f'<img src="/console/pictures/{TWO}/file" alt="요금 화면"' in page
    assert page.index(f"pictures/{TWO}/file") < page.index(f"pictures/{ONE}/file")


def test_the_picture_of_a_reply_is_shown_to_who_is_signed_in_and_to_nobody_else(scene: ConsoleScene) -> None:
    shown = scene.signed_in(BILLING).get(f"pictures/{ONE}/file")

    assert (shown["statusCode"], shown["headers"]["location"]) == (
        303,
        f"{scene.picture_files.address}/prepared/{ONE}",
    )
    assert "/sign-in?to=" in scene.get(f"pictures/{ONE}/file")["headers"]["location"]
    scene.pictures.pictures.clear()
    assert scene.signed_in(BILLING).get(f"pictures/{ONE}/file")["statusCode"] == 404


@pytest.mark.parametrize(
    ("state", "sentence"),
    [(PictureState.WAITING, "아직 준비하고"), (PictureState.REFUSED, "쓸 수 없는 사진"), (None, "쓸 수 없는 사진")],
)
def test_a_picture_that_can_not_be_posted_keeps_the_reply_and_says_why(
    scene: ConsoleScene, jimin: SignedIn, state: PictureState | None, sentence: str
) -> None:
    if state:
        scene.pictures.save(scene.pictures.pictures[ONE]._replace(state=state))
    else:
        scene.pictures.forget(ONE)

    held = reply(scene, jimin)

    assert (held["statusCode"], sentence in html_of(held)) == (422, True)
    assert not scene.posts.posts
    case = scene.cases.get(CASE.id)
    assert case
    assert case.version == CASE.version


@pytest.mark.parametrize(
    ("pictures", "fields", "sentence"),
    [
        (TWO_PICTURES, {"private": "1"}, "DM으로 안내하는 답글에는"),
        (json.dumps([[ONE, ""]] * 5), {}, "4장까지"),
        (json.dumps([[ONE, "가" * 1001]]), {}, "1000자까지"),
        ("[", {}, "할 수 없는 일"),
        (json.dumps([["../secret", ""]]), {}, "할 수 없는 일"),
        (json.dumps([ONE]), {}, "할 수 없는 일"),
    ],
)
def test_what_x_does_not_take_gets_a_sentence(
    scene: ConsoleScene, jimin: SignedIn, pictures: str, fields: dict[str, str], sentence: str
) -> None:
    held = reply(scene, jimin, pictures, **fields)

    assert (held["statusCode"], sentence in html_of(held)) == (422, True)
    assert not scene.posts.posts


def test_a_departments_draft_is_text_alone(scene: ConsoleScene) -> None:
    billing = scene.signed_in(BILLING)

    held = reply(scene, billing)

    assert (held["statusCode"], "초안에는 사진을" in html_of(held)) == (422, True)
    assert "picture-file" not in html_of(billing.get(f"case/{CASE.id}"))
    assert "picture-file" in html_of(scene.signed_in(JIMIN).get(f"case/{CASE.id}"))


def test_undoing_puts_the_pictures_back_into_the_box(scene: ConsoleScene, jimin: SignedIn) -> None:
    reply(scene, jimin)

    assert jimin.post(f"case/{CASE.id}/undo", {"post": posted(scene).id}, hx_request="true")["statusCode"] == 200

    draft = scene.drafts.find(JIMIN.id, CASE.id, scene.now)
    assert draft
    assert json.loads(draft.options["pictures"]) == [[TWO, "요금 화면"], [ONE, ""]]
    assert f"{TWO}" in html_of(jimin.get(f"case/{CASE.id}"))


def test_a_draft_keeps_pictures_with_their_descriptions(scene: ConsoleScene, jimin: SignedIn) -> None:
    long = json.dumps([[ONE, "가" * 1000]] * 4, ensure_ascii=False)
    fields = {"text": "쓰는 중", "version": "1", "sequence": "1", "pictures": long}

    assert jimin.post(f"case/{CASE.id}/draft", fields)["statusCode"] == 204

    draft = scene.drafts.find(JIMIN.id, CASE.id, scene.now)
    assert draft
    assert draft.options["pictures"] == long


def test_after_x_refused_a_picture_text_and_pictures_are_in_the_box_again(scene: ConsoleScene, jimin: SignedIn) -> None:
    reply(scene, jimin)
    refused = posted(scene)._replace(state=PostState.REFUSED, reason=PostReason.PICTURE_REFUSED, at=scene.now)

    ReplyOutcomes(scene.cases, scene.brand).on_finished(refused)

    case = scene.cases.get(CASE.id)
    assert case
    assert case.draft
    assert (case.state, case.draft.text, case.draft.pictures) == (CaseState.DRAFTED, TEXT, ATTACHED)
    page = html_of(jimin.get(f"case/{CASE.id}"))
    assert TEXT in page
    assert TWO in page.partition('data-options="')[2].partition('" data-sequence')[0]


def test_a_repeated_form_sends_one_reply_with_its_pictures(scene: ConsoleScene, jimin: SignedIn) -> None:
    case = scene.cases.get(CASE.id)
    assert case
    form = {"version": str(case.version), "request": new_request_id(), "text": TEXT, "pictures": TWO_PICTURES}
    scene.posts.busy.add("add")
    jimin.post(f"case/{CASE.id}/send", form, hx_request="true")
    scene.posts.busy.clear()
    assert not scene.posts.posts

    assert jimin.post(f"case/{CASE.id}/send", form, hx_request="true")["statusCode"] == 204

    assert posted(scene).pictures == ATTACHED


def test_while_nobody_knows_how_far_a_picture_is_nothing_is_sent(scene: ConsoleScene, jimin: SignedIn) -> None:
    scene.pictures.busy.add("get_many")

    assert reply(scene, jimin)["statusCode"] == 503
    assert not scene.posts.posts
