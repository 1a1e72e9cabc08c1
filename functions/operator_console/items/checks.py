"""POST check: what the pre-send check finds in a text that is being written; and the check when it is sent."""

from datetime import datetime
from http import HTTPStatus
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.cases.store import CaseStore
from desk.checks.commitments import Commitment
from desk.checks.links import LinkChecks
from desk.checks.model import CheckResult, LookedUpForCheck, Rule, Severity
from desk.checks.overrides import reason_in
from desk.checks.posts import CheckPosts, TimelineTexts, Trends
from desk.checks.replies import callers_of, check_reply, promise_in
from desk.mentions.store import MentionStore
from desk.posts.errors import PostNotAccepted
from desk.posts.model import WRITTEN, PostKind
from desk.posts.references import links_to_pages
from desk.posts.store import PostStore
from desk.posts.submit import parse_moment
from desk.staff.saved_replies import RepliesForChecks
from desk.trends.store import TrendStore
from desk.web.response import Response, html
from operator_console.app import Refused, Right, Route, Visit
from operator_console.items.visible import MENTION_KEY, VisibleItems
from operator_console.shell.render import Renderer

_LONGEST = 10_000
"""Letters of a text that are checked while it is typed; no post is so long."""


_OTHER = "other"
"""The value of `when` that stands for the time in `publish_at`; any other one is a time itself, or now."""


_REPETITION = (Rule.SAME_TEXT, Severity.REFUSED)


class CheckStores(NamedTuple):
    """What the check reads."""

    cases: CaseStore
    mentions: MentionStore
    posts: PostStore
    trends: TrendStore
    links: LinkChecks
    replies: RepliesForChecks


class ChecksView:
    """Checks texts while they are typed and when they are sent.

    A form that includes `items/_check.html.j2` shows the findings and has a field for the reason of an override. Its
    page links `check.css`. The form has `text`, and either `kind` with `when` and `publish_at`, or the `key` of a case.
    """

    def __init__(self, stores: CheckStores, renderer: Renderer) -> None:
        self._stores = stores
        self._renderer = renderer
        self._visible = VisibleItems(stores.cases, stores.mentions)
        brand = renderer.brand
        trends = Trends(stores.trends, brand.trends[0].woeid) if brand.trends else None
        self._posts = CheckPosts(
            brand, TimelineTexts(stores.posts), trends=trends, links=stores.links, replies=stores.replies
        )

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [Route("POST", "check", self._check, Right.DRAFT, changes=False)]

    def of_post(
        self, visit: Visit, kind: PostKind, text: str, publish_at: datetime | None, post_id: str = ""
    ) -> CheckResult:
        """The check of a text for the timeline, with the reason in the form. It never raises.

        If the result `blocks`, the form is shown again with `checked=result`. Otherwise the post carries
        `result.overridden` and `result.reason`. What PostSubmitter refuses as a repetition is left to it, since it
        names the other post. `publish_at` None is now; `post_id` is the id that the post has or will have.
        """
        result = self._check_post(visit, kind, text, publish_at, post_id, is_sent=True)
        left = [each for each in result.findings if (each.rule, each.severity) != _REPETITION]
        return result._replace(findings=left)

    def _check_post(  # noqa: PLR0913 - the post, by its parts
        self,
        visit: Visit,
        kind: PostKind,
        text: str,
        publish_at: datetime | None,
        post_id: str,
        *,
        is_sent: bool = False,
    ) -> CheckResult:
        return self._posts.check(
            text,
            kind,
            visit.now,
            publish_at=publish_at,
            post_id=post_id,
            reason=reason_in(visit.request.field("override_reason")),
            is_sent=is_sent,
        )

    def part(self, visit: Visit, checked: CheckResult | None, promise: Commitment | None = None) -> str:
        """The findings as the part that the page shows below the box, and the promise that it offers."""
        return self._renderer.part("items/_findings.html.j2", visit, checked=checked, promise=promise)

    def _check(self, visit: Visit) -> Response:
        request = visit.request
        text, key, kind = request.field("text")[:_LONGEST], request.field("key"), request.field("kind")
        if not text.strip():
            return html(self.part(visit, CheckResult()))
        if key:
            checked = self._check_reply(visit, key, text)
            promise = None if request.field("private") else promise_in(text, self._renderer.brand, visit.now)
        elif kind in WRITTEN:
            at = self._publish_at(visit)
            checked = self._check_post(visit, PostKind(kind), text, at, request.field("request"))
            promise = promise_in(text, self._renderer.brand, at or visit.now)
        else:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.unreadable")
        return html(self.part(visit, checked, promise))

    def _check_reply(self, visit: Visit, key: str, text: str) -> CheckResult:
        """Raises Refused (404) if there is no such case or mention or the person must not see it, and StoreBusy."""
        brand, now, is_private = self._renderer.brand, visit.now, bool(visit.request.field("private"))
        if MENTION_KEY.fullmatch(key):
            author = self._visible.mention(visit, key).mention.post.author
            callers = frozenset({author.username.casefold()}) if author else None
            file = None
        else:
            file = self._visible.file(visit, key)
            callers = callers_of(file)
        looked_up = LookedUpForCheck(
            self._stores.links.check(links_to_pages(text), now), self._stores.replies.known(now)
        )
        return check_reply(
            text, file.events if file else (), callers, brand, now, is_private=is_private, looked_up=looked_up
        )

    def _publish_at(self, visit: Visit) -> datetime | None:
        """The time in the form; None for now, and as long as it is not complete."""
        when = visit.request.field("when") or _OTHER
        typed = visit.request.field("publish_at") if when == _OTHER else when
        try:
            return parse_moment(typed, ZoneInfo(self._renderer.brand.timezone))
        except PostNotAccepted:
            return None
