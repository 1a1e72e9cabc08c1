"""Numbers in requests, which anybody may write as they like."""

import re
from urllib.parse import urlencode

import pytest

from operator_console.http import number_in
from tests.unit.operator_console.scene import ConsoleScene

FIELDS = ("count", "days", "from", "known", "sequence", "size", "turn", "undo_seconds", "version")
NOT_NUMBERS = ["", "x", "²", "①", "١٢", "１", "-1", "+1", " 1", "1_0", "1e3", "0x1", "9" * 19, "9" * 5_000, "\ud800"]


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_a_number_is_in_ascii_digits(text: str) -> None:
    assert number_in(text) is None


def test_a_number_has_an_upper_limit() -> None:
    assert [number_in(text, 20) for text in ("0", "07", "20", "21")] == [0, 7, 20, None]
    assert number_in(str(2**53)) == 2**53


@pytest.mark.parametrize("text", NOT_NUMBERS[:-1], ids=lambda text: ascii(text[:20]))
def test_no_route_fails_for_what_is_no_number(text: str) -> None:
    scene = ConsoleScene()
    person, console = scene.signed_in(), scene.console
    for name in [name for later in console._later for name in later.names]:
        console._load(name)
    routes = [route for route, _ in console._routes]
    fields = dict.fromkeys(FIELDS, text) | {"type": "image/png", "request": "A" * 16, "title": "a", "text": "b"}

    failed = []
    for route in routes:
        path = re.sub(r"\{\w+\}", "1", route.pattern)
        answer = person.post(path, fields) if route.method == "POST" else person.get(f"{path}?{urlencode(fields)}")
        if answer["statusCode"] >= 500:
            failed.append(path)

    assert len(routes) > 80
    assert not failed
