"""The site on loopback that stands for a brand's blog, visited by the desk's own fetcher."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.fetch.guarded import GuardedFetcher, guarded_fetcher
from desk.fetch.model import FetchFailed, FetchReason, Limits
from local.site import Site, site

LIMITS = Limits(seconds=5, most_bytes=10_000)


@pytest.fixture
def blog(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "feed.xml").write_text("<rss/>", encoding="utf-8")
    (tmp_path / "소식").mkdir()
    (tmp_path / "소식" / "index.html").write_text("봄", encoding="utf-8")
    with site(tmp_path) as served:
        yield served


@pytest.fixture
def fetcher(blog: Site) -> GuardedFetcher:
    return guarded_fetcher("emerald_mobile", blog.host_and_port)


def test_a_file_is_not_sent_again_to_who_has_it(blog: Site, fetcher: GuardedFetcher) -> None:
    first = fetcher.get(f"{blog.url}/feed.xml", LIMITS)
    assert (first.status, first.body, first.headers["content-type"]) == (200, b"<rss/>", "application/xml")
    for condition in (
        {"If-None-Match": first.headers["etag"]},
        {"If-Modified-Since": first.headers["last-modified"]},
    ):
        assert fetcher.get(f"{blog.url}/feed.xml", LIMITS, condition).status == 304
    (blog.folder / "feed.xml").write_text("<rss>new</rss>", encoding="utf-8")
    assert fetcher.get(f"{blog.url}/feed.xml", LIMITS, {"If-None-Match": first.headers["etag"]}).status == 200
    assert [visit.path for visit in blog.visits] == ["/feed.xml"] * 4
    assert "dorothy-desk" in blog.visits[0].headers["user-agent"]


def test_a_folder_shows_its_page_and_nothing_outside_is_served(blog: Site, fetcher: GuardedFetcher) -> None:
    assert fetcher.get(f"{blog.url}/소식/", LIMITS).body == "봄".encode()
    for path in ("/no.html", "/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd"):
        assert fetcher.get(blog.url + path, LIMITS).status == 404


def test_a_path_answers_as_a_test_wants(blog: Site, fetcher: GuardedFetcher) -> None:
    blog.answer_instead("/feed.xml", 503, b"down", {"Retry-After": "60"})
    down = fetcher.get(f"{blog.url}/feed.xml", LIMITS)
    assert (down.status, down.body, down.headers["retry-after"]) == (503, b"down", "60")
    blog.answer_instead("/feed.xml", delay=1)
    with pytest.raises(FetchFailed) as failed:
        fetcher.get(f"{blog.url}/feed.xml", LIMITS._replace(seconds=0.2))
    assert failed.value.reason is FetchReason.TOO_SLOW
    blog.answer_as_usual("/feed.xml")
    assert fetcher.get(f"{blog.url}/feed.xml", LIMITS).status == 200
