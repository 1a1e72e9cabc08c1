"""The mentions to read: those that opened no case, a screen at a time, until a person has seen them."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple

from desk.case_view.conversation import Conversation, ConversationEntry
from desk.cases.store import CaseMention
from desk.mentions.model import Mention, UnseenMention, UnseenPage
from desk.reader.explain import safety_note
from desk.reading import Kind
from desk.web.response import Response, html
from operator_console.app import Right, Route, Visit
from operator_console.inbox.stores import InboxStores
from operator_console.items.look_ups import LookUpsView
from operator_console.shell.bar import QueueName
from operator_console.shell.phrases import near_moment
from operator_console.shell.render import Renderer

ON_A_SCREEN = 20
"""Mentions of a screen; those that are junk are folded and not counted to it."""

_LOOKED_AT = 60  # mentions of one screen, junk included


class MentionToRead(NamedTuple):
    """A row of a mention without a case; `post` is its post as X's rules have it shown.

    `is_danger`: its text speaks of danger, although it was not read so.
    """

    id: str
    kind: str
    at: str
    post: ConversationEntry
    is_danger: bool

    @property
    def key(self) -> str:
        """What names it in addresses."""
        return f"m{self.id}"


class Screen(NamedTuple):
    """A screen of mentions, the oldest first.

    `place` is where it begins, and `after` where it ends, None on the last one. `unknown` says that accounts were not
    looked up yet.
    """

    rows: tuple[MentionToRead, ...]
    junk: tuple[MentionToRead, ...]
    place: str
    after: str | None
    unknown: bool


class ToRead:
    """Makes screens, and requests the accounts of authors that X was not asked for yet."""

    def __init__(self, stores: InboxStores, renderer: Renderer, look_ups: LookUpsView) -> None:
        self._seen = stores.seen
        self._renderer = renderer
        self._look_ups = look_ups

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [Route("POST", "to_read/authors", self._request_authors, Right.ACT)]

    def screen(self, visit: Visit) -> Screen:
        """The screen behind the place of the URL, the first one by default. Raises StoreBusy."""
        shown, after = self._mentions(visit)
        posts = [each.post for each in shown]
        authors, unknown = self._look_ups.accounts(posts, visit)
        conversation = Conversation(self._renderer.formatter, authors)
        rows = [(each.kind, self._row(visit, each, conversation)) for each in shown]
        return Screen(
            rows=tuple(row for kind, row in rows if kind is not Kind.JUNK),
            junk=tuple(row for kind, row in rows if kind is Kind.JUNK),
            place=visit.request.query.get("after", ""),
            after=after,
            unknown=bool(unknown),
        )

    def first_keys(self) -> Sequence[str]:
        """The keys of the rows of the first screen. Raises StoreBusy."""
        return [f"m{each.post.id}" for each in self._screen(None)[0]]

    def _mentions(self, visit: Visit) -> tuple[Sequence[UnseenMention], str | None]:
        """The mentions of the screen that the URL names, and where it ends."""
        return self._screen(visit.request.query.get("after") or None)

    def _screen(self, after: str | None) -> tuple[Sequence[UnseenMention], str | None]:
        page = self._page(after)
        shown: list[UnseenMention] = []
        count = 0
        for mention in page.mentions:
            if count == ON_A_SCREEN:
                return shown, shown[-1].place
            shown.append(mention)
            count += mention.kind is not Kind.JUNK
        return shown, page.after

    def _page(self, after: str | None) -> UnseenPage:
        """What is behind the place; from the beginning for a place that is none."""
        try:
            return self._seen.unseen(limit=_LOOKED_AT, after=after)
        except ValueError:
            return self._seen.unseen(limit=_LOOKED_AT)

    def _row(self, visit: Visit, mention: UnseenMention, conversation: Conversation) -> MentionToRead:
        post, formatter = mention.post, self._renderer.formatter
        as_mention = Mention(post, post.created_at)
        (entry,) = conversation.of_mentions([CaseMention(as_mention, None)], None)
        at = near_moment(post.created_at, visit.now, formatter)
        is_danger = safety_note([as_mention], None) is not None
        return MentionToRead(post.id, formatter.kind(mention.kind), at, entry, is_danger)

    def _request_authors(self, visit: Visit) -> Response:
        """Request the accounts of a screen; its page loads the list again when they may have come."""
        shown, _ = self._mentions(visit)
        _, unknown = self._look_ups.accounts([each.post for each in shown], visit)
        if not unknown:
            return Response(HTTPStatus.NO_CONTENT)
        self._look_ups.request_accounts(unknown, visit)
        place = visit.request.query.get("after", "")
        return html(
            self._renderer.part("inbox/_authors_under_way.html.j2", visit, place=place, queue=QueueName.TO_READ)
        )
