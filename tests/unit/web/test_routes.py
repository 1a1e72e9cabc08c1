"""Which route a path leads to."""

from typing import NamedTuple

import pytest

from desk.web.routes import LaterRoutes, Routes


class Example(NamedTuple):
    method: str
    pattern: str


SHOW, SEND, LATE = Example("GET", "case/{case_id}"), Example("POST", "case/{case_id}/send"), Example("GET", "late/{n}")


@pytest.mark.parametrize(
    ("method", "path", "found"),
    [
        ("GET", "case/7Q2M4", (SHOW, {"case_id": "7Q2M4"})),
        ("POST", "case/7Q2M4/send", (SEND, {"case_id": "7Q2M4"})),
        ("POST", "case/7Q2M4", None),
        ("GET", "case/", None),
        ("GET", "case/a/b", None),
        ("GET", "case/7Q2M4\n", (SHOW, {"case_id": "7Q2M4\n"})),
        ("GET", "casex7Q2M4", None),
        ("GET", "case/" + "a" * 201, None),
        ("GET", "", None),
    ],
)
def test_a_path_leads_to_the_route_of_its_method_and_pattern(method: str, path: str, found: object) -> None:
    assert Routes([SHOW, SEND]).find(method, path) == found


def test_later_routes_are_loaded_once_and_by_their_own_paths() -> None:
    loaded: list[str] = []

    def load() -> list[Example]:
        loaded.append("late")
        return [LATE]

    routes: Routes[Example] = Routes([SHOW, LaterRoutes(frozenset({"late"}), load)])

    assert (routes.find("GET", "later"), routes.find("GET", "case/1"), loaded) == (None, (SHOW, {"case_id": "1"}), [])
    assert [routes.find("GET", f"late/{n}") for n in "12"] == [(LATE, {"n": "1"}), (LATE, {"n": "2"})]
    assert loaded == ["late"]
