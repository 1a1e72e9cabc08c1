"""What a page weighs over the wire, and when it is compressed."""

import gzip
import re
from base64 import b64decode

import pytest

from tests.unit.operator_console.scene import ConsoleScene, html_of

COMPRESSED = {"accept_encoding": "gzip, br", "sec_fetch_site": "same-origin"}


@pytest.fixture
def scene() -> ConsoleScene:
    scene = ConsoleScene()
    scene.have_cases(50)
    return scene


def test_a_full_list_and_all_that_its_page_loads_are_at_most_100_kilobytes(scene: ConsoleScene) -> None:
    page = scene.signed_in().get("inbox/to_answer", **COMPRESSED)
    html = gzip.decompress(b64decode(page["body"])).decode()
    names = set(
        re.findall(r'(?:src|href)="/console/(static/[^"#]+)(?<!\.png)["#]', html)
    )  # one who installs loads those

    files = [scene.get(name, accept_encoding="gzip") for name in names]

    assert html.count('id="row-') == 50
    assert len(files) > len(("base.css", "htmx.min.js"))
    assert {each["headers"]["content-encoding"] for each in files} == {"gzip"}
    assert sum(len(b64decode(each["body"])) for each in (page, *files)) <= 100_000


@pytest.mark.parametrize(
    "headers",
    [
        {"accept_encoding": "gzip", "sec_fetch_site": "cross-site"},
        {"accept_encoding": "gzip", "sec_fetch_site": "same-site"},
        {"accept_encoding": "gzip"},
        {"sec_fetch_site": "same-origin"},
    ],
)
def test_a_page_that_another_site_may_have_asked_for_is_not_compressed(
    scene: ConsoleScene, headers: dict[str, str]
) -> None:
    page = scene.signed_in().get("inbox/to_answer", **headers)

    assert "content-encoding" not in page["headers"]
    assert html_of(page).startswith("<!doctype html>")
