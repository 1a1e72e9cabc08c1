"""The brand's blog on the scripted day: a folder with a feed and pictures, which a site on loopback serves."""

from datetime import datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path

from PIL import Image, ImageDraw

from local.demo.script import BLOG, Blogged

FEED = "feed.xml"
_WIDTH, _HEIGHT = 1600, 900
_SKY, _GROUND, _SNOW = (28, 58, 94), (10, 122, 75), (255, 255, 255)
_FLAKES = 240


class Blog:
    """Writes into `folder`. `url` is where the folder is served."""

    def __init__(self, folder: Path, url: str) -> None:
        self._folder = folder
        self._url = url
        self._entries: list[str] = []

    @property
    def feed(self) -> str:
        """The feed's address."""
        return f"{self._url}/{FEED}"

    def begin(self, moment: datetime) -> None:
        """Have one entry that is there from the beginning, which the desk only notes."""
        self.add(Blogged(moment, "에메랄드 블로그를 엽니다", "https://emerald.example.com/blog/1", ""))

    def add(self, entry: Blogged) -> None:
        """Add an entry at the top of the feed."""
        number = len(self._entries) + 1
        picture = ""
        if entry.picture:
            _draw(self._folder / f"{number}.jpg")
            image = f'<p><img src="{self._url}/{number}.jpg" alt="{escape(entry.picture)}"></p>'
            picture = f"<description>{escape(image)}</description>"
        self._entries.insert(
            0,
            f"<item><title>{escape(entry.title)}</title><link>{escape(entry.link)}</link><guid>{escape(entry.link)}</guid>"
            f"<pubDate>{format_datetime(entry.at)}</pubDate>{picture}</item>",
        )
        (self._folder / FEED).write_text(
            '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0">'
            f"<channel><title>{BLOG}</title><link>https://emerald.example.com/blog</link><description>{BLOG}</description>"
            f"{''.join(self._entries)}</channel></rss>\n",
            encoding="utf-8",
        )


def _draw(path: Path) -> None:
    """A hill under falling snow."""
    image = Image.new("RGB", (_WIDTH, _HEIGHT), _SKY)
    drawing = ImageDraw.Draw(image)
    drawing.ellipse((-400, 620, 2000, 1500), fill=_GROUND)
    for flake in range(_FLAKES):
        x, y, size = flake * 733 % _WIDTH, flake * 397 % _HEIGHT, 3 + flake % 5
        drawing.ellipse((x, y, x + size, y + size), fill=_SNOW)
    image.save(path, quality=85)
