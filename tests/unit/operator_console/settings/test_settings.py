"""What people set for themselves: the time to undo, notifications, their language, and light or dark."""

import json
from html import unescape
from urllib.parse import urlsplit

import pytest

from desk.i18n import LANGUAGES, phrase
from desk.staff.saved_replies import SavedReply
from desk.staff.settings import PersonSettings
from operator_console.look import LOOK_COOKIE
from tests.unit.operator_console.scene import JIMIN, VIEWER, ConsoleScene, SignedIn, html_of
from tests.unit.operator_console.sign_in_scene import cookies_of, sign_in_scene, signed_in

PAGES = (
    "inbox/to_answer", "inbox/all", "inbox/to_read", "search?q=bill", "write", "calendar", "stop", "people",
    "people/regulars", "people/opted_out", "favourites", "trends", "spikes", "costs", "settings", "replies", "practice",
)  # fmt: skip

FOR_POSTS = {key for key in LANGUAGES["ko"] if key.startswith("console.write.start.")}
"""Texts with which posts begin, which customers read; the name of one is a part of its text."""
IN_KOREAN = {*FOR_POSTS, "console.script.palette.language", "console.fact"}


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene()


def looking(scene: ConsoleScene, look: str) -> SignedIn:
    """A person whose browser has this look in its cookie."""

    class Looking(SignedIn):
        @property
        def cookies(self) -> dict[str, str]:
            return {**super().cookies, LOOK_COOKIE: look}

    person = scene.signed_in()
    return Looking(person.scene, person.session_id, person.session)


def test_settings_are_saved_and_shown_and_can_be_undone(scene: ConsoleScene) -> None:
    person = scene.signed_in(VIEWER)
    assert '<option value="10" selected>' in html_of(person.get("settings"))

    response = person.post("settings", {"undo_seconds": "0", "sounds": "1", "language": "en", "theme": "dark"})

    assert response["statusCode"] == 303
    assert scene.settings.find("viewer") == PersonSettings(0, sounds=True, language="en", theme="dark")
    assert cookies_of(response) == {LOOK_COOKIE: "en.dark"}
    html = html_of(person.get(response["headers"]["location"].removeprefix("/console/")))
    assert '<option value="0" selected>' in html
    assert "저장했어요." in html
    assert '<input type="hidden" name="undo_seconds" value="10">' in html
    assert scene.settings.find(JIMIN.id) == PersonSettings()

    person.post("settings", {"undo_seconds": "10", "notifies": "", "sounds": "", "language": "", "theme": ""})

    assert scene.settings.find("viewer") == PersonSettings()


@pytest.mark.parametrize("seconds", ["31", "-1", "", "1.5", "٣", "9" * 99])
def test_another_undo_time_is_refused(scene: ConsoleScene, seconds: str) -> None:
    assert scene.signed_in().post("settings", {"undo_seconds": seconds})["statusCode"] == 422
    assert not scene.settings.settings


def test_the_look_alone_is_changed_from_any_page_and_can_be_undone(scene: ConsoleScene) -> None:
    person = scene.signed_in()
    scene.settings.save(JIMIN.id, PersonSettings(undo_seconds=5, language="en"), scene.now)

    response = person.post("settings/look", {"theme": "dark"}, hx_request="true")

    assert scene.settings.find(JIMIN.id) == PersonSettings(undo_seconds=5, language="en", theme="dark")
    assert cookies_of(response) == {LOOK_COOKIE: "en.dark"}
    done = json.loads(response["headers"]["hx-trigger"])["done"]
    assert (done["undo"], done["fields"]) == ("/console/settings/look", {"language": "en", "theme": ""})


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_in_the_language_and_the_theme_of_the_person(scene: ConsoleScene, path: str) -> None:
    html = html_of(looking(scene, "en.dark").get(path))

    assert '<html lang="en" data-theme="dark">' in html
    texts = ((key, text) for key, text in LANGUAGES["ko"].items() if "{" not in text and len(text) > 4)
    assert [key for key, text in texts if text in html and text != LANGUAGES["en"][key] and key not in IN_KOREAN] == []


def test_scripts_and_refusals_speak_the_language_of_the_person(scene: ConsoleScene) -> None:
    person = looking(scene, "en.")

    assert LANGUAGES["en"]["console.script.offline"] in html_of(person.get("costs")).replace("\\u0027", "'")
    refused = person.post("settings", {"undo_seconds": "31"}, hx_request="true")
    assert "seconds" in refused["body"]
    assert '<html lang="en" data-theme="dark">' in looking(scene, "en.dark").get("nothing/here")["body"]


@pytest.mark.parametrize("look", ["de.dark", "ko", "..", "en", ".purple"])
def test_a_look_that_is_not_known_counts_as_not_chosen(scene: ConsoleScene, look: str) -> None:
    html = html_of(looking(scene, look).get("costs"))

    assert f'<html lang="{"en" if look == "en" else "ko"}"{' data-theme="dark"' if "dark" in look else ""}>' in html


def test_what_customers_read_stays_in_the_language_of_the_desk(scene: ConsoleScene) -> None:
    scene.saved_replies.save(SavedReply("due", "기한", "{time}까지 {department}에서 답하겠습니다.", promise="due"))
    case = scene.have_case(1)
    texts = [html_of(looking(scene, look).part(f"case/{case.id}/suggestions")) for look in ("ko.", "en.")]

    assert all("11월 24일(화) 오후 12:20까지 운영자에서 답하겠습니다." in text for text in texts)
    starts = [unescape(html_of(looking(scene, look).get("write?start=thanks"))) for look in ("ko.", "en.")]
    written = phrase("ko", "console.write.start.thanks.text")
    assert all(written in text for text in starts)


def test_a_stranger_is_met_in_the_language_of_the_browser_and_else_of_the_desk(scene: ConsoleScene) -> None:
    accepted = {"de-DE,en-GB;q=0.8,ko;q=0.5": "en", "ko-KR,en": "ko", "fr": "ko", "": "ko"}

    for accepts, language in accepted.items():
        html = html_of(scene.get("signed-out", accept_language=accepts))
        assert f'<html lang="{language}">' in html
    assert '<html lang="ko">' in html_of(scene.signed_in().get("costs", accept_language="en"))


def test_signing_in_brings_the_look_of_the_person_to_the_browser() -> None:
    scene = sign_in_scene()
    response = signed_in(scene)
    (session,) = scene.sessions.sessions.values()
    assert cookies_of(response)[LOOK_COOKIE] == "."
    scene.settings.save(session.person.id, PersonSettings(language="en", theme="light"), scene.now)

    assert cookies_of(signed_in(scene))[LOOK_COOKIE] == "en.light"


def test_the_page_of_the_settings_that_were_saved_is_one_of_ours(scene: ConsoleScene) -> None:
    response = scene.signed_in().post("settings", {"undo_seconds": "5"})

    assert urlsplit(response["headers"]["location"]).path == "/console/settings"
