"""The five practice cases: what each shows, what is to be done with it, and whether that was done."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from desk.brand import Brand
from desk.cases.model import Case, CaseState, Draft
from desk.cases.store import CaseFile, CaseMention
from desk.formatting.formatter import DeskFormatter
from desk.mentions.model import Mention
from desk.reading import OPERATOR, Kind, Need, Reading, Urgency
from desk.x.model import Author, XPost

type Fields = Mapping[str, str]


class Mistake(NamedTuple):
    """What was not done yet: the catalogue's key below `console.practice.mistake.`, with its values."""

    key: str
    values: Mapping[str, str] = {}


class Lesson(NamedTuple):
    """A practice case. `key` names it in addresses and in the catalogue, `action` is what is to be done.

    `check` returns what is wrong with the form, or None. `number` is the case's number, which no real case has.
    """

    key: str
    number: str
    action: str
    check: Callable[[Fields, Brand], Mistake | None]
    kind: Kind = Kind.INQUIRY
    state: CaseState = CaseState.OPEN

    def values(self, brand: Brand) -> Mapping[str, str]:
        """The values of the lesson's phrases."""
        return {"handle": f"@{brand.handle}", "department": brand.department_name(other_department(brand))}

    def file(self, brand: Brand, formatter: DeskFormatter, now: datetime) -> CaseFile:
        """The case as the console's views take it."""
        asked_at = now - timedelta(minutes=20)
        post_id = f"{self.number.replace('-', '')}"
        author = Author(post_id, "practice", formatter.phrase("console.practice.author"))
        text = formatter.phrase(f"console.practice.{self.key}.text", **self.values(brand))
        post = XPost(post_id, text, author.id, asked_at, post_id, brand.language, (post_id,), author=author)
        department = other_department(brand) if self.state is CaseState.DRAFTED else OPERATOR
        reading = Reading(self.kind, Need.INFORMATION, department, Urgency.NORMAL, brand.language, 1.0, ())
        case = Case(
            id=self.number,
            conversation_id=post_id,
            author_id=author.id,
            author=author,
            department=department,
            kind=self.kind,
            need=Need.INFORMATION,
            urgency=Urgency.NORMAL,
            lang=brand.language,
            state=self.state,
            opened_at=asked_at,
            asked_at=asked_at,
            first_due_at=now + timedelta(hours=3),
            due_at=now + timedelta(hours=3),
            mention_ids=(post_id,),
            draft=self._draft(formatter, now) if self.state is CaseState.DRAFTED else None,
        )
        return CaseFile(case, (CaseMention(Mention(post, asked_at), reading),), ())

    def _draft(self, formatter: DeskFormatter, now: datetime) -> Draft:
        text = formatter.phrase(f"console.practice.{self.key}.draft")
        return Draft(text, formatter.phrase("console.practice.colleague"), now - timedelta(minutes=5))


def other_department(brand: Brand) -> str:
    """The department to which practice cases go: the first that is not the operator's."""
    return next((key for key in brand.departments if key != OPERATOR), OPERATOR)


def _has_text(fields: Fields, _brand: Brand) -> Mistake | None:
    return None if fields.get("text", "").strip() else Mistake("empty")


def _is_handed(fields: Fields, brand: Brand) -> Mistake | None:
    wanted = other_department(brand)
    if fields.get("department") == wanted:
        return None
    return Mistake("department", {"department": brand.department_name(wanted)})


def _is_put_off(fields: Fields, _brand: Brand) -> Mistake | None:
    return None if fields.get("snooze") == "tomorrow" else Mistake("snooze")


def _is_corrected(fields: Fields, _brand: Brand) -> Mistake | None:
    return None if fields.get("kind") == Kind.FEEDBACK.value else Mistake("kind")


LESSONS = (
    Lesson("answer", "PRACT-AAAAA", "send", _has_text),
    Lesson("hand", "PRACT-BBBBB", "hand", _is_handed),
    Lesson("draft", "PRACT-CCCCC", "send", _has_text, state=CaseState.DRAFTED),
    Lesson("snooze", "PRACT-DDDDD", "snooze", _is_put_off),
    Lesson("misread", "PRACT-EEEEE", "misread", _is_corrected, kind=Kind.FAULT),
)
"""In the order in which they are practised."""
