"""Pictures on the local X: uploaded, described, named by posts, shown, expired."""

from base64 import b64encode
from io import BytesIO
from typing import Any

import pytest
import requests
from PIL import Image

from local.x.control import XControl
from local.x.server import RunningX
from local.x.uploads import MOST_BYTES
from tests.local_x import XCaller


def picture(format_: str = "PNG") -> bytes:
    written = BytesIO()
    Image.new("RGB", (40, 30), (0, 120, 60)).save(written, format_)
    return written.getvalue()


def uploaded(user: XCaller, content: bytes | None = None) -> dict[str, Any]:
    media = b64encode(content or picture()).decode()
    answer = user.post("/2/media/upload", {"media": media, "media_category": "tweet_image"})
    assert answer.status_code == 200, answer.text
    data: dict[str, Any] = answer.json()["data"]
    return data


def with_media(user: XCaller, text: str, *media_ids: str) -> Any:
    return user.post("/2/tweets", {"text": text, "media": {"media_ids": list(media_ids)}})


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP"])
def test_an_uploaded_picture_is_shown_by_its_post_with_its_description(
    x: RunningX, user: XCaller, own_posts: str, format_: str
) -> None:
    content = picture(format_)
    data = uploaded(user, content)
    described = user.post("/2/media/metadata", {"id": data["id"], "metadata": {"alt_text": {"text": "초록 지붕"}}})

    assert with_media(user, "새 소식", data["id"]).status_code == 201

    shown = user.get(own_posts, {"expansions": "attachments.media_keys", "media.fields": "alt_text,url,width"}).json()
    (medium,) = shown["includes"]["media"]
    seen = requests.get(medium["url"], timeout=10)
    page = requests.get(x.url, timeout=10)
    assert described.json()["data"]["id"] == data["id"]
    assert (data["expires_after_secs"], data["size"]) == (86_400, len(content))
    assert (medium["media_key"], medium["alt_text"]) == (data["media_key"], "초록 지붕")
    assert shown["data"][0]["text"].startswith("새 소식 https://t.co/")
    assert (seen.content, seen.headers["content-type"]) == (content, f"image/{format_.lower()}")
    assert f'<img src="/media/{data["media_key"]}.jpg" alt="초록 지붕"' in page.text
    assert "img-src 'self'" in page.headers["content-security-policy"]


def test_four_pictures_keep_their_order(user: XCaller, own_posts: str) -> None:
    ids = [uploaded(user)["id"] for _ in range(4)]

    with_media(user, "네 장", *ids)

    shown = user.get(own_posts, {"expansions": "attachments.media_keys"}).json()
    assert [medium["media_key"] for medium in shown["includes"]["media"]] == [f"3_{each}" for each in ids]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"media": "!", "media_category": "tweet_image"},
        {"media": "", "media_category": "tweet_image"},
        {"media": b64encode(b"<svg/>").decode(), "media_category": "tweet_image"},
        {"media": b64encode(picture()).decode(), "media_category": "tweet_video"},
        {"media": b64encode(picture()).decode()},
        {"media": b64encode(picture() + bytes(MOST_BYTES)).decode(), "media_category": "tweet_image"},
        {"media": b64encode(picture()).decode(), "media_category": "tweet_image", "colour": "green"},
    ],
)
def test_what_is_no_picture_or_too_large_is_refused(user: XCaller, body: dict[str, str]) -> None:
    assert user.post("/2/media/upload", body).status_code == 400


@pytest.mark.parametrize(
    "media", [{}, {"media_ids": []}, {"media_ids": "1"}, {"media_ids": [1]}, {"media_ids": ["1"] * 5}]
)
def test_a_post_names_one_to_four_pictures(user: XCaller, media: dict[str, Any]) -> None:
    assert user.post("/2/tweets", {"text": "새 소식", "media": media}).status_code == 400


def test_an_unknown_or_expired_picture_is_refused_in_the_words_of_x(control: XControl, user: XCaller) -> None:
    control.media_last(60)
    media_id = uploaded(user)["id"]
    control.advance(61)

    refusals = [with_media(user, "새 소식", each).json() for each in (media_id, "1880000000000000001")]

    assert {each["detail"] for each in refusals} == {"Your media IDs are invalid."}
    assert {each["parameter"] for each in refusals} == {"media.media_ids"}


@pytest.mark.parametrize("text", ["", "가" * 1001])
def test_a_description_has_bounds(user: XCaller, text: str) -> None:
    media_id = uploaded(user)["id"]

    answer = user.post("/2/media/metadata", {"id": media_id, "metadata": {"alt_text": {"text": text}}})

    assert answer.status_code == 400


def test_uploads_can_fail_as_ordered(control: XControl, user: XCaller) -> None:
    control.fault("media_upload", status=503)

    answer = user.post("/2/media/upload", {"media": "", "media_category": "tweet_image"})

    assert answer.status_code == 503
    assert control.counts()["media_upload"] == 1
