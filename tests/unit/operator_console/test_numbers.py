"""Numbers in requests, which anybody may write as they like."""

import re
from urllib.parse import urlencode

import pytest

from tests.unit.operator_console.scene import ConsoleScene
from tests.unit.web.test_request import NOT_NUMBERS

FIELDS = ("count", "days", "from", "known", "sequence", "size", "turn", "undo_seconds", "version")


@pytest.mark.parametrize("text", NOT_NUMBERS[:-1], ids=lambda text: ascii(text[:20]))
def test_no_route_fails_for_what_is_no_number(text: str) -> None:
    scene = ConsoleScene()
    person, known = scene.signed_in(), scene.console._screens_in("").routes
    for name in [name for later in known._later for name in later.names]:
        known.find("GET", name)
    routes = [route for route, _ in known._loaded]
    fields = dict.fromkeys(FIELDS, text) | {"type": "image/png", "request": "A" * 16, "title": "a", "text": "b"}

    failed = []
    for route in routes:
        path = re.sub(r"\{\w+\}", "1", route.pattern)
        answer = person.post(path, fields) if route.method == "POST" else person.get(f"{path}?{urlencode(fields)}")
        if answer["statusCode"] >= 500:
            failed.append(path)

    assert len(routes) > 80
    assert not failed
