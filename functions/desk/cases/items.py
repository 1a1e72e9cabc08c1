"""A case as an item of the Cases table, and back.

Beside the case lie its events under `what` = `event#<ISO time>#…`, so that they read in order: one for each mention,
and what people did. `open` holds the department while somebody waits for an answer, as
the sparse key of the index by due time; `opened_at`, which only the case has, makes `by_author` sparse. Every change
raises `version`; an item without one is at its first. A case with `erased` is one of an erased
author: only its number and figures are left, and nothing happens to it any more.

`inbox` and `inbox_order` are the sparse key of the index of the operator's inbox: a queue, and the place in it.
`urgent`, which open cases have that are urgent or to be checked, is the key of another index, in the same order. `row`
is a map of what a row of the console shows and no index is keyed by; both indexes project it. Its `excerpt` is the
beginning of the newest mention.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from desk.aws.dynamodb import changing, from_item, moment_text, names, to_item, values
from desk.cases.model import (
    WAITING,
    Case,
    CaseEvent,
    CaseEventKind,
    CaseState,
    Doubt,
    Draft,
    Place,
    Reminded,
    ReplyAs,
    Review,
    RoutedMention,
    Step,
    queue_of,
)
from desk.cases.sla import answer_due_at
from desk.mentions.items import author_of, plain_author
from desk.pictures.model import AttachedPicture, pictures_in, plain_pictures
from desk.promises.model import Promise
from desk.promises.store import plain_promise, promise_in
from desk.reading import Kind, Need, Safety, Urgency
from desk.text import cut, first_words
from desk.x.model import XPost

CASE = "case"
"""The `what` of the case itself."""

_FIRST_VERSION = 1


def case_key(case_id: str) -> dict[str, Any]:
    """The key of the case itself."""
    return {"case_id": {"S": case_id}, "what": {"S": CASE}}


_EXCERPT = 400  # bytes, so that a row of the inbox stays below 1 KB


def inbox_order(case: Case) -> str:
    """The place of a case in its queue: by safety, urgency, due time, and then since when the author waits.

    A case whose author asked again comes where one that was due at that moment does.
    """
    due_at = answer_due_at(case)
    place = min(due_at, case.asked_again_at or due_at)
    ranks = (Safety.DANGER is case.open_safety, Safety.CHECK is case.open_safety, case.urgency is Urgency.HIGH, True)
    return f"{ranks.index(True)}#{moment_text(place)}#{moment_text(case.asked_at)}#{case.id}"


URGENT = "urgent"
"""The one key of the index of cases that are urgent or to be checked: they are few, so one partition has all."""


def excerpt_of(step: Step) -> dict[str, Any] | None:
    """What a row shows of the step's newest mention; None when the case has a newer one."""
    newest = max((entry.mention for entry in step.entries), key=lambda mention: _age(mention.id))
    if step.before and _age(newest.id) < max(map(_age, step.before.mention_ids)):
        return None
    return {"mention_id": newest.id} | excerpt_of_post(newest.post)


def excerpt_of_post(post: XPost) -> dict[str, Any]:
    """The beginning of a post, private numbers masked, and how many photos it has."""
    photos = sum(each.type == "photo" for each in post.media)
    return {"text": cut(first_words(post.text), _EXCERPT)} | ({"photos": photos} if photos else {})


def _age(mention_id: str) -> tuple[int, str]:
    return len(mention_id), mention_id


def case_item(case: Case, excerpt: dict[str, Any] | None = None) -> dict[str, Any]:
    """The item of a case."""
    row = {name: value for name, value in (_row(case) | {"excerpt": excerpt}).items() if value is not None}
    return case_key(case.id) | to_item(_attributes(case) | {"row": row})


def case_change(before: Case, after: Case, excerpt: dict[str, Any] | None = None) -> dict[str, Any]:
    """An update from the one to the other, refused unless the item is still at the version `before`.

    An author's name stays unless a new one is known, and so does since when nobody has opened the case: removing them
    raises no version.
    """
    row = _row(after)
    if after.author == before.author:
        del row["author"]
    attributes = _attributes(after)
    if after.unseen_since == before.unseen_since:
        del attributes["unseen_since"]
    if excerpt:
        row["excerpt"] = excerpt
    plain = attributes | {f"row.{name}": value for name, value in row.items()}
    unmoved = "#version = :seen"
    if before.version == _FIRST_VERSION:
        unmoved = f"attribute_exists(case_id) AND ({unmoved} OR attribute_not_exists(#version))"
    return {
        "Key": case_key(after.id),
        "UpdateExpression": changing(plain),
        "ConditionExpression": unmoved,
        "ExpressionAttributeNames": names(plain),
        "ExpressionAttributeValues": to_item(values(plain) | {":seen": before.version}),
    }


def case_of(item: dict[str, Any]) -> Case:
    """The case in an item (typed form)."""
    plain = from_item(item)
    row, draft = plain["row"], plain.get("draft")
    return Case(
        id=plain["case_id"],
        conversation_id=plain["conversation_id"],
        author_id=plain["author_id"],
        author=author_of(row.get("author")),
        department=plain["department"],
        kind=Kind(plain["kind"]),
        need=Need(plain["need"]),
        urgency=Urgency(row["urgency"]),
        lang=row["lang"],
        state=CaseState(plain["state"]),
        opened_at=datetime.fromisoformat(plain["opened_at"]),
        asked_at=datetime.fromisoformat(row["asked_at"]),
        first_due_at=datetime.fromisoformat(plain["first_due_at"]),
        due_at=datetime.fromisoformat(plain["due_at"]),
        mention_ids=tuple(plain["mention_ids"]),
        version=int(plain.get("version", _FIRST_VERSION)),
        wakes=plain.get("wakes", False),
        safety=Safety(row["safety"]) if "safety" in row else None,
        unseen_since=_moment(plain, "unseen_since"),
        asks=int(row.get("asks", 1)),
        asked_again_at=_moment(plain, "asked_again_at"),
        alarmed_at=_moment(plain, "alarmed_at"),
        holder=row.get("holder"),
        draft=_draft(draft) if draft else None,
        post_id=plain.get("post_id"),
        reply_as=ReplyAs(row.get("reply_as", ReplyAs.ANSWER)),
        promised_until=_promised(row),
        answered_at=_moment(plain, "answered_at"),
        review=Review(row["review"]) if "review" in row else None,
        snoozed_until=_moment(row, "snoozed_until"),
        not_posted=row.get("not_posted"),
        wrote_privately_at=_moment(row, "wrote_privately_at"),
        awaits_release=plain.get("awaits_release", False),
        doubts=doubts_of(plain),
        labels=tuple(row.get("labels", ())),
        promises=tuple(map(promise_in, plain.get("promises", ()))),
        reminded=reminded_in(row),
    )


def reminded_in(row: dict[str, Any]) -> Reminded | None:
    """Who last had the department reminded, as the row has it."""
    found = row.get("reminded")
    return Reminded(found["by"], datetime.fromisoformat(found["at"])) if found else None


def mention_event_item(entry: RoutedMention, case: Case) -> dict[str, Any]:
    """The event that a mention is to its case; the words stay with the mention."""
    moment = entry.mention.received_at.isoformat()
    return to_item(
        {
            "case_id": case.id,
            "what": f"event#{moment}#{entry.mention.id}",
            "event": entry.event.value if entry.event else None,
            "mention_id": entry.mention.id,
            "author_id": entry.mention.post.author_id,
            "kind": entry.reading.kind.value,
            "told": entry.recipient is not None,
        }
    )


def _draft(plain: dict[str, Any]) -> Draft:
    at, reply_as = datetime.fromisoformat(plain["at"]), ReplyAs(plain.get("reply_as", ReplyAs.ANSWER))
    promise = {"promised_until": _promised(plain), "promise_words": plain.get("promise_words", "")}
    comment, pictures = plain.get("comment", ""), _pictures(plain)
    return Draft(plain["text"], plain["by"], at, reply_as, comment=comment, pictures=pictures, **promise)


def _draft_attributes(draft: Draft) -> dict[str, Any]:
    plain = {"text": draft.text, "by": draft.by, "at": draft.at.isoformat()} | _as_what(draft)
    plain |= {"comment": draft.comment or None, "pictures": plain_pictures(draft.pictures) or None}
    plain |= {"promise_words": draft.promise_words or None}
    return {name: value for name, value in plain.items() if value is not None}


def _pictures(plain: dict[str, Any]) -> tuple[AttachedPicture, ...]:
    return pictures_in(plain.get("pictures", ()))


def doubts_of(plain: dict[str, Any]) -> tuple[Doubt, ...]:
    """The mentions to review in plain attributes."""
    found = plain.get("doubts", ())
    return tuple(Doubt(each["mention_id"], Kind(each["kind"]), each["is_decided"]) for each in found)


def _doubt_attributes(doubts: Iterable[Doubt]) -> list[dict[str, Any]] | None:
    return [{**doubt._asdict(), "kind": doubt.kind.value} for doubt in doubts] or None


def _promise_attributes(promises: Iterable[Promise]) -> list[dict[str, Any]] | None:
    return list(map(plain_promise, promises)) or None


def _promised(plain: dict[str, Any]) -> datetime | None:
    return _moment(plain, "promised_until")


def _moment(plain: dict[str, Any], name: str) -> datetime | None:
    text = plain.get(name)
    return datetime.fromisoformat(text) if text else None


def _as_what(of: Case | Draft) -> dict[str, Any]:
    return {
        "reply_as": of.reply_as.value if of.reply_as is not ReplyAs.ANSWER else None,
        "promised_until": of.promised_until.astimezone(UTC).isoformat() if of.promised_until else None,
    }


def _attributes(case: Case) -> dict[str, Any]:
    """A case's plain attributes without its key and its row; None where there is nothing to keep."""
    queue = queue_of(case)
    is_pressing = case.state in WAITING and (case.urgency is Urgency.HIGH or case.open_safety is not None)
    return {
        "conversation_id": case.conversation_id,
        "author_id": case.author_id,
        "department": case.department,
        "kind": case.kind.value,
        "need": case.need.value,
        "state": case.state.value,
        "open": case.department if case.state in WAITING else None,
        "opened_at": case.opened_at.isoformat(),
        "first_due_at": case.first_due_at.isoformat(),
        "due_at": case.due_at.astimezone(UTC).isoformat(),
        "mention_ids": list(case.mention_ids),
        "version": case.version,
        "wakes": case.wakes or None,
        "unseen_since": case.unseen_since.isoformat() if case.unseen_since else None,
        "asked_again_at": case.asked_again_at.isoformat() if case.asked_again_at else None,
        "alarmed_at": case.alarmed_at.isoformat() if case.alarmed_at else None,
        "draft": _draft_attributes(case.draft) if case.draft else None,
        "post_id": case.post_id,
        "answered_at": case.answered_at.isoformat() if case.answered_at else None,
        "awaits_release": case.awaits_release or None,
        "doubts": _doubt_attributes(case.doubts),
        "promises": _promise_attributes(case.promises),
        "inbox": queue,
        "urgent": URGENT if is_pressing else None,
        "inbox_order": inbox_order(case) if queue or is_pressing else None,
    }


def _row(case: Case) -> dict[str, Any]:
    """What a row shows of a case beside its attributes, and without the excerpt; None where there is nothing."""
    return {
        "author": plain_author(case.author),
        "urgency": case.urgency.value,
        "lang": case.lang,
        "asked_at": case.asked_at.isoformat(),
        "asks": case.asks if case.asks != 1 else None,
        "safety": case.safety.value if case.safety else None,
        "holder": case.holder,
        "review": case.review.value if case.review else None,
        "snoozed_until": case.snoozed_until.isoformat() if case.snoozed_until else None,
        "not_posted": case.not_posted if case.review is Review.REPLY else None,
        "wrote_privately_at": case.wrote_privately_at.isoformat() if case.wrote_privately_at else None,
        "labels": list(case.labels) or None,
        "reminded": {"by": case.reminded.by, "at": case.reminded.at.isoformat()} if case.reminded else None,
    } | _as_what(case)


_KINDS = frozenset(CaseEventKind)


def case_event_item(event: CaseEvent, case: Case) -> dict[str, Any]:
    """The item of an event that made the case what it is now.

    Its key is never used again, so finding it proves that this very item was written. Events of one moment
    sort by the case's version.
    """
    moment = moment_text(event.at)
    return to_item(
        {
            "case_id": case.id,
            "what": f"event#{moment}#{case.version:09}#{uuid4().hex}",
            "did": event.what.value,
            "day": moment[:10],
            "at": moment,
            "by": event.by,
            "text": event.text or None,
            "department": event.department,
            "kind": event.kind,
            "post_id": event.post_id,
            "request": event.request or None,
            "x_id": event.x_id,
            "asked_at": event.asked_at.isoformat() if event.asked_at else None,
            "was_kind": event.was_kind,
            "was_department": event.was_department,
            "assignee": event.assignee,
            "until": event.until.isoformat() if event.until else None,
            "overridden": list(event.overridden) or None,
            "override_reason": event.override_reason or None,
            "labels": list(event.labels) or None,
            "was_at": _place_attributes(event.was_at) if event.was_at else None,
            "pictures": plain_pictures(event.pictures) or None,
        }
    )


def _place_attributes(place: Place) -> dict[str, Any]:
    moments = {name: at.isoformat() for name in _PLACE_MOMENTS if (at := getattr(place, name))}
    lists = {
        "doubts": _doubt_attributes(place.doubts),
        "labels": list(place.labels) or None,
        "promises": _promise_attributes(place.promises),
    }
    plain = {**place._asdict(), **moments, **lists}
    return {name: value for name, value in plain.items() if value is not None}


_PLACE_MOMENTS = ("due_at", "snoozed_until", "promised_until", "first_due_at")


def _place(plain: dict[str, Any]) -> Place:
    moments = {name: datetime.fromisoformat(plain[name]) for name in _PLACE_MOMENTS if name in plain}
    return Place(
        department=plain["department"],
        kind=Kind(plain["kind"]),
        need=Need(plain["need"]),
        holder=plain.get("holder"),
        review=Review(plain["review"]) if "review" in plain else None,
        doubts=doubts_of(plain),
        state=CaseState(plain["state"]) if "state" in plain else None,
        urgency=Urgency(plain.get("urgency", Urgency.NORMAL)),
        wakes=plain.get("wakes", False),
        safety=Safety(plain["safety"]) if "safety" in plain else None,
        labels=tuple(plain.get("labels", ())),
        promises=tuple(map(promise_in, plain.get("promises", ()))),
        **moments,
    )


def case_event_of(item: dict[str, Any]) -> CaseEvent | None:
    """The event in an item (typed form); None when it is a mention's, or of a kind that only another release knows."""
    plain = from_item(item)
    if plain.get("did") not in _KINDS:
        return None
    return CaseEvent(
        what=CaseEventKind(plain["did"]),
        at=datetime.fromisoformat(plain["at"]),
        by=plain["by"],
        text=plain.get("text", ""),
        department=plain.get("department"),
        kind=plain.get("kind"),
        post_id=plain.get("post_id"),
        request=plain.get("request", ""),
        x_id=plain.get("x_id"),
        asked_at=datetime.fromisoformat(plain["asked_at"]) if "asked_at" in plain else None,
        was_kind=plain.get("was_kind"),
        was_department=plain.get("was_department"),
        assignee=plain.get("assignee"),
        until=_moment(plain, "until"),
        overridden=tuple(plain.get("overridden", ())),
        override_reason=plain.get("override_reason", ""),
        was_at=_place(plain["was_at"]) if "was_at" in plain else None,
        labels=tuple(plain.get("labels", ())),
        pictures=_pictures(plain),
    )


_log = logging.getLogger(__name__)


def valid_cases(items: Iterable[dict[str, Any]]) -> Iterator[Case]:
    """The cases in these items (typed form), in order; a malformed one is left out and logged."""
    for item in items:
        try:
            case = case_of(item)
        except (KeyError, TypeError, ValueError):
            _log.exception("the case %s is malformed", item["case_id"]["S"])
            continue
        yield case
