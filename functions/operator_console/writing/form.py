"""The form of the composer: what was typed, as fields and as a saved draft, and what of it can't be sent."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.pictures.model import AttachedPicture, Picture, PictureState
from desk.posts.errors import PostNotAccepted
from desk.posts.model import (
    LONGEST_ALT,
    MOST_PICTURES,
    WRITTEN,
    Post,
    PostKind,
)
from desk.posts.submit import is_post_id, new_post_id, parse_moment
from desk.posts.text import cleaned_and_weighed
from desk.replies.placeholders import unfilled
from desk.staff.drafts import PersonalDraft
from desk.web.request import Request
from desk.working_time import span_of

NOW, OTHER = "now", "other"
"""Values of the field `when`, besides local times that are offered."""
_LONGEST_TIME = 40
_LONGEST_FIELD = 5_000
_MOST_DRAFT_PICTURES = 20
_FINDS_AT_MOST = 14
"""Days in which the next working day is looked for."""


class WriteProblem(NamedTuple):
    """What can't be sent so: the field that it is about ("" for none), and the catalogue's sentence with its values."""

    field: str
    key: str
    values: Mapping[str, object] = {}


class WriteForm(NamedTuple):
    """What was typed.

    Attributes:
        id: the post's id, given by the page, so that a form that is sent twice is one post.
        when: NOW, OTHER for `publish_at`, or a local time that the page offered.
        publish_at: a local time as `datetime-local` has it.
        title, url, hashtags: of an article, from which the text can be made.
        draft: the id of the announcement draft that the text came from; "" for none.
        came_from: the id of the post whose text is written anew; "" for none.
        promises: "1" if it promises an update by `next_update_at`, a local time; `promise_words` is the sentence of the
            text for which that was offered.
        keeps: the id of the post whose promise it keeps; with `moves` it only says when that comes now.
    """

    id: str
    kind: str = PostKind.ANNOUNCEMENT.value
    text: str = ""
    when: str = NOW
    publish_at: str = ""
    pictures: tuple[AttachedPicture, ...] = ()
    title: str = ""
    url: str = ""
    hashtags: str = ""
    draft: str = ""
    came_from: str = ""
    promises: str = ""
    next_update_at: str = ""
    promise_words: str = ""
    keeps: str = ""
    moves: str = ""

    @property
    def typed_time(self) -> str:
        """The local time at which it is to be published; "" for now."""
        return {NOW: "", OTHER: self.publish_at}.get(self.when, self.when)

    @property
    def draft_key(self) -> str:
        """The key of the person's saved draft. What is written from something else never replaces their own text."""
        return f"write:{self.draft or self.came_from}" if self.draft or self.came_from else "write"


def form_in(request: Request) -> WriteForm:
    """The form that was sent; what nobody can have typed there is left out."""
    fields, lists = request.fields, request.lists
    ids = dict.fromkeys(each for each in lists.get("picture", ()) if is_post_id(each))
    pictures = [AttachedPicture(each, _lines(fields.get(f"alt.{each}", "")).strip()) for each in ids]
    draft, came_from, post_id = (fields.get(name, "") for name in ("draft", "from", "request"))
    return WriteForm(
        id=post_id if is_post_id(post_id) else new_post_id(),
        kind=fields.get("kind", ""),
        text=_lines(fields.get("text", "")),
        when=fields.get("when", NOW)[:_LONGEST_TIME],
        publish_at=fields.get("publish_at", "")[:_LONGEST_TIME],
        pictures=tuple(pictures[:_MOST_DRAFT_PICTURES]),
        title=fields.get("title", "")[:_LONGEST_FIELD],
        url=fields.get("url", "")[:_LONGEST_FIELD],
        hashtags=fields.get("hashtags", "")[:_LONGEST_FIELD],
        draft=draft if is_post_id(draft) else "",
        came_from=came_from if is_post_id(came_from) else "",
        promises=fields.get("promises", "")[:1],
        next_update_at=fields.get("next_update_at", "")[:_LONGEST_TIME],
        promise_words=fields.get("promise_words", "")[:_LONGEST_FIELD],
        keeps=keeps if is_post_id(keeps := fields.get("keeps", "")) else "",
        moves=fields.get("moves", "")[:1],
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n")


def saved_draft(form: WriteForm, sequence: int, now: datetime) -> PersonalDraft:
    """The form as a draft. Its text is the whole form in JSON, and empty if nothing was typed."""
    typed = {**form._asdict(), "pictures": [list(each) for each in form.pictures]}
    del typed["id"]
    is_empty = not (form.text.strip() or form.pictures or form.title or form.url or form.hashtags)
    return PersonalDraft("" if is_empty else json.dumps(typed, ensure_ascii=False), {}, 0, sequence, now)


def form_of_draft(draft: PersonalDraft) -> WriteForm:
    """The form that was saved, to be sent as a new post. A field that this release does not know is left out."""
    saved: dict[str, Any] = json.loads(draft.text)
    pictures = tuple(AttachedPicture(*each) for each in saved.pop("pictures", []))
    known = {name: value for name, value in saved.items() if name in WriteForm._fields}
    return WriteForm(new_post_id(), pictures=pictures, **known)


def form_of_post(post: Post) -> WriteForm:
    """The form with the words and pictures of a post that was given up, to write it anew."""
    kind = post.kind if post.kind in WRITTEN else PostKind.ANNOUNCEMENT
    return WriteForm(new_post_id(), kind.value, post.text, pictures=post.pictures, came_from=post.id)


class OfferedTime(NamedTuple):
    """A time that the page offers: the value of `when`, the moment, and the catalogue's key of its name."""

    value: str
    moment: datetime
    key: str


_MORNING, _EVENING = 9, 18


def with_offered_time(form: WriteForm, offered: Sequence[OfferedTime]) -> WriteForm:
    """The form with a time that the page offers; one that it offered before is now one that was typed."""
    if form.when in {NOW, OTHER, *(each.value for each in offered)}:
        return form
    return form._replace(when=OTHER, publish_at=form.when)


def offered_times(now: datetime, brand: Brand) -> Sequence[OfferedTime]:
    """This evening if it is an hour away, tomorrow morning, and the next working morning if it is not tomorrow."""
    zone = ZoneInfo(brand.timezone)
    local = now.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)

    def offer(days: int, hour: int, key: str) -> OfferedTime:
        wall = (midnight + timedelta(days=days)).replace(hour=hour)
        return OfferedTime(wall.strftime("%Y-%m-%dT%H:%M"), wall, f"console.write.when.{key}")

    evening, tomorrow = offer(0, _EVENING, "today"), offer(1, _MORNING, "tomorrow")
    offered = [evening, tomorrow] if evening.moment - local >= timedelta(hours=1) else [tomorrow]
    ahead = (days for days in range(1, _FINDS_AT_MOST) if span_of((midnight + timedelta(days=days)).date(), brand))
    working = next(ahead, 1)
    return offered if working == 1 else [*offered, offer(working, _MORNING, "working_day")]


class Checked(NamedTuple):
    """The form's values for a new post, and what can't be sent so; `publish_at` is None for now.

    `next_update_at` is None without a promise.
    """

    kind: PostKind
    text: str
    publish_at: datetime | None
    next_update_at: datetime | None
    problems: Sequence[WriteProblem]


def checked(form: WriteForm, pictures: Mapping[str, Picture], zone: ZoneInfo) -> Checked:
    """Check every field by itself; `pictures` are those that exist, by id."""
    problems: list[WriteProblem] = []
    kind, text, publish_at, next_update_at = PostKind.ANNOUNCEMENT, form.text, None, None
    if form.kind in WRITTEN:
        kind = PostKind(form.kind)
    else:
        problems.append(WriteProblem("kind", "console.write.problem.kind"))
    try:
        text = cleaned_and_weighed(form.text).text
    except PostNotAccepted as exc:
        problems.append(problem_of(exc))
    if places := unfilled(form.text):
        problems.append(WriteProblem("text", "answer.problem.unfilled", {"places": ", ".join(places)}))
    if form.title.strip() or form.url.strip() or form.hashtags.strip():
        problems.append(WriteProblem("title", "console.write.problem.article_left"))
    if form.when != NOW:
        try:
            publish_at = parse_moment(form.typed_time, zone)
        except PostNotAccepted as exc:
            problems.append(problem_of(exc))
    if form.promises:
        try:
            next_update_at = parse_moment(form.next_update_at, zone, field="next_update_at")
        except PostNotAccepted as exc:
            problems.append(problem_of(exc))
    problems += _picture_problems(form.pictures, pictures)
    return Checked(kind, text, publish_at, next_update_at, problems)


def _picture_problems(attached: Sequence[AttachedPicture], pictures: Mapping[str, Picture]) -> list[WriteProblem]:
    problems: list[WriteProblem] = []
    if len(attached) > MOST_PICTURES:
        problems.append(WriteProblem("pictures", "console.write.problem.pictures", {"most": MOST_PICTURES}))
    states = {pictures[each.id].state if each.id in pictures else PictureState.REFUSED for each in attached}
    if PictureState.REFUSED in states:
        problems.append(WriteProblem("pictures", "console.write.problem.picture_refused"))
    elif PictureState.WAITING in states:
        problems.append(WriteProblem("pictures", "console.write.problem.picture_waiting"))
    if any(len(each.alt) > LONGEST_ALT for each in attached):
        problems.append(WriteProblem("pictures", "console.write.problem.alt", {"most": LONGEST_ALT}))
    return problems


_FIELDS = frozenset({"text", "publish_at", "next_update_at", "title", "url", "hashtags"})


def problem_of(exc: PostNotAccepted) -> WriteProblem:
    """The problem beside its field. The sentence's key is `console.write.problem.<code>`."""
    field = exc.field if exc.field in _FIELDS else ""
    return WriteProblem(field, f"console.write.problem.{exc.code}", dict(exc.values))
