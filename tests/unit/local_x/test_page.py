import re
from base64 import b64encode
from hashlib import sha256

import pytest
import requests

from local.x.control import XControl
from local.x.server import RunningX
from tests.local_x import XCaller


def _post(x: RunningX, **form: str) -> requests.Response:
    return requests.post(x.url + "/post", data=form, timeout=9)


def test_a_person_posts_and_the_desk_finds_it(x: RunningX, user: XCaller, mentions: str) -> None:
    page = _post(x, who="@anna", text="@emeraldmobile 안녕하세요", lang="ko")

    assert user.get(mentions).json()["data"][0]["text"] == "@emeraldmobile 안녕하세요"
    assert (page.status_code, "안녕하세요" in page.text) == (200, True)


def test_the_brands_reply_is_shown_on_the_page(x: RunningX, control: XControl, user: XCaller) -> None:
    asked = control.post("anna", "@emeraldmobile hello?")
    user.post("/2/tweets", {"text": "We are here.", "reply": {"in_reply_to_tweet_id": asked}})

    page = requests.get(x.url, timeout=9).text

    assert 'class="brand"' in page
    assert "We are here." in page


@pytest.mark.parametrize(("lang", "label"), [("ko", "비공개 메시지 보내기"), ("en", "Send a private message")])
def test_a_button_for_a_private_message_is_shown(x: RunningX, user: XCaller, lang: str, label: str) -> None:
    user.post("/2/tweets", {"text": "Hello."})
    before = requests.get(f"{x.url}/?lang={lang}", timeout=9).text
    link = "https://twitter.com/messages/compose?recipient_id=2590000001"
    user.post("/2/tweets", {"text": "Write to us.", "direct_message_deep_link": link})

    page = requests.get(f"{x.url}/?lang={lang}", timeout=9).text

    assert (before.count(label), page.count(label)) == (0, 1)


def test_a_person_who_is_asked_into_private_writes_there_and_only_the_two_do(
    x: RunningX, control: XControl, user: XCaller
) -> None:
    asked = control.post("anna", "@emeraldmobile my bill?")
    link = "https://twitter.com/messages/compose?recipient_id=2590000001"
    reply = {"text": "Write to us.", "reply": {"in_reply_to_tweet_id": asked}, "direct_message_deep_link": link}
    user.post("/2/tweets", reply)
    (path,) = set(re.findall(r"/messages/\d+-\d+", requests.get(x.url, timeout=9).text))
    conversation = path.rpartition("/")[2]
    control.person("ben")

    page = _post(x, who="anna", text="My number is <7>.", conversation=conversation)
    refused = _post(x, who="ben", text="Hello.", conversation=conversation)

    assert (page.status_code, "My number is &lt;7&gt;." in page.text, path in page.url) == (200, True, True)
    assert (refused.status_code, [one.text for one in x.state.messages]) == (400, ["My number is <7>."])
    assert requests.get(f"{x.url}/messages/1-2", timeout=9).status_code == 404


def test_profile_pictures_and_media_are_drawn_for_this_machine(x: RunningX, control: XControl, user: XCaller) -> None:
    post = control.post("anna", "@emeraldmobile look", media=[{"type": "photo", "alt_text": "<a> router"}])
    fields = {
        "expansions": "attachments.media_keys,author_id",
        "media.fields": "url",
        "user.fields": "profile_image_url",
    }
    includes = user.get("/2/tweets", {"ids": post, **fields}).json()["includes"]
    urls = [includes["users"][0]["profile_image_url"], includes["media"][0]["url"]]

    pictures = [requests.get(url, timeout=9) for url in urls]
    control.delete(post)

    assert [picture.headers["content-type"] for picture in pictures] == ["image/svg+xml"] * 2
    assert "&lt;a&gt; router" in pictures[1].text
    assert requests.get(urls[1], timeout=9).status_code == 404


def test_a_person_answers_the_brand_without_writing_its_handle(x: RunningX, user: XCaller, mentions: str) -> None:
    post = user.post("/2/tweets", {"text": "New plans today."}).json()["data"]["id"]

    _post(x, who="anna", text="how much?", reply=post)

    assert user.get(mentions).json()["data"][0]["text"] == "@emeraldmobile how much?"


@pytest.mark.parametrize("field", ["text", "name"])
def test_texts_and_names_are_escaped(x: RunningX, control: XControl, field: str) -> None:
    control.post("anna", **{"text": "hi", field: "<script>alert('x')</script>"})

    page = requests.get(x.url, timeout=9).text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


@pytest.mark.parametrize(
    "form",
    [
        {"who": "", "text": "hi"},
        {"who": "한글", "text": "hi"},
        {"who": "a" * 16, "text": "hi"},
        {"who": "anna", "text": " "},
        {"who": "anna", "text": "가" * 25_001},
        {"who": "anna", "text": "hi", "reply": "77"},
    ],
)
def test_a_form_that_cannot_be_posted_comes_back_with_what_was_written(x: RunningX, form: dict[str, str]) -> None:
    page = _post(x, **form)

    assert (page.status_code, 'role="alert"' in page.text) == (400, True)
    assert form["text"].strip() in page.text


def test_a_person_deletes_and_the_brand_likes(x: RunningX, control: XControl, user: XCaller, liked: str) -> None:
    kept, deleted = (control.post("anna", f"@emeraldmobile {word}") for word in ("thanks", "oops"))

    requests.post(x.url + "/like", data={"post": kept}, timeout=9)
    requests.post(x.url + "/delete", data={"post": deleted}, timeout=9)

    assert [post["id"] for post in user.get(liked).json()["data"]] == [kept]
    assert "oops" not in requests.get(x.url, timeout=9).text


@pytest.mark.parametrize(("header", "query", "lang"), [("ko-KR", "", "ko"), ("en", "", "en"), ("ko", "?lang=en", "en")])
def test_the_page_is_in_the_readers_language(x: RunningX, header: str, query: str, lang: str) -> None:
    page = requests.get(f"{x.url}/{query}", headers={"Accept-Language": header}, timeout=9)

    assert f'<html lang="{lang}">' in page.text


def test_the_page_allows_its_own_script_and_no_other(x: RunningX) -> None:
    page = requests.get(x.url, timeout=9)

    (script,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def test_the_page_says_which_names_are_allowed(x: RunningX) -> None:
    for lang, hint in (("en", "1 to 15 letters A to Z, digits or _"), ("ko", "영문(A~Z), 숫자, 밑줄(_) 1~15자")):
        assert hint in requests.get(f"{x.url}/?lang={lang}", timeout=9).text


@pytest.mark.parametrize("path", ["/i/status/{}", "/anna/status/{}"])
def test_a_link_to_a_post_opens_its_conversation(x: RunningX, control: XControl, user: XCaller, path: str) -> None:
    control.post("ben", "@emeraldmobile something else")
    asked = control.post("anna", "@emeraldmobile hello?")
    user.post("/2/tweets", {"text": "We are here.", "reply": {"in_reply_to_tweet_id": asked}})

    page = requests.get(x.url + path.format(asked), timeout=9).text

    assert page.index("hello?") < page.index("We are here.")
    assert f'<article id="p{asked}" class="meant">' in page
    assert page.count("<article") == 2


def test_a_link_to_an_earlier_version_opens_the_latest(x: RunningX, control: XControl) -> None:
    first = control.post("anna", "@emeraldmobile helo")
    latest = control.edit(first, "@emeraldmobile hello")

    assert f'<article id="p{latest}" class="meant">' in requests.get(f"{x.url}/i/status/{first}", timeout=9).text


def test_a_link_to_an_account_opens_its_posts(x: RunningX, control: XControl, user: XCaller) -> None:
    control.post("anna", "@emeraldmobile hello?")
    user.post("/2/tweets", {"text": "Good morning."})

    page = requests.get(f"{x.url}/emeraldmobile", timeout=9).text

    assert ("Good morning." in page, page.count("<article")) == (True, 1)


def test_links_to_what_is_not_there_are_not_found(x: RunningX, control: XControl) -> None:
    gone = control.post("anna", "@emeraldmobile oops")
    control.delete(gone)

    for path in (f"/i/status/{gone}", "/i/status/77", "/nobody", "/i/status/abc"):
        assert requests.get(x.url + path, timeout=9).status_code == 404, path


def test_forms_of_other_sites_are_rejected(x: RunningX) -> None:
    answer = requests.post(
        x.url + "/post", data={"who": "a", "text": "b"}, headers={"Origin": "https://example.com"}, timeout=9
    )

    assert answer.status_code == 403
