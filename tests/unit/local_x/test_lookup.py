import pytest

from local.x.control import XControl
from tests.fakes.x_callers import XCaller


def test_what_is_deleted_protected_or_unknown_comes_back_as_errors(control: XControl, user: XCaller) -> None:
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
def test_a_wrong_list_of_ids_is_refused(user: XCaller, ids: str) -> None:
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
def test_trends_refuse_a_number_out_of_range(app: XCaller, most: str) -> None:
    answer = app.get("/2/trends/by/woeid/1", {"max_trends": most})

    assert (answer.status_code, answer.json()["parameter"]) == (400, "max_trends")


@pytest.mark.parametrize("path", ["/2/nothing", "/2/users", "/2/tweets/search/all"])
def test_other_endpoints_do_not_exist(user: XCaller, path: str) -> None:
    assert user.get(path).status_code == 404
