"""The manifest, the worker and the page without a connection are files for anybody, and have no data."""

import json
import re
import struct
from base64 import b64decode

import pytest

from tests.unit.operator_console.scene import ConsoleScene, html_of


@pytest.fixture
def scene() -> ConsoleScene:
    return ConsoleScene()


def test_a_browser_can_install_the_console(scene: ConsoleScene) -> None:
    response = scene.get("manifest.webmanifest")
    manifest = json.loads(response["body"])

    assert response["headers"]["content-type"] == "application/manifest+json; charset=utf-8"
    assert (manifest["start_url"], manifest["scope"]) == ("/console/today", "/console")
    assert manifest["name"] == "운영 화면 – 제이드"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        png = scene.get(icon["src"].removeprefix("/console/"))
        content = b64decode(png["body"])
        assert png["headers"]["content-type"] == "image/png"
        assert content.startswith(b"\x89PNG\r\n")
        assert "{}x{}".format(*struct.unpack(">II", content[16:24])) == icon["sizes"]


def test_the_manifest_speaks_the_persons_language(scene: ConsoleScene) -> None:
    manifest = json.loads(scene.get("manifest.webmanifest", cookies={"__Host-look": "en."})["body"])

    assert (manifest["lang"], manifest["short_name"]) == ("en", "Jade")


def test_every_page_names_the_manifest_and_the_policy_lets_it_in(scene: ConsoleScene) -> None:
    page = scene.signed_in().get("settings")

    assert '<link rel="manifest" href="/console/manifest.webmanifest"' in html_of(page)
    policy = page["headers"]["content-security-policy"]
    assert "manifest-src 'self'" in policy
    assert "script-src 'self';" in policy


def test_the_worker_is_of_one_release_and_may_see_the_whole_console(scene: ConsoleScene) -> None:
    response = scene.get("worker.js")
    worker = response["body"]

    assert response["headers"]["content-type"].startswith("text/javascript")
    assert response["headers"]["service-worker-allowed"] == "/console"
    assert response["headers"]["cache-control"] == "private, no-store"
    assert re.search(r'const CACHE = "console-[0-9a-f]{10}"', worker)
    for path in re.findall(r'"(/console/static/[^"]+)"', worker.replace('STATIC = "/console/static/"', "")):
        assert scene.get(path.removeprefix("/console/"))["statusCode"] == 200


def test_what_is_shown_offline_has_no_session_and_no_data(scene: ConsoleScene) -> None:
    page = html_of(scene.get("offline"))

    assert "연결이 끊겼어요" in page
    assert 'name="csrf"' not in page
