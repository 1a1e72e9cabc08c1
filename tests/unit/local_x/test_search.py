from datetime import timedelta

import pytest

from desk.x.model import first_id_at
from local.x.control import XControl
from tests.conftest import NOON
from tests.local_x import XCaller

SEARCH = "/2/tweets/search/recent"


def _found(user: XCaller, query: str) -> list[str]:
    body = user.get(SEARCH, {"query": query, "max_results": 100}).json()
    return [post["id"] for post in body.get("data", [])]


@pytest.fixture
def posts(control: XControl) -> dict[str, str]:
    ids = {
        "asks": control.post("anna", "@emeraldmobile the router is down, refund?"),
        "claims": control.post("ben", "I heard that Emerald Mobile raises prices"),
        "ko": control.post("carl", "에메랄드모바일이 요금을 올린대요 #요금"),
    }
    ids["retweet"] = control.retweet(ids["asks"], ["dora"])[0]
    ids["answer"] = control.post("dora", "me too", in_reply_to=ids["asks"])
    return ids


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("@emeraldmobile", ["answer", "asks"]),
        ("@emeraldmobile -is:retweet", ["answer", "asks"]),
        ("from:anna", ["asks"]),
        ("emerald mobile", ["claims"]),
        ('"raises prices"', ["claims"]),
        ('"prices raises"', []),
        ("price", []),
        ("요금", ["ko"]),
        ("#요금", ["ko"]),
        ("(refund OR prices) -is:retweet", ["claims", "asks"]),
        ("router -(from:anna OR is:retweet)", []),
        ("요금 lang:ko", ["ko"]),
        ("요금 lang:en", []),
        ("to:anna is:reply", ["answer"]),
        ("from:dora", ["answer"]),
        ("from:dora is:retweet", []),
    ],
)
def test_the_operators_of_the_desk_find_what_x_finds(
    user: XCaller, posts: dict[str, str], query: str, names: list[str]
) -> None:
    assert _found(user, query) == [posts[name] for name in names]


def test_the_posts_to_which_most_people_reacted_come_first_where_relevancy_is_asked_for(
    user: XCaller, control: XControl, posts: dict[str, str]
) -> None:
    control.like(posts["claims"], by="carl")
    control.retweet(posts["claims"], ["fred", "gina"])
    query = {"query": "prices OR router OR 요금", "sort_order": "relevancy", "max_results": 10}
    more = [control.post("fan", f"prices {n}") for n in range(10)]

    first = user.get(SEARCH, query).json()
    last = user.get(SEARCH, {**query, "next_token": first["meta"]["next_token"]}).json()

    found = [post["id"] for page in (first, last) for post in page["data"]]
    assert found == [posts["claims"], posts["asks"], *more[::-1], posts["ko"]]
    assert (first["meta"]["newest_id"], first["meta"]["oldest_id"]) == (more[-1], posts["asks"])


def test_a_conversation_is_found_by_its_id(user: XCaller, posts: dict[str, str]) -> None:
    found = _found(user, f"conversation_id:{posts['asks']}")

    assert found == [posts["answer"], posts["asks"]]


@pytest.mark.parametrize(
    "query", ["", " ", "-is:retweet", "lang:ko", "-refund", "(a", "a)", "a OR", "near:seoul", "is:odd a", "a" * 513]
)
def test_malformed_queries_are_rejected(user: XCaller, query: str) -> None:
    answer = user.get(SEARCH, {"query": query})

    assert (answer.status_code, answer.json()["parameter"]) == (400, "query")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"since_id": first_id_at(NOON - timedelta(days=8))}, "since_id"),
        ({"until_id": first_id_at(NOON - timedelta(days=8))}, "until_id"),
        ({"start_time": (NOON - timedelta(days=8)).isoformat()}, "start_time"),
        ({"since_id": first_id_at(NOON), "start_time": NOON.isoformat()}, "start_time"),
        ({"until_id": first_id_at(NOON), "end_time": (NOON - timedelta(hours=1)).isoformat()}, "end_time"),
        ({"end_time": NOON.isoformat()}, "end_time"),
        ({"max_results": "9"}, "max_results"),
        ({"next_token": "made-up"}, "next_token"),
        ({"sort_order": "age"}, "sort_order"),
    ],
)
def test_windows_that_search_does_not_reach_are_rejected(user: XCaller, query: dict[str, str], parameter: str) -> None:
    answer = user.get(SEARCH, {"query": "@emeraldmobile", **query})

    assert (answer.status_code, answer.json()["parameter"]) == (400, parameter)
