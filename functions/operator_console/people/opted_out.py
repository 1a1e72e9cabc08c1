"""GET people/opted_out: the authors who want no replies, and recording that one of them asked for replies again."""

from http import HTTPStatus
from typing import NamedTuple

from markupsafe import Markup

from desk.case_view.conversation import linked
from desk.cases.opt_outs import OptOut, Withdrawal
from desk.links import post_id_in
from desk.mentions.model import Source, StoredMention
from desk.private_numbers import masked
from desk.reader.phrases import opts_out
from desk.replies.forms import signed_name
from desk.web.response import Response, html
from desk.x.model import Author
from operator_console.app import Refused, Right, Route, Visit, may, redirect
from operator_console.items.look_ups import LookUpsView
from operator_console.people.stores import PeopleStores
from operator_console.shell.bar import sees_all
from operator_console.shell.render import Renderer

_LISTED = 100
"""Opt-outs of each kind on the page."""


class ShownOptOut(NamedTuple):
    """An opt-out with its author, if known, and the text in which they asked for it, if the desk still has it."""

    opt_out: OptOut
    author: Author | None
    text: Markup | None


class WithdrawalProblem(Exception):
    """The post does not show that the author wants replies again. The catalogue's key ends with the argument."""


class OptedOutPage:
    """Lists opt-outs, the latest first, and withdraws one with the author's own post."""

    def __init__(self, stores: PeopleStores, renderer: Renderer, look_ups: LookUpsView) -> None:
        self._opt_outs = stores.opt_outs
        self._mentions = stores.mentions
        self._look_ups = look_ups
        self._renderer = renderer

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [
            Route("GET", "people/opted_out", self._show),
            Route("POST", "people/opted_out/{author_id}", self._withdraw, Right.ACT),
        ]

    def _show(self, visit: Visit) -> Response:
        """Everybody who opted out."""
        done = visit.request.query.get("done")
        return self._page(visit, message=self._renderer.formatter.phrase("console.opted_out.done") if done else "")

    def _page(  # noqa: PLR0913 - what the page may have, each named
        self,
        visit: Visit,
        status: HTTPStatus = HTTPStatus.OK,
        *,
        message: str = "",
        author_id: str = "",
        problem: str = "",
        typed: str = "",
    ) -> Response:
        if not sees_all(visit.person):
            raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
        found = self._opt_outs.all()
        current = [each for each in found if not each.is_withdrawn]
        withdrawn = [each for each in found if each.is_withdrawn]
        values = {
            "tab": "opted_out",
            "current": self._shown(visit, current[:_LISTED]),
            "withdrawn": self._shown(visit, withdrawn[:_LISTED]),
            "count": len(current),
            "limit": _LISTED,
            "may_act": may(visit.person, Right.ACT),
            "message": message,
            "problem_of": author_id,
            "problem": problem,
            "typed": typed,
        }
        return html(self._renderer.page("people/opted_out.html.j2", visit, **values), status)

    def _shown(self, visit: Visit, opt_outs: list[OptOut]) -> list[ShownOptOut]:
        """The opt-outs with names and texts, in one call each, or none."""
        ids = [each.mention_id for each in opt_outs if each.mention_id]
        stored = self._mentions.get_many(ids) if ids else {}
        posts = [each.mention.post for each in stored.values()]
        authors, _ = self._look_ups.accounts(posts, visit)
        given = {post.author_id: post.author for post in posts if post.author}
        names = {**authors, **given}
        return [
            ShownOptOut(each, names.get(each.author_id), self._text(stored.get(each.mention_id or "")))
            for each in opt_outs
        ]

    def _text(self, stored: StoredMention | None) -> Markup | None:
        return linked(masked(stored.mention.post.text), self._renderer.brand.x_site) if stored else None

    def _withdraw(self, visit: Visit) -> Response:
        """Record the author's own request for replies, once however often the form is sent.

        Who records it second learns who was first.
        """
        author_id, typed = visit.params["author_id"], visit.request.field("post")
        try:
            withdrawal = self._withdrawal(visit, author_id, typed)
        except WithdrawalProblem as exc:
            return self._problem(visit, str(exc), typed)
        recorded = self._opt_outs.withdraw(author_id, withdrawal)
        if recorded is None:  # the author opted out again meanwhile
            return self._problem(visit, "older", typed)
        if recorded.by_id != withdrawal.by_id:
            by = self._renderer.formatter.person(recorded.by)
            message = self._renderer.formatter.phrase("console.opted_out.first", by=by)
            return self._page(visit, HTTPStatus.CONFLICT, message=message)
        return redirect("people/opted_out?done=1")

    def _problem(self, visit: Visit, what: str, typed: str) -> Response:
        sentence = self._renderer.formatter.phrase(f"console.opted_out.{what}")
        status, author_id = HTTPStatus.UNPROCESSABLE_ENTITY, visit.params["author_id"]
        return self._page(visit, status, author_id=author_id, problem=sentence, typed=typed)

    def _withdrawal(self, visit: Visit, author_id: str, typed: str) -> Withdrawal:
        """What the form asks to record. Raises WithdrawalProblem, and Refused (404) if there is no such opt-out."""
        opt_out, post_id = self._opt_outs.find(author_id), post_id_in(typed)
        if opt_out is None:
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_item")
        if post_id is None:
            raise WithdrawalProblem("no_address")
        stored = self._mentions.get_many([post_id]).get(post_id)
        if stored is None or stored.mention.source is Source.LISTENING:  # the author wrote it to somebody else
            raise WithdrawalProblem("not_here")
        post = stored.mention.post
        if post.author_id != author_id:
            raise WithdrawalProblem("other_author")
        if post.created_at <= opt_out.at:
            raise WithdrawalProblem("older")
        if opts_out(post.text):
            raise WithdrawalProblem("opts_out")
        return Withdrawal(post.id, post.created_at, signed_name(visit.person), visit.person.id, visit.now)
