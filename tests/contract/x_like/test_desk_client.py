"""The desk's own client on the local X: it must get along with a server that keeps X's rules."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from desk.errors import (
    BadRequest,
    CreditsDepleted,
    Duplicate,
    Gone,
    NotAuthorised,
    NotSummoned,
    PlanLimitReached,
    RateLimited,
    Unavailable,
    XError,
)
from desk.x.client import XClient
from desk.x.model import Author, Media, Usage, first_id_at
from local.x.control import XControl
from local.x.server import RunningX
from tests.conftest import NOON
from tests.contract.x_like.openapi import Description
from tests.contract.x_like.test_openapi import GIVEN, NEEDS_OPENAPI
from tests.local_x import bearer_caller, desk_client, user_caller

QUERY = "@emeraldmobile -is:retweet"


@pytest.fixture
def desk(x: RunningX) -> Iterator[XClient]:
    client = desk_client(x, read=1.0, whole=6.0, sleep=lambda _: None)
    yield client
    client._transport._session.close()


def test_a_post_arrives_as_it_was_written(control: XControl, desk: XClient) -> None:
    text = "@emeraldmobile <요금> & https://example.com/a?b=1&c=2 확인해 주세요 " + "자세히. " * 300 + "끝"
    media = [{"type": "photo", "alt_text": "요금서", "url": "https://pbs.twimg.com/media/a.jpg"}]
    asked = control.post("anna", text, media=media)
    reply = control.post("ben", "저도요", in_reply_to=asked)

    answer, post = desk.mentions().posts

    assert (post.text, post.lang, post.created_at, post.edit_ids) == (text, "ko", NOON, (asked,))
    assert post.media == (Media("photo", "요금서", "https://pbs.twimg.com/media/a.jpg", 1200, 900),)
    assert (answer.id, answer.in_reply_to, answer.conversation_id) == (reply, asked, asked)


def test_a_post_is_deleted_once_and_then_gone(control: XControl, desk: XClient) -> None:
    asked = control.post("anna", "@emeraldmobile 언제 열어요?")
    reply = desk.create_post("아홉 시에 엽니다.", in_reply_to=asked)

    desk.delete_post(reply)

    assert reply in desk.posts([reply], with_authors=False).gone
    with pytest.raises(Gone):
        desk.delete_post(reply)


def test_an_edit_is_known_as_a_version(control: XControl, desk: XClient) -> None:
    first = control.post("anna", "@emeraldmobile opne?")
    second = control.edit(first, "@emeraldmobile open?")

    (post,) = desk.mentions().posts

    assert (post.id, post.first_id) == (second, first)


def test_a_reply_with_a_button_for_a_private_message_is_found_in_the_own_timeline(
    control: XControl, desk: XClient
) -> None:
    asked = control.post("anna", "@emeraldmobile open?")

    reply = desk.create_post("비공개로 알려드릴게요.", in_reply_to=asked, private_message=True)

    (post,) = desk.own_posts().posts
    link = f"https://twitter.com/messages/compose?recipient_id={desk._user_id}"
    assert (post.id, post.text) == (reply, f"@anna 비공개로 알려드릴게요. {link}")


def test_likes_trends_and_the_own_account_are_read(x: RunningX, control: XControl, desk: XClient) -> None:
    thanks = control.post("anna", "@emeraldmobile thanks")
    control.like(thanks)
    control.trends(23424868, {"첫눈": 12_000})

    likes, trends, me = desk.liked_posts(), desk.trends(23424868), desk.me()

    assert [post.id for post in likes.posts] == [thanks]
    assert [(trend.name, trend.posts) for trend in trends] == [("첫눈", 12_000)]
    assert (me.id, desk.trends(1)) == (x.account.user_id, ())


def test_accounts_are_read_with_their_picture_and_unknown_ones_are_gone(
    x: RunningX, control: XControl, desk: XClient
) -> None:
    anna = control.person("anna", name="안나")

    accounts = desk.accounts([anna, "77"])

    assert accounts.authors == {anna: Author(anna, "anna", "안나", f"{x.url}/profile_images/{anna}_normal.jpg")}
    assert accounts.gone == {"77"}
    assert desk.take_usage() == Usage(1, 10_000)


def test_a_conversation_is_read_from_its_newest_post_back(control: XControl, desk: XClient) -> None:
    first = control.post("anna", "@emeraldmobile hello")
    replies = control.posts([{"author": {"username": "anna"}, "text": f"{n}", "in_reply_to": first} for n in range(12)])
    control.post("ben", "@emeraldmobile another matter")

    page = desk.conversation(first, until_id=replies[-1], limit=10)
    rest = desk.conversation(first, until_id=page.oldest_id, limit=10)

    assert [post.id for post in page.posts + rest.posts] == [*replies[-2::-1], first]


def test_private_messages_are_read_page_by_page_with_their_senders(
    x: RunningX, control: XControl, desk: XClient
) -> None:
    sent = [control.write_privately("anna", f"번호는 {n} https://example.com/?a=1&b=2") for n in range(2)]
    own = control.write_privately(x.account.username, "확인했습니다", to="anna")
    control.write_privately("anna", "not for the account", to="ben")
    anna = control.person("anna")

    first = desk.private_messages(limit=2)
    last = desk.private_messages(limit=2, page_token=first.next_token)

    assert [each.id for each in first.messages + last.messages] == [own, *sent[::-1]]
    assert (last.messages[0].text, last.next_token) == ("번호는 0 https://example.com/?a=1&b=2", None)
    assert first.messages[0].participant_ids == {anna, x.account.user_id}
    assert (first.messages[1].sender_id, first.senders[anna].username) == (anna, "anna")
    assert desk.take_usage() == Usage(2, 5 * 10_000)  # three messages of two people


@pytest.mark.parametrize(
    ("order", "error"),
    [
        ({"status": 400}, BadRequest),
        ({"status": 401, "times": 2}, NotAuthorised),
        ({"status": 402}, CreditsDepleted),
        ({"status": 403}, NotAuthorised),
        ({"status": 429}, RateLimited),
        ({"status": 429, "title": "UsageCapExceeded"}, PlanLimitReached),
        ({"status": 403, "title": "SpendCapReached"}, PlanLimitReached),
        ({"status": 503, "times": 9}, Unavailable),
        ({"drop": True, "times": 9}, Unavailable),
        ({"quirk": "cut", "times": 9}, Unavailable),
    ],
)
def test_each_error_has_its_class(control: XControl, desk: XClient, order: dict[str, Any], error: type[XError]) -> None:
    control.fault("mentions", **order)

    with pytest.raises(error):
        desk.mentions()


def test_used_up_credits_and_a_reached_cap_have_their_class(control: XControl, desk: XClient) -> None:
    control.credits(0)
    with pytest.raises(CreditsDepleted):
        desk.mentions()
    control.credits(None)
    control.spending_cap(0)

    with pytest.raises(CreditsDepleted):
        desk.trends(23424868)


def test_each_broken_rule_of_posting_has_its_class(control: XControl, desk: XClient) -> None:
    rumour, deleted = control.post("ben", "prices rise"), control.post("anna", "@emeraldmobile hello")
    control.delete(deleted)
    desk.create_post("Good morning!")

    with pytest.raises(Duplicate):
        desk.create_post("Good morning!")
    with pytest.raises(NotSummoned):
        desk.create_post("They do not.", in_reply_to=rumour)
    with pytest.raises(Gone):
        desk.create_post("Hello.", in_reply_to=deleted)


@NEEDS_OPENAPI
@pytest.mark.parametrize("older", [True, False])
def test_every_call_of_the_desk_and_its_answer_have_the_described_shape(
    x: RunningX, control: XControl, desk: XClient, *, older: bool
) -> None:
    control.write_privately("anna", "번호는 7입니다. https://example.com")
    for endpoint in ("mentions", "own_posts", "search", "liked_posts", "posts"):
        control.dialects(endpoint, {"tweet.fields": "taken" if older else "rejected"})
    asked = control.post("anna", "@emeraldmobile https://example.com " + "긴 글. " * 100, media=[{"type": "photo"}])
    control.like(asked)
    sent: list[requests.PreparedRequest] = []
    hooks = desk._transport._session.hooks["response"]
    hooks.append(lambda answer, **_: sent.append(answer.request) if answer.ok else None)
    week = NOON - timedelta(days=6)
    desk.mentions(since_id="1", until_id=first_id_at(NOON + timedelta(hours=1)))
    desk.own_posts(start_time=week)
    desk.search(query=QUERY, start_time=week)
    desk.heard(query="emeraldmobile", limit=10, by_relevancy=True, start_time=week)
    desk.counts(query="emeraldmobile", start_time=NOON - timedelta(minutes=30), end_time=NOON - timedelta(minutes=1))
    desk.liked_posts()
    desk.posts([asked, "77"], with_authors=True)
    desk.accounts([control.person("anna")])
    desk.conversation(asked, until_id=None, limit=10)
    desk.private_messages(limit=5)
    desk.trends(23424868)
    desk.me()
    desk.create_post("Hello.", in_reply_to=asked, private_message=True)
    description = Description(Path(GIVEN))

    complaints = [description.complaints_about_call(request, older=older) for request in sent]
    again = [_again(x, request) for request in sent if request.method == "GET"]

    assert complaints == [[]] * 13
    assert [answer.status_code for answer in again] == [200] * 12
    assert [description.complaints(answer, older=older or "counts" in answer.url) for answer in again] == [[]] * 12


def _again(x: RunningX, request: requests.PreparedRequest) -> requests.Response:
    """The same call, signed anew, its answer kept."""
    url = str(request.url)
    caller = bearer_caller(x, x.account.bearer_token) if "/trends/" in url or "/counts/" in url else user_caller(x)
    with caller.session:
        return caller.get(url.removeprefix(x.url))
