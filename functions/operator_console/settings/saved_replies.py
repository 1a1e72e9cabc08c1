"""The page with the saved replies, on which people create, change, end and delete them.

Operators do so with all of them; the people of a department with the facts for which it vouches.
"""

import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from http import HTTPStatus
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.cases.model import is_case_id
from desk.cases.store import CaseStore
from desk.errors import SavedReplyMoved
from desk.posts.errors import PostNotAccepted
from desk.posts.submit import parse_moment
from desk.private_numbers import private_numbers_in
from desk.promises.terms import EXAMPLES, term_in, written_term
from desk.reading import Kind
from desk.replies.compose import LONGEST_TEXT, clean_text, not_accepted, reply_posts, signature_of
from desk.replies.errors import InvalidField
from desk.replies.forms import Fields, request_id_in
from desk.replies.messages import Message, Tone, message_of
from desk.replies.placeholders import names_time
from desk.staff.model import Person
from desk.staff.saved_replies import LANGUAGES, OnlyWhen, SavedReply, SavedReplyStore
from desk.suggestions.keeping import words_to_keep
from desk.web.request import number_in
from desk.web.response import Response, html
from desk.x.weight import MAX_WEIGHT
from operator_console.app import Refused, Right, Route, Visit, may, redirect
from operator_console.shell.render import Renderer

KINDS = (Kind.INQUIRY, Kind.FAULT, Kind.RUMOR, Kind.FEEDBACK, Kind.CHAT)
"""The kinds that a saved reply may fit."""

_LONGEST_TITLE = 40
_MOST = 500
"""The most saved replies: one query reads them, and people still find them."""
_REQUEST_BYTES = 12
_LONGEST_SOURCE = 300
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)
_PROPOSED = timedelta(days=90)
"""How long a fact that somebody keeps from a reply holds, unless they say otherwise."""


class _NotSaved(Exception):
    """The reply was not stored, for a reason that only saved replies have."""

    def __init__(self, key: str, field: str = "", **values: object) -> None:
        super().__init__(key)
        self.message = Message(key, values, Tone.PROBLEM, field)


class _Form(NamedTuple):
    """The form of a reply: what its fields show, the version that it changes, and what is wrong with it."""

    fields: Fields
    message: Message | None = None


class SavedRepliesView:
    """Shows and changes the saved replies."""

    def __init__(self, replies: SavedReplyStore, cases: CaseStore, renderer: Renderer) -> None:
        self._replies = replies
        self._cases = cases
        self._renderer = renderer
        self._other_languages = [each for each in LANGUAGES if each != renderer.brand.language]

    def routes(self) -> list[Route]:
        """The routes of this view."""
        return [
            Route("GET", "replies", self._list),
            Route("GET", "replies/new", self._new, Right.DRAFT),
            Route("GET", "replies/{id}", self._edit, Right.DRAFT),
            Route("POST", "replies/save", self._save, Right.DRAFT),
            Route("POST", "replies/delete", self._delete, Right.DRAFT),
        ]

    def _list(self, visit: Visit, done: str = "", undo: str = "", fields: Mapping[str, str] = {}) -> Response:
        """The list; after a change with what was done, and the form that takes it back."""
        words = visit.request.query.get("q", "").strip()
        found = [reply for reply in self._replies.all() if reply.has_words(words)]
        now, zone = visit.now, self._zone
        ended = [reply for reply in found if reply.has_ended(now, zone)]
        secret = [reply for reply in found if reply.is_secret(now) and reply not in ended]
        soon = [reply for reply in found if reply.ends_soon(now, zone)]
        values = {
            "offered": [reply for reply in found if reply.is_offered(now, zone)],
            "secret": secret,
            "ended": ended,
            "soon": sorted(soon, key=lambda reply: (reply.ends_at(zone), reply.title)),
            "words": words,
            "may_add": may(visit.person, Right.DRAFT),
            "may_change": partial(_may_change, visit.person),
            "written_term": self._written,
            "done": done,
            "undo": undo,
            "fields": fields,
            "request": secrets.token_urlsafe(_REQUEST_BYTES),
        }
        return html(self._renderer.page("settings/saved_replies.html.j2", visit, **values))

    def _new(self, visit: Visit) -> Response:
        """The empty form, or the one of a fact with the words of a reply that was sent."""
        query = visit.request.query
        if not query.get("case"):
            return self._form(visit, _Form({"version": "0"}))
        case_id = query["case"]
        file = self._cases.file(case_id) if is_case_id(case_id) else None
        words = words_to_keep(file, query.get("post", ""), self._renderer.brand) if file else ""
        if not file or not words or not visit.person.sees(file.case.department):
            raise Refused(HTTPStatus.NOT_FOUND, "console.problem.no_page")
        department, until = file.case.department, visit.now.astimezone(self._zone).date() + _PROPOSED
        fields = {"version": "0", "text": words, "department": department, "vouched_by": department}
        return self._form(visit, _Form({**fields, "last_day": until.isoformat()}))

    def _edit(self, visit: Visit) -> Response:
        reply = self._replies.find(visit.params["id"])
        if reply is None:
            raise Refused(HTTPStatus.NOT_FOUND, "console.reply.gone")
        _require_own(visit.person, reply)
        return self._form(visit, _Form(self._fields_of(reply)))

    def _save(self, visit: Visit) -> Response:
        """Store a new or changed reply. What is wrong is said on the form, with all that was typed."""
        fields = visit.request.fields
        try:
            reply, before = self._reply_in(visit)
            saved = self._replies.save(reply)
        except _NotSaved as exc:
            return self._form(visit, _Form(fields, exc.message), HTTPStatus.UNPROCESSABLE_ENTITY)
        except InvalidField as exc:
            message = message_of(exc, self._renderer.brand.language)
            return self._form(visit, _Form(fields, message), HTTPStatus.UNPROCESSABLE_ENTITY)
        except SavedReplyMoved:
            return self._moved(visit)
        was, undo = (before, "save") if before else (saved, "delete")
        return self._list(visit, "saved", undo, {**self._fields_of(was), "version": str(saved.version)})

    def _delete(self, visit: Visit) -> Response:
        """Delete a reply. Deleting it again changes nothing."""
        reply = self._replies.find(visit.request.field("id"))
        if reply is None:
            return redirect("replies")
        _require_own(visit.person, reply)
        if str(reply.version) != visit.request.field("version"):
            return self._moved(visit)
        removed = _changed(reply._replace(text="", texts={}, source="", removed=True), visit)
        try:
            saved = self._replies.save(removed)
        except SavedReplyMoved:
            return self._moved(visit)
        restored = {**self._fields_of(reply), "version": str(saved.version), "restores": "1"}
        return self._list(visit, "deleted", "save", restored)

    def _moved(self, visit: Visit) -> Response:
        """Somebody else was faster: the form shows what the person typed and, beside it, the text as it is now."""
        now = self._replies.find(visit.request.field("id"))
        if now is None:
            raise Refused(HTTPStatus.CONFLICT, "console.reply.gone")
        _require_own(visit.person, now)
        who = self._renderer.formatter.person(now.by)
        message = Message("console.reply.moved", {"by": who, "text": now.text}, Tone.PROBLEM)
        fields = {**self._fields_of(now), **visit.request.fields, "version": str(now.version)}
        return self._form(visit, _Form(fields, message), HTTPStatus.CONFLICT)

    def _form(self, visit: Visit, form: _Form, status: HTTPStatus = HTTPStatus.OK) -> Response:
        departments = [(key, self._renderer.brand.department_name(key)) for key in self._renderer.brand.departments]
        page = self._renderer.page(
            "settings/saved_reply.html.j2",
            visit,
            fields=form.fields,
            message=form.message,
            departments=departments,
            kinds=KINDS,
            request=secrets.token_urlsafe(_REQUEST_BYTES),
            longest_title=_LONGEST_TITLE,
            other_languages=self._other_languages,
            terms=EXAMPLES[self._renderer.brand.language],
            own=None if may(visit.person, Right.ACT) else visit.person.departments,
            longest_source=_LONGEST_SOURCE,
        )
        return html(page, status)

    def _reply_in(self, visit: Visit) -> tuple[SavedReply, SavedReply | None]:
        """The reply of the form, and the one that it changes. Raises InvalidField and _NotSaved.

        A form that restores a deleted reply names the version that deleted it, so it stores nothing else.
        """
        fields, brand = visit.request.fields, self._renderer.brand
        request = request_id_in(fields)
        version = number_in(fields.get("version", ""))
        if not request or version is None:
            raise _NotSaved("console.reply.stale")
        title, department = _title_in(fields), _one_of(fields, "department", brand.departments)
        signature = signature_of(department, brand)
        text = _text_in(fields, "text", signature)
        texts = {
            language: _text_in(fields, f"text.{language}", signature)
            for language in self._other_languages
            if fields.get(f"text.{language}", "").strip()
        }
        known = self._replies.all()
        before = next((reply for reply in known if reply.id == fields.get("id")), None)
        restores = fields.get("id", "") if fields.get("restores") and version and before is None else ""
        if fields.get("id") and before is None and not restores:
            raise Refused(HTTPStatus.CONFLICT, "console.reply.gone")
        if before is None and len(known) >= _MOST:
            raise _NotSaved("console.reply.too_many", most=_MOST)
        if before:
            _require_own(visit.person, before)
        kept = before or SavedReply(restores or f"r-{request}", title, text, created_by=visit.person.name)
        after = kept._replace(
            title=title,
            text=text,
            texts=texts,
            department=department,
            kind=_one_of(fields, "kind", KINDS),
            only_when=OnlyWhen.NO_SPIKE if fields.get("only_when") else "",
            last_day=_day_in(fields),
            last_time=_time_in(fields),
            promise=_promise_in(
                fields, {"text": text, **{f"text.{language}": each for language, each in texts.items()}}
            ),
            version=version,
        )
        after = self._with_fact(after, fields)
        _require_own(visit.person, after)
        return _changed(after, visit), before

    def _with_fact(self, reply: SavedReply, fields: Fields) -> SavedReply:
        """The reply with what makes it a fact. Raises InvalidField and _NotSaved."""
        source = " ".join(fields.get("source", "").split())
        vouched_by = fields.get("vouched_by", "")
        vouched_by = vouched_by if vouched_by in self._renderer.brand.departments else ""
        announced_at = self._announced_in(fields)
        is_unannounced = bool(fields.get("is_unannounced") or announced_at)
        if source:
            source = clean_text(source, "source", _LONGEST_SOURCE)
            if kinds := private_numbers_in(source):
                raise InvalidField("source", "private", kinds=tuple(kinds))
        fact = reply._replace(
            source=source, vouched_by=vouched_by, is_unannounced=is_unannounced, announced_at=announced_at
        )
        end = fact.ends_at(self._zone)
        if not source and (vouched_by or is_unannounced):
            raise _NotSaved("console.fact.no_source", "source")
        if source and not vouched_by:
            raise _NotSaved("console.fact.no_department", "vouched_by")
        if source and end is None:
            raise _NotSaved("console.fact.no_end", "last_day")
        if announced_at and end and announced_at >= end:
            raise _NotSaved("console.fact.announced_late", "announced_at")
        return fact

    def _announced_in(self, fields: Fields) -> datetime | None:
        try:
            typed = fields.get("announced_at", "")
            return parse_moment(typed, self._zone, field="announced_at") if typed else None
        except PostNotAccepted:
            raise _NotSaved("console.reply.bad_day", "announced_at") from None

    def _written(self, term: str) -> str:
        return written_term(term, self._renderer.brand.language)

    def _fields_of(self, reply: SavedReply) -> dict[str, str]:
        return {
            "id": reply.id,
            "title": reply.title,
            "text": reply.text,
            "department": reply.department,
            "kind": reply.kind,
            "only_when": reply.only_when,
            "last_day": reply.last_day.isoformat() if reply.last_day else "",
            "last_time": reply.last_time.isoformat("minutes") if reply.last_time else "",
            "source": reply.source,
            "vouched_by": reply.vouched_by,
            "is_unannounced": "1" if reply.is_unannounced else "",
            "announced_at": self._renderer.formatter.input_value(reply.announced_at) if reply.announced_at else "",
            "promise": self._written(reply.promise),
            "version": str(reply.version),
            **{f"text.{language}": text for language, text in reply.texts.items()},
        }

    @property
    def _zone(self) -> ZoneInfo:
        return self._renderer.formatter.zone


def _may_change(person: Person, reply: SavedReply) -> bool:
    """Whether the person may write this reply: an operator, or somebody of the department that vouches for the fact."""
    return may(person, Right.ACT) or (may(person, Right.DRAFT) and reply.vouched_by in person.departments)


def _require_own(person: Person, reply: SavedReply) -> None:
    """Raise Refused for somebody who may not change this reply."""
    if not _may_change(person, reply):
        raise Refused(HTTPStatus.FORBIDDEN, "console.fact.not_yours")


def _changed(reply: SavedReply, visit: Visit) -> SavedReply:
    """The reply with who changed it, when and by which form."""
    return reply._replace(by=visit.person.name, at=visit.now, request=request_id_in(visit.request.fields))


def _title_in(fields: Fields) -> str:
    title = " ".join(fields.get("title", "").split())
    try:
        title = clean_text(title, "text", LONGEST_TEXT)
    except InvalidField:
        raise _NotSaved("console.reply.title_missing", "title") from None
    if len(title) > _LONGEST_TITLE:
        raise InvalidField("title", "too_long", count=len(title), most=_LONGEST_TITLE)
    return title


def _one_of(fields: Fields, name: str, known: object) -> str:
    value = fields.get(name, "")
    if value and value not in known:  # type: ignore[operator]
        raise InvalidField(name, name)
    return value


def _day_in(fields: Fields) -> date | None:
    text = fields.get("last_day", "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise _NotSaved("console.reply.bad_day", "last_day") from None


def _time_in(fields: Fields) -> time | None:
    """Until when on the last day. Raises _NotSaved for what is no time of day, and for one without a day."""
    text = fields.get("last_time", "")
    if text and not fields.get("last_day"):
        raise _NotSaved("console.reply.time_without_day", "last_day")
    if text and not _CLOCK.fullmatch(text):
        raise _NotSaved("console.reply.bad_time", "last_time")
    return time.fromisoformat(text) if text else None


def _promise_in(fields: Fields, texts: Mapping[str, str]) -> str:
    """The term of the promise; the texts by field must name its moment, and none without one."""
    typed = fields.get("promise", "").strip()
    try:
        term = term_in(typed) if typed else ""
    except ValueError:
        raise _NotSaved("console.reply.promise.unknown", "promise", typed=typed) from None
    if term and (silent := [name for name, text in texts.items() if not names_time(text)]):
        raise _NotSaved("console.reply.promise.no_time", silent[0])
    if not term and any(map(names_time, texts.values())):
        raise _NotSaved("console.reply.promise.missing", "promise")
    return term


def _text_in(fields: Fields, name: str, signature: str) -> str:
    """The text in this field. Raises InvalidField for one that X would not take, before its places are filled."""
    text = clean_text(fields.get(name, ""), name, LONGEST_TEXT)
    if kinds := private_numbers_in(text):
        raise InvalidField(name, "private", kinds=tuple(kinds))
    try:
        posts = reply_posts(text, signature)
    except PostNotAccepted as exc:
        raise not_accepted(exc, name) from None
    if (excess := posts[0].weighted_length - MAX_WEIGHT) > 0:
        raise InvalidField(name, "too_long_uncut", excess=excess)
    return text
