"""A case's values as the people who answer it read them."""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from markupsafe import escape

from desk.brand import Brand
from desk.cases.author_cases import AuthorCase
from desk.cases.model import Case, CaseEvent, CaseEventKind
from desk.cases.store import CaseMention
from desk.i18n import LANGUAGES, phrase
from desk.i18n.particles import spoken_clock, spoken_day, weight_of_a_letter
from desk.reader.explain import DangerNote, danger_lines, reason, spoken_case, spoken_department, spoken_failure
from desk.text import cut, fair_share, one_line, utf8_bytes
from desk.x.model import Author, XPost
from desk.x.weight import MAX_WEIGHT

_NAME_BYTES, _REASON_BYTES = 120, 300
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


class Spoken:
    """Phrases, people and moments in the desk's language and zone."""

    def __init__(self, brand: Brand) -> None:
        self.brand = brand
        self.language = brand.language
        self.say = partial(phrase, brand.language)
        self.zone = ZoneInfo(brand.timezone)
        self.unit = weight_of_a_letter(brand.language)

    def moment(self, moment: datetime) -> str:
        """Day and time: a line may break between the two only."""
        local = moment.astimezone(self.zone)
        day = _unbroken(spoken_day(local.date(), self.language))
        clock = _unbroken(spoken_clock(local, self.zone, self.language))
        return f"{day} {clock}" if self.language == "ko" else f"{day}, {clock}"

    def room(self, weighted: int) -> str:
        """How much more a post of this weighted length could have; in a Korean desk as letters of Hangul."""
        left = MAX_WEIGHT - weighted
        return (
            self.say("answer.left", left=left // self.unit)
            if left >= 0
            else self.say("answer.excess", excess=-(left // self.unit))
        )

    def stamp(self, moment: datetime) -> str:
        """A moment as a machine reads it."""
        return moment.astimezone(self.zone).isoformat(timespec="minutes")

    def field(self, moment: datetime) -> str:
        """A moment as a field for a date and a time holds it."""
        return moment.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M")

    def typed_moment(self, text: str) -> str:
        """A moment as a field for a date and a time sends it; the text itself where it is none."""
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return one_line(text)
        return self.moment(moment if moment.tzinfo else moment.replace(tzinfo=self.zone))

    def department(self, key: str) -> str:
        """A department's name."""
        return _together(one_line(spoken_department(key, self.brand)))

    def kind(self, value: str) -> str:
        """A kind's name; the value itself where the catalogue has none."""
        key = f"kind.{value}"
        return self.say(key) if key in LANGUAGES[self.language] else value

    def person(self, name: str) -> str:
        """Somebody of the brand, by the name they gave; the desk itself where nobody did it."""
        return self.say("case.by.person", name=isolated(name)) if name else self.say("case.by.desk")

    def author(self, post: XPost, case: Case) -> Author | None:
        """Who wrote a post; None while that is not known."""
        known = case.author if case.author and case.author.id == post.author_id else None
        return post.author or known

    def parent(self, parent: XPost, reply: XPost) -> str:
        """Who wrote what a post replies to, as somebody says it who has that post before them."""
        if parent.author_id == self.brand.user_id:
            return self.say("answer.parent.brand", handle=f"@{self.brand.handle}")
        if parent.author_id == reply.author_id:
            return self.say("answer.parent.same")
        return isolated(f"@{parent.author.username}") if parent.author else self.say("answer.parent.other")

    def happened(self, event: CaseEvent) -> str:
        """An event as a sentence."""
        return self.say(
            f"case.event.{event.what}{_manner(event)}",
            by=self.person(event.by),
            department=self.department(event.department) if event.department else "",
            kind=self.kind(event.kind) if event.kind else "",
        )

    def earlier(self, case: AuthorCase) -> tuple[str, str, str]:
        """Another case of the author in one line: what comes before its number, the number, and what comes after."""
        return _together(spoken_case(case, self.brand, self.moment)).partition(case.id)

    def into_private(self, case: Case) -> str:
        """What asks the author into a private conversation, in their language if the catalogue has it."""
        return phrase(case.lang if case.lang in LANGUAGES else self.language, "answer.into_private.text")

    def note(self, event: CaseEvent) -> str:
        """What an event's text says: why a reply was not said is the catalogue's, the rest people wrote."""
        return spoken_failure(event.text, self.brand) if event.what is CaseEventKind.NOT_SAID else event.text

    def danger(self, note: DangerNote) -> list[str]:
        """What it is, and what to do, where somebody may be in danger."""
        return [_together(line) for line in danger_lines(note, self.brand)]

    def reasons(self, mentions: Sequence[CaseMention]) -> list[str]:
        """Why the newest mention that has been read was read so."""
        readings = [mention.reading for mention in mentions if mention.reading]
        sentences = [reason(why, readings[-1], self.brand) for why in readings[-1].why] if readings else []
        return [_together(cut(one_line(sentence), _REASON_BYTES, _html_bytes)) for sentence in sentences]

    def medium(self, kind: str, number: int, described: str) -> str:
        """What a link to a picture says: which one it is, and what its author says is on it, if anything."""
        key = f"case.media.{kind}"
        name = self.say(key if key in LANGUAGES[self.language] else "case.media.other", number=number)
        text = f"{_ISOLATE}{described}{_END_ISOLATE}"
        return self.say("case.media.described", name=name, text=text) if described else name


def _manner(event: CaseEvent) -> str:
    """What tells kinds of an event apart: a misreading that is nobody's matter, an answer given on X itself."""
    if event.what is CaseEventKind.MISREAD and event.department is None:
        return "_closed"
    return "_by_hand" if event.is_by_hand and event.what in (CaseEventKind.ANSWERED, CaseEventKind.PROMISED) else ""


def cleaned(text: str) -> str:
    """A stranger's text with its lines, but nothing that hides or turns the writing around."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(one_line(line) for line in text.strip().splitlines()))


def fitted(texts: Sequence[str], room: int) -> list[tuple[str, bool]]:
    """The texts, the longest ones cut so that all together take `room` bytes as HTML, each with whether it was cut."""
    allowance = fair_share([_html_bytes(text) for text in texts], room)
    short = [cut(text, allowance, _html_bytes) for text in texts]
    return [(after, after != before) for before, after in zip(texts, short, strict=True)]


def _html_bytes(text: str) -> int:
    return utf8_bytes(str(escape(text)))


def short(name: str) -> str:
    """A name in one line, and no longer than names are."""
    return cut(one_line(name), _NAME_BYTES, _html_bytes)


def isolated(name: str) -> str:
    """Unable to turn our words around it."""
    return f"{_ISOLATE}{short(name)}{_END_ISOLATE}"


def _together(text: str) -> str:
    """Browsers end a line after a middle dot, also within a word."""
    return text.replace("·", "\u2060·\u2060")


def _unbroken(text: str) -> str:
    return text.replace(" ", "\u00a0").replace("(", "\u2060(").replace(")", ")\u2060")
