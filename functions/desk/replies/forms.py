"""Forms of a case's page: their fields, the commands that they stand for, and what is wrong with a field."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.commands import (
    AddNote,
    AskFactCheckers,
    AssignCase,
    CaseCommand,
    ClearSafety,
    CloseCase,
    CorrectReading,
    HandOver,
    LabelCase,
    ReleaseCase,
    RemindDepartment,
    ReopenCase,
    ReturnDraft,
    SendReply,
    SetUrgency,
    ShowNumbers,
    SnoozeCase,
    TakeBack,
    TakeCase,
    TakeDownReply,
    WakeCase,
)
from desk.cases.model import ReplyAs
from desk.checks.model import LookedUpForCheck
from desk.checks.overrides import reason_in as override_reason_in
from desk.checks.replies import promise_in as promised_in_text
from desk.commands import RequestKey
from desk.pictures.model import AttachedPicture, is_picture_id
from desk.posts.errors import BadEncoding, PostNotAccepted
from desk.posts.model import LONGEST_ALT, MOST_PICTURES
from desk.posts.submit import parse_moment
from desk.posts.text import REPLACEMENT
from desk.promises.model import LONGEST_PROMISE
from desk.reading import ANSWERED, Kind, Urgency
from desk.replies.compose import clean_text, not_accepted, reply_text
from desk.replies.errors import InvalidField
from desk.staff.model import Person


class Action(StrEnum):
    """The values of a form's field `action`."""

    TAKE = "take"
    ANSWER = "answer"
    CONFIRM = "confirm"
    """Send what the confirmation showed."""
    EDIT = "edit"
    """Return from the confirmation to the form. Nothing is saved."""
    HAND = "hand"
    TAKE_BACK = "take_back"
    """Take a hand-over back, as long as nothing else has happened to the case."""
    FACT_CHECK = "fact_check"
    CLOSE = "close"
    MISREAD = "misread"
    RAISE = "raise"
    """Mark the case as urgent; as danger, if its safety is to be checked."""
    LOWER = "lower"
    """Mark the case as not urgent."""
    CLEAR = "clear"
    """Say that nobody's safety is to be checked."""
    PRIVATE = "private"
    """Preview the reply that asks the author into a private conversation."""
    NOTE = "note"
    """Leave an internal note. This and the following actions are those of people who are signed in."""
    ASSIGN = "assign"
    LABEL = "label"
    SNOOZE = "snooze"
    WAKE = "wake"
    RETURN_DRAFT = "return_draft"
    REMIND = "remind"
    """Have the department reminded that the case waits for its answer."""
    RELEASE = "release"
    """Release a case of a trial to its department."""
    REOPEN = "reopen"
    TAKE_DOWN = "take_down"
    """Have the reply deleted on X."""
    UNMASK = "unmask"
    """Show the private numbers. The case records who looked."""


OPERATOR_ACTIONS = frozenset(
    {
        Action.NOTE,
        Action.ASSIGN,
        Action.LABEL,
        Action.SNOOZE,
        Action.WAKE,
        Action.TAKE_BACK,
        Action.RETURN_DRAFT,
        Action.REMIND,
        Action.RELEASE,
        Action.REOPEN,
        Action.TAKE_DOWN,
    }
)
"""Actions of people who are signed in."""

LINK_ACTIONS = frozenset(Action) - OPERATOR_ACTIONS
"""Actions of everybody who has a link to the case."""

type Fields = Mapping[str, str]

LONGEST_NAME = 40
LONGEST_NOTE = 500
_REQUEST = re.compile(r"[0-9A-Za-z_-]{8,64}")
_VERSION = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_BLANKS = re.compile(r"\s+")
_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn"}
"""Unicode categories that are removed from names: control, format, private use, surrogates and unassigned."""
_BLANK_LETTERS = dict.fromkeys(map(ord, "\u115f\u1160\u2800\u3164\uffa0"))
"""Letters and symbols by their category that render as a blank."""


LABEL_FIELD = "label-"
"""What the name of a label's box begins with; its key follows."""


def labels_in(fields: Fields) -> tuple[str, ...]:
    """The keys of the labels whose boxes are ticked."""
    return tuple(name.removeprefix(LABEL_FIELD) for name in fields if name.startswith(LABEL_FIELD))


def request_id_in(fields: Fields) -> str:
    """A hash of the form's random id and all its fields; "" without a valid id.

    The same form has the same hash each time it is sent. A form with other content has another hash.
    """
    if not _REQUEST.fullmatch(fields.get("request", "")):
        return ""
    parts = (part for name in sorted(fields) for part in (name, fields[name]))
    return sha256("\0".join(parts).encode()).hexdigest()[:32]


def name_in(fields: Fields) -> str:
    """The name of the person who acts: 1 to 40 visible characters on one line. Raises InvalidField."""
    if REPLACEMENT in fields.get("name", ""):
        raise not_accepted(BadEncoding("name"), "name")
    normal = unicodedata.normalize("NFC", _BLANKS.sub(" ", fields.get("name", "").translate(_BLANK_LETTERS)))
    name = "".join(letter for letter in normal if unicodedata.category(letter) not in _INVISIBLE).strip()
    if not any(unicodedata.category(letter)[0] in "LNPS" for letter in name):
        raise InvalidField("name", "name")
    if len(name) > LONGEST_NAME:
        raise InvalidField("name", "too_long", count=len(name), most=LONGEST_NAME)
    return name


def reason_in(fields: Fields) -> str:
    """The reason or note as clean text; "" without one. Raises InvalidField."""
    return clean_text(fields["reason"], "reason", LONGEST_NOTE) if fields.get("reason", "").strip() else ""


def holder_in(fields: Fields) -> str:
    """The name of the person who is to have the case. Raises InvalidField."""
    try:
        return name_in({"name": fields.get("holder", "")})
    except InvalidField as exc:
        problem = "holder" if exc.problem == "name" else exc.problem
        raise InvalidField("holder", problem, **exc.values) from None


def signed_name(person: Person) -> str:
    """The name with which a signed-in person's actions are recorded: valid for every name that an issuer may have."""
    for name in (person.name, person.email, person.id):
        with suppress(InvalidField):
            return name_in({"name": name[:LONGEST_NAME]})
    return "?"


def department_in(fields: Fields, brand: Brand) -> str:
    """The key of the chosen department. Raises InvalidField."""
    key = fields.get("department", "")
    if key not in brand.departments:
        raise InvalidField("department", "department")
    return key


def kind_in(fields: Fields) -> Kind:
    """The chosen kind. Raises InvalidField."""
    try:
        return Kind(fields.get("kind", ""))
    except ValueError:
        raise InvalidField("kind", "kind") from None


def promise_in(fields: Fields, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The time until which a reply promises an answer, in UTC; None for any other reply.

    Raises InvalidField for a time that has passed or is more than LONGEST_PROMISE away.
    """
    return promised(fields.get("promised_until", ""), zone, now) if fields.get("holding") else None


def promised(typed: str, zone: ZoneInfo, now: datetime, field: str = "promised_until") -> datetime:
    """The time until which an answer is promised, in UTC. Raises InvalidField as `promise_in` does."""
    try:
        until = parse_moment(typed, zone, field=field)
    except PostNotAccepted:
        raise InvalidField(field, "until") from None
    if until <= now:
        raise InvalidField(field, "until_past")
    if until - now > LONGEST_PROMISE:
        raise InvalidField(field, "until_far", days=LONGEST_PROMISE.days)
    return until


def attached_in(typed: str) -> tuple[AttachedPicture, ...]:
    """The pictures in the field `pictures` of a reply: a JSON list of ids with descriptions. Raises InvalidField."""
    try:
        pictures = [AttachedPicture(str(picture_id), str(alt).strip()) for picture_id, alt in json.loads(typed or "[]")]
    except (TypeError, ValueError):
        raise InvalidField("pictures", "not_now") from None
    if not all(is_picture_id(each.id) for each in pictures):
        raise InvalidField("pictures", "not_now")
    if len(pictures) > MOST_PICTURES:
        raise InvalidField("pictures", "pictures", most=MOST_PICTURES)
    if any(len(each.alt) > LONGEST_ALT for each in pictures):
        raise InvalidField("pictures", "alt", most=LONGEST_ALT)
    return tuple(pictures)


def attached_field(pictures: Sequence[AttachedPicture]) -> str:
    """The value of the field `pictures`; "" for none."""
    return json.dumps([list(each) for each in pictures], ensure_ascii=False) if pictures else ""


UNTIL_ANSWERED = "department"
"""The value of the field `snooze` that puts a case off until its department answers, or its deadline comes."""

_AFTERNOON, _MORNING = time(16), time(9)


def snooze_in(fields: Fields, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When a snoozed case comes back; None for UNTIL_ANSWERED. Raises InvalidField.

    `snooze` is `hour`, `afternoon` (16:00), `tomorrow` (09:00), `department` or `date`, which is in `snooze_until`.
    """
    local = now.astimezone(zone)
    match fields.get("snooze", ""):
        case "hour":
            return now + timedelta(hours=1)
        case "afternoon":
            return datetime.combine(local.date(), _AFTERNOON, zone)
        case "tomorrow":
            return datetime.combine(local.date() + timedelta(days=1), _MORNING, zone)
        case "date":
            return _chosen_moment(fields, zone)
        case "department":
            return None
        case _:
            raise InvalidField("snooze", "snooze")


def _chosen_moment(fields: Fields, zone: ZoneInfo) -> datetime:
    """The moment that was typed; a day alone means its morning."""
    typed = fields.get("snooze_until", "").strip()
    try:
        return parse_moment(typed if "T" in typed else f"{typed}T{_MORNING:%H:%M}", zone, field="snooze_until")
    except PostNotAccepted:
        raise InvalidField("snooze", "snooze") from None


class FormRequest(NamedTuple):
    """A form that was sent under a link, or by a signed-in `person` about the case `case_id`.

    `api_url` is the API's address, with which links in mails begin. A reply may be undone for so long; it is sent to X
    after that. `looked_up` is for its pre-send check. `is_of_several`: the person acts on several cases at once, so
    that a case is left alone where somebody may be at risk.
    """

    link_id: str
    fields: Fields
    now: datetime
    api_url: str
    person: Person | None = None
    case_id: str = ""
    undo_for: timedelta = timedelta(0)
    looked_up: LookedUpForCheck = LookedUpForCheck()
    is_of_several: bool = False

    def field(self, name: str) -> str:
        """The value of a field; "" if it was not sent."""
        return self.fields.get(name, "")

    def command(self, brand: Brand) -> CaseCommand | None:
        """What the form asks for; None if it is not a form of the page that may ask for it. Raises InvalidField."""
        parse = _PARSERS.get(self.field("action")) if self.person or self.field("action") in LINK_ACTIONS else None
        key, version = RequestKey(request_id_in(self.fields)), self.field("version")
        if parse is None or not key.id or not _VERSION.fullmatch(version):
            return None
        kind, values = parse(self, brand)
        about: dict[str, Any] = {"by": name_in(self.fields), "seen": int(version), "key": key}
        return kind(**about, **values, is_of_several=self.is_of_several)


type _Parsed = tuple[type[CaseCommand], dict[str, Any]]
"""A kind of command, and the values that are its own."""


def _reply(form: FormRequest, brand: Brand) -> _Parsed:
    fields, zone = form.fields, ZoneInfo(brand.timezone)
    is_private = form.field("action") == Action.PRIVATE or bool(form.field("private"))
    text = reply_text(form.field("text"))
    until = None if is_private else promise_in(fields, zone, form.now)  # a private reply promises nothing
    is_sent = form.field("action") == Action.CONFIRM and not form.link_id
    if is_sent and until is None and not (is_private or form.is_of_several):
        _require_decision(form, text, brand)
    return SendReply, {
        "text": text,
        "author_id": form.person.id if form.person else None,
        "reply_as": ReplyAs.PRIVATE if is_private else ReplyAs.HOLDING if until else ReplyAs.ANSWER,
        "promised_until": until,
        "promise_words": form.field("promise_words") if until else "",
        "promise_stays": bool(form.field("promise_stays")) and not is_private,
        "again": bool(form.field("again")),
        "through_pause": bool(form.field("through_pause")),
        "is_confirmed": form.field("action") == Action.CONFIRM,
        "override_reason": override_reason_in(typed) if (typed := form.field("override_reason")) else "",
        "undo_for": form.undo_for,
        "pictures": attached_in(form.field("pictures")),
    }


def _require_decision(form: FormRequest, text: str, brand: Brand) -> None:
    """Raise InvalidField for a text that promises something by a time if nobody has seen that it would be kept."""
    found = promised_in_text(text, brand, form.now)
    if found and form.field("promise_words") != found.sentence:
        raise InvalidField("promised_until", "promise_undecided", words=found.words)


def _correction(form: FormRequest, brand: Brand) -> _Parsed:
    kind = kind_in(form.fields)
    return CorrectReading, {
        "kind": kind,
        "department": department_in(form.fields, brand) if kind in ANSWERED else None,
    }


def _take_down(form: FormRequest, _brand: Brand) -> _Parsed:
    if not form.field("sure"):
        raise InvalidField("sure", "sure")
    return TakeDownReply, {"post_id": form.field("post")}


_PARSERS: Mapping[str, Callable[[FormRequest, Brand], _Parsed]] = {
    Action.TAKE: lambda _form, _brand: (TakeCase, {}),
    Action.ANSWER: _reply,
    Action.PRIVATE: _reply,
    Action.CONFIRM: _reply,
    Action.HAND: lambda form, brand: (
        HandOver,
        {"department": department_in(form.fields, brand), "note": reason_in(form.fields)},
    ),
    Action.FACT_CHECK: lambda form, _brand: (AskFactCheckers, {"note": reason_in(form.fields)}),
    Action.CLOSE: lambda form, _brand: (CloseCase, {"reason": reason_in(form.fields)}),
    Action.MISREAD: _correction,
    Action.RAISE: lambda _form, _brand: (SetUrgency, {"urgency": Urgency.HIGH, "is_danger": True}),
    Action.LOWER: lambda _form, _brand: (SetUrgency, {"urgency": Urgency.NORMAL}),
    Action.CLEAR: lambda _form, _brand: (ClearSafety, {}),
    Action.UNMASK: lambda _form, _brand: (ShowNumbers, {}),
    Action.NOTE: lambda form, _brand: (AddNote, {"text": clean_text(form.field("note"), "note", LONGEST_NOTE)}),
    Action.LABEL: lambda form, _brand: (LabelCase, {"labels": labels_in(form.fields)}),
    Action.ASSIGN: lambda form, _brand: (AssignCase, {"holder": holder_in(form.fields)}),
    Action.SNOOZE: lambda form, brand: (
        SnoozeCase,
        {"until": snooze_in(form.fields, ZoneInfo(brand.timezone), form.now)},
    ),
    Action.WAKE: lambda _form, _brand: (WakeCase, {}),
    Action.TAKE_BACK: lambda _form, _brand: (TakeBack, {}),
    Action.RETURN_DRAFT: lambda form, _brand: (
        ReturnDraft,
        {"comment": clean_text(form.field("comment"), "comment", LONGEST_NOTE)},
    ),
    Action.REMIND: lambda _form, _brand: (RemindDepartment, {}),
    Action.RELEASE: lambda _form, _brand: (ReleaseCase, {}),
    Action.REOPEN: lambda form, _brand: (ReopenCase, {"reason": reason_in(form.fields)}),
    Action.TAKE_DOWN: _take_down,
}
