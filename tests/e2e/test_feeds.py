"""New entries of the brand's blog become drafts in the console, and those of its newsroom posts on X, each once."""

import re
from io import BytesIO

from PIL import Image

from local.site import Site
from local.stage import Stage
from tests.e2e.driver import Driver
from tests.e2e.test_suggestions import signed_in
from tests.unit.read_feeds.scene import item, rss

OLD = item(1, title="피드를 연결하기 전의 글")


def has(blog: Site, name: str, *items: str) -> None:
    (blog.folder / name).write_bytes(rss(*items))


def png() -> bytes:
    written = BytesIO()
    Image.new("RGB", (640, 360), (200, 220, 240)).save(written, "PNG")
    return written.getvalue()


def drafts(stage: Stage) -> list[str]:
    """The first lines of the drafts in the console."""
    browser = signed_in(stage)
    page = browser.ask("GET", f"{browser.console}/write").text
    return re.findall(r'<blockquote class="words" dir="auto">([^\n]*)\n', page)


def test_a_blogs_entry_becomes_a_draft_and_a_newsrooms_a_post(shared_stage: Stage, desk: Driver, blog: Site) -> None:
    has(blog, "blog.rss", OLD)
    has(blog, "news.rss", OLD)
    desk.fire_now("read-feeds")
    assert drafts(shared_stage) == []
    has(blog, "blog.rss", item(2, title="헤드라인 쓰는 재미"), OLD)
    has(blog, "news.rss", item(2, title="겨울 요금제를 소개합니다"), OLD)

    for _ in range(3):
        desk.fire_now("read-feeds")

    assert drafts(shared_stage) == ["헤드라인 쓰는 재미 #에메랄드"]
    (post,) = desk.on_x("겨울 요금제를 소개합니다")
    assert "#에메랄드" in post.text
    assert "https://www.example.com/blog/2" in post.text
    assert desk.on_x("피드를 연결하기 전의 글") == []


def test_the_picture_of_an_entry_comes_with_its_description(shared_stage: Stage, desk: Driver, blog: Site) -> None:
    (blog.folder / "snow.png").write_bytes(png())
    has(blog, "blog.rss", OLD)
    has(blog, "news.rss", OLD)
    desk.fire_now("read-feeds")
    pictured = f"&lt;img src='{blog.url}/snow.png' alt='눈 오는 거리'&gt;"
    has(blog, "blog.rss", item(7, title="눈길 안전 수칙", description=pictured), OLD)
    has(blog, "news.rss", item(8, title="눈 오는 날의 통화 품질", description=pictured), OLD)

    desk.fire_now("read-feeds")
    desk.stage.settle()
    desk.sweep()

    (post,) = (post for post in desk.stage.x.state.posts.values() if "눈 오는 날의 통화 품질" in post.text)
    (medium,) = post.media
    assert (medium.alt_text, medium.width, medium.height) == ("눈 오는 거리", 640, 360)
    browser = signed_in(shared_stage)
    page = browser.ask("GET", f"{browser.console}/write").text
    (draft,) = re.findall(r'write\?draft=([^"]+)">[^<]*<span class="unseen">: 눈길 안전 수칙', page)
    opened = browser.ask("GET", f"{browser.console}/write?draft={draft}").text
    assert "눈 오는 거리" in opened
    assert re.search(r'<img src="[^"]*prepared/', opened)
