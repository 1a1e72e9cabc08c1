"""GET and POST write: a new post for the timeline, with its preview, its price and its time."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus
from typing import NamedTuple

from desk.checks.model import CheckResult
from desk.checks.replies import promise_in
from desk.errors import StoreBusy
from desk.pictures.model import Picture
from desk.posts.announcement_drafts import AnnouncementDraft
from desk.posts.commands import SubmitPost
from desk.posts.errors import PostNotAccepted
from desk.posts.model import NEVER_PUBLISHED, WRITTEN, Post, PostKind, PostState
from desk.posts.submit import is_post_id, new_post_id
from desk.posts.text import article_text
from desk.posts.undo import PendingPosts, UndoOutcome
from desk.promises.model import PromiseKind
from desk.web.response import Response, html
from operator_console.app import ROOT, Refused, Right, Route, Visit, may, redirect
from operator_console.items.checks import ChecksView
from operator_console.items.personal_actions import LONGEST_DRAFT, sequence_in
from operator_console.items.pictures import ShownPicture
from operator_console.shell.bar import sees_all
from operator_console.shell.phrases import due_words
from operator_console.shell.render import Renderer
from operator_console.writing.feeds import FeedShown, feeds_shown
from operator_console.writing.form import (
    NOW,
    OTHER,
    Checked,
    WriteForm,
    WriteProblem,
    checked,
    form_in,
    form_of_draft,
    form_of_post,
    offered_times,
    problem_of,
    saved_draft,
    with_offered_time,
)
from operator_console.writing.preview import Preview, Surroundings, preview_of
from operator_console.writing.stores import WritingStores

STARTS: Mapping[PostKind, tuple[str, ...]] = {
    PostKind.ANNOUNCEMENT: ("service", "maintenance"),
    PostKind.CORRECTION: ("correction",),
    PostKind.THANKS: ("thanks",),
    PostKind.OUTAGE: ("began", "going_on", "resolved"),
}
"""Texts to begin with, by the kind of post. The catalogue's keys are `console.write.start.<name>` and `….text`."""


class ShownProblem(NamedTuple):
    """A sentence beside a field, and the post that it is about, if it is about another one."""

    sentence: str
    post_id: str = ""


type Problems = Mapping[str, Sequence[ShownProblem]]
"""Problems by the field beside which they stand."""


class ComposerView:
    """Writes, previews and submits posts for the timeline.

    A form has the id of its post. So a form that is sent twice is one post. `shown` gives a picture its address.
    """

    def __init__(
        self,
        stores: WritingStores,
        renderer: Renderer,
        checks: ChecksView,
        shown: Callable[[Picture, str, Visit], ShownPicture],
    ) -> None:
        self._stores = stores
        self._renderer = renderer
        self._checks = checks
        self._shown = shown
        self._brand = renderer.brand
        self._zone = renderer.formatter.zone

    def routes(self) -> list[Route]:
        """The routes of this module."""
        return [
            Route("GET", "write", self._show),
            Route("POST", "write", self._send, Right.ACT),
            Route("POST", "write/draft", self._save, Right.ACT),
            Route("POST", "write/article", self._add_article, Right.ACT),
            Route("POST", "write/remove", self._remove_draft, Right.ACT),
            Route("GET", "write/status", self._status),
            Route("POST", "write/undo", self._undo, Right.ACT),
            Route("POST", "write/send_now", self._send_now, Right.ACT),
        ]

    # The page

    def _show(self, visit: Visit) -> Response:
        if not sees_all(visit.person):
            raise Refused(HTTPStatus.FORBIDDEN, "console.problem.not_allowed")
        query = visit.request.query
        form, notice = self._opened(visit)
        if query.get("undone"):
            notice = "console.write.undone"
        return self._page(visit, form, notice=notice, done=self._post(query.get("done", "")))

    def _opened(self, visit: Visit) -> tuple[WriteForm, str]:
        """The form that the address asks for, and the key of a sentence about it; "" for none.

        What the person typed before comes first, then what it is written from.
        """
        query, drafts = visit.request.query, self._stores.announcement_drafts
        form, notice = WriteForm(new_post_id()), ""
        if draft_id := query.get("draft", ""):
            draft = drafts.get(draft_id) if is_post_id(draft_id) else None
            if draft and self._stores.posts.get(draft_id):  # sent, but cut off before the draft was removed
                drafts.remove(draft_id, by=visit.person.name, now=visit.now)
                draft = None
            form, notice = _form_of(draft) if draft else (form, "console.write.no_draft")
        elif post := self._post(query.get("from", "")):
            form = form_of_post(post)
        saved = self._stores.drafts.find(visit.person.id, form.draft_key, visit.now)
        if saved:
            form, notice = form_of_draft(saved)._replace(id=form.id), notice or "console.write.restored"
        if is_post_id(keeps := query.get("keeps", "")):
            form = form._replace(keeps=keeps, moves=query.get("moves", "")[:1])
        return self._begun(form, query.get("start", "")), notice

    def _begun(self, form: WriteForm, start: str) -> WriteForm:
        """The form with the text to begin with below what was typed."""
        kind = next((kind for kind, names in STARTS.items() if start in names), None)
        if kind is None:
            return form
        text = self._renderer.formatter.post_phrase(f"console.write.start.{start}.text")
        return form._replace(kind=kind.value, text=f"{form.text.rstrip()}\n{text}".lstrip("\n"))

    def _page(  # noqa: PLR0913 - what the page depends on, each named
        self,
        visit: Visit,
        form: WriteForm,
        status: HTTPStatus = HTTPStatus.OK,
        *,
        problems: Problems | None = None,
        notice: str = "",
        done: Post | None = None,
        result: CheckResult | None = None,
    ) -> Response:
        offered = offered_times(visit.now, self._brand)
        shown = with_offered_time(form, offered)
        pictures = self._pictures(shown, visit)
        values = {
            "form": shown,
            "problems": problems or {},
            "notice": notice,
            "post": done,
            "seconds": _seconds_left(done, visit) if done else 0,
            "late": bool(visit.request.query.get("late")),
            "preview": self._preview(visit, shown, pictures),
            "pictures": pictures,
            "offered": offered,
            "written": WRITTEN,
            "starts": STARTS,
            "drafts": self._stores.announcement_drafts.all(),
            "feeds": self._feeds(visit),
            "saved": None,
            "checked": result,
            "may_act": may(visit.person, Right.ACT),
            "values_of_when": (NOW, OTHER),
            "to_keep": self._promises_to_keep(visit),
        }
        retry = {"retry_after": "5"} if status is HTTPStatus.SERVICE_UNAVAILABLE else {}
        return html(self._renderer.page("writing/write.html.j2", visit, **values), status, **retry)

    def _promises_to_keep(self, visit: Visit) -> list[tuple[str, str]]:
        """The posts whose promise of an update a post can keep, each with its words and time."""
        formatter = self._renderer.formatter
        found = [each for each in self._stores.promises.open() if each.kind is PromiseKind.NEXT_UPDATE]
        return [(each.subject, f"{due_words(each.due_at, visit.now, formatter)} · {each.words}") for each in found]

    def _preview(self, visit: Visit, form: WriteForm, pictures: Sequence[ShownPicture]) -> Preview:
        return preview_of(form, pictures, Surroundings(self._stores.switch.current(), self._brand, visit.now))

    def _feeds(self, visit: Visit) -> Sequence[FeedShown]:
        brand = self._brand
        states = self._stores.feeds.all() if brand.feeds else {}
        return feeds_shown(brand.feeds, states, visit.now, is_in_trial=brand.is_in_trial)

    def _pictures(self, form: WriteForm, visit: Visit) -> list[ShownPicture]:
        """The pictures of the form that exist, in its order. Raises StoreBusy, and Refused (503)."""
        found = self._found(form)
        return [self._shown(found[each.id], each.alt, visit) for each in form.pictures if each.id in found]

    def _found(self, form: WriteForm) -> Mapping[str, Picture]:
        return self._stores.pictures.get_many([each.id for each in form.pictures]) if form.pictures else {}

    def _post(self, post_id: str) -> Post | None:
        """The post for the timeline with this id."""
        post = self._stores.posts.get(post_id) if is_post_id(post_id) else None
        return post if post and post.kind in WRITTEN else None

    # While somebody types

    def _save(self, visit: Visit) -> Response:
        """Save what was typed so far; responds with the preview, also if it can't be saved."""
        form = form_in(visit.request)
        draft = saved_draft(form, sequence_in(visit.request.fields), visit.now)
        if len(draft.text) > LONGEST_DRAFT:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.draft_too_long", most=LONGEST_DRAFT)
        saved = True
        try:
            self._stores.drafts.save(visit.person.id, form.draft_key, draft)
        except StoreBusy:
            saved = False
        preview = self._preview(visit, form, self._pictures(form, visit))
        part = self._renderer.part("writing/_facts_and_preview.html.j2", visit, preview=preview, form=form, saved=saved)
        return html(part)

    def _add_article(self, visit: Visit) -> Response:
        """Put the article's title, hashtags and link below what was typed."""
        form = form_in(visit.request)
        try:
            text = article_text(form.title, form.url, form.hashtags.replace(",", " ").split())
        except PostNotAccepted as exc:
            return self._refused(visit, form, [problem_of(exc)])
        text = f"{form.text.rstrip()}\n\n{text}" if form.text.strip() else text
        if visit.request.is_fragment:
            return Response(HTTPStatus.OK, json.dumps({"text": text}), {"content-type": "application/json"})
        return self._page(visit, form._replace(text=text, title="", url="", hashtags=""))

    def _remove_draft(self, visit: Visit) -> Response:
        draft_id = visit.request.field("draft")
        if not is_post_id(draft_id):
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "console.problem.unreadable")
        self._stores.announcement_drafts.remove(draft_id, by=visit.person.name, now=visit.now)
        return redirect("write")

    # Sending

    def _send(self, visit: Visit) -> Response:
        """Submit the post. What is wrong is said beside its field, and everything that was typed stays."""
        form = form_in(visit.request)
        try:
            found = checked(form, self._found(form), self._zone)
            if known := self._stores.posts.get(form.id):
                return self._sent_before(visit, form, found, known)
            result = self._checks.of_post(visit, found.kind, found.text, found.publish_at, form.id)
            form, asks = self._decided(visit, form, found)
            if asks or found.problems or result.blocks:
                return self._refused(visit, form, [*found.problems, *asks], result=result)
            submitted = self._stores.announcer.submit(self._new_post(visit, form, found, result))
        except PostNotAccepted as exc:
            return self._refused(visit, form, [problem_of(exc)])
        except StoreBusy:
            problems = [WriteProblem("", "console.problem.busy")]
            return self._refused(visit, form, problems, HTTPStatus.SERVICE_UNAVAILABLE)
        if submitted.already_known:
            return self._sent_before(visit, form, found, submitted.post)
        return self._sent(visit, form, submitted.post)

    def _decided(self, visit: Visit, form: WriteForm, found: Checked) -> tuple[WriteForm, list[WriteProblem]]:
        """The form with the promise that its text makes, and a question about it, unless somebody has seen it."""
        promise = promise_in(found.text, self._brand, found.publish_at or visit.now)
        if not promise or form.promises or form.promise_words == promise.sentence:
            return form, []
        at = self._renderer.formatter.input_value(promise.due)
        shown = form._replace(promises="1", next_update_at=at, promise_words=promise.sentence)
        return shown, [WriteProblem("next_update_at", "answer.problem.promise_undecided", {"words": promise.words})]

    def _sent_before(self, visit: Visit, form: WriteForm, found: Checked, post: Post) -> Response:
        """The post that has the form's id: it is what was sent now, or the form needs another id and a second press."""
        if problem := _other_than(post, form, found, visit):
            return self._refused(visit, form._replace(id=new_post_id()), [problem], HTTPStatus.CONFLICT)
        return self._sent(visit, form, post)

    def _sent(self, visit: Visit, form: WriteForm, post: Post) -> Response:
        """Discard what was typed and the draft that it came from; if this fails, they only stay listed."""
        with suppress(StoreBusy):
            sequence = sequence_in(visit.request.fields)
            self._stores.drafts.discard(visit.person.id, form.draft_key, sequence, visit.now)
            if form.draft:
                self._stores.announcement_drafts.remove(form.draft, by=visit.person.name, now=visit.now)
        return self._led_to(visit, f"write?done={post.id}")

    def _new_post(self, visit: Visit, form: WriteForm, found: Checked, result: CheckResult) -> SubmitPost:
        """The new post. One for now waits as long as the person can undo it, unless it waits for an approval anyway."""
        publish_at = found.publish_at
        if publish_at is None and found.kind not in self._brand.approval:
            seconds = self._stores.settings.find(visit.person.id).undo_seconds
            publish_at = visit.now + timedelta(seconds=seconds) if seconds else None
        return SubmitPost(
            found.kind,
            found.text,
            visit.person.name,
            publish_at,
            id=form.id,
            pictures=form.pictures,
            author_id=visit.person.id,
            overridden=result.overridden,
            override_reason=result.reason if result.overridden else None,
            next_update_at=found.next_update_at,
            promise_words=form.promise_words if found.next_update_at else "",
            keeps=form.keeps or None,
            moves=bool(form.keeps and form.moves),
        )

    def _refused(
        self,
        visit: Visit,
        form: WriteForm,
        problems: Sequence[WriteProblem],
        status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
        *,
        result: CheckResult | None = None,
    ) -> Response:
        """The problems beside their fields: as a page, or for the script as the parts to replace."""
        shown: dict[str, list[ShownProblem]] = {}
        for field, key, values in problems:
            sentence = self._renderer.formatter.phrase(key, **values)
            shown.setdefault(field, []).append(ShownProblem(sentence, str(values.get("earlier_id", ""))))
        if visit.request.is_fragment:
            values = {"form": form, "problems": shown, "checked": result}
            return html(self._renderer.part("writing/_problems.html.j2", visit, **values), status)
        return self._page(visit, form, status, problems=shown, result=result)

    def _led_to(self, visit: Visit, path: str) -> Response:
        if visit.request.is_fragment:
            return Response(HTTPStatus.OK, headers={"hx-redirect": f"{ROOT}/{path}"})
        return redirect(path)

    # After sending

    def _status(self, visit: Visit) -> Response:
        post = self._post(visit.request.query.get("post", ""))
        if post is None or not sees_all(visit.person):
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_item")
        return self._status_part(visit, post)

    def _status_part(self, visit: Visit, post: Post) -> Response:
        seconds = _seconds_left(post, visit)
        return html(self._renderer.part("writing/_status.html.j2", visit, post=post, seconds=seconds, late=False))

    def _send_now(self, visit: Visit) -> Response:
        """End the time to undo. The page asks for it; if it does not, the post's schedule sends it a little later."""
        post_id = visit.request.field("post")
        self._pending(visit).send_now(post_id, visit.now)
        post = self._post(post_id)
        return (
            self._status_part(visit, post) if post and visit.request.is_fragment else redirect(f"write?done={post_id}")
        )

    def _undo(self, visit: Visit) -> Response:
        """Take a post back that waits for its time to undo; its words are in the box again."""
        post_id = visit.request.field("post")
        outcome, post = self._pending(visit).take_back(post_id, visit.now)
        if outcome is not UndoOutcome.UNDONE or post is None:
            return self._led_to(visit, f"write?done={post_id}&late=1")
        form, person, drafts = form_of_post(post)._replace(came_from=""), visit.person, self._stores.drafts
        try:
            if drafts.find(person.id, form.draft_key, visit.now) is None:
                draft = saved_draft(form, max(_milliseconds(visit), sequence_in(visit.request.fields)), visit.now)
                drafts.save(person.id, form.draft_key, draft)
                if drafts.find(person.id, form.draft_key, visit.now) == draft:
                    return self._led_to(visit, "write?undone=1")
        except StoreBusy:
            pass  # the post has the words, too
        return self._led_to(visit, f"write?from={post.id}&undone=1")

    def _pending(self, visit: Visit) -> PendingPosts:
        """The posts that the person has just sent."""
        return PendingPosts(self._stores.posts, self._stores.queue, lambda post: _is_own(post, visit))


def _form_of(draft: AnnouncementDraft) -> tuple[WriteForm, str]:
    """The form with the draft, and the key of a sentence about it."""
    form = WriteForm(draft.id, text=draft.text, pictures=draft.pictures, draft=draft.id)
    return form, "console.write.draft.guessed" if draft.is_guessed else ""


def _is_own(post: Post, visit: Visit) -> bool:
    return post.kind in WRITTEN and post.author_id == visit.person.id


def _other_than(post: Post, form: WriteForm, found: Checked, visit: Visit) -> WriteProblem | None:
    """Why the post that has the form's id is not what was sent now; None if the same form was sent twice."""
    if post.state in NEVER_PUBLISHED:
        return WriteProblem("", "console.write.problem.was_cancelled", {"earlier_id": post.id})
    at = post.publish_at if post.is_planned else None
    sent = (post.text, post.kind, at, post.pictures, post.author_id)
    if sent == (found.text, found.kind, found.publish_at, form.pictures, visit.person.id):
        return None
    key = "console.write.problem.draft_sent" if form.draft else "console.write.problem.already_sent"
    return WriteProblem("", key, {"earlier_id": post.id})


def _seconds_left(post: Post, visit: Visit) -> int:
    """The seconds in which the person can still undo the post; 0 for none."""
    is_undoable = post.state is PostState.SCHEDULED and not post.is_planned and _is_own(post, visit)
    return max(0, round((post.publish_at - visit.now).total_seconds())) if is_undoable else 0


def _milliseconds(visit: Visit) -> int:
    """The time as browsers count it, which is the sequence of saved drafts."""
    return int(visit.now.timestamp() * 1000)
