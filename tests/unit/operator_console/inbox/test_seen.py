"""The mentions to read: a screen at a time, marked or opened, and taken back."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest

from desk.mentions.model import Mention, Parent, Stage, StoredMention
from desk.reading import Kind
from desk.staff.model import Person
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


def items_of(body: str) -> list[str]:
    """The mentions that the form of the screen marks without scripts."""
    return re.findall(r'form="seen" name="item" value="(\d+)">', body)


def mark(person: SignedIn, *ids: str, **fields: str) -> dict[str, object]:
    response = person.post("seen", {"item": ids, **fields}, hx_request="true")
    done: dict[str, object] = json.loads(response["headers"]["hx-trigger"])["done"]
    return done


def test_a_screen_has_twenty_mentions_the_oldest_first_and_junk_folded(scene: ConsoleScene) -> None:
    have(scene, *(post(number) for number in range(100, 130)))
    have(scene, *(post(number, "팔로우 100% 보장") for number in range(105, 120, 5)), kind=JUNK)

    body = html_of(scene.signed_in().get("inbox/to_read"))

    assert "광고·무관 3" in body
    assert len(shown(body)) == 23
    assert shown(body)[:2] == ["100", "101"]
    assert len(items_of(body)) == 20


def test_marking_a_screen_goes_on_to_the_next_one_and_counts_each_mention(scene: ConsoleScene) -> None:
    have(scene, *(post(number) for number in range(100, 130)))
    person = scene.signed_in()
    first = items_of(html_of(person.get("inbox/to_read")))

    response = person.post("seen", {"item": first}, hx_request="true")

    assert shown(response["body"]) == [str(number) for number in range(120, 130)]
    assert 'data-number="today">읽음 20/' in response["body"]
    assert json.loads(response["headers"]["hx-trigger"])["done"]["text"] == "20건을 읽음으로 표시했어요."
    assert set(scene.seen.seen_by.values()) == {(JIMIN.name, NOW)}


def test_what_is_in_danger_is_left_to_be_opened_and_the_message_says_what_was_left(scene: ConsoleScene) -> None:
    goodbye = "다들 고마웠어요. 이제 죽고 싶어요"
    have(scene, post(1), post(2, goodbye), post(3), post(4))
    answer = scene.mentions.stored["3"]
    parent = Parent("30", post(30, goodbye))
    scene.mentions.stored["3"] = answer._replace(mention=answer.mention._replace(parent=parent))
    person = scene.signed_in()
    assert re.findall(
        r'id="row-m(\d+)"(?:(?!</li>).)*class="urgent">위험<', person.get("inbox/to_read")["body"], re.DOTALL
    ) == ["2"]

    done = mark(person, "1", "2", "3", left_folded="2", left_unshown="1")

    assert done["text"] == (
        "1건을 읽음으로 표시했어요. 5건은 남겨 두었어요: 위험·안전 확인 필요 2, 접힌 글 2, 화면에 나오지 않은 글 1."
    )
    assert scene.seen.seen_by.keys() == {"1"}
    person.get("inbox/to_read/m2")
    assert scene.seen.seen_by.keys() == {"1", "2"}


@pytest.mark.parametrize("sent", ["-1", "x", "1e3", "1000", "٣"])
def test_a_number_that_the_page_cannot_have_sent_is_none(sent: str, scene: ConsoleScene) -> None:
    have(scene, post(1))

    assert mark(scene.signed_in(), "1", left_folded=sent)["text"] == "1건을 읽음으로 표시했어요."


def test_a_mark_is_taken_back_by_the_person_who_made_it(scene: ConsoleScene) -> None:
    have(scene, post(1), post(2))
    person, colleague = scene.signed_in(), scene.signed_in(SUJIN)
    undo = str(mark(person, "1", "2")["undo"]).removeprefix("/console/")

    assert shown(colleague.post(undo, hx_request="true")["body"]) == []
    assert shown(person.post(undo, hx_request="true")["body"]) == ["1", "2"]


def test_what_a_colleague_marked_meanwhile_is_neither_counted_nor_taken_back(scene: ConsoleScene) -> None:
    have(scene, post(1), post(2))
    mark(scene.signed_in(SUJIN), "1")

    done = mark(scene.signed_in(), "1", "2")

    assert (done["text"], done["undo"]) == ("1건을 읽음으로 표시했어요.", "/console/unseen?ids=2&queue=to_read")
    assert mark(scene.signed_in(), "1", "2")["undo"] is None


def test_the_form_works_without_scripts(scene: ConsoleScene) -> None:
    have(scene, post(1))
    person = scene.signed_in()

    response = person.post("seen", {"item": "1", "csrf": person.session.csrf}, csrf="")

    assert (response["statusCode"], response["headers"]["location"]) == (303, "/console/inbox/to_read")


def test_opening_marks_and_showing_or_loading_ahead_does_not(scene: ConsoleScene) -> None:
    have(scene, post(1), post(2), post(3))
    person = scene.signed_in()

    person.get("inbox/to_read")
    person.part("case/m1?queue=to_read")
    person.get("inbox/to_read/m1", sec_purpose="prefetch;prerender")
    scene.signed_in(VIEWER).get("inbox/to_read/m1")
    assert scene.seen.seen_by == {}

    person.get("inbox/to_read/m2")
    person.post("seen", {"key": "m3"}, hx_request="true")
    assert scene.seen.seen_by.keys() == {"2", "3"}


def test_opening_a_case_marks_its_mentions(scene: ConsoleScene) -> None:
    scene.seen.with_case["100"] = post(100)

    scene.signed_in(BILLING).get(f"case/{CASE.id}")

    assert scene.seen.seen_by == {"100": ("김지은", NOW)}


def test_a_case_opens_although_it_cannot_be_marked(scene: ConsoleScene) -> None:
    scene.seen.busy.add("mark_seen")

    assert scene.signed_in().get(f"case/{CASE.id}")["statusCode"] == 200


def test_a_screen_stays_when_it_could_not_be_marked(scene: ConsoleScene) -> None:
    have(scene, post(1))
    person = scene.signed_in()
    scene.seen.fail_after.append("mark_seen")

    assert person.post("seen", {"item": "1"}, hx_request="true")["statusCode"] == 503
    assert mark(person, "1")["text"] == "0건을 읽음으로 표시했어요."


@pytest.mark.parametrize(
    ("path", "fields", "person", "status"),
    [
        ("seen", {"item": "1"}, VIEWER, 403),
        ("unseen?ids=1", {}, VIEWER, 403),
        ("seen", {"item": "1"}, BILLING, 403),
        ("unseen?ids=1", {}, BILLING, 403),
        ("seen", {"item": "1; DROP"}, JIMIN, 422),
        ("seen", {"item": [str(number) for number in range(201)]}, JIMIN, 422),
        ("seen", {"key": "m404"}, JIMIN, 404),
        ("seen", {"key": "7Q2M4-XXXXX"}, JIMIN, 404),
    ],
)
def test_hand_made_requests_are_refused(
    path: str, fields: dict[str, object], person: Person, status: int, scene: ConsoleScene
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
    assert "모두 읽었어요." in html_of(scene.signed_in().get("inbox/to_read"))
