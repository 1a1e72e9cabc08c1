"""What the fields of a form say, or what has to be mended in them."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple
from zoneinfo import ZoneInfo

from desk.brand import Brand
from desk.cases.model import Case, CaseEvent, CaseEventKind
from desk.cases.store import CaseFile
from desk.posts.errors import BadEncoding, PostNotAccepted, TextEmpty
from desk.posts.model import NewPost
from desk.posts.submit import parse_moment
from desk.posts.text import REPLACEMENT, clean
from desk.reading import Kind
from desk.replies.view import Confirm, Message, Tone

_TOLD = frozenset({"bad_encoding", "forbidden_characters", "same_text", "too_many_cashtags"})
"""Codes of refusals that a text may meet; the catalogue has a sentence for each."""


def problem_of(refusal: PostNotAccepted) -> str:
    """The catalogue's key; it takes the refusal's values."""
    return f"answer.problem.{refusal.code if refusal.code in _TOLD else PostNotAccepted.code}"


type Fields = Mapping[str, str]

LONGEST_NAME = 40
LONGEST_TEXT = 5_000
LONGEST_NOTE = 500
LONGEST_PROMISE = timedelta(days=90)
"""A promise for a later time is a slip, and stops the case's clock as good as for ever."""
_REQUEST = re.compile(r"[0-9A-Za-z_-]{8,64}")
_BLANKS = re.compile(r"\s+")
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Cn"}
"""Categories of characters that a name loses: control characters, directions, zero widths, private ones, none."""
_BLANK_LETTERS = dict.fromkeys(map(ord, "\u115f\u1160\u2800\u3164\uffa0"))
"""Letters and symbols by their category that leave a blank."""


class InvalidField(Exception):
    """Nothing was done: `message` says what has to be mended."""

    def __init__(self, key: str, field: str = "", **values: object) -> None:
        super().__init__(key)
        self.message = Message(key, values, Tone.PROBLEM, field)


def request_of(fields: Fields) -> str:
    """What names the form that was sent: its random id with all that was filled in; "" without such an id.

    Sent again just as it was, it is the same; sent again with something else in it, it is another.
    """
    if not _REQUEST.fullmatch(fields.get("request", "")):
        return ""
    parts = (part for name in sorted(fields) for part in (name, fields[name]))
    return sha256("\0".join(parts).encode()).hexdigest()[:32]


def name_in(fields: Fields) -> str:
    """Who acts: 1 to 40 characters on one line; what nobody sees is left out."""
    if REPLACEMENT in fields.get("name", ""):
        raise invalid_field(BadEncoding("name"), "name")
    normal = unicodedata.normalize("NFC", _BLANKS.sub(" ", fields.get("name", "").translate(_BLANK_LETTERS)))
    name = "".join(letter for letter in normal if unicodedata.category(letter) not in _UNSEEN).strip()
    if not any(unicodedata.category(letter)[0] in "LNPS" for letter in name):
        raise InvalidField("answer.problem.name", "name")
    if len(name) > LONGEST_NAME:
        raise InvalidField("answer.problem.too_long", "name", count=len(name), most=LONGEST_NAME)
    return name


def text_in(fields: Fields) -> str:
    """The answer, clean."""
    return _words(fields, "text", LONGEST_TEXT)


def reason_in(fields: Fields) -> str:
    """The reason or note; "" where there is none."""
    return _words(fields, "reason", LONGEST_NOTE) if fields.get("reason", "").strip() else ""


def department_in(fields: Fields, brand: Brand) -> str:
    """The department that is named."""
    key = fields.get("department", "")
    if key not in brand.departments:
        raise InvalidField("answer.problem.department", "department")
    return key


def kind_in(fields: Fields) -> Kind:
    """The kind that is named."""
    try:
        return Kind(fields.get("kind", ""))
    except ValueError:
        raise InvalidField("answer.problem.kind", "kind") from None


def promise_in(fields: Fields, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Until when an answer is promised, in UTC, if this is a holding reply; a moment to come, and not far away."""
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


def invalid_field(refusal: PostNotAccepted, field: str) -> InvalidField:
    """What to correct in this field so that X takes the text."""
    return InvalidField(problem_of(refusal), field, **refusal.values)


def _words(fields: Fields, field: str, longest: int) -> str:
    try:
        words = clean(fields.get(field, ""), field)
    except TextEmpty:
        raise InvalidField(f"answer.problem.{field}", field) from None
    except PostNotAccepted as exc:
        raise invalid_field(exc, field) from None
    if len(words) > longest:
        raise InvalidField("answer.problem.too_long", field, count=len(words), most=longest)
    return words


class Sent(NamedTuple):
    """A form as it was sent under a link, and the API's address for its sender."""

    link_id: str
    fields: Fields
    now: datetime
    api_url: str

    def field(self, name: str) -> str:
        """What a field holds; "" where it was not sent."""
        return self.fields.get(name, "")


class Asked(NamedTuple):
    """A form that was sent from a page which showed the case as it still stands.

    `viewer` is the department of the link; `request` names the form with all that was filled in. `opted_out_at` is
    when the author last asked us to reply no more. `is_named`: a person gave their name, as everybody on the page does.
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

    @property
    def case(self) -> Case:
        """The case as it stands."""
        return self.file.case

    def event(self, what: CaseEventKind, *, text: str = "", post_id: str | None = None) -> CaseEvent:
        """The event, with the name from the form; raises InvalidField without a name."""
        return CaseEvent(what, self.now, name_in(self.fields), text, post_id=post_id, request=self.request)

    def misreading(self, kind: Kind, department: str | None) -> CaseEvent:
        """What it is in truth, and what it had been taken for; raises InvalidField without a name."""
        was = self.case
        return self.event(CaseEventKind.MISREAD)._replace(
            kind=kind.value, department=department, was_kind=was.kind.value, was_department=was.department
        )

    def urgency_correction(self, what: CaseEventKind) -> CaseEvent:
        """How urgent it is in truth, of what it had been taken for; raises InvalidField without a name."""
        return self.event(what)._replace(was_kind=self.case.kind.value, was_department=self.case.department)


class Step(NamedTuple):
    """The case as it shall be, what happened, and what is to be posted, if anything, with what was confirmed of it.

    `is_look`: the case stays as it is, and the page shows what is masked once it stands in the history who looked.
    """

    after: Case
    event: CaseEvent
    post: NewPost | None = None
    confirm: Confirm | None = None
    is_look: bool = False


class Unsent(Exception):
    """Nothing was done: the page comes again with what was typed, and with what would be posted, if `confirm` says."""

    def __init__(self, confirm: Confirm | None = None) -> None:
        super().__init__("to be confirmed" if confirm else "to be edited")
        self.confirm = confirm
