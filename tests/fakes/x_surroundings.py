"""The port XSurroundings in memory: likes, the latest first, a few on each page."""

from dataclasses import dataclass, field

from desk.errors import DeskError
from desk.ports.x import Page, Trend
from desk.x_post import Author, XPost


@dataclass
class FakeSurroundings:
    """What the account likes. `refusals` are raised by page number (from 1) of any later reading until taken away."""

    likes: list[XPost] = field(default_factory=list)
    page_size: int = 100
    refusals: dict[int, DeskError] = field(default_factory=dict)
    pages: int = 0
    """How many pages were shown."""

    def like(self, *posts: XPost) -> None:
        """Like these, one after the other."""
        for post in posts:
            self.likes.insert(0, post)

    def liked_posts(self, *, page_token: str | None = None) -> Page:
        start = int(page_token or 0)
        refusal = self.refusals.get(start // self.page_size + 1)
        if refusal:
            raise refusal
        self.pages += 1
        page, rest = self.likes[start : start + self.page_size], self.likes[start + self.page_size :]
        return Page(
            posts=tuple(page),
            newest_id=page[0].id if page else None,
            oldest_id=page[-1].id if page else None,
            next_token=str(start + self.page_size) if rest else None,
            count=len(page),
        )

    def me(self) -> Author:
        return Author("1", "jade", "Jade")

    def trends(self, woeid: int, *, limit: int = 20) -> tuple[Trend, ...]:
        return ()
