"""Formats a case's values for the people who answer it."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from markupsafe import escape

from desk.brand import Brand
from desk.cases.author_cases import AuthorCase
from desk.cases.model import Case, CaseEvent, CaseEventKind
from desk.cases.store import CaseMention
from desk.i18n import LANGUAGES, phrase, spoken_clock, spoken_day, weight_of_a_letter
from desk.reader.explain import SafetyNote, department_label, failure_sentence, outcome, reason, safety_lines
from desk.reading import Reading
from desk.text import cut, fair_share, one_line, utf8_bytes
from desk.x.model import Author, XPost
from desk.x.weight import MAX_WEIGHT

_NAME_BYTES, _REASON_BYTES = 120, 300
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


class DeskFormatter:
    """Phrases, names and times in the brand's language and time zone. `post_phrase` is for what customers read."""

    def __init__(self, brand: Brand) -> None:
        self.brand = brand
        self.language = brand.language
        self.phrase = partial(phrase, brand.language)
        self.post_phrase = partial(phrase, brand.posts_language)
        self.zone = ZoneInfo(brand.timezone)
        self.unit = weight_of_a_letter(brand.posts_language)

    def moment(self, moment: datetime) -> str:
        """Day and time. A line may break only between the two."""
        local = moment.astimezone(self.zone)
        day = _unbroken(spoken_day(local.date(), self.language))
        clock = _unbroken(spoken_clock(local, self.zone, self.language))
        return f"{day} {clock}" if self.language == "ko" else f"{day}, {clock}"

    def day(self, day: date) -> str:
        """A day."""
        return _unbroken(spoken_day(day, self.language))

    def near_day(self, moment: datetime, now: datetime) -> str:
        """The day of a moment: "today" and "yesterday" by their names."""
        day, today = moment.astimezone(self.zone).date(), now.astimezone(self.zone).date()
        named = {today: "day.today", today - timedelta(days=1): "day.yesterday"}
        return self.phrase(named[day]) if day in named else self.day(day)

    def clock(self, moment: datetime) -> str:
        """The time of day."""
        return _unbroken(spoken_clock(moment.astimezone(self.zone), self.zone, self.language))

    def remaining(self, weighted: int) -> str:
        """How much longer a post of this weighted length may get. A Korean desk counts Hangul letters."""
        left = MAX_WEIGHT - weighted
        return (
            self.phrase("answer.left", left=left // self.unit)
            if left >= 0
            else self.phrase("answer.excess", excess=-(left // self.unit))
        )

    def iso(self, moment: datetime) -> str:
        """A time in ISO 8601."""
        return moment.astimezone(self.zone).isoformat(timespec="seconds")

    def input_value(self, moment: datetime) -> str:
        """A time as the value of a datetime-local field."""
        return moment.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M")

    def typed_moment(self, text: str) -> str:
        """The value of a datetime-local field, formatted; the value itself if it is not a time."""
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return one_line(text)
        return self.moment(moment if moment.tzinfo else moment.replace(tzinfo=self.zone))

    def department(self, key: str) -> str:
        """A department's name."""
        return _together(one_line(department_label(key, self.brand)))

    def kind(self, value: str) -> str:
        """A kind's name, also of a probable one (see `label_of`); the value itself if the catalogue has none."""
        key = f"kind.{value}"
        return self.phrase(key) if key in LANGUAGES[self.language] else value

    def label(self, key: str) -> str:
        """The name of a label of the team's own."""
        return _together(one_line(self.brand.label_name(key)))

    def spoken_language(self, code: str) -> str:
        """The name of a language; "" for one that the catalogue has no name for."""
        key = f"language.{code}"
        return self.phrase(key) if key in LANGUAGES[self.language] else ""

    def person(self, name: str) -> str:
        """The name of a person of the brand; the desk itself for ""."""
        return self.phrase("case.by.person", name=isolated_name(name)) if name else self.phrase("case.by.desk")

    def author(self, post: XPost, case: Case) -> Author | None:
        """The author of a post; None while unknown."""
        known = case.author if case.author and case.author.id == post.author_id else None
        return post.author or known

    def parent_author(self, parent: XPost, reply: XPost) -> str:
        """The author of the post that `reply` answers."""
        if parent.author_id == self.brand.user_id:
            return self.phrase("answer.parent.brand", handle=f"@{self.brand.handle}")
        if parent.author_id == reply.author_id:
            return self.phrase("answer.parent.same")
        return isolated_name(f"@{parent.author.username}") if parent.author else self.phrase("answer.parent.other")

    def event_sentence(self, event: CaseEvent) -> str:
        """An event as a sentence."""
        return self.phrase(
            f"case.event.{event.what}{_variant(event)}",
            by=self.person(event.by),
            department=self.department(event.department) if event.department else "",
            kind=self.kind(event.kind) if event.kind else "",
            assignee=self.person(event.assignee) if event.assignee else "",
            until=self.moment(event.until) if event.until else "",
            labels=", ".join(map(self.label, event.labels)) or self.phrase("case.labels.none"),
        )

    def matter(self, department: str, kind: str) -> str:
        """What a case is about, as far as the desk knows: its department and kind."""
        return f"{self.department(department)} · {self.kind(kind)}"

    def outcome(self, case: AuthorCase) -> str:
        """How another case of an author stands, or ended."""
        return outcome(case, self.brand, self.moment)

    def private_request(self, case: Case) -> str:
        """The default text that asks the author into a private conversation, if possible in their language."""
        return phrase(case.lang if case.lang in LANGUAGES else self.brand.posts_language, "answer.into_private.text")

    def event_text(self, event: CaseEvent) -> str:
        """The text of an event. Why a reply was not posted comes from the catalogue, other texts from people."""
        return failure_sentence(event.text, self.brand) if event.what is CaseEventKind.NOT_SAID else event.text

    def safety_lines(self, note: SafetyNote) -> list[str]:
        """What to know and do if somebody may be in danger; the first line is the heading."""
        return [_together(line) for line in safety_lines(note, self.brand)]

    def reasons(self, mentions: Sequence[CaseMention]) -> list[str]:
        """The reasons for the newest reading of the mentions."""
        readings = [mention.reading for mention in mentions if mention.reading]
        return self.reasons_of(readings[-1]) if readings else []

    def reasons_of(self, reading: Reading) -> list[str]:
        """The reasons for this reading."""
        sentences = [reason(why, reading, self.brand) for why in reading.why]
        return [_together(cut(one_line(sentence), _REASON_BYTES, _html_bytes)) for sentence in sentences]

    def media_label(self, kind: str, number: int, described: str) -> str:
        """The text of a link to a picture: its type and number, and its description, if any."""
        key = f"case.media.{kind}"
        name = self.phrase(key if key in LANGUAGES[self.language] else "case.media.other", number=number)
        text = f"{_ISOLATE}{described}{_END_ISOLATE}"
        return self.phrase("case.media.described", name=name, text=text) if described else name


def _variant(event: CaseEvent) -> str:
    """The key's suffix for variants of an event: one that closed the case, or happened on X itself or by itself."""
    if event.what is CaseEventKind.MISREAD and event.department is None:
        return "_closed"
    if event.what is CaseEventKind.WOKEN and not event.by:
        return "_by_itself"
    is_answer = event.what in (CaseEventKind.ANSWERED, CaseEventKind.PROMISED)
    return "_by_hand" if event.is_external_reply and is_answer else ""


def clean_lines(text: str) -> str:
    """A stranger's text with its lines, without characters that hide text or change its direction."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(one_line(line) for line in text.strip().splitlines()))


def fit_html(texts: Sequence[str], room: int) -> list[tuple[str, bool]]:
    """The texts, each with whether it was cut. The longest are cut so that all together take `room` bytes as HTML."""
    allowance = fair_share([_html_bytes(text) for text in texts], room)
    shortened = [cut(text, allowance, _html_bytes) for text in texts]
    return [(after, after != before) for before, after in zip(texts, shortened, strict=True)]


def _html_bytes(text: str) -> int:
    return utf8_bytes(str(escape(text)))


def short_name(name: str) -> str:
    """A name on one line, at most 120 bytes of HTML."""
    return cut(one_line(name), _NAME_BYTES, _html_bytes)


def isolated_name(name: str) -> str:
    """A name whose direction does not affect the text around it."""
    return f"{_ISOLATE}{short_name(name)}{_END_ISOLATE}"


def _together(text: str) -> str:
    """The text without line breaks after middle dots, where browsers allow them even within a word."""
    return text.replace("·", "\u2060·\u2060")


def _unbroken(text: str) -> str:
    return text.replace(" ", "\u00a0").replace("(", "\u2060(").replace(")", ")\u2060")
