"""Notifies the operator of posts that a person must look at, or decide about."""

from collections.abc import Callable, Sequence

from desk.brand import Brand
from desk.errors import TopicsUnavailable
from desk.notifications.mail.parts import MAIL_BYTES
from desk.notifications.mail.post_news import render_post_news
from desk.notifications.notifier import Notifier
from desk.notifications.outbox_sender import OutboxReport
from desk.outbox.model import OutboxEntry, subject_id
from desk.outbox.store import Outbox
from desk.posts.model import Post
from desk.posts.store import PostStore
from desk.posts.transitions import NOTIFIED, is_still_relevant
from desk.reading import OPERATOR

_LIMIT = 1_000
"""How many posts a run reads, the longest waiting; one mail has room for far fewer."""


class PostNews:
    """Sends the operator one mail about posts, if the budget allows; implements SendsEntries.

    People are notified twice if a run dies after the mail and before it removes the entries.
    """

    def __init__(self, outbox: Outbox, posts: PostStore, notifier: Notifier, brand: Brand) -> None:
        self._outbox = outbox
        self._posts = posts
        self._notifier = notifier
        self._brand = brand

    def send(self, entries: Sequence[OutboxEntry], goes_on: Callable[[], bool], report: OutboxReport) -> None:
        """Mail as many posts as fit, the most urgent first; the next run sends the rest.

        Raises StoreBusy, and TopicsUnavailable if SNS did not take the mail.
        """
        if not goes_on():
            return
        entries = entries[:_LIMIT]
        posts = self._posts.get_many([subject_id(entry) for entry in entries])
        news: dict[str, Post] = {}
        for entry in entries:
            post = posts.get(subject_id(entry))
            if post and is_still_relevant(entry, post):
                news[post.id] = post
        listed: set[str] = set()
        if news and self._notifier.reserve_mail(OPERATOR):
            listed = self._mail(sorted(news.values(), key=lambda post: NOTIFIED.index(post.state)))
            report.post_mails += 1
        over = news.keys() - listed
        self._outbox.settle([entry for entry in entries if subject_id(entry) not in over])

    def _mail(self, news: Sequence[Post]) -> set[str]:
        """Send one mail, and return the ids of the posts that are in it."""
        mail, listed = render_post_news(news, self._brand, max_bytes=MAIL_BYTES)
        if failed := self._notifier.send_mail(OPERATOR, mail):
            raise TopicsUnavailable(failed)
        return {post.id for post in listed}
