from datetime import timedelta

import pytest

from desk.x.model import first_id_at
from local.x.control import XControl
from tests.conftest import NOON
from tests.local_x import XCaller


def _people_say(control: XControl, count: int, *, every: timedelta = timedelta(seconds=1)) -> list[str]:
    """`count` mentions up to now, oldest first."""
    start = NOON - every * count
    posts = [
        {"author": {"username": f"p{number}"}, "text": f"@emeraldmobile no. {number}",
         "created_at": (start + every * number).isoformat()}
        for number in range(count)
    ]  # fmt: skip
    return control.posts(posts)


def test_mentions_come_newest_first_and_only_mentions(control: XControl, user: XCaller, mentions: str) -> None:
    ids = _people_say(control, 3)
    control.post("anna", "emeraldmobile without a sign, and @emeraldmobiles is somebody else")

    body = user.get(mentions).json()

    assert [post["id"] for post in body["data"]] == ids[::-1]
    assert body["meta"] == {"result_count": 3, "newest_id": ids[2], "oldest_id": ids[0]}


def test_a_handle_is_found_before_a_particle_and_in_any_case(control: XControl, user: XCaller, mentions: str) -> None:
    post_id = control.post("anna", "이거 @EmeraldMobile에서 산 거예요")

    body = user.get(mentions).json()

    assert body["data"][0]["id"] == post_id


def test_pages_join_without_gap_while_new_posts_arrive(control: XControl, user: XCaller, mentions: str) -> None:
    ids = _people_say(control, 23)
    seen: list[str] = []
    token: str | None = None

    for _ in range(3):
        body = user.get(mentions, {"max_results": 10, **({"pagination_token": token} if token else {})}).json()
        seen += [post["id"] for post in body["data"]]
        token = body["meta"].get("next_token")
        control.post("late", f"@emeraldmobile {len(seen)}")

    assert seen == ids[::-1]
    assert token is None


def test_pages_lead_back_to_where_they_came_from(control: XControl, user: XCaller, mentions: str) -> None:
    ids = _people_say(control, 12)[::-1]

    def page(token: str | None = None) -> tuple[list[str], str | None, str | None]:
        body = user.get(mentions, {"max_results": 5} | ({"pagination_token": token} if token else {})).json()
        found, meta = [post["id"] for post in body["data"]], body["meta"]
        return found, meta.get("next_token"), meta.get("previous_token")

    first, on, nothing_before = page()
    second, further, back = page(on)
    third, nothing_after, back_again = page(further)
    late = control.post("late", "@emeraldmobile I am new")
    once_second, _, _ = page(back_again)
    once_first, on_again, to_late = page(back)

    assert (first, second, third) == (ids[:5], ids[5:10], ids[10:])
    assert (nothing_before, nothing_after) == (None, None)
    assert (once_second, once_first) == (second, first)
    assert page(on_again)[0] == second
    assert page(to_late)[0] == [late]
    assert page(page(to_late)[1])[0] == first


def test_start_time_is_inclusive_and_end_time_exclusive(control: XControl, user: XCaller, mentions: str) -> None:
    ids = _people_say(control, 5, every=timedelta(minutes=1))
    start, end = NOON - timedelta(minutes=4), NOON - timedelta(minutes=2)

    body = user.get(mentions, {"start_time": f"{start:%Y-%m-%dT%H:%M:%SZ}", "end_time": end.isoformat()}).json()

    assert [post["id"] for post in body["data"]] == [ids[2], ids[1]]


def test_since_id_wins_over_start_time(control: XControl, user: XCaller, mentions: str) -> None:
    ids = _people_say(control, 3)

    body = user.get(mentions, {"since_id": ids[0], "start_time": NOON.isoformat()}).json()

    assert [post["id"] for post in body["data"]] == [ids[2], ids[1]]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"max_results": "4"}, "max_results"),
        ({"max_results": "101"}, "max_results"),
        ({"max_results": "many"}, "max_results"),
        ({"since_id": "x"}, "since_id"),
        ({"since_id": "9" * 20}, "since_id"),
        ({"since_id": "5", "until_id": "4"}, "since_id"),
        ({"start_time": "yesterday"}, "start_time"),
        ({"start_time": "2026-11-24T00:00:00"}, "start_time"),
        ({"start_time": "2009-01-01T00:00:00Z"}, "start_time"),
        ({"pagination_token": "made-up"}, "pagination_token"),
        ({"pagination_token": ""}, "pagination_token"),
        ({"page": "2"}, "page"),
    ],
)
def test_malformed_parameters_are_rejected_by_name(
    user: XCaller, mentions: str, query: dict[str, str], parameter: str
) -> None:
    answer = user.get(mentions, query)

    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)
    assert parameter in answer.json()["errors"][0]["parameters"]


def test_a_token_of_another_timeline_is_rejected(
    control: XControl, user: XCaller, mentions: str, own_posts: str
) -> None:
    _people_say(control, 6)
    token = user.get(mentions, {"max_results": 5}).json()["meta"]["next_token"]

    answer = user.get(own_posts, {"pagination_token": token})

    assert answer.status_code == 400


def test_a_late_indexed_post_appears_below_ids_already_seen(control: XControl, user: XCaller, mentions: str) -> None:
    late = control.post("anna", "@emeraldmobile I was late", late_seconds=60)
    prompt = control.post("ben", "@emeraldmobile I was not")

    before = user.get(mentions).json()["data"]
    control.advance(61)
    after = user.get(mentions).json()["data"]

    assert [post["id"] for post in before] == [prompt]
    assert [post["id"] for post in after] == [prompt, late]


def test_a_hidden_post_is_shown_when_it_is_revealed(control: XControl, user: XCaller, mentions: str) -> None:
    hidden = control.post("anna", "@emeraldmobile here?", late_seconds=None)
    before = user.get(mentions).json()

    control.reveal(hidden)

    assert "data" not in before
    assert user.get(mentions).json()["data"][0]["id"] == hidden


def test_posts_of_the_rest_of_the_day_are_not_there_yet(control: XControl, user: XCaller, mentions: str) -> None:
    evening = NOON + timedelta(hours=6)
    post_id = control.post("anna", "@emeraldmobile good evening", created_at=evening.isoformat())
    before = [user.get(mentions).json(), user.get("/2/tweets", {"ids": post_id}).json()]

    control.set_clock(evening)

    assert not any("data" in body for body in before)
    assert user.get(mentions).json()["data"][0]["id"] == post_id


def test_an_edit_takes_the_place_of_what_it_edits(control: XControl, user: XCaller, mentions: str) -> None:
    first = control.post("anna", "@emeraldmobile is the shop opne?")
    control.advance(60)
    second = control.edit(first, "@emeraldmobile is the shop open?")

    body = user.get(mentions).json()

    assert [post["id"] for post in body["data"]] == [second]
    assert body["data"][0]["edit_history_tweet_ids"] == [first, second]


def test_the_sixth_edit_and_a_late_one_are_rejected(control: XControl) -> None:
    often, once = (control.post(name, "@emeraldmobile hello") for name in ("anna", "ben"))
    for number in range(5):
        control.edit(often, f"@emeraldmobile hello {number}")

    with pytest.raises(ValueError, match="no longer"):
        control.edit(often, "again")
    control.advance(31 * 60)
    with pytest.raises(ValueError, match="no longer"):
        control.edit(once, "too late")


def test_retweets_are_in_the_mentions_and_go_with_their_post(control: XControl, user: XCaller, mentions: str) -> None:
    post_id = control.post("anna", "@emeraldmobile is down")
    control.retweet(post_id, ["ben", "carl"])
    fields = {"tweet.fields": "referenced_tweets"}
    before = user.get(mentions, fields).json()["data"]

    control.delete(post_id)

    assert [post["text"][:8] for post in before] == ["RT @anna", "RT @anna", "@emerald"]
    assert before[0]["referenced_tweets"] == [{"type": "retweeted", "id": post_id}]
    assert "data" not in user.get(mentions).json()


def test_own_posts_can_leave_out_replies(control: XControl, user: XCaller, own_posts: str) -> None:
    asked = control.post("anna", "@emeraldmobile are you open?")
    post = user.post("/2/tweets", {"text": "We are open today."}).json()["data"]["id"]
    reply = user.post("/2/tweets", {"text": "Yes.", "reply": {"in_reply_to_tweet_id": asked}}).json()["data"]["id"]

    whole, without = user.get(own_posts).json(), user.get(own_posts, {"exclude": "replies,retweets"}).json()

    assert [entry["id"] for entry in whole["data"]] == [reply, post]
    assert [entry["id"] for entry in without["data"]] == [post]


def test_own_posts_can_become_visible_late(control: XControl, user: XCaller, own_posts: str) -> None:
    control.own_posts_late(90)
    post_id = user.post("/2/tweets", {"text": "Good morning."}).json()["data"]["id"]

    before = user.get(own_posts).json()
    looked_up = user.get("/2/tweets", {"ids": post_id}).json()
    control.advance(91)

    assert "data" not in before
    assert looked_up["data"][0]["id"] == post_id
    assert user.get(own_posts).json()["data"][0]["id"] == post_id


def test_liked_posts_page_by_the_last_heart(control: XControl, user: XCaller, liked: str) -> None:
    ids = _people_say(control, 12)
    control.like(*ids)
    first = user.get(liked, {"max_results": 5}).json()
    control.like(control.post("late", "@emeraldmobile thanks"))

    second = user.get(liked, {"max_results": 5, "pagination_token": first["meta"]["next_token"]}).json()

    assert [post["id"] for post in first["data"] + second["data"]] == ids[:1:-1]
    assert user.get(liked, {"since_id": ids[0]}).json()["parameter"] == "since_id"


def test_likes_lead_back_to_where_they_came_from(control: XControl, user: XCaller, liked: str) -> None:
    ids = _people_say(control, 12)
    control.like(*ids)
    first = user.get(liked, {"max_results": 5}).json()
    second = user.get(liked, {"max_results": 5, "pagination_token": first["meta"]["next_token"]}).json()
    control.delete(ids[11])

    back = user.get(liked, {"max_results": 5, "pagination_token": second["meta"]["previous_token"]}).json()

    assert [post["id"] for post in back["data"]] == ids[10:6:-1]
    assert set(back["meta"]) == {"result_count", "next_token"}


def test_likes_of_other_users_are_not_shown(control: XControl, user: XCaller) -> None:
    anna = control.person("anna")

    assert user.get(f"/2/users/{anna}/liked_tweets").status_code == 400


def test_an_unknown_user_is_an_error_beside_200(user: XCaller) -> None:
    answers = [user.get(f"/2/users/{first_id_at(NOON)}/{what}") for what in ("mentions", "tweets")]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert all(answer.json()["errors"][0]["type"].endswith("/resource-not-found") for answer in answers)
