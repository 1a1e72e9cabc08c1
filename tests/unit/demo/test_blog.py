"""The blog of the demo: a feed that the desk's own parser reads, with a picture that can be decoded."""

from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

from desk.feeds.parse import parse_feed
from local.demo.blog import FEED, Blog
from local.demo.script import Blogged

NOW = datetime(2026, 11, 24, 4, 15, tzinfo=UTC)


def test_the_newest_entry_comes_first_with_its_picture(tmp_path: Path) -> None:
    blog = Blog(tmp_path, "http://127.0.0.1:1")
    blog.begin(NOW)
    blog.add(Blogged(NOW, "로밍 & 설정", "https://emerald.example.com/31", "눈 내리는 언덕"))

    first, second = parse_feed((tmp_path / FEED).read_bytes(), "application/rss+xml", blog.feed, UTC).entries

    assert (first.title, first.link) == ("로밍 & 설정", "https://emerald.example.com/31")
    assert second.picture is None
    assert first.picture is not None
    assert (Path(first.picture.url).name, first.picture.alt) == ("2.jpg", "눈 내리는 언덕")
    with Image.open(tmp_path / "2.jpg") as picture:
        assert picture.size == (1600, 900)
