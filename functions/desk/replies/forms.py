"""Forms of a case's page, and their JSON counterparts: the actions, the fields, and what is wrong with a field."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.model import Case, CaseEvent, CaseEventKind
from desk.cases.store import CaseFile
from desk.checks.model import CheckResult, Finding
from desk.checks.sentences import sentence_of
from desk.posts.errors import BadEncoding, PostNotAccepted, TextEmpty
from desk.posts.model import NewPost
from desk.posts.submit import parse_moment
from desk.posts.text import REPLACEMENT, clean
from desk.reading import Kind
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
    SNOOZE = "snooze"
    WAKE = "wake"
    RETURN_DRAFT = "return_draft"
    RELEASE = "release"
    """Release a case of a trial to its department."""
    REOPEN = "reopen"
    TAKE_DOWN = "take_down"
    """Have the reply deleted on X."""
    UNMASK = "unmask"
    """Show the private numbers. The case records who looked."""


class Tone(StrEnum):
    """Whether a message reports a success or a problem."""

    OK = "ok"
    PROBLEM = "problem"


class Message(NamedTuple):
    """A message about the last form: a key of the catalogue with its values.

    `field` names the form's field to correct, such as `promised_until`; "" for none.
    """

    key: str
    values: Mapping[str, object] = {}
    tone: Tone = Tone.OK
    field: str = ""


class PostPreview(NamedTuple):
    """One post as it would appear on X, with X's count of its length and its price: "0.01"."""

    text: str
    weighted_length: int
    usd: str


class Confirmation(NamedTuple):
    """The one or two posts to confirm, with the total price in dollars: "0.02".

    `is_private`: X adds a button for a private message. `findings` are those of the pre-send check.
    """

    parts: Sequence[PostPreview]
    usd: str
    is_private: bool = False
    findings: Sequence[Finding] = ()


class InvalidField(Exception):
    """The action is rejected, and nothing was saved. `message` says what to correct."""

    def __init__(self, key: str, field: str = "", **values: object) -> None:
        super().__init__(key)
        self.message = Message(key, values, Tone.PROBLEM, field)


class CheckNotPassed(InvalidField):
    """The pre-send check found something that the person must correct, or override with a reason."""

    def __init__(self, checked: CheckResult, language: str) -> None:
        sentences = " ".join(sentence_of(finding, language) for finding in checked.findings)
        super().__init__("answer.problem.checked", "override_reason", findings=sentences)
        self.checked = checked


class NotConfirmed(Exception):
    """Nothing was saved: a person has to confirm the reply first, or went back to edit it (`confirmation` is None)."""

    def __init__(self, confirmation: Confirmation | None = None) -> None:
        super().__init__("to be confirmed" if confirmation else "to be edited")
        self.confirmation = confirmation


type Fields = Mapping[str, str]

LONGEST_NAME = 40
LONGEST_TEXT = 5_000
LONGEST_NOTE = 500
LONGEST_PROMISE = timedelta(days=90)
"""A later date is most likely a slip. It would stop the case's clock for good."""
_REQUEST = re.compile(r"[0-9A-Za-z_-]{8,64}")
_BLANKS = re.compile(r"\s+")
_INVISIBLE = {"Cc", "Cf", "Co", "Cs", "Cn"}
"""Unicode categories that are removed from names: control, format, private use, surrogates and unassigned."""
_BLANK_LETTERS = dict.fromkeys(map(ord, "\u115f\u1160\u2800\u3164\uffa0"))
"""Letters and symbols by their category that render as a blank."""


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
        raise invalid_field(BadEncoding("name"), "name")
    normal = unicodedata.normalize("NFC", _BLANKS.sub(" ", fields.get("name", "").translate(_BLANK_LETTERS)))
    name = "".join(letter for letter in normal if unicodedata.category(letter) not in _INVISIBLE).strip()
    if not any(unicodedata.category(letter)[0] in "LNPS" for letter in name):
        raise InvalidField("answer.problem.name", "name")
    if len(name) > LONGEST_NAME:
        raise InvalidField("answer.problem.too_long", "name", count=len(name), most=LONGEST_NAME)
    return name


def text_in(fields: Fields) -> str:
    """The answer as clean text. Raises InvalidField."""
    return _clean_text(fields, "text", LONGEST_TEXT)


def reason_in(fields: Fields) -> str:
    """The reason or note as clean text; "" without one. Raises InvalidField."""
    return _clean_text(fields, "reason", LONGEST_NOTE) if fields.get("reason", "").strip() else ""


def note_in(fields: Fields) -> str:
    """The internal note as clean text. Raises InvalidField without one."""
    return _clean_text(fields, "note", LONGEST_NOTE)


def comment_in(fields: Fields) -> str:
    """The comment on a draft as clean text. Raises InvalidField without one."""
    return _clean_text(fields, "comment", LONGEST_NOTE)


def holder_in(fields: Fields) -> str:
    """The name of the person who is to have the case. Raises InvalidField."""
    try:
        return name_in({"name": fields.get("holder", "")})
    except InvalidField as exc:
        if exc.message.key == "answer.problem.name":
            raise InvalidField("answer.problem.holder", "holder") from None
        raise InvalidField(exc.message.key, "holder", **exc.message.values) from None


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
        raise InvalidField("answer.problem.department", "department")
    return key


def kind_in(fields: Fields) -> Kind:
    """The chosen kind. Raises InvalidField."""
    try:
        return Kind(fields.get("kind", ""))
    except ValueError:
        raise InvalidField("answer.problem.kind", "kind") from None


def promise_in(fields: Fields, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The time until which a holding reply promises an answer, in UTC; None for any other reply.

    Raises InvalidField for a time that has passed or is more than LONGEST_PROMISE away.
    """
    if not fields.get("holding"):
        return None
    try:
        until = parse_moment(fields.get("promised_until", ""), zone, field="promised_until")
    except PostNotAccepted:
        raise InvalidField("answer.problem.until", "promised_until") from None
    if until <= now:
        raise InvalidField("answer.problem.until_past", "promised_until")
    if until - now > LONGEST_PROMISE:
        raise InvalidField("answer.problem.until_far", "promised_until", days=LONGEST_PROMISE.days)
    return until


_EXPLAINED = frozenset(
    {
        "bad_encoding",
        "forbidden_characters",
        "mention_not_allowed",
        "quote_not_allowed",
        "same_text",
        "too_many_cashtags",
    }
)
"""Codes of errors for which the catalogue has a sentence of their own."""


def problem_key(error: PostNotAccepted) -> str:
    """The catalogue's key for this error. The phrase takes the error's values."""
    return f"answer.problem.{error.code if error.code in _EXPLAINED else PostNotAccepted.code}"


def invalid_field(error: PostNotAccepted, field: str) -> InvalidField:
    """The error as one of this form field."""
    return InvalidField(problem_key(error), field, **error.values)


def _clean_text(fields: Fields, field: str, longest: int) -> str:
    try:
        text = clean(fields.get(field, ""), field)
    except TextEmpty:
        raise InvalidField(f"answer.problem.{field}", field) from None
    except PostNotAccepted as exc:
        raise invalid_field(exc, field) from None
    if len(text) > longest:
        raise InvalidField("answer.problem.too_long", field, count=len(text), most=longest)
    return text


class FormRequest(NamedTuple):
    """A form that was sent under a link, or by a signed-in `person` about the case `case_id`.

    `api_url` is the API's address, with which links in mails begin. A reply may be undone for so long; it is sent to X
    after that. `is_of_several`: the person acts on several cases at once, so that a case is left alone where somebody
    may be at risk.
    """

    link_id: str
    fields: Fields
    now: datetime
    api_url: str
    person: Person | None = None
    case_id: str = ""
    undo_for: timedelta = timedelta(0)
    is_of_several: bool = False

    def field(self, name: str) -> str:
        """The value of a field; "" if it was not sent."""
        return self.fields.get(name, "")


class ActionRequest(NamedTuple):
    """An action that a person asks for, with the case as that person sees it.

    `viewer` is the department for which the person acts. `request` identifies the form with all its fields.
    `opted_out_at` is when the author last asked for no more replies. `is_named`: a person gave their name, which the
    page always requires. `is_checked`: the page shows the findings of the pre-send check, and warnings need a reason.
    """

    file: CaseFile
    viewer: str
    is_paused: bool
    fields: Fields
    request: str
    now: datetime
    brand: Brand
    opted_out_at: datetime | None = None
    is_named: bool = True
    is_checked: bool = False

    @property
    def case(self) -> Case:
        """The case before the action."""
        return self.file.case

    def event(self, what: CaseEventKind, *, text: str = "", post_id: str | None = None) -> CaseEvent:
        """The event of this action. Raises InvalidField without a name."""
        return CaseEvent(what, self.now, name_in(self.fields), text, post_id=post_id, request=self.request)

    def misreading(self, kind: Kind, department: str | None) -> CaseEvent:
        """The event with the right and the wrong kind and department. Raises InvalidField without a name."""
        was = self.case
        return self.event(CaseEventKind.MISREAD)._replace(
            kind=kind.value, department=department, was_kind=was.kind.value, was_department=was.department
        )

    def urgency_correction(self, what: CaseEventKind) -> CaseEvent:
        """The event with the kind and department whose urgency was wrong. Raises InvalidField without a name."""
        return self.event(what)._replace(was_kind=self.case.kind.value, was_department=self.case.department)


class CaseChange(NamedTuple):
    """What an action does: the case after it, its event, and the reply to send, if any, with its confirmation.

    `findings` are those of the pre-send check on a reply.

    `is_view_only`: the case does not change; its private numbers are shown once the event is recorded.
    """

    after: Case
    event: CaseEvent
    post: NewPost | None = None
    confirmation: Confirmation | None = None
    is_view_only: bool = False
    findings: Sequence[Finding] = ()
