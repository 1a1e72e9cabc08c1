"""The queue of heard posts: they talk about the brand without mentioning it, and nobody waits for an answer."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple

from desk.case_view.conversation import Conversation, ConversationEntry
from desk.cases.store import CaseMention
from desk.listening.surges import Surge
from desk.mentions.heard import HEARD_FOR, MOST_SHOWN, ShownPosts, candidates, is_over, shown_of
from desk.mentions.model import Mention, Source, StoredMention
from desk.reader.explain import safety_note, sureness
from desk.reading import Urgency
from desk.routing.answered_mentions import AnsweredMentions, CannotOpen
from desk.web.response import Response, html
from desk.x.model import Author, PostMetrics
from operator_console.app import Refused, Right, Route, Visit, redirect
from operator_console.inbox.stores import InboxStores
from operator_console.items.look_ups import LookUpsView
from operator_console.items.visible import department_of
from operator_console.shell.bar import QueueName
from operator_console.shell.cached import HeardToSee
from operator_console.shell.phrases import near_moment
from operator_console.shell.render import Renderer

_SURGES = 5
"""How many surges are shown, the newest ones."""
_REACTIONS = ("likes", "reposts", "quotes", "replies", "impressions")


class HeardRow(NamedTuple):
    """A row of a heard post. `reading` is its reading in words, with how sure it is; `spread` how X's users reacted."""

    id: str
    kind: str
    reading: str
    spread: str
    at: str
    post: ConversationEntry
    is_urgent: bool
    is_danger: bool

    @property
    def key(self) -> str:
        """What names it in addresses."""
        return f"m{self.id}"


class SurgeLine(NamedTuple):
    """A surge as a sentence; `top_post` is its most important post on X, "" if none is known."""

    sentence: str
    top_post: str


class HeardScreen(NamedTuple):
    """The queue, the most important post first, and the surges of the last hours, of which X was asked for the counts.

    `rows` are those that nobody has seen, `seen` the others. `others` is how many posts of the last hours
    are less important than all these; `is_more`: there are even more of them. `unknown` says that accounts were not
    looked up yet.
    """

    surges: tuple[SurgeLine, ...]
    rows: tuple[HeardRow, ...]
    seen: tuple[HeardRow, ...]
    others: int
    is_more: bool
    unknown: bool
    most: int = MOST_SHOWN
    hours: int = int(HEARD_FOR.total_seconds()) // 3600


class HeardQueue:
    """Makes the screen, requests the accounts of its authors, and opens cases for its posts."""

    def __init__(self, stores: InboxStores, renderer: Renderer, look_ups: LookUpsView, to_see: HeardToSee) -> None:
        self._heard = stores.heard
        self._to_see = to_see
        self._mentions = stores.mentions
        self._surges = stores.surges
        self._answered = AnsweredMentions(stores.work, renderer.brand)
        self._renderer = renderer
        self._look_ups = look_ups

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [
            Route("POST", "heard/authors", self._request_authors, Right.ACT),
            Route("POST", "heard/{key}/open", self._open_case, Right.ACT),
        ]

    def screen(self, visit: Visit) -> HeardScreen:
        """The posts of the last hours. Raises StoreBusy."""
        shown, is_whole = self._shown(visit)
        authors, unknown = self._look_ups.accounts([each.mention.post for each in shown.posts], visit)
        rows = {each.mention.id: self._row(visit, each, authors) for each in shown.posts}
        to_see = tuple(row for key, row in rows.items() if key not in shown.seen)
        self._to_see.keep([row.id for row in to_see], visit.now)
        surges = self._surges.between(visit.now - HEARD_FOR, visit.now)
        return HeardScreen(
            surges=tuple(self._surge(visit, surge) for surge in reversed(surges[-_SURGES:])),
            rows=to_see,
            seen=tuple(row for key, row in rows.items() if key in shown.seen),
            others=shown.others,
            is_more=not is_whole,
            unknown=bool(unknown),
        )

    def _shown(self, visit: Visit) -> tuple[ShownPosts, bool]:
        """The posts of the screen, and whether all posts of the last hours were looked at."""
        recent = self._heard.recent()
        return shown_of(recent, self._mentions.get_many(candidates(recent.posts)), visit.now), recent.is_whole

    def _row(self, visit: Visit, stored: StoredMention, authors: Mapping[str, Author]) -> HeardRow:
        assert stored.outcome  # noqa: S101 - it is read, else it is not shown
        formatter, mention, reading = self._renderer.formatter, stored.mention, stored.outcome.reading
        conversation = Conversation(formatter, authors)
        (entry,) = conversation.of_mentions([CaseMention(Mention(mention.post, mention.received_at), None)], None)
        return HeardRow(
            id=mention.id,
            kind=formatter.kind(reading.label),
            reading=formatter.phrase(
                "console.heard.reading",
                kind=formatter.kind(reading.label),
                department=formatter.department(department_of(stored)),
                sureness=sureness(reading, self._renderer.brand.language),
            ),
            spread=spread_sentence(mention.post.metrics, self._renderer),
            at=near_moment(mention.post.created_at, visit.now, formatter),
            post=entry,
            is_urgent=reading.urgency is Urgency.HIGH,
            is_danger=safety_note([mention], reading.safety) is not None,
        )

    def _surge(self, visit: Visit, surge: Surge) -> SurgeLine:
        formatter = self._renderer.formatter
        sentence = formatter.phrase(
            "console.heard.surge" if surge.words else "console.heard.surge_of_posts",
            since=near_moment(surge.since, visit.now, formatter),
            until=near_moment(surge.until, visit.now, formatter),
            words=", ".join(surge.words),
            count=f"{surge.posts:,}",
            most=f"{surge.most_a_minute:,}",
            spread=f"{surge.spread:,}",
        )
        return SurgeLine(sentence, surge.post_ids[0] if surge.post_ids else "")

    def _request_authors(self, visit: Visit) -> Response:
        """Request the accounts of the screen; its page loads the list again when they may have come."""
        shown, _ = self._shown(visit)
        _, unknown = self._look_ups.accounts([each.mention.post for each in shown.posts], visit)
        if not unknown:
            return Response(HTTPStatus.NO_CONTENT)
        self._look_ups.request_accounts(unknown, visit)
        return html(self._renderer.part("inbox/_authors_under_way.html.j2", visit, place="", queue=QueueName.HEARD))

    def _open_case(self, visit: Visit) -> Response:
        """Open a case for the post. Several people who do so at once get the same case."""
        mention_id = visit.params["key"].removeprefix("m")
        stored = self._mentions.get_many([mention_id]).get(mention_id)
        case_id = stored.outcome.case_id if stored and stored.outcome else None
        if case_id:
            return redirect(f"inbox/all/{case_id}")
        if stored is None or stored.mention.source is not Source.LISTENING or is_over(stored, visit.now):
            raise Refused(HTTPStatus.NOT_FOUND, "console.heard.gone")
        try:
            case = self._answered.new_case(stored, visit.now)
            self._answered.open(stored, case)
        except CannotOpen as exc:
            if not exc.case_id:
                raise Refused(HTTPStatus.CONFLICT, "console.not_read") from None
            raise Refused(HTTPStatus.CONFLICT, "console.has_case", case=exc.case_id) from None
        self._to_see.forget()
        return redirect(f"inbox/all/{case.id}")


def spread_sentence(metrics: PostMetrics | None, renderer: Renderer) -> str:
    """How X's users reacted to the post when X was asked; "" if nobody did or X did not say."""
    formatter = renderer.formatter
    if metrics is None:
        return ""
    counts = {name: getattr(metrics, name) for name in _REACTIONS}
    return " · ".join(formatter.phrase(f"console.heard.{name}", count=f"{n:,}") for name, n in counts.items() if n)
