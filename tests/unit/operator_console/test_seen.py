"""The mentions to read: a screen at a time, marked or opened, and taken back."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from desk.mentions.model import Mention, Stage, StoredMention
from desk.people.model import Person
from desk.reading import Kind
from desk.x.model import Author, Media, XPost
from tests.unit.operator_console.scene import BILLING, JIMIN, SUJIN, VIEWER, ConsoleScene, SignedIn, html_of
from tests.unit.replies.scene import CASE, NOW

JUNK, CHAT = Kind.JUNK, Kind.CHAT


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene()


def post(number: int, text: str = "응원해요", **changes: Any) -> XPost:
    at = NOW - timedelta(hours=9) + timedelta(seconds=number)
    author = Author("7", "minji", "민지")
    return XPost(str(number), text, "7", at, str(number), "ko", (str(number),), author=author)._replace(**changes)


def have(scene: ConsoleScene, *posts: XPost, kind: Kind = CHAT) -> None:
    scene.seen.put(*posts, kind=kind)
    for one in posts:
        scene.mentions.stored[one.id] = StoredMention(Mention(one, NOW), Stage.NOTHING)


def shown(body: str) -> list[str]:
    return re.findall(r'<li id="row-m(\d+)"', body)


def ids_of(body: str) -> str:
    found = re.search(r'name="ids" value="([^"]*)"', body)
    assert found
    return found[1]


def mark(person: SignedIn, ids: str) -> dict[str, object]:
    response = person.post("seen", {"ids": ids}, hx_request="true")
    done: dict[str, object] = json.loads(response["headers"]["hx-trigger"])["done"]
    return done


def test_a_screen_has_twenty_mentions_the_oldest_first_and_junk_folded(scene: ConsoleScene) -> None:
    have(scene, *(post(number) for number in range(100, 130)))
    have(scene, *(post(number, "팔로우 100% 보장") for number in range(105, 120, 5)), kind=JUNK)

    body = html_of(scene.signed_in().get("inbox/to_read"))

    assert "광고·무관 3" in body
    assert len(shown(body)) == 23
    assert shown(body)[:2] == ["100", "101"]
    assert len(ids_of(body).split()) == 23


def test_marking_a_screen_goes_on_to_the_next_one_and_counts_each_mention(scene: ConsoleScene) -> None:
    have(scene, *(post(number) for number in range(100, 130)))
    person = scene.signed_in()
    first = ids_of(html_of(person.get("inbox/to_read")))

    response = person.post("seen", {"ids": first}, hx_request="true")

    assert shown(response["body"]) == [str(number) for number in range(120, 130)]
    assert 'id="seen-today">읽음 20/' in response["body"]
    assert json.loads(response["headers"]["hx-trigger"])["done"]["text"] == "20건을 읽음으로 표시했습니다."
    assert set(scene.seen.seen_by.values()) == {(JIMIN.name, NOW)}


def test_a_mark_is_taken_back_by_the_person_who_made_it(scene: ConsoleScene) -> None:
    have(scene, post(1), post(2))
    person, colleague = scene.signed_in(), scene.signed_in(SUJIN)
    undo = str(mark(person, "1 2")["undo"]).removeprefix("/console/")

    assert shown(colleague.post(undo, hx_request="true")["body"]) == []
    assert shown(person.post(undo, hx_request="true")["body"]) == ["1", "2"]


def test_what_a_colleague_marked_meanwhile_is_neither_counted_nor_taken_back(scene: ConsoleScene) -> None:
    have(scene, post(1), post(2))
    mark(scene.signed_in(SUJIN), "1")

    done = mark(scene.signed_in(), "1 2")

    assert (done["text"], done["undo"]) == ("1건을 읽음으로 표시했습니다.", "/console/unseen?ids=2&queue=to_read")
    assert mark(scene.signed_in(), "1 2")["undo"] is None


def test_the_form_works_without_scripts(scene: ConsoleScene) -> None:
    have(scene, post(1))
    person = scene.signed_in()

    response = person.post("seen", {"ids": "1", "csrf": person.session.csrf}, csrf="")

    assert (response["statusCode"], response["headers"]["location"]) == (303, "/console/inbox/to_read")


def test_opening_marks_and_showing_or_loading_ahead_does_not(scene: ConsoleScene) -> None:
    have(scene, post(1), post(2), post(3))
    person = scene.signed_in()

    person.get("inbox/to_read")
    person.part("case/m1?queue=to_read&prefetch=1")
    scene.signed_in(VIEWER).get("inbox/to_read/m1")
    assert scene.seen.seen_by == {}

    person.part("case/m1?queue=to_read")
    person.get("inbox/to_read/m2")
    person.post("seen", {"key": "m3"}, hx_request="true")
    assert scene.seen.seen_by.keys() == {"1", "2", "3"}


def test_opening_a_case_marks_its_mentions(scene: ConsoleScene) -> None:
    scene.seen.with_case["100"] = post(100)

    scene.signed_in(BILLING).part(f"case/{CASE.id}")

    assert scene.seen.seen_by == {"100": ("김지은", NOW)}


def test_a_case_opens_although_it_cannot_be_marked(scene: ConsoleScene) -> None:
    scene.seen.busy.add("mark_seen")

    assert scene.signed_in().part(f"case/{CASE.id}")["statusCode"] == 200


def test_a_screen_stays_when_it_could_not_be_marked(scene: ConsoleScene) -> None:
    have(scene, post(1))
    person = scene.signed_in()
    scene.seen.fail_after.append("mark_seen")

    assert person.post("seen", {"ids": "1"}, hx_request="true")["statusCode"] == 503
    assert mark(person, "1")["text"] == "0건을 읽음으로 표시했습니다."


@pytest.mark.parametrize(
    ("path", "fields", "person", "status"),
    [
        ("seen", {"ids": "1"}, VIEWER, 403),
        ("unseen", {"ids": "1"}, VIEWER, 403),
        ("seen", {"ids": "1"}, BILLING, 403),
        ("unseen", {"ids": "1"}, BILLING, 403),
        ("seen", {"ids": "1; DROP"}, JIMIN, 422),
        ("seen", {"ids": " ".join(map(str, range(201)))}, JIMIN, 422),
        ("seen", {"key": "m404"}, JIMIN, 404),
        ("seen", {"key": "7Q2M4-XXXXX"}, JIMIN, 404),
    ],
)
def test_hand_made_requests_are_refused(
    path: str, fields: dict[str, str], person: Person, status: int, scene: ConsoleScene
) -> None:
    have(scene, post(1))

    assert scene.signed_in(person).post(path, fields, hx_request="true")["statusCode"] == status
    assert scene.seen.seen_by == {}


def test_a_post_is_shown_as_x_wants_it_with_pictures_and_its_text_unaltered(scene: ConsoleScene) -> None:
    picture, video = Media("photo", '"><b>', "https://pbs.example/1.jpg"), Media("video", None, None)
    have(scene, post(1, "<script>x</script> @jade 응원해요", media=(picture, video)))

    body = html_of(scene.signed_in().get("inbox/to_read"))

    assert '<img src="https://pbs.example/1.jpg" alt="&#34;&gt;&lt;b&gt;"' in body
    assert "민지</bdi>" in body
    assert "X에서 보기" in body
    assert "&lt;script&gt;x&lt;/script&gt;" in body
    assert "<script>x" not in body


def test_authors_that_were_not_bought_are_looked_up_when_first_shown(scene: ConsoleScene) -> None:
    have(scene, post(1, author=None), post(2))
    person, viewer = scene.signed_in(), scene.signed_in(VIEWER)
    assert "to_read/authors" in html_of(person.get("inbox/to_read"))
    assert "to_read/authors" not in html_of(viewer.get("inbox/to_read"))

    response = person.post("to_read/authors?after=", hx_request="true")

    assert 'hx-get="/console/list/to_read?after="' in response["body"]
    assert [key.id for sent in scene.look_up_queue.sent for key in sent] == ["7"]
    assert "to_read/authors" not in html_of(person.get("inbox/to_read"))
    assert person.post("to_read/authors?after=", hx_request="true")["statusCode"] == 204
    assert viewer.post("to_read/authors?after=", hx_request="true")["statusCode"] == 403


def test_nothing_to_read_says_so(scene: ConsoleScene) -> None:
    assert "읽을 글을 모두 읽었습니다." in html_of(scene.signed_in().get("inbox/to_read"))
