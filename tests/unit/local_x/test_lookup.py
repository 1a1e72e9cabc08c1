from datetime import timedelta
from typing import Any

import pytest

from desk.x.model import first_id_at
from local.x.control import XControl
from tests.conftest import NOON
from tests.local_x import XCaller

COUNTS = "/2/tweets/counts/recent"


def test_deleted_protected_and_unknown_posts_are_errors(control: XControl, user: XCaller) -> None:
    kept, deleted, private = (control.post(name, f"@emeraldmobile {name}") for name in ("anna", "ben", "carl"))
    control.delete(deleted)
    control.person("carl", protected=True)

    answer = user.get("/2/tweets", {"ids": f"{deleted},{kept},{private},77"})

    errors = {error["resource_id"]: error["type"].rpartition("/")[2] for error in answer.json()["errors"]}
    assert (answer.status_code, [post["id"] for post in answer.json()["data"]]) == (200, [kept])
    assert errors == {deleted: "resource-not-found", private: "not-authorized-for-resource", "77": "resource-not-found"}


def test_no_post_found_has_errors_and_no_data(user: XCaller) -> None:
    body = user.get("/2/tweets", {"ids": "77"}).json()

    assert set(body) == {"errors"}


@pytest.mark.parametrize("ids", ["", "a", "1,,2", ",".join(str(number) for number in range(101))])
def test_a_wrong_list_of_ids_is_rejected(user: XCaller, ids: str) -> None:
    answer = user.get("/2/tweets", {"ids": ids})

    assert (answer.status_code, answer.json()["parameter"]) == (400, "ids")


def test_the_older_version_of_an_edited_post_can_be_looked_up(control: XControl, user: XCaller) -> None:
    first = control.post("anna", "@emeraldmobile opne?")
    control.edit(first, "@emeraldmobile open?")

    body = user.get("/2/tweets", {"ids": first}).json()

    assert body["data"][0]["text"] == "@emeraldmobile opne?"


def test_users_are_found_by_id_and_by_handle(control: XControl, user: XCaller) -> None:
    anna = control.person("Anna", name="Anna Kim")

    by_id, by_handle = user.get(f"/2/users/{anna}").json(), user.get("/2/users/by/username/aNNa").json()

    assert by_id == by_handle == {"data": {"id": anna, "username": "Anna", "name": "Anna Kim"}}


def test_unknown_users_are_errors(user: XCaller) -> None:
    bodies = [user.get(path).json() for path in ("/2/users/77", "/2/users/by/username/nobody")]

    assert all(set(body) == {"errors"} for body in bodies)


def test_trends_are_given_up_to_the_number_asked_for(control: XControl, app: XCaller) -> None:
    control.trends(23424868, {"첫눈": 12_000, "Emerald Mobile": 900, "5G": 300})

    body = app.get("/2/trends/by/woeid/23424868", {"max_trends": 2}).json()

    assert body == {
        "data": [{"trend_name": "첫눈", "tweet_count": 12_000}, {"trend_name": "Emerald Mobile", "tweet_count": 900}]
    }


@pytest.mark.parametrize("most", ["0", "51"])
def test_trends_reject_a_number_out_of_range(app: XCaller, most: str) -> None:
    answer = app.get("/2/trends/by/woeid/1", {"max_trends": most})

    assert (answer.status_code, answer.json()["parameter"]) == (400, "max_trends")


@pytest.mark.parametrize("path", ["/2/nothing", "/2/users/1/2", "/2/tweets/search/all"])
def test_other_endpoints_do_not_exist(user: XCaller, path: str) -> None:
    assert user.get(path).status_code == 404


def test_one_post_is_looked_up_with_what_it_refers_to(control: XControl, user: XCaller) -> None:
    asked = control.post("anna", "@emeraldmobile hello")
    answer = control.post("ben", "me too", in_reply_to=asked)

    body = user.get(f"/2/tweets/{answer}", {"post.fields": "text", "expansions": "referenced_posts"}).json()

    assert (body["data"]["id"], body["data"]["text"]) == (answer, "@anna @emeraldmobile me too")
    assert [post["id"] for post in body["includes"]["posts"]] == [asked]


def test_a_post_that_is_not_shown_is_an_error_by_itself(control: XControl, user: XCaller) -> None:
    deleted, private = (control.post(name, "@emeraldmobile hello") for name in ("anna", "ben"))
    control.delete(deleted)
    control.person("ben", protected=True)

    answers = [user.get(f"/2/tweets/{one}{path}") for one in (deleted, private, "77") for path in ("", "/liking_users")]

    kinds = [answer.json()["errors"][0]["type"].rpartition("/")[2] for answer in answers]
    assert [answer.status_code for answer in answers] == [200] * 6
    assert kinds == [
        kind
        for kind in ("resource-not-found", "not-authorized-for-resource", "resource-not-found")
        for _ in ("by id", "who liked it")
    ]


@pytest.mark.parametrize("path", ["/2/tweets/abc", "/2/tweets/77777777777777777777", "/2/tweets/a/liking_users"])
def test_a_malformed_id_is_rejected_by_name(user: XCaller, path: str) -> None:
    answer = user.get(path)

    assert (answer.status_code, answer.json()["parameter"]) == (400, "id")


def test_the_timelines_of_who_protects_them_are_not_shown(control: XControl, user: XCaller) -> None:
    ben = control.person("ben", protected=True)

    bodies = [user.get(f"/2/users/{ben}/{what}").json() for what in ("tweets", "mentions")]

    assert [body["errors"][0]["type"].rpartition("/")[2] for body in bodies] == ["not-authorized-for-resource"] * 2


def test_users_are_found_by_their_handles(control: XControl, user: XCaller) -> None:
    anna, ben = control.person("Anna"), control.person("ben")

    body = user.get("/2/users/by", {"usernames": "anna,nobody,BEN,Anna"}).json()

    assert [person["id"] for person in body["data"]] == [anna, ben]
    assert [error["value"] for error in body["errors"]] == ["nobody"]


@pytest.mark.parametrize("names", ["", "a,", "a b", "abcdefghijklmnop", ",".join(["a"] * 101)])
def test_a_wrong_list_of_handles_is_rejected(user: XCaller, names: str) -> None:
    answer = user.get("/2/users/by", {"usernames": names})

    assert (answer.status_code, answer.json()["parameter"]) == (400, "usernames")


def test_the_account_deletes_what_it_wrote_and_nothing_else(control: XControl, user: XCaller, app: XCaller) -> None:
    own = user.post("/2/tweets", {"text": "Good morning."}).json()["data"]["id"]
    other = control.post("anna", "@emeraldmobile hello")

    refused, by_app = user.delete(f"/2/tweets/{other}"), app.delete(f"/2/tweets/{own}")
    deleted, again = user.delete(f"/2/tweets/{own}"), user.delete(f"/2/tweets/{own}")

    assert (refused.status_code, refused.json()["title"]) == (403, "Forbidden")
    assert (by_app.status_code, by_app.json()["title"]) == (403, "Unsupported Authentication")
    assert (deleted.status_code, deleted.json()) == (200, {"data": {"deleted": True}})
    assert again.json()["errors"][0]["resource_id"] == own
    assert set(user.get(f"/2/tweets/{own}").json()) == {"errors"}
    assert user.get(f"/2/tweets/{other}").json()["data"]["id"] == other


def test_a_deleted_text_may_be_posted_again(user: XCaller) -> None:
    first = user.post("/2/tweets", {"text": "Good morning."}).json()["data"]["id"]
    user.delete(f"/2/tweets/{first}")

    assert user.post("/2/tweets", {"text": "Good morning."}).status_code == 201


def test_users_who_liked_an_own_post_are_paged_and_of_other_posts_only_the_account_is_shown(
    control: XControl, user: XCaller
) -> None:
    own = user.post("/2/tweets", {"text": "Good morning."}).json()["data"]["id"]
    other = control.post("anna", "@emeraldmobile hello")
    people = [control.person(name) for name in ("anna", "ben", "carl")]
    for post in (own, other):
        for name in ("anna", "ben", "carl"):
            control.like(post, by=name)
    control.like(other)

    first = user.get(f"/2/tweets/{own}/liking_users", {"max_results": 2}).json()
    token = first["meta"]["next_token"]
    rest = user.get(f"/2/tweets/{own}/liking_users", {"max_results": 2, "pagination_token": token}).json()
    of_other = user.get(f"/2/tweets/{other}/liking_users").json()

    assert [person["id"] for person in first["data"] + rest["data"]] == people
    assert "next_token" not in rest["meta"]
    assert [person["username"] for person in of_other["data"]] == ["emeraldmobile"]


def _minutes_ago(control: XControl, *minutes: int, text: str = "@emeraldmobile down") -> list[str]:
    made = [(NOON - timedelta(minutes=number)).isoformat() for number in minutes]
    return control.posts([{"author": {"username": "anna"}, "text": text, "created_at": at} for at in made])


def test_posts_are_counted_by_the_hour_without_reposts(control: XControl, app: XCaller) -> None:
    ids = _minutes_ago(control, 150, 90, 61, 30)
    control.retweet(ids[0], ["ben"])
    _minutes_ago(control, 30, text="something else")
    start = (NOON - timedelta(minutes=150)).isoformat()

    body = app.get(COUNTS, {"query": "@emeraldmobile", "start_time": start}).json()

    spans = [(row["start"][11:16], row["end"][11:16], row["tweet_count"]) for row in body["data"]]
    assert spans == [("00:30", "01:00", 1), ("01:00", "02:00", 2), ("02:00", "03:00", 1)]
    assert body["meta"] == {"total_tweet_count": 4}


@pytest.mark.parametrize(("granularity", "spans"), [("minute", 7 * 24 * 60), ("hour", 7 * 24), ("day", 8)])
def test_counts_reach_seven_days_back_in_full_spans(app: XCaller, granularity: str, spans: int) -> None:
    body = app.get(COUNTS, {"query": "anything", "granularity": granularity}).json()

    assert len(body["data"]) == spans
    assert [row["start"] for row in body["data"][1:]] == [row["end"] for row in body["data"][:-1]]
    assert body["meta"] == {"total_tweet_count": 0}


def test_counts_keep_to_ids_and_speak_the_newer_dialect_to_who_asks(control: XControl, app: XCaller) -> None:
    ids = _minutes_ago(control, 50, 40, 30, 20)
    window = {"since_id": ids[0], "until_id": ids[3], "search_count.fields": "start,end,post_count"}

    body = app.get(COUNTS, {"query": "@emeraldmobile", **window}).json()

    assert (sum(row["post_count"] for row in body["data"]), body["meta"]) == (2, {"total_post_count": 2})


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({}, "query"),
        ({"query": "a", "granularity": "week"}, "granularity"),
        ({"query": "a", "max_results": 10}, "max_results"),
        ({"query": "a", "next_token": "made-up"}, "next_token"),
        ({"query": "a", "since_id": first_id_at(NOON - timedelta(days=8))}, "since_id"),
    ],
)
def test_malformed_counts_are_rejected_by_name(app: XCaller, query: dict[str, Any], parameter: str) -> None:
    answer = app.get(COUNTS, query)

    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)


def test_counts_reject_the_account_by_its_signature(user: XCaller) -> None:
    answer = user.get(COUNTS, {"query": "a"})

    assert (answer.status_code, answer.json()["title"]) == (403, "Unsupported Authentication")
