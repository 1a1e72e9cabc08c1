"""Static files have names of their content and are cached for good."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk.web.request import request_of
from desk.web.static import StaticFiles

NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.fixture
def files(tmp_path: Path) -> StaticFiles:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "page.css").write_text("p { color: green }", encoding="utf-8")
    (tmp_path / "secret.py").write_text("SECRET = 1", encoding="utf-8")
    return StaticFiles("/console/static", [tmp_path])


def test_a_file_is_served_under_the_name_of_its_content(files: StaticFiles) -> None:
    response = files.response(request_of({"rawPath": files.url("page.css")}, NOON))

    assert (response.status, response.body) == (200, b"p { color: green }")
    assert response.headers == {
        "content-type": "text/css; charset=utf-8",
        "cache-control": "public, max-age=31536000, immutable",
        "vary": "accept-encoding",
    }


def test_the_name_changes_with_the_content(files: StaticFiles, tmp_path: Path) -> None:
    before = files.url("page.css")
    (tmp_path / "deep" / "page.css").write_text("p { color: red }", encoding="utf-8")

    assert StaticFiles("/console/static", [tmp_path]).url("page.css") != before


@pytest.mark.parametrize(
    "asked", ["page.css", "page.0000000000.css", "secret.py", "../secret.py", "..%2Fsecret.py", ""]
)
def test_any_other_name_is_404(files: StaticFiles, asked: str) -> None:
    assert files.response(request_of({"rawPath": f"/console/static/{asked}"}, NOON)).status == 404


def test_a_template_can_name_only_files_that_exist(files: StaticFiles) -> None:
    with pytest.raises(KeyError):
        files.url("secret.py")


def test_a_browser_that_takes_gzip_gets_it(files: StaticFiles) -> None:
    event = {"rawPath": files.url("page.css"), "headers": {"accept-encoding": "gzip, br"}}

    response = files.response(request_of(event, NOON))

    assert response.headers["content-encoding"] == "gzip"
    assert isinstance(response.body, bytes)
    assert gzip.decompress(response.body) == files.response(request_of({"rawPath": files.url("page.css")}, NOON)).body


@pytest.mark.parametrize(
    ("name", "content", "sent"),
    [
        ("a.js", "// why\n  // so\nconst x = `// y`; // z\n", "const x = `// y`; // z\n"),
        ("a.css", "/* why\n and how */\np { color: green } /* z */\n", "p { color: green } /* z */\n"),
        ("lib.min.js", "// the licence\nx\n", "// the licence\nx\n"),
    ],
)
def test_comments_that_have_lines_of_their_own_are_not_sent(tmp_path: Path, name: str, content: str, sent: str) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    files = StaticFiles("/console/static", [tmp_path])

    assert files.response(request_of({"rawPath": files.url(name)}, NOON)).body == sent.encode()
