from typing import Any

import pytest

from local.x.control import XControl
from tests.local_x import XCaller

SUMMONED = "You can only reply to or quote posts where you are mentioned or are the author."
GONE = "You attempted to reply to a Tweet that is deleted or not visible to you."
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."


def _reply(user: XCaller, text: str, to: str) -> Any:
    return user.post("/2/tweets", {"text": text, "reply": {"in_reply_to_tweet_id": to}})


def test_a_post_is_made_and_seen(user: XCaller, own_posts: str) -> None:
    answer = user.post("/2/tweets", {"text": "오늘 점검은 끝났습니다."})

    data = answer.json()["data"]
    assert (answer.status_code, data["text"]) == (201, "오늘 점검은 끝났습니다.")
    assert user.get(own_posts).json()["data"][0]["id"] == data["id"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("가" * 140, 201),
        ("가" * 140 + "a", 403),
        ("a" * 280, 201),
        ("a" * 281, 403),
        ("a" * 256 + " https://example.com/" + "b" * 300, 201),
        ("a" * 257 + " https://example.com/" + "b" * 300, 403),
        ("가" * 138 + "👨‍👩‍👧‍👦", 201),
        ("❗️" + "가" * 139, 201),
        ("❗️" + "가" * 140, 403),
    ],
)
def test_280_weighted_characters_fit_and_a_url_is_23(user: XCaller, text: str, status: int) -> None:
    assert user.post("/2/tweets", {"text": text}).status_code == status


def test_a_replys_leading_mentions_are_added_and_not_counted(control: XControl, user: XCaller) -> None:
    asked = control.post("anna", "@emeraldmobile @ben are you open?")

    answers = [_reply(user, "가" * 140, asked), _reply(user, "@anna @ben " + "나" * 140, asked)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert [answer.json()["data"]["text"][:11] for answer in answers] == ["@anna @ben "] * 2


def test_a_strangers_leading_mention_counts(control: XControl, user: XCaller) -> None:
    asked = control.post("anna", "@emeraldmobile are you open?")

    assert _reply(user, "@carl " + "가" * 140, asked).status_code == 403


def test_a_reply_joins_the_thread(control: XControl, user: XCaller) -> None:
    asked = control.post("anna", "@emeraldmobile are you open?")
    on = control.post("ben", "I ask as well", in_reply_to=asked)
    answer = _reply(user, "Yes, until 6.", on).json()["data"]["id"]

    body = user.get(
        "/2/tweets",
        {"ids": f"{on},{answer}", "tweet.fields": "conversation_id,referenced_tweets,in_reply_to_user_id"},
    ).json()

    assert {post["conversation_id"] for post in body["data"]} == {asked}
    assert body["data"][1]["referenced_tweets"] == [{"type": "replied_to", "id": on}]


def test_the_same_text_again_is_rejected_until_a_day_has_passed(control: XControl, user: XCaller) -> None:
    first = user.post("/2/tweets", {"text": "Good morning!"})
    again = user.post("/2/tweets", {"text": "Good morning!"})
    control.advance(25 * 3600)
    next_day = user.post("/2/tweets", {"text": "Good morning!"})

    assert [answer.status_code for answer in (first, again, next_day)] == [201, 403, 201]
    assert again.json()["detail"] == DUPLICATE


def test_two_people_may_get_the_same_answer_but_one_not_twice(control: XControl, user: XCaller) -> None:
    anna, ben, more = (
        control.post(name, f"@emeraldmobile hello {n}") for n, name in enumerate(["anna", "ben", "anna"])
    )

    answers = [_reply(user, "Thank you!", one) for one in (anna, ben, more)]

    assert [answer.status_code for answer in answers] == [201, 201, 403]


def test_a_post_that_does_not_mention_the_account_cannot_be_answered(control: XControl, user: XCaller) -> None:
    rumour = control.post("ben", "Emerald Mobile raises prices")

    answer = _reply(user, "We do not.", rumour)

    assert (answer.status_code, answer.json()["detail"]) == (403, SUMMONED)


def test_a_post_that_quotes_the_account_can_be_answered(control: XControl, user: XCaller) -> None:
    post = user.post("/2/tweets", {"text": "New plans today."}).json()["data"]["id"]
    quote = control.post("ben", "look at this", quotes=post)

    assert _reply(user, "Thank you.", quote).status_code == 201


def test_the_account_may_go_on_in_its_own_thread(user: XCaller) -> None:
    post = user.post("/2/tweets", {"text": "1/2"}).json()["data"]["id"]

    assert _reply(user, "2/2", post).status_code == 201


def test_deleted_protected_and_unknown_posts_cannot_be_answered(control: XControl, user: XCaller) -> None:
    deleted, private = (control.post(name, "@emeraldmobile hello") for name in ("anna", "ben"))
    control.delete(deleted)
    control.person("ben", protected=True)

    answers = [_reply(user, "Hello.", one) for one in (deleted, private, "77")]

    assert [answer.json()["detail"] for answer in answers] == [GONE] * 3


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("$EMRM rises", 201),
        ("$EMRM and $OTHR rise", 403),
        ("only $5 and $10", 201),
        (".$NG $EMRM", 201),
        ("$TEST_ $EMRM", 403),
    ],
)
def test_one_cashtag_at_most(user: XCaller, text: str, status: int) -> None:
    assert user.post("/2/tweets", {"text": text}).status_code == status


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({}, "text"),
        ({"text": " "}, "text"),
        ({"text": 5}, "text"),
        ({"text": "half \ud83d"}, "text"),
        ({"text": "a\ufffeb"}, "text"),
        ({"text": "a", "colour": "red"}, "colour"),
        ({"text": "a", "media": {"media_ids": ["1"]}}, "media.media_ids"),
        ({"text": "a", "reply": {}}, "reply.in_reply_to_tweet_id"),
        ({"text": "a", "reply": {"in_reply_to_tweet_id": "x"}}, "reply.in_reply_to_tweet_id"),
        ({"text": "a", "reply": {"in_reply_to_tweet_id": 5}}, "reply.in_reply_to_tweet_id"),
        (["text"], "body"),
    ],
)
def test_malformed_posts_are_rejected_by_name(user: XCaller, body: Any, parameter: str) -> None:
    answer = user.post("/2/tweets", body)

    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_a_body_that_is_no_json_is_rejected(user: XCaller) -> None:
    answer = user.session.post(
        user.base + "/2/tweets", data=b"{", headers={"Content-Type": "application/json"}, timeout=9
    )

    assert (answer.status_code, answer.json()["parameter"]) == (400, "body")


def test_the_other_options_of_a_post_are_taken(user: XCaller) -> None:
    assert user.post("/2/tweets", {"text": "Write to us.", "reply_settings": "following"}).status_code == 201


@pytest.mark.parametrize("host", ["twitter.com", "x.com"])
def test_a_button_for_a_private_message_is_a_link_behind_the_text_that_counts_nothing(
    control: XControl, user: XCaller, own_posts: str, host: str
) -> None:
    link = f"https://{host}/messages/compose?recipient_id=2590000001"

    answer = user.post("/2/tweets", {"text": "가" * 140, "direct_message_deep_link": link})

    shown = user.get(own_posts, {"tweet.fields": "entities,display_text_range"}).json()["data"][0]
    assert answer.status_code == 201
    assert shown["text"].startswith("가" * 140 + " https://t.co/")
    assert (shown["entities"]["urls"][0]["expanded_url"], shown["display_text_range"]) == (link, [0, 140])
    assert control.state()["posts"][0]["private_message"] == link


@pytest.mark.parametrize(
    "link",
    [
        "",
        5,
        "https://x.com/m?r=1",
        "https://twitter.com/messages/compose",
        "https://twitter.com/messages/compose?recipient_id=anna",
        "http://twitter.com/messages/compose?recipient_id=1",
        "https://example.com/messages/compose?recipient_id=1",
    ],
)
def test_a_button_that_leads_elsewhere_is_rejected(user: XCaller, link: object) -> None:
    answer = user.post("/2/tweets", {"text": "Write to us.", "direct_message_deep_link": link})

    assert (answer.status_code, answer.json()["parameter"]) == (400, "direct_message_deep_link")
